"""Shows on a card that the widget within it has the keyboard."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QWidget

PROPERTY = "holds_focus"
"""The style sheet colors the border of a card with it."""


class FocusFrame(QObject):
    """Keeps a card's border in step with the focus of the widget within.

    Args:
        card: styled by the style sheet.
        inner: takes the focus.
    """

    def __init__(self, card: QFrame, inner: QWidget) -> None:
        super().__init__(card)
        self._card = card
        inner.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._card.setProperty(PROPERTY, event.type() == QEvent.Type.FocusIn)
            self._card.style().unpolish(self._card)
            self._card.style().polish(self._card)
        return super().eventFilter(watched, event)
