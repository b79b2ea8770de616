"""Page image to model image: the only normalizer there is.

Training, the command line, the window and every figure of accuracy call :func:`normalize`. A change to what it
returns needs a new :data:`NORMALIZATION_ID`, new golden arrays, and a retrained or re-exported model.
"""

from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.errors import EmptyInkError
from hccr_desktop.imaging.types import ModelImage, PageImage, Polarity

NORMALIZATION_ID: Final = "hccr-fit88-v1"
"""Stands in every model's metadata; a recognizer refuses a model made for another normalization."""

FIT_SIZE_PX: Final = 88
"""Long side of the ink in the model image, which leaves 4 px of paper on each side. From the seed program."""

MIN_CONTRAST: Final = 32
"""Grey levels between ink and paper below which there is only paper texture. From the input contract."""

_FULL_INK_PERCENTILE: Final = 98.0
"""The darkest ink that counts: the two percent above it may be specks or ringing."""

_BORDER_NOISE_FRACTION: Final = 0.03
"""Share of the page's shorter side in which marks that never leave it are scanner noise, not ink."""


def normalize(page: PageImage, *, polarity: Polarity | None = None) -> ModelImage:
    """Crop a page to its ink and fit it into the network's square.

    Args:
        page: (height, width) uint8, row 0 at the top.
        polarity: whether ink is darker or brighter than paper, for callers who know it. None lets the majority
            of the page and of its border decide, which is wrong for one in ten tight crops of a character such as 一.

    Returns:
        (96, 96) float32 in [0, 255], 255 is full ink, 0 paper, aspect ratio kept, ink centered, its long side 88.

    Raises:
        EmptyInkError: ink and paper differ by less than MIN_CONTRAST, or all marks hug the page's border.
        ValueError: the page is not a two-dimensional uint8 array of at least one pixel.
    """
    found = _find_ink(page, polarity)
    box = found.box
    stretch = _stretch_table(found.histogram, found.threshold)
    ink = found.page[box.top : box.top + box.height, box.left : box.left + box.width]
    return _fit(np.asarray(cv2.LUT(ink, stretch), np.uint8))


def network_square(page: PageImage, *, polarity: Polarity | None = None) -> tuple[float, float, float, float]:
    """Where on a page the model image that :func:`normalize` makes of it lies.

    Args:
        page: as for :func:`normalize`.
        polarity: as for :func:`normalize`.

    Returns:
        Left, top, width and height in pixels of the page, from the outer edge of its first pixel; it may reach
        beyond the page. Width and height differ by what rounding the short side to whole pixels costs.

    Raises:
        EmptyInkError: as for :func:`normalize`.
    """
    box = _find_ink(page, polarity).box
    width, height = _fitted_size(box.width, box.height)
    across, down = box.width / width, box.height / height
    left, top = (INPUT_SIZE - width) // 2 * across, (INPUT_SIZE - height) // 2 * down
    return box.left - left, box.top - top, INPUT_SIZE * across, INPUT_SIZE * down


class _Box(NamedTuple):
    """Pixels of a page."""

    left: int
    top: int
    width: int
    height: int


class _FoundInk(NamedTuple):
    """A page with dark ink and without border noise, its histogram, Otsu's threshold, and the ink's box."""

    page: PageImage
    histogram: npt.NDArray[np.float64]
    threshold: int
    box: _Box


def _find_ink(page: PageImage, polarity: Polarity | None) -> _FoundInk:
    if page.ndim != 2 or page.dtype != np.uint8 or page.size == 0:
        raise ValueError(f"a page image is a two-dimensional uint8 array, not {page.dtype} {page.shape}")
    if _is_ink_bright(page) if polarity is None else polarity == "bright_ink":
        page = 255 - page
    threshold, mask = cv2.threshold(page, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    histogram = _histogram(page)
    _require_contrast(histogram, int(threshold))
    ink_mask = _without_border_noise(np.asarray(mask, np.uint8))
    box = _Box(*cv2.boundingRect(ink_mask))
    if not box.width:
        raise EmptyInkError("There is no ink on this page, only marks along its border.")
    if ink_mask is not mask:
        page = np.where(ink_mask > 0, page, np.uint8(255))
        histogram = _histogram(page)
    return _FoundInk(page, histogram, int(threshold), box)


def _is_ink_bright(page: PageImage) -> bool:
    """Whether the darker of Otsu's classes holds the majority of the page and of its outermost ring."""
    _, is_dark = cv2.threshold(page, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    ring = np.concatenate([is_dark[0], is_dark[-1], is_dark[:, 0], is_dark[:, -1]])
    return bool(is_dark.mean() > 0.5 and ring.mean() > 0.5)


def _histogram(page: PageImage) -> npt.NDArray[np.float64]:
    return cv2.calcHist([page], [0], None, [256], [0, 256]).ravel().astype(np.float64)


def _require_contrast(histogram: npt.NDArray[np.float64], threshold: int) -> None:
    """Compare the mean grey of what is ink and of what is paper."""
    greys = np.arange(256)
    ink, paper = histogram[: threshold + 1], histogram[threshold + 1 :]
    if not ink.sum() or not paper.sum():
        raise EmptyInkError("There is no ink on this page.")
    contrast = np.average(greys[threshold + 1 :], weights=paper) - np.average(greys[: threshold + 1], weights=ink)
    if contrast < MIN_CONTRAST:
        raise EmptyInkError("There is no ink on this page.")


def _without_border_noise(mask: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Drop the marks that never leave a narrow band along the page's edges; the same array where there are none."""
    height, width = mask.shape
    band = int(min(height, width) * _BORDER_NOISE_FRACTION)
    if band < 1 or not _may_have_border_noise(mask, band):
        return mask
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    reaches_inside = np.zeros(count, np.uint8)
    reaches_inside[labels[band : height - band, band : width - band]] = 1
    reaches_inside[0] = 0  # the paper
    return np.asarray(reaches_inside[labels], np.uint8)


def _may_have_border_noise(mask: npt.NDArray[np.uint8], band: int) -> bool:
    """Whether some mark in one of the four strips does not go on inwards; far cheaper than labelling the page."""
    for strip in (mask, mask[::-1], mask.T, mask.T[::-1]):
        outer = np.ascontiguousarray(strip[: band + 1])
        outer[band, :band] = outer[band, -band:] = 0  # in the corners, inwards is another strip
        if not outer[:band].any():
            continue
        count, labels = cv2.connectedComponents(outer, connectivity=8)
        if len(np.unique(labels[band][labels[band] > 0])) < count - 1:
            return True
    return False


def _stretch_table(histogram: npt.NDArray[np.float64], threshold: int) -> npt.NDArray[np.uint8]:
    """(256,) grey of the page to ink of the model image: paper becomes 0, the darkest ink 255."""
    cumulated = np.cumsum(histogram[: threshold + 1])
    full_grey = int(np.searchsorted(cumulated, cumulated[-1] * (1 - _FULL_INK_PERCENTILE / 100)))
    table = np.zeros(256)
    ink_greys = np.arange(threshold + 1)
    table[: threshold + 1] = (255 - ink_greys) * (255.0 / (255 - full_grey))
    return np.clip(np.rint(table), 0, 255).astype(np.uint8)


def _fit(ink: npt.NDArray[np.uint8]) -> ModelImage:
    """Scale ink (0 is paper) to FIT_SIZE_PX and put it in the middle of the network's square."""
    height, width = ink.shape
    fitted_width, fitted_height = _fitted_size(width, height)
    interpolation = cv2.INTER_AREA if max(height, width) > FIT_SIZE_PX else cv2.INTER_LINEAR
    fitted = cv2.resize(ink, (fitted_width, fitted_height), interpolation=interpolation)
    model_image = np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32)
    top, left = (INPUT_SIZE - fitted_height) // 2, (INPUT_SIZE - fitted_width) // 2
    model_image[top : top + fitted_height, left : left + fitted_width] = fitted
    return model_image


def _fitted_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of ink in the model image, in pixels of it."""
    scale = FIT_SIZE_PX / max(height, width)
    return max(1, round(width * scale)), max(1, round(height * scale))
