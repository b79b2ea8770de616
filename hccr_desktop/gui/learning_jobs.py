"""What the window and the learning thread tell each other: frozen values."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import HccrError

if TYPE_CHECKING:  # they bring OpenCV, which the window does not wait for
    from hccr_desktop.personal.personal_recognizer import PersonalRecognizer


@dataclass(frozen=True, slots=True)
class LearnedEntry:
    """One learned drawing, as the list shows it.

    Attributes:
        id: never used again after the entry was forgotten.
        character: what the user said it is.
        readings: pinyin with tone marks; none where the dictionary does not hold the character.
        picked_over: the candidate that stood in its place, or None where the user just said "this is …".
        learned_at_s: seconds since 1970, UTC.
        is_in_use: the open model knows it; else it waits to be embedded.
    """

    id: int
    character: str
    readings: tuple[str, ...]
    picked_over: str | None
    learned_at_s: float
    is_in_use: bool


@dataclass(frozen=True, slots=True, eq=False)
class Attach:
    """Let a recognizer listen to what was learned."""

    recognizer: "PersonalRecognizer"


@dataclass(frozen=True, slots=True)
class Switch:
    """Use and extend what was learned, or leave it alone."""

    is_on: bool


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """A drawing and what it is.

    Attributes:
        character: one code point.
        ink: at least one stroke.
        picked_over: the character that stood in its place, or None where the user just said "this is …".
        is_quiet: nobody is to be told: it only takes something back.
    """

    character: str
    ink: Ink
    picked_over: str | None = None
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete some learned drawings."""

    entry_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ForgetAll:
    """Delete all learned drawings."""


@dataclass(frozen=True, slots=True)
class ListAll:
    """Tell what was learned."""


@dataclass(frozen=True, slots=True)
class ShowInks:
    """Tell some drawings."""

    entry_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """Write all learned drawings to a file, until ``is_stopped`` is set."""

    path: Path
    is_stopped: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True, eq=False)
class Import:
    """Take in a file of learned drawings, until ``is_stopped`` is set."""

    path: Path
    is_stopped: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True, eq=False)
class Erase:
    """Delete the file, and those that were moved aside; ``is_done`` is set when that was tried.

    Attributes:
        problems: gets the error where it failed.
        is_done: what the asker waits for.
    """

    problems: list[HccrError] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)


Job = Attach | Switch | Lesson | Forget | ForgetAll | ListAll | ShowInks | Export | Import | Erase


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A drawing was learned.

    Attributes:
        entry_id: of the new entry.
        lesson: what was learned.
        replaced: what this very drawing meant before, if it was known.
    """

    entry_id: int
    lesson: Lesson
    replaced: str | None


@dataclass(frozen=True, slots=True, eq=False)
class JobFailure:
    """A job was not done; what it was about is as it was."""

    job: Job
    error: HccrError


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """How far the writing or taking in of a file is.

    Attributes:
        done: steps done; at most ``total``.
        total: steps in all, at least 1.
    """

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Transferred:
    """A file was written or taken in.

    Attributes:
        path: the file.
        count: drawings in it.
    """

    path: Path
    count: int


@dataclass(frozen=True, slots=True)
class EmbeddingProgress:
    """How far the open model is with drawings that it has not seen: loaded ones, and those of another model.

    Attributes:
        done: drawings that are in use now.
        total: that many were to be done; ``done`` at the end, also where that is an early one.
    """

    done: int
    total: int

    @property
    def is_over(self) -> bool:
        """Nothing more is being done."""
        return self.done >= self.total
