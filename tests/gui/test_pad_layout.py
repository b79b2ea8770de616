from collections.abc import Iterator

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


Pad = tuple[PadLayout, QWidget, QWidget, QWidget]


@pytest.fixture
def pad(qtbot: QtBot) -> Iterator[Pad]:
    """Layout, square, rest and handle, in a room of 1000 x 500."""
    window = QWidget()
    qtbot.addWidget(window)
    layout = PadLayout(window)
    layout.setSpacing(10)
    layout.setContentsMargins(0, 0, 0, 0)
    square, rest, handle = QWidget(window), QWidget(window), QWidget(window)
    square.setMinimumSize(100, 100)
    rest.setMinimumSize(200, 50)
    for widget in (square, rest, handle):
        layout.addWidget(widget)
    window.resize(1000, 500)
    layout.setGeometry(QRect(0, 0, 1000, 500))
    yield layout, square, rest, handle
    window.close()


def laid_out(layout: PadLayout) -> None:
    layout.setGeometry(QRect(0, 0, 1000, 500))


def test_pad_layout_smaller_square_leaves_its_width_to_the_other(
    pad: Pad,
) -> None:
    layout, square, rest, handle = pad
    layout.set_percent(60)
    laid_out(layout)
    assert square.geometry() == QRect(0, 100, 300, 300)
    assert rest.geometry() == QRect(310, 0, 690, 500)
    assert handle.geometry() == QRect(300, 0, 10, 500)


def test_pad_layout_square_keeps_its_least_size(pad: Pad) -> None:
    layout, square, _, _ = pad
    layout.set_percent(10)
    laid_out(layout)
    assert square.width() == 100


def test_pad_layout_mirrored_has_the_square_at_the_right_edge(pad: Pad) -> None:
    layout, square, rest, handle = pad
    layout.set_mirrored(True)
    layout.set_percent(60)
    laid_out(layout)
    assert square.geometry() == QRect(700, 100, 300, 300)
    assert rest.geometry() == QRect(0, 0, 690, 500)
    assert handle.geometry() == QRect(690, 0, 10, 500)


@pytest.mark.parametrize("is_mirrored", [False, True])
def test_pad_layout_knows_the_size_that_puts_the_gap_under_a_place(pad: Pad, is_mirrored: bool) -> None:
    layout, _, _, handle = pad
    layout.set_mirrored(is_mirrored)
    for percent in (40, 75, 100):
        layout.set_percent(percent)
        laid_out(layout)
        assert layout.percent_at(handle.geometry().left() + 5) == pytest.approx(percent)
        layout.invalidate()  # as by a movement that comes before the layout of the last
        assert layout.percent_at(handle.geometry().left() + 5) == pytest.approx(percent)
