"""The paper of the canvas: its color, guide, hint and border. Colors of the paper are the same in every theme."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

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

_LEAST_HINT_SCALE: Final = 0.85
"""Smaller than this, the hint rather breaks into lines: whoever has chosen large text needs it. Taste."""


def outline(square: QRectF) -> QPainterPath:
    """The paper's edge."""
    path = QPainterPath()
    path.addRoundedRect(square.adjusted(1, 1, -1, -1), CORNER_RADIUS_PX, CORNER_RADIUS_PX)
    return path


def paint_paper(painter: QPainter, square: QRectF, *, guide: str) -> None:
    """The sheet, and on it one of the settings' GUIDES, dashed: both middle lines, for 米 both diagonals too."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline(square), PAPER_COLOR)
    if guide == "none":
        return
    pen = QPen(GUIDE_COLOR, max(1.0, square.width() / 480))
    pen.setDashPattern([5, 5])
    painter.setPen(pen)
    inset = square.width() * 0.03
    inner = square.adjusted(inset, inset, -inset, -inset)
    middle = inner.center()
    painter.drawLine(QLineF(inner.left(), middle.y(), inner.right(), middle.y()))
    painter.drawLine(QLineF(middle.x(), inner.top(), middle.x(), inner.bottom()))
    if guide != "mi":
        return
    faint = QColor(GUIDE_COLOR)
    faint.setAlpha(GUIDE_COLOR.alpha() // 2)
    pen.setColor(faint)
    painter.setPen(pen)
    painter.drawLine(QLineF(inner.topLeft(), inner.bottomRight()))
    painter.drawLine(QLineF(inner.topRight(), inner.bottomLeft()))


def picture_rect(square: QRectF, picture: Picture) -> QRectF:
    """Where on the sheet a picture lies: as large as the sheet allows."""
    height, width = picture.preview.shape
    return fitted(square, width, height)


def fitted(square: QRectF, width: int, height: int) -> QRectF:
    """Where on the sheet something of these proportions lies: as large as the sheet allows."""
    margin = square.width() * _PICTURE_MARGIN
    room = square.adjusted(margin, margin, -margin, -margin)
    scale = min(room.width() / width, room.height() / height)
    target = QRectF(0, 0, width * scale, height * scale)
    target.moveCenter(room.center())
    return target


def paint_picture(painter: QPainter, square: QRectF, picture: Picture) -> None:
    """The picture."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(picture_rect(square, picture), to_qimage(picture.preview))


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """Evidence over a drawing.

    Attributes:
        film: colors that are multiplied over the paper and what is on it.
        legend: one row of the colors, from strongest against to strongest for.
        square: what the film covers, in parts of the drawing's place: of the sheet for ink, else of the picture.
        texts: what the legend says at its left end and at its right.
    """

    film: QImage
    legend: QImage
    square: QRectF
    texts: tuple[str, str]


def paint_heat_map(painter: QPainter, square: QRectF, place: QRectF, heat_map: HeatMap) -> None:
    """The film over the place of the drawing, and the legend at the foot of the sheet."""
    part = heat_map.square
    target = QRectF(
        place.left() + part.left() * place.width(),
        place.top() + part.top() * place.height(),
        part.width() * place.width(),
        part.height() * place.height(),
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    painter.drawImage(target, heat_map.film)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    metrics = QFontMetricsF(painter.font())
    gap = metrics.height() * 0.5
    bar = QRectF(0, 0, metrics.height() * 6, metrics.height() * 0.7)
    bar.moveCenter(QPointF(square.center().x(), square.bottom() - metrics.height() * 1.1))
    against, favor = heat_map.texts
    left, right = metrics.horizontalAdvance(against) + gap, metrics.horizontalAdvance(favor) + gap
    patch = bar.adjusted(-left - gap, -gap * 0.8, right + gap, gap * 0.8)
    patch_color = QColor(PAPER_COLOR)
    patch_color.setAlphaF(0.9)  # ink may be below, and is to be guessed at, not read through
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(patch_color)
    painter.drawRoundedRect(patch, 6, 6)
    painter.drawImage(bar, heat_map.legend)
    painter.setPen(HINT_COLOR)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(bar.adjusted(-left, -gap, -bar.width() - gap, gap), middle | Qt.AlignmentFlag.AlignRight, against)
    painter.drawText(bar.adjusted(bar.width() + gap, -gap, right, gap), middle | Qt.AlignmentFlag.AlignLeft, favor)


def paint_hint(painter: QPainter, square: QRectF, hint: str) -> None:
    """A few words near the foot of the empty sheet: a little smaller, or in several lines, where they are long."""
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    room = QRectF(0, 0, square.width() * 0.88, square.height())
    wanted = QFontMetricsF(painter.font()).horizontalAdvance(hint)
    if room.width() < wanted < room.width() / _LEAST_HINT_SCALE:
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * room.width() / wanted)
        painter.setFont(font)
        room.setWidth(square.width())  # hinting makes letters a little wider than their size says
    metrics = QFontMetricsF(painter.font())
    # On a patch of paper, or the guide would run through the letters.
    patch = metrics.boundingRect(room, flags, hint)
    patch = patch.adjusted(0, 0, metrics.height(), metrics.height() * 0.6)
    patch.moveCenter(QPointF(square.center().x(), 0))
    patch.moveBottom(square.top() + square.height() * 0.88 + metrics.height() * 0.8)
    painter.fillRect(patch, PAPER_COLOR)
    painter.setPen(HINT_COLOR)
    painter.drawText(patch, flags, hint)


def paint_border(painter: QPainter, square: QRectF, pen: QPen) -> None:
    """The line around the sheet."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(outline(square))
