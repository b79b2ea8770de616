"""Saving the report of an error where the user wants it."""

from pathlib import Path

from PySide6.QtCore import QObject, QSaveFile, QStandardPaths, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.crash_report import report_name
from hccr_desktop.gui.problem_box import show_problem


class ReportSaving(QObject):
    """Asks for a file, and writes the report.

    Args:
        parent: under the dialog.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._report = ""

    def ask(self, report: str) -> None:
        """Let the user choose where a report goes."""
        self._report = report
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._window, self.tr("Save report"), documents)
        dialog.setObjectName("report_dialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Text (*.txt)")])
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(report_name())
        dialog.fileSelected.connect(self._on_selected)
        dialog.open()

    @Slot(str)
    def _on_selected(self, name: str) -> None:
        try:
            save_report(self._report, Path(name))
        except HccrError as error:
            show_problem(self._window, self.tr("The report cannot be saved"), error)


def save_report(report: str, path: Path) -> None:
    """Write a report; an older file of that name stays if that fails.

    Raises:
        HccrError: the file cannot be written.
    """
    content = report.encode()
    file = QSaveFile(str(path))
    is_open = file.open(QSaveFile.OpenModeFlag.WriteOnly)
    if not (is_open and file.write(content) == len(content) and file.commit()):
        raise HccrError("{name} cannot be saved: {reason}.", name=path.name, reason=file.errorString())
