"""WebP past Pillow's own decoder: the same pixels, and what happens where that way is closed."""

import sys

import numpy as np
import pytest
from PIL import Image

from hccr_desktop.errors import UnreadableImageError
from hccr_desktop.imaging import files, webp
from hccr_desktop.imaging.files import read_page_file, read_page_image
from hccr_desktop.imaging.webp import decode_still
from tests.unit.imaging.test_files import encoded


def colorful(mode: str) -> Image.Image:
    """60 x 40 in colors that differ from pixel to pixel, and of every transparency if the mode has one."""
    rows, columns = np.mgrid[0:40, 0:60].astype(np.uint8)
    channels = [columns * 4, rows * 6, 255 - columns * 4, columns * 4 + 3][: len(mode)]
    return Image.fromarray(np.dstack(channels))


@pytest.mark.skipif(sys.platform == "win32", reason="Pillow's module holds the library there")
def test_the_library_that_pillow_has_loaded_is_found():
    assert decode_still(encoded(colorful("RGB"), "WEBP"), (60, 40), "RGB") is not None


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("is_lossless", [True, False], ids=["lossless", "lossy"])
def test_both_ways_give_the_same_page(monkeypatch, mode, is_lossless):
    content = encoded(colorful(mode), "WEBP", lossless=is_lossless)
    page = read_page_image(content)

    monkeypatch.setattr(webp, "_library", lambda: None)

    assert np.array_equal(page, read_page_image(content))


def test_a_picture_is_turned_as_its_exif_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("black", (0, 0, 20, 10))

    page = read_page_image(encoded(picture, "WEBP", exif=exif, lossless=True))

    assert page.shape == (60, 40)
    assert page[5, 35] == 0
    assert page[5, 5] == 255


@pytest.mark.parametrize("content", [b"", b"RIFF", encoded(colorful("RGB"), "WEBP")[:-60]], ids=["empty", "4", "cut"])
def test_what_cannot_be_decoded_is_none(content):
    assert decode_still(content, (60, 40), "RGB") is None


def test_a_header_that_lies_about_the_size_writes_nowhere():
    assert decode_still(encoded(colorful("RGB"), "WEBP"), (59, 40), "RGB") is None


def test_a_picture_that_needs_pillows_decoder_has_a_lower_limit(monkeypatch):
    monkeypatch.setattr(files, "MAX_COPIED_MEGAPIXELS", 0.001)
    frames = [Image.new("RGB", (60, 40), color) for color in ("black", "white")]
    moving = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])

    with pytest.raises(UnreadableImageError, match=r"^scan\.webp has 0 megapixels; the limit is 0\.001\.$"):
        read_page_file(moving, name="scan.webp")
    assert read_page_image(encoded(frames[0], "WEBP")).shape == (40, 60)
