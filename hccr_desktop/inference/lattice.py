"""Which pieces of a line make up characters: costs of joining and cutting, and the cheapest way through them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hccr_desktop.imaging.segmentation import Piece

Run = tuple[int, int]
"""Index of the first piece and of the one after the last."""

MAX_PIECES: Final = 8
"""Pieces of one character at most."""

_MAX_WIDTH: Final = 1.42
"""Characters' sizes that pieces joined to one character may span."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """What is expected of gaps and widths, in sizes of a character.

    The values are the best of 400 drawn ones on 716 characters of pages composed of training scans, neat and tight.

    Attributes:
        gap: where cutting is as likely as joining.
        gap_spread: how fast that changes.
        width: usual extent along the line.
        narrow_spread: how much narrower, as a logarithm.
        wide_spread: how much wider.
    """

    gap: float = 0.103
    gap_spread: float = 0.118
    width: float = 0.907
    narrow_spread: float = 0.664
    wide_spread: float = 0.169


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

    def regrets(self) -> dict[Run, float]:
        """How much more than the cheapest way the cheapest way through each run costs, by shape alone."""
        forward = [math.inf] * (self.length + 1)
        backward = [math.inf] * (self.length + 1)
        forward[0] = backward[self.length] = 0.0
        for start, stop in sorted(self.costs):
            forward[stop] = min(forward[stop], forward[start] + self.costs[start, stop])
        for start, stop in sorted(self.costs, reverse=True):
            backward[start] = min(backward[start], backward[stop] + self.costs[start, stop])
        best = forward[self.length]
        return {run: forward[run[0]] + cost + backward[run[1]] - best for run, cost in self.costs.items()}


def build_lattice(pieces: Sequence[Piece], size_px: float, geometry: Geometry) -> Lattice:
    """All runs of pieces that are not too wide, with what their shape costs."""
    count = len(pieces)
    gaps = _gaps(pieces, size_px)
    cut = [_softplus((geometry.gap - gap) / geometry.gap_spread) for gap in gaps]
    join = [_softplus((gap - geometry.gap) / geometry.gap_spread) for gap in gaps]
    costs: dict[Run, float] = {}
    for start in range(count):
        joined, left, right = 0.0, pieces[start].start, pieces[start].stop
        for stop in range(start + 1, min(count, start + MAX_PIECES) + 1):
            if stop - 1 > start:
                joined += join[stop - 2]
                left, right = min(left, pieces[stop - 1].start), max(right, pieces[stop - 1].stop)
            width = (right - left) / size_px
            if width > _MAX_WIDTH and stop - start > 1:
                continue
            at_end = cut[stop - 1] if stop < count else 0.0
            costs[start, stop] = joined + at_end + _width_cost(width, geometry)
    return Lattice(count, costs)


def _gaps(pieces: Sequence[Piece], size_px: float) -> list[float]:
    """Empty extent before each piece but the first, in sizes of a character; negative where it overlaps."""
    gaps, reached = [], pieces[0].stop
    for piece in pieces[1:]:
        gaps.append((piece.start - reached) / size_px)
        reached = max(reached, piece.stop)
    return gaps


def _width_cost(width: float, geometry: Geometry) -> float:
    off = math.log(max(width, 0.02) / geometry.width)
    return 0.5 * (off / (geometry.wide_spread if off > 0 else geometry.narrow_spread)) ** 2


def _softplus(value: float) -> float:
    return value if value > 30 else math.log1p(math.exp(value))
