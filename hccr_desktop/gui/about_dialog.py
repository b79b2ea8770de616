"""Who made this, and whose work it builds on."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop import __version__, paths
from hccr_desktop.gui import icons


class AboutDialog(QDialog):
    """Version and credits, the model, and the licences of everything that comes with the program.

    Args:
        model: what is known of the open model, one line a fact; empty while there is none.
        parent: the window.
    """

    def __init__(self, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("About HCCR Desktop"))
        tabs = QTabWidget(self)
        tabs.addTab(self._about_page(model), self.tr("About"))
        tabs.addTab(self._licences_page(), self.tr("Licences"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(tabs)
        layout.addWidget(buttons)
        unit = self.fontMetrics().height()
        self.resize(unit * 50, unit * 32)

    def _about_page(self, model: str) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        unit = self.fontMetrics().height()
        layout.setContentsMargins(unit, unit, unit, unit)
        layout.setSpacing(unit)
        head = QHBoxLayout()
        head.setSpacing(unit)
        picture = QLabel(page)
        picture.setPixmap(icons.application_icon().pixmap(unit * 4, unit * 4))
        head.addWidget(picture)
        name = QLabel("HCCR Desktop", page)
        font = name.font()
        font.setPointSizeF(font.pointSizeF() * 1.7)
        font.setBold(True)
        name.setFont(font)
        version = QLabel(self.tr("Version {version}").format(version=__version__), page)
        version.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        titles = QVBoxLayout()
        titles.addStretch()
        titles.addWidget(name)
        titles.addWidget(version)
        titles.addStretch()
        head.addLayout(titles)
        head.addStretch()
        layout.addLayout(head)
        for text in (
            self.tr(
                "An offline handwriting pad for Chinese. It knows the 3,755 characters of GB2312 level 1, needs no "
                "account, and sends nothing anywhere."
            ),
            self.tr(
                "The network is Melnyk-Net: P. Melnyk, Z. You, K. Li, A high-performance CNN method for offline "
                "handwritten Chinese character recognition and visualization, Soft Computing 24 (2020)."
            ),
            model,
        ):
            if text:
                layout.addWidget(_paragraph(text, page))
        layout.addStretch()
        return page

    def _licences_page(self) -> QWidget:
        page = QWidget(self)
        names = QListWidget(page)
        names.setObjectName("licence_names")
        names.setAccessibleName(self.tr("Components"))
        text = QPlainTextEdit(page)
        text.setObjectName("licence_text")
        text.setAccessibleName(self.tr("Licence text"))
        text.setReadOnly(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)  # the texts come broken into lines
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        files = sorted(paths.licenses_dir().glob("*.txt"), key=lambda file: file.name.casefold())
        names.addItems([file.stem for file in files])
        names.currentRowChanged.connect(lambda row: text.setPlainText(_content(files[row]) if row >= 0 else ""))
        if files:
            names.setCurrentRow(0)
        names.setMaximumWidth(self.fontMetrics().averageCharWidth() * 24)
        layout = QHBoxLayout(page)
        layout.addWidget(names)
        layout.addWidget(text, 1)
        return page


def _paragraph(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _content(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
