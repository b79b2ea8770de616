"""A page of several characters for a fake recognizer, opened in the window."""

from pathlib import Path

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.page_desk import PageDesk
from tests.gui.fakes import CHARACTERS

FIRST = CHARACTERS[0]
ROWS, COLUMNS = 3, 6
"""Of the page that :func:`write_page` makes: more than could be the parts of one character, since the fake is as sure
of the whole page as of each part."""


def write_page(path: Path, *, rows: int = ROWS, columns: int = COLUMNS) -> Path:
    """Crossed squares, which no separation takes for more than one character each."""
    page = np.full((rows * 90 + 30, columns * 80 + 30), 255, np.uint8)
    for row in range(rows):
        for column in range(columns):
            square = page[30 + row * 90 : 80 + row * 90, 30 + column * 80 : 80 + column * 80]
            square[:5], square[-5:], square[:, :5], square[:, -5:] = 0, 0, 0, 0
            square[23:28], square[:, 23:28] = 0, 0
    Image.fromarray(page).save(path)
    return path


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> PageDesk:
    """Open a picture and wait until its characters are read."""
    with qtbot.waitSignal(window._service.pages.read, timeout=20_000):
        window.open_picture(path)
    return window.pictures.page
