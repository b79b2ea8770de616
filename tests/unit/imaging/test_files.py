import io
import os
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hccr_desktop.errors import EmptyInkError, UnreadableImageError
from hccr_desktop.imaging import files
from hccr_desktop.imaging.files import MAX_MEGAPIXELS, read_page_file, read_page_image
from hccr_desktop.imaging.normalize import normalize


def encoded(picture: Image.Image, format_name: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_name, **options)
    return buffer.getvalue()


def corner_picture(mode: str = "RGB") -> Image.Image:
    """White, 60 wide and 40 high, with a black block in the upper left corner."""
    picture = Image.new("RGB", (60, 40), "white")
    picture.paste("black", (0, 0, 20, 10))
    return picture.convert(mode)


@pytest.mark.parametrize(
    ("mode", "format_name"),
    [
        ("1", "PNG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("RGB", "PNG"),
        ("RGBA", "PNG"),
        ("RGB", "BMP"),
        ("P", "GIF"),
        ("L", "JPEG"),
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("RGB", "TIFF"),
        ("CMYK", "TIFF"),
        ("LAB", "TIFF"),
        ("RGB", "WEBP"),
        ("RGBA", "WEBP"),
    ],
)
def test_every_format_and_mode_becomes_the_same_grey_page(mode, format_name):
    options = {"lossless": True} if format_name == "WEBP" else {}
    page = read_page_image(encoded(corner_picture(mode), format_name, **options))

    assert page.dtype == np.uint8
    assert page.shape == (40, 60)
    assert page[:8, :16].max() <= 12
    assert page[14:, 26:].min() >= 243


def test_grey_is_the_luma_of_the_contract():
    picture = Image.new("RGB", (3, 1))
    picture.putdata([(255, 0, 0), (0, 255, 0), (0, 0, 255)])

    assert read_page_image(encoded(picture)).tolist() == [[76, 150, 29]]


def test_transparent_parts_are_paper():
    picture = Image.new("RGBA", (30, 30), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (10, 10, 20, 20))
    page = read_page_image(encoded(picture))

    assert page[0, 0] == 255
    assert page[15, 15] == 0


def test_half_transparent_ink_is_grey():
    assert read_page_image(encoded(Image.new("RGBA", (2, 2), (0, 0, 0, 128)))).tolist() == [[127, 127], [127, 127]]


def test_a_transparent_palette_color_is_paper():
    picture = Image.new("P", (8, 8), 0)
    picture.putpalette([0, 0, 0, 0, 0, 0])
    picture.paste(1, (4, 0, 8, 8))
    page = read_page_image(encoded(picture, transparency=0))

    assert page[0, 0] == 255
    assert page[0, 7] == 0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_turns_the_page_upright(orientation):
    upright = corner_picture("L")
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = upright if undo is None else upright.transpose(undo)
    exif = Image.Exif()
    exif[0x0112] = orientation

    page = read_page_image(encoded(stored, "PNG", exif=exif))

    assert np.array_equal(page, np.asarray(upright))


def test_exif_that_makes_no_sense_costs_no_picture():
    upright = corner_picture("L")
    # One entry: orientation, as the text "abcd".
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x04\0\0\0abcd\0\0\0\0"
    with pytest.raises(ValueError, match="abcd"):
        int(Image.open(io.BytesIO(encoded(upright, "JPEG", exif=exif))).getexif()[0x0112])

    page = read_page_image(encoded(upright, "JPEG", exif=exif))

    assert page.shape == np.asarray(upright).shape


def test_sixteen_bits_keep_their_upper_eight():
    values = np.array([[0, 257 * 128, 65535]], np.uint16)

    assert read_page_image(encoded(Image.fromarray(values))).tolist() == [[0, 128, 255]]


def test_float_pictures_up_to_one_use_the_whole_range():
    values = np.array([[0.0, 0.5, 1.0, np.nan]], np.float32)

    assert read_page_image(encoded(Image.fromarray(values), "TIFF")).tolist() == [[0, 128, 255, 0]]


@pytest.mark.parametrize("block_pixels", [7, 64, 1000])
@pytest.mark.parametrize(
    ("mode", "format_name"), [("RGBA", "PNG"), ("P", "PNG"), ("1", "PNG"), ("I;16", "PNG"), ("F", "TIFF")]
)
def test_a_picture_of_many_blocks_is_read_as_in_one(monkeypatch, mode, format_name, block_pixels):
    greys = np.random.default_rng(1).integers(0, 256, (37, 61, 4), np.uint8)
    deep = {"I;16": greys[..., 0].astype(np.uint16) * 200, "F": greys[..., 0].astype(np.float32) * 3}
    picture = Image.fromarray(deep[mode]) if mode in deep else Image.fromarray(greys).convert(mode)
    content = encoded(picture, format_name)
    whole = read_page_image(content)

    monkeypatch.setattr(files, "_BLOCK_PIXELS", block_pixels)

    assert np.array_equal(read_page_image(content), whole)
    assert len(np.unique(whole)) > 1


def test_a_name_in_chinese_is_read(tmp_path):
    folder = tmp_path / "汉字 图片"
    folder.mkdir()
    path = folder / "鲍鱼.png"
    path.write_bytes(encoded(corner_picture()))

    assert read_page_image(path).shape == (40, 60)


def test_the_content_decides_and_not_the_suffix(tmp_path):
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(corner_picture(), "PNG"))

    assert read_page_image(path).shape == (40, 60)


@pytest.mark.parametrize("format_name", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_pictures_the_first_is_read_and_the_user_is_told(format_name):
    # Three that differ, since writers merge equal ones.
    frames = [corner_picture(), Image.new("RGB", (60, 40), "black"), Image.new("RGB", (60, 40), "grey")]
    content = encoded(frames[0], format_name, save_all=True, append_images=frames[1:])

    page_file = read_page_file(content)

    assert page_file.frame_count == 3
    assert page_file.note == "Only the first of 3 pictures in the file is read."
    assert page_file.image[0, 0] < 30
    assert page_file.image[-1, -1] > 225


def png_header(width: int, height: int) -> bytes:
    body = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + body
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in (chunk, data, b"IEND")
    )


def test_a_huge_picture_is_refused_before_it_is_decoded():
    with pytest.raises(UnreadableImageError, match=rf"400 megapixels; the limit is {MAX_MEGAPIXELS}"):
        read_page_image(png_header(20_000, 20_000), name="huge.png")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda path: None, "x.png does not exist."),
        (lambda path: path.mkdir(), "x.png is a folder, not a picture."),
        (lambda path: path.write_bytes(b""), "x.png is empty."),
        (lambda path: path.write_text("hello"), "x.png is not a picture this program can read"),
        (lambda path: path.write_bytes(b"%PDF-1.7\n"), "x.png is not a picture this program can read"),
        (lambda path: path.write_bytes(encoded(corner_picture())[:60]), "x.png is damaged or cut off."),
        (lambda path: path.write_bytes(encoded(corner_picture(), "JPEG")[:300]), "x.png is damaged or cut off."),
        (lambda path: os.mkfifo(path) if hasattr(os, "mkfifo") else path.mkdir(), "x.png"),
    ],
    ids=["missing", "folder", "empty", "text", "pdf", "cut png", "cut jpeg", "pipe"],
)
def test_what_cannot_be_read_gets_one_sentence_with_its_name(tmp_path, make, sentence):
    path = tmp_path / "x.png"
    make(path)

    with pytest.raises(UnreadableImageError) as caught:
        read_page_image(path)
    assert caught.value.message.startswith(sentence)
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP"])
def test_damaged_files_give_a_page_or_a_sentence(format_name):
    whole = encoded(corner_picture(), format_name)
    chance = random.Random(5)
    cases = [whole[: chance.randrange(len(whole))] for _ in range(60)]
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        cases.append(bytes(damaged))

    for content in cases:
        message, page = "", np.zeros((1, 1), np.uint8)
        try:
            page = read_page_image(content, name="case")
        except UnreadableImageError as error:
            message = error.message
        assert message.startswith("case ") or (page.ndim == 2 and page.dtype == np.uint8)


@pytest.mark.parametrize("picture", [Image.new("L", (1, 1), 0), Image.new("L", (9, 9), 0), Image.new("L", (9, 9), 255)])
def test_a_picture_of_one_grey_is_read_and_has_no_ink(picture):
    page = read_page_image(encoded(picture))

    with pytest.raises(EmptyInkError):
        normalize(page)


def test_a_path_with_a_null_character_is_no_crash():
    with pytest.raises(UnreadableImageError):
        read_page_image(Path("a\0b.png"))


def test_read_page_without_memory_says_so_and_not_that_the_file_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    Image.new("L", (20, 10), 255).save(path)

    def fail(_picture: Image.Image) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.Image, "load", fail)
    with pytest.raises(UnreadableImageError, match=r"not enough memory to open large\.png"):
        read_page_file(path)
