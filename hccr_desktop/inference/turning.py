"""Whether a picture lies on its side: quarter turns that make the network surer."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from hccr_desktop.errors import EmptyInkError, ReadingCancelledError
from hccr_desktop.imaging.clean import CleanPage
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.segmentation import Piece, Segmentation, segment
from hccr_desktop.imaging.types import ModelImage, PageImage
from hccr_desktop.inference.lattice import Geometry, build_lattice
from hccr_desktop.inference.page_reading import BatchRecognizer

QuarterTurn = Literal[0, 90, 180, 270]

_TURNS: Final[tuple[QuarterTurn, ...]] = (90, 180, 270)

_LOOKS: Final = 10
"""Characters looked at for each turn."""

_SURE_ENOUGH: Final = 0.55
"""Typical confidence from which a picture is taken to be upright, and no turn is tried."""

_GAIN: Final = 0.6
"""By how much a turn must lower the mean doubt (a negative logarithm of confidence) to be proposed: a factor of 1.8."""


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
    recognizer: BatchRecognizer, page: CleanPage, *, is_cancelled: Callable[[], bool] | None = None
) -> TurnProposal | None:
    """Try the four ways round on a few of a page's characters.

    Args:
        recognizer: an open model.
        page: a cleaned picture.
        is_cancelled: asked before each turn.

    Returns:
        The turn after which the network is clearly surer; None where there is none, or no ink.

    Raises:
        ReadingCancelledError: ``is_cancelled`` said so.
    """
    before = _mean_doubt(recognizer, page.image, is_cancelled)
    if before is None or math.exp(-before) >= _SURE_ENOUGH:
        return None
    found: list[tuple[float, QuarterTurn]] = []
    for degrees in _TURNS:
        doubt = _mean_doubt(recognizer, turned(page.image, degrees), is_cancelled)
        if doubt is not None:
            found.append((doubt, degrees))
    if not found or min(found)[0] > before - _GAIN:
        return None
    doubt, degrees = min(found)
    return TurnProposal(degrees, math.exp(-doubt), math.exp(-before))


def turned(picture: PageImage, degrees: QuarterTurn) -> PageImage:
    """A picture turned clockwise by quarters; the same array for none."""
    return np.ascontiguousarray(np.rot90(picture, -degrees // 90)) if degrees else picture


def _mean_doubt(recognizer: BatchRecognizer, page: PageImage, is_cancelled: Callable[[], bool] | None) -> float | None:
    if is_cancelled is not None and is_cancelled():
        raise ReadingCancelledError("The reading was stopped.")
    segmentation = segment(page)
    images = _typical(segmentation) if segmentation.lines else []
    if not images:
        return None
    answers = recognizer.recognize_batch(images, kind="page", count=1)
    return sum(-math.log(max(1e-6, answer.best.confidence)) for answer in answers) / len(answers)


def _typical(segmentation: Segmentation) -> list[ModelImage]:
    """The characters with most ink marks, since a 一 says nothing of which way is up; all ink if it is little."""
    groups: list[tuple[Piece, ...]] = []
    for line in segmentation.lines:
        path = build_lattice(line, segmentation.size_px, Geometry()).cheapest()
        groups.extend(line[start:stop] for start, stop in path)
    if len(groups) <= 2:
        groups = [segmentation.pieces]
    groups.sort(key=lambda pieces: -sum(piece.box.width * piece.box.height for piece in pieces))
    images = []
    for pieces in groups[:_LOOKS]:
        try:
            images.append(normalize(segmentation.picture_of(tuple(pieces)), polarity="dark_ink"))
        except EmptyInkError:
            continue
    return images
