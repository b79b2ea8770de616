"""Dragging a rectangle, its edges and its corners."""

from enum import Flag, auto
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt


class Edges(Flag):
    """The edges of a rectangle that a drag takes along; all of them move it."""

    LEFT = auto()
    TOP = auto()
    RIGHT = auto()
    BOTTOM = auto()


ALL: Final = Edges.LEFT | Edges.TOP | Edges.RIGHT | Edges.BOTTOM
_NONE: Final = Edges(0)

_CURSORS: Final = {
    ALL: Qt.CursorShape.SizeAllCursor,
    Edges.LEFT: Qt.CursorShape.SizeHorCursor,
    Edges.RIGHT: Qt.CursorShape.SizeHorCursor,
    Edges.TOP: Qt.CursorShape.SizeVerCursor,
    Edges.BOTTOM: Qt.CursorShape.SizeVerCursor,
    Edges.LEFT | Edges.TOP: Qt.CursorShape.SizeFDiagCursor,
    Edges.RIGHT | Edges.BOTTOM: Qt.CursorShape.SizeFDiagCursor,
    Edges.RIGHT | Edges.TOP: Qt.CursorShape.SizeBDiagCursor,
    Edges.LEFT | Edges.BOTTOM: Qt.CursorShape.SizeBDiagCursor,
}


def edges_at(rect: QRectF, at: QPointF, reach: float) -> Edges:
    """What a press at a place takes hold of; no edge where it is off the rectangle.

    Args:
        rect: the rectangle.
        at: the place.
        reach: how near to an edge counts as on it; less inside a small rectangle, so that it can still be moved.
    """
    if not rect.adjusted(-reach, -reach, reach, reach).contains(at):
        return _NONE
    inner_x, inner_y = min(reach, rect.width() / 4), min(reach, rect.height() / 4)
    held = _NONE
    if at.x() < rect.left() + inner_x:
        held |= Edges.LEFT
    elif at.x() > rect.right() - inner_x:
        held |= Edges.RIGHT
    if at.y() < rect.top() + inner_y:
        held |= Edges.TOP
    elif at.y() > rect.bottom() - inner_y:
        held |= Edges.BOTTOM
    return held or ALL


def dragged(rect: QRectF, edges: Edges, by: QPointF, within: QRectF, *, least: float) -> QRectF:
    """A rectangle after a drag. Moved it keeps its size; an edge stops before the opposite one.

    Args:
        rect: before.
        edges: what was taken hold of.
        by: how far.
        within: it stays in there.
        least: smallest width and height.
    """
    made = QRectF(rect)
    if edges == ALL:
        made.translate(by)
        made.moveLeft(min(max(made.left(), within.left()), within.right() - made.width()))
        made.moveTop(min(max(made.top(), within.top()), within.bottom() - made.height()))
        return made
    if edges & Edges.LEFT:
        made.setLeft(min(max(rect.left() + by.x(), within.left()), rect.right() - least))
    if edges & Edges.RIGHT:
        made.setRight(max(min(rect.right() + by.x(), within.right()), rect.left() + least))
    if edges & Edges.TOP:
        made.setTop(min(max(rect.top() + by.y(), within.top()), rect.bottom() - least))
    if edges & Edges.BOTTOM:
        made.setBottom(max(min(rect.bottom() + by.y(), within.bottom()), rect.top() + least))
    return made


def cursor_of(edges: Edges) -> Qt.CursorShape:
    """What the pointer looks like over something that can be dragged so."""
    return _CURSORS.get(edges, Qt.CursorShape.CrossCursor)
