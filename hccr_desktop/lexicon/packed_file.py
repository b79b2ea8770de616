"""The file format of ``resources/lexicon``: many small records, each read on its own.

All numbers are little-endian. Version 1::

    offset  size  meaning
    0       8     magic, b"HCCRLEX" and a zero byte
    8       2     format version, 1
    10      2     kind: 1 dictionary, 2 strokes; says how the records are to be read
    12      4     number of records, N
    16      4     length of the notice in bytes, T
    20      4     length of the whole file in bytes
    24      4     CRC-32 of bytes 0 to 23, the notice and the index
    28      T     notice, UTF-8: origin, changes and licence, uncompressed so that any viewer shows it
    28+T    16 N  index in ascending order of key: key, offset, length and CRC-32 of a record as stored
    ...           the records, each a zlib stream of its own

A key is a character's code point; those above 0x10FFFF are free for records about the file as a whole. Only the index
stays in memory. A record is read from the disk when it is asked for, with the file open no longer than that: nothing to
close, any thread may read, and an update may replace the file.
"""

import struct
import zlib
from collections.abc import Iterable, Mapping
from enum import IntEnum
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.errors import LexiconError

MAGIC: Final = b"HCCRLEX\0"
FORMAT_VERSION: Final = 1
COMPRESSION_LEVEL: Final = 9  # packed once, and unpacking is equally fast for all levels

_HEADER: Final = struct.Struct("<8sHHIII")
_CHECKSUM: Final = struct.Struct("<I")
_PROLOGUE_LENGTH: Final = _HEADER.size + _CHECKSUM.size
_INDEX_ENTRY: Final = np.dtype([("key", "<u4"), ("offset", "<u4"), ("length", "<u4"), ("crc", "<u4")])
_MAX_RECORD_BYTES: Final = 1 << 22  # a hundred times the largest one; keeps a hostile file from filling the memory


class Kind(IntEnum):
    """What the records of a packed file are."""

    DICTIONARY = 1
    STROKES = 2


class PackedFile:
    """A packed file, opened for reading.

    Args:
        path: the file; read again for every record.
        notice: what the file says of its origin and licence.
        index: (records,) of key, offset, length and CRC-32, in ascending order of key.
    """

    def __init__(self, path: Path, notice: str, index: npt.NDArray[np.void]) -> None:
        self._path = path
        self._notice = notice
        self._index = index

    @classmethod
    def open(cls, path: Path, kind: Kind) -> "PackedFile":
        """Read and check the header and the index.

        Raises:
            LexiconError: the file is missing, cut short, damaged, of another kind or of an unknown version.
        """
        try:
            with path.open("rb") as file:
                prologue = file.read(_PROLOGUE_LENGTH)
                if len(prologue) < _PROLOGUE_LENGTH:
                    raise _damaged(path, "shorter than a header")
                magic, version, found_kind, count, notice_length, total = _HEADER.unpack_from(prologue)
                if magic != MAGIC:
                    raise _damaged(path, "wrong magic")
                if version != FORMAT_VERSION:
                    raise LexiconError(
                        "{name} is of another version of this program.",
                        name=path.name,
                        detail=f"format version {version}",
                    )
                size = path.stat().st_size
                index_length = count * _INDEX_ENTRY.itemsize
                if size != total or _PROLOGUE_LENGTH + notice_length + index_length > size:
                    raise _damaged(path, f"{size} bytes instead of {total}")
                body = file.read(notice_length + index_length)
        except OSError as error:
            raise LexiconError("{name} cannot be read.", name=path.name, detail=str(error)) from error
        (checksum,) = _CHECKSUM.unpack_from(prologue, _HEADER.size)
        if zlib.crc32(body, zlib.crc32(prologue[: _HEADER.size])) != checksum:
            raise _damaged(path, "checksum of header and index")
        if found_kind != kind:
            raise _damaged(path, f"kind {found_kind} instead of {int(kind)}")
        index = np.frombuffer(body, _INDEX_ENTRY, count, notice_length)
        return cls(path, body[:notice_length].decode("utf-8", errors="replace"), index)

    @property
    def notice(self) -> str:
        """Origin, changes and licence of the content."""
        return self._notice

    @property
    def keys(self) -> tuple[int, ...]:
        """All keys, ascending."""
        return tuple(self._index["key"].tolist())

    def read(self, key: int) -> bytes | None:
        """One record, or None where there is none of that key.

        Raises:
            LexiconError: the file is gone or the record is damaged.
        """
        return self.read_many((key,)).get(key)

    def read_many(self, keys: Iterable[int]) -> dict[int, bytes]:
        """The records of some keys, in the order asked for; keys without a record are left out.

        Raises:
            LexiconError: the file is gone or a record is damaged.
        """
        records = {}
        try:
            with self._path.open("rb") as file:
                for key in keys:
                    position = int(np.searchsorted(self._index["key"], key))
                    if position == len(self._index) or self._index["key"][position] != key:
                        continue
                    _, offset, length, checksum = self._index[position].item()
                    file.seek(offset)
                    stored = file.read(length)
                    if zlib.crc32(stored) != checksum:
                        raise _damaged(self._path, f"checksum of record {key}")
                    records[key] = _unpack(stored, self._path)
        except OSError as error:
            raise LexiconError("{name} cannot be read.", name=self._path.name, detail=str(error)) from error
        return records


def pack(kind: Kind, records: Mapping[int, bytes], notice: str) -> bytes:
    """The bytes of a packed file. The same input gives the same bytes, whatever the order of the mapping.

    Args:
        kind: what the records are.
        records: uncompressed content by key, each key in 0..2**32-1.
        notice: origin, changes and licence.
    """
    stored = {key: zlib.compress(records[key], COMPRESSION_LEVEL) for key in sorted(records)}
    text = notice.encode()
    offset = _PROLOGUE_LENGTH + len(text) + len(stored) * _INDEX_ENTRY.itemsize
    index = np.empty(len(stored), _INDEX_ENTRY)
    for position, (key, record) in enumerate(stored.items()):
        index[position] = (key, offset, len(record), zlib.crc32(record))
        offset += len(record)
    header = _HEADER.pack(MAGIC, FORMAT_VERSION, kind, len(stored), len(text), offset)
    body = text + index.tobytes()
    checksum = _CHECKSUM.pack(zlib.crc32(body, zlib.crc32(header)))
    return b"".join((header, checksum, body, *stored.values()))


def _unpack(stored: bytes, path: Path) -> bytes:
    inflater = zlib.decompressobj()
    try:
        record = inflater.decompress(stored, _MAX_RECORD_BYTES)
    except zlib.error as error:
        raise _damaged(path, str(error)) from error
    if not inflater.eof:
        raise _damaged(path, "a record without an end")
    return record


def _damaged(path: Path, detail: str) -> LexiconError:
    return LexiconError(
        "{name} is damaged; installing the program again brings it back.", name=path.name, detail=detail
    )
