"""A bar over the pad: what the last run could not finish, and what to do with it."""

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.ink_thumbnail import ink_thumbnail

_SHEET_EMS: Final = 3.2
"""Side of the little drawing, in heights of a line. Taste: a character is known in it, and the pad keeps its room."""


class RecoveryBar(QFrame):
    """Offers a drawing, a report of a crash, or both. It takes no focus: who writes on is not held up.

    Args:
        parent: the middle of the window.
    """

    restore_wanted = Signal()
    """The drawing is to come back to the canvas."""
    discard_wanted = Signal()
    """The drawing, or the notes of the crash where there is none, are to be forgotten."""
    report_wanted = Signal()
    """The report is to be saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink: Ink | None = None
        self._has_crashed = False
        self.setObjectName("recovery_bar")
        self._sheet = QLabel(self)
        self._sheet.setObjectName("recovery_sheet")
        self._text = QLabel(self)
        self._text.setObjectName("recovery_text")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.restore = self._made_button("recovery_restore")
        self.restore.clicked.connect(self.restore_wanted)
        self.discard = self._made_button("recovery_discard")
        self.discard.clicked.connect(self.discard_wanted)
        self.report = self._made_button("recovery_report")
        self.report.clicked.connect(self.report_wanted)
        unit = self.fontMetrics().height()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(unit // 2, unit // 3, unit // 2, unit // 3)
        layout.setSpacing(unit // 2)
        layout.addWidget(self._sheet)
        layout.addWidget(self._text, 1)
        for button in (self.restore, self.discard, self.report):
            layout.addWidget(button)
        self.hide()

    @property
    def text(self) -> str:
        """What is said; empty while the bar is hidden."""
        return "" if self.isHidden() else self._text.text()

    def offer(self, ink: Ink | None, *, has_crashed: bool) -> None:
        """Show the bar with this, or hide it where there is nothing.

        Args:
            ink: the drawing that was lost; None for none.
            has_crashed: there is a report to save.
        """
        self._ink, self._has_crashed = ink, has_crashed
        self.translate()
        self.restore.setVisible(ink is not None)
        self.report.setVisible(has_crashed)
        self._show_sheet()
        self.setVisible(ink is not None or has_crashed)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        if self._has_crashed and self._ink is not None:
            text = self.tr("The program ended unexpectedly. The drawing you were working on has been saved.")
        elif self._has_crashed:
            text = self.tr("The program ended unexpectedly the last time. Your text is still there.")
        else:
            text = self.tr("There is a drawing that you had not finished when the program ended.")
        self._text.setText(text)
        self.setAccessibleName(text)
        self.restore.setText(self.tr("&Restore drawing"))
        self.discard.setText(self.tr("D&iscard") if self._ink is not None else self.tr("D&ismiss"))
        self.report.setText(self.tr("&Save report…"))
        self.report.setToolTip(self.tr("What to send to the developers. It holds no drawing and no text of yours."))
        self._sheet.setAccessibleName(self.tr("The drawing"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if not hasattr(self, "report"):
            return
        if event.type() == QEvent.Type.LanguageChange:
            self.translate()
        elif event.type() == QEvent.Type.FontChange:
            self._show_sheet()

    def _show_sheet(self) -> None:
        side = round(self.fontMetrics().height() * _SHEET_EMS)
        self._sheet.setVisible(self._ink is not None)
        if self._ink is not None:
            self._sheet.setPixmap(ink_thumbnail(self._ink, side, self.devicePixelRatioF()))

    def _made_button(self, name: str) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the pad's keys
        return button
