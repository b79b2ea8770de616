"""The foot of the window: what just happened on the left, what recognizes on the right."""

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from hccr_desktop.gui.sentences import translated

MESSAGE_MS: Final = 6000
"""How long a piece of news stays. Taste: long enough to be read twice."""

_SEPARATOR: Final = " · "


class StatusLine(QStatusBar):
    """One message and a line of facts. News goes by itself, a problem stays until it is mended or replaced."""

    told = Signal(str)
    """A message that is shown from now on; not the empty one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_line")
        self.setSizeGripEnabled(False)
        self._message = QLabel(self)
        self._message.setObjectName("status_message")
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._facts = QLabel(self)
        self._facts.setObjectName("status_facts")
        self._facts.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.addWidget(self._message, 1)
        self.addPermanentWidget(self._facts)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(MESSAGE_MS)
        self._timer.timeout.connect(self._message.clear)
        margin = self.fontMetrics().averageCharWidth()
        self.setContentsMargins(2 * margin, 0, 2 * margin, margin // 2)

    @property
    def message(self) -> str:
        """The message shown, empty for none."""
        return self._message.text()

    @property
    def facts(self) -> str:
        """The facts shown."""
        return self._facts.text()

    def tell(self, news: str) -> None:
        """Show a piece of news for a while."""
        self._show(news)
        self._timer.start()

    def warn(self, problem: str) -> None:
        """Show a problem until something replaces it."""
        self._show(problem)

    def _show(self, message: str) -> None:
        self._timer.stop()
        message = translated(message)
        self._message.setText(message)
        self._message.setToolTip(message)  # a long one is cut off in a narrow window
        if message:
            self.told.emit(message)

    def speak(self, text: str) -> None:
        """Have the screen reader say what is shown beside the message."""
        self.told.emit(text)

    def clear_message(self) -> None:
        """Show no message."""
        self._show("")

    def show_facts(self, facts: list[str]) -> None:
        """Show facts side by side; empty ones are left out."""
        self._facts.setText(_SEPARATOR.join(fact for fact in facts if fact))
