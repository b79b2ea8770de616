"""Uneven light, colored paper and faint pencil: a photo's greys to those of a scan."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.imaging.preview import shrink
from hccr_desktop.imaging.types import PageImage

_THICK_PERCENT: Final = 85
"""Of the middles of strokes: those above may be the edges of shadows."""

_WIDEST_STROKE: Final = 0.25
"""Share of the longer side that a stroke's width never reaches, not even a marker's in a tight crop."""

_USUAL_STROKE: Final = 0.08
_SHADED: Final = 0.88
_SHADOW_EDGE: Final = 0.03
_DARKEST_SHADOW: Final = 0.22
"""What is wider than this share of the longer side, darker than this share of the paper around it, and lies along this
share of the page's edge, is shadow, unless it is as dark as ink."""

_DEEP_SHADE: Final = 0.6
_MUCH_SHADE: Final = 0.02
"""Share of the bright paper's grey below which the grain of paper is measured too, if it is this share of the page."""

_LONG_SIDE_PX: Final = 512
"""Resolution at which paper is looked at: wide kernels are slow, and light has no details."""

_EVEN_SPREAD: Final = 10
_WHITE: Final = 225
_QUIET_NOISE: Final = 2.5
"""Grey levels: a page with paper this even, this bright and this free of grain is a scan or a screenshot already."""

_MIN_CONTRAST: Final = 18.0
_MIN_SIGNAL: Final = 5.0
"""Ink must differ from flattened paper by this many grey levels, and by this many standard deviations of its grain."""

_MIN_INK_SHARE: Final = 2e-5


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """What a page's paper looks like, ink taken away.

    Attributes:
        background: (height, width) uint8 grey of the paper at each place, of a lower resolution than the page.
        noise: standard deviation of the paper's grain, in grey levels of the flattened preview.
        is_plain: the paper is even, white and without grain, so that nothing needs to be done about it.
    """

    background: PageImage
    noise: float
    is_plain: bool


def look_at_paper(preview: PageImage) -> Paper:
    """Estimate light and paper below the ink.

    Args:
        preview: (height, width) uint8, ink darker than the paper around it, best about 1,000 px on the long side.
    """
    small = shrink(preview, long_side_px=_LONG_SIDE_PX)
    widest = max(3, int(max(small.shape) * _WIDEST_STROKE))
    background = _closed(small, widest)
    plain = _judged(preview, background)
    if plain.is_plain:
        return plain
    narrow = _closed(small, int(max(small.shape) * _USUAL_STROKE))
    in_shadow = _shadows(narrow, background)
    background = np.where(in_shadow, np.minimum(narrow, background), background)
    stroke = _stroke_width(np.asarray(cv2.subtract(background, small), np.uint8))
    if stroke:
        # A narrower kernel follows the edges of shadows; it must still be wider than any stroke, and than blots.
        closer = _closed(small, int(np.clip(3.5 * stroke + 3, 9, widest)))
        background = np.where(in_shadow, np.minimum(closer, background), closer)
    return _judged(preview, np.asarray(background, np.uint8))


def _judged(preview: PageImage, background: PageImage) -> Paper:
    low, high = np.percentile(background, [2, 98])
    flat = flatten(preview, background)
    noise = max(_noise(flat), _noise(flat[_dark_paper(flat, background, high)]))
    return Paper(background, noise, bool(high - low <= _EVEN_SPREAD and low >= _WHITE and noise <= _QUIET_NOISE))


def _dark_paper(flat: PageImage, background: PageImage, bright: float) -> npt.NDArray[np.bool_]:
    """Where much of a page lies in shadow: dividing by dark paper makes its grain stronger than that of the rest."""
    dark = (background < _DEEP_SHADE * bright).astype(np.uint8)
    if dark.mean() < _MUCH_SHADE:
        return np.zeros_like(flat, np.bool_)
    return np.asarray(cv2.resize(dark, flat.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0)


def _shadows(narrow: PageImage, wide: PageImage) -> npt.NDArray[np.bool_]:
    """Where what only the wide kernel fills is a shadow and no thick stroke: it comes in from the page's edge."""
    height, width = narrow.shape
    share = narrow / np.maximum(wide, 1.0)
    count, labels = cv2.connectedComponents((share < _SHADED).astype(np.uint8), connectivity=8)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    along_edge = np.bincount(border, minlength=count) >= _SHADOW_EDGE * 2 * (height + width)
    along_edge[0] = False
    is_shadow = along_edge.copy()
    for number in np.flatnonzero(along_edge):
        is_shadow[number] = np.median(share[labels == number]) >= _DARKEST_SHADOW
    reach = max(3, int(max(narrow.shape) * _USUAL_STROKE / 2)) | 1
    return np.asarray(cv2.dilate(is_shadow[labels].astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0)


def flatten(page: PageImage, background: PageImage) -> PageImage:
    """Divide a page by its paper.

    Args:
        page: (height, width) uint8, dark ink.
        background: the paper at any resolution.

    Returns:
        (height, width) uint8, paper about 255.
    """
    if background.shape != page.shape:
        background = np.asarray(cv2.resize(background, page.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
    flat = np.asarray(cv2.divide(page, np.maximum(background, 1), scale=255.0), np.uint8)
    # Closing follows the brightest grain, so that the paper is a little darker than 255.
    histogram = np.bincount(flat.ravel()[:: max(1, flat.size // 400_000)], minlength=256)
    paper = 128 + int(histogram[128:].argmax())
    return np.asarray(cv2.convertScaleAbs(flat, alpha=255.0 / paper), np.uint8)


def take_ink(flat: PageImage, noise: float, *, threshold_offset: int = 0) -> PageImage:
    """Keep the ink of a flattened page with its greys, and make all else pure paper.

    Args:
        flat: (height, width) uint8 from :func:`flatten`.
        noise: grain of the paper, in grey levels.
        threshold_offset: grey levels by which the threshold is moved; positive keeps more.

    Returns:
        (height, width) uint8; ink stretched so that its dark part is 0, paper 255. All 255 where there is no ink.
    """
    floor = max(_MIN_CONTRAST, _MIN_SIGNAL * noise)
    histogram = np.bincount(flat.ravel(), minlength=256).astype(np.float64)
    marked = histogram[: int(max(1, 256 - floor))]
    if marked.sum() < max(4.0, _MIN_INK_SHARE * flat.size):
        return np.full_like(flat, 255)
    share = np.cumsum(marked) / marked.sum()
    dark = int(np.searchsorted(share, 0.05))
    typical = int(np.searchsorted(share, 0.35))
    middle = 255 - 0.5 * (255 - typical)
    threshold = float(np.clip(min(middle, 255 - 0.7 * floor) + threshold_offset, dark + 4, 252))
    stretched = _stretch(flat, dark=dark, shift=threshold_offset, threshold=threshold)
    mask = (stretched < 255).astype(np.uint8)
    certain = flat <= (threshold + typical) / 2
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    is_ink = np.zeros(count, np.bool_)
    is_ink[labels[certain & (mask > 0)]] = True
    is_ink[0] = False
    return np.where(is_ink[labels], stretched, np.uint8(255)).astype(np.uint8)


def ink_threshold(page: PageImage) -> int:
    """Grey up to which a page with white paper shows ink: Otsu's, by the page's own greys."""
    return int(cv2.threshold(page, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[0])


def shift_threshold(page: PageImage, offset: int) -> PageImage:
    """Make a page with white paper lighter (negative offset) or darker, as :func:`take_ink` would have."""
    threshold = float(np.clip(ink_threshold(page) + offset, 4, 252))
    return _stretch(page, dark=0, shift=offset, threshold=threshold)


def _stretch(page: PageImage, *, dark: int, shift: int, threshold: float) -> PageImage:
    """Spread greys from ``dark`` to the threshold from 0 to where an unshifted threshold would lie; above is paper."""
    greys = np.arange(256, dtype=np.float64)
    unshifted = max(dark + 4.0, threshold - shift)
    greys = dark + (greys - dark) * (unshifted - dark) / (threshold - dark)
    table = (greys - dark) * (255.0 / (255 - dark))
    table[np.arange(256) > threshold] = 255
    return np.asarray(cv2.LUT(page, np.clip(np.rint(table), 0, 255).astype(np.uint8)), np.uint8)


def _closed(page: PageImage, kernel: int) -> PageImage:
    """Dark things narrower than the kernel filled with what is around them."""
    kernel |= 1
    element = cv2.getStructuringElement(cv2.MORPH_RECT, (kernel, kernel))
    smooth = cv2.blur(page, (3, 3), borderType=cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(smooth, cv2.MORPH_CLOSE, element)
    return np.asarray(cv2.GaussianBlur(closed, (0, 0), 2.0, borderType=cv2.BORDER_REPLICATE), np.uint8)


def _stroke_width(darkness: npt.NDArray[np.uint8]) -> float:
    """Width of the wide strokes among what is darker than its surroundings; 0 where there is none."""
    threshold, mask = cv2.threshold(darkness, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    if threshold < 8 or not mask.any():
        return 0.0
    # Every stroke pixel's distance to the paper; ridges hold half the width.
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    ridge = distance[(distance >= cv2.dilate(distance, _SQUARE)) & (mask > 0)]
    return float(2 * np.percentile(ridge, _THICK_PERCENT))


def _noise(flat: PageImage) -> float:
    paper = flat[flat > 200].astype(np.float32)[:: max(1, flat.size // 200_000)]
    if paper.size < 16:
        return 0.0
    # Values above 255 are cut, so the lower half tells the spread.
    below = 255 - paper
    return float(1.4826 * np.median(below[below <= 48])) if (below <= 48).any() else 0.0


_SQUARE: Final = np.ones((3, 3), np.uint8)
