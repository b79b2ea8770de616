import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.pad_layout import PadLayout


@pytest.mark.parametrize(
    ("size", "side"),
    [((1000, 500), 500), ((600, 500), 390), ((700, 900), 490), ((200, 200), 100)],
    ids=["wide", "narrow", "high", "too small"],
)
def test_pad_layout_keeps_the_first_item_square(qtbot: QtBot, size: tuple[int, int], side: int) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = PadLayout(window)
    layout.setSpacing(10)
    layout.setContentsMargins(0, 0, 0, 0)
    square, rest = QWidget(window), QWidget(window)
    square.setMinimumSize(100, 100)
    rest.setMinimumSize(200, 50)
    layout.addWidget(square)
    layout.addWidget(rest)
    window.resize(*size)
    layout.setGeometry(QRect(0, 0, *size))
    width = max(size[0], 310)
    assert (square.width(), square.height()) == (side, side)
    assert rest.x() == side + 10
    assert rest.width() == max(200, width - side - 10)
    assert rest.height() == side


def test_pad_layout_needs_room_for_both(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    layout = PadLayout(window)
    layout.setSpacing(10)
    layout.setContentsMargins(0, 0, 0, 0)
    for width in (100, 200):
        item = QWidget(window)
        item.setMinimumSize(width, width)
        layout.addWidget(item)
    assert layout.minimumSize().width() == 310
    assert layout.minimumSize().height() == 200
    assert layout.count() == 2
    assert layout.takeAt(0) is not None
    assert layout.itemAt(5) is None
