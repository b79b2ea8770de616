"""Characters put together from halves: which halves are the same, and that nothing but halves is taken."""

import numpy as np
import pytest

from hccr_desktop.domain.charset import gb2312_level1
from hccr_training.sources.banks import InkBank
from hccr_training.synthesis.components import Composer, Cut, cut_half, find_cuts, find_recipes
from hccr_training.synthesis.matching import match, model_of

BOX = [[(0, 0), (0, 100)], [(40, 0), (40, 100)], [(0, 0), (40, 0)]]
CROSS = [[(60, 50), (100, 50)], [(80, 0), (80, 100)]]
SLASHES = [[(60, 0), (100, 40)], [(60, 60), (100, 100)]]
STACKED = [[(0, 0), (100, 0)], [(0, 90), (100, 100)]]


def ink(*parts: list[list[tuple[int, int]]], offset: tuple[int, int] = (0, 0)) -> list[np.ndarray]:
    strokes = [stroke for part in parts for stroke in part]
    return [
        np.stack([np.linspace(one, other, 9) for one, other in zip(*stroke, strict=True)], axis=1).astype(np.float32)
        + np.array(offset, np.float32)
        for stroke in strokes
    ]


def left_half(strokes: list[list[tuple[int, int]]], shift: int) -> list[list[tuple[int, int]]]:
    return [[(x + shift, y) for x, y in stroke] for stroke in strokes]


def test_cuts_lie_between_consecutive_strokes_that_stand_apart():
    (cut,) = find_cuts(ink(BOX, CROSS))

    assert (cut.axis, cut.strokes) == (0, 3)
    assert cut.place == pytest.approx(0.5)
    assert [(cut.axis, cut.strokes) for cut in find_cuts(ink(STACKED))] == [(1, 1)]
    assert find_cuts(ink(CROSS)) == []


def test_a_dot_beside_a_character_is_no_half():
    assert find_cuts(ink([[(0, 0), (90, 0)], [(0, 50), (90, 50)], [(96, 40), (100, 60)]])) != []
    assert all(cut.axis == 1 for cut in find_cuts(ink([[(0, 0), (90, 0)], [(0, 50), (90, 50)], [(96, 40), (100, 60)]])))


@pytest.fixture
def medians() -> InkBank:
    # 0 and 1 share the left half, 1 and 2 the right one; 0 = box + cross, 1 = box + slashes, 2 = cross + slashes.
    inks = [ink(BOX, CROSS), ink(BOX, SLASHES), ink(left_half(CROSS, -60), SLASHES)]
    return InkBank(list(gb2312_level1())[:3], inks)


def test_recipes_name_the_classes_that_share_a_half(medians):
    recipes = find_recipes(medians, np.array([True, True, True]))

    (recipe,) = recipes[1]
    assert [{source for source, _ in half} for half in recipe.sources] == [{0, 1}, {1, 2}]
    (recipe,) = recipes[0]
    assert [{source for source, _ in half} for half in recipe.sources] == [{0, 1}, {0}]


def test_classes_that_no_hand_wrote_give_no_halves(medians):
    recipes = find_recipes(medians, np.array([True, False, True]))

    (recipe,) = recipes[1]
    assert [{source for source, _ in half} for half in recipe.sources] == [{0}, {2}]
    assert 0 not in recipes  # it would be its own two halves


def test_a_composed_character_has_both_halves_at_their_places(medians):
    hands = InkBank(
        list(gb2312_level1())[:3], [ink(BOX, CROSS, offset=(500, 70)), [], ink(left_half(CROSS, -60), SLASHES)]
    )
    composer = Composer(medians, [hands])
    random = np.random.default_rng(1)

    assert composer.can_compose(1)
    for _ in range(20):
        lines = composer.compose(1, random)
        assert lines is not None
        assert len(lines) == 5  # the box of hand 0 and the slashes of hand 2
        box, slashes = np.concatenate(lines[:3]), np.concatenate(lines[3:])
        assert box[:, 0].min() == pytest.approx(0, abs=1e-5)
        assert slashes[:, 0].max() == pytest.approx(1, abs=1e-5)
        assert box[:, 0].max() < slashes[:, 0].min() + 0.03
        assert box[:, 1].min() == pytest.approx(0, abs=1e-5)
        assert box[:, 1].max() == pytest.approx(1, abs=1e-5)


def test_a_joining_line_is_cut_and_its_parts_fall_to_both_halves():
    joined = [np.stack([np.linspace(0, 100, 41), np.full(41, 50.0)], axis=1).astype(np.float32), *ink(BOX)]

    left = cut_half(joined, Cut(0, 0.5, 3), 0)
    right = cut_half(joined, Cut(0, 0.5, 3), 1)

    assert left is not None
    assert right is not None
    assert (len(left), len(right)) == (4, 1)
    assert np.concatenate(left)[:, 0].max() == pytest.approx(1)
    assert right[0][:, 1] == pytest.approx(0.5)


def test_a_character_with_many_crossing_lines_is_not_cut():
    rows = [[(0, y), (100, y)] for y in (0, 30, 60, 100)]

    assert cut_half(ink(rows), Cut(0, 0.5, 1), 0) is None


def test_the_cut_goes_to_the_gap_nearest_to_where_the_medians_have_it():
    half = cut_half(ink([[(0, 0), (56, 100)], [(62, 0), (100, 100)]]), Cut(0, 0.5, 1), 0)

    assert half is not None
    assert len(half) == 1
    assert len(half[0]) == 9  # the whole first stroke, although it reaches beyond the middle


X = [[(70, 10), (30, 60)], [(30, 10), (70, 60)]]
TRAY = [[(0, 30), (0, 100), (100, 100)], [(100, 30), (100, 100)]]
COMB = [[(x, 0), (x, 60)] for x in (25, 35, 45, 55, 65, 75)]


def bent(*parts: list[list[tuple[int, int]]]) -> list[np.ndarray]:
    """Strokes with corners, a point every few units."""
    made = []
    for stroke in [stroke for part in parts for stroke in part]:
        places = np.linspace(0, len(stroke) - 1, 12 * (len(stroke) - 1) + 1)
        made.append(np.stack([np.interp(places, range(len(stroke)), axis) for axis in zip(*stroke, strict=True)], 1))
    return [stroke.astype(np.float32) for stroke in made]


def test_an_enclosing_part_is_put_around_what_another_hand_wrote():
    # A tray holds an X in the one, a comb in the other; a third is nothing but an X.
    characters = ["凶", "画", "一"]
    medians = InkBank(characters, [bent(X, TRAY), bent(COMB, TRAY), bent(X)])
    hands = InkBank(characters, [[], bent(COMB, TRAY), bent(X)])
    composer = Composer(medians, [hands])
    random = np.random.default_rng(1)
    character_class = gb2312_level1().index("凶")

    assert composer.can_compose(character_class)
    assert not composer.can_compose(gb2312_level1().index("画"))  # it would be its own two parts
    for _ in range(20):
        lines = composer.compose(character_class, random)
        assert lines is not None
        assert len(lines) == 4
        held, tray = np.concatenate(lines[:2]), np.concatenate(lines[2:])  # in the order of writing
        assert tray[:, 0].min() < held[:, 0].min() - 0.15
        assert tray[:, 0].max() > held[:, 0].max() + 0.15
        assert tray[:, 1].max() > held[:, 1].max() + 0.2
        assert held[:, 1].min() < tray[:, 1].min() - 0.1


def test_a_line_that_writes_both_parts_is_cut_between_them():
    model = model_of(bent(X, TRAY))
    joined = bent([[(70, 10), (30, 60)], [(30, 10), (70, 60), (0, 30), (0, 100), (100, 100)], [(100, 30), (100, 100)]])

    found = match(joined, model, np.array([False, False, True, True]))

    assert found.is_good
    assert found.cuts == 1
    held, tray = found.parts
    assert (len(held), len(tray)) == (2, 2)
    assert np.concatenate(held)[:, 0].min() > 0.05
    assert tray[0][-1] == pytest.approx([1, 1], abs=1e-5)


def test_ink_without_one_of_the_parts_is_no_match():
    found = match(bent(TRAY), model_of(bent(X, TRAY)), np.array([False, False, True, True]))

    assert not found.is_good
