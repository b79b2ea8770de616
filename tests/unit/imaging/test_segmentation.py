import cv2
import numpy as np
import pytest

from hccr_desktop.domain.box import Box, around
from hccr_desktop.imaging.segmentation import Piece, segment


def blank(height: int, width: int) -> np.ndarray:
    return np.full((height, width), 255, np.uint8)


def cross(page: np.ndarray, left: int, top: int, size: int = 60) -> Box:
    """A character of one mark."""
    middle = size // 2
    page[top + middle - 3 : top + middle + 3, left : left + size] = 0
    page[top : top + size, left + middle - 3 : left + middle + 3] = 0
    return Box(left, top, size, size)


def grid_of_crosses(rows: int, columns: int, across: int, down: int) -> tuple[np.ndarray, list[list[Box]]]:
    page = blank(down * rows + 60, across * columns + 60)
    return page, [
        [cross(page, 30 + across * column, 30 + down * row) for column in range(columns)] for row in range(rows)
    ]


def test_rows_are_read_from_the_top_and_from_the_left():
    page, boxes = grid_of_crosses(4, 7, across=75, down=110)
    segmentation = segment(page)

    assert not segmentation.is_vertical
    assert [[piece.box for piece in line] for line in segmentation.lines] == boxes
    assert segmentation.size_px == pytest.approx(60, abs=6)


def test_columns_are_read_from_the_right_and_from_the_top():
    page, boxes = grid_of_crosses(7, 4, across=110, down=75)
    segmentation = segment(page)

    assert segmentation.is_vertical
    expected = [[row[column] for row in boxes] for column in (3, 2, 1, 0)]
    assert [[piece.box for piece in line] for line in segmentation.lines] == expected


def test_the_direction_can_be_given():
    page, boxes = grid_of_crosses(4, 7, across=75, down=110)
    segmentation = segment(page, is_vertical=True)

    assert len(segmentation.lines) == 7
    assert segmentation.lines[0][0].box == boxes[0][6]


@pytest.mark.parametrize(("rows", "columns", "is_vertical"), [(1, 6, False), (6, 1, True)])
def test_a_single_line_runs_along_its_longer_side(rows, columns, is_vertical):
    page, _ = grid_of_crosses(rows, columns, across=75, down=75)
    segmentation = segment(page)

    assert segmentation.is_vertical == is_vertical
    assert [len(line) for line in segmentation.lines] == [6]


@pytest.mark.parametrize(("rows", "columns", "is_vertical"), [(2, 8, False), (8, 2, True), (3, 9, False), (9, 3, True)])
def test_lines_little_further_apart_than_characters_run_along_the_longer_side(rows, columns, is_vertical):
    page, _ = grid_of_crosses(rows, columns, *((110, 85) if is_vertical else (85, 110)))

    assert segment(page).is_vertical == is_vertical


def test_gaps_between_lines_weigh_more_than_the_longer_side():
    page, rows = grid_of_crosses(8, 2, 75, 110)

    segmentation = segment(page)

    assert not segmentation.is_vertical
    assert len(segmentation.lines) == len(rows)


@pytest.mark.parametrize("is_vertical", [False, True])
def test_a_line_that_slants_is_one_line(is_vertical):
    page = blank(400, 900)
    for number in range(10):
        cross(page, 40 + 80 * number, 40 + 6 * number, 50)
    page = np.ascontiguousarray(page.T) if is_vertical else page

    assert segment(page).is_vertical == is_vertical


def best_overlap(line: tuple[Piece, ...], box: Box) -> float:
    """Of all runs of pieces the one nearest to a box."""
    count = len(line)
    runs = [line[start:stop] for start in range(count) for stop in range(start + 1, count + 1)]
    return max(around(piece.box for piece in run).overlap(box) for run in runs)


def test_lines_may_drift():
    page = blank(520, 1400)
    boxes = [[cross(page, 40 + 78 * n, 30 + 130 * row + 4 * n) for n in range(16)] for row in range(3)]

    assert [[piece.box for piece in line] for line in segment(page).lines] == boxes


def test_strokes_above_one_another_are_one_piece_and_parts_side_by_side_are_two():
    page = blank(200, 700)
    for number in range(6):
        cross(page, 30 + 80 * number, 60)
    page[60:66, 520:575] = page[87:93, 525:570] = page[114:120, 515:580] = 0
    page[60:120, 600:606] = page[60:120, 640:646] = 0

    (line,) = segment(page).lines
    assert [piece.box for piece in line[-3:]] == [Box(515, 60, 65, 60), Box(600, 60, 6, 60), Box(640, 60, 6, 60)]


@pytest.mark.parametrize("is_above", [True, False])
def test_a_stroke_wider_than_a_character_belongs_to_what_stands_over_or_under_it(is_above):
    page = blank(200, 700)
    for number in range(5):
        cross(page, 30 + 80 * number, 60)
    cross(page, 490, 78 if is_above else 60, size=40)
    top = 62 if is_above else 110
    page[top : top + 6, 465:555] = 0

    (line,) = segment(page).lines
    assert len(line) == 6
    assert line[-1].box.width == 90


def test_characters_that_touch_are_cut():
    page = blank(180, 800)
    for number in range(5):
        cross(page, 30 + 80 * number, 60)
    cross(page, 440, 60)
    cross(page, 500, 60)  # its bar goes on from the last one's
    cross(page, 560, 60)

    (line,) = segment(page).lines
    for left in (440, 500, 560):
        assert best_overlap(line, Box(left, 60, 60, 60)) > 0.8


@pytest.mark.parametrize("is_vertical", [False, True])
def test_two_narrow_characters_that_touch_are_cut_though_both_are_no_wider_than_one(is_vertical):
    page = blank(180, 700)
    for number in range(6):
        cross(page, 30 + 80 * number, 60)
    page[60:120, 520:526] = page[60:120, 570:576] = 0
    page[90:96, 520:576] = 0
    page = np.ascontiguousarray(page.T) if is_vertical else page

    (line,) = segment(page, is_vertical=is_vertical).lines
    last = [piece for piece in line if (piece.start + piece.stop) / 2 > 510]

    assert len(last) > 1
    assert [piece.is_cut_after for piece in line] == [False] * 6 + [True] * (len(last) - 1) + [False]
    assert around(piece.box for piece in last) == (Box(60, 520, 60, 56) if is_vertical else Box(520, 60, 56, 60))


def test_the_end_of_a_long_stroke_is_not_cut_off():
    page = blank(180, 700)
    for number in range(7):
        cross(page, 30 + 80 * number, 60)

    (line,) = segment(page).lines
    assert not any(piece.is_cut_after for piece in line)
    assert len(line) == 7


def test_a_cut_piece_brings_only_its_own_ink():
    page = blank(180, 600)
    for number in range(4):
        cross(page, 30 + 80 * number, 60)
    cross(page, 360, 60)
    cross(page, 420, 60)

    segmentation = segment(page)
    (line,) = segmentation.lines
    last = tuple(piece for piece in line if piece.start >= 415)
    picture = segmentation.picture_of(last)
    ink = Box(*cv2.boundingRect((picture < 128).astype(np.uint8)))

    assert abs(ink.width - 60) <= 8
    assert ink.left > 3


def test_what_reaches_over_from_a_neighbor_is_left_out():
    page = blank(200, 500)
    for number in range(4):
        cross(page, 30 + 80 * number, 60)
    cv2.line(page, (352, 130), (405, 62), (0,), 5)
    cv2.line(page, (395, 140), (440, 70), (0,), 5)

    segmentation = segment(page)
    (line,) = segmentation.lines
    slanted = segmentation.picture_of(line[-2:-1])

    assert line[-2].stop > line[-1].start
    assert cv2.connectedComponents((slanted < 128).astype(np.uint8))[0] == 2  # paper and one stroke


def test_faint_strokes_and_specks_stay_in_the_picture_of_their_character():
    page = blank(180, 700)
    for number in range(6):
        cross(page, 30 + 80 * number, 60)
    boxes = [cross(page, 520, 60), cross(page, 600, 60)]
    page[70:76, 525:545] = 170  # lighter than what makes a mark
    page[64:67, 560:563] = 0  # smaller than what does
    segmentation = segment(page)
    (line,) = segmentation.lines
    picture = segmentation.picture_of(line[-2:-1])
    margin = (picture.shape[0] - 60) // 2

    assert [piece.box for piece in line[-2:]] == boxes
    assert np.array_equal(picture[margin:-margin, margin:-margin], page[60:120, 520:580])


def test_a_dot_near_a_character_is_a_part_of_it_and_further_off_it_is_dirt():
    page = blank(200, 700)
    for number in range(6):
        cross(page, 30 + 80 * number, 70)
    cross(page, 520, 70)
    page[62:65, 549:552] = page[30:33, 309:312] = 0

    (line,) = segment(page).lines
    assert line[-1].box == Box(520, 62, 60, 68)
    assert around(piece.box for piece in line).top == 62


def test_dirt_is_no_character():
    page, boxes = grid_of_crosses(2, 6, across=75, down=110)
    page[5:7, 100:102] = page[180:183, 200:202] = 0

    assert around(piece.box for piece in segment(page).pieces) == around(box for row in boxes for box in row)


@pytest.mark.parametrize("page", [blank(50, 50), blank(1, 1), np.full((40, 40), 128, np.uint8)])
def test_no_ink_gives_no_lines(page):
    assert segment(page).lines == ()


def test_a_texture_is_not_taken_apart():
    noise = (np.random.default_rng(1).random((1500, 1500)) < 0.1).astype(np.uint8)

    assert segment(255 - 255 * noise).lines == ()


@pytest.mark.parametrize("is_vertical", [False, True])
@pytest.mark.parametrize(("distance", "drift", "size"), [(80, 25, 40), (80, 35, 60), (90, 35, 50)])
def test_lines_that_drift_until_they_touch_stay_two(distance, drift, size, is_vertical):
    page = blank(460, 1000)
    for column in range(12):
        late = max(0, column - 8) / 3
        own = size if column >= 10 else 60
        cross(page, 30 + 75 * column, 124 + int(drift * late), own)
        cross(page, 30 + 75 * column, 124 + distance - int(0.6 * drift * late), own)
    page = np.ascontiguousarray(np.rot90(page, -1)) if is_vertical else page

    segmentation = segment(page, is_vertical=is_vertical)

    marks = [len(line) for line in segmentation.lines]
    assert len(marks) == 2
    assert min(marks) >= 10  # those that touch are one mark


@pytest.mark.parametrize("is_vertical", [False, True])
@pytest.mark.parametrize("extent", [6, 12])
def test_dirt_far_from_a_line_is_no_part_of_its_characters(extent, is_vertical):
    page = blank(460, 700)
    boxes = [cross(page, 30 + 75 * column, 60) for column in range(8)]
    page[330 : 330 + extent, 280 : 280 + extent] = 0
    page = np.ascontiguousarray(page.T) if is_vertical else page

    segmentation = segment(page)

    assert segmentation.is_vertical == is_vertical
    found = [piece.box for line in segmentation.lines for piece in line]
    assert found == [Box(box.top, box.left, box.height, box.width) if is_vertical else box for box in boxes]
