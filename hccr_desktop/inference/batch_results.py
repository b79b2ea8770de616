"""What was read from files, as text, CSV or JSON; and JSON back, so that a later run need not read all again."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NotRequired, TextIO, TypedDict

from hccr_desktop.domain.box import Box
from hccr_desktop.domain.candidate import Candidate, Recognition
from hccr_desktop.errors import ResultsFileError
from hccr_desktop.imaging.files import note_again
from hccr_desktop.inference.batch_reading import FileReading, FileStamp
from hccr_desktop.inference.page_reading import ReadCharacter
from hccr_desktop.inference.turning import QuarterTurn

_QUARTER_TURNS: Final[tuple[QuarterTurn, ...]] = (0, 90, 180, 270)


class CandidateRecord(TypedDict):
    """One candidate in JSON."""

    character: str
    confidence: float


class CharacterRecord(TypedDict):
    """One character in JSON; the box is [x, y, width, height], or null where the picture is one character."""

    box: list[int] | None
    sure: bool
    candidates: list[CandidateRecord]


class FileRecord(TypedDict):
    """One picture in JSON; ``page`` counts from 1 and stands only in files of several.

    ``turn`` stands only where the picture seems to lie on its side or head: the degrees clockwise that would put it
    right.
    """

    file: str
    page: NotRequired[int]
    turn: NotRequired[int]
    characters: list[CharacterRecord]
    elapsed_ms: float | None
    error: str | None


class _KeptRecord(FileRecord):
    """What a later run needs besides."""

    page_count: int
    lines: list[int]
    note: str
    model: NotRequired[str]
    stamp: NotRequired[list[int | str]]


def file_record(reading: FileReading) -> FileRecord:
    """One entry of the JSON list."""
    is_whole = len(reading.characters) == 1
    record: FileRecord = {
        "file": reading.file,
        "characters": [_character_record(character, is_whole=is_whole) for character in reading.characters],
        "elapsed_ms": None if reading.elapsed_ms is None else round(reading.elapsed_ms, 3),
        "error": reading.error or None,
    }
    if reading.page_count > 1:
        record["page"] = reading.page + 1
    if reading.turn:
        record["turn"] = reading.turn
    return record


def write_text(readings: Iterable[FileReading], stream: TextIO) -> int:
    """A line for each picture of one character, with its candidates; else a line for each line of text.

    The first line of a picture that seems to lie ends with one more field, such as "turn 90": degrees clockwise.

    Returns:
        How many pictures failed; of them there is no line.
    """
    failures = 0
    for reading in readings:
        failures += bool(reading.error)
        if reading.recognition is not None:
            answers = "  ".join(
                f"{entry.character} {entry.confidence:.3%}".replace("%", " %")
                for entry in reading.recognition.candidates
            )
            lines = [answers]
        else:
            lines = reading.text.split("\n") if reading.characters else []
        for number, line in enumerate(lines):
            turn = f"\tturn {reading.turn}" if reading.turn and number == 0 else ""
            stream.write(f"{_name(reading)}\t{line}{turn}\n")
    return failures


def write_csv(readings: Iterable[FileReading], stream: TextIO) -> int:
    """A row for each candidate of each character, and for each picture that failed; returns how many failed.

    ``turn`` has degrees clockwise where the picture seems to lie, else nothing.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["file", "index", "rank", "character", "confidence", "error", "turn"])
    failures = 0
    for reading in readings:
        if reading.error:
            failures += 1
            writer.writerow([_name(reading), "", "", "", "", reading.error, ""])
        for index, character in enumerate(reading.characters):
            for rank, entry in enumerate(character.recognition.candidates, start=1):
                confidence = f"{entry.confidence:.6f}"
                writer.writerow([_name(reading), index, rank, entry.character, confidence, "", reading.turn or ""])
    return failures


def write_json(readings: Iterable[FileReading], stream: TextIO) -> int:
    """A list of :class:`FileRecord`; returns how many pictures failed."""
    records = [file_record(reading) for reading in readings]
    stream.write(_json_text(records) + "\n")
    return sum(record["error"] is not None for record in records)


def save_readings(readings: Sequence[FileReading], path: Path) -> None:
    """Keep readings for :func:`load_readings`: the JSON list, with what else is needed.

    Raises:
        ResultsFileError: the file cannot be written; what was there is still there.
    """
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_text(_json_text([_kept_record(reading) for reading in readings]) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ResultsFileError("{file} cannot be written.", file=str(path), detail=str(error)) from error


def load_readings(path: Path) -> list[FileReading]:
    """Readings that :func:`save_readings` kept; none where there is no file yet.

    Raises:
        ResultsFileError: the file cannot be read, or holds something else.
    """
    try:
        records = json.loads(path.read_bytes())
        return [_reading(record) for record in records]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ResultsFileError("{file} cannot be read.", file=str(path), detail=str(error)) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ResultsFileError(
            "{file} does not hold the results of an earlier run.", file=str(path), detail=str(error)
        ) from error


def _name(reading: FileReading) -> str:
    return f"{reading.file}#{reading.page + 1}" if reading.page_count > 1 else reading.file


def _character_record(character: ReadCharacter, *, is_whole: bool) -> CharacterRecord:
    box = character.box
    return {
        "box": None if is_whole else [box.left, box.top, box.width, box.height],
        "sure": character.recognition.is_sure,
        "candidates": [
            {"character": entry.character, "confidence": round(entry.confidence, 6)}
            for entry in character.recognition.candidates
        ],
    }


def _kept_record(reading: FileReading) -> _KeptRecord:
    record = file_record(reading)
    kept: _KeptRecord = {
        "file": record["file"],
        "characters": record["characters"],
        "elapsed_ms": record["elapsed_ms"],
        "error": record["error"],
        "page_count": reading.page_count,
        "lines": [character.line for character in reading.characters],
        "note": str(reading.note),
    }
    if "page" in record:
        kept["page"] = record["page"]
    if "turn" in record:
        kept["turn"] = record["turn"]
    if reading.characters:
        kept["model"] = reading.characters[0].recognition.model_id
    if reading.stamp is not None:
        kept["stamp"] = [reading.stamp.size, reading.stamp.modified_ns, reading.stamp.made_by]
    return kept


def _reading(record: _KeptRecord) -> FileReading:
    size, modified_ns, made_by = record.get("stamp", (0, 0, ""))
    characters = tuple(
        _character(entry, line, str(record.get("model", "")), record["elapsed_ms"] or 0.0)
        for entry, line in zip(record["characters"], record["lines"], strict=True)
    )
    return FileReading(
        str(record["file"]),
        characters,
        record["elapsed_ms"],
        note_again(str(record["note"])),
        str(record["error"] or ""),
        int(record.get("page", 1)) - 1,
        int(record["page_count"]),
        FileStamp(int(size), int(modified_ns), str(made_by)) if "stamp" in record else None,
        _turn(record.get("turn", 0)),
    )


def _turn(degrees: object) -> QuarterTurn:
    for turn in _QUARTER_TURNS:
        if degrees == turn:
            return turn
    raise ValueError(f"no quarter turn: {degrees!r}")


def _character(record: CharacterRecord, line: int, model_id: str, elapsed_ms: float) -> ReadCharacter:
    # The box on the cleaned page is not kept; who needs it cleans the page again.
    box = Box(*(int(value) for value in record["box"])) if record["box"] is not None else Box(0, 0, 1, 1)
    candidates = tuple(Candidate(str(entry["character"]), float(entry["confidence"])) for entry in record["candidates"])
    if not candidates:
        raise ValueError("a character without candidates")
    return ReadCharacter(box, box, Recognition(candidates, model_id, elapsed_ms, bool(record["sure"])), int(line))


def _json_text(records: object) -> str:
    text = json.dumps(records, ensure_ascii=False, indent=1)
    # In another locale a name's UTF-8 comes as surrogates; what is no UTF-8 at all stays escaped, or it were no JSON.
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
