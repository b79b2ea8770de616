"""``python -m benchmarks.pages``: boxes and characters of pages composed from training scans and ink, and of photos.

The boxes are known, so that segmentation is measured by itself; characters are counted against the same recognizer
given the perfect boxes, so that its own mistakes do not count. PP-OCRv6 small reads the same lines, where `make rivals`
has installed it. Everything is drawn from a seed.
"""

import argparse
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.composed import FLAWS, ComposedPage, Flaw, Spacing, compose_page, load_samples, photograph, single_photo
from benchmarks.lines import LinedPage, lined, own_rows, rival_rows, table
from benchmarks.machine import describe_machine
from hccr_desktop import paths
from hccr_desktop.errors import EmptyInkError
from hccr_desktop.imaging.clean import clean
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.sample_sets import Sample
from hccr_desktop.inference.page_reading import PageReading, read_page, recognize_boxes
from hccr_desktop.inference.precision import open_model
from hccr_desktop.inference.recognizer import Recognizer

RIGHT_OVERLAP = 0.7
"""Intersection over union from which a box counts as right."""

_LAYOUTS = ((40, 10), (48, 16), (12, 12), (36, 6))
"""Characters and characters a line."""

_TEXTURES: tuple[tuple[Flaw, ...], ...] = ((), ("paper",), ("shadow", "paper"), ("rules",))


@dataclass(frozen=True)
class Counts:
    """Sums over pages."""

    characters: int = 0
    right_boxes: int = 0
    read: int = 0
    read_with_perfect_boxes: int = 0
    recognitions: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def __str__(self) -> str:
        """One line of figures."""
        return (
            f"boxes {self.right_boxes / self.characters:.1%}  characters {self.read / self.characters:.1%} "
            f"(perfect boxes {self.read_with_perfect_boxes / self.characters:.1%})  "
            f"{self.recognitions / self.characters:.2f} recognitions, {1000 * self.seconds / self.characters:.0f} ms "
            f"a character ({self.characters} characters)"
        )


def measure(recognizer: Recognizer, composed: ComposedPage, picture: np.ndarray) -> Counts:
    """Read one page and compare."""
    started = time.perf_counter()
    reading = read_page(recognizer, picture, count=1)
    seconds = time.perf_counter() - started
    right_boxes = read = 0
    for box, character in zip(composed.boxes, composed.characters, strict=True):
        found = max(reading.characters, key=lambda one: one.box.overlap(box))
        if found.box.overlap(box) >= RIGHT_OVERLAP:
            right_boxes += 1
            read += found.recognition.best.character == character
    return Counts(
        len(composed.boxes),
        right_boxes,
        read,
        _read_with_perfect_boxes(recognizer, composed, reading),
        reading.recognition_count,
        seconds,
    )


def _read_with_perfect_boxes(recognizer: Recognizer, composed: ComposedPage, reading: PageReading) -> int:
    """Of the same cleaned page, so that only finding the boxes makes the difference."""
    boxes = [reading.page.from_picture(box) for box in composed.boxes]
    answers = recognize_boxes(recognizer, reading.page, boxes, count=1)
    return sum(
        answer is not None and answer.best.character == character
        for answer, character in zip(answers, composed.characters, strict=True)
    )


def composed_pages(
    samples: Sequence[Sample], spacing: Spacing, *, is_vertical: bool, repeats: int, seed: int
) -> Iterator[tuple[ComposedPage, np.ndarray]]:
    """Pages of every layout and texture, with their pictures."""
    for repeat in range(repeats):
        for number, (count, per_line) in enumerate(_LAYOUTS):
            random = np.random.default_rng([seed, repeat, number, is_vertical, spacing == "tight"])
            chosen = [samples[int(at)] for at in random.choice(len(samples), count, replace=False)]
            composed = compose_page(
                chosen, random, per_line=per_line, spacing=spacing, is_vertical=is_vertical, size_px=70
            )
            texture = _TEXTURES[(number + repeat) % len(_TEXTURES)]
            yield (
                composed,
                photograph(composed.image, random, texture, line_pitch_px=120) if texture else composed.image,
            )


def measure_pages(recognizer: Recognizer, samples: Sequence[Sample], *, repeats: int, seed: int) -> dict[str, Counts]:
    """Figures by spacing and direction."""
    figures = {}
    for spacing in ("neat", "tight"):
        for is_vertical in (False, True):
            total = Counts()
            for composed, picture in composed_pages(
                samples, spacing, is_vertical=is_vertical, repeats=repeats, seed=seed
            ):
                total += measure(recognizer, composed, picture)
            figures[f"{spacing} {'vertical' if is_vertical else 'horizontal'}"] = total
    return figures


def compare_lines(recognizer: Recognizer, samples: Sequence[Sample], *, repeats: int, seed: int, threads: int) -> str:
    """The table of this project and PP-OCRv6 small on the horizontal pages that :func:`measure_pages` has read."""
    kinds: dict[str, list[LinedPage]] = {}
    for spacing in ("neat", "tight"):
        pages = composed_pages(samples, spacing, is_vertical=False, repeats=repeats, seed=seed)
        layouts = itertools.cycle(_LAYOUTS)
        kinds[spacing] = [
            lined(composed, picture, per_line)
            for (composed, picture), (_, per_line) in zip(pages, layouts, strict=False)
        ]
    return table(kinds, [*own_rows(recognizer, kinds), *rival_rows(kinds, threads=threads)])


def measure_photos(recognizer: Recognizer, samples: Sequence[Sample], *, count: int, seed: int) -> None:
    """Accuracy on photos of one character, with each flaw alone and with several; unprepared and clean."""
    chosen = [samples[int(at)] for at in np.random.default_rng(seed).choice(len(samples), count, replace=False)]
    combined: list[tuple[Flaw, ...]] = [(), *((flaw,) for flaw in FLAWS)]
    combined += [("shadow", "paper", "blur"), ("shadow", "grid"), ("paper", "rules", "pencil")]
    for flaws in combined:
        random = np.random.default_rng(seed)
        right, right_raw, alone = 0, 0, 0
        for sample in chosen:
            photo = single_photo(sample, random, flaws)
            right_raw += _reads(recognizer, photo, sample.character)
            right += _reads(recognizer, clean(photo).image, sample.character)
            alone += len(read_page(recognizer, photo, count=1).characters) == 1
        print(
            f"photo, {' + '.join(flaws) or 'no flaw'}: normalized as it is {right_raw / count:.1%}, "
            f"cleaned first {right / count:.1%}, found to be one character {alone / count:.1%} ({count} photos)"
        )


def measure_large(recognizer: Recognizer, samples: Sequence[Sample], *, seed: int) -> None:
    """Times of a page of 400 characters, and of one character on 12 megapixels."""
    random = np.random.default_rng(seed)
    chosen = [samples[int(at)] for at in random.choice(len(samples), 400, replace=False)]
    composed = compose_page(chosen, random, per_line=20, spacing="neat", size_px=80)
    used = time.process_time()
    read_page(recognizer, composed.image)
    used = time.process_time() - used
    counts = measure(recognizer, composed, composed.image)
    print(
        f"a page of 400 characters ({composed.image.size / 1e6:.1f} megapixels): {counts.seconds:.1f} s "
        f"({used:.1f} s of processor time); {counts}"
    )
    photo = single_photo(chosen[0], random, ("shadow", "paper"), side_px=3000)
    photo = np.asarray(cv2.resize(photo, (4000, 3000)), np.uint8)
    times = []
    for _ in range(5):
        started, used = time.perf_counter(), time.process_time()
        read_page(recognizer, photo, count=10)
        times.append((time.perf_counter() - started, time.process_time() - used))
    wall, processor = (1000 * float(np.median(column)) for column in zip(*times, strict=True))
    print(f"one character on 12 megapixels, decoded: {wall:.0f} ms ({processor:.0f} ms of processor time)")


def _reads(recognizer: Recognizer, page: np.ndarray, character: str) -> bool:
    try:
        image = normalize(page)
    except EmptyInkError:
        return False
    return recognizer.recognize(image, kind="page", count=1).best.character == character


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/train"), help="folder of scans.npz and ink")
    parser.add_argument("--scans", type=Path, help="compose from these scans instead, such as the validation set's")
    parser.add_argument("--model", type=Path, default=paths.default_model())
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=2, help="pages of each layout")
    parser.add_argument("--photos", type=int, default=40, help="photos of each kind")
    parser.add_argument("--no-lines", action="store_true", help="leave out the comparison with PP-OCRv6 small")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    recognizer = open_model(options.model, provider="cpu", threads=options.threads)
    sets = [options.scans] if options.scans else [options.data / "scans.npz", options.data / "ink_tegaki_ja.jsonl"]
    samples = load_samples(sets, frozenset(recognizer.card.characters))
    print(describe_machine(), f"{options.threads} thread(s), {recognizer.card.model_id} {recognizer.card.version}")
    for name, counts in measure_pages(recognizer, samples, repeats=options.repeats, seed=options.seed).items():
        print(f"{name}: {counts}", flush=True)
    if not options.no_lines:
        print(compare_lines(recognizer, samples, repeats=options.repeats, seed=options.seed, threads=options.threads))
    if options.photos:
        measure_photos(recognizer, samples, count=options.photos, seed=options.seed)
    measure_large(recognizer, samples, seed=options.seed)


if __name__ == "__main__":
    main()
