import gc
import weakref

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.compose_line import MOST_DELETED, MOST_LINES, ComposeLine
from hccr_desktop.gui.composition import Composition, WrittenCharacter
from hccr_desktop.gui.drawing_history import Drawing

NO = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def line(qtbot: QtBot) -> ComposeLine:
    line = ComposeLine()
    qtbot.addWidget(line)
    line.resize(400, 60)
    line.show()
    qtbot.waitExposed(line)
    line.setFocus()
    return line


def add(line: ComposeLine, text: str) -> list[WrittenCharacter]:
    made = [WrittenCharacter(character) for character in text]
    for written in made:
        line.add(written)
    return made


def click(line: ComposeLine, index: int, part: float) -> None:
    """Click on a character, at a part of its width."""
    cursor = QTextCursor(line.document())
    cursor.setPosition(index)
    left = line.cursorRect(cursor)
    cursor.setPosition(index + 1)
    right = line.cursorRect(cursor)
    place = QPoint(round(left.x() + (right.x() - left.x()) * part), left.center().y())
    QTest.mouseClick(line.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_line_collects_characters_and_what_is_remembered_of_each(line: ComposeLine) -> None:
    made = add(line, "鲍鱼鱼")
    assert line.text == "鲍鱼鱼"
    assert list(line.composition().written.values()) == made
    assert line.opened is None


@pytest.mark.parametrize("part", [0.2, 0.8])
def test_line_click_opens_the_character_under_it(line: ComposeLine, qtbot: QtBot, part: float) -> None:
    made = add(line, "鲍鱼好")
    with qtbot.waitSignal(line.character_opened) as opened:
        click(line, 1, part)
    assert opened.args == [made[1]]
    assert line.opened is made[1]
    assert len(line.extraSelections()) == 1


def test_line_click_behind_the_text_opens_nothing(line: ComposeLine, qtbot: QtBot) -> None:
    add(line, "鲍鱼")
    click(line, 0, 0.5)
    with qtbot.waitSignal(line.character_closed):
        QTest.mouseClick(line.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(300, 15))
    assert line.opened is None
    assert line.extraSelections() == []


def test_line_arrow_keys_open_the_character_right_of_the_caret(line: ComposeLine) -> None:
    made = add(line, "鲍鱼")
    opened = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Home):
        QTest.keyClick(line, key)
        opened.append(line.opened)
    assert opened == [made[1], made[0], made[1], None, made[0]]


def test_line_replaces_the_open_character_and_closes_it(line: ComposeLine, qtbot: QtBot) -> None:
    made = add(line, "鲍鱼好")
    click(line, 1, 0.5)
    other = WrittenCharacter("渔")
    with qtbot.waitSignal(line.character_closed):
        line.replace_opened(other)
    assert line.text == "鲍渔好"
    assert list(line.composition().written.values()) == [made[0], other, made[2]]
    assert line.textCursor().atEnd()


def test_line_takes_typing_before_the_open_character_and_keeps_it_open(line: ComposeLine) -> None:
    made = add(line, "鲍鱼")
    QTest.keyClick(line, Qt.Key.Key_Left)
    QTest.keyClicks(line, "12 ")
    assert line.text == "鲍12 鱼"
    assert line.opened is made[1]
    assert line.composition().written == {0: made[0], 4: made[1]}


def test_line_typed_text_is_not_taken_for_a_picked_character(line: ComposeLine) -> None:
    (made,) = add(line, "A")
    QTest.keyClicks(line, "A")
    assert line.composition().written == {0: made}
    QTest.keyClick(line, Qt.Key.Key_Left)
    assert line.opened is None


def test_line_keeps_what_it_remembers_through_selecting_and_typing_over(line: ComposeLine) -> None:
    made = add(line, "鲍鱼好")
    shift = Qt.KeyboardModifier.ShiftModifier
    for _ in range(3):
        QTest.keyClick(line, Qt.Key.Key_Left, shift)
    assert list(line.composition().written.values()) == made
    QTest.keyClick(line, Qt.Key.Key_End)
    QTest.keyClick(line, Qt.Key.Key_Left, shift)
    QTest.keyClicks(line, "xy")
    assert line.text == "鲍鱼xy"
    assert line.composition().written == {0: made[0], 1: made[1]}
    click(line, 1, 0.5)
    assert line.opened is made[1]


def test_line_deleted_character_closes_and_undo_brings_it_back(line: ComposeLine, qtbot: QtBot) -> None:
    made = add(line, "鲍鱼")
    QTest.keyClick(line, Qt.Key.Key_Home)
    assert line.opened is made[0]
    with qtbot.waitSignal(line.character_closed):
        QTest.keyClick(line, Qt.Key.Key_Delete)
    assert line.text == "鱼"
    line.undo()
    assert line.composition().written == {0: made[0], 1: made[1]}


def test_line_inserts_at_the_caret_and_leaves_a_selection_alone(line: ComposeLine) -> None:
    add(line, "鲍好")
    QTest.keyClick(line, Qt.Key.Key_Left)
    add(line, "鱼")
    assert line.text == "鲍鱼好"
    line.selectAll()
    add(line, "吃")
    assert line.text == "鲍鱼好吃"


def test_line_grows_with_its_lines_up_to_a_limit(line: ComposeLine, qtbot: QtBot) -> None:
    heights = []
    for _ in range(MOST_LINES + 2):
        heights.append(line.height())
        QTest.keyClick(line, Qt.Key.Key_Return)
    assert heights[0] < heights[1] < heights[MOST_LINES - 1]
    assert heights[MOST_LINES - 1] == pytest.approx(heights[MOST_LINES], abs=2)


def test_line_restores_a_composition_of_several_lines(line: ComposeLine) -> None:
    bao, fish = WrittenCharacter("鲍"), WrittenCharacter("鱼")
    line.set_composition(Composition("鲍𠮷\n鱼", {0: bao, 3: fish}))
    again = line.composition()
    assert again.text == "鲍𠮷\n鱼"
    assert again.written == {0: bao, 3: fish}
    assert line.textCursor().atEnd()
    assert not line.document().isUndoAvailable()


def test_line_selection_is_given_as_text_of_several_lines(line: ComposeLine) -> None:
    line.set_composition(Composition("鲍\n鱼"))
    line.selectAll()
    assert line.selected_text == "鲍\n鱼"


def test_line_clear_can_be_undone(line: ComposeLine) -> None:
    made = add(line, "鲍鱼")
    line.clear_text()
    assert line.text == ""
    line.undo()
    assert list(line.composition().written.values()) == made


class WatchedInk(Ink):
    """Has no slots, and so can be referred to without being kept."""


def inks_of_picks(line: ComposeLine, count: int, *, delete: bool) -> list[weakref.ref[Ink]]:
    """Pick characters, each for an ink of its own, and delete each one or none; what is left of the inks."""
    inks = []
    for _ in range(count):
        ink = WatchedInk()
        inks.append(weakref.ref(ink))
        line.add(WrittenCharacter("鲍", Drawing(ink)))
        if delete:
            line.clear_text()
    del ink
    gc.collect()
    return inks


def test_line_forgets_the_drawings_of_characters_deleted_long_ago(line: ComposeLine) -> None:
    inks = inks_of_picks(line, 5 * MOST_DELETED, delete=True)
    kept = [number for number, ink in enumerate(inks) if ink() is not None]
    assert len(kept) <= 2 * MOST_DELETED + 1
    assert kept[-MOST_DELETED:] == list(range(4 * MOST_DELETED, 5 * MOST_DELETED))
    line.undo()
    assert [written.drawing.ink for written in line.composition().written.values()] == [inks[-1]()]


def test_line_remembers_every_character_of_a_long_text(line: ComposeLine) -> None:
    inks = inks_of_picks(line, 3 * MOST_DELETED, delete=False)
    assert len(line.composition().written) == 3 * MOST_DELETED
    assert all(ink() is not None for ink in inks)


def test_line_takes_a_character_that_it_forgot_for_a_typed_one(line: ComposeLine) -> None:
    inks_of_picks(line, 3 * MOST_DELETED, delete=True)
    for _ in range(2 * 3 * MOST_DELETED - 1):
        line.undo()
    assert line.text == "鲍"
    assert line.composition().written == {}
    QTest.keyClick(line, Qt.Key.Key_Home)
    assert line.opened is None


def test_line_pasted_rich_text_comes_in_plain(line: ComposeLine) -> None:
    (made,) = add(line, "鲍")
    line.selectAll()
    line.copy()
    line.moveCursor(QTextCursor.MoveOperation.End)
    assert QGuiApplication.clipboard().text() == "鲍"
    line.paste()
    assert line.composition().written == {0: made}


def test_line_escape_leads_back_to_the_pad(line: ComposeLine, qtbot: QtBot) -> None:
    with qtbot.waitSignal(line.left):
        QTest.keyClick(line, Qt.Key.Key_Escape)
