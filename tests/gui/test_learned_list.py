import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from hccr_desktop.gui.ink_thumbnail import ink_thumbnail
from hccr_desktop.gui.learned_list import INK_ROLE, STORY_ROLE, LearnedFilter, LearnedModel, is_found
from hccr_desktop.gui.learning_jobs import LearnedEntry
from tests.gui.lessons import SLANT

BAO = LearnedEntry(7, "鲍", ("bào",), "鸵", 1_790_000_000, is_in_use=True)
HANG = LearnedEntry(5, "行", ("xíng", "háng"), None, 1_780_000_000, is_in_use=False)
LYU = LearnedEntry(3, "绿", ("lǜ",), None, 1_770_000_000, is_in_use=True)


@pytest.fixture
def model(qtbot: QtBot) -> LearnedModel:
    made = LearnedModel()
    made.set_entries((BAO, HANG, LYU))
    return made


def test_model_keeps_qts_rules(model: LearnedModel, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)


def test_row_speaks_character_reading_and_story(model: LearnedModel) -> None:
    spoken = str(model.index(0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken.startswith("鲍, bào, ")
    assert spoken.endswith("instead of 鸵")
    assert "not in use yet" in str(model.index(1).data(STORY_ROLE))
    assert "instead" not in str(model.index(1).data(STORY_ROLE))


def test_drawings_are_asked_for_once_and_together(model: LearnedModel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(model.inks_wanted) as wanted:
        assert model.index(0).data(INK_ROLE) is None
        assert model.index(2).data(INK_ROLE) is None
        assert model.index(0).data(INK_ROLE) is None
    assert wanted.args == [(7, 3)]
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.add_inks({7: SLANT, 99: None})
    assert changed.args[2] == [], "views paint nothing anew for roles that they do not know"
    with qtbot.assertNotEmitted(model.inks_wanted, wait=20):
        assert model.index(0).data(INK_ROLE) == SLANT


@pytest.mark.parametrize(
    ("entry", "query", "expected"),
    [
        (BAO, "鲍", True),
        (BAO, "鲍鱼", True),
        (BAO, "行", False),
        (BAO, "bao", True),
        (BAO, "bao4", True),
        (BAO, "bào", True),
        (BAO, "bao1", False),
        (BAO, "ba", True),
        (BAO, "ao", False),
        (HANG, "hang", True),
        (HANG, "xing2", True),
        (LYU, "lv4", True),
        (LYU, "lü", True),
        (LYU, "?!", False),
    ],
)
def test_search_finds_by_character_and_by_pinyin(entry: LearnedEntry, query: str, expected: bool) -> None:
    assert is_found(entry, query) is expected


def test_filter_shows_what_is_found_and_all_for_an_empty_search(model: LearnedModel) -> None:
    rows = LearnedFilter(model)
    rows.search(" hang ")
    assert [rows.index(row, 0).data() for row in range(rows.rowCount())] == ["行"]
    rows.search("")
    assert rows.rowCount() == 3


def test_thumbnail_is_sharp_and_shows_ink_of_any_unit(qtbot: QtBot) -> None:
    small = ink_thumbnail(SLANT, 40, 2.0)
    assert (small.width(), small.devicePixelRatio()) == (80, 2.0)
    large_units = type(SLANT).from_coordinates([[(x * 5000 + 900, y * 5000) for x, y in [(0.2, 0.2), (0.8, 0.9)]]])
    for ink in (SLANT, large_units):
        image = ink_thumbnail(ink, 40, 1.0).toImage()
        assert image.pixelColor(20, 20).lightness() < 100
        assert image.pixelColor(30, 8).lightness() > 200
    assert ink_thumbnail(None, 40, 1.0).toImage().pixelColor(20, 20).lightness() > 200
