import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QListWidget, QPlainTextEdit
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.errors import ModelFileError
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.theme import palette
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.fakes import CHARACTERS, FakeRecognizer
from tests.gui.in_window import clipboard, draw, press, shown


def test_window_lists_candidates_when_a_stroke_ends(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    assert shown(window) == CHARACTERS
    assert window.candidates.current_row == 0


def test_window_says_that_it_is_not_sure_and_lets_pick(make_window: MakeWindow, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer(is_sure=False)
    window = make_window(lambda: recognizer)
    hint = window.findChild(QLabel, "unsure_hint")
    assert not hint.isVisible()
    before = window.candidates.geometry()
    draw(window, qtbot)
    assert hint.isVisible()
    assert hint.text().startswith("Not sure")
    assert window.candidates.geometry() == before
    recognizer.is_sure = True
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    assert not hint.isVisible()
    recognizer.is_sure = False
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    press(window, "3")
    assert clipboard() == CHARACTERS[2]
    assert not hint.isVisible()


def test_window_says_that_it_sees_several_characters_and_lets_pick(make_window: MakeWindow, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer(is_sure=False, is_several=True)
    window = make_window(lambda: recognizer)
    hint = window.findChild(QLabel, "unsure_hint")
    draw(window, qtbot)
    assert hint.text() == "Not sure: this looks like more than one character."
    recognizer.is_several = False
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    assert hint.text() == "Not sure: none of these may be right."
    press(window, "2")
    assert clipboard() == CHARACTERS[1]


def test_window_gives_the_strokes_to_the_recognizer(make_window: MakeWindow, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    window = make_window(lambda: recognizer)
    draw(window, qtbot)
    np.testing.assert_array_equal(recognizer.inks[-1], window.canvas.ink.to_arrays())


def test_window_keeps_candidates_while_the_next_answer_is_computed(make_window: MakeWindow, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    window = make_window(lambda: recognizer)
    draw(window, qtbot)
    recognizer.gate.clear()
    draw_stroke(window.canvas, BAR)
    assert shown(window) == CHARACTERS
    with qtbot.waitSignal(window._service.recognized):
        recognizer.gate.set()


@pytest.mark.parametrize(("key", "row"), [("1", 0), ("2", 1), ("9", 8), ("0", 9)])
def test_window_number_keys_pick_copy_and_clear(make_window: MakeWindow, qtbot: QtBot, key: str, row: int) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, key)
    assert clipboard() == CHARACTERS[row]
    assert window.canvas.ink.is_empty
    assert shown(window) == ""
    assert window.status.message == f"Copied {CHARACTERS[row]}"


def test_window_number_keys_of_the_keypad_pick_too(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, Qt.Key.Key_3, Qt.KeyboardModifier.KeypadModifier)
    assert clipboard() == CHARACTERS[2]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_window_enter_picks_the_first(make_window: MakeWindow, qtbot: QtBot, key: Qt.Key) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, key)
    assert clipboard() == CHARACTERS[0]


def test_window_enter_picks_the_row_the_arrows_chose(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Up)
    press(window, Qt.Key.Key_Return)
    assert clipboard() == CHARACTERS[1]


def test_window_click_on_a_candidate_picks_it(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    view = window.candidates
    at = view.visualRect(view.model().index(4, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert clipboard() == CHARACTERS[4]
    assert window.canvas.ink.is_empty
    assert "%n" not in window.status.facts


def test_window_keys_work_after_a_click_moved_the_focus(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.candidates.setFocus()
    draw(window, qtbot)
    window.candidates.setFocus()
    press(window, "2")
    assert clipboard() == CHARACTERS[1]


def test_window_undo_brings_a_picked_drawing_and_its_candidates_back(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, "1")
    with qtbot.waitSignal(window._service.recognized):
        press(window, Qt.Key.Key_Backspace)
    assert len(window.canvas.ink.strokes) == 1
    assert shown(window) == CHARACTERS


def test_window_pick_does_what_the_settings_say(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(settings=Settings(copy_on_pick=False, clear_on_pick=False))
    draw(window, qtbot)
    press(window, "1")
    assert clipboard() == ""
    assert len(window.canvas.ink.strokes) == 1


def test_window_shows_as_many_candidates_as_the_settings_say(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(settings=Settings(candidate_count=4))
    draw(window, qtbot)
    assert shown(window) == CHARACTERS[:4]
    press(window, "5")
    assert clipboard() == ""


def test_window_undo_redo_and_clear_by_their_keys(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw_stroke(window.canvas, SLANT)
    draw_stroke(window.canvas, BAR)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    counts = []
    for key, modifiers in (
        (Qt.Key.Key_Z, control),
        (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Z, control | shift),
        (Qt.Key.Key_Z, control | shift),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Z, control),
    ):
        press(window, key, modifiers)
        counts.append(len(window.canvas.ink.strokes))
    assert counts == [1, 0, 1, 2, 0, 2]


def test_window_clear_empties_the_list_and_drops_a_late_answer(make_window: MakeWindow, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    window = make_window(lambda: recognizer)
    draw(window, qtbot)
    recognizer.gate.clear()
    draw_stroke(window.canvas, BAR)
    press(window, Qt.Key.Key_Escape)
    assert shown(window) == ""
    recognizer.gate.set()
    draw(window, qtbot)
    press(window, Qt.Key.Key_Escape)
    assert shown(window) == ""


def test_window_copy_leaves_the_drawing(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert clipboard() == CHARACTERS[1]
    assert len(window.canvas.ink.strokes) == 1


def test_window_dot_is_answered_with_a_sentence(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, Qt.Key.Key_Escape)
    with qtbot.waitSignal(window._service.failed):
        draw_stroke(window.canvas, [(0.5, 0.5)])
    assert shown(window) == ""
    assert "dot" in window.status.message


def test_window_status_names_model_provider_time_and_strokes(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    parts = window.status.facts.split(" · ")
    assert parts[:2] == ["Fake-Net", "CPU"]
    assert parts[2].endswith(" ms")
    assert parts[3].startswith("1 ")
    press(window, Qt.Key.Key_Escape)
    assert window.status.facts == "Fake-Net · CPU"


def test_window_tells_why_the_wanted_provider_does_not_run(make_window: MakeWindow) -> None:
    window = make_window(lambda: FakeRecognizer(provider_note="CUDA does not work here, so the CPU is used."))
    assert window.status.message == "CUDA does not work here, so the CPU is used."


def test_window_without_a_model_says_so_and_can_be_drawn_on(make_window: MakeWindow, qtbot: QtBot) -> None:
    def fail() -> FakeRecognizer:
        raise ModelFileError("The model file x.onnx does not exist.")

    window = make_window(fail, is_ready=False)
    qtbot.waitUntil(lambda: window.status.message == "The model file x.onnx does not exist.")
    draw_stroke(window.canvas, SLANT)
    assert len(window.canvas.ink.strokes) == 1
    assert shown(window) == ""
    assert "No model" in window.status.facts


def test_window_actions_follow_what_can_be_done(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    table = window.actions_table
    drawing_actions = (table.undo, table.clear, table.save, table.copy, table.pick, *table.picks)
    assert not any(action.isEnabled() for action in (*drawing_actions, table.redo))
    draw(window, qtbot)
    assert all(action.isEnabled() for action in drawing_actions)
    table.undo.trigger()
    assert table.redo.isEnabled()
    assert not table.save.isEnabled()


def test_window_about_shows_version_and_licences(make_window: MakeWindow) -> None:
    window = make_window()
    window.actions_table.about.trigger()
    dialog = window.findChild(QDialog, "about_dialog")
    names = dialog.findChild(QListWidget, "licence_names")
    text = dialog.findChild(QPlainTextEdit, "licence_text")
    for row in range(names.count()):
        names.setCurrentRow(row)
        assert len(text.toPlainText()) > 100
    dialog.close()


def test_window_remembers_its_size(make_window: MakeWindow) -> None:
    window = make_window()
    window.resize(777, 555)
    window.close()
    again = make_window()
    assert (again.width(), again.height()) == (777, 555)


def test_window_tells_of_damaged_settings(make_window: MakeWindow) -> None:
    window = make_window()
    window.tell_of_rejected_settings(("threads", "provider"))
    assert "threads, provider" in window.status.message
    window.tell_of_rejected_settings(("*",))
    assert str(SettingsStore().path) in window.status.message


def test_window_takes_new_colors_for_its_icons(make_window: MakeWindow, qtbot: QtBot, qapp: QApplication) -> None:
    window = make_window()
    before = qapp.palette()
    light = window.actions_table.open.icon().pixmap(20, 20).toImage()
    try:
        qapp.setPalette(palette(is_dark=True))
        qtbot.waitUntil(lambda: window.actions_table.open.icon().pixmap(20, 20).toImage() != light)
    finally:
        qapp.setPalette(before)
