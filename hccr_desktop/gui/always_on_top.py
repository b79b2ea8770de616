"""Keeps the window above others, where the desktop allows a program to ask for that."""

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QWidget


class AlwaysOnTop(QObject):
    """Does what its action says.

    Args:
        action: checkable; disabled, with the reason in its tip, where the desktop does not allow it.
        window: to keep on top.
    """

    def __init__(self, action: QAction, window: QWidget) -> None:
        super().__init__(window)
        self._action = action
        self._window = window
        self.translate()

    @property
    def is_possible(self) -> bool:
        """A Wayland compositor leaves the stacking of windows to its user."""
        return not QGuiApplication.platformName().startswith("wayland")

    @Slot(bool)
    def set_on(self, is_on: bool) -> None:
        """Keep the window above others, or not."""
        if not self.is_possible or is_on == self._is_on():
            return
        was_visible, place = self._window.isVisible(), self._window.geometry()
        self._window.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, is_on)  # which hides it
        if was_visible:
            self._window.setGeometry(place)
            self._window.show()

    @Slot()
    def translate(self) -> None:
        """Say why it cannot be had, where that is so."""
        self._action.setEnabled(self.is_possible)
        if not self.is_possible:
            tip = self.tr("Wayland leaves this to the desktop: look for it in the menu of the window's title bar")
            self._action.setToolTip(tip)

    def _is_on(self) -> bool:
        return bool(self._window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint)
