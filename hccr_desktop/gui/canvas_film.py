"""What lies over the canvas and takes its pointer and keys while a picture is worked on."""

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt
from PySide6.QtWidgets import QWidget

from hccr_desktop.domain.box import Box
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.paper import fitted

GRIP_PX: Final = 8.0
"""How near to an edge a press takes hold of it. Taste: a finger needs more, and moves the whole box then."""

ARROWS: Final = {
    int(Qt.Key.Key_Left): (-1, 0),
    int(Qt.Key.Key_Right): (1, 0),
    int(Qt.Key.Key_Up): (0, -1),
    int(Qt.Key.Key_Down): (0, 1),
}


class CanvasFilm(QWidget):
    """A sibling of the canvas of the same size, so that no pen or finger reaches the paper through it.

    Args:
        canvas: what it lies over.
    """

    def __init__(self, canvas: InkCanvas) -> None:
        super().__init__(canvas.parentWidget())
        self._canvas = canvas
        self._size = (1, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        canvas.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._canvas and event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self.setGeometry(self._canvas.geometry())
        return super().eventFilter(watched, event)

    def lie_down(self, size: tuple[int, int]) -> None:
        """Be there, over something of a size in pixels."""
        self._size = size
        if self.isHidden():
            self.setGeometry(self._canvas.geometry())
            had_focus = self._canvas.hasFocus()
            self._canvas.setFocusProxy(self)  # who sends the keyboard back to the pad means what is seen there
            self.show()
            self.raise_()
            if had_focus:
                self.setFocus()
        self.update()

    def lift(self) -> None:
        """Be there no more."""
        if self.isHidden():
            return
        had_focus = self.hasFocus()
        if self._canvas.focusProxy() is self:
            self._canvas.setFocusProxy(None)  # type: ignore[arg-type]  # Qt takes none, the stub does not
        self.hide()
        if had_focus:
            self._canvas.setFocus()

    # Pixels of the picture and of the widget

    def place(self) -> QRectF:
        """Where the picture lies, in pixels of the widget."""
        return fitted(self._canvas.paper_rect(), *self._size)

    def scale(self) -> float:
        """Pixels of the widget for one of the picture."""
        return self.place().width() / self._size[0]

    def to_widget(self, box: Box) -> QRectF:
        """A box in pixels of the widget."""
        place, scale = self.place(), self.scale()
        return QRectF(
            place.left() + box.left * scale, place.top() + box.top * scale, box.width * scale, box.height * scale
        )

    def to_box(self, rect: QRectF) -> Box:
        """A rectangle of the widget in whole pixels of the picture, at least one."""
        place, scale = self.place(), self.scale()
        left, top = round((rect.left() - place.left()) / scale), round((rect.top() - place.top()) / scale)
        right, bottom = round((rect.right() - place.left()) / scale), round((rect.bottom() - place.top()) / scale)
        return Box(left, top, max(1, right - left), max(1, bottom - top))

    def step(self, key: int) -> QPointF:
        """How far an arrow key goes, in pixels of the picture: a hundredth of its longer side."""
        across, down = ARROWS[key]
        length = max(1, round(max(self._size) / 100))
        return QPointF(across * length, down * length)
