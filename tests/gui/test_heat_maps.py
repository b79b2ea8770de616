"""The heat map within the window: when it comes, when it goes, and where it lies."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.box import Box
from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui import paper
from hccr_desktop.gui.app import recognizer_factory
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.self_test import stored_ink
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.fakes import CHARACTERS, FakeRecognizer
from tests.gui.pages import opened

CONTROL = Qt.KeyboardModifier.ControlModifier


def draw(window: MainWindow, qtbot: QtBot, *strokes: tuple[tuple[float, float], ...]) -> None:
    for stroke in strokes:
        with qtbot.waitSignal(window._service.recognized):
            draw_stroke(window.canvas, stroke)


def switch_on(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window._service.explained):
        QTest.keyClick(window.canvas, Qt.Key.Key_H, CONTROL)


def color_at(window: MainWindow, at: QPointF) -> QColor:
    return window.canvas.grab().toImage().pixelColor(at.toPoint())


def test_heat_map_is_computed_only_while_it_is_on(make_window: MakeWindow, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    window = make_window(lambda: recognizer)
    draw(window, qtbot, SLANT)
    assert recognizer.explained == 0
    switch_on(window, qtbot)
    assert recognizer.explained == 1
    assert window.canvas.heat_map.texts == ("against 鲍", "for 鲍")
    QTest.keyClick(window.canvas, Qt.Key.Key_H, CONTROL)
    assert window.canvas.heat_map is None
    draw(window, qtbot, BAR)
    assert recognizer.explained == 1


def test_heat_map_follows_the_selection(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot, BAR)
    switch_on(window, qtbot)
    square = window.canvas.heat_map.square
    side = window.canvas.paper_rect()
    cell = side.topLeft() + (square.topLeft() + QPointF(square.width(), square.height()) / 12) * side.width()
    favor = color_at(window, cell)
    assert favor.red() > favor.blue() + 50
    with qtbot.waitSignal(window._service.explained):
        QTest.keyClick(window.canvas, Qt.Key.Key_Down)
    assert window.canvas.heat_map.texts[1] == f"for {CHARACTERS[1]}"
    against = color_at(window, cell)
    assert against.blue() > against.red() + 50


def test_heat_map_goes_with_a_stroke_and_comes_with_its_answer(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot, SLANT)
    switch_on(window, qtbot)
    at = window.canvas.paper_rect().center().toPoint()
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert window.canvas.heat_map is None
    with qtbot.waitSignal(window._service.explained):
        QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert window.canvas.heat_map is not None
    window.pick(0)
    assert window.canvas.heat_map is None


def test_heat_map_that_comes_late_is_dropped(make_window: MakeWindow, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    window = make_window(lambda: recognizer)
    draw(window, qtbot, SLANT)
    recognizer.gate.clear()
    QTest.keyClick(window.canvas, Qt.Key.Key_H, CONTROL)
    window.canvas.clear()
    with qtbot.assertNotEmitted(window._service.explained):
        recognizer.gate.set()
        window._service.stop()
    assert window.canvas.heat_map is None


def test_heat_map_of_ink_covers_the_networks_square(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot, SLANT)
    switch_on(window, qtbot)
    square = window.canvas.heat_map.square
    middle = square.center()
    assert (middle.x(), middle.y()) == pytest.approx((0.5, 0.5), abs=0.02)
    # Ink of 0.6 with its pen fills 88 of 96 pixels.
    assert square.width() == pytest.approx(0.6 * 352 / 338 * 96 / 88, rel=0.03)


def test_heat_map_of_a_picture_covers_its_ink(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    pixels = np.full((200, 400), 255, np.uint8)
    pixels[40:140, 280:380] = np.where(np.add.outer(np.arange(100), np.arange(100)) % 40 < 20, 0, 255)
    path = tmp_path / "right.png"
    Image.fromarray(pixels).save(path)
    window = make_window()
    with qtbot.waitSignal(window._service.recognized):
        window.open_picture(path)
    switch_on(window, qtbot)
    square = window.canvas.heat_map.square
    assert square.center().x() == pytest.approx(330 / 400, abs=0.02)
    assert square.center().y() == pytest.approx(90 / 200, abs=0.02)
    assert square.width() * 400 == pytest.approx(100 * 96 / 88, abs=3)
    place = paper.picture_rect(window.canvas.paper_rect(), window.canvas.drawing.picture)
    corner = QRectF(
        place.left() + square.left() * place.width(), place.top() + square.top() * place.height(), 1, 1
    ).topLeft()
    color = color_at(window, corner + QPointF(4, 4))
    assert color.red() > color.blue() + 50


def box_under_map(window: MainWindow) -> tuple[int, ...]:
    """Places of the boxes whose middle the heat map covers."""
    square, sheet = window.canvas.heat_map.square, window.pictures.page.sheet
    width, height = sheet.page_size
    middles = [
        QPointF((mark.box.left + mark.box.width / 2) / width, (mark.box.top + mark.box.height / 2) / height)
        for mark in sheet.marks
    ]
    return tuple(place for place, middle in enumerate(middles) if square.contains(middle))


def test_heat_map_of_a_page_lies_on_the_selected_box_and_goes_on_with_it(
    make_window: MakeWindow, qtbot: QtBot, page_file: Path
) -> None:
    window = make_window()
    desk = opened(window, qtbot, page_file)
    switch_on(window, qtbot)
    assert box_under_map(window) == (0,)
    box, square = desk.sheet.marks[0].box, window.canvas.heat_map.square
    width, height = desk.sheet.page_size
    assert square.center().x() * width == pytest.approx(box.left + box.width / 2, abs=2)
    assert square.center().y() * height == pytest.approx(box.top + box.height / 2, abs=2)
    assert square.width() * width == pytest.approx(box.width * 96 / 88, abs=4)
    with qtbot.waitSignal(window._service.explained):
        desk.boxes.selected.emit((7,))
        assert window.canvas.heat_map is None
    assert box_under_map(window) == (7,)
    with qtbot.waitSignal(window._service.explained):
        QTest.keyClick(window.canvas, Qt.Key.Key_Down)
    assert window.canvas.heat_map.texts[1] == f"for {CHARACTERS[1]}"
    assert box_under_map(window) == (7,)
    QTest.keyClick(window.canvas, Qt.Key.Key_H, CONTROL)
    assert window.canvas.heat_map is None


def test_selected_box_is_not_tinted_under_a_heat_map(make_window: MakeWindow, qtbot: QtBot, page_file: Path) -> None:
    window = make_window()
    film = opened(window, qtbot, page_file).boxes
    box = film.to_widget(window.pictures.page.sheet.marks[0].box)
    # White paper between the strokes, where the fake has no evidence.
    between = (QPointF(film.pos()) + box.topLeft() + QPointF(box.width() * 0.7, box.height() * 0.7)).toPoint()
    under = film.parentWidget()
    tinted = under.grab().toImage().pixelColor(between)
    assert tinted.red() < 240
    switch_on(window, qtbot)
    assert under.grab().toImage().pixelColor(between).red() > tinted.red() + 10


def test_heat_map_goes_with_a_box_that_holds_no_ink(make_window: MakeWindow, qtbot: QtBot, page_file: Path) -> None:
    window = make_window()
    desk = opened(window, qtbot, page_file)
    switch_on(window, qtbot)
    with qtbot.waitSignal(window._service.pages.read):
        desk.boxes.box_drawn.emit(Box(0, 0, 12, 12))
    assert not desk.current_mark.candidates
    assert window.canvas.heat_map is None
    with qtbot.waitSignal(window._service.explained):
        window.actions_table.next_box.trigger()
    assert len(box_under_map(window)) == 1


def test_heat_map_of_a_page_that_was_undone_goes(make_window: MakeWindow, qtbot: QtBot, page_file: Path) -> None:
    window = make_window()
    opened(window, qtbot, page_file)
    switch_on(window, qtbot)
    window.canvas.undo()
    assert window.canvas.drawing.is_empty
    assert window.canvas.heat_map is None


def test_heat_map_of_a_dot_does_not_come(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.actions_table.heat_map.trigger()
    with qtbot.waitSignal(window._service.failed):
        draw_stroke(window.canvas, ((0.5, 0.5), (0.501, 0.5)))
    assert window.canvas.heat_map is None


@pytest.mark.model
def test_heat_map_of_the_real_model_speaks_for_its_first_candidate(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(recognizer_factory(Settings()))
    with qtbot.waitSignal(window._service.recognized):
        window.canvas.show_ink(stored_ink()[1])
    switch_on(window, qtbot)
    assert window.canvas.heat_map.texts == ("against 鲍", "for 鲍")
    film = window.canvas.heat_map.film
    colors = [film.pixelColor(x, y) for x in range(0, film.width(), 8) for y in range(0, film.height(), 8)]
    favor = sum(max(0, color.red() - color.blue()) for color in colors)
    against = sum(max(0, color.blue() - color.red()) for color in colors)
    assert favor > against
