import json
import logging
import os
import sqlite3
import stat
import threading
from contextlib import closing

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.errors import PersonalMemoryError, SampleSetError
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.imaging.sample_sets import load_sample_set
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.personal import memory_database, personal_memory
from hccr_desktop.personal.personal_memory import PersonalMemory, embedding_model_of
from tests.unit.conftest import make_card

MODEL = "Tiny 1 test"


def some_ink(number=0):
    return Ink.from_coordinates([[[0.1, 0.2 + number / 1000], [0.9, 0.25]], [[0.5, 0.1], [0.5, 0.8]]])


def some_embedding(number=0):
    return np.random.default_rng(number).normal(0, 1, FEATURES).astype(np.float32)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "数据" / "personal.sqlite"


@pytest.fixture
def memory(path):
    with closing(PersonalMemory.open(path, model_id=MODEL)) as opened:
        yield opened


def fill(memory, count, *, start=0):
    return [
        memory.remember("一丁七万"[n % 4], some_embedding(n), some_ink(n), picked_over="上")
        for n in range(start, start + count)
    ]


def execute(path, *statements):
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


# What is remembered


def test_a_new_memory_is_empty_and_makes_its_folder(memory, path):
    assert memory.entries() == []
    assert memory.samples.characters == ()
    assert memory.samples.directions.shape == (0, FEATURES)
    assert memory.note == ""
    assert path.is_file()


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's files by the folder's rights")
def test_the_file_is_readable_by_its_owner_alone(memory, path):
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_remembered_is_there_after_a_restart(path):
    with closing(PersonalMemory.open(path, model_id=MODEL)) as first:
        entry_id = first.remember("鲍", some_embedding(), some_ink(), picked_over="鸵")
        first.remember("鰻", some_embedding(1), some_ink(1), picked_over=None)
        before = first.samples

    with closing(PersonalMemory.open(path, model_id=MODEL)) as second:
        said, picked = second.entries()
        assert (said.character, said.picked_over, said.is_in_use) == ("鰻", None, True)
        assert (picked.id, picked.character, picked.picked_over) == (entry_id, "鲍", "鸵")
        assert picked.remembered_at.utcoffset() is not None
        assert second.ink(entry_id) == some_ink()
        assert second.samples.characters == before.characters == ("鲍", "鰻")
        assert np.array_equal(second.samples.directions, before.directions)
        assert np.linalg.norm(second.samples.directions, axis=1) == pytest.approx([1, 1], rel=1e-5)


def test_the_same_drawing_again_takes_the_new_meaning(memory):
    fill(memory, 2)
    memory.remember("土", some_embedding(5), some_ink(5), picked_over="士")
    memory.remember("士", some_embedding(5), some_ink(5), picked_over=None)

    assert [entry.character for entry in memory.entries()] == ["士", "丁", "一"]
    assert memory.samples.characters == ("一", "丁", "士")
    assert len(memory.samples.directions) == 3


@pytest.mark.parametrize("text", ["", "鲍鱼", " ", "\n", "\x00"])
def test_anything_but_one_character_is_refused_with_a_sentence(memory, text):
    with pytest.raises(PersonalMemoryError, match="single character"):
        memory.remember(text, some_embedding(), some_ink(), picked_over=None)
    assert memory.entries() == []


def test_an_embedding_of_another_shape_and_empty_ink_are_refused(memory):
    with pytest.raises(ValueError, match="448"):
        memory.remember("一", np.zeros((1, FEATURES), np.float32), some_ink(), picked_over=None)
    with pytest.raises(ValueError, match="no ink"):
        memory.remember("一", some_embedding(), Ink(), picked_over=None)
    assert memory.entries() == []


def test_forgetting_takes_one_entry_out_of_file_and_samples(memory, path):
    first, second, third = fill(memory, 3)

    memory.forget(second)
    memory.forget(second)

    assert [entry.id for entry in memory.entries()] == [third, first]
    assert memory.ink(second) is None
    assert memory.samples.characters == ("一", "七")
    with closing(PersonalMemory.open(path, model_id=MODEL)) as again:
        assert again.samples.characters == ("一", "七")


def test_several_entries_are_forgotten_together(memory):
    first, second, third = fill(memory, 3)

    memory.forget(first, third)

    assert [entry.id for entry in memory.entries()] == [second]
    assert memory.samples.characters == ("丁",)


def test_memory_tells_what_a_drawing_means(memory):
    fill(memory, 2)

    assert memory.meaning(some_ink(1)) == "丁"
    assert memory.meaning(some_ink(2)) is None


def test_ids_are_not_used_again(memory):
    (only,) = fill(memory, 1)
    memory.forget(only)

    assert fill(memory, 1) != [only]


def test_forgotten_samples_leave_no_trace_in_the_file(memory, path):
    embedding = some_embedding(3)
    entry_id = memory.remember("一", embedding, some_ink(3), picked_over=None)
    assert embedding.tobytes()[:64] in path.read_bytes()

    memory.forget(entry_id)

    assert embedding.tobytes()[:64] not in path.read_bytes()


def test_forgetting_all_empties_and_shrinks_the_file(memory, path):
    fill(memory, 200)
    size = path.stat().st_size

    memory.forget_all()

    assert memory.entries() == []
    assert memory.samples.characters == ()
    assert path.stat().st_size < size / 5
    assert fill(memory, 1)


def test_recognition_looks_at_the_newest_samples_only(path, monkeypatch):
    monkeypatch.setattr(personal_memory, "MOST_SAMPLES", 3)
    with closing(PersonalMemory.open(path, model_id=MODEL)) as memory:
        fill(memory, 5)
        assert memory.samples.characters == ("七", "万", "一")
        assert len(memory.entries()) == 5
    with closing(PersonalMemory.open(path, model_id=MODEL)) as again:
        assert again.samples.characters == ("七", "万", "一")
        assert len(again.samples.directions) == 3


def test_samples_taken_before_a_change_stay_as_they_were(memory):
    entry_ids = fill(memory, 2)
    taken = memory.samples
    copy = taken.directions.copy()

    fill(memory, 1, start=2)
    memory.forget(entry_ids[0])

    assert taken.characters == ("一", "丁")
    assert np.array_equal(taken.directions, copy)


def test_a_thread_may_list_and_read_while_another_remembers(memory):
    problems = []
    done = threading.Event()

    def read():
        while not done.is_set():
            try:
                for entry in memory.entries()[:3]:
                    assert memory.ink(entry.id) is not None
                samples = memory.samples
                assert len(samples.characters) == len(samples.directions)
            except Exception as error:
                problems.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    try:
        fill(memory, 60)
    finally:
        done.set()
        reader.join()

    assert problems == []
    assert len(memory.entries()) == 60


def test_no_ink_and_no_character_is_logged(memory, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    fill(memory, 2)
    memory.export(tmp_path / "out.jsonl")
    memory.import_(tmp_path / "out.jsonl")

    assert "0.25" not in caplog.text
    assert "一" not in caplog.text


# Another model, and files


def test_another_model_sees_no_embeddings_until_the_ink_was_embedded_anew(path, tiny_model, write_model):
    old = Recognizer.open(tiny_model)
    new = Recognizer.open(write_model(make_card(version="2"), name="new.onnx"))
    with closing(PersonalMemory.open(path, model_id=embedding_model_of(old.card))) as memory:
        fill(memory, 5)

    with closing(PersonalMemory.open(path, model_id=embedding_model_of(new.card))) as memory:
        assert memory.samples.characters == ()
        assert [entry.is_in_use for entry in memory.entries()] == [False] * 5
        with pytest.raises(ValueError, match="opened for"):
            memory.embed_pending(old)

        left = [memory.embed_pending(new, limit=2) for _ in range(3)]

        assert left == [3, 1, 0]
        assert memory.embed_pending(new) == 0
        assert all(entry.is_in_use for entry in memory.entries())
        assert memory.samples.characters == ("一", "丁", "七", "万", "一")
        expected = new.run([ink_to_model_image(some_ink(1))]).embedding[0]
        assert memory.samples.directions[1] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)
        stepwise = memory.samples

    with closing(PersonalMemory.open(path, model_id=embedding_model_of(new.card))) as memory:
        assert memory.pending_count() == 0
        assert memory.samples.characters == stepwise.characters
        assert np.array_equal(memory.samples.directions, stepwise.directions)


def test_a_drawing_that_cannot_be_embedded_does_not_keep_the_others_waiting(path, tiny_model):
    recognizer = Recognizer.open(tiny_model)
    with closing(PersonalMemory.open(path, model_id=MODEL)) as memory:
        fill(memory, 3)
    execute(path, "UPDATE sample SET ink = x'00' WHERE id = 2")

    with closing(PersonalMemory.open(path, model_id=embedding_model_of(recognizer.card))) as memory:
        assert memory.embed_pending(recognizer) == 0
        assert memory.samples.characters == ("一", "七")
        assert [entry.is_in_use for entry in memory.entries()] == [True, False, True]
        with pytest.raises(PersonalMemoryError, match="damaged"):
            memory.ink(2)


def test_an_export_can_be_evaluated_and_imported_elsewhere(memory, tmp_path, tiny_model):
    fill(memory, 5)
    exported = tmp_path / "我的.jsonl"

    assert memory.export(exported) == 5

    samples = load_sample_set(exported).samples
    assert [sample.character for sample in samples] == ["一", "丁", "七", "万", "一"]
    assert samples[0].ink == some_ink()
    recognizer = Recognizer.open(tiny_model)
    with closing(PersonalMemory.open(tmp_path / "other.sqlite", model_id=embedding_model_of(recognizer.card))) as other:
        assert other.import_(exported) == 5
        assert other.samples.characters == ()
        assert other.pending_count() == 5
        assert other.embed_pending(recognizer) == 0
        assert other.samples.characters == ("一", "丁", "七", "万", "一")
        here, there = memory.entries(), other.entries()
        assert [(e.picked_over, e.remembered_at) for e in here] == [(e.picked_over, e.remembered_at) for e in there]


def test_importing_twice_doubles_nothing(memory, tmp_path):
    fill(memory, 4)
    memory.export(tmp_path / "out.jsonl")

    memory.import_(tmp_path / "out.jsonl")
    memory.import_(tmp_path / "out.jsonl")

    assert len(memory.entries()) == 4


@pytest.mark.parametrize(
    ("content", "error", "sentence"),
    [
        ('{"char": "一", "strokes": [[[0, 0], [1, 1]]]}\nno json\n', SampleSetError, "line 2"),
        ('{"char": "一", "strokes": [[[0, 0], [1, 1]]]}\n{"char": "一二", "strokes": [[[0, 0]]]}', SampleSetError, "2"),
        ('{"char": "一", "strokes": [[[0, 0], [1e300, 1]]]}', PersonalMemoryError, "out of range"),
    ],
)
def test_a_damaged_import_changes_nothing(memory, tmp_path, content, error, sentence):
    fill(memory, 1)
    file = tmp_path / "in.jsonl"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(error, match=sentence) as caught:
        memory.import_(file)

    assert "in.jsonl" in caught.value.message
    assert len(memory.entries()) == 1


def test_a_damaged_drawing_is_left_out_of_an_export(memory, path, tmp_path):
    fill(memory, 3)
    execute(path, "UPDATE sample SET ink = x'00' WHERE id = 2")

    assert memory.export(tmp_path / "out.jsonl") == 2
    assert [sample.character for sample in load_sample_set(tmp_path / "out.jsonl").samples] == ["一", "七"]


def test_a_missing_import_and_one_of_another_kind_get_a_sentence(memory, tmp_path):
    with pytest.raises(SampleSetError, match="does not exist"):
        memory.import_(tmp_path / "none.jsonl")
    for other in (tmp_path, tmp_path / "scans.npz"):
        with pytest.raises(PersonalMemoryError, match="no export"):
            memory.import_(other)


def test_an_export_that_cannot_be_written_keeps_the_older_file(memory, tmp_path):
    fill(memory, 1)
    target = tmp_path / "out.jsonl"
    target.write_text("older")
    (tmp_path / "out.jsonl.part").mkdir()

    with pytest.raises(PersonalMemoryError, match=r"out\.jsonl cannot be written"):
        memory.export(target)

    assert target.read_text() == "older"


def test_exported_lines_are_json_with_char_and_strokes(memory, tmp_path):
    fill(memory, 1)
    memory.export(tmp_path / "out.jsonl")

    header, line = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(header) == {"format": "hccr-learned", "version": 1, "count": 1}
    record = json.loads(line)
    assert (record["char"], record["picked_over"]) == ("一", "上")
    assert record["strokes"] == some_ink().to_coordinates()


# What goes wrong


def one_sentence(error):
    return "\n" not in error.message and error.message.endswith(".")


@pytest.mark.parametrize("damage", ["text", "cut", "scrambled"])
def test_a_damaged_file_is_moved_aside_and_named(path, damage):
    with closing(PersonalMemory.open(path, model_id=MODEL)) as memory:
        fill(memory, 50)
    whole = path.read_bytes()
    damaged = {
        "text": b"this is no database, but quite a long text" * 100,
        "cut": whole[: len(whole) // 2],
        "scrambled": whole[:4096] + bytes(reversed(whole[4096:])),
    }[damage]
    path.write_bytes(damaged)
    stray = path.with_name(path.name + "-journal")
    stray.write_bytes(b"left behind")

    with closing(PersonalMemory.open(path, model_id=MODEL)) as memory:
        aside = path.with_name("personal.damaged-1.sqlite")
        assert aside.read_bytes() == damaged
        assert not stray.exists()
        assert aside.name in memory.note
        assert "\n" not in memory.note
        assert memory.entries() == []
        fill(memory, 1)

    path.write_bytes(damaged)
    with closing(PersonalMemory.open(path, model_id=MODEL)) as memory:
        assert "damaged-2" in memory.note
    assert aside.read_bytes() == damaged


def test_a_locked_file_gets_a_sentence_and_loses_nothing(path, monkeypatch):
    monkeypatch.setattr(memory_database, "_BUSY_LIMIT_S", 0)
    with closing(PersonalMemory.open(path, model_id=MODEL)) as memory:
        fill(memory, 1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(PersonalMemoryError, match="in use by another program") as refused:
                fill(memory, 1, start=1)
            assert one_sentence(refused.value)
            with pytest.raises(PersonalMemoryError, match="in use by another program"):
                memory.entries()
            with pytest.raises(PersonalMemoryError, match="in use by another program"):
                memory.forget_all()
            with pytest.raises(PersonalMemoryError, match="in use by another program"):
                PersonalMemory.open(path, model_id=MODEL)
            assert memory.samples.characters == ("一",)
            other.execute("ROLLBACK")

        fill(memory, 1, start=1)
        assert memory.samples.characters == ("一", "丁")


def test_a_full_disk_gets_a_sentence_and_keeps_what_was_there(memory):
    fill(memory, 2)
    connection = memory._store._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(PersonalMemoryError, match="the disk is full") as caught:
        fill(memory, 100, start=2)

    assert one_sentence(caught.value)
    kept = len(memory.entries())
    assert 2 <= kept < 102
    assert len(memory.samples.characters) == kept
    connection.execute(f"PRAGMA max_page_count = {pages + 100}")
    fill(memory, 1, start=200)
    assert len(memory.entries()) == kept + 1


def test_a_write_protected_file_can_still_be_listened_to(memory):
    fill(memory, 1)
    memory._store._connection.execute("PRAGMA query_only = ON")

    for change in (lambda: fill(memory, 1, start=1), memory.forget_all, lambda: memory.forget(1)):
        with pytest.raises(PersonalMemoryError, match="write-protected") as caught:
            change()
        assert one_sentence(caught.value)
    assert len(memory.entries()) == 1
    assert memory.samples.characters == ("一",)


def test_a_place_where_no_file_can_be_made_gets_a_sentence_with_the_path(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "file" / "personal.sqlite", tmp_path / "folder"):
        with pytest.raises(PersonalMemoryError, match="cannot be") as caught:
            PersonalMemory.open(place, model_id=MODEL)
        assert str(place) in caught.value.message
        assert one_sentence(caught.value)


def test_another_programs_database_is_left_alone(path):
    path.parent.mkdir()
    execute(path, "CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()

    with pytest.raises(PersonalMemoryError, match="another program"):
        PersonalMemory.open(path, model_id=MODEL)

    assert path.read_bytes() == before


def test_a_newer_versions_file_is_left_alone(path):
    PersonalMemory.open(path, model_id=MODEL).close()
    execute(path, "PRAGMA user_version = 99")
    before = path.read_bytes()

    with pytest.raises(PersonalMemoryError, match="newer version"):
        PersonalMemory.open(path, model_id=MODEL)

    assert path.read_bytes() == before


def test_erasing_leaves_no_file_behind(path):
    PersonalMemory.open(path, model_id=MODEL).close()
    for _ in range(2):
        path.write_bytes(b"damaged" * 100)
        PersonalMemory.open(path, model_id=MODEL).close()
    (path.parent / "compose.json").write_text("another's")
    assert len(list(path.parent.iterdir())) == 4

    memory_database.erase_files(path)

    assert [file.name for file in path.parent.iterdir()] == ["compose.json"]
    memory_database.erase_files(path)


def test_a_file_that_cannot_be_erased_gets_a_sentence(path):
    path.mkdir(parents=True)

    with pytest.raises(PersonalMemoryError, match="cannot be deleted") as caught:
        memory_database.erase_files(path)

    assert one_sentence(caught.value)


def test_a_closed_memory_says_so_but_its_samples_can_be_used(path):
    memory = PersonalMemory.open(path, model_id=MODEL)
    fill(memory, 1)
    memory.close()

    with pytest.raises(PersonalMemoryError, match=r"personal\.sqlite cannot be read"):
        memory.entries()
    assert memory.samples.characters == ("一",)
