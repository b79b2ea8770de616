"""Printed lines on paper: notebook rules, boxes and crosses to write characters into."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from hccr_desktop.imaging.light import ink_threshold
from hccr_desktop.imaging.preview import shrink
from hccr_desktop.imaging.types import PageImage

_Mask = npt.NDArray[np.uint8]

_MIN_LENGTH: Final = 0.15
"""Share of the page's side below which a straight line is taken for a stroke."""

_MAX_DASH_GAP: Final = 0.03
"""Share of the page's side that a dashed line may be broken by."""

_THIN: Final = 0.7
"""Printed lines are at most this share of the pen's width, or else lighter than the pen."""

_LIGHT: Final = 0.22
"""Share of the ink's contrast by which a light line is lighter."""

_MIN_LONG_LINES: Final = 4
"""Parallel or perpendicular lines that tell how a page is turned: a box has four, and 三 only three."""

_ANGLE_PX: Final = 560
"""Long side at which the angle of lines is looked for, to a tenth of a degree and in ten milliseconds."""

_FAINT: Final = 18
"""Grey levels below the paper's from which something is a mark."""

_ALIGNED: Final = 0.035
"""Share of the page's side within which the ends of lines of one family lie."""

_SPANNING: Final = 0.02
"""Share of the page's side that a line from edge to edge may lack at either end."""

_RIM: Final = 0.05
"""Share of the page's sides, along its edges, in which the outer strokes of a 目 lie that fills it. Its inner ones
run from edge to edge as rules do, so that nothing is taken for rules that ends at such strokes."""

_FILLED: Final = 0.7
"""Share of a rim's length that such a stroke fills."""

_MIN_LEFT: Final = 0.03
"""Share of the dark pixels that must remain: where nothing would, the lines were the writing."""


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A horizontal line: its ends, its row at each column from start to stop, and what it looks like."""

    start: int
    stop: int
    rows: npt.NDArray[np.float64]
    thickness: float
    grey: float

    @property
    def length(self) -> int:
        return self.stop - self.start

    @property
    def slope(self) -> float:
        return float(self.rows[-1] - self.rows[0]) / max(1, self.rows.size - 1)

    @property
    def middle(self) -> float:
        return float(self.rows.mean())


@dataclass(frozen=True, slots=True)
class Ruling:
    """Printed lines that were taken away.

    Attributes:
        count: how many.
        angle: degrees clockwise by which they are turned from the page's sides; None where there are none.
    """

    count: int = 0
    angle: float | None = None


def remove_ruled_lines(page: PageImage) -> tuple[PageImage, Ruling]:
    """Take printed lines away and leave the strokes that cross them.

    Lines go if they are straight, thinner or lighter than the pen, and run across the page, or reach beyond the
    writing in a family of three, or make up a box around it. Two that look alike and run across the page go even where
    the pen is as fine and light as they are.

    Args:
        page: (height, width) uint8, dark ink on white paper, turned so that its lines run along its sides.

    Returns:
        The page without them, the same array where there are none, and what went.
    """
    mask = _marked(page)
    total = int(mask.sum())
    if not total or min(page.shape) < 24:
        return page, Ruling()
    across = _straight_lines(page, mask)
    upright = _straight_lines(page.T, np.ascontiguousarray(mask.T))
    if not across and not upright:
        return page, Ruling()
    rest = mask.copy()
    for lines, view in ((across, rest), (upright, rest.T)):
        for line in lines:
            _blank(view, line, margin=1)
    if not rest.any():
        return page, Ruling()
    pen = _Pen.of(page, rest)
    rules_across, rules_upright = _rules(across, mask), _rules(upright, mask.T)
    across = [line for line in across if line in rules_across or pen.differs_from(line)]
    upright = [line for line in upright if line in rules_upright or pen.differs_from(line)]
    chosen_across, chosen_upright = _printed(across, upright, rest)
    if not chosen_across and not chosen_upright:
        return page, Ruling()
    erased = np.zeros_like(mask)
    for lines, view, target in ((chosen_across, mask, erased), (chosen_upright, mask.T, erased.T)):
        for line in lines:
            _mark(target, view, line)
    remaining = mask & (1 - erased)
    if remaining.sum() < _MIN_LEFT * total:
        return page, Ruling()
    slopes = [line.slope for line in chosen_across] + [-line.slope for line in chosen_upright]
    lengths = [line.length for line in chosen_across + chosen_upright]
    angle = float(np.degrees(np.arctan(np.average(slopes, weights=lengths))))
    return _without(page, erased, remaining), Ruling(len(lengths), angle)


def long_line_angle(page: PageImage) -> float | None:
    """How far long straight lines are turned from the page's sides.

    Returns:
        Degrees clockwise, within 8; None with fewer than four such lines.
    """
    mask = _marked(shrink(page, long_side_px=_ANGLE_PX))
    # A marker's strokes have far more pixels than lines have, and cost as much more time.
    mask = np.asarray(cv2.subtract(mask, cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))), np.uint8)
    side = min(mask.shape)
    found = cv2.HoughLinesP(
        mask, 1, np.pi / 720, max(20, side // 4), minLineLength=0.45 * side, maxLineGap=max(2.0, _MAX_DASH_GAP * side)
    )
    if found is None:
        return None
    ends = np.asarray(found, np.float64).reshape(-1, 4)
    across, down = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    angles = (np.degrees(np.arctan2(down, across)) + 45) % 90 - 45
    middle = float(np.median(angles))
    agree = np.abs(angles - middle) < 0.7
    # Lines that differ in place: one thick line gives many answers. A lone stroke is no reason to turn a page.
    normal = np.radians(middle)
    offsets = np.where(
        np.abs(across) >= np.abs(down),
        ends[:, 1] * np.cos(normal) - ends[:, 0] * np.sin(normal),
        ends[:, 0] * np.cos(normal) + ends[:, 1] * np.sin(normal) + 1e5,
    )
    places = np.unique(np.round(offsets[agree] / (0.03 * side)))
    if abs(middle) > 8 or agree.mean() < 0.7 or np.count_nonzero(np.diff(places) > 1) < _MIN_LONG_LINES - 1:
        return None
    return float(angles[agree].mean())


def _marked(page: PageImage) -> _Mask:
    """All that is not paper, faint lines too."""
    histogram = np.bincount(page.ravel(), minlength=256)
    paper = 128 + int(histogram[128:].argmax())
    return (page <= max(min(252, ink_threshold(page)), paper - _FAINT)).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Pen:
    width: float
    grey: float

    @classmethod
    def of(cls, page: PageImage, mask: _Mask) -> "_Pen":
        """Width and grey of strokes: area over half the outline, and the darker half's middle."""
        area = int(mask.sum())
        inner = int(cv2.erode(mask, _CROSS).sum())
        greys = page[mask > 0]
        return cls(2 * area / max(1, area - inner), float(np.percentile(greys, 30)) if greys.size else 0.0)

    def differs_from(self, line: _Line) -> bool:
        return line.thickness <= _THIN * self.width or line.grey >= self.grey + _LIGHT * (255 - self.grey)


def _straight_lines(page: PageImage, mask: _Mask) -> list[_Line]:
    width = mask.shape[1]
    gap = max(2, int(_MAX_DASH_GAP * width)) | 1
    length = max(16, int(_MIN_LENGTH * width))
    bridged = cv2.morphologyEx(
        cv2.dilate(mask, np.ones((3, 1), np.uint8)), cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8)
    )
    opened = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    opened = cv2.dilate(opened, np.ones((3, 1), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(np.asarray(opened, np.uint8), connectivity=8)
    lines = []
    for number in range(1, count):
        left, top, across, down, _area = (int(value) for value in stats[number])
        if across < length or down > max(12, 0.06 * across) + 4:
            continue
        region = (labels[top : top + down, left : left + across] == number) & (
            mask[top : top + down, left : left + across] > 0
        )
        line = _fitted(page, mask, region, left, top)
        if line is not None:
            lines.append(line)
    return lines


def _fitted(page: PageImage, mask: _Mask, region: npt.NDArray[np.bool_], left: int, top: int) -> _Line | None:
    """The line through a region if it is one: straight and of one thickness."""
    counts = region.sum(axis=0)
    columns = np.flatnonzero(counts)
    if columns.size < 0.5 * region.shape[1]:
        return None
    centers = (region * np.arange(region.shape[0])[:, None]).sum(axis=0)[columns] / counts[columns]
    thickness = float(np.median(counts[columns]))
    usual = np.abs(counts[columns] - thickness) <= max(1.0, 0.4 * thickness)
    if usual.sum() < 0.35 * region.shape[1]:
        return None
    # Twice: strokes that cross the line pull at the first fit. A page is never quite flat, hence the square term.
    kept_x, kept_y = columns[usual].astype(np.float64), centers[usual]
    scale = region.shape[1]
    curve = np.polyfit(kept_x / scale, kept_y, 2)
    off = np.abs(np.polyval(curve, kept_x / scale) - kept_y)
    near = off <= max(1.0, 2 * float(np.median(off)))
    if near.sum() < 0.6 * usual.sum():
        return None
    curve = np.polyfit(kept_x[near] / scale, kept_y[near], 2)
    deviation = np.abs(np.polyval(curve, kept_x / scale) - kept_y)
    if float(np.percentile(deviation, 80)) > max(0.8, 0.25 * thickness) or abs(curve[0]) > 0.01 * scale:
        return None
    rows = np.polyval(curve, np.arange(scale) / scale) + top
    greys = page[np.clip(np.rint(rows[columns[usual]]).astype(int), 0, page.shape[0] - 1), columns[usual] + left]
    return _Line(left, left + scale, rows, thickness, float(np.median(greys)))


def _rules(lines: list[_Line], mask: _Mask) -> list[_Line]:
    """Lines that no pen draws: two or more that look alike, each from edge to edge of a page that no mark frames."""
    height, width = mask.shape
    rim, at_end = _RIM * height, max(1, round(_RIM * width))
    spanning = [line for line in lines if _spans(line, width) and rim <= line.middle <= height - rim]

    def has_kin(line: _Line) -> bool:
        alike = [other for other in spanning if _is_alike(line, other.thickness, other.grey)]
        return len(_apart(alike, 3 * line.thickness)) > 1

    rules = [line for line in spanning if has_kin(line)]
    ends = (mask[:, :at_end], mask[:, -at_end:])
    is_framed = all(float(end.any(axis=1).mean()) > _FILLED for end in ends)
    return [] if is_framed else rules


def _spans(line: _Line, side: int) -> bool:
    return line.start <= _SPANNING * side and line.stop >= (1 - _SPANNING) * side


def _is_alike(line: _Line, thickness: float, grey: float) -> bool:
    """Whether a line looks like others of a thickness and grey."""
    return abs(line.thickness - thickness) <= 0.4 * thickness + 0.5 and abs(line.grey - grey) <= 30


def _printed(across: list[_Line], upright: list[_Line], rest: _Mask) -> tuple[list[_Line], list[_Line]]:
    """Of lines that look printed, those whose place says so too."""
    height, width = rest.shape
    boxed_across, boxed_upright = _boxes(across, upright, height, width)
    columns, rows = np.flatnonzero(rest.any(axis=0)), np.flatnonzero(rest.any(axis=1))
    chosen_across = [line for line in across if line in boxed_across or _runs_on(line, across, width, columns)]
    chosen_upright = [line for line in upright if line in boxed_upright or _runs_on(line, upright, height, rows)]
    return _with_kin(chosen_across, across), _with_kin(chosen_upright, upright)


def _with_kin(chosen: list[_Line], family: list[_Line]) -> list[_Line]:
    """Besides three chosen lines, all that look like them: those that the picture's edge cuts short."""
    if len(chosen) < 3:
        return chosen
    thickness = float(np.median([line.thickness for line in chosen]))
    grey = float(np.median([line.grey for line in chosen]))
    return [line for line in family if line in chosen or _is_alike(line, thickness, grey)]


def _runs_on(line: _Line, family: list[_Line], side: int, written: npt.NDArray[np.intp]) -> bool:
    if _spans(line, side):
        return True
    near = _ALIGNED * side
    alike = [other for other in family if abs(other.start - line.start) <= near and abs(other.stop - line.stop) <= near]
    goes_beyond = not written.size or (line.start < written[0] and line.stop > written[-1])
    return goes_beyond and len(_apart(alike, near)) >= 3


def _apart(lines: list[_Line], distance: float) -> list[float]:
    places: list[float] = []
    for place in sorted(line.middle for line in lines):
        if not places or place - places[-1] > distance:
            places.append(place)
    return places


def _boxes(across: list[_Line], upright: list[_Line], height: int, width: int) -> tuple[list[_Line], list[_Line]]:
    """Lines whose ends meet in rectangles or grids: at least two each way."""
    near = _ALIGNED * max(height, width)

    def meets(line: _Line, other: _Line) -> bool:
        """Whether an upright line passes at both ends or between, and the line passes it within its length."""
        at = other.middle
        return line.start - near <= at <= line.stop + near and other.start - near <= line.middle <= other.stop + near

    def ends(line: _Line, others: list[_Line], side: int) -> bool:
        # A box may be cut by the page's edge.
        met = [other.middle for other in others if meets(line, other)]
        met += [edge for edge in (0.0, float(side)) if line.start - near <= edge <= line.stop + near]
        return len(met) > 1 and abs(min(met) - line.start) <= 2 * near and abs(max(met) - line.stop) <= 2 * near

    kept_across = [line for line in across if ends(line, upright, width)]
    kept_upright = [line for line in upright if ends(line, across, height)]
    if len(_apart(kept_across, near)) + len(_apart(kept_upright, near)) < 3 or not kept_across or not kept_upright:
        return [], []
    return kept_across, kept_upright


def _blank(mask: _Mask, line: _Line, *, margin: int) -> None:
    reach = int(np.ceil(line.thickness / 2)) + margin
    columns = np.arange(line.start, line.stop)
    for shift in range(-reach, reach + 1):
        rows = np.clip(np.rint(line.rows).astype(int) + shift, 0, mask.shape[0] - 1)
        mask[rows, columns] = 0


def _mark(target: _Mask, mask: _Mask, line: _Line) -> None:
    """Mark the line's own pixels, but for those of strokes that cross it or end at it."""
    height = mask.shape[0]
    reach = max(1, round(line.thickness / 2 + 0.6))
    columns = np.arange(line.start, line.stop)
    rows = np.rint(line.rows).astype(int)

    def at(shift: int) -> npt.NDArray[np.uint8]:
        place = rows + shift
        inside = (place >= 0) & (place < height)
        return np.where(inside, mask[np.clip(place, 0, height - 1), columns], 0).astype(np.uint8)

    beyond = max(2, round(0.6 * line.thickness))

    def goes_on(side: int) -> npt.NDArray[np.bool_]:
        # Strokes slant, so that they may be a column further at each row.
        found = at(side * (reach + 1)) > 0
        for step in range(2, beyond + 1):
            further = at(side * (reach + step))[None]
            found &= cv2.dilate(further, np.ones((1, 2 * step - 1), np.uint8))[0] > 0
        return found

    crosses = _crossings(goes_on(-1), goes_on(1), 2 * reach + 1)
    for shift in range(-reach, reach + 1):
        place = rows + shift
        inside = (place >= 0) & (place < height) & ~crosses[shift + reach]
        target[place[inside], columns[inside]] = 1


def _crossings(above: npt.NDArray[np.bool_], below: npt.NDArray[np.bool_], count: int) -> npt.NDArray[np.bool_]:
    """Where strokes are in the rows of a line, told from where they are in the rows above and below it.

    Kept whole, what a slanting stroke covers on either side would leave stumps of the line beside it, which made 好 抖
    and 佛 伴: of 240 characters on ruled paper 8 were misread for the rules, now 4.

    Args:
        above: (columns,) where ink goes on above the line.
        below: likewise.
        count: rows of the line.

    Returns:
        (count, columns).
    """
    kept = np.zeros((count, above.size), np.bool_)
    ends = (_runs(above), _runs(below))
    reach = count + 3
    start, stop = ends[0][:, None, 0], ends[0][:, None, 1]
    meets = (ends[1][None, :, 0] <= stop + reach) & (ends[1][None, :, 1] >= start - reach)
    for runs, is_met in zip(ends, (meets.any(axis=1), meets.any(axis=0)), strict=True):
        for first, last in runs[~is_met].tolist():
            kept[:, max(0, first - 1) : last + 1] = True
    for one, other in np.argwhere(meets).tolist():
        pair = np.stack([ends[0][one], ends[1][other]])
        widths = pair[:, 1] - pair[:, 0]
        if widths.max() > 2 * widths.min() + 4:  # a stroke that lies along the line, and another that ends at it
            for first, last in pair.tolist():
                kept[:, max(0, first - 1) : last + 1] = True
            continue
        for row in range(count):
            first, last = np.rint(pair[0] + (pair[1] - pair[0]) * (row + 1) / (count + 1)).astype(int).tolist()
            kept[row, max(0, first - 1) : last + 1] = True
    return kept


def _runs(values: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """(N, 2) first index of each run of true values, and the one after its last."""
    steps = np.diff(np.concatenate([[0], values.astype(np.int8), [0]]))
    return np.column_stack([np.flatnonzero(steps > 0), np.flatnonzero(steps < 0)])


def _without(page: PageImage, erased: _Mask, remaining: _Mask) -> PageImage:
    """Erase, with the soft edges of what is erased but not those of what remains; drop the crumbs it leaves."""
    soft = cv2.dilate(erased, np.ones((5, 5), np.uint8))
    keep = cv2.dilate(remaining, np.ones((3, 3), np.uint8))
    cleared = page.copy()
    cleared[(erased > 0) | ((soft > 0) & (keep == 0))] = 255
    count, labels, stats, _ = cv2.connectedComponentsWithStats(remaining, connectivity=8)
    touched = np.zeros(count, np.bool_)
    touched[np.unique(labels[soft > 0])] = True
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    pen = 2 * remaining.sum() / max(1, int(remaining.sum()) - int(cv2.erode(remaining, _CROSS).sum()))
    is_crumb = touched & (size <= max(3.0, 1.6 * pen))
    is_crumb[0] = False
    if is_crumb.any():
        crumbs = cv2.dilate(is_crumb[labels].astype(np.uint8), np.ones((3, 3), np.uint8))
        cleared[(crumbs > 0) & ((labels == 0) | is_crumb[labels])] = 255
    return cleared


_CROSS: Final = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
