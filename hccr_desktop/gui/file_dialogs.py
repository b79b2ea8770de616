"""Asking for a file to open or to save, without a nested event loop, from where the last one lay."""

from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from hccr_desktop.gui.drawing_files import INK_SUFFIX
from hccr_desktop.gui.settings_store import SettingsStore


class FileDialogs(QObject):
    """The two dialogs, and the folder they share.

    Args:
        store: keeps the folder for the next start.
        directory: the folder of the last start; empty for the user's pictures.
        parent: the window.
    """

    pictures_chosen = Signal(object)
    """Tuple of the paths of pictures to open."""
    target_chosen = Signal(object)
    """Path to save the drawing to."""
    folder_chosen = Signal(object)
    """Path of a folder to read."""
    results_target_chosen = Signal(object)
    """Path to save the results of a folder to."""
    directory_lost = Signal()
    """The folder could not be kept for the next start."""

    def __init__(self, store: SettingsStore, directory: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._store = store
        self._directory = directory

    @Slot()
    def ask_for_pictures(self) -> None:
        """Let the user choose one picture or several."""
        dialog = self._made("open_dialog", self.tr("Open pictures"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [
                self.tr("Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.tif *.tiff *.webp)"),
                self.tr("All files (*)"),
            ]
        )
        dialog.filesSelected.connect(self._on_pictures_selected)
        dialog.open()

    def ask_for_target(self, name: str) -> None:
        """Let the user choose where the drawing goes, and as what; ``name`` is proposed."""
        picture_filter = self.tr("Picture (*.png)")
        dialog = self._made("save_dialog", self.tr("Save drawing"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([picture_filter, self.tr("Strokes (*.jsonl)")])
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix("png" if chosen == picture_filter else INK_SUFFIX[1:])
        )
        dialog.selectFile(name)
        dialog.fileSelected.connect(self._on_target_selected)
        dialog.open()

    def ask_for_folder(self, parent: QWidget) -> None:
        """Let the user choose a folder, over a window."""
        dialog = self._made("folder_dialog", self.tr("Choose a folder"), parent)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self._on_folder_selected)
        dialog.open()

    @Slot()
    def ask_for_results_target(self) -> None:
        """Let the user choose where the results of a folder go, and as what."""
        filters = {
            self.tr("Table (*.csv)"): "csv",
            self.tr("JSON (*.json)"): "json",
            self.tr("Text (*.txt)"): "txt",
        }
        dialog = self._made("results_dialog", self.tr("Save results"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(filters))
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters.get(chosen, "csv")))
        dialog.selectFile(self.tr("results"))
        dialog.fileSelected.connect(self._on_results_target_selected)
        dialog.open()

    def _made(self, name: str, title: str, parent: QWidget | None = None) -> QFileDialog:
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        dialog = QFileDialog(parent or self._window, title, self._directory or pictures)
        dialog.setObjectName(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Qt's Chinese catalogue lacks these two; where the desktop's own dialog is shown it has its own.
        dialog.setLabelText(QFileDialog.DialogLabel.LookIn, self.tr("&Look in:"))
        dialog.setLabelText(QFileDialog.DialogLabel.FileType, self.tr("Files of &type:"))
        return dialog

    @Slot(list)
    def _on_pictures_selected(self, files: list[str]) -> None:
        if files:
            self._remember(Path(files[0]).parent)
            self.pictures_chosen.emit(tuple(Path(file) for file in files))

    @Slot(str)
    def _on_target_selected(self, file: str) -> None:
        self._remember(Path(file).parent)
        self.target_chosen.emit(Path(file))

    @Slot(str)
    def _on_folder_selected(self, folder: str) -> None:
        self._remember(Path(folder))
        self.folder_chosen.emit(Path(folder))

    @Slot(str)
    def _on_results_target_selected(self, file: str) -> None:
        self._remember(Path(file).parent)
        self.results_target_chosen.emit(Path(file))

    def _remember(self, directory: Path) -> None:
        if str(directory) == self._directory:
            return
        self._directory = str(directory)
        if not self._store.save("last_directory", self._directory):
            self.directory_lost.emit()
