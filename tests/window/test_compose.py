"""The compose line in the real program: two characters written, one picked anew, all of it kept over a restart."""

from pathlib import Path

import pytest

from hccr_desktop.domain.ink import Ink
from tests.window.conftest import StartPad
from tests.window.desktop import wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


def test_text_is_composed_corrected_copied_and_kept(start_pad: StartPad, bao: Ink, screenshots: Path) -> None:
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    pad.press("1")
    wait_until(lambda: pad.display.clipboard() == "鲍", "鲍 on the clipboard")
    pad.draw(bao.to_coordinates())
    pad.press("2")
    wait_until(lambda: pad.display.clipboard() not in ("", "鲍"), "the second candidate on the clipboard")
    second = pad.display.clipboard()
    pad.press("ctrl+c")
    wait_until(lambda: pad.display.clipboard() == f"鲍{second}", "both characters on the clipboard")

    shown = pad.count("candidates shown for 13 strokes")
    pad.press("F2", "Left")
    pad.wait_for("candidates shown for 13 strokes", count=shown + 1)
    pad.display.grab().save(screenshots / "real-reopened.png")
    pad.press("Escape", "2", "ctrl+c")  # it learned from the pick of the second, which comes first now
    wait_until(lambda: pad.display.clipboard() == "鲍鲍", "the corrected text on the clipboard")
    pad.display.grab().save(screenshots / "real-composed.png")
    assert pad.quit() == 0

    again = start_pad()
    again.press("ctrl+c")
    wait_until(lambda: again.display.clipboard() == "鲍鲍", "the kept text on the clipboard")
