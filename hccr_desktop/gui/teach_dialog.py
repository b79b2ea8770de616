"""Says which character a drawing is."""

from PySide6.QtCore import QLocale, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop.domain.charset import CharacterSet
from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.ink_thumbnail import ink_thumbnail


class TeachDialog(QDialog):
    """Shows a drawing and takes the character that it is, typed or pasted.

    Args:
        ink: the drawing.
        known: the characters that can be recognized.
        character_family: font family of characters; empty for the default font.
        parent: the window.
    """

    taught = Signal(str, object)
    """The character, and the ink that it is."""

    def __init__(self, ink: Ink, known: CharacterSet, character_family: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = ink
        self._known = known
        self.setObjectName("teach_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("This is…"))
        unit = self.fontMetrics().height()
        drawing = QLabel(self)
        drawing.setPixmap(ink_thumbnail(ink, unit * 6, self.devicePixelRatioF()))
        drawing.setAccessibleName(self.tr("Your drawing"))
        question = QLabel(self.tr("Which &character is this? Type or paste it."), self)
        self.field = QLineEdit(self)
        self.field.setObjectName("taught_character")
        font = QFont(self.font())
        if character_family:
            font.setFamilies([character_family, font.family()])
        font.setPointSizeF(font.pointSizeF() * 1.8)
        self.field.setFont(font)
        self.field.textChanged.connect(self._on_typed)
        question.setBuddy(self.field)
        self._problem = QLabel(self)
        self._problem.setObjectName("teach_problem")
        self._problem.setWordWrap(True)
        self._problem.setMinimumSize(QSize(unit * 20, round(unit * 2.4)))
        self._problem.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout()
        column.addWidget(question)
        column.addWidget(self.field)
        column.addWidget(self._problem)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(unit)
        row.addWidget(drawing, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        buttons = QDialogButtonBox(self)
        self._learn = QPushButton(self.tr("&Learn"), self)
        self._learn.setObjectName("learn_button")
        self._learn.setDefault(True)
        buttons.addButton(self._learn, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.addLayout(row, 1)
        whole.addWidget(buttons)
        self._on_typed("")
        self.field.setFocus()

    @property
    def problem(self) -> str:
        """Why what was typed cannot be learned; empty for nothing typed, and for what can."""
        return self._problem.text() if self._character is None else ""

    def accept(self) -> None:
        if self._character is not None:
            self.taught.emit(self._character, self._ink)
            super().accept()

    @property
    def _character(self) -> str | None:
        text = self.field.text().strip()
        return text if len(text) == 1 and text in self._known else None

    @Slot(str)
    def _on_typed(self, _text: str) -> None:
        text = self.field.text().strip()
        if not text:
            sentence = self.tr("Drawings like it will be read as this character. It stays on this machine.")
        elif len(text) > 1:
            sentence = self.tr("Please give one character only.")
        elif self._character is None:
            sentence = self.tr("{character} is none of the {count} characters that can be recognized.")
            sentence = sentence.format(character=text, count=QLocale().toString(len(self._known)))
        else:
            sentence = ""
        self._problem.setText(sentence)
        self._learn.setEnabled(self._character is not None)
