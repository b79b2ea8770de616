"""What makes the figures comparable: the same samples for all, answers from the same characters, equal cores."""

import json
import os
import random
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from hccr_desktop.imaging.sample_sets import InkSample, Sample, SampleSet, ScanSample

ANSWERS: Final = 5
"""How many a window has room to show beside what was written."""


def draw_samples(sample_set: SampleSet, count: int, *, seed: int, characters: Collection[str]) -> tuple[Sample, ...]:
    """The same samples whenever set, count, seed and characters are the same, whichever engine is to read them.

    Args:
        sample_set: where they come from.
        count: how many; all of them where the set has fewer.
        seed: of the choice.
        characters: those that every engine is asked for.
    """
    known = [sample for sample in sample_set.samples if sample.character in characters]
    chosen = sorted(random.Random(seed).sample(range(len(known)), min(count, len(known))))
    return tuple(known[index] for index in chosen)


def write_samples(samples: Sequence[Sample], folder: Path, name: str) -> Path:
    """A set of its own, so that no engine's memory is charged with samples that it is not asked for.

    Args:
        samples: all ink or all scans.
        folder: where the file goes.
        name: the file's, without its ending.

    Returns:
        A file for :func:`hccr_desktop.imaging.sample_sets.load_sample_set`.

    Raises:
        TypeError: they are of another kind, or of both.
    """
    if all(isinstance(sample, InkSample) for sample in samples):
        return _write_ink([sample for sample in samples if isinstance(sample, InkSample)], folder / f"{name}.jsonl")
    if all(isinstance(sample, ScanSample) for sample in samples):
        return _write_scans([sample for sample in samples if isinstance(sample, ScanSample)], folder / f"{name}.npz")
    raise TypeError("A set holds ink or scans.")


def restricted(ranked: Iterable[str], characters: Collection[str], *, count: int = ANSWERS) -> list[str]:
    """The first answers that are among some characters, each once, in the engine's order."""
    kept: list[str] = []
    for answer in ranked:
        if answer in characters and answer not in kept:
            kept.append(answer)
            if len(kept) == count:
                break
    return kept


def percent_within(answers: Sequence[Sequence[str]], truth: Sequence[str], first: int) -> float:
    """Percent of samples whose character is among the first answers; no answer counts as wrong."""
    hits = sum(character in ranked[:first] for ranked, character in zip(answers, truth, strict=True))
    return 100 * hits / len(truth)


def use_cores(count: int) -> None:
    """Keep this process to so many cores, also where an engine offers no way to ask for that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-count:])


def _write_ink(samples: Sequence[InkSample], path: Path) -> Path:
    lines = [json.dumps({"char": sample.character, "strokes": sample.ink.to_coordinates()}) for sample in samples]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _write_scans(samples: Sequence[ScanSample], path: Path) -> Path:
    packed = [cv2.imencode(".png", sample.scan)[1] for sample in samples]
    np.savez(
        path,
        blob=np.concatenate(packed),
        offset=np.cumsum([0, *(len(one) for one in packed)]),
        code=np.array([ord(sample.character) for sample in samples]),
    )
    return path
