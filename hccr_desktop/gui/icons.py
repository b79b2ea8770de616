"""Icons from SVG files in ``currentColor``, recolored from the palette."""

from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from hccr_desktop import paths

ICON_SIZE_PX: Final = 20

_RATIOS: Final = (1.0, 1.5, 2.0, 3.0)
"""Device pixel ratios an icon is drawn for; screens between take the next larger one."""

_SIZES_PX: Final = (ICON_SIZE_PX, 2 * ICON_SIZE_PX)
"""With large text the icons are larger; Qt makes a picture smaller, but never larger than it is."""


def icon(name: str, palette: QPalette) -> QIcon:
    """An icon of ``resources/icons`` in the palette's colors, for enabled and disabled buttons."""
    made = QIcon()
    groups = ((QIcon.Mode.Normal, QPalette.ColorGroup.Active), (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled))
    for mode, group in groups:
        svg = _recolored(name, palette.color(group, QPalette.ColorRole.ButtonText))
        for ratio in _RATIOS:
            for size_px in _SIZES_PX:
                made.addPixmap(_rendered(svg, size_px, ratio), mode)
    return made


def application_icon() -> QIcon:
    """The program's own icon, which has colors of its own."""
    svg = _source("hccr-desktop").encode()
    made = QIcon()
    for size in (16, 32, 64, 256):
        made.addPixmap(_rendered(svg, size, 1.0))
    return made


def _recolored(name: str, color: QColor) -> bytes:
    return _source(name).replace("currentColor", color.name()).encode()


@cache
def _source(name: str) -> str:
    return (paths.resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _rendered(svg: bytes, size_px: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(size_px, size_px) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(pixmap.rect()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
