import numpy as np
import pytest
from PySide6.QtCore import QLocale, QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.candidate import Candidate
from hccr_desktop.gui.candidate_list import (
    CONFIDENCE_ROLE,
    IS_SURE_ROLE,
    CandidateModel,
    CandidateView,
    ConfidenceDelegate,
    percent_text,
)
from hccr_desktop.lexicon.lexicon import Lexicon

FEW = tuple(Candidate(character, confidence) for character, confidence in (("鲍", 0.9996), ("鸵", 0.0003)))
OTHERS = (Candidate("一", 0.6), Candidate("二", 0.3))
MANY = tuple(Candidate(chr(0x4E00 + row), 0.05) for row in range(12))


@pytest.fixture
def view(qtbot: QtBot) -> CandidateView:
    view = CandidateView()
    qtbot.addWidget(view)
    view.resize(360, 500)
    view.show()
    qtbot.waitExposed(view)
    return view


def test_candidate_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    model = CandidateModel()
    qtmodeltester.check(model)
    for candidates in (FEW, OTHERS, MANY, (), FEW):
        model.set_candidates(candidates)
        qtmodeltester.check(model)


def test_candidate_model_answers_its_roles() -> None:
    model = CandidateModel()
    model.set_candidates(FEW)
    first = model.index(0)
    assert model.data(first) == "鲍"
    assert model.data(first, CONFIDENCE_ROLE) == 0.9996
    assert model.data(first, Qt.ItemDataRole.ToolTipRole) == "U+9C8D"
    assert model.data(first, Qt.ItemDataRole.AccessibleTextRole) == "1, 鲍, 99 percent"
    assert model.data(QModelIndex()) is None


def test_candidate_model_of_equal_length_changes_rows_without_a_reset(qtbot: QtBot) -> None:
    model = CandidateModel()
    model.set_candidates(FEW)
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged):
        model.set_candidates(OTHERS)
    with qtbot.assertNotEmitted(model.dataChanged), qtbot.assertNotEmitted(model.modelReset):
        model.set_candidates(OTHERS)


def test_percent_text_never_rounds_up_to_certainty() -> None:
    QLocale.setDefault(QLocale(QLocale.Language.English))
    assert percent_text(0.9998) == "99.9\u202f%"
    assert percent_text(1.0) == "100.0\u202f%"
    assert percent_text(0.0) == "0.0\u202f%"


def test_candidate_view_selects_the_first_row_of_every_answer(view: CandidateView) -> None:
    assert view.current_row == -1
    view.show_candidates(MANY)
    view.move_selection(3)
    assert view.current_row == 3
    view.show_candidates(tuple(reversed(MANY)))
    assert view.current_row == 0
    view.show_candidates(())
    assert view.current_row == -1


def test_candidate_view_keeps_the_selection_where_only_being_sure_changes(view: CandidateView) -> None:
    answer = [Candidate("鲍", 0.9), Candidate("鸵", 0.1)]
    view.show_candidates(answer)
    view.setCurrentIndex(view.model().index(1, 0))

    view.show_candidates(answer, is_sure=False)
    assert view.currentIndex().row() == 1

    view.show_candidates([Candidate("鲍", 0.8), Candidate("鸵", 0.2)])
    assert view.currentIndex().row() == 0


def test_candidate_view_selection_stops_at_the_ends(view: CandidateView) -> None:
    view.show_candidates(FEW)
    view.move_selection(-1)
    assert view.current_row == 0
    view.move_selection(5)
    assert view.current_row == 1


def test_candidate_view_click_picks_the_row_under_it(view: CandidateView, qtbot: QtBot) -> None:
    view.show_candidates(MANY)
    at = view.visualRect(view.model().index(2, 0)).center()
    with qtbot.waitSignal(view.picked) as picked:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == [2]


def test_candidate_view_fits_ten_rows_into_its_height(view: CandidateView) -> None:
    view.show_candidates(MANY[:10])
    QTest.qWait(0)
    assert view.visualRect(view.model().index(9, 0)).bottom() <= view.viewport().height()
    assert view.verticalScrollBar().maximum() == 0


def test_candidate_view_says_what_it_is_for_while_empty(view: CandidateView) -> None:
    bare = view.grab().toImage()
    view.set_placeholder("Candidates appear here")
    assert view.grab().toImage() != bare


def drawn(confidence: float, *, is_sure: bool = True, is_selected: bool = False) -> np.ndarray:
    """The pixels of a row that have more or less of the accent color, (height, width) bool."""
    model = CandidateModel()
    model.set_candidates([Candidate("鲍", confidence)], is_sure=is_sure)
    delegate = ConfidenceDelegate()
    image = QImage(400, 80, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 400, 80)
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Accent, QColor(255, 0, 0))
    option.palette = palette
    option.state = QStyle.StateFlag.State_Enabled
    if is_selected:
        option.state |= QStyle.StateFlag.State_Selected
    painter = QPainter(image)
    delegate.paint(painter, option, model.index(0))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(80, 400, 4)
    if is_selected:
        return pixels[..., 2].astype(int) - pixels[..., 1] > 20
    return (pixels[..., 2] > 200) & (pixels[..., 1] < 60) & (pixels[..., 0] < 60)


def test_confidence_delegate_draws_a_bar_as_long_as_the_confidence() -> None:
    lengths = [int(drawn(confidence).any(axis=0).sum()) for confidence in (0.0, 0.25, 0.5, 1.0)]
    assert lengths[0] == 0
    assert lengths[1] == pytest.approx(lengths[3] / 4, abs=3)
    assert lengths[2] == pytest.approx(lengths[3] / 2, abs=3)
    assert lengths[3] > 100


def test_confidence_delegate_does_not_highlight_an_unsure_answer() -> None:
    assert drawn(0.4, is_selected=True).sum() > 20_000
    assert drawn(0.4, is_sure=False, is_selected=True).sum() == 0
    assert drawn(0.4, is_sure=False).sum() == 0


def test_candidate_model_says_that_an_answer_is_unsure(qtbot: QtBot) -> None:
    model = CandidateModel()
    model.set_candidates(FEW)
    with qtbot.waitSignal(model.dataChanged):
        model.set_candidates(FEW, is_sure=False)
    assert model.data(model.index(0), IS_SURE_ROLE) is False
    assert model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole) == "2, 鸵, 0 percent, not sure"


def test_confidence_delegate_leaves_the_painter_as_it_was() -> None:
    model = CandidateModel()
    model.set_candidates(FEW)
    image = QImage(400, 80, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    pen, font, hints = painter.pen(), painter.font(), painter.renderHints()
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, 400, 80)
    ConfidenceDelegate().paint(painter, option, model.index(1))
    assert (painter.pen(), painter.font(), painter.renderHints()) == (pen, font, hints)
    assert not painter.hasClipping()
    painter.end()


def test_candidate_view_tells_of_every_other_character_selected_once(view: CandidateView) -> None:
    told: list[str] = []
    view.selected.connect(told.append)
    view.show_candidates(FEW)
    view.show_candidates((*FEW, *OTHERS))
    view.move_selection(1)
    view.show_candidates(OTHERS, selected="二")
    view.show_candidates(MANY, selected="no such")
    view.show_candidates(())
    assert told == ["鲍", "鸵", "二", MANY[0].character, ""]


def test_candidate_view_asks_for_readings_until_it_has_them(view: CandidateView) -> None:
    view.show_candidates(FEW)
    assert view.undescribed == ("鲍", "鸵")
    bare = view.grab().toImage()
    view.add_entries({"鲍": Lexicon.open().entry("鲍")})
    assert view.undescribed == ("鸵",)
    assert view.grab().toImage() != bare
    view.set_has_readings(False)
    assert view.undescribed == ()
