"""Ink: what a pen left behind, as strokes of points. Immutable; every change makes a new value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

StrokeArray = npt.NDArray[np.float64]
"""(points, 2) float64, columns x and y, y down."""


@dataclass(frozen=True, slots=True)
class Point:
    """One sample of the pen.

    Attributes:
        x: to the right; canvas units (0..1 across the square) on the canvas, any unit elsewhere.
        y: downwards, same unit. Points outside the square are kept.
        time_ms: since the first point of the ink; 0 where unknown.
        pressure: in [0, 1]; 0.5 where the device reports none. It changes the painting, never the recognition.
    """

    x: float
    y: float
    time_ms: float = 0.0
    pressure: float = 0.5


@dataclass(frozen=True, slots=True)
class Bounds:
    """Smallest axis-parallel box around ink, in the ink's own unit."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Extent along x."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent along y."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Stroke:
    """The points from pen down to pen up, at least one.

    Raises:
        ValueError: there is no point, or a coordinate is not finite.
    """

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("a stroke needs at least one point")
        if not np.isfinite([(point.x, point.y) for point in self.points]).all():
            raise ValueError("the coordinates of a stroke must be finite")

    def to_array(self) -> StrokeArray:
        """(points, 2) float64 of x and y."""
        return np.array([(point.x, point.y) for point in self.points], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Ink:
    """Strokes in the order they were drawn; none is a blank canvas."""

    strokes: tuple[Stroke, ...] = ()

    @classmethod
    def from_coordinates(cls, strokes: Iterable[Sequence[Sequence[float]]]) -> "Ink":
        """Ink from nested lists ``[[[x, y], ...], ...]`` as in the ink jsonl files; empty strokes are dropped.

        Raises:
            ValueError: a point is not a pair of finite numbers.
        """
        made = []
        for stroke in strokes:
            points = []
            for point in stroke:
                if len(point) < 2:
                    raise ValueError("a point needs x and y")
                points.append(Point(float(point[0]), float(point[1])))
            if points:
                made.append(Stroke(tuple(points)))
        return cls(tuple(made))

    @property
    def is_empty(self) -> bool:
        """There is no stroke."""
        return not self.strokes

    def with_stroke(self, stroke: Stroke) -> "Ink":
        """This ink and one more stroke."""
        return Ink((*self.strokes, stroke))

    def without_last_stroke(self) -> "Ink":
        """This ink less its last stroke; empty ink stays empty."""
        return Ink(self.strokes[:-1])

    def to_arrays(self) -> list[StrokeArray]:
        """One (points, 2) float64 array a stroke."""
        return [stroke.to_array() for stroke in self.strokes]

    def to_coordinates(self) -> list[list[list[float]]]:
        """Nested lists ``[[[x, y], ...], ...]``, the form the ink jsonl files keep."""
        return [[[point.x, point.y] for point in stroke.points] for stroke in self.strokes]

    def bounds(self) -> Bounds | None:
        """Box around all points, pen width not counted; None for empty ink."""
        if self.is_empty:
            return None
        points = np.concatenate(self.to_arrays())
        left, top = points.min(axis=0)
        right, bottom = points.max(axis=0)
        return Bounds(float(left), float(top), float(right), float(bottom))
