import json
from pathlib import Path

import pytest

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.domain.ink import Ink, Point, Stroke
from hccr_desktop.gui.composition import Composition, CompositionError, CompositionFile, WrittenCharacter
from hccr_desktop.gui.drawing_history import Drawing

INK = Ink((Stroke((Point(0.1, 0.2, 0.0, 0.5), Point(0.3, -0.1, 12.0, 0.75))), Stroke((Point(0.5, 0.5, 40.0, 1.0),))))
BAO = WrittenCharacter("鲍", Drawing(INK), (Candidate("鲍", 0.9), Candidate("鲤", 0.05)))
YU = WrittenCharacter("鱼")


def test_composition_file_reads_back_text_ink_and_candidates(tmp_path: Path) -> None:
    path = tmp_path / "数据" / "compose.json"
    CompositionFile(path).save(Composition("鲍𠮷\n鱼", {0: BAO, 3: YU}))
    again = CompositionFile(path).load()
    assert again.text == "鲍𠮷\n鱼"
    assert list(again.written) == [0, 3]
    assert again.written[0].drawing.ink == INK
    assert again.written[0].candidates == BAO.candidates
    assert again.written[3].drawing.is_empty


def test_composition_file_is_empty_at_the_first_start(tmp_path: Path) -> None:
    composition = CompositionFile(tmp_path / "none.json").load()
    assert (composition.text, composition.written) == ("", {})


def test_composition_file_writes_a_character_that_was_moved_at_its_new_place(tmp_path: Path) -> None:
    file = CompositionFile(tmp_path / "compose.json")
    file.save(Composition("鲍", {0: BAO}))
    file.save(Composition("x鲍", {1: BAO}))
    assert list(file.load().written) == [1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"[" * 100_000,
        b'{"version":0,"text":"","written":{}}',
        b'{"version":1,"text":5,"written":{}}',
        '{"version":1,"text":"鱼","written":{"0":{"character":"鲍","strokes":[],"candidates":[]}}}'.encode(),
        '{"version":1,"text":"鲍","written":{"0":{"character":"鲍","strokes":[[]],"candidates":[]}}}'.encode(),
        '{"version":1,"text":"鲍","written":{"0":{"character":"鲍","strokes":[],"candidates":[["鲍",7]]}}}'.encode(),
        b'{"version":1,"text":"a","written":{"0":{"character":"a","strokes":[[[1e999,0,0,0]]],"candidates":[]}}}',
    ],
)
def test_composition_file_puts_a_damaged_file_aside_and_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "compose.json"
    path.write_bytes(content)
    with pytest.raises(CompositionError, match=r"compose\.damaged\.json"):
        CompositionFile(path).load()
    assert not path.exists()
    assert (tmp_path / "compose.damaged.json").read_bytes() == content
    assert CompositionFile(path).load().text == ""


def test_composition_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CompositionError, match="cannot be kept"):
        CompositionFile(tmp_path / "file" / "compose.json").save(Composition("鲍"))
    folder = tmp_path / "compose.json"
    folder.mkdir()
    with pytest.raises(CompositionError, match="cannot be kept"):
        CompositionFile(folder).save(Composition("鲍"))


def test_composition_file_holds_no_lone_surrogate_that_would_stop_the_next_start(tmp_path: Path) -> None:
    file = CompositionFile(tmp_path / "compose.json")
    file.save(Composition("a\ud800b"))
    assert file.load().text == "a?b"
    assert json.loads((tmp_path / "compose.json").read_text(encoding="utf-8"))["version"] == 1
