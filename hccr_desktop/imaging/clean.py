"""Photo, screenshot or scan to a page image: dark ink on white paper, upright, without printed lines.

:func:`hccr_desktop.imaging.normalize.normalize` is still the one normalizer; this makes what it is given. A picture
that is clean already passes as it is.
"""

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.box import Box
from hccr_desktop.imaging.light import (
    Paper,
    flatten,
    ink_threshold,
    look_at_paper,
    shift_threshold,
    take_ink,
)
from hccr_desktop.imaging.preview import shrink
from hccr_desktop.imaging.ruled_lines import Ruling, long_line_angle, remove_ruled_lines
from hccr_desktop.imaging.text_angle import text_line_angle
from hccr_desktop.imaging.types import PageImage, Polarity

MAX_THRESHOLD_OFFSET: Final = 100
"""Grey levels by which a user may move the threshold either way."""

_PREVIEW_PX: Final = 1024
"""Long side at which a page is judged, and at which it stays if its characters are large enough there."""

_CHARACTER_PX: Final = 112
"""Size that characters have on the page image at least, where the picture has it: the network's 88 px and some."""

_MAX_PIXELS: Final = 14_000_000
"""Of a page image, so that memory stays bounded: an A3 scan at 200 dpi is 7.7, and needs no more."""

_POLARITY_PX: Final = 320
_CLEARLY: Final = 2.0
"""Factor by which more pixels must stand out one way than the other for them to tell the ink's polarity."""

_MIN_ANGLE: Final = 0.3
"""Degrees below which turning costs more sharpness than it brings."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What a user can adjust.

    Attributes:
        threshold_offset: -100 to 100 grey levels; positive makes more of the page ink.
        crop: part of the picture to look at, in its pixels; None is all of it.
        removes_lines: printed lines go.
        straightens: small rotation of lines of text, and of printed lines, is undone.
        polarity: whether ink is darker or brighter than paper; None finds out.
    """

    threshold_offset: int = 0
    crop: Box | None = None
    removes_lines: bool = True
    straightens: bool = True
    polarity: Polarity | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CleanPage:
    """A page image and how it came about.

    Attributes:
        image: (height, width) uint8, dark ink on white paper.
        matrix: (2, 3) float64 from pixels of the picture to those of the image, both counted from the outer edge of
            the first pixel.
        is_inverted: the picture had bright ink.
        is_flattened: light or paper had to be taken out.
        angle: degrees by which the picture was turned clockwise.
        removed_lines: printed lines taken away.
    """

    image: PageImage
    matrix: npt.NDArray[np.float64] = field(default_factory=lambda: np.eye(2, 3))
    is_inverted: bool = False
    is_flattened: bool = False
    angle: float = 0.0
    removed_lines: int = 0

    def to_picture(self, box: Box) -> Box:
        """The upright box around a box of the image, in pixels of the picture; it may reach beyond it."""
        corners = np.array([[box.left, box.top], [box.right, box.top], [box.left, box.bottom], [box.right, box.bottom]])
        return _box_around((corners - self.matrix[:, 2]) @ np.linalg.inv(self.matrix[:, :2]).T)

    def from_picture(self, box: Box) -> Box:
        """The upright box around a box of the picture, in pixels of the image; it may reach beyond it."""
        corners = np.array([[box.left, box.top], [box.right, box.top], [box.left, box.bottom], [box.right, box.bottom]])
        return _box_around(corners @ self.matrix[:, :2].T + self.matrix[:, 2])


def clean(picture: PageImage, cleaning: Cleaning | None = None) -> CleanPage:
    """Make a page image of a picture.

    Args:
        picture: (height, width) uint8, row 0 at the top, any polarity and light.
        cleaning: what the user adjusted; nothing by default.

    Returns:
        The page; a picture without ink becomes white paper, or stays as it is if its paper is plain.

    Raises:
        ValueError: the picture is not a two-dimensional uint8 array of at least one pixel, an adjustment is out of
            its range, or the crop lies outside the picture.
    """
    cleaning = cleaning or Cleaning()
    page, origin = _cropped(picture, cleaning)
    preview = shrink(page, long_side_px=_PREVIEW_PX)
    is_inverted = cleaning.polarity == "bright_ink" if cleaning.polarity else is_ink_bright(preview)
    if is_inverted:
        preview = 255 - preview
    paper = look_at_paper(preview)
    draft = _draw_out(preview, paper, cleaning.threshold_offset)
    # A rule that is too short to tell the angle would be taken for writing: two turned a level line by 5.5 degrees.
    bare, ruling = remove_ruled_lines(draft) if cleaning.removes_lines else (draft, Ruling())
    angle = _angle(draft, bare, ruling) if cleaning.straightens else 0.0
    draft, turn = _turned(draft if angle else bare, angle)
    if cleaning.removes_lines and angle:
        draft, ruling = remove_ruled_lines(draft)
    scale = _wanted_scale(page, preview, draft)
    if scale > preview.shape[1] / page.shape[1] * 1.1:
        size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
        sharp = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8) if scale < 1 else page
        draft = _draw_out(255 - sharp if is_inverted else sharp, paper, cleaning.threshold_offset)
        draft, turn = _turned(draft, angle)
        if ruling.count:
            draft, ruling = remove_ruled_lines(draft)
    else:
        size = preview.shape[::-1]
    to_size = np.array([[size[0] / page.shape[1], 0, 0], [0, size[1] / page.shape[0], 0], [0, 0, 1.0]])
    from_origin = np.array([[1, 0, -origin[0]], [0, 1, -origin[1]], [0, 0, 1.0]])
    matrix = (turn @ to_size @ from_origin)[:2]
    return CleanPage(draft, matrix, is_inverted, not paper.is_plain, angle, ruling.count)


def is_ink_bright(page: PageImage) -> bool:
    """Whether a picture shows bright ink on dark paper.

    As in the normalizer the majority of page and border decides; but where it says so, what stands out from its
    surroundings is looked at too, since a shadow can darken most of a photo.
    """
    small = shrink(page, long_side_px=_POLARITY_PX)
    _, is_dark = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    ring = np.concatenate([is_dark[0], is_dark[-1], is_dark[:, 0], is_dark[:, -1]])
    if is_dark.mean() <= 0.5 or ring.mean() <= 0.5:
        return False
    for share in (0.08, 0.16, 0.3):
        # Writing covers less than half of its surroundings, so that their median is paper. Of a strip they are smaller
        # than its width, beside which a shadow's edge would make the lit paper stand out.
        around = cv2.medianBlur(small, max(3, int(np.sqrt(small.size) * share)) | 1)
        off = small.astype(np.int16) - np.asarray(around, np.int16)
        limit = max(12.0, 0.5 * float(np.percentile(np.abs(off), 99.7)))
        bright, dark = int((off > limit).sum()), int((off < -limit).sum())
        if bright + dark > 0.003 * small.size and max(bright, dark) > _CLEARLY * min(bright, dark):
            return bright > dark
    return True


def _box_around(corners: npt.NDArray[np.float64]) -> Box:
    # A hair's breadth of rounding error must not add a pixel.
    left, top = np.floor(corners.min(axis=0) + 1e-6).astype(int)
    right, bottom = np.ceil(corners.max(axis=0) - 1e-6).astype(int)
    return Box(int(left), int(top), max(1, int(right - left)), max(1, int(bottom - top)))


def _cropped(picture: PageImage, cleaning: Cleaning) -> tuple[PageImage, tuple[int, int]]:
    if picture.ndim != 2 or picture.dtype != np.uint8 or picture.size == 0:
        raise ValueError(f"a page image is a two-dimensional uint8 array, not {picture.dtype} {picture.shape}")
    if abs(cleaning.threshold_offset) > MAX_THRESHOLD_OFFSET:
        raise ValueError(f"the threshold can be moved by {MAX_THRESHOLD_OFFSET}, not {cleaning.threshold_offset}")
    if cleaning.crop is None:
        return picture, (0, 0)
    crop = cleaning.crop.clipped(picture.shape[1], picture.shape[0])
    if crop is None:
        raise ValueError("the crop lies outside the picture")
    return picture[crop.top : crop.bottom, crop.left : crop.right], (crop.left, crop.top)


def _draw_out(page: PageImage, paper: Paper, threshold_offset: int) -> PageImage:
    """Ink on white paper, from dark ink on any paper."""
    if not paper.is_plain:
        return take_ink(flatten(page, paper.background), paper.noise, threshold_offset=threshold_offset)
    return shift_threshold(page, threshold_offset) if threshold_offset else page


def _angle(page: PageImage, bare: PageImage, ruling: Ruling) -> float:
    """Degrees clockwise by which a page is turned, told from its printed lines, or else from its writing.

    Even two rules are straighter than what is written between them: 12 characters of uneven height on level rules were
    turned by 3 degrees, and the rules with them.
    """
    found = long_line_angle(page)
    if found is None:
        found = text_line_angle(bare) if ruling.angle is None else ruling.angle
    return found if abs(found) >= _MIN_ANGLE else 0.0


def _turned(page: PageImage, angle: float) -> tuple[PageImage, npt.NDArray[np.float64]]:
    """A page turned back by the clockwise degrees its lines are off, grown so that nothing is cut; and the matrix."""
    if not angle:
        return page, np.eye(3)
    height, width = page.shape
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    grown = (int(np.ceil(width * cosine + height * abs(sine))), int(np.ceil(height * cosine + width * abs(sine))))
    turn = np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1.0]])
    turn[:2, 2] = np.array(grown) / 2 - turn[:2, :2] @ (np.array([width, height]) / 2)
    half = np.array([0.5, 0.5])
    # OpenCV counts from the middle of the first pixel.
    centered = np.column_stack([turn[:2, :2], turn[:2, 2] + turn[:2, :2] @ half - half])
    turned = cv2.warpAffine(page, centered, grown, flags=cv2.INTER_LINEAR, borderValue=(255,))
    return np.asarray(turned, np.uint8), turn


def _wanted_scale(page: PageImage, preview: PageImage, draft: PageImage) -> float:
    """Scale of the picture at which its characters are large enough for the network, at most 1."""
    present = float(preview.shape[1] / page.shape[1])
    if present >= 1:
        return 1.0
    mask = (draft <= ink_threshold(draft)).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    sizes = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    if not sizes.size:
        return present
    areas = stats[1:, cv2.CC_STAT_AREA].astype(np.float64)
    order = np.argsort(sizes)
    share = np.cumsum(areas[order]) / areas.sum()
    typical = float(sizes[order][np.searchsorted(share, 0.5)])
    largest = min(1.0, float(np.sqrt(_MAX_PIXELS / page.size)))
    return min(largest, present * max(1.0, float(_CHARACTER_PX) / max(1.0, typical)))
