import pytest

from hccr_desktop.domain.ink import Bounds, Ink, Point, Stroke


def test_ink_grows_and_shrinks_without_changing_the_old_value():
    first, second = Stroke((Point(0, 0), Point(1, 0))), Stroke((Point(0, 1),))
    ink = Ink().with_stroke(first)
    longer = ink.with_stroke(second)

    assert ink.strokes == (first,)
    assert longer.strokes == (first, second)
    assert longer.without_last_stroke() == ink
    assert Ink().without_last_stroke().is_empty


def test_bounds_cover_points_outside_the_square():
    ink = Ink.from_coordinates([[[-0.5, 0.25], [0.5, 2.0]], [[0.0, 0.0]]])

    assert ink.bounds() == Bounds(-0.5, 0.0, 0.5, 2.0)
    assert ink.bounds().width == 1.0
    assert ink.bounds().height == 2.0
    assert Ink().bounds() is None


def test_coordinates_survive_a_round_trip():
    strokes = [[[0.125, 3.0], [7.5, -2.0]], [[1.0, 1.0]]]

    assert Ink.from_coordinates(strokes).to_coordinates() == strokes


def test_from_coordinates_drops_empty_strokes():
    assert Ink.from_coordinates([[], [[1, 2]], []]).to_coordinates() == [[[1.0, 2.0]]]


@pytest.mark.parametrize("strokes", [[[[1]]], [[[float("nan"), 0]]], [[[0, float("inf")]]], [[["a", 0]]]])
def test_from_coordinates_refuses_what_is_no_point(strokes):
    with pytest.raises(ValueError, match=r"point|finite|float"):
        Ink.from_coordinates(strokes)


def test_a_stroke_needs_a_point():
    with pytest.raises(ValueError, match="at least one point"):
        Stroke(())
