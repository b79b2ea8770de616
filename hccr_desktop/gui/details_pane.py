"""The side panel that tells all about one character, and finds characters by their pinyin."""

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent, QPalette
from PySide6.QtWidgets import (
    QDockWidget,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.lexicon_service import Details, Found
from hccr_desktop.gui.sentences import translated
from hccr_desktop.gui.stroke_order_view import InkSheet, StrokeOrderView
from hccr_desktop.lexicon.entry import Entry

_FOUND_ROWS: Final = 5
"""Rows of the search's answer shown at once. Taste."""

_OWN_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down)


class SearchField(QLineEdit):
    """A line to type pinyin into, with the keys of a list."""

    moved = Signal(int)
    """Rows that the selection is to go down, or up where negative."""
    confirmed = Signal()
    left = Signal()
    """Esc: the keyboard is to go back to the pad."""

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN_KEYS
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class DetailsPane(QDockWidget):
    """Tells of a character; knows neither dictionary nor canvas."""

    searched = Signal(str)
    """What was typed, not empty."""
    wanted = Signal(str)
    """A found character was selected, and is to be told of."""
    taken = Signal(str)
    """A found character is to be taken, as a candidate would be."""
    left = Signal()
    """The keyboard is to go back to the pad."""

    def __init__(self, character_family: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("details_pane")
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(QWidget(self))  # none: the tool bar's button says what it is, and closes it
        self._details: Details | None = None
        self._family = character_family
        self._is_animated = True
        self._unit = self.fontMetrics().height()
        body = QFrame(self)
        body.setObjectName("details_card")
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 12, 4, 8)
        column.setSpacing(10)
        column.addWidget(self._make_search())
        column.addWidget(self._found)
        column.addWidget(self._make_scroll_area(), 1)
        frame = QWidget(self)
        QVBoxLayout(frame).addWidget(body)
        self.setWidget(frame)
        self._apply_font()
        self.set_side(is_left=False)
        self.translate()

    def set_side(self, *, is_left: bool) -> None:
        """Stand at the left edge of the window, or at its right."""
        layout = self.widget().layout()
        if layout is not None:
            layout.setContentsMargins(*((16, 6, 0, 8) if is_left else (0, 6, 16, 8)))

    def set_look(self, *, guide: str, is_animated: bool) -> None:
        """Lines on the sheets of paper, one of the settings' GUIDES, and whether the stroke order moves by itself."""
        self.stroke_order.set_guide(guide)
        self.ink_sheet.set_guide(guide)
        self.stroke_order.set_animated(is_animated)
        self._is_animated = is_animated
        self._translate_stroke_order()

    def _translate_stroke_order(self) -> None:
        self.stroke_order.setToolTip(
            self.tr("Click to see it written again")
            if self._is_animated
            else self.tr("Click to see it stroke by stroke")
        )

    def _make_search(self) -> QWidget:
        self.search = SearchField(self)
        self.search.setObjectName("pinyin_search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_typed)
        self.search.moved.connect(self._move_selection)
        self.search.confirmed.connect(self._take_current)
        self.search.left.connect(self.left)
        self._found = QListWidget(self)
        self._found.setObjectName("found_characters")
        self._found.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field keeps the keyboard, and moves the selection
        self._found.setFrameShape(QFrame.Shape.NoFrame)
        self._found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._found.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._found.currentItemChanged.connect(self._on_current_changed)
        self._found.itemDoubleClicked.connect(self._take_current)
        self._found.hide()
        row = QWidget(self)
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.addWidget(self.search)
        return row

    def _make_scroll_area(self) -> QWidget:
        content = QWidget(self)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(14)
        self._character = QLabel(content)
        self._character.setObjectName("details_character")
        self._character.setAlignment(Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._character)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(10)
        self._facts.setVerticalSpacing(3)
        self._readings, self._radical, self._strokes, self._traditional, self._code = (
            self._fact(name) for name in ("readings", "radical", "strokes", "traditional", "code")
        )
        head.addLayout(self._facts, 1)
        column.addLayout(head)
        sheets = QGridLayout()
        sheets.setSpacing(8)
        self.stroke_order = StrokeOrderView(content)
        self.ink_sheet = InkSheet(content)
        self._order_title, self._ink_title = QLabel(content), QLabel(content)
        for number, (title, sheet) in enumerate(
            ((self._order_title, self.stroke_order), (self._ink_title, self.ink_sheet))
        ):
            title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            sheets.addWidget(title, 0, number)
            sheets.addWidget(sheet, 1, number)
        column.addLayout(sheets)
        self._senses = QLabel(content)
        self._senses.setObjectName("details_senses")
        self._senses.setWordWrap(True)
        self._senses.setTextFormat(Qt.TextFormat.PlainText)
        self._senses.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._senses.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self._senses)
        column.addStretch(1)
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        area.setWidget(content)
        return area

    def _fact(self, name: str) -> QLabel:
        value = QLabel(self)
        value.setObjectName(f"details_{name}")
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setWordWrap(True)
        title = QLabel(self)
        title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        title.setBuddy(value)
        self._facts.addRow(title, value)
        return value

    def _apply_font(self) -> None:
        """Take all sizes from the font, which the user may have enlarged."""
        self._unit = self.fontMetrics().height()
        self._found.setFixedHeight(round(self._unit * 1.5 * _FOUND_ROWS))
        self._character.setFont(self._character_font(self._unit * 4))
        for value in (self._radical, self._traditional):
            value.setFont(self._character_font(round(self._unit * 0.9)))
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_traditional"):
            self._apply_font()

    def _character_font(self, pixel_size: int) -> QFont:
        font = QFont(self.font())
        if self._family:
            font.setFamilies([self._family, font.family()])
        font.setPixelSize(pixel_size)
        return font

    def sizeHint(self) -> QSize:
        return QSize(self._unit * 21, self._unit * 30)

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        self.setWindowTitle(self.tr("Details"))
        self.search.setPlaceholderText(self.tr("Search by pinyin: bao, bao4, bào"))
        self.search.setAccessibleName(self.tr("Search by pinyin"))
        self._found.setAccessibleName(self.tr("Found characters"))
        self._order_title.setText(self.tr("Stroke order"))
        self._ink_title.setText(self.tr("Your ink"))
        self.ink_sheet.setAccessibleName(self.tr("Your ink"))
        self._translate_stroke_order()
        titles = (
            (self._readings, self.tr("Pinyin")),
            (self._radical, self.tr("Radical")),
            (self._strokes, self.tr("Strokes")),
            (self._traditional, self.tr("Traditional")),
            (self._code, self.tr("Unicode")),
        )
        for value, title in titles:
            label = self._facts.labelForField(value)
            if isinstance(label, QLabel):
                label.setText(title)
        self._show_entry()

    # What it tells

    @property
    def details(self) -> Details | None:
        """What is shown."""
        return self._details

    def show_details(self, details: Details | None) -> None:
        """Tell of a character; None tells what the pane is for."""
        self._details = details
        self.stroke_order.show_order(details.stroke_order if details else None)
        self._show_entry()

    def show_ink(self, ink: Ink) -> None:
        """Show the user's own ink beside the stroke order."""
        self.ink_sheet.show_ink(ink)

    def _show_entry(self) -> None:
        details = self._details
        entry = details.entry if details else None
        self._character.setText(details.character if details else "")
        self._readings.setText(", ".join(entry.readings) if entry else "")
        self._radical.setText(self._radical_text(entry) if entry else "")
        self._strokes.setText(str(entry.stroke_count) if entry else "")
        self._traditional.setText(" ".join(entry.traditional) if entry else "")
        self._code.setText(f"U+{ord(details.character):04X}" if details else "")
        if details is None:
            text = self.tr("Readings, meanings and stroke order of the selected candidate are shown here.")
        elif entry is None:
            text = self.tr("The dictionary does not hold this character.")
        else:
            text = entry.long_gloss
        if details is not None and details.problem is not None:
            text = f"{translated(details.problem.message)}\n\n{text}"
        self._senses.setText(text)
        strokes = len(details.stroke_order.strokes) if details and details.stroke_order else 0
        self.stroke_order.setAccessibleName(self.tr("Stroke order, %n stroke(s)", "", strokes))

    def _radical_text(self, entry: Entry) -> str:
        radical = entry.radical
        text = self.tr("{radical} (no. {number}) + {strokes}")
        return text.format(radical=radical.character, number=radical.number, strokes=radical.other_strokes)

    # Search

    def show_found(self, found: Found) -> None:
        """List what a search found; the first is selected."""
        if not self.search.text():
            return
        self._found.clear()
        font = self._character_font(self._unit)
        for entry in found.entries:
            item = QListWidgetItem(f"{entry.character}\u2003{', '.join(entry.readings)}\u2003{entry.gloss}")
            item.setFont(font)
            item.setData(Qt.ItemDataRole.UserRole, entry.character)
            item.setToolTip(entry.long_gloss)
            self._found.addItem(item)
        if not found.entries:
            item = QListWidgetItem(self.tr("No character is read so."))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._found.addItem(item)
        self._found.show()
        if found.entries:
            self._found.setCurrentRow(0)

    @property
    def found_characters(self) -> str:
        """The characters in the list, in its order."""
        items = (self._found.item(row) for row in range(self._found.count()))
        return "".join(item.data(Qt.ItemDataRole.UserRole) or "" for item in items)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        if text.strip():
            self.searched.emit(text)
        else:
            self._found.hide()
            self._found.clear()

    @Slot(int)
    def _move_selection(self, rows: int) -> None:
        row = min(max(0, self._found.currentRow() + rows), self._found.count() - 1)
        self._found.setCurrentRow(row)

    @Slot()
    def _on_current_changed(self) -> None:
        item = self._found.currentItem()
        if item is not None and item.data(Qt.ItemDataRole.UserRole):
            self.wanted.emit(item.data(Qt.ItemDataRole.UserRole))

    @Slot()
    def _take_current(self) -> None:
        item = self._found.currentItem()
        if item is not None and item.data(Qt.ItemDataRole.UserRole):
            self.taken.emit(item.data(Qt.ItemDataRole.UserRole))
