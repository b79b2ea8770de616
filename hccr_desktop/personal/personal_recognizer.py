"""A recognizer that listens to a personal memory."""

import logging
import math
import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.candidate import Candidate, Recognition, SourceKind
from hccr_desktop.domain.ink import Ink, StrokeArray
from hccr_desktop.errors import ModelFileError
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.model_card import ModelCard
from hccr_desktop.inference.pen_rule import Verdict
from hccr_desktop.inference.recognizer import NetworkOutput, Recognizer, softmax, top_indices
from hccr_desktop.personal.adaptation import LastLayer, adapt
from hccr_desktop.personal.personal_memory import PersonalMemory

logger = logging.getLogger(__name__)


class PersonalRecognizer:
    """Recognizes as the recognizer does, corrected by what is remembered.

    Args:
        recognizer: an open model.
        memory: opened for that model, or None: then the network answers alone. :attr:`memory` may be set anew at any
            time, as the off switch does.
    """

    def __init__(self, recognizer: Recognizer, memory: PersonalMemory | None) -> None:
        self.recognizer = recognizer
        self.memory = memory
        self._asked_at = -math.inf
        self._weights: npt.NDArray[np.float32] | None = None
        self._has_read_weights = False

    @property
    def card(self) -> ModelCard:
        """What the model says of itself."""
        return self.recognizer.card

    @property
    def provider(self) -> str:
        """``CPU`` or ``CUDA``: what really runs."""
        return self.recognizer.provider

    @property
    def provider_note(self) -> str:
        """One sentence where the provider is not the wanted one, else empty."""
        return self.recognizer.provider_note

    @property
    def idle_s(self) -> float:
        """Seconds since the last recognition began, by which work that can wait may leave the processor free."""
        return time.monotonic() - self._asked_at

    def run(self, images: Sequence[ModelImage]) -> NetworkOutput:
        """All that the network alone says of a batch; see :meth:`Recognizer.run`."""
        return self.recognizer.run(images)

    def dense_weights(self) -> npt.NDArray[np.float32]:
        """Weights of the network's last layer; see :meth:`Recognizer.dense_weights`."""
        return self.recognizer.dense_weights()

    def recognize(
        self,
        image: ModelImage,
        *,
        kind: SourceKind,
        count: int = 10,
        strokes: Sequence[StrokeArray] | None = None,
    ) -> Recognition:
        """The most likely characters of one model image.

        Args:
            image: (96, 96) float32 in [0, 255], ink bright on 0.
            kind: which of the card's temperatures applies.
            count: candidates wanted, at least 1. A remembered character that the network does not know may be one.
            strokes: the ink that the image was made of, where it is known.
        """
        self._asked_at = time.monotonic()
        memory = self.memory
        if memory is None or not memory.samples.characters:
            return self.recognizer.recognize(image, kind=kind, count=count, strokes=strokes)
        if count < 1:
            raise ValueError("at least one candidate must be asked for")
        started = time.perf_counter()
        output = self.recognizer.run([image])
        confidences = softmax(output.logits[0] / self.card.temperature(kind))
        adapted = adapt(
            confidences,
            output.embedding[0],
            memory.samples,
            self.card.characters,
            last_layer=self._last_layer(kind),
        )
        order = top_indices(adapted.confidences, count)
        candidates = [Candidate(self.card.characters[int(i)], float(adapted.confidences[i])) for i in order]
        # A stable sort: of equals, the network's class order stays.
        candidates = sorted([*candidates, *adapted.unknown], key=lambda entry: -entry.confidence)[:count]
        elapsed_ms = (time.perf_counter() - started) * 1000
        if adapted.confidences is confidences:  # the memory had no say
            verdict = self.card.judge(
                kind,
                confidences=confidences,
                logits=output.logits[0],
                embedding=output.embedding[0],
                image=image,
                strokes=strokes,
            )
        else:  # what the user taught counts, whatever it looks like
            verdict = Verdict(candidates[0].confidence >= self.card.sure_confidence(kind))
        return Recognition(tuple(candidates), self.card.model_id, elapsed_ms, *verdict)

    def _last_layer(self, kind: SourceKind) -> LastLayer | None:
        """None where the model file has gone since it was opened: no reason to stop reading what is drawn."""
        if not self._has_read_weights:
            self._has_read_weights = True
            try:
                self._weights = self.recognizer.dense_weights()
            except ModelFileError as error:
                logger.warning("what was learned counts less: %s (%s)", error.message, error.detail)
        return None if self._weights is None else LastLayer(self._weights, self.card.temperature(kind))

    def confirm(self, recognition: Recognition, strokes: Sequence[StrokeArray]) -> Recognition:
        """A second look at ink; see :meth:`Recognizer.confirm`. Where the memory had a say, the answer is final."""
        return self.recognizer.confirm(recognition, strokes)

    def recognize_batch(self, images: Sequence[ModelImage], *, kind: SourceKind, count: int = 10) -> list[Recognition]:
        """The most likely characters of each image; one by one where there is something remembered to listen to."""
        memory = self.memory
        if memory is None or not memory.samples.characters:
            return self.recognizer.recognize_batch(images, kind=kind, count=count)
        return [self.recognize(image, kind=kind, count=count) for image in images]

    def learn(self, character: str, ink: Ink, *, picked_over: str | None) -> int | None:
        """Remember what a drawing means, for the next recognition on.

        Args:
            character: what the user says it is; one code point.
            ink: at least one stroke.
            picked_over: the candidate that stood first instead, or None where the user just said "this is …".

        Returns:
            The id of the memory's entry, or None where there is no memory.

        Raises:
            PersonalMemoryError: it is not one character, or the file cannot be written; nothing was kept.
            EmptyInkError: there is no ink.
        """
        memory = self.memory
        if memory is None:
            return None
        output = self.recognizer.run([ink_to_model_image(ink)])
        return memory.remember(character, output.embedding[0], ink, picked_over=picked_over)
