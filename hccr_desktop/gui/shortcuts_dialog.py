"""The list of keys, made from the actions themselves."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QMenu,
    QMenuBar,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)


class ShortcutsDialog(QDialog):
    """Every action that has a key, in the order and under the titles of the menus.

    Args:
        bar: the menus.
        parent: the window.
    """

    def __init__(self, bar: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.tree = QTreeWidget(self)
        self.tree.setObjectName("shortcuts_tree")
        self.tree.setAccessibleName(self.tr("Verbs and their keys"))
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels([self.tr("Verb"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(True)
        for top in bar.actions():
            menu = top.menu()
            if isinstance(menu, QMenu):
                self._add_menu(menu)
        self.tree.expandAll()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tree)
        layout.addWidget(buttons)
        unit = self.fontMetrics().height()
        self.resize(unit * 32, unit * 36)
        self.tree.setFocus()

    def _add_menu(self, menu: QMenu) -> None:
        title = QTreeWidgetItem(self.tree, [without_mnemonic(menu.title())])
        title.setFirstColumnSpanned(True)
        font = title.font(0)
        font.setBold(True)
        title.setFont(0, font)
        for action in _leaves(menu):
            if action.shortcuts():
                item = QTreeWidgetItem(title, [without_mnemonic(action.text()), keys_text(action)])
                item.setToolTip(0, action.toolTip())
        if not title.childCount():
            self.tree.takeTopLevelItem(self.tree.indexOfTopLevelItem(title))


def keys_text(action: QAction) -> str:
    """The keys of an action that keyboards have, as the platform writes them, with commas between."""
    form = QKeySequence.SequenceFormat.NativeText
    return ", ".join(dict.fromkeys(keys.toString(form) for keys in action.shortcuts() if _is_common(keys)))


def _is_common(keys: QKeySequence) -> bool:
    """Qt binds keys of old workstations too: F13 and up, and those labelled Undo, Copy or Open."""
    key: Qt.Key = keys[0].key()  # type: ignore[index]  # it can be indexed, which PySide6's stubs leave out
    return key < Qt.Key.Key_F13 or Qt.Key.Key_F35 < key < Qt.Key.Key_Back


def without_mnemonic(text: str) -> str:
    """A menu text as it reads: ``&Open picture…`` gives ``Open picture``, ``打开图片(&O)…`` gives ``打开图片``."""
    start = text.find("(&")
    if start >= 0 and text[start + 3 : start + 4] == ")":
        text = text[:start] + text[start + 4 :]
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&").removesuffix("…")


def _leaves(menu: QMenu) -> Iterable[QAction]:
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _leaves(below)
        elif not action.isSeparator():
            yield action
