"""Honest confidences: the temperature, and the confidence from which an answer is sure.

Run ``python -m hccr_training.calibrate models/melnyk_net.onnx --card training/runs/NAME/card.toml``. It measures the
model on the validation sets and writes the values into both files.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper

from hccr_desktop.domain.candidate import SourceKind
from hccr_desktop.errors import HccrError, ModelMismatchError
from hccr_desktop.imaging.sample_sets import SampleSet
from hccr_desktop.inference.evaluation import expected_calibration_error
from hccr_desktop.inference.recognizer import Recognizer, softmax
from hccr_training.card import read_card, write_numbers
from hccr_training.sources.labelled import load_labelled

VALIDATION_SETS: Final[dict[SourceKind, Path]] = {
    "ink": Path("../shared/data/val/ink_84_hands_50_classes.jsonl"),
    "page": Path("../shared/data/val/scans_1000_classes.npz"),
}

ACCEPTED_SHARE: Final = 0.99
"""Share of real characters that must count as surely read. From the project's issue on rejection."""

_TEMPERATURE_RANGE: Final = (0.05, 20.0)
_BATCH: Final = 64


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a temperature makes of one kind of source.

    Attributes:
        temperature: divides the logits.
        sure_confidence: the confidence of the first candidate that ACCEPTED_SHARE of real characters reach.
        count: samples it was measured on.
        ece_before: expected calibration error at temperature 1, in [0, 1].
        ece_after: the same at the temperature.
    """

    temperature: float
    sure_confidence: float
    count: int
    ece_before: float
    ece_after: float


def surprise(logits: npt.NDArray[np.float32], truth: npt.NDArray[np.int64], temperature: float) -> float:
    """Mean -log of the confidence in what happened: that the first candidate is right, or that it is not.

    Args:
        logits: (N, classes).
        truth: (N,) class indices.
        temperature: divides the logits.

    Returns:
        Nats.
    """
    scaled = logits.astype(np.float64) / temperature
    shifted = scaled - scaled.max(axis=1, keepdims=True)
    confidences = 1 / np.exp(shifted).sum(axis=1)
    happened = np.where(shifted.argmax(axis=1) == truth, confidences, 1 - confidences)
    return float(-np.log(np.maximum(happened, 1e-12)).mean())


def fit_temperature(logits: npt.NDArray[np.float32], truth: npt.NDArray[np.int64]) -> float:
    """The temperature at which the first candidate's confidence surprises least, between 0.05 and 20, to three digits.

    Not that of the greatest likelihood of the true class, which samples decide whose true class is far from first: on
    the first weights it gave an ECE of 4.1 % on validation ink and 3.0 % on validation scans, this one gives 2.9 and
    2.0 %.
    """
    low, high = np.log(_TEMPERATURE_RANGE)
    ratio = (np.sqrt(5) - 1) / 2
    while high - low > 5e-4:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if surprise(logits, truth, float(np.exp(left))) < surprise(logits, truth, float(np.exp(right))):
            high = right
        else:
            low = left
    return round(float(np.exp((low + high) / 2)), 3)


def between_hands(temperatures: Iterable[float]) -> float:
    """One temperature for all sources: the geometric mean of those that suit the validation sets, to three digits.

    What a temperature depends on is how well a hand is read, not whether it was drawn or scanned. In twelve groups of
    the hands of validation ink it follows 0.62 + 0.72 x share of errors (0.72 at 17 %, 1.02 at 53 %; second weights),
    which says 0.66 for the neat hands of the validation scans, where 0.63 was found. So a temperature of each set's
    own suits its hands (73 and 94 % read) and is too high for a neater hand with the pen, too low for a hastier one
    on paper. The user's hand is not known, and no map of one answer's confidence, entropy, margins, energy, norm, or
    shape tells it: each left out of the fit, six groups of hands keep a mean gap between confidence and accuracy of
    3.5 points with one temperature, 2.5 with all of these, 2.6 with the number of strokes for the number that the
    character has. The mean lies halfway between the hands that are known.
    """
    return round(float(np.exp(np.mean(np.log(list(temperatures))))), 3)


def calibrate(logits: npt.NDArray[np.float32], truth: npt.NDArray[np.int64], temperature: float) -> Calibration:
    """Measure a temperature on one kind of source, and find the confidence from which it is sure.

    Args:
        logits: (N, classes) float32 of validation samples.
        truth: (N,) class indices.
        temperature: divides the logits.
    """
    is_right = logits.argmax(axis=1) == truth
    before = softmax(logits).max(axis=1).astype(np.float64)
    after = softmax(logits / np.float32(temperature)).max(axis=1).astype(np.float64)
    return Calibration(
        temperature=temperature,
        sure_confidence=round(float(np.quantile(after, 1 - ACCEPTED_SHARE)), 4),
        count=len(truth),
        ece_before=expected_calibration_error(before, is_right),
        ece_after=expected_calibration_error(after, is_right),
    )


def validation_logits(
    recognizer: Recognizer, samples: SampleSet
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """(N, classes) logits and (N,) true classes of a validation set; characters the model does not know are left out.

    Raises:
        HccrError: a sample cannot be prepared: a validation set is whole or of no use.
    """
    known = [sample for sample in samples.samples if sample.character in recognizer.card.characters]
    logits = [
        recognizer.logits([sample.to_model_image() for sample in known[start : start + _BATCH]])
        for start in range(0, len(known), _BATCH)
    ]
    truth = np.array([recognizer.card.characters.index(sample.character) for sample in known], np.int64)
    return np.concatenate(logits), truth


def write_card_into_model(model_path: Path, card_path: Path) -> None:
    """Put a card into a model file's metadata and leave the rest of it alone.

    Raises:
        ModelFileError: the card cannot be read.
        ModelMismatchError: the card names another number of classes than the model answers.
    """
    card = read_card(card_path)
    model = onnx.load(model_path)
    classes = next(output for output in model.graph.output if output.name == "logits").type.tensor_type.shape.dim[1]
    if classes.dim_value != len(card.characters):
        raise ModelMismatchError(f"{model_path.name} has {classes.dim_value} classes, the card {len(card.characters)}.")
    del model.metadata_props[:]
    helper.set_model_props(model, dict(sorted(card.to_metadata().items())))
    partial = model_path.with_name(model_path.name + ".partial")
    partial.write_bytes(model.SerializeToString(deterministic=True))
    partial.replace(model_path)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.calibrate", description=__doc__)
    parser.add_argument("model", type=Path, help="the ONNX file; its metadata are replaced by the card")
    parser.add_argument("--card", type=Path, required=True, help="TOML file with the card, whose values are replaced")
    for kind, default in VALIDATION_SETS.items():
        parser.add_argument(
            f"--{kind}", type=Path, default=default, help=f"validation set of {kind}s; not there: left as is"
        )
    options = parser.parse_args(arguments)
    try:
        recognizer = Recognizer.open(options.model, threads=2)
        measured: dict[SourceKind, tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]] = {}
        for kind in VALIDATION_SETS:
            path: Path = getattr(options, kind)
            if path.exists():
                measured[kind] = validation_logits(recognizer, load_labelled(path))
            else:
                print(f"{kind}: {path} does not exist, so the card's sure confidence stays")
        if not measured:
            print("There is no validation set, so the card stays as it is.", file=sys.stderr)
            return 2
        own = {kind: fit_temperature(*answers) for kind, answers in measured.items()}
        shared = between_hands(own.values())
        # A set that is not there has hands too, and they are no better known.
        numbers: dict[str, float] = {f"temperature_{kind}": shared for kind in VALIDATION_SETS}
        for kind, answers in measured.items():
            alone, fitted = calibrate(*answers, own[kind]), calibrate(*answers, shared)
            numbers[f"sure_confidence_{kind}"] = fitted.sure_confidence
            print(
                f"{kind}: temperature {shared}, sure from {fitted.sure_confidence}; ECE "
                f"{100 * fitted.ece_before:.2f} % -> {100 * fitted.ece_after:.2f} % on {fitted.count} samples of "
                f"{getattr(options, kind)}, whose own temperature {own[kind]} gives {100 * alone.ece_after:.2f} %"
            )
        write_numbers(options.card, numbers)
        write_card_into_model(options.model, options.card)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
