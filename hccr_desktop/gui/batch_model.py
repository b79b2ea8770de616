"""The readings of a folder as rows of a table."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QIcon, QPixmap

from hccr_desktop.gui.batch_jobs import BatchNews, Key, is_doubtful, key_of
from hccr_desktop.gui.candidate_list import percent_text
from hccr_desktop.gui.qt_images import to_qimage
from hccr_desktop.gui.sentences import translated
from hccr_desktop.imaging.types import PageImage
from hccr_desktop.inference.batch_reading import FileReading

ModelIndex = QModelIndex | QPersistentModelIndex

FILE_COLUMN: Final = 0
TEXT_COLUMN: Final = 1
CONFIDENCE_COLUMN: Final = 2


class BatchModel(QAbstractTableModel):
    """One row a picture: thumbnail and name, what it says, how confident that is.

    Args:
        character_font: of what the pictures say.
    """

    def __init__(self, character_font: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font = character_font
        self._readings: list[FileReading] = []
        self._places: dict[Key, int] = {}
        self._thumbnails: dict[Key, QIcon] = {}

    @property
    def readings(self) -> tuple[FileReading, ...]:
        """All rows."""
        return tuple(self._readings)

    def clear(self) -> None:
        """Leave no row."""
        self.beginResetModel()
        self._readings, self._places, self._thumbnails = [], {}, {}
        self.endResetModel()

    def add(self, news: BatchNews) -> None:
        """Show one more reading."""
        self._add(news.reading, news.thumbnail)

    def add_known(self, readings: Sequence[FileReading]) -> None:
        """Show readings that are known, without thumbnails."""
        for reading in readings:
            self._add(reading, None)

    def _add(self, reading: FileReading, thumbnail: PageImage | None) -> None:
        key = key_of(reading)
        if thumbnail is not None:
            self._thumbnails[key] = QIcon(QPixmap.fromImage(to_qimage(thumbnail)))  # an icon fits its cell
        if key in self._places:
            self.replace(self._places[key], reading)
            return
        row = len(self._readings)
        self.beginInsertRows(QModelIndex(), row, row)
        self._readings.append(reading)
        self._places[key] = row
        self.endInsertRows()

    def replace(self, row: int, reading: FileReading) -> None:
        """Put another reading in the place of one."""
        self._readings[row] = reading
        self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._readings)

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Picture"), self.tr("Text"), self.tr("Confidence"))[section]
        return None

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._readings):
            return None
        reading, column = self._readings[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._text(reading, column)
        if role == Qt.ItemDataRole.DecorationRole and column == FILE_COLUMN:
            return self._thumbnails.get(key_of(reading))
        if role == Qt.ItemDataRole.FontRole and column == TEXT_COLUMN and not reading.error:
            return self._font
        if role == Qt.ItemDataRole.ToolTipRole:
            return translated(reading.error) or self._turn_text(reading) or translated(reading.note) or reading.file
        if role == Qt.ItemDataRole.TextAlignmentRole and column == CONFIDENCE_COLUMN:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, reading: FileReading, column: int) -> str:
        if column == FILE_COLUMN:
            name = Path(reading.file).name
            if reading.page_count > 1:
                return self.tr("{name}, page {number}").format(name=name, number=reading.page + 1)
            return name
        if column == TEXT_COLUMN:
            # The path is long, and the name stands beside it.
            error = translated(reading.error).replace(reading.file, Path(reading.file).name)
            return error or reading.text.replace("\n", " / ")
        if not reading.characters:
            return "–"
        lowest = min(character.recognition.best.confidence for character in reading.characters)
        if reading.turn:
            return self._turned(lowest)
        return self._not_sure(lowest) if is_doubtful(reading) else percent_text(lowest)

    def widest_confidences(self) -> tuple[str, ...]:
        """What the last column says at its longest, in the language of the moment."""
        return self._turned(0.888), self._not_sure(0.888)

    def _turned(self, confidence: float) -> str:
        return self.tr("{percent}, turned?").format(percent=percent_text(confidence))

    def _not_sure(self, confidence: float) -> str:
        return self.tr("{percent}, not sure").format(percent=percent_text(confidence))

    def _turn_text(self, reading: FileReading) -> str:
        return {
            90: self.tr("The picture seems to lie on its side: open it and turn it a quarter to the right"),
            180: self.tr("The picture seems to stand on its head: open it and turn it by half"),
            270: self.tr("The picture seems to lie on its side: open it and turn it a quarter to the left"),
        }.get(reading.turn, "")
