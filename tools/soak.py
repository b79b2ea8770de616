"""Uses the real window for a long time, and fails where an answer is lost or wrong, or the memory grows.

``python tools/soak.py`` draws until there were 20,000 recognitions and does 2,000 other things in between, in an order
that the seed decides, with Qt's pointer and key events on the real window under Xvfb. Each answer must arrive, be the
last one asked for, and equal what a recognizer of its own says of the same ink. Memory is the resident set of the
process, as the median of the samples right after warm-up and at the end; it may grow by 5 %.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

GROWTH_LIMIT: Final = 0.05
"""Of the resident set, from warm-up to the end; the issue's figure."""

WARM_UP: Final = 0.2
"""Part of the whole after which memory must stand still: by then every kind of action was done many times."""

SAMPLES: Final = 40
"""Of the memory, over the whole."""

WAIT_MS: Final = 30_000
"""For one answer. The machine may be busy with other work."""

BURST: Final = 0.1
"""Part of the strokes that are drawn without waiting for the answer to the one before, as a fast hand does."""


def main() -> int:
    """Start an X server, and this script again on it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recognitions", type=int, default=20_000)
    parser.add_argument("--actions", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        try:
            return Soak(options.child, options.recognitions, options.actions, options.seed).run()
        except LostAnswerError as error:
            print(f"soak: {error}", flush=True)
            os._exit(1)  # threads are running, and nothing that is kept is worth waiting for
    from tests.window.desktop import Display

    with Display() as display, tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DISPLAY": display.name,
            "QT_QPA_PLATFORM": "xcb",
            "XDG_DATA_HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "LC_ALL": "C.UTF-8",
            "PYTHONFAULTHANDLER": "1",
        }
        command = [sys.executable, __file__, *sys.argv[1:], "--child", folder]
        return subprocess.run(command, env=environment, check=False).returncode


class LostAnswerError(Exception):
    """An answer did not come, or was not the one that was due."""


class Soak:
    """One run.

    Args:
        folder: for settings and data.
        recognitions: how many to do.
        actions: how many other things to do.
        seed: of everything that is left to chance.
    """

    def __init__(self, folder: Path, recognitions: int, actions: int, seed: int) -> None:
        import hccr_desktop.gui  # noqa: F401, I001 - onnxruntime before Qt

        from PySide6.QtCore import QSettings
        from PySide6.QtTest import QTest

        from hccr_desktop.domain.settings import Settings
        from hccr_desktop.gui.app import make_application, recognizer_factory
        from hccr_desktop.gui.composition import CompositionFile
        from hccr_desktop.gui.drawing_files import picture_of
        from hccr_desktop.gui.fonts import load_character_family
        from hccr_desktop.gui.learning_service import LearningService
        from hccr_desktop.gui.main_window import MainWindow
        from hccr_desktop.gui.recognition_service import RecognitionService
        from hccr_desktop.gui.self_test import stored_ink
        from hccr_desktop.gui.settings_store import SettingsStore
        from tests.gui.houses import housekeeping_of

        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
        self._folder = folder
        self._wanted_recognitions, self._wanted_actions = recognitions, actions
        self._chance = random.Random(seed)
        self._test = QTest
        self._application = make_application([sys.argv[0]])
        # What is learned would rightly change the answers, which then no other recognizer could confirm.
        settings = Settings(learn_from_picks=False, history_limit=1000, animations=False)
        self._service = RecognitionService(recognizer_factory(settings), self._application, rest_ms=0)
        self._service.recognized.connect(self._on_recognized)
        self._service.failed.connect(self._on_failed)
        self.window = MainWindow(
            self._service,
            SettingsStore(),
            settings,
            character_family=load_character_family(),
            composition_file=CompositionFile(folder / "compose.json"),
            learning=LearningService(folder / "learned.sqlite", parent=self._application),
        )
        self._house = housekeeping_of(self.window, settings)
        self._ink = stored_ink()[1]
        self._picture = folder / "鲍.png"
        picture_of(self._ink).save(str(self._picture))
        self._answers: list[object] = []
        self._failures: list[str] = []
        self._recognitions = self._actions = self._asked = 0
        self._memory_mb: list[float] = []
        self._slowest_ms = 0.0

    def run(self) -> int:
        """Do all of it, and print what was found; 0 where nothing is wrong."""
        from hccr_desktop import paths
        from hccr_desktop.inference.precision import open_model

        ready: list[object] = []
        self._service.ready.connect(ready.append)
        self.window.show()
        self._wait(lambda: bool(ready), "the model")
        # After the pad has, so that what it measured is known, and the same of the two files is taken.
        self._direct = open_model(paths.default_model(), memo=paths.speed_memo())
        self._focus()
        started = time.monotonic()
        every = max(1, self._wanted_recognitions // SAMPLES)
        next_sample = every
        while self._recognitions < self._wanted_recognitions:
            self._write_character()
            while self._actions * self._wanted_recognitions < self._recognitions * self._wanted_actions:
                self._act()
            if self._recognitions >= next_sample:
                next_sample = self._recognitions + every
                self._sample()
        elapsed_s = time.monotonic() - started
        self.window.close()
        return self._report(elapsed_s)

    # Drawing

    def _write_character(self) -> None:
        """Some strokes of a character, shifted and shaken, each recognized; then it is picked or cleared."""
        canvas = self.window.canvas
        strokes = self._chance.sample(self._ink.strokes, self._chance.randint(1, 6))
        dx, dy, scale = self._chance.uniform(-0.1, 0.1), self._chance.uniform(-0.1, 0.1), self._chance.uniform(0.7, 1.1)
        for number, stroke in enumerate(strokes):
            points = [
                (
                    min(0.98, max(0.02, 0.5 + (p.x - 0.5) * scale + dx)),
                    min(0.98, max(0.02, 0.5 + (p.y - 0.5) * scale + dy)),
                )
                for p in stroke.points[:: self._chance.randint(2, 5)]
            ]
            self._stroke(points)
            if number + 1 < len(strokes) and self._chance.random() < BURST:
                continue
            self._check_answer()
        if self._chance.random() < 0.5:
            self._key("Key_Z", control=True)
            if not canvas.ink.is_empty:
                self._check_answer()
        if self._chance.random() < 0.5 and self.window.candidates.candidates:
            self._key(f"Key_{self._chance.randint(1, 5)}")
        else:
            self._key("Key_Escape")
        if not canvas.drawing.is_empty:
            raise LostAnswerError(
                f"the canvas is not empty after a pick or Esc: {len(canvas.ink.strokes)} strokes after "
                f"{self._recognitions} recognitions and {self._actions} actions; the status line says "
                f"{self.window.status.message!r}"
            )

    def _stroke(self, points: Sequence[tuple[float, float]]) -> None:
        from PySide6.QtCore import QPointF, Qt

        canvas = self.window.canvas
        square = canvas.paper_rect()
        places = [(square.topLeft() + QPointF(*point) * square.width()).toPoint() for point in points]
        self._answers.clear()
        before = len(canvas.ink.strokes)
        self._test.mousePress(canvas, Qt.MouseButton.LeftButton, pos=places[0])
        for place in places[1:]:
            self._test.mouseMove(canvas, place)
        self._test.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=places[-1])
        if len(canvas.ink.strokes) != before + 1:
            raise LostAnswerError(f"a stroke was lost: {before} before, {len(canvas.ink.strokes)} after")

    def _check_answer(self) -> None:
        """Wait for the answer to what is on the canvas, and compare it with the other recognizer's."""
        from hccr_desktop.errors import EmptyInkError
        from hccr_desktop.gui.recognition_worker import is_dot
        from hccr_desktop.imaging.rasterize import ink_to_model_image

        asked_at = time.monotonic()
        self._wait(lambda: self._is_final(), f"answer {self._recognitions + 1}")
        self._slowest_ms = max(self._slowest_ms, (time.monotonic() - asked_at) * 1000)
        answer = self._answers[-1]
        self._answers.clear()
        self._recognitions += 1
        ink = self.window.canvas.ink
        if isinstance(answer, EmptyInkError) or is_dot(ink):
            if not (isinstance(answer, EmptyInkError) and is_dot(ink)):
                raise LostAnswerError(f"a dot and its answer do not match: {answer}")
            return
        if isinstance(answer, Exception):
            raise LostAnswerError(f"recognition {self._recognitions} failed: {answer}") from answer
        count = len(answer.candidates)
        image, strokes = ink_to_model_image(ink), ink.to_arrays()
        expected = self._direct.recognize(image, kind="ink", count=count, strokes=strokes)
        expected = self._direct.confirm(expected, strokes)
        verdicts = [(given.is_sure, given.is_several) for given in (answer, expected)]
        if answer.candidates != expected.candidates or verdicts[0] != verdicts[1]:
            raise LostAnswerError(f"answer {self._recognitions} is {answer}, not {expected}")
        if self.window.candidates.candidates != answer.candidates:
            raise LostAnswerError(f"answer {self._recognitions} is not the one in the list")

    def _is_final(self) -> bool:
        """Whether the last answer came, and the second look at it where it needs one."""
        return bool(self._answers) and getattr(self._answers[-1], "is_final", True)

    def _on_recognized(self, answer: "object") -> None:
        self._answers.append(answer.recognition)

    def _on_failed(self, failure: "object") -> None:
        self._answers.append(failure.error)

    # Everything else

    def _acts(self) -> tuple[Callable[[], None], ...]:
        """Things that people do between characters; the canvas is empty before and after."""
        return (
            self._resize,
            self._change_settings,
            self._open_picture,
            self._paste_picture,
            self._show_dialog,
            self._edit_text,
            self._reopen_character,
            self._toggle_details,
            self._toggle_heat_map,
            self._undo_and_redo,
            self._copy,
            self._walk_candidates,
        )

    def _act(self) -> None:
        """Do each of them once, so that what is loaded on first use is loaded, and then any."""
        acts = self._acts()
        act = acts[self._actions] if self._actions < len(acts) else self._chance.choice(acts)
        act()
        self._actions += 1
        self._settle()
        self._answers.clear()

    def _resize(self) -> None:
        self.window.resize(self._chance.randint(700, 1000), self._chance.randint(520, 760))

    def _change_settings(self) -> None:
        from dataclasses import replace

        chance = self._chance
        self.window.apply_settings(
            replace(
                self.window._settings,
                theme=chance.choice(("light", "dark")),
                language=chance.choice(("en", "zh_CN")),
                guide=chance.choice(("mi", "tian", "none")),
                candidate_count=chance.randint(5, 20),
                left_handed=chance.random() < 0.5,
                canvas_percent=chance.randint(60, 100),
                text_percent=chance.choice((100, 125)),
                animations=chance.random() < 0.25,  # stroke orders that write themselves out take most of the time
            )
        )

    def _open_picture(self) -> None:
        self._answers.clear()
        self.window.open_picture(self._picture)
        self._wait(lambda: bool(self._answers), "the answer to a picture")
        self._key("Key_Escape")

    def _paste_picture(self) -> None:
        from PySide6.QtGui import QGuiApplication, QImage

        QGuiApplication.clipboard().setImage(QImage(str(self._picture)))
        self._answers.clear()
        self._key("Key_V", control=True)
        self._wait(lambda: bool(self._answers), "the answer to a pasted picture")
        self._key("Key_Escape")

    def _show_dialog(self) -> None:
        from PySide6.QtWidgets import QDialog

        table = self.window.actions_table
        action = self._chance.choice((table.settings, table.about, table.privacy, table.history, table.shortcuts))
        action.trigger()
        # Visible is not enough. Without a window manager the X server takes the keyboard from a closed dialog and gives
        # it to nobody; where Qt had not heard yet that the dialog got it, the window counts as active after that, so
        # that _focus would leave it, and the next keys would go nowhere.
        self._wait(
            lambda: any(d.isActiveWindow() for d in self.window.findChildren(QDialog)),
            f"the dialog of {action.text()} to get the keyboard",
        )
        for dialog in self.window.findChildren(QDialog):
            dialog.close()
        self._focus()
        self.window.canvas.setFocus()

    def _edit_text(self) -> None:
        line = self.window.compose.line
        self.window.actions_table.edit_text.trigger()
        self._test.keyClicks(line, self._chance.choice(("abc", "hccr", "20 000")))
        if len(line.text) > 60:
            self.window.actions_table.clear_text.trigger()
        self._key("Key_Escape", widget=line)

    def _reopen_character(self) -> None:
        line = self.window.compose.line
        self.window.actions_table.edit_text.trigger()
        for _ in range(self._chance.randint(1, 6)):
            self._key("Key_Left", widget=line)
        self._settle()
        line.close_character()
        self._key("Key_Escape", widget=line)
        self.window.canvas.setFocus()

    def _toggle_details(self) -> None:
        self.window.actions_table.details.trigger()

    def _toggle_heat_map(self) -> None:
        self._stroke([(0.2, 0.3), (0.5, 0.45), (0.8, 0.8)])
        self.window.actions_table.heat_map.trigger()
        self._check_answer()
        self._settle()
        self._key("Key_Escape")

    def _undo_and_redo(self) -> None:
        self._stroke([(0.3, 0.2), (0.5, 0.6)])
        self._check_answer()
        self._key("Key_Z", control=True)
        self.window.actions_table.redo.trigger()
        self._check_answer()
        self._key("Key_Escape")

    def _copy(self) -> None:
        self.window.actions_table.copy.trigger()

    def _walk_candidates(self) -> None:
        self._stroke([(0.3, 0.2), (0.35, 0.6), (0.7, 0.7)])
        self._check_answer()
        for key in self._chance.choices(("Key_Down", "Key_Up"), k=4):
            self._key(key)
        self._key("Key_Return")

    # Means

    def _key(self, name: str, *, control: bool = False, widget: "object" = None) -> None:
        from PySide6.QtCore import Qt

        if not self.window.isActiveWindow():
            raise LostAnswerError(f"the window does not have the keyboard for {name}")
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        self._test.keyClick(widget or self.window.canvas, getattr(Qt.Key, name), modifier)

    def _focus(self) -> None:
        """Give the window the keyboard, as a window manager would; without it Qt runs no shortcuts."""
        if not self.window.isActiveWindow():
            subprocess.run(["xdotool", "windowfocus", "--sync", str(int(self.window.winId()))], check=True)
            self._wait(self.window.isActiveWindow, "the window to get the keyboard")

    def _settle(self) -> None:
        from PySide6.QtCore import QEvent

        for _ in range(3):
            self._application.processEvents()
        # What is deleted later from here, outside of any event loop, waits for one to begin, which here none does: the
        # animations of docks and tool bars would be kept to the end.
        self._application.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def _wait(self, is_done: Callable[[], bool], what: str) -> None:
        from PySide6.QtCore import QDeadlineTimer, QEventLoop

        deadline = QDeadlineTimer(WAIT_MS)
        while not is_done():
            if deadline.hasExpired():
                raise LostAnswerError(f"waited {WAIT_MS / 1000:.0f} s for {what}")
            self._application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)

    def _sample(self) -> None:
        import psutil

        self._memory_mb.append(psutil.Process().memory_info().rss / 2**20)
        if os.environ.get("SOAK_VERBOSE"):
            print(f"{self._recognitions} {self._memory_mb[-1]:.1f} MB", flush=True)

    def _report(self, elapsed_s: float) -> int:
        first = round(len(self._memory_mb) * WARM_UP)
        width = max(1, len(self._memory_mb) // 10)
        warm = statistics.median(self._memory_mb[first : first + width])
        end = statistics.median(self._memory_mb[-width:])
        growth = end / warm - 1
        cpu_s = time.process_time()
        print(
            f"soak: {self._recognitions} recognitions, all answered as by a recognizer of its own; {self._actions} "
            f"actions; {elapsed_s:.0f} s ({cpu_s:.0f} s of CPU), slowest answer {self._slowest_ms:.0f} ms; "
            f"memory {warm:.0f} MB after warm-up, {end:.0f} MB at the end ({growth:+.1%})",
            flush=True,
        )
        if growth > GROWTH_LIMIT:
            print(f"soak: the memory grew by more than {GROWTH_LIMIT:.0%}: {[round(mb) for mb in self._memory_mb]}")
            return 1
        return 0


if __name__ == "__main__":
    sys.exit(main())
