"""Click to start, click to stop: drawing with a touchpad."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.ink_canvas import InkCanvas
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.pointers import (
    DOUBLE,
    PRESS,
    RELEASE,
    RIGHT,
    Clock,
    at,
    click,
    hover,
    send_mouse,
)


@pytest.fixture
def touchpad(canvas: InkCanvas, clock: Clock) -> InkCanvas:
    canvas.pointers.set_clicks_to_draw(True)
    canvas.setFocus()
    return canvas


def test_click_starts_and_the_next_one_stops(touchpad: InkCanvas, qtbot: QtBot) -> None:
    click(touchpad, at(40, 40))
    hover(touchpad, at(80, 40))
    hover(touchpad, at(120, 40))
    assert touchpad.ink.is_empty
    with qtbot.waitSignal(touchpad.ink_changed):
        click(touchpad, at(160, 40))
    hover(touchpad, at(300, 300))
    assert touchpad.ink.to_coordinates() == [[[0.1, 0.1], [0.2, 0.1], [0.3, 0.1], [0.4, 0.1]]]


def test_click_twice_in_one_place_is_a_dot(touchpad: InkCanvas) -> None:
    click(touchpad, at(40, 40))
    click(touchpad, at(40, 40), kind=DOUBLE)
    assert touchpad.ink.to_coordinates() == [[[0.1, 0.1]]]


def test_click_mode_draws_with_a_held_button_as_well(touchpad: InkCanvas) -> None:
    draw_stroke(touchpad, SLANT)
    draw_stroke(touchpad, BAR)
    assert [len(stroke.points) for stroke in touchpad.ink.strokes] == [3, 3]
    assert touchpad.pointers.contact is None


def test_click_mode_esc_drops_the_stroke_and_not_the_drawing(touchpad: InkCanvas) -> None:
    click(touchpad, at(40, 40))
    click(touchpad, at(160, 40))
    click(touchpad, at(40, 80))
    hover(touchpad, at(80, 80))
    QTest.keyClick(touchpad, Qt.Key.Key_Escape)
    hover(touchpad, at(120, 80))
    assert len(touchpad.ink.strokes) == 1
    assert touchpad.pointers.contact is None


def test_click_mode_right_click_drops_the_stroke(touchpad: InkCanvas) -> None:
    click(touchpad, at(40, 40))
    hover(touchpad, at(80, 40))
    send_mouse(touchpad, PRESS, at(80, 40), button=RIGHT)
    send_mouse(touchpad, RELEASE, at(80, 40), button=RIGHT)
    assert touchpad.drawing.is_empty
    click(touchpad, at(40, 40))
    click(touchpad, at(80, 40))
    assert len(touchpad.ink.strokes) == 1


def test_click_mode_shows_by_the_pointer_that_a_stroke_is_open(touchpad: InkCanvas) -> None:
    idle = touchpad.cursor().shape()
    click(touchpad, at(40, 40))
    assert touchpad.cursor().shape() == Qt.CursorShape.BitmapCursor != idle
    click(touchpad, at(80, 40))
    assert touchpad.cursor().shape() == idle


def test_click_mode_switched_off_with_a_stroke_open_keeps_it(touchpad: InkCanvas) -> None:
    click(touchpad, at(40, 40))
    hover(touchpad, at(80, 40))
    touchpad.pointers.set_clicks_to_draw(False)
    assert touchpad.ink.to_coordinates() == [[[0.1, 0.1], [0.2, 0.1]]]


def test_click_mode_keeps_the_open_stroke_of_a_window_that_loses_the_keyboard(touchpad: InkCanvas) -> None:
    click(touchpad, at(40, 40))
    hover(touchpad, at(80, 40))
    QApplication.sendEvent(touchpad, QEvent(QEvent.Type.WindowDeactivate))
    hover(touchpad, at(300, 300))
    assert touchpad.ink.to_coordinates() == [[[0.1, 0.1], [0.2, 0.1]]]


def test_click_mode_keeps_the_open_stroke_of_a_window_that_is_hidden(touchpad: InkCanvas) -> None:
    click(touchpad, at(40, 40))
    hover(touchpad, at(80, 40))
    touchpad.hide()
    assert touchpad.ink.to_coordinates() == [[[0.1, 0.1], [0.2, 0.1]]]


def test_click_mode_undo_drops_the_open_stroke(touchpad: InkCanvas) -> None:
    click(touchpad, at(40, 40))
    click(touchpad, at(160, 40))
    click(touchpad, at(40, 80))
    touchpad.undo()
    assert len(touchpad.ink.strokes) == 1
    assert touchpad.pointers.contact is None
