"""A Keras file to a model file of this program: read, matched, reordered, written, and tried out."""

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from hccr_desktop import paths
from hccr_desktop.domain.candidate import Recognition
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.domain.melnyk import INPUT_SIZE, parameter_count
from hccr_desktop.errors import HccrError, ModelFileError, ModelMismatchError
from hccr_desktop.imaging.normalize import NORMALIZATION_ID
from hccr_desktop.imaging.sample_sets import load_sample_set
from hccr_desktop.inference.model_card import ModelCard
from hccr_desktop.inference.recognizer import Recognizer, softmax
from hccr_desktop.model_import import onnx_builder
from hccr_desktop.model_import.keras_file import KerasFile, read_keras_file
from hccr_desktop.model_import.keras_network import to_network_weights
from hccr_desktop.model_import.label_order import in_code_order, read_label_order

SURE_CONFIDENCE: Final = 0.5
"""From where an answer counts as sure: likelier than all others together. Foreign weights come without the validation
run that chooses this for our own."""

_LICENCE: Final = "code MIT; weights under the terms of those who published them"

_MAX_SUM_ERROR: Final = 1e-3
"""Rounding of 3,755 probabilities in float32 stays below 1e-5."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        output: the model file.
        size_bytes: of that file.
        layout: of the Keras file, in words.
        is_described: whether the Keras file told the network's layers, so that more than shapes was compared.
        parameters: values read, running statistics included.
        card: the model's card.
        sample_character: what the sample shows.
        sample: how the model reads it.
    """

    output: Path
    size_bytes: int
    layout: str
    is_described: bool
    parameters: int
    card: ModelCard
    sample_character: str
    sample: Recognition


def import_weights(source: Path, output: Path, *, labels: Path | None = None) -> ImportReport:
    """Make a model file of the published weights, or of any Keras file of the same network.

    An existing output is replaced only by a model that has been opened and has answered.

    Args:
        source: a Keras file, see :mod:`hccr_desktop.model_import.keras_file`.
        output: the ONNX file to write; missing folders are made.
        labels: which character each output of the file is, one a line; the published order by default.

    Raises:
        ModelFileError: a file is missing, damaged or incomplete.
        ModelMismatchError: the weights are those of another network.
        HccrError: the output cannot be written.
    """
    _require_other_file(source, output)
    order = read_label_order(labels or paths.published_label_order())
    file = read_keras_file(source)
    weights = in_code_order(to_network_weights(file), order, name=source.name)
    if weights.size != parameter_count(len(order)):
        raise ModelMismatchError(f"{source.name} has {weights.size:,} parameters, not {parameter_count():,}.")
    card = _card(source, file)
    content = onnx_builder.serialized(onnx_builder.build_model(weights, card, producer="hccr import-weights"))
    partial = onnx_builder.partial_path(output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        character, recognition = _try_out(partial, source.name)
        partial.replace(output)
    except OSError as error:
        raise HccrError(f"{output} cannot be written: {error.strerror}.", detail=str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return ImportReport(
        output=output,
        size_bytes=len(content),
        layout=file.layout,
        is_described=file.description is not None,
        parameters=weights.size,
        card=card,
        sample_character=character,
        sample=recognition,
    )


def _card(source: Path, file: KerasFile) -> ModelCard:
    with source.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    # A name that is no UTF-8 must not make the card unreadable.
    name = source.name.encode("utf-8", "replace").decode("utf-8")
    return ModelCard(
        model_id=f"{Path(name).stem} (imported)",
        version=digest[:12],
        characters=gb2312_level1(),
        input_size=INPUT_SIZE,
        polarity="bright_ink",
        normalization=NORMALIZATION_ID,
        temperature_ink=1.0,
        temperature_page=1.0,
        sure_confidence_ink=SURE_CONFIDENCE,
        sure_confidence_page=SURE_CONFIDENCE,
        provenance=(
            f"Imported from {name} ({file.layout}; SHA-256 {digest}); confidences are not calibrated. The weights "
            "published by Melnyk, You, Li (2020) were trained on CASIA HWDB1.0 and HWDB1.1, their test parts included, "
            "so that of the CASIA sets only ICDAR-2013 is a clean test of them."
        ),
        licence=_LICENCE,
    )


def _require_other_file(source: Path, output: Path) -> None:
    try:
        if output.is_dir():
            raise HccrError(f"{output} is a folder, not a file to write.")
        if output.exists() and output.samefile(source):
            raise HccrError(f"{output} is the Keras file itself; name another file to write.")
    except OSError as error:
        raise HccrError(f"{output} cannot be written: {error.strerror}.", detail=str(error)) from error


def _try_out(model: Path, name: str) -> tuple[str, Recognition]:
    """Open a model and let it read the sample that comes with the program.

    Raises:
        ModelFileError: its answer is no probability distribution.
    """
    recognizer = Recognizer.open(model, provider="cpu")
    sample_set = load_sample_set(paths.sample_ink())
    sample = sample_set.samples[0]
    image = sample.to_model_image()
    output = recognizer.run([image])
    is_finite = all(np.isfinite(values).all() for values in (output.logits, output.embedding, output.evidence_features))
    if not is_finite or abs(float(softmax(output.logits).sum()) - 1) > _MAX_SUM_ERROR:
        raise ModelFileError(f"{name} holds weights whose answers are no probabilities.")
    return sample.character, recognizer.recognize(image, kind=sample_set.kind, count=1)
