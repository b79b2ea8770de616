"""Pages that are stopped, late, one of several files, or opened before, with a fake recognizer."""

import threading
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.conftest import MakeWindow
from tests.gui.drawing import SLANT, draw_stroke
from tests.gui.fakes import CHARACTERS, FakeRecognizer
from tests.gui.in_window import shown
from tests.gui.pages import COLUMNS, ROWS, opened, write_page


def waiting_for(gate: threading.Event) -> type[FakeRecognizer]:
    """A recognizer that reads no page until the gate opens."""

    class Slow(FakeRecognizer):
        def recognize_batch(self, images: list[np.ndarray], *, kind: str, count: int = 10) -> list[object]:
            assert gate.wait(10)
            return super().recognize_batch(images, kind=kind, count=count)

    return Slow


def test_reading_can_be_stopped_and_the_pad_answers_meanwhile(
    make_window: MakeWindow, qtbot: QtBot, page_file: Path
) -> None:
    gate = threading.Event()
    window = make_window(waiting_for(gate))
    window.open_picture(page_file)
    desk = window.pictures.page
    qtbot.waitUntil(lambda: desk.sheet is not None and desk.bar.is_busy)
    stop = desk.bar.findChild(QToolButton, "stop_reading")
    stop.click()
    assert not desk.bar.is_busy
    assert desk.sheet.is_read
    assert not desk.sheet.marks
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    gate.set()
    assert shown(window) == CHARACTERS
    assert window.canvas.drawing.picture is None


def no_opencv_memory() -> cv2.error:
    """As OpenCV's own cannot be made by hand."""
    error = cv2.error("Insufficient memory")
    error.code = cv2.Error.StsNoMem
    return error


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (RuntimeError("no"), "页.png could not be read."),
        (MemoryError(), "There is not enough memory to open 页.png."),
        (no_opencv_memory(), "There is not enough memory to open 页.png."),
    ],
)
def test_a_page_whose_reading_fails_is_told_and_taken_for_one_character(
    make_window: MakeWindow, qtbot: QtBot, page_file: Path, failure: Exception, sentence: str
) -> None:
    class Failing(FakeRecognizer):
        def recognize_batch(self, images: list[np.ndarray], *, kind: str, count: int = 10) -> list[object]:
            raise failure

    window = make_window(Failing)
    with qtbot.waitSignal(window._service.recognized, timeout=20_000):
        window.open_picture(page_file)
    assert window.status.message == sentence
    desk = window.pictures.page
    assert desk.sheet.is_read
    assert not desk.sheet.marks
    assert not desk.bar.is_busy
    assert shown(window) == CHARACTERS


def test_a_box_on_a_page_whose_file_has_gone_is_told_and_stays_empty(
    make_window: MakeWindow, qtbot: QtBot, page_file: Path, tmp_path: Path
) -> None:
    window = make_window()
    desk = opened(window, qtbot, page_file)
    opened(window, qtbot, write_page(tmp_path / "other.png", rows=2))  # of it alone the pixels are kept
    page_file.unlink()
    window.canvas.undo()
    assert len(desk.sheet.marks) == ROWS * COLUMNS
    with qtbot.waitSignal(window._service.pages.failed, timeout=20_000):
        window.actions_table.add_box.trigger()
    assert window.status.message == "页.png does not exist."
    assert not desk.bar.is_busy
    assert len(desk.sheet.marks) == ROWS * COLUMNS + 1
    assert sum(not mark.candidates for mark in desk.sheet.marks) == 1
    assert all(mark.is_looked_at for mark in desk.sheet.marks)


def test_a_page_that_is_read_late_leaves_new_ink_alone(make_window: MakeWindow, qtbot: QtBot, page_file: Path) -> None:
    gate = threading.Event()
    window = make_window(waiting_for(gate))
    with qtbot.waitSignal(window._service.picture_read):
        window.open_picture(page_file)
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    gate.set()
    assert window.canvas.drawing.picture is None
    with qtbot.waitSignal(window._service.pages.read):
        window.canvas.undo()
    assert len(window.pictures.page.sheet.marks) == ROWS * COLUMNS


def test_a_page_opened_before_the_model_is_read_once_that_is_open(
    make_window: MakeWindow, qtbot: QtBot, page_file: Path
) -> None:
    gate = threading.Event()

    def open_late() -> FakeRecognizer:
        assert gate.wait(10)
        return FakeRecognizer()

    window = make_window(open_late, is_ready=False)
    with qtbot.waitSignal(window._service.picture_read):
        window.open_picture(page_file)
    with qtbot.waitSignal(window._service.pages.read):
        gate.set()
    assert len(window.pictures.page.sheet.marks) == ROWS * COLUMNS


def test_several_files_are_gone_through(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    files = [write_page(tmp_path / f"{number}.png", columns=COLUMNS + number) for number in range(3)]
    window = make_window()
    desk, pages = window.pictures.page, window._service.pages
    with qtbot.waitSignal(pages.read):
        window.pictures.open_pictures(tuple(files))
    assert desk.bar.place == "1 / 3"
    with qtbot.waitSignal(pages.read):
        QTest.keyClick(window, Qt.Key.Key_PageDown)
    assert window.canvas.drawing.picture.name == "1.png"
    with qtbot.waitSignal(pages.read):
        window.actions_table.next_page.trigger()
    assert not window.actions_table.next_page.isEnabled()
    window.canvas.undo()
    assert window.canvas.drawing.picture.name == "1.png"
    assert desk.bar.place == "2 / 3"


def test_a_damaged_file_among_several_leaves_the_picture_and_can_be_passed(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    first, last = write_page(tmp_path / "1.png"), write_page(tmp_path / "3.png")
    broken = tmp_path / "2.png"
    broken.write_bytes(b"no picture")
    window = make_window()
    pages = window._service.pages
    with qtbot.waitSignal(pages.read):
        window.pictures.open_pictures((first, broken, last))
    with qtbot.waitSignal(window._service.picture_failed):
        window.actions_table.next_page.trigger()
    assert window.canvas.drawing.picture.name == "1.png"
    box = window.findChild(object, "problem_box")
    assert "2.png" in box.text()
    box.close()
    with qtbot.waitSignal(pages.read):
        window.actions_table.next_page.trigger()
    assert window.canvas.drawing.picture.name == "3.png"


def test_pages_of_a_tiff_are_gone_through(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    parts = [Image.open(write_page(tmp_path / f"{number}.png", columns=COLUMNS + number)) for number in range(2)]
    path = tmp_path / "two.tif"
    parts[0].save(path, save_all=True, append_images=parts[1:])
    window = make_window()
    desk = opened(window, qtbot, path)
    assert desk.bar.place == "1 / 2"
    with qtbot.waitSignal(window._service.pages.read):
        window.actions_table.next_page.trigger()
    assert len(desk.sheet.marks) == ROWS * (COLUMNS + 1)


def test_recent_files_are_listed_kept_and_forgotten(make_window: MakeWindow, qtbot: QtBot, page_file: Path) -> None:
    window = make_window()
    opened(window, qtbot, page_file)
    assert window.pictures.recent.files == (page_file,)
    again = make_window()
    assert again.pictures.recent.files == (page_file,)
    with qtbot.waitSignal(again._service.pages.read):
        again.pictures.recent.chosen.emit(page_file)
    again.pictures.recent.clear()
    assert make_window().pictures.recent.files == ()


def test_a_recent_file_that_is_gone_is_told_of_and_leaves_the_list(
    make_window: MakeWindow, qtbot: QtBot, page_file: Path
) -> None:
    window = make_window()
    opened(window, qtbot, page_file)
    page_file.unlink()
    with qtbot.waitSignal(window._service.picture_failed):
        window.open_picture(page_file)
    window.findChild(object, "problem_box").close()
    assert window.pictures.recent.files == ()
    assert window.canvas.drawing.picture is not None
