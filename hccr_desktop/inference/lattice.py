"""Which pieces of a line make up characters: costs of joining and cutting, and the cheapest way through them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from hccr_desktop.imaging.segmentation import Piece

Run = tuple[int, int]
"""Index of the first piece and of the one after the last."""

MAX_PIECES: Final = 8
"""Pieces of one character at most."""

_MAX_WIDTH: Final = 1.42
"""Characters' sizes that pieces joined to one character may span."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """What is expected of gaps and extents, in sizes of a character; each weight multiplies a negative logarithm.

    The weights are a conditional random field's, fitted together with those of the recognizer's doubt on 1,556
    characters of composed pages (training and validation scans, tight and neat), then rounded. Characters of those
    pages are more alike in size than a hand's, so ``short_weight`` is a third of what they ask for; ``apart_weight`` is
    taste, for they hold no wide gaps. Held fixed, the two cost less than half a point of boxes.

    Attributes:
        overlap: where cutting costs: gaps below this, for characters seldom reach into each other.
        overlap_spread: how fast that begins.
        overlap_weight: what it costs by the spread.
        ink: what a cut through ink costs; on composed tight pages any value from 0.5 to 3 does for the boxes, and
            higher ones save looks.
        apart: where joining costs: gaps beyond this, for parts of a character are seldom so far apart.
        apart_spread: how fast that begins.
        apart_weight: what it costs by the spread.
        width: usual extent along the line.
        narrow_weight: what the square of a narrower one's logarithm costs.
        wide_weight: the same of a wider one.
        long_side: usual longer side, along or across the line.
        short_weight: what the square of a shorter one's logarithm costs; a dot is no character.
        character: what each character costs; negative, since each has to be cut off and to be read.
    """

    overlap: float = 0.0
    overlap_spread: float = 0.06
    overlap_weight: float = 3.2
    ink: float = 2.5
    apart: float = 0.2
    apart_spread: float = 0.06
    apart_weight: float = 0.5
    width: float = 0.907
    narrow_weight: float = 1.6
    wide_weight: float = 20.0
    long_side: float = 0.9
    short_weight: float = 6.0
    character: float = -1.9


class Detour(NamedTuple):
    """Runs that nobody has looked at, and what a way through them would save if they are what is hoped."""

    saving: float
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Lattice:
    """The characters that a line's pieces may make up.

    Attributes:
        length: count of pieces.
        costs: what each run of pieces costs as one character, by its shape alone, its cut at the end included.
    """

    length: int
    costs: Mapping[Run, float]

    def cheapest(self, extra: Mapping[Run, float] | None = None) -> list[Run]:
        """Runs from first to last piece that cost least together.

        Args:
            extra: added to the shape's cost; only runs in it are used. None uses all, by their shape.

        Returns:
            All pieces in runs, if ``extra`` holds such a way.
        """
        runs = self.costs if extra is None else extra
        reached = [math.inf] * (self.length + 1)
        reached[0], before = 0.0, [0] * (self.length + 1)
        for start, stop in sorted(runs):
            cost = reached[start] + self.costs[start, stop] + (0.0 if extra is None else extra[start, stop])
            if cost < reached[stop]:
                reached[stop], before[stop] = cost, start
        path: list[Run] = []
        stop = self.length
        while stop > 0:
            path.append((before[stop], stop))
            stop = before[stop]
        return path[::-1]

    def detours(self, known: Mapping[Run, float], hoped: Mapping[Run, float]) -> list[Detour]:
        """Where the way might become cheaper, if runs that are not known cost no more than is hoped.

        Args:
            known: as ``extra`` of :meth:`cheapest`.
            hoped: the same of all runs, known or not.

        Returns:
            Each stretch in which the way that is hoped for leaves the one that is known, with the unknown runs in it.
        """
        way, hope = self.cheapest(known), self.cheapest(hoped)
        meetings = sorted({stop for _, stop in way} & {stop for _, stop in hope})
        found = []
        for start, stop in pairwise([0, *meetings]):
            old = sum(self.costs[run] + known[run] for run in way if start <= run[0] < stop)
            new = [run for run in hope if start <= run[0] < stop]
            unknown = tuple(run for run in new if run not in known)
            if unknown:
                found.append(Detour(old - sum(self.costs[run] + hoped[run] for run in new), unknown))
        return found


def build_lattice(pieces: Sequence[Piece], size_px: float, geometry: Geometry) -> Lattice:
    """All runs of pieces that are not too wide, with what their shape costs."""
    count = len(pieces)
    gaps = _gaps(pieces, size_px)
    cut = [geometry.overlap_weight * _softplus((geometry.overlap - gap) / geometry.overlap_spread) for gap in gaps]
    join = [geometry.apart_weight * _softplus((gap - geometry.apart) / geometry.apart_spread) for gap in gaps]
    costs: dict[Run, float] = {}
    for start in range(count):
        joined, left, right, box = 0.0, pieces[start].start, pieces[start].stop, pieces[start].box
        for stop in range(start + 1, min(count, start + MAX_PIECES) + 1):
            if stop - 1 > start:
                joined += join[stop - 2]
                last = pieces[stop - 1]
                left, right, box = min(left, last.start), max(right, last.stop), box.union(last.box)
            along, longer = (right - left) / size_px, max(box.width, box.height) / size_px
            if along > _MAX_WIDTH and stop - start > 1:
                continue
            at_end = cut[stop - 1] if stop < count else 0.0
            if pieces[stop - 1].is_cut_after:
                at_end += geometry.ink
            costs[start, stop] = geometry.character + joined + at_end + _extent_cost(along, longer, geometry)
    return Lattice(count, costs)


def _gaps(pieces: Sequence[Piece], size_px: float) -> list[float]:
    """Empty extent before each piece but the first, in sizes of a character; negative where it overlaps."""
    gaps, reached = [], pieces[0].stop
    for piece in pieces[1:]:
        gaps.append((piece.start - reached) / size_px)
        reached = max(reached, piece.stop)
    return gaps


def _extent_cost(along: float, longer: float, geometry: Geometry) -> float:
    off = math.log(max(along, 0.02) / geometry.width)
    short = min(0.0, math.log(max(longer, 0.02) / geometry.long_side))
    return (geometry.wide_weight if off > 0 else geometry.narrow_weight) * off**2 + geometry.short_weight * short**2


def _softplus(value: float) -> float:
    return value if value > 30 else math.log1p(math.exp(value))
