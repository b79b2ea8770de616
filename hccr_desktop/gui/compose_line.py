"""The compose line: a text of picked and typed characters, where a picked one can be opened and picked anew."""

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFragment,
)
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QTextEdit, QWidget

from hccr_desktop.gui.composition import Composition, WrittenCharacter

_ID_PROPERTY: Final = int(QTextFormat.Property.UserProperty) + 1
"""Marks a picked character with the key of what is remembered of it. Qt's document carries it through all edits."""

MOST_LINES: Final = 3
"""Lines shown before the text scrolls. Taste: the canvas needs the room."""

MOST_DELETED: Final = 100
"""Characters that are deleted from the text and remembered all the same, the last ones: undo may bring them back. As
many as the steps of the canvas's own history. A drawing takes some 30 KB, a picture a megabyte, and a pad that is open
for weeks must not keep those of all its texts."""

_FONT_SCALE: Final = 1.5
"""Characters have more strokes than letters and need more room. Taste."""

_ARROWS: Final = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
)


class ComposeLine(QTextEdit):
    """A few lines of text. The character right of the caret, or clicked on, is open while its ink is on the canvas."""

    character_opened = Signal(object)
    """WrittenCharacter: the user went to it."""
    character_closed = Signal()
    """No character is open any more: it was replaced or deleted, or the user went elsewhere."""
    left = Signal()
    """Esc: the keyboard is to go back to the pad."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._written: dict[int, WrittenCharacter] = {}
        self._next_id = 1
        self._open_id = 0
        self._most_remembered = MOST_DELETED
        self.setObjectName("compose_line")
        self.setAcceptRichText(False)
        self.setAcceptDrops(False)  # a dropped picture is for the window
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        self.cursorPositionChanged.connect(self._forget_format)
        self.selectionChanged.connect(self._forget_format)
        self.textChanged.connect(self._on_text_changed)
        self.set_character_family("")

    # What it holds

    @property
    def text(self) -> str:
        """All of the text."""
        return self.toPlainText()

    @property
    def selected_text(self) -> str:
        """The selected part of the text; empty for none."""
        return self.textCursor().selection().toPlainText()

    @property
    def opened(self) -> WrittenCharacter | None:
        """The character whose ink is to be on the canvas, for another choice."""
        return self._written.get(self._open_id)

    def composition(self) -> Composition:
        """The text and what is remembered of its characters."""
        text = ""
        written: dict[int, WrittenCharacter] = {}
        block = self.document().begin()
        while block.isValid():
            if block != self.document().begin():
                text += "\n"
            line = block.begin()
            while not line.atEnd():
                fragment = line.fragment()
                remembered = self._remembered(fragment)
                if remembered is not None:
                    written[len(text) + fragment.text().index(remembered.character)] = remembered
                text += fragment.text().replace("\u2028", "\n")
                line += 1
            block = block.next()
        return Composition(text, written)

    def set_composition(self, composition: Composition) -> None:
        """Put a kept text in the place of the present one, the caret behind it."""
        self.close_character()
        self.clear()
        self._written.clear()
        cursor = self.textCursor()
        for place, character in enumerate(composition.text):
            cursor.insertText(character, self._format_of(composition.written.get(place)))
        self.document().clearUndoRedoStacks()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def add(self, written: WrittenCharacter) -> None:
        """Put a picked character at the caret, which goes behind it. A selection stays: nothing is lost to a pick."""
        cursor = self.textCursor()
        cursor.setPosition(cursor.selectionEnd())
        cursor.insertText(written.character, self._format_of(written))
        self.setTextCursor(cursor)
        self._forget_format()
        self.ensureCursorVisible()

    def add_all(self, written: Sequence[WrittenCharacter | str]) -> None:
        """Put picked characters and text behind the caret, in one step of undo."""
        cursor = self.textCursor()
        cursor.setPosition(cursor.selectionEnd())
        cursor.beginEditBlock()
        for part in written:
            if isinstance(part, str):
                cursor.insertText(part, QTextCharFormat())
            else:
                cursor.insertText(part.character, self._format_of(part))
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self._forget_format()
        self.ensureCursorVisible()

    def add_text(self, text: str) -> None:
        """Put text in the place of the selection, as typing it would."""
        self.textCursor().insertText(text, QTextCharFormat())
        self.ensureCursorVisible()

    def replace_opened(self, written: WrittenCharacter) -> None:
        """Put another character in the place of the open one, which closes; the caret goes to the end."""
        cursor = self._cursor_of(self._open_id)
        if cursor is not None:
            cursor.insertText(written.character, self._format_of(written))
        self.close_character()
        self.moveCursor(QTextCursor.MoveOperation.End)

    @Slot()
    def close_character(self) -> None:
        """Leave the open character as it is."""
        if self._open_id:
            self._open_id = 0
            self._show_opened()
            self.character_closed.emit()

    @Slot()
    def clear_text(self) -> None:
        """Delete all; undo within the line brings it back."""
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()

    def set_character_family(self, family: str) -> None:
        """Font family of the characters; empty is the widget's own."""
        self._family = family
        font = QFont(QApplication.font())
        if family:
            font.setFamilies([font.family(), family])
        font.setPointSizeF(font.pointSizeF() * _FONT_SCALE)
        self.setFont(font)
        self.viewport().setFont(font)  # the placeholder's; with a style sheet it does not follow by itself
        self._fit_height()

    def follow_font(self) -> None:
        """Take a size from the application's font anew; Qt does not, since this widget has a font of its own."""
        self.set_character_family(self._family)

    # Keys and clicks

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.add_text(source.text())  # Qt would give it the format, and so the key, of its neighbor

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Copy) or event.matches(QKeySequence.StandardKey.Paste):
                event.ignore()  # the window's actions know what else there is to copy and to paste
                return True
            if event.key() == Qt.Key.Key_Escape or event.key() in _ARROWS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)
        if event.key() in _ARROWS:
            self._open_at(self.textCursor().position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._open_at(self._position_under(event.position().toPoint()))

    def _position_under(self, place: QPoint) -> int:
        """Position of the character that a place of the viewport lies on; behind the text for none."""
        cursor = self.cursorForPosition(place)
        if place.x() < self.cursorRect(cursor).left():
            cursor.movePosition(QTextCursor.MoveOperation.PreviousCharacter)
        elif cursor.atBlockEnd():
            return self.document().characterCount()
        return cursor.position()

    def _open_at(self, position: int) -> None:
        """Open the picked character that begins at a position, or close the open one."""
        if self.textCursor().hasSelection():
            return
        for fragment in self._fragments():
            remembered = self._remembered(fragment)
            if remembered is not None and self._position_in(fragment, remembered) == position:
                self._open(int(fragment.charFormat().property(_ID_PROPERTY)))
                return
        self.close_character()

    def _open(self, number: int) -> None:
        if number != self._open_id:
            self._open_id = number
            self._show_opened()
            self.character_opened.emit(self._written[number])

    # Marks

    def _format_of(self, written: WrittenCharacter | None) -> QTextCharFormat:
        made = QTextCharFormat()
        if written is not None:
            if len(self._written) >= self._most_remembered:
                self._forget_deleted()
            self._written[self._next_id] = written
            made.setProperty(_ID_PROPERTY, self._next_id)
            self._next_id += 1
        return made

    def _forget_deleted(self) -> None:
        """Forget what is remembered of characters deleted long ago; undo brings those back as typed ones."""
        present = {int(fragment.charFormat().property(_ID_PROPERTY) or 0) for fragment in self._fragments()}
        deleted = [number for number in self._written if number not in present]  # the oldest first, as they were picked
        for number in deleted[:-MOST_DELETED]:
            del self._written[number]
        self._most_remembered = len(self._written) + MOST_DELETED  # looking through the text is for now and then

    def _fragments(self) -> Iterator[QTextFragment]:
        block = self.document().begin()
        while block.isValid():
            line = block.begin()
            while not line.atEnd():
                yield line.fragment()
                line += 1
            block = block.next()

    def _remembered(self, fragment: QTextFragment) -> WrittenCharacter | None:
        """The picked character in a fragment. Typing over a selection may have put other text beside it."""
        number = fragment.charFormat().property(_ID_PROPERTY)
        written = self._written.get(number) if number else None
        return written if written is not None and written.character in fragment.text() else None

    @staticmethod
    def _position_in(fragment: QTextFragment, written: WrittenCharacter) -> int:
        before = fragment.text()[: fragment.text().index(written.character)]
        return fragment.position() + len(before.encode("utf-16-le")) // 2  # Qt counts in UTF-16

    def _cursor_of(self, number: int) -> QTextCursor | None:
        """A selection of the character with a key."""
        for fragment in self._fragments():
            remembered = self._remembered(fragment)
            if remembered is not None and fragment.charFormat().property(_ID_PROPERTY) == number:
                cursor = QTextCursor(self.document())
                cursor.setPosition(self._position_in(fragment, remembered))
                cursor.movePosition(QTextCursor.MoveOperation.NextCharacter, QTextCursor.MoveMode.KeepAnchor)
                return cursor
        return None

    @Slot()
    def _forget_format(self) -> None:
        """Typed text takes the format of what is left of it, and so its key: that is not what was meant."""
        # On a selection it would take the keys away from the text itself.
        if not self.textCursor().hasSelection() and self.currentCharFormat().hasProperty(_ID_PROPERTY):
            self.setCurrentCharFormat(QTextCharFormat())

    @Slot()
    def _on_text_changed(self) -> None:
        self._forget_format()
        if self._open_id:
            if self._cursor_of(self._open_id) is None:
                self.close_character()
            else:
                self._show_opened()

    def _show_opened(self) -> None:
        cursor = self._cursor_of(self._open_id) if self._open_id else None
        if cursor is None:
            self.setExtraSelections([])
            return
        mark = QTextEdit.ExtraSelection()
        tint = QColor(self.palette().color(QPalette.ColorRole.Accent))
        tint.setAlphaF(0.25)
        mark.cursor = cursor
        mark.format = QTextCharFormat()
        mark.format.setBackground(tint)
        mark.format.setFontUnderline(True)
        self.setExtraSelections([mark])

    @Slot(QSizeF)
    def _fit_height(self, _size: QSizeF | None = None) -> None:
        """As many lines as there are, up to MOST_LINES."""
        line = QFontMetrics(self.font()).lineSpacing()
        most = line * MOST_LINES + 2 * self.document().documentMargin()
        wanted = max(line + 2 * self.document().documentMargin(), min(self.document().size().height(), most))
        self.setFixedHeight(round(wanted) + 2)
