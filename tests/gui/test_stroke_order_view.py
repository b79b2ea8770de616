import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.stroke_order_view import InkSheet, StrokeOrderView
from hccr_desktop.lexicon.lexicon import Lexicon


def ink_mask(widget: QWidget) -> np.ndarray:
    """(height, width) bool: where the widget shows full ink."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : image.width()] < 90


@pytest.fixture
def view(qtbot: QtBot) -> StrokeOrderView:
    view = StrokeOrderView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_stroke_order_is_written_from_nothing_to_all(view: StrokeOrderView) -> None:
    view.show_order(Lexicon.open().stroke_order("鲍"))
    amounts = []
    for moment in (0.0, 0.3, 0.6, 1.0):
        view.show_moment(moment)
        amounts.append(int(ink_mask(view).sum()))
    assert amounts[0] == 0
    assert amounts == sorted(set(amounts))


def test_stroke_order_begins_where_the_first_stroke_begins(view: StrokeOrderView) -> None:
    view.show_order(Lexicon.open().stroke_order("十"))
    view.show_moment(0.15)
    rows, columns = np.nonzero(ink_mask(view))
    assert columns.max() < 130  # the horizontal stroke comes first, from the left
    assert 60 < rows.mean() < 120


def test_stroke_order_plays_once_and_rests(view: StrokeOrderView, qtbot: QtBot) -> None:
    view.show_order(Lexicon.open().stroke_order("一"))
    assert view.is_playing
    with qtbot.waitSignal(view.finished):
        pass
    assert not view.is_playing
    QTest.mouseClick(view, Qt.MouseButton.LeftButton)
    assert view.is_playing
    view.show_moment(1.0)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.is_playing


def test_stroke_order_does_not_run_while_hidden(view: StrokeOrderView) -> None:
    view.show_order(Lexicon.open().stroke_order("鲍"))
    view.hide()
    assert not view.is_playing
    view.show_order(Lexicon.open().stroke_order("好"))
    assert not view.is_playing
    view.show()
    assert view.is_playing


def test_stroke_order_without_one_is_an_empty_sheet(view: StrokeOrderView) -> None:
    view.show_order(None)
    assert not view.is_playing
    assert not ink_mask(view).any()


def test_ink_sheet_fits_ink_of_any_place_and_size(qtbot: QtBot) -> None:
    sheet = InkSheet()
    qtbot.addWidget(sheet)
    sheet.resize(200, 200)
    extents = []
    for scale, shift in ((1.0, 0.0), (0.6, 0.3)):
        line = [(0.1 * scale + shift, 0.1 * scale + shift), (0.9 * scale + shift, 0.9 * scale + shift)]
        sheet.show_ink(Ink.from_coordinates([line]))
        rows, columns = np.nonzero(ink_mask(sheet))
        extents.append((rows.min(), rows.max(), columns.min(), columns.max()))
    assert extents[0] == pytest.approx(extents[1], abs=4)
    assert extents[0][1] - extents[0][0] > 150


def test_stroke_order_without_animation_is_complete_and_goes_stroke_by_stroke(view: StrokeOrderView) -> None:
    view.set_animated(False)
    view.show_order(Lexicon.open().stroke_order("三"))
    assert not view.is_playing
    whole = int(ink_mask(view).sum())
    amounts = []
    for _ in range(3):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton)
        assert not view.is_playing
        amounts.append(int(ink_mask(view).sum()))
    assert 0 < amounts[0] < amounts[1] < amounts[2] == whole
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert int(ink_mask(view).sum()) == amounts[0]


def test_stroke_order_stops_at_once_when_animations_are_switched_off(view: StrokeOrderView, qtbot: QtBot) -> None:
    view.show_order(Lexicon.open().stroke_order("鲍"))
    assert view.is_playing
    with qtbot.waitSignal(view.finished):
        view.set_animated(False)
    assert not view.is_playing
    view.set_animated(True)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton)
    assert view.is_playing
    view.show_moment(1.0)


def test_sheet_shows_the_guide_that_is_chosen(view: StrokeOrderView) -> None:
    view.show_order(None)
    shown = []
    for guide in ("mi", "tian", "none"):
        view.set_guide(guide)
        shown.append(view.grab().toImage())
    assert shown[0] != shown[1] != shown[2] != shown[0]
