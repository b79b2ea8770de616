"""Learning as the user meets it: picks, "This is …", the notice, the setting, pictures, and what goes wrong."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.settings import Settings
from hccr_desktop.gui import learning_worker
from hccr_desktop.gui.drawing_history import Picture
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.teach_dialog import TeachDialog
from hccr_desktop.imaging.rasterize import ink_to_model_image
from hccr_desktop.personal import memory_database
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.fakes import CHARACTERS
from tests.gui.lessons import SLANT as SLANT_INK
from tests.gui.lessons import Lock, kept, personal, write

MakeLearner = Callable[..., MainWindow]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "learned.sqlite"


@pytest.fixture
def make_learner(make_window: MakeWindow, path: Path) -> MakeLearner:
    def make(settings: Settings | None = None) -> MainWindow:
        return make_window(personal, settings, memory_path=path)

    return make


def candidates(window: MainWindow) -> str:
    return "".join(candidate.character for candidate in window.candidates.candidates)


def draw(window: MainWindow, qtbot: QtBot, points: tuple[tuple[float, float], ...] = SLANT) -> None:
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, points)


def learned(window: MainWindow, qtbot: QtBot, character: str) -> None:
    qtbot.waitUntil(lambda: window.learning.notice.text == f"Learned {character} ·")


def test_a_pick_that_was_not_first_is_learned_and_counts_at_once(
    make_learner: MakeLearner, path: Path, qtbot: QtBot
) -> None:
    window = make_learner()
    draw(window, qtbot)
    assert candidates(window) == CHARACTERS
    told: list[str] = []
    window.status.told.connect(told.append)
    QTest.keyClick(window.canvas, Qt.Key.Key_5)
    learned(window, qtbot, "鲸")
    assert told == ["Copied 鲸", "Learned 鲸; Ctrl+Shift+T takes it back"]
    assert window.status.message == "Copied 鲸"

    draw(window, qtbot)
    assert candidates(window)[0] == "鲸"
    draw_stroke(window.canvas, BAR)
    qtbot.waitUntil(lambda: candidates(window)[0] == "鲍")  # another drawing is read as before
    window.close()
    assert kept(path) == [("鲸", "鲍")]


def test_the_first_candidate_teaches_nothing(make_learner: MakeLearner, path: Path, qtbot: QtBot) -> None:
    window = make_learner()
    draw(window, qtbot)
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "鲍"
    window.close()
    assert kept(path) == []


def test_undo_in_the_notice_forgets_what_was_learned(make_learner: MakeLearner, path: Path, qtbot: QtBot) -> None:
    window = make_learner()
    draw(window, qtbot)
    window.pick(4)
    learned(window, qtbot, "鲸")
    button = window.learning.notice.findChild(QToolButton, "learned_undo")
    assert button is not None
    assert button.accessibleName() == "Undo: forget 鲸"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.learning.notice.text)
    assert window.status.message == "Forgot 鲸"
    draw(window, qtbot)
    assert candidates(window)[0] == "鲍"
    window.close()
    assert kept(path) == []


def test_taking_back_restores_what_the_drawing_meant_before(
    make_learner: MakeLearner, path: Path, qtbot: QtBot
) -> None:
    window = make_learner(Settings(clear_on_pick=False))
    draw(window, qtbot)
    window.pick(4)
    learned(window, qtbot, "鲸")
    qtbot.waitUntil(lambda: candidates(window)[0] == "鲸")
    window.pick(candidates(window).index("鲤"))
    learned(window, qtbot, "鲤")
    qtbot.waitUntil(lambda: candidates(window)[0] == "鲤")
    QTest.keyClick(window.canvas, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: candidates(window)[0] == "鲸")
    assert not window.actions_table.unlearn.isEnabled()
    window.close()
    assert [character for character, _ in kept(path)] == ["鲸"]


def test_a_slip_that_is_mended_with_the_first_candidate_is_unlearned(
    make_learner: MakeLearner, path: Path, qtbot: QtBot
) -> None:
    window = make_learner(Settings(clear_on_pick=False))
    draw(window, qtbot)
    window.pick(4)
    learned(window, qtbot, "鲸")
    qtbot.waitUntil(lambda: candidates(window)[0] == "鲸")
    window.pick(candidates(window).index("鲍"))
    learned(window, qtbot, "鲍")
    window.close()
    assert kept(path) == [("鲍", "鲸")]


def test_picking_anew_in_the_text_teaches(make_learner: MakeLearner, path: Path, qtbot: QtBot) -> None:
    window = make_learner()
    draw(window, qtbot)
    window.pick(0)
    window.compose.line.setFocus()
    QTest.keyClick(window.compose.line, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: window.compose.line.opened is not None and bool(window.candidates.candidates))
    window.pick(2)
    learned(window, qtbot, "跑")
    assert window.compose.line.text == "跑"
    window.close()
    assert kept(path) == [("跑", "鲍")]


def test_this_is_teaches_the_drawing_on_the_canvas_which_is_read_so_at_once(
    make_learner: MakeLearner, path: Path, qtbot: QtBot
) -> None:
    window = make_learner(Settings(candidate_count=3))
    assert not window.actions_table.teach.isEnabled()
    draw(window, qtbot)
    assert "鳄" not in candidates(window)
    QTest.keyClick(window.canvas, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(TeachDialog)
    assert dialog is not None
    QGuiApplication.clipboard().setText("鳄\n")
    QTest.keyClick(dialog.field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    learned(window, qtbot, "鳄")
    qtbot.waitUntil(lambda: candidates(window)[0] == "鳄")
    assert not window.canvas.ink.is_empty
    window.close()
    assert kept(path) == [("鳄", None)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("鲍鱼", "Please give one character only."),
        ("鰻", "鰻 is none of the 10 characters that can be recognized."),
        ("a", "a is none of the 10 characters that can be recognized."),
    ],
)
def test_this_is_refuses_what_cannot_be_learned_with_a_sentence(
    make_learner: MakeLearner, path: Path, qtbot: QtBot, text: str, sentence: str
) -> None:
    window = make_learner()
    draw(window, qtbot)
    window.actions_table.teach.trigger()
    dialog = window.findChild(TeachDialog)
    field = window.findChild(QLineEdit, "taught_character")
    assert dialog is not None
    assert field is not None
    field.setText(text)
    assert dialog.problem == sentence
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    window.close()
    assert kept(path) == []


def test_switched_off_nothing_is_learned_or_used_until_it_is_on_again(
    make_learner: MakeLearner, path: Path, qtbot: QtBot
) -> None:
    write(path, ("鲸", SLANT_INK))
    window = make_learner(Settings(learn_from_picks=False, clear_on_pick=False))
    with qtbot.waitSignal(window._service.recognized):
        window.canvas.show_ink(SLANT_INK)
    assert not window.actions_table.teach.isEnabled()
    assert candidates(window)[0] == "鲍"
    window.pick(3)
    window.apply_settings(Settings(clear_on_pick=False))
    qtbot.waitUntil(lambda: candidates(window)[0] == "鲸")
    assert window.actions_table.teach.isEnabled()
    window.apply_settings(Settings(learn_from_picks=False, clear_on_pick=False))
    qtbot.waitUntil(lambda: candidates(window)[0] == "鲍")
    window.close()
    assert kept(path) == [("鲸", None)]


def test_a_picture_is_read_with_what_was_learned_but_teaches_nothing(
    make_learner: MakeLearner, path: Path, qtbot: QtBot
) -> None:
    write(path, ("鲸", SLANT_INK))
    window = make_learner()
    with qtbot.waitSignal(window._service.recognized):
        window.canvas.show_ink(SLANT_INK)
    qtbot.waitUntil(lambda: candidates(window)[0] == "鲸")
    picture = Picture("scan.png", np.full((50, 50), 255, np.uint8), ink_to_model_image(SLANT_INK))
    window.canvas.clear()
    with qtbot.waitSignal(window._service.recognized):
        window.canvas.show_picture(picture)
    assert candidates(window)[0] == "鲸"
    assert not window.actions_table.teach.isEnabled()
    window.pick(3)
    window.close()
    assert kept(path) == [("鲸", None)]


def test_what_was_learned_comes_to_a_drawing_that_is_there_already(
    make_learner: MakeLearner, path: Path, qtbot: QtBot
) -> None:
    write(path, ("鲸", SLANT_INK))
    window = make_learner()
    window.canvas.show_ink(SLANT_INK)
    qtbot.waitUntil(lambda: candidates(window)[:1] == "鲸")


def test_a_locked_file_gets_one_sentence_and_the_pick_is_done_and_learned_later(
    make_learner: MakeLearner, path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_database, "_BUSY_LIMIT_S", 0)
    monkeypatch.setattr(learning_worker, "RETRY_MS", 10)
    write(path)
    window = make_learner()
    draw(window, qtbot)
    lock = Lock(path)
    window.pick(4)
    qtbot.waitUntil(lambda: "in use by another program" in window.status.message)
    assert window.status.message.count(".") == 2  # that of the file's name, and one at the end
    assert QGuiApplication.clipboard().text() == "鲸"
    assert window.compose.line.text == "鲸"
    lock.release()
    learned(window, qtbot, "鲸")
    window.close()
    assert kept(path) == [("鲸", "鲍")]


def test_a_damaged_file_is_told_of_and_recognition_goes_on(make_learner: MakeLearner, path: Path, qtbot: QtBot) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database" * 100)
    window = make_learner()
    qtbot.waitUntil(lambda: "learned.damaged-1.sqlite" in window.status.message)
    draw(window, qtbot)
    assert candidates(window) == CHARACTERS
    assert path.with_name("learned.damaged-1.sqlite").exists()


def test_without_a_service_the_verbs_are_off(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    draw(window, qtbot)
    window.pick(4)
    table = window.actions_table
    for action in (table.teach, table.unlearn, table.learned):
        assert not action.isEnabled()
    window.learning.erase()
    assert window.learning.notice.text == ""
