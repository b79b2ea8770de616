"""What can be undone on the canvas. Knows no Qt."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from hccr_desktop.domain.ink import Ink
from hccr_desktop.imaging.types import ModelImage, PageImage

if TYPE_CHECKING:
    from hccr_desktop.gui.sheet import Sheet

HISTORY_LIMIT: Final = 100
"""Steps kept: more than anyone undoes by hand, and at a megabyte a picture no burden."""

Step = TypeVar("Step")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An opened picture, ready to be shown and recognized.

    Attributes:
        name: what to call it, such as the file's name.
        preview: (height, width) uint8, 255 paper; read-only, shrunk to what a canvas can show.
        model_image: (96, 96) float32 in [0, 255], ink bright on 0; read-only. Made from the full-size page once,
            so that neither the page nor a second reading of the file is needed when undo brings the picture back.
        note: one sentence to show with it, such as that the file holds more pictures; usually empty.
        sheet: how it came about and what is marked on it; None for a picture of a single character from elsewhere.
    """

    name: str
    preview: PageImage
    model_image: ModelImage
    note: str = ""
    sheet: "Sheet | None" = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is on the canvas: ink, or a picture, or nothing. Never both."""

    ink: Ink = field(default_factory=Ink)
    picture: Picture | None = None

    @property
    def is_empty(self) -> bool:
        """Neither ink nor a picture."""
        return self.ink.is_empty and self.picture is None


class History(Generic[Step]):
    """A line of immutable states with a place on it.

    Args:
        initial: the state before the first step.
        limit: states kept; the oldest are forgotten.
    """

    def __init__(self, initial: Step, *, limit: int = HISTORY_LIMIT) -> None:
        self._states = [initial]
        self._place = 0
        self._limit = limit

    @property
    def current(self) -> Step:
        """The state now."""
        return self._states[self._place]

    @property
    def can_undo(self) -> bool:
        """There is an earlier state."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """A state was undone and nothing recorded since."""
        return self._place < len(self._states) - 1

    def record(self, state: Step) -> None:
        """Go on to a new state; what was undone before is forgotten."""
        del self._states[self._place + 1 :]
        self._states.append(state)
        del self._states[: -self._limit]
        self._place = len(self._states) - 1

    def amend(self, state: Step) -> None:
        """Put another state in the place of the one now, so that undo passes over that."""
        del self._states[self._place + 1 :]
        self._states[self._place] = state

    def revise(self, state: Step) -> None:
        """Put another state in the place of the one now, which is only known better; what was undone stays."""
        self._states[self._place] = state

    def retract(self) -> None:
        """Step back and forget the step; stay at the first state."""
        self.undo()
        del self._states[self._place + 1 :]

    def undo(self) -> Step:
        """Step back, or stay at the first state."""
        self._place = max(0, self._place - 1)
        return self.current

    def redo(self) -> Step:
        """Step forward again, or stay at the last state."""
        self._place = min(len(self._states) - 1, self._place + 1)
        return self.current
