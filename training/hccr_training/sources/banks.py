"""What every source offers the generator: pictures or strokes by number, and their classes."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.domain.melnyk import CLASSES
from hccr_desktop.imaging.types import PageImage

Points = npt.NDArray[np.float32]
"""(points, 2), columns x and y, y down; single precision halves the memory of the ink."""

ClassArray = npt.NDArray[np.int32]
"""(samples,) class index of each sample, in GB2312 order."""


class PictureBank(Protocol):
    """Pictures of single characters.

    Attributes:
        classes: (samples,) int32.
        is_stretched: each picture was stretched to a square, so that its aspect ratio says nothing.
    """

    classes: ClassArray
    is_stretched: bool

    def picture(self, index: int) -> PageImage:
        """(height, width) uint8, ink bright on 0."""
        ...


class StrokeBank(Protocol):
    """Characters as strokes.

    Attributes:
        classes: (samples,) int32.
    """

    classes: ClassArray

    def strokes(self, index: int) -> list[Points]:
        """One (points, 2) array a stroke, in any unit, y down."""
        ...


class ScanBank:
    """Pictures that are held in memory.

    Args:
        characters: one a picture; those outside the 3,755 are left out.
        pictures: (height, width) uint8 each, ink bright on 0.
    """

    is_stretched = False

    def __init__(self, characters: Sequence[str], pictures: Sequence[PageImage]) -> None:
        known = [index for index, character in enumerate(characters) if character in gb2312_level1()]
        self.classes = classes_of(characters[index] for index in known)
        self._pictures = [pictures[index] for index in known]

    def picture(self, index: int) -> PageImage:
        """(height, width) uint8, ink bright on 0."""
        return self._pictures[index]


class BitmapBank:
    """Square one-bit pictures, packed eight pixels a byte; they may lie in a memory map.

    Args:
        classes: (samples,) int32.
        bits: (samples, side * side / 8) uint8 as of ``np.packbits``, 1 is ink.
        side: in pixels.
        is_stretched: see :class:`PictureBank`.
    """

    def __init__(self, classes: ClassArray, bits: npt.NDArray[np.uint8], *, side: int, is_stretched: bool) -> None:
        self.classes = classes
        self.is_stretched = is_stretched
        self._bits = bits
        self._side = side

    def picture(self, index: int) -> PageImage:
        """(side, side) uint8, ink 255 on 0."""
        return np.unpackbits(self._bits[index]).reshape(self._side, self._side) * np.uint8(255)


class InkBank:
    """Ink that is held in memory: flat arrays, so that worker processes share them and do not copy them.

    Args:
        characters: one a sample; those outside the 3,755 are left out.
        inks: each a list of (points, 2) arrays.
    """

    def __init__(self, characters: Sequence[str], inks: Sequence[Sequence[npt.NDArray[np.floating]]]) -> None:
        known = [index for index, character in enumerate(characters) if character in gb2312_level1() and inks[index]]
        strokes = [np.asarray(stroke, np.float32) for index in known for stroke in inks[index]]
        self.classes = classes_of(characters[index] for index in known)
        self._points = np.concatenate(strokes) if strokes else np.zeros((0, 2), np.float32)
        self._stroke_starts = np.concatenate([[0], np.cumsum([len(stroke) for stroke in strokes])]).astype(np.int64)
        self._ink_starts = np.concatenate([[0], np.cumsum([len(inks[index]) for index in known])]).astype(np.int64)

    def strokes(self, index: int) -> list[Points]:
        """One (points, 2) float32 array a stroke, y down."""
        starts = self._stroke_starts[self._ink_starts[index] : self._ink_starts[index + 1] + 1]
        return [self._points[start:end] for start, end in itertools.pairwise(starts)]


class ByClass:
    """Finds the samples of a class in one or several banks.

    Args:
        banks: each with ``classes``; a sample is (number of the bank, index within it).
    """

    def __init__(self, banks: Sequence[PictureBank] | Sequence[StrokeBank]) -> None:
        classes = np.concatenate([bank.classes for bank in banks]) if banks else np.zeros(0, np.int32)
        order = np.argsort(classes, kind="stable")
        lengths = [len(bank.classes) for bank in banks]
        self._bank = np.repeat(np.arange(len(banks), dtype=np.int16), lengths)[order]
        within = [np.arange(length, dtype=np.int32) for length in lengths]
        self._index = (np.concatenate(within) if within else np.zeros(0, np.int32))[order]
        self._starts = np.searchsorted(classes[order], np.arange(CLASSES + 1))

    def count(self, character_class: int) -> int:
        """How many samples a class has."""
        return int(self._starts[character_class + 1] - self._starts[character_class])

    def find(self, character_class: int, number: int) -> tuple[int, int]:
        """Bank and index of the class's sample of that number, 0 to count - 1."""
        at = self._starts[character_class] + number
        return int(self._bank[at]), int(self._index[at])


def classes_of(characters: Iterable[str]) -> ClassArray:
    """Class indices of characters that are all among the 3,755."""
    index = gb2312_level1().index
    return np.fromiter((index(character) for character in characters), np.int32)
