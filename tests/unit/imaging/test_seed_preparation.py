import numpy as np
import pytest

from hccr_desktop.imaging.seed_preparation import prepare_as_seed


@pytest.mark.parametrize("shape", [(40, 90), (90, 40), (88, 88), (1, 1), (700, 31)])
def test_the_page_fills_88_px_of_the_long_side_and_keeps_its_shape(shape):
    image = prepare_as_seed(np.zeros(shape, np.uint8))

    assert image.shape == (96, 96)
    assert image.dtype == np.float32
    assert not image[:4].any()
    assert not image[-4:].any()
    assert not image[:, :4].any()
    assert not image[:, -4:].any()
    height, width = (88 * side / max(shape) for side in shape)
    assert (image[:, 48] > 127).sum() == pytest.approx(height, abs=1.01)
    assert (image[48] > 127).sum() == pytest.approx(width, abs=1.01)
    assert image.max() == 255


def test_margins_and_greys_stay_as_they_are():
    page = np.full((88, 88), 200, np.uint8)
    page[10:20, 30:40] = 90

    image = prepare_as_seed(page)

    assert image[14 + 5, 34 + 5] == 165
    assert image[70, 70] == 55
    assert (image == 165).sum() == 100


def test_the_page_sits_in_the_middle_of_its_square():
    page = np.full((44, 88), 255, np.uint8)
    page[:] = 0

    rows = np.flatnonzero(prepare_as_seed(page).any(axis=1))

    assert rows[0] == 4 + 22
    assert rows[-1] == 4 + 22 + 43


def test_a_blank_page_is_all_paper():
    assert not prepare_as_seed(np.full((50, 60), 255, np.uint8)).any()
