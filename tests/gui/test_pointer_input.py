"""What mouse, pen and finger draw, in orders good and bad."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.pointer_input import DEFAULT_PRESSURE, FINGERS_GATHER_MS, PEN_LINGERS_MS, PROXIMITY_LASTS_MS
from tests.gui.drawing import BAR, draw_stroke
from tests.gui.pointers import (
    AWAY,
    DOUBLE,
    MOVE,
    NEAR,
    NONE,
    PEN_MOVE,
    PEN_PRESS,
    PEN_RELEASE,
    PRESS,
    RELEASE,
    RIGHT,
    Clock,
    Fingers,
    at,
    click,
    draw_with_pen,
    hover,
    send_mouse,
    send_tablet,
)

# The mouse


def test_mouse_second_press_in_quick_succession_is_a_stroke_too(canvas: InkCanvas) -> None:
    click(canvas, at(200, 200))
    click(canvas, at(200, 200), kind=DOUBLE)
    assert len(canvas.ink.strokes) == 2


def test_mouse_second_release_is_passed_over(canvas: InkCanvas, qtbot: QtBot) -> None:
    draw_stroke(canvas, BAR)
    with qtbot.assertNotEmitted(canvas.ink_changed):
        send_mouse(canvas, RELEASE, at(320, 300))
    assert len(canvas.ink.strokes) == 1


def test_mouse_other_buttons_draw_nothing(canvas: InkCanvas) -> None:
    send_mouse(canvas, PRESS, at(100, 100), button=RIGHT)
    send_mouse(canvas, RELEASE, at(100, 100), button=RIGHT)
    assert canvas.drawing.is_empty


@pytest.mark.parametrize(
    "source",
    [
        Qt.MouseEventSource.MouseEventSynthesizedBySystem,
        Qt.MouseEventSource.MouseEventSynthesizedByQt,
        Qt.MouseEventSource.MouseEventSynthesizedByApplication,
    ],
)
def test_mouse_events_made_of_other_contacts_are_ignored(canvas: InkCanvas, source: Qt.MouseEventSource) -> None:
    send_mouse(canvas, PRESS, at(100, 100), source=source)
    send_mouse(canvas, RELEASE, at(200, 100), source=source)
    assert canvas.drawing.is_empty


def test_mouse_press_after_a_lost_release_finishes_the_old_stroke(canvas: InkCanvas) -> None:
    send_mouse(canvas, PRESS, at(40, 40))
    send_mouse(canvas, MOVE, at(80, 40))
    draw_stroke(canvas, BAR)
    assert [len(stroke.points) for stroke in canvas.ink.strokes] == [2, 3]


def test_mouse_that_moves_without_its_button_has_ended_its_stroke(canvas: InkCanvas, qtbot: QtBot) -> None:
    send_mouse(canvas, PRESS, at(40, 40))
    send_mouse(canvas, MOVE, at(80, 40))
    with qtbot.waitSignal(canvas.ink_changed):
        hover(canvas, at(300, 300))
    hover(canvas, at(310, 310))
    assert canvas.ink.to_coordinates() == [[[0.1, 0.1], [0.2, 0.1]]]


def test_mouse_right_click_drops_the_stroke_and_opens_no_menu(canvas: InkCanvas) -> None:
    draw_stroke(canvas, BAR)
    send_mouse(canvas, PRESS, at(40, 40))
    send_mouse(canvas, MOVE, at(80, 40))
    assert send_mouse(canvas, PRESS, at(80, 40), button=RIGHT)
    menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at(80, 40).toPoint(), at(80, 40).toPoint())
    assert canvas.pointers.handle(menu)
    assert not canvas.pointers.handle(menu)
    send_mouse(canvas, RELEASE, at(120, 40))
    assert len(canvas.ink.strokes) == 1


def test_window_that_loses_the_keyboard_keeps_what_was_drawn(canvas: InkCanvas) -> None:
    send_mouse(canvas, PRESS, at(40, 40))
    send_mouse(canvas, MOVE, at(80, 40))
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.WindowDeactivate))
    assert len(canvas.ink.strokes) == 1
    send_mouse(canvas, MOVE, at(120, 40))
    send_mouse(canvas, RELEASE, at(120, 40))
    assert canvas.ink.to_coordinates() == [[[0.1, 0.1], [0.2, 0.1]]]
    draw_stroke(canvas, BAR)
    assert len(canvas.ink.strokes) == 2


# The pen


def test_pen_stroke_keeps_its_pressure(canvas: InkCanvas) -> None:
    assert send_tablet(canvas, PEN_PRESS, at(80, 80), 0.2)
    send_tablet(canvas, PEN_MOVE, at(160, 80), 0.9)
    send_tablet(canvas, PEN_RELEASE, at(200, 80), 0.0)
    assert [point.pressure for point in canvas.ink.strokes[0].points] == [0.2, 0.9, 0.9]


def test_pen_that_hovers_or_holds_its_side_button_draws_nothing(canvas: InkCanvas) -> None:
    assert not send_tablet(canvas, PEN_MOVE, at(80, 80), 0.0, held=NONE)
    assert not send_tablet(canvas, PEN_PRESS, at(80, 80), 0.5, RIGHT)
    assert canvas.drawing.is_empty


def test_pen_that_hovers_after_a_lost_release_has_ended_its_stroke(canvas: InkCanvas) -> None:
    send_tablet(canvas, PEN_PRESS, at(80, 80))
    send_tablet(canvas, PEN_MOVE, at(120, 80))
    send_tablet(canvas, PEN_MOVE, at(300, 300), 0.0, held=NONE)
    send_tablet(canvas, PEN_MOVE, at(310, 300), 0.0, held=NONE)
    assert canvas.ink.to_coordinates() == [[[0.2, 0.2], [0.3, 0.2]]]


def test_pen_second_release_is_passed_over(canvas: InkCanvas, qtbot: QtBot) -> None:
    draw_with_pen(canvas, at(80, 80), at(120, 80))
    with qtbot.assertNotEmitted(canvas.ink_changed):
        send_tablet(canvas, PEN_RELEASE, at(160, 80), 0.0)


def test_pen_that_leaves_in_the_middle_of_a_stroke_keeps_what_it_drew(
    canvas: InkCanvas, clock: Clock, qtbot: QtBot
) -> None:
    send_tablet(canvas, PEN_PRESS, at(80, 80))
    send_tablet(canvas, PEN_MOVE, at(120, 80))
    with qtbot.waitSignal(canvas.ink_changed):
        canvas.pointers.set_pen_in_range(False)
    send_tablet(canvas, PEN_RELEASE, at(160, 80), 0.0)
    assert canvas.ink.to_coordinates() == [[[0.2, 0.2], [0.3, 0.2]]]


def test_pen_press_after_a_lost_release_finishes_the_old_stroke(canvas: InkCanvas) -> None:
    send_tablet(canvas, PEN_PRESS, at(80, 80))
    send_tablet(canvas, PEN_MOVE, at(120, 80))
    draw_with_pen(canvas, at(80, 200), at(120, 200))
    assert len(canvas.ink.strokes) == 2


# Echoes of the pen


def test_mouse_events_during_and_right_after_a_pen_stroke_are_its_echoes(canvas: InkCanvas, clock: Clock) -> None:
    send_tablet(canvas, PEN_PRESS, at(80, 80))
    send_mouse(canvas, PRESS, at(80, 80))
    send_mouse(canvas, MOVE, at(90, 80))
    send_tablet(canvas, PEN_RELEASE, at(90, 80))
    send_mouse(canvas, RELEASE, at(90, 80))
    clock.pass_ms(PEN_LINGERS_MS - 1)
    click(canvas, at(90, 80))
    assert canvas.ink.to_coordinates() == [[[0.2, 0.2], [0.225, 0.2]]]
    clock.pass_ms(PEN_LINGERS_MS + 1)
    click(canvas, at(200, 200))
    assert len(canvas.ink.strokes) == 2


def test_mouse_press_that_came_just_before_the_pens_is_its_echo_too(canvas: InkCanvas, clock: Clock) -> None:
    send_mouse(canvas, PRESS, at(80, 80))
    clock.pass_ms(5)
    draw_with_pen(canvas, at(80, 80), at(160, 80))
    send_mouse(canvas, RELEASE, at(160, 80))
    assert canvas.ink.to_coordinates() == [[[0.2, 0.2], [0.4, 0.2]]]


def test_pen_that_comes_to_a_long_mouse_stroke_leaves_it_as_drawn(canvas: InkCanvas, clock: Clock) -> None:
    send_mouse(canvas, PRESS, at(80, 80))
    send_mouse(canvas, MOVE, at(160, 80))
    clock.pass_ms(PEN_LINGERS_MS + 1)
    draw_with_pen(canvas, at(80, 200), at(160, 200))
    assert [len(stroke.points) for stroke in canvas.ink.strokes] == [2, 2]


def test_pen_that_only_hovers_does_not_silence_the_mouse(canvas: InkCanvas, clock: Clock) -> None:
    send_tablet(canvas, PEN_MOVE, at(80, 80), 0.0, held=NONE)
    draw_stroke(canvas, BAR)
    assert len(canvas.ink.strokes) == 1


# Fingers and palms


def test_finger_draws(canvas: InkCanvas, clock: Clock, fingers: Fingers) -> None:
    fingers.press((1, 100, 100))
    fingers.move((1, 140, 100))
    fingers.lift((1, 160, 100))
    assert canvas.ink.to_coordinates() == [[[0.25, 0.25], [0.35, 0.25], [0.4, 0.25]]]
    assert {point.pressure for point in canvas.ink.strokes[0].points} == {DEFAULT_PRESSURE}


def test_two_fingers_that_come_together_draw_nothing(canvas: InkCanvas, clock: Clock, fingers: Fingers) -> None:
    fingers.press((1, 100, 100), (2, 300, 300))
    fingers.move((1, 140, 100), (2, 320, 300))
    fingers.lift((1, 140, 100), (2, 320, 300))
    fingers.press((1, 100, 100))
    clock.pass_ms(FINGERS_GATHER_MS - 1)
    fingers.press((2, 300, 300))
    fingers.move((1, 140, 100), (2, 320, 300))
    fingers.lift((2, 320, 300))
    fingers.move((1, 160, 100))
    fingers.press((2, 300, 300))
    fingers.lift((1, 160, 100))
    fingers.lift((2, 300, 300))
    assert canvas.drawing.is_empty
    assert not canvas.can_undo
    fingers.press((1, 100, 100))
    fingers.lift((1, 100, 140))
    assert len(canvas.ink.strokes) == 1


def test_finger_that_has_long_drawn_is_not_disturbed_by_another(
    canvas: InkCanvas, clock: Clock, fingers: Fingers
) -> None:
    fingers.press((1, 100, 100))
    clock.pass_ms(FINGERS_GATHER_MS + 1)
    fingers.press((2, 300, 300))
    fingers.move((1, 140, 100), (2, 320, 300))
    fingers.lift((2, 320, 300))
    fingers.lift((1, 160, 100))
    assert canvas.ink.to_coordinates() == [[[0.25, 0.25], [0.35, 0.25], [0.4, 0.25]]]


def test_touch_that_the_system_takes_away_draws_nothing(canvas: InkCanvas, clock: Clock, fingers: Fingers) -> None:
    fingers.press((1, 100, 100))
    fingers.move((1, 140, 100))
    fingers.cancel()
    assert canvas.drawing.is_empty
    assert canvas.pointers.contact is None


@pytest.mark.parametrize("arrival", ["press", "hover", "range"])
def test_palm_that_landed_before_the_pen_leaves_nothing(
    canvas: InkCanvas, clock: Clock, fingers: Fingers, arrival: str
) -> None:
    fingers.press((1, 300, 300))
    fingers.move((1, 302, 300))
    if arrival == "hover":
        send_tablet(canvas, PEN_MOVE, at(80, 80), 0.0, held=NONE)
    elif arrival == "range":
        canvas.pointers.set_pen_in_range(True)
    draw_with_pen(canvas, at(80, 80), at(160, 80))
    fingers.move((1, 310, 300))
    fingers.lift((1, 310, 300))
    assert canvas.ink.to_coordinates() == [[[0.2, 0.2], [0.4, 0.2]]]


def test_palm_that_brushed_the_screen_just_before_the_pen_leaves_nothing(
    canvas: InkCanvas, clock: Clock, fingers: Fingers
) -> None:
    draw_stroke(canvas, BAR)
    fingers.press((1, 300, 300))
    fingers.lift((1, 302, 300))
    clock.pass_ms(PEN_LINGERS_MS - 1)
    draw_with_pen(canvas, at(80, 80), at(160, 80))
    assert [len(stroke.points) for stroke in canvas.ink.strokes] == [3, 2]
    canvas.undo()
    assert len(canvas.ink.strokes) == 1


@pytest.mark.parametrize("reason", ["long ago", "undone", "picked"])
def test_finger_stroke_that_was_meant_stays_when_a_pen_comes(
    canvas: InkCanvas, clock: Clock, fingers: Fingers, reason: str
) -> None:
    draw_stroke(canvas, BAR)
    one = canvas.ink
    fingers.press((1, 300, 300))
    fingers.lift((1, 302, 300))
    if reason == "long ago":
        clock.pass_ms(PEN_LINGERS_MS + 1)
    elif reason == "undone":
        canvas.undo()
    else:
        canvas.clear()
    before = canvas.ink
    send_tablet(canvas, PEN_MOVE, at(80, 80), 0.0, held=NONE)
    assert canvas.ink is before
    send_tablet(canvas, PEN_MOVE, at(80, 80), 0.0, held=NONE)
    assert canvas.ink is before
    if reason == "undone":
        assert before is one


def test_palm_under_a_drawing_pen_draws_nothing(canvas: InkCanvas, clock: Clock, fingers: Fingers) -> None:
    send_tablet(canvas, PEN_PRESS, at(80, 80))
    fingers.press((1, 300, 300))
    send_tablet(canvas, PEN_MOVE, at(120, 80))
    send_tablet(canvas, PEN_RELEASE, at(160, 80), 0.0)
    clock.pass_ms(PEN_LINGERS_MS + 1)
    fingers.move((1, 330, 300))  # it has lain there since; that the pen has gone makes it no finger
    fingers.lift((1, 340, 300))
    assert len(canvas.ink.strokes) == 1


def test_fingers_draw_again_a_while_after_the_pen(canvas: InkCanvas, clock: Clock, fingers: Fingers) -> None:
    draw_with_pen(canvas, at(80, 80), at(160, 80))
    clock.pass_ms(PEN_LINGERS_MS - 1)
    fingers.press((1, 300, 300))
    fingers.lift((1, 340, 300))
    assert len(canvas.ink.strokes) == 1
    clock.pass_ms(2)
    fingers.press((1, 300, 300))
    fingers.lift((1, 340, 300))
    assert len(canvas.ink.strokes) == 2


def test_pen_in_range_keeps_fingers_off_but_not_for_ever(canvas: InkCanvas, clock: Clock, fingers: Fingers) -> None:
    canvas.pointers.set_pen_in_range(True)
    clock.pass_ms(PROXIMITY_LASTS_MS - 1)
    fingers.press((1, 300, 300))
    fingers.lift((1, 340, 300))
    assert canvas.drawing.is_empty
    clock.pass_ms(2)  # its leaving was lost
    fingers.press((1, 300, 300))
    fingers.lift((1, 340, 300))
    assert len(canvas.ink.strokes) == 1


def test_application_passes_on_that_a_pen_comes_and_goes(qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(qapp.pen_in_range_changed) as came:
        send_tablet(qapp, NEAR, at(0, 0), 0.0, NONE)
    with qtbot.waitSignal(qapp.pen_in_range_changed) as left:
        send_tablet(qapp, AWAY, at(0, 0), 0.0, NONE)
    assert (came.args, left.args) == ([True], [False])
