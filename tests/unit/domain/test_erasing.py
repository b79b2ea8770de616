import numpy as np
import pytest

from hccr_desktop.domain.erasing import touched_strokes, without_strokes
from hccr_desktop.domain.ink import Ink

CROSS = Ink.from_coordinates([[(0.2, 0.5), (0.8, 0.5)], [(0.5, 0.2), (0.5, 0.8)], [(0.9, 0.9)]])


@pytest.mark.parametrize(
    ("start", "end", "touched"),
    [
        ((0.3, 0.52), (0.3, 0.52), (0,)),
        ((0.3, 0.54), (0.3, 0.54), ()),
        ((0.3, 0.1), (0.3, 0.9), (0,)),
        ((0.1, 0.1), (0.95, 0.95), (0, 1, 2)),
        ((0.9, 0.88), (0.95, 0.88), (2,)),
        ((0.82, 0.5), (0.99, 0.5), (0,)),
        ((0.84, 0.5), (0.99, 0.5), ()),
    ],
    ids=["beside a line", "too far", "swept over", "all at once", "a dot", "an end", "past an end"],
)
def test_eraser_touches_what_is_within_its_reach(start, end, touched):
    assert touched_strokes(CROSS, start, end, reach=0.03) == touched


def test_eraser_does_not_depend_on_the_direction_of_its_way():
    chance = np.random.default_rng(3)
    for _ in range(200):
        ink = Ink.from_coordinates(chance.random((3, 4, 2)).tolist())
        start, end = (tuple(place) for place in chance.random((2, 2)))
        assert touched_strokes(ink, start, end, reach=0.03) == touched_strokes(ink, end, start, reach=0.03)


def test_eraser_finds_what_small_steps_along_its_way_find():
    chance = np.random.default_rng(4)
    for _ in range(50):
        ink = Ink.from_coordinates(chance.random((3, 3, 2)).tolist())
        start, end = chance.random((2, 2))
        steps = [tuple(start + (end - start) * part) for part in np.linspace(0, 1, 400)]
        found = {index for step in steps for index in touched_strokes(ink, step, step, reach=0.03)}
        assert found <= set(touched_strokes(ink, tuple(start), tuple(end), reach=0.03))
        assert set(touched_strokes(ink, tuple(start), tuple(end), reach=0.029)) <= found


def test_eraser_touches_nothing_of_empty_ink():
    assert touched_strokes(Ink(), (0.0, 0.0), (1.0, 1.0), reach=0.5) == ()


def test_strokes_that_stay_are_the_same_ones():
    left = without_strokes(CROSS, (1,))
    assert left.strokes == (CROSS.strokes[0], CROSS.strokes[2])
    assert left.strokes[0] is CROSS.strokes[0]
    assert without_strokes(CROSS, (0, 1, 2)).is_empty
