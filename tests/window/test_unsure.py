"""What the real program says to a drawing that is no character."""

import random
from pathlib import Path

import numpy as np
import pytest

from tests.window.conftest import StartPad
from tests.window.desktop import wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]

ACCENT = (0x22, 0x69, 0x7A)


def test_scribble_gets_no_confident_bar_and_can_be_picked_all_the_same(start_pad: StartPad, screenshots: Path) -> None:
    chance = random.Random(4)
    pad = start_pad()
    # Of 30 such drawings the second weights take one for a character; of lone straws they take many.
    pad.draw([[(chance.random(), chance.random()) for _ in range(15)] for _ in range(3)])
    pad.wait_until_still()
    shown = pad.display.grab()
    shown.save(screenshots / "real-unsure.png")
    left, _, side = pad.paper()
    list_part = np.asarray(shown)[:, left + side + 8 :]
    assert not (list_part == ACCENT).all(axis=2).any()
    pad.press("1")
    wait_until(lambda: len(pad.display.clipboard()) == 1, "the picked character on the clipboard")
