"""Picture files to page images."""

import io
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, UnidentifiedImageError

from hccr_desktop.errors import Sentence, UnreadableImageError
from hccr_desktop.imaging.types import PageImage
from hccr_desktop.imaging.webp import decode_still

SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"})
"""Endings, in lower case, by which a picture is found in a folder. What a file really is, its content decides."""

MAX_MEGAPIXELS: Final = 150
"""More is refused before it is decoded: a few kilobytes of PNG can unpack to gigabytes."""

MAX_COPIED_MEGAPIXELS: Final = 70
"""The same for a WebP picture that must go through Pillow's decoder, a moving one: it takes 16 bytes a pixel, so that
this many take 1.1 GB."""

MAX_PAGES: Final = 500
"""A TIFF with more is refused: a small one can hold millions, and counting them alone takes minutes."""

_MAX_FILE_BYTES: Final = 1 << 30

_BLOCK_PIXELS: Final = 1 << 20
"""Converted at a time: some 40 MB of copies, and no slower than all at once."""

_FORMATS: Final = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
"""The decoders that are let near a user's file; Pillow's others are older and less looked at. A phone's MPO file
comes as JPEG."""

# What Pillow's decoders raise on damaged files; seen by truncating and flipping bits of every format.
_DECODER_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    MemoryError,
    AssertionError,
    struct.error,
    zlib.error,
    UserWarning,  # where a caller turned warnings into errors
)

# The limit above is checked on the header, so Pillow's own, which only warns at first, is not needed.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True, eq=False)
class PageFile:
    """A picture as it was read.

    Attributes:
        image: (height, width) uint8, row 0 at the top, turned upright, transparent parts white.
        frame_count: pictures in the file, the frames of an animation too; MAX_PAGES + 1 stands for more.
        page_count: of them, those that are pages of a document, to be read one by one: 1 but for TIFF.
        page: which of them was read, from 0.
    """

    image: PageImage
    frame_count: int = 1
    page_count: int = 1
    page: int = 0

    @property
    def note(self) -> str:
        """One sentence if the file holds more than was read, else empty."""
        if self.frame_count == 1 or self.page:
            return ""
        return _note_of(self.frame_count)


def note_again(text: str) -> str:
    """A note of :attr:`PageFile.note` that was kept as plain text, as a sentence that can be translated again."""
    digits = "".join(re.findall(r"[0-9]", text))
    made = (_note_of(int(digits or 0)), _note_of(MAX_PAGES + 1))
    return next((note for note in made if note == text), text)


def _note_of(frame_count: int) -> Sentence:
    if frame_count > MAX_PAGES:
        return Sentence("Only the first of more than {count} pictures in the file is read.", count=MAX_PAGES)
    return Sentence("Only the first of {count} pictures in the file is read.", count=frame_count)


def read_page_image(source: Path | bytes, *, name: str = "") -> PageImage:
    """The page image of :func:`read_page_file`, for callers who have no place for its note."""
    return read_page_file(source, name=name).image


def read_page_file(source: Path | bytes, *, name: str = "", page: int = 0) -> PageFile:
    """Read a picture: PNG, JPEG, BMP, GIF, TIFF or WebP, whatever its file is called.

    EXIF orientation is applied, transparency is laid on white, 16-bit values keep their upper eight bits, and
    colors become grey as .299 R + .587 G + .114 B.

    Args:
        source: a file, or the content of one.
        name: what to call the picture in a message; a path's own name by default.
        page: which page of a TIFF, from 0.

    Returns:
        One picture of the file.

    Raises:
        UnreadableImageError: the file is missing, a folder, empty, too large, damaged, or no such picture; or it has
            no such page.
    """
    name = name or (source.name if isinstance(source, Path) else "") or "The picture"
    content = _read_bytes(source, name) if isinstance(source, Path) else source
    if not content:
        raise UnreadableImageError("{name} is empty.", name=name)
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            _require_size(picture, name)
            frame_count = _frame_count(picture, content)
            page_count = frame_count if picture.format == "TIFF" else 1
            if page_count > MAX_PAGES:
                raise UnreadableImageError("{name} has more than {limit} pages.", name=name, limit=MAX_PAGES)
            if not 0 <= page < page_count:
                raise UnreadableImageError("{name} has no page {number}.", name=name, number=page + 1)
            if page:
                picture.seek(page)
                _require_size(picture, name)
            elif picture.format == "JPEG":
                # Its brightness is stored apart from its colors; decoding that alone takes half the time.
                picture.draft("L", None)
            grey = _webp_to_grey(picture, content, name) if picture.format == "WEBP" else _to_grey(picture)
            # Turned once it is grey: of all copies that is the smallest.
            return PageFile(_turned_upright(grey, _orientation(picture)), frame_count, page_count, page)
    except UnidentifiedImageError as error:
        raise UnreadableImageError(
            "{name} is not a picture this program can read (PNG, JPEG, BMP, GIF, TIFF or WebP).",
            name=name,
            detail=str(error),
        ) from error
    except MemoryError as error:  # the size was found to be in bounds, so the machine is at fault
        raise UnreadableImageError("There is not enough memory to open {name}.", name=name) from error
    except _DECODER_ERRORS as error:
        raise UnreadableImageError(
            "{name} is damaged or cut off.", name=name, detail=f"{type(error).__name__}: {error}"
        ) from error


def write_png(image: PageImage, path: Path) -> None:
    """Write a grey (height, width) or color (height, width, 3) RGB uint8 array as PNG.

    Raises:
        OSError: the file cannot be written.
    """
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    path.write_bytes(buffer.getvalue())


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableImageError("{name} is a folder, not a picture.", name=name)
        if path.exists() and not path.is_file():  # a pipe would be waited for without end
            raise UnreadableImageError("{name} is not a file.", name=name)
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise UnreadableImageError("{name} is larger than a gigabyte.", name=name)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableImageError("{name} does not exist.", name=name, detail=str(error)) from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise UnreadableImageError("{name} cannot be read.", name=name, detail=str(error)) from error


def _require_size(picture: Image.Image, name: str, *, limit: int = MAX_MEGAPIXELS) -> None:
    megapixels = picture.width * picture.height / 1e6
    if megapixels > limit:
        raise UnreadableImageError(
            "{name} has {megapixels:,.0f} megapixels; the limit is {limit}.",
            name=name,
            megapixels=megapixels,
            limit=limit,
            detail=f"{picture.width} x {picture.height}",
        )


def _frame_count(picture: Image.Image, content: bytes) -> int:
    """Pictures in the file; counting stops at one more than MAX_PAGES."""
    if picture.format == "GIF":
        return max(1, _gif_frame_count(content))
    if picture.format != "TIFF":
        try:
            return min(MAX_PAGES + 1, max(1, int(getattr(picture, "n_frames", 1))))
        except _DECODER_ERRORS:  # the first picture may be sound all the same
            return 1
    count = 1
    try:
        while count <= MAX_PAGES:
            picture.seek(count)
            count += 1
    except _DECODER_ERRORS:  # EOFError after the last; anything else ends what can be read too
        pass
    picture.seek(0)
    return count


def _gif_frame_count(content: bytes) -> int:
    """Pictures in a GIF, by its blocks alone: Pillow composes each frame to count it."""
    count = 0
    try:
        place = 13 + _color_table_bytes(content[10])
        while count <= MAX_PAGES and content[place] != _GIF_END:
            if content[place] == _GIF_IMAGE:
                count += 1
                place += 11 + _color_table_bytes(content[place + 9])
            else:
                place += 2
            while content[place]:
                place += content[place] + 1
            place += 1
    except IndexError:  # cut off
        pass
    return count


def _color_table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


_GIF_IMAGE: Final = 0x2C
_GIF_END: Final = 0x3B


def _orientation(picture: Image.Image) -> int:
    """EXIF's, of a loaded picture: Pillow turns a TIFF itself while it loads it, and a PNG's may follow its pixels."""
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except _DECODER_ERRORS:  # a camera's faulty metadata must not cost the user the picture
        return 1


def _turned_upright(page: PageImage, orientation: int) -> PageImage:
    # What EXIF calls 5 to 8 is stored with rows for columns.
    turned = page.T if orientation in (5, 6, 7, 8) else page
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)


def _webp_to_grey(picture: Image.Image, content: bytes, name: str) -> PageImage:
    """Through less memory than Pillow takes, where the picture stands still."""
    mode: Literal["RGB", "RGBA"] = "RGBA" if picture.mode == "RGBA" else "RGB"
    pixels = decode_still(content, picture.size, mode) if getattr(picture, "n_frames", 1) == 1 else None
    if pixels is None:
        _require_size(picture, name, limit=MAX_COPIED_MEGAPIXELS)
        return _to_grey(picture)
    page = np.empty((picture.height, picture.width), np.uint8)
    for left, top, right, bottom in _blocks(picture):
        block = Image.fromarray(pixels[top:bottom, left:right])
        page[top:bottom, left:right] = _block_to_grey(block)
    return page


def _to_grey(picture: Image.Image) -> PageImage:
    """Block by block: a copy of all its pixels takes as much memory as the decoder's, or more."""
    picture.load()
    page = np.empty((picture.height, picture.width), np.uint8)
    if picture.mode.startswith("I") or picture.mode == "F":
        highest = max(float(_deep(picture, box).max()) for box in _blocks(picture))
        for box in _blocks(picture):
            page[box[1] : box[3], box[0] : box[2]] = _deep_to_grey(_deep(picture, box), highest)
    else:
        for box in _blocks(picture):
            page[box[1] : box[3], box[0] : box[2]] = _block_to_grey(picture.crop(box))
    return page


def _blocks(picture: Image.Image) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, right and bottom of what is converted at a time."""
    across = min(picture.width, _BLOCK_PIXELS)
    down = max(1, _BLOCK_PIXELS // across)
    for top in range(0, picture.height, down):
        for left in range(0, picture.width, across):
            yield left, top, min(left + across, picture.width), min(top + down, picture.height)


def _block_to_grey(block: Image.Image) -> PageImage:
    if block.has_transparency_data:
        layer = block.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        block = Image.alpha_composite(paper, layer)
    if block.mode not in ("1", "L"):
        block = block.convert("RGB")  # CMYK, YCbCr, LAB and palettes have no other way to grey
    return np.asarray(block.convert("L"), np.uint8)


def _deep(picture: Image.Image, box: tuple[int, int, int, int]) -> npt.NDArray[np.float64]:
    values = np.asarray(picture.crop(box), np.float64)
    return np.nan_to_num(values, nan=0.0, posinf=65535.0, neginf=0.0)


def _deep_to_grey(values: npt.NDArray[np.float64], highest: float) -> PageImage:
    """16-bit, 32-bit and float values to 8 bits.

    Args:
        values: some of a picture.
        highest: of the whole picture; floats up to 1 count as that range, anything else as 16 bits.
    """
    highest = max(0.0, highest)
    full = 1.0 if highest <= 1.0 else 255.0 if highest <= 255.0 else max(65535.0, highest)
    return np.clip(np.rint(values * (255.0 / full)), 0, 255).astype(np.uint8)
