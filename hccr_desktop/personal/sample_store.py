"""The samples in the file of remembered samples: one row each."""

import contextlib
import hashlib
import itertools
import json
import logging
import math
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.errors import PersonalMemoryError, Sentence
from hccr_desktop.personal.memory_database import connect, explained, is_damage, move_aside

logger = logging.getLogger(__name__)

_INK_DIGITS: Final = 7
"""Significant digits of a coordinate: far below a pixel, at any zoom and offset that a canvas has."""

_NOT_READ: Final = Sentence("What was learned from you cannot be read")
_NOT_REMEMBERED: Final = Sentence("This could not be remembered")
_NOT_FORGOTTEN: Final = Sentence("This could not be forgotten")


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """One remembered sample, as a list shows it. Its ink is asked for by id, since a list may be long.

    Attributes:
        id: never used again after the entry was forgotten.
        character: what the user said it is; one code point.
        picked_over: the candidate that stood first instead, or None where the user just said "this is …".
        remembered_at: in UTC.
        is_in_use: it has an embedding of the open model; else it waits to be embedded, or its ink is blank.
    """

    id: int
    character: str
    picked_over: str | None
    remembered_at: datetime
    is_in_use: bool


@dataclass(frozen=True, slots=True)
class PackedInk:
    """Ink as it is stored: without times and pressures, which recognition needs not.

    Kept so while a file is written or taken in, since making points of thousands of drawings takes most of the time.

    Attributes:
        json: the strokes as compact UTF-8 JSON, ``[[[x, y], ...], ...]``, coordinates with seven significant digits.
    """

    json: bytes

    @classmethod
    def of(cls, ink: Ink) -> "PackedInk":
        """Pack ink."""
        return cls.of_coordinates(ink.to_coordinates())

    @classmethod
    def of_coordinates(cls, strokes: Sequence[Sequence[Sequence[float]]]) -> "PackedInk":
        """Pack strokes that are lists of x and y; empty ones are dropped.

        Raises:
            ValueError, TypeError, OverflowError: a point is not a pair of finite numbers.
        """
        points = [point for stroke in strokes for point in stroke]
        if any(len(point) < 2 for point in points):
            raise ValueError("a point needs x and y")
        # One format for all of them: five times as fast as one each.
        digits = f"%.{_INK_DIGITS}g " * (2 * len(points)) % tuple(value for point in points for value in point[:2])
        values = [float(value) for value in digits.split()]
        if not all(map(math.isfinite, values)):
            raise ValueError("coordinates must be finite")
        pairs = list(zip(values[::2], values[1::2], strict=True))
        ends = list(itertools.accumulate(map(len, strokes)))
        kept = [pairs[end - len(stroke) : end] for stroke, end in zip(strokes, ends, strict=True) if stroke]
        return cls(json.dumps(kept, separators=(",", ":")).encode())

    @property
    def digest(self) -> bytes:
        """The same of equal ink alone."""
        return hashlib.sha256(self.json).digest()

    def unpacked(self) -> Ink:
        """The ink.

        Raises:
            ValueError, TypeError: it is damaged.
        """
        return Ink.from_coordinates(json.loads(self.json))


@dataclass(frozen=True, slots=True, eq=False)
class NewSample:
    """What is stored of one sample.

    Attributes:
        character: one code point.
        ink: at least one stroke.
        picked_over: see :class:`MemoryEntry`.
        embedding: (448,) float32 of the model the store was opened for, or None where it is not known yet.
        remembered_at: in UTC; None is now.
    """

    character: str
    ink: PackedInk
    picked_over: str | None = None
    embedding: npt.NDArray[np.float32] | None = None
    remembered_at: datetime | None = None


@dataclass(frozen=True, slots=True, eq=False)
class StoredEmbeddings:
    """Embeddings of one model.

    Attributes:
        ids: (N,) the samples' ids, ascending.
        characters: N of one code point each.
        embeddings: (N, 448) float32, as the network gave them.
    """

    ids: tuple[int, ...]
    characters: tuple[str, ...]
    embeddings: npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Added:
    """What storing samples did.

    Attributes:
        ids: of the samples, in the order given.
        replaced: ids of samples with the same ink, which have gone.
    """

    ids: list[int]
    replaced: set[int]


class SampleStore:
    """An open file. Every method may be called from any thread; a lock lets one at a time through.

    Args:
        connection: to a database that holds our table.
        path: for messages.
        embedding_model: id and version of the model whose embeddings are read and written.
        note: one sentence where something had to be done about the file, else empty.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, embedding_model: str, note: str) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._path = path
        self.embedding_model = embedding_model
        self.note = note

    @classmethod
    def open(cls, path: Path, *, embedding_model: str) -> "SampleStore":
        """Open the file, or make it. A damaged one is moved aside, and :attr:`note` says where it is now.

        Raises:
            PersonalMemoryError: the file is locked, cannot be read or made, or is another program's or version's.
        """
        note = ""
        try:
            connection = connect(path)
        except PersonalMemoryError as error:
            if not isinstance(error.__cause__, sqlite3.Error) or not is_damage(error.__cause__):
                raise
            kept_as = move_aside(path)
            logger.warning("the personal memory was damaged: %s", error.detail)
            note = Sentence(
                "{name} was damaged and is kept as {kept_as}; learning starts anew.",
                name=path.name,
                kept_as=kept_as.name,
            )
            connection = connect(path)
        return cls(connection, path, embedding_model, note)

    def close(self) -> None:
        """Close the file; later calls raise PersonalMemoryError."""
        with self._lock:
            self._connection.close()

    def embeddings(self, limit: int) -> StoredEmbeddings:
        """The newest ``limit`` embeddings of the open model.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, character, embedding FROM sample"
                " WHERE embedding_model = ? AND length(embedding) = ? ORDER BY id DESC LIMIT ?",
                (self.embedding_model, FEATURES * np.dtype(np.float32).itemsize, limit),
            ).fetchall()
        rows.reverse()
        packed = b"".join(row[2] for row in rows)
        return StoredEmbeddings(
            tuple(row[0] for row in rows),
            tuple(row[1] for row in rows),
            np.frombuffer(packed, "<f4").astype(np.float32).reshape(len(rows), FEATURES),
        )

    def add(self, samples: Iterable[NewSample]) -> Added:
        """Store samples, all or none. Ink that is there already takes the new character, under a new id.

        That a drawing means one character only lets a user correct a correction, and a file be imported twice.

        Raises:
            PersonalMemoryError: the file cannot be written; nothing was stored.
        """
        now = datetime.now(UTC)
        with self._writing(_NOT_REMEMBERED) as connection:
            ids: list[int] = []
            replaced: set[int] = set()
            for sample in samples:
                digest = sample.ink.digest
                gone = connection.execute("SELECT id FROM sample WHERE ink_digest = ?", (digest,)).fetchone()
                if gone is not None:
                    connection.execute("DELETE FROM sample WHERE id = ?", gone)
                    replaced.add(gone[0])
                embedding = _packed(sample.embedding)
                cursor = connection.execute(
                    "INSERT INTO sample (character, picked_over, remembered_at, embedding_model, embedding,"
                    " ink_digest, ink) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        sample.character,
                        sample.picked_over,
                        (sample.remembered_at or now).isoformat(timespec="seconds"),
                        None if embedding is None else self.embedding_model,
                        embedding,
                        digest,
                        zlib.compress(sample.ink.json),
                    ),
                )
                ids.append(int(cursor.lastrowid or 0))
            return Added(ids, replaced)

    def entries(self) -> list[MemoryEntry]:
        """All samples, newest first.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, character, picked_over, remembered_at,"
                " embedding_model IS ? AND embedding IS NOT NULL FROM sample ORDER BY id DESC",
                (self.embedding_model,),
            ).fetchall()
        return [MemoryEntry(row[0], row[1], row[2], datetime.fromisoformat(row[3]), bool(row[4])) for row in rows]

    def ink(self, sample_id: int) -> Ink | None:
        """The ink of one sample, or None where it has been forgotten.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        with self._reading() as connection:
            row = connection.execute("SELECT ink FROM sample WHERE id = ?", (sample_id,)).fetchone()
        return None if row is None else _unpack_ink(row[0], self._path)

    def meaning(self, ink: Ink) -> str | None:
        """The character that this very ink is remembered as, if it is.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        digest = PackedInk.of(ink).digest
        with self._reading() as connection:
            row = connection.execute("SELECT character FROM sample WHERE ink_digest = ?", (digest,)).fetchone()
        return None if row is None else str(row[0])

    def samples(self) -> list[NewSample]:
        """Every sample without its embedding, oldest first; one whose ink is damaged is left out.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, character, picked_over, remembered_at, ink_digest, ink FROM sample ORDER BY id"
            ).fetchall()
        samples = []
        for sample_id, character, picked_over, remembered_at, digest, packed in rows:
            ink = _decompressed(packed)
            if ink is None or ink.digest != digest:  # one bad row must not keep the others from being saved
                logger.warning("sample %d is damaged and left out", sample_id)
                continue
            when = datetime.fromisoformat(remembered_at)
            samples.append(NewSample(character, ink, picked_over, remembered_at=when))
        return samples

    def pending(self, limit: int) -> list[tuple[int, Ink | None]]:
        """Id and ink of the newest samples that have not been embedded by the open model yet; None for damaged ink.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, ink FROM sample WHERE embedding_model IS NOT ? ORDER BY id DESC LIMIT ?",
                (self.embedding_model, limit),
            ).fetchall()
        waiting: list[tuple[int, Ink | None]] = []
        for sample_id, packed in rows:
            try:
                waiting.append((sample_id, _unpack_ink(packed, self._path)))
            except PersonalMemoryError as error:  # one bad row must not keep the others waiting for ever
                logger.warning("sample %d cannot be embedded: %s", sample_id, error.detail)
                waiting.append((sample_id, None))
        return waiting

    def pending_count(self) -> int:
        """How many samples the open model has not embedded yet.

        Raises:
            PersonalMemoryError: the file cannot be read.
        """
        with self._reading() as connection:
            row = connection.execute(
                "SELECT count(*) FROM sample WHERE embedding_model IS NOT ?", (self.embedding_model,)
            ).fetchone()
        return int(row[0])

    def set_embeddings(self, embeddings: Sequence[tuple[int, npt.NDArray[np.float32] | None]]) -> dict[int, str]:
        """Store embeddings of the open model; None says that the ink is blank to it and need not be tried again.

        Returns:
            The characters of those samples that are still there.

        Raises:
            PersonalMemoryError: the file cannot be written; nothing was stored.
        """
        characters: dict[int, str] = {}
        with self._writing(_NOT_REMEMBERED) as connection:
            for sample_id, embedding in embeddings:
                row = connection.execute("SELECT character FROM sample WHERE id = ?", (sample_id,)).fetchone()
                if row is None:  # forgotten while it was being embedded
                    continue
                connection.execute(
                    "UPDATE sample SET embedding_model = ?, embedding = ? WHERE id = ?",
                    (self.embedding_model, _packed(embedding), sample_id),
                )
                characters[sample_id] = row[0]
        return characters

    def remove(self, sample_ids: Iterable[int]) -> None:
        """Delete samples, all or none; their place in the file is overwritten.

        Raises:
            PersonalMemoryError: the file cannot be written; the samples are still there.
        """
        with self._writing(_NOT_FORGOTTEN) as connection:
            connection.executemany("DELETE FROM sample WHERE id = ?", [(sample_id,) for sample_id in sample_ids])

    def remove_all(self) -> None:
        """Delete all samples, overwrite their place and shrink the file.

        Raises:
            PersonalMemoryError: the file cannot be written; all samples are still there.
        """
        with self._writing(_NOT_FORGOTTEN) as connection:
            connection.execute("DELETE FROM sample")
        # The samples are gone by now; a file that cannot shrink is no failure to forget.
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._connection.execute("VACUUM")

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise explained(error, self._path, _NOT_READ) from error

    @contextlib.contextmanager
    def _writing(self, failure: Sentence) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):  # on a full disk SQLite has rolled back by itself
                    self._connection.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise explained(error, self._path, failure) from error
                raise


def _packed(embedding: npt.NDArray[np.float32] | None) -> bytes | None:
    return None if embedding is None else embedding.astype("<f4").tobytes()


def _decompressed(packed: bytes) -> PackedInk | None:
    try:
        return PackedInk(zlib.decompress(packed))
    except (zlib.error, TypeError):
        return None


def _unpack_ink(packed: bytes, path: Path) -> Ink:
    try:
        return PackedInk(zlib.decompress(packed)).unpacked()
    except (zlib.error, ValueError, TypeError) as error:
        raise PersonalMemoryError("A drawing in {name} is damaged.", name=path.name, detail=str(error)) from error
