"""How a height is shared out among the candidates."""

import pytest

from hccr_desktop.gui.candidate_rows import RowHeights, row_heights

LINE = 20
COMFORTABLE = 46
"""Height of a row with air."""


def total(heights: RowHeights) -> int:
    return heights.first + 9 * heights.other


def test_rows_fill_the_height_where_there_is_enough() -> None:
    heights = row_heights(10, 700, LINE, has_readings=True)
    assert 690 < total(heights) <= 700
    assert heights.first == pytest.approx(1.75 * heights.other, abs=1)


def test_the_first_row_gives_way_before_the_others() -> None:
    room = 9 * COMFORTABLE + 60
    heights = row_heights(10, room, LINE, has_readings=True)
    assert heights == RowHeights(60, COMFORTABLE)


def test_all_rows_give_way_together_after_that() -> None:
    heights = row_heights(10, 400, LINE, has_readings=True)
    assert total(heights) == 400
    assert heights.other < COMFORTABLE
    assert heights.other >= 1.85 * LINE
    assert heights.first > heights.other


def test_rows_that_cannot_fit_have_air() -> None:
    assert row_heights(10, 360, LINE, has_readings=True).other == COMFORTABLE


def test_rows_of_one_line_are_not_made_tighter() -> None:
    assert row_heights(10, 390, LINE, has_readings=False).other == 2 * LINE
    assert row_heights(10, 380, LINE, has_readings=False) == RowHeights(70, 40)


@pytest.mark.parametrize("room", range(300, 800, 7))
def test_ten_rows_are_never_higher_than_the_room_that_is_enough_for_them(room: int) -> None:
    heights = row_heights(10, room, LINE, has_readings=True)
    assert total(heights) <= room or heights.other == COMFORTABLE
