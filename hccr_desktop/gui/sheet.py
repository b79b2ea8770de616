"""A picture as a sheet of marked characters: how it was made, and what the user does to its boxes. Knows no widgets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from hccr_desktop.domain.box import Box, around
from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.imaging.types import PageImage

if TYPE_CHECKING:
    from hccr_desktop.gui.drawing_history import Picture
    from hccr_desktop.gui.recognition_jobs import PictureSource

SMALLEST_SIDE_PX: Final = 6
"""Of a box, in pixels of the page: less is a slip of the hand, not a character."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What the user changed about a picture.

    Attributes:
        threshold_offset: -100 to 100 grey levels; positive makes more of the page ink.
        crop: part of the picture to look at, in pixels of the turned picture; None is all of it.
        quarter_turns: 0 to 3 turns of 90 degrees clockwise.
    """

    threshold_offset: int = 0
    crop: Box | None = None
    quarter_turns: int = 0

    def turned(self, quarter_turns: int) -> "Adjustment":
        """Turned further. The crop goes: it lay on the picture as it stood before."""
        return replace(self, quarter_turns=(self.quarter_turns + quarter_turns) % 4, crop=None)


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One character on a sheet.

    Attributes:
        box: where it stands, in pixels of the page.
        candidates: best first; empty while it is not recognized, and where there is no ink.
        is_sure: the first candidate most likely is right.
        character: the one the user chose; empty for the first candidate.
        line: number of its line, from 0.
        picture: the character alone, for another choice from the compose line; None while it is not recognized.
        is_looked_at: it has been recognized, with or without an answer.
    """

    box: Box
    candidates: tuple[Candidate, ...] = ()
    is_sure: bool = True
    character: str = ""
    line: int = 0
    picture: "Picture | None" = None
    is_looked_at: bool = False

    @property
    def text(self) -> str:
        """What it counts as; empty where nothing is known."""
        return self.character or (self.candidates[0].character if self.candidates else "")


def with_paper(box: Box) -> Box:
    """What the picture of a mark alone shows of its page: the box and paper around it, perhaps beyond the page's edge.

    The normalizer takes marks along a picture's very edge for dirt.
    """
    margin = max(4, max(box.width, box.height) // 8)
    return Box(box.left - margin, box.top - margin, box.width + 2 * margin, box.height + 2 * margin)


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """How a picture came about, and what is on it.

    Attributes:
        source: where it can be read again.
        page: of the source, from 0.
        page_count: pages of the source.
        adjustment: what the user changed.
        size: width and height of the turned picture, in pixels.
        page_size: width and height of the cleaned page, which boxes count in.
        original: (height, width) uint8, the turned picture before cleaning, shrunk as the preview is; read-only.
        marks: the characters in reading order; empty for a picture of one.
        is_read: the characters have been looked for.
        is_vertical: lines run from top to bottom, the first at the right.
        proposed_turns: quarter turns clockwise that make the recognizer surer; 0 for none.
    """

    source: "PictureSource"
    page: int
    page_count: int
    adjustment: Adjustment
    size: tuple[int, int]
    page_size: tuple[int, int]
    original: PageImage
    marks: tuple[Mark, ...] = ()
    is_read: bool = False
    is_vertical: bool = False
    proposed_turns: int = 0

    @property
    def text(self) -> str:
        """The characters in reading order, a line of text for each line."""
        lines: dict[int, str] = {}
        for mark in self.marks:
            lines[mark.line] = lines.get(mark.line, "") + mark.text
        return "\n".join(line for _, line in sorted(lines.items()) if line)

    @property
    def unseen(self) -> tuple[int, ...]:
        """Places of the marks that are still to be recognized."""
        return tuple(place for place, mark in enumerate(self.marks) if not mark.is_looked_at)

    def with_marks(self, marks: Iterable[Mark]) -> "Sheet":
        """The same with other marks, brought into reading order."""
        return replace(self, marks=reading_order(marks, is_vertical=self.is_vertical))


def reading_order(marks: Iterable[Mark], *, is_vertical: bool) -> tuple[Mark, ...]:
    """Marks by lines, and within a line in its direction; their lines are numbered anew.

    A mark belongs to the line whose extent holds its middle.
    """
    left = sorted(marks, key=lambda mark: -_middle(mark.box, is_vertical) if is_vertical else _middle(mark.box, False))
    lines: list[list[Mark]] = []
    for mark in left:
        middle = _middle(mark.box, is_vertical)
        if lines and any(_reaches(other.box, middle, is_vertical) for other in lines[-1]):
            lines[-1].append(mark)
        else:
            lines.append([mark])
    ordered: list[Mark] = []
    for number, line in enumerate(lines):
        line.sort(key=lambda mark: mark.box.top if is_vertical else mark.box.left)
        ordered.extend(mark if mark.line == number else replace(mark, line=number) for mark in line)
    return tuple(ordered)


def _middle(box: Box, is_vertical: bool) -> float:
    return box.left + box.width / 2 if is_vertical else box.top + box.height / 2


def _reaches(box: Box, middle: float, is_vertical: bool) -> bool:
    return box.left <= middle < box.right if is_vertical else box.top <= middle < box.bottom


# What the user does. Each gives the changed sheet and the place of the mark to go on with.


def moved(sheet: Sheet, place: int, box: Box) -> tuple[Sheet, int]:
    """Put a mark elsewhere, or give it another size; what it was is asked for anew."""
    box = kept_on_page(box, sheet.page_size)
    marks = list(sheet.marks)
    if marks[place].box == box:
        return sheet, place
    marks[place] = Mark(box, line=marks[place].line)
    return _placed(sheet, marks, marks[place])


def added(sheet: Sheet, box: Box) -> tuple[Sheet, int]:
    """Mark one more character."""
    mark = Mark(kept_on_page(box, sheet.page_size))
    return _placed(sheet, [*sheet.marks, mark], mark)


def free_box(sheet: Sheet, places: Sequence[int]) -> Box:
    """Where one more character is most likely to be: beside the last of some marks, else about the page's middle."""
    width, height = sheet.page_size
    if sheet.marks and places:
        near = sheet.marks[places[-1]].box
        by = (0, near.height) if sheet.is_vertical else (near.width, 0)
        return Box(near.left + by[0], near.top + by[1], near.width, near.height)
    if sheet.marks:
        return Box(width // 2, height // 2, sheet.marks[0].box.width, sheet.marks[0].box.height)
    return Box(width // 4, height // 4, max(1, width // 2), max(1, height // 2))


def deleted(sheet: Sheet, places: Sequence[int]) -> tuple[Sheet, int]:
    """Take marks away; the one after them is next."""
    marks = [mark for place, mark in enumerate(sheet.marks) if place not in places]
    return sheet.with_marks(marks), min(min(places, default=0), len(marks) - 1)


def joined(sheet: Sheet, places: Sequence[int]) -> tuple[Sheet, int]:
    """Make one mark of several; of a single one and the next, or the one before where it is the last."""
    wanted = sorted(set(places))
    if len(wanted) == 1 and len(sheet.marks) > 1:
        neighbor = wanted[0] + 1 if wanted[0] + 1 < len(sheet.marks) else wanted[0] - 1
        wanted = sorted([wanted[0], neighbor])
    if len(wanted) < 2:
        return sheet, wanted[0] if wanted else -1
    mark = Mark(around(sheet.marks[place].box for place in wanted))
    rest = [other for place, other in enumerate(sheet.marks) if place not in wanted]
    return _placed(sheet, [*rest, mark], mark)


def split(sheet: Sheet, place: int, preview: PageImage) -> tuple[Sheet, int]:
    """Make two marks of one, cut where the least ink is near its middle, across the line.

    Args:
        sheet: with the mark.
        place: of the mark.
        preview: (height, width) uint8, the page at any scale, 255 is paper.
    """
    box = sheet.marks[place].box
    is_down = sheet.is_vertical if box.width < 2 * box.height and box.height < 2 * box.width else box.height > box.width
    across = box.transposed if is_down else box
    if across.width < 2 * SMALLEST_SIDE_PX:
        return sheet, place
    cut = _emptiest(box, sheet.page_size, preview, is_down=is_down)
    parts = (
        Box(across.left, across.top, cut, across.height),
        Box(across.left + cut, across.top, across.width - cut, across.height),
    )
    halves = [Mark(part.transposed if is_down else part, line=sheet.marks[place].line) for part in parts]
    marks = [*sheet.marks[:place], *halves, *sheet.marks[place + 1 :]]
    return _placed(sheet, marks, halves[0])


def chosen(sheet: Sheet, place: int, character: str) -> Sheet:
    """Say what a mark is."""
    marks = list(sheet.marks)
    marks[place] = replace(marks[place], character=character)
    return replace(sheet, marks=tuple(marks))


def kept_on_page(box: Box, page_size: tuple[int, int]) -> Box:
    """A box of at least the smallest size that lies on the page."""
    width = min(page_size[0], max(SMALLEST_SIDE_PX, box.width))
    height = min(page_size[1], max(SMALLEST_SIDE_PX, box.height))
    left = min(max(0, box.left), page_size[0] - width)
    top = min(max(0, box.top), page_size[1] - height)
    return Box(left, top, width, height)


def _placed(sheet: Sheet, marks: Sequence[Mark], mark: Mark) -> tuple[Sheet, int]:
    changed = sheet.with_marks(marks)
    place = next(number for number, other in enumerate(changed.marks) if other.box == mark.box)
    return changed, place


def _emptiest(box: Box, page_size: tuple[int, int], preview: PageImage, *, is_down: bool) -> int:
    """How far into a box, in pixels of the page, the row or column with the least ink lies, in its middle half."""
    scale = preview.shape[1] / page_size[0]
    top, left = int(box.top * scale), int(box.left * scale)
    part = preview[top : max(top + 1, int(box.bottom * scale)), left : max(left + 1, int(box.right * scale))]
    ink = (255.0 - part).sum(axis=1 if is_down else 0)
    length = box.height if is_down else box.width
    first, last = len(ink) // 4, max(len(ink) // 4 + 1, len(ink) - len(ink) // 4)
    middle = (len(ink) - 1) / 2
    # Of equally empty ones the middle.
    order = sorted(range(first, last), key=lambda at: (ink[at], abs(at - middle)))
    at = round((order[0] + 0.5) / len(ink) * length) if order else length // 2
    return int(np.clip(at, SMALLEST_SIDE_PX, length - SMALLEST_SIDE_PX))
