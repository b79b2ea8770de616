"""A pad that is kept open: one window, its history by keys, and all of its data deleted, in the real program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hccr_desktop import paths
from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.drawing_files import picture_of
from tests.window.conftest import StartPad
from tests.window.desktop import LIMIT_S, REPOSITORY, Display, Pad, wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.slow]


def start_again(display: Display, folder: Path, *arguments: str) -> int:
    """Start the program while it runs, as a person would who has forgotten that; its exit status."""
    environment = os.environ | {
        "DISPLAY": display.name,
        "QT_QPA_PLATFORM": "xcb",
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
    }
    command = [sys.executable, "-m", "hccr_desktop", *arguments]
    return subprocess.run(command, env=environment, cwd=REPOSITORY, check=False, timeout=LIMIT_S).returncode


def windows(display: Display) -> list[str]:
    """Numbers of the visible windows of the program."""
    search = ["xdotool", "search", "--onlyvisible", "--name", "^HCCR Desktop"]
    environment = os.environ | {"DISPLAY": display.name}
    done = subprocess.run(search, env=environment, capture_output=True, text=True, check=False)
    return done.stdout.split()


def kept_files(folder: Path) -> list[str]:
    """Those of the program; fontconfig and Mesa keep caches of their own."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.name for path in files if not {"fontconfig", "mesa_shader_cache"} & set(path.parts))


def strokes(ink: Ink) -> list[list[tuple[float, float]]]:
    return [[(point.x, point.y) for point in stroke.points] for stroke in ink.strokes]


def test_second_start_opens_its_picture_in_the_first_window(
    start_pad: StartPad, display: Display, tmp_path: Path, bao: Ink, screenshots: Path
) -> None:
    pad = start_pad()
    picture = tmp_path / "手写 鲍.png"
    picture_of(bao).save(str(picture))
    before = pad.display.grab()
    assert start_again(display, tmp_path / "config", str(picture)) == 0
    pad.wait_for("candidates shown")
    wait_until(lambda: display.grab() != before, "the picture")
    pad.wait_until_still()
    display.grab().save(screenshots / "real-second-start.png")
    assert len(windows(display)) == 1
    pad.focus("HCCR Desktop")
    pad.press("1")
    wait_until(lambda: display.clipboard() == "鲍", "the character")
    assert pad.quit() == 0


def test_toggle_hides_and_shows_the_window(start_pad: StartPad, display: Display, tmp_path: Path) -> None:
    pad = start_pad()
    assert start_again(display, tmp_path / "config", "--toggle") == 0
    wait_until(lambda: not windows(display), "the window to hide")
    assert pad.process.poll() is None
    assert start_again(display, tmp_path / "config", "--toggle") == 0
    wait_until(lambda: len(windows(display)) == 1, "the window to come back")
    pad.focus("HCCR Desktop")
    assert pad.quit() == 0


def test_two_starts_at_once_make_one_window(display: Display, tmp_path: Path) -> None:
    pads = [Pad(display, tmp_path / "config") for _ in range(2)]
    try:
        wait_until(lambda: any(pad.process.poll() is not None for pad in pads), "one of the two to end")
        first = next(pad for pad in pads if pad.process.poll() is None)
        assert [pad.process.poll() for pad in pads if pad is not first] == [0]
        first.wait_until_ready()
        assert len(windows(display)) == 1
        assert first.quit() == 0
    finally:
        for pad in pads:
            with pad:
                pass


def test_history_is_used_by_keys_alone(start_pad: StartPad, display: Display, bao: Ink, screenshots: Path) -> None:
    pad = start_pad()
    pad.draw(strokes(bao))
    pad.press("1")
    wait_until(lambda: display.clipboard() == "鲍", "the pick")
    pad.press("ctrl+shift+BackSpace")
    pad.press("ctrl+shift+h")
    pad.focus("History")
    display.run("xdotool", "type", "bao")
    pad.wait_until_still()
    display.grab().save(screenshots / "real-history.png")
    pad.press("Return", "Escape")
    pad.focus("HCCR Desktop")
    pad.press("F1")
    pad.focus("Keyboard shortcuts")
    pad.wait_until_still()
    display.grab().save(screenshots / "real-shortcuts.png")
    pad.press("Escape")
    pad.focus("HCCR Desktop")
    pad.press("F2", "ctrl+a", "ctrl+c")
    wait_until(lambda: display.clipboard() == "鲍", "the text")
    assert pad.quit() == 0


def two_of_one_model(folder: Path) -> Path:
    """Two files of the same speed and version, as a float and an int8 file of one model would be."""
    folder.mkdir()
    for name in ("pair.onnx", "pair_int8.onnx"):
        shutil.copy(paths.default_model(), folder / name)
    return folder / "pair.onnx"


def test_all_data_is_deleted_by_keys_alone(
    start_pad: StartPad, display: Display, tmp_path: Path, bao: Ink, screenshots: Path
) -> None:
    """All that the program writes lies in this home of its own: what is left there, no store knows of."""
    folder = tmp_path / "home"
    (folder / "tmp").mkdir(parents=True)
    variables = {"HOME": str(folder), "TMPDIR": str(folder / "tmp"), "XDG_RUNTIME_DIR": ""}
    variables |= {"XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_CACHE_HOME": ""}
    pad = start_pad("--model", str(two_of_one_model(tmp_path / "models")), **variables)
    pad.draw(strokes(bao))
    pad.press("2")
    expected = {"compose.json", "history.jsonl", "crash.log", "learned.sqlite", "speed.json"}
    wait_until(lambda: expected <= set(kept_files(folder)), "the files")
    pad.press("ctrl+comma")
    pad.focus("Settings")
    pad.press("alt+y", "alt+t")
    pad.focus("Your data")
    pad.wait_until_still()
    display.grab().save(screenshots / "real-your-data.png")
    pad.press("alt+d")
    pad.focus("Delete all my data")
    pad.press("Tab", "space")
    wait_until(lambda: not kept_files(folder), "the files to go")
    pad.focus("Your data")
    pad.press("Escape")
    pad.focus("HCCR Desktop")
    assert pad.quit() == 0
    assert kept_files(folder) == []
