"""``--self-test``: proves that an installation works, with the window itself but no display."""

import io
import json
import logging
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QSettings, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from hccr_desktop import __version__, paths
from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.settings import Settings
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.drawing_files import picture_of
from hccr_desktop.gui.fonts import load_character_family
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.recognition_jobs import ModelInfo, RecognizerFactory
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.settings_store import SettingsStore

_LIMIT_MS: Final = 30_000
"""For one step; the first start of a packed program may unpack and scan for viruses."""

_PACKAGES: Final = ("numpy", "opencv-python", "opencv-python-headless", "pillow", "onnxruntime", "onnxruntime-gpu")


class _StepFailedError(Exception):
    """A step of the self-test did not do what it should."""


def run_self_test(factory: RecognizerFactory) -> int:
    """Draw, recognize, copy and open a picture; print what was found.

    Args:
        factory: opens the recognizer.

    Returns:
        Exit status: 0 if all steps worked, else 1.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # On Windows a pipe has the code page of the system, which knows no Chinese character in most countries.
        sys.stdout.reconfigure(encoding="utf-8")
    _say(f"HCCR Desktop {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}")
    for package in _PACKAGES:
        try:
            _say(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            continue
    logging.getLogger("qt").setLevel(logging.ERROR)  # the offscreen platform warns of what it cannot do
    with tempfile.TemporaryDirectory() as folder:
        # The user's own settings are neither read nor written.
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        try:
            _run_steps(factory, Path(folder))
        except (_StepFailedError, HccrError) as error:
            _say(f"FAILED: {error}")
            return 1
    _say("All steps worked.")
    return 0


def stored_ink() -> tuple[str, Ink]:
    """The character and the ink that the self-test draws."""
    line = (paths.resources_dir() / "self_test" / "ink.jsonl").read_text(encoding="utf-8")
    stored = json.loads(line)
    return str(stored["char"]), Ink.from_coordinates(stored["strokes"])


def _run_steps(factory: RecognizerFactory, folder: Path) -> None:
    character, ink = stored_ink()
    service = RecognitionService(factory, QApplication.instance())
    opened: list[ModelInfo] = []
    problems: list[HccrError] = []
    service.ready.connect(opened.append)
    service.unavailable.connect(problems.append)
    service.picture_failed.connect(problems.append)
    window = MainWindow(service, SettingsStore(), Settings(), character_family=load_character_family())
    window.show()
    try:
        _wait_until("the model to open", lambda: bool(opened), problems)
        _say(f"model {opened[0].model_id} on {opened[0].provider} {opened[0].provider_note}".rstrip())

        window.canvas.show_ink(ink)
        _wait_until("candidates of a drawing", lambda: bool(window.candidates.candidates), problems)
        _expect_first(window, character, "drawing")
        window.pick(0)
        if QGuiApplication.clipboard().text() != character:
            raise _StepFailedError("the clipboard does not hold the picked character")
        _say("clipboard works")

        picture = folder / f"{character}.png"
        if not picture_of(ink).save(str(picture)):
            raise _StepFailedError("the picture could not be written")
        window.open_picture(picture)
        _wait_until("candidates of a picture", lambda: bool(window.candidates.candidates), problems)
        _expect_first(window, character, "picture")
    finally:
        window.close()


def _expect_first(window: MainWindow, character: str, what: str) -> None:
    first = window.candidates.candidates[0]
    _say(f"{what} read as {first.character}, {first.confidence:.1%}")
    if first.character != character:
        raise _StepFailedError(f"the {what} of {character} was read as {first.character}")


def _wait_until(what: str, is_done: Callable[[], bool], problems: list[HccrError]) -> None:
    deadline = QDeadlineTimer(_LIMIT_MS)
    while not is_done():
        if problems:
            raise problems[0]
        if deadline.hasExpired():
            raise _StepFailedError(f"waited {_LIMIT_MS // 1000} s for {what}")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the self-test's output is its result
