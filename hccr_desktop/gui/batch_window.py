"""The window of a folder: its pictures with what they say, corrected by hand, and saved."""

from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListView,
    QListWidget,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop.gui.batch_jobs import BatchEnd, BatchNews, is_doubtful, with_choice
from hccr_desktop.gui.batch_model import CONFIDENCE_COLUMN, FILE_COLUMN, TEXT_COLUMN, BatchModel
from hccr_desktop.gui.batch_service import BatchService
from hccr_desktop.gui.candidate_list import PICK_KEYS, CandidateView
from hccr_desktop.gui.sentences import translated
from hccr_desktop.inference.batch_reading import BatchOptions, FileReading

_CHARACTER_SCALE: Final = 1.35
_THUMBNAIL_LINES: Final = 3.2
"""Height of a thumbnail in lines of text. Taste."""


class BatchWindow(QDialog):
    """Stands beside the pad, which stays usable.

    Args:
        service: reads; stopped when the window closes.
        options: how every file is read.
        known: readings of earlier times; those of files that have not changed are shown as they are.
        character_family: font family of characters; empty for the default font.
        parent: the main window.
    """

    folder_wanted = Signal()
    """The user wants to choose a folder."""
    export_wanted = Signal()
    """The readings are to be saved to a file of the user's choice."""
    picture_wanted = Signal(str)
    """Path of a picture that is to be opened on the pad."""
    read_through = Signal()
    """The reading has ended, or was stopped: what there is is to be kept."""
    corrected = Signal()
    """A reading was corrected by hand, and is to be kept so."""

    def __init__(
        self,
        service: BatchService,
        options: BatchOptions,
        *,
        known: tuple[FileReading, ...],
        character_family: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._options = options
        self._known = known
        self._family = character_family
        self._folder = ""
        self._error = ""
        self.setObjectName("batch_window")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.model = BatchModel(self._character_font(), self)
        self.table = self._make_table()
        self.characters = self._make_characters()
        self.candidates = CandidateView(self)
        self.candidates.set_character_family(character_family)
        self.candidates.set_has_readings(False)
        self._note = QLabel(self)
        self._note.setObjectName("batch_note")
        self._note.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._progress = QProgressBar(self)
        self._progress.setObjectName("batch_progress")
        self._progress.setTextVisible(False)
        self._progress.setMaximumHeight(self.fontMetrics().height())
        self._arrange()
        self.candidates.picked.connect(self.choose)
        self.characters.currentRowChanged.connect(self._show_candidates)
        self.table.selectionModel().currentRowChanged.connect(self._show_reading)
        self.table.doubleClicked.connect(self._open_current)
        service.advanced.connect(self._on_advanced)
        service.ended.connect(self._on_ended)
        self.translate()
        unit = self.fontMetrics().height()
        self.resize(unit * 62, unit * 40)
        self._splitter.setSizes([unit * 38, unit * 24])
        self._refresh()

    # Making

    def _character_font(self) -> QFont:
        font = QFont(self.font())
        if self._family:
            font.setFamilies([self._family, font.family()])
        font.setPointSizeF(font.pointSizeF() * _CHARACTER_SCALE)
        return font

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setObjectName("batch_table")
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setWordWrap(False)
        side = round(self.fontMetrics().height() * _THUMBNAIL_LINES)
        table.setIconSize(QSize(round(side * 1.5), side))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(side + 8)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(FILE_COLUMN, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(FILE_COLUMN, self.fontMetrics().averageCharWidth() * 30)
        header.setSectionResizeMode(TEXT_COLUMN, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(CONFIDENCE_COLUMN, QHeaderView.ResizeMode.Fixed)
        return table

    def _make_characters(self) -> QListWidget:
        characters = QListWidget(self)
        characters.setObjectName("batch_characters")
        characters.setFlow(QListView.Flow.LeftToRight)
        characters.setWrapping(True)
        characters.setResizeMode(QListView.ResizeMode.Adjust)
        characters.setFont(self._character_font())
        characters.setFrameShape(QFrame.Shape.NoFrame)
        characters.setMaximumHeight(self.fontMetrics().height() * 5)  # ten candidates fit below, at the first size
        return characters

    def _arrange(self) -> None:
        self._folder_label = QLabel(self)
        self._folder_label.setObjectName("batch_folder")
        self._folder_label.setTextFormat(Qt.TextFormat.PlainText)
        self._folder_label.setMinimumWidth(1)
        self._choose, self._again, self._stop, self._save, self._close = (QPushButton(self) for _ in range(5))
        self._recursive, self._single = QCheckBox(self), QCheckBox(self)
        for widget, name in (
            (self._choose, "batch_choose"),
            (self._again, "batch_again"),
            (self._stop, "batch_stop"),
            (self._save, "batch_save"),
            (self._close, "batch_close"),
            (self._recursive, "batch_recursive"),
            (self._single, "batch_single"),
        ):
            widget.setObjectName(name)
        for button, slot in (
            (self._choose, self.folder_wanted),
            (self._again, self.read_again),
            (self._stop, self._service.cancel),
            (self._save, self.export_wanted),
            (self._close, self.close),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(slot)
        top, marks, bottom = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self._choose)
        top.addWidget(self._folder_label, 1)
        top.addWidget(self._again)
        marks.addWidget(self._recursive)
        marks.addWidget(self._single)
        marks.addStretch(1)
        side = QWidget(self)
        correction = QVBoxLayout(side)
        correction.setContentsMargins(0, 0, 0, 0)
        self._correction = QLabel(side)
        self._correction.setWordWrap(True)
        self._correction.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        for part in (self._correction, self.characters):
            correction.addWidget(part)
        correction.addWidget(self.candidates, 1)
        self._splitter = QSplitter(self)
        self._splitter.addWidget(self.table)
        self._splitter.addWidget(side)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setChildrenCollapsible(False)
        bottom.addWidget(self._note)
        bottom.addWidget(self._progress, 1)
        bottom.addStretch(0)
        for button in (self._stop, self._save, self._close):
            bottom.addWidget(button)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addLayout(top)
        column.addLayout(marks)
        column.addWidget(self._splitter, 1)
        column.addLayout(bottom)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self.setWindowTitle(self.tr("Read a folder"))
        self._choose.setText(self.tr("Choose &folder…"))
        self._again.setText(self.tr("&Read again"))
        self._again.setToolTip(self.tr("Read the files that are new or have changed"))
        self._stop.setText(self.tr("S&top"))
        self._save.setText(self.tr("&Save results…"))
        self._close.setText(self.tr("Close"))
        self._recursive.setText(self.tr("With the folders &inside"))
        self._single.setText(self.tr("Each picture is &one character"))
        self._correction.setText(
            self.tr("Select a character, then its right candidate; the keys 1 to 9 and 0 do it too.")
        )
        self.table.setAccessibleName(self.tr("Pictures of the folder"))
        self.characters.setAccessibleName(self.tr("Characters of the picture"))
        self.candidates.setAccessibleName(self.tr("Candidates"))
        self.candidates.set_placeholder(self.tr("Candidates of the selected character appear here."))
        self._progress.setAccessibleName(self.tr("Files read"))
        # A section that fits its contents does not grow with rows that come later.
        self.table.horizontalHeader().resizeSection(CONFIDENCE_COLUMN, self._confidence_width())
        self._refresh()

    def _confidence_width(self) -> int:
        """Pixels that the longest text of the column takes, with the room that a cell leaves around it."""
        header = self.table.horizontalHeader()
        widest = max(self.table.fontMetrics().horizontalAdvance(text) for text in self.model.widest_confidences())
        return max(widest + self.fontMetrics().height(), header.sectionSizeHint(CONFIDENCE_COLUMN))

    # Reading

    @property
    def folder(self) -> str:
        """The folder that is shown; empty for none."""
        return self._folder

    @property
    def note(self) -> str:
        """What it says of the files."""
        return self._note.text()

    def read(self, folder: str) -> None:
        """Read a folder and show it."""
        self._folder = folder
        self._keep_known()
        self.model.clear()
        self._start()

    @Slot()
    def read_again(self) -> None:
        """Read what is new or has changed in the folder."""
        if self._folder:
            self.read(self._folder)

    def _keep_known(self) -> None:
        """What is shown counts as known, with the corrections made by hand."""
        shown = {reading.file for reading in self.model.readings}
        self._known = (*(reading for reading in self._known if reading.file not in shown), *self.model.readings)

    def _start(self) -> None:
        self._error = ""
        self._progress.setRange(0, 0)
        options = BatchOptions(count=self._options.count, is_one_character=self._single.isChecked())
        self._service.read(self._folder, options=options, is_recursive=self._recursive.isChecked(), known=self._known)
        self._refresh()

    @Slot(object)
    def _on_advanced(self, news: BatchNews) -> None:
        self.model.add(news)
        self._progress.setRange(0, news.total)
        self._progress.setValue(news.done)
        if not self.table.currentIndex().isValid():
            self._select_row(0)
        self._refresh()

    @Slot(object)
    def _on_ended(self, end: BatchEnd) -> None:
        self._error = end.error
        self._refresh()
        self.read_through.emit()

    # Correcting

    @property
    def _current_row(self) -> int:
        return self.table.currentIndex().row()

    def _select_row(self, row: int) -> None:
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().setCurrentIndex(self.model.index(row, 0), flags)

    @Slot()
    def _show_reading(self) -> None:
        row = self._current_row
        characters = self.model.readings[row].characters if 0 <= row < len(self.model.readings) else ()
        self.characters.blockSignals(True)
        self.characters.clear()
        self.characters.addItems([character.recognition.best.character for character in characters])
        doubtful = [place for place, character in enumerate(characters) if not character.recognition.is_sure]
        self.characters.setCurrentRow(doubtful[0] if doubtful else 0)
        self.characters.blockSignals(False)
        self._show_candidates()

    @Slot()
    def _show_candidates(self) -> None:
        row, index = self._current_row, self.characters.currentRow()
        if 0 <= row < len(self.model.readings) and 0 <= index < len(self.model.readings[row].characters):
            recognition = self.model.readings[row].characters[index].recognition
            self.candidates.show_candidates(recognition.candidates, is_sure=recognition.is_sure)
        else:
            self.candidates.show_candidates(())

    @Slot(int)
    def choose(self, candidate: int) -> None:
        """Take a candidate for the selected character, and go on to the next."""
        row, index = self._current_row, self.characters.currentRow()
        if not (0 <= row < len(self.model.readings) and 0 <= candidate < len(self.candidates.candidates)):
            return
        changed = with_choice(self.model.readings[row], index, candidate)
        self.model.replace(row, changed)
        self.characters.item(index).setText(changed.characters[index].recognition.best.character)
        if index + 1 < self.characters.count():
            self.characters.setCurrentRow(index + 1)
        else:
            self._show_candidates()
        self._refresh()
        self.corrected.emit()

    @Slot()
    def _open_current(self) -> None:
        row = self._current_row
        if 0 <= row < len(self.model.readings):
            self.picture_wanted.emit(self.model.readings[row].file)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() and event.text() in PICK_KEYS:
            self.choose(PICK_KEYS.index(event.text()))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.table.hasFocus():
            self._open_current()
        else:
            super().keyPressEvent(event)

    # The window itself

    def _refresh(self) -> None:
        is_running = self._service.is_running
        readings = self.model.readings
        self._folder_label.setText(self._folder or self.tr("No folder is chosen yet."))
        self._folder_label.setToolTip(self._folder)
        self._again.setEnabled(bool(self._folder) and not is_running)
        self._stop.setVisible(is_running)
        self._progress.setVisible(is_running)
        self._save.setEnabled(bool(readings) and not is_running)
        self._note.setText(self._note_of(readings))

    def _note_of(self, readings: tuple[FileReading, ...]) -> str:
        if self._error:
            return translated(self._error)
        if not readings:
            return ""
        text = self.tr("%n picture(s)", "", len(readings))
        failed = sum(bool(reading.error) for reading in readings)
        doubtful = sum(is_doubtful(reading) for reading in readings)
        if doubtful:
            text = self.tr("{text}, {count} not sure").format(text=text, count=doubtful)
        if failed:
            text = self.tr("{text}, {count} could not be read").format(text=text, count=failed)
        return text

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and hasattr(self, "_splitter"):
            self.translate()

    def done(self, status: int) -> None:
        self._service.stop()
        super().done(status)
