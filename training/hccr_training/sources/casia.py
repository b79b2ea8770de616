"""CASIA's own files: ``.gnt`` (scans, HWDB) and ``.pot`` (pen ink, OLHWDB).

Both are mapped into memory and indexed once, so that a million samples cost some twenty bytes each. A damaged or cut
file gives the good records before the fault; the fault is a sentence with file and offset.
"""

import logging
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.errors import SampleSetError
from hccr_desktop.imaging.types import PageImage
from hccr_training.sources.banks import Points, classes_of

logger = logging.getLogger(__name__)

GNT_HEADER: Final = struct.Struct("<I2sHH")
"""Record size with this header, GB code (high byte first), width, height; then width * height greys, 255 is paper."""

POT_HEADER: Final = struct.Struct("<H4sH")
"""Record size with this header, GB code (low byte first, padded to four bytes), stroke count; then int16 x, y pairs."""

_STROKE_END: Final = (-1, 0)
_CHARACTER_END: Final = (-1, -1)

_MAX_SIDE_PX: Final = 2000
"""No character of HWDB is near it; a larger side means that the file is damaged or of another kind."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Where the records of known characters are.

    Attributes:
        characters: one a record.
        offsets: (records,) int64, of the record's first byte.
        fault: one sentence where the file is damaged, else empty.
    """

    characters: list[str]
    offsets: npt.NDArray[np.int64]
    fault: str


class GntBank:
    """The scans of one ``.gnt`` file.

    Raises:
        SampleSetError: the file is missing, or holds no good record.
    """

    is_stretched = False

    def __init__(self, path: Path) -> None:
        self._content = _mapped(path)
        index = _index_gnt(self._content, path)
        _report(index, path)
        self.characters = index.characters
        self.classes = classes_of(index.characters)
        self.fault = index.fault
        self._offsets = index.offsets

    def picture(self, index: int) -> PageImage:
        """(height, width) uint8, ink bright on 0."""
        offset = int(self._offsets[index])
        _, _, width, height = GNT_HEADER.unpack_from(self._content, offset)
        greys = np.frombuffer(self._content, np.uint8, width * height, offset + GNT_HEADER.size)
        return 255 - greys.reshape(height, width)


class PotBank:
    """The ink of one ``.pot`` file.

    Raises:
        SampleSetError: the file is missing, or holds no good record.
    """

    def __init__(self, path: Path) -> None:
        self._content = _mapped(path)
        index = _index_pot(self._content, path)
        _report(index, path)
        self.characters = index.characters
        self.classes = classes_of(index.characters)
        self.fault = index.fault
        self._offsets = index.offsets

    def strokes(self, index: int) -> list[Points]:
        """One (points, 2) float32 array a stroke, y down, in the tablet's unit."""
        offset = int(self._offsets[index])
        size, _, _ = POT_HEADER.unpack_from(self._content, offset)
        return _split_strokes(_pot_points(self._content, offset, size))


def _mapped(path: Path) -> mmap.mmap:
    try:
        if path.stat().st_size == 0:
            raise SampleSetError(f"{path} is empty.")
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise SampleSetError(f"{path} cannot be read.", detail=str(error)) from error


def _report(index: _Index, path: Path) -> None:
    if index.fault and not index.characters:
        raise SampleSetError(index.fault)
    if not index.characters:
        raise SampleSetError(f"{path} holds none of the 3,755 characters.")
    if index.fault:
        logger.warning("%s The %d good records before it are used.", index.fault, len(index.characters))


def _index_gnt(content: mmap.mmap, path: Path) -> _Index:
    known = gb2312_level1()
    characters, offsets, fault = [], [], ""
    offset, end = 0, len(content)
    while offset < end:
        if end - offset < GNT_HEADER.size:
            fault = f"{path} is cut off in a record's header at byte {offset}."
            break
        size, code, width, height = GNT_HEADER.unpack_from(content, offset)
        if size != GNT_HEADER.size + width * height or not (0 < width <= _MAX_SIDE_PX and 0 < height <= _MAX_SIDE_PX):
            fault = f"{path} has a damaged record at byte {offset}: {size} bytes for {width} x {height} pixels."
            break
        if size > end - offset:
            fault = f"{path} is cut off within the record at byte {offset}."
            break
        if (character := _decoded(code)) in known:  # HWDB1.0 holds some codes outside level 1
            characters.append(character)
            offsets.append(offset)
        offset += size
    return _Index(characters, np.array(offsets, np.int64), fault)


def _index_pot(content: mmap.mmap, path: Path) -> _Index:
    known = gb2312_level1()
    characters, offsets, fault = [], [], ""
    offset, end = 0, len(content)
    while offset < end:
        if end - offset < POT_HEADER.size:
            fault = f"{path} is cut off in a record's header at byte {offset}."
            break
        size, code, count = POT_HEADER.unpack_from(content, offset)
        if size < POT_HEADER.size or (size - POT_HEADER.size) % 4:
            fault = f"{path} has a damaged record at byte {offset}: {size} bytes."
            break
        if size > end - offset:
            fault = f"{path} is cut off within the record at byte {offset}."
            break
        points = _pot_points(content, offset, size)
        if len(points) < 2 or tuple(points[-1]) != _CHARACTER_END:
            fault = f"{path} has a damaged record at byte {offset}: its character does not end."
            break
        strokes = _split_strokes(points)
        if len(strokes) != count:
            fault = f"{path} has a damaged record at byte {offset}: {len(strokes)} strokes, not {count}."
            break
        if strokes and (character := _decoded(code[1::-1])) in known:
            characters.append(character)
            offsets.append(offset)
        offset += size
    return _Index(characters, np.array(offsets, np.int64), fault)


def _pot_points(content: mmap.mmap, offset: int, size: int) -> npt.NDArray[np.int16]:
    """(points, 2) with the marks of stroke and character ends among them."""
    return np.frombuffer(content[offset + POT_HEADER.size : offset + size], "<i2").reshape(-1, 2)


def _split_strokes(points: npt.NDArray[np.int16]) -> list[Points]:
    ends = np.flatnonzero((points == _STROKE_END).all(axis=1))
    pieces = np.split(points[:-1], ends)  # the character's end mark is the last pair
    strokes = [piece if number == 0 else piece[1:] for number, piece in enumerate(pieces)]
    return [stroke.astype(np.float32) for stroke in strokes if len(stroke)]


def _decoded(code: bytes) -> str:
    try:
        return code.decode("gb2312")
    except UnicodeDecodeError:
        return ""
