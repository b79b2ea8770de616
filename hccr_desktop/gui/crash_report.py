"""The text that a user can send when the program went wrong: versions, the last of the log, and where it happened.

No ink and no text of the user's is in it, whatever an exception carries in its message: what could be either is masked.
"""

import collections
import datetime
import locale
import logging
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import Final

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from hccr_desktop import __version__

TAIL_LINES: Final = 200
"""Of the log. Taste: the last minute of steady writing."""

MASK: Final = "□"

_LONGEST_LINE: Final = 400
"""Characters. A line of code and its message fit; a value that is printed whole does not."""

_FOREIGN: Final = re.compile(r"[^\x00-\x7f]+")
_COORDINATE: Final = re.compile(r"-?\d+\.\d{3,}(?:e[+-]?\d+)?")
"""Fractions with three decimals are coordinates; times and confidences in the log have fewer, versions more dots."""
_PACKAGES: Final = ("PySide6-Essentials", "onnxruntime", "onnxruntime-gpu", "numpy", "opencv-python", "pillow")
LINE_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Text without what could be the user's: characters other than ASCII, coordinates, and the home folder's name.

    Args:
        text: any.
        secrets: taken out too, wherever they occur.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret.strip()) > 1:  # a single ASCII character tells nothing, and is all over the code
            text = text.replace(secret, MASK)
    home = str(Path.home())
    if len(home) > 1:
        text = text.replace(home, "~")
    text = _COORDINATE.sub(MASK, _FOREIGN.sub(MASK, text))
    return "\n".join(
        line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}... ({len(line)} characters)"
        for line in text.splitlines()
    )


class LogTail(logging.Handler):
    """Remembers the last lines of the log."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter(LINE_FORMAT))
        self._lines: collections.deque[str] = collections.deque(maxlen=TAIL_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Remember a record."""
        try:
            self._lines.append(self.format(record))
        except Exception:  # as logging.Handler does: a bad message must not become an error of its own
            self.handleError(record)

    @property
    def text(self) -> str:
        """The lines, oldest first, as they were logged."""
        return "\n".join(self._lines)


class CrashReports:
    """Makes reports.

    Args:
        tail: the last of the log.
    """

    def __init__(self, tail: LogTail) -> None:
        self._tail = tail
        self.secrets: Callable[[], Iterable[str]] = tuple
        """What must be in no report, such as the text line; asked each time."""

    def report(self, trace: str) -> str:
        """A report of now. To be asked for in the GUI thread, where the text line is.

        Args:
            trace: where it happened.
        """
        try:
            secrets = tuple(self.secrets())
        except RuntimeError:  # the widget is no more
            secrets = ()
        return "\n".join(
            (
                "HCCR Desktop: report of an error",
                "It holds no drawing and no text of yours. Read it before you send it.",
                "",
                f"time: {datetime.datetime.now(datetime.UTC):%Y-%m-%d %H:%M:%S} UTC",
                *_versions(),
                "",
                "-- where --",
                masked(trace, secrets).strip() or "unknown",
                "",
                "-- the last of the log --",
                masked(self._tail.text, secrets) or "empty",
                "",
            )
        )


def report_name() -> str:
    """A file name for a report of now."""
    return f"hccr-desktop-report-{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S}.txt"


def _versions() -> Iterable[str]:
    yield f"program: {__version__}{' (packed)' if getattr(sys, 'frozen', False) else ''}"
    yield f"Python: {platform.python_version()}, {platform.machine()}"
    yield f"system: {masked(platform.platform())}"
    yield f"locale: {masked('.'.join(part or '?' for part in locale.getlocale()))}"
    yield f"Qt: {qVersion()} on {QGuiApplication.platformName() or 'no screen'}"
    screens = [
        f"{screen.size().width()}x{screen.size().height()} at {screen.devicePixelRatio():.2f}"
        for screen in QGuiApplication.screens()
    ]
    yield f"screens: {', '.join(screens) or 'none'}"
    yield f"desktop: {masked(os.environ.get('XDG_CURRENT_DESKTOP', '') or 'unknown')}"
    for package in _PACKAGES:
        try:
            yield f"package: {package} {metadata.version(package)}"
        except metadata.PackageNotFoundError:
            continue
