"""Readings and the details pane in the real program."""

from pathlib import Path

import pytest

from hccr_desktop.domain.ink import Ink
from tests.window.conftest import StartPad
from tests.window.desktop import wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


def test_found_character_is_read_about_and_taken(start_pad: StartPad, bao: Ink, screenshots: Path) -> None:
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    before = pad.paper()
    pad.press("ctrl+i")
    pad.wait_for("details of 鲍 shown")
    pad.display.grab().save(screenshots / "real-details.png")
    assert pad.paper()[:2] == before[:2]  # the window grew, the canvas kept its place
    pad.press("ctrl+f")
    pad.display.run("xdotool", "type", "--clearmodifiers", "yu2")
    pad.wait_for("details of 于 shown")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-search.png")
    pad.press("Return")
    wait_until(lambda: pad.display.clipboard() == "于", "于 on the clipboard")
    pad.press("Escape", "ctrl+i")
    pad.wait_until_still()
    assert pad.quit() == 0
