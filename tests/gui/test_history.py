"""The window of past picks, and what gets into it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QMessageBox, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.history_dialog import HistoryDialog
from hccr_desktop.gui.history_model import HistoryModel, matches
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.pick_history import PickHistory
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import SLANT, draw_stroke
from tests.gui.fakes import CHARACTERS
from tests.gui.houses import housekeeping_of
from tests.gui.in_window import clipboard
from tests.gui.pages import COLUMNS, FIRST, ROWS
from tests.gui.pages import opened as page_opened


def pick(window: MainWindow, qtbot: QtBot, *rows: int) -> None:
    for row in rows:
        with qtbot.waitSignal(window._service.recognized):
            draw_stroke(window.canvas, SLANT)
        window.pick(row)


def opened(window: MainWindow) -> HistoryDialog:
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.canvas, Qt.Key.Key_H, modifiers)
    dialog = window.findChild(HistoryDialog)
    assert dialog is not None
    return dialog


def note(dialog: HistoryDialog) -> str:
    return dialog.findChild(QLabel, "history_note").text()


def click(dialog: HistoryDialog, name: str) -> None:
    QTest.mouseClick(dialog.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def answer(dialog: HistoryDialog, text: str) -> None:
    box = dialog.findChild(QMessageBox, "clear_history_box")
    next(button for button in box.findChildren(QAbstractButton) if button.text() == text).click()


def test_history_lists_picks_the_newest_first(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    pick(window, qtbot, 0, 1, 0)
    dialog = opened(window)
    assert dialog.listed == "鲍鸵鲍"
    pick(window, qtbot, 2)
    assert dialog.listed == "跑鲍鸵鲍"
    dialog.close()


def test_history_gets_the_text_of_a_page_when_it_is_taken(
    make_window: MakeWindow, qtbot: QtBot, page_file: Path
) -> None:
    window = make_window()
    housekeeping_of(window)
    desk = page_opened(window, qtbot, page_file)
    QTest.keyClick(window, "3")  # corrects the first box, and is part of the text that is taken later
    dialog = opened(window)
    assert dialog.listed == ""
    window.actions_table.take_text.trigger()
    assert dialog.listed == (CHARACTERS[2] + FIRST * (ROWS * COLUMNS - 1))[::-1]
    assert desk.sheet is None
    dialog.close()


def test_history_that_is_off_gets_no_page(make_window: MakeWindow, qtbot: QtBot, page_file: Path) -> None:
    window = make_window(settings=Settings(keep_history=False))
    housekeeping_of(window, Settings(keep_history=False))
    page_opened(window, qtbot, page_file)
    window.actions_table.take_text.trigger()
    dialog = opened(window)
    assert dialog.listed == ""
    dialog.close()


def test_history_survives_a_restart(make_window: MakeWindow, qtbot: QtBot) -> None:
    first = make_window()
    housekeeping_of(first)
    pick(first, qtbot, 0, 1)
    first.close()
    again = make_window()
    housekeeping_of(again)
    dialog = opened(again)
    assert dialog.listed == "鸵鲍"
    dialog.close()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "跑鸵鲍"),
        ("鲍", "鲍"),
        ("鲍跑", "跑鲍"),
        ("bao", "鲍"),
        ("bào", "鲍"),
        ("bao4", "鲍"),
        ("bao3", ""),
        ("ao", ""),
        ("pǎo", "跑"),
        ("tu", "鸵"),
        ("tuo bao", "鸵鲍"),
        ("?!", ""),
    ],
)
def test_history_is_searched_by_character_and_pinyin(
    make_window: MakeWindow, qtbot: QtBot, query: str, found: str
) -> None:
    window = make_window()
    housekeeping_of(window)
    pick(window, qtbot, 0, 1, 2)
    dialog = opened(window)
    qtbot.waitUntil(lambda: not dialog._model.undescribed)
    dialog.search.setText(query)
    assert dialog.listed == found
    assert (note(dialog) == "No pick matches the search.") == (not found)
    dialog.close()


@pytest.mark.parametrize(
    ("settings", "text", "copied"),
    [
        (Settings(), "鲍鸵鲍", "鲍"),
        (Settings(copy_on_pick=False), "鲍鸵鲍", ""),
        (Settings(append_on_pick=False), "", "鲍"),
        (Settings(append_on_pick=False, copy_on_pick=False), "", "鲍"),
    ],
)
def test_history_enter_takes_again_as_the_settings_say(
    make_window: MakeWindow, qtbot: QtBot, settings: Settings, text: str, copied: str
) -> None:
    window = make_window(settings=settings)
    housekeeping_of(window, settings)
    pick(window, qtbot, 0, 1)
    draw_stroke(window.canvas, SLANT)
    dialog = opened(window)
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert window.compose.line.text == text
    assert clipboard() == copied
    assert not window.canvas.ink.is_empty
    assert dialog.listed == "鸵鲍"  # what is taken again is no new pick
    dialog.close()


def test_history_double_click_takes_again(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    pick(window, qtbot, 0)
    window.compose.line.clear_text()
    dialog = opened(window)
    place = dialog.table.visualRect(dialog.table.model().index(0, 0)).center()
    QTest.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.compose.line.text == "鲍"
    dialog.close()


def test_history_buttons_copy_and_append_what_is_selected(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    pick(window, qtbot, 0, 1)
    window.compose.line.clear_text()
    dialog = opened(window)
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    click(dialog, "history_copy")
    assert clipboard() == "鸵鲍"
    assert window.compose.line.text == ""
    click(dialog, "history_append")
    assert window.compose.line.text == "鸵鲍"
    dialog.close()


def test_history_append_leaves_the_selection_in_the_text(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    pick(window, qtbot, 0)
    window.compose.line.selectAll()
    dialog = opened(window)
    click(dialog, "history_append")
    assert window.compose.line.text == "鲍鲍"
    dialog.close()


def test_history_deletes_by_key(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    pick(window, qtbot, 0, 1, 2)
    dialog = opened(window)
    QTest.keyClick(dialog.table, Qt.Key.Key_Down)
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert dialog.listed == "跑鲍"
    assert [entry.character for entry in dialog.selected] == ["鲍"]
    dialog.close()


def test_history_is_cleared_once_that_is_confirmed(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window()
    path = tmp_path / "history.jsonl"
    housekeeping_of(window, path=path)
    pick(window, qtbot, 0)
    dialog = opened(window)
    click(dialog, "history_clear")
    answer(dialog, "Cancel")
    assert dialog.listed == "鲍"
    click(dialog, "history_clear")
    answer(dialog, "Clear history")
    assert dialog.listed == ""
    assert not path.exists()
    assert window.status.message == "The history is empty now."
    assert not dialog.findChild(QPushButton, "history_clear").isEnabled()
    dialog.close()


def test_history_that_is_switched_off_records_nothing(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window(settings=Settings(keep_history=False))
    path = tmp_path / "history.jsonl"
    housekeeping_of(window, Settings(keep_history=False), path=path)
    pick(window, qtbot, 0)
    dialog = opened(window)
    assert dialog.listed == ""
    assert "switched off" in note(dialog)
    window.apply_settings(Settings())
    assert "switched off" not in note(dialog)
    pick(window, qtbot, 1)
    assert dialog.listed == "鸵"
    dialog.close()


def test_history_limit_is_kept_at_once(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    before = PickHistory(path, limit=100)
    for number in range(20):
        before.add(chr(0x4E00 + number))
    window = make_window()
    housekeeping_of(window, path=path)
    dialog = opened(window)
    assert len(dialog.listed) == 20
    window.apply_settings(Settings(history_limit=10))
    assert len(dialog.listed) == 10
    dialog.close()


def test_history_that_cannot_be_kept_is_told_of_once_and_loses_nothing(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "folder" / "history.jsonl"
    window = make_window()
    housekeeping_of(window, path=path)
    dialog = opened(window)
    (tmp_path / "folder").write_bytes(b"a file where the folder would be")
    pick(window, qtbot, 0)
    assert window.status.message == f"The history cannot be kept in {path}."
    assert window.compose.line.text == "鲍"
    assert clipboard() == "鲍"
    pick(window, qtbot, 1)
    assert window.status.message == "Copied 鸵"
    assert dialog.listed == "鸵鲍"
    dialog.close()


def test_history_that_was_damaged_is_told_of_and_goes_on(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b"\xff\n")
    window = make_window()
    housekeeping_of(window, path=path)
    dialog = opened(window)
    assert "put aside as" in window.status.message
    pick(window, qtbot, 0)
    assert dialog.listed == "鲍"
    dialog.close()


def test_history_of_a_newer_version_is_told_of_once_and_left_alone(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(b'{"version": 2}\n')
    window = make_window()
    housekeeping_of(window, path=path)
    pick(window, qtbot, 0)
    assert "newer version" in window.status.message
    pick(window, qtbot, 1)
    assert window.status.message == "Copied 鸵"
    dialog = opened(window)
    assert dialog.listed == "鸵鲍"
    assert path.read_bytes() == b'{"version": 2}\n'
    dialog.close()


def test_history_opens_once_and_closes_with_esc_and_with_the_window(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    house = housekeeping_of(window)
    dialog = opened(window)
    house.history.show()
    assert len(window.findChildren(HistoryDialog)) == 1
    QTest.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert house.history.dialog is None
    pick(window, qtbot, 0)
    house.history.show()
    window.close()
    assert house.history.dialog is None


def test_history_tells_a_screen_reader_character_reading_and_time(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    pick(window, qtbot, 0)
    dialog = opened(window)
    qtbot.waitUntil(lambda: not dialog._model.undescribed)
    spoken = dialog.table.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("鲍, bào, ")
    dialog.close()


def test_history_model_keeps_to_qts_rules(qtmodeltester: ModelTester, qapp, tmp_path: Path) -> None:
    picks = PickHistory(None, limit=10)
    for character in "一二三":
        picks.add(character)
    model = HistoryModel(qapp.font())
    model.set_picks(picks.picks)
    qtmodeltester.check(model)


@pytest.mark.parametrize(
    ("query", "readings", "is_match"),
    [
        ("lv", ("lǜ",), True),
        ("lü4", ("lǜ",), True),
        ("hang2", ("xíng", "háng"), True),
        ("hang", (), False),
        ("BAO", ("bào",), True),
        ("ｂａｏ", ("bào",), True),
        ("b1a", ("bào",), False),
    ],
)
def test_matches_takes_pinyin_as_people_type_it(query: str, readings: tuple[str, ...], is_match: bool) -> None:
    assert matches(query, "字", readings) is is_match
