"""What the program keeps about its user, where, how much of it, and the button that deletes it."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop.gui.action_info import QT_TRANSLATE_NOOP
from hccr_desktop.gui.user_data import BATCH, CRASH, DRAWING, HISTORY, LEARNED, SETTINGS, SPEED, TEXT, Store, UserData

_TITLES: Final = {
    SETTINGS: QT_TRANSLATE_NOOP("PrivacyDialog", "Settings"),
    TEXT: QT_TRANSLATE_NOOP("PrivacyDialog", "Text line"),
    HISTORY: QT_TRANSLATE_NOOP("PrivacyDialog", "History"),
    LEARNED: QT_TRANSLATE_NOOP("PrivacyDialog", "Learned characters"),
    DRAWING: QT_TRANSLATE_NOOP("PrivacyDialog", "Drawing in progress"),
    BATCH: QT_TRANSLATE_NOOP("PrivacyDialog", "Results of a folder"),
    CRASH: QT_TRANSLATE_NOOP("PrivacyDialog", "Crash notes"),
    SPEED: QT_TRANSLATE_NOOP("PrivacyDialog", "Measured speeds"),
}
_CONTENTS: Final = {
    SETTINGS: QT_TRANSLATE_NOOP(
        "PrivacyDialog", "What you chose in the settings, the window's place, and where the last pictures lie."
    ),
    TEXT: QT_TRANSLATE_NOOP(
        "PrivacyDialog",
        "The text below the canvas, with the drawings of its characters, so that it survives a restart.",
    ),
    HISTORY: QT_TRANSLATE_NOOP("PrivacyDialog", "Each picked character with date and time."),
    LEARNED: QT_TRANSLATE_NOOP("PrivacyDialog", "Your drawings of the characters that you corrected."),
    DRAWING: QT_TRANSLATE_NOOP(
        "PrivacyDialog",
        "The strokes on the canvas, so that they survive a crash. Picking, clearing and closing the window delete it.",
    ),
    BATCH: QT_TRANSLATE_NOOP(
        "PrivacyDialog",
        "What the pictures of the folder say that was read last, so that only changed ones are read again.",
    ),
    CRASH: QT_TRANSLATE_NOOP(
        "PrivacyDialog",
        "Where in the program something went wrong; no drawing and no text. Deleted when the program is closed.",
    ),
    SPEED: QT_TRANSLATE_NOOP(
        "PrivacyDialog",
        "How fast model files run on this machine, where there are two of one model to choose between.",
    ),
}


class PrivacyDialog(QDialog):
    """Shows the stores.

    Args:
        user_data: the stores.
        parent: the window.
    """

    deletion_confirmed = Signal()
    """Everything is to be deleted."""

    def __init__(self, user_data: UserData, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._user_data = user_data
        self._sizes: dict[str, QLabel] = {}
        self._openers: dict[str, QPushButton] = {}
        self.setObjectName("privacy_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Your data"))
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addWidget(
            _paragraph(
                self.tr(
                    "All that this program keeps lies in the files below, on this machine. It sends nothing anywhere. "
                    "Pictures and drawings that you saved yourself are not among them."
                )
            )
        )
        column.addWidget(self._make_table(), 1)
        column.addWidget(self._make_buttons())
        unit = self.fontMetrics().height()
        self.resize(unit * 40, unit * 38)
        self.refresh()

    def _make_table(self) -> QWidget:
        content = QWidget(self)
        grid = QGridLayout(content)
        unit = self.fontMetrics().height()
        grid.setContentsMargins(0, 0, unit // 2, 0)
        grid.setHorizontalSpacing(unit)
        grid.setVerticalSpacing(unit // 5)
        grid.setColumnStretch(0, 1)
        for number, store in enumerate(self._user_data.stores):
            self._add_store(grid, 4 * number, store)
        grid.setRowStretch(4 * len(self._user_data.stores), 1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        return area

    def _add_store(self, grid: QGridLayout, row: int, store: Store) -> None:
        title = QLabel(_translated(_TITLES[store.name]), self)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        size = self._sizes[store.name] = QLabel(self)
        size.setObjectName(f"size_{store.name}")
        opener = self._openers[store.name] = QPushButton(self.tr("Open folder"), self)
        opener.setObjectName(f"open_{store.name}")
        opener.setAccessibleName(self.tr("Open the folder of: {name}").format(name=title.text()))
        opener.setAutoDefault(False)
        opener.setProperty("folder", str(store.folder))
        opener.clicked.connect(self._open_folder)
        path = QLabel(str(store.folder / store.patterns[0]), self)
        path.setObjectName(f"path_{store.name}")
        path.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        path.setTextFormat(Qt.TextFormat.PlainText)
        path.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        path.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # a long one does not widen all
        path.setToolTip(path.text())
        grid.addWidget(title, row, 0)
        grid.addWidget(size, row, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(opener, row, 2, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_paragraph(_translated(_CONTENTS[store.name])), row + 1, 0, 1, 2)
        grid.addWidget(path, row + 2, 0, 1, 3)
        grid.setRowMinimumHeight(row + 3, self.fontMetrics().height() // 2)

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        delete = buttons.addButton(self.tr("&Delete all my data…"), QDialogButtonBox.ButtonRole.ResetRole)
        delete.setObjectName("delete_all")
        delete.setAutoDefault(False)
        delete.clicked.connect(self._ask_to_delete)
        buttons.rejected.connect(self.reject)
        return buttons

    def refresh(self) -> None:
        """Show how much there is now."""
        for store in self._user_data.stores:
            text = QLocale().formattedDataSize(store.size_bytes) if store.files else self.tr("nothing")
            self._sizes[store.name].setText(text)
            self._openers[store.name].setEnabled(store.folder.is_dir())

    @Slot()
    def _open_folder(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            QDesktopServices.openUrl(QUrl.fromLocalFile(button.property("folder")))

    @Slot()
    def _ask_to_delete(self) -> None:
        box = QMessageBox(self)
        box.setObjectName("delete_all_box")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Delete all my data"))
        box.setText(self.tr("Delete settings, text line, drawing, history and learned characters for good?"))
        box.setInformativeText(self.tr("The program will then be as it was when it was first started."))
        delete = box.addButton(self.tr("Delete all"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        delete.clicked.connect(self.deletion_confirmed)
        box.open()


def _paragraph(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _translated(text: str) -> str:
    return QCoreApplication.translate("PrivacyDialog", text)
