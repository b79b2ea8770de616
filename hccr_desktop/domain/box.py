"""Rectangles on a page."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An upright rectangle of whole pixels, x to the right, y down.

    Attributes:
        left: first column.
        top: first row.
        width: columns, at least 1.
        height: rows, at least 1.
    """

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The column after the last."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The row after the last."""
        return self.top + self.height

    @property
    def transposed(self) -> "Box":
        """The same rectangle with x and y exchanged."""
        return Box(self.top, self.left, self.height, self.width)

    def union(self, other: "Box") -> "Box":
        """The smallest box around both."""
        left, top = min(self.left, other.left), min(self.top, other.top)
        return Box(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)

    def clipped(self, width: int, height: int) -> "Box | None":
        """The part on a page of this size; None where there is none."""
        left, top = max(0, self.left), max(0, self.top)
        right, bottom = min(width, self.right), min(height, self.bottom)
        return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None

    def overlap(self, other: "Box") -> float:
        """Area of the intersection over area of the union, in [0, 1]."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.width * self.height + other.width * other.height - shared)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around all.

    Raises:
        ValueError: there is none.
    """
    found = list(boxes)
    if not found:
        raise ValueError("there is no box to go around")
    left, top = min(box.left for box in found), min(box.top for box in found)
    return Box(left, top, max(box.right for box in found) - left, max(box.bottom for box in found) - top)
