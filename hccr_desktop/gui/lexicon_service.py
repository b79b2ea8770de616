"""Readings, meanings and stroke orders off the GUI thread, since they are read from the disk."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.mailbox import Mailbox
from hccr_desktop.gui.recognition_service import CLOSE_LIMIT_MS
from hccr_desktop.lexicon.entry import Entry
from hccr_desktop.lexicon.lexicon import Lexicon
from hccr_desktop.lexicon.stroke_order import StrokeOrder

logger = logging.getLogger(__name__)

OpenLexicon = Callable[[], Lexicon]

MOST_FOUND: Final = 200
"""Characters of a search that are shown; ``yi`` has 55, the most of all syllables."""


@dataclass(frozen=True, slots=True, eq=False)
class Details:
    """All that is known of one character.

    Attributes:
        character: the one that was asked for.
        entry: readings and meanings; None for a character that the dictionary does not hold.
        stroke_order: how it is written; None where that is not known.
        problem: why the stroke order is not known, where that is a failure.
    """

    character: str
    entry: Entry | None
    stroke_order: StrokeOrder | None
    problem: HccrError | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Characters that are read as a query says, the most frequent first."""

    query: str
    entries: tuple[Entry, ...]


class _Worker(QObject):
    """Lives in the lexicon thread."""

    described = Signal(object)
    looked_up = Signal(object)
    found = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        open_lexicon: OpenLexicon,
        descriptions: Mailbox[tuple[str, ...]],
        lookups: Mailbox[str],
        searches: Mailbox[str],
    ) -> None:
        super().__init__()
        self._open_lexicon = open_lexicon
        self._lexicon: Lexicon | None = None
        self._descriptions = descriptions
        self._lookups = lookups
        self._searches = searches

    @Slot()
    def describe_latest(self) -> None:
        characters = self._descriptions.take()
        if characters is not None:
            self._try(lambda lexicon: self.described.emit(_entries(lexicon, characters)))

    @Slot()
    def look_up_latest(self) -> None:
        character = self._lookups.take()
        if character is not None:
            self._try(lambda lexicon: self.looked_up.emit(_details(lexicon, character)))

    @Slot()
    def search_latest(self) -> None:
        query = self._searches.take()
        if query is not None:
            self._try(lambda lexicon: self.found.emit(Found(query, lexicon.find_by_pinyin(query)[:MOST_FOUND])))

    def _try(self, job: Callable[[Lexicon], None]) -> None:
        try:
            if self._lexicon is None:
                self._lexicon = self._open_lexicon()
            job(self._lexicon)
        except HccrError as error:
            logger.warning("the lexicon failed: %s (%s)", error.message, error.detail)
            self.failed.emit(error)
        except Exception as error:
            logger.exception("the lexicon failed")
            self.failed.emit(HccrError("The dictionary cannot be read.", detail=repr(error)))


def _entries(lexicon: Lexicon, characters: Iterable[str]) -> dict[str, Entry]:
    entries = {character: lexicon.entry(character) for character in characters}
    return {character: entry for character, entry in entries.items() if entry is not None}


def _details(lexicon: Lexicon, character: str) -> Details:
    entry = lexicon.entry(character)
    try:
        return Details(character, entry, lexicon.stroke_order(character))
    except HccrError as error:
        logger.warning("no stroke order: %s (%s)", error.message, error.detail)
        return Details(character, entry, None, error)


class LexiconService(QObject):
    """Owns the lexicon thread, which starts with the first question. Lives in the GUI thread.

    Of several questions of one kind that wait, only the last is answered.

    Args:
        open_lexicon: opens the dictionary; called in the thread.
    """

    described = Signal(object)
    """Mapping of character to Entry: of those asked for, the ones that the dictionary holds."""
    looked_up = Signal(object)
    """Details of the character asked for last."""
    found = Signal(object)
    """Found: the answer to the last search."""
    failed = Signal(object)
    """HccrError, once: there is no dictionary, or it is damaged."""

    _description_wanted = Signal()
    _lookup_wanted = Signal()
    _search_wanted = Signal()

    def __init__(self, open_lexicon: OpenLexicon = Lexicon.open, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._descriptions: Mailbox[tuple[str, ...]] = Mailbox()
        self._lookups: Mailbox[str] = Mailbox()
        self._searches: Mailbox[str] = Mailbox()
        self._character = ""
        self._query = ""
        self._has_failed = False
        self._thread = QThread(self)
        self._thread.setObjectName("lexicon")
        self._worker = _Worker(open_lexicon, self._descriptions, self._lookups, self._searches)
        self._worker.moveToThread(self._thread)
        self._description_wanted.connect(self._worker.describe_latest)
        self._lookup_wanted.connect(self._worker.look_up_latest)
        self._search_wanted.connect(self._worker.search_latest)
        self._worker.described.connect(self._on_described)
        self._worker.looked_up.connect(self._on_looked_up)
        self._worker.found.connect(self._on_found)
        self._worker.failed.connect(self._on_failed)

    def describe(self, characters: Iterable[str]) -> None:
        """Ask for the entries of some characters."""
        self._start()
        if self._descriptions.put(tuple(characters)):
            self._description_wanted.emit()

    def look_up(self, character: str) -> None:
        """Ask for all that is known of a character."""
        self._start()
        self._character = character
        if self._lookups.put(character):
            self._lookup_wanted.emit()

    def search(self, query: str) -> None:
        """Ask for the characters that are read as a query says."""
        self._start()
        self._query = query
        if self._searches.put(query):
            self._search_wanted.emit()

    def stop(self) -> None:
        """End the thread."""
        self._thread.quit()
        if not self._thread.wait(CLOSE_LIMIT_MS):
            logger.error("the lexicon thread did not end within %d ms", CLOSE_LIMIT_MS)

    def _start(self) -> None:
        if not self._thread.isRunning():
            self._thread.start()

    @Slot(object)
    def _on_described(self, entries: Mapping[str, Entry]) -> None:
        self.described.emit(entries)

    @Slot(object)
    def _on_looked_up(self, details: Details) -> None:
        if details.character == self._character:
            self.looked_up.emit(details)

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        if found.query == self._query:
            self.found.emit(found)

    @Slot(object)
    def _on_failed(self, error: HccrError) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(error)
