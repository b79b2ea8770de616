"""Ink to page image. The result goes through :func:`hccr_desktop.imaging.normalize.normalize` like any page."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from hccr_desktop.domain.ink import Ink, StrokeArray
from hccr_desktop.errors import EmptyInkError
from hccr_desktop.imaging.normalize import network_square, normalize
from hccr_desktop.imaging.types import ModelImage, PageImage

PAGE_SIZE_PX: Final = 352
"""Four times the 88 px that the normalizer fits ink into, so that it only ever shrinks by a whole factor."""

PEN_WIDTH_PX: Final = 14
"""4 % of the page. A port of this network lost 18 points on strokes drawn too thin, 50 on too thick ones."""

_SUBPIXEL_BITS: Final = 6
_SUBPIXEL: Final = 1 << _SUBPIXEL_BITS
_ANTIALIASING_PX: Final = 2
"""Measured on OpenCV 5.0: an anti-aliased line is 1.4 px wider than asked for, and odd widths round up."""

_PAGE_CENTER: Final = (PAGE_SIZE_PX - 1) / 2
"""OpenCV counts from the middle of a pixel."""

# Nudges exact halves of a sub-pixel to one side, so that ink of another scale rounds the same way.
_TIE_BREAK: Final = 1e-6


def rasterize(ink: Ink, *, pen_width_px: int = PEN_WIDTH_PX) -> PageImage:
    """Draw ink as large as the page allows, whatever its own size and place.

    Args:
        ink: at least one stroke, any unit, y down. Pressure is left out of account.
        pen_width_px: width of the pen on the page.

    Returns:
        (352, 352) uint8, 255 paper, 0 ink, anti-aliased, aspect ratio kept, centered. A lone tap is a dot one
        pen width across.

    Raises:
        EmptyInkError: there is no stroke.
    """
    return rasterize_strokes(ink.to_arrays(), pen_width_px=pen_width_px)


def rasterize_strokes(strokes: Sequence[StrokeArray], *, pen_width_px: int = PEN_WIDTH_PX) -> PageImage:
    """As :func:`rasterize`, for strokes that are arrays already.

    Args:
        strokes: each (points, 2) float, columns x and y, y down, finite.
        pen_width_px: width of the pen on the page.

    Returns:
        (352, 352) uint8, 255 paper, 0 ink.

    Raises:
        EmptyInkError: there is no stroke.
    """
    if not len(strokes):
        raise EmptyInkError("There is no ink to recognize.")
    points = np.concatenate(strokes).astype(np.float64)
    middle, scale = _fit_to_page(points, pen_width_px)
    placed = (points - middle) * scale + _PAGE_CENTER
    fixed = np.floor(placed * _SUBPIXEL + (0.5 + _TIE_BREAK)).astype(np.int32)

    page = np.full((PAGE_SIZE_PX, PAGE_SIZE_PX), 255, np.uint8)
    thickness = max(1, pen_width_px - _ANTIALIASING_PX)
    for line in np.split(fixed, np.cumsum([len(stroke) for stroke in strokes])[:-1]):
        if (line == line[0]).all():  # OpenCV draws nothing for a line without length
            center_px = (int(line[0, 0]), int(line[0, 1]))
            radius = round((pen_width_px - 1) * _SUBPIXEL / 2)
            cv2.circle(page, center_px, radius, 0, cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS)
        else:
            cv2.polylines(page, [line.reshape(-1, 1, 2)], False, 0, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
    return page


def _fit_to_page(points: StrokeArray, pen_width_px: int) -> tuple[StrokeArray, float]:
    """The point that goes to the middle of the page, and pixels of the page to the unit of the ink; 0 for a dot."""
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    # Ink without extent is one dot, or several on the same spot: nothing to scale.
    scale = (PAGE_SIZE_PX - pen_width_px) / extent if extent > 0 else 0.0
    if not np.isfinite(scale):  # an extent so small that its inverse overflows
        scale = 0.0
    return (low + high) / 2, scale


def ink_network_square(ink: Ink) -> tuple[float, float, float, float]:
    """Where around ink the model image that :func:`ink_to_model_image` makes of it lies.

    Returns:
        Left, top, width and height in the unit of the ink.

    Raises:
        EmptyInkError: there is no stroke, or no more than a dot, which has no size to compare with.
    """
    page = rasterize(ink)
    middle, scale = _fit_to_page(np.concatenate(ink.to_arrays()), PEN_WIDTH_PX)
    if not scale:
        raise EmptyInkError("A single dot has no parts to tell apart.")
    left, top, width, height = network_square(page, polarity="dark_ink")
    # Pixel edges against OpenCV's pixel centers: half a pixel.
    x, y = (np.array([left, top]) - 0.5 - _PAGE_CENTER) / scale + middle
    return float(x), float(y), width / scale, height / scale


def ink_to_model_image(ink: Ink) -> ModelImage:
    """Draw ink and normalize the page: the whole way from strokes to the network's input.

    Returns:
        (96, 96) float32 in [0, 255], ink bright on 0.

    Raises:
        EmptyInkError: there is no stroke.
    """
    return strokes_to_model_image(ink.to_arrays())


def strokes_to_model_image(strokes: Sequence[StrokeArray]) -> ModelImage:
    """As :func:`ink_to_model_image`, for strokes that are arrays already; see :func:`rasterize_strokes`."""
    return normalize(rasterize_strokes(strokes), polarity="dark_ink")
