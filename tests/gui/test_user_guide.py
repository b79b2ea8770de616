"""The two user guides: what they name must be there, and what is there must be in them."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from hccr_desktop.cli import _parser
from hccr_desktop.gui.actions import Actions
from tools import guide_keys

EN, ZH = guide_keys.GUIDES["en"], guide_keys.GUIDES["zh_CN"]
IMAGES_LIMIT_BYTES = 1_500_000
both = pytest.mark.parametrize("language", guide_keys.GUIDES)


def text_of(language: str) -> str:
    return guide_keys.GUIDES[language].read_text("utf-8")


def prose(language: str) -> str:
    text = text_of(language)
    return text.partition(guide_keys.BEGIN)[0] + text.partition(guide_keys.END)[2]


def keys_in(text: str) -> set[str]:
    return set(re.findall(r"<kbd>(.+?)</kbd>", text))


def images() -> set[Path]:
    return {
        EN.parent / name
        for language in guide_keys.GUIDES
        for name in re.findall(r"!\[.+?\]\((.+?)\)", text_of(language))
    }


@both
def test_every_key_in_the_guide_does_something_in_the_window(qtbot: QtBot, language: str) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    bound = {keys.toString() for action in Actions(window) for keys in action.shortcuts()}
    named = {QKeySequence(key).toString() for key in keys_in(text_of(language))}
    assert len(named) > 30
    assert named - bound == set()


@both
def test_tables_of_the_guide_are_those_of_the_menus(qtbot: QtBot, language: str) -> None:
    text = text_of(language)
    assert guide_keys.with_tables(text, guide_keys.tables(language)) == text, "run tools/guide_keys.py"


def test_every_verb_of_the_window_is_in_the_guide(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    tables = text_of("en").partition(guide_keys.BEGIN)[2]
    for action in Actions(window):
        for key in guide_keys.keys_of([action]):
            assert f"<kbd>{key}</kbd>" in tables, f"{action.objectName()} is in no menu"


def test_both_guides_tell_the_same_keys_in_the_same_order() -> None:
    found = [re.findall(r"<kbd>(.+?)</kbd>", prose(language)) for language in guide_keys.GUIDES]
    assert found[0] == found[1]


def test_both_guides_have_the_same_sections_and_pictures() -> None:
    headings, pictures = (
        [len(re.findall(pattern, prose(language), re.MULTILINE)) for language in guide_keys.GUIDES]
        for pattern in (r"^## ", r"^!\[")
    )
    assert headings[0] == headings[1] == 12
    assert pictures[0] == pictures[1] >= 8


@both
def test_links_within_the_guide_lead_to_headings(language: str) -> None:
    text = text_of(language)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#(.+?)\)", text)) <= anchors


def test_pictures_of_the_guides_exist_and_are_small() -> None:
    assert images()
    assert [str(path) for path in images() if not path.is_file()] == []
    assert sum(path.stat().st_size for path in images()) <= IMAGES_LIMIT_BYTES
    folder = EN.parent / "images" / "guide"
    assert {path for path in folder.iterdir() if path not in images()} == set(), "shown in no guide"


@both
def test_every_command_in_the_guide_is_understood(language: str) -> None:
    lines = [line.partition("#")[0].partition(">")[0].split() for line in text_of(language).splitlines()]
    commands = [words for words in lines if words[:1] == ["hccr"]]
    assert {words[1] for words in commands} == {"recognize", "explain", "info", "evaluate", "import-weights"}
    for words in commands:
        _parser().parse_args(words[1:])


def test_a_guide_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        guide_keys.with_tables("# Using it\n", "")
