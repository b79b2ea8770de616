import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QListWidget, QMessageBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.errors import ModelFileError
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.theme import palette
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.fakes import CHARACTERS, FakeRecognizer


def draw(window: MainWindow, qtbot: QtBot) -> None:
    """Draw one stroke and wait for its candidates."""
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)


def shown(window: MainWindow) -> str:
    return "".join(candidate.character for candidate in window.candidates.candidates)


def clipboard() -> str:
    return QGuiApplication.clipboard().text()


def press(
    window: MainWindow, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def problem_text(window: MainWindow) -> str:
    """The text of the problem dialog, which is then closed."""
    box = window.findChild(QMessageBox, "problem_box")
    assert box is not None
    text = box.text()
    box.close()
    return text


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    pixels = np.full((200, 200), 255, np.uint8)
    pixels[50:150, 90:110] = 0
    path = tmp_path / "竖.png"
    Image.fromarray(pixels).save(path)
    return path


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


def test_window_opens_a_picture_and_recognizes_it(make_window: MakeWindow, qtbot: QtBot, picture_file: Path) -> None:
    recognizer = FakeRecognizer()
    window = make_window(lambda: recognizer)
    draw(window, qtbot)
    with qtbot.waitSignal(window._service.recognized):
        window.open_picture(picture_file)
    assert window.canvas.drawing.picture is not None
    assert recognizer.kinds == ["ink", "page"]
    assert "竖.png" in window.status.facts
    assert not window.actions_table.save.isEnabled()
    press(window, "1")
    assert clipboard() == CHARACTERS[0]
    press(window, Qt.Key.Key_Backspace)
    press(window, Qt.Key.Key_Backspace)
    assert len(window.canvas.ink.strokes) == 1


def test_window_open_dialog_leads_to_the_picture(make_window: MakeWindow, qtbot: QtBot, picture_file: Path) -> None:
    window = make_window()
    press(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog, "open_dialog")
    with qtbot.waitSignal(window._service.recognized):
        dialog.filesSelected.emit([str(picture_file)])
    dialog.close()
    assert window.canvas.drawing.picture.name == "竖.png"
    assert SettingsStore().load()[0].last_directory == str(picture_file.parent)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n broken", b"no picture"], ids=["empty", "broken", "text"])
def test_window_bad_picture_gives_one_sentence_and_leaves_all_as_it_was(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "坏 <b>.png"
    path.write_bytes(content)
    window = make_window()
    draw(window, qtbot)
    drawing = window.canvas.drawing
    with qtbot.waitSignal(window._service.picture_failed):
        window.open_picture(path)
    assert "坏 <b>.png" in problem_text(window)
    assert window.canvas.drawing is drawing
    assert shown(window) == CHARACTERS


def test_window_blank_picture_leaves_the_ink(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "white.png"
    Image.new("L", (64, 64), 255).save(path)
    window = make_window()
    draw(window, qtbot)
    with qtbot.waitSignal(window._service.picture_failed):
        window.open_picture(path)
    assert "white.png" in problem_text(window)
    assert len(window.canvas.ink.strokes) == 1


def test_window_folder_is_no_picture(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window()
    with qtbot.waitSignal(window._service.picture_failed):
        window.open_picture(tmp_path)
    assert tmp_path.name in problem_text(window)


def drop(window: MainWindow, files: list[Path]) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    action, mouse = Qt.DropAction.CopyAction, (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), action, mime, *mouse))
    QApplication.sendEvent(
        window,
        QDropEvent(
            *(QPointF(50, 50), action, mime),
            *mouse,
        ),
    )


def test_window_takes_a_dropped_picture(make_window: MakeWindow, qtbot: QtBot, picture_file: Path) -> None:
    window = make_window()
    with qtbot.waitSignal(window._service.recognized):
        drop(window, [picture_file])
    assert window.canvas.drawing.picture.name == "竖.png"


def test_window_pastes_a_picture(make_window: MakeWindow, qtbot: QtBot, picture_file: Path) -> None:
    window = make_window()
    QGuiApplication.clipboard().setImage(QImage(str(picture_file)))
    with qtbot.waitSignal(window._service.recognized):
        press(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.drawing.picture is not None


def test_window_paste_without_a_picture_says_so(make_window: MakeWindow) -> None:
    window = make_window()
    QGuiApplication.clipboard().setText("鲍")
    press(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert window.status.message == "There is no picture on the clipboard."


def test_window_stroke_on_a_picture_starts_a_drawing(make_window: MakeWindow, qtbot: QtBot, picture_file: Path) -> None:
    window = make_window()
    with qtbot.waitSignal(window._service.recognized):
        window.open_picture(picture_file)
    draw(window, qtbot)
    assert window.canvas.drawing.picture is None
    with qtbot.waitSignal(window._service.recognized):
        press(window, Qt.Key.Key_Backspace)
    assert window.canvas.drawing.picture is not None
    assert shown(window) == CHARACTERS


def test_window_saves_strokes_with_the_first_candidate(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window()
    draw(window, qtbot)
    path = tmp_path / "墨.jsonl"
    window.pictures.save_as(path)
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["char"] == CHARACTERS[0]
    assert np.array(stored["strokes"][0]) == pytest.approx(np.array(SLANT), abs=0.01)
    assert window.status.message == "Saved 墨.jsonl"


def test_window_saves_strokes_with_the_character_that_was_picked(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, "3")
    with qtbot.waitSignal(window._service.recognized):
        press(window, Qt.Key.Key_Backspace)
    window.pictures.save_as(tmp_path / "x.jsonl")
    assert json.loads((tmp_path / "x.jsonl").read_text(encoding="utf-8"))["char"] == CHARACTERS[2]


def test_window_save_dialog_leads_to_the_file(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window()
    draw(window, qtbot)
    press(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog, "save_dialog")
    assert dialog.defaultSuffix() == "png"
    dialog.filterSelected.emit(dialog.nameFilters()[1])
    assert dialog.defaultSuffix() == "jsonl"
    dialog.fileSelected.emit(str(tmp_path / "a.png"))
    dialog.close()
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (768, 768)


def test_window_save_that_fails_gives_one_sentence(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window()
    draw(window, qtbot)
    window.pictures.save_as(tmp_path / "missing" / "a.png")
    assert problem_text(window).startswith("a.png cannot be saved")


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


def test_window_settings_of_one_run_are_not_kept(make_window: MakeWindow, qtbot: QtBot, picture_file: Path) -> None:
    window = make_window(settings=dataclasses.replace(Settings(), threads=7))
    window.actions_table.open.trigger()
    dialog = window.findChild(QFileDialog, "open_dialog")
    with qtbot.waitSignal(window._service.recognized):
        dialog.filesSelected.emit([str(picture_file)])
    dialog.close()
    stored, _ = SettingsStore().load()
    assert stored == Settings(last_directory=str(picture_file.parent))


def test_window_takes_new_colors_for_its_icons(make_window: MakeWindow, qtbot: QtBot, qapp: QApplication) -> None:
    window = make_window()
    before = qapp.palette()
    light = window.actions_table.open.icon().pixmap(20, 20).toImage()
    try:
        qapp.setPalette(palette(is_dark=True))
        qtbot.waitUntil(lambda: window.actions_table.open.icon().pixmap(20, 20).toImage() != light)
    finally:
        qapp.setPalette(before)
