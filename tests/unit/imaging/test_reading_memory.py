"""How much memory a large picture takes, measured in a process of its own."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import REPOSITORY

SIDE_PX = 4000
LIMIT_BYTES = 9
"""Of the peak, per pixel, so that 100 megapixels stay below 0.9 GB: the program has 0.3 itself, the limit is 1.5."""

MEASURE = """
import sys
from pathlib import Path
from hccr_desktop.imaging.files import read_page_image

def peak_kb():
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

before = peak_kb()
page = read_page_image(Path(sys.argv[1]))
print((peak_kb() - before) * 1024 / page.size, page.min(), page[0, 0])
"""


def ink() -> Image.Image:
    """A mode L picture of a black block on white."""
    pixels = np.full((SIDE_PX, SIDE_PX), 255, np.uint8)
    pixels[1000:2000, 1000:2000] = 0
    return Image.fromarray(pixels)


def save_rgb(path: Path) -> None:
    ink().convert("RGB").save(path, "PNG", compress_level=1)


def save_rgba(path: Path) -> None:
    black = Image.new("RGBA", (SIDE_PX, SIDE_PX), (0, 0, 0, 0))
    black.putalpha(ink().point(lambda grey: 255 - grey))
    black.save(path, "PNG", compress_level=1)


def save_deep(path: Path) -> None:
    Image.fromarray(np.asarray(ink(), np.uint16) * 257).save(path, "PNG", compress_level=1)


def save_palette(path: Path) -> None:
    picture = ink().point(lambda grey: int(grey == 0))
    picture.putpalette([255, 0, 0, 0, 0, 0])
    picture.save(path, "PNG", transparency=b"\x00\xff", compress_level=1)


def save_turned(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    ink().convert("RGB").save(path, "PNG", exif=exif, compress_level=1)


def save_webp(path: Path) -> None:
    ink().convert("RGB").save(path, "WEBP", method=0, quality=50)


def save_lossless_webp(path: Path) -> None:
    ink().convert("RGB").save(path, "WEBP", method=0, quality=0, lossless=True)


def save_transparent_webp(path: Path) -> None:
    black = Image.new("RGBA", (SIDE_PX, SIDE_PX), (0, 0, 0, 0))
    black.putalpha(ink().point(lambda grey: 255 - grey))
    black.save(path, "WEBP", method=0, quality=50)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's record of the peak is Linux's")
@pytest.mark.parametrize(
    "save",
    [
        save_rgb,
        save_rgba,
        save_deep,
        save_palette,
        save_turned,
        save_webp,
        save_lossless_webp,
        save_transparent_webp,
    ],
)
def test_a_large_picture_takes_few_bytes_a_pixel(tmp_path, save):
    path = tmp_path / "large"
    save(path)

    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    bytes_per_pixel, darkest, corner = done.stdout.split()
    assert (darkest, corner) == ("0", "255")
    assert float(bytes_per_pixel) < LIMIT_BYTES
