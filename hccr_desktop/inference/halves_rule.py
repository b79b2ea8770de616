"""Is drawn ink two characters rather than the one that it was read as? Told from what its halves are read as."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.candidate import log_odds
from hccr_desktop.domain.ink import StrokeArray
from hccr_desktop.domain.pen_path import Cut, find_cut
from hccr_desktop.inference.layers import Layers

HALVES: Final = ("whole odds", "weaker half's odds", "stronger half's odds", "gap", "smaller side", "fill")
"""What the rule weighs: log odds of the first candidates of all ink and of both halves, and where they part."""

MOST_CONFIDENCE: Final = 0.99
"""Of all ink, from which on its halves are not asked: 大口 is read as 加 with 90 %, but 明 is 明 and not 日月. Of
validation ink 39 % reach it, of pairs of simple characters that pass for one 4 % (fourth weights)."""

LEAST_GAP: Final = -0.05
"""Between halves that are asked; of validation ink 35 % have it, of pairs 98 to 100 % (fourth weights)."""

_MOST_GAP: Final = 0.6


def may_be_two(strokes: Sequence[StrokeArray], confidence: float) -> Cut | None:
    """Where to halve ink for a second look, or None where that would tell nothing.

    Args:
        strokes: at least one, in the order they were drawn, each (points, 2) float.
        confidence: of the first candidate of all ink.
    """
    if confidence >= MOST_CONFIDENCE:
        return None
    cut = find_cut(strokes)
    return cut if cut is not None and cut.gap > LEAST_GAP else None


def describe_halves(cut: Cut, confidence: float, halves: Sequence[float]) -> npt.NDArray[np.float64]:
    """HALVES' values.

    Args:
        cut: between the halves.
        confidence: of the first candidate of all ink.
        halves: the same of both halves.
    """
    sizes = min(cut.gap, _MOST_GAP), cut.smaller, cut.fill
    return np.array([log_odds(confidence), log_odds(min(halves)), log_odds(max(halves)), *sizes], np.float64)


@dataclass(frozen=True, slots=True)
class HalvesRule:
    """A small network that is asked of ink that passed all else.

    Attributes:
        layers: of HALVES' values; outcomes are one character and two.
        refused: share of all real validation characters that it refuses, in percent, each judged by weights fitted
            without its class.
        false_alarms: (kind of pairs, percent that still passes), on drawings of their own.

    Raises:
        ValueError: the network takes other values, or has other outcomes.
    """

    layers: Layers
    refused: float
    false_alarms: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if (self.layers.width, len(self.layers.output)) != (len(HALVES), 2):
            raise ValueError("a rule for halves of another shape")

    def is_one(self, values: npt.NDArray[np.float64]) -> bool:
        """Whether ink is one character, of (HALVES,) of :func:`describe_halves`."""
        one, two = self.layers.outcomes(values[None])[0]
        return bool(one >= two)
