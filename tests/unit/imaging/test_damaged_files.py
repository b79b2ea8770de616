"""Files of every format, cut off and with flipped bits: a page or a sentence, never a crash or a hang."""

import io
import random
import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from hccr_desktop.errors import EmptyInkError, HccrError, UnreadableImageError
from hccr_desktop.imaging.clean import Cleaning, clean
from hccr_desktop.imaging.files import MAX_PAGES, read_page_file
from hccr_desktop.imaging.normalize import normalize
from hccr_desktop.imaging.segmentation import segment

CASES_EACH = 200
LONGEST_S = 2.0


def picture(mode: str = "RGB") -> Image.Image:
    drawn = Image.new("RGB", (36, 28), "white")
    drawn.paste("black", (6, 5, 28, 9))
    drawn.paste((90, 20, 20), (15, 3, 19, 25))
    return drawn.convert(mode)


def encoded(format_name: str, mode: str = "RGB", **options) -> bytes:
    buffer = io.BytesIO()
    picture(mode).save(buffer, format_name, **options)
    return buffer.getvalue()


def several(format_name: str, mode: str = "RGB") -> bytes:
    others = [picture(mode).rotate(90 * turn) for turn in (1, 2)]
    return encoded(format_name, mode, save_all=True, append_images=others)


EXIF = Image.Exif()
EXIF[0x0112] = 6

FILES = {
    "PNG": encoded("PNG", exif=EXIF),
    "PNG with transparency": encoded("PNG", "RGBA"),
    "JPEG": encoded("JPEG", exif=EXIF),
    "progressive JPEG": encoded("JPEG", progressive=True),
    "BMP": encoded("BMP"),
    "GIF": several("GIF", "P"),
    "TIFF": several("TIFF"),
    "packed TIFF": encoded("TIFF", compression="tiff_lzw"),
    "WebP": encoded("WEBP"),
    "lossless WebP": encoded("WEBP", "RGBA", lossless=True),
    "moving WebP": several("WEBP"),
}


def damaged(whole: bytes, chance: random.Random) -> bytes:
    content = bytearray(whole)
    kind = chance.randrange(3)
    if kind != 1:
        content = content[: chance.randrange(1, len(content))]
    if kind != 0:
        for _ in range(chance.choice((1, 1, 3, 12))):
            # Half of the damage to the front, where the sizes are.
            place = chance.randrange(min(len(content), 64) if chance.random() < 0.5 else len(content))
            content[place] ^= 1 << chance.randrange(8)
    return bytes(content)


def test_there_are_enough_cases():
    assert len(FILES) * CASES_EACH >= 2000


@pytest.mark.parametrize("kind", FILES)
def test_damage_gives_a_page_or_one_sentence(kind):
    chance = random.Random(f"damage to {kind}")
    refusals: list[str] = []
    times: list[float] = []
    for number in range(CASES_EACH):
        content = damaged(FILES[kind], chance)
        started = time.process_time()
        try:
            page = read_page_file(content, name="case.x", page=number % 2)
            normalize(clean(page.image).image, polarity="dark_ink")
        except UnreadableImageError as error:
            refusals.append(error.message)
        except EmptyInkError as error:
            refusals.append(f"case.x {error.message}")
        times.append(time.process_time() - started)
    assert len(refusals) > 20
    assert all(message.startswith("case.x ") and message.endswith(".") and "\n" not in message for message in refusals)
    assert max(times) < LONGEST_S


def tiff_of_pages(count: int) -> bytes:
    """A TIFF of one-pixel pages in 66 bytes each, as a bomb would be."""
    entries = [(256, 1), (257, 1), (258, 8), (262, 1), (273, 4), (279, 1)]
    size = 2 + 12 * len(entries) + 4
    content = bytearray(b"II*\0" + (8).to_bytes(4, "little"))
    for number in range(count):
        content += len(entries).to_bytes(2, "little")
        for tag, value in entries:
            content += tag.to_bytes(2, "little") + (4).to_bytes(2, "little")
            content += (1).to_bytes(4, "little") + value.to_bytes(4, "little")
        content += (8 + (number + 1) * size if number + 1 < count else 0).to_bytes(4, "little")
    return bytes(content)


def test_pages_of_a_tiff_are_read_one_by_one():
    content = several("TIFF")
    pages = [read_page_file(content, page=number) for number in range(3)]

    assert [page.page_count for page in pages] == [3, 3, 3]
    assert [page.page for page in pages] == [0, 1, 2]
    assert [page.note != "" for page in pages] == [True, False, False]
    assert not np.array_equal(pages[0].image, pages[2].image)
    for number in (3, -1):
        with pytest.raises(UnreadableImageError, match=r"x\.tif has no page"):
            read_page_file(content, name="x.tif", page=number)


def test_more_than_500_pages_are_refused_at_once():
    started = time.process_time()

    assert read_page_file(tiff_of_pages(MAX_PAGES)).page_count == MAX_PAGES
    for count in (MAX_PAGES + 1, 200_000):
        with pytest.raises(UnreadableImageError, match=r"^x\.tif has more than 500 pages\.$"):
            read_page_file(tiff_of_pages(count), name="x.tif")
    assert time.process_time() - started < 5


def test_a_tiff_whose_pages_go_round_ends():
    content = bytearray(tiff_of_pages(2))
    content[-4:] = (8).to_bytes(4, "little")

    assert read_page_file(bytes(content)).image.shape == (1, 1)


def test_of_an_endless_animation_the_first_picture_is_read():
    whole = several("GIF", "P")
    frame = whole[whole.index(b"\x21\xf9") : -1]
    started = time.process_time()

    page = read_page_file(whole[:-1] + frame * 20_000 + b";")

    assert page.frame_count == MAX_PAGES + 1
    assert page.note == "Only the first of more than 500 pictures in the file is read."
    assert time.process_time() - started < LONGEST_S


def test_a_later_page_may_not_be_a_bomb_either():
    content = bytearray(tiff_of_pages(2))
    size = (len(content) - 8) // 2
    for place in (8 + size + 2 + 8, 8 + size + 2 + 12 + 8):
        content[place : place + 4] = (20_000).to_bytes(4, "little")

    with pytest.raises(UnreadableImageError, match="400 megapixels"):
        read_page_file(bytes(content), page=1)


pages = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 90), st.integers(1, 90)),
    elements=st.one_of(st.sampled_from([0, 255]), st.integers(0, 255)),
    fill=st.sampled_from([0, 128, 255]),
)
cleanings = st.builds(
    Cleaning,
    threshold_offset=st.integers(-100, 100),
    removes_lines=st.booleans(),
    straightens=st.booleans(),
    polarity=st.sampled_from([None, "dark_ink", "bright_ink"]),
)


@settings(max_examples=150, deadline=2000, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(pages, cleanings)
def test_any_page_is_cleaned_taken_apart_and_normalized_or_empty(page, cleaning):
    cleaned = clean(page, cleaning)
    segmentation = segment(cleaned.image)

    assert cleaned.image.dtype == np.uint8
    height, width = cleaned.image.shape
    for piece in segmentation.pieces:
        assert piece.box.clipped(width, height) == piece.box
        picture = segmentation.picture_of((piece,))
        assert picture.shape[0] > piece.box.height
    message = ""
    try:
        assert normalize(cleaned.image, polarity="dark_ink").shape == (96, 96)
    except HccrError as error:
        message = error.message
    assert message == "" or message.endswith(".")
