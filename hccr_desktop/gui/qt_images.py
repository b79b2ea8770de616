"""QImage to array and back. No other module touches the pixels of a QImage."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from hccr_desktop.imaging.types import PageImage


def to_qimage(page: PageImage) -> QImage:
    """A grey QImage with pixels of its own.

    Args:
        page: (height, width) uint8, row 0 at the top.
    """
    contiguous = np.ascontiguousarray(page)
    height, width = contiguous.shape
    view = QImage(contiguous.data, width, height, contiguous.strides[0], QImage.Format.Format_Grayscale8)
    return view.copy()  # the view would outlive the array


def rgb_to_qimage(pixels: npt.NDArray[np.uint8]) -> QImage:
    """A colored QImage with pixels of its own.

    Args:
        pixels: (height, width, 3) uint8 RGB, row 0 at the top.
    """
    contiguous = np.ascontiguousarray(pixels)
    height, width, _ = contiguous.shape
    view = QImage(contiguous.data, width, height, contiguous.strides[0], QImage.Format.Format_RGB888)
    return view.copy()


def png_bytes(image: QImage) -> bytes:
    """A QImage as an uncompressed PNG: the way from the clipboard to the one reader of pictures.

    Compression would cost a screenshot a second, and the bytes are read at once and dropped.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]  # the stub wants bytes, the call wants str
    buffer.close()
    return bytes(content.data())
