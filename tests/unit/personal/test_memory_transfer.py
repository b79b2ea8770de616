"""A memory written to a file, and taken in from one."""

import json
from contextlib import closing

import pytest

from hccr_desktop.errors import PersonalMemoryError, SampleSetError
from hccr_desktop.imaging.sample_sets import load_sample_set
from hccr_desktop.inference.recognizer import Recognizer
from hccr_desktop.personal.personal_memory import PersonalMemory, embedding_model_of
from tests.unit.personal.memories import execute, fill, some_ink


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


@pytest.mark.parametrize("stop_at", [0, 2, 3, 5])
def test_an_import_that_is_stopped_changes_nothing(memory, tmp_path, stop_at):
    fill(memory, 3)
    memory.export(tmp_path / "out.jsonl")
    memory.forget(1)
    before = [(entry.id, entry.character) for entry in memory.entries()]
    told = []

    def watch(done, total):
        told.append((done, total))
        if done == stop_at:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        memory.import_(tmp_path / "out.jsonl", watch=watch)

    assert told == [(done, 6) for done in range(stop_at + 1)]
    assert [(entry.id, entry.character) for entry in memory.entries()] == before
    assert len(memory.samples.characters) == 2
    assert memory.import_(tmp_path / "out.jsonl", watch=lambda done, total: None) == 3


def test_a_drawing_that_is_not_what_it_was_is_left_out_of_an_export(memory, path, tmp_path):
    fill(memory, 2)
    execute(path, "UPDATE sample SET ink = (SELECT ink FROM sample WHERE id = 2) WHERE id = 1")

    assert memory.export(tmp_path / "out.jsonl") == 1


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
