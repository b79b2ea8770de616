"""The foot of the pad: the compose line, its buttons, and the file that keeps it."""

import logging
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from hccr_desktop.gui import icons
from hccr_desktop.gui.actions import Actions
from hccr_desktop.gui.compose_line import ComposeLine
from hccr_desktop.gui.composition import Composition, CompositionError, CompositionFile

logger = logging.getLogger(__name__)

SAVE_AFTER_MS: Final = 400
"""Pause after a change before it is written, so that fast typing writes once. A crash costs no more than this."""


class ComposePanel(QFrame):
    """Compose line with buttons.

    Args:
        table: the window's actions.
        file: keeps the text between two starts; None keeps nothing.
        parent: the window.
    """

    not_kept = Signal(object)
    """CompositionError: the text could not be saved. Told once until saving works again."""

    def __init__(self, table: Actions, file: CompositionFile | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose_card")
        self._file = file
        self._has_failed = False
        self.line = ComposeLine(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 4, 6, 4)
        layout.addWidget(self.line, 1, Qt.AlignmentFlag.AlignVCenter)
        for action in (table.copy, table.clear_text):
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(icons.ICON_SIZE_PX, icons.ICON_SIZE_PX))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click must not take the selection's focus
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.save)
        self.line.textChanged.connect(self._timer.start)

    def load(self) -> CompositionError | None:
        """Show the kept text; what to tell where there is one that cannot be read."""
        if self._file is None:
            return None
        try:
            composition = self._file.load()
        except CompositionError as error:
            logger.warning("%s (%s)", error.message, error.detail)
            return error
        self.line.set_composition(composition)
        self._timer.stop()  # it is on the disk already
        return None

    @Slot()
    def save(self) -> None:
        """Write the text now."""
        self._timer.stop()
        if self._file is None:
            return
        try:
            self._file.save(self.line.composition())
        except CompositionError as error:
            logger.warning("%s (%s)", error.message, error.detail)
            if not self._has_failed:
                self._has_failed = True
                self.not_kept.emit(error)
        else:
            self._has_failed = False

    def save_if_changed(self) -> None:
        """Write the text if a change waits for it."""
        if self._timer.isActive() or self._has_failed:
            self.save()

    def forget(self) -> None:
        """Empty the line for good, and write nothing until there is new text."""
        self.line.set_composition(Composition())
        self._timer.stop()
        self._has_failed = False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # A style sheet that is set anew gives the line back a font it had before.
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and hasattr(self, "line"):
            self.line.follow_font()

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self.line.setPlaceholderText(self.tr("Picked characters are collected here."))
        self.line.setAccessibleName(self.tr("Compose line"))
        self.line.setAccessibleDescription(
            self.tr("Text of the picked characters. The arrow keys open a character for another choice; Esc leaves.")
        )
