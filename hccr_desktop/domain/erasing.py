"""Which strokes an eraser touches on its way."""

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.ink import Ink, StrokeArray

Place = tuple[float, float]
"""x and y, in the ink's unit."""


def touched_strokes(ink: Ink, start: Place, end: Place, *, reach: float) -> tuple[int, ...]:
    """Strokes that an eraser meets while it goes straight from one place to another.

    Args:
        ink: the strokes.
        start: where the eraser was.
        end: where it is now; the same place for one that has only been set down.
        reach: how far from its middle the eraser takes a stroke's center line, in the ink's unit.

    Returns:
        Indices into ``ink.strokes``, ascending.
    """
    way = np.array([start, end], dtype=np.float64)
    return tuple(index for index, stroke in enumerate(ink.strokes) if _distance(stroke.to_array(), way) <= reach)


def without_strokes(ink: Ink, indices: tuple[int, ...]) -> Ink:
    """The ink less some of its strokes; the others keep their order and their times."""
    gone = set(indices)
    return Ink(tuple(stroke for index, stroke in enumerate(ink.strokes) if index not in gone))


def _distance(points: StrokeArray, way: StrokeArray) -> float:
    """Least distance between a line through points and a straight way, both at least one point long."""
    starts, ends = points, points
    if len(points) > 1:
        starts, ends = points[:-1], points[1:]
    if _crosses(starts, ends, way):
        return 0.0
    # Of two straight pieces that do not cross, an end of one is nearest to the other.
    between = [
        _to_pieces(way[0], starts, ends),
        _to_pieces(way[1], starts, ends),
        _to_piece(points, way[0], way[1]),
    ]
    return float(min(distances.min() for distances in between))


def _crosses(starts: StrokeArray, ends: StrokeArray, way: StrokeArray) -> bool:
    def side(origin: StrokeArray, along: StrokeArray, point: StrokeArray) -> npt.NDArray[np.float64]:
        turn: npt.NDArray[np.float64] = along[..., 0] * (point[..., 1] - origin[..., 1]) - along[..., 1] * (
            point[..., 0] - origin[..., 0]
        )
        return turn

    direction, pieces = way[1] - way[0], ends - starts
    parted_by_way = side(way[0], direction, starts) * side(way[0], direction, ends) < 0
    parted_by_piece = side(starts, pieces, way[0]) * side(starts, pieces, way[1]) < 0
    return bool((parted_by_way & parted_by_piece).any())


def _to_pieces(point: StrokeArray, starts: StrokeArray, ends: StrokeArray) -> npt.NDArray[np.float64]:
    """(pieces,) float64: how far a point is from each straight piece."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-18)  # a piece of no length is its start
    part = np.clip(((point - starts) * along).sum(axis=1) / length, 0.0, 1.0)
    away: npt.NDArray[np.float64] = np.linalg.norm(starts + part[:, np.newaxis] * along - point, axis=1)
    return away


def _to_piece(points: StrokeArray, start: StrokeArray, end: StrokeArray) -> npt.NDArray[np.float64]:
    """(points,) float64: how far each point is from one straight piece."""
    along = end - start
    length = max(float((along**2).sum()), 1e-18)
    part = np.clip(((points - start) * along).sum(axis=1) / length, 0.0, 1.0)
    away: npt.NDArray[np.float64] = np.linalg.norm(start + part[:, np.newaxis] * along - points, axis=1)
    return away
