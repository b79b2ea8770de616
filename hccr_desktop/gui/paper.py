"""The paper of the canvas: its color, guide, hint and border. Colors of the paper are the same in every theme."""

from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.qt_images import to_qimage

PAPER_COLOR: Final = QColor(0xFD, 0xFB, 0xF6)
GUIDE_COLOR: Final = QColor(0xC8, 0x5A, 0x45, 70)
"""The faint vermilion of a Chinese copybook."""
HINT_COLOR: Final = QColor(0x6E, 0x68, 0x5E)
"""4.9 : 1 against the paper, which WCAG AA asks of text."""

CORNER_RADIUS_PX: Final = 12.0
_PICTURE_MARGIN: Final = 0.04
"""Part of the square's side left around a picture, so that its edge is seen."""


def outline(square: QRectF) -> QPainterPath:
    """The paper's edge."""
    path = QPainterPath()
    path.addRoundedRect(square.adjusted(1, 1, -1, -1), CORNER_RADIUS_PX, CORNER_RADIUS_PX)
    return path


def paint_paper(painter: QPainter, square: QRectF, *, has_guide: bool) -> None:
    """The sheet, and on it the 米 guide: both middle lines and both diagonals, dashed."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline(square), PAPER_COLOR)
    if not has_guide:
        return
    pen = QPen(GUIDE_COLOR, max(1.0, square.width() / 480))
    pen.setDashPattern([5, 5])
    painter.setPen(pen)
    inset = square.width() * 0.03
    inner = square.adjusted(inset, inset, -inset, -inset)
    middle = inner.center()
    painter.drawLine(QLineF(inner.left(), middle.y(), inner.right(), middle.y()))
    painter.drawLine(QLineF(middle.x(), inner.top(), middle.x(), inner.bottom()))
    faint = QColor(GUIDE_COLOR)
    faint.setAlpha(GUIDE_COLOR.alpha() // 2)
    pen.setColor(faint)
    painter.setPen(pen)
    painter.drawLine(QLineF(inner.topLeft(), inner.bottomRight()))
    painter.drawLine(QLineF(inner.topRight(), inner.bottomLeft()))


def paint_picture(painter: QPainter, square: QRectF, picture: Picture) -> None:
    """The picture, as large as the sheet allows."""
    image = to_qimage(picture.preview)
    margin = square.width() * _PICTURE_MARGIN
    room = square.adjusted(margin, margin, -margin, -margin)
    scale = min(room.width() / image.width(), room.height() / image.height())
    target = QRectF(0, 0, image.width() * scale, image.height() * scale)
    target.moveCenter(room.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target, image)


def paint_hint(painter: QPainter, square: QRectF, hint: str) -> None:
    """One line near the foot of the empty sheet, smaller where it would not fit."""
    font = QFont(painter.font())
    room = square.width() * 0.88
    wanted = QFontMetricsF(font).horizontalAdvance(hint)
    if wanted > room:
        font.setPointSizeF(font.pointSizeF() * room / wanted)
    painter.setFont(font)
    height = QFontMetricsF(font).height()
    # On a patch of paper, or the guide would run through the letters.
    width = QFontMetricsF(font).horizontalAdvance(hint) + height
    patch = QRectF(0, 0, width, height * 1.6)
    patch.moveCenter(QPointF(square.center().x(), square.top() + square.height() * 0.88))
    painter.fillRect(patch, PAPER_COLOR)
    painter.setPen(HINT_COLOR)
    painter.drawText(patch, Qt.AlignmentFlag.AlignCenter, hint)


def paint_border(painter: QPainter, square: QRectF, pen: QPen) -> None:
    """The line around the sheet."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline(square))
