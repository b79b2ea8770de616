"""How large the window is before anyone has resized it."""

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont

from hccr_desktop.gui.candidate_rows import text_height

LEAST: Final = QSize(960, 660)
"""With text of the usual size; also on a smaller screen, since the desktop shrinks a window that does not fit."""

_USUAL_TEXT_PX: Final = 15
"""Height of text at 9 points, with which ten candidates fit beside a page in that size."""

_TITLE_BAR_SHARE: Final = 0.05
"""Of a screen's height, left for what the desktop draws above the window."""


def first_size(font: QFont, available: QSize) -> QSize:
    """The window's size at its first start: larger with larger text, as far as the screen goes.

    Args:
        font: of the window.
        available: the screen without panels, in logical pixels.
    """
    scale = text_height(font) / _USUAL_TEXT_PX
    wanted = QSize(round(LEAST.width() * scale), round(LEAST.height() * scale))
    room = QSize(available.width(), round(available.height() * (1 - _TITLE_BAR_SHARE)))
    return wanted.boundedTo(room).expandedTo(LEAST)
