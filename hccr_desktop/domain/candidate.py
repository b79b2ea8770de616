"""What a recognizer answers."""

import math
from dataclasses import dataclass
from typing import Final, Literal

SourceKind = Literal["ink", "page"]
"""Where a model image came from: drawn strokes, or a picture. Each has a temperature of its own."""


_MOST_ODDS: Final = 8.0
"""Where log odds end: beyond, one answer is as sure as the other, and a fit would bend to the few that lie far out."""


def log_odds(confidence: float) -> float:
    """Natural logarithm of a confidence over the rest, within -8 and 8."""
    odds = math.log(max(confidence, 1e-9)) - math.log(max(1 - confidence, 1e-9))
    return min(max(odds, -_MOST_ODDS), _MOST_ODDS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible reading.

    Attributes:
        character: one code point.
        confidence: calibrated probability in [0, 1].
    """

    character: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Recognition:
    """The answer to one model image.

    Attributes:
        candidates: best first; their confidences sum to 1 only if every class is among them.
        model_id: name of the model that answered.
        elapsed_ms: wall time of the inference in milliseconds; in a batch, the batch's time over its size.
        is_sure: the first candidate is confident enough that the picture most likely shows a known character.
        is_several: it is not sure because the drawing looks like several characters at once.
        is_final: whether it is sure is settled; where not, a second look at the drawing may still find several
            characters (:meth:`hccr_desktop.inference.recognizer.Recognizer.confirm`). The candidates stay.
    """

    candidates: tuple[Candidate, ...]
    model_id: str
    elapsed_ms: float
    is_sure: bool = True
    is_several: bool = False
    is_final: bool = True

    @property
    def best(self) -> Candidate:
        """The most likely candidate."""
        return self.candidates[0]
