"""Saving a drawing: as a picture, or as strokes."""

import json
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSaveFile, Qt
from PySide6.QtGui import QImage, QPainter

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.stroke_painter import StrokePath

PICTURE_SIDE_PX: Final = 768
INK_SUFFIX: Final = ".jsonl"
_DECIMALS: Final = 5
"""Of canvas units: a fiftieth of a pixel on a large canvas."""


def picture_of(ink: Ink) -> QImage:
    """The square as it was drawn, black on white, without guide."""
    image = QImage(PICTURE_SIDE_PX, PICTURE_SIDE_PX, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    for stroke in ink.strokes:
        path = StrokePath.of(stroke.points, QPointF(0, 0), PICTURE_SIDE_PX)
        path.paint(painter, QRectF(image.rect()))
    painter.end()
    return image


def ink_line(ink: Ink, character: str | None) -> str:
    """Ink as one line of JSON: ``{"char": "鲍" or null, "strokes": [[[x, y], ...], ...]}``, canvas units, y down."""
    strokes = [[[round(x, _DECIMALS), round(y, _DECIMALS)] for x, y in stroke] for stroke in ink.to_coordinates()]
    return json.dumps({"char": character, "strokes": strokes}, ensure_ascii=False) + "\n"


def save_drawing(ink: Ink, character: str | None, path: Path) -> None:
    """Write a drawing as ink where the name ends in ``.jsonl``, else as PNG. The old file stays if that fails.

    Raises:
        HccrError: the file cannot be written.
    """
    file = QSaveFile(str(path))
    if not file.open(QSaveFile.OpenModeFlag.WriteOnly):
        raise HccrError("{name} cannot be saved: {reason}.", name=path.name, reason=file.errorString())
    if path.suffix.lower() == INK_SUFFIX:
        content = ink_line(ink, character).encode()
        is_written = file.write(content) == len(content)
    else:
        is_written = picture_of(ink).save(file, "PNG")  # type: ignore[call-overload]  # see qt_images.png_bytes
    if not is_written or not file.commit():
        raise HccrError("{name} cannot be saved: {reason}.", name=path.name, reason=file.errorString())
