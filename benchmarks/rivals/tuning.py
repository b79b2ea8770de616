"""Finds out how each picture engine wants its pictures, on the validation sets.

With the rivals' Python: ``.venv-rivals/bin/python -m benchmarks.rivals.tuning rapidocr-v6-small``. What it
finds best stands in :data:`benchmarks.rivals.feeding.FEEDINGS`.
"""

import argparse
import itertools
from pathlib import Path
from typing import Final

from benchmarks.rivals import feeding
from benchmarks.rivals.engines import ENGINES
from benchmarks.rivals.fairness import draw_samples, percent_within, restricted
from benchmarks.rivals.feeding import Feeding
from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.imaging.sample_sets import load_sample_set

VALIDATION_SETS: Final = {"scans": "val/scans_1000_classes.npz", "ink": "val/ink_84_hands_50_classes.jsonl"}
MARGINS: Final = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5)
PEN_WIDTHS_PX: Final = (10, 14, 20)
PADDED_WIDTHS: Final = (1.0, 320 / 48)


def main() -> None:
    """Print one line for each way to feed an engine, the best last."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=list(feeding.FEEDINGS))
    parser.add_argument("--samples", type=int, default=100, help="of each validation set (default: %(default)s)")
    parser.add_argument("--margins", nargs="+", type=float, default=MARGINS)
    parser.add_argument("--pen-widths", nargs="+", type=int, default=PEN_WIDTHS_PX)
    parser.add_argument("--padded-widths", nargs="+", type=float, default=PADDED_WIDTHS)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the sets")
    options = parser.parse_args()
    characters = frozenset(gb2312_level1())
    samples = {
        name: draw_samples(load_sample_set(options.data / path), options.samples, seed=1, characters=characters)
        for name, path in VALIDATION_SETS.items()
    }
    engine = ENGINES[options.engine].open(characters, 1)
    found = []
    ways = itertools.product(options.margins, (False, True), options.pen_widths, options.padded_widths)
    seen: dict[tuple[object, ...], float] = {}
    for margin, is_stretched, pen_width_px, padded_width in ways:
        engine.feeding = Feeding(margin, is_stretched, pen_width_px, padded_width)  # type: ignore[attr-defined]
        top1 = {}
        for name, chosen in samples.items():
            # A scan has no pen, and ink drawn black has no contrast to stretch.
            way = (name, margin, padded_width, is_stretched if name == "scans" else pen_width_px)
            if way not in seen:
                answers = [restricted(engine.rank([sample])[0], characters) for sample in chosen]
                seen[way] = percent_within(answers, [sample.character for sample in chosen], 1)
            top1[name] = seen[way]
        found.append((sum(top1.values()), engine.feeding, top1))  # type: ignore[attr-defined]
    for _, way, top1 in sorted(found, key=lambda one: one[0]):
        print(way, " ".join(f"{name} {percent:.1f}" for name, percent in top1.items()), flush=True)


if __name__ == "__main__":
    main()
