"""Keys, screen reader, size of text, staying on top: what makes the window usable for everyone."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAccessible, QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QScrollBar,
    QSpinBox,
    QToolBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui.actions import ACTIONS, PICK_KEYS, Actions
from hccr_desktop.gui.compose_panel import ComposePanel
from hccr_desktop.gui.focus_frame import PROPERTY
from hccr_desktop.gui.housekeeping import Housekeeping
from hccr_desktop.gui.icons import ICON_SIZE_PX
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.privacy_dialog import PrivacyDialog
from hccr_desktop.gui.settings_dialog import SettingsDialog
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.shortcuts_dialog import ShortcutsDialog, keys_text, without_mnemonic
from hccr_desktop.gui.text_size import TextSize
from hccr_desktop.gui.theme import STYLE_SHEET, Theme
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import SLANT, draw_stroke
from tests.gui.houses import housekeeping_of

# Always on top


def is_on_top(window: MainWindow) -> bool:
    return bool(window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint)


def test_window_stays_on_top_once_that_is_chosen_and_remembers_it(make_window: MakeWindow) -> None:
    window = make_window()
    housekeeping_of(window)
    place = window.geometry()
    window.actions_table.always_on_top.trigger()
    assert is_on_top(window)
    assert window.isVisible()
    assert window.geometry() == place
    assert SettingsStore().load()[0].always_on_top
    window.actions_table.always_on_top.trigger()
    assert not is_on_top(window)
    assert not SettingsStore().load()[0].always_on_top


def test_window_comes_up_on_top_where_that_is_stored(make_window: MakeWindow) -> None:
    settings = Settings(always_on_top=True)
    window = make_window(settings=settings)
    housekeeping_of(window, settings)
    assert is_on_top(window)
    assert window.actions_table.always_on_top.isChecked()


def test_window_on_wayland_says_why_it_cannot_stay_on_top(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
    house = housekeeping_of(window)
    action = window.actions_table.always_on_top
    assert not action.isEnabled()
    assert "Wayland" in action.toolTip()
    QCoreApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
    qtbot.waitUntil(lambda: "Wayland" in action.toolTip())
    window.apply_settings(Settings(always_on_top=True))
    assert not is_on_top(window)
    assert house.history.dialog is None
    dialog = SettingsDialog(Settings(), window)
    assert not dialog.findChild(QCheckBox, "setting_always_on_top").isEnabled()
    dialog.deleteLater()


def test_window_that_goes_right_after_a_change_of_language_is_left_alone(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    house = housekeeping_of(window)
    with qtbot.captureExceptions() as exceptions:
        QCoreApplication.sendEvent(window, QEvent(QEvent.Type.LanguageChange))
        shiboken6.delete(house._on_top)
        shiboken6.delete(window.actions_table.always_on_top)
        QTest.qWait(0)
    assert exceptions == []


# Keys


def shortcuts(window: MainWindow) -> ShortcutsDialog:
    QTest.keyClick(window.canvas, Qt.Key.Key_F1)
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    return dialog


def listed(dialog: ShortcutsDialog) -> dict[str, str]:
    tops = [dialog.tree.topLevelItem(number) for number in range(dialog.tree.topLevelItemCount())]
    items = [top.child(number) for top in tops for number in range(top.childCount())]
    return {item.text(0): item.text(1) for item in items}


def test_help_lists_every_action_that_has_a_key(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    dialog = shortcuts(window)
    expected = {
        without_mnemonic(action.text()): keys_text(action) for action in window.actions_table if action.shortcuts()
    }
    assert listed(dialog) == expected
    assert listed(dialog)["Undo"].split(", ")[0] == "Ctrl+Z"
    assert len(expected) > len(PICK_KEYS) + 20
    dialog.close()


def test_help_names_the_groups_as_the_menus_do(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    dialog = shortcuts(window)
    titles = [dialog.tree.topLevelItem(number).text(0) for number in range(dialog.tree.topLevelItemCount())]
    menus = [without_mnemonic(action.text()) for action in window.menuBar().actions()]
    assert titles == [title for title in menus if title in titles]
    assert {"File", "Edit", "Candidates", "View", "Help"} <= set(titles)
    dialog.close()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&Open picture…", "Open picture"),
        ("打开图片(&O)…", "打开图片"),
        ("Cut && paste", "Cut & paste"),
        ("Undo", "Undo"),
    ],
)
def test_mnemonics_are_not_shown_in_help(text: str, plain: str) -> None:
    assert without_mnemonic(text) == plain


def test_every_action_is_in_a_menu(make_window: MakeWindow) -> None:
    window = make_window()
    found: list[QAction] = []

    def collect(actions: list[QAction]) -> None:
        for action in actions:
            if action.menu() is not None:
                collect(action.menu().actions())
            else:
                found.append(action)

    collect(window.menuBar().actions())
    names = {action.objectName() for action in found}
    assert {f"action_{info.name}" for info in ACTIONS} <= names


def test_no_two_actions_have_one_key(make_window: MakeWindow) -> None:
    window = make_window()
    keys = [keys.toString() for action in window.actions_table for keys in action.shortcuts()]
    assert len(keys) == len(set(keys))


def focusable(window: MainWindow) -> set[str]:
    """Names of what Tab leads to, all the way round."""
    reached: set[str] = set()
    widget: QWidget | None = window.canvas
    for _ in range(40):
        if widget is None:
            break
        reached.add(widget.objectName())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        widget = QApplication.focusWidget()
    return reached


def test_tab_leads_to_canvas_candidates_text_and_back(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    qtbot.waitUntil(window.isActiveWindow)
    window.canvas.setFocus()
    assert {"ink_canvas", "candidate_view", "compose_line"} <= focusable(window)


def test_cards_show_which_of_them_has_the_keyboard(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    qtbot.waitUntil(window.isActiveWindow)
    for focused, card in ((window.candidates, window.card), (window.compose.line, window.compose)):
        focused.setFocus()
        qtbot.waitUntil(lambda card=card: card.property(PROPERTY) is True)
        window.canvas.setFocus()
        qtbot.waitUntil(lambda card=card: card.property(PROPERTY) is False)


def test_settings_dialog_has_no_key_twice_on_a_page(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    tabs = [dialog.pages.tabText(number) for number in range(dialog.pages.count())]
    for number in range(dialog.pages.count()):
        page = dialog.pages.widget(number)
        texts = [widget.text() for widget in page.findChildren(QWidget) if hasattr(widget, "text")]
        keys = [text[text.index("&") + 1].lower() for text in (*texts, *tabs) if isinstance(text, str) and "&" in text]
        assert len(keys) == len(set(keys)), (dialog.pages.tabText(number), sorted(keys))
    dialog.deleteLater()


def test_settings_dialog_names_every_field_for_a_screen_reader(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    fields = [field for kind in (QSpinBox, QComboBox, QCheckBox) for field in dialog.findChildren(kind)]
    lines = [field for field in dialog.findChildren(QLineEdit) if field.objectName().startswith("setting_")]
    assert len(fields) > 10
    for field in (*fields, *lines):
        name = QAccessible.queryAccessibleInterface(field).text(QAccessible.Text.Name)
        assert name, field.objectName()
    dialog.deleteLater()


def test_settings_dialog_leads_to_the_users_data(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    window.show_settings()
    settings = window.findChild(SettingsDialog)
    settings.findChild(QSpinBox, "setting_history_limit").setValue(77)
    settings.findChild(QPushButton, "show_user_data").click()
    assert window._settings.history_limit == 77
    dialog = window.findChild(PrivacyDialog)
    assert dialog.isVisible()
    dialog.close()


# Screen reader


@pytest.fixture
def screen_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """One is listening."""
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)


def heard(house: Housekeeping) -> list[str]:
    said: list[str] = []
    house.announcer.announced.connect(said.append)
    return said


def test_first_candidate_is_announced(make_window: MakeWindow, qtbot: QtBot, screen_reader: None) -> None:
    window = make_window()
    said = heard(housekeeping_of(window))
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    assert said[0] == "1, 鲍, 90 percent"
    window.pick(0)
    assert said[-1] == "Copied 鲍"


def test_an_answer_that_stays_the_same_is_announced_once(
    make_window: MakeWindow, qtbot: QtBot, screen_reader: None
) -> None:
    window = make_window()
    said = heard(housekeeping_of(window))
    for _ in range(2):
        with qtbot.waitSignal(window._service.recognized):
            draw_stroke(window.canvas, SLANT)
    assert sum(text.startswith("1, 鲍, 90 percent") for text in said) <= 2  # once more with its reading


def test_nothing_is_announced_without_a_screen_reader(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    said = heard(housekeeping_of(window))
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    assert QAccessible.isActive() is False
    assert said == []


def test_every_part_of_the_window_has_a_name_for_the_screen_reader(make_window: MakeWindow) -> None:
    window = make_window()
    for widget in (window.canvas, window.candidates, window.compose.line):
        assert widget.accessibleName()


# Size of text


@pytest.fixture
def text_size(qapp: QApplication) -> Iterator[TextSize]:
    """Changes the application's font, which the test run gets back."""
    font = qapp.font()
    size = TextSize(qapp)
    yield size
    qapp.setFont(font)
    size.deleteLater()


@pytest.mark.parametrize("percent", [100, 125, 150, 200])
def test_text_grows_and_nothing_is_cut_off(
    make_window: MakeWindow, qtbot: QtBot, text_size: TextSize, percent: int
) -> None:
    window = make_window()
    house = housekeeping_of(window)
    house.text_percent_changed.connect(text_size.use)
    before = window.candidates.fontMetrics().height()
    line_before = window.compose.line.fontMetrics().height()
    window.apply_settings(Settings(text_percent=percent))
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    assert window.candidates.fontMetrics().height() == pytest.approx(before * percent / 100, abs=2)
    assert window.compose.line.fontMetrics().height() == pytest.approx(line_before * percent / 100, abs=3)
    assert window.findChild(QToolBar).iconSize().width() == round(ICON_SIZE_PX * percent / 100)
    row = window.candidates.sizeHintForIndex(window.candidates.model().index(1, 0))
    assert row.height() >= 2 * window.candidates.fontMetrics().height()
    qtbot.waitUntil(lambda: window.compose.line.height() >= window.compose.line.fontMetrics().height())
    window.apply_settings(Settings())
    qtbot.waitUntil(lambda: window.candidates.fontMetrics().height() == before)


def test_details_pane_grows_with_the_text(make_window: MakeWindow, qtbot: QtBot, text_size: TextSize) -> None:
    window = make_window()
    window.actions_table.details.trigger()
    pane = window.readings.pane
    before = pane._character.font().pixelSize(), pane.sizeHint().height()
    text_size.use(200)
    qtbot.waitUntil(lambda: pane._character.font().pixelSize() > 1.8 * before[0])
    assert pane.sizeHint().height() > 1.8 * before[1]


def test_text_size_of_the_system_leaves_the_font_alone(qapp: QApplication, text_size: TextSize) -> None:
    before = qapp.font()
    text_size.use(100)
    assert qapp.font() == before


def test_tool_bar_leaves_out_texts_before_a_button_falls_off(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    bar = window.findChild(QToolBar)
    wide = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    window.resize(2000, 700)
    qtbot.waitUntil(lambda: bar.toolButtonStyle() == wide)
    window.resize(window.minimumSizeHint().width(), 700)
    qtbot.waitUntil(lambda: bar.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly)
    last = bar.widgetForAction(window.actions_table.settings)
    qtbot.waitUntil(lambda: last.isVisible() and last.geometry().right() < bar.width())
    window.resize(2000, 700)
    qtbot.waitUntil(lambda: bar.toolButtonStyle() == wide)


def test_text_keeps_its_size_when_the_theme_changes(qapp: QApplication, text_size: TextSize, qtbot: QtBot) -> None:
    panel = ComposePanel(Actions(qapp), None)
    qtbot.addWidget(panel)
    panel.show()
    before = panel.line.font().pointSizeF()
    sheet = qapp.styleSheet()
    text_size.use(200)
    qapp.setStyleSheet("")
    qapp.setStyleSheet(STYLE_SHEET)
    qtbot.waitUntil(lambda: panel.line.font().pointSizeF() == 2 * before)
    assert panel.line.viewport().font().pointSizeF() == 2 * before
    qapp.setStyleSheet(sheet)


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_focus_is_seen_on_everything_that_takes_it(
    make_window: MakeWindow, qtbot: QtBot, restored_looks: None, qapp: QApplication, scheme: Qt.ColorScheme
) -> None:
    theme = Theme(qapp)
    theme.apply(scheme)
    window = make_window()
    house = housekeeping_of(window)
    window.show_settings()
    settings = window.findChild(SettingsDialog)
    for number in range(settings.pages.count()):
        settings.pages.setCurrentIndex(number)
        assert_focus_is_seen(settings, qtbot)
    settings.reject()
    house.show_user_data()
    data = window.findChild(PrivacyDialog)
    assert_focus_is_seen(data, qtbot)
    data.reject()
    house.history.show()
    assert_focus_is_seen(house.history.dialog, qtbot)
    house.history.close()
    assert_focus_is_seen(window, qtbot)
    theme.deleteLater()


def assert_focus_is_seen(top: QWidget, qtbot: QtBot) -> None:
    """The window looks another way for each widget that Tab leads to."""
    top.activateWindow()
    qtbot.waitUntil(top.isActiveWindow)
    inner = (QScrollBar, QDialogButtonBox)
    widgets = [
        widget
        for widget in top.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.window() is top
        and not isinstance(widget, inner)
        and not isinstance(widget.parent(), QAbstractSpinBox)
    ]
    assert widgets
    for widget in widgets:
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        top.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)  # as a pressed Tab does
        seen = top.grab().toImage()
        widget.clearFocus()
        assert seen != top.grab().toImage(), f"{type(widget).__name__} {widget.objectName()}"
