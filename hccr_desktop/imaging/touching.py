"""Marks that are several characters which touch: where they may be cut."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

_Numbers = npt.NDArray[np.float64]
_Labels = npt.NDArray[np.int32]

_WIDEST: Final = 1.28
"""Characters' sizes along the line above which a mark is cut: several characters that touch."""

_TWO_NARROW: Final = 0.75
"""Sizes above which it is cut where it is thin, since it may be two narrow ones; it may still be joined again."""

_FLAT: Final = 0.5
"""Sizes across the line below which a mark is one stroke, however long."""

_THIN: Final = 0.13
"""Ink across a thin place, in characters' sizes: about one stroke."""

_FROM_END: Final = 0.2
_APART: Final = 0.1
"""Sizes that a cut keeps from the ends of the mark and from other cuts."""

_LEAST: Final = 0.5
"""Sizes along or across the line of what is on either side of a cut, at least."""

_LONG: Final = 0.1
"""Sizes along the line above which a thin place is a stroke that leads from one character to the other: it belongs to
one of the two, so that either of its ends may be the right cut."""

_MOST_CUTS: Final = 3
"""Cuts of a mark of a character's size. Chosen with the constants above on composed tight pages of training scans and
ink: of 816 characters 5 are no run of pieces (IoU 0.7), against 11 if only wide marks are cut, each as few times as it
must be; there are a sixth more pieces."""


@dataclass(frozen=True, slots=True, eq=False)
class MarkBoxes:
    """Marks in reading coordinates: u along the line, v from line to line. Each (N,)."""

    start: _Numbers
    stop: _Numbers
    top: _Numbers
    bottom: _Numbers
    number: npt.NDArray[np.intp]

    @classmethod
    def of(cls, stats: npt.NDArray[np.int32], number: npt.NDArray[np.intp], *, is_vertical: bool) -> "MarkBoxes":
        """Rows of OpenCV's statistics of connected components, (N, 5) int32, and their numbers."""
        left, top, width, height = (stats[:, column].astype(np.float64) for column in range(4))
        if is_vertical:
            return cls(top, top + height, -(left + width), -left, number)
        return cls(left, left + width, top, top + height, number)

    def at(self, where: npt.NDArray[np.intp]) -> "MarkBoxes":
        """Some of them."""
        return MarkBoxes(self.start[where], self.stop[where], self.top[where], self.bottom[where], self.number[where])


class Cutter:
    """Cuts marks that may be several characters, and numbers what it makes of them on the page.

    Attributes:
        cut_from: for each number that was given to what was cut off, the mark that it comes from.
    """

    def __init__(self, marks: _Labels, count: int, size: float, *, is_vertical: bool) -> None:
        self._marks = marks
        self._next = count
        self._size = size
        self._is_vertical = is_vertical
        self.cut_from: dict[int, int] = {}

    def cut(self, boxes: MarkBoxes) -> MarkBoxes:
        """The marks of one line, in parts where they were cut."""
        rows: list[tuple[float, float, float, float, int]] = []
        for at in range(boxes.start.size):
            row = (boxes.start[at], boxes.stop[at], boxes.top[at], boxes.bottom[at], int(boxes.number[at]))
            rows.extend(self._cut_one(*row) if row[1] - row[0] > _TWO_NARROW * self._size else [row])
        start, stop, top, bottom = (np.array([row[column] for row in rows], np.float64) for column in range(4))
        return MarkBoxes(start, stop, top, bottom, np.array([row[4] for row in rows], np.intp))

    def _cut_one(
        self, start: float, stop: float, top: float, bottom: float, number: int
    ) -> list[tuple[float, float, float, float, int]]:
        view = self._marks.T if self._is_vertical else self._marks
        rows = slice(int(-bottom), int(-top)) if self._is_vertical else slice(int(top), int(bottom))
        region = view[rows, int(start) : int(stop)]
        own = region == number
        profile = own.sum(axis=0).astype(np.float64)
        if profile.max() <= 0.16 * self._size or bottom - top <= _FLAT * self._size:  # one long stroke
            return [(start, stop, top, bottom, number)]
        cuts = [0, *self._places(own, profile), profile.size]
        made = []
        for at, (low, high) in enumerate(pairwise(cuts)):
            part_mask = own[:, low:high]
            if not part_mask.any():
                continue
            mark = number
            if at:
                mark, self._next = self._next, self._next + 1
                self.cut_from[mark] = number
                region[:, low:high][part_mask] = mark
            lines, columns = np.flatnonzero(part_mask.any(axis=1)), np.flatnonzero(part_mask.any(axis=0))
            # Rows of a vertical page are columns of the picture, counted from the right in reading coordinates.
            first, last = int(lines[0]), int(lines[-1]) + 1
            if self._is_vertical:
                edges = (-(rows.start + last), -(rows.start + first))
            else:
                edges = (rows.start + first, rows.start + last)
            begin = start + low + int(columns[0])
            made.append((begin, start + low + int(columns[-1]) + 1, float(edges[0]), float(edges[1]), mark))
        return made

    def _places(self, own: npt.NDArray[np.bool_], profile: _Numbers) -> list[int]:
        """Where to cut a mark, given its pixels and its ink across each place along the line."""
        size, length = self._size, profile.size
        smooth = np.convolve(profile, np.ones(3) / 3, mode="same")
        is_thin = smooth <= _THIN * size
        margin = round(_FROM_END * size)
        is_thin[:margin] = is_thin[length - margin :] = False
        edges = np.flatnonzero(np.diff(np.concatenate([[0], is_thin.astype(np.int8), [0]])))
        thinnest: list[int] = []
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            is_long = last - first > _LONG * size
            thinnest += [first + 1, last - 2] if is_long else [first + int(np.argmin(smooth[first:last]))]
        places: list[int] = []
        thinnest = [place for place in thinnest if self._is_large(own[:, :place]) and self._is_large(own[:, place:])]
        thinnest.sort(key=lambda place: float(smooth[place]))
        for place in thinnest[: max(_MOST_CUTS, 2 * round(length / size))]:
            self._add(places, place)
        if length > _WIDEST * size:
            for place in self._even_places(smooth):
                self._add(places, place)
        return sorted(places)

    def _is_large(self, part: npt.NDArray[np.bool_]) -> bool:
        """Whether what a cut leaves on one side is as large as a character: the arm of 十 is not."""
        across = np.flatnonzero(part.any(axis=1))
        extent = int(across[-1]) + 1 - int(across[0]) if across.size else 0
        return bool(max(part.shape[1], extent) >= _LEAST * self._size)

    def _add(self, places: list[int], place: int) -> None:
        if all(abs(place - other) >= _APART * self._size for other in places):
            places.append(place)

    def _even_places(self, smooth: _Numbers) -> list[int]:
        """Where it is thinnest near cuts that make parts of a character's size."""
        size, length = self._size, smooth.size
        parts = max(2, round(length / (0.97 * size)))
        places, before = [], 0
        for part in range(1, parts):
            wanted = before + (length - before) / (parts - part + 1)
            reach = 0.33 * size
            low, high = int(max(before + 0.3 * size, wanted - reach)), int(min(length - 2, wanted + reach))
            if high <= low:
                continue
            among = np.arange(low, high)
            price = smooth[low:high] + 0.12 * size * ((among - wanted) / reach) ** 2
            before = int(among[int(np.argmin(price))])
            places.append(before)
        return places
