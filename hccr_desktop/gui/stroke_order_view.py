"""Two small sheets of paper for the details: how a character is written, and how the user wrote it."""

from typing import Final

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
    QShowEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.settings import GUIDES
from hccr_desktop.gui import paper
from hccr_desktop.gui.stroke_painter import INK_COLOR, StrokePath
from hccr_desktop.lexicon.stroke_order import StrokeOrder, StrokeShape
from hccr_desktop.lexicon.stroke_progress import partial_median, pen_travel, stroke_progress

SIDES_PER_SECOND: Final = 1.6
"""Speed of the pen in sides of the square. Taste: 鲍 takes five seconds, as a careful hand does."""

FRAME_MS: Final = 33

_NOT_WRITTEN: Final = QColor(0x8A, 0x84, 0x78, 70)
"""Strokes to come, on the paper, whose colors are the same in every theme."""

_MEDIAN_WIDTH: Final = 0.2
"""Canvas units. The pen in work, cut to the stroke's outline: wider than any stroke."""

_FIT: Final = 0.9
"""Part of the sheet that the user's ink may fill."""


class Sheet(QWidget):
    """A small square of paper with a guide; empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._guide = GUIDES[0]
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_guide(self, guide: str) -> None:
        """Draw one of the settings' GUIDES on the paper."""
        if guide != self._guide:
            self._guide = guide
            self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width

    def sizeHint(self) -> QSize:
        return QSize(130, 130)

    def minimumSizeHint(self) -> QSize:
        return QSize(90, 90)

    def paintEvent(self, event: QPaintEvent) -> None:
        side = min(self.width(), self.height())
        square = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        paper.paint_paper(painter, square, guide=self._guide)
        painter.save()
        painter.setClipPath(paper.outline(square), Qt.ClipOperation.IntersectClip)
        self.paint_content(painter, square)
        painter.restore()
        role = QPalette.ColorRole.Accent if self.hasFocus() else QPalette.ColorRole.Mid
        paper.paint_border(painter, square, QPen(self.palette().color(role), 1))
        painter.end()

    def paint_content(self, painter: QPainter, square: QRectF) -> None:
        """What is on the sheet."""


class InkSheet(Sheet):
    """The user's ink, as large as the sheet allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ink_sheet")
        self._ink = Ink()

    @property
    def ink(self) -> Ink:
        """What is shown."""
        return self._ink

    def show_ink(self, ink: Ink) -> None:
        """Show ink of any size."""
        if ink is not self._ink:
            self._ink = ink
            self.update()

    def paint_content(self, painter: QPainter, square: QRectF) -> None:
        bounds = self._ink.bounds()
        if bounds is None:
            return
        # A tap or a short line is not to be blown up.
        scale = min(_FIT / max(bounds.width, bounds.height, 0.3), 2.0) * square.width()
        middle = QPointF((bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2)
        origin = square.center() - middle * scale
        for stroke in self._ink.strokes:
            StrokePath.of(stroke.points, origin, scale).paint(painter, square)


class StrokeOrderView(Sheet):
    """Writes a character stroke by stroke, once; a click or the space bar writes it again.

    Without animation nothing moves by itself: the character is complete, and each click or space bar shows one stroke
    more, from the first on.
    """

    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stroke_order")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._order: StrokeOrder | None = None
        self._outlines: list[QPainterPath] = []
        self._fraction = 1.0
        self._is_animated = True
        self._shown_count: int | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._advance)

    @property
    def is_playing(self) -> bool:
        """A character is being written, so that the timer runs."""
        return self._timer.isActive()

    def set_animated(self, is_animated: bool) -> None:
        """Whether the character is written by itself; a writing in progress ends at once where not."""
        self._is_animated = is_animated
        if not is_animated and self.is_playing:
            self.show_moment(1.0)

    @property
    def order(self) -> StrokeOrder | None:
        """What is shown."""
        return self._order

    def show_order(self, order: StrokeOrder | None) -> None:
        """Write another character; None empties the sheet."""
        self._order = order
        self._outlines = [] if order is None else [_outline(stroke) for stroke in order.strokes]
        self.play()

    @Slot()
    def play(self) -> None:
        """Write the character from its beginning; at once to the end where nobody sees it."""
        self._timer.stop()
        self._fraction = 1.0
        self._shown_count = None
        if self._order is not None and self._is_animated and self.isVisible():
            self._fraction = 0.0
            self._clock.start()
            self._timer.start()
        self.update()

    def _repeat(self) -> None:
        """Write it again, or where nothing moves by itself show one stroke more."""
        if self._is_animated or self._order is None:
            self.play()
            return
        following = (self._shown_count or 0) + 1
        self._shown_count = following if following < len(self._order.strokes) else None
        self.update()

    @Slot()
    def _advance(self) -> None:
        if self._order is None:
            self._timer.stop()
            return
        self.show_moment(self._clock.elapsed() / 1000 * SIDES_PER_SECOND / pen_travel(self._order))

    def show_moment(self, fraction: float) -> None:
        """Show what is written after a fraction of the time; at 1 the writing ends."""
        self._fraction = min(1.0, fraction)
        self.update()
        if self._fraction >= 1.0:
            self._timer.stop()
            self.finished.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.play()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._fraction = 1.0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._repeat()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._repeat()
        else:
            super().keyPressEvent(event)

    def paint_content(self, painter: QPainter, square: QRectF) -> None:
        if self._order is None:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        transform = QTransform.fromTranslate(square.left(), square.top()).scale(square.width(), square.height())
        outlines = [transform.map(outline) for outline in self._outlines]
        now = stroke_progress(self._order, self._fraction)
        complete = now.complete if self._shown_count is None else self._shown_count
        for number, outline in enumerate(outlines):
            painter.fillPath(outline, INK_COLOR if number < complete else _NOT_WRITTEN)
        if now.current > 0 and self._shown_count is None:
            way = partial_median(self._order.strokes[now.complete], now.current)
            painter.setClipPath(outlines[now.complete], Qt.ClipOperation.IntersectClip)
            pen = QPen(INK_COLOR, _MEDIAN_WIDTH * square.width())
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPolyline(transform.map(QPolygonF([QPointF(x, y) for x, y in way])))


def _outline(stroke: StrokeShape) -> QPainterPath:
    """An outline in canvas units."""
    path = QPainterPath()
    for command in stroke.outline:
        points = [QPointF(x, y) for x, y in command.points]
        if command.verb == "M":
            path.moveTo(points[0])
        elif command.verb == "L":
            path.lineTo(points[0])
        elif command.verb == "Q":
            path.quadTo(points[0], points[1])
        elif command.verb == "C":
            path.cubicTo(points[0], points[1], points[2])
        else:
            path.closeSubpath()
    path.setFillRule(Qt.FillRule.WindingFill)
    return path
