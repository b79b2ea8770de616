import numpy as np
import pytest

from hccr_desktop.domain.pen_path import PATH_NAMES, PATH_VALUES, describe_path, find_cut

BAR = np.array([[0.0, 0.0], [10.0, 0.0]])
POLE = np.array([[5.0, -5.0], [5.0, 5.0]])
SQUARE = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]])
EIGHT = np.array([[0.0, 0.0], [10.0, 10.0], [10.0, 0.0], [0.0, 10.0]])


def value(strokes: list[np.ndarray], name: str) -> float:
    return float(describe_path(strokes)[PATH_NAMES.index(name)])


def test_every_value_has_a_name():
    assert describe_path([BAR, POLE]).shape == (PATH_VALUES,)
    assert len(set(PATH_NAMES)) == PATH_VALUES


@pytest.mark.parametrize("strokes", [[BAR, POLE], [SQUARE], [EIGHT, BAR + 3], [BAR[:1]], [BAR[:1], BAR[:1]]])
def test_size_and_place_change_nothing(strokes):
    expected = describe_path(strokes)

    assert np.isfinite(expected).all()
    np.testing.assert_allclose(describe_path([37 * stroke + (400, -7) for stroke in strokes]), expected, atol=1e-6)


def test_how_densely_a_device_samples_changes_little():
    dense = np.stack([np.interp(np.linspace(0, 4, 401), range(5), SQUARE[:, axis]) for axis in (0, 1)], axis=1)

    np.testing.assert_allclose(describe_path([dense]), describe_path([SQUARE]), atol=1e-6)


def test_directions_follow_the_pen():
    rightwards, downwards, leftwards = (PATH_NAMES.index(f"direction {at}") for at in (0, 2, 4))

    assert describe_path([BAR])[rightwards] == pytest.approx(1)
    assert describe_path([BAR[::-1]])[leftwards] == pytest.approx(1)
    both = describe_path([BAR, POLE])
    assert (both[rightwards], both[downwards]) == (pytest.approx(0.5), pytest.approx(0.5))
    assert value([BAR[::-1]], "strokes leftwards") == pytest.approx(1)
    assert value([POLE[::-1]], "strokes upwards") == pytest.approx(1)
    assert value([BAR, POLE], "strokes leftwards") == pytest.approx(0, abs=1e-9)


def test_crossings_are_told_by_whose_they_are():
    assert value([EIGHT], "own crossings") == pytest.approx(np.log(2))
    assert value([EIGHT], "crossings") == 0
    assert value([BAR, POLE], "crossings") == pytest.approx(np.log(2))
    assert value([BAR, POLE], "own crossings") == 0


def test_turning_is_counted_in_radians():
    assert value([BAR], "turning") == pytest.approx(0, abs=1e-6)
    assert value([SQUARE], "turning") == pytest.approx(np.log1p(3 * np.pi / 2), abs=0.01)


def test_two_characters_side_by_side_leave_a_gap_between_wide_parts():
    pair = [SQUARE, np.add(SQUARE, (13, 0))]

    assert value(pair, "across gap") == pytest.approx(0.3)
    assert value(pair, "across smaller part") == pytest.approx(1)
    assert value(pair, "across fewer strokes") == pytest.approx(0.5)
    assert value(pair, "down gap") == pytest.approx(-10 / 23)
    assert value(pair, "aspect") == pytest.approx(np.log(2.3))
    assert value([stroke[:, ::-1] for stroke in pair], "down gap") == pytest.approx(0.3)


def test_strokes_that_overlap_leave_no_gap():
    assert value([SQUARE, np.add(SQUARE, (5, 0))], "across gap") == pytest.approx(-0.5)


def test_an_endless_scribble_costs_no_more_points():
    random = np.random.default_rng(0)
    scribble = [random.uniform(0, 1, (3000, 2))]

    assert np.isfinite(describe_path(scribble)).all()


def test_the_best_cut_is_across_or_down():
    pair = [SQUARE, 0.6 * SQUARE, np.add(1.2 * SQUARE, (13, 0))]

    for strokes in (pair, [stroke[:, ::-1] for stroke in pair]):
        cut = find_cut(strokes)
        assert cut is not None
        assert cut.strokes == 2
        np.testing.assert_allclose([cut.gap, cut.smaller, cut.larger, cut.fill], np.array([3, 10, 12, 10]) / 12)
    assert find_cut([SQUARE]) is None
