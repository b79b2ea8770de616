"""Which lines of a hand's character write which of its strokes.

The strokes' medians are laid over the ink and bent towards it; a point of the ink belongs to what lies nearest and runs
its way. Joined-up lines write several strokes in one, so a line is cut where it goes over from one part into another.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_training.sources.banks import Points
from hccr_training.synthesis.strokes import resample

MEDIAN_STEP: Final = 0.05
INK_STEP: Final = 0.04

DIRECTION_WEIGHT: Final = 0.015
"""Squared distance that lines at right angles count as being apart: a crossing stroke is not the one looked for."""

ROBUST: Final = 0.01
"""Squared distance at which a point has half a say in where the medians move."""

AFFINE_STEPS: Final = 3
BEND_REACHES: Final = (0.25, 0.16, 0.11)
"""How far, of the character's side, a point takes its neighbours along in each step of bending."""

STIFFNESS: Final = 0.5
"""Points' worth of staying in place that bending works against."""

SWITCH_COST: Final = 0.03
"""Squared distances that a line must gain to be cut; a point beside the wrong part is no reason."""

COST_LIMIT: Final = 0.02
"""Squared distance that one point can gain at most."""

MAX_INK_DISTANCE: Final = 0.065
MAX_STROKE_GAP: Final = 0.15
"""An ink fits if its points lie this close to the bent medians on average, and each stroke, on average, to the ink; the
direction counts as in ``DIRECTION_WEIGHT``."""


@dataclass(frozen=True, slots=True)
class Model:
    """A character's strokes, prepared for :func:`match`.

    Attributes:
        points: (points, 2) float32 in the unit square, stretched to it.
        directions: (points, 2) float32, unit vectors.
        owner: (points,) number of the stroke of each point.
    """

    points: Points
    directions: Points
    owner: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Match:
    """An ink, cut into two parts.

    Attributes:
        parts: lines of the first part and of the second, in the unit square that the ink is stretched to.
        cuts: how many lines had to be cut.
        slant: by how much x grows with y, and y with x, from the medians to the ink.
        is_good: whether every stroke has its ink, and all ink its stroke.
    """

    parts: tuple[list[Points], list[Points]]
    cuts: int
    slant: tuple[float, float]
    is_good: bool


def model_of(medians: Sequence[Points]) -> Model:
    """Prepare the medians of a character, one (points, 2) array a stroke in any unit."""
    flat = resample(medians, MEDIAN_STEP)
    return Model(_stretched(flat.points), _directions(flat.points, flat.lengths), flat.owner)


def match(strokes: Sequence[Points], model: Model, is_second: npt.NDArray[np.bool_]) -> Match:
    """Cut an ink of a character into two parts.

    Args:
        strokes: (points, 2) arrays in any unit, y down; strokes may be joined or broken, in any order.
        model: of the character.
        is_second: (strokes of the model,) which make the second part; all of them may.
    """
    flat = resample(strokes, INK_STEP)
    ink, directions = _stretched(flat.points), _directions(flat.points, flat.lengths)
    turned = DIRECTION_WEIGHT * (1 - np.square(directions @ model.directions.T))
    bent, slant = _bend(model.points, ink, turned)
    costs = _squares(ink, bent) + turned
    stroke_gaps = np.bincount(model.owner, np.sqrt(costs.min(axis=0))) / np.bincount(model.owner)
    ink_gap = float(np.sqrt(costs.min(axis=1)).mean())
    belongs = is_second[model.owner]
    gain = np.ones(len(ink), np.float32)
    if not belongs.all():
        gain = np.clip(costs[:, ~belongs].min(axis=1) - costs[:, belongs].min(axis=1), -COST_LIMIT, COST_LIMIT)
    is_good = ink_gap < MAX_INK_DISTANCE and bool(stroke_gaps.max() < MAX_STROKE_GAP)
    parts: tuple[list[Points], list[Points]] = ([], [])
    cuts = 0
    for line, gains in zip(
        np.split(ink, np.cumsum(flat.lengths)[:-1]), np.split(gain, np.cumsum(flat.lengths)[:-1]), strict=True
    ):
        labels = _labels(gains.tolist())
        ends = [0, *(at for at in range(1, len(labels)) if labels[at] != labels[at - 1]), len(labels)]
        cuts += len(ends) - 2
        for start, end in itertools.pairwise(ends):
            if end - start > 1:
                parts[labels[start]].append(line[start:end].copy())
    return Match(parts, cuts, slant, is_good)


def _labels(gains: list[float]) -> list[int]:
    """0 or 1 for each point of a line: the sum of gains at ones, less the cost of each change, is greatest."""
    zero = one = 0.0
    came: list[tuple[int, int]] = []
    for gain in gains:
        from_zero = 0 if zero >= one - SWITCH_COST else 1
        from_one = 1 if one >= zero - SWITCH_COST else 0
        zero, one = max(zero, one - SWITCH_COST), max(one, zero - SWITCH_COST) + gain
        came.append((from_zero, from_one))
    labels = [int(one > zero)]
    for origins in reversed(came[1:]):
        labels.append(origins[labels[-1]])
    return labels[::-1]


def _bend(points: Points, ink: Points, turned: npt.NDArray[np.floating]) -> tuple[Points, tuple[float, float]]:
    """The medians' points, moved onto the ink, and the slant of the linear part of that."""
    basis = np.column_stack([points - 0.5, np.ones(len(points), np.float32)])
    moved = points
    slant = (0.0, 0.0)
    for step in range(AFFINE_STEPS + len(BEND_REACHES)):
        squares = _squares(ink, moved)
        costs = squares + turned
        nearest, nearest_ink = costs.argmin(axis=1), costs.argmin(axis=0)
        at = np.concatenate([nearest, np.arange(len(points))])
        to = np.concatenate([ink, ink[nearest_ink]])
        chosen = np.concatenate([squares[np.arange(len(ink)), nearest], squares[nearest_ink, np.arange(len(points))]])
        weights = (1 / (1 + chosen / ROBUST)).astype(np.float32)
        if step < AFFINE_STEPS:
            rows = basis[at]
            normal = rows.T @ (rows * weights[:, None]) + np.diag([0.3, 0.3, 0.3])
            change = np.linalg.solve(normal, rows.T @ ((to - points[at]) * weights[:, None]))
            moved = (points + basis @ change).astype(np.float32)
            slant = (float(change[1, 0] / (1 + change[1, 1])), float(change[0, 1] / (1 + change[0, 0])))
        else:
            pull = np.zeros((len(points), 3), np.float32)
            for axis in (0, 1):
                pull[:, axis] = np.bincount(at, weights * (to - moved[at])[:, axis], len(points))
            pull[:, 2] = np.bincount(at, weights, len(points))
            kernel = np.exp(_squares(points, points) / (-2 * BEND_REACHES[step - AFFINE_STEPS] ** 2))
            sums = kernel @ pull
            moved = moved + sums[:, :2] / (sums[:, 2:] + STIFFNESS)
    return moved, slant


def _squares(one: Points, other: Points) -> npt.NDArray[np.float32]:
    """(one, other): squared distances."""
    return np.asarray(
        np.square(one[:, None, 0] - other[None, :, 0]) + np.square(one[:, None, 1] - other[None, :, 1]), np.float32
    )


def _stretched(points: Points) -> Points:
    low = points.min(axis=0)
    # 一 is not stretched to a square
    extent = np.ptp(points, axis=0)
    return np.asarray((points - low) / np.maximum(extent, 0.15 * max(float(extent.max()), 1e-6)), np.float32)


def _directions(points: Points, lengths: npt.NDArray[np.int64]) -> Points:
    ends = np.cumsum(lengths) - 1
    after = np.minimum(np.arange(len(points)) + 1, np.repeat(ends, lengths))
    before = np.maximum(np.arange(len(points)) - 1, np.repeat(ends - lengths + 1, lengths))
    ways = points[after] - points[before]
    return np.asarray(ways / np.maximum(np.hypot(*ways.T), 1e-9)[:, None], np.float32)
