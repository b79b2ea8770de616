"""A recognizer that answers what a test tells it to."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from hccr_desktop.domain.candidate import Candidate, Recognition, SourceKind
from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.domain.ink import StrokeArray
from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.inference.pen_rule import Verdict
from hccr_desktop.inference.recognizer import NetworkOutput

CHARACTERS = "鲍鸵跑鳃鲸鲤鲜鲁鳄鲫"


@dataclass
class FakeCard:
    model_id: str = "Fake-Net"
    version: str = "1"
    normalization: str = "fake"
    characters: CharacterSet = field(default_factory=lambda: CharacterSet.of(CHARACTERS))

    def temperature(self, kind: SourceKind) -> float:
        return 1.0

    def sure_confidence(self, kind: SourceKind) -> float:
        return 0.0

    def judge(self, kind: SourceKind, *, confidences: np.ndarray, **_: object) -> Verdict:
        return Verdict(float(confidences.max()) >= self.sure_confidence(kind))


@dataclass
class FakeRecognizer:
    """Lists CHARACTERS, the first with 0.9; ``gate`` holds it up until a test opens it."""

    card: FakeCard = field(default_factory=FakeCard)
    provider: str = "CPU"
    provider_note: str = ""
    kinds: list[SourceKind] = field(default_factory=list)
    images: list[np.ndarray] = field(default_factory=list)
    error: Exception | None = None
    explained: int = 0
    batched: int = 0
    is_sure: bool = True
    is_several: bool = False
    is_final: bool = True
    confirmed: list[Sequence[StrokeArray]] = field(default_factory=list)
    inks: list[Sequence[StrokeArray] | None] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    def recognize(
        self,
        image: np.ndarray,
        *,
        kind: SourceKind,
        count: int = 10,
        strokes: Sequence[StrokeArray] | None = None,
    ) -> Recognition:
        assert self.gate.wait(10), "the test never opened the gate"
        self.inks.append(strokes)
        self.kinds.append(kind)
        self.images.append(image.copy())
        if self.error is not None:
            raise self.error
        return self._answer(count)

    def _answer(self, count: int) -> Recognition:
        rest = 0.1 / (len(CHARACTERS) - 1)
        candidates = [Candidate(character, 0.9 if not row else rest) for row, character in enumerate(CHARACTERS)]
        return Recognition(
            tuple(candidates[:count]), self.card.model_id, 1.0, self.is_sure, self.is_several, self.is_final
        )

    def confirm(self, recognition: Recognition, strokes: Sequence[StrokeArray]) -> Recognition:
        self.confirmed.append(strokes)
        if self.error is not None:
            raise self.error
        return replace(recognition, is_sure=False, is_several=True, is_final=True)

    def recognize_batch(self, images: Sequence[np.ndarray], *, kind: SourceKind, count: int = 10) -> list[Recognition]:
        """The same of every image; not listed in kinds, which tells of what the window asks one by one."""
        assert self.gate.wait(10), "the test never opened the gate"
        self.batched += len(images)
        if self.error is not None:
            raise self.error
        return [self._answer(count) for _ in images]

    def run(self, images: Sequence[np.ndarray]) -> NetworkOutput:
        """All evidence is in the upper left cell; the embedding is a small picture of the drawing.

        The evidence has a channel of its own, beyond that picture, so that the last layer tells no drawings apart.
        """
        assert self.gate.wait(10), "the test never opened the gate"
        self.explained += len(images)
        features = np.zeros((len(images), FEATURES, 6, 6), np.float32)
        features[:, -1, 0, 0] = 1
        rest = 0.1 / (len(CHARACTERS) - 1)
        logits = np.full((len(images), len(CHARACTERS)), np.log(rest), np.float32)
        logits[:, 0] = np.log(0.9)
        embeddings = np.zeros((len(images), FEATURES), np.float32)
        for row, image in enumerate(images):
            embeddings[row, :256] = image.reshape(16, 6, 16, 6).mean(axis=(1, 3)).ravel()
        return NetworkOutput(logits, embeddings, features)

    def dense_weights(self) -> np.ndarray:
        """Speaks for the first character and against all others."""
        weights = np.zeros((len(CHARACTERS), FEATURES), np.float32)
        weights[:, -1] = -1
        weights[0, -1] = 1
        return weights
