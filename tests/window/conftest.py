"""Fixtures of the tests in a real window."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui.self_test import stored_ink
from tests.window.desktop import REPOSITORY, Display, Pad

StartPad = Callable[..., Pad]


@pytest.fixture(scope="session")
def display() -> Iterator[Display]:
    """One display for all tests; each has a program of its own on it."""
    with Display() as display:
        yield display


@pytest.fixture
def start_pad(display: Display, tmp_path: Path) -> Iterator[StartPad]:
    """Starts programs that end with the test."""
    started: list[Pad] = []

    def start(*arguments: str, launcher: Sequence[str] = (), **variables: str) -> Pad:
        pad = Pad(display, tmp_path / "config", *arguments, launcher=launcher, **variables)
        started.append(pad)
        pad.wait_until_ready()
        return pad

    yield start
    for pad in started:
        with pad:
            pass


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures for a person to look at go; not committed."""
    folder = REPOSITORY / "window-screenshots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def bao() -> Ink:
    """Ink of 鲍, drawn by us."""
    return stored_ink()[1]
