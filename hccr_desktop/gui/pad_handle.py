"""The handle between canvas and candidates."""

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QCursor, QEnterEvent, QMouseEvent, QMoveEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

_GRIP_WIDTH_PX: Final = 4.0
_GRIP_LINES: Final = 2.2
"""Length of the grip in heights of a line of text."""


class PadHandle(QWidget):
    """Dragged with the left button; a double click sets it back."""

    dragged = Signal(int)
    """Where the pointer is, in pixels from the left of the parent."""
    dropped = Signal()
    """The handle was let go after it had been dragged."""
    reset = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pad_handle")
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self._grabbed_at: QPoint | None = None
        self._was_dragged = False
        self._is_hovered = False
        self._translate()

    def _translate(self) -> None:
        self.setToolTip(self.tr("Drag to resize the canvas; a double click makes it as large as can be"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._translate()

    def sizeHint(self) -> QSize:
        return QSize(14, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            # From the middle, which is what the parent is told of.
            self._grabbed_at = event.position().toPoint() - self.rect().center()
            self._was_dragged = False
            self.update()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed_at is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._was_dragged = True
            self.dragged.emit(self.mapToParent(event.position().toPoint() - self._grabbed_at).x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed_at is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grabbed_at = None
            self.update()
            if self._was_dragged:
                self.dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset.emit()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        # It has gone from below the pointer, which Qt tells of with the pointer's next movement only.
        self._is_hovered = self.rect().contains(self.mapFromGlobal(QCursor.pos()))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._is_hovered = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._is_hovered = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        is_active = self._is_hovered or self._grabbed_at is not None
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Accent if is_active else QPalette.ColorRole.Mid))
        grip = QRectF(0, 0, _GRIP_WIDTH_PX, self.fontMetrics().height() * _GRIP_LINES)
        grip.moveCenter(QRectF(self.rect()).center())
        painter.drawRoundedRect(grip, _GRIP_WIDTH_PX / 2, _GRIP_WIDTH_PX / 2)
        painter.end()
