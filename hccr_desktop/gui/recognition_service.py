"""Recognition off the GUI thread: the latest request wins, and late answers are dropped."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtGui import QImage

from hccr_desktop.domain.candidate import Recognition, SourceKind
from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import EmptyInkError, HccrError
from hccr_desktop.gui.drawing_history import Drawing, Picture
from hccr_desktop.gui.qt_images import png_bytes
from hccr_desktop.imaging.types import ModelImage

if TYPE_CHECKING:  # it brings OpenCV, which the window does not wait for
    from hccr_desktop.inference.recognizer import NetworkOutput

logger = logging.getLogger(__name__)

PREVIEW_SIDE_PX: Final = 1200
"""Long side of an opened picture on the canvas: enough for a large canvas at 200 %."""

DOT_EXTENT: Final = 0.04
"""Canvas units. Ink smaller than the recognizer's pen width is a tap, whatever the hand's tremor drew."""

CLOSE_LIMIT_MS: Final = 5000
"""How long closing waits for the worker, which may be opening a model from a slow disk."""

Item = TypeVar("Item")


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

    def recognize(self, image: ModelImage, *, kind: SourceKind, count: int = 10) -> Recognition:
        """The most likely characters of one model image."""

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
class _Question:
    request_id: int
    drawing: Drawing
    character: str


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    request_id: int
    subject: Ink | ModelImage
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class _Reading:
    request_id: int
    source: PictureSource
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class _ReadPicture:
    request_id: int
    picture: Picture


class Mailbox(Generic[Item]):
    """One slot between two threads. A new item takes the place of one that waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._item: Item | None = None

    def put(self, item: Item) -> bool:
        """Leave an item; whether the slot was empty, so that the other side must be woken."""
        with self._lock:
            was_empty = self._item is None
            self._item = item
            return was_empty

    def take(self) -> Item | None:
        """The waiting item, which leaves the slot empty."""
        with self._lock:
            item, self._item = self._item, None
            return item


def is_dot(ink: Ink) -> bool:
    """Whether ink in canvas units is a mere tap, which is no character of any kind."""
    bounds = ink.bounds()
    return bounds is not None and max(bounds.width, bounds.height) < DOT_EXTENT


class _Worker(QObject):
    """Lives in the worker thread. Imports what is slow to import there, so that the window need not wait."""

    opened = Signal(object)
    open_failed = Signal(object)
    answered = Signal(object)
    failed = Signal(object)
    explained = Signal(object)
    picture_read = Signal(object)
    picture_failed = Signal(object)

    def __init__(
        self,
        factory: RecognizerFactory,
        requests: Mailbox[_Request],
        questions: Mailbox[_Question],
        readings: Mailbox[_Reading],
    ) -> None:
        super().__init__()
        self._factory = factory
        self._requests = requests
        self._questions = questions
        self._readings = readings
        self._recognizer: OpenRecognizer | None = None

    @Slot()
    def open_model(self) -> None:
        started = time.perf_counter()
        try:
            recognizer = self._factory()
            _prepare_ink(Ink.from_coordinates([[(0, 0), (1, 1)]]))  # loads OpenCV before the first stroke needs it
        except HccrError as error:
            logger.warning("no model: %s (%s)", error.message, error.detail)
            self.open_failed.emit(error)
            return
        except Exception as error:
            logger.exception("opening the model failed")
            self.open_failed.emit(HccrError("The model could not be opened.", detail=repr(error)))
            return
        logger.debug("model opened in %.0f ms", (time.perf_counter() - started) * 1000)
        self._recognizer = recognizer
        self.opened.emit(ModelInfo(recognizer.card.model_id, recognizer.provider, recognizer.provider_note))
        self.recognize_latest()

    @Slot()
    def recognize_latest(self) -> None:
        if self._recognizer is None:
            return  # the request stays in its slot until the model is open
        request = self._requests.take()
        if request is None:
            return
        try:
            started = time.perf_counter()
            if isinstance(request.subject, Ink):
                kind: SourceKind = "ink"
                model_image = _prepare_ink(request.subject)
            else:
                kind, model_image = "page", request.subject
            recognition = self._recognizer.recognize(model_image, kind=kind, count=request.count)
            answer = Answer(request.request_id, recognition, (time.perf_counter() - started) * 1000)
        except HccrError as error:
            self.failed.emit(Failure(request.request_id, error))
        except Exception as error:
            logger.exception("recognition failed")
            unexpected = HccrError("This drawing could not be recognized.", detail=repr(error))
            self.failed.emit(Failure(request.request_id, unexpected))
        else:
            logger.debug("recognized in %.1f ms", answer.elapsed_ms)
            self.answered.emit(answer)

    @Slot()
    def explain_latest(self) -> None:
        if self._recognizer is None:
            return
        question = self._questions.take()
        if question is None:
            return
        try:
            explanation = _explain(self._recognizer, question)
        except (HccrError, KeyError) as error:  # a dot, a model file that has gone, a character it does not know
            logger.info("nothing to explain of %s: %r", question.character, error)
        except Exception:
            logger.exception("explaining failed")
        else:
            self.explained.emit(explanation)

    @Slot()
    def read_latest(self) -> None:
        reading = self._readings.take()
        if reading is None:
            return
        try:
            picture = _read_picture(reading.source, reading.name)
        except HccrError as error:
            self.picture_failed.emit(Failure(reading.request_id, error))
        except Exception as error:
            logger.exception("reading a picture failed")
            unexpected = HccrError(f"{reading.name} could not be read.", detail=repr(error))
            self.picture_failed.emit(Failure(reading.request_id, unexpected))
        else:
            self.picture_read.emit(_ReadPicture(reading.request_id, picture))


def _prepare_ink(ink: Ink) -> ModelImage:
    if is_dot(ink):
        raise EmptyInkError("A single dot is not a character yet.")
    from hccr_desktop.imaging.rasterize import ink_to_model_image

    return ink_to_model_image(ink)


def _explain(recognizer: OpenRecognizer, question: _Question) -> Explanation:
    from hccr_desktop.imaging.heat_map import evidence_film, legend_film
    from hccr_desktop.imaging.normalize import network_square
    from hccr_desktop.imaging.rasterize import ink_network_square
    from hccr_desktop.inference.evidence import relative_evidence_map

    picture = question.drawing.picture
    if picture is None:
        model_image = _prepare_ink(question.drawing.ink)
        square = ink_network_square(question.drawing.ink)
    else:
        model_image = picture.model_image
        height, width = picture.preview.shape
        left, top, across, down = network_square(picture.preview)
        square = (left / width, top / height, across / width, down / height)
    evidence = relative_evidence_map(recognizer, recognizer.run([model_image]), question.character)
    film, legend = evidence_film(evidence), legend_film()
    film.setflags(write=False)
    legend.setflags(write=False)
    return Explanation(question.request_id, question.character, film, legend, square)


def _read_picture(source: PictureSource, name: str) -> Picture:
    from hccr_desktop.imaging.files import read_page_file
    from hccr_desktop.imaging.normalize import normalize
    from hccr_desktop.imaging.preview import shrink

    file = read_page_file(png_bytes(source) if isinstance(source, QImage) else source, name=name)
    try:
        model_image = normalize(file.image)
    except EmptyInkError as error:
        raise EmptyInkError(f"{name}: {error.message}", detail=error.detail) from error
    preview = shrink(file.image, long_side_px=PREVIEW_SIDE_PX)
    model_image.setflags(write=False)
    preview.setflags(write=False)
    return Picture(name, preview, model_image, file.note)


class RecognitionService(QObject):
    """Owns the worker thread. Lives in the GUI thread, as do its signals' receivers.

    Args:
        factory: opens the recognizer; called once, in the worker thread.
    """

    ready = Signal(object)
    """ModelInfo: the model is open. Ink drawn before is recognized right after."""
    unavailable = Signal(object)
    """HccrError: there is no model to recognize with."""
    recognized = Signal(object)
    """Answer to the latest request."""
    failed = Signal(object)
    """Failure of the latest request."""
    explained = Signal(object)
    """Explanation last asked for."""
    picture_read = Signal(object)
    """Picture of the latest reading."""
    picture_failed = Signal(object)
    """HccrError of the latest reading."""

    _open_wanted = Signal()
    _recognition_wanted = Signal()
    _explanation_wanted = Signal()
    _reading_wanted = Signal()

    def __init__(self, factory: RecognizerFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request_id = 0
        self._question_id = 0
        self._reading_id = 0
        self._requests: Mailbox[_Request] = Mailbox()
        self._questions: Mailbox[_Question] = Mailbox()
        self._readings: Mailbox[_Reading] = Mailbox()
        self._thread = QThread(self)
        self._thread.setObjectName("recognition")
        self._worker = _Worker(factory, self._requests, self._questions, self._readings)
        self._worker.moveToThread(self._thread)
        self._open_wanted.connect(self._worker.open_model)
        self._recognition_wanted.connect(self._worker.recognize_latest)
        self._explanation_wanted.connect(self._worker.explain_latest)
        self._reading_wanted.connect(self._worker.read_latest)
        self._worker.opened.connect(self._on_opened)
        self._worker.open_failed.connect(self._on_open_failed)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self._on_failed)
        self._worker.explained.connect(self._on_explained)
        self._worker.picture_read.connect(self._on_picture_read)
        self._worker.picture_failed.connect(self._on_picture_failed)

    @Slot()
    def start(self) -> None:
        """Start the worker and open the model in it; later calls do nothing."""
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.HighPriority)
            self._open_wanted.emit()

    def stop(self) -> None:
        """End the worker; its last answer is dropped."""
        self.forget()
        self.forget_explanation()
        self._reading_id += 1
        self._thread.quit()
        if not self._thread.wait(CLOSE_LIMIT_MS):
            logger.error("the recognition thread did not end within %d ms", CLOSE_LIMIT_MS)

    def recognize_ink(self, ink: Ink, *, count: int) -> None:
        """Ask for candidates of ink in canvas units; an earlier request gets no answer any more."""
        self._ask(ink, count)

    def recognize_picture(self, picture: Picture, *, count: int) -> None:
        """Ask for candidates of an opened picture; an earlier request gets no answer any more."""
        self._ask(picture.model_image, count)

    def forget(self) -> None:
        """Let the latest request get no answer either."""
        self._request_id += 1
        self._requests.take()

    def explain(self, drawing: Drawing, character: str) -> None:
        """Ask why a character; an earlier question gets no answer any more. Where there is no answer, none comes."""
        self._question_id += 1
        if self._questions.put(_Question(self._question_id, drawing, character)):
            self._explanation_wanted.emit()

    def forget_explanation(self) -> None:
        """Let the latest question get no answer either."""
        self._question_id += 1
        self._questions.take()

    def read_picture(self, source: PictureSource, *, name: str) -> None:
        """Read a picture in the worker; of several readings asked for, only the last is told of."""
        self._reading_id += 1
        if self._readings.put(_Reading(self._reading_id, source, name)):
            self._reading_wanted.emit()

    def _ask(self, subject: Ink | ModelImage, count: int) -> None:
        self._request_id += 1
        if self._requests.put(_Request(self._request_id, subject, count)):
            self._recognition_wanted.emit()

    @Slot(object)
    def _on_opened(self, info: ModelInfo) -> None:
        self.ready.emit(info)

    @Slot(object)
    def _on_open_failed(self, error: HccrError) -> None:
        self.unavailable.emit(error)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.request_id == self._request_id:
            self.recognized.emit(answer)

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        if failure.request_id == self._request_id:
            self.failed.emit(failure)

    @Slot(object)
    def _on_explained(self, explanation: Explanation) -> None:
        if explanation.request_id == self._question_id:
            self.explained.emit(explanation)

    @Slot(object)
    def _on_picture_read(self, read: _ReadPicture) -> None:
        if read.request_id == self._reading_id:
            self.picture_read.emit(read.picture)

    @Slot(object)
    def _on_picture_failed(self, failure: Failure) -> None:
        if failure.request_id == self._reading_id:
            self.picture_failed.emit(failure.error)
