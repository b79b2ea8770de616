"""A tool bar that leaves out the texts of its buttons where there is no room for them."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QToolBar, QWidget

_WITH_TEXT = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
_WITHOUT_TEXT = Qt.ToolButtonStyle.ToolButtonIconOnly


class ToolBar(QToolBar):
    """Icons with text beside them, or alone: in a narrow window, or with large text, no verb falls off the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_fitting = False
        self._fitted: tuple[object, ...] = ()
        self.setToolButtonStyle(_WITH_TEXT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fitted = ()
            self._fit()
        elif event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return handled

    def _fit(self) -> None:
        if self._is_fitting or not self.isVisible():
            return
        # Fitting asks for a new layout itself: without a look at what it depends on, it would never come to rest.
        texts = ((action.text(), action.isVisible()) for action in self.actions())
        state = (self.width(), self.iconSize().width(), self.font().key(), *texts)
        if state == self._fitted:
            return
        self._fitted = state
        self._is_fitting = True
        # How wide the texts are, only a layout with them can say. Nothing is painted in between.
        self.setToolButtonStyle(_WITH_TEXT)
        layout = self.layout()
        if layout is not None:
            layout.invalidate()
        if self.sizeHint().width() > self.width():
            self.setToolButtonStyle(_WITHOUT_TEXT)
        self._is_fitting = False
