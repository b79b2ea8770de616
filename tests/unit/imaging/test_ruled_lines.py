import cv2
import numpy as np
import pytest

from hccr_desktop.imaging.clean import clean
from hccr_desktop.imaging.ruled_lines import remove_ruled_lines

GREY = 150
PEN_PX = 3


def writing(width: int = 640, height: int = 480) -> np.ndarray:
    """Rows of 口 and 十, written with a pen as fine and as grey as the rules are."""
    page = np.full((height, width), 255, np.uint8)
    for top in range(40, height - 60, 90):
        for at, left in enumerate(range(60, width - 100, 70)):
            if at % 2:
                cv2.rectangle(page, (left, top + 5), (left + 38, top + 40), GREY, PEN_PX)
            else:
                cv2.line(page, (left, top + 22), (left + 42, top + 20), GREY, PEN_PX)
                cv2.line(page, (left + 20, top), (left + 21, top + 44), GREY, PEN_PX)
    return page


def with_rules(page: np.ndarray, rows: range | tuple[int, ...], *, slope: float = 0.0) -> np.ndarray:
    """Lines from edge to edge through the middles of the rows."""
    ruled = page.copy()
    width = page.shape[1]
    for row in rows:
        lift = round(slope * width / 2)
        cv2.line(ruled, (0, row - lift), (width - 1, row + lift), GREY, PEN_PX)
    return ruled


@pytest.mark.parametrize("is_upright", [False, True])
@pytest.mark.parametrize("rows", [range(30, 480, 90), (120, 210)])
def test_rules_go_though_the_pen_is_as_fine_and_grey_as_they(rows, is_upright):
    page = writing()
    ruled = with_rules(page, rows)
    if is_upright:
        page, ruled = np.ascontiguousarray(page.T), np.ascontiguousarray(ruled.T)

    cleared, ruling = remove_ruled_lines(ruled)

    assert ruling.count == len(rows)
    assert np.mean((cleared < 200) != (page < 200)) < 0.002


def test_one_line_from_edge_to_edge_like_the_pen_is_no_rule():
    page = with_rules(writing(), (120,))

    assert remove_ruled_lines(page)[1].count == 0


@pytest.mark.parametrize("bend", [0, 9])
@pytest.mark.parametrize("is_turned", [False, True])
def test_a_character_that_fills_the_page_keeps_its_strokes(bend, is_turned):
    page = np.full((300, 240), 255, np.uint8)  # 目, and 皿 without its last stroke
    for column in (2, 237):
        side = np.array([[column + (bend if column < 9 else -bend), 0], [column, 150], [column, 299]])
        cv2.polylines(page, [side.reshape(-1, 1, 2)], False, GREY, PEN_PX)
    for row in (2, 100, 200, 297):
        cv2.line(page, (0, row), (239, row), GREY, PEN_PX)
    page = np.ascontiguousarray(page.T) if is_turned else page

    cleared, ruling = remove_ruled_lines(page)

    assert ruling.count == 0
    assert cleared is page


@pytest.mark.parametrize("degrees", [-1.2, 0.0, 1.2])
def test_rules_tell_how_they_are_turned(degrees):
    page = with_rules(writing(), (120, 210), slope=float(np.tan(np.radians(degrees))))

    assert remove_ruled_lines(page)[1].angle == pytest.approx(degrees, abs=0.2)
    assert remove_ruled_lines(writing())[1].angle is None


def test_what_is_written_uphill_between_level_rules_does_not_turn_the_page():
    page = np.full((245, 1300), 255, np.uint8)
    for at in range(12):
        left, top = 80 + 55 * at, 130 - 3 * at
        cv2.rectangle(page, (left, top), (left + 16, top + 38), 60, 4)
        cv2.rectangle(page, (left + 24, top), (left + 40, top + 38), 60, 4)
    assert abs(clean(page).angle) > 2

    cleaned = clean(with_rules(page, (40, 200)))

    assert cleaned.angle == 0
    assert cleaned.removed_lines == 2


@pytest.mark.parametrize("thickness", [1, 3])
@pytest.mark.parametrize("is_upright", [False, True])
def test_no_stump_of_a_rule_stays_beside_strokes_that_slant(thickness, is_upright):
    page = np.full((400, 640), 255, np.uint8)
    for left in range(40, 600, 80):
        cv2.line(page, (left, 90), (left + 50, 140), 60, 6)
        cv2.line(page, (left + 50, 190), (left, 240), 60, 6)
    ruled = page.copy()
    for row in (35, 115, 215, 315):
        cv2.line(ruled, (0, row), (639, row), 120, thickness)
    if is_upright:
        page, ruled = np.ascontiguousarray(page.T), np.ascontiguousarray(ruled.T)

    cleared, ruling = remove_ruled_lines(ruled)

    assert ruling.count == 4
    near_strokes = cv2.erode(page, np.ones((3, 3), np.uint8)) < 255
    assert not ((cleared < 200) & ~near_strokes).any()
    assert ((cleared < 200) & (page < 128)).sum() > 0.98 * (page < 128).sum()
