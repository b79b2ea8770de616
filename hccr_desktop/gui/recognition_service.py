"""Recognition off the GUI thread: the latest request wins, and late answers are dropped."""

import logging
from typing import Final

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.drawing_history import Drawing, Picture
from hccr_desktop.gui.mailbox import Mailbox
from hccr_desktop.gui.page_jobs import OpenPage, PageFailed, PageOpened
from hccr_desktop.gui.page_service import PageService
from hccr_desktop.gui.recognition_jobs import (
    Answer,
    Explanation,
    Failure,
    ModelInfo,
    OpenRecognizer,
    PictureSource,
    Question,
    RecognizerFactory,
    Request,
    Unconfirmed,
)
from hccr_desktop.gui.recognition_worker import RecognitionWorker
from hccr_desktop.imaging.types import ModelImage

logger = logging.getLogger(__name__)

CLOSE_LIMIT_MS: Final = 5000
"""How long closing waits for the worker, which may be opening a model from a slow disk."""

REST_MS: Final = 250
"""How long the pen must rest before a drawing gets a second look: unfinished characters would be asked after every
stroke, and the next one's candidates would wait for it: with the float file, end of stroke to candidates was p95 87
to 112 ms with a second look at once, and is 41 so (``python -m benchmarks``, 208 strokes that follow at once)."""


class RecognitionService(QObject):
    """Owns the worker thread, and the one for pictures. Lives in the GUI thread, as do its signals' receivers.

    Args:
        factory: opens the recognizer; called once, in the worker thread.
        parent: as Qt has it.
        rest_ms: time from an answer that is not final to the second look, unless something else is asked before.
    """

    ready = Signal(object)
    """ModelInfo: the model is open. Ink drawn before is recognized right after."""
    unavailable = Signal(object)
    """HccrError: there is no model to recognize with."""
    provider_changed = Signal(object)
    """ModelInfo: what ran the model has failed, and the CPU goes on."""
    recognized = Signal(object)
    """Answer to the latest request; where it is not final, a second one with the same candidates when the pen rests."""
    failed = Signal(object)
    """Failure of the latest request."""
    explained = Signal(object)
    """Explanation last asked for."""
    unexplained = Signal(object)
    """HccrError of the explanation last asked for."""
    picture_read = Signal(object)
    """Picture that was to be read last."""
    picture_failed = Signal(object)
    """HccrError of the one that was to be read last."""

    _open_wanted = Signal()
    _recognition_wanted = Signal()
    _explanation_wanted = Signal()
    _confirmation_wanted = Signal(object)

    def __init__(self, factory: RecognizerFactory, parent: QObject | None = None, *, rest_ms: int = REST_MS) -> None:
        super().__init__(parent)
        self._rest = QTimer(self, singleShot=True, interval=rest_ms)
        self._rest.timeout.connect(self._confirm)
        self._unconfirmed: Unconfirmed | None = None
        self._ink: Ink | None = None
        self._request_id = 0
        self._question_id = 0
        self._provider = ""
        self._requests: Mailbox[Request] = Mailbox()
        self._questions: Mailbox[Question] = Mailbox()
        self._thread = QThread(self)
        self._thread.setObjectName("recognition")
        self._worker = RecognitionWorker(factory, self._requests, self._questions)
        self._worker.moveToThread(self._thread)
        self._open_wanted.connect(self._worker.open_model)
        self._recognition_wanted.connect(self._worker.recognize_latest)
        self._explanation_wanted.connect(self._worker.explain_latest)
        self._confirmation_wanted.connect(self._worker.confirm)
        self._worker.opened.connect(self._on_opened)
        self._worker.open_failed.connect(self._on_open_failed)
        self._worker.answered.connect(self._on_answered)
        self._worker.failed.connect(self._on_failed)
        self._worker.explained.connect(self._on_explained)
        self._worker.unexplained.connect(self._on_unexplained)
        self.pages = PageService(self._find_recognizer, self)
        self.pages.opened.connect(self._on_page_opened)
        self.pages.failed.connect(self._on_page_failed)
        self.ready.connect(self.pages.resume)
        for done in (self._worker.answered, self._worker.failed, self._worker.explained, self._worker.unexplained):
            done.connect(self._look_at_provider)
        self.pages.read.connect(self._look_at_provider)
        self.pages.failed.connect(self._look_at_provider)

    @property
    def recognizer(self) -> OpenRecognizer | None:
        """The open one, for other threads to work with as well; None until :attr:`ready`."""
        return self._worker.recognizer

    @Slot()
    def start(self) -> None:
        """Start the worker and open the model in it; later calls do nothing."""
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.HighPriority)
            self._open_wanted.emit()
            self.pages.start()

    def stop(self) -> None:
        """End the worker; its last answer is dropped."""
        self.forget()
        self.forget_explanation()
        self.pages.stop()
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
        self._rest.stop()
        self._request_id += 1
        self._requests.take()

    def explain(self, drawing: Drawing, character: str) -> None:
        """Ask why a character; an earlier question gets no answer any more. Where there is no answer, none comes."""
        self._question_id += 1
        if self._questions.put(Question(self._question_id, drawing, character)):
            self._explanation_wanted.emit()

    def forget_explanation(self) -> None:
        """Let the latest question get no answer either."""
        self._question_id += 1
        self._questions.take()

    def read_picture(self, source: PictureSource, *, name: str, page: int = 0) -> None:
        """Read a picture in the page thread; of several asked for, only the last is told of."""
        self.pages.open(source, name=name, page=page)

    def _ask(self, subject: Ink | ModelImage, count: int) -> None:
        self._rest.stop()
        self._ink = subject if isinstance(subject, Ink) else None
        self._request_id += 1
        if self._requests.put(Request(self._request_id, subject, count)):
            self._recognition_wanted.emit()

    @Slot(object)
    def _on_opened(self, info: ModelInfo) -> None:
        self._provider = info.provider
        self.ready.emit(info)

    @Slot()
    def _look_at_provider(self) -> None:
        """Whichever thread it failed in, its next answer tells."""
        recognizer = self.recognizer
        if recognizer is None or recognizer.provider == self._provider:
            return
        self._provider = recognizer.provider
        note = recognizer.provider_note
        self.provider_changed.emit(ModelInfo(recognizer.card.model_id, self._provider, note))

    @Slot(object)
    def _on_open_failed(self, error: HccrError) -> None:
        self.unavailable.emit(error)

    @Slot(object)
    def _on_answered(self, answer: Answer) -> None:
        if answer.request_id != self._request_id:
            return
        if self._ink is not None and not answer.recognition.is_final:
            self._unconfirmed = Unconfirmed(answer, self._ink)
            self._rest.start()
        self.recognized.emit(answer)

    @Slot()
    def _confirm(self) -> None:
        self._confirmation_wanted.emit(self._unconfirmed)

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        if failure.request_id == self._request_id:
            self.failed.emit(failure)

    @Slot(object)
    def _on_explained(self, explanation: Explanation) -> None:
        if explanation.request_id == self._question_id:
            self.explained.emit(explanation)

    @Slot(object)
    def _on_unexplained(self, failure: Failure) -> None:
        if failure.request_id == self._question_id:
            self.unexplained.emit(failure.error)

    @Slot(object)
    def _on_page_opened(self, opened: PageOpened) -> None:
        if opened.job.before is None:
            self.picture_read.emit(opened.picture)

    @Slot(object)
    def _on_page_failed(self, failed: PageFailed) -> None:
        if isinstance(failed.job, OpenPage) and failed.job.before is None:
            self.picture_failed.emit(failed.error)

    def _find_recognizer(self) -> OpenRecognizer | None:
        return self._worker.recognizer
