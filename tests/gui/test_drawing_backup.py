"""The drawing in progress is on the disk soon after each stroke, and never in the way."""

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QSaveFile
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink, Point, Stroke
from hccr_desktop.gui import drawing_backup
from hccr_desktop.gui.drawing_backup import BackupFile, DrawingBackup, DrawingBackupError, LostDrawings

FIRST = Stroke((Point(0.1, 0.2, 0.0, 0.5), Point(0.3, -0.1, 12.0, 0.75)))
SECOND = Stroke((Point(0.5, 0.5, 40.0, 1.0),))
INK = Ink((FIRST, SECOND))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "数据" / "drawing.json"


def stored(path: Path) -> Ink:
    return LostDrawings(path).load(path)


def test_backup_file_reads_back_what_was_saved(path: Path) -> None:
    BackupFile(path).save(INK)
    assert stored(path) == INK
    assert path.stat().st_mode & 0o077 == 0


def test_backup_file_of_empty_ink_is_none(path: Path) -> None:
    file = BackupFile(path)
    file.save(Ink())
    assert not path.exists()
    file.save(INK)
    file.save(Ink())
    assert not path.exists()


def test_backup_file_encodes_each_stroke_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = []
    real = drawing_backup.stroke_json
    monkeypatch.setattr(drawing_backup, "stroke_json", lambda stroke: encoded.append(stroke) or real(stroke))
    file = BackupFile(path)
    file.save(Ink((FIRST,)))
    file.save(INK)
    file.save(Ink((SECOND,)))
    assert encoded == [FIRST, SECOND]
    assert stored(path) == Ink((SECOND,))


def test_backup_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DrawingBackupError, match="cannot be kept"):
        BackupFile(tmp_path / "file" / "drawing.json").save(INK)
    BackupFile(tmp_path / "file" / "drawing.json").delete()
    (tmp_path / "drawing.json").mkdir()
    with pytest.raises(DrawingBackupError, match="cannot be kept"):
        BackupFile(tmp_path / "drawing.json").save(INK)
    with pytest.raises(DrawingBackupError, match="cannot be deleted"):
        BackupFile(tmp_path / "drawing.json").delete()


def test_backup_file_on_a_full_disk_keeps_the_old_drawing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = BackupFile(path)
    file.save(Ink((FIRST,)))
    monkeypatch.setattr(QSaveFile, "commit", lambda _file: False)
    with pytest.raises(DrawingBackupError, match="cannot be kept"):
        file.save(INK)
    assert stored(path) == Ink((FIRST,))


def test_backup_file_does_not_wait_for_ever_for_a_writing_that_hangs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing_backup, "_LOCK_LIMIT_S", 0.01)
    file = BackupFile(path)
    is_held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with file.lock:
            is_held.set()
            may_end.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    assert is_held.wait(10)
    with pytest.raises(DrawingBackupError):
        file.save(INK)
    may_end.set()
    thread.join()


def test_backup_writes_soon_after_a_change_and_deletes_at_the_end(path: Path, qtbot: QtBot) -> None:
    backup = DrawingBackup(path)
    with qtbot.waitSignal(backup.saved):
        backup.keep(Ink((FIRST,)))
        backup.keep(INK)
    assert stored(path) == INK
    with qtbot.waitSignal(backup.saved):
        backup.keep(Ink())
    assert not path.exists()
    with qtbot.waitSignal(backup.saved):
        backup.keep(INK)
    backup.stop()
    assert not path.exists()
    backup.keep(Ink((FIRST,)))
    backup.save_now()
    assert not path.exists()


def test_backup_is_not_put_off_by_strokes_that_follow_each_other(path: Path, qtbot: QtBot) -> None:
    backup = DrawingBackup(path)
    backup.keep(Ink((FIRST,)))
    left_ms = backup._timer.remainingTime()
    backup.keep(INK)
    assert backup._timer.isActive()
    assert backup._timer.remainingTime() <= left_ms
    backup.stop()


def test_backup_saves_at_once_from_any_thread(path: Path, qtbot: QtBot) -> None:
    backup = DrawingBackup(path)
    backup.keep(INK)
    thread = threading.Thread(target=backup.save_now)
    thread.start()
    thread.join()
    assert stored(path) == INK
    backup.stop()


def test_backup_tells_once_that_it_fails(tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_bytes(b"")
    backup = DrawingBackup(tmp_path / "file" / "drawing.json")
    told = []
    backup.not_kept.connect(told.append)
    for number, ink in enumerate((INK, Ink((FIRST,))), 1):
        backup.keep(ink)
        qtbot.waitUntil(lambda number=number: caplog.text.count("cannot be kept") == number)
    backup.save_now()
    backup.stop()
    assert len(told) == 1


def test_forgotten_drawing_does_not_come_back(path: Path, qtbot: QtBot) -> None:
    backup = DrawingBackup(path)
    with qtbot.waitSignal(backup.saved):
        backup.keep(INK)
    backup.keep(Ink((FIRST,)))
    backup.forget()
    assert not path.exists()
    assert not backup._timer.isActive()
    with qtbot.waitSignal(backup.saved):
        backup.keep(Ink((SECOND,)))
    assert stored(path) == Ink((SECOND,))
    backup.stop()


def test_lost_drawings_are_offered_latest_first_and_none_replaces_another(path: Path) -> None:
    lost = LostDrawings(path)
    lost.take_over()
    assert lost.files == ()
    inks = [Ink((FIRST,)), INK, Ink((SECOND,))]
    for ink in inks:
        BackupFile(path).save(ink)
        lost.take_over()
        assert not path.exists()
    assert [lost.load(file) for file in lost.files] == inks[::-1]
    lost.discard(lost.files[0])
    assert [lost.load(file) for file in lost.files] == inks[1::-1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"[" * 100_000,
        b'{"version":1,"strokes":[]}',
        b'{"version":1,"strokes":[[]]}',
        b'{"version":1,"strokes":5}',
        b'{"version":1,"strokes":[[[0,0,0]]]}',
        b'{"version":1,"strokes":[[[1e999,0,0,0]]]}',
        b'{"version":"1","strokes":[[[0,0,0,0]]]}',
    ],
)
def test_damaged_drawing_is_put_aside_with_a_sentence(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    lost = LostDrawings(path)
    lost.take_over()
    with pytest.raises(DrawingBackupError, match=r"damaged.*drawing\.damaged\.json"):
        lost.load(lost.files[0])
    assert lost.files == ()
    assert (path.parent / "drawing.damaged.json").read_bytes() == content


def test_drawing_of_a_newer_version_is_kept_with_a_sentence(path: Path) -> None:
    path.parent.mkdir()
    content = json.dumps({"version": 2, "curves": []}).encode()
    path.write_bytes(content)
    lost = LostDrawings(path)
    lost.take_over()
    with pytest.raises(DrawingBackupError, match=r"newer version.*drawing\.newer\.json"):
        lost.load(lost.files[0])
    assert lost.files == ()
    assert (path.parent / "drawing.newer.json").read_bytes() == content
