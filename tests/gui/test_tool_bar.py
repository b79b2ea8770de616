import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow, QStyle

from hccr_desktop.gui.tool_bar import ToolBar

pytestmark = pytest.mark.gui


class Counter(QObject):
    """Counts the layouts that are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.requests = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.requests += event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def window(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = ToolBar(window)
    icon = window.style().standardIcon(QStyle.StandardPixmap.SP_DialogOpenButton)
    for text in ("Undo", "Redo", "Clear", "Details"):
        bar.addAction(QAction(icon, text, window))
    window.addToolBar(bar)
    window.resize(900, 200)
    window.show()
    qtbot.waitExposed(window)
    return window


def settle() -> None:
    for _ in range(20):
        QApplication.processEvents()


@pytest.mark.parametrize("width", [900, 120])
def test_it_comes_to_rest(window, width):
    bar = window.findChild(ToolBar)
    window.resize(width, 200)
    settle()
    counter = Counter()
    bar.installEventFilter(counter)

    settle()

    assert counter.requests == 0


def test_texts_go_where_there_is_no_room_and_come_back(window):
    bar = window.findChild(ToolBar)
    assert bar.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon

    window.resize(150, 200)
    settle()
    assert bar.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly

    window.resize(900, 200)
    settle()
    assert bar.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_longer_texts_are_noticed(window):
    bar = window.findChild(ToolBar)
    for action in bar.actions():
        action.setText("a text that fills a good part of the bar by itself")
    settle()
    assert bar.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
