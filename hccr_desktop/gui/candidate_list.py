"""The candidates beside the canvas: model, delegate and view."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.gui.candidate_rows import RowHeights, row_heights, text_height
from hccr_desktop.gui.sentences import translated
from hccr_desktop.lexicon.entry import Entry

ModelIndex = QModelIndex | QPersistentModelIndex

CHARACTER_ROLE: Final = Qt.ItemDataRole.DisplayRole
CONFIDENCE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
READING_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""Pinyin, readings parted by commas; empty while it is not known."""
GLOSS_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""One line of English; empty while it is not known."""
IS_SURE_ROLE: Final = Qt.ItemDataRole.UserRole + 4
"""bool: the recognizer is sure of its first candidate."""

PICK_KEYS: Final = "1234567890"
"""Key of each row; rows beyond are for the mouse and the arrow keys."""

_IN_LINE: Final = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextDontClip)
"""How text stands in a line that is less high than its font's, see :func:`text_height`."""

_TIGHTEST_PITCH: Final = 0.85
"""From the line of the bar to that of the reading, in heights of text; from 1 down the reading ends before the percent,
which it would touch."""

_SLIGHT: Final = 0.005
"""Below half a percent a candidate is written in the quieter color."""


class CandidateModel(QAbstractListModel):
    """The candidates of the latest answer, best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._candidates: tuple[Candidate, ...] = ()
        self._is_sure = True
        self._entries: dict[str, Entry] = {}

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All rows."""
        return self._candidates

    def set_candidates(self, candidates: Sequence[Candidate], *, is_sure: bool = True) -> None:
        """Replace all rows; the view is told of changed rows where it can be, so that nothing flickers."""
        candidates = tuple(candidates)
        if (candidates, is_sure) == (self._candidates, self._is_sure):
            return
        self._is_sure = is_sure
        if len(candidates) == len(self._candidates):
            self._candidates = candidates
            self.dataChanged.emit(self.index(0), self.index(len(candidates) - 1))
            return
        self.beginResetModel()
        self._candidates = candidates
        self.endResetModel()

    @property
    def undescribed(self) -> tuple[str, ...]:
        """Characters without an entry of the dictionary."""
        return tuple(row.character for row in self._candidates if row.character not in self._entries)

    def add_entries(self, entries: Mapping[str, Entry]) -> None:
        """Keep what the dictionary says of characters, listed now or later."""
        self._entries.update(entries)
        if self._candidates:
            self.dataChanged.emit(self.index(0), self.index(len(self._candidates) - 1))

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._candidates)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._candidates):
            return None
        candidate = self._candidates[index.row()]
        if role == CHARACTER_ROLE:
            return candidate.character
        if role == CONFIDENCE_ROLE:
            return candidate.confidence
        if role == IS_SURE_ROLE:
            return self._is_sure
        entry = self._entries.get(candidate.character)
        if role == READING_ROLE:
            return ", ".join(entry.readings) if entry else ""
        if role == GLOSS_ROLE:
            return entry.gloss if entry else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            code = f"U+{ord(candidate.character):04X}"
            return f"{code}\n{entry.long_gloss}" if entry else code
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(index.row(), candidate, entry)
        return None

    def _spoken(self, row: int, candidate: Candidate, entry: Entry | None) -> str:
        percent = math.floor(candidate.confidence * 100)
        spoken = self.tr("{number}, {character}, {percent} percent")
        text = spoken.format(number=row + 1, character=candidate.character, percent=percent)
        if not self._is_sure:
            text = self.tr("{candidate}, not sure").format(candidate=text)
        return ", ".join((text, *entry.readings, entry.gloss)) if entry else text


class ConfidenceDelegate(QStyledItemDelegate):
    """Draws key, character, bar and percent of a row, every color from the palette."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heights = RowHeights(0, 0)
        self._character_family = ""
        self._has_readings = True

    @property
    def has_readings(self) -> bool:
        """The rows have a second line."""
        return self._has_readings

    def set_has_readings(self, has_readings: bool) -> None:
        """Whether the rows have a second line, for reading and meaning."""
        self._has_readings = has_readings

    def fit_rows(self, count: int, room_px: int, font: QFont) -> None:
        """Make rows as high as a height lets them be, see :func:`row_heights`."""
        self._heights = row_heights(count, room_px, text_height(font), has_readings=self._has_readings)

    def set_character_family(self, family: str) -> None:
        """Font family of the characters; empty is the widget's own."""
        self._character_family = family

    def sizeHint(self, option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        # A row takes the width of the list; one that asked for more would be cut off at the right.
        width = QFontMetrics(option.font).averageCharWidth()
        return QSize(width, self._heights.first if index.row() == 0 else self._heights.other)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        row = QStyleOptionViewItem(option)
        self.initStyleOption(row, index)
        rect: QRect = row.rect
        palette: QPalette = row.palette
        state: QStyle.StateFlag = row.state
        font: QFont = row.font
        is_first = index.row() == 0
        is_sure = bool(index.data(IS_SURE_ROLE))
        is_answer = is_first and is_sure
        confidence = float(index.data(CONFIDENCE_ROLE) or 0.0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, QRectF(rect), palette, state, is_quiet=is_first and not is_sure)

        metrics = QFontMetrics(font)
        gap = metrics.averageCharWidth()
        small_height = self._heights.other or rect.height()
        key_box = QRect(rect.left() + 2 * gap, rect.top(), round(metrics.height() * 1.25), rect.height())
        self._paint_key(painter, key_box, palette, font, index.row())

        character_font = QFont(font)
        if self._character_family:
            character_font.setFamilies([self._character_family, font.family()])
        character_font.setPixelSize(round(small_height * (1.12 if is_first else 0.62)))
        character_box = QRect(key_box.right() + gap, rect.top(), round(small_height * 1.4), rect.height())
        text = palette.color(QPalette.ColorRole.Text)
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setFont(character_font)
        if not is_sure:
            text = quiet
        painter.setPen(text if is_answer or confidence >= _SLIGHT else quiet)
        painter.drawText(character_box, Qt.AlignmentFlag.AlignCenter, str(index.data(CHARACTER_ROLE)))

        # Bar and percent stand a line above reading and meaning, and in the middle where there is no such line.
        line = text_height(font)
        # In low rows the two lines come closer, so that each bar stays nearer to its own reading than to the one above.
        pitch = max(_TIGHTEST_PITCH * line, min(1.1 * line, small_height - 1.3 * line)) if self._has_readings else 0.0
        top = rect.center().y() - (pitch + line) / 2
        right = rect.right() - 2 * gap
        percent_font = QFont(font)
        percent_font.setBold(True)  # the widest, so that all bars end at one line
        percent_width = QFontMetrics(percent_font).horizontalAdvance(percent_text(0.999) + " ")
        percent_font.setBold(is_answer)
        percent_box = QRectF(right - percent_width, top, percent_width, line)
        painter.setFont(percent_font)
        painter.setPen(text if confidence >= _SLIGHT else quiet)
        painter.drawText(percent_box, _IN_LINE | Qt.AlignmentFlag.AlignRight, percent_text(confidence))
        left = character_box.right() + gap
        bar_height = line * (0.55 if is_first else 0.4)
        bar = QRectF(left, percent_box.center().y() - bar_height / 2, percent_box.left() - gap - left, bar_height)
        role = QPalette.ColorRole.Accent if is_sure else QPalette.ColorRole.PlaceholderText
        self._paint_bar(painter, bar, palette, confidence, role)
        if self._has_readings:
            painter.setPen(text if is_answer or confidence >= _SLIGHT else quiet)
            end = right if pitch >= line else percent_box.left() - gap
            self._paint_readings(painter, QRectF(left, top + pitch, end - left, line), font, quiet, index)
        painter.restore()

    def _paint_readings(self, painter: QPainter, box: QRectF, font: QFont, quiet: QColor, index: ModelIndex) -> None:
        """Reading in the painter's color and meaning in the quiet one, cut off at the right where they are long."""
        metrics = QFontMetrics(font)
        reading = metrics.elidedText(str(index.data(READING_ROLE) or ""), Qt.TextElideMode.ElideRight, int(box.width()))
        painter.setFont(font)
        alignment = _IN_LINE | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, alignment, reading)
        box.setLeft(box.left() + metrics.horizontalAdvance(reading) + 1.5 * metrics.averageCharWidth())
        gloss = metrics.elidedText(str(index.data(GLOSS_ROLE) or ""), Qt.TextElideMode.ElideRight, int(box.width()))
        painter.setPen(quiet)
        painter.drawText(box, alignment, gloss)

    def _paint_background(
        self, painter: QPainter, rect: QRectF, palette: QPalette, state: QStyle.StateFlag, *, is_quiet: bool
    ) -> None:
        """A tinted, rounded field: the style's own selection would drown the bar in the color of the bar.

        Quiet, it is a mere outline, which says what Enter would take and no more.
        """
        field = rect.adjusted(4, 1, -4, -1)
        strength = 0.14 if state & QStyle.StateFlag.State_Selected and not is_quiet else 0.0
        if state & QStyle.StateFlag.State_MouseOver:
            strength += 0.06
        if strength:
            tint = QColor(palette.color(QPalette.ColorRole.Accent))
            tint.setAlphaF(strength)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            painter.drawRoundedRect(field, 8, 8)
        has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
        if has_focus or (is_quiet and state & QStyle.StateFlag.State_Selected):
            painter.setPen(palette.color(QPalette.ColorRole.Accent if has_focus else QPalette.ColorRole.Mid))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(field.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)

    def _paint_key(self, painter: QPainter, box: QRect, palette: QPalette, font: QFont, row: int) -> None:
        """The row's key, drawn as a key."""
        if row >= len(PICK_KEYS):
            return
        key_font = QFont(font)
        key_font.setPointSizeF(font.pointSizeF() * 0.9)
        side = box.width()
        cap = QRectF(box.left() + 0.5, box.center().y() - side / 2 + 0.5, side - 1, side - 1)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(palette.color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(cap, 4, 4)
        painter.setFont(key_font)
        painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, PICK_KEYS[row])

    def _paint_bar(
        self, painter: QPainter, bar: QRectF, palette: QPalette, confidence: float, role: QPalette.ColorRole
    ) -> None:
        radius = bar.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(bar, radius, radius)
        filled = bar.width() * min(1.0, max(0.0, confidence))
        if filled < 1:
            return
        painter.setBrush(palette.color(role))
        if filled >= bar.height():
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), filled, bar.height()), radius, radius)
            return
        # Shorter than its own ends: a slice of the track's rounded start.
        painter.setClipRect(QRectF(bar.left(), bar.top(), filled, bar.height()))
        painter.drawRoundedRect(bar, radius, radius)
        painter.setClipping(False)


class CandidateView(QListView):
    """The list. One row is always current, the first unless the user moved on."""

    picked = Signal(int)
    """Row of a candidate that was clicked."""
    shown = Signal()
    """The list was replaced."""
    selected = Signal(str)
    """Another character is selected; empty where the list is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._told_of = ""
        self._is_replacing = False
        self._placeholder = ""
        self._delegate = ConfidenceDelegate(self)
        self.setObjectName("candidate_view")
        self.setModel(CandidateModel(self))
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._pick_clicked)

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All rows, best first."""
        model = self.model()
        return model.candidates if isinstance(model, CandidateModel) else ()

    @property
    def current_row(self) -> int:
        """The selected row; -1 while the list is empty."""
        return self.currentIndex().row()

    @property
    def selected_character(self) -> str:
        """The character of the selected row; empty while the list is."""
        return str(self.currentIndex().data(CHARACTER_ROLE) or "")

    @property
    def undescribed(self) -> tuple[str, ...]:
        """Listed characters whose readings are not known yet."""
        model = self.model()
        return model.undescribed if isinstance(model, CandidateModel) and self._delegate.has_readings else ()

    def show_candidates(self, candidates: Sequence[Candidate], *, selected: str = "", is_sure: bool = True) -> None:
        """Replace the list.

        Args:
            candidates: best first.
            selected: character of the row to select; where it is not listed the first row, or the selected one where
                the candidates are those that stand there.
            is_sure: the recognizer is sure of the first; it looks the less like an answer where not.
        """
        model = self.model()
        row = max(0, self.currentIndex().row()) if tuple(candidates) == self.candidates else 0
        self._is_replacing = True
        if isinstance(model, CandidateModel):
            model.set_candidates(candidates, is_sure=is_sure)
        characters = [candidate.character for candidate in candidates]
        if selected in characters:
            row = characters.index(selected)
        self.setCurrentIndex(self.model().index(row, 0))
        self._is_replacing = False
        self.scrollTo(self.currentIndex())
        self.viewport().update()
        self.shown.emit()
        self._tell_selection()

    def add_entries(self, entries: Mapping[str, Entry]) -> None:
        """Show readings and meanings of characters, listed now or later."""
        model = self.model()
        if isinstance(model, CandidateModel):
            model.add_entries(entries)

    def set_has_readings(self, has_readings: bool) -> None:
        """Whether there is a dictionary to ask for readings."""
        self._delegate.set_has_readings(has_readings)
        self._fit_rows()
        self.viewport().update()

    def currentChanged(self, current: ModelIndex, previous: ModelIndex) -> None:
        super().currentChanged(current, previous)
        if not self._is_replacing:
            self._tell_selection()

    def _tell_selection(self) -> None:
        character = self.selected_character
        if character != self._told_of:
            self._told_of = character
            self.selected.emit(character)

    def move_selection(self, rows: int) -> None:
        """Select a row further down, or up where ``rows`` is negative; the ends hold."""
        row = min(max(0, self.current_row + rows), self.model().rowCount() - 1)
        self.setCurrentIndex(self.model().index(row, 0))

    def set_placeholder(self, text: str) -> None:
        """What the empty list says; it may break into lines."""
        text = translated(text)
        if text != self._placeholder:
            self._placeholder = text
            self.viewport().update()

    def set_character_family(self, family: str) -> None:
        """Font family of the characters."""
        self._delegate.set_character_family(family)
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 24, self.fontMetrics().height() * 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().height() * 17, self.fontMetrics().height() * 8)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_rows()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_delegate"):
            self._fit_rows()

    def _fit_rows(self) -> None:
        """The ten rows fill the height where there is enough of it, and scroll where there is not."""
        self._delegate.fit_rows(len(PICK_KEYS), self.viewport().height(), self.font())
        self.scheduleDelayedItemsLayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.model().rowCount() or not self._placeholder:
            return
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        margin = self.fontMetrics().height() * 2
        box = self.viewport().rect().adjusted(margin, margin, -margin, -margin)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._placeholder)
        painter.end()

    def _pick_clicked(self, index: QModelIndex) -> None:
        self.picked.emit(index.row())


def percent_text(confidence: float) -> str:
    """A confidence in [0, 1] as text with one decimal. Rounded down: nothing short of certainty reads 100.0 %."""
    tenths = math.floor(confidence * 1000) / 10
    return QLocale().toString(tenths, "f", 1) + "\u202f%"
