"""The history as a table: newest pick first, with its reading once the dictionary has told it."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QFont

from hccr_desktop.gui.pick_history import PastPick
from hccr_desktop.lexicon.entry import Entry
from hccr_desktop.lexicon.pinyin import query_key, syllable_key

ModelIndex = QModelIndex | QPersistentModelIndex

CHARACTER_COLUMN: Final = 0
READING_COLUMN: Final = 1
TIME_COLUMN: Final = 2
_COLUMNS: Final = 3


class HistoryModel(QAbstractTableModel):
    """Picks, newest first.

    Args:
        character_font: of the first column.
        parent: owner.
    """

    def __init__(self, character_font: QFont, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._character_font = character_font
        self._picks: tuple[PastPick, ...] = ()
        self._entries: dict[str, Entry] = {}

    def set_picks(self, picks: Sequence[PastPick]) -> None:
        """Replace all rows.

        Args:
            picks: oldest first.
        """
        self.beginResetModel()
        self._picks = tuple(reversed(picks))
        self.endResetModel()

    def add_entries(self, entries: Mapping[str, Entry]) -> None:
        """Take what the dictionary says of characters."""
        self._entries.update(entries)
        if self._picks:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._picks) - 1, _COLUMNS - 1))

    @property
    def undescribed(self) -> tuple[str, ...]:
        """Characters without an entry of the dictionary, each once."""
        return tuple(dict.fromkeys(pick.character for pick in self._picks if pick.character not in self._entries))

    def pick_at(self, row: int) -> PastPick:
        """The pick of a row."""
        return self._picks[row]

    def readings_of(self, character: str) -> tuple[str, ...]:
        """Pinyin with tone marks; empty while it is not known."""
        entry = self._entries.get(character)
        return tuple(entry.readings) if entry else ()

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._picks)

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else _COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (self.tr("Character"), self.tr("Pinyin"), self.tr("Picked at"))[section]

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._picks):
            return None
        pick = self._picks[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(pick)[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(text for text in self._texts(pick) if text)
        if role == Qt.ItemDataRole.FontRole and index.column() == CHARACTER_COLUMN:
            return self._character_font
        if role == Qt.ItemDataRole.ToolTipRole:
            entry = self._entries.get(pick.character)
            return entry.long_gloss if entry else None
        return None

    def _texts(self, pick: PastPick) -> tuple[str, str, str]:
        at = QDateTime.fromSecsSinceEpoch(int(pick.picked_at.timestamp()))
        return (
            pick.character,
            ", ".join(self.readings_of(pick.character)),
            QLocale().toString(at, QLocale.FormatType.ShortFormat),
        )


class HistoryFilter(QSortFilterProxyModel):
    """The rows that a search leaves."""

    def __init__(self, model: HistoryModel) -> None:
        super().__init__(model)
        self._history = model
        self._query = ""
        self.setSourceModel(model)

    def set_query(self, query: str) -> None:
        """Leave the rows that :func:`matches` what was typed."""
        self._query = query
        self.invalidate()

    def filterAcceptsRow(self, row: int, _parent: ModelIndex) -> bool:
        character = self._history.pick_at(row).character
        return matches(self._query, character, self._history.readings_of(character))


def matches(query: str, character: str, readings: Sequence[str]) -> bool:
    """Whether a character is what was searched for.

    Args:
        query: characters, or pinyin syllables parted by spaces, each with tone mark or number or without; one without
            may be the beginning of a syllable only. Any of them is enough, and an empty query matches all.
        character: one code point.
        readings: of the character, with tone marks.
    """
    words = unicodedata.normalize("NFKC", query).split()
    return not words or any(_matches_word(word, character, readings) for word in words)


def _matches_word(word: str, character: str, readings: Sequence[str]) -> bool:
    if character in word:
        return True
    key = query_key(word)
    if key is None:
        return False
    keys = [syllable_key(reading) for reading in readings]
    return key in keys if key[-1].isdigit() else any(found.startswith(key) for found in keys)
