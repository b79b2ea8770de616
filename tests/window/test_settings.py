"""The settings dialog in the real program: what is chosen shows at once, and after a restart."""

from pathlib import Path

import pytest

from tests.window.conftest import StartPad
from tests.window.desktop import Pad, wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


def is_dark(pad: Pad) -> bool:
    """Whether the window's foot is."""
    return max(pad.display.grab().getpixel((300, 655))) < 80


def test_theme_and_language_are_chosen_by_keys(start_pad: StartPad, screenshots: Path) -> None:
    pad = start_pad()
    assert not is_dark(pad)
    pad.press("ctrl+comma")
    pad.focus("Settings")
    pad.press("alt+w", "alt+h", "End", "alt+l", "End", "Return")
    wait_until(lambda: is_dark(pad), "the dark theme")
    pad.focus("HCCR Desktop")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-settings-applied.png")
    assert pad.quit() == 0
    again = start_pad()
    wait_until(lambda: is_dark(again), "the dark theme after a restart")
