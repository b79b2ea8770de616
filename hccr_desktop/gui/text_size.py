"""The size of all text, which can be changed while the window is open."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication


class TextSize(QObject):
    """Enlarges the application's font. Widgets take their other sizes from it.

    Args:
        application: gets the font.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._font = application.font()

    @Slot(int)
    def use(self, percent: int) -> None:
        """Change to a size in percent of the system's."""
        font = self._application.font()
        font.setPointSizeF(self._font.pointSizeF() * percent / 100)
        if font == self._application.font():
            return
        # A style sheet works out its em when it is set, and keeps to it.
        sheet = self._application.styleSheet()
        self._application.setStyleSheet("")
        self._application.setFont(font)
        self._application.setStyleSheet(sheet)
