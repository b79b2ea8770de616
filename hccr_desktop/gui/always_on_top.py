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
        window, flag = self._window, Qt.WindowType.WindowStaysOnTopHint
        handle = window.windowHandle()
        if handle is None:  # not shown yet
            window.setWindowFlag(flag, is_on)
            return
        # QWidget.setWindowFlag() would make another window: on X11 Qt then took none for the active one, measured with
        # Openbox, so that the focus was gone.
        window.overrideWindowFlags(window.windowFlags() | flag if is_on else window.windowFlags() & ~flag)
        handle.setFlag(flag, is_on)

    @Slot()
    def translate(self) -> None:
        """Say why it cannot be had, where that is so."""
        self._action.setEnabled(self.is_possible)
        if not self.is_possible:
            tip = self.tr("Wayland leaves this to the desktop: look for it in the menu of the window's title bar")
            self._action.setToolTip(tip)

    def _is_on(self) -> bool:
        return bool(self._window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint)
