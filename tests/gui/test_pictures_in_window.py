"""Pictures opened, dropped and pasted, and drawings saved."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.settings_store import SettingsStore
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import SLANT
from tests.gui.fakes import CHARACTERS, FakeRecognizer
from tests.gui.in_window import clipboard, draw, press, problem_text, shown


@pytest.fixture
def picture_file(tmp_path: Path) -> Path:
    pixels = np.full((200, 200), 255, np.uint8)
    pixels[50:150, 90:110] = 0
    path = tmp_path / "竖.png"
    Image.fromarray(pixels).save(path)
    return path


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


def test_window_settings_of_one_run_are_not_kept(make_window: MakeWindow, qtbot: QtBot, picture_file: Path) -> None:
    window = make_window(settings=dataclasses.replace(Settings(), threads=7))
    window.actions_table.open.trigger()
    dialog = window.findChild(QFileDialog, "open_dialog")
    with qtbot.waitSignal(window._service.recognized):
        dialog.filesSelected.emit([str(picture_file)])
    dialog.close()
    stored, _ = SettingsStore().load()
    assert stored == Settings(last_directory=str(picture_file.parent))
