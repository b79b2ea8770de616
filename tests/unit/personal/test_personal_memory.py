"""What a memory keeps, forgets and gives to recognition."""

import logging
import os
import stat
import threading
from contextlib import closing

import numpy as np
import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.melnyk import FEATURES
from hccr_desktop.errors import PersonalMemoryError
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.personal import personal_memory
from hccr_desktop.personal.personal_memory import PersonalMemory, embedding_model_of
from tests.unit.conftest import make_card
from tests.unit.personal.memories import MODEL, execute, fill, some_embedding, some_ink


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
