"""The eraser end of a pen, and the eraser for mouse and finger."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.ink_canvas import InkCanvas
from tests.gui.drawing import draw_stroke, place
from tests.gui.pointers import (
    MOVE,
    NONE,
    PEN_MOVE,
    PEN_PRESS,
    PEN_RELEASE,
    PRESS,
    RELEASE,
    Clock,
    Fingers,
    at,
    draw_with_pen,
    send_mouse,
    send_tablet,
)

ROWS = tuple(((0.2, y), (0.5, y), (0.8, y)) for y in (0.2, 0.4, 0.6, 0.8))


@pytest.fixture
def written(canvas: InkCanvas, clock: Clock) -> InkCanvas:
    """Four strokes, one below the other."""
    for row in ROWS:
        draw_stroke(canvas, row)
    return canvas


def heights(canvas: InkCanvas) -> list[float]:
    return [round(stroke.points[0].y, 1) for stroke in canvas.ink.strokes]


def test_eraser_end_takes_the_strokes_it_touches_in_one_step(written: InkCanvas, qtbot: QtBot) -> None:
    four = written.ink
    with qtbot.waitSignal(written.ink_changed):
        draw_with_pen(written, at(200, 120), at(200, 200), at(200, 280), is_eraser=True)
    assert heights(written) == [0.2, 0.8]
    written.undo()
    assert written.ink is four
    written.redo()
    assert heights(written) == [0.2, 0.8]


def test_eraser_takes_strokes_while_it_moves(written: InkCanvas) -> None:
    send_tablet(written, PEN_PRESS, at(200, 120), is_eraser=True)
    send_tablet(written, PEN_MOVE, at(200, 160), is_eraser=True)
    assert heights(written) == [0.2, 0.6, 0.8]
    send_tablet(written, PEN_RELEASE, at(200, 160), 0.0, is_eraser=True)


def test_eraser_that_meets_nothing_is_no_step(written: InkCanvas, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(written.ink_changed):
        draw_with_pen(written, at(200, 120), at(340, 120), is_eraser=True)
    written.undo()
    assert len(written.ink.strokes) == 3


def test_eraser_then_pen_end_draws(written: InkCanvas, clock: Clock) -> None:
    draw_with_pen(written, at(200, 160), is_eraser=True)
    draw_with_pen(written, at(100, 120), at(200, 120))
    assert heights(written) == [0.2, 0.6, 0.8, 0.3]


@pytest.mark.parametrize("end", ["range", "deactivated", "lost release"])
def test_eraser_that_ends_without_a_release_keeps_what_it_did(written: InkCanvas, end: str) -> None:
    send_tablet(written, PEN_PRESS, at(200, 160), is_eraser=True)
    if end == "range":
        written.pointers.set_pen_in_range(False)
    elif end == "deactivated":
        QApplication.sendEvent(written, QEvent(QEvent.Type.WindowDeactivate))
    else:
        send_tablet(written, PEN_MOVE, at(200, 320), 0.0, held=NONE, is_eraser=True)
    assert heights(written) == [0.2, 0.6, 0.8]
    assert written.pointers.contact is None
    written.undo()
    assert len(written.ink.strokes) == 4


def test_eraser_esc_brings_back_what_the_sweep_took(written: InkCanvas) -> None:
    four = written.ink
    written.setFocus()
    send_tablet(written, PEN_PRESS, at(200, 120), is_eraser=True)
    send_tablet(written, PEN_MOVE, at(200, 300), is_eraser=True)
    QTest.keyClick(written, Qt.Key.Key_Escape)
    assert written.ink is four
    assert not written.can_redo
    written.undo()
    assert len(written.ink.strokes) == 3


def test_eraser_mode_erases_with_mouse_and_finger_and_shows_a_ring(
    written: InkCanvas, clock: Clock, fingers: Fingers
) -> None:
    written.pointers.set_eraser(True)
    assert written.cursor().shape() == Qt.CursorShape.BitmapCursor
    send_mouse(written, PRESS, at(200, 60))
    send_mouse(written, MOVE, at(200, 100))
    send_mouse(written, RELEASE, at(200, 100))
    assert heights(written) == [0.4, 0.6, 0.8]
    fingers.press((1, 200, 300))
    fingers.lift((1, 200, 330))
    assert heights(written) == [0.4, 0.6]
    written.pointers.set_eraser(False)
    assert written.cursor().shape() == Qt.CursorShape.CrossCursor
    draw_stroke(written, ROWS[0])
    assert heights(written) == [0.4, 0.6, 0.2]


def test_eraser_of_two_fingers_brings_back_what_the_first_took(
    written: InkCanvas, clock: Clock, fingers: Fingers
) -> None:
    written.pointers.set_eraser(True)
    fingers.press((1, 200, 160))
    assert len(written.ink.strokes) == 3
    fingers.press((2, 300, 300))
    assert len(written.ink.strokes) == 4
    fingers.lift((1, 200, 160), (2, 300, 300))


def test_eraser_keeps_the_clock_of_the_ink_running_forwards(written: InkCanvas) -> None:
    draw_with_pen(written, place(written, (0.5, 0.8)), is_eraser=True)
    written.pointers.drop()
    draw_stroke(written, ROWS[0])
    times = [point.time_ms for stroke in written.ink.strokes for point in stroke.points]
    assert times == sorted(times)
