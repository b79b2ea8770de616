"""What was just learned, with a way to take it back, in the window's foot."""

from typing import Final

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

SHOWN_MS: Final = 10_000
"""How long the notice stays; the menu takes the correction back later too. Taste: longer than news, it has a button."""


class LearnedNotice(QWidget):
    """``Learned 鲍 · Undo``. Hidden while there is nothing to take back.

    Args:
        unlearn: takes back what was learned last.
        parent: the status line.
    """

    def __init__(self, unlearn: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unlearn = unlearn
        self._character = ""
        self.setObjectName("learned_notice")
        self._text = QLabel(self)
        self._text.setObjectName("learned_text")
        self._button = QToolButton(self)
        self._button.setObjectName("learned_undo")
        self._button.setAutoRaise(True)
        self._button.clicked.connect(unlearn.trigger)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(self.fontMetrics().averageCharWidth())
        layout.addWidget(self._text)
        layout.addWidget(self._button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.translate()
        self.hide()

    @property
    def text(self) -> str:
        """What is shown; empty while it is hidden."""
        return "" if self.isHidden() else self._text.text()

    @property
    def spoken(self) -> str:
        """What a screen reader is to say of it."""
        keys = self._unlearn.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        return self.tr("Learned {character}; {keys} takes it back").format(character=self._character, keys=keys)

    def show_learned(self, character: str) -> None:
        """Show for a while that a drawing was learned as a character."""
        self._character = character
        self.translate()
        self.show()
        self._timer.start()

    @Slot()
    def hide_now(self) -> None:
        """There is nothing to take back any more."""
        self._timer.stop()
        self.hide()

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self._text.setText(self.tr("Learned {character}").format(character=self._character) + " ·")
        self._button.setText(self.tr("Undo"))
        self._button.setToolTip(self._unlearn.toolTip())
        self._button.setAccessibleName(self.tr("Undo: forget {character}").format(character=self._character))
