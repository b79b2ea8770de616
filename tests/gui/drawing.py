"""The one way in which tests draw, and what they draw."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from hccr_desktop.gui.ink_canvas import InkCanvas

SLANT = ((0.2, 0.2), (0.5, 0.4), (0.8, 0.8))
BAR = ((0.2, 0.5), (0.5, 0.5), (0.8, 0.5))


def place(canvas: InkCanvas, point: tuple[float, float]) -> QPointF:
    """A point in canvas units as a position in the widget."""
    square = canvas.paper_rect()
    return square.topLeft() + QPointF(*point) * square.width()


def draw_stroke(canvas: InkCanvas, points: Sequence[tuple[float, float]]) -> None:
    """Draw with the mouse, through canvas units given in order; the whole pixels it meets are what QTest can do."""
    places = [place(canvas, point).toPoint() for point in points]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
    for at in places[1:]:
        QTest.mouseMove(canvas, at)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
