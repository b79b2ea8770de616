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
