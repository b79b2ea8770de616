"""Is this a character at all? Told from what the network answers in one pass, and from the lines of the picture."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.imaging.shape import SHAPE_VALUES, describe_shape
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.halves_rule import HalvesRule
from hccr_desktop.inference.layers import Layers
from hccr_desktop.inference.pen_rule import PenRule

SUMMARY: Final = ("best logit less the mean", "log sum of exponentials", "best logit less the mean of the next 19")
"""What the rule takes from the logits; the embedding and the shape, value by value and squared, are the rest."""

NETWORK_VALUES: Final = 2 * FEATURES + len(SUMMARY)
"""What the network says; rules of models made before 2026-12 weigh nothing else."""

VALUES: Final = NETWORK_VALUES + 2 * SHAPE_VALUES

_NEXT: Final = 20
_LAYERS: Final = ("hidden", "output")


def summarize(
    logits: npt.NDArray[np.float32],
    embedding: npt.NDArray[np.float32],
    images: Sequence[ModelImage] | npt.NDArray[np.float32],
) -> npt.NDArray[np.float64]:
    """What the rule weighs.

    Args:
        logits: (N, classes), not divided by any temperature.
        embedding: (N, 448).
        images: N model images, each (96, 96) float32, that were answered so.

    Returns:
        (N, VALUES) float64: the embedding, its squares, SUMMARY, the shape, its squares.
    """
    shape = np.array([describe_shape(image) for image in images], np.float64).reshape(-1, SHAPE_VALUES)
    return np.concatenate([_summarize_network(logits, embedding), shape, shape**2], axis=1)


def _summarize_network(logits: npt.NDArray[np.float32], embedding: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
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
    """A weighted sum that is 0 or more for what looks like one of the known characters, and a least confidence.

    Attributes:
        weights: of :func:`summarize`'s VALUES, or of the first NETWORK_VALUES alone.
        offset: added to the sum; set so that, with the least confidence, a chosen share of real characters passes.
        accepted: share of real validation characters that pass both, in percent, measured on samples that the weights
            were not fitted on.
        false_alarms: (kind of non-character, percent that passes all the same), on drawings of their own.
        least_confidence: of the first candidate, below which nothing passes.
        accepted_right: as ``accepted``, of the characters that the network reads right; None where nobody measured it.
    """

    weights: tuple[float, ...]
    offset: float
    accepted: float
    false_alarms: tuple[tuple[str, float], ...] = ()
    least_confidence: float = 0.0
    accepted_right: float | None = None

    def __post_init__(self) -> None:
        numbers = [*self.weights, self.offset, self.least_confidence]
        if len(self.weights) not in (NETWORK_VALUES, VALUES) or not np.isfinite(numbers).all():
            raise ValueError("a rejection rule of another shape")

    def scores(
        self,
        logits: npt.NDArray[np.float32],
        embedding: npt.NDArray[np.float32],
        images: Sequence[ModelImage] | npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float64]:
        """(N,) float64, 0 or more where the picture passes; see :func:`summarize` for the arguments."""
        has_shape = len(self.weights) == VALUES
        values = summarize(logits, embedding, images) if has_shape else _summarize_network(logits, embedding)
        return np.asarray(values @ np.array(self.weights) + self.offset, np.float64)

    def accepts(
        self,
        logits: npt.NDArray[np.float32],
        embedding: npt.NDArray[np.float32],
        image: ModelImage,
        *,
        confidence: float,
    ) -> bool:
        """Whether one answer counts as surely read.

        Args:
            logits: (classes,) of the picture.
            embedding: (448,) of the picture.
            image: (96, 96) float32, the picture.
            confidence: of the first candidate.
        """
        # The cheap half first: what has no likely reading needs no look at its lines.
        if confidence < self.least_confidence:
            return False
        return bool(self.scores(logits[None], embedding[None], [image])[0] >= 0)


@dataclass(frozen=True, slots=True)
class Rejection:
    """The rules of both kinds of source.

    Attributes:
        ink: of drawn ink whose strokes are not known, and of what ``pen`` takes from the network.
        page: of pictures.
        pen: of drawn ink; None in models made before 2026-12.
    """

    ink: RejectionRule
    page: RejectionRule
    pen: PenRule | None = None

    def to_table(self) -> dict[str, object]:
        """What :meth:`of` reads back; without ``pen`` it looks as it always did."""
        values = asdict(self)
        if self.pen is None:
            del values["pen"]
        elif self.pen.halves is None:
            del values["pen"]["halves"]
        return values

    @classmethod
    def of(cls, values: object) -> "Rejection":
        """From what ``dataclasses.asdict`` and JSON make of one.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        if not isinstance(values, dict):
            raise TypeError("a rejection is a table")
        pen = _pen_rule(values["pen"]) if "pen" in values else None
        return cls(_rule(values["ink"]), _rule(values["page"]), pen)


def _rule(values: dict[str, object]) -> RejectionRule:
    weights, alarms, right = values["weights"], values["false_alarms"], values.get("accepted_right")
    if not isinstance(weights, list) or not isinstance(alarms, list):
        raise TypeError("a rejection rule is made of lists")
    return RejectionRule(
        weights=tuple(float(weight) for weight in weights),
        offset=float(values["offset"]),  # type: ignore[arg-type]  # float() refuses what is no number
        accepted=float(values["accepted"]),  # type: ignore[arg-type]
        false_alarms=tuple((str(name), float(percent)) for name, percent in alarms),
        least_confidence=float(values.get("least_confidence", 0.0)),  # type: ignore[arg-type]
        accepted_right=None if right is None else float(right),  # type: ignore[arg-type]
    )


def _pen_rule(values: dict[str, object]) -> PenRule:
    alarms = values["false_alarms"]
    if not isinstance(alarms, list):
        raise TypeError("a pen rule is made of lists")
    right = values.get("accepted_right")
    return PenRule(
        path=_layers(values["path"]),
        joint=_layers(values["joint"]),
        strokes=str(values["strokes"]),
        accepted=float(values["accepted"]),  # type: ignore[arg-type]  # float() refuses what is no number
        false_alarms=tuple((str(name), float(percent)) for name, percent in alarms),
        accepted_right=None if right is None else float(right),  # type: ignore[arg-type]
        halves=_halves_rule(values["halves"]) if "halves" in values else None,
    )


def _halves_rule(values: object) -> HalvesRule:
    if not isinstance(values, dict) or not isinstance(values["false_alarms"], list):
        raise TypeError("a rule for halves is a table")
    alarms = tuple((str(name), float(percent)) for name, percent in values["false_alarms"])
    return HalvesRule(_layers(values["layers"]), float(values["refused"]), alarms)


def _layers(values: object) -> Layers:
    if not isinstance(values, dict):
        raise TypeError("layers are a table")
    return Layers(*(tuple(tuple(float(weight) for weight in row) for row in values[name]) for name in _LAYERS))
