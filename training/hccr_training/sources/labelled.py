"""Sets to measure on: all that the app reads, and CASIA's own files besides."""

from pathlib import Path

import numpy as np

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import SampleSetError
from hccr_desktop.imaging.sample_sets import InkSample, Sample, SampleSet, ScanSample, load_sample_set
from hccr_training.sources.casia import GntBank, PotBank


def load_labelled(path: Path, *, limit: int = 0) -> SampleSet:
    """Read a set.

    Args:
        path: ``.gnt``, ``.pot``, or what :func:`hccr_desktop.imaging.sample_sets.load_sample_set` reads.
        limit: at most so many samples, spread evenly over the set; 0 for all.

    Raises:
        SampleSetError: there is no such set, or it is damaged; of a CASIA file the good records before the fault count.
    """
    suffix = path.suffix.lower()
    if suffix == ".gnt":
        scans = GntBank(path)
        samples: tuple[Sample, ...] = tuple(
            ScanSample(scans.characters[index], scans.picture(index)) for index in spread(len(scans.classes), limit)
        )
        return SampleSet(str(path), "page", samples)
    if suffix == ".pot":
        inks = PotBank(path)
        samples = tuple(
            InkSample(inks.characters[index], Ink.from_coordinates([s.tolist() for s in inks.strokes(index)]))
            for index in spread(len(inks.classes), limit)
        )
        return SampleSet(str(path), "ink", samples)
    whole = load_sample_set(path)
    if not whole.samples:
        raise SampleSetError(f"{path} holds no sample.")
    return SampleSet(whole.name, whole.kind, tuple(whole.samples[index] for index in spread(len(whole.samples), limit)))


def spread(count: int, limit: int) -> list[int]:
    """Numbers below count, at most ``limit`` of them, evenly spread."""
    if not limit or count <= limit:
        return list(range(count))
    return [int(number) for number in np.linspace(0, count - 1, limit)]
