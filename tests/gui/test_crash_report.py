"""What can be sent after an error tells where it happened, and nothing of its user."""

import faulthandler
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from hccr_desktop.domain.ink import Ink, Point, Stroke
from hccr_desktop.gui import crash_notes
from hccr_desktop.gui.crash_notes import CrashNotes
from hccr_desktop.gui.crash_report import CrashReports, LogTail, masked, report_name

INK = Ink((Stroke((Point(0.12345, 0.67891, 0.0, 0.5),)),))


def trace_of(message: str) -> str:
    try:
        raise ValueError(message)
    except ValueError:
        return traceback.format_exc()


@pytest.fixture
def tail() -> Iterator[LogTail]:
    handler = LogTail()
    logger = logging.getLogger("hccr_desktop.test")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_report_tells_versions_place_and_log(qapp: QApplication, tail: LogTail) -> None:
    logging.getLogger("hccr_desktop.test").warning("the %s failed", "frobnication")
    report = CrashReports(tail).report(trace_of("by no one expected"))
    assert "ValueError: by no one expected" in report
    assert "test_crash_report.py" in report
    assert "the frobnication failed" in report
    for name in ("onnxruntime", "numpy", "Python", "Qt: ", "system"):
        assert name in report


def test_report_holds_no_ink_and_no_text(
    qapp: QApplication, tail: LogTail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "李明"
    monkeypatch.setenv("HOME", str(home))
    logging.getLogger("hccr_desktop.test").warning("picked 鲍 in %s/图片/my secret note.png", home)
    reports = CrashReports(tail)
    reports.secrets = lambda: ("my secret note", "secret")
    report = reports.report(trace_of(f"鲍鱼 my secret note {INK!r}"))
    assert report.isascii() or not set(report) - set("□") - {chr(code) for code in range(128)}
    for private in ("secret", "0.12345", "0.67891", "李明", str(tmp_path)):
        assert private not in report


def test_report_is_made_where_the_text_line_is_no_more(qapp: QApplication, tail: LogTail) -> None:
    reports = CrashReports(tail)

    def gone() -> tuple[str, ...]:
        raise RuntimeError("Internal C++ object already deleted.")

    reports.secrets = gone
    assert "ValueError" in reports.report(trace_of("late"))


def test_masked_leaves_code_and_versions_as_they_are() -> None:
    line = 'File "a.py", line 10, in b  # numpy 2.4.1, 9.5 ms, 99.9 %'
    assert masked(line) == line
    assert masked("x" * 1000).endswith("... (1000 characters)")
    assert masked("a b", ("a",)) == "a b"


def test_log_tail_keeps_the_last_lines_only(tail: LogTail) -> None:
    logger = logging.getLogger("hccr_desktop.test")
    for number in range(500):
        logger.warning("line %d", number)
    lines = tail.text.splitlines()
    assert len(lines) == 200
    assert lines[-1].endswith("line 499")


def test_log_tail_survives_a_bad_message(tail: LogTail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    tail.handle(logging.LogRecord("x", logging.WARNING, "f", 1, "%d", ("no number",), None))
    assert tail.text == ""


def test_report_name_is_a_plain_file_name() -> None:
    assert report_name().endswith(".txt")
    assert "/" not in report_name()


@pytest.fixture
def enabled(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What faulthandler was given; pytest's own place in it stays."""
    given: list[object] = []
    monkeypatch.setattr(faulthandler, "enable", lambda file=sys.stderr: given.append(file))
    return given


def test_notes_are_there_while_the_program_runs(tmp_path: Path, enabled: list[object]) -> None:
    path = tmp_path / "数据" / "crash.log"
    notes = CrashNotes(path)
    assert notes.begin() == ""
    logging.getLogger("hccr_desktop.test").warning("a picture 鲍 is damaged")
    assert "a picture □ is damaged" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0
    os.write(enabled[0], b"Fatal Python error: Segmentation fault\n")  # type: ignore[arg-type]
    notes.end()
    assert not path.exists()
    logging.getLogger("hccr_desktop.test").warning("afterwards")
    assert not path.exists()


def test_notes_of_a_crash_are_told_at_the_next_start(tmp_path: Path, enabled: list[object]) -> None:
    path = tmp_path / "crash.log"
    path.write_bytes(b"12:00 WARNING x: y\nFatal Python error: Aborted\n\xff\n")
    notes = CrashNotes(path)
    assert "Fatal Python error: Aborted" in notes.begin()
    assert path.read_bytes() == b""
    notes.end()


def test_notes_of_a_run_that_was_only_ended_are_no_crash(tmp_path: Path, enabled: list[object]) -> None:
    path = tmp_path / "crash.log"
    path.write_bytes(b"12:00 WARNING x: y\n")
    notes = CrashNotes(path)
    assert notes.begin() == ""
    notes.end()


def test_notes_that_cannot_be_written_go_to_standard_error(tmp_path: Path, enabled: list[object]) -> None:
    (tmp_path / "file").write_bytes(b"")
    notes = CrashNotes(tmp_path / "file" / "crash.log")
    assert notes.begin() == ""
    assert len(enabled) == 1
    notes.emit(logging.LogRecord("x", logging.WARNING, "f", 1, "m", (), None))
    notes.end()


def test_notes_stop_at_a_full_disk_and_at_their_limit(
    tmp_path: Path, enabled: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "crash.log"
    notes = CrashNotes(path)
    notes.begin()
    monkeypatch.setattr(crash_notes, "_MOST_BYTES", 150)
    logger = logging.getLogger("hccr_desktop.test")
    for _ in range(10):
        logger.warning("a line of some length that is repeated")
    assert path.stat().st_size < 400
    size = path.stat().st_size
    monkeypatch.setattr(crash_notes, "_MOST_BYTES", 10_000)

    def fail(_descriptor: int, _content: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fail)
        logger.warning("to a full disk")
    logger.warning("after it")
    assert path.stat().st_size == size
    notes.end()
