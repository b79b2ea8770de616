"""How a pen moved: what strokes and their order tell that their picture does not."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.ink import StrokeArray

Floats = npt.NDArray[np.float64]

DIRECTIONS: Final = 8
"""Sectors of 45 degrees, the first about rightwards, the third about downwards. Chinese is written to the right and
downwards, even joined-up; scribbles go anywhere."""

_STEP: Final = 0.03
"""Distance of points to which strokes are resampled, of the drawing's larger side: devices and training sets differ in
how densely they sample, and nothing here may depend on that."""

_MOST_POINTS: Final = 400
"""Above it the distance grows, so that an endless scribble costs no more than 3 ms."""

_LEAST_SIDE: Final = 0.05
"""Of the larger side; what is thinner counts as so thick, or the tremor of a line would be an aspect ratio."""

_MOST_GAP: Final = 0.3
"""Beyond it a wider gap says no more about where to cut."""

_MOST_SIDE: Final = 3.0
"""Of a part, for the side across it; beyond, it is long and thin, and no more so to a rule."""

PATH_NAMES: Final = (
    "aspect",
    "strokes",
    "length",
    "mean length",
    "longest",
    "turning",
    "most turning",
    "turning of a length",
    "sharp turns",
    "own crossings",
    "crossings",
    "crossings of a stroke",
    *(f"direction {at}" for at in range(DIRECTIONS)),
    "strokes leftwards",
    "strokes upwards",
    "jumps leftwards",
    "jumps upwards",
    "mean jump",
    "fill",
    *(
        f"{axis} {what}"
        for axis in ("across", "down")
        for what in ("gap", "smaller part", "larger part", "fewer strokes")
    ),
)
"""What :func:`describe_path` returns, in its order."""

PATH_VALUES: Final = len(PATH_NAMES)


def describe_path(strokes: Sequence[StrokeArray]) -> Floats:
    """Values of the pen's way.

    Args:
        strokes: at least one, in the order they were drawn, each (points, 2) float, any unit, y down.

    Returns:
        (PATH_VALUES,) float64 of no unit, about -3 to 6, the same for the same ink of another size and place.
    """
    points = np.concatenate(strokes).astype(np.float64)
    low = points.min(axis=0)
    sides = np.ptp(points, axis=0)
    scale = 1 / max(float(sides.max()), 1e-9)
    ways = _resample([(np.asarray(stroke, np.float64) - low) * scale for stroke in strokes])
    width, height = (max(float(side) * scale, _LEAST_SIDE) for side in sides)
    steps = [np.diff(way, axis=0) for way in ways]
    lengths = np.array([np.hypot(*step.T).sum() for step in steps])
    total = float(lengths.sum()) + 1e-9
    turns = [_turns(step) for step in steps]
    turned = np.array([np.abs(turn).sum() for turn in turns])
    own, others = _crossings(ways)
    every = np.concatenate(steps)
    angles = np.arctan2(every[:, 1], every[:, 0])
    sectors = np.rint(angles / (2 * np.pi / DIRECTIONS)).astype(np.int64) % DIRECTIONS
    directions = np.bincount(sectors, weights=np.hypot(*every.T), minlength=DIRECTIONS) / total
    net = np.array([way[-1] - way[0] for way in ways])
    share = lengths / total
    starts = np.array([way[0] for way in ways])
    ends = np.array([way[-1] for way in ways])
    jumps = starts[1:] - ends[:-1] if len(ways) > 1 else np.zeros((1, 2))
    count = len(ways)
    values = [
        np.log(width / height),
        np.log(count),
        np.log1p(total),
        np.log1p(total / count),
        np.log1p(float(lengths.max())),
        np.log1p(float(turned.sum())),
        np.log1p(float(turned.max())),
        np.log1p(float(turned.sum()) / total),
        float(np.mean(np.abs(np.concatenate(turns)) > np.pi / 3)) if sum(map(len, turns)) else 0.0,
        np.log1p(own),
        np.log1p(others),
        np.log1p((own + others) / count),
        *directions,
        float(share @ np.clip(-net[:, 0] / (lengths + 1e-9), 0, 1)),
        float(share @ np.clip(-net[:, 1] / (lengths + 1e-9), 0, 1)),
        float(np.clip(-jumps[:, 0], 0, None).mean()),
        float(np.clip(-jumps[:, 1], 0, None).mean()),
        float(np.hypot(*jumps.T).mean()),
        np.log1p(total / np.sqrt(width * height)),
        *_describe_cut(ways, 0),
        *_describe_cut(ways, 1),
    ]
    return np.array(values, np.float64)


def _resample(strokes: list[Floats]) -> list[Floats]:
    """Points at equal distances along each stroke; a dot keeps two on one spot."""
    arcs = [np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))]) for stroke in strokes]
    step = max(_STEP, sum(float(arc[-1]) for arc in arcs) / _MOST_POINTS)
    ways = []
    for stroke, arc in zip(strokes, arcs, strict=True):
        at = np.linspace(0, arc[-1], max(2, round(float(arc[-1]) / step) + 1))
        ways.append(np.stack([np.interp(at, arc, stroke[:, axis]) for axis in (0, 1)], axis=1))
    return ways


def _turns(steps: Floats) -> Floats:
    """(steps - 1,) signed angles between neighbouring steps."""
    if len(steps) < 2:
        return np.zeros(0)
    before, after = steps[:-1], steps[1:]
    crossed = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return np.asarray(np.arctan2(crossed, (before * after).sum(axis=1)), np.float64)


def _crossings(ways: list[Floats]) -> tuple[int, int]:
    """How often the pen crosses the stroke it is drawing, and how often an earlier one."""
    start = np.concatenate([way[:-1] for way in ways])
    end = np.concatenate([way[1:] for way in ways])
    owner = np.repeat(np.arange(len(ways)), [len(way) - 1 for way in ways])
    step = end - start

    def side(of: Floats) -> Floats:
        """(segments, points) on which side of each segment's line the points lie."""
        across, down = (of[None, :, axis] - start[:, axis, None] for axis in (0, 1))
        return np.asarray(step[:, :1] * down - step[:, 1:] * across, np.float64)

    parted = side(start) * side(end) < 0
    crossed = np.triu(parted & parted.T, 2)
    is_own = owner[:, None] == owner[None, :]
    return int((crossed & is_own).sum()), int((crossed & ~is_own).sum())


class Cut(NamedTuple):
    """Where a drawing falls into an earlier and a later part, side by side or one above the other.

    Attributes:
        strokes: how many the earlier part has.
        gap: between both parts, for the larger side across it; negative where they overlap.
        smaller: side of the smaller part along the axis, for the same, at most 3.
        larger: of the larger part, at most 3.
        fill: how much of the side across the part fills that fills less of it, 0 to 1.
    """

    strokes: int
    gap: float
    smaller: float
    larger: float
    fill: float

    @property
    def merit(self) -> float:
        """A gap counts the more the more both parts are as wide as a character."""
        return min(self.gap, _MOST_GAP) + self.smaller


def find_cut(strokes: Sequence[StrokeArray]) -> Cut | None:
    """The best cut across or down; None of a single stroke.

    Args:
        strokes: at least one, in the order they were drawn, each (points, 2) float, any unit, y down.
    """
    if len(strokes) < 2:
        return None
    return max((_find_cut(strokes, axis) for axis in (0, 1)), key=lambda cut: cut.merit)


def _find_cut(strokes: Sequence[StrokeArray], axis: int) -> Cut:
    """The best along one axis of two strokes or more."""
    low = np.array([stroke.min(axis=0) for stroke in strokes], np.float64)
    high = np.array([stroke.max(axis=0) for stroke in strokes], np.float64)
    before = np.minimum.accumulate(low)[:-1], np.maximum.accumulate(high)[:-1]
    after = np.minimum.accumulate(low[::-1])[::-1][1:], np.maximum.accumulate(high[::-1])[::-1][1:]
    extent = high.max(axis=0) - low.min(axis=0)
    other = max(float(extent[1 - axis]), _LEAST_SIDE * float(extent.max()), 1e-9)
    gaps = (after[0] - before[1])[:, axis] / other
    sides = np.stack([before[1] - before[0], after[1] - after[0]]) / other
    smaller, larger = sides[..., axis].min(axis=0), sides[..., axis].max(axis=0)
    at = int(np.argmax(np.minimum(gaps, _MOST_GAP) + smaller))
    fill = float(sides[:, at, 1 - axis].min())
    smallest, largest = (min(float(side[at]), _MOST_SIDE) for side in (smaller, larger))
    return Cut(at + 1, float(gaps[at]), smallest, largest, fill)


def _describe_cut(ways: list[Floats], axis: int) -> tuple[float, float, float, float]:
    """The best cut: its gap, its smaller and larger side, and the share of strokes of the part with fewer.

    -1, 0, 0 and 0 of a single stroke.
    """
    if len(ways) < 2:
        return -1.0, 0.0, 0.0, 0.0
    cut = _find_cut(ways, axis)
    fewer = min(cut.strokes, len(ways) - cut.strokes) / len(ways)
    return float(np.clip(cut.gap, -1, 1)), cut.smaller, cut.larger, fewer
