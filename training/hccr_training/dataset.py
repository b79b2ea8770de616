"""The endless stream of batches, cut up among processes and workers so that none of them changes it."""

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from hccr_desktop.errors import SampleSetError
from hccr_training.config import Data, Phase
from hccr_training.sources.banks import PictureBank, StrokeBank
from hccr_training.sources.casia import GntBank, PotBank
from hccr_training.sources.fonts import load_fonts
from hccr_training.sources.medians import load_medians
from hccr_training.sources.packed import load_hcl2000, load_ink, load_scans
from hccr_training.sources.traced import load_traced
from hccr_training.synthesis.generator import Banks, SampleGenerator

logger = logging.getLogger(__name__)

Bank = TypeVar("Bank")


def load_banks(data: Data) -> Banks:
    """Open all sources of a run.

    Raises:
        SampleSetError: a source is missing or wholly damaged; the sentence names it.
    """
    inks: list[StrokeBank] = [load_ink(Path(name)) for name in data.ink]
    inks += _opened(PotBank, data.pot, ".pot")
    scans: list[PictureBank] = [load_scans(Path(name)) for name in data.scans]
    scans += [load_hcl2000(Path(name)) for name in data.hcl2000]
    scans += _opened(GntBank, data.gnt, ".gnt")
    banks = Banks(
        medians=load_medians(Path(data.medians)),
        inks=tuple(inks),
        fonts=tuple(load_fonts(Path(data.fonts))) if data.fonts else (),
        scans=tuple(scans),
        traced=tuple(load_traced(Path(name)) for name in data.traced),
    )
    logger.info(
        "%d inks, %d scans, %d traced inks, %d fonts",
        sum(len(bank.classes) for bank in banks.inks),
        sum(len(bank.classes) for bank in banks.scans),
        sum(len(bank.classes) for bank in banks.traced),
        len(banks.fonts),
    )
    return banks


def _opened(open_bank: Callable[[Path], Bank], names: Sequence[str], suffix: str) -> list[Bank]:
    """Banks of files, and of all files in folders; a wholly damaged one among several is left out with a warning."""
    paths: list[Path] = []
    for name in names:
        path = Path(name)
        found = (
            sorted(entry for entry in path.rglob("*") if entry.suffix.lower() == suffix) if path.is_dir() else [path]
        )
        if not found:
            raise SampleSetError(f"{path} holds no {suffix} file.")
        paths += found
    banks = []
    for path in paths:
        try:
            banks.append(open_bank(path))
        except SampleSetError as error:
            if len(paths) == 1:
                raise
            logger.warning("%s It is left out.", error.message)
    if paths and not banks:
        raise SampleSetError(f"None of the {len(paths)} {suffix} files can be read.")
    return banks


class BatchStream(IterableDataset[tuple[Tensor, Tensor]]):
    """Batches of one phase, from a sample's number on.

    A sample depends on the run's seed and its own number alone. Process r of n makes the r-th n-th of every batch, and
    worker w of m every m-th batch, so the stream is the same for any number of processes and workers, and goes on after
    a resume as if there had been none.

    Args:
        generator: makes samples of the phase's size.
        phase: batch size and length.
        first_sample: number of the phase's first sample in the run.
        done: samples of the phase that are done already, whole batches.
        rank: number of this process.
        processes: how many there are.

    Raises:
        ValueError: a batch cannot be shared out evenly.
    """

    def __init__(
        self, generator: SampleGenerator, phase: Phase, *, first_sample: int, done: int, rank: int, processes: int
    ) -> None:
        if phase.batch % processes:
            raise ValueError(f"a batch of {phase.batch} cannot be shared by {processes} processes")
        self._generator = generator
        self._phase = phase
        self._first = first_sample
        self._done = done
        self._share = phase.batch // processes
        self._rank = rank

    def __len__(self) -> int:
        """Batches left."""
        return (self._phase.samples - self._done) // self._phase.batch

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Images (share, 1, size, size) uint8 and classes (share,) int64."""
        worker = get_worker_info()
        first, step = (worker.id, worker.num_workers) if worker is not None else (0, 1)
        for batch in range(first, len(self), step):
            start = self._first + self._done + batch * self._phase.batch + self._rank * self._share
            samples = [self._generator.sample(number) for number in range(start, start + self._share)]
            images = np.stack([image for image, _ in samples])[:, None]
            yield torch.from_numpy(images), torch.tensor([character_class for _, character_class in samples])


def make_loader(stream: BatchStream, workers: int) -> DataLoader[tuple[Tensor, Tensor]]:
    """A loader that keeps the stream's order, with worker processes that share the banks' memory."""
    return DataLoader(
        stream,
        batch_size=None,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        pin_memory=torch.cuda.is_available(),
        multiprocessing_context="fork" if workers else None,
        worker_init_fn=_start_worker,
    )


def _start_worker(_worker: int) -> None:
    torch.set_num_threads(1)
