"""Faults injected one by one into the window: each gives a sentence, and ink and text stay as they were."""

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSaveFile
from PySide6.QtGui import QClipboard, QGuiApplication
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.candidate import Recognition, SourceKind
from hccr_desktop.domain.settings import Settings
from hccr_desktop.errors import Sentence
from hccr_desktop.gui.app import recognizer_factory
from hccr_desktop.gui.composition import CompositionFile, default_composition_path
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.self_test import stored_ink
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.fakes import FakeRecognizer
from tests.gui.houses import housekeeping_of
from tests.gui.in_window import clipboard, press

FAILING_CALL = 50


class BrokenAtLast(FakeRecognizer):
    """A provider that dies in the middle of the work, and is well again afterwards."""

    def recognize(self, image: np.ndarray, **options: Any) -> Recognition:
        answer = super().recognize(image, **options)
        if len(self.images) == FAILING_CALL:
            raise RuntimeError("CUDA error 700: an illegal memory access was encountered")
        return answer


class GoesOver(FakeRecognizer):
    """A recognizer whose provider dies in the middle of the work, and which goes on with the CPU."""

    def __init__(self) -> None:
        super().__init__(provider="CUDA")

    def _look_at_calls(self) -> None:
        if len(self.images) + self.batched >= FAILING_CALL:
            self.provider = "CPU"
            self.provider_note = Sentence(
                "{provider} has failed, so the CPU is used until the next start.", provider="CUDA"
            )

    def recognize(self, image: np.ndarray, **options: Any) -> Recognition:
        answer = super().recognize(image, **options)
        self._look_at_calls()
        return answer

    def recognize_batch(self, images: list[np.ndarray], *, kind: SourceKind, count: int = 10) -> list[Recognition]:
        answers = super().recognize_batch(images, kind=kind, count=count)
        self._look_at_calls()
        return answers


class OutOfMemory(FakeRecognizer):
    """There is no memory left for an inference."""

    def recognize(self, image: np.ndarray, **options: Any) -> Recognition:
        raise MemoryError


def draw_character(window: MainWindow, qtbot: QtBot) -> None:
    for stroke in stored_ink()[1].strokes:
        with qtbot.waitSignal(window._service.recognized, timeout=20_000):
            draw_stroke(window.canvas, [(point.x, point.y) for point in stroke.points])


@pytest.mark.model
def test_model_deleted_while_running_goes_on_recognizing(
    make_window: MakeWindow, qtbot: QtBot, model_path: Path, tmp_path: Path
) -> None:
    model = Path(shutil.copy(model_path, tmp_path / "model.onnx"))
    window = make_window(recognizer_factory(Settings(model_path=str(model))))
    model.unlink()
    draw_character(window, qtbot)
    assert window.candidates.candidates[0].character == "鲍"
    # The heat map reads the file, at its first use only.
    with qtbot.waitSignal(window._service.unexplained, timeout=20_000):
        window.actions_table.heat_map.trigger()
    assert window.status.message == f"The model file {model} does not exist."
    assert len(window.canvas.ink.strokes) == 13
    press(window, "1")
    assert clipboard() == "鲍"


def test_heat_map_that_fails_unexpectedly_is_told(make_window: MakeWindow, qtbot: QtBot) -> None:
    recognizer = FakeRecognizer()
    window = make_window(lambda: recognizer)
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)

    def fail() -> None:
        raise RuntimeError("out of memory")

    recognizer.dense_weights = fail  # type: ignore[assignment]
    with qtbot.waitSignal(window._service.unexplained):
        window.actions_table.heat_map.trigger()
    assert window.status.message == "The heat map could not be made."
    assert len(window.candidates.candidates) == 10


def test_provider_that_fails_at_its_fiftieth_call_costs_that_answer_alone(
    make_window: MakeWindow, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    recognizer = BrokenAtLast()
    window = make_window(lambda: recognizer)
    window.compose.line.add_text("鱼")
    for _ in range(FAILING_CALL - 1):
        with qtbot.waitSignal(window._service.recognized):
            draw_stroke(window.canvas, BAR)
    with qtbot.waitSignal(window._service.failed):
        draw_stroke(window.canvas, SLANT)
    assert window.status.message == "This drawing could not be recognized."
    assert window.candidates.candidates == ()
    assert len(window.canvas.ink.strokes) == FAILING_CALL
    assert window.compose.line.text == "鱼"
    assert "CUDA error 700" in caplog.text
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    assert window.candidates.candidates[0].character == "鲍"
    assert window.status.message == ""


def test_provider_that_the_cpu_takes_over_from_at_its_fiftieth_call_costs_no_answer_and_is_told_once(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(GoesOver)
    assert "CUDA" in window.status.facts
    for _ in range(FAILING_CALL - 1):
        with qtbot.waitSignal(window._service.recognized):
            draw_stroke(window.canvas, BAR)
    assert window.status.message == ""
    with qtbot.waitSignal(window._service.provider_changed):
        draw_stroke(window.canvas, SLANT)
    assert window.status.message == "CUDA has failed, so the CPU is used until the next start."
    assert window.candidates.candidates[0].character == "鲍"
    assert "CPU" in window.status.facts
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    assert window.status.message == ""


def test_provider_that_fails_while_a_page_is_read_is_told(
    make_window: MakeWindow, qtbot: QtBot, page_file: Path
) -> None:
    recognizer = GoesOver()
    recognizer.batched = FAILING_CALL
    window = make_window(lambda: recognizer)
    with qtbot.waitSignal(window._service.provider_changed, timeout=20_000):
        window.open_picture(page_file)
    assert "CPU" in window.status.facts


def test_recognition_without_memory_is_told_and_the_ink_stays(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(OutOfMemory)
    with qtbot.waitSignal(window._service.failed):
        draw_stroke(window.canvas, BAR)
    assert window.status.message == "This drawing could not be recognized."
    assert len(window.canvas.ink.strokes) == 1


def test_clipboard_that_takes_nothing_is_told(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    QGuiApplication.clipboard().setText("of another program")
    window = make_window()
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    with monkeypatch.context() as patch:
        patch.setattr(QClipboard, "setText", lambda _clipboard, _text: None)
        press(window, "1")
    assert "did not take the text" in window.status.message
    assert window.compose.line.text == "鲍"
    window.actions_table.copy.trigger()
    assert clipboard() == "鲍"
    assert window.status.message == "Copied 鲍"


def test_folders_that_cannot_be_written_cost_nothing_but_the_keeping(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stands where the data folder should be: root, whom no permission stops, cannot write there either."""
    (tmp_path / "nowhere").write_bytes(b"")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nowhere"))
    window = make_window(composition_file=CompositionFile(default_composition_path()))
    housekeeping_of(window)
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    qtbot.waitUntil(lambda: "cannot be kept" in window.status.message)
    press(window, "1")
    assert clipboard() == "鲍"
    window.compose.save()
    assert "cannot be kept" in window.status.message
    assert window.compose.line.text == "鲍"


def test_full_disk_keeps_the_files_of_before_and_is_told(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = default_composition_path()
    window = make_window(composition_file=CompositionFile(path))
    housekeeping_of(window)
    window.compose.line.add_text("鱼")
    window.compose.save()
    before = path.read_bytes()

    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(QSaveFile, "write", lambda _file, _content: -1)
        patch.setattr(os, "write", full)
        with qtbot.waitSignal(window._service.recognized):
            draw_stroke(window.canvas, BAR)
        qtbot.waitUntil(lambda: "cannot be kept" in window.status.message)
        press(window, "1")
        window.compose.save()
        assert "cannot be kept" in window.status.message
        assert path.read_bytes() == before
    assert window.compose.line.text == "鱼鲍"
    window.compose.save_if_changed()
    assert CompositionFile(path).load().text == "鱼鲍"
