"""Which parts of characters are the same: their strokes' medians, stretched to one square, lie upon one another."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_training.sources.banks import Points

STROKE_POINTS: Final = 8
MAX_MEAN_DISTANCE: Final = 0.07
MAX_STROKE_DISTANCE: Final = 0.12
"""Two parts are the same if their strokes, with the parts stretched to one square, lie this close on average and for
every single stroke: 土 and 士, 未 and 末 are further apart."""

MAX_RMS_DISTANCE: Final = 2 * MAX_MEAN_DISTANCE
"""What a quick look lets through to the exact one."""

Shape = npt.NDArray[np.float32]
"""(strokes, 8, 2): points at equal distances along each stroke, the part stretched to the unit square."""

Indices = slice | npt.NDArray[np.int64]
"""Numbers of strokes."""


class Outline:
    """A character's strokes, ready to have the shapes of its parts taken.

    Args:
        strokes: (points, 2) arrays, in stroke order.
    """

    def __init__(self, strokes: Sequence[Points]) -> None:
        self._lows = np.stack([stroke.min(axis=0) for stroke in strokes])
        self._highs = np.stack([stroke.max(axis=0) for stroke in strokes])
        self._points = np.empty((len(strokes), STROKE_POINTS, 2), np.float32)
        for number, stroke in enumerate(strokes):
            arc = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(stroke, axis=0).T))])
            at = np.linspace(0, arc[-1], STROKE_POINTS)
            for axis in (0, 1):
                self._points[number, :, axis] = np.interp(at, arc, stroke[:, axis])

    def __len__(self) -> int:
        """How many strokes."""
        return len(self._points)

    def box(self, part: Indices = slice(None)) -> npt.NDArray[np.float32]:
        """(2, 2): low and high corner of some strokes."""
        return np.stack([self._lows[part].min(axis=0), self._highs[part].max(axis=0)])

    def shape(self, part: Indices = slice(None)) -> Shape:
        """The shape of the part that some strokes are."""
        low, high = self.box(part)
        extent = high - low
        extent = np.maximum(extent, 0.15 * max(float(extent.max()), 1e-6))  # 一 is not stretched to a square
        return np.asarray((self._points[part] - low) / extent, np.float32)


def similar_pairs(wanted: npt.NDArray[np.float32], offered: npt.NDArray[np.float32]) -> list[npt.NDArray[np.int64]]:
    """For each wanted shape the numbers of the offered ones that are the same.

    Args:
        wanted: (wanted, strokes, 8, 2).
        offered: (offered, strokes, 8, 2).
    """
    ones, others = (shapes.reshape(len(shapes), -1) for shapes in (wanted, offered))
    points = ones.shape[1] // 2
    squares = np.square(ones).sum(axis=1)[:, None] + np.square(others).sum(axis=1) - 2 * ones @ others.T
    found = []
    for shape, row in zip(wanted, squares, strict=True):
        near = np.flatnonzero(row < points * MAX_RMS_DISTANCE**2)
        distances = np.hypot(*np.moveaxis(offered[near] - shape, -1, 0)).mean(axis=2)
        is_same = (distances.mean(axis=1) < MAX_MEAN_DISTANCE) & (distances.max(axis=1) < MAX_STROKE_DISTANCE)
        found.append(near[is_same])
    return found
