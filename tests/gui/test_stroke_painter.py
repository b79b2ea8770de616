from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from hccr_desktop.domain.ink import Point
from hccr_desktop.gui.stroke_painter import PEN_WIDTH, StrokePath, pen_width

SIDE = 200


def painted(paint) -> np.ndarray:
    image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(SIDE, image.bytesPerLine())[:, :SIDE].copy()


def points(*places: tuple[float, float], pressure: float = 0.5) -> list[Point]:
    return [Point(x, y, 0.0, pressure) for x, y in places]


def test_pen_width_is_the_nominal_one_at_half_pressure_and_grows_with_pressure() -> None:
    assert pen_width(0.5) == pytest.approx(PEN_WIDTH)
    assert 0 < pen_width(0.0) < pen_width(0.5) < pen_width(1.0)


def test_stroke_path_reaches_its_first_and_last_point() -> None:
    path = StrokePath.of(points((0.1, 0.1), (0.5, 0.9), (0.9, 0.2)), QPointF(0, 0), SIDE)
    image = painted(lambda painter: path.paint(painter, QRectF(0, 0, SIDE, SIDE)))
    assert image[20, 20] < 128
    assert image[40, 180] < 128


def test_stroke_path_of_one_point_is_a_dot() -> None:
    path = StrokePath.of(points((0.5, 0.5)), QPointF(0, 0), SIDE)
    image = painted(lambda painter: path.paint(painter, QRectF(0, 0, SIDE, SIDE)))
    assert image[100, 100] < 128
    rows, columns = np.nonzero(image < 128)
    assert np.ptp(rows) + 1 == pytest.approx(PEN_WIDTH * SIDE, abs=2)
    assert np.ptp(columns) + 1 == pytest.approx(PEN_WIDTH * SIDE, abs=2)


def test_stroke_path_add_returns_a_rectangle_that_holds_every_changed_pixel() -> None:
    places = points((0.2, 0.2), (0.4, 0.7), (0.45, 0.72), (0.8, 0.3), (0.1, 0.35))
    path = StrokePath(QPointF(0, 0), SIDE)
    everything = QRectF(0, 0, SIDE, SIDE)
    before = painted(lambda painter: None)
    for point in places:
        dirty = path.add(point).toAlignedRect()
        after = painted(lambda painter: path.paint(painter, everything))
        rows, columns = np.nonzero(before != after)
        assert len(rows)
        assert dirty.left() <= columns.min()
        assert columns.max() <= dirty.right()
        assert dirty.top() <= rows.min()
        assert rows.max() <= dirty.bottom()
        before = after


def test_stroke_path_is_thicker_where_the_pen_pressed_harder() -> None:
    def thickness(pressure: float) -> int:
        path = StrokePath.of(points((0.2, 0.5), (0.5, 0.5), (0.8, 0.5), pressure=pressure), QPointF(0, 0), SIDE)
        image = painted(lambda painter: path.paint(painter, QRectF(0, 0, SIDE, SIDE)))
        return int((image[:, 100] < 128).sum())

    assert thickness(0.1) < thickness(0.5) < thickness(1.0)


def test_stroke_path_passes_through_its_points_within_the_limit_of_smoothing() -> None:
    places = points((0.1, 0.5), (0.3, 0.2), (0.5, 0.7), (0.7, 0.3), (0.9, 0.6))
    path = StrokePath.of(places, QPointF(0, 0), 1000)
    ends = [segment.path.currentPosition() for segment in path.segments]
    for place in places[1:]:
        nearest = min((end - QPointF(place.x, place.y) * 1000).manhattanLength() for end in ends)
        assert nearest <= 0.004 * 1000 * 1.5


def test_stroke_path_goes_on_without_a_gap_or_a_corner() -> None:
    places = points((0.1, 0.5), (0.3, 0.2), (0.5, 0.7), (0.7, 0.3), (0.9, 0.6))
    segments = StrokePath.of(places, QPointF(0, 0), 1000).segments
    for before, after in pairwise(segments):
        start = after.path.elementAt(0)
        assert before.path.currentPosition() == QPointF(start.x, start.y)
        turn = abs(before.path.angleAtPercent(1) - after.path.angleAtPercent(0))
        assert min(turn, 360 - turn) < 1


def test_stroke_path_changes_its_width_without_steps() -> None:
    places = [Point(0.2, 0.5, 0.0, 0.0), Point(0.5, 0.5, 0.0, 0.5), Point(0.8, 0.5, 0.0, 1.0)]
    widths = [segment.width for segment in StrokePath.of(places, QPointF(0, 0), 1000).segments]
    assert widths == sorted(widths)
    assert widths[-1] - widths[0] > 10
    assert max(after - before for before, after in pairwise(widths)) <= 0.75


def test_stroke_path_grown_point_by_point_is_that_of_the_whole_stroke() -> None:
    places = [Point(0.1 + 0.08 * step, 0.5 + 0.1 * (step % 3), 0.0, 0.1 * step) for step in range(10)]
    grown = StrokePath(QPointF(3, 4), 500)
    for place in places:
        grown.add(place)
    whole = StrokePath.of(places, QPointF(3, 4), 500)
    assert [(segment.path, segment.width) for segment in grown.segments] == [
        (segment.path, segment.width) for segment in whole.segments
    ]


def test_stroke_path_stands_still_and_goes_on() -> None:
    places = points((0.2, 0.5), (0.2, 0.5), (0.5, 0.5), (0.5, 0.5), (0.5, 0.5), (0.8, 0.5), (0.8, 0.5))
    path = StrokePath.of(places, QPointF(0, 0), SIDE)
    image = painted(lambda painter: path.paint(painter, QRectF(0, 0, SIDE, SIDE)))
    assert (image[100, 40:160] < 128).all()
    assert (image[90] > 128).all()
