"""The preparation of the program that the published weights came with, kept to check an import against it.

Nothing is read with it otherwise: :func:`hccr_desktop.imaging.normalize.normalize` is the only normalizer.
"""

from typing import Final

import cv2
import numpy as np

from hccr_desktop.domain.melnyk import INPUT_SIZE
from hccr_desktop.imaging.types import ModelImage, PageImage

_BORDER_PX: Final = 4
_FIT_SIZE_PX: Final = INPUT_SIZE - 2 * _BORDER_PX


def prepare_as_seed(page: PageImage) -> ModelImage:
    """Pad a page to a square, scale it to 88 px and put a border of 4 px around it; nothing is cropped or stretched.

    Args:
        page: (height, width) uint8, row 0 at the top, 255 is bare paper, 0 is full ink.

    Returns:
        (96, 96) float32 in [0, 255], 255 is full ink, 0 paper. A blank page gives zeros.
    """
    height, width = page.shape
    side = max(height, width)
    square = np.full((side, side), 255, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = page
    fitted = cv2.resize(square, (_FIT_SIZE_PX, _FIT_SIZE_PX), interpolation=cv2.INTER_LINEAR)
    model_image = np.zeros((INPUT_SIZE, INPUT_SIZE), np.float32)
    model_image[_BORDER_PX:-_BORDER_PX, _BORDER_PX:-_BORDER_PX] = 255 - fitted
    return model_image
