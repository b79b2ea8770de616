"""Without a screen the program ends with one sentence."""

import os
import subprocess
import sys

import pytest

from hccr_desktop.gui.display import display_problem

NO_SCREEN = {"HOME": "/home/someone"}


@pytest.mark.parametrize(
    ("words", "environment", "system"),
    [
        ([], {"DISPLAY": ":0"}, "linux"),
        ([], {"WAYLAND_DISPLAY": "wayland-0"}, "linux"),
        ([], {"QT_QPA_PLATFORM": "offscreen"}, "linux"),
        (["-platform", "offscreen"], {}, "linux"),
        ([], NO_SCREEN, "win32"),
        ([], NO_SCREEN, "darwin"),
    ],
)
def test_display_that_may_be_there_is_no_problem(words: list[str], environment: dict[str, str], system: str) -> None:
    assert display_problem(["hccr-desktop", *words], environment, system) is None


@pytest.mark.parametrize("environment", [NO_SCREEN, {"DISPLAY": "", "WAYLAND_DISPLAY": ""}])
def test_display_that_cannot_be_there_is_told_of(environment: dict[str, str]) -> None:
    problem = display_problem(["hccr-desktop"], environment, "linux")
    assert problem is not None
    assert "DISPLAY" in problem


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set."),
        ({"DISPLAY": ":98765"}, "The window cannot be opened: could not connect to display :98765."),
        ({"QT_QPA_PLATFORM": "paper"}, 'The window cannot be opened: Could not find the Qt platform plugin "paper"'),
    ],
)
def test_program_without_a_screen_ends_with_one_sentence(variables: dict[str, str], sentence: str) -> None:
    unset = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "HCCR_LOG_LEVEL"}
    environment = {name: value for name, value in os.environ.items() if name not in unset} | variables
    command = [sys.executable, "-m", "hccr_desktop"]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=100)
    assert ended.returncode == 1
    assert ended.stderr.startswith(sentence)
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""
