"""The dialog of what was learned from the user: look, search, delete, save, load."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPalette, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop.errors import TransferStoppedError
from hccr_desktop.gui.learned_list import ENTRY_ROLE, LearnedDelegate, LearnedFilter, LearnedModel
from hccr_desktop.gui.learning_jobs import (
    Export,
    Forget,
    ForgetAll,
    Import,
    JobFailure,
    LearnedEntry,
    ListAll,
    TransferProgress,
    Transferred,
)
from hccr_desktop.gui.learning_service import LearningService
from hccr_desktop.gui.problem_box import show_problem
from hccr_desktop.gui.sentences import translated

EXPORT_SUFFIX = ".jsonl"


class _View(QListView):
    """A list that says why it is empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.placeholder = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model() is None or self.model().rowCount() or not self.placeholder:
            return
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        margin = self.fontMetrics().height() * 2
        box = self.viewport().rect().adjusted(margin, margin, -margin, -margin)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.placeholder)
        painter.end()


class LearnedDialog(QDialog):
    """Shows what was learned.

    Args:
        service: knows it.
        is_on: it is used and extended; else the dialog says that it is not.
        character_family: font family of characters; empty for the default font.
        directory: where file dialogs begin; empty for where they like.
        parent: the window.
    """

    directory_chosen = Signal(str)
    """Folder of a file that was saved or loaded."""

    def __init__(
        self,
        service: LearningService,
        *,
        is_on: bool,
        character_family: str,
        directory: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._is_on = is_on
        self._directory = directory
        self._is_listed = False
        self._is_asked = False
        self._news = ""
        self.setObjectName("learned_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = LearnedModel(self)
        self._filter = LearnedFilter(self.model, self)
        self.search = QLineEdit(self)
        self.search.setObjectName("learned_search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_searched)
        self.view = _View(self)
        self.view.setObjectName("learned_view")
        self.view.setModel(self._filter)
        self.view.setItemDelegate(LearnedDelegate(character_family, self.view))
        self.view.setUniformItemSizes(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._note = QLabel(self)
        self._note.setObjectName("learned_note")
        self._note.setWordWrap(True)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("learned_progress")
        self._progress.setTextVisible(False)
        self._progress.setMaximumHeight(self.fontMetrics().height())
        self._embedding = QProgressBar(self)
        self._embedding.setObjectName("learned_embedding")
        self._embedding.setTextVisible(False)
        self._embedding.setMaximumHeight(self.fontMetrics().height() // 2)
        self._embedding_text = QLabel(self)
        self._embedding_text.setObjectName("learned_embedding_text")
        self._embedding_text.setWordWrap(True)
        self._embedding_text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._make_buttons()
        self._arrange()
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        QShortcut(QKeySequence.StandardKey.Delete, self.view, self._ask_to_delete_selected).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        self.model.inks_wanted.connect(service.show_inks)
        self.view.selectionModel().selectionChanged.connect(self._refresh)
        self._filter.modelReset.connect(self._refresh)
        service.listed.connect(self._on_listed)
        service.inks_read.connect(self._on_inks_read)
        service.learned.connect(self._list_anew)
        service.forgotten.connect(self._list_anew)
        service.imported.connect(self._on_imported)
        service.exported.connect(self._on_exported)
        service.progressed.connect(self._on_progressed)
        service.embedded.connect(self._show_embedding)
        service.changed.connect(self._list_anew)
        service.failed.connect(self._on_failed)
        self.translate()
        unit = self.fontMetrics().height()
        self.resize(unit * 34, unit * 32)
        self.view.setFocus()
        self._list_anew()

    def _make_buttons(self) -> None:
        self.delete = QPushButton(self)
        self.delete_all = QPushButton(self)
        self.load = QPushButton(self)
        self.save = QPushButton(self)
        self.stop = QPushButton(self)
        for name, button, verb in (
            ("delete", self.delete, self._ask_to_delete_selected),
            ("delete_all", self.delete_all, self._ask_to_delete_all),
            ("import", self.load, self._ask_what_to_load),
            ("export", self.save, self._ask_where_to_save),
            ("stop", self.stop, self._service.stop_transfers),
        ):
            button.setObjectName(f"learned_{name}")
            button.setAutoDefault(False)
            button.clicked.connect(verb)

    def _arrange(self) -> None:
        tools = QHBoxLayout()
        tools.addWidget(self.delete)
        tools.addWidget(self.delete_all)
        tools.addStretch(1)
        tools.addWidget(self.load)
        tools.addWidget(self.save)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addWidget(self._note, 1)
        foot.addWidget(buttons, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.view, 1)
        column.addLayout(tools)
        transfer = QHBoxLayout()
        transfer.addWidget(self._progress, 1)
        transfer.addWidget(self.stop)
        column.addLayout(transfer)
        self._show_progress(None)
        column.addWidget(self._embedding)
        column.addWidget(self._embedding_text)
        column.addLayout(foot)

    @property
    def note(self) -> str:
        """What the foot of the dialog says."""
        return self._note.text()

    @property
    def selected_ids(self) -> tuple[int, ...]:
        """Ids of the selected entries."""
        entries = [index.data(ENTRY_ROLE) for index in self.view.selectionModel().selectedIndexes()]
        return tuple(entry.id for entry in entries if isinstance(entry, LearnedEntry))

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self.setWindowTitle(self.tr("Learned characters"))
        self.search.setPlaceholderText(self.tr("Search by character or pinyin"))
        self.search.setAccessibleName(self.tr("Search"))
        self.view.setAccessibleName(self.tr("Learned characters"))
        self.delete.setText(self.tr("&Delete"))
        self.delete_all.setText(self.tr("Delete &all…"))
        self.load.setText(self.tr("&Import…"))
        self.save.setText(self.tr("&Export…"))
        self.stop.setText(self.tr("S&top"))
        self._progress.setAccessibleName(self.tr("Drawings done"))
        self._embedding.setAccessibleName(self.tr("Drawings in use"))
        self._show_embedding()
        self._refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "save"):
            self.translate()

    @Slot()
    def _refresh(self) -> None:
        count, shown = len(self.model.entries), self._filter.rowCount()
        self.delete.setEnabled(bool(self.view.selectionModel().selectedIndexes()))
        self.delete_all.setEnabled(count > 0)
        self.save.setEnabled(count > 0)
        if not self._is_listed:
            self.view.placeholder = ""
        elif count:
            self.view.placeholder = self.tr("Nothing is found.")
        else:
            self.view.placeholder = self.tr(
                "Nothing has been learned yet. When you pick a candidate other than the first, or say “This is…” of a"
                " drawing, it is kept here and recognized next time."
            )
        self.view.viewport().update()
        told = self.tr("%n drawing(s)", "", count) if count else ""
        if shown < count:
            told = self.tr("{shown} of {all}").format(shown=shown, all=told)
        off = "" if self._is_on else self.tr("Learning is switched off in the settings, so nothing of this is used.")
        self._note.setText("\n".join(part for part in (self._news, told, off) if part) if self._is_listed else "")

    @Slot(str)
    def _on_searched(self, query: str) -> None:
        self._news = ""
        self._filter.search(query)

    # The service answers

    @Slot()
    def _list_anew(self) -> None:
        if not self._is_asked:  # several events come with one change
            self._is_asked = True
            self._service.list_all()

    @Slot(object)
    def _on_listed(self, entries: tuple[LearnedEntry, ...]) -> None:
        selected, row = set(self.selected_ids), max(0, self.view.currentIndex().row())
        self._is_listed, self._is_asked = True, False
        if tuple(entries) != self.model.entries:
            self.model.set_entries(entries)
            self._select_again(selected, row)
        self._refresh()

    def _select_again(self, selected: set[int], row: int) -> None:
        """Select what was selected; where that has gone, what stands in its place, for the keyboard to go on from."""
        selection = self.view.selectionModel()
        indices = [self._filter.index(number, 0) for number in range(self._filter.rowCount())]
        kept = [index for index in indices if selected and index.data(ENTRY_ROLE).id in selected]
        current = kept[0] if kept else indices[min(row, len(indices) - 1)] if indices else None
        if current is not None:
            selection.setCurrentIndex(current, selection.SelectionFlag.ClearAndSelect)
        for index in kept:
            selection.select(index, selection.SelectionFlag.Select)

    @Slot(object)
    def _on_inks_read(self, inks: object) -> None:
        if isinstance(inks, dict):
            self.model.add_inks(inks)

    @Slot(object)
    def _on_progressed(self, progress: TransferProgress) -> None:
        self._show_progress(progress)

    def _show_progress(self, progress: TransferProgress | None) -> None:
        """How far the file is that is being written or taken in; None where there is none."""
        for widget in (self._progress, self.stop):
            widget.setVisible(progress is not None)
        if progress is not None:
            self._progress.setRange(0, progress.total)
            self._progress.setValue(progress.done)

    @Slot()
    def _show_embedding(self) -> None:
        """How many of the drawings that the model had not seen are in use; nothing where none waits."""
        progress = self._service.embedding
        for widget in (self._embedding, self._embedding_text):
            widget.setVisible(progress is not None)
        if progress is not None:
            self._embedding.setRange(0, progress.total)
            self._embedding.setValue(progress.done)
            text = self.tr(
                "{done} of {total} new drawings are in use; the others follow while you do not write, and go on at the"
                " next start if you close the program."
            )
            self._embedding_text.setText(text.format(done=f"{progress.done:,}", total=f"{progress.total:,}"))

    @Slot(object)
    def _on_exported(self, transferred: Transferred) -> None:
        self._show_progress(None)
        self._news = self.tr("Saved to {name}.").format(name=transferred.path.name)
        self._refresh()

    @Slot(object)
    def _on_imported(self, transferred: Transferred) -> None:
        self._show_progress(None)
        loaded = self.tr("%n drawing(s) loaded from {name}.", "", transferred.count)
        self._news = loaded.format(name=transferred.path.name)
        self._list_anew()

    @Slot(object)
    def _on_failed(self, failure: JobFailure) -> None:
        titles = {
            Import: self.tr("The file cannot be used"),
            Export: self.tr("The file cannot be written"),
            Forget: self.tr("This cannot be deleted"),
            ForgetAll: self.tr("This cannot be deleted"),
        }
        if isinstance(failure.job, Import | Export):
            self._show_progress(None)
        if isinstance(failure.error, TransferStoppedError):
            self._news = translated(failure.error.message)
            self._refresh()
        elif isinstance(failure.job, ListAll):
            self._is_asked = False
            self.view.placeholder = translated(failure.error.message)
            self.view.viewport().update()
        elif type(failure.job) in titles:
            self._news = ""
            self._refresh()
            show_problem(self, titles[type(failure.job)], failure.error)

    # Deleting

    @Slot()
    def _ask_to_delete_selected(self) -> None:
        entry_ids = self.selected_ids
        if entry_ids:
            self._news = ""
            question = self.tr("Delete %n learned drawing(s)? This cannot be undone.", "", len(entry_ids))
            self._ask_to_delete(question, Forget(entry_ids))

    @Slot()
    def _ask_to_delete_all(self) -> None:
        question = self.tr("Delete everything that was learned? This cannot be undone.")
        self._ask_to_delete(question, ForgetAll())

    def _ask_to_delete(self, question: str, job: Forget | ForgetAll) -> None:
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Learned characters"), question, parent=self)
        box.setObjectName("delete_box")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        delete = box.addButton(self.tr("&Delete"), QMessageBox.ButtonRole.DestructiveRole)
        delete.setObjectName("confirm_delete")
        keep = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)

        def do_it() -> None:
            if isinstance(job, Forget):
                self._service.forget(job.entry_ids)
            else:
                self._service.forget_all()

        delete.clicked.connect(do_it)
        box.open()

    # Files

    @Slot()
    def _ask_what_to_load(self) -> None:
        dialog = self._file_dialog("import_dialog", self.tr("Import learned characters"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file_to_load)
        dialog.open()

    @Slot()
    def _ask_where_to_save(self) -> None:
        dialog = self._file_dialog("export_dialog", self.tr("Export learned characters"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(EXPORT_SUFFIX[1:])
        dialog.selectFile(self.tr("learned characters") + EXPORT_SUFFIX)
        dialog.fileSelected.connect(self._on_file_to_save)
        dialog.open()

    def _file_dialog(self, name: str, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title, self._directory)
        dialog.setObjectName(name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters([self.tr("Learned drawings (*.jsonl)"), self.tr("All files (*)")])
        return dialog

    @Slot(str)
    def _on_file_to_load(self, file: str) -> None:
        self._transfer(Path(file))
        self._service.import_(Path(file))

    @Slot(str)
    def _on_file_to_save(self, file: str) -> None:
        self._transfer(Path(file))
        self._service.export(Path(file))

    def _transfer(self, file: Path) -> None:
        """Say that a file is being read or written, which takes seconds where there are thousands of drawings."""
        self._news = f"{file.name}…"
        self._refresh()
        self._directory = str(file.parent)
        self.directory_chosen.emit(self._directory)
