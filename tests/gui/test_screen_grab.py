import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.screen_grab import STEP_PX, ScreenShade
from tests.gui.conftest import MakeWindow


def frozen(width: int, height: int, ratio: float) -> QPixmap:
    """A white screen with a dark spot at 40, 30 of 20 x 10 pixels of Qt's."""
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.white)
    painter = QPainter(pixmap)
    painter.fillRect(QRect(40, 30, 20, 10), QColor("black"))
    painter.end()
    return pixmap


def shade_of(qtbot: QtBot, ratio: float = 1.0) -> ScreenShade:
    shade = ScreenShade(frozen(200, 150, ratio), "Mark")
    qtbot.addWidget(shade)
    shade.resize(200, 150)
    return shade


def drag(shade: ScreenShade, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(shade, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(shade, end)
    QTest.mouseRelease(shade, Qt.MouseButton.LeftButton, pos=end)


def test_a_marked_part_has_the_pixels_of_the_screen_at_every_scale(qtbot: QtBot) -> None:
    for ratio in (1.0, 1.25, 1.5, 2.0):
        shade = shade_of(qtbot, ratio)
        with qtbot.waitSignal(shade.marked) as marked:
            drag(shade, QPoint(40, 30), QPoint(59, 39))
        image = marked.args[0]
        assert (image.width(), image.height()) == (round(20 * ratio), round(10 * ratio))
        assert image.devicePixelRatio() == 1.0
        assert image.pixelColor(0, 0) == image.pixelColor(image.width() - 1, image.height() - 1) == QColor("black")


def test_a_click_takes_nothing_and_escape_cancels(qtbot: QtBot) -> None:
    shade = shade_of(qtbot)
    with qtbot.assertNotEmitted(shade.marked):
        drag(shade, QPoint(40, 30), QPoint(42, 31))
    with qtbot.waitSignal(shade.cancelled):
        QTest.keyClick(shade, Qt.Key.Key_Escape)


def test_a_part_is_marked_with_keys(qtbot: QtBot) -> None:
    shade = shade_of(qtbot)
    middle = shade.rect().center()
    QTest.keyClick(shade, Qt.Key.Key_Return)
    QTest.keyClick(shade, Qt.Key.Key_Right)
    QTest.keyClick(shade, Qt.Key.Key_Down)
    QTest.keyClick(shade, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert shade.part == QRect(middle, middle + QPoint(STEP_PX, STEP_PX + 1))
    with qtbot.waitSignal(shade.marked):
        QTest.keyClick(shade, Qt.Key.Key_Return)


def test_what_is_marked_on_the_screen_is_opened_and_the_window_comes_back(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    grab = window.pictures.grab
    window.actions_table.grab.trigger()
    assert not window.isVisible()
    qtbot.waitUntil(lambda: bool(grab.shades))
    shade = grab.shades[0]
    with qtbot.waitSignal(window._service.picture_read):
        shade.marked.emit(shade_of(qtbot, 4.0).cut(QRect(20, 10, 80, 60)))
    assert window.isVisible()
    assert not grab.shades
    assert window.canvas.drawing.picture.name == "Part of the screen"


def test_a_grab_that_is_cancelled_changes_nothing(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    grab = window.pictures.grab
    window.actions_table.grab.trigger()
    qtbot.waitUntil(lambda: bool(grab.shades))
    with qtbot.waitSignal(grab.ended):
        QTest.keyClick(grab.shades[0], Qt.Key.Key_Escape)
    assert window.isVisible()
    assert window.canvas.drawing.is_empty


def test_where_the_platform_shows_no_screen_the_verb_is_off_and_says_what_to_do(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
    window = make_window()
    assert not window.actions_table.grab.isEnabled()
    assert "screenshot tool" in window.actions_table.grab.toolTip()
