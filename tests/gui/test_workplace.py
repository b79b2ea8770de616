"""The pad made to suit a hand, in the window, at run time and after a restart."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolBar
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.settings_store import SettingsStore
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke, place
from tests.gui.pointers import AWAY, NEAR, NONE, Fingers, click, draw_with_pen, hover, send_tablet

CONTROL = Qt.KeyboardModifier.ControlModifier


def stored() -> Settings:
    return SettingsStore().load()[0]


def left_of(window: MainWindow, name: str) -> int:
    """Where the tool bar's button of an action begins."""
    bar = window.findChild(QToolBar, "tool_bar")
    return bar.widgetForAction(getattr(window.actions_table, name)).x()


@pytest.fixture
def restored_effects(qapp: QApplication) -> Iterator[None]:
    """Effects of the platform as they were."""
    were_on = QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
    yield
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, were_on)


def test_keys_change_the_size_of_the_canvas_and_it_is_kept(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw_stroke(window.canvas, BAR)
    ink, largest = window.canvas.ink, window.canvas.width()
    QTest.keyClick(window.canvas, Qt.Key.Key_Minus, CONTROL)
    QTest.keyClick(window.canvas, Qt.Key.Key_Minus, CONTROL)
    qtbot.waitUntil(lambda: window.canvas.width() == round(largest * 0.8))
    assert window.canvas.ink is ink
    assert window.canvas.grab().toImage().pixelColor(place(window.canvas, (0.5, 0.5)).toPoint()).lightness() < 80
    assert stored().canvas_percent == 80
    QTest.keyClick(window.canvas, Qt.Key.Key_Plus, CONTROL)
    qtbot.waitUntil(lambda: window.canvas.width() == round(largest * 0.9))
    QTest.keyClick(window.canvas, Qt.Key.Key_0, CONTROL)
    qtbot.waitUntil(lambda: window.canvas.width() == largest)
    assert stored().canvas_percent == 100


def test_size_stops_at_its_limits_and_the_actions_say_so(make_window: MakeWindow) -> None:
    window = make_window()
    table = window.actions_table
    assert not table.canvas_larger.isEnabled()
    assert not table.canvas_largest.isEnabled()
    for _ in range(10):
        table.canvas_smaller.trigger()
    assert stored().canvas_percent == 40
    assert not table.canvas_smaller.isEnabled()
    assert table.canvas_larger.isEnabled()


@pytest.mark.parametrize("left_handed", [False, True])
def test_handle_is_dragged_and_a_double_click_sets_it_back(
    make_window: MakeWindow, qtbot: QtBot, left_handed: bool
) -> None:
    window = make_window(settings=Settings(left_handed=left_handed))
    handle, largest = window.workplace.handle, window.canvas.width()
    way = 100 if left_handed else -100
    middle = handle.rect().center()
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    start = handle.mapToParent(middle)
    for x in (start.x() + way // 2, start.x() + way):
        QTest.mouseMove(handle, handle.mapFromParent(QPoint(x, start.y())))
        QApplication.sendPostedEvents()
    qtbot.waitUntil(lambda: window.canvas.width() < largest - 90)
    assert stored().canvas_percent == 100  # not before it is let go
    QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=handle.mapFromParent(QPoint(start.x() + way, start.y())))
    assert stored().canvas_percent == pytest.approx(100 * (largest - 100) / largest, abs=1)
    QTest.mouseDClick(handle, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.waitUntil(lambda: window.canvas.width() == largest)


def test_handle_that_is_only_clicked_changes_nothing(make_window: MakeWindow) -> None:
    window = make_window()
    QTest.mouseClick(window.workplace.handle, Qt.MouseButton.LeftButton)
    QTest.mouseClick(window.workplace.handle, Qt.MouseButton.RightButton)
    assert stored() == Settings()


def test_left_hand_has_the_candidates_to_the_left_and_undo_over_the_canvas(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    draw_stroke(window.canvas, BAR)
    ink = window.canvas.ink
    assert window.canvas.x() < window.card.x()
    assert left_of(window, "undo") < left_of(window, "settings")
    window.actions_table.left_handed.trigger()
    qtbot.waitUntil(lambda: window.canvas.x() > window.card.x())
    assert left_of(window, "undo") > left_of(window, "settings")
    assert left_of(window, "undo") < left_of(window, "redo") < left_of(window, "clear") < left_of(window, "eraser")
    assert window.canvas.ink is ink
    assert stored().left_handed
    window.actions_table.left_handed.trigger()
    qtbot.waitUntil(lambda: window.canvas.x() < window.card.x())
    assert left_of(window, "undo") < left_of(window, "settings")


def test_changing_hands_leaves_nothing_behind_in_the_tool_bar(make_window: MakeWindow) -> None:
    window = make_window()
    bar = window.findChild(QToolBar, "tool_bar")
    actions, owned = bar.actions(), len(bar.findChildren(QAction))
    assert sum(action.isSeparator() for action in actions) == 3
    for _ in range(4):
        window.actions_table.left_handed.trigger()
    assert bar.actions() == actions
    assert len(bar.findChildren(QAction)) == owned


def test_left_hand_has_the_details_beside_the_candidates(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.actions_table.details.trigger()
    pane = window.readings.pane
    assert window.dockWidgetArea(pane) == Qt.DockWidgetArea.RightDockWidgetArea
    window.actions_table.left_handed.trigger()
    assert window.dockWidgetArea(pane) == Qt.DockWidgetArea.LeftDockWidgetArea
    qtbot.waitUntil(lambda: pane.isVisible() and pane.x() < window.centralWidget().x())
    window.actions_table.details.trigger()
    assert not pane.isVisible()


def test_left_hand_of_the_last_start_is_there_from_the_first(make_window: MakeWindow) -> None:
    window = make_window(settings=Settings(left_handed=True, guide="tian", canvas_percent=60))
    assert window.canvas.x() > window.card.x()
    assert window.actions_table.left_handed.isChecked()
    assert window.actions_table.guide_tian.isChecked()
    assert stored() == Settings()


def test_guide_is_chosen_in_the_menu_for_every_sheet(make_window: MakeWindow) -> None:
    window = make_window()
    window.actions_table.details.trigger()
    sheets = (window.canvas, window.readings.pane.ink_sheet, window.readings.pane.stroke_order)
    assert window.actions_table.guide_mi.isChecked()
    window.actions_table.guide_none.trigger()
    assert [sheet._guide for sheet in sheets] == ["none"] * 3
    assert stored().guide == "none"
    assert not window.actions_table.guide_mi.isChecked()


def test_animations_stop_at_once(make_window: MakeWindow, qtbot: QtBot, restored_effects: None) -> None:
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, True)
    window = make_window()
    window.actions_table.details.trigger()
    view = window.readings.pane.stroke_order
    with qtbot.waitSignal(window._lexicon.looked_up):
        window._lexicon.look_up("鲍")
    assert view.is_playing
    window._change_setting("animations", False)
    assert not view.is_playing
    assert not window.isAnimated()
    assert not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
    view.play()
    assert not view.is_playing
    window._change_setting("animations", True)
    assert QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
    view.play()
    assert view.is_playing


def test_eraser_is_laid_down_when_nothing_is_left_to_erase(make_window: MakeWindow) -> None:
    window = make_window()
    canvas, eraser = window.canvas, window.actions_table.eraser
    draw_stroke(canvas, BAR)
    draw_stroke(canvas, SLANT)
    QTest.keyClick(canvas, Qt.Key.Key_E, CONTROL)
    assert eraser.isChecked()
    click(canvas, place(canvas, (0.3, 0.5)))
    assert (len(canvas.ink.strokes), eraser.isChecked()) == (1, True)
    click(canvas, place(canvas, (0.8, 0.8)))
    assert (len(canvas.ink.strokes), eraser.isChecked()) == (0, False)
    draw_stroke(canvas, BAR)
    assert len(canvas.ink.strokes) == 1


def test_eraser_asks_for_new_candidates(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw_stroke(window.canvas, BAR)
    draw_stroke(window.canvas, SLANT)
    with qtbot.waitSignal(window._service.recognized):
        draw_with_pen(window.canvas, place(window.canvas, (0.8, 0.8)), is_eraser=True)
    assert len(window.canvas.ink.strokes) == 1
    assert window.actions_table.undo.isEnabled()


def test_pen_near_the_screen_keeps_fingers_off_the_canvas(make_window: MakeWindow, qapp: QApplication) -> None:
    window = make_window()
    fingers = Fingers(window.canvas)
    send_tablet(qapp, NEAR, QPointF(), 0.0, NONE)
    fingers.press((1, 100, 100))
    fingers.lift((1, 140, 100))
    assert window.canvas.drawing.is_empty
    send_tablet(qapp, AWAY, QPointF(), 0.0, NONE)
    window.canvas.pointers._pen_seen_ms = float("-inf")
    fingers.press((1, 100, 100))
    fingers.lift((1, 140, 100))
    assert len(window.canvas.ink.strokes) == 1


def test_click_mode_esc_leaves_the_drawing_and_a_second_esc_clears_it(make_window: MakeWindow) -> None:
    window = make_window(settings=Settings(click_to_draw=True))
    canvas = window.canvas
    click(canvas, place(canvas, (0.2, 0.2)))
    click(canvas, place(canvas, (0.4, 0.2)))
    click(canvas, place(canvas, (0.2, 0.4)))
    hover(canvas, place(canvas, (0.4, 0.4)))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert len(canvas.ink.strokes) == 1
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.ink.is_empty


def test_window_closed_with_a_stroke_open_asks_for_nothing(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(settings=Settings(click_to_draw=True))
    click(window.canvas, place(window.canvas, (0.2, 0.2)))
    hover(window.canvas, place(window.canvas, (0.4, 0.4)))
    with qtbot.assertNotEmitted(window.canvas.ink_changed):
        window.close()
        QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    assert window.canvas.pointers.contact is None
