"""Figures for a model's card, measured by the app's own evaluation.

Run ``python -m hccr_training.evaluate models/melnyk_net.onnx SET... --card training/runs/NAME/card.toml`` from the
repository root. It does what ``hccr evaluate SET`` does, writes the figures into the card and the model, and what the
model's page (``hccr_training.model_page``) tells besides into a file beside the card.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from hccr_desktop.errors import HccrError
from hccr_desktop.imaging.sample_sets import Sample
from hccr_desktop.inference.evaluation import ECE_BINS, Answers, Evaluation, evaluate_in_detail
from hccr_desktop.inference.model_card import Accuracy
from hccr_desktop.inference.recognizer import Recognizer
from hccr_training.calibrate import write_card_into_model
from hccr_training.card import write_accuracy
from hccr_training.sources.labelled import load_labelled

DETAILS_FILE: Final = "evaluation.json"
"""Beside the card."""

LISTED: Final = 20
"""Confusions and characters that are named of each set."""


@dataclass(frozen=True, slots=True)
class Details:
    """What a set's figures hide.

    Attributes:
        data_set: as in the card's accuracy.
        top10: percent.
        ece: expected calibration error in percent.
        bins: (samples, mean confidence, share right) of ECE_BINS bins of equal width of the first candidate's
            confidence; both 0 where a bin is empty.
        confusions: (character, what was read, how often), most frequent first.
        worst: (character, samples read right, samples), those with most samples misread first.
    """

    data_set: str
    top10: float
    ece: float
    bins: tuple[tuple[int, float, float], ...]
    confusions: tuple[tuple[str, str, int], ...]
    worst: tuple[tuple[str, int, int], ...]


def details_of(
    figures: Evaluation, data_set: str, samples: Sequence[Sample], answers: Answers, characters: Sequence[str]
) -> Details:
    """Sum up the answers to a set.

    Args:
        figures: of the set.
        data_set: its name in the card.
        samples: those answered.
        answers: to each of them.
        characters: class order.
    """
    right = answers.ranks == 0
    number = np.clip((answers.confidences * ECE_BINS).astype(int), 0, ECE_BINS - 1)
    bins = []
    for at in range(ECE_BINS):
        inside = number == at
        mean = (answers.confidences[inside].mean(), right[inside].mean()) if inside.any() else (0.0, 0.0)
        bins.append((int(inside.sum()), round(float(mean[0]), 4), round(float(mean[1]), 4)))
    wrong = [int(at) for at in np.flatnonzero(~right) if answers.first[at] >= 0]
    confusions = Counter((samples[at].character, characters[int(answers.first[at])]) for at in wrong)
    all_of = Counter(sample.character for sample in samples)
    right_of = Counter(samples[int(at)].character for at in np.flatnonzero(right))
    # Ties by the character, so that the same answers give the same file.
    frequent = sorted(confusions.items(), key=lambda entry: (-entry[1], entry[0]))[:LISTED]
    worst = sorted(all_of, key=lambda character: (right_of[character] - all_of[character], character))[:LISTED]
    return Details(
        data_set=data_set,
        top10=round(figures.top10, 2),
        ece=round(figures.ece, 2),
        bins=tuple(bins),
        confusions=tuple((true, read, count) for (true, read), count in frequent),
        worst=tuple((character, right_of[character], all_of[character]) for character in worst),
    )


def to_accuracy(figures: Evaluation, path: Path) -> Accuracy:
    """A card's entry: the set by the last two parts of its path, and the command that measures it again."""
    name = Path(*path.with_suffix("").parts[-2:]).as_posix()
    return Accuracy(name, figures.count, figures.top1, figures.top5, f"hccr evaluate {path.as_posix()}")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m hccr_training.evaluate", description=__doc__)
    parser.add_argument("model", type=Path, help="the ONNX file")
    parser.add_argument("sets", type=Path, nargs="+", help="packed scans, ink jsonl, labelled folders, .gnt or .pot")
    parser.add_argument("--card", type=Path, help="TOML file whose accuracy is replaced, and the model's with it")
    options = parser.parse_args(arguments)
    try:
        recognizer = Recognizer.open(options.model, threads=2)
        accuracy, details = [], []
        for path in options.sets:
            figures, samples, answers = evaluate_in_detail(recognizer, load_labelled(path))
            accuracy.append(to_accuracy(figures, path))
            characters = list(recognizer.card.characters)
            details.append(details_of(figures, accuracy[-1].data_set, samples, answers, characters))
            print(
                f"{path}: {figures.count} samples, top-1 {figures.top1:.2f} %, top-5 {figures.top5:.2f} %, "
                f"top-10 {figures.top10:.2f} %, ECE {figures.ece:.2f} %, {figures.median_ms:.1f} ms on "
                f"{figures.provider}"
            )
        if options.card is not None:
            write_accuracy(options.card, accuracy)
            text = json.dumps([asdict(entry) for entry in details], ensure_ascii=False, indent=1)
            options.card.with_name(DETAILS_FILE).write_text(text + "\n", encoding="utf-8")
            write_card_into_model(options.model, options.card)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
