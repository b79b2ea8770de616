"""What the window and the recognition thread tell each other: frozen values, and what they need of a recognizer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from hccr_desktop.domain.candidate import Recognition, SourceKind
from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.domain.ink import Ink, StrokeArray
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.drawing_history import Drawing
from hccr_desktop.imaging.types import ModelImage

if TYPE_CHECKING:  # it brings OpenCV, which the window does not wait for
    from hccr_desktop.inference.recognizer import NetworkOutput


class NamedModel(Protocol):
    """What the service needs of a model card."""

    @property
    def model_id(self) -> str:
        """Name shown to the user."""

    @property
    def characters(self) -> CharacterSet:
        """Class order."""


class OpenRecognizer(Protocol):
    """What the service needs of a recognizer; :class:`hccr_desktop.inference.recognizer.Recognizer` has it."""

    @property
    def card(self) -> NamedModel:
        """What the model says of itself."""

    @property
    def provider(self) -> str:
        """``CPU`` or ``CUDA``: what really runs."""

    @property
    def provider_note(self) -> str:
        """One sentence where the provider is not the wanted one, else empty."""

    def recognize(
        self,
        image: ModelImage,
        *,
        kind: SourceKind,
        count: int = 10,
        strokes: Sequence[StrokeArray] | None = None,
    ) -> Recognition:
        """The most likely characters of one model image; of ink, its strokes say whether it is a character at all."""

    def confirm(self, recognition: Recognition, strokes: Sequence[StrokeArray]) -> Recognition:
        """A recognition of ink that is not final yet, after a second look."""

    def recognize_batch(self, images: Sequence[ModelImage], *, kind: SourceKind, count: int = 10) -> list[Recognition]:
        """The most likely characters of each image."""

    def run(self, images: Sequence[ModelImage]) -> "NetworkOutput":
        """All outputs for a batch."""

    def dense_weights(self) -> npt.NDArray[np.float32]:
        """(classes, 448) float32 weights of the last layer."""


RecognizerFactory = Callable[[], OpenRecognizer]
PictureSource = Path | bytes | QImage


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """The model that was opened: its name, what runs it, and a sentence where that is not what was wanted."""

    model_id: str
    provider: str
    provider_note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One recognition, with the wall time of all that it took, from ink or model image to candidates."""

    request_id: int
    recognition: Recognition
    elapsed_ms: float


@dataclass(frozen=True, slots=True, eq=False)
class Unconfirmed:
    """An answer that is not final, and the ink it answers."""

    answer: Answer
    ink: Ink


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request has no answer."""

    request_id: int
    error: HccrError


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why a character: the evidence for and against it, to be laid over the drawing.

    Attributes:
        request_id: number of the request.
        character: the one explained.
        film: (n, n, 3) uint8 RGB, to be multiplied over the drawing; read-only.
        legend: (1, m, 3) uint8 RGB, from strongest against to strongest for; read-only.
        square: left, top, width and height of what the film covers: in canvas units for ink, else in parts of the
            picture's width and height.
    """

    request_id: int
    character: str
    film: npt.NDArray[np.uint8]
    legend: npt.NDArray[np.uint8]
    square: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is to be explained: why a drawing may be a character."""

    request_id: int
    drawing: Drawing
    character: str


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """What is to be recognized, and how many candidates are wanted."""

    request_id: int
    subject: Ink | ModelImage
    count: int
