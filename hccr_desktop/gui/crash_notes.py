"""What a crash leaves behind: where it happened, written by the dying process, for the next start to tell of."""

import contextlib
import faulthandler
import logging
import os
from pathlib import Path
from typing import Final

from hccr_desktop.gui.crash_report import LINE_FORMAT, masked

logger = logging.getLogger(__name__)

_MOST_BYTES: Final = 256 * 1024
"""Of warnings of one run, and of notes that are read. A dump of all threads is some 10 kB."""

_CRASH_WORDS: Final = (b"Fatal Python error", b" CRITICAL ", b"Windows fatal exception")
"""What faulthandler and the log write only when the program could not go on."""


class CrashNotes(logging.Handler):
    """Writes warnings into a file as they come, and has Python write there where it was when the process dies.

    The file is there while the program runs. It is deleted when that ends well, so that one with words of a crash in it
    is what a crashed run left. What is written is masked, since it lies on the disk.

    Args:
        path: the file, which need not exist, nor its folder.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(logging.WARNING)
        self._path = path
        self._descriptor: int | None = None
        self._written = 0
        self.setFormatter(logging.Formatter(LINE_FORMAT))

    def begin(self) -> str:
        """Take over the file, and note from now on; where it cannot be written, a crash goes to standard error.

        Returns:
            The notes of a run that crashed; empty where the last one did not.
        """
        left = self._read()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
            self._descriptor = os.open(self._path, flags, 0o600)
        except OSError as error:
            logger.warning("crashes cannot be noted in %s: %s", self._path, error)
            enable_on_standard_error()
        else:
            faulthandler.enable(self._descriptor)
            logging.getLogger().addHandler(self)
        return left

    def emit(self, record: logging.LogRecord) -> None:
        """Note a warning or worse."""
        if self._descriptor is None or self._written > _MOST_BYTES:
            return
        try:
            line = (masked(self.format(record)) + "\n").encode()
            self._written += len(line)
            os.write(self._descriptor, line)
        except OSError:
            self._written = _MOST_BYTES + 1  # the disk is full; the next warning would be about that
        except Exception:  # as logging.Handler does: a bad message must not become an error of its own
            self.handleError(record)

    def end(self) -> None:
        """Note no more, and delete the file: there was no crash, or its user wants it forgotten."""
        logging.getLogger().removeHandler(self)
        if self._descriptor is not None:
            enable_on_standard_error()
            os.close(self._descriptor)  # before it is deleted, which Windows refuses of an open file
            self._descriptor = None
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _read(self) -> str:
        try:
            with self._path.open("rb") as file:
                left = file.read(_MOST_BYTES)
        except OSError:
            return ""
        return left.decode(errors="replace") if any(word in left for word in _CRASH_WORDS) else ""


def enable_on_standard_error() -> None:
    """Have Python write to standard error where it was when the process dies, and leave no file."""
    with contextlib.suppress(RuntimeError, ValueError, OSError):  # a program without a console has none
        faulthandler.enable()
