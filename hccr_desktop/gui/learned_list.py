"""The list of learned drawings: model, filter and delegate."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    QSortFilterProxyModel,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.ink_thumbnail import ink_thumbnail
from hccr_desktop.gui.learning_jobs import LearnedEntry
from hccr_desktop.lexicon.pinyin import query_key, syllable_key

ModelIndex = QModelIndex | QPersistentModelIndex

CHARACTER_ROLE: Final = Qt.ItemDataRole.DisplayRole
ENTRY_ROLE: Final = Qt.ItemDataRole.UserRole + 1
INK_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""Ink; None while it is on its way, and where it is damaged."""
READING_ROLE: Final = Qt.ItemDataRole.UserRole + 3
STORY_ROLE: Final = Qt.ItemDataRole.UserRole + 4
"""When it was learned, and in whose place."""

_KEPT_INKS: Final = 2_000
"""Drawings kept for scrolling back; some 10 MB."""


class LearnedModel(QAbstractListModel):
    """What was learned, the newest first. Drawings are asked for when they are first to be shown."""

    inks_wanted = Signal(object)
    """Tuple of entry ids."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LearnedEntry, ...] = ()
        self._rows: dict[int, int] = {}
        self._inks: dict[int, Ink | None] = {}
        self._asked: set[int] = set()
        self._wanted: list[int] = []
        # One question for all rows of a painting.
        self._collect = QTimer(self)
        self._collect.setSingleShot(True)
        self._collect.setInterval(0)
        self._collect.timeout.connect(self._ask)

    @property
    def entries(self) -> tuple[LearnedEntry, ...]:
        """All rows."""
        return self._entries

    def set_entries(self, entries: Sequence[LearnedEntry]) -> None:
        """Replace all rows; drawings that are known already stay known."""
        if tuple(entries) == self._entries:
            return
        self.beginResetModel()
        self._entries = tuple(entries)
        self._rows = {entry.id: row for row, entry in enumerate(self._entries)}
        self.endResetModel()

    def add_inks(self, inks: Mapping[int, Ink | None]) -> None:
        """Show drawings that were asked for."""
        if len(self._inks) > _KEPT_INKS:
            self._inks.clear()
            self._asked.clear()
        self._inks.update(inks)
        self._asked.update(inks)
        for entry_id in inks:
            if entry_id in self._rows:
                index = self.index(self._rows[entry_id])
                self.dataChanged.emit(index, index)  # naming a role of ours, the view would not paint anew

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == CHARACTER_ROLE:
            return entry.character
        if role == ENTRY_ROLE:
            return entry
        if role == INK_ROLE:
            return self._ink(entry.id)
        if role == READING_ROLE:
            return ", ".join(entry.readings)
        if role == STORY_ROLE:
            return self._story(entry)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(part for part in (entry.character, *entry.readings, self._story(entry)) if part)
        return None

    def _ink(self, entry_id: int) -> Ink | None:
        if entry_id not in self._asked:
            self._asked.add(entry_id)
            self._wanted.append(entry_id)
            self._collect.start()
        return self._inks.get(entry_id)

    @Slot()
    def _ask(self) -> None:
        wanted, self._wanted = tuple(self._wanted), []
        if wanted:
            self.inks_wanted.emit(wanted)

    def _story(self, entry: LearnedEntry) -> str:
        moment = QDateTime.fromSecsSinceEpoch(int(entry.learned_at_s))
        parts = [QLocale().toString(moment, QLocale.FormatType.ShortFormat)]
        if entry.picked_over:
            parts.append(self.tr("instead of {character}").format(character=entry.picked_over))
        if not entry.is_in_use:
            parts.append(self.tr("not in use yet"))
        return " · ".join(parts)


class LearnedFilter(QSortFilterProxyModel):
    """The rows that a search finds."""

    def __init__(self, source: LearnedModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._query = ""
        self.setSourceModel(source)

    def search(self, query: str) -> None:
        """Show the rows of characters that are in the query, or whose reading it says or begins."""
        if query.strip() != self._query:
            self.beginResetModel()
            self._query = query.strip()
            self.endResetModel()

    def filterAcceptsRow(self, row: int, parent: ModelIndex) -> bool:
        if not self._query:
            return True
        entry = self.sourceModel().index(row, 0, parent).data(ENTRY_ROLE)
        return isinstance(entry, LearnedEntry) and is_found(entry, self._query)


def is_found(entry: LearnedEntry, query: str) -> bool:
    """Whether a search means an entry.

    Args:
        entry: a learned drawing.
        query: not empty; characters, or pinyin of one syllable, with or without tone, or its beginning.
    """
    if entry.character in query:
        return True
    key = query_key(query)
    if key is None:
        return False
    keys = [syllable_key(reading) for reading in entry.readings]
    return any(known == key if key[-1].isdigit() else known.startswith(key) for known in keys)


class LearnedDelegate(QStyledItemDelegate):
    """Draws drawing, character, reading and story of a row, every color from the palette."""

    def __init__(self, character_family: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._family = character_family
        self._sheets: dict[tuple[int, int, float], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        metrics = QFontMetrics(option.font)
        return QSize(metrics.averageCharWidth() * 40, round(metrics.height() * 3.4))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        row = QStyleOptionViewItem(option)
        self.initStyleOption(row, index)
        row.text = ""
        widget = row.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, row, painter, widget)
        rect: QRect = row.rect
        palette: QPalette = row.palette
        font: QFont = row.font
        state: QStyle.StateFlag = row.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        text_role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.Text
        quiet_role = QPalette.ColorRole.HighlightedText if is_selected else QPalette.ColorRole.PlaceholderText
        metrics = QFontMetrics(font)
        gap = metrics.averageCharWidth()
        inset = round(rect.height() * 0.1)
        side = rect.height() - 2 * inset
        painter.save()
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        painter.drawPixmap(rect.left() + gap, rect.top() + inset, self._sheet(index, side, ratio))
        left = rect.left() + 2 * gap + side
        character_font = QFont(font)
        if self._family:
            character_font.setFamilies([self._family, font.family()])
        character_font.setPixelSize(round(side * 0.72))
        painter.setFont(character_font)
        painter.setPen(palette.color(text_role))
        painter.drawText(
            QRect(left, rect.top(), side, rect.height()), Qt.AlignmentFlag.AlignCenter, str(index.data(CHARACTER_ROLE))
        )
        left += side + 2 * gap
        width = rect.right() - gap - left
        line = metrics.height()
        top = rect.center().y() - line
        alignment = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font)
        reading = metrics.elidedText(str(index.data(READING_ROLE)), Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, top, width, line), alignment, reading)
        painter.setPen(palette.color(quiet_role))
        story = metrics.elidedText(str(index.data(STORY_ROLE)), Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, top + line, width, line), alignment, story)
        painter.restore()

    def _sheet(self, index: ModelIndex, side: int, ratio: float) -> QPixmap:
        ink, entry = index.data(INK_ROLE), index.data(ENTRY_ROLE)
        if not isinstance(ink, Ink) or not isinstance(entry, LearnedEntry):
            return ink_thumbnail(None, side, ratio)
        key = (entry.id, side, ratio)
        if key not in self._sheets:
            if len(self._sheets) > _KEPT_INKS:
                self._sheets.clear()
            self._sheets[key] = ink_thumbnail(ink, side, ratio)
        return self._sheets[key]
