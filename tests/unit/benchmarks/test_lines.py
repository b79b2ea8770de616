"""The comparison with PP-OCR on lines of text: how characters are counted. The rival here is faked."""

import json
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.composed import ComposedPage
from benchmarks.lines import (
    Line,
    LinedPage,
    Row,
    by_lines,
    edit_distance,
    lined,
    own_rows,
    rival_rows,
    share_right,
    table,
)
from benchmarks.rivals import line_worker
from hccr_desktop.domain.box import Box
from hccr_desktop.domain.candidate import Candidate, Recognition
from hccr_desktop.imaging.files import read_page_image, write_png

SHORT_TEXTS = st.text("一二三", max_size=6)


def page_of_squares(*rows: str) -> LinedPage:
    """Hollow squares of 60 px, 100 apart: as many in a row as its text has characters."""
    picture = np.full((40 + 140 * len(rows), 40 + 100 * max(map(len, rows))), 255, np.uint8)
    lines = []
    for number, text in enumerate(rows):
        top = 30 + 140 * number
        for place in range(len(text)):
            left = 30 + 100 * place
            picture[top : top + 60, left : left + 60] = 0
            picture[top + 8 : top + 52, left + 8 : left + 52] = 255
        lines.append(Line(Box(30, top, 100 * len(text) - 40, 60), text))
    return LinedPage(picture, tuple(lines))


class SquareReader:
    """Takes everything for 口."""

    def recognize_batch(self, images, *, kind, count=10):
        return [Recognition((Candidate("口", 0.9),), "fake", 1.0) for _ in images]


def python_that(tmp_path: Path, body: str) -> Path:
    """An executable that is started as the rivals' Python would be; ``output`` is the file it is to write."""
    script = tmp_path / ".venv-fake" / "bin" / "python"
    script.parent.mkdir(parents=True)
    head = 'import json, pathlib, sys\noutput = pathlib.Path(sys.argv[sys.argv.index("--output") + 1])\n'
    program = tmp_path / "rival.py"
    program.write_text(f"{head}{body}\n", "utf-8")
    # Not Python itself behind #!, which ends the interpreter's path at its first space.
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(program))} "$@"\n', "utf-8")
    script.chmod(0o755)
    return script


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("", "", 0),
        ("", "床前", 2),
        ("床前明月", "床前明月", 0),
        ("床明月", "床前明月", 1),
        ("床前日月", "床前明月", 1),
        ("月床", "床月", 2),
    ],
)
def test_edit_distance_counts_characters_put_in_taken_out_and_replaced(first, second, distance):
    assert edit_distance(first, second) == distance


@given(SHORT_TEXTS, SHORT_TEXTS, SHORT_TEXTS)
def test_edit_distance_is_a_distance(first, second, third):
    assert edit_distance(first, second) == edit_distance(second, first)
    assert (edit_distance(first, second) == 0) == (first == second)
    assert edit_distance(first, third) <= edit_distance(first, second) + edit_distance(second, third)


def test_shares_are_of_all_true_characters_and_long_lines_weigh_more():
    assert share_right(["床前明月光", "疑"], ["床前明月光", "是"]) == pytest.approx(5 / 6)


def test_characters_that_are_not_there_count_against_a_reading():
    assert share_right(["床前前前前"], ["床前"]) == pytest.approx(-0.5)


def test_lines_of_a_page_have_their_characters_and_the_box_around_them():
    boxes = (Box(10, 10, 20, 20), Box(40, 5, 20, 30), Box(12, 60, 20, 20))
    composed = ComposedPage(np.full((100, 100), 255, np.uint8), boxes, "床前明", ())

    page = lined(composed, composed.image, 2)

    assert [(line.box, line.characters) for line in page.lines] == [
        (Box(10, 5, 50, 30), "床前"),
        (Box(12, 60, 20, 20), "明"),
    ]


def test_crop_has_paper_around_the_line_as_far_as_the_page_goes():
    page = page_of_squares("口口")

    assert page.crop(page.lines[0]).shape == (66, 166)
    assert page.crop(Line(Box(2, 0, 50, 60), "口")).shape == (63, 55)


def test_found_texts_go_to_the_nearest_line_from_left_to_right():
    lines = page_of_squares("口口口", "口口").lines
    found = [
        {"box": [130.0, 25.0, 290.0, 95.0], "text": "前明"},
        {"box": [20.0, 175.0, 190.0, 235.0], "text": "月光"},
        {"box": [20.0, 40.0, 110.0, 100.0], "text": "床"},
    ]

    assert by_lines(found, lines) == ["床前明", "月光"]
    assert by_lines([], lines) == ["", ""]


def test_this_project_reads_pages_and_lines():
    # Long lines, and more than could be the parts of one character.
    kinds = {"neat": [page_of_squares(*["口" * 6] * 2, "口口口日日日")], "tight": [page_of_squares("日日口口日日")]}

    pages, lines = own_rows(SquareReader(), kinds)

    assert (pages.name, lines.name) == ("hccr-desktop, pages", "hccr-desktop, lines")
    assert pages.shares == lines.shares == pytest.approx((5 / 6, 1 / 3))


def test_the_rival_is_given_every_page_and_line_and_counted_by_kind(tmp_path):
    kinds = {"neat": [page_of_squares("口口", "日")], "tight": [page_of_squares("月光")]}
    pages = [[{"box": [30, 25, 190, 95], "text": "口"}], [{"box": [30, 25, 190, 95], "text": "月光"}]]
    answers = {"absent": "", "version": "9.9", "pages": pages, "lines": ["口口", "日", "光"]}
    files = 'sorted(file.name for file in pathlib.Path(sys.argv[3]).glob("*.png"))'
    expected = ["line-00000.png", "line-00001.png", "line-00002.png", "page-00000.png", "page-00001.png"]
    body = f"assert {files} == {expected}\noutput.write_text({json.dumps(answers)!r}, 'utf-8')"

    of_pages, of_lines = rival_rows(kinds, python=python_that(tmp_path, body))

    assert of_pages.shares == pytest.approx((1 / 3, 1.0))
    assert of_lines == Row("PP-OCRv6 small, lines (9.9)", (1.0, 0.5))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sys.exit('no such model')", "failed with status 1: no such model"),
        ("pass", "failed with status 0: no message"),
        (
            "output.write_text(json.dumps({'absent': 'it is not installed', 'version': '', 'pages': [], 'lines': []}))",
            "it is not installed",
        ),
    ],
)
def test_a_rival_that_cannot_read_is_absent_with_the_reason(tmp_path, body, reason):
    rows = rival_rows({"neat": [page_of_squares("口")]}, python=python_that(tmp_path, body))

    assert [row.absent for row in rows] == [reason, reason]


def test_without_the_rivals_environment_the_table_says_how_to_make_it(tmp_path):
    kinds = {"neat": [page_of_squares("口口")], "tight": [page_of_squares("口")]}
    rows = rival_rows(kinds, python=tmp_path / ".venv-rivals" / "bin" / "python")

    lines = table(kinds, [Row("hccr-desktop", (0.5, 1.0)), *rows]).splitlines()

    assert lines[0] == "| characters right, by edit distance | neat (2) | tight (1) |"
    assert lines[2] == "| hccr-desktop | 50.0% | 100.0% |"
    assert lines[3] == ("| PP-OCRv6 small, pages | absent: there is no .venv-rivals; `make rivals` makes it | – |")
    assert len(lines) == 5


# The worker


def test_the_worker_reads_files_in_their_order(tmp_path):
    class Engine:
        version = "1"

        def read_page(self, picture):
            return [{"box": [0, 0, 1, 1], "text": str(picture.shape)}]

        def read_line(self, picture):
            return str(picture[0, 0])

    files = []
    for number, grey in enumerate((7, 9)):
        files.append(tmp_path / f"{number}.png")
        write_png(np.full((3 + number, 5), grey, np.uint8), files[-1])
        assert read_page_image(files[-1])[0, 0] == grey

    answers = line_worker.read(Engine(), files, files)

    assert [page[0]["text"] for page in answers["pages"]] == ["(3, 5)", "(4, 5)"]
    assert answers["lines"] == ["7", "9"]


def test_foreign_characters_get_no_probability_and_none_keeps_its_own():
    session = line_worker._Restricted(lambda batch: batch, ["blank", "床", "A", "前", " "], frozenset("床前"))

    answer = session(np.array([[[0.1, 0.2, 0.6, 0.05, 0.05], [0.7, 0.1, 0.1, 0.05, 0.05]]], np.float32))

    assert answer.argmax(axis=-1).tolist() == [[1, 0]]


def test_without_the_package_the_worker_writes_that_it_is_absent(tmp_path, monkeypatch):
    output = tmp_path / "answers.json"
    monkeypatch.setattr(line_worker, "PACKAGE", "no_such_package")
    monkeypatch.setattr(sys, "argv", ["line_worker", str(tmp_path), "--output", str(output)])

    assert line_worker.main() == 0
    assert json.loads(output.read_text("utf-8"))["absent"] == "the package no_such_package is not installed"
