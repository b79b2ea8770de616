"""Readings under the candidates, the details pane, and the search by pinyin, within the window."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.errors import LexiconError
from hccr_desktop.gui.candidate_list import GLOSS_ROLE, READING_ROLE, ConfidenceDelegate
from hccr_desktop.gui.details_pane import DetailsPane
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.lexicon.lexicon import Lexicon
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.fakes import CHARACTERS


def draw(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)


def row(window: MainWindow, number: int, role: int) -> str:
    return str(window.candidates.model().index(number, 0).data(role))


def open_details(window: MainWindow, qtbot: QtBot) -> DetailsPane:
    with qtbot.waitSignal(window._lexicon.looked_up):
        QTest.keyClick(window.canvas, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert window.readings.pane is not None
    return window.readings.pane


def text(pane: DetailsPane, name: str) -> str:
    return pane.findChild(QLabel, f"details_{name}").text()


def test_candidates_get_reading_and_meaning(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    with qtbot.waitSignal(window._lexicon.described):
        draw(window, qtbot)
    assert row(window, 0, READING_ROLE) == "bào"
    assert row(window, 0, GLOSS_ROLE) == "abalone; surname"
    assert row(window, 2, READING_ROLE) == "pǎo, páo"
    accessible = Qt.ItemDataRole.AccessibleTextRole
    assert row(window, 0, accessible) == "1, 鲍, 90 percent, bào, abalone; surname"
    assert row(window, 0, Qt.ItemDataRole.ToolTipRole).startswith("U+9C8D\nbào: abalone")


def test_candidates_known_already_are_not_asked_for_again(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    with qtbot.waitSignal(window._lexicon.described):
        draw(window, qtbot)
    with qtbot.assertNotEmitted(window._lexicon.described), qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    assert row(window, 0, READING_ROLE) == "bào"


def test_window_without_a_dictionary_says_so_and_goes_on(make_window: MakeWindow, qtbot: QtBot) -> None:
    def fail() -> Lexicon:
        raise LexiconError("dictionary.bin cannot be read.")

    window = make_window(open_lexicon=fail)
    with qtbot.waitSignal(window.readings.failed):
        draw(window, qtbot)
    assert window.status.message == "dictionary.bin cannot be read."
    assert "".join(candidate.character for candidate in window.candidates.candidates) == CHARACTERS
    draw_stroke(window.canvas, BAR)
    window.pick(0)
    assert window.compose.line.text == CHARACTERS[0]
    window.actions_table.details.trigger()
    assert window.readings.is_open


def test_window_missing_dictionary_file_is_named(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window(open_lexicon=lambda: Lexicon.open(tmp_path))
    with qtbot.waitSignal(window.readings.failed):
        draw(window, qtbot)
    assert "dictionary.bin" in window.status.message


def test_details_tell_of_the_selected_candidate(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    pane = open_details(window, qtbot)
    assert text(pane, "character") == "鲍"
    assert text(pane, "readings") == "bào"
    assert text(pane, "radical") == "鱼 (no. 195) + 5"
    assert text(pane, "strokes") == "13"
    assert text(pane, "traditional") == "鮑"
    assert text(pane, "code") == "U+9C8D"
    assert "abalone" in text(pane, "senses")
    assert pane.stroke_order.order.character == "鲍"
    assert pane.ink_sheet.ink is window.canvas.ink
    with qtbot.waitSignal(window._lexicon.looked_up):
        QTest.keyClick(window.canvas, Qt.Key.Key_Down)
    assert text(pane, "character") == CHARACTERS[1]


def test_details_stay_after_a_pick_until_there_is_more_to_tell(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    pane = open_details(window, qtbot)
    ink = window.canvas.ink
    window.pick(0)
    assert text(pane, "character") == "鲍"
    assert pane.ink_sheet.ink is ink


def test_details_close_again_and_stop_their_animation(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    width = window.width()
    draw(window, qtbot)
    pane = open_details(window, qtbot)
    assert pane.stroke_order.is_playing
    window.actions_table.details.trigger()
    assert not window.readings.is_open
    assert not pane.stroke_order.is_playing
    qtbot.waitUntil(lambda: window.width() <= width)


def test_details_are_open_again_after_a_restart(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.actions_table.details.trigger()
    window.close()
    stored, _ = SettingsStore().load()
    assert stored == Settings(details_shown=True)
    again = make_window(settings=stored)
    qtbot.waitUntil(lambda: again.readings.is_open)
    assert again.actions_table.details.isChecked()


def test_pane_is_made_once_the_model_is_open_and_stays_hidden(make_window: MakeWindow) -> None:
    window = make_window()
    pane = window.readings.pane
    assert pane is not None
    assert pane.isHidden()
    assert not window.readings.is_open
    window.readings.prepare()
    assert window.readings.pane is pane


def test_candidates_stand_where_they_belong_before_the_opened_pane_is_painted(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    measure = ConfidenceDelegate.sizeHint
    monkeypatch.setattr(ConfidenceDelegate, "sizeHint", lambda *rest: asked.append(rest) or measure(*rest))
    window = make_window()
    with qtbot.waitSignal(window._lexicon.described):
        draw(window, qtbot)
    before = window.candidates.width()
    asked.clear()
    window.actions_table.details.trigger()  # no event is handled from here on
    assert window.candidates.width() != before
    assert asked, "they are laid out in their first painting, and so painted twice"


def test_search_finds_by_pinyin_and_takes_what_is_found(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    QTest.keyClick(window.canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    pane = window.readings.pane
    assert pane.search.hasFocus()
    with qtbot.waitSignal(window._lexicon.looked_up):
        QTest.keyClicks(pane.search, "bao4")
        qtbot.waitUntil(lambda: pane.details is not None)
    assert "鲍" in pane.found_characters
    first = pane.found_characters[0]
    assert text(pane, "character") == first
    with qtbot.waitSignal(window._lexicon.looked_up):
        QTest.keyClick(pane.search, Qt.Key.Key_Down)
    second = pane.found_characters[1]
    assert text(pane, "character") == second
    QTest.keyClick(pane.search, Qt.Key.Key_Return)
    assert window.compose.line.text == second
    assert pane.search.text() == "bao4"
    QTest.keyClick(pane.search, Qt.Key.Key_Escape)
    assert window.canvas.hasFocus()


def test_search_without_an_answer_says_so(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    window.actions_table.find_pinyin.trigger()
    pane = window.readings.pane
    with qtbot.waitSignal(window._lexicon.found):
        pane.search.setText("xyz")
    assert pane.found_characters == ""
    assert pane._found.item(0).text() == "No character is read so."
    QTest.keyClick(pane.search, Qt.Key.Key_Return)
    assert window.compose.line.text == ""
    pane.search.clear()
    assert pane._found.isHidden()
