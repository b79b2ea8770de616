"""Where a picture comes from: what a drop or the clipboard offers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from hccr_desktop.gui.recognition_jobs import PictureSource

_ENCODED_FORMATS: Final = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff")
"""Passed on as they are: decoding is the worker's, not the GUI thread's."""


@dataclass(frozen=True, slots=True, eq=False)
class OfferedPicture:
    """The first picture on offer.

    Attributes:
        source: a file, an encoded picture, or a decoded one.
        name: file name; empty for a picture that is no file.
        count: how many files are on offer.
    """

    source: PictureSource
    name: str = ""
    count: int = 1


def may_hold_picture(mime: QMimeData) -> bool:
    """Whether :func:`offered_picture` would find one; cheap enough for every move of a drag."""
    return any(url.isLocalFile() for url in mime.urls()) or mime.hasImage()


def offered_picture(mime: QMimeData) -> OfferedPicture | None:
    """What a drop or the clipboard offers: a file first, since file managers add a mere icon of it as an image."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if files:
        return OfferedPicture(files[0], files[0].name, len(files))
    for encoded in _ENCODED_FORMATS:
        if mime.hasFormat(encoded) and (content := mime.data(encoded).data()):
            return OfferedPicture(bytes(content))
    if mime.hasImage():
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return OfferedPicture(image)
    return None
