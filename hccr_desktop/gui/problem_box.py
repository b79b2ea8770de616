"""A dialog for a failure of what the user just asked for."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.sentences import translated


def show_problem(parent: QWidget, title: str, error: HccrError) -> QMessageBox:
    """Show one sentence over a window, without a nested event loop; details, if any, behind a button."""
    sentence = translated(error.message)
    box = QMessageBox(QMessageBox.Icon.Warning, title, sentence, QMessageBox.StandardButton.Ok, parent)
    box.setObjectName("problem_box")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)  # a file may be called <b>
    if error.detail:
        box.setDetailedText(error.detail)
    box.open()
    return box
