"""Whether all ink of a picture is one character: 川 八 心 三 stand apart, and so do two characters side by side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from hccr_desktop.domain.box import Box, around
from hccr_desktop.domain.candidate import Recognition
from hccr_desktop.imaging.segmentation import Piece, Segmentation

_MAX_LONE_MARKS: Final = 60
_MAX_LONE_CHARACTERS: Final = 16
_MAX_LONE_ASPECT: Final = 3.2
"""A picture beyond these is no single character."""

_LONE_DOUBT: Final = 0.1
_LONE_UNSURE: Final = 0.2
_UNSURE_PARTS: Final = 1.2
"""How much doubt (a negative logarithm) all ink as one character may have, what it costs if the model does not stand by
it, and how much more it may have if the model stands by none of the parts, since parts that pass for characters mostly
are some. Chosen on composed pictures of training and validation scans and ink: of 184 of one character in parts 8 are
split, of 328 of two in a near square 40 are taken for one; comparing the doubts alone did that to 15 and 193."""

_FEW_PARTS: Final = 3
_MANY_PARTS_DOUBT: Final = 0.15
"""What each part beyond these takes from that: a page on its side has many parts that the model does not stand by."""

_LARGE_PART: Final = 0.62
_LARGE_PART_CONFIDENCE: Final = 0.6
_LARGE_PARTS_DOUBT: Final = 0.06
"""Parts are hardly any if the smallest is longer than this share of all ink and the model stands by each with this
confidence at least (the halves of 北 got 0.31 as 刁 and 0.47 as 么); what that takes from it. Chosen on pictures of
training scans and ink: of 188 of two characters in a near square 9 instead of 15 are taken for one here, and of 44 of
one character in parts 6 are split as before."""

_SMALL_PART_FAVOR: Final = 0.3
_SMALL_PART_ASPECT: Final = 2.2
"""Of two parts one that is smaller is hardly a character of its own, unless all ink is longer than this times its
breadth: the left dot of 小 was read as 厂. Measured with ``benchmarks.ambiguous --count 100``, seeds 1 and 5: 8 instead
of 10 of 200 single characters are split, 22 instead of 19 of 200 pairs are taken for one."""

_THIN_STROKE: Final = 0.3
_STROKES_FAVOR: Final = 1.5
"""Parts that are single strokes, thinner than this share of all ink, are hardly characters of their own: 二 三 川."""

_MOST_STROKES: Final = 4
_STROKES_ASPECT: Final = 2.5
"""Parts, and aspect of all ink, beyond which they are not taken for strokes: 三 may have one that is broken, and the
flattest of the 二 that were looked at is 2.3 times as wide as tall, while three squares in a line are 3 times."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What would be a character of its own.

    Attributes:
        pieces: its ink.
        recognition: what it would be.
    """

    pieces: tuple[Piece, ...]
    recognition: Recognition

    @property
    def box(self) -> Box:
        """Around its ink, on the page image."""
        return around(piece.box for piece in self.pieces)


def may_be_one(segmentation: Segmentation, parts: int) -> bool:
    """Whether all ink may be a single character, by its count of marks and of parts and by its shape."""
    if parts > _MAX_LONE_CHARACTERS or sum(len(piece.marks) for piece in segmentation.pieces) > _MAX_LONE_MARKS:
        return False
    box = around(piece.box for piece in segmentation.pieces)
    return max(box.width, box.height) <= _MAX_LONE_ASPECT * min(box.width, box.height)


def reads_as_one(whole: Recognition, box: Box, parts: Sequence[Part]) -> bool:
    """Whether the model stands by all ink as one character rather than by its parts.

    Args:
        whole: what all ink is as one character.
        box: around all ink.
        parts: two at least.
    """
    doubt = -math.log(max(1e-6, whole.best.confidence)) + (0.0 if whole.is_sure else _LONE_UNSURE)
    unsure = sum(not part.recognition.is_sure for part in parts) / len(parts)
    allowed = _LONE_DOUBT + _UNSURE_PARTS * unsure - _MANY_PARTS_DOUBT * max(0, len(parts) - _FEW_PARTS)
    least = min(max(part.box.width, part.box.height) for part in parts)
    weakest = min(part.recognition.best.confidence for part in parts)
    extent = max(box.width, box.height)
    if least >= _LARGE_PART * extent:
        if not unsure and weakest >= _LARGE_PART_CONFIDENCE:
            allowed -= _LARGE_PARTS_DOUBT
    elif len(parts) == 2 and extent <= _SMALL_PART_ASPECT * min(box.width, box.height):
        allowed += _SMALL_PART_FAVOR
    if _are_strokes(parts, box):
        allowed += _STROKES_FAVOR
    return doubt <= allowed


def _are_strokes(parts: Sequence[Part], whole: Box) -> bool:
    """Whether each part is one thin stroke: read alone as 一 or 丨 with no doubt, which says nothing.

    Of a line or page of many characters each is small beside the whole, and no stroke for that.
    """
    extent = max(whole.width, whole.height)
    if len(parts) > _MOST_STROKES or extent > _STROKES_ASPECT * min(whole.width, whole.height):
        return False
    for part in parts:
        # One that a photo has broken in two is a stroke too, if it is as thin as two of a character would not be.
        thin = _THIN_STROKE if sum(len(piece.marks) for piece in part.pieces) == 1 else _THIN_STROKE / 2
        if min(part.box.width, part.box.height) > thin * extent:
            return False
    return True
