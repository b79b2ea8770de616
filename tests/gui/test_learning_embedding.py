"""Drawings that another model embedded, which the service embeds anew while nobody writes."""

import time
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui import learning_worker
from hccr_desktop.gui.learning_jobs import EmbeddingProgress
from hccr_desktop.personal.personal_memory import STEP, PersonalMemory
from tests.gui.conftest import MakeLearning
from tests.gui.lessons import CROSS, SLANT, Listener, first, personal, write


def test_another_models_drawings_are_embedded_anew(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_worker, "IDLE_S", 0)
    write(memory_path, ("鲸", SLANT))
    recognizer = personal()
    recognizer.card.version = "2"  # type: ignore[misc]
    service = make_learning()
    with qtbot.waitSignal(service.changed):
        service.attach(recognizer)
    assert first(recognizer, SLANT) == "鲸"
    with closing(PersonalMemory.open(memory_path, model_id="Fake-Net 2 fake")) as memory:
        assert memory.pending_count() == 0


def drawings(count: int) -> list[tuple[str, Ink]]:
    """Of as many characters, all different."""
    return [(chr(0x4E00 + at), Ink.from_coordinates([[(0.1, 0.1), (0.9, at / count)]])) for at in range(count)]


def test_embedding_tells_how_far_it_is_and_goes_on_at_the_next_start(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_worker, "IDLE_S", 0)
    monkeypatch.setattr(learning_worker, "TOLD_EVERY_S", 0)
    count = 4 * STEP
    write(memory_path, *drawings(count))
    recognizer = personal()
    recognizer.card.version = "2"  # type: ignore[misc]
    service, listener = make_learning(), Listener()
    service.embedded.connect(listener.hear)
    with qtbot.waitSignal(service.embedded):
        service.attach(recognizer)
    assert service.embedding == EmbeddingProgress(STEP, count)
    service.stop()
    with closing(PersonalMemory.open(memory_path, model_id="Fake-Net 2 fake")) as memory:
        waiting = memory.pending_count()
    assert 0 < waiting <= count - STEP

    again, later = make_learning(), Listener()
    again.embedded.connect(later.hear)
    recognizer.memory = None
    again.attach(recognizer)
    qtbot.waitUntil(lambda: later.heard[-1:] == [EmbeddingProgress(waiting, waiting)])
    assert later.heard[0] == EmbeddingProgress(STEP, waiting) or waiting <= STEP
    assert again.embedding is None
    with closing(PersonalMemory.open(memory_path, model_id="Fake-Net 2 fake")) as memory:
        assert memory.pending_count() == 0


@pytest.mark.parametrize("verb", ["switch off", "forget all", "erase", "fail"])
def test_embedding_that_ends_early_says_so(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setattr(learning_worker, "IDLE_S", 0)
    monkeypatch.setattr(learning_worker, "TOLD_EVERY_S", 0)
    monkeypatch.setattr(learning_worker, "_STEP_PAUSE_MS", 200)
    write(memory_path, *drawings(3 * STEP))
    recognizer = personal()
    recognizer.card.version = "2"  # type: ignore[misc]
    service = make_learning()
    with qtbot.waitSignal(service.embedded):
        service.attach(recognizer)
    with qtbot.waitSignal(service.embedded, check_params_cb=lambda progress: progress.is_over):
        if verb == "switch off":
            service.switch(is_on=False)
        elif verb == "forget all":
            service.forget_all()
        elif verb == "erase":
            service.erase()
        else:
            monkeypatch.setattr(PersonalMemory, "embed_pending", lambda *_: 1 / 0)
    assert service.embedding is None


def test_embedding_waits_from_the_moment_a_stroke_begins(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(memory_path, ("鲸", SLANT))
    recognizer = personal()
    recognizer.card.version = "2"  # type: ignore[misc]
    service, listener = make_learning(), Listener()
    service.embedded.connect(listener.hear)
    monkeypatch.setattr(learning_worker, "IDLE_S", 0.3)
    service.attach(recognizer)
    began = time.monotonic()
    service.note_writing()
    with qtbot.waitSignal(service.embedded):
        pass
    assert time.monotonic() - began >= 0.3


def test_embedding_waits_while_someone_writes(make_learning: MakeLearning, memory_path: Path, qtbot: QtBot) -> None:
    write(memory_path, ("鲸", SLANT))
    recognizer = personal()
    recognizer.card.version = "2"  # type: ignore[misc]
    first(recognizer, CROSS)
    service = make_learning()
    service.attach(recognizer)
    with qtbot.waitSignal(service.listed) as listed:
        service.list_all()
    assert [entry.is_in_use for entry in listed.args[0]] == [False]
