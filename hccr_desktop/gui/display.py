"""Says in one sentence that there is no screen to open a window on, where Qt would abort with a dump."""

import os
import sys
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final, Self

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

from hccr_desktop.gui.error_report import log_message, log_qt_message

NO_DISPLAY_STATUS: Final = 1
"""Exit status where there is no screen."""

_PLATFORM_VARIABLE: Final = "QT_QPA_PLATFORM"
_DISPLAY_VARIABLES: Final = ("DISPLAY", "WAYLAND_DISPLAY")


def display_problem(words: Sequence[str], environment: Mapping[str, str], system: str = sys.platform) -> str | None:
    """One sentence where it is plain that there is no screen, before Qt is asked.

    Args:
        words: the command line; Qt takes ``-platform`` from it.
        environment: the process's.
        system: as ``sys.platform`` names it. Others than Linux always have a screen.
    """
    if system != "linux" or environment.get(_PLATFORM_VARIABLE) or {"-platform", "--platform"} & set(words):
        return None
    if any(environment.get(name) for name in _DISPLAY_VARIABLES):
        return None
    return (
        "There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. "
        "Start hccr-desktop in a desktop session, or use hccr on the command line."
    )


def tell(sentence: str) -> None:
    """Write a sentence to standard error, which a program without a console does not have."""
    if sys.stderr is not None:
        sys.stderr.write(f"{sentence}\n")
        sys.stderr.flush()


class DisplayGuard:
    """While QApplication is made: holds Qt's messages back, and ends the program with a sentence where Qt would abort.

    That it cannot reach the screen, Qt knows alone, and says it only with ``qFatal``.
    """

    def __init__(self) -> None:
        self._messages: list[tuple[QtMsgType, str | None, str]] = []

    def __enter__(self) -> Self:
        """Hold messages back."""
        qInstallMessageHandler(self._take)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let them go into the log, as all later ones."""
        qInstallMessageHandler(log_qt_message)
        for message in self._messages:
            log_message(*message)

    def _take(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind != QtMsgType.QtFatalMsg:
            # Not the context itself: it is no more once Qt's call has returned, and reading it later crashes.
            self._messages.append((kind, context.category, message))
            return
        reasons = [text for _, _, text in self._messages] or message.splitlines()
        tell(f"The window cannot be opened: {_reason(reasons)}")
        os._exit(NO_DISPLAY_STATUS)  # on return Qt would abort, with a dump of the process


def _reason(messages: Sequence[str]) -> str:
    """The first that says something, as the end of a sentence; Qt begins with what it tried and ends with advice."""
    said = next((message.strip() for message in messages if message.strip()), "Qt found no screen")
    return said.removeprefix("qt.qpa.xcb: ").rstrip(".") + "."
