"""The heat map in the real program."""

from pathlib import Path

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from tests.window.conftest import StartPad
from tests.window.desktop import wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


def test_heat_map_comes_by_its_key_and_goes_with_the_pick(start_pad: StartPad, bao: Ink, screenshots: Path) -> None:
    pad = start_pad()
    pad.draw(bao.to_coordinates())
    left, top, side = pad.paper()

    def reddish() -> int:
        """Pixels of the canvas that are clearly red: the guide is fainter."""
        shown = np.asarray(pad.display.grab(), int)[top : top + side, left : left + side]
        return int((shown[..., 0] - shown[..., 2] > 60).sum())

    before = reddish()
    pad.press("ctrl+h")
    wait_until(lambda: reddish() > before + side * side // 20, "the heat map")
    pad.display.grab().save(screenshots / "real-heat-map.png")
    pad.press("1")
    wait_until(lambda: reddish() == before, "the heat map to go")
    assert pad.display.clipboard() == "鲍"
