"""Files of memories that are damaged, locked, full, foreign or gone."""

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from hccr_desktop.errors import PersonalMemoryError
from hccr_desktop.personal import memory_database
from hccr_desktop.personal.personal_memory import PersonalMemory
from tests.unit.personal.memories import MODEL, execute, fill


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


def test_a_damaged_file_that_cannot_be_moved_aside_gets_a_sentence_and_stays(path, monkeypatch):
    path.parent.mkdir()
    path.write_bytes(b"this is no database, but quite a long text" * 100)
    damaged = path.read_bytes()

    def refuse(_path: Path, _target: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PersonalMemoryError, match="is damaged and cannot be moved aside") as refused:
        PersonalMemory.open(path, model_id=MODEL)
    assert one_sentence(refused.value)
    assert path.read_bytes() == damaged


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
