"""A whole training set small enough for a test, drawn by the tests themselves."""

import dataclasses

import numpy as np

from hccr_desktop.domain.charset import gb2312_level1
from hccr_training.config import Data, Optimizer, Phase, Run
from hccr_training.sources.banks import BitmapBank, InkBank, ScanBank, classes_of
from hccr_training.synthesis.generator import Banks, Mix

TINY_BLOCKS = ((4, 4), (4, 4, 4), (8, 4, 8), (8, 4, 8), (16, 8, 448))
"""Narrow layers in the real arrangement: a step takes milliseconds, and a checkpoint is 27 MB instead of 104."""

TINY_RUN = Run(
    data=Data(medians=""),
    phases=(Phase(size=16, batch=8, samples=32), Phase(size=32, batch=4, samples=16)),
    mix=Mix(),
    optimizer=Optimizer(warmup_samples=8, averaging_samples=16),
    seed=11,
    workers=0,
    checkpoint_minutes=10,
    validate_minutes=10,
)


def tiny_banks() -> Banks:
    """Random strokes for every class, and a few samples of every other kind for the first hundred."""
    random = np.random.default_rng(0)
    characters = list(gb2312_level1())

    def ink(strokes: int) -> list[np.ndarray]:
        return [random.uniform(0, 100, (int(random.integers(2, 6)), 2)) for _ in range(strokes)]

    pictures = [(random.random((40, 30)) < 0.2).astype(np.uint8) * 255 for _ in range(100)]
    bits = np.packbits(random.random((100, 128 * 128)) < 0.2, axis=1)
    bitmaps = BitmapBank(classes_of(characters[:100]), bits, side=128, is_stretched=False)
    squares = BitmapBank(classes_of(characters[50:100]), bits[:50, :512], side=64, is_stretched=True)
    return Banks(
        medians=InkBank(characters, [ink(int(random.integers(1, 7))) for _ in characters]),
        inks=(InkBank(characters[:100], [ink(3) for _ in range(100)]),),
        fonts=((1.0, bitmaps),),
        scans=(ScanBank(characters[:100], pictures), squares),
        traced=(InkBank(characters[:100], [ink(4) for _ in range(100)]),),
    )


def with_phases(run: Run, *phases: Phase) -> Run:
    """The run with other phases."""
    return dataclasses.replace(run, phases=phases)
