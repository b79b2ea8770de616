"""What the compose line holds, and the file it is kept in between two starts. Knows no widgets."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QIODevice, QSaveFile

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.drawing_history import Drawing
from hccr_desktop.gui.ink_json import NewerVersionError, check_version, ink_from_json, stroke_json
from hccr_desktop.gui.sheet import Mark
from hccr_desktop.gui.user_folder import COMPOSE_FILE, aside, user_folder

logger = logging.getLogger(__name__)

_VERSION: Final = 1


@dataclass(frozen=True, slots=True, eq=False)
class WrittenCharacter:
    """A character and how it came about.

    Attributes:
        character: one code point, the one that was picked.
        drawing: what it was picked for; empty where that was a picture before the last start.
        candidates: what there was to choose from, best first.
    """

    character: str
    drawing: Drawing = field(default_factory=Drawing)
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Composition:
    """The text of the compose line.

    Attributes:
        text: all of it, lines parted by a line feed.
        written: those of its characters that were picked, by their index in the text. The others were typed.
    """

    text: str = ""
    written: Mapping[int, WrittenCharacter] = field(default_factory=dict)


def written_text(marks: Sequence[Mark]) -> list[WrittenCharacter | str]:
    """The characters of a page as parts of a text, with a line feed between two lines; those not known are left out."""
    written: list[WrittenCharacter | str] = []
    line = 0
    for mark in marks:
        if mark.text:
            if written and mark.line != line:
                written.append("\n")
            line = mark.line
            written.append(WrittenCharacter(mark.text, Drawing(picture=mark.picture), mark.candidates))
    return written


class CompositionError(HccrError):
    """The compose line could not be kept, or what was kept cannot be read."""


class CompositionFile:
    """Keeps a composition in a JSON file. Pictures are left out: they are the user's files, and large.

    Args:
        path: the file, which need not exist, nor its folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoded: dict[int, tuple[WrittenCharacter, str]] = {}

    def load(self) -> Composition:
        """What was kept; an empty composition at the first start.

        Raises:
            CompositionError: the file cannot be read. A damaged one, or one of a newer version, has been renamed, so
                that nothing in it is lost.
        """
        try:
            stored = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Composition()
        except (OSError, UnicodeDecodeError) as error:
            raise self._damaged(error) from error
        try:
            return _decoded(json.loads(stored))
        except NewerVersionError as error:
            raise CompositionError(
                "The kept text is of a newer version of this program and has been put aside as {aside}; "
                "the line starts empty.",
                aside=self._put_aside("newer", error),
                detail=str(error),
            ) from error
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
            raise self._damaged(error) from error

    def save(self, composition: Composition) -> None:
        """Write the file as a whole, or leave the old one.

        Raises:
            CompositionError: it cannot be written.
        """
        # Each character is encoded once, since ink is long and the line is saved with every change.
        kept = {id(written): self._encoding(written) for written in composition.written.values()}
        self._encoded = {id(written): (written, kept[id(written)]) for written in composition.written.values()}
        places = ",".join(f'"{place}":{kept[id(written)]}' for place, written in sorted(composition.written.items()))
        text = json.dumps(composition.text, ensure_ascii=False)
        content = f'{{"version":{_VERSION},"text":{text},"written":{{{places}}}}}\n'.encode("utf-8", "replace")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._not_written(str(error)) from error
        file = QSaveFile(str(self._path))
        if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(content) == len(content) and file.commit()):
            raise self._not_written(file.errorString())

    def _encoding(self, written: WrittenCharacter) -> str:
        known = self._encoded.get(id(written))
        return _encoded(written) if known is None or known[0] is not written else known[1]

    def _damaged(self, error: Exception) -> CompositionError:
        return CompositionError(
            "The kept text was damaged and has been put aside as {aside}; the line starts empty.",
            aside=self._put_aside("damaged", error),
            detail=str(error),
        )

    def _put_aside(self, why: str, error: Exception) -> Path:
        """Rename the file; its new path."""
        target = aside(self._path, why)
        try:
            self._path.replace(target)
        except OSError:
            raise CompositionError(
                "The kept text in {path} cannot be read.", path=self._path, detail=str(error)
            ) from error
        return target

    def _not_written(self, detail: str) -> CompositionError:
        return CompositionError(
            "The text cannot be kept in {path}; copy it before you quit.", path=self._path, detail=detail
        )


def default_composition_path() -> Path:
    """Where the program keeps the compose line."""
    return user_folder() / COMPOSE_FILE


def _encoded(written: WrittenCharacter) -> str:
    strokes = ",".join(map(stroke_json, written.drawing.ink.strokes))
    character = json.dumps(written.character, ensure_ascii=False)
    candidates = [(candidate.character, candidate.confidence) for candidate in written.candidates]
    listed = json.dumps(candidates, ensure_ascii=False, separators=(",", ":"))
    return f'{{"character":{character},"strokes":[{strokes}],"candidates":{listed}}}'


def _decoded(stored: Any) -> Composition:  # noqa: ANN401 - JSON of unknown origin
    check_version(stored["version"], _VERSION)
    if not isinstance(stored["text"], str):
        raise TypeError("the text is no text")
    text: str = stored["text"]
    written: dict[int, WrittenCharacter] = {}
    for place, values in stored["written"].items():
        character = _decoded_character(values)
        index = int(place)
        if index < 0 or text[index : index + 1] != character.character:
            raise ValueError(f"no such character at {place}")
        written[index] = character
    return Composition(text, written)


def _decoded_character(stored: Any) -> WrittenCharacter:  # noqa: ANN401 - JSON of unknown origin
    candidates = tuple(_candidate(*values) for values in stored["candidates"])
    character = stored["character"]
    if not isinstance(character, str) or len(character) != 1:
        raise ValueError("a character is one code point")
    return WrittenCharacter(character, Drawing(ink_from_json(stored["strokes"])), candidates)


def _candidate(character: object, confidence: float) -> Candidate:
    if not isinstance(character, str) or len(character) != 1 or not 0 <= confidence <= 1:
        raise ValueError("not a candidate")
    return Candidate(character, float(confidence))
