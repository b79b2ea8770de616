"""The frame around the candidates, with a line for what is to be said of all of them."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from hccr_desktop.gui.candidate_list import CandidateView


class CandidateCard(QFrame):
    """Holds the list, and above it a quiet hint while the recognizer is not sure.

    Args:
        candidates: the list.
        parent: the window.
    """

    def __init__(self, candidates: CandidateView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("candidate_card")
        self._hint = QLabel(self)
        self._hint.setObjectName("unsure_hint")
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setMinimumWidth(1)  # a long translation is cut off before it widens the window
        # Its room stays, or the rows would jump while a character grows from unsure to sure.
        policy = self._hint.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._hint.setSizePolicy(policy)
        self._hint.setContentsMargins(2 * self.fontMetrics().averageCharWidth(), 0, 0, 0)
        self._hint.hide()
        self._is_several = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 5, 4, 8)
        layout.setSpacing(2)
        layout.addWidget(self._hint)
        layout.addWidget(candidates)

    @property
    def is_sure(self) -> bool:
        """No hint is shown."""
        return self._hint.isHidden()

    def set_sure(self, is_sure: bool, *, is_several: bool = False) -> None:
        """Whether the recognizer is sure of its first candidate; the hint says where it is not.

        Args:
            is_sure: it is, and there is no hint.
            is_several: it is not, because the drawing looks like several characters.
        """
        self._is_several = is_several
        self._set_text()
        self._hint.setVisible(not is_sure)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self._set_text()
        self._hint.setToolTip(
            self.tr("The drawing may be a scribble, more than one character, or none of the 3,755 that are known.")
        )

    def _set_text(self) -> None:
        if self._is_several:
            self._hint.setText(self.tr("Not sure: this looks like more than one character."))
        else:
            self._hint.setText(self.tr("Not sure: none of these may be right."))
