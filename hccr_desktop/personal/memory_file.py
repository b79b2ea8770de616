"""The file in which learned drawings are carried to another machine, or kept: JSON lines, the first of them a header.

Behind the header it is the form of every ink file of this program, so that ``hccr evaluate`` reads it too.
"""

import json
import logging
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hccr_desktop.errors import PersonalMemoryError, SampleSetError
from hccr_desktop.imaging.sample_sets import HEADER_KEY, InkSample, load_sample_set
from hccr_desktop.personal.sample_store import NewSample, PackedInk

logger = logging.getLogger(__name__)

FORMAT: Final = "hccr-learned"
VERSION: Final = 1
SUFFIX: Final = ".jsonl"

_MOST_BYTES: Final = 256 * 1024 * 1024
"""A drawing takes some 5 kB, so this is far above what a person can have taught."""

_COORDINATE_LIMIT: Final = 1e6
"""Far above any tablet's units, and far below what could overflow."""


Watch = Callable[[int, int], None]
"""Told before each step of long work how many of how many steps are done. What it raises ends the work, undone."""


def write_memory_file(path: Path, samples: Sequence[NewSample], *, watch: Watch | None = None) -> int:
    """Write samples; an older file of that name stays until the new one is complete.

    Args:
        path: where to; its folder exists.
        samples: oldest first.
        watch: told of each sample.

    Returns:
        The number of samples.

    Raises:
        PersonalMemoryError: the file cannot be written.
    """
    lines = [json.dumps({HEADER_KEY: FORMAT, "version": VERSION, "count": len(samples)})]
    for number, sample in enumerate(samples):
        if watch is not None:
            watch(number, len(samples))
        lines.append(_line(sample))
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_text("\n".join((*lines, "")), encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError as error:
        raise PersonalMemoryError("{path} cannot be written.", path=path, detail=str(error)) from error
    return len(samples)


def _line(sample: NewSample) -> str:
    head = {
        "char": sample.character,
        "picked_over": sample.picked_over,
        "remembered_at": sample.remembered_at.isoformat() if sample.remembered_at else None,
    }
    # The strokes are JSON already.
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "strokes": {sample.ink.json.decode()}}}'


def read_memory_file(path: Path, *, watch: Watch | None = None) -> list[NewSample]:
    """All samples of a file, or none of them. One without header is taken too, such as a saved drawing.

    Args:
        path: an export, or another file of ink.
        watch: told of each sample.

    Raises:
        PersonalMemoryError: it is no such file, of a newer version, or damaged.
        SampleSetError: it has no header, and is no file of ink either.
    """
    if path.suffix.lower() != SUFFIX or path.is_dir():
        raise PersonalMemoryError(
            "{name} is no export of learned drawings: its name must end in .jsonl.", name=path.name
        )
    lines = _lines(path)
    header = _header(lines[0] if lines else b"", path)
    if header is None:
        plain = _plain_samples(path)
        return [
            NewSample(sample.character, _packed(sample.ink.to_coordinates(), path, number))
            for number, sample in enumerate(plain, start=1)
        ]
    count = header.get("count")
    if count != len(lines) - 1:
        raise PersonalMemoryError(
            "{name} is cut off or damaged: it holds {found} drawings and not {count}.",
            name=path.name,
            found=len(lines) - 1,
            count=count,
        )
    samples = []
    for number, line in enumerate(lines[1:], start=1):
        if watch is not None:
            watch(number - 1, len(lines) - 1)
        samples.append(_sample(line, path, number))
    return samples


def _packed(strokes: Sequence[Sequence[Sequence[float]]], path: Path, number: int) -> PackedInk:
    """Ink within the range of any tablet.

    Raises:
        PersonalMemoryError: there is none, or it is out of range.
        ValueError, TypeError, OverflowError, IndexError: it is damaged.
    """
    widest = max((abs(value) for stroke in strokes for point in stroke for value in point[:2]), default=math.inf)
    if widest > _COORDINATE_LIMIT:
        raise PersonalMemoryError(
            "{name}: drawing {number} has coordinates out of range.", name=path.name, number=number
        )
    return PackedInk.of_coordinates(strokes)


def _lines(path: Path) -> list[bytes]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise PersonalMemoryError("{name} is far too large for an export of learned drawings.", name=path.name)
        return [line for line in path.read_bytes().split(b"\n") if line.strip()]
    except FileNotFoundError as error:
        raise SampleSetError("{path} does not exist.", path=path, detail=str(error)) from error
    except OSError as error:
        raise SampleSetError("{path} cannot be read.", path=path, detail=str(error)) from error


def _header(line: bytes, path: Path) -> dict[str, Any] | None:
    """The header, or None where the first line is none.

    Raises:
        PersonalMemoryError: it is one of another format, or of a version that this program does not know.
    """
    try:
        header = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(header, dict) or HEADER_KEY not in header:
        return None
    if header[HEADER_KEY] != FORMAT:
        raise PersonalMemoryError("{name} is no export of learned drawings.", name=path.name)
    if header.get("version") != VERSION:
        raise PersonalMemoryError(
            "{name} was written by a newer version of this program, which alone can read it.", name=path.name
        )
    return header


def _plain_samples(path: Path) -> list[InkSample]:
    samples = [sample for sample in load_sample_set(path).samples if isinstance(sample, InkSample)]
    if not samples:
        raise PersonalMemoryError("{name} holds no drawings.", name=path.name)
    return samples


def _sample(line: bytes, path: Path, number: int) -> NewSample:
    try:
        record = json.loads(line)
        character, picked_over, remembered_at = record["char"], record["picked_over"], record["remembered_at"]
        if not is_one_character(character) or not (picked_over is None or is_one_character(picked_over)):
            raise ValueError("not one character")
        when = None if remembered_at is None else datetime.fromisoformat(remembered_at)
        if when is not None:
            when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        return NewSample(character, _packed(record["strokes"], path, number), picked_over, remembered_at=when)
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise PersonalMemoryError(
            "{name}: drawing {number} is damaged, so nothing was imported.",
            name=path.name,
            number=number,
            detail=str(error),
        ) from error


def is_one_character(text: object) -> bool:
    """Whether something is a text of one visible code point."""
    return isinstance(text, str) and len(text) == 1 and text.isprintable() and not text.isspace()
