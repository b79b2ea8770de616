"""A row of two: a square as large as the height allows, and what is left of the width."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class PadLayout(QLayout):
    """Lays out exactly two items; the first is kept square and gives way until the second has its least width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []

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
        return self._combined([item.sizeHint() for item in self._items])

    def minimumSize(self) -> QSize:
        return self._combined([item.minimumSize() for item in self._items])

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        if len(self._items) != 2:
            return
        square, rest = self._items
        inner = rect.marginsRemoved(self.contentsMargins())
        room = inner.width() - self.spacing() - rest.minimumSize().width()
        side = max(square.minimumSize().width(), min(inner.height(), room))
        square.setGeometry(QRect(inner.left(), inner.top(), side, side))
        rest_left = inner.left() + side + self.spacing()
        rest_width = max(rest.minimumSize().width(), inner.right() + 1 - rest_left)
        # In a narrow, high window the two still end on one line.
        rest_height = max(side, rest.minimumSize().height())
        rest.setGeometry(QRect(rest_left, inner.top(), rest_width, rest_height))

    def _combined(self, sizes: list[QSize]) -> QSize:
        margins = self.contentsMargins()
        width = sum(size.width() for size in sizes) + self.spacing() * max(0, len(sizes) - 1)
        height = max((size.height() for size in sizes), default=0)
        return QSize(width + margins.left() + margins.right(), height + margins.top() + margins.bottom())
