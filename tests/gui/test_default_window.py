"""What the window shows in the size it has at its first start, in a Chinese font, whose lines are high, and others."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.first_size import first_size
from hccr_desktop.gui.fonts import load_character_family
from hccr_desktop.gui.languages import Languages
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.theme import Theme
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, draw_stroke
from tests.gui.pages import opened, write_page


@pytest.fixture(params=[("en", 9), *(("zh_CN", points) for points in (9, 10, 11, 12))], ids=str)
def chinese_font(request: pytest.FixtureRequest, qapp: QApplication, restored_looks: None) -> Iterator[None]:
    """The program's looks, and the bundled font for all text, as on a system that has no other."""
    language, points = request.param
    before = qapp.font()
    languages, theme = Languages(qapp), Theme(qapp)
    languages.use(language)
    font = QFont(load_character_family())
    font.setPointSizeF(points)
    qapp.setFont(font)
    theme.use("light")  # the style sheet takes its em from the font
    yield
    languages.use("en")
    languages.deleteLater()
    theme.deleteLater()
    qapp.setFont(before)


def assert_all_rows_are_seen(window: MainWindow) -> None:
    view = window.candidates
    QTest.qWait(0)  # the layout of the rows
    assert view.model().rowCount() == 10
    assert view.verticalScrollBar().maximum() == 0
    assert view.viewport().rect().contains(view.visualRect(view.model().index(9, 0)))


@pytest.mark.usefixtures("chinese_font")
def test_ten_candidates_are_seen_beside_a_drawing(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    assert_all_rows_are_seen(window)


@pytest.mark.usefixtures("chinese_font")
def test_ten_candidates_are_seen_beside_a_page(make_window: MakeWindow, qtbot: QtBot, tmp_path) -> None:
    window = make_window()
    desk = opened(window, qtbot, write_page(tmp_path / "页.png"))
    qtbot.waitUntil(desk.bar.isVisible)
    assert_all_rows_are_seen(window)


@pytest.mark.usefixtures("chinese_font")
def test_ten_candidates_are_seen_beside_a_page_on_a_small_screen(
    make_window: MakeWindow, qtbot: QtBot, tmp_path
) -> None:
    window = make_window()
    window.resize(1024, 738)  # 1024 x 768 without a title bar
    desk = opened(window, qtbot, write_page(tmp_path / "页.png"))
    qtbot.waitUntil(desk.bar.isVisible)
    assert_all_rows_are_seen(window)


def test_the_first_size_grows_with_the_text_as_far_as_the_screen_goes(qapp: QApplication) -> None:
    font = QFont(load_character_family())
    sizes = []
    for points in (8, 9, 12, 24):
        font.setPointSizeF(points)
        size = first_size(font, QSize(1920, 1080))
        sizes.append((size.width(), size.height()))
    assert sizes[:2] == [(960, 660), (960, 660)]
    assert 1200 < sizes[2][0] < 1400
    assert sizes[2][0] / sizes[2][1] == pytest.approx(960 / 660, abs=0.01)
    assert sizes[3] == (1920, 1026)
    assert first_size(font, QSize(1024, 768)) == QSize(1024, 730)
    assert first_size(font, QSize(800, 600)) == QSize(960, 660)
