"""Unexpected errors: into the log, and once before the user's eyes. The ink survives them."""

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, Slot, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from hccr_desktop.gui.crash_report import CrashReports, LogTail
from hccr_desktop.gui.report_saving import ReportSaving

logger = logging.getLogger(__name__)
qt_logger = logging.getLogger("qt")

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def bridge_qt_messages() -> None:
    """Send what Qt has to say into the log."""
    qInstallMessageHandler(log_qt_message)


def log_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Write one message of Qt's into the log."""
    log_message(kind, context.category, message)


def log_message(kind: QtMsgType, category: str | None, message: str) -> None:
    """Write a message of a category into the log; for one of Qt's whose context is no more."""
    qt_logger.log(_LEVELS.get(kind, logging.WARNING), "%s: %s", category or "default", message)


class ErrorReporter(QObject):
    """Takes over ``sys.excepthook`` and ``threading.excepthook``. Make it in the GUI thread, and keep it.

    Args:
        parent: owner.
        reports: makes of the traceback what the user can send.
    """

    _reported = Signal(str)

    def __init__(self, parent: QObject | None = None, reports: CrashReports | None = None) -> None:
        super().__init__(parent)
        self._reports = reports or CrashReports(LogTail())
        self._report = ""
        self._box: QMessageBox | None = None
        # Queued: the error may be another thread's, or one of a painting in progress.
        self._reported.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Report every exception that nothing catches."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        logger.critical("unexpected error", exc_info=(kind, error, trace))
        self._reported.emit("".join(traceback.format_exception(kind, error, trace)))

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_exception(args.exc_type, args.exc_value, args.exc_traceback)

    @Slot(str)
    def _show(self, trace: str) -> None:
        """Show the first one only: an error in painting would come back with every frame."""
        if self._box is not None:
            return
        self._report = self._reports.report(trace)
        box = self._box = QMessageBox(QApplication.activeWindow())  # kept: there may be no window to own it
        box.setObjectName("error_box")
        box.setIcon(QMessageBox.Icon.Critical)
        box.setWindowTitle(self.tr("Unexpected error"))
        box.setText(self.tr("Something went wrong in the program. Your drawing is still there."))
        box.setInformativeText(
            self.tr("If you report this, please send the details with it; they hold no drawing and no text of yours.")
        )
        box.setDetailedText(self._report)
        copy = box.addButton(self.tr("Copy details"), QMessageBox.ButtonRole.ActionRole)
        copy.clicked.disconnect()  # the box would close, and the other button is wanted too
        copy.clicked.connect(self._copy)
        save = box.addButton(self.tr("Save report…"), QMessageBox.ButtonRole.ActionRole)
        save.clicked.disconnect()
        save.clicked.connect(self._save)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Close))
        box.open()

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)

    @Slot()
    def _save(self) -> None:
        if self._box is not None:
            ReportSaving(self._box).ask(self._report)
