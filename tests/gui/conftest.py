"""Fixtures of the window's tests: nothing they do reaches the user's files, and nothing outlives them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.composition import CompositionFile
from hccr_desktop.gui.drawing_backup import DrawingBackup
from hccr_desktop.gui.ink_canvas import InkCanvas
from hccr_desktop.gui.learning_service import LearningService
from hccr_desktop.gui.lexicon_service import LexiconService, OpenLexicon
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.pad_application import PadApplication
from hccr_desktop.gui.recognition_jobs import RecognizerFactory
from hccr_desktop.gui.recognition_service import RecognitionService
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.lexicon.lexicon import Lexicon
from tests.gui.fakes import FakeRecognizer
from tests.gui.pages import write_page
from tests.gui.pointers import Clock, Fingers

MakeService = Callable[[RecognizerFactory], RecognitionService]
MakeWindow = Callable[..., MainWindow]
MakeLearning = Callable[..., LearningService]
Service = RecognitionService | LexiconService | LearningService | DrawingBackup


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The application of the program, which is told of a pen that comes near."""
    return PadApplication


@pytest.fixture(autouse=True)
def isolated_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings and data files go to folders of the test's own."""
    folder = tmp_path / "config"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_unexpected_dialogs(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A dialog that a test leaves open is one that nobody expected; a nested event loop would hang the test."""

    def refuse(dialog: QDialog) -> int:
        raise AssertionError(f"{type(dialog).__name__} was run with exec()")

    monkeypatch.setattr(QDialog, "exec", refuse)
    monkeypatch.setattr(QMessageBox, "exec", refuse)
    yield
    left = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible()]
    texts = [dialog.text() if isinstance(dialog, QMessageBox) else dialog.windowTitle() for dialog in left]
    for dialog in left:
        dialog.close()
    assert not texts, f"dialogs were left open: {texts}"


@pytest.fixture(autouse=True)
def empty_clipboard(qapp: QApplication) -> None:
    """No test reads what another copied."""
    QGuiApplication.clipboard().clear()


@pytest.fixture(autouse=True)
def no_thread_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every worker thread that was started has ended when its test has."""
    started: list[Service] = []

    def watch(owner: type, name: str) -> None:
        start = getattr(owner, name)

        def remember(service: Service) -> None:
            started.append(service)
            start(service)

        monkeypatch.setattr(owner, name, remember)

    watch(RecognitionService, "start")
    watch(LexiconService, "_start")
    watch(LearningService, "_start")
    watch(DrawingBackup, "_start")
    yield
    running = [service for service in started if service._thread.isRunning()]
    for service in running:
        service.stop()
    assert not running, "a worker thread was left running"


@pytest.fixture
def make_service(qapp: QApplication) -> Iterator[MakeService]:
    """Makes services that end with the test."""
    made: list[RecognitionService] = []

    def make(factory: RecognizerFactory) -> RecognitionService:
        made.append(RecognitionService(factory, rest_ms=20))
        return made[-1]

    yield make
    for service in made:
        service.stop()


@pytest.fixture
def make_window(qtbot: QtBot, no_unexpected_dialogs: None) -> Iterator[MakeWindow]:
    """Makes windows on the screen, with a fake recognizer unless told otherwise; they close with the test."""
    made: list[MainWindow] = []

    def make(
        factory: RecognizerFactory = FakeRecognizer,
        settings: Settings | None = None,
        *,
        is_ready: bool = True,
        composition_file: CompositionFile | None = None,
        open_lexicon: OpenLexicon = Lexicon.open,
        memory_path: Path | None = None,
    ) -> MainWindow:
        service, lexicon = RecognitionService(factory), LexiconService(open_lexicon)
        learning = None if memory_path is None else LearningService(memory_path)
        window = MainWindow(
            service,
            SettingsStore(),
            settings or Settings(),
            composition_file=composition_file,
            lexicon=lexicon,
            learning=learning,
        )
        lexicon.setParent(window)
        service.setParent(window)
        made.append(window)
        qtbot.addWidget(window)
        if not is_ready:
            window.show()
            qtbot.waitExposed(window)
            return window
        with qtbot.waitSignal(service.ready, timeout=20_000):
            window.show()
        return window

    yield make
    for window in made:
        window.close()


@pytest.fixture
def memory_path(tmp_path: Path) -> Path:
    """Where learned drawings go; neither file nor folder is there yet."""
    return tmp_path / "数据" / "learned.sqlite"


@pytest.fixture
def make_learning(qapp: QApplication, memory_path: Path) -> Iterator[MakeLearning]:
    """Makes services that learn into one file; they end with the test."""
    made: list[LearningService] = []

    def make(*, lexicon: Callable[[], Lexicon] = Lexicon.open) -> LearningService:
        made.append(LearningService(memory_path, lexicon))
        return made[-1]

    yield make
    for service in made:
        service.stop()


@pytest.fixture
def canvas(qtbot: QtBot) -> InkCanvas:
    """A canvas by itself, 400 pixels square."""
    canvas = InkCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


@pytest.fixture
def clock(canvas: InkCanvas) -> Clock:
    """The canvas's own."""
    return Clock(canvas)


@pytest.fixture
def fingers(canvas: InkCanvas) -> Fingers:
    """On the canvas."""
    return Fingers(canvas)


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    """A picture of several characters."""
    return write_page(tmp_path / "页.png")


@pytest.fixture
def restored_looks(qapp: QApplication) -> Iterator[None]:
    """Palette, style sheet and locale as they were."""
    palette, sheet, locale, style = qapp.palette(), qapp.styleSheet(), QLocale(), qapp.style().objectName()
    yield
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)
    QLocale.setDefault(locale)
