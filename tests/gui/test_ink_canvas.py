import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.pointer_input import DEFAULT_PRESSURE
from tests.gui.drawing import BAR, SLANT, draw_stroke, place


@pytest.fixture
def canvas(qtbot: QtBot) -> InkCanvas:
    canvas = InkCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


@pytest.fixture
def picture() -> Picture:
    preview = np.full((60, 80), 255, np.uint8)
    preview[20:40, 30:50] = 0
    return Picture("dot.png", preview, np.zeros((96, 96), np.float32))


def send_mouse(canvas: InkCanvas, kind: QEvent.Type, at: QPointF, *, source=None) -> None:
    is_move = kind == QEvent.Type.MouseMove
    button = Qt.MouseButton.NoButton if is_move else Qt.MouseButton.LeftButton
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else Qt.MouseButton.LeftButton
    place_on_screen = QPointF(canvas.mapToGlobal(QPoint(0, 0))) + at
    arguments = [kind, at, at, place_on_screen, button, held, Qt.KeyboardModifier.NoModifier]
    if source is not None:
        arguments.append(source)
    QApplication.sendEvent(canvas, QMouseEvent(*arguments))


def send_tablet(canvas: InkCanvas, kind: QEvent.Type, at: QPointF, pressure: float, button=None) -> bool:
    pen = QPointingDevice(
        "test pen",
        7,
        QInputDevice.DeviceType.Stylus,
        QPointingDevice.PointerType.Pen,
        QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
        1,
        3,
    )
    button = button or Qt.MouseButton.LeftButton
    event = QTabletEvent(
        *(kind, pen, at, QPointF(canvas.mapToGlobal(QPoint(0, 0))) + at, pressure, 0.0, 0.0, 0.0, 0.0, 0.0),
        *(Qt.KeyboardModifier.NoModifier, button, button),
    )
    event.ignore()
    QApplication.sendEvent(canvas, event)
    return event.isAccepted()


def pixel(canvas: InkCanvas, point: tuple[float, float]) -> int:
    """Grey of the canvas as it is painted, at a point in canvas units."""
    grabbed = canvas.grab()
    at = place(canvas, point) * grabbed.devicePixelRatio()
    return grabbed.toImage().pixelColor(at.toPoint()).lightness()


def test_canvas_stroke_becomes_ink_in_canvas_units(canvas: InkCanvas, qtbot: QtBot) -> None:
    with qtbot.waitSignal(canvas.ink_changed) as changed:
        draw_stroke(canvas, SLANT)
    (ink,) = changed.args
    assert ink is canvas.ink
    (stroke,) = ink.strokes
    assert stroke.to_array() == pytest.approx(np.array(SLANT), abs=1 / 400)
    assert {point.pressure for point in stroke.points} == {DEFAULT_PRESSURE}


def test_canvas_keeps_positions_between_pixels(canvas: InkCanvas) -> None:
    send_mouse(canvas, QEvent.Type.MouseButtonPress, QPointF(100.25, 50.5))
    send_mouse(canvas, QEvent.Type.MouseMove, QPointF(100.75, 60.125))
    send_mouse(canvas, QEvent.Type.MouseButtonRelease, QPointF(100.75, 60.125))
    assert canvas.ink.to_coordinates() == [[[100.25 / 400, 50.5 / 400], [100.75 / 400, 60.125 / 400]]]


def test_canvas_keeps_points_outside_the_square_while_dragging(canvas: InkCanvas) -> None:
    draw_stroke(canvas, [(0.9, 0.5), (1.25, 0.5), (1.5, -0.25)])
    xs = [point.x for point in canvas.ink.strokes[0].points]
    assert xs == pytest.approx([0.9, 1.25, 1.5], abs=1 / 400)
    assert canvas.ink.strokes[0].points[-1].y == pytest.approx(-0.25, abs=1 / 400)


def test_canvas_keeps_every_point_of_a_fast_stroke(canvas: InkCanvas) -> None:
    points = [(0.1 + 0.0025 * step, 0.3 + 0.001 * step) for step in range(300)]
    draw_stroke(canvas, points)
    assert len(canvas.ink.strokes[0].points) == len(points)


def test_canvas_counts_time_from_the_first_point_of_the_ink(canvas: InkCanvas) -> None:
    draw_stroke(canvas, SLANT)
    draw_stroke(canvas, BAR)
    times = [point.time_ms for stroke in canvas.ink.strokes for point in stroke.points]
    assert times[0] == 0
    assert times == sorted(times)


def test_canvas_time_does_not_run_backwards_after_undo_of_a_clear(canvas: InkCanvas) -> None:
    draw_stroke(canvas, SLANT)
    canvas.clear()
    draw_stroke(canvas, BAR)
    canvas.undo()
    canvas.undo()
    draw_stroke(canvas, BAR)
    times = [point.time_ms for stroke in canvas.ink.strokes for point in stroke.points]
    assert len(canvas.ink.strokes) == 2
    assert times == sorted(times)


def test_canvas_second_press_in_quick_succession_is_a_stroke_too(canvas: InkCanvas) -> None:
    at = place(canvas, (0.5, 0.5))
    for press in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
        send_mouse(canvas, press, at)
        send_mouse(canvas, QEvent.Type.MouseButtonRelease, at)
    assert len(canvas.ink.strokes) == 2


def test_canvas_other_buttons_draw_nothing(canvas: InkCanvas) -> None:
    QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    assert canvas.drawing.is_empty


@pytest.mark.parametrize(
    "source",
    [
        Qt.MouseEventSource.MouseEventSynthesizedBySystem,
        Qt.MouseEventSource.MouseEventSynthesizedByQt,
        Qt.MouseEventSource.MouseEventSynthesizedByApplication,
    ],
)
def test_canvas_ignores_mouse_events_made_of_other_contacts(canvas: InkCanvas, source: Qt.MouseEventSource) -> None:
    send_mouse(canvas, QEvent.Type.MouseButtonPress, QPointF(100, 100), source=source)
    send_mouse(canvas, QEvent.Type.MouseButtonRelease, QPointF(200, 100), source=source)
    assert canvas.drawing.is_empty


def test_canvas_tablet_stroke_keeps_its_pressure(canvas: InkCanvas) -> None:
    assert send_tablet(canvas, QEvent.Type.TabletPress, QPointF(80, 80), 0.2)
    send_tablet(canvas, QEvent.Type.TabletMove, QPointF(160, 80), 0.9)
    send_tablet(canvas, QEvent.Type.TabletRelease, QPointF(200, 80), 0.0)
    assert [point.pressure for point in canvas.ink.strokes[0].points] == [0.2, 0.9, 0.9]


def test_canvas_ignores_the_mouse_while_a_pen_draws(canvas: InkCanvas) -> None:
    send_tablet(canvas, QEvent.Type.TabletPress, QPointF(80, 80), 0.5)
    send_mouse(canvas, QEvent.Type.MouseButtonPress, QPointF(300, 300))
    send_mouse(canvas, QEvent.Type.MouseMove, QPointF(310, 310))
    send_mouse(canvas, QEvent.Type.MouseButtonRelease, QPointF(310, 310))
    send_tablet(canvas, QEvent.Type.TabletRelease, QPointF(90, 80), 0.5)
    assert canvas.ink.to_coordinates() == [[[0.2, 0.2], [0.225, 0.2]]]


def test_canvas_pen_that_hovers_or_holds_its_side_button_draws_nothing(canvas: InkCanvas) -> None:
    assert not send_tablet(canvas, QEvent.Type.TabletMove, QPointF(80, 80), 0.0)
    assert not send_tablet(canvas, QEvent.Type.TabletPress, QPointF(80, 80), 0.5, Qt.MouseButton.RightButton)
    assert canvas.drawing.is_empty


def test_canvas_follows_the_first_finger_only(canvas: InkCanvas) -> None:
    screen = QTest.createTouchDevice()
    QTest.touchEvent(canvas, screen).press(1, QPoint(100, 100), canvas).commit()
    QTest.touchEvent(canvas, screen).press(2, QPoint(300, 300), canvas).stationary(1).commit()
    QTest.touchEvent(canvas, screen).move(1, QPoint(140, 100), canvas).move(2, QPoint(320, 300), canvas).commit()
    QTest.touchEvent(canvas, screen).release(2, QPoint(320, 300), canvas).stationary(1).commit()
    QTest.touchEvent(canvas, screen).release(1, QPoint(160, 100), canvas).commit()
    assert canvas.ink.to_coordinates() == [[[0.25, 0.25], [0.35, 0.25], [0.4, 0.25]]]
    assert {point.pressure for point in canvas.ink.strokes[0].points} == {DEFAULT_PRESSURE}


def test_canvas_press_after_a_lost_release_finishes_the_old_stroke(canvas: InkCanvas) -> None:
    send_mouse(canvas, QEvent.Type.MouseButtonPress, QPointF(40, 40))
    send_mouse(canvas, QEvent.Type.MouseMove, QPointF(80, 40))
    draw_stroke(canvas, BAR)
    assert [len(stroke.points) for stroke in canvas.ink.strokes] == [2, 3]


def test_canvas_undo_and_redo_walk_strokes(canvas: InkCanvas) -> None:
    draw_stroke(canvas, SLANT)
    one = canvas.ink
    draw_stroke(canvas, BAR)
    two = canvas.ink
    canvas.undo()
    assert canvas.ink is one
    canvas.undo()
    assert canvas.ink.is_empty
    assert not canvas.can_undo
    canvas.redo()
    canvas.redo()
    assert canvas.ink is two


def test_canvas_undo_during_a_stroke_drops_that_stroke_alone(canvas: InkCanvas) -> None:
    draw_stroke(canvas, BAR)
    send_mouse(canvas, QEvent.Type.MouseButtonPress, QPointF(40, 40))
    canvas.undo()
    send_mouse(canvas, QEvent.Type.MouseButtonRelease, QPointF(80, 40))
    assert len(canvas.ink.strokes) == 1


def test_canvas_clear_is_undone_in_one_step(canvas: InkCanvas) -> None:
    draw_stroke(canvas, SLANT)
    draw_stroke(canvas, BAR)
    canvas.clear()
    assert canvas.ink.is_empty
    canvas.undo()
    assert len(canvas.ink.strokes) == 2


def test_canvas_clear_of_an_empty_canvas_tells_nobody(canvas: InkCanvas, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(canvas.ink_changed):
        canvas.clear()
    assert not canvas.can_undo


def test_canvas_stroke_on_a_picture_starts_anew_and_undo_brings_the_picture_back(
    canvas: InkCanvas, qtbot: QtBot, picture: Picture
) -> None:
    draw_stroke(canvas, SLANT)
    with qtbot.waitSignal(canvas.picture_shown), qtbot.assertNotEmitted(canvas.ink_changed):
        canvas.show_picture(picture)
    assert canvas.ink.is_empty
    draw_stroke(canvas, BAR)
    assert canvas.drawing.picture is None
    assert len(canvas.ink.strokes) == 1
    with qtbot.waitSignal(canvas.picture_shown) as shown:
        canvas.undo()
    assert shown.args == [picture]
    canvas.undo()
    assert len(canvas.ink.strokes) == 1
    assert canvas.drawing.picture is None


def test_canvas_resize_keeps_ink_and_paints_it_at_the_new_size(canvas: InkCanvas) -> None:
    draw_stroke(canvas, BAR)
    ink = canvas.ink
    canvas.resize(600, 500)
    assert canvas.ink is ink
    assert pixel(canvas, (0.5, 0.5)) < 80
    assert pixel(canvas, (0.6, 0.9)) > 200


def test_canvas_paints_strokes_guide_and_paper(canvas: InkCanvas) -> None:
    draw_stroke(canvas, [(0.2, 0.3), (0.5, 0.3), (0.8, 0.3)])
    assert pixel(canvas, (0.5, 0.3)) < 80
    assert pixel(canvas, (0.9, 0.1)) > 200
    canvas.undo()
    assert pixel(canvas, (0.5, 0.3)) > 180


def test_canvas_paints_the_stroke_in_progress(canvas: InkCanvas) -> None:
    send_mouse(canvas, QEvent.Type.MouseButtonPress, QPointF(80, 120))
    send_mouse(canvas, QEvent.Type.MouseMove, QPointF(320, 120))
    assert pixel(canvas, (0.5, 0.3)) < 80
    send_mouse(canvas, QEvent.Type.MouseButtonRelease, QPointF(320, 120))
    assert pixel(canvas, (0.5, 0.3)) < 80


def test_canvas_shows_a_picture_fitted_into_the_square(canvas: InkCanvas, picture: Picture) -> None:
    canvas.show_picture(picture)
    assert pixel(canvas, (0.5, 0.5)) < 80
    assert pixel(canvas, (0.1, 0.5)) > 200


def test_canvas_hint_stands_on_the_empty_canvas_only(canvas: InkCanvas) -> None:
    bare = canvas.grab().toImage()
    canvas.set_hint("Draw here")
    hinted = canvas.grab().toImage()
    assert hinted != bare
    draw_stroke(canvas, BAR)
    with_hint = canvas.grab().toImage()
    canvas.set_hint("")
    assert canvas.grab().toImage() == with_hint


def test_canvas_drop_target_is_shown(canvas: InkCanvas) -> None:
    before = canvas.grab().toImage()
    canvas.set_drop_target(True)
    assert canvas.grab().toImage() != before


def test_canvas_paper_stays_square_in_an_oblong_widget(canvas: InkCanvas) -> None:
    canvas.resize(QSize(500, 300))
    square = canvas.paper_rect()
    assert square.width() == square.height() == 300
    assert square.left() == 100


def test_canvas_show_ink_replaces_the_drawing(canvas: InkCanvas) -> None:
    draw_stroke(canvas, SLANT)
    ink = Ink.from_coordinates([[(0.1, 0.1), (0.9, 0.9)]])
    canvas.show_ink(ink)
    assert canvas.ink is ink
    canvas.undo()
    assert len(canvas.ink.strokes) == 1
