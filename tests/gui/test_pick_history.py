"""The file of picks: what it keeps, and what it does when it cannot."""

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hccr_desktop.gui import pick_history
from hccr_desktop.gui.pick_history import HistoryError, PastPick, PickHistory


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file in a folder that does not exist yet."""
    return tmp_path / "数据" / "history.jsonl"


def reloaded(path: Path, *, limit: int = 1000) -> PickHistory:
    history = PickHistory(path, limit=limit)
    history.load()
    return history


def characters(history: PickHistory) -> str:
    return "".join(pick.character for pick in history.picks)


def test_history_is_empty_at_the_first_start(path: Path) -> None:
    assert reloaded(path).picks == ()
    assert not path.exists()


def test_history_keeps_picks_with_their_time(path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    history = PickHistory(path, limit=10)
    for character in "鲍鱼鲍":
        history.add(character)
    again = reloaded(path)
    assert characters(again) == "鲍鱼鲍"
    assert all(before <= pick.picked_at <= datetime.now(UTC) for pick in again.picks)


def test_history_file_is_the_users_alone(path: Path) -> None:
    history = PickHistory(path, limit=10)
    history.add("鲍")
    assert path.stat().st_mode & 0o077 == 0
    history.remove(history.picks)
    assert path.stat().st_mode & 0o077 == 0


def test_history_keeps_the_newest_of_too_many(path: Path) -> None:
    history = PickHistory(path, limit=3)
    for number in range(200):
        history.add(chr(0x4E00 + number))
    assert len(history.picks) == 3
    assert len(path.read_bytes().splitlines()) <= 3 + pick_history._SLACK
    assert characters(reloaded(path, limit=3)) == characters(history)


def test_history_with_a_smaller_limit_drops_the_oldest_from_the_file(path: Path) -> None:
    history = PickHistory(path, limit=10)
    for character in "一二三四":
        history.add(character)
    history.set_limit(2)
    assert characters(reloaded(path)) == "三四"


def test_history_forgets_single_picks(path: Path) -> None:
    history = PickHistory(path, limit=10)
    for character in "一二三":
        history.add(character)
    history.remove([history.picks[1]])
    assert characters(history) == "一三"
    assert characters(reloaded(path)) == "一三"


def test_history_keeps_many_picks_of_one_moment_in_their_order_and_forgets_each_alone(path: Path) -> None:
    history = PickHistory(path, limit=10)
    history.add("上上下")
    again = reloaded(path)
    assert characters(history) == characters(again) == "上上下"
    assert [pick.picked_at for pick in again.picks] == sorted({pick.picked_at for pick in again.picks})
    assert again.picks[-1].picked_at <= datetime.now(UTC)
    again.remove([again.picks[0]])
    assert characters(reloaded(path)) == "上下"


def test_history_with_more_picks_at_once_than_it_holds_keeps_the_last_and_a_short_file(path: Path) -> None:
    history = PickHistory(path, limit=3)
    for _ in range(2):
        history.add("".join(chr(0x4E00 + number) for number in range(90)))
    assert characters(history) == characters(reloaded(path, limit=3)) == "乗乘乙"
    assert len(path.read_bytes().splitlines()) <= 3 + pick_history._SLACK


def test_history_clear_deletes_the_file(path: Path) -> None:
    history = PickHistory(path, limit=10)
    history.add("一")
    history.clear()
    assert history.picks == ()
    assert not path.exists()


def test_history_of_two_windows_loses_nothing(path: Path) -> None:
    one, other = PickHistory(path, limit=10), PickHistory(path, limit=10)
    one.add("一")
    other.add("二")
    one.add("三")
    assert characters(reloaded(path)) == "一二三"


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe",
        b"{",
        b"[]",
        b"null",
        b'{"at": "2026-11-24T20:30:00+00:00"}',
        b'{"at": "yesterday", "character": "\xe4\xb8\x80"}',
        b'{"at": "2026-11-24T20:30:00", "character": "\xe4\xb8\x80"}',
        b'{"at": 3, "character": "\xe4\xb8\x80"}',
        b'{"version": 0, "at": "2026-11-24T20:30:00+00:00", "character": "\xe4\xb8\x80"}',
        b'{"version": "new", "at": "2026-11-24T20:30:00+00:00", "character": "\xe4\xb8\x80"}',
        b'{"at": "2026-11-24T20:30:00+00:00", "character": "ab"}',
        b"[" * 100_000,
    ],
)
def test_history_with_a_damaged_line_is_put_aside_and_the_rest_is_kept(path: Path, line: bytes) -> None:
    history = PickHistory(path, limit=10)
    history.add("一")
    with path.open("ab") as file:
        file.write(line + b"\n")
    damaged = path.read_bytes()
    again = PickHistory(path, limit=10)
    with pytest.raises(HistoryError, match=r"history\.damaged\.jsonl"):
        again.load()
    assert characters(again) == "一"
    assert path.with_name("history.damaged.jsonl").read_bytes() == damaged
    again.add("二")
    assert characters(reloaded(path)) == "一二"


def test_history_that_cannot_be_read_says_so(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(HistoryError, match="cannot be read"):
        PickHistory(path, limit=10).load()


def test_history_on_a_full_disk_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = PickHistory(path, limit=10)
    history.add("一")
    kept = path.read_bytes()
    real_write = os.write

    def write_half(descriptor: int, content: bytes) -> int:
        real_write(descriptor, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(pick_history.os, "write", write_half)
        with pytest.raises(HistoryError, match="cannot be kept"):
            history.add("二")
    assert path.read_bytes() == kept
    history.add("三")
    assert characters(reloaded(path)) == "一二三"


def test_history_without_a_folder_to_write_to_says_so(path: Path) -> None:
    path.parent.write_bytes(b"a file where the folder would be")
    history = PickHistory(path, limit=10)
    with pytest.raises(HistoryError, match="cannot be kept"):
        history.add("一")
    path.parent.unlink()
    history.add("二")
    assert characters(reloaded(path)) == "一二"


def test_history_without_a_file_lasts_for_the_run() -> None:
    history = PickHistory(None, limit=2)
    history.load()
    for character in "一二三":
        history.add(character)
    assert characters(history) == "二三"
    history.remove(history.picks[:1])
    assert characters(history) == "三"
    history.clear()
    assert history.picks == ()


def test_history_reads_what_another_time_zone_wrote(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"at": "2026-11-24T20:30:00+08:00", "character": "一"}) + "\n", encoding="utf-8")
    assert reloaded(path).picks == (PastPick("一", datetime(2026, 11, 24, 12, 30, tzinfo=UTC)),)


def test_history_says_its_version_in_every_line(path: Path) -> None:
    history = PickHistory(path, limit=10)
    for character in "一二":
        history.add(character)
    history.remove(history.picks[:1])
    history.add("三")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["version"], line["character"]) for line in lines] == [(1, "二"), (1, "三")]


def of_newer_version(path: Path) -> bytes:
    """A file that this program began and a newer one went on with, and its content."""
    PickHistory(path, limit=10).add("一")
    with path.open("ab") as file:
        file.write(b'{"version": 2, "words": ["..."]}\n')
    return path.read_bytes()


def test_history_of_a_newer_version_is_left_alone_and_picks_last_for_the_run(path: Path) -> None:
    before = of_newer_version(path)
    history = PickHistory(path, limit=2)
    with pytest.raises(HistoryError, match=r"history\.jsonl was written by a newer version"):
        history.load()
    for character in "二三四":
        history.add(character)
    history.remove(history.picks[:1])
    history.set_limit(0)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_history_of_a_newer_version_that_is_cleared_begins_anew(path: Path) -> None:
    of_newer_version(path)
    history = PickHistory(path, limit=10)
    with pytest.raises(HistoryError):
        history.load()
    history.clear()
    assert not path.exists()
    history.add("二")
    assert characters(reloaded(path)) == "二"
