"""Taking a part of the screen where there are two monitors, in the real program."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.drawing_files import picture_of
from tests.window.desktop import LIMIT_S, Display, Pad, wait_until
from tests.window.monitors import set_monitors

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]

FIRST, SECOND = (0, 0, 1280, 900), (1280, 0, 1100, 1000)
PLACE = (700, 500)
"""Of a picture on either monitor, in the monitor's own pixels."""

SHOW = """
import sys
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
labels = []
for file, x, y in zip(sys.argv[1::3], sys.argv[2::3], sys.argv[3::3]):
    label = QLabel()
    label.setWindowFlags(Qt.WindowType.BypassWindowManagerHint | Qt.WindowType.FramelessWindowHint)
    label.setPixmap(QPixmap(file).scaled(240, 240))
    label.move(int(x), int(y))
    label.show()
    labels.append(label)
application.exec()
"""
"""Another program, with a picture on each monitor."""


@pytest.fixture(scope="module")
def two_monitors() -> Iterator[Display]:
    with Display(width=2380, height=1000) as display:
        set_monitors(display.name, (FIRST, SECOND))
        yield display


@pytest.fixture(scope="module")
def pictures(two_monitors: Display, bao: Ink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """一 on the first monitor, and 鲍 at the same place of the second."""
    folder = tmp_path_factory.mktemp("pictures")
    shown: list[str] = []
    for name, ink, (left, top, _, _) in (
        ("one.png", Ink.from_coordinates([[(0.1, 0.5), (0.9, 0.5)]]), FIRST),
        ("bao.png", bao, SECOND),
    ):
        picture_of(ink).save(str(folder / name))
        shown += [str(folder / name), str(left + PLACE[0]), str(top + PLACE[1])]
    environment = os.environ | {"DISPLAY": two_monitors.name, "QT_QPA_PLATFORM": "xcb"}
    process = subprocess.Popen([sys.executable, "-c", SHOW, *shown], env=environment)
    wait_until(lambda: two_monitors.grab().getpixel((SECOND[0] + PLACE[0] + 3, PLACE[1] + 3)) == (255,) * 3, "鲍")
    yield
    process.terminate()
    process.wait(LIMIT_S)


def shades(display: Display) -> set[tuple[int, ...]]:
    """Places of the windows on which a part is marked, in the screen's pixels."""
    search = ("xdotool", "search", "--onlyvisible", "--name", "^Mark the character")
    found = subprocess.run(
        search, env=os.environ | {"DISPLAY": display.name}, capture_output=True, text=True, check=False
    ).stdout.split()
    places = set()
    for window in found:
        lines = display.run("xdotool", "getwindowgeometry", "--shell", window).splitlines()
        values = dict(line.split("=") for line in lines)
        places.add(tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")))
    return places


@pytest.mark.parametrize("scale", ["1", "2"])
@pytest.mark.usefixtures("pictures")
def test_part_of_the_second_monitor_is_taken(
    two_monitors: Display, tmp_path: Path, screenshots: Path, scale: str
) -> None:
    display = two_monitors
    with Pad(display, tmp_path / "config", QT_SCALE_FACTOR=scale) as pad:
        pad.wait_until_ready()
        pad.press("ctrl+g")
        wait_until(lambda: shades(display) == {FIRST, SECOND}, "a shade over each monitor")
        pad.wait_until_still()
        display.grab().save(screenshots / f"monitors-shades-{scale}00.png")
        left, top = SECOND[0] + PLACE[0], SECOND[1] + PLACE[1]
        display.run(
            *("xdotool", "mousemove", str(left), str(top), "mousedown", "1"),
            *("mousemove", str(left + 120), str(top + 120), "mousemove", str(left + 239), str(top + 239)),
            *("mouseup", "1"),
        )
        wait_until(lambda: not shades(display), "the shades to go")
        pad.focus("HCCR Desktop")
        pad.wait_for("candidates shown for 0 strokes")
        pad.wait_until_still()
        display.grab().save(screenshots / f"monitors-taken-{scale}00.png")
        pad.press("1")
        wait_until(lambda: display.clipboard() == "鲍", "鲍 on the clipboard")
        assert pad.quit() == 0
