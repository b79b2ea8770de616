"""Characters put together from halves that hands have written in other characters.

Which characters share a half is read off the stroke medians: 贩 and 败 both begin with the four strokes of 贝, on the
left and of the same shape. So a 贝 of a hand that wrote 败, beside a 反 of one that wrote 板, is a 贩 that nobody drew
but two hands might have. Real joined-up halves are worth more than simulated ones, and a few thousand characters of a
few hands yield millions of such pairs. Parts that no straight line parts are the matter of
:mod:`hccr_training.synthesis.enclosures`.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from hccr_training.sources.banks import ByClass, InkBank, Points, StrokeBank
from hccr_training.synthesis.enclosures import EncloseComposer, Part, find_enclosures
from hccr_training.synthesis.shapes import Outline, Shape, similar_pairs

Axis = Literal[0, 1]
"""0: halves side by side, 1: one above the other."""

MAX_OVERLAP: Final = 0.06
"""How far halves may reach into one another, of the character's side."""

MIN_SHARE: Final = 0.22
"""A half narrower than this share of the character is a dot or the foot of 辶, not a half."""

SEARCH: Final = 0.10
"""The cut through a hand's character is looked for this far around where the medians have it, in its widths."""

SEARCH_STEPS: Final = 21
MAX_CROSSINGS: Final = 2
"""A hand's character that more lines cross at its best cut is not cut."""

SHARE_SPREAD: Final = 0.04
GAP: Final = (-0.02, 0.06)
_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to cut a character in two.

    Attributes:
        axis: along which the halves follow each other.
        place: of the cut, of the character's width or height.
        strokes: of the first half.
    """

    axis: Axis
    place: float
    strokes: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """A cut of a character, and where its halves can be had.

    Attributes:
        cut: of this character.
        sources: for each half, classes with their own cut whose same half is the same.
    """

    cut: Cut
    sources: tuple[tuple[tuple[int, Cut], ...], tuple[tuple[int, Cut], ...]]


def find_cuts(medians: Sequence[Points]) -> list[Cut]:
    """All ways to cut a character between two consecutive strokes so that the halves lie apart.

    Args:
        medians: one (points, 2) array a stroke, in stroke order, y down.
    """
    lows = np.array([stroke.min(axis=0) for stroke in medians])
    highs = np.array([stroke.max(axis=0) for stroke in medians])
    low, high = lows.min(axis=0), highs.max(axis=0)
    extent = np.maximum(high - low, 1e-6)
    cuts = []
    for count in range(1, len(medians)):
        ends, begins = highs[:count].max(axis=0), lows[count:].min(axis=0)
        for axis in (0, 1):
            place = float(((ends[axis] + begins[axis]) / 2 - low[axis]) / extent[axis])
            overlap = (ends[axis] - begins[axis]) / max(extent)
            if overlap <= MAX_OVERLAP and MIN_SHARE <= place <= 1 - MIN_SHARE:
                cuts.append(Cut(axis, place, count))
    return cuts


def find_recipes(medians: InkBank, has_samples: npt.NDArray[np.bool_]) -> dict[int, list[Recipe]]:
    """For each class that can be put together: its recipes.

    Args:
        medians: one ink a class.
        has_samples: (classes,) whether hands wrote the class; only those can give halves.
    """
    halves: dict[tuple[Axis, int, int], list[tuple[int, Cut, Shape]]] = defaultdict(list)
    cuts: dict[int, list[Cut]] = {}
    for index, character_class in enumerate(medians.classes.tolist()):
        strokes = medians.strokes(index)
        cuts[character_class] = find_cuts(strokes)
        outline = Outline(strokes)
        for cut in cuts[character_class]:
            for side, half in enumerate((slice(cut.strokes), slice(cut.strokes, None))):
                shape = outline.shape(half)
                halves[cut.axis, side, len(shape)].append((character_class, cut, shape))
    same: dict[tuple[int, Cut, int], list[tuple[int, Cut]]] = defaultdict(list)
    for (_, side, _), members in halves.items():
        shapes = np.stack([shape for _, _, shape in members])
        givers = np.flatnonzero([has_samples[character_class] for character_class, _, _ in members])
        if not len(givers):
            continue
        for (character_class, cut, _), found_givers in zip(members, similar_pairs(shapes, shapes[givers]), strict=True):
            same[character_class, cut, side] = [members[giver][:2] for giver in givers[found_givers]]
    recipes: dict[int, list[Recipe]] = {}
    for character_class, own in cuts.items():
        found = [
            Recipe(cut, (tuple(same[character_class, cut, 0]), tuple(same[character_class, cut, 1])))
            for cut in own
            if same[character_class, cut, 0] and same[character_class, cut, 1]
        ]
        # Its own two halves alone would give the hands' own characters back.
        found = [
            recipe for recipe in found if {giver for half in recipe.sources for giver, _ in half} != {character_class}
        ]
        if found:
            recipes[character_class] = found
    return recipes


class Composer:
    """Puts characters together.

    Args:
        medians: one ink a class.
        banks: ink of hands.
    """

    def __init__(self, medians: InkBank, banks: Sequence[StrokeBank]) -> None:
        self._banks = banks
        self._by_class = ByClass(banks)
        classes = int(medians.classes.max()) + 1
        has_samples = np.array([self._by_class.count(number) > 0 for number in range(classes)])
        self._recipes = find_recipes(medians, has_samples)
        self._enclosures = find_enclosures(medians, _halves(medians), has_samples)
        self._enclosing = EncloseComposer(medians, banks, self._by_class)

    def can_compose(self, character_class: int) -> bool:
        """Whether there are parts for the class."""
        return character_class in self._recipes or character_class in self._enclosures

    def compose(self, character_class: int, random: np.random.Generator) -> list[Points] | None:
        """A character of two hands' parts.

        Returns:
            One (points, 2) float32 array a line in the unit square, y down; None if no hand's character could be cut.
            Where one part encloses the other, the height alone is 1.
        """
        halves = self._recipes.get(character_class, [])
        enclosures = self._enclosures.get(character_class, [])
        number = int(random.integers(len(halves) + len(enclosures)))
        if number < len(halves):
            return self._join_halves(halves[number], random)
        return self._enclosing.compose(enclosures[number - len(halves)], random)

    def _join_halves(self, recipe: Recipe, random: np.random.Generator) -> list[Points] | None:
        axis = recipe.cut.axis
        share = float(np.clip(recipe.cut.place + random.normal(0, SHARE_SPREAD), 0.12, 0.88))
        gap = float(random.uniform(*GAP))
        made: list[Points] = []
        for side, (start, length) in enumerate(((0.0, share - gap / 2), (share + gap / 2, 1 - share - gap / 2))):
            half = self._half(recipe.sources[side], side, random)
            if half is None:
                return None
            for line in half:
                line[:, axis] = start + line[:, axis] * length
            made += half
        return made

    def _half(self, sources: Sequence[tuple[int, Cut]], side: int, random: np.random.Generator) -> list[Points] | None:
        for _ in range(_ATTEMPTS):
            giver, cut = sources[int(random.integers(len(sources)))]
            bank, index = self._by_class.find(giver, int(random.integers(self._by_class.count(giver))))
            half = cut_half(self._banks[bank].strokes(index), cut, side)
            if half is not None:
                return half
        return None


def _halves(medians: InkBank) -> list[Part]:
    parts = []
    for index, character_class in enumerate(medians.classes.tolist()):
        strokes = medians.strokes(index)
        for cut in find_cuts(strokes):
            parts.append(Part(character_class, 0, cut.strokes, True))
            parts.append(Part(character_class, cut.strokes, len(strokes), True))
    return parts


def cut_half(strokes: Sequence[Points], cut: Cut, side: int) -> list[Points] | None:
    """One half of a hand's character.

    Args:
        strokes: in any unit, y down.
        cut: of the character's class; the place with the fewest crossing lines near it is taken.
        side: 0 for the first half, 1 for the second.

    Returns:
        Its lines, with the half stretched to 0..1 along the cut's axis and the character to 0..1 along the other; None
        where too many lines cross, or nothing is left.
    """
    points = np.concatenate(strokes).astype(np.float32)
    low, extent = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-6)
    axis = cut.axis
    lines = [((stroke - low) / extent).astype(np.float32) for stroke in strokes]
    places = np.linspace(cut.place - SEARCH, cut.place + SEARCH, SEARCH_STEPS)
    starts = np.concatenate([line[:-1, axis] for line in lines])
    ends = np.concatenate([line[1:, axis] for line in lines])
    crossings = ((starts[None] < places[:, None]) != (ends[None] < places[:, None])).sum(axis=1)
    fewest = int(crossings.min())
    if fewest > MAX_CROSSINGS:
        return None
    best = np.flatnonzero(crossings == fewest)
    place = float(places[best[np.argmin(np.abs(best - SEARCH_STEPS // 2))]])
    kept: list[Points] = []
    for line in lines:
        inside = (line[:, axis] < place) if side == 0 else (line[:, axis] >= place)
        for piece in np.split(line, np.flatnonzero(np.diff(inside.astype(np.int8))) + 1):
            is_inside = (piece[0, axis] < place) == (side == 0)
            if is_inside and len(piece) > 1:
                kept.append(piece.copy())
    if not kept:
        return None
    along = np.concatenate([piece[:, axis] for piece in kept])
    first, length = float(along.min()), float(np.ptp(along))
    for piece in kept:
        # A half that is a mere line, such as the 丨 of 旧, stays one.
        piece[:, axis] = (piece[:, axis] - first) / length if length > 0.08 else 0.5 + piece[:, axis] - along.mean()
    return kept
