"""However many workers and processes share it, the stream is the same."""

import numpy as np
import pytest
import torch

from hccr_training.config import Phase
from hccr_training.dataset import BatchStream, make_loader
from hccr_training.synthesis.generator import Mix, SampleGenerator

PHASE = Phase(size=16, batch=4, samples=24)


def stream(banks, *, done: int = 0, rank: int = 0, processes: int = 1) -> BatchStream:
    generator = SampleGenerator(banks, Mix(), seed=9, size=16)
    return BatchStream(generator, PHASE, first_sample=100, done=done, rank=rank, processes=processes)


def assert_same(some: list, others: list) -> None:
    assert len(some) == len(others)
    for (images, classes), (other_images, other_classes) in zip(some, others, strict=True):
        torch.testing.assert_close(images, other_images, rtol=0, atol=0)
        assert classes.tolist() == other_classes.tolist()


def test_batches_hold_the_samples_of_their_numbers(banks):
    batches = list(stream(banks))
    generator = SampleGenerator(banks, Mix(), seed=9, size=16)

    assert len(batches) == len(stream(banks)) == 6
    for number, (images, classes) in enumerate(batches):
        assert images.shape == (4, 1, 16, 16)
        for at in range(4):
            image, character = generator.sample(100 + 4 * number + at)
            np.testing.assert_array_equal(images[at, 0].numpy(), image)
            assert classes[at] == character


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_workers_do_not_change_the_stream(workers, banks):
    assert_same(list(make_loader(stream(banks), workers)), list(stream(banks)))


def test_processes_share_every_batch(banks):
    whole = list(stream(banks))
    halves = [list(stream(banks, rank=rank, processes=2)) for rank in (0, 1)]

    joined = [
        (torch.cat([first, second]), torch.cat([first_classes, second_classes]))
        for (first, first_classes), (second, second_classes) in zip(*halves, strict=True)
    ]
    assert_same(joined, whole)
    with pytest.raises(ValueError, match="cannot be shared by 3"):
        stream(banks, processes=3)


def test_resumed_stream_goes_on_where_it_was(banks):
    assert_same(list(stream(banks, done=8)), list(stream(banks))[2:])
