"""The window: from the end of a stroke to repainted candidates, from start to a drawable window, memory, idle load.

``python -m benchmarks.latency`` measures this alone. Everything runs on an X server of its own (Xvfb), with the
shipped model.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from benchmarks.machine import describe_machine, distribution, require_quiet_machine
from tests.window.desktop import Display, Pad

STARTS: Final = 7
CHARACTERS: Final = 16
"""Times the stored ink of 鲍 is drawn; with its 13 strokes that makes 208 recognitions."""

IDLE_S: Final = 10.0


def main() -> None:
    """Print one line a figure."""
    with Display() as display, tempfile.TemporaryDirectory() as folder:
        print("window drawable after start:", distribution(start_times_ms(display, Path(folder))))
        measured = stroke_figures(display)
        print("stroke end to repainted candidates:", distribution(measured.stroke_ms))
        print("longest stall of the window while the model opens:", f"{measured.stall_ms:.0f} ms")
        resident_mb, idle_percent = resident_and_idle(display, Path(folder))
        print(f"resident memory with the model open and 鲍 recognized: {resident_mb:.0f} MB")
        print(f"idle CPU over {IDLE_S:.0f} s: {idle_percent:.2f} % of one core")


@dataclass(frozen=True, slots=True)
class StrokeFigures:
    """What :func:`measure_strokes` saw: milliseconds of each stroke, and of the longest stall."""

    stroke_ms: list[float]
    stall_ms: float


def stroke_figures(display: Display) -> StrokeFigures:
    """Draw in a window in a process of its own, on a display."""
    command = [sys.executable, "-m", "benchmarks.latency", "--strokes"]
    environment = {"DISPLAY": display.name, "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
    child = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return StrokeFigures(**json.loads(child.stdout))


def start_times_ms(display: Display, folder: Path) -> list[float]:
    """From the start of the process to the first painting of the canvas; one start before is not counted."""
    times = []
    for _ in range(STARTS + 1):
        with Pad(display, folder) as pad:
            pad.wait_for("window drawable")
            times.append((time.monotonic() - pad.started_at) * 1000)
            pad.wait_for("model opened")
    return times[1:]


def resident_and_idle(display: Display, folder: Path) -> tuple[float, float]:
    """Resident memory in megabytes (10**6 bytes), and CPU time over wall time in percent, of the real program."""
    from hccr_desktop.gui.self_test import stored_ink

    with Pad(display, folder) as pad:
        pad.wait_until_ready()
        pad.draw(stored_ink()[1].to_coordinates())
        process = psutil.Process(pad.process.pid)
        time.sleep(1)
        before = process.cpu_times()
        time.sleep(IDLE_S)
        after = process.cpu_times()
        used = after.user + after.system - before.user - before.system
        return process.memory_info().rss / 1e6, max(0.0, used / IDLE_S * 100)


def measure_strokes() -> dict[str, object]:
    """Draw in a window of this process, which sees both ends: the pointer's event and the painted list.

    Returns:
        ``stroke_ms``: from the release of the pointer to the end of the event loop's pass that painted the
        candidates of all strokes so far; ``stall_ms``: the longest pass of the loop while the model was opened.
    """
    from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings, Qt, QTimer
    from PySide6.QtTest import QTest

    from hccr_desktop import gui  # noqa: F401 - before Qt, see there
    from hccr_desktop.domain.settings import Settings
    from hccr_desktop.gui.app import make_application, recognizer_factory
    from hccr_desktop.gui.fonts import load_character_family
    from hccr_desktop.gui.main_window import MainWindow
    from hccr_desktop.gui.recognition_service import RecognitionService
    from hccr_desktop.gui.self_test import stored_ink
    from hccr_desktop.gui.settings_store import SettingsStore

    class PaintWatch(QObject):
        """Notes that the list was painted after an answer had come."""

        def __init__(self) -> None:
            super().__init__()
            self.has_answer = False
            self.is_painted = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - an override of Qt's
            if event.type() == QEvent.Type.Paint and self.has_answer:
                self.is_painted = True
            return False

    with tempfile.TemporaryDirectory() as folder:
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)
        application = make_application(["benchmark"])
        service = RecognitionService(recognizer_factory(Settings()), application)
        window = MainWindow(service, SettingsStore(), Settings(), character_family=load_character_family())
        canvas, watch = window.canvas, PaintWatch()
        window.candidates.viewport().installEventFilter(watch)
        service.recognized.connect(lambda answer: setattr(watch, "has_answer", True))
        opened: list[object] = []
        service.ready.connect(opened.append)
        window.show()

        stalls: list[float] = []
        ticker = QTimer()
        ticker.start(1)
        while not opened:
            started = time.perf_counter()
            application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            stalls.append((time.perf_counter() - started) * 1000)
        ticker.stop()

        times = []
        square = canvas.paper_rect()
        for _ in range(CHARACTERS):
            for stroke in stored_ink()[1].strokes:
                places = [
                    (square.topLeft() + type(square.topLeft())(point.x, point.y) * square.width()).toPoint()
                    for point in stroke.points
                ]
                QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
                for place in places[1:]:
                    QTest.mouseMove(canvas, place)
                    application.processEvents()
                watch.has_answer = watch.is_painted = False
                started = time.perf_counter()
                QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
                while not watch.is_painted:
                    application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
                times.append((time.perf_counter() - started) * 1000)
            canvas.clear()
            application.processEvents()
        window.close()
    return {"stroke_ms": times, "stall_ms": max(stalls)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--force", action="store_true", help="measure while the machine is busy, and say so")
    parser.add_argument("--strokes", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.strokes:
        print(json.dumps(measure_strokes()))
    else:
        require_quiet_machine(force=options.force)
        print(describe_machine())
        main()
