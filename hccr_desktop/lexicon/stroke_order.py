"""How a character is written: the shape of each stroke, in order.

A record of the stroke file holds, for one character: the number of strokes; then for each stroke the number of its
path commands, these commands as ASCII letters, and the number of points on its median; then all x and then all y of the
points, outlines first and medians last, each as the difference to the one before it. Numbers are varints (7 bits a
byte, low bits first), differences zigzag-coded. The unit is 1/1024 of the square, y down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

UNITS_PER_SQUARE: Final = 1024
"""Units of the stored coordinates along the side of the square: the em of the fonts they come from."""

Position = tuple[float, float]
"""x and y in canvas units: 0..1 across the square, y down."""

Verb = Literal["M", "L", "Q", "C", "Z"]

POINTS_OF_VERB: Final[dict[Verb, int]] = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}


@dataclass(frozen=True, slots=True)
class PathCommand:
    """One step of an outline, as in SVG and QPainterPath, with absolute positions.

    Attributes:
        verb: M moves, L draws a line, Q a quadratic curve, C a cubic curve, Z closes the outline.
        points: control points, then the end: POINTS_OF_VERB says how many.
    """

    verb: Verb
    points: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class StrokeShape:
    """One printed stroke.

    Attributes:
        outline: a closed path to be filled.
        median: the pen's way through the middle, at least two positions, in the direction of writing.
    """

    outline: tuple[PathCommand, ...]
    median: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class StrokeOrder:
    """The strokes of one character in the order of mainland China, at least one."""

    character: str
    strokes: tuple[StrokeShape, ...]

    def to_record(self) -> bytes:
        """The record that :meth:`from_record` reads back, coordinates rounded to the stored unit.

        Raises:
            ValueError: a verb and its points do not match.
        """
        head = bytearray(_varint(len(self.strokes)))
        outlines: list[Position] = []
        medians: list[Position] = []
        for stroke in self.strokes:
            head += _varint(len(stroke.outline))
            for command in stroke.outline:
                if len(command.points) != POINTS_OF_VERB[command.verb]:
                    raise ValueError(f"{command.verb} takes {POINTS_OF_VERB[command.verb]} points")
                head += command.verb.encode("ascii")
                outlines += command.points
            head += _varint(len(stroke.median))
            medians += stroke.median
        points = outlines + medians
        for axis in (0, 1):
            before = 0
            for point in points:
                value = round(point[axis] * UNITS_PER_SQUARE)
                head += _varint(_zigzag(value - before))
                before = value
        return bytes(head)

    @classmethod
    def from_record(cls, character: str, record: bytes) -> "StrokeOrder":
        """Read a record.

        Raises:
            ValueError: it is not a record of this form.
        """
        try:
            return cls(character, _parse(record))
        except (IndexError, StopIteration, KeyError) as error:
            raise ValueError("not a record of the stroke file") from error


def _parse(record: bytes) -> tuple[StrokeShape, ...]:
    data = iter(record)
    verbs: list[list[Verb]] = []
    median_lengths: list[int] = []
    for _ in range(_read_varint(data)):
        verbs.append([cast(Verb, chr(next(data))) for _ in range(_read_varint(data))])
        median_lengths.append(_read_varint(data))
    count = sum(POINTS_OF_VERB[verb] for stroke in verbs for verb in stroke) + sum(median_lengths)
    points = _read_points(data, count)
    outlines = [
        tuple(PathCommand(verb, tuple(next(points) for _ in range(POINTS_OF_VERB[verb]))) for verb in stroke)
        for stroke in verbs
    ]
    medians = [tuple(next(points) for _ in range(length)) for length in median_lengths]
    if next(data, None) is not None or not outlines:
        raise ValueError("not a record of the stroke file")
    return tuple(StrokeShape(outline, median) for outline, median in zip(outlines, medians, strict=True))


def _read_points(data: Iterator[int], count: int) -> Iterator[Position]:
    axes = []
    for _ in range(2):
        value = 0
        axis = []
        for _ in range(count):
            code = _read_varint(data)
            value += (code >> 1) ^ -(code & 1)
            axis.append(value / UNITS_PER_SQUARE)
        axes.append(axis)
    return zip(*axes, strict=True)


def _read_varint(data: Iterator[int]) -> int:
    value = shift = 0
    while True:
        byte = next(data)
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value
        shift += 7


def _varint(value: int) -> bytes:
    code = bytearray()
    while value > 0x7F:
        code.append((value & 0x7F) | 0x80)
        value >>= 7
    code.append(value)
    return bytes(code)


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1
