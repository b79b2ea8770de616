"""Reads the open data that the lexicon is made of: Unihan, CC-CEDICT, pypinyin, jieba, hanzi-writer-data.

Each function takes the text of one file and keeps what the lexicon needs of it. Nothing here fetches or judges.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hccr_desktop.lexicon.pinyin import mark_tone
from hccr_desktop.lexicon.stroke_order import (
    POINTS_OF_VERB,
    UNITS_PER_SQUARE,
    PathCommand,
    Position,
    StrokeOrder,
    StrokeShape,
    Verb,
)

TOP_UNITS = 900
"""y of the top of the square in hanzi-writer-data, where y runs up from -124."""

_CEDICT_LINE = re.compile(r"(\S+) (\S+) \[([^\]]*)\] /(.*)/")
_PINLU = re.compile(r"(\S+?)\((\d+)\)")
_RADICAL = re.compile(r"(\d+)('*)\.(-?\d+)")
_SVG_TOKEN = re.compile(r"[A-Z]|-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class CedictEntry:
    """One line of CC-CEDICT: a word, its pinyin syllables with tone numbers, and what it means."""

    traditional: str
    simplified: str
    syllables: tuple[str, ...]
    meanings: tuple[str, ...]

    @property
    def is_name(self) -> bool:
        """The word is written with a capital: a surname, a place."""
        return self.syllables[0][:1].isupper()

    @property
    def readings(self) -> tuple[str, ...]:
        """The syllables with tone marks, in small letters."""
        return tuple(mark_tone(syllable.lower()) for syllable in self.syllables)


@dataclass(frozen=True)
class Unihan:
    """What Unihan says of one character."""

    fields: Mapping[str, str]

    @property
    def standard_readings(self) -> tuple[str, ...]:
        """Readings of the dictionary of standard characters of 2013, kTGHZ2013."""
        return _readings_by_page(self.fields.get("kTGHZ2013", ""))

    @property
    def older_readings(self) -> tuple[str, ...]:
        """Readings of the Xiandai Hanyu Cidian of 1983, kXHC1983."""
        return _readings_by_page(self.fields.get("kXHC1983", ""))

    @property
    def customary_readings(self) -> tuple[str, ...]:
        """The one usual reading, sometimes with a second one for Taiwan, kMandarin."""
        return tuple(self.fields.get("kMandarin", "").split())

    @property
    def counted_readings(self) -> dict[str, int]:
        """How often each reading occurs in a corpus of 1.8 million characters, kHanyuPinlu."""
        return {reading: int(count) for reading, count in _PINLU.findall(self.fields.get("kHanyuPinlu", ""))}

    @property
    def definition(self) -> str:
        """A short English definition over all readings, kDefinition; may be empty."""
        return self.fields.get("kDefinition", "")

    @property
    def stroke_count(self) -> int:
        """Strokes in the form of mainland China, which kTotalStrokes names first."""
        return int(self.fields["kTotalStrokes"].split()[0])

    @property
    def radical(self) -> tuple[str, int]:
        """Radical as CJKRadicals.txt names it, such as ``195'``, and the other strokes; the first of kRSUnicode."""
        match = _RADICAL.match(self.fields["kRSUnicode"])
        if match is None:
            raise ValueError(f"not a radical: {self.fields['kRSUnicode']}")
        return match[1] + match[2], int(match[3])

    @property
    def traditional(self) -> tuple[str, ...]:
        """Traditional forms, kTraditionalVariant; empty where the character is its own."""
        return tuple(chr(int(code[2:], 16)) for code in self.fields.get("kTraditionalVariant", "").split())


def read_unihan(lines: Iterable[str], characters: Iterable[str]) -> dict[str, Unihan]:
    """Unihan of some characters, from the lines of all its files together."""
    fields: dict[str, dict[str, str]] = {character: {} for character in characters}
    for line in lines:
        if line.startswith("U+"):
            code, name, value = line.rstrip("\n").split("\t", 2)
            found = fields.get(chr(int(code[2:], 16)))
            if found is not None:
                found[name] = value
    return {character: Unihan(values) for character, values in fields.items()}


def read_radicals(lines: Iterable[str]) -> dict[str, str]:
    """The character of each radical of CJKRadicals.txt: ``195'`` is 鱼."""
    radicals = {}
    for line in lines:
        parts = [part.strip() for part in line.partition("#")[0].split(";")]
        if len(parts) == 3 and parts[2]:
            radicals[parts[0]] = chr(int(parts[2], 16))
    return radicals


def read_cedict(lines: Iterable[str]) -> list[CedictEntry]:
    """All entries whose pinyin has one syllable a character."""
    entries = []
    for line in lines:
        match = None if line.startswith("#") else _CEDICT_LINE.match(line)
        if match is None:
            continue
        syllables = tuple(match[3].split())
        if len(syllables) == len(match[2]) == len(match[1]):
            meanings = tuple(filter(None, (meaning.strip() for meaning in match[4].split("/"))))
            entries.append(CedictEntry(match[1], match[2], syllables, meanings))
    return entries


def read_phrases(text: str) -> dict[str, tuple[str, ...]]:
    """Words and their readings of pypinyin's phrases_dict.json, one reading a character."""
    phrases = {}
    for word, syllables in json.loads(text).items():
        readings = tuple(choices[0] for choices in syllables)
        if len(readings) == len(word):
            phrases[word] = readings
    return phrases


def read_pinyin_order(text: str) -> dict[str, tuple[str, ...]]:
    """All readings of each character of pypinyin's pinyin_dict.json, the usual ones first."""
    return {chr(int(code)): tuple(readings.split(",")) for code, readings in json.loads(text).items()}


def read_word_counts(lines: Iterable[str]) -> dict[str, int]:
    """How often each word occurs, from jieba's dict.txt."""
    counts: dict[str, int] = defaultdict(int)
    for line in lines:
        word, count, *_ = line.split()
        counts[word] += int(count)
    return dict(counts)


def read_stroke_order(character: str, text: str) -> StrokeOrder:
    """One file of hanzi-writer-data, in canvas units.

    Raises:
        ValueError: an outline has another form than M … Z, or a median has fewer than two points.
    """
    values = json.loads(text)
    strokes = []
    for outline, median in zip(values["strokes"], values["medians"], strict=True):
        way = tuple(_to_canvas(x, y) for x, y in median)
        if len(way) < 2:
            raise ValueError(f"{character}: a median of {len(way)} points")
        strokes.append(StrokeShape(_read_outline(outline), way))
    return StrokeOrder(character, tuple(strokes))


def _read_outline(text: str) -> tuple[PathCommand, ...]:
    tokens = iter(_SVG_TOKEN.findall(text))
    commands = list(_read_commands(tokens))
    verbs = "".join(command.verb for command in commands)
    if not re.fullmatch(r"M[LQC]+Z", verbs):
        raise ValueError(f"an outline of the form {verbs}")
    return tuple(commands)


def _read_commands(tokens: Iterator[str]) -> Iterator[PathCommand]:
    verbs: dict[str, Verb] = {verb: verb for verb in POINTS_OF_VERB}
    for token in tokens:
        if token not in verbs:
            raise ValueError(f"an outline with {token}")
        verb = verbs[token]
        yield PathCommand(
            verb, tuple([_to_canvas(float(next(tokens)), float(next(tokens))) for _ in range(POINTS_OF_VERB[verb])])
        )


def _to_canvas(x: float, y: float) -> Position:
    return round(x) / UNITS_PER_SQUARE, (TOP_UNITS - round(y)) / UNITS_PER_SQUARE


def _readings_by_page(field: str) -> tuple[str, ...]:
    """Readings of a field like ``131.140:háng 408.120:xíng``, each once."""
    readings: dict[str, None] = {}
    for group in field.split():
        readings |= dict.fromkeys(group.partition(":")[2].split(","))
    return tuple(filter(None, readings))
