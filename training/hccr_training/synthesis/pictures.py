"""Pictures of characters, scans and fonts, bent into new ones before they are normalized."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.imaging.types import PageImage
from hccr_training.synthesis.strokes import drawn_affine

PAGE_PX: Final = 120
"""Side of the page that a picture is bent into: with ZOOM the ink lands at 89 to 91 px, so that the normalizer neither
enlarges nor blurs it."""

ZOOM: Final = 1.24
"""Page side over the source's side: leaves room for what the bending moves outwards."""

ELASTIC_GRID: Final = 5
ELASTIC_AMPLITUDE: Final = 0.024
"""Standard deviation at strength 1 of the shift of each grid node, of the picture's side; the prototype's value."""

COMPONENT_KNOTS: Final = 5
COMPONENT_AMPLITUDE: Final = 0.035
"""As ELASTIC_AMPLITUDE, for moving whole columns and rows: it makes radicals wider or narrower against each other."""

FONT_STRENGTH: Final = 1.15
SCAN_STRENGTH: Final = 0.9
"""Fonts have only a few hands and need more bending than scans; both from the prototype."""

UNBENT_SCAN_SHARE: Final = 0.15
"""Scans left as they were: what the network is asked about later has not been through a second interpolation."""

_MEDIAN_STROKE: Final = 0.050
_STROKE_SPREAD: Final = 0.25
"""Median and logarithmic spread of a stroke's width, of the ink's longer side. Measured on normalized scans (3.5 px of
96, quartiles 3.5 and 5.1); set_stroke_width rounds to even steps, mostly downwards, so more is asked for."""

MAX_LOST_SHARE: Final = 0.04
"""Share of a glyph's ink that may vanish altogether, not only get thinner; corners and stroke ends take half of it."""

_grid = np.linspace(-0.5, 0.5, PAGE_PX, dtype=np.float32)


def bend_picture(picture: PageImage, random: np.random.Generator, strength: float, *, aspect: float = 1.0) -> PageImage:
    """Turn, shear, stretch and bend a picture.

    Args:
        picture: (height, width) uint8, ink bright on 0.
        random: draws the amounts.
        strength: 0 leaves the shape as it is, 1 is a strong but readable change.
        aspect: width over height is multiplied by it first.

    Returns:
        (120, 120) uint8, ink bright on 0, with paper around it.
    """
    height, width = picture.shape
    half = np.float32(np.sqrt(aspect))
    # The map runs from the page to the picture: the inverse of what is seen. The amounts are symmetric, aspect is not.
    matrix = drawn_affine(random, strength) * ZOOM
    columns = _grid + _knotted(random, strength)
    rows = _grid + _knotted(random, strength)
    shifts = random.normal(0, ELASTIC_AMPLITUDE * strength, (ELASTIC_GRID, ELASTIC_GRID, 2)).astype(np.float32)
    elastic = cv2.resize(shifts, (PAGE_PX, PAGE_PX), interpolation=cv2.INTER_CUBIC)
    side = max(height, width)
    map_x = ((matrix[0, 0] * columns)[None, :] + (matrix[0, 1] * rows)[:, None] + elastic[..., 0]) * (side / half)
    map_y = ((matrix[1, 0] * columns)[None, :] + (matrix[1, 1] * rows)[:, None] + elastic[..., 1]) * (side * half)
    map_x += (width - 1) / 2
    map_y += (height - 1) / 2
    bent = cv2.remap(picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0,))
    return np.asarray(bent, np.uint8)


def _knotted(random: np.random.Generator, strength: float) -> npt.NDArray[np.float32]:
    """(120,) shifts that change slowly from knot to knot."""
    knots = random.normal(0, COMPONENT_AMPLITUDE * strength, COMPONENT_KNOTS)
    return np.interp(_grid, np.linspace(-0.5, 0.5, COMPONENT_KNOTS), knots).astype(np.float32)


def draw_stroke_width(random: np.random.Generator) -> float:
    """A stroke's width as a hand would have it, of the ink's longer side."""
    return float(np.clip(np.exp(random.normal(np.log(_MEDIAN_STROKE), _STROKE_SPREAD)), 0.028, 0.075))


def set_stroke_width(picture: PageImage, width_px: float) -> PageImage:
    """Thin or thicken a picture's strokes until they are about as wide as asked, or as far as they survive.

    Args:
        picture: (height, width) uint8, ink bright on 0.
        width_px: wanted width.
    """
    inner = cv2.erode(picture, _CROSS)
    area, inner_area = int(cv2.countNonZero(picture)), int(cv2.countNonZero(inner))
    # A long stroke of width w loses 2 of its w columns to one erosion.
    present = 2 * area / max(1, area - inner_area)
    steps = round((present - width_px) / 2)
    for count in range(min(steps, 4), 0, -1):
        # Brush faces have thin strokes beside thick ones: thin no further than the thin ones stand.
        thinned = cv2.erode(picture, _CROSS, iterations=count)
        lost = cv2.subtract(picture, cv2.dilate(thinned, _CROSS, iterations=count + 1))
        if cv2.countNonZero(lost) <= MAX_LOST_SHARE * area:
            return np.asarray(thinned, np.uint8)
    if steps < 0:
        return np.asarray(cv2.dilate(picture, _CROSS, iterations=min(-steps, 3)), np.uint8)
    return picture


_CROSS: Final = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
