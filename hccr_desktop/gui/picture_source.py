"""Where a picture comes from: what a drop or the clipboard offers."""

import re
from base64 import b64decode
from binascii import Error as NotBase64Error
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from hccr_desktop.gui.recognition_jobs import PictureSource

_ENCODED_FORMATS: Final = ("image/png", "image/jpeg", "image/webp", "image/bmp", "image/tiff", "image/gif")
"""Passed on as they are: decoding is the worker's, not the GUI thread's."""

_DATA_URL: Final = re.compile(r"data:image/[\w.+-]+((?:;[\w=.-]+)*),(.*)", re.DOTALL)
_PICTURE_OF_HTML: Final = re.compile(r"<img[^>]*\bsrc\s*=\s*[\"'](data:image/[^\"']+)[\"']", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class OfferedPicture:
    """The pictures on offer.

    Attributes:
        source: of the first: a file, an encoded picture, or a decoded one.
        name: file name of the first; empty for a picture that is no file.
        files: all of them, where they are files.
    """

    source: PictureSource
    name: str = ""
    files: tuple[Path, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return max(1, len(self.files))


def may_hold_picture(mime: QMimeData) -> bool:
    """Whether there may be a picture, or the address of one; cheap enough for every move of a drag."""
    return mime.hasUrls() or mime.hasImage()


def is_on_the_web(mime: QMimeData) -> bool:
    """Whether there is but the address of something elsewhere, which this program has no way to fetch."""
    return any(url.scheme() in ("http", "https") for url in mime.urls())


def offered_picture(mime: QMimeData) -> OfferedPicture | None:
    """What a drop or the clipboard offers: files first, since file managers add a mere icon of them as an image."""
    files = tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    if files:
        return offered_files(files)
    for encoded in _ENCODED_FORMATS:
        if mime.hasFormat(encoded) and (content := mime.data(encoded).data()):
            return OfferedPicture(bytes(content))
    if mime.hasImage():
        image = mime.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return OfferedPicture(image)
    written = _written_out(mime)
    return OfferedPicture(written) if written else None


def offered_files(files: tuple[Path, ...]) -> OfferedPicture:
    """Files as what is on offer."""
    return OfferedPicture(files[0], files[0].name or str(files[0]), files)


def _written_out(mime: QMimeData) -> bytes:
    """A picture that a page of the web holds in its own text; empty for none."""
    addresses = [url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in mime.urls()]
    if mime.hasHtml():
        addresses += _PICTURE_OF_HTML.findall(mime.html())
    for address in addresses:
        found = _DATA_URL.fullmatch(address)
        if found is None:
            continue
        content = unquote_to_bytes(found[2])
        if ";base64" not in found[1]:
            return content
        try:
            return b64decode(content)
        except NotBase64Error:
            continue
    return b""
