"""How high the rows of the candidates are."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QFont, QFontMetrics

_FIRST_ROW_SHARE: Final = 1.75
"""Height of the first row in heights of the others. Taste: the eye should need no list for the usual case."""

_LINES: Final = 2.3
"""Height of a row with readings, in heights of text, with which it has air. Taste; with the bundled font at 9 points
ten such rows fit beside a page in the window's least first size."""

_LINES_WITHOUT_READINGS: Final = 2.0

_TIGHT_FIRST_ROW_SHARE: Final = 1.15
_TIGHT_LINES: Final = 1.85
"""The same where that brings all rows into view. Below it the lines of a row would touch. With the bundled font at 12
points ten such rows fit beside a page in a window of 1024 x 738."""


@dataclass(frozen=True, slots=True)
class RowHeights:
    """Heights of rows in pixels.

    Attributes:
        first: of the first row.
        other: of each other row.
    """

    first: int
    other: int


def row_heights(count: int, room_px: int, line_px: int, *, has_readings: bool) -> RowHeights:
    """Share out a height among rows: all of it where it is enough for them.

    Where it is not, first the first row gives way and then all; where they would not fit even so, some are scrolled
    to, and those that are seen have air.

    Args:
        count: rows, at least 1.
        room_px: height for all of them.
        line_px: :func:`text_height` of their font.
        has_readings: the rows have a second line.
    """
    least = int(line_px * (_LINES if has_readings else _LINES_WITHOUT_READINGS))
    tightest = int(line_px * _TIGHT_LINES) if has_readings else least
    others = count - 1
    height = int(room_px / (others + _FIRST_ROW_SHARE))
    if height >= least:
        return RowHeights(round(height * _FIRST_ROW_SHARE), height)
    height = min(least, int(room_px / (others + _TIGHT_FIRST_ROW_SHARE)))
    if height >= tightest:
        return RowHeights(room_px - others * height, height)
    return RowHeights(round(least * _FIRST_ROW_SHARE), least)


def text_height(font: QFont) -> int:
    """Pixels from the marks of pinyin down to the tails of its letters.

    A font's own line would not do: that of a Chinese one, made to set its characters apart, is a fifth higher than that
    of a Latin one (at 9 points 17 px to 14 px), and ten rows of it do not fit into the window.
    """
    return QFontMetrics(font).tightBoundingRect("Àǘg").height()
