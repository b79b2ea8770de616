import json
from datetime import UTC, datetime

import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.errors import PersonalMemoryError, SampleSetError
from hccr_desktop.personal import memory_file
from hccr_desktop.personal.memory_file import read_memory_file, write_memory_file
from hccr_desktop.personal.sample_store import NewSample, PackedInk

INK = Ink.from_coordinates([[[0.1, 0.2], [0.9, 0.25]], [[0.5, 0.1]]])
WHEN = datetime(2026, 11, 24, 20, 30, 5, tzinfo=UTC)
SAMPLES = [NewSample("鲍", PackedInk.of(INK), "鸵", remembered_at=WHEN), NewSample("土", PackedInk.of(INK))]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "学到的.jsonl"
    write_memory_file(path, SAMPLES)
    return path


def change(file, number, change_record):
    lines = file.read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[number])
    change_record(record)
    lines[number] = json.dumps(record)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_what_was_written_is_read_back(file):
    first, second = read_memory_file(file)

    assert (first.character, first.picked_over, first.remembered_at, first.ink.unpacked()) == ("鲍", "鸵", WHEN, INK)
    assert (second.character, second.picked_over, second.remembered_at, second.ink.unpacked()) == (
        "土",
        None,
        None,
        INK,
    )
    assert first.embedding is None


def test_an_empty_memory_makes_a_file_that_can_be_read(tmp_path):
    assert write_memory_file(tmp_path / "none.jsonl", []) == 0
    assert read_memory_file(tmp_path / "none.jsonl") == []


def test_a_file_without_header_is_taken_as_ink(tmp_path):
    path = tmp_path / "plain.jsonl"
    path.write_text('{"char": "一", "strokes": [[[0, 0], [1, 1]]]}\n', encoding="utf-8")

    (sample,) = read_memory_file(path)

    assert (sample.character, sample.remembered_at) == ("一", None)


def test_a_newer_version_is_refused(file):
    change(file, 0, lambda header: header.update(version=2))
    with pytest.raises(PersonalMemoryError, match="newer version"):
        read_memory_file(file)


def test_another_format_is_refused(file):
    change(file, 0, lambda header: header.update(format="someone else's"))
    with pytest.raises(PersonalMemoryError, match="no export of learned drawings"):
        read_memory_file(file)


def test_a_file_that_was_cut_off_is_refused_and_says_by_how_much(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(PersonalMemoryError, match="holds 1 drawings and not 2"):
        read_memory_file(file)


@pytest.mark.parametrize(
    "damage",
    [
        {"char": "鲍鱼"},
        {"char": 3},
        {"char": " "},
        {"picked_over": "ab"},
        {"remembered_at": "yesterday"},
        {"remembered_at": 12},
        {"strokes": [[[0.1]]]},
        {"strokes": [[["x", 1]]]},
        {"strokes": 5},
    ],
)
def test_a_damaged_drawing_is_named(file, damage):
    change(file, 2, lambda record: record.update(damage))
    with pytest.raises(PersonalMemoryError, match="drawing 2 is damaged, so nothing was imported") as caught:
        read_memory_file(file)
    assert file.name in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("strokes", [[], [[]], [[[1e7, 0], [1, 1]]]])
def test_ink_out_of_range_or_without_strokes_is_refused(file, strokes):
    change(file, 2, lambda record: record.update(strokes=strokes))
    with pytest.raises(PersonalMemoryError, match="drawing 2 has coordinates out of range"):
        read_memory_file(file)


def test_a_deeply_nested_line_is_damage_and_no_crash(file):
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join((*lines[:2], "[" * 200_000)), encoding="utf-8")
    with pytest.raises(PersonalMemoryError, match="drawing 2 is damaged"):
        read_memory_file(file)


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_is_refused(tmp_path, content):
    path = tmp_path / "empty.jsonl"
    path.write_bytes(content)
    with pytest.raises(PersonalMemoryError, match="holds no drawings"):
        read_memory_file(path)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"[1, 2]", b"\xff\xfe"])
def test_bytes_that_are_no_ink_are_refused(tmp_path, content):
    path = tmp_path / "other.jsonl"
    path.write_bytes(content)
    with pytest.raises(SampleSetError, match="line 1"):
        read_memory_file(path)


def test_a_file_far_too_large_is_not_read(file, monkeypatch):
    monkeypatch.setattr(memory_file, "_MOST_BYTES", 10)
    with pytest.raises(PersonalMemoryError, match="far too large"):
        read_memory_file(file)


def test_ink_is_packed_as_every_version_packed_it():
    strokes = [[[0.123456789, 1234567.8], [1e-7, -0.0]], [], [[3, 4.0, 9.9]]]

    packed = PackedInk.of_coordinates(strokes)

    assert packed.json == b"[[[0.1234568,1234568.0],[1e-07,-0.0]],[[3.0,4.0]]]"
    assert packed == PackedInk.of(Ink.from_coordinates(strokes))
    assert packed == PackedInk.of(packed.unpacked())


@pytest.mark.parametrize("strokes", [[[[1]]], [[["1", 2]]], [[[float("nan"), 0]]], [[[0, float("inf")]]], [[1, 2]]])
def test_what_is_no_ink_is_not_packed(strokes):
    with pytest.raises((ValueError, TypeError)):
        PackedInk.of_coordinates(strokes)


def test_reading_and_writing_tell_of_each_drawing_and_stop_where_told_to(file, tmp_path):
    def stop(done, total):
        told.append((done, total))
        if done == 1:
            raise InterruptedError

    told = []
    with pytest.raises(InterruptedError):
        read_memory_file(file, watch=stop)
    with pytest.raises(InterruptedError):
        write_memory_file(tmp_path / "stopped.jsonl", SAMPLES, watch=stop)

    assert told == [(0, 2), (1, 2)] * 2
    assert [entry.name for entry in tmp_path.iterdir()] == [file.name]
