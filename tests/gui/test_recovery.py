"""Nothing that was drawn or written is lost with the program, and it is offered again."""

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.composition import CompositionFile, default_composition_path
from hccr_desktop.gui.crash_report import CrashReports, LogTail
from hccr_desktop.gui.drawing_backup import BackupFile, DrawingBackupError, LostDrawings
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.recovery import Recovery
from tests.conftest import REPOSITORY
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke

INK = Ink.from_coordinates([SLANT, BAR])
OTHER = Ink.from_coordinates([BAR])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "drawing.json"


def watched(window: MainWindow, path: Path, *, notes: str = "") -> Recovery:
    return Recovery(window, path, reports=CrashReports(LogTail()), notes=notes)


def kept(path: Path) -> Ink:
    return LostDrawings(path).load(path)


def coordinates(ink: Ink) -> list[list[list[float]]]:
    return [[[round(value, 5) for value in point] for point in stroke] for stroke in ink.to_coordinates()]


def click(button: QPushButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_start_after_a_good_end_offers_nothing(make_window: MakeWindow, path: Path) -> None:
    recovery = watched(make_window(), path)
    assert recovery.bar.text == ""


def test_strokes_reach_the_file_and_closing_deletes_it(make_window: MakeWindow, path: Path, qtbot: QtBot) -> None:
    window = make_window()
    recovery = watched(window, path)
    with qtbot.waitSignal(recovery.backup.saved):
        draw_stroke(window.canvas, SLANT)
        draw_stroke(window.canvas, BAR)
    assert coordinates(kept(path)) == coordinates(window.canvas.ink)
    with qtbot.waitSignal(recovery.backup.saved):
        window.canvas.undo()
    assert len(kept(path).strokes) == 1
    window.close()
    assert list(path.parent.iterdir()) == []


def test_lost_drawing_is_restored_and_undone(make_window: MakeWindow, path: Path, qtbot: QtBot) -> None:
    BackupFile(path).save(INK)
    window = make_window()
    recovery = watched(window, path)
    assert "not finished" in recovery.bar.text
    assert recovery.bar.report.isHidden()
    draw_stroke(window.canvas, BAR)
    with qtbot.waitSignal(window._service.recognized):
        click(recovery.bar.restore)
    assert coordinates(window.canvas.ink) == coordinates(INK)
    assert recovery.bar.text == ""
    assert kept(path) == window.canvas.ink
    assert [file.name for file in path.parent.iterdir()] == ["drawing.json"]
    assert window.canvas.hasFocus()
    window.canvas.undo()
    assert len(window.canvas.ink.strokes) == 1


def test_lost_drawing_is_discarded(make_window: MakeWindow, path: Path) -> None:
    BackupFile(path).save(INK)
    window = make_window()
    recovery = watched(window, path)
    click(recovery.bar.discard)
    assert recovery.bar.text == ""
    assert window.canvas.drawing.is_empty
    assert list(path.parent.iterdir()) == []


def test_lost_drawing_that_was_not_decided_on_is_offered_again(
    make_window: MakeWindow, path: Path, qtbot: QtBot
) -> None:
    BackupFile(path).save(INK)
    window = make_window()
    first = watched(window, path)
    with qtbot.waitSignal(first.backup.saved):
        draw_stroke(window.canvas, BAR)
    first.end()  # as at a crash, the file of the drawing stays
    BackupFile(path).save(OTHER)
    second = watched(make_window(), path)
    assert second.bar.text
    click(second.bar.restore)
    assert second.bar.text
    click(second.bar.restore)
    assert second.bar.text == ""
    assert len(second.parent().canvas.ink.strokes) == 2


def test_lost_drawing_that_cannot_be_read_is_told_and_the_next_is_offered(make_window: MakeWindow, path: Path) -> None:
    BackupFile(path).save(INK)
    LostDrawings(path).take_over()
    path.write_bytes(b"{")
    window = make_window()
    recovery = watched(window, path)
    assert "drawing.damaged.json" in window.status.message
    click(recovery.bar.restore)
    assert coordinates(window.canvas.ink) == coordinates(INK)


def test_lost_drawing_that_cannot_be_deleted_is_told(
    make_window: MakeWindow, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    BackupFile(path).save(INK)
    window = make_window()
    recovery = watched(window, path)

    def fail(_lost: LostDrawings, file: Path) -> None:
        raise DrawingBackupError("{path} cannot be deleted.", path=file)

    monkeypatch.setattr(LostDrawings, "discard", fail)
    click(recovery.bar.discard)
    assert "cannot be deleted" in window.status.message
    assert recovery.bar.text == ""


def test_restoring_leaves_a_character_of_the_text_that_is_open(make_window: MakeWindow, path: Path) -> None:
    BackupFile(path).save(INK)
    window = make_window(composition_file=CompositionFile(default_composition_path()))
    recovery = watched(window, path)
    draw_stroke(window.canvas, BAR)
    window.actions_table.picks[0]
    window.composer.take("鲍")
    window.compose.line.setFocus()
    QTest.keyClick(window.compose.line, Qt.Key.Key_Left)
    assert window.compose.line.opened is not None
    click(recovery.bar.restore)
    assert window.compose.line.opened is None
    assert coordinates(window.canvas.ink) == coordinates(INK)


def test_opened_character_of_the_text_is_not_the_drawing(make_window: MakeWindow, path: Path, qtbot: QtBot) -> None:
    window = make_window()
    recovery = watched(window, path)
    draw_stroke(window.canvas, BAR)
    window.composer.take("鲍")
    with qtbot.waitSignal(recovery.backup.saved):
        draw_stroke(window.canvas, SLANT)
    window.compose.line.setFocus()
    QTest.keyClick(window.compose.line, Qt.Key.Key_Left)
    assert window.compose.line.opened is not None
    recovery.backup.save_now()
    assert kept(path).strokes[0].points[-1].y == pytest.approx(0.8, abs=0.01)


def test_crash_is_told_and_its_report_saved(make_window: MakeWindow, path: Path, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window()
    recovery = watched(window, path, notes="Fatal Python error: Aborted")
    assert "ended unexpectedly" in recovery.bar.text
    assert recovery.bar.restore.isHidden()
    click(recovery.bar.report)
    dialog = window.findChild(QFileDialog, "report_dialog")
    target = tmp_path / "report.txt"
    dialog.fileSelected.emit(str(target))
    dialog.close()
    assert "Fatal Python error: Aborted" in target.read_text(encoding="utf-8")
    click(recovery.bar.discard)
    assert recovery.bar.text == ""


def test_report_that_cannot_be_saved_is_told(make_window: MakeWindow, path: Path, tmp_path: Path) -> None:
    window = make_window()
    recovery = watched(window, path, notes="Fatal Python error: Aborted")
    click(recovery.bar.report)
    dialog = window.findChild(QFileDialog, "report_dialog")
    dialog.fileSelected.emit(str(tmp_path / "none" / "report.txt"))
    dialog.close()
    box = window.findChild(QMessageBox, "problem_box")
    assert "report.txt cannot be saved" in box.text()
    box.close()


def test_crash_with_a_drawing_offers_both(make_window: MakeWindow, path: Path) -> None:
    BackupFile(path).save(INK)
    recovery = watched(make_window(), path, notes="Fatal Python error: Aborted")
    assert "has been saved" in recovery.bar.text
    assert not recovery.bar.report.isHidden()
    click(recovery.bar.restore)
    assert "ended unexpectedly" in recovery.bar.text  # the report is still to be had
    recovery.forget_notes()
    assert recovery.bar.text == ""


def test_unexpected_error_saves_drawing_and_text_at_once(make_window: MakeWindow, path: Path) -> None:
    window = make_window(composition_file=CompositionFile(default_composition_path()))
    watched(window, path)
    draw_stroke(window.canvas, BAR)
    window.compose.line.add_text("鱼")
    assert not path.exists()
    assert not default_composition_path().exists()
    logging.getLogger("hccr_desktop.test").critical("unexpected error")
    assert len(kept(path).strokes) == 1
    assert json.loads(default_composition_path().read_text(encoding="utf-8"))["text"] == "鱼"


def test_unexpected_error_in_another_thread_saves_both_too(make_window: MakeWindow, path: Path, qtbot: QtBot) -> None:
    window = make_window(composition_file=CompositionFile(default_composition_path()))
    watched(window, path)
    draw_stroke(window.canvas, BAR)
    window.compose.line.add_text("鱼")
    thread = threading.Thread(target=logging.getLogger("hccr_desktop.test").critical, args=("unexpected error",))
    thread.start()
    thread.join()
    assert len(kept(path).strokes) == 1
    qtbot.waitUntil(default_composition_path().exists)


def test_rescue_that_fails_is_quiet(
    make_window: MakeWindow, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    recovery = watched(make_window(), path)

    def fail() -> None:
        logging.getLogger("hccr_desktop.test").critical("within the rescue")
        raise ZeroDivisionError

    monkeypatch.setattr(recovery, "save_everything", fail)
    logging.getLogger("hccr_desktop.test").critical("unexpected error")
    assert caplog.text.count("CRITICAL") == 2


def test_report_masks_the_text_line(make_window: MakeWindow, path: Path) -> None:
    window = make_window()
    reports = CrashReports(LogTail())
    Recovery(window, path, reports=reports)
    window.compose.line.add_text("dear diary 鱼")
    report = reports.report("ValueError: dear diary 鱼, or diary alone")
    assert "diary" not in report
    assert "鱼" not in report


def test_drawing_that_cannot_be_kept_is_told_and_drawing_goes_on(
    make_window: MakeWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_bytes(b"")
    window = make_window()
    watched(window, tmp_path / "file" / "drawing.json")
    draw_stroke(window.canvas, BAR)
    qtbot.waitUntil(lambda: "cannot be kept" in window.status.message)
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    assert len(window.canvas.ink.strokes) == 2


def test_bar_speaks_the_language_of_the_window(make_window: MakeWindow, path: Path, qapp: QApplication) -> None:
    BackupFile(path).save(INK)
    recovery = watched(make_window(), path)
    recovery.bar._text.clear()
    QApplication.sendEvent(recovery.bar, QEvent(QEvent.Type.LanguageChange))
    assert "not finished" in recovery.bar.text
    QApplication.sendEvent(recovery.bar, QEvent(QEvent.Type.FontChange))
    assert not recovery.bar._sheet.pixmap().isNull()


FATAL = """
import sys
from pathlib import Path
import hccr_desktop.gui
from PySide6.QtCore import QTimer, qFatal
from hccr_desktop.domain.ink import Ink
from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui import app
from hccr_desktop.gui.main_window import MainWindow

real_show = MainWindow.show

def show(window):
    real_show(window)
    window.canvas.show_ink(Ink.from_coordinates([[(0.2, 0.2), (0.8, 0.8)]]))
    window.compose.line.add_text("x")
    QTimer.singleShot(0, lambda: qFatal("Qt cannot go on"))

MainWindow.show = show
sys.exit(app.main(["hccr-desktop"]))
"""


def test_fatal_error_of_qt_saves_everything_before_it_ends_the_program(tmp_path: Path) -> None:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    ended = subprocess.run(
        [sys.executable, "-c", FATAL],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert ended.returncode < 0, ended.stderr
    folder = tmp_path / "data" / "hccr-desktop"
    assert len(json.loads((folder / "drawing.json").read_text(encoding="utf-8"))["strokes"]) == 1
    assert json.loads((folder / "compose.json").read_text(encoding="utf-8"))["text"] == "x"
    notes = (folder / "crash.log").read_text(encoding="utf-8")
    assert "Qt cannot go on" in notes
    assert "Fatal Python error: Aborted" in notes
