"""The dialog of learned characters, used by keys and by mouse."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.ink import Ink
from hccr_desktop.gui import learning_worker
from hccr_desktop.gui.learned_dialog import LearnedDialog
from hccr_desktop.gui.learning_jobs import EmbeddingProgress, Lesson
from hccr_desktop.gui.learning_service import LearningService
from hccr_desktop.gui.learning_worker import LearningWorker
from hccr_desktop.personal.personal_memory import STEP
from hccr_desktop.personal.sample_store import Added, NewSample, SampleStore
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import SLANT as SLANT_POINTS
from tests.gui.drawing import draw_stroke
from tests.gui.lessons import CROSS, SLANT, kept, personal, write

THIRD = Ink.from_coordinates([[(0.1, 0.9), (0.9, 0.1)]])
Show = Callable[..., LearnedDialog]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "learned.sqlite"


@pytest.fixture
def service(qtbot: QtBot, path: Path) -> Iterator[LearningService]:
    made = LearningService(path)
    yield made
    made.stop()


@pytest.fixture
def show(qtbot: QtBot, service: LearningService) -> Iterator[Show]:
    made: list[LearnedDialog] = []

    def open_dialog(*, is_on: bool = True) -> LearnedDialog:
        dialog = LearnedDialog(service, is_on=is_on, character_family="")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        made.append(dialog)
        qtbot.addWidget(dialog)
        with qtbot.waitSignal(service.listed):
            dialog.open()
        return dialog

    yield open_dialog
    for dialog in made:
        dialog.close()


def shown(dialog: LearnedDialog) -> str:
    rows = dialog.view.model()
    return "".join(str(rows.index(row, 0).data()) for row in range(rows.rowCount()))


def confirm(dialog: LearnedDialog) -> str:
    box = dialog.findChild(QMessageBox, "delete_box")
    assert box is not None
    text = box.text()
    button = box.findChild(QPushButton, "confirm_delete")
    assert button is not None
    button.click()
    return text


def test_list_shows_character_reading_and_the_drawing_itself(show: Show, path: Path, qtbot: QtBot) -> None:
    write(path, ("鲸", SLANT), ("鲤", CROSS))
    dialog = show()
    assert sorted(shown(dialog)) == sorted("鲤鲸")
    assert dialog.note == "2 drawing(s)"
    row = shown(dialog).index("鲤")

    def has_ink() -> bool:
        rect = dialog.view.visualRect(dialog.view.model().index(row, 0))
        picture = dialog.view.viewport().grab(rect).toImage()
        middle = range(rect.height() // 2 - 2, rect.height() // 2 + 3)
        dark = [x for x in range(rect.height()) if min(picture.pixelColor(x, y).lightness() for y in middle) < 120]
        return len(dark) > rect.height() // 3  # the bar of the cross

    qtbot.waitUntil(has_ink)


def test_an_empty_list_says_how_to_teach(show: Show) -> None:
    dialog = show()
    assert "This is…" in dialog.view.placeholder
    assert dialog.note == ""
    for button in (dialog.delete, dialog.delete_all, dialog.save):
        assert not button.isEnabled()
    assert dialog.load.isEnabled()


def test_search_narrows_the_list(show: Show, path: Path) -> None:
    write(path, ("鲸", SLANT), ("鲤", CROSS), ("鲍", THIRD))
    dialog = show()
    QTest.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert dialog.search.hasFocus()
    QTest.keyClicks(dialog.search, "li3")
    assert shown(dialog) == "鲤"
    assert dialog.note == "1 of 3 drawing(s)"
    QTest.keyClicks(dialog.search, "x")
    assert shown(dialog) == ""
    assert dialog.view.placeholder == "Nothing is found."


def test_selected_rows_are_deleted_by_keys_after_a_question(show: Show, path: Path, qtbot: QtBot) -> None:
    write(path, ("鲸", SLANT), ("鲤", CROSS), ("鲍", THIRD))
    dialog = show()
    order = shown(dialog)
    assert dialog.view.hasFocus()
    assert dialog.delete.isEnabled(), "the first row is selected"
    QTest.keyClick(dialog.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(dialog.view, Qt.Key.Key_Delete)
    assert confirm(dialog) == "Delete 2 learned drawing(s)? This cannot be undone."
    qtbot.waitUntil(lambda: shown(dialog) == order[2:])
    assert [index.data() for index in dialog.view.selectionModel().selectedIndexes()] == [order[2]]
    assert [character for character, _ in kept(path)] == [order[2]]


def test_a_deletion_that_is_not_confirmed_deletes_nothing(show: Show, path: Path) -> None:
    write(path, ("鲸", SLANT))
    dialog = show()
    dialog.view.selectAll()
    QTest.mouseClick(dialog.delete, Qt.MouseButton.LeftButton)
    box = dialog.findChild(QMessageBox, "delete_box")
    assert box is not None
    assert box.text() == "Delete 1 learned drawing(s)? This cannot be undone."
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert len(kept(path)) == 1


def test_all_is_deleted_after_a_question(show: Show, path: Path, qtbot: QtBot) -> None:
    write(path, ("鲸", SLANT), ("鲤", CROSS))
    dialog = show()
    QTest.mouseClick(dialog.delete_all, Qt.MouseButton.LeftButton)
    assert confirm(dialog) == "Delete everything that was learned? This cannot be undone."
    qtbot.waitUntil(lambda: dialog.note == "")
    assert kept(path) == []


def test_what_is_learned_meanwhile_appears_and_the_selection_stays(
    show: Show, path: Path, service: LearningService, qtbot: QtBot
) -> None:
    write(path, ("鲸", SLANT))
    service.attach(personal())
    dialog = show()
    dialog.view.selectAll()
    service.learn(Lesson("鲤", CROSS))
    qtbot.waitUntil(lambda: len(shown(dialog)) == 2)
    selected = [index.data() for index in dialog.view.selectionModel().selectedIndexes()]
    assert selected == ["鲸"]


def answer_file_dialog(dialog: LearnedDialog, name: str, file: Path) -> None:
    chooser = dialog.findChild(QFileDialog, name)
    assert chooser is not None
    chooser.selectFile(str(file))
    chooser.fileSelected.emit(str(file))
    chooser.close()


def test_all_can_be_saved_deleted_and_loaded_again(show: Show, path: Path, tmp_path: Path, qtbot: QtBot) -> None:
    write(path, ("鲸", SLANT), ("鲤", CROSS))
    dialog = show()
    file = tmp_path / "我的字.jsonl"
    dialog.save.click()
    answer_file_dialog(dialog, "export_dialog", file)
    qtbot.waitUntil(lambda: dialog.note == "Saved to 我的字.jsonl.\n2 drawing(s)")
    dialog.delete_all.click()
    confirm(dialog)
    qtbot.waitUntil(lambda: shown(dialog) == "")
    dialog.load.click()
    answer_file_dialog(dialog, "import_dialog", file)
    qtbot.waitUntil(lambda: dialog.note == "2 drawing(s) loaded from 我的字.jsonl.\n2 drawing(s)")
    assert sorted(character for character, _ in kept(path)) == sorted("鲤鲸")


def test_a_bad_file_gets_one_sentence_and_the_list_stays(show: Show, path: Path, tmp_path: Path, qtbot: QtBot) -> None:
    write(path, ("鲸", SLANT))
    dialog = show()
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"format": "hccr-learned", "version": 9, "count": 0}\n')
    dialog.load.click()
    answer_file_dialog(dialog, "import_dialog", bad)
    qtbot.waitUntil(lambda: dialog.findChild(QMessageBox, "problem_box") is not None)
    box = dialog.findChild(QMessageBox, "problem_box")
    assert box is not None
    assert box.text() == "bad.jsonl was written by a newer version of this program, which alone can read it."
    box.close()
    assert shown(dialog) == "鲸"


def test_a_long_import_shows_how_far_it_is_and_can_be_stopped(
    show: Show, path: Path, service: LearningService, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_worker, "TOLD_EVERY_S", 0)
    gate = threading.Event()
    add = SampleStore.add

    def add_slowly(store: SampleStore, samples: Iterable[NewSample]) -> Added:
        def held_up() -> Iterator[NewSample]:
            for sample in samples:
                yield sample
                assert gate.wait(10), "the test never opened the gate"

        return add(store, held_up())

    write(path, ("鲸", SLANT), ("鲤", CROSS))
    dialog = show()
    service.export(tmp_path / "out.jsonl")
    service.forget_all()
    qtbot.waitUntil(lambda: shown(dialog) == "")
    assert dialog.stop.isHidden()
    monkeypatch.setattr(SampleStore, "add", add_slowly)
    dialog.load.click()
    answer_file_dialog(dialog, "import_dialog", tmp_path / "out.jsonl")
    progress = dialog.findChild(QProgressBar, "learned_progress")
    assert progress is not None
    qtbot.waitUntil(lambda: (progress.value(), progress.maximum()) == (2, 4))
    assert progress.isVisible()
    dialog.stop.click()
    gate.set()
    qtbot.waitUntil(lambda: dialog.note == "Stopped. Everything is as it was.")
    assert dialog.stop.isHidden()
    assert progress.isHidden()
    assert kept(path) == []
    dialog.load.click()
    answer_file_dialog(dialog, "import_dialog", tmp_path / "out.jsonl")
    qtbot.waitUntil(lambda: dialog.note == "2 drawing(s) loaded from out.jsonl.\n2 drawing(s)")
    assert dialog.stop.isHidden()


def test_drawings_that_wait_for_the_model_are_counted(
    show: Show, path: Path, service: LearningService, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_worker, "IDLE_S", 0)
    monkeypatch.setattr(learning_worker, "TOLD_EVERY_S", 0)
    monkeypatch.setattr(learning_worker, "_STEP_PAUSE_MS", 60_000)  # the test looks at the first step
    count = 3 * STEP
    write(path, *(("鲸", Ink.from_coordinates([[(0.1, 0.1), (0.9, at / count)]])) for at in range(count)))
    recognizer = personal()
    recognizer.card.version = "2"  # type: ignore[misc]
    with qtbot.waitSignal(service.embedded):
        service.attach(recognizer)
    dialog = show()
    progress = dialog.findChild(QProgressBar, "learned_embedding")
    text = dialog.findChild(QLabel, "learned_embedding_text")
    assert progress is not None
    assert text is not None
    assert progress.isVisible()
    assert (progress.value(), progress.maximum()) == (STEP, count)
    assert text.text().startswith(f"{STEP} of {count} new drawings are in use;")
    with qtbot.waitSignal(service.embedded):
        service.erase()
    assert progress.isHidden()
    assert text.isHidden()


def test_window_shows_how_far_the_model_is_with_new_drawings(make_window: MakeWindow, path: Path, qtbot: QtBot) -> None:
    window = make_window(personal, memory_path=path)
    notice, service = window.learning.embedding_notice, window.learning.service
    assert service is not None
    assert notice.isHidden()
    service.embedded.emit(EmbeddingProgress(1290, 10_000))
    assert notice.isVisible()
    assert notice.text() == "Preparing learned drawings: 12 % ·"
    service.embedded.emit(EmbeddingProgress(10_000, 10_000))
    assert notice.isHidden()


def test_a_stroke_that_begins_holds_up_the_embedding(
    make_window: MakeWindow, path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []
    monkeypatch.setattr(LearningWorker, "note_writing", lambda _worker: told.append(True))
    window = make_window(personal, memory_path=path)
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=window.canvas.rect().center())
    assert told == [True]
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=window.canvas.rect().center())


def test_a_file_that_cannot_be_read_is_told_in_the_list(
    show: Show, path: Path, service: LearningService, qtbot: QtBot
) -> None:
    path.mkdir(parents=True)
    dialog = LearnedDialog(service, is_on=True, character_family="")
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "cannot be" in dialog.view.placeholder)
    path.rmdir()
    with qtbot.waitSignal(service.listed):
        service.list_all()
    assert "This is…" in dialog.view.placeholder


def test_switched_off_the_dialog_says_so(show: Show, path: Path) -> None:
    write(path, ("鲸", SLANT))
    assert "switched off" in show(is_on=False).note


def test_everything_has_a_name_and_is_reached_by_tab(show: Show, path: Path) -> None:
    write(path, ("鲸", SLANT))
    dialog = show()
    dialog.view.selectAll()
    reached: list[QWidget] = []
    for _ in range(12):
        focused = dialog.focusWidget()
        assert focused is not None
        reached.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    for widget in (dialog.search, dialog.view, dialog.delete, dialog.delete_all, dialog.load, dialog.save):
        assert widget in reached
    assert dialog.search.accessibleName() == "Search"
    assert dialog.view.accessibleName() == "Learned characters"


def test_window_opens_the_dialog_by_its_key(make_window: MakeWindow, path: Path, qtbot: QtBot) -> None:
    window = make_window(personal, memory_path=path)
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT_POINTS)
    window.pick(4)
    qtbot.waitUntil(lambda: bool(window.learning.notice.text))
    QTest.keyClick(window.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(LearnedDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: shown(dialog) == "鲸")
    dialog.view.selectAll()
    QTest.keyClick(dialog.view, Qt.Key.Key_Delete)
    confirm(dialog)
    qtbot.waitUntil(lambda: not window.learning.notice.text)
    assert not window.actions_table.unlearn.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
