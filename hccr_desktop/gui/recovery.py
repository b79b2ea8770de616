"""Sees that a crash loses nothing: keeps the drawing, saves all at once when something fails, and offers it again."""

import logging
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QBoxLayout

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.crash_report import CrashReports
from hccr_desktop.gui.drawing_backup import DrawingBackup, DrawingBackupError, LostDrawings
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.recovery_bar import RecoveryBar
from hccr_desktop.gui.report_saving import ReportSaving

logger = logging.getLogger(__name__)

_SECRET_WORD: Final = 4
"""Characters from which a word of the text is masked by itself; "in" and "for" are in every traceback."""


class Recovery(QObject):
    """Watches over a window.

    Args:
        window: gets a bar where there is something to offer.
        path: file of the drawing; see :class:`DrawingBackup`.
        reports: makes the report of a crash.
        notes: what a crash of the last run left; empty for none.
    """

    _text_wanted = Signal()

    def __init__(self, window: MainWindow, path: Path, *, reports: CrashReports, notes: str = "") -> None:
        super().__init__(window)
        self._window = window
        self._notes = notes
        self._reports = reports
        self._saving = ReportSaving(window)
        self.backup = DrawingBackup(path, self)
        self._lost = LostDrawings(path)
        self._offered: tuple[Path, Ink] | None = None
        middle = window.centralWidget()
        self.bar = RecoveryBar(middle)
        layout = None if middle is None else middle.layout()
        if isinstance(layout, QBoxLayout):
            layout.insertWidget(0, self.bar)
        self.bar.restore_wanted.connect(self.restore)
        self.bar.discard_wanted.connect(self.discard)
        self.bar.report_wanted.connect(self.save_report)
        window.canvas.ink_changed.connect(self._on_drawing_changed)
        window.canvas.picture_shown.connect(self._on_drawing_changed)
        self.backup.not_kept.connect(self._on_not_kept)
        self._text_wanted.connect(window.compose.save_if_changed, Qt.ConnectionType.QueuedConnection)
        reports.secrets = self._secrets
        self._rescue = _Rescue(self)
        logging.getLogger().addHandler(self._rescue)
        window.installEventFilter(self)
        try:
            self._lost.take_over()
        except DrawingBackupError as error:
            window.status.warn(error.message)
        self._offer()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            self.end()
        return super().eventFilter(watched, event)

    def end(self) -> None:
        """The window is closed as it should be: its drawing is let go."""
        logging.getLogger().removeHandler(self._rescue)
        self.backup.stop()

    def forget(self) -> None:
        """Delete the kept drawing and those that are offered, and write none until the canvas changes.

        Raises:
            DrawingBackupError: one cannot be deleted.
        """
        self.backup.forget()
        self._offered = None
        self.bar.offer(None, has_crashed=bool(self._notes))
        for file in self._lost.files:
            self._lost.discard(file)

    def forget_notes(self) -> None:
        """Offer no report any more."""
        self._notes = ""
        self._show()

    def save_everything(self) -> None:
        """Write drawing and text at once. From another thread than the window's the text is asked for."""
        self.backup.save_now()
        if threading.current_thread() is threading.main_thread():
            self._window.compose.save_if_changed()
        else:
            self._text_wanted.emit()

    @Slot()
    def restore(self) -> None:
        """Put the offered drawing on the canvas, which undo takes back."""
        if self._offered is None:
            return
        file, ink = self._offered
        window = self._window
        if window.compose.line.opened is not None:
            window.compose.line.close_character()
        window.canvas.show_ink(ink)
        self.backup.save_now()  # before the other copy goes
        self._discard(file)
        window.canvas.setFocus()

    @Slot()
    def discard(self) -> None:
        """Forget the offered drawing, or the notes of a crash where there is none."""
        if self._offered is not None:
            self._discard(self._offered[0])
        else:
            self.forget_notes()

    @Slot()
    def save_report(self) -> None:
        """Ask where to save the report of the last run's crash."""
        self._saving.ask(self._reports.report(self._notes))

    def _discard(self, file: Path) -> None:
        try:
            self._lost.discard(file)
        except DrawingBackupError as error:
            self._window.status.warn(error.message)
            self._offered = None
            self._show()
        else:
            self._offer()

    def _offer(self) -> None:
        """Offer the latest drawing that can be read; what cannot be is told."""
        self._offered = None
        for file in self._lost.files:
            try:
                self._offered = file, self._lost.load(file)
                break
            except DrawingBackupError as error:
                logger.warning("%s (%s)", error.message, error.detail)
                self._window.status.warn(error.message)
        self._show()

    def _show(self) -> None:
        self.bar.offer(None if self._offered is None else self._offered[1], has_crashed=bool(self._notes))

    def _secrets(self) -> Iterable[str]:
        text = self._window.compose.line.text
        return (text, *(word for word in text.split() if len(word) >= _SECRET_WORD))

    @Slot()
    def _on_drawing_changed(self) -> None:
        # A character of the text that was opened is in the text's file; the canvas's own drawing waits unchanged.
        if self._window.compose.line.opened is None:
            self.backup.keep(self._window.canvas.drawing.ink)

    @Slot(object)
    def _on_not_kept(self, error: HccrError) -> None:
        self._window.status.tell(error.message)


class _Rescue(logging.Handler):
    """Saves everything when a critical message is logged: an unexpected exception, or Qt about to abort.

    Args:
        recovery: saves.
    """

    def __init__(self, recovery: Recovery) -> None:
        super().__init__(logging.CRITICAL)
        self._recovery = recovery
        self._is_saving = False

    def emit(self, record: logging.LogRecord) -> None:
        """Save, once at a time."""
        if self._is_saving:
            return
        self._is_saving = True
        try:
            self._recovery.save_everything()
        except Exception:  # the last resort must not fail louder than what it answers
            self.handleError(record)
        finally:
            self._is_saving = False
