"""The boxes of a page over its picture: selected, moved, resized and drawn with pointer and keys."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen

from hccr_desktop.domain.box import Box
from hccr_desktop.gui.canvas_film import ARROWS, GRIP_PX, CanvasFilm
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.paper import HINT_COLOR, PAPER_COLOR
from hccr_desktop.gui.rectangle_drag import ALL, Edges, cursor_of, dragged, edges_at
from hccr_desktop.gui.sheet import Mark

DRAG_PX: Final = 4.0
"""A press that moves less than this is a click."""

BOX_COLOR: Final = QColor(0x22, 0x69, 0x7A)
"""The accent of the light theme: paper is light in every theme. 6.3 : 1 against it."""
UNSURE_COLOR: Final = QColor(0xA8, 0x4A, 0x1E)
"""5.6 : 1 against the paper; the line is broken too."""

_LEAST_LABEL_PX: Final = 26.0
"""Boxes lower than this have no character at their side: it would hide its neighbors."""


class BoxFilm(CanvasFilm):
    """Shows marks and tells what the user does to them. Holds no truth of its own but the drag in progress."""

    selected = Signal(object)
    """Tuple of the places of the marks that are selected from now on, the one gone to last."""
    box_changed = Signal(int, object)
    """Place of a mark, and the Box it is to have."""
    box_drawn = Signal(object)
    """Box of a new mark."""

    def __init__(self, canvas: InkCanvas) -> None:
        super().__init__(canvas)
        self._marks: tuple[Mark, ...] = ()
        self._selection: tuple[int, ...] = ()
        self._family = ""
        self._pressed_at: QPointF | None = None
        self._held: tuple[int, Edges] | None = None
        self._live: QRectF | None = None
        self.setObjectName("box_film")

    @property
    def selection(self) -> tuple[int, ...]:
        """Places of the selected marks, the current one last."""
        return self._selection

    @property
    def is_dragging(self) -> bool:
        """A drag is in progress."""
        return self._live is not None

    def set_character_family(self, family: str) -> None:
        """Font family of the characters; empty is the widget's own."""
        self._family = family
        self.update()

    def show_marks(self, marks: Sequence[Mark], size: tuple[int, int], selection: tuple[int, ...]) -> None:
        """Show marks.

        Args:
            marks: their boxes count in pixels of the page.
            size: width and height of the page in pixels.
            selection: places of those that are selected, the current one last.
        """
        self._marks = tuple(marks)
        self._selection = selection
        self.lie_down(size)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        at = event.position()
        place, edges = self._under(at)
        self._pressed_at, self._live = at, None
        self._held = None if place is None else (place, edges)
        if place is None:
            return
        if event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            others = tuple(other for other in self._selection if other != place)
            is_off = place in self._selection and others
            self._held = None
            self.selected.emit(others if is_off else (*others, place))
        elif place not in self._selection or len(self._selection) > 1:
            self.selected.emit((place,))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self.setCursor(cursor_of(self._under(at)[1]))
            return
        by = at - self._pressed_at
        if self._live is None and by.manhattanLength() < DRAG_PX:
            return
        if self._held is not None:
            place, edges = self._held
            least = max(4.0, 6 * self.scale())
            self._live = dragged(self.to_widget(self._marks[place].box), edges, by, self.place(), least=least)
        elif not event.modifiers():
            self._live = QRectF(self._pressed_at, at).normalized().intersected(self.place())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseReleaseEvent(event)
            return
        live, held = self._live, self._held
        self._pressed_at = self._live = self._held = None
        self.update()
        if live is None or live.isEmpty():
            return
        if held is not None:
            self.box_changed.emit(held[0], self.to_box(live))
        elif min(live.width(), live.height()) >= 2 * DRAG_PX:
            self.box_drawn.emit(self.to_box(live))

    def event(self, event: QEvent) -> bool:
        # Moving and resizing come before the window's shortcuts of the same arrows.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_for_box(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._live is not None:
            self._pressed_at = self._live = self._held = None
            self.update()
        elif self._is_for_box(event):
            place = self._selection[-1]
            by = self.step(event.key())
            box = self._marks[place].box
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                changed = Box(box.left, box.top, max(1, box.width + round(by.x())), max(1, box.height + round(by.y())))
            else:
                changed = Box(box.left + round(by.x()), box.top + round(by.y()), box.width, box.height)
            self.box_changed.emit(place, changed)
        else:
            super().keyPressEvent(event)

    def _is_for_box(self, event: QKeyEvent) -> bool:
        if self._live is not None and event.key() == Qt.Key.Key_Escape:
            return True
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        is_held = held in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
        return is_held and event.key() in ARROWS and bool(self._selection)

    def _under(self, at: QPointF) -> tuple[int | None, Edges]:
        """The mark a press takes hold of: the current one before the others, the smallest before the larger."""
        if self._selection:
            edges = edges_at(self.to_widget(self._marks[self._selection[-1]].box), at, GRIP_PX)
            if edges:
                return self._selection[-1], edges
        found = [place for place, mark in enumerate(self._marks) if self.to_widget(mark.box).contains(at)]
        if not found:
            return None, Edges(0)
        return min(found, key=lambda place: self._marks[place].box.width * self._marks[place].box.height), ALL

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = self._selection[-1] if self._selection else -1
        for place, mark in enumerate(self._marks):
            rect = self.to_widget(mark.box)
            if self._live is not None and self._held is not None and place == self._held[0]:
                rect = self._live
            self._paint_box(painter, rect, mark, is_selected=place in self._selection, is_current=place == current)
        for place, mark in enumerate(self._marks):
            self._paint_label(painter, self.to_widget(mark.box), mark, is_current=place == current)
        if self._live is not None and self._held is None:
            painter.setPen(QPen(BOX_COLOR, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._live)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._canvas.paper_rect().adjusted(1, 1, -1, -1), 12, 12)
        painter.end()

    def _paint_box(self, painter: QPainter, rect: QRectF, mark: Mark, *, is_selected: bool, is_current: bool) -> None:
        is_unsure = mark.is_looked_at and (not mark.is_sure or not mark.text) and not mark.character
        color = QColor(UNSURE_COLOR if is_unsure else BOX_COLOR)
        pen = QPen(color, 2.5 if is_current else 1.5 if is_selected else 1)
        if is_unsure:
            pen.setDashPattern([4, 3])
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        tint = QColor(color)
        tint.setAlphaF(0.18 if is_current else 0.12 if is_selected else 0.0)
        painter.setPen(pen)
        is_tinted = is_selected and self._canvas.heat_map is None  # its colors mean something
        painter.setBrush(tint if is_tinted else Qt.BrushStyle.NoBrush)
        painter.drawRect(rect)
        if not is_current or min(rect.width(), rect.height()) < 24:
            return
        painter.setPen(QPen(color, 1))
        painter.setBrush(PAPER_COLOR)
        for corner in (rect.topLeft(), rect.topRight(), rect.bottomLeft(), rect.bottomRight()):
            painter.drawRect(QRectF(corner.x() - 3, corner.y() - 3, 6, 6))

    def _paint_label(self, painter: QPainter, rect: QRectF, mark: Mark, *, is_current: bool) -> None:
        """What the mark counts as, on its upper edge."""
        if not mark.text or (rect.height() < _LEAST_LABEL_PX and not is_current):
            return
        side = min(max(13.0, rect.height() * 0.3), 24.0)
        font = QFont(self.font())
        if self._family:
            font.setFamilies([self._family, font.family()])
        font.setPixelSize(round(side * 0.85))
        label = QRectF(rect.left() - side * 0.3, rect.top() - side * 0.75, side * 1.15, side * 1.1)
        paper = self._canvas.paper_rect()
        label.moveTop(max(label.top(), paper.top() + 1))
        label.moveLeft(max(label.left(), paper.left() + 1))
        patch = QColor(BOX_COLOR if is_current else PAPER_COLOR)
        patch.setAlphaF(1.0 if is_current else 0.92)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(patch)
        painter.drawRoundedRect(label, 3, 3)
        painter.setFont(font)
        painter.setPen(PAPER_COLOR if is_current else BOX_COLOR if mark.is_sure or mark.character else HINT_COLOR)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, mark.text)
