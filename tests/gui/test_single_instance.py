"""One window a user: who is the first, and what the second hands over. Every test has names and folders of its own."""

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from hccr_desktop.gui import single_instance
from hccr_desktop.gui.about_dialog import AboutDialog
from hccr_desktop.gui.single_instance import Request, SingleInstance, instance_name
from hccr_desktop.gui.summons import TOKEN_VARIABLE, Summons
from tests.conftest import REPOSITORY
from tests.gui.conftest import MakeWindow

START = """
import sys
from PySide6.QtCore import QCoreApplication
from hccr_desktop.gui.single_instance import Request, SingleInstance
application = QCoreApplication([])
instance = SingleInstance(sys.argv[1])
is_first = not instance.hand_over(Request(picture=sys.argv[2], is_toggle=True))
print("first" if is_first else "taken", flush=True)
if is_first:
    application.exec()
"""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the sockets lie; its path is short, since a socket's may have 107 bytes only."""
    made = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(made))
    return made


@pytest.fixture
def name() -> str:
    """A name that no other instance has."""
    return f"hccr-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def first(folder: Path, name: str, qapp: QApplication) -> Iterator[SingleInstance]:
    """An instance that is the first."""
    instance = SingleInstance(name)
    assert not instance.hand_over(Request())
    yield instance
    instance.close()


class Start:
    """Another start of the program, in a process of its own; it says whether it is the first, which then stays."""

    def __init__(self, name: str, picture: str = "") -> None:
        command = [sys.executable, "-c", START, name, picture]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
        self._said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self._said.append(self.process.stdout.readline().strip())

    @property
    def said(self) -> str:
        """``first`` or ``taken``; empty until it is known."""
        return "".join(self._said)

    def end(self) -> None:
        self.process.kill()
        self._reader.join()
        self.process.communicate(timeout=20)


@pytest.fixture
def start() -> Iterator[Callable[..., Start]]:
    """Starts processes that end with the test."""
    started: list[Start] = []

    def make(name: str, picture: str = "") -> Start:
        started.append(Start(name, picture))
        return started[-1]

    yield make
    for process in started:
        process.end()


def test_second_start_hands_over_what_it_was_asked_for(
    first: SingleInstance, qtbot: QtBot, name: str, start: Callable[..., Start]
) -> None:
    with qtbot.waitSignal(first.asked, timeout=20_000) as asked:
        other = start(name, "/图片/鲍.png")
    assert asked.args == [Request(picture="/图片/鲍.png", is_toggle=True)]
    qtbot.waitUntil(lambda: other.said == "taken", timeout=20_000)
    assert other.process.wait(20) == 0


def test_start_after_the_first_has_closed_is_the_first(first: SingleInstance, name: str) -> None:
    first.close()
    again = SingleInstance(name)
    assert not again.hand_over(Request())
    again.close()


def test_socket_of_a_crashed_instance_is_taken_over(
    folder: Path, name: str, qtbot: QtBot, start: Callable[..., Start]
) -> None:
    crashed = start(name)
    qtbot.waitUntil(lambda: crashed.said == "first", timeout=20_000)
    crashed.end()
    assert (folder / name).exists()
    instance = SingleInstance(name)
    assert not instance.hand_over(Request())
    with qtbot.waitSignal(instance.asked, timeout=20_000):
        start(name)
    instance.close()


def test_of_many_starts_at_once_exactly_one_is_the_first(
    folder: Path, name: str, qtbot: QtBot, start: Callable[..., Start]
) -> None:
    crashed = start(name)
    qtbot.waitUntil(lambda: crashed.said == "first", timeout=20_000)
    crashed.end()  # so that all of them find a socket that nobody listens on
    started = [start(name) for _ in range(4)]
    qtbot.waitUntil(lambda: all(process.said for process in started), timeout=40_000)
    assert sorted(process.said for process in started) == ["first", "taken", "taken", "taken"]


def test_request_that_nobody_can_read_is_refused(
    first: SingleInstance, qtbot: QtBot, folder: Path, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    for line in (b"\xff\n", b"[]\n", b'{"picture": 3}\n', b"x" * 70_000):
        socket = QLocalSocket()
        socket.connectToServer(str(folder / name))
        socket.write(line)
        with qtbot.assertNotEmitted(first.asked):
            qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)  # noqa: B023
        assert socket.readAll().data() == b""
    assert caplog.text.count("cannot be read") == 3


def test_first_that_does_not_answer_keeps_nobody_waiting_for_ever(
    folder: Path, name: str, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_instance, "ANSWER_LIMIT_MS", 50)
    silent = QLocalServer()
    assert silent.listen(str(folder / name))
    assert not SingleInstance(name).hand_over(Request())
    silent.close()


def test_first_that_ends_while_it_is_asked_is_replaced(
    folder: Path, name: str, qtbot: QtBot, start: Callable[..., Start]
) -> None:
    ending = QLocalServer()
    assert ending.listen(str(folder / name))
    other = start(name)
    qtbot.waitUntil(ending.hasPendingConnections, timeout=20_000)
    ending.nextPendingConnection().abort()
    ending.close()
    qtbot.waitUntil(lambda: other.said == "first", timeout=20_000)


def test_socket_of_another_user_is_not_talked_to(
    first: SingleInstance, name: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(single_instance.os, "getuid", lambda: -2)
    with qtbot.assertNotEmitted(first.asked, wait=100):
        assert not SingleInstance(name).hand_over(Request(picture="/secret.png"))
    assert "no other start can find this window" in caplog.text


def test_instance_name_is_another_for_another_data_folder(tmp_path: Path) -> None:
    assert instance_name(tmp_path) == instance_name(tmp_path)
    assert instance_name(tmp_path) != instance_name(tmp_path / "other")
    assert len(instance_name(tmp_path / ("长" * 100))) < 40


def test_summons_brings_a_minimized_window_back(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.showMinimized()
    Summons(window).answer(Request())
    assert window.isVisible()
    assert not window.isMinimized()


def test_summons_toggles_between_hidden_and_shown(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    summons = Summons(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    summons.answer(Request(is_toggle=True))
    assert not window.isVisible()
    summons.answer(Request(is_toggle=True))
    assert window.isVisible()


def test_summons_does_not_hide_a_window_with_a_dialog(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_about()
    Summons(window).answer(Request(is_toggle=True))
    assert window.isVisible()
    window.findChild(AboutDialog).close()


def test_summons_opens_the_picture_and_hands_on_the_token(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    window = make_window()
    path = tmp_path / "没有.png"
    with qtbot.waitSignal(window._service.picture_failed):
        Summons(window).answer(Request(picture=str(path), is_toggle=True, activation_token="a token"))
    box = window.findChild(QMessageBox, "problem_box")
    assert "没有.png" in box.text()
    box.close()
    assert os.environ.pop(TOKEN_VARIABLE) == "a token"
