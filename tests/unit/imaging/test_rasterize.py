import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import EmptyInkError
from hccr_desktop.imaging.rasterize import (
    PAGE_SIZE_PX,
    PEN_WIDTH_PX,
    ink_network_square,
    ink_to_model_image,
    rasterize,
)

# Five strokes like those of 永's lower half, drawn for this test.
INK = [
    [[0.46, 0.08], [0.55, 0.17]],
    [[0.30, 0.30], [0.52, 0.28], [0.53, 0.86], [0.41, 0.78]],
    [[0.12, 0.47], [0.36, 0.46], [0.10, 0.79]],
    [[0.84, 0.29], [0.60, 0.46]],
    [[0.55, 0.40], [0.66, 0.66], [0.94, 0.83]],
]


def scaled(strokes, factor, dx=0.0, dy=0.0):
    return Ink.from_coordinates([[[x * factor + dx, y * factor + dy] for x, y in stroke] for stroke in strokes])


def test_the_page_is_white_with_black_ink_that_reaches_both_ends():
    page = rasterize(Ink.from_coordinates(INK))

    assert page.shape == (PAGE_SIZE_PX, PAGE_SIZE_PX)
    assert page.dtype == np.uint8
    assert (page.min(), page.max()) == (0, 255)
    columns = np.flatnonzero((page < 128).any(axis=0))
    assert columns[0] <= 1
    assert columns[-1] >= PAGE_SIZE_PX - 2


def test_a_stroke_is_one_pen_width_wide():
    page = rasterize(Ink.from_coordinates([[[0, 0], [1, 0]]]))

    darkness = (255 - page[:, PAGE_SIZE_PX // 2].astype(float)) / 255
    assert darkness.sum() == pytest.approx(PEN_WIDTH_PX, abs=1)


@pytest.mark.parametrize("strokes", [[[[0.5, 0.5]]], [[[3, 3], [3, 3]]], [[[1, 1]], [[1, 1]]]])
def test_a_tap_is_a_dot_one_pen_width_across(strokes):
    page = rasterize(Ink.from_coordinates(strokes))

    rows, columns = np.nonzero(page < 128)
    assert np.ptp(rows) + 1 == pytest.approx(PEN_WIDTH_PX, abs=1)
    assert np.ptp(columns) + 1 == pytest.approx(PEN_WIDTH_PX, abs=1)
    assert (rows.mean(), columns.mean()) == pytest.approx(((PAGE_SIZE_PX - 1) / 2,) * 2, abs=0.6)


def test_empty_ink_is_an_error_and_no_page():
    with pytest.raises(EmptyInkError):
        rasterize(Ink())


@given(
    exponent=st.floats(-2, 2),
    dx=st.floats(-5, 5),
    dy=st.floats(-5, 5),
)
def test_size_and_place_of_the_ink_move_the_model_image_by_at_most_one_grey_level(exponent, dx, dy):
    factor = 10.0**exponent
    reference = ink_to_model_image(Ink.from_coordinates(INK))

    # Shifts are in units of the ink's size: float64 holds its points to far less than a sub-pixel either way.
    other = ink_to_model_image(scaled(INK, factor, dx * factor, dy * factor))

    assert np.abs(other - reference).max() <= 1


def test_pressure_does_not_change_the_page():
    ink = Ink.from_coordinates(INK)
    pressed = Ink(tuple(type(s)(tuple(type(p)(p.x, p.y, p.time_ms, 1.0) for p in s.points)) for s in ink.strokes))

    assert np.array_equal(rasterize(ink), rasterize(pressed))


@pytest.mark.parametrize("factor", [1e-300, 1e-12, 1e12, 1e300])
def test_extreme_units_give_a_page_and_no_crash(factor):
    page = rasterize(scaled(INK, factor))

    assert (page < 128).any()


@pytest.mark.parametrize(("factor", "dx", "dy"), [(1.0, 0.0, 0.0), (0.3, 0.6, -0.2), (100.0, 7.0, 3.0)])
def test_the_network_square_leads_from_ink_to_the_model_image(factor, dx, dy):
    ink = scaled(INK, factor, dx, dy)
    left, top, width, height = ink_network_square(ink)
    model_image = ink_to_model_image(ink)

    for point in (point for stroke in ink.strokes for point in stroke.points):
        column, row = (point.x - left) / width * 96, (point.y - top) / height * 96
        assert model_image[int(row), int(column)] > 200
    bounds = ink.bounds()
    pen = PEN_WIDTH_PX / PAGE_SIZE_PX * 96 / 88 * max(bounds.width, bounds.height) / 2
    rows, columns = np.flatnonzero(model_image.any(axis=1)), np.flatnonzero(model_image.any(axis=0))
    tolerance = 1.2 / 96 * width
    assert left + columns[0] / 96 * width == pytest.approx(bounds.left - pen, abs=tolerance)
    assert top + (rows[-1] + 1) / 96 * height == pytest.approx(bounds.bottom + pen, abs=tolerance)


@pytest.mark.parametrize("strokes", [[], [[[0.5, 0.5]]]])
def test_without_extent_there_is_no_network_square(strokes):
    with pytest.raises(EmptyInkError):
        ink_network_square(Ink.from_coordinates(strokes))
