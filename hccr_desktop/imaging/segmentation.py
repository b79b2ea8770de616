"""Where the characters of a page may be: lines, and in each line pieces that are a character or a part of one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.box import Box, around
from hccr_desktop.imaging.light import ink_threshold
from hccr_desktop.imaging.touching import Cutter, MarkBoxes
from hccr_desktop.imaging.types import PageImage

_Numbers = npt.NDArray[np.float64]
_Labels = npt.NDArray[np.int32]

_SPECK: Final = 0.07
"""Share of a character's size below which a mark is dirt or a dot."""

_DOT: Final = 0.03
_DOT_REACH: Final = 0.2
"""Share of a character's size from which a mark is a dot if it is no further than this from a larger one. Left out,
such dots made the boxes of 24 of 816 characters of composed tight pages end a twelfth of a character too early."""

_STACKED: Final = 0.62
"""Share of the narrower of two marks that must lie above or below the other for them to be one piece."""

_TALLER_THAN_WIDE: Final = 1.1
"""Characters are narrower than they are tall, so that a vertical line is narrower than its characters' size."""

_ONE_LINE: Final = 1.7
_ONE_LINE_LENGTH: Final = 1.35
_SLANTED_LINE: Final = 2.2
"""Characters' sizes across which only one line fits, level or slanting: first guesses of the size are too small. Pages
of two characters a line are 2.7 and more across."""

_ACROSS: Final = 1.15
_ALONG: Final = 0.12
"""How much rougher the gaps must look for lines to run down, and the weight of the page's shape beside them."""

_STRIP: Final = 6
"""Characters' sizes over which a line is taken to be level."""

_TRACKED: Final = 0.85
"""Share of a character's size by which lines are smeared; first guesses of that size are about as much too small."""

_SIDE_BY_SIDE: Final = 0.2
"""Share of a stretch of writing over which there must be two ridges for it to be two lines that touch."""

_JOINED: Final = 1.5
"""Times as thick as those ridges it is where they are one."""

_STRAY: Final = 1.2
_STRAY_EXTENT: Final = 0.5
"""Characters' sizes from its line from which a mark of less than this extent is dirt: it would make some character's
box reach there."""

_LINE_PX: Final = 16
"""Size of a character on the small page on which lines are found."""

_MAX_MARKS: Final = 60_000
"""Connected marks beyond which a picture is no writing but a texture."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A character or a part of one.

    Attributes:
        start: where it begins along the line, in pixels.
        stop: where it ends.
        box: where it is on the page.
        marks: its connected marks, as numbered in the segmentation.
        is_cut_after: the cut between it and the next piece goes through ink.
    """

    start: float
    stop: float
    box: Box
    marks: tuple[int, ...]
    is_cut_after: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """A page taken apart.

    Attributes:
        page: (height, width) uint8, dark ink on white paper.
        marks: (height, width) int32, number of the connected mark that a pixel belongs to, 0 for paper and specks.
        lines: pieces line by line, both in reading order.
        is_vertical: lines run from top to bottom, the first at the right.
        size_px: how large a character is.
    """

    page: PageImage
    marks: _Labels
    lines: tuple[tuple[Piece, ...], ...]
    is_vertical: bool
    size_px: float

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces in reading order."""
        return tuple(piece for line in self.lines for piece in line)

    def picture_of(self, pieces: tuple[Piece, ...]) -> PageImage:
        """The pieces alone, with paper around them: what reaches in from the neighbors is left out."""
        box = around(piece.box for piece in pieces)
        margin = max(4, max(box.width, box.height) // 8)
        picture = np.full((box.height + 2 * margin, box.width + 2 * margin), 255, np.uint8)
        cut = self.page[box.top : box.bottom, box.left : box.right]
        marks = self.marks[box.top : box.bottom, box.left : box.right]
        own = np.isin(marks, [mark for piece in pieces for mark in piece.marks])
        others = ((marks > 0) & ~own).astype(np.uint8)
        # What is no mark, being lighter than the page's threshold, stays: a faint stroke, or the soft edge of one. Only
        # the soft edges of others go with them.
        near_own = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        near_others = cv2.dilate(others, np.ones((5, 5), np.uint8)) > 0
        is_foreign = (others > 0) | (near_others & ~near_own)
        picture[margin:-margin, margin:-margin] = np.where(is_foreign, np.uint8(255), cut)
        return picture


def segment(page: PageImage, *, is_vertical: bool | None = None) -> Segmentation:
    """Take a page apart.

    Args:
        page: (height, width) uint8, dark ink on white paper, as :func:`hccr_desktop.imaging.clean.clean` makes it.
        is_vertical: which way the lines run, for callers who know; None finds out.

    Returns:
        No lines where there is no ink.
    """
    threshold = ink_threshold(page) if int(page.min()) < 255 else 0
    mask = (page <= threshold).astype(np.uint8) if int(page.max()) - int(page.min()) >= 32 else np.zeros_like(page)
    count, labels, counted, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    marks, stats = np.asarray(labels, np.int32), np.asarray(counted, np.int32)
    size = _first_size(stats)
    if count < 2 or count > _MAX_MARKS or not size:
        return Segmentation(page, marks, (), bool(is_vertical), 0.0)
    kept = _without_dirt(marks, stats, size)
    if not kept.size:
        return Segmentation(page, marks, (), bool(is_vertical), 0.0)
    marks = _without_specks(marks, count, kept)
    if is_vertical is None:
        is_vertical = _runs_down(mask, stats[kept], size)
    boxes = MarkBoxes.of(stats[kept], kept, is_vertical=is_vertical)
    groups = _lines(mask, boxes, size, is_vertical=is_vertical)
    size = _line_size(boxes, groups, size, is_vertical=is_vertical)
    # Lines that were found with a wrong size are found again; too large a size would join lines that drift.
    groups = _lines(mask, boxes, _TRACKED * size, is_vertical=is_vertical)
    size = _line_size(boxes, groups, size, is_vertical=is_vertical)
    cutter = Cutter(marks, count, size, is_vertical=is_vertical)
    cut = [cutter.cut(boxes.at(group)) for group in groups]
    lines = tuple(tuple(_pieces(line, size, cutter.cut_from, is_vertical=is_vertical)) for line in cut)
    return Segmentation(page, marks, tuple(line for line in lines if line), is_vertical, size)


def _first_size(stats: npt.NDArray[np.int32]) -> float:
    """A character's size from its marks: the middle one, each counted by its extent, so that dots count little."""
    sizes = np.maximum(stats[1:, 2], stats[1:, 3]).astype(np.float64)
    if not sizes.size:
        return 0.0
    order = np.argsort(sizes)
    share = np.cumsum(sizes[order])
    return float(sizes[order][np.searchsorted(share, 0.6 * share[-1])])


def _without_dirt(marks: _Labels, stats: npt.NDArray[np.int32], size: float) -> npt.NDArray[np.intp]:
    """Numbers of the marks that are writing: large ones, and dots beside them."""
    extents = np.maximum(stats[:, 2], stats[:, 3]).astype(np.float64)
    extents[0] = 0  # the paper
    is_kept = extents >= max(2.0, _SPECK * size)
    is_dot = ~is_kept & (extents >= max(2.0, _DOT * size))
    if is_dot.any():
        reach = 2 * max(1, round(_DOT_REACH * size)) + 1
        near = cv2.dilate(is_kept[marks].astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
        is_kept |= is_dot & (np.bincount(marks[near], minlength=is_kept.size) > 0)
    return np.flatnonzero(is_kept)


def _without_specks(marks: _Labels, count: int, kept: npt.NDArray[np.intp]) -> _Labels:
    if kept.size == count - 1:
        return marks
    numbers = np.zeros(count, np.int32)
    numbers[kept] = kept
    return numbers[marks]


def _runs_down(mask: npt.NDArray[np.uint8], stats: npt.NDArray[np.int32], size: float) -> bool:
    """Whether lines run from top to bottom: gaps between lines are deeper than those between characters.

    Two wide-set lines show both kinds of gap alike, so what is written over a long shape is taken to run along it
    unless the gaps say otherwise. Of 720 composed pages of training scans (1 to 8 lines of 4 to 16 characters, both
    ways; other pages than the constants were chosen on) the gaps alone misjudge 40, most of a single line, this one.
    """
    left, top = int(stats[:, 0].min()), int(stats[:, 1].min())
    right, bottom = int((stats[:, 0] + stats[:, 2]).max()), int((stats[:, 1] + stats[:, 3]).max())
    width, height = right - left, bottom - top
    length = height / width
    if min(width, height) < _ONE_LINE * size:
        return length > _ONE_LINE_LENGTH
    if min(width, height) < _SLANTED_LINE * size and max(length, 1 / length) > 2:
        return length > 1
    written = mask[top:bottom, left:right]
    return bool(_roughness(written.T, size) > _ACROSS * _roughness(written, size) / length**_ALONG)


def _roughness(mask: npt.NDArray[np.uint8], size: float) -> float:
    """How unevenly ink is spread over the rows; in narrow strips, since lines may drift."""
    window = max(1, int(size / 6))
    strips = np.array_split(mask, max(1, round(mask.shape[1] / (_STRIP * size))), axis=1)
    found, weights = [], []
    for strip in strips:
        profile = np.convolve(strip.sum(axis=1, dtype=np.float64), np.full(window, 1 / window), mode="same")
        if profile.any():
            found.append(float(profile.std() / profile.mean()))
            weights.append(float(profile.sum()))
    return float(np.average(found, weights=weights)) if found else 0.0


def _lines(
    mask: npt.NDArray[np.uint8], boxes: MarkBoxes, size: float, *, is_vertical: bool
) -> list[npt.NDArray[np.intp]]:
    """Which marks make up each line: ink is smeared along the lines, so that lines may drift."""
    # Reading coordinates of the small page: v of vertical writing runs to the left.
    view = np.ascontiguousarray(mask.T[::-1] if is_vertical else mask)
    origin = float(view.shape[0]) if is_vertical else 0.0
    scale = min(1.0, _LINE_PX / size)
    shape = (max(1, round(view.shape[1] * scale)), max(1, round(view.shape[0] * scale)))
    small = cv2.resize(view * np.uint8(255), shape, interpolation=cv2.INTER_AREA).astype(np.float32)
    unit = size * scale
    smeared = cv2.GaussianBlur(small, (0, 0), sigmaX=1.6 * unit, sigmaY=0.2 * unit, borderType=cv2.BORDER_CONSTANT)
    wide = cv2.GaussianBlur(small, (0, 0), sigmaX=1.6 * unit, sigmaY=0.8 * unit, borderType=cv2.BORDER_CONSTANT)
    ridge = ((smeared > 1.15 * wide) & (smeared > 0.15 * float(np.percentile(smeared, 99)))).astype(np.uint8)
    count, stripes = _stripes(ridge)
    if count < 2:
        return [np.argsort(boxes.start)]
    middle_u = np.clip(((boxes.start + boxes.stop) / 2 * scale).astype(int), 0, shape[0] - 1)
    middle_v = ((boxes.top + boxes.bottom) / 2 + origin) * scale
    member, distance = _nearest_stripe(stripes, middle_u, middle_v)
    extent = np.maximum(boxes.stop - boxes.start, boxes.bottom - boxes.top)
    member[(distance > _STRAY * unit) & (extent < _STRAY_EXTENT * size)] = 0
    groups = [np.flatnonzero(member == stripe) for stripe in range(1, count)]
    return _in_order(boxes, [group for group in groups if group.size], size)


def _stripes(ridge: npt.NDArray[np.uint8]) -> tuple[int, npt.NDArray[np.int32]]:
    """Connected stretches of ridges, as OpenCV numbers them; parted where two run side by side but meet somewhere."""
    count, labelled, stats, _ = cv2.connectedComponentsWithStats(ridge, connectivity=4)
    stripes = np.asarray(labelled, np.int32)
    parted = ridge.copy()
    for stripe in range(1, count):
        left, top, width, height, _area = (int(value) for value in stats[stripe])
        region = np.s_[top : top + height, left : left + width]
        own = stripes[region] == stripe
        runs = (np.diff(own.astype(np.int8), axis=0, prepend=np.int8(0)) == 1).sum(axis=0)
        if (runs > 1).sum() < _SIDE_BY_SIDE * (runs > 0).sum():
            continue
        thickness = own.sum(axis=0)
        is_joined = thickness > _JOINED * runs * float(np.median(thickness[runs > 1] / runs[runs > 1]))
        parted[region][own & is_joined] = 0
    if np.array_equal(parted, ridge):
        return count, stripes
    count, labelled = cv2.connectedComponents(parted, connectivity=4)
    return count, np.asarray(labelled, np.int32)


def _nearest_stripe(
    stripes: npt.NDArray[np.int32], u: npt.NDArray[np.intp], v: _Numbers
) -> tuple[npt.NDArray[np.intp], _Numbers]:
    """(N,) number of the stripe nearest to each place, and how far it is; distances along the lines count a third."""
    rows, columns = np.nonzero(stripes)
    member, distance = np.zeros(u.size, np.intp), np.zeros(u.size)
    by_column: dict[int, npt.NDArray[np.intp]] = {}
    order = np.argsort(columns, kind="stable")
    starts = np.searchsorted(columns[order], np.arange(stripes.shape[1] + 1))
    for column in range(stripes.shape[1]):
        by_column[column] = rows[order[starts[column] : starts[column + 1]]]
    for index, (column, row) in enumerate(zip(u, v, strict=True)):
        there = by_column[int(column)]
        if there.size:
            nearest = int(there[np.argmin(np.abs(there - row))])
            member[index], distance[index] = stripes[nearest, column], abs(nearest - row)
            continue
        away = (rows - row) ** 2 + ((columns - column) / 3.0) ** 2
        far = np.argmin(away)
        member[index], distance[index] = stripes[rows[far], columns[far]], np.sqrt(away[far])
    return member, distance


def _in_order(boxes: MarkBoxes, groups: list[npt.NDArray[np.intp]], size: float) -> list[npt.NDArray[np.intp]]:
    """Lines from first to last; stripes that go on from each other, or hold only stray marks, are joined."""

    def middle(group: npt.NDArray[np.intp]) -> float:
        extent = boxes.stop[group] - boxes.start[group] + boxes.bottom[group] - boxes.top[group]
        return float(np.average((boxes.top[group] + boxes.bottom[group]) / 2, weights=extent))

    groups = sorted(groups, key=middle)
    joined: list[npt.NDArray[np.intp]] = []
    for group in groups:
        if joined and _goes_on(boxes, joined[-1], group, middle(group) - middle(joined[-1]), size):
            joined[-1] = np.concatenate([joined[-1], group])
        else:
            joined.append(group)
    return [group[np.argsort(boxes.start[group], kind="stable")] for group in joined]


def _goes_on(
    boxes: MarkBoxes, group: npt.NDArray[np.intp], other: npt.NDArray[np.intp], distance: float, size: float
) -> bool:
    shared = min(boxes.stop[group].max(), boxes.stop[other].max()) - max(
        boxes.start[group].min(), boxes.start[other].min()
    )
    if shared < 0.5 * size:
        return bool(distance < 0.6 * size)
    thin = min(boxes.bottom[group].max() - boxes.top[group].min(), boxes.bottom[other].max() - boxes.top[other].min())
    return bool(distance < 0.45 * size or (distance < 0.7 * size and thin < 0.35 * size))


def _line_size(boxes: MarkBoxes, groups: list[npt.NDArray[np.intp]], before: float, *, is_vertical: bool) -> float:
    """How large characters are, from how tall they are in lines of several; else from the marks themselves."""
    heights, weights = [], []
    for group in groups:
        order = group[np.argsort(boxes.start[group])]
        # Marks within a character's reach of each other stand above one another; their joint height is a character's.
        for at in order[:: max(1, order.size // 60)]:
            middle = (boxes.start[at] + boxes.stop[at]) / 2
            near = order[np.abs((boxes.start[order] + boxes.stop[order]) / 2 - middle) < 0.45 * before]
            heights.append(boxes.bottom[near].max() - boxes.top[near].min())
            weights.append(boxes.stop[at] - boxes.start[at])
    if not heights:
        return before
    order_by_height = np.argsort(heights)
    share = np.cumsum(np.array(weights)[order_by_height])
    tall = float(np.array(heights)[order_by_height][np.searchsorted(share, 0.6 * share[-1])])
    if is_vertical:
        tall *= _TALLER_THAN_WIDE
    widths = boxes.stop - boxes.start
    wide = float(np.percentile(widths, 60))
    # A few flat characters such as 一 have no height to go by.
    size = max(tall, 0.85 * min(wide, 2 * before)) if sum(group.size for group in groups) < 8 else tall
    return float(np.clip(size, 0.65 * before, 1.5 * before))


def _pieces(boxes: MarkBoxes, size: float, cut_from: Mapping[int, int], *, is_vertical: bool) -> list[Piece]:
    """Marks of one line to pieces: those that stand above one another belong together."""
    order = np.argsort(boxes.start + boxes.stop, kind="stable")
    groups: list[list[int]] = []
    for at in order:
        for group in reversed(groups[-3:]):
            if _is_stacked(boxes, group, int(at), size):
                group.append(int(at))
                break
        else:
            groups.append([int(at)])
    pieces = []
    for group in groups:
        start, stop = float(boxes.start[group].min()), float(boxes.stop[group].max())
        top, bottom = float(boxes.top[group].min()), float(boxes.bottom[group].max())
        if is_vertical:
            box = Box(int(-bottom), int(start), int(bottom - top), int(stop - start))
        else:
            box = Box(int(start), int(top), int(stop - start), int(bottom - top))
        pieces.append(Piece(start, stop, box, tuple(int(boxes.number[at]) for at in group)))
    pieces.sort(key=lambda piece: piece.start + piece.stop)
    wholes = [{cut_from.get(mark, mark) for mark in piece.marks} for piece in pieces]
    for at, (whole, after) in enumerate(pairwise(wholes)):
        if not whole.isdisjoint(after):
            pieces[at] = replace(pieces[at], is_cut_after=True)
    return pieces


def _is_stacked(boxes: MarkBoxes, group: list[int], at: int, size: float) -> bool:
    start, stop = float(boxes.start[group].min()), float(boxes.stop[group].max())
    own = float(boxes.stop[at] - boxes.start[at])
    shared = min(stop, float(boxes.stop[at])) - max(start, float(boxes.start[at]))
    joint = max(stop, float(boxes.stop[at])) - min(start, float(boxes.start[at]))
    return shared >= _STACKED * min(stop - start, own) and joint <= 1.15 * max(size, stop - start, own)
