"""Strokes in the JSON of the files that the program keeps for itself."""

import json
from collections.abc import Sequence
from typing import Any, Final

from hccr_desktop.domain.ink import Ink, Point, Stroke

_PLACES: Final = 5
"""Decimals of a stored coordinate: a hundredth of a pixel on the largest canvas."""


class NewerVersionError(ValueError):
    """A file is of a version that only later programs know."""


def check_version(version: object, known: int) -> None:
    """See that a file can be read.

    Args:
        version: what the file says of itself, which may be anything.
        known: the only version there has been so far.

    Raises:
        NewerVersionError: it is of a later one.
        ValueError: it is of none.
    """
    if isinstance(version, int) and version > known:
        raise NewerVersionError(f"version {version}")
    if version != known:
        raise ValueError(f"not of version {known}")


def stroke_json(stroke: Stroke) -> str:
    """A stroke in canvas units as ``[[x, y, time in ms, pressure], ...]``, y down."""
    points = [(round(p.x, _PLACES), round(p.y, _PLACES), round(p.time_ms), round(p.pressure, 3)) for p in stroke.points]
    return json.dumps(points, separators=(",", ":"))


def ink_from_json(strokes: Sequence[Any]) -> Ink:
    """Ink from the parsed JSON of its strokes, which may be anything.

    Raises:
        ValueError: a stroke has no point, or a point is not made of four finite numbers. What is no list at all
            raises TypeError.
    """
    return Ink(
        tuple(
            Stroke(
                tuple(Point(float(x), float(y), float(time_ms), float(pressure)) for x, y, time_ms, pressure in points)
            )
            for points in strokes
        )
    )
