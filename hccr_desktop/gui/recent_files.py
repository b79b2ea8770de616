"""The files opened last, in a menu; the settings file keeps their paths."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from hccr_desktop.gui.settings_store import SettingsStore

MOST_FILES: Final = 10
"""Taste: what a menu shows without reading."""


class RecentFiles(QObject):
    """Keeps the list, and fills a menu with it.

    Args:
        store: keeps the paths between two starts.
        menu: shows them.
        parent: the window.
    """

    chosen = Signal(object)
    """Path of a file to open again."""

    def __init__(self, store: SettingsStore, menu: QMenu, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._menu = menu
        self._files = [Path(text) for text in store.load_recent_files()][:MOST_FILES]
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill)
        self.translate()

    @property
    def files(self) -> tuple[Path, ...]:
        """Latest first."""
        return tuple(self._files)

    def add(self, file: Path) -> None:
        """Put a file that was opened first."""
        file = file.absolute()
        self._keep([file, *(other for other in self._files if other != file)][:MOST_FILES])

    def remove(self, file: Path) -> None:
        """Take a file out that cannot be opened any more."""
        file = file.absolute()
        if file in self._files:
            self._keep([other for other in self._files if other != file])

    @Slot()
    def clear(self) -> None:
        """Forget all."""
        self._keep([])

    def forget(self) -> None:
        """Forget all, and write nothing: the settings file is being deleted."""
        self._files = []
        self._refresh()

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self._menu.setTitle(self.tr("Open &recent"))
        self._refresh()

    def _keep(self, files: list[Path]) -> None:
        if files != self._files:
            self._files = files
            self._store.save_recent_files([str(file) for file in files])
            self._refresh()

    def _refresh(self) -> None:
        self._menu.menuAction().setEnabled(bool(self._files))

    @Slot()
    def _fill(self) -> None:
        self._menu.clear()
        for number, file in enumerate(self._files, start=1):
            # A name may have an ampersand, which would be a mnemonic.
            action = self._menu.addAction(f"&{number % 10}  {file.name.replace('&', '&&')}")
            action.setToolTip(str(file))
            action.setStatusTip(str(file))
            action.setData(str(file))
            action.triggered.connect(self._open)
        self._menu.addSeparator()
        self._menu.addAction(self.tr("&Clear this list")).triggered.connect(self.clear)

    @Slot()
    def _open(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.chosen.emit(Path(action.data()))
