import io

import numpy as np
from PIL import Image
from PySide6.QtGui import QColor, QImage

from hccr_desktop.gui.qt_images import png_bytes, to_qimage


def test_to_qimage_keeps_every_pixel_whatever_the_width() -> None:
    page = np.random.default_rng(1).integers(0, 256, (7, 13), dtype=np.uint8)
    image = to_qimage(page)
    assert [[image.pixelColor(x, y).red() for x in range(13)] for y in range(7)] == page.tolist()


def test_to_qimage_owns_its_pixels() -> None:
    page = np.zeros((4, 4), np.uint8)
    image = to_qimage(page)
    page[:] = 255
    assert image.pixelColor(0, 0).red() == 0


def test_png_bytes_keep_colors_and_transparency() -> None:
    image = QImage(2, 1, QImage.Format.Format_ARGB32)
    image.setPixelColor(0, 0, QColor(10, 20, 30, 255))
    image.setPixelColor(1, 0, QColor(200, 100, 50, 0))
    with Image.open(io.BytesIO(png_bytes(image))) as read:
        assert read.getpixel((0, 0)) == (10, 20, 30, 255)
        assert read.getpixel((1, 0))[3] == 0
