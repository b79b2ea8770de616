"""Pictures that may be one character or two, and lying pages: how they are made and counted, by a faked recognizer."""

import numpy as np
import pytest

from benchmarks import ambiguous
from hccr_desktop.domain.candidate import Candidate, Recognition
from hccr_desktop.imaging.sample_sets import ScanSample


def bar(character: str) -> ScanSample:
    """A flag on a tall pole: one mark that shows which way is up."""
    scan = np.zeros((96, 96), np.uint8)
    scan[6:90, 40:46] = scan[6:30, 40:70] = 255
    return ScanSample(character, scan)


class FlagReader:
    """Sure of a single flag whose pole stands."""

    def recognize_batch(self, images, *, kind, count=10):
        return [self._answer(image > 100) for image in images]

    def _answer(self, ink):
        rows, columns = np.nonzero(ink)
        stands = np.ptp(rows) > 1.5 * np.ptp(columns) and ink[: ink.shape[0] // 2].sum() > 0.55 * ink.sum()
        return Recognition((Candidate("丨", 0.99 if stands else 0.5),), "flags", 1.0, bool(stands))


@pytest.fixture
def samples():
    return [bar("八"), bar("一"), bar("中")]


def test_a_pair_is_about_as_wide_as_tall(samples):
    random = np.random.default_rng(1)
    for _ in range(5):
        ink = np.argwhere(ambiguous.near_square_pair(samples, random) < 128)
        height, width = np.ptp(ink, axis=0) + 1
        assert max(height, width) <= (ambiguous.NEAR_SQUARE + 0.1) * min(height, width)


def test_characters_are_counted(samples):
    random = np.random.default_rng(2)
    pictures = [ambiguous.single(samples, random), ambiguous.near_square_pair(samples, random)]

    assert ambiguous.count_characters(FlagReader(), pictures) == [1, 2]


def test_right_and_wrong_proposals_are_counted(samples):
    figures = ambiguous.measure_turns(FlagReader(), [ambiguous.single(samples, np.random.default_rng(3))])

    assert figures == {0: [1, 0, 1], 90: [1, 0, 1], 180: [1, 0, 1], 270: [1, 0, 1]}
