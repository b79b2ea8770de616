"""How far the model is with learned drawings that it has not seen yet, at the right of the window's foot."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from hccr_desktop.gui.learning_jobs import EmbeddingProgress


class EmbeddingNotice(QLabel):
    """``Preparing learned drawings: 12 % ·``, the facts beside it. Hidden while nothing is being done.

    Args:
        parent: the status line.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._progress = EmbeddingProgress(0, 0)
        self.setObjectName("embedding_notice")
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.translate()
        self.hide()

    @Slot(object)
    def show_progress(self, progress: EmbeddingProgress) -> None:
        """Show how far it is; hide at the end."""
        self._progress = progress
        self.translate()
        self.setVisible(not progress.is_over)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        percent = 100 * self._progress.done // max(1, self._progress.total)
        self.setText(self.tr("Preparing learned drawings: {percent} %").format(percent=percent) + " ·")
        self.setToolTip(
            self.tr(
                "Drawings that were loaded are used once the model has seen them, which it does while you do not write"
            )
        )
