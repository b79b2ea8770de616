"""A page of several characters for pictures of the window, written along the strokes of the dictionary.

No one's handwriting may be shown that was given for research, and a font would be no handwriting.
"""

import random
from collections.abc import Sequence

import cv2
import numpy as np

from hccr_desktop.domain.ink import Ink
from hccr_desktop.imaging.rasterize import PAGE_SIZE_PX, rasterize
from hccr_desktop.imaging.types import PageImage
from hccr_desktop.lexicon.lexicon import Lexicon

INK_PX = 118
COLUMN_PX = 126
LINE_PX = 184
"""Lines are further apart than characters, as people write them; the program tells by that which way they run."""

MARGIN_PX = 36


def written(character: str, lexicon: Lexicon, chance: random.Random) -> Ink:
    """A character as a hand would write it that is not quite steady.

    Raises:
        KeyError: the dictionary has no strokes of it.
    """
    order = lexicon.stroke_order(character)
    if order is None:
        raise KeyError(character)
    slant, rise = chance.uniform(-0.08, 0.08), chance.uniform(-0.1, -0.02)
    strokes = []
    for shape in order.strokes:
        across, down = chance.gauss(0, 0.012), chance.gauss(0, 0.012)
        strokes.append([[x + slant * y + across, y + rise * x + down] for x, y in shape.median])
    return Ink.from_coordinates(strokes)


def written_page(lines: Sequence[str], *, seed: int = 3) -> PageImage:
    """Lines of characters on paper.

    Args:
        lines: of the same length.
        seed: of the unsteadiness.

    Returns:
        (height, width) uint8, 255 paper, 0 ink.
    """
    chance, lexicon = random.Random(seed), Lexicon.open()
    height = LINE_PX * (len(lines) - 1) + INK_PX + 2 * MARGIN_PX
    width = COLUMN_PX * (len(lines[0]) - 1) + INK_PX + 2 * MARGIN_PX
    page = np.full((height, width), 255, np.uint8)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            picture = rasterize(written(character, lexicon, chance), pen_width_px=round(5 * PAGE_SIZE_PX / INK_PX))
            small = cv2.resize(picture, (INK_PX, INK_PX), interpolation=cv2.INTER_AREA)
            top = MARGIN_PX + row * LINE_PX + chance.randint(-6, 6)
            left = MARGIN_PX + column * COLUMN_PX + chance.randint(-4, 4)
            place = page[top : top + INK_PX, left : left + INK_PX]
            np.minimum(place, small, out=place)
    return page
