"""The compose line within the window: what a pick does to it, and what it does to the pad."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.composition import CompositionFile
from hccr_desktop.gui.main_window import MainWindow
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.fakes import CHARACTERS

CONTROL = Qt.KeyboardModifier.ControlModifier


def draw(window: MainWindow, qtbot: QtBot, points: tuple[tuple[float, float], ...] = SLANT) -> None:
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, points)


def write(window: MainWindow, qtbot: QtBot, *rows: int) -> None:
    """Draw and pick, once a row."""
    for row in rows:
        draw(window, qtbot)
        window.pick(row)


def press(
    window: MainWindow, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def test_window_pick_appends_to_the_text(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    write(window, qtbot, 0, 3)
    assert window.compose.line.text == CHARACTERS[0] + CHARACTERS[3]
    assert clipboard() == CHARACTERS[3]
    assert window.canvas.hasFocus()


def test_window_pick_leaves_the_text_where_the_settings_say_so(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(settings=Settings(append_on_pick=False))
    write(window, qtbot, 0)
    assert window.compose.line.text == ""
    assert clipboard() == CHARACTERS[0]
    assert window.canvas.ink.is_empty


def test_window_picked_character_is_opened_and_picked_anew(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    write(window, qtbot, 0, 1)
    draw(window, qtbot, BAR)
    present = window.canvas.drawing
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_Left)
    assert window.compose.line.opened.character == CHARACTERS[1]
    assert window.canvas.ink.strokes[0].points[-1].y > 0.7  # SLANT, not BAR
    assert window.candidates.current_row == 1
    with qtbot.waitSignal(window._service.recognized):
        pass
    assert window.candidates.current_row == 1
    press(window, Qt.Key.Key_Escape)
    assert window.canvas.hasFocus()
    press(window, "5")
    assert window.compose.line.text == CHARACTERS[0] + CHARACTERS[4]
    assert window.compose.line.opened is None
    assert window.canvas.drawing is present
    assert window.actions_table.undo.isEnabled()


def test_window_escape_leaves_an_open_character_and_brings_the_pad_back(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    write(window, qtbot, 2)
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_Home)
    assert not window.canvas.ink.is_empty
    press(window, Qt.Key.Key_Escape)
    assert window.compose.line.opened is not None
    press(window, Qt.Key.Key_Escape)
    assert window.compose.line.opened is None
    assert window.compose.line.text == CHARACTERS[2]
    assert window.canvas.ink.is_empty
    assert window.candidates.candidates == ()


def test_window_strokes_added_to_an_open_character_are_remembered(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    write(window, qtbot, 0)
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_Home)
    draw(window, qtbot, BAR)
    window.pick(6)
    (written,) = window.compose.line.composition().written.values()
    assert written.character == CHARACTERS[6]
    assert len(written.drawing.ink.strokes) == 2


def test_window_undo_of_an_open_character_stays_within_it(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    write(window, qtbot, 0)
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_Home)
    press(window, Qt.Key.Key_Escape)
    assert not window.actions_table.undo.isEnabled()
    draw(window, qtbot, BAR)
    press(window, Qt.Key.Key_Backspace)
    assert len(window.canvas.ink.strokes) == 1
    assert not window.actions_table.undo.isEnabled()


def test_window_keys_edit_the_text_while_it_has_the_focus(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    write(window, qtbot, 0, 1)
    draw(window, qtbot)
    press(window, Qt.Key.Key_F2)
    for key in ("1", "0", Qt.Key.Key_Return, "2", Qt.Key.Key_Backspace, "3"):
        press(window, key)
    assert window.compose.line.text == f"{CHARACTERS[:2]}10\n3"
    assert len(window.canvas.ink.strokes) == 1
    press(window, Qt.Key.Key_Z, CONTROL)
    assert len(window.canvas.ink.strokes) == 1
    press(window, Qt.Key.Key_Escape)
    press(window, "1")
    assert window.canvas.ink.is_empty


def test_window_copy_takes_selection_then_text_then_candidate(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, Qt.Key.Key_C, CONTROL)
    assert clipboard() == CHARACTERS[0]
    write(window, qtbot, 1, 2)
    draw(window, qtbot)
    press(window, Qt.Key.Key_C, CONTROL)
    assert clipboard() == CHARACTERS[1:3]
    assert window.status.message == f"Copied {CHARACTERS[1:3]}"
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    press(window, Qt.Key.Key_C, CONTROL)
    assert clipboard() == CHARACTERS[2]
    press(window, Qt.Key.Key_C, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert clipboard() == CHARACTERS[0]


def test_window_pastes_text_only_into_the_focused_line(make_window: MakeWindow) -> None:
    window = make_window()
    QGuiApplication.clipboard().setText("好\n的")
    press(window, Qt.Key.Key_V, CONTROL)
    assert window.compose.line.text == ""
    press(window, Qt.Key.Key_F2)
    press(window, Qt.Key.Key_V, CONTROL)
    assert window.compose.line.text == "好\n的"


def test_window_buttons_of_the_line_copy_and_clear_it(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    write(window, qtbot, 0, 1)
    copy, clear = window.compose.findChildren(QToolButton)
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert clipboard() == CHARACTERS[:2]
    QTest.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert window.compose.line.text == ""
    assert not clear.isEnabled()
    assert not copy.isEnabled()


def test_window_text_survives_a_restart(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "data" / "compose.json"
    window = make_window(composition_file=CompositionFile(path))
    write(window, qtbot, 0, 7)
    window.close()
    again = make_window(composition_file=CompositionFile(path))
    assert again.compose.line.text == CHARACTERS[0] + CHARACTERS[7]
    press(again, Qt.Key.Key_F2)
    with qtbot.waitSignal(again._service.recognized):
        press(again, Qt.Key.Key_Left)
    assert len(again.canvas.ink.strokes) == 1
    assert again.candidates.current_row == 7


def test_window_saves_the_text_without_being_closed(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "compose.json"
    window = make_window(composition_file=CompositionFile(path))
    write(window, qtbot, 0)
    qtbot.waitUntil(path.is_file)
    assert CompositionFile(path).load().text == CHARACTERS[0]


def test_window_says_that_the_kept_text_was_damaged(make_window: MakeWindow, tmp_path: Path) -> None:
    path = tmp_path / "compose.json"
    path.write_text("{")
    window = make_window(composition_file=CompositionFile(path))
    assert "compose.damaged.json" in window.status.message
    assert window.compose.line.text == ""


def test_window_says_once_that_the_text_cannot_be_kept(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    window = make_window(composition_file=CompositionFile(tmp_path / "file" / "compose.json"))
    write(window, qtbot, 0)
    with qtbot.waitSignal(window.compose.not_kept):
        pass
    assert "cannot be kept" in window.status.message
    with qtbot.assertNotEmitted(window.compose.not_kept):
        window.compose.save()


def test_window_clears_the_ink_after_a_pause_where_the_settings_say_so(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(settings=Settings(clear_after_ms=50))
    draw_stroke(window.canvas, SLANT)
    assert len(window.canvas.ink.strokes) == 1
    qtbot.waitUntil(lambda: window.canvas.ink.is_empty)
    assert window.actions_table.undo.isEnabled()


def test_window_pause_does_not_run_during_a_stroke(make_window: MakeWindow) -> None:
    window = make_window(settings=Settings(clear_after_ms=60_000))
    draw_stroke(window.canvas, SLANT)
    assert window.composer.is_pausing
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert not window.composer.is_pausing
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    assert window.composer.is_pausing
    window.canvas.clear()
    assert not window.composer.is_pausing


@pytest.mark.parametrize("settings", [Settings(clear_after_ms=0)])
def test_window_without_that_setting_keeps_the_ink(make_window: MakeWindow, settings: Settings) -> None:
    window = make_window(settings=settings)
    draw_stroke(window.canvas, SLANT)
    assert not window.composer.is_pausing
