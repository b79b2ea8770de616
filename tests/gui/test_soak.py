"""The soak's own care of the keyboard, which no window manager hands on where it runs."""

import random
from types import SimpleNamespace

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from tools.soak import LostAnswerError, Soak


class FakeDesktop:
    """A window with one dialog, and a server that gives the dialog the keyboard after some rounds of events."""

    def __init__(self, *, rounds: int) -> None:
        self.rounds_left = rounds
        self.closed_with_rounds_left: list[int] = []

    def pass_events(self, *_: object) -> None:
        self.rounds_left = max(0, self.rounds_left - 1)

    def close(self) -> None:
        self.closed_with_rounds_left.append(self.rounds_left)


def soak_on(desktop: FakeDesktop, *, has_keyboard: bool) -> Soak:
    dialog = SimpleNamespace(
        isVisible=lambda: True, isActiveWindow=lambda: not desktop.rounds_left, close=desktop.close
    )
    action = SimpleNamespace(trigger=lambda: None, text=lambda: "Settings")
    soak = Soak.__new__(Soak)
    soak._chance = random.Random(1)
    soak._application = SimpleNamespace(processEvents=desktop.pass_events)
    soak.window = SimpleNamespace(
        findChildren=lambda _: [dialog],
        isActiveWindow=lambda: has_keyboard,
        canvas=SimpleNamespace(setFocus=lambda: None),
        actions_table=SimpleNamespace(settings=action, about=action, privacy=action, history=action, shortcuts=action),
    )
    return soak


def test_a_dialog_is_closed_only_once_it_has_the_keyboard() -> None:
    desktop = FakeDesktop(rounds=10)
    soak_on(desktop, has_keyboard=True)._show_dialog()
    assert desktop.closed_with_rounds_left == [0]


def test_a_key_that_would_go_nowhere_is_told_of() -> None:
    soak = soak_on(FakeDesktop(rounds=0), has_keyboard=False)
    with pytest.raises(LostAnswerError, match="does not have the keyboard for Key_Escape"):
        soak._key("Key_Escape")


def test_what_is_to_be_deleted_later_does_not_wait_for_the_end(qapp: QApplication) -> None:
    soak = Soak.__new__(Soak)
    soak._application = qapp
    animation = QObject(qapp)
    animation.deleteLater()
    soak._settle()
    assert not shiboken6.isValid(animation)
