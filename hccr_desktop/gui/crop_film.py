"""The picture as it was, with a frame around the part that is looked at."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen

from hccr_desktop.domain.box import Box
from hccr_desktop.gui.box_film import BOX_COLOR
from hccr_desktop.gui.canvas_film import ARROWS, GRIP_PX, CanvasFilm
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.paper import PAPER_COLOR, outline
from hccr_desktop.gui.qt_images import to_qimage
from hccr_desktop.gui.rectangle_drag import Edges, cursor_of, dragged, edges_at
from hccr_desktop.imaging.types import PageImage

SMALLEST_SIDE_PX = 12
"""Of the frame, in pixels of the picture."""


class CropFilm(CanvasFilm):
    """A frame that is dragged by its edges, its corners or its middle, or moved and resized with arrows."""

    crop_changed = Signal(object, bool)
    """Box in pixels of the picture; whether a new drag or key began with it."""
    finished = Signal()
    """Enter or Esc: the frame is as wanted."""

    def __init__(self, canvas: InkCanvas) -> None:
        super().__init__(canvas)
        self._original: PageImage | None = None
        self._image = QImage()
        self._crop = Box(0, 0, 1, 1)
        self._pressed_at: QPointF | None = None
        self._edges = Edges(0)
        self._before = QRectF()
        self._is_begun = False
        self.setObjectName("crop_film")

    @property
    def crop(self) -> Box:
        """The frame, in pixels of the picture."""
        return self._crop

    def show_crop(self, original: PageImage, size: tuple[int, int], crop: Box | None) -> None:
        """Show a picture and its frame.

        Args:
            original: (height, width) uint8, the picture at any scale.
            size: its full width and height in pixels, which the frame counts in.
            crop: the frame; None for all of the picture.
        """
        if original is not self._original:
            self._original, self._image = original, to_qimage(original)
        if self._pressed_at is None:  # or a late answer would tear the frame from the pointer
            self._crop = crop or Box(0, 0, *size)
        self.lie_down(size)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = event.position()
        self._edges = edges_at(self.to_widget(self._crop), at, GRIP_PX)
        self._before = self.to_widget(self._crop)
        self._pressed_at, self._is_begun = at, False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed_at is None:
            self.setCursor(cursor_of(edges_at(self.to_widget(self._crop), at, GRIP_PX)))
            return
        least = SMALLEST_SIDE_PX * self.scale()
        if self._edges:
            rect = dragged(self._before, self._edges, at - self._pressed_at, self.place(), least=least)
        else:  # a new frame from where the picture was pressed
            rect = QRectF(self._pressed_at, at).normalized().intersected(self.place())
            if min(rect.width(), rect.height()) < least:
                return
        self._change(self.to_box(rect), is_new=not self._is_begun)
        self._is_begun = True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_for_frame(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finished.emit()
        elif key in ARROWS:
            by, crop = self.step(key), self._crop
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                made = Box(crop.left, crop.top, crop.width + round(by.x()), crop.height + round(by.y()))
            else:
                made = Box(crop.left + round(by.x()), crop.top + round(by.y()), crop.width, crop.height)
            self._change(made, is_new=not event.isAutoRepeat())
        else:
            super().keyPressEvent(event)

    def _change(self, crop: Box, *, is_new: bool) -> None:
        width = min(self._size[0], max(SMALLEST_SIDE_PX, crop.width))
        height = min(self._size[1], max(SMALLEST_SIDE_PX, crop.height))
        left = min(max(0, crop.left), self._size[0] - width)
        top = min(max(0, crop.top), self._size[1] - height)
        made = Box(left, top, width, height)
        if made != self._crop:
            self._crop = made
            self.update()
            self.crop_changed.emit(made, is_new)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        square = self._canvas.paper_rect()
        painter.fillPath(outline(square), PAPER_COLOR)
        painter.drawImage(self.place(), self._image)
        frame = self.to_widget(self._crop)
        outside = QPainterPath()
        outside.addRect(self.place())
        inside = QPainterPath()
        inside.addRect(frame)
        painter.fillPath(outside.subtracted(inside), QColor(0, 0, 0, 120))
        painter.setPen(QPen(PAPER_COLOR, 4))
        painter.drawRect(frame)
        painter.setPen(QPen(BOX_COLOR, 2))
        painter.drawRect(frame)
        painter.setBrush(PAPER_COLOR)
        middle = frame.center()
        for x in (frame.left(), middle.x(), frame.right()):
            for y in (frame.top(), middle.y(), frame.bottom()):
                if (x, y) != (middle.x(), middle.y()):
                    painter.drawRect(QRectF(x - 4, y - 4, 8, 8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(BOX_COLOR if self.hasFocus() else QColor(0x9E, 0x97, 0x8A), 2))
        painter.drawPath(outline(square))
        painter.end()


def _is_for_frame(event: QKeyEvent) -> bool:
    if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return not event.modifiers() & Qt.KeyboardModifier.ControlModifier
    return event.key() in ARROWS
