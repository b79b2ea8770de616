"""The square one draws in: pointer events to ink, and ink to the screen. It knows no recognizer."""

from enum import Enum, auto
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QEventPoint,
    QFocusEvent,
    QInputDevice,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from hccr_desktop.domain.ink import Ink, Point, Stroke
from hccr_desktop.gui import paper
from hccr_desktop.gui.drawing_history import Drawing, History, Picture
from hccr_desktop.gui.stroke_painter import StrokePath

DEFAULT_PRESSURE: Final = 0.5
"""What a device without pressure is taken to report."""

PREFERRED_SIDE_PX: Final = 480
SMALLEST_SIDE_PX: Final = 220
"""Below this a finger covers the character it writes. Taste."""


class _Pen(Enum):
    """What draws the stroke in progress; the others are ignored until it ends."""

    MOUSE = auto()
    TABLET = auto()
    TOUCH = auto()


class InkCanvas(QWidget):
    """A square of paper. Exactly one of its two signals tells of every change of the drawing."""

    ink_changed = Signal(object)
    """Ink: a stroke was finished, undone, brought back, or all was cleared."""
    picture_shown = Signal(object)
    """Picture: one was opened, or undo or redo brought it back."""
    stroke_started = Signal()
    first_painted = Signal()
    """The canvas is on the screen and takes strokes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = History(Drawing())
        self._put_by: History[Drawing] | None = None
        self._pen: _Pen | None = None
        self._touch_id = -1
        self._points: list[Point] = []
        self._live: StrokePath | None = None
        self._time_origin_ms = 0.0
        self._layer = QPixmap()
        self._heat_map: paper.HeatMap | None = None
        self._hint = ""
        self._is_drop_target = False
        self._was_painted = False
        self.setObjectName("ink_canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # The drawing

    @property
    def drawing(self) -> Drawing:
        """What is on the canvas, the stroke in progress left out."""
        return self._history.current

    @property
    def ink(self) -> Ink:
        """The finished strokes, in canvas units."""
        return self.drawing.ink

    @property
    def can_undo(self) -> bool:
        """There is a step to take back."""
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        """There is a step to repeat."""
        return self._history.can_redo

    @Slot()
    def undo(self) -> None:
        """Take back the last stroke, clear or picture; a stroke in progress is dropped instead."""
        if self._pen is not None:
            self._drop_stroke()
        elif self.can_undo:
            self._history.undo()
            self._show_change()

    @Slot()
    def redo(self) -> None:
        """Repeat the step taken back last."""
        if self._pen is None and self.can_redo:
            self._history.redo()
            self._show_change()

    @Slot()
    def clear(self) -> None:
        """Empty the canvas; undo brings the drawing back."""
        self._drop_stroke()
        if not self.drawing.is_empty:
            self._record(Drawing())

    def show_picture(self, picture: Picture) -> None:
        """Put a picture in the place of the drawing; undo brings that back."""
        self._drop_stroke()
        self._record(Drawing(picture=picture))

    def show_ink(self, ink: Ink) -> None:
        """Put ink, in canvas units, in the place of the drawing; undo brings that back."""
        self._drop_stroke()
        self._record(Drawing(ink))

    def open_aside(self, drawing: Drawing) -> None:
        """Show another drawing, with a history of its own, until :meth:`close_aside`."""
        self._drop_stroke()
        if self._put_by is None:
            self._put_by = self._history
        self._history = History(drawing)
        self._show_change()

    def close_aside(self) -> None:
        """Bring back the drawing, and all its steps, that were there before :meth:`open_aside`."""
        if self._put_by is not None:
            self._drop_stroke()
            self._history, self._put_by = self._put_by, None
            self._show_change()

    def _record(self, drawing: Drawing) -> None:
        self._history.record(drawing)
        self._show_change()

    def _show_change(self) -> None:
        self._repaint_all()
        if self.drawing.picture is not None:
            self.picture_shown.emit(self.drawing.picture)
        else:
            self.ink_changed.emit(self.drawing.ink)

    # What surrounds the drawing

    def set_hint(self, hint: str) -> None:
        """One line for the empty canvas."""
        if hint != self._hint:
            self._hint = hint
            self.update()

    @property
    def heat_map(self) -> paper.HeatMap | None:
        """The evidence that lies over the drawing."""
        return self._heat_map

    def set_heat_map(self, heat_map: paper.HeatMap | None) -> None:
        """Lay evidence over the drawing; None takes it away."""
        if heat_map is not self._heat_map:
            self._heat_map = heat_map
            self.update()

    def set_drop_target(self, is_drop_target: bool) -> None:
        """Show that a picture held over the window may be dropped."""
        if is_drop_target != self._is_drop_target:
            self._is_drop_target = is_drop_target
            self.update()

    def paper_rect(self) -> QRectF:
        """The square in pixels of the widget; canvas units run from 0 to 1 across it."""
        side = max(1, min(self.width(), self.height()))
        return QRectF((self.width() - side) // 2, (self.height() - side) // 2, side, side)

    def sizeHint(self) -> QSize:
        return QSize(PREFERRED_SIDE_PX, PREFERRED_SIDE_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(SMALLEST_SIDE_PX, SMALLEST_SIDE_PX)

    # Pointers: mouse, tablet and touch end in _begin_stroke, _add_point and _end_stroke

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and _is_real_mouse(event):
            self._begin_stroke(_Pen.MOUSE, event.position(), DEFAULT_PRESSURE, event.timestamp())
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # the second dot of 心 is a stroke, not a double click

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pen is _Pen.MOUSE and _is_real_mouse(event):
            self._add_point(event.position(), DEFAULT_PRESSURE, event.timestamp())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pen is _Pen.MOUSE and event.button() == Qt.MouseButton.LeftButton and _is_real_mouse(event):
            self._end_stroke(event.position(), DEFAULT_PRESSURE, event.timestamp())

    def tabletEvent(self, event: QTabletEvent) -> None:
        place = (event.position(), event.pressure(), event.timestamp())
        kind = event.type()
        if kind == QEvent.Type.TabletPress and event.button() == Qt.MouseButton.LeftButton:
            self._begin_stroke(_Pen.TABLET, *place)
        elif self._pen is not _Pen.TABLET:
            event.ignore()  # hovering, or a side button: Qt makes a mouse event of it, such as a right click
            return
        elif kind == QEvent.Type.TabletMove:
            self._add_point(*place)
        elif kind == QEvent.Type.TabletRelease:
            # A pen leaves with no pressure at all, which would end every stroke in a hair.
            self._end_stroke(event.position(), self._points[-1].pressure, event.timestamp())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        """Follow the first finger; what other fingers do is theirs."""
        if event.type() == QEvent.Type.TouchCancel:
            if self._pen is _Pen.TOUCH:
                self._drop_stroke()
            return
        has_pressure = event.device().hasCapability(QInputDevice.Capability.Pressure)
        for finger in event.points():
            place = (finger.position(), finger.pressure() if has_pressure else DEFAULT_PRESSURE, event.timestamp())
            state = finger.state()
            if state == QEventPoint.State.Pressed and self._pen is None:
                self._touch_id = finger.id()
                self._begin_stroke(_Pen.TOUCH, *place)
            elif self._pen is not _Pen.TOUCH or finger.id() != self._touch_id:
                continue
            elif state == QEventPoint.State.Updated:
                self._add_point(*place)
            elif state == QEventPoint.State.Released:
                self._end_stroke(*place)

    def _begin_stroke(self, pen: _Pen, position: QPointF, pressure: float, timestamp_ms: float) -> None:
        if self._pen is pen:  # its release was lost, to a dialog that came up for instance
            self._finish_stroke()
        elif self._pen is not None:
            return
        self._pen = pen
        self._points = []
        square = self.paper_rect()
        self._live = StrokePath(square.topLeft(), square.width())
        self._time_origin_ms = self._origin_for(timestamp_ms)
        if self.drawing.ink.is_empty:  # a hint or a picture gives way to the stroke
            self._repaint_all()
        self._add_point(position, pressure, timestamp_ms)
        self.stroke_started.emit()

    def _add_point(self, position: QPointF, pressure: float, timestamp_ms: float) -> None:
        """Keep a point, wherever it lies, at the precision it came with."""
        if self._live is None:
            return
        square = self.paper_rect()
        at = (position - square.topLeft()) / square.width()
        point = Point(at.x(), at.y(), max(0.0, timestamp_ms - self._time_origin_ms), min(1.0, max(0.0, pressure)))
        self._points.append(point)
        self.update(self._live.add(point).toAlignedRect())

    def _end_stroke(self, position: QPointF, pressure: float, timestamp_ms: float) -> None:
        last = self._points[-1]
        square = self.paper_rect()
        at = (position - square.topLeft()) / square.width()
        if (at.x(), at.y()) != (last.x, last.y):
            self._add_point(position, pressure, timestamp_ms)
        self._finish_stroke()

    def _finish_stroke(self) -> None:
        ink = self.drawing.ink.with_stroke(Stroke(tuple(self._points)))
        self._paint_on_layer(self._live)
        self._pen, self._live, self._points = None, None, []
        self._history.record(Drawing(ink))
        self.update()
        self.ink_changed.emit(ink)

    def _drop_stroke(self) -> None:
        if self._pen is not None:
            self._pen, self._live, self._points = None, None, []
            self._repaint_all()

    def _origin_for(self, timestamp_ms: float) -> float:
        """When the ink's clock began, for a stroke that begins now."""
        strokes = self.drawing.ink.strokes
        if not strokes:
            return timestamp_ms
        # After undo and redo the clock may be another drawing's; time must not run backwards within this one.
        return min(self._time_origin_ms, timestamp_ms - strokes[-1].points[-1].time_ms)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._layer.size() != self.size() * self.devicePixelRatioF() or self._layer.isNull():
            self._make_layer()
        painter = QPainter(self)
        painter.drawPixmap(QPointF(0, 0), self._layer)
        square = self.paper_rect()
        if self._live is not None:
            painter.save()
            painter.setClipPath(paper.outline(square), Qt.ClipOperation.IntersectClip)
            self._live.paint(painter, QRectF(event.rect()))
            painter.restore()
        elif self.drawing.is_empty and self._hint:
            paper.paint_hint(painter, square, self._hint)
        elif self._heat_map is not None:
            painter.save()
            painter.setClipPath(paper.outline(square), Qt.ClipOperation.IntersectClip)
            picture = self.drawing.picture
            place = square if picture is None else paper.picture_rect(square, picture)
            paper.paint_heat_map(painter, square, place, self._heat_map)
            painter.restore()
        paper.paint_border(painter, square, self._border_pen())
        painter.end()
        if not self._was_painted:
            self._was_painted = True
            self.first_painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        square = self.paper_rect()
        if self._live is not None:
            self._live = StrokePath.of(self._points, square.topLeft(), square.width())
        self._repaint_all()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()

    def _border_pen(self) -> QPen:
        palette = self.palette()
        if self._is_drop_target:
            return QPen(palette.color(QPalette.ColorRole.Accent), 3)
        if self.hasFocus():
            focus = QColor(palette.color(QPalette.ColorRole.Accent))
            focus.setAlphaF(0.55)
            return QPen(focus, 1.5)
        return QPen(palette.color(QPalette.ColorRole.Mid), 1)

    def _repaint_all(self) -> None:
        self._layer = QPixmap()
        self.update()

    def _make_layer(self) -> None:
        """Paper, guide, picture and finished strokes, at the resolution of the screen."""
        ratio = self.devicePixelRatioF()
        self._layer = QPixmap(self.size() * ratio)
        self._layer.setDevicePixelRatio(ratio)
        self._layer.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._layer)
        square = self.paper_rect()
        picture = self.drawing.picture if self._pen is None else None
        paper.paint_paper(painter, square, has_guide=picture is None)
        if picture is not None:
            paper.paint_picture(painter, square, picture)
        painter.end()
        for stroke in self.drawing.ink.strokes:
            self._paint_on_layer(StrokePath.of(stroke.points, square.topLeft(), square.width()))

    def _paint_on_layer(self, stroke: StrokePath | None) -> None:
        if stroke is None or self._layer.isNull():
            return
        painter = QPainter(self._layer)
        painter.setClipPath(paper.outline(self.paper_rect()))
        stroke.paint(painter, QRectF(self.rect()))
        painter.end()


def _is_real_mouse(event: QMouseEvent) -> bool:
    """Not one that Qt or the system made of a pen's or a finger's contact."""
    return event.source() == Qt.MouseEventSource.MouseEventNotSynthesized
