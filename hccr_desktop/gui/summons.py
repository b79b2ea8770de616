"""Does what another start of the program asks of the window that is open."""

import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QApplication, QDialog

from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.single_instance import Request

TOKEN_VARIABLE: Final = "XDG_ACTIVATION_TOKEN"
"""Qt reads it when a window is activated, and Wayland lets no window to the front without."""


class Summons(QObject):
    """Shows, hides, and opens.

    Args:
        window: what there is to show.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    @Slot(object)
    def answer(self, request: Request) -> None:
        """Hide the window where that was asked for and it is in front; else bring it there, and open the picture."""
        if request.is_toggle and not request.picture and self._can_hide():
            self._window.hide()
            return
        if request.activation_token:
            os.environ[TOKEN_VARIABLE] = request.activation_token
        window = self._window
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        if request.picture:
            window.open_picture(Path(request.picture))

    def _can_hide(self) -> bool:
        """It is in front, and no dialog is left behind."""
        has_dialog = any(dialog.isVisible() for dialog in self._window.findChildren(QDialog))
        return self._window.isVisible() and QApplication.activeWindow() is self._window and not has_dialog
