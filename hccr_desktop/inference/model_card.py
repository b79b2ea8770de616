"""What a model file says of itself, in its ONNX metadata."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.candidate import SourceKind
from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.domain.ink import StrokeArray
from hccr_desktop.errors import ModelMismatchError
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.pen_rule import Verdict
from hccr_desktop.inference.rejection import Rejection

CARD_KEY: Final = "hccr_model_card"
"""Metadata key under which the card stands, as JSON."""

INPUT_NAME: Final = "image"
LOGITS_NAME: Final = "logits"
EMBEDDING_NAME: Final = "embedding"
EVIDENCE_NAME: Final = "evidence_features"
DENSE_WEIGHT_NAME: Final = "dense.weight"
"""Initializer (classes, features), float16 or float32: embedding to logits. Heat maps need its rows."""


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One measured figure.

    Attributes:
        data_set: name of the set, such as ``test/scans_writer_C046``.
        count: samples in it.
        top1: percent of samples whose first candidate is right.
        top5: percent of samples with the right character among the first five.
        command: what was typed to measure it.
    """

    data_set: str
    count: int
    top1: float
    top5: float
    command: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model's identity and contract.

    Attributes:
        model_id: name shown to the user.
        version: distinguishes weights under one name.
        characters: class order.
        input_size: side of the square input in pixels.
        polarity: always ``bright_ink``: the network sees ink bright on 0.
        normalization: the NORMALIZATION_ID that the weights were trained with.
        temperature_ink: divides the logits of drawn ink before the softmax.
        temperature_page: the same for pictures.
        sure_confidence_ink: confidence of the first candidate from which drawn ink counts as surely read; chosen
            on validation data so that 99 % of real characters pass.
        sure_confidence_page: the same for pictures.
        provenance: where the weights come from.
        licence: of code and weights.
        accuracy: measured figures.
        rejection: tells characters from what is none; None where no rule was fitted, and the confidences above decide.
    """

    model_id: str
    version: str
    characters: CharacterSet
    input_size: int
    polarity: str
    normalization: str
    temperature_ink: float
    temperature_page: float
    sure_confidence_ink: float
    sure_confidence_page: float
    provenance: str
    licence: str
    accuracy: tuple[Accuracy, ...] = field(default=())
    rejection: Rejection | None = None

    def temperature(self, kind: SourceKind) -> float:
        """The temperature for one kind of source."""
        return self.temperature_ink if kind == "ink" else self.temperature_page

    def sure_confidence(self, kind: SourceKind) -> float:
        """The confidence from which an answer to one kind of source is sure."""
        return self.sure_confidence_ink if kind == "ink" else self.sure_confidence_page

    def judge(
        self,
        kind: SourceKind,
        *,
        confidences: npt.NDArray[np.float32],
        logits: npt.NDArray[np.float32],
        embedding: npt.NDArray[np.float32],
        image: ModelImage,
        strokes: Sequence[StrokeArray] | None = None,
    ) -> Verdict:
        """Whether an answer counts as surely read, and why not: the one place where this is decided.

        Args:
            kind: of source.
            confidences: (classes,) of every class.
            logits: (classes,) of the picture.
            embedding: (448,) of the picture.
            image: (96, 96) float32, the picture.
            strokes: the ink that the picture was made of, where it is known.
        """
        confidence = float(confidences.max())
        if self.rejection is None:
            return Verdict(confidence >= self.sure_confidence(kind))
        rule = self.rejection.ink if kind == "ink" else self.rejection.page
        pen = self.rejection.pen if kind == "ink" and strokes else None
        if pen is None or not strokes:
            return Verdict(rule.accepts(logits, embedding, image, confidence=confidence))
        score = float(rule.scores(logits[None], embedding[None], [image])[0])
        verdict = pen.judge(strokes, confidences, score=score)
        return verdict if confidence >= rule.least_confidence else Verdict(False, verdict.is_several)

    def to_metadata(self) -> dict[str, str]:
        """ONNX metadata that :meth:`from_metadata` reads back."""
        values = asdict(self)
        values["characters"] = "".join(self.characters)
        if self.rejection is None:
            del values["rejection"]
        else:
            values["rejection"] = self.rejection.to_table()
        return {CARD_KEY: json.dumps(values, ensure_ascii=False, sort_keys=True)}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, str], *, source: str) -> "ModelCard":
        """Read a card.

        Args:
            metadata: the model's custom metadata.
            source: file name for the message.

        Raises:
            ModelMismatchError: there is no card, or it is damaged.
        """
        if CARD_KEY not in metadata:
            raise ModelMismatchError(
                "{source} is not a model of this program: it carries no model card.", source=source
            )
        try:
            values = json.loads(metadata[CARD_KEY])
            card = cls(
                model_id=str(values["model_id"]),
                version=str(values["version"]),
                characters=CharacterSet.of(values["characters"]),
                input_size=int(values["input_size"]),
                polarity=str(values["polarity"]),
                normalization=str(values["normalization"]),
                temperature_ink=float(values["temperature_ink"]),
                temperature_page=float(values["temperature_page"]),
                sure_confidence_ink=float(values["sure_confidence_ink"]),
                sure_confidence_page=float(values["sure_confidence_page"]),
                provenance=str(values["provenance"]),
                licence=str(values["licence"]),
                accuracy=tuple(Accuracy(**figure) for figure in values["accuracy"]),
                rejection=Rejection.of(values["rejection"]) if "rejection" in values else None,
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ModelMismatchError("{source} has a damaged model card.", source=source, detail=str(error)) from error
        if not (0.01 <= card.temperature_ink <= 100 and 0.01 <= card.temperature_page <= 100):
            raise ModelMismatchError(
                "{source} has a damaged model card.", source=source, detail="temperature out of range"
            )
        return card
