"""How far lines of text are turned."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.imaging.light import ink_threshold
from hccr_desktop.imaging.preview import shrink
from hccr_desktop.imaging.types import PageImage

MAX_ANGLE: Final = 8.0
"""Degrees either way; writing that is turned further is meant to be, or needs a turn by 90."""

_LONG_SIDE_PX: Final = 700
_MIN_COMPONENTS: Final = 12
"""Connected marks below which there is no telling lines of text from the parts of one character."""

_LONE_LINE: Final = 2.4
"""Marks' sizes across which the middles of one line's marks are spread at most."""

_LEVEL_ENOUGH: Final = 2.0
_CERTAIN: Final = 3.0
"""Degrees up to which a lone line is left as it is, and standard errors by which its angle must differ from 0.
Characters turned so little are read as well, lines may drift, and turning costs sharpness. Of 28 composed lines of at
most 1.2 degrees the middles of marks alone turned 19, by up to 2.5, and 3 of 272 characters were misread for it."""

_BIN_PX: Final = 2
_SMOOTHED: Final = 0.6
"""Share of a mark's size over which ink is summed: it is the lines that shall be level, not strokes that often rise."""

_MIN_GAIN: Final = 1.12
"""Factor by which turned lines must stand out more than unturned ones."""


def text_line_angle(page: PageImage) -> float:
    """Degrees by which lines of text, horizontal or vertical, are turned clockwise.

    Args:
        page: (height, width) uint8, dark ink on white paper.

    Returns:
        Within MAX_ANGLE; 0 where there are no lines, or none that stand out more when turned.
    """
    small = shrink(page, long_side_px=_LONG_SIDE_PX)
    mask = (small <= ink_threshold(small)).astype(np.uint8)
    count, _, stats, centers = cv2.connectedComponentsWithStats(mask, connectivity=8)
    size = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT])
    if count - 1 < _MIN_COMPONENTS:
        return 0.0
    is_mark = size >= 0.35 * np.percentile(size, 80)
    if is_mark.sum() < _MIN_COMPONENTS:
        return 0.0
    points = centers[1:][is_mark]
    spread = points.max(axis=0) - points.min(axis=0)
    if spread.max() < 5 * np.median(size[is_mark]):
        return 0.0
    if spread.min() < _LONE_LINE * np.median(size[is_mark]):
        return _lone_line_angle(points, spread)
    rows, columns = np.nonzero(mask)
    step = max(1, rows.size // 40_000)
    ink = np.column_stack([columns[::step], rows[::step]]).astype(np.float64)
    # Slanted characters line up along the other axis too, but never as well as lines do.
    smooth = max(1, round(_SMOOTHED * float(np.median(size[is_mark])) / _BIN_PX))
    turns = [_best_turn(ink, axis, smooth) for axis in (1, 0) if spread[1 - axis] >= 5 * np.median(size[is_mark])]
    angle, _, gain = max(turns, key=lambda found: found[1])
    return angle if gain >= _MIN_GAIN and abs(angle) <= MAX_ANGLE else 0.0


def _lone_line_angle(points: npt.NDArray[np.float64], spread: npt.NDArray[np.float64]) -> float:
    """The angle of the line through marks' middles; a profile of one line tells more of its strokes than of it."""
    is_upright = spread[1] > spread[0]
    along, across = (points[:, 1], points[:, 0]) if is_upright else (points[:, 0], points[:, 1])
    line, covariance = np.polyfit(along, across, 1, cov=True)
    slope, error = float(line[0]), float(np.sqrt(covariance[0, 0]))
    if abs(slope) < _CERTAIN * error:
        return 0.0
    angle = float(np.degrees(np.arctan(-slope if is_upright else slope)))
    return angle if _LEVEL_ENOUGH <= abs(angle) <= MAX_ANGLE else 0.0


def _best_turn(ink: npt.NDArray[np.float64], axis: int, smooth: int) -> tuple[float, float, float]:
    """The turn for which the profile along an axis varies most, how much, and how many times more than unturned."""
    unturned = _variation(ink, 0.0, axis, smooth)
    coarse = np.arange(-MAX_ANGLE, MAX_ANGLE + 0.1, 0.5)
    angle = coarse[int(np.argmax([_variation(ink, turn, axis, smooth) for turn in coarse]))]
    fine = np.arange(angle - 0.4, angle + 0.45, 0.1)
    values = [_variation(ink, turn, axis, smooth) for turn in fine]
    return float(fine[int(np.argmax(values))]), max(values), max(values) / max(1e-9, unturned)


def _variation(ink: npt.NDArray[np.float64], degrees: float, axis: int, smooth: int) -> float:
    """Relative variance of how much ink lies in each row (axis 1) or column (axis 0) after turning back."""
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    place = ink[:, 1] * cosine - ink[:, 0] * sine if axis == 1 else ink[:, 0] * cosine + ink[:, 1] * sine
    profile = np.bincount(((place - place.min()) / _BIN_PX).astype(int)).astype(np.float64)
    profile = np.convolve(profile, np.full(smooth, 1 / smooth))
    return float(profile.var() / max(1e-9, profile.mean() ** 2))
