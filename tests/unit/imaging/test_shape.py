import cv2
import numpy as np
import pytest

from hccr_desktop.imaging.shape import DIRECTIONS, SHAPE_VALUES, describe_shape

AGREEMENT = slice(DIRECTIONS, DIRECTIONS + 3)
ACROSS_ROWS, ACROSS_COLUMNS, PARTS, FIELDS = DIRECTIONS + 3, DIRECTIONS + 5, DIRECTIONS + 7, DIRECTIONS + 8
WIDTH, HEIGHT = DIRECTIONS + 11, DIRECTIONS + 12


def draw(*lines: tuple[tuple[int, int], tuple[int, int]], width: int = 4) -> np.ndarray:
    image = np.zeros((96, 96), np.uint8)
    for start, end in lines:
        cv2.line(image, start, end, 255, width, cv2.LINE_AA)
    return image.astype(np.float32)


BOX = draw(((20, 20), (76, 20)), ((76, 20), (76, 76)), ((76, 76), (20, 76)), ((20, 76), (20, 20)))


def test_a_blank_image_has_no_shape():
    np.testing.assert_array_equal(describe_shape(np.zeros((96, 96), np.float32)), np.zeros(SHAPE_VALUES))


@pytest.mark.parametrize("level", [1.0, 90.0, 255.0])
def test_every_image_gets_finite_values_of_moderate_size(level):
    random = np.random.default_rng(1)
    for image in (BOX, np.full((96, 96), level, np.float32), random.uniform(0, level, (96, 96)).astype(np.float32)):
        values = describe_shape(image)
        assert values.shape == (SHAPE_VALUES,)
        assert np.isfinite(values).all()
        assert np.abs(values).max() < 50


def test_lines_show_in_the_bin_of_their_direction():
    """Edges lie across their line: a level line has upright edges, in the middle bins."""
    level, upright = (
        describe_shape(draw((start, (72, 48) if start[0] == 24 else (48, 72)))) for start in ((24, 48), (48, 24))
    )

    assert level[:DIRECTIONS].argmax() in (DIRECTIONS // 2 - 1, DIRECTIONS // 2)
    assert upright[:DIRECTIONS].argmax() in (0, DIRECTIONS - 1)
    assert level[:DIRECTIONS].sum() == pytest.approx(1)


def test_directions_agree_along_a_straight_line_and_not_in_a_tangle():
    random = np.random.default_rng(2)
    ends = random.integers(10, 86, (12, 2, 2))
    tangle = draw(*[(tuple(map(int, start)), tuple(map(int, end))) for start, end in ends])

    straight = describe_shape(draw(((10, 48), (86, 48))))[AGREEMENT]

    assert (straight > 0.85).all()
    assert (describe_shape(tangle)[AGREEMENT] < straight - 0.1).all()


def test_crossings_parts_and_fields_are_counted():
    ladder = draw(((10, 20), (86, 20)), ((10, 48), (86, 48)), ((10, 76), (86, 76)))

    values, box = describe_shape(ladder), describe_shape(BOX)

    np.testing.assert_allclose(values[ACROSS_ROWS : ACROSS_ROWS + 2], [1, 1])
    assert values[ACROSS_COLUMNS + 1] == 3
    assert np.expm1(values[PARTS]) == pytest.approx(3)
    assert np.expm1(values[FIELDS]) == pytest.approx(0)
    assert np.expm1(box[PARTS]) == pytest.approx(1)
    assert np.expm1(box[FIELDS]) == pytest.approx(1)


def test_turning_a_picture_over_its_diagonal_swaps_rows_and_columns():
    image = draw(((10, 30), (86, 30)), ((30, 10), (30, 60)))

    values, turned = describe_shape(image), describe_shape(image.T.copy())

    np.testing.assert_allclose(values[ACROSS_ROWS : ACROSS_ROWS + 2], turned[ACROSS_COLUMNS : ACROSS_COLUMNS + 2])
    np.testing.assert_allclose(values[[WIDTH, HEIGHT]], turned[[HEIGHT, WIDTH]])
    np.testing.assert_allclose(values[-16:].reshape(4, 4), turned[-16:].reshape(4, 4).T, rtol=1e-5)
    np.testing.assert_allclose(values[AGREEMENT], turned[AGREEMENT], rtol=1e-3)


def test_the_picture_is_left_as_it_was():
    image = BOX.copy()
    describe_shape(image)
    np.testing.assert_array_equal(image, BOX)
