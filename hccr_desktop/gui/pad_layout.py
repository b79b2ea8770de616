"""A row of two and what parts them: a square, and what is left of the width."""

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

LARGEST_PERCENT: Final = 100
SIZE_STEP_PERCENT: Final = 10
"""What one press of a key changes. Taste: seen, and still fine enough."""


class PadLayout(QLayout):
    """Lays out two items, and a third in the gap between them if there is one.

    The first is kept square and gives way until the second has its least width. It stands to the left, or to the right
    in a mirrored layout.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._percent = LARGEST_PERCENT
        self._is_mirrored = False
        self._inner = QRect()  # contentsRect() is empty between a change and the layout that follows it

    @property
    def percent(self) -> int:
        """Side of the square in percent of the largest there is room for."""
        return self._percent

    def set_percent(self, percent: int) -> None:
        """Have the square take a part of the largest there is room for, though not less than its least size."""
        if percent != self._percent:
            self._percent = percent
            self.invalidate()

    def set_mirrored(self, is_mirrored: bool) -> None:
        """Have the square to the right of the other."""
        if is_mirrored != self._is_mirrored:
            self._is_mirrored = is_mirrored
            self.invalidate()

    def percent_at(self, x: int) -> float:
        """How large the square would be, in percent of the largest, with the middle of the gap at a place."""
        inner = self._inner
        reach = inner.right() + 1 - x if self._is_mirrored else x - inner.left()
        return (reach - self.spacing() / 2) / self._largest_side(inner) * LARGEST_PERCENT

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal | Qt.Orientation.Vertical

    def sizeHint(self) -> QSize:
        return self._combined([item.sizeHint() for item in self._items[:2]])

    def minimumSize(self) -> QSize:
        return self._combined([item.minimumSize() for item in self._items[:2]])

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        if len(self._items) < 2:
            return
        square, rest = self._items[:2]
        inner = self._inner = rect.marginsRemoved(self.contentsMargins())
        largest = self._largest_side(inner)
        side = max(square.minimumSize().width(), round(largest * self._percent / LARGEST_PERCENT))
        rest_width = max(rest.minimumSize().width(), inner.width() - side - self.spacing())
        # In a narrow, high window the two still end on one line.
        height = max(largest, rest.minimumSize().height())
        square_left, rest_left, gap_left = inner.left(), inner.left() + side + self.spacing(), inner.left() + side
        if self._is_mirrored:
            rest_left, gap_left = inner.left(), inner.left() + rest_width
            square_left = gap_left + self.spacing()
        square.setGeometry(QRect(square_left, inner.top() + (largest - side) // 2, side, side))
        rest.setGeometry(QRect(rest_left, inner.top(), rest_width, height))
        for parting in self._items[2:]:
            parting.setGeometry(QRect(gap_left, inner.top(), self.spacing(), height))

    def _largest_side(self, inner: QRect) -> int:
        square, rest = self._items[:2]
        room = inner.width() - self.spacing() - rest.minimumSize().width()
        return max(square.minimumSize().width(), min(inner.height(), room))

    def _combined(self, sizes: list[QSize]) -> QSize:
        margins = self.contentsMargins()
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        height = max((size.height() for size in sizes), default=0)
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())
