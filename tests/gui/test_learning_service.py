from pathlib import Path

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import LexiconError, PersonalMemoryError
from hccr_desktop.gui import learning_worker
from hccr_desktop.gui.learning_jobs import ForgetAll, Lesson
from hccr_desktop.gui.learning_service import LearningService, default_memory_path
from hccr_desktop.lexicon.lexicon import Lexicon
from hccr_desktop.personal import memory_database
from hccr_desktop.personal.personal_recognizer import PersonalRecognizer
from tests.gui.conftest import MakeLearning
from tests.gui.lessons import CROSS, SLANT, Listener, Lock, first, kept, personal, write


def attached(service: LearningService) -> PersonalRecognizer:
    recognizer = personal()
    service.attach(recognizer)
    return recognizer


def test_no_thread_and_no_file_before_there_is_something_to_do(make_learning: MakeLearning, memory_path: Path) -> None:
    service = make_learning()
    assert not service._thread.isRunning()
    assert not memory_path.parent.exists()


def test_file_lies_in_the_data_folder_of_the_user(tmp_path: Path) -> None:
    assert default_memory_path().is_relative_to(tmp_path)
    assert default_memory_path().name == "learned.sqlite"


def test_a_lesson_counts_from_the_next_recognition_on_and_after_a_restart(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot
) -> None:
    service = make_learning()
    recognizer = attached(service)
    with qtbot.waitSignals([service.learned, service.changed], order="strict"):
        service.learn(Lesson("鲸", SLANT, "鲍"))
    assert first(recognizer, SLANT) == "鲸"
    assert first(recognizer, CROSS) == "鲍"
    service.stop()
    assert kept(memory_path) == [("鲸", "鲍")]

    again = make_learning()
    with qtbot.waitSignal(again.changed):
        recognizer = attached(again)
    assert first(recognizer, SLANT) == "鲸"


def test_lessons_asked_for_just_before_the_end_are_kept(make_learning: MakeLearning, memory_path: Path) -> None:
    service = make_learning()
    attached(service)
    for character in "鲸鲤鲜":
        service.learn(Lesson(character, Ink.from_coordinates([[(0.1, 0.1), (0.5, ord(character) / 60000)]])))
    service.stop()
    assert [character for character, _ in kept(memory_path)] == ["鲜", "鲤", "鲸"]


def test_events_reach_the_thread_of_their_receiver(make_learning: MakeLearning, qtbot: QtBot) -> None:
    service, listener = make_learning(), Listener()
    for signal in (service.learned, service.listed):
        signal.connect(listener.hear)
    attached(service)
    service.learn(Lesson("鲸", SLANT))
    with qtbot.waitSignal(service.listed):
        service.list_all()
    assert len(listener.heard) == 2
    assert listener.threads == {QThread.currentThread()}


def test_the_same_drawing_tells_what_it_meant_before(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot
) -> None:
    service = make_learning()
    attached(service)
    service.learn(Lesson("鲸", SLANT))
    with qtbot.waitSignal(service.learned, check_params_cb=lambda learned: learned.replaced == "鲸"):
        service.learn(Lesson("鲤", SLANT))
    service.stop()
    assert kept(memory_path) == [("鲤", None)]


def test_switched_off_nothing_is_opened_learned_or_used(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot
) -> None:
    write(memory_path, ("鲸", SLANT))
    service = make_learning()
    service.switch(is_on=False)
    recognizer = attached(service)
    service.learn(Lesson("鲤", CROSS))
    with qtbot.waitSignal(service.listed) as listed:
        service.list_all()  # the list can be seen all the same
    assert [entry.character for entry in listed.args[0]] == ["鲸"]
    assert recognizer.memory is None
    assert first(recognizer, SLANT) == "鲍"

    with qtbot.waitSignal(service.changed):
        service.switch(is_on=True)
    assert first(recognizer, SLANT) == "鲸"
    with qtbot.waitSignal(service.changed):
        service.switch(is_on=False)
    assert first(recognizer, SLANT) == "鲍"


def test_list_tells_readings_and_is_the_newest_first(make_learning: MakeLearning, qtbot: QtBot) -> None:
    service = make_learning()
    attached(service)
    service.learn(Lesson("鲸", SLANT, "鲍"))
    service.learn(Lesson("鲤", CROSS))
    with qtbot.waitSignal(service.listed) as listed:
        service.list_all()
    newest, oldest = listed.args[0]
    assert {newest.character, oldest.character} == {"鲸", "鲤"}
    carp = newest if newest.character == "鲤" else oldest
    assert carp.readings == ("lǐ",)
    assert carp.picked_over is None
    assert carp.is_in_use


def test_list_does_without_readings_where_there_is_no_dictionary(make_learning: MakeLearning, qtbot: QtBot) -> None:
    def fail() -> Lexicon:
        raise LexiconError("dictionary.bin is missing.")

    service = make_learning(lexicon=fail)
    attached(service)
    service.learn(Lesson("鲸", SLANT))
    with qtbot.waitSignal(service.listed) as listed:
        service.list_all()
    assert listed.args[0][0].readings == ()


def test_without_a_model_the_list_can_be_seen_and_deleted(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot
) -> None:
    write(memory_path, ("鲸", SLANT), ("鲤", CROSS))
    service = make_learning()
    with qtbot.waitSignal(service.listed) as listed:
        service.list_all()
    assert [entry.is_in_use for entry in listed.args[0]] == [False, False]
    with qtbot.waitSignal(service.forgotten):
        service.forget([listed.args[0][0].id])
    service.stop()
    assert len(kept(memory_path)) == 1


def test_inks_are_told_and_gone_ones_are_none(make_learning: MakeLearning, qtbot: QtBot) -> None:
    service = make_learning()
    attached(service)
    with qtbot.waitSignal(service.learned) as learned:
        service.learn(Lesson("鲸", SLANT))
    entry_id = learned.args[0].entry_id
    with qtbot.waitSignal(service.inks_read) as read:
        service.show_inks([entry_id, entry_id + 1])
    assert read.args[0] == {entry_id: SLANT, entry_id + 1: None}


def test_forgetting_all_takes_effect_at_once(make_learning: MakeLearning, memory_path: Path, qtbot: QtBot) -> None:
    service = make_learning()
    recognizer = attached(service)
    service.learn(Lesson("鲸", SLANT))
    with qtbot.waitSignal(service.forgotten) as forgotten:
        service.forget_all()
    assert forgotten.args == [ForgetAll()]
    assert first(recognizer, SLANT) == "鲍"
    service.stop()
    assert kept(memory_path) == []


def test_what_was_exported_can_be_imported_and_is_embedded_when_nobody_writes(
    make_learning: MakeLearning, memory_path: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_worker, "IDLE_S", 0)
    service = make_learning()
    recognizer = attached(service)
    service.learn(Lesson("鲸", SLANT))
    file = tmp_path / "学到的.jsonl"
    with qtbot.waitSignal(service.exported) as exported:
        service.export(file)
    assert (exported.args[0].count, exported.args[0].path) == (1, file)
    with qtbot.waitSignal(service.forgotten):
        service.forget_all()
    with qtbot.waitSignal(service.imported) as imported:
        service.import_(file)
    assert imported.args[0].count == 1
    qtbot.waitUntil(lambda: first(recognizer, SLANT) == "鲸")


# What goes wrong


def test_a_bad_file_to_import_gets_a_sentence_and_changes_nothing(
    make_learning: MakeLearning, memory_path: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("no json\n")
    service = make_learning()
    attached(service)
    service.learn(Lesson("鲸", SLANT))
    with qtbot.waitSignal(service.failed) as failed:
        service.import_(bad)
    assert "bad.jsonl" in failed.args[0].error.message
    service.stop()
    assert kept(memory_path) == [("鲸", None)]


def test_a_damaged_file_is_set_aside_and_learning_begins_anew(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot
) -> None:
    memory_path.parent.mkdir()
    memory_path.write_bytes(b"this is no database" * 100)
    service = make_learning()
    with qtbot.waitSignal(service.noted) as noted:
        attached(service)
    assert noted.args[0] == "learned.sqlite was damaged and is kept as learned.damaged-1.sqlite; learning starts anew."
    with qtbot.waitSignal(service.learned):
        service.learn(Lesson("鲸", SLANT))
    assert memory_path.with_name("learned.damaged-1.sqlite").read_bytes() == b"this is no database" * 100


def test_a_lesson_for_a_locked_file_is_not_lost(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_database, "_BUSY_LIMIT_S", 0)
    monkeypatch.setattr(learning_worker, "RETRY_MS", 10)
    write(memory_path, ("鲤", CROSS))
    service = make_learning()
    with qtbot.waitSignal(service.changed):
        recognizer = attached(service)
    lock = Lock(memory_path)
    with qtbot.waitSignal(service.failed) as failed:
        service.learn(Lesson("鲸", SLANT))
    assert failed.args[0].error.message.endswith("learned.sqlite is in use by another program.")
    assert first(recognizer, CROSS) == "鲤", "recognition goes on with what was learned before"
    with qtbot.waitSignal(service.learned):
        lock.release()
    assert first(recognizer, SLANT) == "鲸"


def test_a_lesson_that_waits_is_written_at_the_end(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_database, "_BUSY_LIMIT_S", 0)
    write(memory_path, ("鲤", CROSS))
    lock = Lock(memory_path)
    service = make_learning()
    with qtbot.waitSignal(service.failed):
        attached(service)
    with qtbot.waitSignal(service.failed):
        service.learn(Lesson("鲸", SLANT))
    lock.release()
    service.stop()
    assert sorted(character for character, _ in kept(memory_path)) == ["鲤", "鲸"]


def test_a_file_that_was_locked_at_first_is_used_later(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_database, "_BUSY_LIMIT_S", 0)
    monkeypatch.setattr(learning_worker, "RETRY_MS", 10)
    write(memory_path, ("鲤", CROSS))
    lock = Lock(memory_path)
    service = make_learning()
    with qtbot.waitSignal(service.failed) as failed:
        recognizer = attached(service)
    assert "in use by another program" in failed.args[0].error.message
    assert first(recognizer, CROSS) == "鲍"
    with qtbot.waitSignal(service.changed):
        lock.release()
    assert first(recognizer, CROSS) == "鲤"


@pytest.mark.parametrize(("pragma", "reason"), [("query_only = ON", "write-protected"), ("max_page_count = 1", "full")])
def test_a_protected_file_and_a_full_disk_get_a_sentence_and_recognition_goes_on(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot, pragma: str, reason: str
) -> None:
    write(memory_path, ("鲤", CROSS))
    service = make_learning()
    with qtbot.waitSignal(service.changed):
        recognizer = attached(service)
    memory = recognizer.memory
    assert memory is not None
    memory._store._connection.execute(f"PRAGMA {pragma}")
    long = Ink.from_coordinates([[(number / 3000, number * 7 % 1000 / 1000) for number in range(3000)]])
    with qtbot.waitSignal(service.failed) as failed:
        service.learn(Lesson("鲸", long))
    assert reason in failed.args[0].error.message
    assert "\n" not in failed.args[0].error.message
    assert first(recognizer, CROSS) == "鲤"


def test_an_unexpected_error_is_told_and_the_thread_lives_on(
    make_learning: MakeLearning, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    service = make_learning()
    recognizer = attached(service)

    def fail(*_: object, **__: object) -> int:
        raise ZeroDivisionError("inside")

    with monkeypatch.context() as patch:
        patch.setattr(recognizer, "learn", fail)
        with qtbot.waitSignal(service.failed) as failed:
            service.learn(Lesson("鲸", SLANT))
    assert failed.args[0].error.detail == "ZeroDivisionError('inside')"
    assert "ZeroDivisionError" in caplog.text
    with qtbot.waitSignal(service.learned):
        service.learn(Lesson("鲸", SLANT))


# Forgetting everything


def test_erasing_deletes_the_file_and_those_set_aside_and_learning_goes_on(
    make_learning: MakeLearning, memory_path: Path, qtbot: QtBot
) -> None:
    write(memory_path, ("鲤", CROSS))
    memory_path.with_name("learned.damaged-1.sqlite").write_bytes(b"old")
    service = make_learning()
    with qtbot.waitSignal(service.changed):
        recognizer = attached(service)
    service.erase()
    assert list(memory_path.parent.iterdir()) == []
    assert first(recognizer, CROSS) == "鲍"
    with qtbot.waitSignal(service.learned):
        service.learn(Lesson("鲸", SLANT))
    service.stop()
    assert kept(memory_path) == [("鲸", None)]


def test_erasing_what_was_never_made_is_no_error(make_learning: MakeLearning, memory_path: Path) -> None:
    make_learning().erase()
    assert not memory_path.exists()


def test_what_cannot_be_erased_gets_a_sentence(make_learning: MakeLearning, memory_path: Path) -> None:
    memory_path.mkdir(parents=True)
    with pytest.raises(PersonalMemoryError, match="cannot be deleted"):
        make_learning().erase()
