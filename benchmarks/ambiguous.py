"""``python -m benchmarks.ambiguous``: pictures that may be one character or two, and pages that lie on their side.

Composed of training scans and ink, like the pages of ``benchmarks.pages``; everything is drawn from a seed.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.composed import ComposedPage, compose_page, load_samples
from benchmarks.machine import describe_machine
from hccr_desktop import paths
from hccr_desktop.domain.box import around
from hccr_desktop.imaging.clean import clean
from hccr_desktop.imaging.sample_sets import Sample
from hccr_desktop.imaging.types import PageImage
from hccr_desktop.inference.page_reading import read_clean_page, read_page
from hccr_desktop.inference.precision import open_model
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.inference.turning import QuarterTurn, may_lie, propose_turn, turned

PARTS_APART = "川八心明林好二三吕小以儿北非兆州门认汉件们沙江从众品昌炎多哥圭羽竹朋双比此似你化什叫加和"
"""Characters whose parts stand apart; half of the single ones are drawn from these."""

NEAR_SQUARE = 1.45
"""Aspect up to which two characters are counted as being in a near square."""

_LYING = ((1, 1), (2, 2), (4, 4), (8, 8), (9, 3), (16, 8))
"""Characters and characters a line of the pages that are turned."""


def single(samples: Sequence[Sample], random: np.random.Generator) -> PageImage:
    """One character alone."""
    apart = [sample for sample in samples if sample.character in PARTS_APART]
    chosen = apart if random.random() < 0.5 else samples
    return _cropped(compose_page([chosen[int(random.integers(len(chosen)))]], random, per_line=1, spacing="neat"))


def near_square_pair(samples: Sequence[Sample], random: np.random.Generator) -> PageImage:
    """Two characters, beside or above one another, about as wide together as they are tall."""
    while True:
        chosen = [samples[int(at)] for at in random.choice(len(samples), 2, replace=False)]
        is_vertical = bool(random.random() < 0.4)
        composed = compose_page(chosen, random, per_line=2, spacing="tight", is_vertical=is_vertical)
        box = around(composed.boxes)
        if max(box.width, box.height) <= NEAR_SQUARE * min(box.width, box.height):
            return _cropped(composed)


def count_characters(recognizer: Recognizer, pictures: Sequence[PageImage]) -> list[int]:
    """How many characters each picture is found to hold."""
    return [len(read_page(recognizer, picture, count=1).characters) for picture in pictures]


def measure_turns(recognizer: Recognizer, pictures: Sequence[PageImage]) -> dict[QuarterTurn, list[int]]:
    """For each way of lying: right proposals, wrong ones, and pictures."""
    figures: dict[QuarterTurn, list[int]] = {0: [0, 0, 0], 90: [0, 0, 0], 180: [0, 0, 0], 270: [0, 0, 0]}
    for picture in pictures:
        for degrees, counts in figures.items():
            page = clean(turned(picture, degrees))
            characters = read_clean_page(recognizer, page, count=1).characters
            is_tried = may_lie([character.recognition for character in characters])
            proposal = propose_turn(recognizer, page) if is_tried else None
            proposed, right = (0 if proposal is None else proposal.degrees), (360 - degrees) % 360
            counts[0] += proposed == right
            counts[1] += proposed not in (0, right)
            counts[2] += 1
    return figures


def _cropped(composed: ComposedPage) -> PageImage:
    """With a margin like that of a picture that someone cut out."""
    box = around(composed.boxes)
    margin = 40
    ink = composed.image[box.top : box.bottom, box.left : box.right]
    return np.asarray(np.pad(ink, margin, constant_values=255), np.uint8)


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/train"), help="folder of scans.npz and ink")
    parser.add_argument("--model", type=Path, default=paths.default_model())
    parser.add_argument("--count", type=int, default=120, help="pictures of one character, and of two")
    parser.add_argument("--pages", type=int, default=12, help="pages that are turned each way")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    recognizer = open_model(options.model, provider="cpu", threads=1)
    sets = [options.data / name for name in ("scans.npz", "ink_olhwdb1.1_writer1043.jsonl", "ink_tomoe_ja.jsonl")]
    samples = load_samples(sets, frozenset(recognizer.card.characters))
    random = np.random.default_rng(options.seed)
    print(describe_machine(), f"1 thread, {recognizer.card.model_id} {recognizer.card.version}")
    singles = [single(samples, random) for _ in range(options.count)]
    found = count_characters(recognizer, singles)
    print(f"single characters: {sum(count > 1 for count in found)} of {len(found)} split", flush=True)
    found = count_characters(recognizer, [near_square_pair(samples, random) for _ in range(options.count)])
    print(
        f"pairs in a near square: {found.count(1)} of {len(found)} taken for one, "
        f"{sum(count > 2 for count in found)} for more than two",
        flush=True,
    )
    pages = []
    for number in range(options.pages):
        count, per_line = _LYING[number % len(_LYING)]
        chosen = [samples[int(at)] for at in random.choice(len(samples), count, replace=False)]
        pages.append(_cropped(compose_page(chosen, random, per_line=per_line, spacing="neat", size_px=70)))
    for degrees, (right, wrong, total) in measure_turns(recognizer, pages).items():
        print(f"lying by {degrees} degrees: {right} right and {wrong} wrong proposals of {total} pages")


if __name__ == "__main__":
    main()
