import csv
import io
import json
import os
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from hccr_desktop.domain.box import Box
from hccr_desktop.domain.candidate import Candidate, Recognition
from hccr_desktop.errors import ResultsFileError
from hccr_desktop.imaging.files import MAX_PAGES, PageFile
from hccr_desktop.inference import batch_reading
from hccr_desktop.inference.batch_reading import BatchOptions, FileReading, find_pictures, read_files
from hccr_desktop.inference.batch_results import file_record, load_readings, save_readings, write_csv, write_text
from hccr_desktop.inference.page_reading import ReadCharacter
from hccr_desktop.inference.recognizer import Recognizer


@pytest.fixture
def recognizer(tiny_model):
    return Recognizer.open(tiny_model, provider="cpu")


def page(blocks: int) -> Image.Image:
    """A line of crosses far apart."""
    drawn = np.full((120, 120 * blocks), 255, np.uint8)
    for number in range(blocks):
        left = 120 * number + 25
        drawn[55:65, left : left + 70] = 0
        drawn[25:95, left + 30 : left + 40] = 0
    return Image.fromarray(drawn)


@pytest.fixture
def folder(tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    page(1).save(pictures / "one.png")
    page(3).save(pictures / "three.png")
    page(1).save(pictures / "pages.tif", save_all=True, append_images=[page(2), page(4)])
    (pictures / "bad.jpg").write_bytes(b"no picture")
    return pictures


def read(recognizer, folder, **options):
    return list(read_files(recognizer, find_pictures([str(folder)]), options=BatchOptions(count=2), **options))


def test_every_file_and_page_has_a_reading(recognizer, folder):
    readings = read(recognizer, folder)

    found = [(os.path.basename(one.file), one.page, len(one.characters), bool(one.error)) for one in readings]  # noqa: PTH119
    assert found == [
        ("bad.jpg", 0, 0, True),
        ("one.png", 0, 1, False),
        ("pages.tif", 0, 1, False),
        ("pages.tif", 1, 2, False),
        ("pages.tif", 2, 4, False),
        ("three.png", 0, 3, False),
    ]
    assert [len(one.text) for one in readings] == [0, 1, 1, 2, 4, 3]


def test_a_box_stands_for_each_of_several_characters(recognizer, folder):
    three = file_record(read(recognizer, folder)[-1])
    one = file_record(read(recognizer, folder)[1])

    assert one["characters"][0]["box"] is None
    assert [character["box"] for character in three["characters"]] == [[25 + 120 * n, 25, 70, 70] for n in range(3)]
    assert "page" not in three


def test_of_pages_each_record_says_which(recognizer, folder):
    assert [file_record(one).get("page") for one in read(recognizer, folder)[2:5]] == [1, 2, 3]


def test_a_picture_may_be_taken_for_one_character(recognizer, folder):
    options = BatchOptions(count=2, is_one_character=True)
    (reading,) = read_files(recognizer, find_pictures([str(folder / "three.png")]), options=options)

    assert reading.recognition is not None
    assert (reading.characters[0].box.width, reading.characters[0].box.height) == (360, 120)


def test_progress_counts_files_and_a_cancelled_batch_ends(recognizer, folder):
    steps = []
    read(recognizer, folder, progress=lambda done, total: steps.append((done, total)))
    asked = iter([False, False, False, True, True, True])

    stopped = read(recognizer, folder, is_cancelled=lambda: next(asked))

    assert steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [one.error != "" for one in stopped] == [True, False]


class Counting:
    """A recognizer that counts what it is asked."""

    def __init__(self, recognizer):
        self.recognizer = recognizer
        self.asked = 0

    def recognize_batch(self, images, *, kind, count=10):
        self.asked += len(images)
        return self.recognizer.recognize_batch(images, kind=kind, count=count)


class Upright(Counting):
    """Sure of a stroke that lies at the bottom, and of nothing else."""

    def __init__(self):
        super().__init__(None)

    def recognize_batch(self, images, *, kind, count=10):
        self.asked += len(images)
        answers = []
        for image in images:
            rows = np.flatnonzero((image > 100).any(axis=1))
            is_so = bool((image[rows[-1] - 2] > 100).mean() > 0.7 and (image[rows[0] + 2] > 100).mean() < 0.5)
            answers.append(Recognition((Candidate("上", 0.99 if is_so else 0.2),), "upright", 1.0, is_so))
        return answers


def standing() -> Image.Image:
    """上 without its dot: a stroke that stands on one that lies."""
    drawn = np.full((200, 200), 255, np.uint8)
    drawn[140:150, 40:160] = 0
    drawn[50:145, 95:105] = 0
    return Image.fromarray(drawn)


@pytest.mark.parametrize("is_one_character", [False, True])
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_picture_that_lies_gets_the_turn_that_puts_it_right(tmp_path, turn, is_one_character):
    standing().rotate(turn, fillcolor=255).save(tmp_path / "lies.png")  # counterclockwise
    options = BatchOptions(is_one_character=is_one_character)

    (reading,) = read_files(Upright(), find_pictures([str(tmp_path)]), options=options)

    assert reading.turn == turn
    assert file_record(reading)["turn"] == turn
    save_readings([reading], tmp_path / "results.json")
    assert load_readings(tmp_path / "results.json")[0].turn == turn


def test_where_the_reading_is_sure_no_turn_is_tried(tmp_path):
    standing().save(tmp_path / "stands.png")
    recognizer = Upright()

    (reading,) = read_files(recognizer, find_pictures([str(tmp_path)]), options=BatchOptions())

    assert (reading.text, reading.turn) == ("上", 0)
    assert "turn" not in file_record(reading)
    assert recognizer.asked == 1


def test_lines_and_rows_say_which_way_a_picture_lies(tmp_path):
    standing().rotate(90, fillcolor=255).save(tmp_path / "lies.png")
    standing().save(tmp_path / "stands.png")
    readings = list(read_files(Upright(), find_pictures([str(tmp_path)]), options=BatchOptions()))
    text, table = io.StringIO(), io.StringIO()
    write_text(readings, text)
    write_csv(readings, table)

    assert [line.split("\t")[1:] for line in text.getvalue().splitlines()] == [
        ["上 20.000 %", "turn 90"],
        ["上 99.000 %"],
    ]
    assert [row["turn"] for row in csv.DictReader(io.StringIO(table.getvalue()))] == ["90", ""]


def test_only_the_first_line_of_a_page_says_which_way_it_lies():
    character = ReadCharacter(Box(0, 0, 9, 9), Box(0, 0, 9, 9), Recognition((Candidate("上", 0.2),), "m", 1.0, False))
    reading = FileReading("a.png", (character, replace(character, line=1)), 1.0, turn=180)
    text = io.StringIO()

    write_text([reading], text)

    assert text.getvalue() == "a.png\t上\tturn 180\na.png\t上\n"


@pytest.mark.parametrize("turn", [45, "90", None])
def test_a_kept_turn_that_is_none_is_refused(recognizer, folder, tmp_path, turn):
    results = tmp_path / "results.json"
    save_readings(read(recognizer, folder / "one.png"), results)
    records = json.loads(results.read_text(encoding="utf-8"))
    results.write_text(json.dumps([records[0] | {"turn": turn}]), encoding="utf-8")

    with pytest.raises(ResultsFileError):
        load_readings(results)


def test_only_changed_files_are_read_again(recognizer, folder, tmp_path):
    results = tmp_path / "results.json"
    first = read(recognizer, folder, made_by="Tiny 1")
    save_readings(first, results)
    page(2).save(folder / "one.png")

    counting = Counting(recognizer)
    again = read(counting, folder, made_by="Tiny 1", known=load_readings(results))

    assert 2 <= counting.asked <= 4
    assert [one.text for one in again[2:]] == [one.text for one in first[2:]]
    assert [file_record(one) for one in again[2:]] == [file_record(one) for one in first[2:]]
    assert len(again[1].characters) == 2


def test_what_failed_is_tried_again_and_told_as_a_sentence(recognizer, folder, tmp_path):
    results = tmp_path / "results.json"
    bad, *first = read(recognizer, folder, made_by="Tiny 1")
    failed = replace(first[0], characters=(), error="There was not enough memory.")
    save_readings([bad, failed], results)

    again = read(recognizer, folder, made_by="Tiny 1", known=load_readings(results))

    assert again[0].error == bad.error
    assert again[0].error.template == bad.error.template  # what is kept is plain text, which cannot be translated
    assert (again[1].error, again[1].text) == ("", first[0].text)


@pytest.mark.parametrize("count", [2, MAX_PAGES + 7])
def test_a_kept_note_can_be_translated_again(recognizer, folder, tmp_path, count):
    results = tmp_path / "results.json"
    note = PageFile(np.zeros((1, 1), np.uint8), frame_count=count).note
    first = read(recognizer, folder / "one.png")
    save_readings([replace(first[0], note=note), replace(first[0], note="Another 1.")], results)

    known, other = load_readings(results)

    assert known.note == note
    assert known.note.template == note.template
    assert other.note == "Another 1."


def test_a_folder_that_cannot_be_read_costs_no_other(monkeypatch, folder):
    locked = folder / "locked"
    locked.mkdir()
    scandir = os.scandir

    def refuse(path):
        if path == str(locked):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(batch_reading.os, "scandir", refuse)

    found = find_pictures([str(folder)], recursive=True)

    assert [one.file for one in found if not one.error] == [
        str(folder / name) for name in ("bad.jpg", "one.png", "pages.tif", "three.png")
    ]
    assert [one.error for one in found if one.error] == [f"The folder {locked} could not be read."]
    assert found[1].error.template == "The folder {folder} could not be read."
    assert [one.error for one in find_pictures([str(locked)])] == [f"The folder {locked} could not be read."]


@pytest.mark.parametrize("change", [{"made_by": "Tiny 2"}, {"options": BatchOptions(count=3)}])
def test_another_model_or_other_options_read_all_again(recognizer, folder, change):
    first = read(recognizer, folder, made_by="Tiny 1")
    counting = Counting(recognizer)
    options = {"options": BatchOptions(count=2), "made_by": "Tiny 1", "known": first} | change

    list(read_files(counting, find_pictures([str(folder)]), **options))

    assert counting.asked >= 11


@pytest.mark.parametrize("content", ["", "{", "3", '["a"]', '[{"file": "a.png"}]', '{"file": 1}', "[" * 100_000])
def test_a_file_of_something_else_is_told_and_kept(tmp_path, content):
    results = tmp_path / "results.json"
    results.write_text(content)

    with pytest.raises(ResultsFileError, match=r"results\.json does not hold the results of an earlier run\.$"):
        load_readings(results)
    assert results.read_text() == content


def test_results_that_cannot_be_read_are_told(tmp_path):
    results = tmp_path / "results.json"
    results.mkdir()

    with pytest.raises(ResultsFileError, match=r"results\.json cannot be read\.$"):
        load_readings(results)


def test_results_that_cannot_be_written_leave_the_old_ones(recognizer, folder, tmp_path):
    gone = tmp_path / "gone" / "results.json"

    assert load_readings(gone) == []
    with pytest.raises(ResultsFileError, match="cannot be written"):
        save_readings(read(recognizer, folder), gone)


def test_kept_results_are_the_same_json_and_more(recognizer, folder, tmp_path):
    results = tmp_path / "results.json"
    readings = read(recognizer, folder)
    save_readings(readings, results)

    kept = json.loads(results.read_text(encoding="utf-8"))
    for record, reading in zip(kept, readings, strict=True):
        assert record.items() >= file_record(reading).items()
    assert not list(tmp_path.glob("*.part"))
