"""Pointers over the paper that tell what the next movement does. The paper's colors are the same in every theme."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap

from hccr_desktop.gui.paper import PAPER_COLOR
from hccr_desktop.gui.stroke_painter import INK_COLOR

_DRAWING_PX: Final = 23
"""Side of the pointer that draws; odd, so that it has a middle."""
_ACTIVE_COLOR: Final = QColor(0xC0, 0x3A, 0x2B)
"""The red of a recording, so that a line that follows without a button is no surprise; the dot says it too."""


def eraser_cursor(diameter_px: float, ratio: float) -> QCursor:
    """A ring as large as what the eraser takes, for a screen with a device pixel ratio."""
    side = round(diameter_px) + 5
    pixmap = _blank(side, ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ring = QRectF(0, 0, diameter_px, diameter_px)
    ring.moveCenter(QPointF(side / 2, side / 2))
    for color, width in ((PAPER_COLOR, 3.5), (INK_COLOR, 1.5)):  # a rim of paper, to be seen on ink too
        painter.setPen(QPen(color, width))
        painter.drawEllipse(ring)
    painter.end()
    return QCursor(pixmap, side // 2, side // 2)


def drawing_cursor(ratio: float) -> QCursor:
    """A cross around a full dot: the pen is down, though no button is held."""
    side = _DRAWING_PX
    middle = QPointF(side / 2, side / 2)
    pixmap = _blank(side, ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, width in ((PAPER_COLOR, 4.0), (_ACTIVE_COLOR, 2.0)):
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(middle + QPointF(x, y) * 7, middle + QPointF(x, y) * 9)
    painter.setPen(QPen(PAPER_COLOR, 1.5))
    painter.setBrush(_ACTIVE_COLOR)
    painter.drawEllipse(middle, 4.5, 4.5)
    painter.end()
    return QCursor(pixmap, side // 2, side // 2)


def _blank(side: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(side, side) * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    return pixmap
