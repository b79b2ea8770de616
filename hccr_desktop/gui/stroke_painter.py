"""How a stroke looks on the screen. Recognition never sees this: it draws the ink anew, with one pen width."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from hccr_desktop.domain.ink import Point

INK_COLOR: Final = QColor(0x20, 0x22, 0x26)
"""Ink is data and looks the same in every theme."""

PEN_WIDTH: Final = 0.028
"""Canvas units at a pressure of 0.5. Taste: thinner than the recognizer's 0.04, which looks like a marker."""

_LIGHTEST: Final = 0.35
"""Part of PEN_WIDTH that a touch without pressure still leaves. Taste."""


def pen_width(pressure: float) -> float:
    """Width in canvas units for a pressure in [0, 1]; PEN_WIDTH at 0.5."""
    return PEN_WIDTH * (_LIGHTEST + (1 - _LIGHTEST) * 2 * pressure)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a stroke with one width, in pixels of the widget."""

    path: QPainterPath
    width: float
    bounds: QRectF
    """What painting it can touch, anti-aliasing included."""

    @classmethod
    def of(cls, path: QPainterPath, width: float) -> "Segment":
        """The piece, with its bounds worked out once: a stroke's are asked for with every point that follows."""
        reach = width / 2 + 1.5
        return cls(path, width, path.controlPointRect().adjusted(-reach, -reach, reach, reach))


def paint_segments(painter: QPainter, segments: Sequence[Segment]) -> None:
    """Paint pieces of a stroke; neighbors of one width as one path, so that no seam shows."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for path, width in _joined(segments):
        pen = QPen(INK_COLOR, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)


def _joined(segments: Sequence[Segment]) -> Iterator[tuple[QPainterPath, float]]:
    path: QPainterPath | None = None
    width = 0.0
    for segment in segments:
        if path is not None and segment.width == width:
            path.connectPath(segment.path)
            continue
        if path is not None:
            yield path, width
        path, width = QPainterPath(segment.path), segment.width
    if path is not None:
        yield path, width


class StrokePath:
    """The pieces of one stroke, grown point by point: quadratic curves through the midpoints of the points.

    Args:
        origin: where the square begins in the widget.
        side: the square's side in pixels.
    """

    def __init__(self, origin: QPointF, side: float) -> None:
        self._origin = origin
        self._side = side
        self._points: list[QPointF] = []
        self._pressures: list[float] = []
        self._fixed: list[Segment] = []
        self._tail: Segment | None = None

    @classmethod
    def of(cls, points: Sequence[Point], origin: QPointF, side: float) -> "StrokePath":
        """The path of a stroke that is known already."""
        path = cls(origin, side)
        for point in points:
            path.add(point)
        return path

    @property
    def segments(self) -> list[Segment]:
        """All pieces, the last of which the next point replaces."""
        return self._fixed if self._tail is None else [*self._fixed, self._tail]

    def add(self, point: Point) -> QRectF:
        """Go on to a point in canvas units.

        Returns:
            The rectangle of the widget that must be painted anew.
        """
        dirty = QRectF() if self._tail is None else self._tail.bounds
        self._points.append(self._origin + QPointF(point.x, point.y) * self._side)
        self._pressures.append(point.pressure)
        if len(self._points) >= 3:
            self._fixed.append(self._curve(len(self._points) - 2))
            dirty = dirty.united(self._fixed[-1].bounds)
        self._tail = self._end_piece()
        return dirty.united(self._tail.bounds)

    def paint(self, painter: QPainter, within: QRectF) -> None:
        """Paint the pieces that a rectangle of the widget touches."""
        paint_segments(painter, [segment for segment in self.segments if segment.bounds.intersects(within)])

    def _curve(self, index: int) -> Segment:
        """From the midpoint before a point to the midpoint after it; the first piece begins at the pen's start."""
        before, at, after = self._points[index - 1 : index + 2]
        path = QPainterPath(before if index == 1 else (before + at) / 2)
        if index == 1:
            path.lineTo((before + at) / 2)
        path.quadTo(at, (at + after) / 2)
        return Segment.of(path, self._width(index))

    def _end_piece(self) -> Segment:
        last = self._points[-1]
        if len(self._points) == 1:
            path = QPainterPath(last)
            # A line of no length has no direction for its cap; a hundredth of a pixel gives it one.
            path.lineTo(last + QPointF(0.01, 0))
        else:
            before = self._points[-2]
            path = QPainterPath(before if len(self._points) == 2 else (before + last) / 2)
            path.lineTo(last)
        return Segment.of(path, self._width(len(self._points) - 1))

    def _width(self, index: int) -> float:
        """Mean of the neighbors' pressures as a width, in quarters of a pixel so that equal pieces can be joined."""
        near = self._pressures[max(0, index - 1) : index + 2]
        width = pen_width(sum(near) / len(near)) * self._side
        return max(1.0, round(width * 4) / 4)
