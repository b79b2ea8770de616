"""Pages of training scans in the real program: boxes worked on with the pointer, the text taken, the screen grabbed."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from PIL import Image

from tests.composed import composed_page
from tests.window.conftest import StartPad
from tests.window.desktop import Display, Pad, wait_until

pytestmark = [pytest.mark.window, pytest.mark.model, pytest.mark.data, pytest.mark.slow]

ROWS, COLUMNS = 2, 4
MARGIN = 0.04
"""Part of the canvas left around a picture; see gui/paper.py."""


def accuracy(text: str, truth: str) -> float:
    """Share of the characters that are right, for texts of the same shape."""
    found, wanted = text.replace("\n", ""), truth.replace("\n", "")
    return sum(a == b for a, b in zip(found, wanted, strict=False)) / len(wanted)


def size_of(file: Path) -> tuple[int, int]:
    """Width and height of a picture."""
    with Image.open(file) as picture:
        return picture.size


def on_page(pad: Pad, page: Path, x: float, y: float) -> tuple[str, str]:
    """A place of the page, in parts of its width and height, on the screen."""
    left, top, side = pad.paper()
    width, height = size_of(page)
    room = side * (1 - 2 * MARGIN)
    scale = room / max(width, height)
    across = left + side / 2 + (x - 0.5) * width * scale
    down = top + side / 2 + (y - 0.5) * height * scale
    return str(round(across)), str(round(down))


@pytest.fixture
def page(shared_data: Path, tmp_path: Path) -> tuple[Path, str]:
    file = tmp_path / "页.png"
    return file, composed_page(shared_data, file, rows=ROWS, columns=COLUMNS, step=53)


def test_page_is_read_corrected_and_taken(start_pad: StartPad, page: tuple[Path, str], screenshots: Path) -> None:
    file, truth = page
    pad = start_pad(str(file))
    pad.wait_for(f"page read in .*, {ROWS * COLUMNS} characters")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-page.png")

    pad.press("ctrl+Return")
    wait_until(lambda: "\n" in pad.display.clipboard(), "the text on the clipboard")
    text = pad.display.clipboard()
    assert [len(line) for line in text.split("\n")] == [COLUMNS] * ROWS
    assert accuracy(text, truth) >= 0.6  # the least that says reading order and boxes are right

    pad.press("ctrl+z", "2", "ctrl+Return")
    wait_until(lambda: pad.display.clipboard() not in ("", text), "the corrected text on the clipboard")
    corrected = pad.display.clipboard()
    assert corrected[0] != text[0]
    assert corrected[1:] == text[1:]
    assert pad.quit() == 0


def test_boxes_and_crop_follow_the_pointer(start_pad: StartPad, page: tuple[Path, str], screenshots: Path) -> None:
    file, _ = page
    pad = start_pad(str(file))
    pad.wait_for(f"page read in .*, {ROWS * COLUMNS} characters")
    pad.wait_until_still()
    gap, (width, height) = 26, size_of(file)
    first = on_page(pad, file, (gap + 42) / width, (gap + 42) / height)
    second = on_page(pad, file, (gap + 110 + 42) / width, (gap + 42) / height)
    pad.display.run("xdotool", "mousemove", *first, "click", "1")
    pad.display.run("xdotool", "keydown", "shift", "mousemove", *second, "click", "1", "keyup", "shift")
    pad.press("ctrl+j")
    pad.wait_for(f"page read in .*, {ROWS * COLUMNS - 1} characters")
    pad.wait_until_still()
    pad.display.grab().save(screenshots / "real-joined.png")

    start, end = on_page(pad, file, 0.005, 0.965), on_page(pad, file, 0.06, 0.995)
    pad.display.run("xdotool", "mousemove", *start, "mousedown", "1", "mousemove", *end, "mouseup", "1")
    pad.wait_for(f"page read in .*, {ROWS * COLUMNS} characters", count=2)

    pad.press("ctrl+k")
    pad.wait_until_still()
    edge, half = on_page(pad, file, 0.5, 1), on_page(pad, file, 0.5, 0.5)
    pad.display.run("xdotool", "mousemove", *edge, "mousedown", "1", "mousemove", *half, "mouseup", "1")
    # One row is left; its widest character may be read as two.
    pad.wait_for(f"page read in .*, (0|{COLUMNS}|{COLUMNS + 1}) characters")
    pad.display.grab().save(screenshots / "real-crop.png")
    pad.press("Return")
    assert pad.quit() == 0


def shown_picture(display: Display, file: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Another program, with a picture on the whole screen."""
    script = folder / "show.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys
            from PySide6.QtCore import Qt
            from PySide6.QtGui import QPixmap
            from PySide6.QtWidgets import QApplication, QLabel
            application = QApplication(sys.argv)
            label = QLabel(None, Qt.WindowType.FramelessWindowHint)
            label.setStyleSheet("background: white")
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setPixmap(QPixmap(sys.argv[1]))
            label.setWindowTitle("a picture")
            label.setGeometry(application.primaryScreen().geometry())
            label.show()
            application.exec()
            """
        ),
        encoding="utf-8",
    )
    environment = {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb", "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.Popen([sys.executable, str(script), str(file)], env=environment)


@pytest.mark.parametrize("scale", ["1", "2"])
def test_a_part_of_the_screen_is_read(
    display: Display, start_pad: StartPad, page: tuple[Path, str], tmp_path: Path, screenshots: Path, scale: str
) -> None:
    file, truth = page
    other = shown_picture(display, file, tmp_path)
    try:
        wait_until(lambda: display.grab().getpixel((5, 5)) == (255, 255, 255), "the picture of the other program")
        pad = start_pad(QT_SCALE_FACTOR=scale)
        pad.press("ctrl+g")
        screen = display.grab().size
        dark = (145, 145, 145)
        wait_until(lambda: display.grab().getpixel((5, screen[1] - 5)) <= dark, "the frozen screen")
        width, height = size_of(file)
        left, top = (screen[0] - width) // 2, (screen[1] - height) // 2
        start, end = (str(left + 8), str(top + 8)), (str(left + width - 8), str(top + height - 8))
        display.run("xdotool", "mousemove", *start, "mousedown", "1", "mousemove", *end)
        display.grab().save(screenshots / f"real-grab-{scale}.png")
        display.run("xdotool", "mouseup", "1")
        pad.wait_for(f"page read in .*, {ROWS * COLUMNS} characters")
        pad.focus("HCCR Desktop")
        pad.press("ctrl+Return")
        wait_until(lambda: "\n" in display.clipboard(), "the text on the clipboard")
        assert accuracy(display.clipboard(), truth) >= 0.6
        assert pad.quit() == 0
    finally:
        other.terminate()
        other.wait(30)


def answer_dialog(pad: Pad, title: str, path: Path) -> None:
    """Type a path into a dialog over a dialog, and confirm it; its list of completions may swallow the first Enter."""
    window = pad.focus(title)
    pad.press("ctrl+a")
    pad.display.run("xdotool", "type", "--clearmodifiers", str(path))

    def is_gone() -> bool:
        pad.press("Return")
        search = ["xdotool", "search", "--onlyvisible", "--name", f"^{title}"]
        found = subprocess.run(search, env={"DISPLAY": pad.display.name}, capture_output=True, text=True, check=False)
        return window not in found.stdout.split()

    wait_until(is_gone, f"the end of {title}")


def test_a_folder_is_read_and_saved(start_pad: StartPad, shared_data: Path, tmp_path: Path, screenshots: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    truth = composed_page(shared_data, folder / "a.png", rows=ROWS, columns=COLUMNS, step=53)
    (folder / "b.png").write_bytes(b"no picture")
    pad = start_pad()
    pad.press("ctrl+shift+o")
    answer_dialog(pad, "Choose a folder", folder)
    wait_until(lambda: bool(list((tmp_path / "config").rglob("batch.json"))), "the results of the folder")
    pad.focus("Read a folder")
    pad.display.grab().save(screenshots / "real-batch.png")
    pad.press("alt+s")
    answer_dialog(pad, "Save results", tmp_path / "results.txt")
    wait_until((tmp_path / "results.txt").exists, "the saved results")
    lines = (tmp_path / "results.txt").read_text(encoding="utf-8").splitlines()
    assert accuracy("".join(line.split("\t")[1] for line in lines), truth) >= 0.6
