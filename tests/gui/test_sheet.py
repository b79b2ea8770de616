import numpy as np
import pytest

from hccr_desktop.domain.box import Box
from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.gui import sheet as editing
from hccr_desktop.gui.sheet import Adjustment, Mark, Sheet, reading_order

WHITE = np.full((100, 200), 255, np.uint8)


def mark(left: int, top: int, character: str = "", *, side: int = 20) -> Mark:
    candidates = (Candidate(character, 0.9), Candidate("鸵", 0.1)) if character else ()
    return Mark(Box(left, top, side, side), candidates, is_looked_at=bool(character))


def sheet(*marks: Mark, is_vertical: bool = False) -> Sheet:
    made = Sheet(b"", 0, 1, Adjustment(), (200, 100), (200, 100), WHITE, is_read=True, is_vertical=is_vertical)
    return made.with_marks(marks)


def test_reading_order_goes_line_by_line_whatever_order_marks_come_in() -> None:
    marks = [mark(60, 52, "四"), mark(10, 12, "一"), mark(10, 50, "三"), mark(60, 8, "二")]
    assert [one.text for one in reading_order(marks, is_vertical=False)] == list("一二三四")
    assert [one.line for one in reading_order(marks, is_vertical=False)] == [0, 0, 1, 1]


def test_reading_order_of_vertical_lines_begins_at_the_right() -> None:
    marks = [mark(10, 10, "三"), mark(60, 40, "二"), mark(62, 10, "一"), mark(12, 40, "四")]
    assert [one.text for one in reading_order(marks, is_vertical=True)] == list("一二三四")


def test_text_has_a_line_for_each_line_and_what_the_user_chose() -> None:
    two = sheet(mark(10, 10, "一"), mark(40, 10, "二"), mark(10, 50, "三"))
    assert two.text == "一二\n三"
    assert editing.chosen(two, 1, "鸵").text == "一鸵\n三"


def test_moved_keeps_the_box_on_the_page_and_asks_anew() -> None:
    changed, place = editing.moved(sheet(mark(10, 10, "一")), 0, Box(190, -5, 20, 20))
    assert changed.marks[place].box == Box(180, 0, 20, 20)
    assert changed.unseen == (0,)


def test_moved_by_nothing_is_the_same_sheet() -> None:
    one = sheet(mark(10, 10, "一"))
    assert editing.moved(one, 0, Box(10, 10, 20, 20))[0] is one


def test_added_takes_its_place_in_the_line() -> None:
    changed, place = editing.added(sheet(mark(10, 10, "一"), mark(90, 10, "三")), Box(50, 12, 20, 20))
    assert place == 1
    assert changed.unseen == (1,)


def test_joined_takes_the_next_one_where_one_is_selected() -> None:
    changed, place = editing.joined(sheet(mark(10, 10, "一"), mark(40, 10, "二"), mark(90, 10, "三")), (1,))
    assert [one.box for one in changed.marks] == [Box(10, 10, 20, 20), Box(40, 10, 70, 20)]
    assert place == 1


def test_joined_of_the_last_takes_the_one_before() -> None:
    changed, _ = editing.joined(sheet(mark(10, 10, "一"), mark(40, 10, "二")), (1,))
    assert [one.box for one in changed.marks] == [Box(10, 10, 50, 20)]


def test_joined_of_a_lone_mark_changes_nothing() -> None:
    one = sheet(mark(10, 10, "一"))
    assert editing.joined(one, (0,)) == (one, 0)


@pytest.mark.parametrize("is_vertical", [False, True])
def test_split_cuts_where_there_is_least_ink(is_vertical: bool) -> None:
    preview = np.full((100, 200), 0, np.uint8)
    preview[22, :] = 255
    preview[:, 24] = 255
    one = sheet(mark(10, 10, "好", side=30), is_vertical=is_vertical)
    changed, place = editing.split(one, 0, preview)
    first, second = (one.box for one in changed.marks)
    assert place == 0
    assert (first, second) == (
        (Box(10, 10, 30, 12), Box(10, 22, 30, 18)) if is_vertical else (Box(10, 10, 14, 30), Box(24, 10, 16, 30))
    )


def test_split_of_a_box_too_small_for_two_changes_nothing() -> None:
    one = sheet(Mark(Box(10, 10, 8, 8)))
    assert editing.split(one, 0, WHITE) == (one, 0)


def test_deleted_goes_on_to_the_next() -> None:
    changed, place = editing.deleted(sheet(mark(10, 10, "一"), mark(40, 10, "二"), mark(90, 10, "三")), (1,))
    assert (changed.text, place) == ("一三", 1)
    assert editing.deleted(changed, (0, 1))[1] == -1


def test_turning_takes_the_crop_away_and_goes_round() -> None:
    turned = Adjustment(20, Box(1, 2, 3, 4), 3).turned(1)
    assert turned == Adjustment(20)
