"""The settings dialog, and what becomes of what is chosen in it."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QFileDialog, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import SETTINGS, Settings
from hccr_desktop.gui.languages import Languages
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.settings_dialog import SettingsDialog
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.theme import Theme
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import SLANT, draw_stroke

OTHERS = Settings(
    model_path="/models/other.onnx",
    provider="cpu",
    threads=2,
    candidate_count=4,
    copy_on_pick=False,
    append_on_pick=False,
    clear_on_pick=False,
    clear_after_ms=1500,
    learn_from_picks=False,
    language="zh_CN",
    theme="dark",
    guide="tian",
    canvas_percent=70,
    left_handed=True,
    click_to_draw=True,
    animations=False,
)


def opened(window: MainWindow) -> SettingsDialog:
    QTest.keyClick(window.canvas, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    return dialog


def fill(dialog: SettingsDialog, settings: Settings) -> None:
    for info in SETTINGS:
        value = getattr(settings, info.name)
        for kind in (QCheckBox, QSpinBox, QComboBox, QLineEdit):
            field = dialog.findChild(kind, f"setting_{info.name}")
            if isinstance(field, QCheckBox):
                field.setChecked(value)
            elif isinstance(field, QSpinBox):
                field.setValue(value)
            elif isinstance(field, QComboBox):
                field.setCurrentIndex(field.findData(value))
            elif isinstance(field, QLineEdit):
                field.setText(value)


@pytest.mark.parametrize("settings", [Settings(), OTHERS])
def test_dialog_shows_the_settings_it_is_given(qtbot: QtBot, settings: Settings) -> None:
    dialog = SettingsDialog(settings)
    assert dialog.chosen == settings
    dialog.deleteLater()


def test_dialog_gives_every_setting_that_is_chosen(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    fill(dialog, OTHERS)
    with qtbot.waitSignal(dialog.confirmed) as confirmed:
        dialog.accept()
    assert confirmed.args == [OTHERS]


def test_dialog_keeps_to_the_limits_of_the_table(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    box = dialog.findChild(QSpinBox, "setting_candidate_count")
    assert (box.minimum(), box.maximum()) == (1, 50)
    dialog.deleteLater()


def test_dialog_takes_a_model_file(qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings())
    dialog._ask_for_model()
    files = dialog.findChild(QFileDialog, "model_dialog")
    files.fileSelected.emit("/models/a.onnx")
    files.close()
    assert Path(dialog.chosen.model_path) == Path("/models/a.onnx")
    dialog.deleteLater()


def test_window_does_at_once_what_was_chosen_and_keeps_it(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    dialog = opened(window)
    fill(dialog, dataclasses.replace(OTHERS, clear_after_ms=0))
    with (
        qtbot.waitSignals([window.theme_changed, window.language_changed, window._service.recognized]),
    ):
        dialog.accept()
    assert len(window.candidates.candidates) == 4
    window.pick(0)
    assert window.compose.line.text == ""
    assert not window.canvas.ink.is_empty
    assert SettingsStore().load() == (dataclasses.replace(OTHERS, clear_after_ms=0), ())


def test_window_cancelled_dialog_changes_nothing(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    dialog = opened(window)
    fill(dialog, OTHERS)
    with qtbot.assertNotEmitted(window.theme_changed):
        dialog.reject()
    assert SettingsStore().load() == (Settings(), ())


def test_window_does_not_keep_what_the_command_line_set(make_window: MakeWindow) -> None:
    window = make_window(settings=Settings(threads=7))
    dialog = opened(window)
    fill(dialog, Settings(threads=7, clear_on_pick=False))
    dialog.accept()
    assert SettingsStore().load()[0] == Settings(clear_on_pick=False)


def test_theme_follows_the_choice_before_the_system(qapp: QApplication, restored_looks: None) -> None:
    theme = Theme(qapp)
    theme.use("dark")
    assert qapp.palette().window().color().lightness() < 80
    theme.use("light")
    assert qapp.palette().window().color().lightness() > 200
    theme.use("system")
    assert qapp.palette().window().color().lightness() > 200  # offscreen knows no scheme, which counts as light
    theme.deleteLater()


def test_language_changes_while_the_window_is_open(
    make_window: MakeWindow, qtbot: QtBot, qapp: QApplication, restored_looks: None
) -> None:
    window = make_window()
    languages = Languages(qapp)
    languages.use("zh_CN")
    qtbot.waitUntil(lambda: window.actions_table.undo.iconText() == "撤销")
    assert QLocale().language() == QLocale.Language.Chinese
    languages.use("en")
    qtbot.waitUntil(lambda: window.actions_table.undo.iconText() == "Undo")
    for translator in languages._installed:
        qapp.removeTranslator(translator)
    languages.deleteLater()
