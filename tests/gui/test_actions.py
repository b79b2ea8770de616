from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from hccr_desktop import paths
from hccr_desktop.gui.actions import ACTIONS, Actions


def test_actions_no_key_does_two_things(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    keys = Counter(key.toString() for action in Actions(window) for key in action.shortcuts())
    assert {key: count for key, count in keys.items() if count > 1} == {}


def test_actions_every_verb_has_the_keys_it_is_described_with(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    table = Actions(window)
    wanted = {
        "undo": ("Ctrl+Z", "Backspace"),
        "redo": ("Ctrl+Shift+Z",),
        "clear": ("Esc",),
        "open": ("Ctrl+O",),
        "paste": ("Ctrl+V",),
        "copy": ("Ctrl+C",),
        "save": ("Ctrl+S",),
        "pick": ("Return", "Enter"),
        "quit": ("Ctrl+Q",),
    }
    for name, keys in wanted.items():
        shortcuts = getattr(table, name).shortcuts()
        assert all(QKeySequence(key) in shortcuts for key in keys), name
    assert [action.shortcut().toString() for action in table.picks] == list("1234567890")


def test_actions_all_have_texts_and_names(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = list(Actions(window))
    assert all(action.text() and action.toolTip() and action.objectName() for action in actions)
    assert len({action.objectName() for action in actions}) == len(actions)


def test_actions_name_icons_that_exist_and_take_the_text_color() -> None:
    for info in ACTIONS:
        if info.icon:
            svg = (paths.resources_dir() / "icons" / f"{info.icon}.svg").read_text(encoding="utf-8")
            assert "currentColor" in svg
