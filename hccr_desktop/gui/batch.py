"""Opens the window of a folder, keeps its readings between two times, and saves them where the user says."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.file_dialogs import FileDialogs
from hccr_desktop.gui.problem_box import show_problem
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.status_line import StatusLine

if TYPE_CHECKING:  # it brings OpenCV, which the window does not wait for
    from hccr_desktop.gui.batch_window import BatchWindow

logger = logging.getLogger(__name__)

KEEP_AFTER_MS: Final = 1500
"""Pause after a correction before it is written: a large folder is some megabytes. A crash costs no more than this."""

CANDIDATES: Final = 10
"""Kept of each character, for a choice by hand: as many as there are keys."""


class Batch(QObject):
    """Controls the one window of a folder.

    Args:
        service: its recognizer reads.
        dialogs: ask for the folder and the file.
        status: is told.
        file: keeps the readings, so that only files that have changed are read again.
        character_family: font family of characters; empty for the default font.
        window: the main window.
    """

    picture_wanted = Signal(object)
    """Path of a picture that is to be opened on the pad."""

    def __init__(
        self,
        service: RecognitionService,
        *,
        dialogs: FileDialogs,
        status: StatusLine,
        file: Path,
        character_family: str,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._service = service
        self._dialogs = dialogs
        self._status = status
        self._file = file
        self._family = character_family
        self._window = window
        self.dialog: BatchWindow | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_AFTER_MS)
        self._timer.timeout.connect(self._keep)
        dialogs.folder_chosen.connect(self._on_folder_chosen)
        dialogs.results_target_chosen.connect(self.save_as)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Close and self.dialog is not None:
            self.dialog.close()
        return super().eventFilter(watched, event)

    @Slot()
    def show(self) -> None:
        """Open the window, or bring it to the front, and ask for a folder where there is none yet."""
        if self.dialog is None:
            self.dialog = self._made()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        if not self.dialog.folder:
            self._ask_for_folder()

    def forget(self) -> None:
        """Let go of all readings; the file of them is being deleted."""
        if self.dialog is not None:
            self.dialog.read_through.disconnect(self._keep)
            self._timer.stop()
            self.dialog.close()

    def _made(self) -> "BatchWindow":
        from hccr_desktop.gui.batch_service import BatchService
        from hccr_desktop.gui.batch_window import BatchWindow
        from hccr_desktop.inference.batch_reading import BatchOptions
        from hccr_desktop.inference.batch_results import load_readings

        try:
            known = tuple(load_readings(self._file))
        except HccrError as error:  # they are made anew, and the file written over
            logger.warning("%s (%s)", error.message, error.detail)
            known = ()
        reader = BatchService(lambda: self._service.recognizer)
        dialog = BatchWindow(
            reader,
            BatchOptions(count=CANDIDATES),
            known=known,
            character_family=self._family,
            parent=self._window,
        )
        reader.setParent(dialog)
        dialog.folder_wanted.connect(self._ask_for_folder)
        dialog.export_wanted.connect(self._dialogs.ask_for_results_target)
        dialog.read_through.connect(self._keep)
        dialog.corrected.connect(self._timer.start)
        dialog.picture_wanted.connect(self._on_picture_wanted)
        dialog.finished.connect(self._on_closed)
        return dialog

    @Slot()
    def _ask_for_folder(self) -> None:
        self._dialogs.ask_for_folder(self.dialog or self._window)

    @Slot(object)
    def _on_folder_chosen(self, folder: Path) -> None:
        if self.dialog is not None:
            self.dialog.read(str(folder))

    @Slot(str)
    def _on_picture_wanted(self, file: str) -> None:
        self.picture_wanted.emit(Path(file))

    @Slot(object)
    def save_as(self, path: Path) -> None:
        """Save the readings as the name's ending says: CSV, JSON, or else text. On failure a dialog says why."""
        from hccr_desktop.inference.batch_results import write_csv, write_json, write_text

        if self.dialog is None:
            return
        write = {".csv": write_csv, ".json": write_json}.get(path.suffix.lower(), write_text)
        beside = path.with_name(path.name + ".part")
        try:
            # A byte order mark, or spreadsheets would take Chinese in a CSV for another encoding.
            encoding = "utf-8-sig" if write is write_csv else "utf-8"
            with beside.open("w", encoding=encoding, newline="") as stream:
                write(self.dialog.model.readings, stream)
            beside.replace(path)
        except OSError as error:
            beside.unlink(missing_ok=True)
            problem = HccrError("{file} cannot be written.", file=str(path), detail=str(error))
            show_problem(self.dialog, self.tr("The results cannot be saved"), problem)
        else:
            self._status.tell(self.tr("Saved {name}").format(name=path.name))

    @Slot()
    def _keep(self) -> None:
        """Write the readings of the folder, the latest only: what is kept stays small."""
        from hccr_desktop.inference.batch_results import save_readings

        self._timer.stop()
        if self.dialog is None or not self.dialog.model.readings:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            save_readings(self.dialog.model.readings, self._file)
        except (HccrError, OSError) as error:
            logger.warning("the readings cannot be kept: %s", error)

    @Slot()
    def _on_closed(self) -> None:
        if self._timer.isActive():
            self._keep()
        self.dialog = None
