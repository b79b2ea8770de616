import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.paper import PAPER_COLOR
from hccr_desktop.gui.pointer_input import DEFAULT_PRESSURE
from tests.gui.drawing import BAR, SLANT, draw_stroke, place
from tests.gui.pointers import send_mouse


@pytest.fixture
def picture() -> Picture:
    preview = np.full((60, 80), 255, np.uint8)
    preview[20:40, 30:50] = 0
    return Picture("dot.png", preview, np.zeros((96, 96), np.float32))


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


def test_canvas_guide_is_chosen(canvas: InkCanvas) -> None:
    seen = {}
    for guide in ("mi", "tian", "none"):
        canvas.set_guide(guide)
        image = canvas.grab().toImage()
        seen[guide] = (image, _differing(image, canvas, middle=True), _differing(image, canvas, middle=False))
    assert [bool(seen[guide][1]) for guide in ("mi", "tian", "none")] == [True, True, False]
    assert [bool(seen[guide][2]) for guide in ("mi", "tian", "none")] == [True, False, False]


def _differing(image: QImage, canvas: InkCanvas, *, middle: bool) -> int:
    """Pixels that are not bare paper on the upright middle line, or on the diagonal."""
    side = canvas.width()
    places = [(side // 2, y) for y in range(40, side - 40)] if middle else [(x, x) for x in range(40, side // 2 - 20)]
    return sum(image.pixelColor(x, y) != PAPER_COLOR for x, y in places)


def test_canvas_smooths_what_it_paints_and_keeps_the_true_points(canvas: InkCanvas) -> None:
    zigzag = [(0.2 + 0.0025 * step, 0.5 + 0.0025 * (step % 2)) for step in range(240)]
    draw_stroke(canvas, zigzag)
    assert canvas.ink.strokes[0].to_array() == pytest.approx(np.array(zigzag), abs=1.5 / 400)
    assert len({point.y for point in canvas.ink.strokes[0].points}) == 2
    image = canvas.grab().toImage()
    column = range(120, 280)
    tops = [next(y for y in range(400) if image.pixelColor(x, y).lightness() < 128) for x in column]
    assert max(tops) == min(tops)
