"""Keeps the drawing on the canvas in a file while it is there, so that a crash costs no stroke of it."""

import contextlib
import json
import logging
import threading
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QIODevice, QObject, QSaveFile, QThread, QTimer, Signal, Slot

from hccr_desktop.domain.ink import Ink, Stroke
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.ink_json import NewerVersionError, check_version, ink_from_json, stroke_json
from hccr_desktop.gui.mailbox import Mailbox
from hccr_desktop.gui.user_folder import aside

logger = logging.getLogger(__name__)

SAVE_AFTER_MS: Final = 300
"""From a change to its writing, so that the recognition of the stroke goes first. A crash that gives the program no
time to act costs no more than this."""

CLOSE_LIMIT_MS: Final = 5000
"""How long closing waits for a slow disk."""

_LOCK_LIMIT_S: Final = 2.0
"""How long a crashing program waits for a writing in progress, which may never end."""

_VERSION: Final = 1


class DrawingBackupError(HccrError):
    """The drawing could not be kept, or what was kept cannot be read."""


class BackupFile:
    """One drawing in a JSON file. Any thread may use it.

    Args:
        path: the file, which need not exist, nor its folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        """Held by whoever writes or deletes."""
        self._encoded: dict[int, tuple[Stroke, str]] = {}

    def save(self, ink: Ink) -> None:
        """Write the file as a whole, or leave the old one; empty ink deletes it.

        Raises:
            DrawingBackupError: it cannot be written.
        """
        if not self.lock.acquire(timeout=_LOCK_LIMIT_S):
            raise self._not_kept("another writing does not end")
        try:
            if ink.is_empty:
                self.delete()
            else:
                self._write(ink)
        finally:
            self.lock.release()

    def delete(self) -> None:
        """Delete the file, if there is one.

        Raises:
            DrawingBackupError: it cannot be deleted.
        """
        with self.lock:
            self._encoded = {}
            try:
                self.path.unlink(missing_ok=True)
            except NotADirectoryError:
                pass  # then there is none
            except OSError as error:
                raise DrawingBackupError("{path} cannot be deleted.", path=self.path, detail=str(error)) from error

    def _write(self, ink: Ink) -> None:
        # Each stroke is encoded once, since the drawing is written with every one that is added.
        kept = {id(stroke): self._encoding(stroke) for stroke in ink.strokes}
        self._encoded = {id(stroke): (stroke, kept[id(stroke)]) for stroke in ink.strokes}
        strokes = ",".join(kept[id(stroke)] for stroke in ink.strokes)
        content = f'{{"version":{_VERSION},"strokes":[{strokes}]}}\n'.encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._not_kept(str(error)) from error
        file = QSaveFile(str(self.path))
        is_open = file.open(QIODevice.OpenModeFlag.WriteOnly)
        if is_open:
            file.setPermissions(QSaveFile.Permission.ReadOwner | QSaveFile.Permission.WriteOwner)
        if not (is_open and file.write(content) == len(content) and file.commit()):
            raise self._not_kept(file.errorString())

    def _encoding(self, stroke: Stroke) -> str:
        known = self._encoded.get(id(stroke))
        return known[1] if known is not None and known[0] is stroke else stroke_json(stroke)

    def _not_kept(self, detail: str) -> DrawingBackupError:
        return DrawingBackupError(
            "The drawing cannot be kept in {path}; a crash would lose it.", path=self.path, detail=detail
        )


class LostDrawings:
    """Drawings that were on the canvas when the program ended without being closed, until the user has decided.

    Args:
        path: of the file in which the running program keeps its drawing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that are there, the latest first."""
        found = self._path.parent.glob(f"{self._path.stem}.lost*{self._path.suffix}")
        return tuple(sorted(found, key=_age_key, reverse=True))

    def take_over(self) -> None:
        """Make the drawing of the last run one of those that are offered, before this run writes its own.

        Raises:
            DrawingBackupError: its file cannot be renamed.
        """
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            try:
                self._path.rename(aside(self._path, "lost"))
            except PermissionError as error:
                raise DrawingBackupError("{path} cannot be read.", path=self._path, detail=str(error)) from error

    def load(self, file: Path) -> Ink:
        """One of them.

        Raises:
            DrawingBackupError: it cannot be read. A damaged one, or one of a newer version, has been renamed, so that
                nothing in it is lost.
        """
        try:
            return _decoded(json.loads(file.read_text(encoding="utf-8")))
        except NewerVersionError as error:
            raise DrawingBackupError(
                "The last drawing is of a newer version of this program; it is kept as {aside}.",
                aside=self._put_aside(file, "newer"),
                detail=str(error),
            ) from error
        except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
            raise DrawingBackupError(
                "The last drawing was damaged and has been put aside as {aside}.",
                aside=self._put_aside(file, "damaged"),
                detail=str(error),
            ) from error

    def discard(self, file: Path) -> None:
        """Delete one of them.

        Raises:
            DrawingBackupError: it cannot be deleted.
        """
        BackupFile(file).delete()

    def _put_aside(self, file: Path, why: str) -> Path:
        """Rename a file that is not to be offered again; its new path, or the old one where that fails."""
        target = aside(self._path, why)
        try:
            return file.rename(target)
        except OSError as error:
            logger.warning("%s cannot be renamed: %s", file, error)
            return file


class _BackupWorker(QObject):
    """Lives in the backup's thread."""

    saved = Signal()
    failed = Signal(object)

    def __init__(self, file: BackupFile, inks: Mailbox[Ink]) -> None:
        super().__init__()
        self._file = file
        self._inks = inks

    @Slot()
    def write_latest(self) -> None:
        try:
            with self._file.lock:  # around the taking too: what was deleted by then must not come back
                ink = self._inks.take()
                if ink is not None:
                    self._file.save(ink)
        except DrawingBackupError as error:
            self.failed.emit(error)
        else:
            self.saved.emit()


class DrawingBackup(QObject):
    """Writes the drawing in a thread of its own, soon after each change.

    Args:
        path: see :class:`BackupFile`.
        parent: owner.
    """

    saved = Signal()
    """The file is as the drawing was a moment ago."""
    not_kept = Signal(object)
    """DrawingBackupError; told once until saving works again."""

    _write_wanted = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = BackupFile(path)
        self._ink = Ink()
        self._inks: Mailbox[Ink] = Mailbox()
        self._has_failed = False
        self._has_ended = False
        self._thread = QThread(self)
        self._thread.setObjectName("backup")
        self._worker = _BackupWorker(self._file, self._inks)
        self._worker.moveToThread(self._thread)
        self._write_wanted.connect(self._worker.write_latest)
        self._worker.saved.connect(self._on_saved)
        self._worker.failed.connect(self._on_failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self._hand_over)

    def keep(self, ink: Ink) -> None:
        """This is the drawing from now on."""
        if ink is self._ink or self._has_ended:
            return
        self._ink = ink
        if not self._timer.isActive():  # never put off: who draws without a pause is saved all the same
            self._timer.start()

    def save_now(self) -> None:
        """Write the drawing at once, in this thread, which may be any; a failure goes into the log."""
        if self._has_ended:
            return
        try:
            self._file.save(self._ink)
        except DrawingBackupError as error:
            logger.warning("%s (%s)", error.message, error.detail)

    def forget(self) -> None:
        """Delete the file, and write none until the drawing is another.

        Raises:
            DrawingBackupError: it cannot be deleted.
        """
        self._timer.stop()
        self._inks.take()
        self._file.delete()
        self._has_failed = False

    def stop(self) -> None:
        """The program is closed as it should be: end the thread and delete the file."""
        self._has_ended = True
        self._timer.stop()
        self._inks.take()
        self._thread.quit()
        if not self._thread.wait(CLOSE_LIMIT_MS):
            logger.error("the backup thread did not end within %d ms", CLOSE_LIMIT_MS)
        try:
            self._file.delete()
        except DrawingBackupError as error:
            logger.warning("%s (%s)", error.message, error.detail)

    def _start(self) -> None:
        if not self._thread.isRunning():
            self._thread.start(QThread.Priority.LowPriority)

    @Slot()
    def _hand_over(self) -> None:
        self._start()
        if self._inks.put(self._ink):
            self._write_wanted.emit()

    @Slot()
    def _on_saved(self) -> None:
        self._has_failed = False
        self.saved.emit()

    @Slot(object)
    def _on_failed(self, error: DrawingBackupError) -> None:
        logger.warning("%s (%s)", error.message, error.detail)
        if not self._has_failed:
            self._has_failed = True
            self.not_kept.emit(error)


def _age_key(file: Path) -> tuple[int, str]:
    try:
        return file.stat().st_mtime_ns, file.name
    except OSError:
        return 0, file.name


def _decoded(stored: Any) -> Ink:  # noqa: ANN401 - JSON of unknown origin
    check_version(stored["version"], _VERSION)
    ink = ink_from_json(stored["strokes"])
    if ink.is_empty:
        raise ValueError("a kept drawing has strokes")
    return ink
