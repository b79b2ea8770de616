"""Is drawn ink a character at all? Told from the way of the pen and from what the network answers."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.candidate import log_odds
from hccr_desktop.domain.ink import StrokeArray
from hccr_desktop.domain.pen_path import PATH_VALUES, describe_path
from hccr_desktop.inference.halves_rule import HalvesRule, may_be_two
from hccr_desktop.inference.layers import Layers

ANSWER: Final = ("score", "odds", "strokes")
"""What the rule takes from the network: the sum of the rule for pictures, the log odds of the first candidate, and the
logarithm of the number of strokes less that of the candidates."""

PEN_VALUES: Final = PATH_VALUES + len(ANSWER)
"""The way of the pen, then ANSWER."""

OUTCOMES: Final = ("character", "several", "none")
"""What ink may be: one of the known characters, several at once, or something else."""

JOINT_VALUES: Final = len(OUTCOMES) - 1 + len(ANSWER)
"""Log odds of a character against each other outcome by the way of the pen alone, then ANSWER."""

_MOST_SCORE: Final = 30.0
_MOST_PATH_ODDS: Final = 20.0
"""Where they end: beyond, one is as sure as the other, and the fit would bend to the few that lie far out."""

_STROKE_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Verdict(NamedTuple):
    """What is thought of an answer.

    Attributes:
        is_sure: the picture most likely shows a known character.
        is_several: not sure, because it looks like several characters at once.
        is_final: a second look at the halves would tell nothing more.
    """

    is_sure: bool
    is_several: bool = False
    is_final: bool = True


def limit_score(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Weighted sums of the rule for pictures, as ANSWER has them."""
    return np.clip(scores, -_MOST_SCORE, _MOST_SCORE)


def describe_answer(
    score: float, confidences: npt.NDArray[np.float32], log_strokes: npt.NDArray[np.float64], drawn: int
) -> npt.NDArray[np.float64]:
    """ANSWER's values.

    Args:
        score: weighted sum of the rule for pictures.
        confidences: (classes,) of every class.
        log_strokes: (classes,) logarithms of the classes' numbers of strokes.
        drawn: strokes of the ink, at least 1.
    """
    values = (
        limit_score(np.array(score)),
        log_odds(float(confidences.max())),
        np.log(drawn) - float(confidences.astype(np.float64) @ log_strokes),
    )
    return np.array(values, np.float64)


def pack_strokes(counts: Sequence[int]) -> str:
    """One base-36 digit a class, as :attr:`PenRule.strokes` keeps them; what has more strokes than 35 gets 35."""
    return "".join(_STROKE_DIGITS[min(count, len(_STROKE_DIGITS) - 1)] for count in counts)


@functools.lru_cache(maxsize=4)
def unpack_strokes(packed: str) -> npt.NDArray[np.float64]:
    """(classes,) logarithms of the numbers of strokes, not to be written to: it is kept for the next call.

    Raises:
        ValueError: there is something else in it than base-36 digits above 0.
    """
    counts = [_STROKE_DIGITS.index(digit) for digit in packed]
    if not counts or min(counts) < 1:
        raise ValueError("a class without strokes")
    logarithms = np.log(np.array(counts, np.float64))
    logarithms.setflags(write=False)
    return logarithms


@dataclass(frozen=True, slots=True)
class PenRule:
    """Two small networks: one knows the way of the pen alone, the other weighs what it says against the answer.

    The first can be fitted to many more drawings, since it needs no answer.

    Attributes:
        path: of :func:`describe_path`'s values.
        joint: of JOINT_VALUES. The character's offset is set so that a chosen share of real characters passes.
        strokes: how many strokes each class of the model has, packed by :func:`pack_strokes`.
        accepted: share of real validation characters that pass, in percent, measured on samples of classes that the
            weights were not fitted on.
        false_alarms: (kind of non-character, percent that passes all the same), on drawings of their own.
        accepted_right: as ``accepted``, of the characters that the network reads right; None where nobody measured it.
        halves: has the last word on ink that passes; None in models made before 2026-12. ``accepted`` and
            ``false_alarms`` are measured without it.

    Raises:
        ValueError: the networks take other values, or the strokes are none.
    """

    path: Layers
    joint: Layers
    strokes: str
    accepted: float
    false_alarms: tuple[tuple[str, float], ...] = ()
    accepted_right: float | None = None
    halves: HalvesRule | None = None

    def __post_init__(self) -> None:
        outcomes = {len(self.path.output), len(self.joint.output)}
        if (self.path.width, self.joint.width, outcomes) != (PATH_VALUES, JOINT_VALUES, {len(OUTCOMES)}):
            raise ValueError("a pen rule of another shape")
        unpack_strokes(self.strokes)

    def judge(self, strokes: Sequence[StrokeArray], confidences: npt.NDArray[np.float32], *, score: float) -> Verdict:
        """Whether an answer to ink counts as surely read, before its halves are looked at.

        Args:
            strokes: the ink, each (points, 2) float, in the order they were drawn.
            confidences: (classes,) of every class.
            score: weighted sum of the rule for pictures.
        """
        answer = describe_answer(score, confidences, unpack_strokes(self.strokes), len(strokes))
        values = np.concatenate([describe_path(strokes), answer])
        outcomes = self.joint.outcomes(join(self.path, values[None]))
        if margins(outcomes)[0] < 0:
            return Verdict(is_sure=False, is_several=bool(outcomes[0, 1] > outcomes[0, 2]))
        is_final = self.halves is None or may_be_two(strokes, float(confidences.max())) is None
        return Verdict(is_sure=True, is_final=is_final)


def join(path: Layers, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(N, JOINT_VALUES) of (N, PEN_VALUES)."""
    outcomes = path.outcomes(values[:, :PATH_VALUES])
    odds = np.clip(outcomes[:, :1] - outcomes[:, 1:], -_MOST_PATH_ODDS, _MOST_PATH_ODDS)
    return np.concatenate([odds, values[:, PATH_VALUES:]], axis=1)


def margins(outcomes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(N,) log odds of a character against all else, of (N, OUTCOMES)."""
    return np.asarray(outcomes[:, 0] - np.logaddexp(outcomes[:, 1], outcomes[:, 2]), np.float64)
