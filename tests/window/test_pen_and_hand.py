"""The pad made to suit a hand, in the real program: side, size, clicks and eraser."""

from pathlib import Path

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from tests.window.conftest import StartPad
from tests.window.desktop import Pad, wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


def set_up(pad: Pad, *keys: str) -> None:
    """Press keys in the dialog of the settings and confirm it."""
    pad.press("ctrl+comma")
    pad.focus("Settings")
    pad.press(*keys)
    pad.wait_until_still()  # a box that is ticked by its key takes its time
    pad.press("Return")
    pad.focus("HCCR Desktop")
    pad.wait_until_still()


def test_left_hand_smaller_canvas_and_their_return_after_a_restart(
    start_pad: StartPad, bao: Ink, screenshots: Path
) -> None:
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    left, _, side = pad.paper()
    set_up(pad, "alt+p", "alt+a")
    mirrored = pad.paper()
    assert mirrored[0] > left + 200
    assert abs(mirrored[2] - side) <= 2
    pad.display.grab().save(screenshots / "real-left-handed.png")
    pad.press("ctrl+minus", "ctrl+minus", "ctrl+minus")
    wait_until(lambda: pad.paper()[2] < 0.75 * side, "a smaller canvas")
    pad.press("ctrl+e", "Escape")
    pad.draw(bao.to_coordinates())
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-left-handed-small.png")
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    small = pad.paper()
    assert pad.quit() == 0
    again = start_pad()
    again.wait_until_still()
    assert again.paper()[2] == small[2]
    assert again.paper()[0] > left + 200


def test_handle_between_canvas_and_candidates_is_dragged(start_pad: StartPad, screenshots: Path) -> None:
    pad = start_pad()
    left, top, side = pad.paper()
    x, y = left + side + 7, top + side // 2
    places = [str(x - step) for step in (0, 40, 90, 140)]
    moves = [word for place in places[1:] for word in ("mousemove", place, str(y))]
    pad.display.run("xdotool", "mousemove", places[0], str(y), "mousedown", "1", *moves)
    wait_until(lambda: pad.paper()[2] < side - 100, "a smaller canvas")
    pad.display.grab().save(screenshots / "real-handle.png")
    pad.display.run("xdotool", "mouseup", "1")
    assert abs(pad.paper()[2] - (side - 140)) <= 8  # whole percents
    pad.press("ctrl+0")
    wait_until(lambda: pad.paper()[2] == side, "the largest canvas")


def test_strokes_are_drawn_by_clicks_and_dropped_by_esc(start_pad: StartPad, screenshots: Path) -> None:
    pad = start_pad()
    set_up(pad, "alt+p", "alt+d")
    left, top, side = pad.paper()

    def at(x: float, y: float) -> tuple[str, str]:
        return str(round(left + x * side)), str(round(top + y * side))

    def stroke(*points: tuple[float, float]) -> None:
        words = ["mousemove", *at(*points[0]), "click", "1"]
        for point in points[1:]:
            words += ["mousemove", *at(*point)]
        pad.display.run("xdotool", *words)

    stroke((0.2, 0.3), (0.4, 0.3), (0.8, 0.3))
    middle = tuple(int(word) for word in at(0.6, 0.3))
    wait_until(lambda: max(pad.display.grab().getpixel(middle)) < 80, "the open stroke on the canvas")
    assert pad.count("candidates shown for 1 strokes") == 0
    pad.display.run("xdotool", "click", "1")
    pad.wait_for("candidates shown for 1 strokes")
    stroke((0.2, 0.6), (0.5, 0.6), (0.8, 0.6))
    pad.press("Escape")
    pad.wait_until_still()
    shown = np.asarray(pad.display.grab().convert("L"))
    column = left + round(0.4 * side)
    assert shown[top + round(0.3 * side), column] < 80
    assert shown[top + round(0.6 * side), column] > 150
    pad.display.grab().save(screenshots / "real-clicks.png")


def test_eraser_takes_a_stroke_and_undo_brings_it_back(start_pad: StartPad, bao: Ink, screenshots: Path) -> None:
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    square = pad.paper()
    pad.press("ctrl+e")
    last = bao.strokes[-1].points
    pad.draw_stroke([(last[-1].x, last[-1].y)] * 2, square)
    pad.wait_for("candidates shown for 12 strokes")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-eraser.png")
    shown = pad.count("candidates shown for 13 strokes")
    pad.press("ctrl+z")
    pad.wait_for("candidates shown for 13 strokes", count=shown + 1)
