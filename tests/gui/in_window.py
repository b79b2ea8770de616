"""What a test does in the window, and what it sees there."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.main_window import MainWindow
from tests.gui.drawing import SLANT, draw_stroke


def draw(window: MainWindow, qtbot: QtBot) -> None:
    """Draw one stroke and wait for its candidates."""
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)


def shown(window: MainWindow) -> str:
    """The characters of all candidates, best first."""
    return "".join(candidate.character for candidate in window.candidates.candidates)


def clipboard() -> str:
    """The text on the clipboard."""
    return QGuiApplication.clipboard().text()


def press(
    window: MainWindow, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key where the keyboard is."""
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def problem_text(window: MainWindow) -> str:
    """The text of the problem dialog, which is then closed."""
    box = window.findChild(QMessageBox, "problem_box")
    assert box is not None
    text = box.text()
    box.close()
    return text
