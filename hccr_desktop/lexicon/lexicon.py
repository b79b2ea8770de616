"""The dictionary and the stroke orders that come with the program."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hccr_desktop.errors import LexiconError
from hccr_desktop.lexicon.entry import Entry
from hccr_desktop.lexicon.packed_file import Kind, PackedFile
from hccr_desktop.lexicon.pinyin import query_key
from hccr_desktop.lexicon.stroke_order import StrokeOrder
from hccr_desktop.paths import lexicon_dir

DICTIONARY_NAME: Final = "dictionary.bin"
STROKES_NAME: Final = "strokes.bin"

SEARCH_KEY: Final = 0xFFFFFFFF
"""Record of the dictionary file with the search index: JSON, from ``query_key`` to the characters, frequent first."""


class Lexicon:
    """Readings, meanings and stroke orders, read from the disk one character at a time.

    Any thread may ask. The stroke file is opened when the first stroke order is asked for, so that damage there leaves
    the readings alone.

    Args:
        dictionary: the opened dictionary file.
        strokes_path: the stroke file.
    """

    def __init__(self, dictionary: PackedFile, strokes_path: Path) -> None:
        self._dictionary = dictionary
        self._strokes_path = strokes_path
        # Filled at first use. Two threads may both do so: they get equal values, and the later one stays.
        self._strokes: PackedFile | None = None
        self._search: Mapping[str, str] | None = None

    @classmethod
    def open(cls, folder: Path | None = None) -> "Lexicon":
        """Open the files that come with the program, or those of another folder.

        Raises:
            LexiconError: the dictionary is missing or damaged.
        """
        folder = folder or lexicon_dir()
        return cls(PackedFile.open(folder / DICTIONARY_NAME, Kind.DICTIONARY), folder / STROKES_NAME)

    def entry(self, character: str) -> Entry | None:
        """What the dictionary says of a character; None for text that it does not hold.

        Raises:
            LexiconError: the dictionary has been damaged or removed.
        """
        if len(character) != 1:
            return None
        record = self._dictionary.read(ord(character))
        return None if record is None else _entry(character, record)

    def stroke_order(self, character: str) -> StrokeOrder | None:
        """How a character is written; None for text that the stroke file does not hold.

        Raises:
            LexiconError: the stroke file is missing or damaged.
        """
        if len(character) != 1:
            return None
        if self._strokes is None:
            self._strokes = PackedFile.open(self._strokes_path, Kind.STROKES)
        record = self._strokes.read(ord(character))
        if record is None:
            return None
        try:
            return StrokeOrder.from_record(character, record)
        except ValueError as error:
            raise _unknown_record(STROKES_NAME, character) from error

    def find_by_pinyin(self, query: str) -> tuple[Entry, ...]:
        """Characters with a reading, the most frequent first.

        Args:
            query: one syllable: ``bào``, ``bao4``, or ``bao`` for all tones; ``lǜ``, ``lü4``, ``lv4`` and ``lu:4`` are
                the same. Tone 5 or 0 is the neutral tone.

        Returns:
            Nothing where the text is no syllable or none of the characters is read so.

        Raises:
            LexiconError: the dictionary has been damaged or removed.
        """
        key = query_key(query)
        if key is None:
            return ()
        if self._search is None:
            self._search = self._read_search_index()
        characters = self._search.get(key, "")
        records = self._dictionary.read_many(ord(character) for character in characters)
        return tuple(_entry(chr(code_point), record) for code_point, record in records.items())

    def _read_search_index(self) -> Mapping[str, str]:
        record = self._dictionary.read(SEARCH_KEY)
        if record is None:
            raise _unknown_record(DICTIONARY_NAME, "the search index")
        index: Mapping[str, str] = json.loads(record)
        return index


def _entry(character: str, record: bytes) -> Entry:
    try:
        return Entry.from_record(character, record)
    except ValueError as error:
        raise _unknown_record(DICTIONARY_NAME, character) from error


def _unknown_record(name: str, subject: str) -> LexiconError:
    # The checksums were right, so whoever packed the file meant it so.
    return LexiconError("{name} is of another version of this program.", name=name, detail=f"record of {subject}")
