"""How a stroke looks on the screen: smoothed, and as wide as the pen pressed.

Recognition never sees this. It draws the ink anew from the points as they came, with one pen width, because that is
what the network was trained on and what its measured accuracy is of: a smoothing made for the eye may then change
without changing an answer, and strokes that are saved or learnt from are what the hand did. A drawing saved as a
picture is painted as here.
"""

import math
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

_TREMBLE: Final = 0.004
"""Canvas units that a point may be moved to smooth the line: the whole pixels of a mouse and the shaking of a hand,
2 pixels of a canvas of 480. Corners, where the neighbors' middle lies further off, are as good as kept."""

_WIDTH_STEP_PX: Final = 0.5
"""Neighboring pieces differ in width by no more, or a change of pressure would show as a step."""


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
    """The pieces of one stroke, grown point by point: a curve through the points, each moved a little to its neighbors.

    First and last point stay where they are. A piece depends on the point before it and the two after, so that the
    last pieces change with every point that is added.

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
        self._fixed_count = 0
        self._tail: list[Segment] = []

    @classmethod
    def of(cls, points: Sequence[Point], origin: QPointF, side: float) -> "StrokePath":
        """The path of a stroke that is known already."""
        path = cls(origin, side)
        for point in points[:-1]:
            path._append(point)
            path._fix_pieces()
        path.add(points[-1])
        return path

    @property
    def segments(self) -> list[Segment]:
        """All pieces, the last of which the next point replaces."""
        return [*self._fixed, *self._tail]

    def add(self, point: Point) -> QRectF:
        """Go on to a point in canvas units.

        Returns:
            The rectangle of the widget that must be painted anew.
        """
        changed = self._tail
        self._append(point)
        known = len(self._fixed)
        self._fix_pieces()
        self._tail = self._end_pieces()
        dirty = QRectF()
        for segment in (*changed, *self._fixed[known:], *self._tail):
            dirty = dirty.united(segment.bounds)
        return dirty

    def paint(self, painter: QPainter, within: QRectF) -> None:
        """Paint the pieces that a rectangle of the widget touches."""
        paint_segments(painter, [segment for segment in self.segments if segment.bounds.intersects(within)])

    def _append(self, point: Point) -> None:
        self._points.append(self._origin + QPointF(point.x, point.y) * self._side)
        self._pressures.append(point.pressure)

    def _fix_pieces(self) -> None:
        """Make the pieces that no later point can change: those whose second point after is not the last."""
        while self._fixed_count + 3 < len(self._points):
            self._fixed.extend(self._piece(self._fixed_count))
            self._fixed_count += 1

    def _end_pieces(self) -> list[Segment]:
        if len(self._points) == 1:
            # A line of no length has no direction for its cap; a hundredth of a pixel gives it one.
            path = QPainterPath(self._points[0])
            path.lineTo(self._points[0] + QPointF(0.01, 0))
            return [Segment.of(path, _rounded(self._width(0)))]
        made: list[Segment] = []
        for index in range(self._fixed_count, len(self._points) - 1):
            made.extend(self._piece(index))
        return made

    def _piece(self, index: int) -> list[Segment]:
        """From a point to the next, in as many parts as the width asks for."""
        last = len(self._points) - 1
        start, end = self._place(index), self._place(index + 1)
        before, after = self._place(max(0, index - 1)), self._place(min(last, index + 2))
        curve = _curve(before, start, end, after)
        from_width, to_width = self._width(index), self._width(index + 1)
        count = max(1, math.ceil(abs(to_width - from_width) / _WIDTH_STEP_PX))
        segments = []
        for part in range(count):
            path = QPainterPath(start if part == 0 else _along(curve, part / count))
            path.cubicTo(*_between(curve, part / count, (part + 1) / count))
            segments.append(Segment.of(path, _rounded(from_width + (to_width - from_width) * (part + 0.5) / count)))
        return segments

    def _place(self, index: int) -> QPointF:
        """Where a point is painted."""
        at = self._points[index]
        if index in (0, len(self._points) - 1):
            return at
        pull = ((self._points[index - 1] + self._points[index + 1]) / 2 - at) / 2
        length = math.hypot(pull.x(), pull.y())
        limit = _TREMBLE * self._side
        return at + (pull if length <= limit else pull * (limit / length))

    def _width(self, index: int) -> float:
        """Mean of the neighbors' pressures as a width in pixels."""
        near = self._pressures[max(0, index - 1) : index + 2]
        return pen_width(sum(near) / len(near)) * self._side


_Curve = tuple[QPointF, QPointF, QPointF, QPointF]
"""The control points of a cubic Bézier curve."""


def _curve(before: QPointF, start: QPointF, end: QPointF, after: QPointF) -> _Curve:
    """From start to end as part of a centripetal Catmull-Rom curve, which neither loops nor overshoots.

    The roots of the distances as parameters, since uniform ones overshoot where a hand changes its speed.
    """
    first, middle, last = _root(start - before), _root(end - start), _root(after - end)
    control, other = start, end
    if middle > 0:
        if first > 0:
            weight = 2 * first * first + 3 * first * middle + middle * middle
            control = (end * (first * first) - before * (middle * middle) + start * weight) / (
                3 * first * (first + middle)
            )
        if last > 0:
            weight = 2 * last * last + 3 * last * middle + middle * middle
            other = (start * (last * last) - after * (middle * middle) + end * weight) / (3 * last * (last + middle))
    return start, control, other, end


def _root(way: QPointF) -> float:
    return math.sqrt(math.hypot(way.x(), way.y()))


def _along(curve: _Curve, part: float) -> QPointF:
    """The place on a curve after a part of it, in [0, 1]."""
    rest = 1 - part
    start, control, other, end = curve
    return (
        start * (rest * rest * rest)
        + control * (3 * rest * rest * part)
        + other * (3 * rest * part * part)
        + end * (part * part * part)
    )


def _between(curve: _Curve, begin: float, end: float) -> tuple[QPointF, QPointF, QPointF]:
    """The control points, the first left out, of the part of a curve between two places on it."""
    if begin == 0 and end == 1:
        return curve[1], curve[2], curve[3]
    from_place, to_place = _along(curve, begin), _along(curve, end)
    span = (end - begin) / 3
    return from_place + _slope(curve, begin) * span, to_place - _slope(curve, end) * span, to_place


def _slope(curve: _Curve, part: float) -> QPointF:
    rest = 1 - part
    start, control, other, end = curve
    return (
        (control - start) * (3 * rest * rest)
        + (other - control) * (6 * rest * part)
        + (end - other) * (3 * part * part)
    )


def _rounded(width_px: float) -> float:
    """In quarters of a pixel, so that equal pieces can be joined."""
    return max(1.0, round(width_px * 4) / 4)
