import math
from dataclasses import replace

import cv2
import numpy as np
import pytest

from hccr_desktop.domain.box import Box
from hccr_desktop.domain.candidate import Candidate, Recognition
from hccr_desktop.errors import EmptyInkError, ReadingCancelledError
from hccr_desktop.imaging.clean import Cleaning, clean
from hccr_desktop.imaging.segmentation import Piece, segment
from hccr_desktop.inference import page_reading
from hccr_desktop.inference.lattice import Geometry, Lattice, build_lattice
from hccr_desktop.inference.page_reading import (
    MAX_ALTERNATIVES,
    MORE_ALTERNATIVES,
    read_clean_page,
    read_page,
    recognize_boxes,
)
from hccr_desktop.inference.turning import may_lie, propose_turn, turned


class ShapeReader:
    """Says what a model image's shape is; unsure of shapes it does not know.

    Args:
        known: characters by the count of connected marks and of holes in them.
    """

    def __init__(self, known):
        self.known = known
        self.confidence = {}
        self.unsure = set()
        self.asked = 0

    def recognize_batch(self, images, *, kind, count=10):
        assert kind == "page"
        self.asked += len(images)
        return [self.answer(image) for image in images]

    def answer(self, image):
        mask = (image > 100).astype(np.uint8)
        marks = cv2.connectedComponents(mask)[0] - 1
        holes = cv2.connectedComponents(1 - mask, connectivity=4)[0] - 2
        character = self.known.get((marks, holes))
        confidence = 0.05 if character is None else self.confidence.get(character, 0.97)
        is_sure = character is not None and character not in self.unsure
        return Recognition((Candidate(character or "?", confidence),), "shapes", 1.0, is_sure)


BAR, PAIR, CROSS, RING = "丨", "儿", "十", "口"


def blank(height=180, width=900):
    return np.full((height, width), 255, np.uint8)


def draw_cross(page, left, top=60, size=60):
    page[top + 27 : top + 33, left : left + size] = 0
    page[top : top + size, left + 27 : left + 33] = 0


def draw_pair(page, left, top=60, gap=30):
    page[top : top + 60, left : left + 7] = page[top : top + 60, left + gap : left + gap + 7] = 0


def draw_ring(page, left, top=60, size=56):
    cv2.rectangle(page, (left, top), (left + size, top + size), (0,), 6)


def bars(*known):
    """A line with five pairs of bars, in which the gaps within and between pairs are equal."""
    page = blank()
    for number in range(3):
        draw_cross(page, 30 + 80 * number)
    for number in range(5):
        draw_pair(page, 290 + 74 * number, gap=37)
    return page, ShapeReader({(1, 0): CROSS} | dict(known))


def test_lines_of_text_come_in_reading_order_with_their_boxes():
    page = blank(300, 400)
    for left in (30, 110, 190):
        draw_cross(page, left)
    draw_ring(page, 30, 180)
    draw_cross(page, 110, 180)
    reading = read_page(ShapeReader({(1, 0): CROSS, (1, 1): RING}), page)

    assert reading.text == "十十十\n口十"
    assert [one.line for one in reading.characters] == [0, 0, 0, 1, 1]
    assert reading.characters[1].box == Box(110, 60, 60, 60)
    assert reading.elapsed_ms > 0


def test_the_recognizer_decides_where_distance_says_nothing():
    page, joined = bars(((2, 0), PAIR))
    # Alone, a bar is read as surely as a pair is in the other reading.
    reading = read_page(joined, page)

    assert reading.text == "十十十" + PAIR * 5


@pytest.mark.parametrize(("crosses", "text"), [(10, "朋朋朋"), (3, "口口口口口口")])
def test_a_size_that_is_too_small_is_mended_by_enough_certain_characters(monkeypatch, crosses, text):
    page = blank(width=1200)
    for number in range(crosses):
        draw_cross(page, 30 + 74 * number)
    for number in range(3):
        for left in (0, 34):
            start = 30 + 74 * (crosses + number) + left
            cv2.rectangle(page, (start + 3, 63), (start + 24, 116), (0,), 6)
    reader = ShapeReader({(1, 0): CROSS, (1, 1): RING, (2, 2): "朋"})
    reader.confidence = {RING: 0.75, "朋": 0.99}
    monkeypatch.setattr(page_reading, "segment", lambda *args, **how: replace(segment(*args, **how), size_px=42))

    assert read_page(reader, page).text == CROSS * crosses + text


@pytest.mark.parametrize("gap", [16, 24, 34])
def test_a_lone_character_of_parts_stays_one(gap):
    page = blank(200, 200)
    draw_pair(page, 60, gap=gap)
    page[60:120, 60 + 2 * gap : 67 + 2 * gap] = 0
    reading = read_page(ShapeReader({(3, 0): "川", (1, 0): BAR}), page)

    assert reading.text == "川"
    assert len(reading.characters) == 1


def test_two_characters_side_by_side_are_not_one():
    page = blank(180, 300)
    draw_cross(page, 30)
    draw_ring(page, 110)

    assert read_page(ShapeReader({(1, 0): CROSS, (1, 1): RING}), page).text == "十口"


def test_strokes_over_one_another_are_one_character():
    page = blank(240, 240)
    page[70:78, 70:170] = page[115:123, 80:160] = page[160:168, 60:180] = 0

    assert read_page(ShapeReader({(3, 0): "三", (1, 0): "一"}), page).text == "三"


@pytest.mark.parametrize(("unsure", "text"), [(set(), "十十十" + PAIR * 2), ({PAIR}, "十" * 7)])
def test_a_run_that_the_model_does_not_stand_by_is_hardly_a_character(unsure, text):
    page = blank()
    for number in range(3):
        draw_cross(page, 30 + 80 * number)
    for number in range(4):  # narrow crosses with equal gaps, which may be pairs
        left = 280 + 34 * number
        page[60:120, left + 9 : left + 15] = page[87:93, left : left + 24] = 0
    reader = ShapeReader({(1, 0): CROSS, (2, 0): PAIR})
    reader.unsure = unsure

    assert read_page(reader, page).text == text


def test_nothing_more_is_looked_at_where_no_other_way_could_be_better():
    page = blank(180, 1800)
    for number in range(20):
        draw_cross(page, 30 + 80 * number)
    reader = ShapeReader({(1, 0): CROSS})

    assert read_page(reader, page).recognition_count == reader.asked == 20


@pytest.mark.parametrize(("unsure", "text"), [({"吕"}, "口口"), ({RING}, "吕"), ({"吕", RING}, "吕")])
def test_all_ink_is_one_character_if_the_model_stands_by_it_more_than_by_its_parts(unsure, text):
    page = blank(200, 200)
    draw_ring(page, 40, 50, size=46)
    draw_ring(page, 104, 50, size=46)
    reader = ShapeReader({(2, 2): "吕", (1, 1): RING})
    reader.confidence = {"吕": 0.9}
    reader.unsure = unsure

    assert read_page(reader, page).text == text


@pytest.mark.parametrize("gap", [6, 14, 22])
def test_two_characters_in_a_near_square_are_two(gap):
    page = blank(200, 200)
    for left in (30, 80 + gap):
        page[40:150, left + 21 : left + 28] = page[92:98, left : left + 50] = 0
    reader = ShapeReader({(1, 0): CROSS, (2, 0): "林"})
    reader.confidence = {"林": 0.7}

    assert read_page(reader, page).text == "十十"


@pytest.mark.parametrize(
    ("confidence", "unsure", "text"), [(0.93, set(), "十十"), (0.98, set(), "林"), (0.93, {CROSS}, "林")]
)
def test_parts_as_tall_as_the_whole_are_one_character_only_where_that_is_surer(confidence, unsure, text):
    page = blank(200, 260)
    for left in (30, 134):
        page[40:150, left + 21 : left + 28] = page[92:98, left : left + 50] = 0
    reader = ShapeReader({(1, 0): CROSS, (2, 0): "林"})
    reader.confidence = {"林": confidence}
    reader.unsure = unsure

    assert read_page(reader, page).text == text


def test_large_parts_that_are_hardly_read_do_not_split_a_character():
    page = blank(200, 260)
    for left in (30, 134):
        page[40:150, left + 21 : left + 28] = page[92:98, left : left + 50] = 0
    reader = ShapeReader({(1, 0): CROSS, (2, 0): "北"})
    reader.confidence = {"北": 0.93, CROSS: 0.45}

    assert read_page(reader, page).text == "北"


def test_single_strokes_are_one_character_even_if_the_model_stands_by_each_of_them():
    page = blank(240, 240)
    page[60:66, 70:170] = page[120:126, 80:160] = page[180:186, 60:180] = 0
    reader = ShapeReader({(3, 0): "三", (1, 0): "一"})
    reader.confidence = {"三": 0.4}

    assert read_page(reader, page).text == "三"


@pytest.mark.parametrize(("rows", "columns"), [(1, 3), (2, 5), (3, 3)])
def test_small_characters_of_one_mark_are_no_strokes_of_one_large_character(rows, columns):
    page = blank(90 * rows + 60, 80 * columns + 60)
    for row in range(rows):
        for column in range(columns):
            draw_ring(page, 30 + 80 * column, 30 + 90 * row, size=50)
    reader = ShapeReader({(1, 1): RING, (rows * columns,) * 2: "品"})
    reader.confidence = dict.fromkeys((RING, "品"), 0.85)

    assert read_page(reader, page).text == "\n".join([RING * columns] * rows)


def test_alternatives_are_bounded():
    page, reader = bars(((2, 0), PAIR))
    reading = read_page(reader, page)

    assert reading.recognition_count == reader.asked
    assert reader.asked <= math.ceil((1 + MAX_ALTERNATIVES) * 13) + MORE_ALTERNATIVES + 1


def test_progress_reaches_the_end():
    page = blank(180, 2000)
    for number in range(22):
        draw_cross(page, 30 + 80 * number)
    steps = []
    read_page(ShapeReader({(1, 0): CROSS}), page, progress=lambda done, total: steps.append((done, total)))

    assert len(steps) >= 2
    assert steps[-1][0] == steps[-1][1] >= 22
    assert steps == sorted(steps)


def test_a_reading_can_be_stopped():
    page = blank()
    draw_cross(page, 30)

    with pytest.raises(ReadingCancelledError):
        read_page(ShapeReader({}), page, is_cancelled=lambda: True)


@pytest.mark.parametrize("page", [blank(), blank(1, 1), np.full((60, 60), 0, np.uint8)])
def test_a_blank_page_is_said_to_be_blank(page):
    with pytest.raises(EmptyInkError, match=r"no ink"):
        read_page(ShapeReader({}), page)


def test_boxes_are_in_pixels_of_the_picture():
    page = cv2.resize(blank(), None, fx=3, fy=3)
    page[150:330, 300:320] = page[230:250, 210:400] = 0
    page[150:330, 700:720] = page[230:250, 610:800] = 0
    reading = read_page(ShapeReader({(1, 0): CROSS}), page, cleaning=Cleaning(crop=Box(100, 60, 2000, 400)))

    assert len(reading.characters) == 2
    assert reading.characters[1].box.overlap(Box(610, 150, 190, 180)) > 0.93
    assert reading.characters[1].page_box != reading.characters[1].box


def test_a_users_boxes_are_read_as_they_stand():
    page = blank()
    draw_cross(page, 30)
    draw_ring(page, 110)
    reader = ShapeReader({(1, 0): CROSS, (1, 1): RING, (2, 1): "叶"})
    boxes = [
        Box(25, 50, 70, 80),
        Box(20, 50, 160, 80),
        Box(400, 20, 50, 50),
        Box(5000, 0, 10, 10),
        Box(-9, -9, 99, 999),
    ]

    answers = recognize_boxes(reader, clean(page), boxes)

    assert [answer and answer.best.character for answer in answers] == [CROSS, "叶", None, None, CROSS]


def test_the_direction_can_be_given():
    page = blank(240, 240)
    for left, top in ((40, 40), (130, 40), (130, 130)):
        draw_cross(page, left, top)
    draw_ring(page, 40, 130)
    reader = ShapeReader({(1, 0): CROSS, (1, 1): RING})

    assert read_clean_page(reader, clean(page), is_vertical=False).text == "十十\n口十"
    assert read_clean_page(reader, clean(page), is_vertical=True).text == "十十\n十口"


def piece(start, stop):
    return Piece(start, stop, Box(int(start), 0, int(stop - start), 50), (1,))


def test_the_cheapest_way_takes_close_parts_together():
    pieces = [piece(0, 20), piece(22, 48), piece(62, 80), piece(82, 110)]
    lattice = build_lattice(pieces, 50, Geometry())

    assert lattice.cheapest() == [(0, 2), (2, 4)]


def test_a_cut_through_ink_costs_more_than_one_between_marks():
    pieces = [piece(0, 30), piece(30, 60)]
    between = build_lattice(pieces, 50, Geometry()).costs
    through = build_lattice([replace(pieces[0], is_cut_after=True), pieces[1]], 50, Geometry()).costs

    assert through[0, 1] == pytest.approx(between[0, 1] + Geometry().ink)
    assert through[0, 2] == between[0, 2]
    assert through[1, 2] == between[1, 2]


def test_extra_costs_may_turn_the_way():
    lattice = Lattice(2, {(0, 1): 1.0, (1, 2): 1.0, (0, 2): 1.5})

    assert lattice.cheapest() == [(0, 2)]
    assert lattice.cheapest({(0, 1): 0.1, (1, 2): 0.1, (0, 2): 2.0}) == [(0, 1), (1, 2)]


def test_a_detour_is_what_might_be_cheaper_than_what_is_known():
    lattice = Lattice(4, {(0, 1): 1.0, (1, 2): 1.0, (0, 2): 1.5, (2, 3): 1.0, (3, 4): 1.0, (2, 4): 1.5})
    known = {(0, 2): 1.0, (2, 4): 0.1}
    hoped = dict.fromkeys(lattice.costs, 0.2) | known

    (detour,) = lattice.detours(known, hoped)

    assert detour.runs == ((0, 1), (1, 2))
    assert detour.saving == pytest.approx(2.5 - 2.4)
    assert lattice.detours(hoped, hoped) == []


def test_a_dot_is_cheaper_as_a_part_than_as_a_character():
    def costs(tall):
        pieces = [Piece(0, 45, Box(0, 0, 45, 50), (1,)), Piece(48, 54, Box(48, 0, 6, tall), (2,))]
        return build_lattice(pieces, 50, Geometry()).costs

    dot, bar = costs(6), costs(50)

    assert dot[0, 2] < dot[0, 1] + dot[1, 2]
    assert dot[1, 2] > bar[1, 2] + 5


class UprightReader:
    """Sure of a ring above a stroke, of it any other way round by half and not that it is a character."""

    def __init__(self):
        self.asked = 0

    def recognize_batch(self, images, *, kind, count=10):
        self.asked += len(images)
        upright = [self.is_upright(image) for image in images]
        return [Recognition((Candidate("旦", 0.95 if is_so else 0.6),), "upright", 1.0, is_so) for is_so in upright]

    @staticmethod
    def is_upright(image):
        rows = (image > 100).mean(axis=1)
        rows = rows[rows > 0]
        return bool(rows[-3:].max() > 0.8 and rows[:3].max() < 0.6)


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turn_is_proposed_that_makes_the_network_surer(degrees):
    page = blank(200, 200)
    draw_ring(page, 80, 50, size=40)
    page[120:127, 50:150] = 0
    lying = turned(page, degrees)

    proposal = propose_turn(UprightReader(), clean(lying))

    assert proposal is not None
    assert np.array_equal(turned(lying, proposal.degrees), page)
    assert proposal.confidence > 0.8 > proposal.confidence_before
    assert propose_turn(UprightReader(), clean(page)) is None


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize(("rows", "columns"), [(1, 2), (1, 7), (3, 4), (6, 1)])
def test_a_turn_is_proposed_for_lines_and_pages(rows, columns, degrees):
    page = blank(80 + 130 * rows, 80 + 130 * columns)
    for row in range(rows):
        for column in range(columns):
            left, top = 35 + 130 * column, 40 + 130 * row + 9 * (column % 2)  # strokes in line would be a printed line
            draw_ring(page, left + 25, top, size=50)
            page[top + 61 : top + 67, left : left + 100] = 0
    lying = clean(turned(page, degrees))
    reader = UprightReader()

    proposal = propose_turn(reader, lying)

    assert proposal is not None
    assert np.array_equal(turned(turned(page, degrees), proposal.degrees), page)
    assert reader.asked <= 4 * 11
    assert propose_turn(reader, clean(page)) is None


def test_turns_are_tried_where_characters_are_doubtful():
    def answer(confidence, *, is_sure=True):
        return Recognition((Candidate("旦", confidence),), "any", 1.0, is_sure)

    assert may_lie([])
    assert may_lie([answer(0.66)])
    assert may_lie([answer(0.99, is_sure=False)])
    assert not may_lie([answer(0.68)])
    assert not may_lie([answer(0.99), answer(0.7), answer(0.6)])
    assert may_lie([answer(0.99), answer(0.7, is_sure=False), answer(0.6, is_sure=False)])
    assert may_lie([answer(0.4), answer(0.3)])


def test_a_picture_of_one_character_is_turned_as_a_whole():
    page = blank(200, 200)
    draw_ring(page, 80, 50, size=40)
    page[120:127, 50:150] = 0
    reader = UprightReader()

    proposal = propose_turn(reader, clean(turned(page, 90)), is_one_character=True)

    assert proposal is not None
    assert proposal.degrees == 270
    assert reader.asked == 4


def test_no_turn_is_proposed_where_none_helps():
    page = blank(200, 200)
    draw_cross(page, 70)

    assert propose_turn(ShapeReader({}), clean(page)) is None
    assert propose_turn(ShapeReader({}), clean(blank())) is None
    with pytest.raises(ReadingCancelledError):
        propose_turn(ShapeReader({}), clean(page), is_cancelled=lambda: True)
