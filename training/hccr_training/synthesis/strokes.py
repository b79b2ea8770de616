"""Strokes as flat arrays, and the distortions that keep each stroke whole.

The points of :class:`FlatStrokes` lie about the unit square around (0, 0), y down, so lengths and amplitudes are in
units of the character's larger side.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.ink import StrokeArray
from hccr_training.sources.banks import Points

STEP: Final = 0.03
"""Distance of resampled points: 10 px of the 352 px page, less than a pen's width. Medians have far fewer points."""

# Standard deviations at strength 1. They start from the prototype's values, which trained the first weights. Those of
# strokes, components and warp were raised by a quarter to a half: that brought the samples closer to the validation ink
# (Frechet distance between embeddings by the first weights, per variance: 0.084 -> 0.067 with the joins of cursive.py;
# the prototype's samples 0.123). Another quarter brought 0.062, but one sample in ten could no longer be read by eye.
STROKE_AFFINE: Final = 0.095
STROKE_SHIFT: Final = 0.028
COMPONENT_AFFINE: Final = 0.13
COMPONENT_SHIFT: Final = 0.045
WARP_AMPLITUDE: Final = 0.034
WARP_FREQUENCY: Final = 0.75
SHIFT_KNOTS: Final = 5
SHIFT_AMPLITUDE: Final = 0.035
ROTATION: Final = 0.09
SHEAR_X: Final = 0.17
SHEAR_Y: Final = 0.10
ASPECT: Final = 0.17

RISE_OF_MEDIANS: Final = -0.07
"""Mean shear of the medians: hands let horizontal strokes rise to the right, the printed forms do not."""

NARROWING_OF_MEDIANS: Final = -0.06
"""Mean log aspect added to the medians: scans are narrower (median log width/height -0.19) than the printed forms."""

DOT_LENGTH: Final = 0.22
"""Strokes shorter than this shrink towards dots in fast writing; a fifth of the medians' strokes are."""


class FlatStrokes(NamedTuple):
    """Strokes end to end.

    Attributes:
        points: (points, 2) float32.
        lengths: (strokes,) points of each stroke, at least 1.
    """

    points: Points
    lengths: npt.NDArray[np.int64]

    @property
    def owner(self) -> npt.NDArray[np.int64]:
        """(points,) number of the stroke each point belongs to."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @property
    def starts(self) -> npt.NDArray[np.int64]:
        """(strokes,) index of each stroke's first point."""
        return np.cumsum(self.lengths) - self.lengths

    def split(self) -> list[Points]:
        """One array a stroke."""
        return np.split(self.points, np.cumsum(self.lengths)[:-1])

    def to_arrays(self) -> list[StrokeArray]:
        """One float64 array a stroke, as the rasterizer takes them."""
        return np.split(self.points.astype(np.float64), np.cumsum(self.lengths)[:-1])


def resample(strokes: Sequence[Points], step: float = STEP) -> FlatStrokes:
    """Put points at equal distances along each stroke, after scaling the character to the unit square around (0, 0).

    Args:
        strokes: (points, 2) arrays in any unit; a tap keeps two points on one spot.
        step: greatest distance of neighbours, of the character's larger side.
    """
    lengths = np.array([len(stroke) for stroke in strokes])
    points = np.concatenate(strokes).astype(np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    points = (points - (low + high) / 2) / max(float((high - low).max()), 1e-6)
    distances = np.hypot(*np.diff(points, axis=0).T)
    ends = np.cumsum(lengths) - 1
    starts = ends - lengths + 1
    distances[ends[:-1]] = 1.0  # pen lifts; any length apart from zero keeps the strokes apart in the interpolation
    arc = np.concatenate([[0.0], np.cumsum(distances)])
    stroke_lengths = arc[ends] - arc[starts]
    counts = np.maximum(2, np.ceil(stroke_lengths / step).astype(np.int64) + 1)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    positions = np.repeat(arc[starts], counts) + within * np.repeat(stroke_lengths / (counts - 1), counts)
    made = np.empty((len(positions), 2), np.float32)
    made[:, 0] = np.interp(positions, arc, points[:, 0])
    made[:, 1] = np.interp(positions, arc, points[:, 1])
    return FlatStrokes(made, counts)


def distort_strokes(strokes: FlatStrokes, random: np.random.Generator, strength: float) -> FlatStrokes:
    """Scale, turn, shear and shift every stroke a little on its own; now and then shrink short ones towards dots."""
    count = len(strokes.lengths)
    owner = strokes.owner
    centers = _means(strokes.points, owner, strokes.lengths)
    matrices = np.eye(2, dtype=np.float32) + random.normal(0, STROKE_AFFINE * strength, (count, 2, 2))
    extents = np.maximum.reduceat(np.abs(strokes.points - centers[owner]).max(axis=1), strokes.starts) * 2
    becomes_dot = (extents < DOT_LENGTH) & (random.random(count) < 0.25 * strength)
    if becomes_dot.any():
        matrices[becomes_dot] *= random.uniform(0.25, 0.8, (int(becomes_dot.sum()), 1, 1))
    shifts = random.normal(0, STROKE_SHIFT * strength, (count, 2))
    return FlatStrokes(_moved(strokes.points, owner, centers, matrices, shifts), strokes.lengths)


def distort_components(strokes: FlatStrokes, random: np.random.Generator, strength: float) -> FlatStrokes:
    """Deform groups of consecutive strokes as wholes, cut where the pen travels far between two strokes."""
    count = len(strokes.lengths)
    if count < 3:
        return strokes
    starts = strokes.starts
    lifts = np.hypot(*(strokes.points[starts[1:]] - strokes.points[starts[1:] - 1]).T) ** 2 + 1e-4
    cuts = random.choice(count - 1, min(int(random.integers(1, 4)), count - 2), replace=False, p=lifts / lifts.sum())
    is_first = np.zeros(count, np.int64)
    is_first[cuts + 1] = 1
    group_of_stroke = np.cumsum(is_first)
    owner = group_of_stroke[strokes.owner]
    groups = int(group_of_stroke[-1]) + 1
    centers = _means(strokes.points, owner, np.bincount(owner, minlength=groups))
    matrices = np.eye(2, dtype=np.float32) + random.normal(0, COMPONENT_AFFINE * strength, (groups, 2, 2))
    shifts = random.normal(0, COMPONENT_SHIFT * strength, (groups, 2))
    return FlatStrokes(_moved(strokes.points, owner, centers, matrices, shifts), strokes.lengths)


def warp_smoothly(points: Points, random: np.random.Generator, strength: float) -> Points:
    """Bend the whole character with three slow waves."""
    for _ in range(3):
        frequency = random.normal(0, WARP_FREQUENCY, 2)
        amplitude = random.normal(0, WARP_AMPLITUDE * strength, 2).astype(np.float32)
        phase = np.float32(random.uniform(0, 2 * np.pi))
        wave = np.sin(points @ (2 * np.pi * frequency).astype(np.float32) + phase)
        points = points + wave[:, None] * amplitude
    return points


def shift_columns_and_rows(points: Points, random: np.random.Generator, strength: float) -> Points:
    """Make radicals wider or narrower against each other, as ``pictures.bend_picture`` does with pictures."""
    knots = np.linspace(-0.55, 0.55, SHIFT_KNOTS)
    shifts = random.normal(0, SHIFT_AMPLITUDE * strength, (2, SHIFT_KNOTS))
    moved = [np.interp(points[:, axis], knots, shifts[axis]) for axis in (0, 1)]
    return points + np.stack(moved, axis=1).astype(np.float32)


def slant(
    points: Points, random: np.random.Generator, strength: float, *, rise: float = 0.0, narrowing: float = 0.0
) -> Points:
    """Turn, shear and stretch the whole character.

    Args:
        points: of all strokes.
        random: draws the amounts.
        strength: scales the amounts drawn.
        rise: mean shear of horizontals, negative upwards to the right.
        narrowing: mean logarithm of width over height that is added.
    """
    return points @ drawn_affine(random, strength, rise=rise, narrowing=narrowing).T


def drawn_affine(
    random: np.random.Generator, strength: float, *, rise: float = 0.0, narrowing: float = 0.0
) -> npt.NDArray[np.float32]:
    """(2, 2) float32: rotation times shear times aspect, as :func:`slant` applies it."""
    turn, shear_x, shear_y, aspect = random.standard_normal(4) * strength * (ROTATION, SHEAR_X, SHEAR_Y, ASPECT)
    half = np.exp((aspect + narrowing) / 2)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    stretch = np.array([[half, shear_x / half], [(shear_y + rise) * half, 1 / half]])
    return np.asarray(rotation @ stretch, np.float32)


def _means(points: Points, owner: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]) -> Points:
    """(groups, 2) mean point of each group."""
    sums = [np.bincount(owner, points[:, axis], minlength=len(counts)) for axis in (0, 1)]
    return (np.stack(sums, axis=1) / counts[:, None]).astype(np.float32)


def _moved(
    points: Points,
    owner: npt.NDArray[np.int64],
    centers: Points,
    matrices: npt.NDArray[np.floating],
    shifts: npt.NDArray[np.floating],
) -> Points:
    """Apply each group's matrix about its center, then its shift."""
    offsets = points - centers[owner]
    placed = (centers + shifts).astype(np.float32)[owner]
    matrix = matrices.astype(np.float32)[owner]
    return placed + matrix[:, :, 0] * offsets[:, :1] + matrix[:, :, 1] * offsets[:, 1:]
