"""The program as a whole: what its parts are told, and what it does when something goes wrong."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QLoggingCategory, QtMsgType, qCWarning, qWarning
from PySide6.QtGui import QGuiApplication, QRawFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.charset import gb2312_level1
from hccr_desktop.domain.settings import Settings
from hccr_desktop.errors import ModelFileError
from hccr_desktop.gui import error_report
from hccr_desktop.gui.app import recognizer_factory
from hccr_desktop.gui.display import DisplayGuard
from hccr_desktop.gui.error_report import ErrorReporter
from hccr_desktop.gui.fonts import load_character_family
from hccr_desktop.gui.self_test import stored_ink
from hccr_desktop.inference import allocator
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import draw_stroke
from tests.gui.in_window import clipboard, press


def program(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"} | variables
    command = [sys.executable, "-m", "hccr_desktop", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=100)


@pytest.mark.model
def test_app_stroke_to_clipboard_with_the_real_model(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(recognizer_factory(Settings()))
    character, ink = stored_ink()
    for stroke in ink.strokes:
        with qtbot.waitSignal(window._service.recognized, timeout=20_000):
            draw_stroke(window.canvas, [(point.x, point.y) for point in stroke.points])
    first = window.candidates.candidates[0]
    assert first.character == character
    assert first.confidence > 0.5
    press(window, "1")
    assert clipboard() == character


def test_app_recognizer_factory_names_the_missing_model(tmp_path: Path) -> None:
    settings = Settings(model_path=str(tmp_path / "none.onnx"))
    with pytest.raises(ModelFileError, match=r"none\.onnx"):
        recognizer_factory(settings)()


@pytest.mark.model
def test_app_recognizer_factory_gives_back_the_memory_that_opening_took(monkeypatch: pytest.MonkeyPatch) -> None:
    resident_mb = []

    def note() -> None:
        resident_mb.append(psutil.Process().memory_info().rss / 2**20)

    give_back = allocator.give_back_freed_memory
    monkeypatch.setattr(allocator, "give_back_freed_memory", lambda: (note(), give_back(), note()))
    recognizer_factory(Settings())()
    before, after = resident_mb
    assert after < before - 15  # 40 to 48 MB in a process of its own; here the heap has holes of other tests to use


def test_app_recognizer_factory_drops_the_paths_that_opencv_sets(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError):
        recognizer_factory(Settings(model_path=str(tmp_path / "none.onnx")))()
    assert "QT_QPA_PLATFORM_PLUGIN_PATH" not in os.environ
    assert "QT_QPA_FONTDIR" not in os.environ


def test_app_help_and_version_need_no_display() -> None:
    for argument in ("--help", "--version"):
        ended = program(argument, QT_QPA_PLATFORM="xcb")
        assert ended.returncode == 0, ended.stderr
        assert "hccr-desktop" in ended.stdout


def test_app_wrong_usage_exits_with_2() -> None:
    ended = program("--threads", "0", QT_QPA_PLATFORM="offscreen")
    assert ended.returncode == 2
    assert "--threads" in ended.stderr


@pytest.mark.model
@pytest.mark.slow
def test_app_self_test_passes_and_leaves_the_users_settings_alone(tmp_path: Path) -> None:
    ended = program(
        "--self-test",
        XDG_CONFIG_HOME=str(tmp_path / "config"),
        QT_QPA_PLATFORM="xcb",
        PYTHONIOENCODING="cp1252",  # that of a pipe on most of Windows
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Melnyk-Net on " in ended.stdout
    assert "drawing read as 鲍" in ended.stdout
    assert "picture read as 鲍" in ended.stdout
    assert not list((tmp_path / "config").rglob("*.ini"))


def test_app_self_test_without_a_model_fails_with_a_sentence(tmp_path: Path) -> None:
    ended = program("--self-test", "--model", str(tmp_path / "none.onnx"))
    assert ended.returncode == 1
    assert "none.onnx does not exist" in ended.stdout


def test_app_fonts_draw_every_character(qapp: QApplication) -> None:
    family = load_character_family()
    font = qapp.font()
    font.setFamily(family)
    raw = QRawFont.fromFont(font)
    assert raw.familyName() == family
    assert [character for character in gb2312_level1() if not raw.supportsCharacter(ord(character))] == []


@pytest.fixture
def reporter(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> ErrorReporter:
    """A reporter in the hooks that the test run gets back."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    reporter = ErrorReporter()
    reporter.install()
    return reporter


def raise_unexpectedly() -> None:
    try:
        raise ZeroDivisionError("by no one expected")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_error_reporter_logs_each_error_and_shows_the_first(
    reporter: ErrorReporter, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    raise_unexpectedly()
    raise_unexpectedly()

    def visible_boxes() -> list[QMessageBox]:
        return [box for box in QApplication.topLevelWidgets() if isinstance(box, QMessageBox) and box.isVisible()]

    qtbot.waitUntil(lambda: bool(visible_boxes()))
    boxes = visible_boxes()
    assert len(boxes) == 1
    assert "by no one expected" in boxes[0].detailedText()
    assert caplog.text.count("ZeroDivisionError: by no one expected") == 2
    copy = next(button for button in boxes[0].findChildren(QAbstractButton) if button.text() == "Copy details")
    copy.click()
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()
    boxes[0].close()


@pytest.mark.parametrize(
    ("kind", "level"), [(QtMsgType.QtDebugMsg, logging.DEBUG), (QtMsgType.QtCriticalMsg, logging.ERROR)]
)
def test_qt_messages_reach_the_log(kind: QtMsgType, level: int, caplog: pytest.LogCaptureFixture) -> None:
    class Context:
        category = "qt.test"

    with caplog.at_level(logging.DEBUG):
        error_report.log_qt_message(kind, Context(), "something")
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [(level, "qt.test: something")]


@pytest.mark.qt_no_exception_capture
def test_qt_messages_are_bridged(qtlog, caplog: pytest.LogCaptureFixture) -> None:
    with qtlog.disabled():
        error_report.bridge_qt_messages()
        with caplog.at_level(logging.WARNING):
            qWarning("from Qt itself")
    assert "from Qt itself" in caplog.text


@pytest.mark.qt_no_exception_capture
def test_what_qt_says_while_the_application_is_made_is_logged_afterwards(
    qtlog, caplog: pytest.LogCaptureFixture
) -> None:
    with qtlog.disabled(), caplog.at_level(logging.WARNING):
        with DisplayGuard():
            qWarning("from Qt itself")
            qCWarning(QLoggingCategory("hccr.test"), "of a category")
            assert not caplog.records
        messages = [record.getMessage() for record in caplog.records]
    assert messages == ["default: from Qt itself", "hccr.test: of a category"]
