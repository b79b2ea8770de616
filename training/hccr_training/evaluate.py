"""Figures for a model's card, measured by the app's own evaluation.

Run ``python -m hccr_training.evaluate models/melnyk_net.onnx SET... --card training/runs/NAME/card.toml`` from the
repository root. It does what ``hccr evaluate SET`` does, and writes the figures into the card and the model.
"""

import argparse
import sys
from pathlib import Path

from hccr_desktop.errors import HccrError
from hccr_desktop.inference.evaluation import Evaluation, evaluate
from hccr_desktop.inference.model_card import Accuracy
from hccr_desktop.inference.recognizer import Recognizer
from hccr_training.calibrate import write_card_into_model
from hccr_training.card import write_accuracy
from hccr_training.sources.labelled import load_labelled


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
        accuracy = []
        for path in options.sets:
            figures = evaluate(recognizer, load_labelled(path))
            accuracy.append(to_accuracy(figures, path))
            print(
                f"{path}: {figures.count} samples, top-1 {figures.top1:.2f} %, top-5 {figures.top5:.2f} %, "
                f"top-10 {figures.top10:.2f} %, ECE {figures.ece:.2f} %, {figures.median_ms:.1f} ms on "
                f"{figures.provider}"
            )
        if options.card is not None:
            write_accuracy(options.card, accuracy)
            write_card_into_model(options.model, options.card)
    except HccrError as error:
        print(error.message, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
