"""The square one draws in: strokes to ink, and ink to the screen. It knows no recognizer."""

from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from hccr_desktop.domain.erasing import Place, touched_strokes, without_strokes
from hccr_desktop.domain.ink import Ink, Point, Stroke
from hccr_desktop.domain.settings import GUIDES
from hccr_desktop.gui import paper
from hccr_desktop.gui.drawing_history import Drawing, History, Picture
from hccr_desktop.gui.pointer_cursors import drawing_cursor, eraser_cursor
from hccr_desktop.gui.pointer_input import Contact, PointerInput
from hccr_desktop.gui.stroke_painter import PEN_WIDTH, StrokePath

ERASER_RADIUS: Final = 0.022
"""Canvas units. Taste: takes one stroke of 鲍 without its neighbors, and is met without aiming."""

PREFERRED_SIDE_PX: Final = 480
SMALLEST_SIDE_PX: Final = 220
"""Below this a finger covers the character it writes. Taste."""


class InkCanvas(QWidget):
    """A square of paper. Exactly one of its two signals tells of every change of the drawing.

    Strokes and erasing come from a :class:`PointerInput`, of which it is the target.
    """

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
        self.pointers = PointerInput(self)  # no child: Qt would tell event() of that before there is one
        self._points: list[Point] = []
        self._live: StrokePath | None = None
        self._time_origin_ms = 0.0
        self._eraser_place: Place = (0.0, 0.0)
        self._has_erased = False
        self._finished: Drawing | None = None
        self._guide = GUIDES[0]
        self._layer = QPixmap()
        self._heat_map: paper.HeatMap | None = None
        self._hint = ""
        self._is_drop_target = False
        self._was_painted = False
        self.setObjectName("ink_canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setMouseTracking(True)  # a stroke begun by a click goes on without a button
        self.setTabletTracking(True)  # a pen that hovers says that touches are the palm's
        self.pointers.contact_changed.connect(self._refresh_cursor)
        self._refresh_cursor()
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
        if self.pointers.contact is not None:
            self.pointers.drop()
        elif self.can_undo:
            self._history.undo()
            self._show_change()

    @Slot()
    def redo(self) -> None:
        """Repeat the step taken back last."""
        if self.pointers.contact is None and self.can_redo:
            self._history.redo()
            self._show_change()

    @Slot()
    def clear(self) -> None:
        """Empty the canvas; undo brings the drawing back."""
        self.pointers.drop()
        if not self.drawing.is_empty:
            self._record(Drawing())

    def show_picture(self, picture: Picture) -> None:
        """Put a picture in the place of the drawing; undo brings that back."""
        self.pointers.drop()
        self._record(Drawing(picture=picture))

    def revise_picture(self, picture: Picture, *, is_step_over: bool = False) -> None:
        """Put a picture in the place of the one that is shown, without a step of its own.

        Args:
            picture: what is shown from now on.
            is_step_over: the picture is another one, so that there is nothing more to redo.
        """
        (self._history.amend if is_step_over else self._history.revise)(Drawing(picture=picture))
        self._show_change()

    def show_ink(self, ink: Ink) -> None:
        """Put ink, in canvas units, in the place of the drawing; undo brings that back."""
        self.pointers.drop()
        self._record(Drawing(ink))

    def open_aside(self, drawing: Drawing) -> None:
        """Show another drawing, with a history of its own, until :meth:`close_aside`."""
        self.pointers.drop()
        if self._put_by is None:
            self._put_by = self._history
        self._history = History(drawing)
        self._show_change()

    def close_aside(self) -> None:
        """Bring back the drawing, and all its steps, that were there before :meth:`open_aside`."""
        if self._put_by is not None:
            self.pointers.drop()
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

    def set_guide(self, guide: str) -> None:
        """Draw one of the settings' GUIDES on the paper."""
        if guide != self._guide:
            self._guide = guide
            self._repaint_all()

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

    def event(self, event: QEvent) -> bool:
        if self.pointers.handle(event):
            event.accept()
            return True
        return super().event(event)

    # What the pointers do

    def begin_stroke(self, position: QPointF, pressure: float, timestamp_ms: float) -> None:
        """Begin a stroke at a position in pixels of the widget."""
        self._points = []
        square = self.paper_rect()
        self._live = StrokePath(square.topLeft(), square.width())
        self._time_origin_ms = self._origin_for(timestamp_ms)
        if self.drawing.ink.is_empty:  # a hint or a picture gives way to the stroke
            self._repaint_all()
        self.add_point(position, pressure, timestamp_ms)
        self.stroke_started.emit()

    def add_point(self, position: QPointF, pressure: float, timestamp_ms: float) -> None:
        """Keep a point, wherever it lies, at the precision it came with."""
        if self._live is None:
            return
        x, y = self._to_canvas(position)
        point = Point(x, y, max(0.0, timestamp_ms - self._time_origin_ms), min(1.0, max(0.0, pressure)))
        self._points.append(point)
        self.update(self._live.add(point).toAlignedRect())

    def finish_stroke(self) -> None:
        """Add the stroke to the ink."""
        if self._live is None:
            return
        ink = self.drawing.ink.with_stroke(Stroke(tuple(self._points)))
        self._paint_on_layer(self._live)
        self._live, self._points = None, []
        self._finished = Drawing(ink)
        self._history.record(self._finished)
        self.update()
        self.ink_changed.emit(ink)

    def begin_erasing(self, position: QPointF) -> None:
        """Set an eraser down at a position in pixels of the widget; all it takes until it is lifted is one step."""
        self._has_erased = False
        self._eraser_place = self._to_canvas(position)
        self.erase_to(position)

    def erase_to(self, position: QPointF) -> None:
        """Take every stroke that the eraser meets on its way."""
        before, self._eraser_place = self._eraser_place, self._to_canvas(position)
        touched = touched_strokes(self.ink, before, self._eraser_place, reach=ERASER_RADIUS + PEN_WIDTH / 2)
        if not touched:
            return
        step = self._history.amend if self._has_erased else self._history.record
        step(Drawing(without_strokes(self.ink, touched)))
        self._has_erased = True
        self._show_change()

    def finish_erasing(self) -> None:
        """Lift the eraser."""
        self._finished = self.drawing if self._has_erased else None
        self._has_erased = False

    def drop(self) -> None:
        """Forget the stroke in progress, or bring back what is being erased."""
        if self._live is not None:
            self._live, self._points = None, []
            self._repaint_all()
        elif self._has_erased:
            self._has_erased = False
            self._history.retract()
            self._show_change()

    def take_back(self) -> None:
        """Forget the stroke or sweep finished last, unless the drawing has changed since."""
        if self.drawing is self._finished:
            self._finished = None
            self._history.retract()
            self._show_change()

    def _to_canvas(self, position: QPointF) -> Place:
        square = self.paper_rect()
        at = (position - square.topLeft()) / square.width()
        return at.x(), at.y()

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
        self._refresh_cursor()
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

    @Slot()
    def _refresh_cursor(self) -> None:
        pointers = self.pointers
        if pointers.has_eraser or pointers.is_erasing:
            diameter = 2 * ERASER_RADIUS * self.paper_rect().width()
            self.setCursor(eraser_cursor(diameter, self.devicePixelRatioF()))
        elif pointers.contact is Contact.OPEN_CLICK:
            self.setCursor(drawing_cursor(self.devicePixelRatioF()))
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)

    def _border_pen(self) -> QPen:
        palette = self.palette()
        if self._is_drop_target:
            return QPen(palette.color(QPalette.ColorRole.Accent), 3)
        if self.hasFocus():
            return QPen(palette.color(QPalette.ColorRole.Accent), 2)
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
        picture = self.drawing.picture if self._live is None else None
        paper.paint_paper(painter, square, guide=self._guide if picture is None else "none")
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
