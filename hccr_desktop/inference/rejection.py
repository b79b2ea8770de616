"""Is this a character at all? Told from what the network answers in one pass."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import FEATURES

SUMMARY: Final = ("best logit less the mean", "log sum of exponentials", "best logit less the mean of the next 19")
"""What the rule takes from the logits; the embedding, value by value and squared, is the rest."""

_NEXT: Final = 20


def summarize(logits: npt.NDArray[np.float32], embedding: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """What the rule weighs.

    Args:
        logits: (N, classes), not divided by any temperature.
        embedding: (N, 448).

    Returns:
        (N, 2 * 448 + 3) float64: the embedding, its squares, and SUMMARY.
    """
    values = logits.astype(np.float64)
    best = values.max(axis=1)
    log_sum = best + np.log(np.exp(values - best[:, None]).sum(axis=1))
    count = min(_NEXT, values.shape[1])
    first = -np.partition(-values, count - 1, axis=1)[:, :count]
    others = (first.sum(axis=1) - best) / max(1, count - 1)
    own = embedding.astype(np.float64)
    return np.concatenate([own, own**2, np.stack([best - values.mean(axis=1), log_sum, best - others], axis=1)], axis=1)


@dataclass(frozen=True, slots=True)
class RejectionRule:
    """A weighted sum that is 0 or more for what looks like one of the known characters.

    Attributes:
        weights: of :func:`summarize`'s values, 2 * 448 + 3.
        offset: added to the sum; set so that a chosen share of real characters passes.
        accepted: share of real validation characters that pass, in percent, measured on samples that the weights were
            not fitted on.
        false_alarms: (kind of non-character, percent that passes all the same), on drawings of their own.
    """

    weights: tuple[float, ...]
    offset: float
    accepted: float
    false_alarms: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if len(self.weights) != 2 * FEATURES + len(SUMMARY) or not np.isfinite([*self.weights, self.offset]).all():
            raise ValueError("a rejection rule of another shape")

    def scores(self, logits: npt.NDArray[np.float32], embedding: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """(N,) float64, 0 or more where the picture passes; see :func:`summarize` for the arguments."""
        return np.asarray(summarize(logits, embedding) @ np.array(self.weights) + self.offset, np.float64)


@dataclass(frozen=True, slots=True)
class Rejection:
    """The rules of both kinds of source."""

    ink: RejectionRule
    page: RejectionRule

    @classmethod
    def of(cls, values: object) -> "Rejection":
        """From what ``dataclasses.asdict`` and JSON make of one.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        if not isinstance(values, dict):
            raise TypeError("a rejection is a table")
        return cls(*(_rule(values[kind]) for kind in ("ink", "page")))


def _rule(values: dict[str, object]) -> RejectionRule:
    weights, alarms = values["weights"], values["false_alarms"]
    if not isinstance(weights, list) or not isinstance(alarms, list):
        raise TypeError("a rejection rule is made of lists")
    return RejectionRule(
        weights=tuple(float(weight) for weight in weights),
        offset=float(values["offset"]),  # type: ignore[arg-type]  # float() refuses what is no number
        accepted=float(values["accepted"]),  # type: ignore[arg-type]
        false_alarms=tuple((str(name), float(percent)) for name, percent in alarms),
    )
