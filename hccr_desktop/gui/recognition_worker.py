"""What runs in the recognition thread."""

import logging
import time
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import EmptyInkError, HccrError
from hccr_desktop.gui.mailbox import Mailbox
from hccr_desktop.gui.recognition_jobs import (
    Answer,
    Explanation,
    Failure,
    ModelInfo,
    OpenRecognizer,
    Question,
    RecognizerFactory,
    Request,
    Unconfirmed,
)
from hccr_desktop.imaging.types import ModelImage

logger = logging.getLogger(__name__)

DOT_EXTENT: Final = 0.04
"""Canvas units. Ink smaller than the recognizer's pen width is a tap, whatever the hand's tremor drew."""


def is_dot(ink: Ink) -> bool:
    """Whether ink in canvas units is a mere tap, which is no character of any kind."""
    bounds = ink.bounds()
    return bounds is not None and max(bounds.width, bounds.height) < DOT_EXTENT


class RecognitionWorker(QObject):
    """Lives in the worker thread. Imports what is slow to import there, so that the window need not wait."""

    opened = Signal(object)
    open_failed = Signal(object)
    answered = Signal(object)
    failed = Signal(object)
    explained = Signal(object)
    unexplained = Signal(object)

    def __init__(
        self,
        factory: RecognizerFactory,
        requests: Mailbox[Request],
        questions: Mailbox[Question],
    ) -> None:
        super().__init__()
        self._factory = factory
        self._requests = requests
        self._questions = questions
        self.recognizer: OpenRecognizer | None = None

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
        self.recognizer = recognizer
        self.opened.emit(ModelInfo(recognizer.card.model_id, recognizer.provider, recognizer.provider_note))
        self.recognize_latest()

    @Slot()
    def recognize_latest(self) -> None:
        if self.recognizer is None:
            return  # the request stays in its slot until the model is open
        request = self._requests.take()
        if request is None:
            return
        try:
            started = time.perf_counter()
            if isinstance(request.subject, Ink):
                model_image, strokes = _prepare_ink(request.subject), request.subject.to_arrays()
                recognition = self.recognizer.recognize(model_image, kind="ink", count=request.count, strokes=strokes)
            else:
                recognition = self.recognizer.recognize(request.subject, kind="page", count=request.count)
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

    @Slot(object)
    def confirm(self, unconfirmed: Unconfirmed) -> None:
        """Answer once more, after a second look."""
        if self.recognizer is None:
            return
        answer = unconfirmed.answer
        try:
            confirmed = self.recognizer.confirm(answer.recognition, unconfirmed.ink.to_arrays())
        except Exception:  # the answer is shown, and losing it would help nobody
            logger.exception("the second look failed")
            return
        self.answered.emit(replace(answer, recognition=confirmed))

    @Slot()
    def explain_latest(self) -> None:
        if self.recognizer is None:
            return
        question = self._questions.take()
        if question is None:
            return
        try:
            explanation = _explain(self.recognizer, question)
        except (EmptyInkError, KeyError) as error:  # a dot, a character the model does not know
            logger.info("nothing to explain of %s: %r", question.character, error)
        except HccrError as error:  # the model file has gone, or is another one now
            logger.warning("no heat map: %s (%s)", error.message, error.detail)
            self.unexplained.emit(Failure(question.request_id, error))
        except Exception as error:
            logger.exception("explaining failed")
            unexpected = HccrError("The heat map could not be made.", detail=repr(error))
            self.unexplained.emit(Failure(question.request_id, unexpected))
        else:
            self.explained.emit(explanation)


def _prepare_ink(ink: Ink) -> ModelImage:
    if is_dot(ink):
        raise EmptyInkError("A single dot is not a character yet.")
    from hccr_desktop.imaging.rasterize import ink_to_model_image

    return ink_to_model_image(ink)


def _explain(recognizer: OpenRecognizer, question: Question) -> Explanation:
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
