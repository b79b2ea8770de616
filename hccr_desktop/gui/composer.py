"""What becomes of a picked character: clipboard, text, canvas; and how one of the text is picked anew."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.candidate_list import CandidateView
from hccr_desktop.gui.compose_line import ComposeLine
from hccr_desktop.gui.composition import CompositionError, WrittenCharacter
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.status_line import StatusLine

SHOWN_OF_COPY: Final = 20
"""Characters of a copied text that the status line repeats."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A candidate that was taken.

    Attributes:
        ink: what it was taken for; empty for a picture.
        candidates: those that stood in the list, best first.
        row: of the one that was taken.
        instead_of: the character of the text in whose place it was put; None where it is a new one.
    """

    ink: Ink
    candidates: tuple[Candidate, ...]
    row: int
    instead_of: str | None

    @property
    def character(self) -> str:
        """The one that was taken."""
        return self.candidates[self.row].character


class Composer(QObject):
    """Takes characters, as the settings say.

    Args:
        settings: what a pick does.
        canvas: what a character is taken for.
        candidates: what there is to take.
        line: the text.
        status: is told.
        parent: the window.
    """

    reopened = Signal(object)
    """WrittenCharacter: its drawing is on the canvas, and its candidates are to be shown."""
    chosen = Signal(object)
    """Choice: a candidate of the list was taken."""
    taken = Signal(str)
    """Characters were taken, from the list or elsewhere: a single one, or all of a page in reading order."""

    def __init__(
        self,
        settings: Settings,
        *,
        canvas: InkCanvas,
        candidates: CandidateView,
        line: ComposeLine,
        status: StatusLine,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._canvas = canvas
        self._candidates = candidates
        self._line = line
        self._status = status
        self._picked: tuple[Ink, str] | None = None
        self._chooser: Callable[[str], bool] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._clear_after_pause)
        canvas.stroke_started.connect(self._pause.stop)
        canvas.ink_changed.connect(self._on_ink_changed)
        candidates.picked.connect(self.pick)
        line.character_opened.connect(self._on_character_opened)
        line.character_closed.connect(self._on_character_closed)
        line.left.connect(canvas.setFocus)

    def set_settings(self, settings: Settings) -> None:
        """Do from now on what other settings say."""
        self._settings = settings
        self._pause.stop()

    @property
    def is_pausing(self) -> bool:
        """The ink will be cleared unless there is another stroke."""
        return self._pause.isActive()

    @Slot(int)
    def pick(self, row: int) -> None:
        """Take the candidate of a row."""
        shown = self._candidates.candidates
        if 0 <= row < len(shown):
            opened = self._line.opened
            choice = Choice(self._canvas.ink, shown, row, None if opened is None else opened.character)
            self.take(choice.character)
            self.chosen.emit(choice)

    @Slot()
    def pick_selected(self) -> None:
        """Take the selected candidate."""
        self.pick(self._candidates.current_row)

    @Slot()
    def pick_by_action(self) -> None:
        """Take the candidate whose row the action that was triggered holds."""
        action = self.sender()
        if isinstance(action, QAction):
            self.pick(action.data())

    @Slot(str)
    def take(self, character: str) -> None:
        """Copy a character, append it to the text and clear the canvas, as the settings say.

        While a character of the text is open, this one takes its place. While one of a page is selected, it is what
        that counts as.
        """
        if self._line.opened is None and self._chooser is not None and self._chooser(character):
            return
        self._picked = (self._canvas.ink, character)
        written = WrittenCharacter(character, self._canvas.drawing, self._candidates.candidates)
        if self._line.opened is not None:
            self._line.replace_opened(written)
            self._canvas.setFocus()
        else:
            if self._settings.append_on_pick:
                self._line.add(written)
            if self._settings.clear_on_pick:
                self._canvas.clear()
        if self._settings.copy_on_pick:
            self._copy(character)
        self.taken.emit(character)

    def set_chooser(self, chooser: Callable[[str], bool]) -> None:
        """Offer what is picked to someone else first, who says whether it is taken."""
        self._chooser = chooser

    def take_all(self, written: Sequence[WrittenCharacter | str]) -> None:
        """Append characters, and text between them, in one step; copy them and clear the canvas as the settings say."""
        self._line.close_character()
        self._line.add_all(written)
        if self._settings.clear_on_pick:
            self._canvas.clear()
        if self._settings.copy_on_pick:
            self._copy("".join(part if isinstance(part, str) else part.character for part in written))
        self.taken.emit("".join(part.character for part in written if isinstance(part, WrittenCharacter)))

    @Slot(str)
    def take_again(self, character: str) -> None:
        """Put a character where picks go, and leave the drawing alone."""
        if self._settings.append_on_pick:
            self.append(character)
        if self._settings.copy_on_pick or not self._settings.append_on_pick:
            self._copy(character)

    @Slot(str)
    def append(self, text: str) -> None:
        """Put text at the caret of the line; what is selected there stays."""
        cursor = self._line.textCursor()
        cursor.setPosition(cursor.selectionEnd())
        self._line.setTextCursor(cursor)
        self._line.add_text(text)

    @Slot(str)
    def copy_text(self, text: str) -> None:
        """Put text on the clipboard."""
        self._copy(text)

    @Slot()
    def copy(self) -> None:
        """Copy the selected text, else the whole text, else the selected candidate."""
        text = self._line.selected_text or self._line.text
        if text:
            self._copy(text)
        else:
            self.copy_candidate()

    @Slot()
    def copy_candidate(self) -> None:
        """Copy the selected candidate and leave the drawing alone."""
        character = self._candidates.selected_character
        if character:
            self._copy(character)

    @Slot()
    def clear(self) -> None:
        """Empty the canvas, which can be undone; with a character of the text open, leave that as it is."""
        if self._line.opened is not None:
            self._line.close_character()
        else:
            self._canvas.clear()

    @property
    def character_of_drawing(self) -> str | None:
        """What the drawing is: the character picked for it, else the first candidate."""
        if self._picked is not None and self._picked[0] is self._canvas.ink:
            return self._picked[1]
        shown = self._candidates.candidates
        return shown[0].character if shown else None

    @Slot(object)
    def tell_not_kept(self, error: CompositionError) -> None:
        """Say that the text will be lost with the program."""
        self._status.warn(error.message)

    def _copy(self, text: str) -> None:
        clipboard = QGuiApplication.clipboard()
        clipboard.setText(text)
        # Read back only where it is not plainly ours: another owner's answer may take seconds.
        if not clipboard.ownsClipboard() and clipboard.text() != text:
            self._status.warn(self.tr("The clipboard did not take the text; another program may be holding it."))
            return
        shown = " ".join(text.split("\n"))
        if len(shown) > SHOWN_OF_COPY:
            shown = shown[:SHOWN_OF_COPY] + "…"
        self._status.tell(self.tr("Copied {text}").format(text=shown))

    @Slot(object)
    def _on_character_opened(self, written: WrittenCharacter) -> None:
        self._canvas.open_aside(written.drawing)
        self.reopened.emit(written)
        message = self.tr("{character}: pick another candidate to replace it; Esc leaves it.")
        self._status.tell(message.format(character=written.character))

    @Slot()
    def _on_character_closed(self) -> None:
        self._status.clear_message()
        self._canvas.close_aside()

    @Slot(object)
    def _on_ink_changed(self, ink: Ink) -> None:
        self._pause.stop()
        if self._settings.clear_after_ms and not ink.is_empty:
            self._pause.start(self._settings.clear_after_ms)

    @Slot()
    def _clear_after_pause(self) -> None:
        if self._line.opened is None:
            self._canvas.clear()
