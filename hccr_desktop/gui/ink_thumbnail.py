"""Ink as a small sheet of paper, for lists and dialogs."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from hccr_desktop.domain.ink import Ink, Point
from hccr_desktop.gui.paper import PAPER_COLOR
from hccr_desktop.gui.stroke_painter import StrokePath

_FIT: Final = 0.78
"""Part of the sheet that the ink fills, so that a small drawing is seen as well as a large one."""

_CORNER: Final = 0.1
"""Radius of the sheet's corners, in parts of its side."""


_EDGE_COLOR: Final = QColor(0x6E, 0x68, 0x5E, 70)
"""Of the sheet, on a list as bright as paper."""

_PRESSURE: Final = 0.9
"""Of every point. Taste: so small, the canvas's own pen would be a hair."""


def ink_thumbnail(ink: Ink | None, side: int, device_pixel_ratio: float) -> QPixmap:
    """A drawing, scaled to its sheet and centred.

    Args:
        ink: in any unit, y down; None or empty gives a blank sheet.
        side: in logical pixels.
        device_pixel_ratio: of the screen it is for.
    """
    pixmap = QPixmap(round(side * device_pixel_ratio), round(side * device_pixel_ratio))
    pixmap.setDevicePixelRatio(device_pixel_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_EDGE_COLOR)
    painter.setBrush(PAPER_COLOR)
    sheet = QRectF(0, 0, side, side)
    painter.drawRoundedRect(sheet.adjusted(0.5, 0.5, -0.5, -0.5), side * _CORNER, side * _CORNER)
    bounds = ink.bounds() if ink is not None else None
    if ink is not None and bounds is not None:
        scale = _FIT / max(bounds.width, bounds.height, 1e-9)
        left = 0.5 - (bounds.left + bounds.width / 2) * scale
        top = 0.5 - (bounds.top + bounds.height / 2) * scale
        for stroke in ink.strokes:
            points = [Point(left + p.x * scale, top + p.y * scale, pressure=_PRESSURE) for p in stroke.points]
            StrokePath.of(points, QPointF(0, 0), side).paint(painter, sheet)
    painter.end()
    return pixmap
