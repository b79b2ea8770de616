import cv2
import numpy as np
import pytest

from hccr_desktop.imaging.clean import clean
from hccr_desktop.imaging.text_angle import text_line_angle


def draw_line(*, turned: float = 0.0, ragged: float = 0.0, upright: bool = False, seed: int = 0) -> np.ndarray:
    """A page of one line of ten characters of two marks each.

    Args:
        turned: degrees clockwise.
        ragged: standard deviation by which marks lie off the line, in pixels; characters are 50 pixels large.
        upright: written downwards.
        seed: of the marks' places.
    """
    random = np.random.default_rng(seed)
    page = np.full((700, 700), 255, np.uint8)
    for at in range(10):
        for part in range(2):
            along, across = 60 + 60 * at + 30 * part, 330 + int(random.normal(0, ragged))
            left, top = (across, along) if upright else (along, across)
            width, height = (40, 18) if upright else (18, 40)
            cv2.rectangle(page, (left, top), (left + width, top + height), 0, 3)
    turn = cv2.getRotationMatrix2D((350, 350), -turned, 1.0)
    return cv2.warpAffine(page, turn, (700, 700), borderValue=255)


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize("turned", [-6.0, 3.5, 6.0])
def test_a_turned_line_is_told(turned, upright):
    assert text_line_angle(draw_line(turned=turned, ragged=2.0, upright=upright)) == pytest.approx(turned, abs=0.7)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("upright", [False, True])
def test_marks_that_lie_unevenly_do_not_turn_a_level_line(seed, upright):
    assert text_line_angle(draw_line(ragged=18.0, seed=seed, upright=upright)) == 0


def test_a_line_that_is_nearly_level_is_left_as_it_is():
    assert text_line_angle(draw_line(turned=1.5)) == 0


def test_a_single_character_has_no_angle():
    page = np.full((200, 200), 255, np.uint8)
    cv2.line(page, (20, 60), (180, 80), 0, 8)
    cv2.line(page, (90, 20), (110, 180), 0, 8)

    assert text_line_angle(page) == 0


def test_rules_about_a_line_do_not_turn_it():
    page = draw_line(ragged=6.0)[270:430]
    for row in (10, 140):
        cv2.line(page, (0, row), (699, row), 0, 1)
    assert abs(text_line_angle(page)) > 2

    cleaned = clean(page)

    assert (cleaned.angle, cleaned.removed_lines) == (0.0, 2)
