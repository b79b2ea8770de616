"""The window of past picks: search, take again, delete."""

from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QMessageBox,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop.gui.details_pane import SearchField
from hccr_desktop.gui.history_model import CHARACTER_COLUMN, READING_COLUMN, TIME_COLUMN, HistoryFilter, HistoryModel
from hccr_desktop.gui.lexicon_service import LexiconService
from hccr_desktop.gui.pick_history import PastPick, PickHistory

_CHARACTER_SCALE: Final = 1.5
"""Characters have more strokes than letters and need more room. Taste."""


class HistoryDialog(QDialog):
    """Lists picks beside the window, which stays usable.

    Args:
        history: what is listed; :meth:`show_picks` after each change.
        lexicon: tells the readings; stopped when the dialog closes.
        character_family: font family of characters; empty for the default font.
        is_kept: picks are recorded at present.
        parent: the window.
    """

    taken = Signal(str)
    """A character is to go where a pick goes."""
    copied = Signal(str)
    """A character is to go to the clipboard."""
    appended = Signal(str)
    """A character is to go to the compose line."""
    deleted = Signal(object)
    """Tuple of PastPick: they are to be forgotten."""
    cleared = Signal()
    """All picks are to be forgotten; the user has confirmed it."""

    def __init__(
        self,
        history: PickHistory,
        lexicon: LexiconService,
        *,
        character_family: str,
        is_kept: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._history = history
        self._lexicon = lexicon
        self._is_kept = is_kept
        self.setObjectName("history_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = SearchField(self)
        self.search.setObjectName("history_search")
        self.search.setClearButtonEnabled(True)
        self._model = HistoryModel(self._character_font(character_family), self)
        self._filter = HistoryFilter(self._model)
        self.table = self._make_table()
        self._note = QLabel(self)
        self._note.setObjectName("history_note")
        self._note.setWordWrap(True)
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self._note)
        column.addWidget(self._make_buttons())
        self.search.textChanged.connect(self._on_typed)
        self.search.moved.connect(self._move_selection)
        self.search.confirmed.connect(self._take_current)
        self.search.left.connect(self.reject)
        self._lexicon.described.connect(self._on_described)
        self.translate()
        self.show_picks()
        unit = self.fontMetrics().height()
        self.resize(unit * 28, unit * 28)
        self.search.setFocus()

    def _character_font(self, family: str) -> QFont:
        font = QFont(self.font())
        if family:
            font.setFamilies([family, font.family()])
        font.setPointSizeF(font.pointSizeF() * _CHARACTER_SCALE)
        return font

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("history_table")
        table.setModel(self._filter)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)  # Tab leaves the table, the arrow keys move within it
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(round(self.fontMetrics().height() * 2.2))
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(CHARACTER_COLUMN, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(READING_COLUMN, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(TIME_COLUMN, QHeaderView.ResizeMode.ResizeToContents)
        table.doubleClicked.connect(self._take_current)
        table.selectionModel().selectionChanged.connect(self._refresh_buttons)
        table.installEventFilter(self)
        return table

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        self._copy, self._append, self._delete, self._clear = (QPushButton(self) for _ in range(4))
        for button, name, slot in (
            (self._copy, "history_copy", self._copy_current),
            (self._append, "history_append", self._append_current),
            (self._delete, "history_delete", self._delete_selected),
            (self._clear, "history_clear", self._ask_to_clear),
        ):
            button.setObjectName(name)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        close = buttons.addButton(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        return buttons

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self.setWindowTitle(self.tr("History"))
        self.search.setPlaceholderText(self.tr("Search: 鲍, bao, bào"))
        self.search.setAccessibleName(self.tr("Search the history"))
        self.table.setAccessibleName(self.tr("Picked characters, the newest first"))
        self._copy.setText(self.tr("&Copy"))
        self._append.setText(self.tr("&Add to text"))
        self._delete.setText(self.tr("&Delete"))
        self._clear.setText(self.tr("C&lear history…"))
        self._refresh_note()

    # What it shows

    def show_picks(self) -> None:
        """List the history as it is now."""
        self._model.set_picks(self._history.picks)
        self._select_row(0)
        unknown = self._model.undescribed
        if unknown:
            self._lexicon.describe(unknown)
        self._refresh_buttons()
        self._refresh_note()

    def set_is_kept(self, is_kept: bool) -> None:
        """Whether picks are recorded from now on."""
        self._is_kept = is_kept
        self._refresh_note()

    @property
    def listed(self) -> str:
        """The characters in the table, in its order."""
        return "".join(self._pick_of(row).character for row in range(self._filter.rowCount()))

    @property
    def selected(self) -> tuple[PastPick, ...]:
        """The selected picks."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return tuple(self._pick_of(row) for row in rows)

    def _pick_of(self, row: int) -> PastPick:
        return self._model.pick_at(self._filter.mapToSource(self._filter.index(row, 0)).row())

    def _refresh_note(self) -> None:
        if not self._is_kept:
            note = self.tr("The history is switched off in the settings: no pick is added.")
        elif not self._history.picks:
            note = self.tr("Characters that you pick are listed here. They stay on this machine.")
        elif not self._filter.rowCount():
            note = self.tr("No pick matches the search.")
        else:
            note = self.tr("Enter or a double click takes a character again.")
        self._note.setText(note)

    @Slot()
    def _refresh_buttons(self) -> None:
        count = len(self.table.selectionModel().selectedRows())
        self._copy.setEnabled(count > 0)
        self._append.setEnabled(count > 0)
        self._delete.setEnabled(count > 0)
        self._clear.setEnabled(bool(self._history.picks))

    def _select_row(self, row: int) -> None:
        row = min(max(0, row), self._filter.rowCount() - 1)
        if row >= 0:
            # QTableView.selectRow() would heed Ctrl and Shift, which the key that opens this dialog holds down.
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(self._filter.index(row, 0), flags)
            self.table.scrollTo(self._filter.index(row, 0))

    # What the user does

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Enter and Delete work in the table as well."""
        if watched is self.table and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take_current()
                return True
            if event.key() == Qt.Key.Key_Delete:
                self._delete_selected()
                return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]  # Qt only ever passes a QObject

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_note"):
            self.translate()

    def done(self, result: int) -> None:
        self._lexicon.stop()
        super().done(result)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        self._filter.set_query(text)
        self._select_row(0)
        self._refresh_buttons()
        self._refresh_note()

    @Slot(int)
    def _move_selection(self, rows: int) -> None:
        self._select_row(self.table.currentIndex().row() + rows)

    @Slot(object)
    def _on_described(self, entries: object) -> None:
        if isinstance(entries, dict):
            self._model.add_entries(entries)
            if self.search.text():  # it may find more now
                self._on_typed(self.search.text())

    @Slot()
    def _take_current(self) -> None:
        for pick in self.selected:
            self.taken.emit(pick.character)

    @Slot()
    def _copy_current(self) -> None:
        if self.selected:
            self.copied.emit("".join(pick.character for pick in self.selected))

    @Slot()
    def _append_current(self) -> None:
        if self.selected:
            self.appended.emit("".join(pick.character for pick in self.selected))

    @Slot()
    def _delete_selected(self) -> None:
        if self.selected:
            row = self.table.selectionModel().selectedRows()[0].row()
            self.deleted.emit(self.selected)
            self._select_row(row)

    @Slot()
    def _ask_to_clear(self) -> None:
        box = QMessageBox(self)
        box.setObjectName("clear_history_box")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Clear history"))
        box.setText(self.tr("Forget all %n pick(s)? This cannot be undone.", "", len(self._history.picks)))
        clear = box.addButton(self.tr("Clear history"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        clear.clicked.connect(self.cleared)
        box.open()
