"""Speaks through the screen reader what a seeing user reads without going there: the first candidate, and news."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from hccr_desktop.gui.candidate_list import CandidateView
from hccr_desktop.gui.status_line import StatusLine


class Announcer(QObject):
    """Asks the screen reader to say things. Without one it does nothing.

    Args:
        candidates: the first of a new list is announced.
        status: its messages are announced.
        parent: the window.
    """

    announced = Signal(str)
    """What the screen reader was asked to say."""

    def __init__(self, candidates: CandidateView, status: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._candidates = candidates
        self._status = status
        self._last = ""
        candidates.shown.connect(self._tell_first)
        status.told.connect(self._tell_message)

    @Slot()
    def _tell_first(self) -> None:
        first = self._candidates.model().index(0, 0)
        text = str(first.data(Qt.ItemDataRole.AccessibleTextRole) or "")
        if text != self._last:
            self._last = text
            self._say(text, self._candidates)

    @Slot(str)
    def _tell_message(self, message: str) -> None:
        self._say(message, self._status)

    def _say(self, text: str, widget: QWidget) -> None:
        if not text or not QAccessible.isActive():
            return
        # Polite: what the reader is saying comes to its end first, so that fast writing is not a stammer.
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
        self.announced.emit(text)
