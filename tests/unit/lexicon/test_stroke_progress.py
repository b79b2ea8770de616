import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hccr_desktop.lexicon.stroke_order import StrokeOrder, StrokeShape
from hccr_desktop.lexicon.stroke_progress import (
    MIN_STROKE_TRAVEL,
    PAUSE_TRAVEL,
    StrokeProgress,
    partial_median,
    pen_travel,
    stroke_progress,
)

CORNER = StrokeShape((), ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5)))  # 0.8 long
BAR = StrokeShape((), ((0.2, 0.8), (0.6, 0.8)))  # 0.4 long
DOT = StrokeShape((), ((0.5, 0.5), (0.51, 0.5)))
ORDER = StrokeOrder("口", (CORNER, BAR))
TOTAL = 0.8 + PAUSE_TRAVEL + 0.4


def test_the_way_counts_strokes_and_the_pauses_between_them():
    assert pen_travel(ORDER) == pytest.approx(TOTAL)
    assert pen_travel(StrokeOrder("一", (BAR,))) == pytest.approx(0.4)


def test_the_pen_moves_evenly_and_rests_between_strokes():
    def at(travelled: float) -> StrokeProgress:
        return stroke_progress(ORDER, travelled / TOTAL)

    assert at(0.0) == StrokeProgress(0, 0.0)
    assert at(0.2) == StrokeProgress(0, pytest.approx(0.25))
    assert at(0.8 + PAUSE_TRAVEL / 2) == StrokeProgress(1, 0.0)
    assert at(0.8 + PAUSE_TRAVEL + 0.1) == StrokeProgress(1, pytest.approx(0.25))
    assert at(TOTAL) == StrokeProgress(2, 0.0)


def test_times_outside_are_the_beginning_and_the_end():
    assert stroke_progress(ORDER, -1.0) == StrokeProgress(0, 0.0)
    assert stroke_progress(ORDER, math.inf) == StrokeProgress(2, 0.0)
    with pytest.raises(ValueError, match="number"):
        stroke_progress(ORDER, math.nan)


def test_a_dot_takes_long_enough_to_be_seen():
    order = StrokeOrder("冫", (DOT, DOT))

    assert pen_travel(order) == pytest.approx(2 * MIN_STROKE_TRAVEL + PAUSE_TRAVEL)
    assert stroke_progress(order, 0.5 * MIN_STROKE_TRAVEL / pen_travel(order)).current == pytest.approx(0.5)


@given(st.lists(st.sampled_from([CORNER, BAR, DOT]), min_size=1, max_size=9), st.lists(st.floats(0, 1), min_size=2))
def test_nothing_is_unwritten_again(strokes, fractions):
    order = StrokeOrder("某", tuple(strokes))

    moments = [stroke_progress(order, fraction) for fraction in sorted(fractions)]

    written = [moment.complete + moment.current for moment in moments]
    assert written == sorted(written)
    assert all(0 <= moment.current < 1 and moment.complete <= len(strokes) for moment in moments)


def test_a_part_of_a_median_ends_at_the_pen():
    assert partial_median(CORNER, 0.0) == ((0.1, 0.1),)
    assert partial_median(CORNER, 0.25) == ((0.1, 0.1), (pytest.approx(0.3), pytest.approx(0.1)))
    assert partial_median(CORNER, 0.75) == ((0.1, 0.1), (0.5, 0.1), (pytest.approx(0.5), pytest.approx(0.3)))
    assert partial_median(CORNER, 1.0)[-1] == pytest.approx((0.5, 0.5))
    assert partial_median(CORNER, 7.0) == partial_median(CORNER, 1.0)


def test_a_median_that_goes_nowhere_is_its_own_part():
    still = StrokeShape((), ((0.5, 0.5), (0.5, 0.5)))

    assert partial_median(still, 0.5) == ((0.5, 0.5),)
