"""A display of its own with the real program on it, used as a person would: pointer, keys, eyes, other programs."""

import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from PIL import Image, ImageGrab

REPOSITORY: Final = Path(__file__).resolve().parents[2]
LIMIT_S: Final = 30.0
PAPER: Final = (0xFD, 0xFB, 0xF6)


def wait_until(is_done: Callable[[], bool], what: str, *, limit_s: float = LIMIT_S) -> None:
    """Poll until something holds.

    Raises:
        TimeoutError: it did not within the limit.
    """
    deadline = time.monotonic() + limit_s
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {limit_s:.0f} s for {what}")
        time.sleep(0.02)


class Display:
    """An X server in memory. A missing Xvfb is an error, never a reason to skip.

    Args:
        width: of its screen, in pixels.
        height: likewise.
    """

    def __init__(self, *, width: int = 1280, height: int = 900) -> None:
        self._size = (width, height)
        self._server: subprocess.Popen[bytes] | None = None
        self.name = ""

    def __enter__(self) -> Self:
        reading, writing = os.pipe()
        width, height = self._size
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        command += ["-noreset"]  # else it starts anew after its last client, and refuses those that come meanwhile
        self._server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as answer:
            ready, _, _ = select.select([answer], [], [], LIMIT_S)
            number = answer.readline().strip() if ready else ""
        if not number:
            self._server.kill()
            raise RuntimeError("Xvfb did not start")
        self.name = f":{number}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(LIMIT_S)

    def grab(self) -> Image.Image:
        """What the screen shows, RGB."""
        return ImageGrab.grab(xdisplay=self.name)

    def run(self, *command: str) -> str:
        """Run another program on this display; what it wrote to standard output."""
        environment = os.environ | {"DISPLAY": self.name}
        # Whoever still owns the clipboard may answer with a picture, which is no text and equal to none.
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, errors="replace", check=True, timeout=LIMIT_S
        )
        return done.stdout

    def clipboard(self) -> str:
        """What another program gets when it pastes; empty while nothing is there."""
        return self._read_clipboard()

    def clipboard_formats(self) -> list[str]:
        """In what forms the clipboard's owner offers its content."""
        return self._read_clipboard("-t", "TARGETS").split()

    def _read_clipboard(self, *options: str) -> str:
        try:
            return self.run("xclip", "-o", "-selection", "clipboard", *options)
        except subprocess.CalledProcessError:
            return ""  # xclip's answer to a clipboard without an owner, or one without text

    def copy_picture(self, file: Path) -> subprocess.Popen[bytes]:
        """Another program that owns the clipboard, with a picture on it, until it is ended."""
        command = ["xclip", "-quiet", "-selection", "clipboard", "-t", "image/png", "-i", str(file)]
        environment = os.environ | {"DISPLAY": self.name}
        return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


class Pad:
    """The program in a process of its own.

    Args:
        display: where it opens.
        folder: for its settings, apart from the user's.
        arguments: of its command line.
        launcher: command that starts the program, such as one that limits it.
        variables: more environment variables.
    """

    def __init__(
        self, display: Display, folder: Path, *arguments: str, launcher: Sequence[str] = (), **variables: str
    ) -> None:
        self.display = display
        self._lines: list[str] = []
        self._news = threading.Condition()
        environment = os.environ | {
            "DISPLAY": display.name,
            "QT_QPA_PLATFORM": "xcb",
            "HCCR_LOG_LEVEL": "DEBUG",
            "XDG_CONFIG_HOME": str(folder),
            "XDG_DATA_HOME": str(folder),
            "XDG_CACHE_HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            **variables,
        }
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [*launcher, sys.executable, "-m", "hccr_desktop", *arguments],
            env=environment,
            cwd=REPOSITORY,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        self._window = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(LIMIT_S)
        self._reader.join(LIMIT_S)
        if self.process.stderr is not None:
            self.process.stderr.close()

    def _read_log(self) -> None:
        if self.process.stderr is None:
            return
        for line in self.process.stderr:
            with self._news:
                self._lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._news.notify_all()

    @property
    def log(self) -> str:
        """All that the program has logged."""
        with self._news:
            return "\n".join(self._lines)

    def wait_for(self, pattern: str, *, count: int = 1, limit_s: float = LIMIT_S) -> None:
        """Wait until the log has ``count`` lines with a pattern."""
        wanted = re.compile(pattern)

        def is_there() -> bool:
            return sum(bool(wanted.search(line)) for line in self._lines) >= count or self.process.poll() is not None

        with self._news:
            self._news.wait_for(is_there, limit_s)
            found = sum(bool(wanted.search(line)) for line in self._lines)
        if found < count:
            raise TimeoutError(f"the log has {found} of {count} lines with {pattern!r}:\n{self.log}")

    def count(self, pattern: str) -> int:
        """How many lines of the log have a pattern."""
        with self._news:
            return sum(bool(re.search(pattern, line)) for line in self._lines)

    def wait_until_ready(self) -> None:
        """Wait for the window and the model, and give the window the keyboard, as a window manager would."""
        self.wait_for("window drawable")
        self.wait_for("model opened")
        self._window = self.focus("HCCR Desktop")

    def focus(self, title: str) -> str:
        """Give a window of the program the keyboard; its number."""
        found: list[str] = []

        def is_found() -> bool:
            search = ["xdotool", "search", "--onlyvisible", "--name", f"^{title}"]
            environment = os.environ | {"DISPLAY": self.display.name}
            done = subprocess.run(search, env=environment, capture_output=True, text=True, check=False)
            found[:] = done.stdout.split()
            return bool(found)

        wait_until(is_found, f"a window called {title}")
        self.display.run("xdotool", "windowfocus", "--sync", found[-1])
        return found[-1]

    def resize(self, width: int, height: int) -> None:
        """Resize the window and wait until it has that size."""
        self.display.run("xdotool", "windowsize", "--sync", self._window, str(width), str(height))

    def paper(self) -> tuple[int, int, int]:
        """Left, top and side of the canvas on the screen, found by the color of its paper."""
        is_paper = (np.asarray(self.display.grab()) == PAPER).all(axis=2)
        rows, columns = np.flatnonzero(is_paper.any(axis=1)), np.flatnonzero(is_paper.any(axis=0))
        return int(columns[0]), int(rows[0]), int(columns[-1] - columns[0] + 1)

    def press(self, *keys: str) -> None:
        """Press keys, in xdotool's names."""
        self.display.run("xdotool", "key", "--clearmodifiers", *keys)

    def answer_file_dialog(self, title: str, path: Path) -> None:
        """Type a path into a file dialog and confirm it."""
        self.focus(title)
        self.press("ctrl+a")
        self.display.run("xdotool", "type", "--clearmodifiers", str(path))
        self.wait_until_still()  # until its list of completions is up, the dialog may swallow the key
        self.press("Return")

    def wait_until_still(self) -> None:
        """Wait until the screen has stopped changing."""
        pictures = [self.display.grab()]

        def is_still() -> bool:
            pictures.append(self.display.grab())
            return len(pictures) > 5 and all(picture == pictures[-1] for picture in pictures[-5:])

        wait_until(is_still, "the screen to come to rest")

    def draw_stroke(self, points: Sequence[Sequence[float]], square: tuple[int, int, int]) -> None:
        """Draw through points in canvas units with the real pointer, within the square of :meth:`paper`."""
        left, top, side = square
        places = [(str(round(left + x * side)), str(round(top + y * side))) for x, y in points]
        command = ["xdotool", "mousemove", *places[0], "mousedown", "1"]
        for place in places[1:]:
            command += ["mousemove", *place]
        self.display.run(*command, "mouseup", "1")

    def draw(self, strokes: Sequence[Sequence[Sequence[float]]]) -> None:
        """Draw strokes and wait until the candidates of all of them are shown."""
        square = self.paper()
        before = self.count(f"candidates shown for {len(strokes)} strokes")
        for stroke in strokes:
            self.draw_stroke(stroke, square)
        self.wait_for(f"candidates shown for {len(strokes)} strokes", count=before + 1)

    def quit(self) -> int:
        """Close the program by its key; its exit status."""
        self.press("ctrl+q")
        return self.process.wait(LIMIT_S)
