"""What earlier versions left on the disk still opens, and what later ones left is kept, with one sentence.

Every folder ``tests/formats/v*`` holds the files of a format version as that version wrote them. They are copied, never
written: a change that cannot read them any more loses what users have.
"""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import SETTINGS, Settings
from hccr_desktop.errors import PersonalMemoryError
from hccr_desktop.gui.composition import CompositionError, CompositionFile, default_composition_path
from hccr_desktop.gui.crash_report import CrashReports, LogTail
from hccr_desktop.gui.drawing_backup import LostDrawings
from hccr_desktop.gui.learning_service import default_memory_path
from hccr_desktop.gui.pick_history import HistoryError, PickHistory
from hccr_desktop.gui.recovery import Recovery
from hccr_desktop.gui.self_test import stored_ink
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.user_folder import DRAWING_FILE, HISTORY_FILE, user_folder
from hccr_desktop.imaging.sample_sets import InkSample, load_sample_set
from hccr_desktop.personal.memory_file import read_memory_file
from hccr_desktop.personal.personal_memory import PersonalMemory
from tests.conftest import REPOSITORY
from tests.formats.content import CHOSEN, LEARNED, OTHER_INK, TEXT
from tests.gui.conftest import MakeWindow
from tests.gui.houses import housekeeping_of
from tests.gui.lessons import personal

VERSIONS = sorted((REPOSITORY / "tests" / "formats").glob("v*"), key=lambda folder: int(folder.name[1:]))
FIRST_SETTINGS = "[settings]\ncandidate_count=12\nclear_on_pick=false\nsave_directory=/pictures\n"
"""As the first window wrote them; one of them has gone since."""


@pytest.fixture(params=VERSIONS, ids=lambda folder: folder.name)
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of the files of a version."""
    return shutil.copytree(request.param, tmp_path / "left")


def put_settings(text: str) -> Path:
    path = SettingsStore().path
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_text_line_of_every_version_opens(left: Path) -> None:
    composition = CompositionFile(left / "compose.json").load()
    assert composition.text == TEXT
    assert list(composition.written) == [0]
    written = composition.written[0]
    assert written.character == "鲍"
    assert [candidate.character for candidate in written.candidates] == ["鲍", "鲤"]
    assert len(written.drawing.ink.strokes) == 13


def test_drawing_of_every_version_opens(left: Path) -> None:
    ink = LostDrawings(left / "drawing.json").load(left / "drawing.json")
    expected = stored_ink()[1]
    assert [len(stroke.points) for stroke in ink.strokes] == [len(stroke.points) for stroke in expected.strokes]
    assert ink.strokes[0].points[0].x == pytest.approx(expected.strokes[0].points[0].x, abs=1e-4)


def test_history_of_every_version_opens(left: Path) -> None:
    picks = PickHistory(left / "history.jsonl", limit=10)
    picks.load()
    assert [pick.character for pick in picks.picks] == ["鲍", "鱼"]


def test_settings_of_every_version_open(left: Path) -> None:
    put_settings((left / "hccr-desktop.ini").read_text(encoding="utf-8"))
    assert SettingsStore().load() == (Settings(**CHOSEN), ())


def test_learned_characters_of_every_version_open(left: Path) -> None:
    with closing(PersonalMemory.open(left / "learned.sqlite", model_id="Fake-Net 1 fake")) as memory:
        found = [(entry.character, entry.picked_over, entry.remembered_at) for entry in memory.entries()]
        assert all(entry.is_in_use for entry in memory.entries())
        assert memory.note == ""
    assert found == list(reversed(LEARNED))


def test_exported_characters_of_every_version_open(left: Path) -> None:
    samples = read_memory_file(left / "learned-export.jsonl")
    assert [(sample.character, sample.picked_over, sample.remembered_at) for sample in samples] == list(LEARNED)
    assert samples[1].ink.unpacked() == OTHER_INK


def test_saved_drawing_of_every_version_opens(left: Path) -> None:
    (sample,) = load_sample_set(left / "drawing-saved.jsonl").samples
    assert isinstance(sample, InkSample)
    assert sample.character == "鲍"
    assert len(sample.ink.strokes) == 13


def test_window_opens_over_all_files_of_a_version_and_says_nothing(
    make_window: MakeWindow, left: Path, qtbot: QtBot
) -> None:
    folder = user_folder()
    folder.mkdir(parents=True)
    for name in ("compose.json", "drawing.json", "history.jsonl", "learned.sqlite"):
        shutil.copy(left / name, folder)
    put_settings((left / "hccr-desktop.ini").read_text(encoding="utf-8"))
    settings, rejected = SettingsStore().load()
    window = make_window(
        personal,
        settings,
        composition_file=CompositionFile(default_composition_path()),
        memory_path=default_memory_path(),
    )
    housekeeping_of(window, settings)
    recovery = window.findChild(Recovery)
    assert recovery.bar.text
    assert window.compose.line.text == TEXT
    assert window.status.message == ""
    assert rejected == ()
    window.close()
    assert json.loads((folder / "compose.json").read_text(encoding="utf-8"))["text"] == TEXT


def test_settings_of_the_first_window_open() -> None:
    put_settings(FIRST_SETTINGS)
    assert SettingsStore().load() == (Settings(candidate_count=12, clear_on_pick=False), ())


def test_settings_of_a_newer_version_keep_what_this_one_does_not_know() -> None:
    path = put_settings("[settings]\nthreads=2\nbrush=wolf\n\n[brushes]\nwolf=1\n")
    store = SettingsStore()
    assert store.load() == (Settings(threads=2), ())
    assert store.save("threads", 3)
    text = path.read_text(encoding="utf-8")
    assert "brush=wolf" in text
    assert "wolf=1" in text


def test_setting_with_a_newer_choice_has_its_default_and_a_sentence() -> None:
    put_settings("[settings]\nguide=nine\nthreads=2\n")
    assert SettingsStore().load() == (Settings(threads=2), ("guide",))


def test_every_setting_of_the_table_can_be_left_out() -> None:
    """A file of an older version has none of the newer settings."""
    put_settings("[settings]\n")
    settings, rejected = SettingsStore().load()
    assert settings == Settings()
    assert rejected == ()
    assert {info.name for info in SETTINGS} >= set(CHOSEN)


def test_text_line_of_a_newer_version_is_kept_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "compose.json"
    for number, name in enumerate(("compose.newer.json", "compose.newer-2.json"), 2):
        content = json.dumps({"version": number, "words": []})
        path.write_text(content, encoding="utf-8")
        with pytest.raises(CompositionError, match=r"newer version.*compose\.newer"):
            CompositionFile(path).load()
        assert (tmp_path / name).read_text(encoding="utf-8") == content
    assert CompositionFile(path).load().text == ""


def test_drawing_of_a_newer_version_is_told_in_the_window_and_kept(make_window: MakeWindow) -> None:
    folder = user_folder()
    folder.mkdir(parents=True)
    (folder / DRAWING_FILE).write_text('{"version": 2}', encoding="utf-8")
    window = make_window()
    recovery = Recovery(window, folder / DRAWING_FILE, reports=CrashReports(LogTail()))
    assert "newer version" in window.status.message
    assert recovery.bar.text == ""
    assert [file.name for file in folder.iterdir()] == ["drawing.newer.json"]


def test_history_of_a_newer_version_is_kept_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / HISTORY_FILE
    content = '{"version": 2, "at": "2026-01-02T03:04:05+00:00", "words": ["鲍鱼"]}\n'
    path.write_text(content, encoding="utf-8")
    picks = PickHistory(path, limit=10)
    with pytest.raises(HistoryError, match=r"history\.jsonl was written by a newer version"):
        picks.load()
    picks.add("鲍")
    assert path.read_text(encoding="utf-8") == content


def test_learned_characters_of_a_newer_version_are_kept_with_a_sentence(left: Path) -> None:
    path = left / "learned.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = path.read_bytes()
    with pytest.raises(PersonalMemoryError, match=r"learned\.sqlite was written by a newer version"):
        PersonalMemory.open(path, model_id="Fake-Net 1 fake")
    assert path.read_bytes() == before


def test_exported_characters_of_a_newer_version_are_refused_with_a_sentence(left: Path) -> None:
    path = left / "learned-export.jsonl"
    text = path.read_text(encoding="utf-8").replace('"version": 1', '"version": 2', 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PersonalMemoryError, match="newer version"):
        read_memory_file(path)
