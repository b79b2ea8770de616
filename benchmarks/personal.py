"""``python -m benchmarks.personal``: what learning from corrections brings, costs and takes.

Needs the data sets of ../shared/data. The embeddings are computed once per model and kept in build/, so a second run
takes seconds. Two ways of teaching are measured: any drawing, and only those that were misread, which is how the pad
is used, and where one drawing can take over what it was mistaken for.

``--tune`` prints the table from which the constants of the rule were chosen; it reads validation data and
train/ink_olhwdb1.1_writer1043 alone, never a test set.

Weights that were trained with train/ink_tegaki_ja or writer 1043 flatter the network before it learned anything; what
was fixed and spoiled is counted on top of that.
"""

import argparse
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from benchmarks.machine import describe_machine, distribution
from hccr_desktop.domain.candidate import SourceKind
from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.domain.ink import StrokeArray
from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.imaging.rasterize import strokes_to_model_image
from hccr_desktop.imaging.sample_sets import InkSample, load_sample_set
from hccr_desktop.imaging.types import ModelImage
from hccr_desktop.inference.model_card import ModelCard
from hccr_desktop.inference.recognizer import Recognizer, softmax
from hccr_desktop.paths import default_model
from hccr_desktop.personal.adaptation import (
    DEFAULT_RULE,
    AdaptationRule,
    LastLayer,
    RememberedSamples,
    adapt,
    directions_of,
)

REPOSITORY: Final = Path(__file__).resolve().parent.parent
DATA: Final = REPOSITORY.parent / "shared" / "data"
CACHE: Final = REPOSITORY / "build" / "personal"

TAUGHT_SET: Final = "train/ink_tegaki_ja.jsonl"
UNRELATED_SET: Final = "test/ink_olhwdb1.0_writer001.jsonl"
TUNING_SET: Final = "val/ink_84_hands_50_classes.jsonl"
TUNING_UNRELATED_SETS: Final = ("val/scans_1000_classes.npz", "train/ink_olhwdb1.1_writer1043.jsonl")

SEED: Final = 20261124
DRAWS: Final = 10
"""Random choices of what is taught; figures are means over them."""

TUNING_CLASSES: Final = 37
"""Of the 50: as many as the taught set has."""

RULES_TRIED: Final = tuple(
    AdaptationRule(threshold, slope, floor)
    for threshold, slope in ((0.65, 20.0), (0.7, 20.0), (0.75, 20.0), (0.75, 30.0), (0.8, 30.0), (0.8, 50.0))
    for floor in (0.0, 0.01, 0.03, 0.05)
)

_BATCH: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """A set as the network sees it.

    Attributes:
        characters: the right answers.
        embeddings: (N, 448) float32.
        confidences: (N, classes) float32, at the temperature of the set's kind.
        firsts: the network's first candidates.
        last_layer: of the network, at the temperature of the set's kind.
    """

    characters: npt.NDArray[np.str_]
    embeddings: npt.NDArray[np.float32]
    confidences: npt.NDArray[np.float32]
    firsts: npt.NDArray[np.str_]
    last_layer: LastLayer

    @property
    def is_right(self) -> npt.NDArray[np.bool_]:
        """(N,) whether the network's first candidate is right."""
        return self.characters == self.firsts

    def part(self, positions: npt.NDArray[np.int64]) -> "Answered":
        """Some of the samples."""
        return Answered(
            self.characters[positions],
            self.embeddings[positions],
            self.confidences[positions],
            self.firsts[positions],
            self.last_layer,
        )

    def without_classes(self, taken: set[str], known: CharacterSet) -> "Answered":
        """As a network would answer that does not know some characters; their confidence is shared out."""
        confidences = self.confidences.copy()
        confidences[:, [known.index(character) for character in taken]] = 0
        confidences /= np.maximum(confidences.sum(axis=1, keepdims=True), 1e-30)
        firsts = np.array(known)[confidences.argmax(axis=1)]
        # To a layer without weights all drawings are the same, so that a hidden class is raised as an unknown one is.
        blind = LastLayer(np.zeros_like(self.last_layer.weights), self.last_layer.temperature)
        return Answered(self.characters, self.embeddings, confidences, firsts, blind)


@dataclass(frozen=True, slots=True)
class Change:
    """What a memory changed on a set, in samples."""

    count: int = 0
    right_before: int = 0
    fixed: int = 0
    spoiled: int = 0

    def __add__(self, other: "Change") -> "Change":
        return Change(
            self.count + other.count,
            self.right_before + other.right_before,
            self.fixed + other.fixed,
            self.spoiled + other.spoiled,
        )

    def __str__(self) -> str:
        before = 100 * self.right_before / self.count
        after = 100 * (self.right_before + self.fixed - self.spoiled) / self.count
        wrong = self.count - self.right_before
        return (
            f"top-1 {before:6.2f} -> {after:6.2f} % ({after - before:+.2f}); of {wrong} errors {self.fixed} fixed "
            f"({100 * self.fixed / max(1, wrong):.1f} %), {self.spoiled} made (n = {self.count})"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, or print the tuning table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true", help="print the table from which the rule was chosen")
    parser.add_argument("--model", type=Path, default=default_model(), help="model file to measure with")
    options = parser.parse_args(arguments)
    recognizer = Recognizer.open(options.model, provider="cpu", threads=1)
    print(f"personal memory, {recognizer.card.model_id} ({recognizer.card.version}), {describe_machine()}")
    if options.tune:
        tune(recognizer, options.model)
    else:
        measure_time(recognizer.card)
        measure_misread(recognizer, options.model)
        measure_taught(recognizer, options.model)


def measure_time(card: ModelCard, *, count: int = 10_000, repeats: int = 500) -> None:
    """What 10,000 remembered samples add to one recognition: a drawing like many of them, and one like none."""
    rng = np.random.default_rng(SEED)
    characters = tuple(card.characters[int(index)] for index in rng.integers(0, len(card.characters), count))
    embeddings = rng.normal(0, 1, (count, FEATURES)).astype(np.float32)
    embeddings[: count // 10] = embeddings[0] + 0.3 * embeddings[: count // 10]
    samples = RememberedSamples.of(characters, embeddings)
    last_layer = LastLayer(rng.normal(0, 1, (len(card.characters), FEATURES)).astype(np.float32), 1.0)
    confidences = softmax(rng.normal(0, 3, len(card.characters)).astype(np.float32))
    for name, embedding in (
        ("like a tenth of them", embeddings[0]),
        ("like none", rng.normal(0, 1, FEATURES).astype(np.float32)),
    ):
        wall, cpu = [], []
        for _ in range(repeats):
            started, started_cpu = time.perf_counter(), time.thread_time()
            adapt(confidences, embedding, samples, card.characters, last_layer=last_layer)
            wall.append((time.perf_counter() - started) * 1000)
            cpu.append((time.thread_time() - started_cpu) * 1000)
        print(f"{count:,} samples, a drawing {name}: {distribution(wall)}; CPU {distribution(cpu)}")


def measure_misread(recognizer: Recognizer, model: Path) -> None:
    """Teach the misread drawings of some hands: what comes of their repeats, of other hands and of lookalikes."""
    known = recognizer.card.characters
    base = answered(recognizer, model, TUNING_SET)
    repeats = answered(recognizer, model, TUNING_SET, distort=True)
    unrelated = answered(recognizer, model, TUNING_UNRELATED_SETS[0])
    for count in (1, 2, 5):
        rng = np.random.default_rng(SEED)
        totals = [Change() for _ in range(4)]
        for _ in range(DRAWS):
            classes = rng.permutation(np.unique(base.characters))[:TUNING_CLASSES]
            taught = draw(rng, base.characters, classes, count, ~base.is_right)
            rest = np.setdiff1d(np.arange(len(base.characters)), taught)
            memory = remember(base.part(taught))
            parts = repeats.part(taught), repeats.part(rest), base.part(rest), unrelated
            changes = [change(part, memory, known) for part in parts]
            totals = [total + one for total, one in zip(totals, changes, strict=True)]
        print(f"{TUNING_SET}, up to {count} misread drawings of each of {TUNING_CLASSES} taught, {DRAWS} draws:")
        names = "their repeats", "repeats of all others", "all others", TUNING_UNRELATED_SETS[0]
        for name, total in zip(names, totals, strict=True):
            print(f"  {name}: {total}", flush=True)


def measure_taught(recognizer: Recognizer, model: Path) -> None:
    """Teach k of each ten drawings of 37 characters by one hand, test on the rest, and on an unrelated hand."""
    known = recognizer.card.characters
    taught_set = answered(recognizer, model, TAUGHT_SET)
    unrelated = answered(recognizer, model, UNRELATED_SET)
    for what, is_taught in (("any", np.ones(len(taught_set.characters), bool)), ("misread", ~taught_set.is_right)):
        for count in (1, 2, 5):
            own, foreign, worst = Change(), Change(), 0.0
            rng = np.random.default_rng(SEED)
            for _ in range(DRAWS):
                taught = draw(rng, taught_set.characters, np.unique(taught_set.characters), count, is_taught)
                rest = np.setdiff1d(np.arange(len(taught_set.characters)), taught)
                memory = remember(taught_set.part(taught))
                own += change(taught_set.part(rest), memory, known)
                if count == 5:
                    one = change(unrelated, memory, known)
                    foreign, worst = foreign + one, min(worst, 100 * (one.fixed - one.spoiled) / one.count)
            print(f"{TAUGHT_SET}, {count} of each 10 taught ({what}), {DRAWS} draws: {own}")
            if foreign.count:
                print(f"{UNRELATED_SET} with that memory, {DRAWS} draws: {foreign}; worst draw {worst:+.2f}")


def tune(recognizer: Recognizer, model: Path) -> None:
    """For each rule: repeats by one hand, other hands, unrelated sets, and characters the network does not know."""
    known = recognizer.card.characters
    base = answered(recognizer, model, TUNING_SET)
    repeats = answered(recognizer, model, TUNING_SET, distort=True)
    unrelated = [answered(recognizer, model, name) for name in TUNING_UNRELATED_SETS]
    similarities = directions_of(base.embeddings) @ directions_of(base.embeddings).T
    is_same = base.characters[:, None] == base.characters[None, :]
    is_pair = ~np.eye(len(is_same), dtype=bool)
    for threshold in (0.7, 0.75, 0.8):
        same, other = (100 * np.mean(similarities[pairs & is_pair] > threshold) for pairs in (is_same, ~is_same))
        print(f"pairs above {threshold}: same character, other hand {same:.1f} %; other character {other:.3f} %")
    own = 100 * np.percentile((directions_of(base.embeddings) * directions_of(repeats.embeddings)).sum(axis=1), [5, 50])
    print(f"a drawing and its distorted repeat: 5th percentile {own[0] / 100:.2f}, median {own[1] / 100:.2f}")
    print("columns: repeats of 5 taught | other hands, 5 and 1 taught | unrelated, 5 taught, net points | unknown")
    for rule in RULES_TRIED:
        rng = np.random.default_rng(SEED)
        again, others5, others1, unknown = Change(), Change(), Change(), Change()
        foreign, foreign_unknown = [Change() for _ in unrelated], Change()
        for _ in range(DRAWS // 3):
            classes = rng.permutation(np.unique(base.characters))[:TUNING_CLASSES]
            taught = draw(rng, base.characters, classes, 5, np.ones(len(base.characters), bool))
            rest = np.setdiff1d(np.flatnonzero(np.isin(base.characters, classes)), taught)
            memory = remember(base.part(taught))
            again += change(repeats.part(taught), memory, known, rule)
            others5 += change(base.part(rest), memory, known, rule)
            others1 += change(base.part(rest), remember(base.part(taught[::5])), known, rule)
            foreign = [
                total + change(part, memory, known, rule) for total, part in zip(foreign, unrelated, strict=True)
            ]
            taken = set(classes.tolist())
            unknown += change(base.part(rest).without_classes(taken, known), memory, known, rule)
            for part in unrelated:
                left = part.part(np.flatnonzero(~np.isin(part.characters, classes)))
                foreign_unknown += change(left.without_classes(taken, known), memory, known, rule)
        print(
            f"{rule.similarity_threshold:.2f} {rule.evidence_slope:3.0f} {rule.floor_confidence:.2f}"
            f" | +{rate(again.fixed, again)} -{rate(again.spoiled, again)}"
            f" | +{rate(others5.fixed, others5)} -{rate(others5.spoiled, others5)}"
            f" +{rate(others1.fixed, others1)} -{rate(others1.spoiled, others1)}"
            f" | {' '.join(rate(total.fixed - total.spoiled, total) for total in foreign)}"
            f" | first {rate(unknown.fixed, unknown)}, unrelated -{rate(foreign_unknown.spoiled, foreign_unknown)}",
            flush=True,
        )


def rate(samples: int, whole: Change) -> str:
    """Percent of a set."""
    return f"{100 * samples / whole.count:.2f}"


def draw(
    rng: np.random.Generator,
    characters: npt.NDArray[np.str_],
    classes: npt.NDArray[np.str_],
    count: int,
    allowed: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Positions of ``count`` samples of each class, fewer where fewer are allowed; class by class."""
    return np.concatenate(
        [rng.permutation(np.flatnonzero((characters == character) & allowed))[:count] for character in classes]
    )


def remember(part: Answered) -> RememberedSamples:
    """All samples of a part, as a memory would hold them."""
    return RememberedSamples.of(tuple(part.characters.tolist()), part.embeddings)


def change(
    part: Answered, memory: RememberedSamples, known: CharacterSet, rule: AdaptationRule = DEFAULT_RULE
) -> Change:
    """Read a part with and without the memory."""
    fixed = spoiled = 0
    is_right = part.is_right
    # Most samples resemble nothing; one product for all of them says which ones need a closer look.
    nearest = (directions_of(part.embeddings) @ memory.directions.T).max(axis=1, initial=-1)
    for position in np.flatnonzero(nearest > rule.similarity_threshold - 1e-3):
        adapted = adapt(
            part.confidences[position],
            part.embeddings[position],
            memory,
            known,
            last_layer=part.last_layer,
            rule=rule,
        )
        first, confidence = known[int(adapted.confidences.argmax())], adapted.confidences.max()
        if adapted.unknown and adapted.unknown[0].confidence > confidence:
            first = adapted.unknown[0].character
        is_right_now = first == part.characters[position]
        fixed += int(is_right_now and not is_right[position])
        spoiled += int(is_right[position] and not is_right_now)
    return Change(len(is_right), int(is_right.sum()), fixed, spoiled)


def answered(recognizer: Recognizer, model: Path, name: str, *, distort: bool = False) -> Answered:
    """What the network says of a set; from build/ where it was asked before."""
    known = recognizer.card.characters
    digest = hashlib.sha256(model.read_bytes()).hexdigest()[:12]
    cached = CACHE / f"{digest}-{Path(name).stem}{'-repeats' if distort else ''}.npz"
    if not cached.exists():
        print(f"asking the network about {name}, once", flush=True)
        samples = load_sample_set(DATA / name)
        rng = np.random.default_rng(SEED)
        logits, embeddings = [], []
        images: Iterator[ModelImage] = (
            distorted(sample.ink.to_arrays(), rng)
            if distort and isinstance(sample, InkSample)
            else sample.to_model_image()
            for sample in samples.samples
        )
        for batch in batches(images):
            output = recognizer.run(batch)
            logits.append(output.logits)
            embeddings.append(output.embedding)
        cached.parent.mkdir(parents=True, exist_ok=True)
        temperature = recognizer.card.temperature(samples.kind)
        np.savez(
            cached,
            characters=np.array([sample.character for sample in samples.samples]),
            embeddings=np.concatenate(embeddings),
            confidences=softmax(np.concatenate(logits) / temperature),
        )
    with np.load(cached) as arrays:
        confidences = arrays["confidences"]
        firsts = np.array(known)[confidences.argmax(axis=1)]
        kind: SourceKind = "ink" if name.endswith(".jsonl") else "page"
        last_layer = LastLayer(recognizer.dense_weights(), recognizer.card.temperature(kind))
        return Answered(arrays["characters"], arrays["embeddings"], confidences, firsts, last_layer)


def batches(images: Iterator[ModelImage]) -> Iterator[list[ModelImage]]:
    """Groups of 16 and a smaller last one."""
    batch: list[ModelImage] = []
    for image in images:
        batch.append(image)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def distorted(strokes: Sequence[StrokeArray], rng: np.random.Generator) -> ModelImage:
    """The same ink as the same hand might draw it again: turned and sheared a little, each stroke moved and bent.

    A stand-in: no validation set has several drawings of one character by one hand.
    """
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = max(float((high - low).max()), 1e-9)
    whole = np.array([[1 + rng.normal(0, 0.06), rng.normal(0, 0.08)], [rng.normal(0, 0.05), 1 + rng.normal(0, 0.06)]])
    drawn = []
    for stroke in strokes:
        placed = (stroke - (low + high) / 2) / extent
        middle = placed.mean(axis=0)
        turn = rng.normal(0, 0.04)
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        shaped = ((placed - middle) * (1 + rng.normal(0, 0.06, 2))) @ rotation.T
        bow = np.sin(np.pi * np.linspace(0, 1, len(stroke)))[:, None] * rng.normal(0, 0.015, 2)
        drawn.append((shaped + middle + rng.normal(0, 0.025, 2) + bow) @ whole.T)
    return strokes_to_model_image(drawn)


if __name__ == "__main__":
    main()
