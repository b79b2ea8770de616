"""What the dictionary says of one character."""

import json
from dataclasses import dataclass
from typing import Final

GLOSS_LENGTH: Final = 40
"""Most characters of a gloss: what fits on one line below a candidate."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a character means when it is read in one way.

    Attributes:
        reading: pinyin with tone mark.
        traditional: the traditional form that is written for this sense.
        meanings: English, at least one, the common ones first.
    """

    reading: str
    traditional: str
    meanings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Radical:
    """The Kangxi radical under which a character is filed.

    Attributes:
        number: 1..214.
        character: the radical as a character, in its simplified form where the character has that one.
        other_strokes: strokes of the character besides the radical.
    """

    number: int
    character: str
    other_strokes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One character of the dictionary.

    Attributes:
        character: one code point.
        readings: pinyin with tone marks, the most frequent first, at least one.
        gloss: English for one line, at most GLOSS_LENGTH characters, never cut within a sense.
        senses: the whole of it, by reading. Rare readings that are not among ``readings`` come last.
        radical: where paper dictionaries file it.
        stroke_count: strokes in the form of mainland China.
        traditional: traditional forms, the more frequent first; the character itself where it is one of them.
    """

    character: str
    readings: tuple[str, ...]
    gloss: str
    senses: tuple[Sense, ...]
    radical: Radical
    stroke_count: int
    traditional: tuple[str, ...]

    @property
    def code_point(self) -> int:
        """Unicode code point; 鲍 is 0x9C8D."""
        return ord(self.character)

    @property
    def long_gloss(self) -> str:
        """All meanings, one line a reading: ``xíng: to walk; to go; …``."""
        lines: dict[str, dict[str, None]] = {}  # a surname stands with several traditional forms: say it once
        for sense in self.senses:
            lines.setdefault(sense.reading, {}).update(dict.fromkeys(sense.meanings))
        return "\n".join(f"{reading}: {'; '.join(meanings)}" for reading, meanings in lines.items())

    def to_record(self) -> bytes:
        """The record that :meth:`from_record` reads back: a JSON list, UTF-8."""
        values = [
            self.readings,
            self.gloss,
            [(sense.reading, sense.traditional, sense.meanings) for sense in self.senses],
            (self.radical.number, self.radical.character, self.radical.other_strokes),
            self.stroke_count,
            self.traditional,
        ]
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_record(cls, character: str, record: bytes) -> "Entry":
        """Read a record.

        Raises:
            ValueError: it is not a record of this form.
        """
        try:
            readings, gloss, senses, (number, radical, other_strokes), stroke_count, traditional = json.loads(record)
            return cls(
                character=character,
                readings=tuple(readings),
                gloss=gloss,
                senses=tuple(Sense(reading, form, tuple(meanings)) for reading, form, meanings in senses),
                radical=Radical(number, radical, other_strokes),
                stroke_count=stroke_count,
                traditional=tuple(traditional),
            )
        except TypeError as error:
            raise ValueError(f"not a record of the dictionary: {error}") from error
