"""Taking a picture from the screen: every screen is frozen, and the user marks a part of one."""

import logging
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QScreen,
)
from PySide6.QtWidgets import QWidget

logger = logging.getLogger(__name__)

HIDE_MS: Final = 250
"""How long a desktop may fade our window out before the screen is taken. Measured nowhere: taste, on the safe side."""

SMALLEST_SIDE_PX: Final = 8
"""A part smaller than this is a click, which takes nothing."""

STEP_PX: Final = 20
_SHADE: Final = QColor(0, 0, 0, 110)


def can_grab() -> bool:
    """Whether this platform lets a program see the screen; Wayland does not."""
    return not QGuiApplication.platformName().startswith("wayland")


class ScreenGrab(QObject):
    """Hides the window, freezes the screens, and gives the part that is marked.

    Args:
        window: hidden meanwhile.
    """

    grabbed = Signal(object)
    """QImage: the part, in the screen's own pixels."""
    ended = Signal()
    """The window is back, with a picture or without."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shades: list[ScreenShade] = []
        self._was_maximized = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HIDE_MS)
        self._timer.timeout.connect(self._freeze)

    @property
    def shades(self) -> tuple["ScreenShade", ...]:
        """One for each screen, while a part is being marked."""
        return tuple(self._shades)

    @Slot()
    def start(self) -> None:
        """Let the user mark a part of a screen."""
        if self._timer.isActive() or self._shades:
            return
        self._geometry = self._window.geometry()
        self._window.hide()
        self._timer.start()

    @Slot()
    def _freeze(self) -> None:
        for screen in QGuiApplication.screens():
            # All of the screen, in its own pixels: on a screen at 200 % two for each of Qt's.
            shade = ScreenShade(screen.grabWindow(0), self.tr("Mark the character or the text. Esc cancels."))
            shade.marked.connect(self._on_marked)
            shade.cancelled.connect(self._end)
            self._shades.append(shade)
            shade.cover(screen)
        if self._shades:
            self._shades[0].activateWindow()

    @Slot(object)
    def _on_marked(self, image: QImage) -> None:
        self._end()
        self.grabbed.emit(image)

    @Slot()
    def _end(self) -> None:
        for shade in self._shades:
            shade.close()
            shade.deleteLater()
        self._shades = []
        self._window.show()
        if not self._window.isMaximized() and not self._window.isFullScreen():
            self._window.setGeometry(self._geometry)  # X11 forgets the place of a hidden window
        self._window.raise_()
        self._window.activateWindow()
        self.ended.emit()


class ScreenShade(QWidget):
    """A frozen screen on which a part is marked, with the pointer or with arrows and Enter.

    Args:
        frozen: what the screen showed.
        hint: one line that says what to do.
    """

    marked = Signal(object)
    """QImage: the part that was marked."""
    cancelled = Signal()

    def __init__(self, frozen: QPixmap, hint: str) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self._frozen = frozen
        self._hint = hint
        self._anchor: QPoint | None = None
        self._pointer: QPoint | None = None
        self.setObjectName("screen_shade")
        self.setWindowTitle(hint)
        self.setAccessibleName(hint)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def cover(self, screen: QScreen) -> None:
        """Lie over a screen."""
        self.setScreen(screen)
        self.setGeometry(screen.geometry())
        if QGuiApplication.platformName() == "xcb":
            # Past the window manager, which would keep clear of panels and may not place it on the right screen.
            self.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint)
        self.show()
        self.raise_()
        self.activateWindow()
        self.setFocus()

    @property
    def part(self) -> QRect:
        """What is marked, in pixels of the widget; empty for nothing."""
        if self._anchor is None or self._pointer is None:
            return QRect()
        return QRect(self._anchor, self._pointer).normalized()

    def cut(self, part: QRect) -> QImage:
        """A part of the frozen screen in the screen's own pixels."""
        across = self._frozen.width() / max(1, self.width())
        down = self._frozen.height() / max(1, self.height())
        left, top = round(part.left() * across), round(part.top() * down)
        size = QSize(round((part.right() + 1) * across) - left, round((part.bottom() + 1) * down) - top)
        image = self._frozen.copy(QRect(QPoint(left, top), size)).toImage()
        image.setDevicePixelRatio(1.0)
        return image

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._anchor = self._pointer = event.position().toPoint()
            self.update()
        else:
            self.cancelled.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and self._anchor is not None:
            self._pointer = event.position().toPoint()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._anchor is not None:
            self._pointer = event.position().toPoint()
            self._finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif key in _STEPS:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._step(_STEPS[Qt.Key(key)], 1 if fine else STEP_PX)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            if self._anchor is None:
                self._anchor = self._pointer = self._pointer or self.rect().center()
                self.update()
            else:
                self._finish()
        else:
            super().keyPressEvent(event)

    def _step(self, direction: tuple[int, int], length: int) -> None:
        at = (self._pointer or self.rect().center()) + QPoint(*direction) * length
        bounds = self.rect()
        self._pointer = QPoint(
            min(max(at.x(), bounds.left()), bounds.right()), min(max(at.y(), bounds.top()), bounds.bottom())
        )
        self.update()

    def _finish(self) -> None:
        part = self.part.intersected(self.rect())
        self._anchor = None
        if min(part.width(), part.height()) < SMALLEST_SIDE_PX:
            self.update()
            return
        self.marked.emit(self.cut(part))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(self.rect(), self._frozen)
        part = self.part
        shade: Callable[[QRect], None] = lambda rect: painter.fillRect(rect, _SHADE)  # noqa: E731
        if part.isEmpty():
            shade(self.rect())
        else:
            whole = self.rect()
            shade(QRect(whole.left(), whole.top(), whole.width(), part.top()))
            shade(QRect(whole.left(), part.bottom() + 1, whole.width(), whole.bottom() - part.bottom()))
            shade(QRect(whole.left(), part.top(), part.left(), part.height()))
            shade(QRect(part.right() + 1, part.top(), whole.right() - part.right(), part.height()))
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 2))
            painter.drawRect(part)
        if self._pointer is not None and self._anchor is None:  # the arrows' cross
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Accent), 1))
            painter.drawLine(self._pointer.x(), 0, self._pointer.x(), self.height())
            painter.drawLine(0, self._pointer.y(), self.width(), self._pointer.y())
        self._paint_hint(painter)

    def _paint_hint(self, painter: QPainter) -> None:
        metrics = QFontMetrics(self.font())
        unit = metrics.height()
        patch = QRect(0, 0, metrics.horizontalAdvance(self._hint) + 2 * unit, 2 * unit)
        patch.moveCenter(QPoint(self.rect().center().x(), 2 * unit))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.ToolTipBase))
        painter.drawRoundedRect(patch, unit / 2, unit / 2)
        painter.setPen(self.palette().color(QPalette.ColorRole.ToolTipText))
        painter.drawText(patch, Qt.AlignmentFlag.AlignCenter, self._hint)


_STEPS: Final = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
