"""A picture small enough to show."""

import cv2
import numpy as np

from hccr_desktop.imaging.types import PageImage


def shrink(page: PageImage, *, long_side_px: int) -> PageImage:
    """The page itself if its long side fits, else a smaller copy.

    Args:
        page: (height, width) uint8.
        long_side_px: at least 1.

    Returns:
        (height, width) uint8, aspect ratio kept, no side longer than ``long_side_px`` and none below 1.
    """
    height, width = page.shape
    scale = long_side_px / max(height, width)
    if scale >= 1:
        return page
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8)
