"""Characters put together from an enclosing part and what it holds: 辶 and 反 are 返, 门 and 活 are 阔.

No straight line parts them, so they are told apart stroke by stroke (:mod:`hccr_training.synthesis.matching`). Which
strokes enclose is told for some characters and found by shape in all others. An outer part may be had from any
character that has one of the same shape, and what is inside also from halves and from whole characters.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from hccr_desktop.domain.charset import gb2312_level1
from hccr_training.sources.banks import ByClass, InkBank, Points, StrokeBank
from hccr_training.synthesis.matching import Match, Model, match, model_of
from hccr_training.synthesis.shapes import Outline, Shape, similar_pairs

EXAMPLES: Final = (
    *(("返", 0, 4), ("道", 0, 9), ("边", 0, 2), ("建", 0, 6), ("廷", 0, 4), ("凶", 0, 2), ("画", 0, 6)),
    *(("起", 7, 10), ("题", 9, 15), ("魁", 9, 13), ("勉", 7, 9), ("旭", 2, 6), ("毯", 4, 12), ("爬", 4, 8)),
    *(("翘", 6, 12), ("翅", 4, 10), ("处", 3, 5), ("厅", 2, 4), ("历", 2, 4), ("厚", 2, 9), ("反", 2, 4), ("石", 2, 5)),
    *(
        ("庄", 3, 6),
        ("店", 3, 8),
        ("病", 5, 10),
        ("层", 3, 7),
        ("房", 4, 8),
        ("虑", 6, 10),
        ("虎", 6, 8),
        ("磨", 11, 16),
    ),
    *(("右", 2, 5), ("左", 2, 5), ("灰", 2, 6), ("在", 3, 6), ("者", 4, 8), ("考", 4, 6), ("差", 6, 9), ("岛", 4, 7)),
    *(("问", 3, 6), ("阔", 3, 12), ("同", 2, 6), ("周", 2, 8), ("冈", 2, 4), ("风", 2, 4), ("向", 3, 6)),
    *(("句", 2, 5), ("包", 2, 5), ("氧", 4, 10), ("司", 2, 5), ("可", 1, 4)),
    *(("国", 2, 7), ("回", 2, 5), ("四", 2, 4), ("区", 1, 3), ("医", 1, 6), ("式", 1, 4), ("或", 1, 5), ("载", 3, 7)),
    *(("咸", 2, 6), ("威", 2, 6), ("戚", 2, 8), ("街", 3, 9), ("班", 4, 6), ("辩", 7, 9), ("粥", 3, 9), ("哀", 2, 5)),
)
"""Characters with an enclosing part, and from which stroke to before which the inner part goes. The others of their
kind are found by shape."""

MIN_INSIDE: Final = 0.2
"""A part of a smaller side, of the character's, is a dot and no part."""

MIN_OUTSIDE: Final = 0.5
"""Of the character's width and height: the 厂 of 反 in 板 is none to take."""

MIN_HELD: Final = 0.5
"""Share of the inner part's box that lies in the outer one's; 0.75 of 反 in 返."""

MAX_CUTS: Final = 2
MAX_CROSSINGS: Final = 1
TOUCH: Final = 0.03
MAX_TOUCHING: Final = 0.12
"""A character is rejected in which more lines of the parts cross, or more of the inner part's points lie nearer to the
outer one than ``TOUCH``: hands keep the parts apart, or they could not be read."""

HABIT: Final = 0.7
"""How far the place of the inner part follows the hand that wrote the outer one, rather than the medians."""

PLACE_SPREAD: Final = 0.012
MAX_SLANT: Final = 0.25
_ATTEMPTS: Final = 4
_INNER_ATTEMPTS: Final = 3
_SAME_BANK_ATTEMPTS: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """Some strokes of a character.

    Attributes:
        character_class: of the character.
        start: first stroke of those in a row.
        stop: the stroke after them.
        is_inside: whether those are the part, or all others.
    """

    character_class: int
    start: int
    stop: int
    is_inside: bool

    def strokes(self, count: int) -> npt.NDArray[np.int64]:
        """Numbers of the strokes, of the character's ``count``."""
        numbers = np.arange(count)
        is_inside = (numbers >= self.start) & (numbers < self.stop)
        return np.flatnonzero(is_inside == self.is_inside)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Where the parts of a character can be had.

    Attributes:
        part: the inner one of this character.
        outer: parts of the same shape as its outer one.
        inner: parts of the same shape as its inner one.
    """

    part: Part
    outer: tuple[Part, ...]
    inner: tuple[Part, ...]


def find_parts(outlines: dict[int, Outline]) -> list[Part]:
    """The inner part of each class that has one; a class may have several.

    Args:
        outlines: of each class's medians.
    """
    places: dict[tuple[int, int], list[Shape]] = defaultdict(list)
    for character, start, stop in EXAMPLES:
        outline = outlines.get(gb2312_level1().index(character))
        if outline is not None and len(outline) >= stop and len(outline) > stop - start:
            part = Part(gb2312_level1().index(character), start, stop, False)
            places[start, len(outline) - stop].append(outline.shape(part.strokes(len(outline))))
    found = []
    for (before, after), examples in places.items():
        tried, shapes = [], []
        for character_class, outline in outlines.items():
            part = Part(character_class, before, len(outline) - after, True)
            if part.stop > before and _is_enclosed(outline, part):
                tried.append(part)
                shapes.append(outline.shape(replace(part, is_inside=False).strokes(len(outline))))
        if tried:
            same = similar_pairs(np.stack(shapes), np.stack(examples))
            found += [part for part, numbers in zip(tried, same, strict=True) if len(numbers)]
    return found


def _is_enclosed(outline: Outline, part: Part) -> bool:
    inner = outline.box(part.strokes(len(outline)))
    outer = outline.box(replace(part, is_inside=False).strokes(len(outline)))
    whole = outline.box()
    extent = np.maximum(whole[1] - whole[0], 1e-6)
    size = np.maximum((inner[1] - inner[0]) / extent, 0.05)
    shared = np.maximum((np.minimum(inner[1], outer[1]) - np.maximum(inner[0], outer[0])) / extent, 0)
    held = float(np.prod(np.clip(np.maximum(shared, np.where(size > 0.05, 0, 0.05)) / size, 0, 1)))
    is_outside = bool(((outer[1] - outer[0]) / extent >= MIN_OUTSIDE).all())
    return float(size.max()) >= MIN_INSIDE and is_outside and held >= MIN_HELD


def find_enclosures(
    medians: InkBank, halves: Sequence[Part], has_samples: npt.NDArray[np.bool_]
) -> dict[int, list[Recipe]]:
    """For each class that can be put together so: its recipes.

    Args:
        medians: one ink a class.
        halves: parts that can be inner ones besides those that are enclosed, and whole characters.
        has_samples: (classes,) whether hands wrote the class; only those can give parts.
    """
    outlines = {number: Outline(medians.strokes(index)) for index, number in enumerate(medians.classes.tolist())}
    inner = find_parts(outlines)
    outer = [replace(part, is_inside=False) for part in inner]
    more = [*halves, *(Part(number, 0, len(outline), True) for number, outline in outlines.items())]
    same_inner = _same(inner, [*inner, *more], outlines, has_samples)
    same_outer = _same(outer, outer, outlines, has_samples)
    recipes: dict[int, list[Recipe]] = defaultdict(list)
    for one, other in zip(inner, outer, strict=True):
        givers = {part.character_class for part in (*same_inner[one], *same_outer[other])}
        # Its own two parts alone would give the hands' own characters back.
        if same_inner[one] and same_outer[other] and givers != {one.character_class}:
            recipes[one.character_class].append(Recipe(one, same_outer[other], same_inner[one]))
    return dict(recipes)


def _same(
    wanted: Sequence[Part],
    offered: Sequence[Part],
    outlines: dict[int, Outline],
    has_samples: npt.NDArray[np.bool_],
) -> dict[Part, tuple[Part, ...]]:
    """For each wanted part the offered ones of the same shape that hands wrote."""
    by_count: dict[int, tuple[list[tuple[Part, Shape]], list[tuple[Part, Shape]]]] = defaultdict(lambda: ([], []))
    for side, parts in enumerate((wanted, [part for part in offered if has_samples[part.character_class]])):
        for part in dict.fromkeys(parts):
            outline = outlines[part.character_class]
            shape = outline.shape(part.strokes(len(outline)))
            by_count[len(shape)][side].append((part, shape))
    same: dict[Part, tuple[Part, ...]] = dict.fromkeys(wanted, ())
    for ones, others in by_count.values():
        if ones and others:
            pairs = similar_pairs(np.stack([shape for _, shape in ones]), np.stack([shape for _, shape in others]))
            for (part, _), givers in zip(ones, pairs, strict=True):
                same[part] = tuple(others[giver][0] for giver in givers)
    return same


@dataclass(frozen=True, slots=True)
class _Taken:
    """A part of a hand's character.

    Attributes:
        lines: in the unit square that the hand's character is stretched to.
        others: lines of the rest.
        model: of the giving class.
        is_part: (strokes of the model,).
        slant: see :class:`Match`.
        bank: where the ink is from.
        aspect: width over height of the hand's character, over that of its medians.
    """

    lines: list[Points]
    others: list[Points]
    model: Model
    is_part: npt.NDArray[np.bool_]
    slant: tuple[float, float]
    bank: int
    aspect: float


class EncloseComposer:
    """Puts an enclosing part of one hand's character around a part of another.

    Args:
        medians: one ink a class.
        banks: ink of hands.
        by_class: finds their inks.
    """

    def __init__(self, medians: InkBank, banks: Sequence[StrokeBank], by_class: ByClass) -> None:
        self._medians = {int(number): medians.strokes(index) for index, number in enumerate(medians.classes.tolist())}
        self._banks = banks
        self._by_class = by_class
        self._models: dict[int, Model] = {}

    def compose(self, recipe: Recipe, random: np.random.Generator) -> list[Points] | None:
        """A character of two hands' parts.

        Returns:
            One (points, 2) float32 array a line, of the unit square's height, y down; None if no hand's characters
            could be parted, or the parts do not fit.
        """
        for _ in range(_ATTEMPTS):
            outer = self._take(recipe.outer, random)
            if outer is None:
                continue
            for _ in range(_INNER_ATTEMPTS):
                inner = self._take(recipe.inner, random, outer.bank)
                made = self._put_together(recipe.part, outer, inner, random) if inner is not None else None
                if made is not None:
                    return made
        return None

    def _model(self, character_class: int) -> Model:
        if character_class not in self._models:
            self._models[character_class] = model_of(self._medians[character_class])
        return self._models[character_class]

    def _take(self, sources: Sequence[Part], random: np.random.Generator, wanted: int | None = None) -> _Taken | None:
        """A part of some hand's character, of the wanted bank if a few tries find one: most banks are of one hand."""
        for _ in range(1 if wanted is None else _SAME_BANK_ATTEMPTS):
            part = sources[int(random.integers(len(sources)))]
            giver = part.character_class
            bank, index = self._by_class.find(giver, int(random.integers(self._by_class.count(giver))))
            if bank == wanted:
                break
        model = self._model(giver)
        is_part = np.full(int(model.owner[-1]) + 1, not part.is_inside)
        is_part[part.start : part.stop] = part.is_inside
        strokes = self._banks[bank].strokes(index)
        found: Match = match(strokes, model, is_part)
        if not found.is_good or found.cuts > MAX_CUTS or not found.parts[1]:
            return None
        aspect = _aspect(strokes) / _aspect(self._medians[giver])
        return _Taken(found.parts[1], found.parts[0], model, is_part, found.slant, bank, aspect)

    def _put_together(
        self, part: Part, outer: _Taken, inner: _Taken, random: np.random.Generator
    ) -> list[Points] | None:
        model = self._model(part.character_class)
        is_inside = (model.owner >= part.start) & (model.owner < part.stop)
        outer_box = _box([model.points[~is_inside]]) + _box(outer.lines) - _median_box(outer, True)
        inner_box = _box([model.points[is_inside]]) + random.normal(0, PLACE_SPREAD, (2, 2)).astype(np.float32)
        if outer.others:
            inner_box += HABIT * (_box(outer.others) - _median_box(outer, False))
        if (np.diff(inner_box, axis=0) < 0.5 * np.diff(_box([model.points[is_inside]]), axis=0)).any():
            return None
        held = _sheared(inner, outer.slant, np.diff(inner_box, axis=0)[0])
        around, held = _fitted(outer.lines, outer_box), _fitted(held, inner_box)
        if _is_tangled(around, held):
            return None
        made = [*held, *around] if part.start == 0 else [*around, *held]
        aspect = np.clip(outer.aspect * _aspect(self._medians[part.character_class]), 0.4, 2.5)
        return [line * np.array([aspect, 1], np.float32) for line in made]


def _aspect(strokes: Sequence[Points]) -> float:
    extent = np.ptp(np.concatenate(strokes), axis=0)
    return float(np.divide(*np.maximum(extent, 0.15 * max(float(extent.max()), 1e-6))))


def _box(lines: Sequence[Points]) -> npt.NDArray[np.float32]:
    """(2, 2): low corner, high corner."""
    points = np.concatenate(lines)
    return np.stack([points.min(axis=0), points.max(axis=0)])


def _median_box(taken: _Taken, of_part: bool) -> npt.NDArray[np.float32]:
    return _box([taken.model.points[taken.is_part[taken.model.owner] == of_part]])


def _sheared(taken: _Taken, slant: tuple[float, float], size: Points) -> list[Points]:
    """The part's lines, slanted as the hand that wrote the other part slants, once they are stretched to a size."""
    box = _box(taken.lines)
    stretch = size / np.maximum(box[1] - box[0], 0.1)
    ratio = float(stretch[0] / stretch[1])
    across = float(np.clip(slant[0] / ratio - taken.slant[0], -MAX_SLANT, MAX_SLANT))
    down = float(np.clip(slant[1] * ratio - taken.slant[1], -MAX_SLANT, MAX_SLANT))
    change = np.array([[1, down], [across, 1]], np.float32)
    return [line @ change for line in taken.lines]


def _fitted(lines: Sequence[Points], box: npt.NDArray[np.float32]) -> list[Points]:
    """The lines, stretched to a box; a mere line stays as thick as it is."""
    own = _box(lines)
    extent, size = own[1] - own[0], box[1] - box[0]
    scale = np.where(extent > 0.08, size / np.maximum(extent, 1e-6), 1)
    return [((line - own.mean(axis=0)) * scale + box.mean(axis=0)).astype(np.float32) for line in lines]


def _is_tangled(around: Sequence[Points], held: Sequence[Points]) -> bool:
    """Whether the lines of the parts cross or touch more than hands let them."""
    points = np.concatenate(held)
    near = np.concatenate(around)
    squares = np.square(points[:, None, 0] - near[None, :, 0]) + np.square(points[:, None, 1] - near[None, :, 1])
    if float((squares.min(axis=1) < TOUCH**2).mean()) > MAX_TOUCHING:
        return True
    return _crossings(_segments(around), _segments(held)) > MAX_CROSSINGS


def _segments(lines: Sequence[Points]) -> npt.NDArray[np.float32]:
    """(segments, 2, 2): both ends."""
    return np.concatenate([np.stack([line[:-1], line[1:]], axis=1) for line in lines])


def _crossings(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> int:
    """How many segments of the one cross how many of the other."""

    def sides(lines: npt.NDArray[np.float32], points: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
        """(lines, points): which side of each line each point lies on."""
        ways = lines[:, 1] - lines[:, 0]
        normals = np.stack([-ways[:, 1], ways[:, 0]], axis=1)
        return np.asarray(normals @ points.T > (normals * lines[:, 0]).sum(axis=1)[:, None])

    part = sides(one, other[:, 0]) != sides(one, other[:, 1])
    back = sides(other, one[:, 0]) != sides(other, one[:, 1])
    return int((part & back.T).sum())
