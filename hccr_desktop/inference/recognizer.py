"""Model images in, ranked characters out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from hccr_desktop.domain.candidate import Candidate, Recognition, SourceKind
from hccr_desktop.domain.ink import StrokeArray
from hccr_desktop.domain.melnyk import FEATURES, INPUT_SIZE, MAP_SIZE
from hccr_desktop.domain.pen_path import Cut
from hccr_desktop.domain.settings import Provider
from hccr_desktop.errors import HccrError, ModelFileError, ModelMismatchError
from hccr_desktop.imaging.normalize import NORMALIZATION_ID
from hccr_desktop.imaging.rasterize import strokes_to_model_image
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference import providers
from hccr_desktop.inference.halves_rule import describe_halves, may_be_two
from hccr_desktop.inference.model_card import (
    DENSE_WEIGHT_NAME,
    EMBEDDING_NAME,
    EVIDENCE_NAME,
    INPUT_NAME,
    LOGITS_NAME,
    ModelCard,
)
from hccr_desktop.inference.model_guard import refuse_unsafe
from hccr_desktop.inference.onnx_file import read_initializer

_MAX_MODEL_BYTES: Final = 512 * 1024 * 1024
"""Far above any Melnyk-Net (26 MB in float32); what is larger was opened by mistake."""


@dataclass(frozen=True, slots=True)
class NetworkOutput:
    """All that the network says of a batch.

    Attributes:
        logits: (N, classes) float32, not divided by any temperature.
        embedding: (N, 448) float32.
        evidence_features: (N, 448, 6, 6) float32.
    """

    logits: npt.NDArray[np.float32]
    embedding: npt.NDArray[np.float32]
    evidence_features: npt.NDArray[np.float32]


class Recognizer:
    """An open model. Safe to call from several threads, as ONNX Runtime's sessions are."""

    def __init__(
        self,
        session: providers.ProviderSession,
        card: ModelCard,
        path: Path,
    ) -> None:
        self._session = session
        self._path = path
        self._dense: npt.NDArray[np.float32] | None = None
        self.card = card

    @classmethod
    def open(cls, path: Path, *, provider: Provider = "auto", threads: int = 1) -> "Recognizer":
        """Open a model file, check it, and prove it with a test inference.

        Args:
            path: an ONNX file with a model card.
            provider: ``auto`` tries CUDA where this build has it, then the CPU.
            threads: CPU threads of one inference, at least 1.

        Raises:
            ModelFileError: the file is missing, damaged or no ONNX model.
            ModelMismatchError: the model does not keep the input contract.
            RuntimeSetupError: ONNX Runtime is installed twice.
        """
        providers.check_installation()
        model = _read(path)
        refuse_unsafe(model, path.name)
        try:
            # Without a shape check first, a foreign model would fail in the test inference with no useful word.
            probe = _inspect(model)
            card = ModelCard.from_metadata(probe.get_modelmeta().custom_metadata_map, source=path.name)
            _check_contract(probe, card, path.name)
            session = providers.open_session(
                model, INPUT_NAME, (1, 1, INPUT_SIZE, INPUT_SIZE), wanted=provider, threads=threads
            )
        except HccrError:
            raise
        except Exception as error:  # ONNX Runtime's own classes share no public base
            raise ModelFileError(
                "{name} is damaged or not an ONNX model this program can run.", name=path.name, detail=str(error)
            ) from error
        return cls(session, card, path)

    @property
    def provider(self) -> str:
        """``CPU`` or ``CUDA``: what really runs. It becomes the CPU where CUDA fails at a call."""
        return providers.provider_label(self._session.provider)

    @property
    def provider_note(self) -> str:
        """One sentence where the provider is not the wanted one, else empty."""
        return self._session.note

    @provider_note.setter
    def provider_note(self, note: str) -> None:
        self._session.note = note

    @property
    def path(self) -> Path:
        """The file that was opened."""
        return self._path

    def run(self, images: Sequence[ModelImage] | npt.NDArray[np.float32]) -> NetworkOutput:
        """All outputs for a batch.

        Args:
            images: N model images, each (96, 96) float32 in [0, 255], ink bright on 0; N may be 0.

        Raises:
            ValueError: an image has another shape.
        """
        batch = _as_batch(images)
        if not len(batch):
            return NetworkOutput(
                np.zeros((0, len(self.card.characters)), np.float32),
                np.zeros((0, FEATURES), np.float32),
                np.zeros((0, FEATURES, MAP_SIZE, MAP_SIZE), np.float32),
            )
        names = [LOGITS_NAME, EMBEDDING_NAME, EVIDENCE_NAME]
        return NetworkOutput(*self._session.run(names, {INPUT_NAME: batch}))

    def logits(self, images: Sequence[ModelImage] | npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(N, classes) float32 logits of a batch; see :meth:`run`."""
        batch = _as_batch(images)
        if not len(batch):
            return np.zeros((0, len(self.card.characters)), np.float32)
        return np.asarray(self._session.run([LOGITS_NAME], {INPUT_NAME: batch})[0], np.float32)

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
            count: candidates wanted, at least 1; no more come than there are classes.
            strokes: the ink that the image was made of, where it is known: they say whether it is a character at all.
        """
        return self._recognize([image], kind, count, [strokes])[0]

    def recognize_batch(self, images: Sequence[ModelImage], *, kind: SourceKind, count: int = 10) -> list[Recognition]:
        """As :meth:`recognize`, for several images in one run, of which no strokes are known."""
        return self._recognize(images, kind, count, [None] * len(images))

    def dense_weights(self) -> npt.NDArray[np.float32]:
        """(classes, 448) float32 weights of the last layer, read from the file at the first call.

        Raises:
            ModelFileError: the file has gone or changed since it was opened.
        """
        if self._dense is None:
            dense = read_initializer(self._path, DENSE_WEIGHT_NAME)
            if dense.shape != (len(self.card.characters), FEATURES):
                raise ModelFileError("{name} has changed since it was opened.", name=self._path.name)
            self._dense = dense
        return self._dense

    def confirm(self, recognition: Recognition, strokes: Sequence[StrokeArray]) -> Recognition:
        """A second look at drawn ink that passed for one character, where it may be two: its halves are read.

        It costs one run of two images, and nothing where the recognition is final; so show that before.

        Args:
            recognition: what :meth:`recognize` said of these strokes.
            strokes: each (points, 2) float, in the order they were drawn.

        Returns:
            A final one with the same candidates.
        """
        confidence = recognition.best.confidence
        cut = None if recognition.is_final else may_be_two(strokes, confidence)
        rule = self.card.rejection.pen.halves if self.card.rejection and self.card.rejection.pen else None
        if cut is None or rule is None:
            return recognition
        is_one = rule.is_one(describe_halves(cut, confidence, self.read_halves(strokes, cut)))
        return replace(recognition, is_sure=is_one, is_several=not is_one, is_final=True)

    def read_halves(self, strokes: Sequence[StrokeArray], cut: Cut) -> list[float]:
        """Confidences of the first candidates of both parts of ink."""
        images = [strokes_to_model_image(half) for half in (strokes[: cut.strokes], strokes[cut.strokes :])]
        confidences = softmax(self.logits(images) / np.float32(self.card.temperature("ink")))
        return [float(row.max()) for row in confidences]

    def _logits_and_embeddings(
        self, images: Sequence[ModelImage]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """As :meth:`run`, without the evidence, which is the largest output by far."""
        batch = _as_batch(images)
        if not len(batch):
            return np.zeros((0, len(self.card.characters)), np.float32), np.zeros((0, FEATURES), np.float32)
        logits, embeddings = self._session.run([LOGITS_NAME, EMBEDDING_NAME], {INPUT_NAME: batch})
        return logits, embeddings

    def _recognize(
        self,
        images: Sequence[ModelImage],
        kind: SourceKind,
        count: int,
        inks: Sequence[Sequence[StrokeArray] | None],
    ) -> list[Recognition]:
        if count < 1:
            raise ValueError("at least one candidate must be asked for")
        started = time.perf_counter()
        logits, embeddings = self._logits_and_embeddings(images)
        elapsed_ms = (time.perf_counter() - started) * 1000 / max(1, len(images))
        answers = []
        for row, embedding, image, strokes in zip(logits, embeddings, images, inks, strict=True):
            confidences = softmax(row / self.card.temperature(kind))
            verdict = self.card.judge(
                kind, confidences=confidences, logits=row, embedding=embedding, image=image, strokes=strokes
            )
            order = top_indices(confidences, count)
            candidates = tuple(Candidate(self.card.characters[int(i)], float(confidences[i])) for i in order)
            answers.append(Recognition(candidates, self.card.model_id, elapsed_ms, *verdict))
        return answers


def softmax(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Probabilities along the last axis, safe for large logits."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), np.float32)


def top_indices(values: npt.NDArray[np.float32], count: int) -> npt.NDArray[np.int64]:
    """Indices of the largest values, largest first; equal ones in class order."""
    return np.argsort(-values, kind="stable")[:count]


def _as_batch(images: Sequence[ModelImage] | npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    batch = np.asarray(images, np.float32).reshape(len(images), 1, *np.shape(images)[1:])
    if len(batch) and batch.shape[1:] != (1, INPUT_SIZE, INPUT_SIZE):
        raise ValueError(f"model images are {INPUT_SIZE}x{INPUT_SIZE}, not {batch.shape[2:]}")
    return batch


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ModelFileError("{path} is a folder, not a model file.", path=path)
        if path.stat().st_size > _MAX_MODEL_BYTES:
            raise ModelFileError("{name} is far too large for a model of this program.", name=path.name)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ModelFileError("The model file {path} does not exist.", path=path, detail=str(error)) from error
    except OSError as error:
        raise ModelFileError("The model file {path} cannot be read.", path=path, detail=str(error)) from error


def _inspect(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=[providers.CPU])


def _check_contract(session: onnxruntime.InferenceSession, card: ModelCard, name: str) -> None:
    inputs = {entry.name: entry.shape for entry in session.get_inputs()}
    outputs = {entry.name: entry.shape for entry in session.get_outputs()}
    classes = len(card.characters)
    if INPUT_NAME not in inputs or inputs[INPUT_NAME][1:] != [1, INPUT_SIZE, INPUT_SIZE]:
        raise ModelMismatchError(
            "{name} does not take {input_size}x{input_size} images.", name=name, input_size=INPUT_SIZE
        )
    if card.input_size != INPUT_SIZE or card.polarity != "bright_ink":
        raise ModelMismatchError("{name} was made for another kind of input.", name=name)
    if card.normalization != NORMALIZATION_ID:
        raise ModelMismatchError(
            "{name} was made for the normalization {normalization}, this program has {normalization_id}.",
            name=name,
            normalization=card.normalization,
            normalization_id=NORMALIZATION_ID,
        )
    wanted = {
        LOGITS_NAME: [classes],
        EMBEDDING_NAME: [FEATURES],
        EVIDENCE_NAME: [FEATURES, MAP_SIZE, MAP_SIZE],
    }
    for output, shape in wanted.items():
        if output not in outputs:
            raise ModelMismatchError("{name} has no output {output}.", name=name, output=output)
        if outputs[output][1:] != shape:
            raise ModelMismatchError(
                "{name} answers {output} of another shape than its card says.", name=name, output=output
            )
