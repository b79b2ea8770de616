"""What a recognizer answers."""

from dataclasses import dataclass
from typing import Literal

SourceKind = Literal["ink", "page"]
"""Where a model image came from: drawn strokes, or a picture. Each has a temperature of its own."""


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
    """

    candidates: tuple[Candidate, ...]
    model_id: str
    elapsed_ms: float
    is_sure: bool = True
    is_several: bool = False

    @property
    def best(self) -> Candidate:
        """The most likely candidate."""
        return self.candidates[0]
