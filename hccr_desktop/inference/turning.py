"""Whether a picture lies on its side: quarter turns that make the network surer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from hccr_desktop.domain.candidate import Recognition
from hccr_desktop.errors import EmptyInkError, ReadingCancelledError
from hccr_desktop.imaging.clean import CleanPage
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.segmentation import Piece, Segmentation, segment
from hccr_desktop.imaging.types import ModelImage, PageImage
from hccr_desktop.inference.lattice import Geometry, build_lattice
from hccr_desktop.inference.lone_character import may_be_one
from hccr_desktop.inference.page_reading import BatchRecognizer

QuarterTurn = Literal[0, 90, 180, 270]
"""Degrees clockwise."""

_TURNS: Final[tuple[QuarterTurn, ...]] = (90, 180, 270)

_LOOKS: Final = 10
"""Characters looked at for each turn."""

_UNSURE: Final = 1.0
"""Doubt (a negative logarithm of confidence) that is added to an answer the model itself does not stand by. Characters
on their side are often read with some confidence, but seldom so that they pass for characters."""

_MOST_DOUBT: Final = 6.0

_WORTH_A_TRIAL: Final = 0.45
"""Mean doubt of a page's characters below which no time is spent on trying turns: of 17 pages of five and more, each
lay with 0.52 and more, and two in three stood with less."""

_GAIN: Final = 0.4
"""By how much a turn must lower the mean doubt to be proposed: of 30 composed pages of 1 to 20 characters, turned each
way, 83 of 90 got the right proposal and 2 a wrong one, and none that stood upright got any; 0.3 to 0.5 do the same."""


@dataclass(frozen=True, slots=True)
class TurnProposal:
    """A quarter turn that makes the network surer.

    Attributes:
        degrees: clockwise.
        confidence: typical confidence of a character after it, in [0, 1].
        confidence_before: the same as the picture is.
    """

    degrees: QuarterTurn
    confidence: float
    confidence_before: float


def propose_turn(
    recognizer: BatchRecognizer,
    page: CleanPage,
    *,
    is_one_character: bool = False,
    is_cancelled: Callable[[], bool] | None = None,
) -> TurnProposal | None:
    """Try the four ways round on a few of a page's characters, and on all ink where that may be one.

    Args:
        recognizer: an open model.
        page: a cleaned picture.
        is_one_character: it shows one, and none is looked for.
        is_cancelled: asked before each turn.

    Returns:
        The turn after which the network is clearly surer; None where there is none, or no ink.

    Raises:
        ReadingCancelledError: ``is_cancelled`` said so.
    """
    ways = [[page.image]] if is_one_character else _ways_to_read(segment(page.image))
    readings = [_Reading(recognizer, pictures, is_cancelled) for pictures in ways]
    readings = [reading for reading in readings if reading.images(0)]
    if not readings or min(reading.doubt(0) for reading in readings) < _GAIN:
        return None
    doubt, degrees, best = min(
        ((reading.doubt(degrees), degrees, reading) for reading in readings for degrees in _TURNS),
        key=lambda found: found[0],
    )
    if doubt > best.doubt(0) - _GAIN:
        return None
    return TurnProposal(degrees, best.confidence(degrees), best.confidence(0))


def may_lie(recognitions: Sequence[Recognition]) -> bool:
    """Whether a page that was read so is worth the time of :func:`propose_turn`.

    One character may be a whole page that lies on its side; where the network has little doubt of it, no turn can
    take away as much as a proposal needs.
    """
    if len(recognitions) < 2:
        return not recognitions or _mean_doubt(recognitions) >= _GAIN
    return _mean_doubt(recognitions) >= _WORTH_A_TRIAL


def turned(picture: PageImage, degrees: QuarterTurn) -> PageImage:
    """A picture turned clockwise by quarters; the same array for none."""
    return np.ascontiguousarray(np.rot90(picture, -degrees // 90)) if degrees else picture


class _Reading:
    """What the recognizer says of some of a page's pictures, each turned by quarters; asks it once a turn."""

    def __init__(
        self, recognizer: BatchRecognizer, pictures: Sequence[PageImage], is_cancelled: Callable[[], bool] | None
    ) -> None:
        self._recognizer = recognizer
        self._pictures = pictures
        self._is_cancelled = is_cancelled
        self._answers: dict[QuarterTurn, list[Recognition]] = {}

    def images(self, degrees: QuarterTurn) -> list[ModelImage]:
        """The pictures that have ink, as the network takes them."""
        images = []
        for picture in self._pictures:
            try:
                images.append(normalize(turned(picture, degrees), polarity="dark_ink"))
            except EmptyInkError:
                continue
        return images

    def doubt(self, degrees: QuarterTurn) -> float:
        """Of a picture turned so, on average."""
        return _mean_doubt(self._look(degrees))

    def confidence(self, degrees: QuarterTurn) -> float:
        """Typical confidence in a picture turned so, in [0, 1]."""
        answers = self._look(degrees)
        return math.exp(sum(math.log(max(1e-6, answer.best.confidence)) for answer in answers) / len(answers))

    def _look(self, degrees: QuarterTurn) -> list[Recognition]:
        if degrees not in self._answers:
            if self._is_cancelled is not None and self._is_cancelled():
                raise ReadingCancelledError("The reading was stopped.")
            self._answers[degrees] = self._recognizer.recognize_batch(self.images(degrees), kind="page", count=1)
        return self._answers[degrees]


def _mean_doubt(recognitions: Sequence[Recognition]) -> float:
    """Negative logarithm of confidence on average, with what an answer costs that the model does not stand by."""
    doubts = [
        min(_MOST_DOUBT, -math.log(max(1e-6, one.best.confidence))) + (0.0 if one.is_sure else _UNSURE)
        for one in recognitions
    ]
    return sum(doubts) / len(doubts)


def _ways_to_read(segmentation: Segmentation) -> list[list[PageImage]]:
    """The largest characters, since a 一 says nothing of which way is up; and all ink as one, where it may be one.

    The same pictures are turned every way: a page taken apart anew after a turn may fall into other pieces, and their
    doubts differ for reasons that have nothing to do with the turn.
    """
    groups: list[tuple[Piece, ...]] = []
    for line in segmentation.lines:
        path = build_lattice(line, segmentation.size_px, Geometry()).cheapest()
        groups.extend(line[start:stop] for start, stop in path)
    if not groups:
        return []
    groups.sort(key=lambda pieces: -sum(piece.box.width * piece.box.height for piece in pieces))
    ways = [[segmentation.picture_of(pieces) for pieces in groups[:_LOOKS]]]
    if len(groups) > 1 and may_be_one(segmentation, len(groups)):
        ways.append([segmentation.picture_of(segmentation.pieces)])
    return ways
