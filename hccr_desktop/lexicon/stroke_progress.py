"""Writing a character over time: which strokes are done, and where the pen is. Knows nothing of painting or clocks."""

import math
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from hccr_desktop.lexicon.stroke_order import Position, StrokeOrder, StrokeShape

PAUSE_TRAVEL: Final = 0.25
"""Way of the pen between two strokes, in sides of the square. Taste: about the share of time a slow hand is up."""

MIN_STROKE_TRAVEL: Final = 0.15
"""Least way counted for a stroke, so that a dot is seen being written. Taste."""


@dataclass(frozen=True, slots=True)
class StrokeProgress:
    """A moment of writing.

    Attributes:
        complete: strokes that are done; also the index of the one in work.
        current: how far the pen is along the median of stroke ``complete``, in [0, 1); 0 while the pen is up.
    """

    complete: int
    current: float


def pen_travel(order: StrokeOrder) -> float:
    """Way of the pen in sides of the square, pauses included; divided by a speed it is the time to take."""
    return sum(_travels(order)) + PAUSE_TRAVEL * (len(order.strokes) - 1)


def stroke_progress(order: StrokeOrder, fraction: float) -> StrokeProgress:
    """What has been written after a fraction of the time, the pen moving evenly.

    Args:
        order: the character.
        fraction: of the whole time; 0 and less is the beginning, 1 and more the end.

    Raises:
        ValueError: the fraction is not a number.
    """
    if math.isnan(fraction):
        raise ValueError("the fraction of the time must be a number")
    if fraction >= 1:
        return StrokeProgress(len(order.strokes), 0.0)
    travels = _travels(order)
    begins = list(accumulate((travel + PAUSE_TRAVEL for travel in travels[:-1]), initial=0.0))
    travelled = max(fraction, 0.0) * pen_travel(order)
    stroke = bisect_right(begins, travelled) - 1
    share = (travelled - begins[stroke]) / travels[stroke]
    return StrokeProgress(stroke + 1, 0.0) if share >= 1 else StrokeProgress(stroke, share)


def partial_median(stroke: StrokeShape, share: float) -> tuple[Position, ...]:
    """The part of a median that has been written, from its first position to the pen's.

    Args:
        stroke: the stroke in work.
        share: of the median's length, as ``StrokeProgress.current`` says; held within [0, 1].

    Returns:
        At least one position; the last one is the pen's.
    """
    left = min(max(share, 0.0), 1.0) * _length(stroke)
    written = [stroke.median[0]]
    for start, end in pairwise(stroke.median):
        step = math.dist(start, end)
        if step >= left:
            if left > 0:
                part = left / step
                written.append((start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part))
            break
        written.append(end)
        left -= step
    return tuple(written)


def _travels(order: StrokeOrder) -> list[float]:
    return [max(_length(stroke), MIN_STROKE_TRAVEL) for stroke in order.strokes]


def _length(stroke: StrokeShape) -> float:
    return sum(math.dist(start, end) for start, end in pairwise(stroke.median))
