"""The window of a folder, with a fake recognizer and the real engine."""

import csv
import json
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from hccr_desktop.domain.box import Box
from hccr_desktop.domain.candidate import Candidate, Recognition
from hccr_desktop.gui.batch_model import CONFIDENCE_COLUMN, FILE_COLUMN, TEXT_COLUMN, BatchModel
from hccr_desktop.gui.batch_window import BatchWindow
from hccr_desktop.gui.candidate_list import percent_text
from hccr_desktop.gui.languages import Languages
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.user_folder import BATCH_FILE, user_folder
from hccr_desktop.inference.batch_reading import FileReading
from hccr_desktop.inference.page_reading import ReadCharacter
from hccr_desktop.inference.turning import QuarterTurn
from tests.gui.conftest import MakeWindow
from tests.gui.fakes import CHARACTERS, FakeRecognizer
from tests.gui.houses import housekeeping_of

FIRST = CHARACTERS[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures of a bar, one file that is none, and one that is not asked for."""
    made = tmp_path / "文件夹"
    made.mkdir()
    for number in range(3):
        page = np.full((60, 60), 255, np.uint8)
        page[10:50, 20 + number : 40] = 0
        Image.fromarray(page).save(made / f"{number}.png")
    (made / "broken.png").write_bytes(b"no picture")
    (made / "notes.txt").write_text("no picture either", encoding="utf-8")
    return made


def opened(window: MainWindow, qtbot: QtBot, folder: Path) -> BatchWindow:
    window.actions_table.batch.trigger()
    dialog = window.findChild(QFileDialog, "folder_dialog")
    if dialog is not None:
        dialog.close()
    batch = window.pictures.batch.dialog
    with qtbot.waitSignal(batch._service.ended, timeout=20_000):
        batch.read(str(folder))
    return batch


def texts(batch: BatchWindow, column: int) -> list[str]:
    model = batch.model
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_folder_is_read_into_a_table(
    make_window: MakeWindow, qtbot: QtBot, folder: Path, qtmodeltester: ModelTester
) -> None:
    window = make_window()
    batch = opened(window, qtbot, folder)
    assert texts(batch, FILE_COLUMN) == ["0.png", "1.png", "2.png", "broken.png"]
    assert texts(batch, TEXT_COLUMN)[:3] == [FIRST] * 3
    assert "broken.png" in texts(batch, TEXT_COLUMN)[3]
    assert texts(batch, CONFIDENCE_COLUMN)[3] == "–"
    assert batch.model.index(0, FILE_COLUMN).data(Qt.ItemDataRole.DecorationRole).isNull() is False
    assert "1 could not be read" in batch.note
    qtmodeltester.check(batch.model)
    batch.close()


@pytest.mark.parametrize(
    ("turn", "way"), [(90, "quarter to the right"), (180, "by half"), (270, "quarter to the left")]
)
def test_a_picture_that_lies_is_asked_about(qapp: QApplication, turn: QuarterTurn, way: str) -> None:
    model = BatchModel(QFont())
    box = Box(0, 0, 9, 9)
    character = ReadCharacter(box, box, Recognition((Candidate(FIRST, 0.2),), "Fake-Net", 1.0, False))
    model.add_known([FileReading("lies.png", (character,), 1.0, turn=turn)])
    index = model.index(0, CONFIDENCE_COLUMN)
    assert index.data() == percent_text(0.2) + ", turned?"
    assert way in index.data(Qt.ItemDataRole.ToolTipRole)


def test_nothing_of_a_confidence_is_cut_off(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    batch = opened(make_window(lambda: FakeRecognizer(is_sure=False)), qtbot, folder)
    view = batch.table
    needed = max(view.sizeHintForIndex(batch.model.index(row, CONFIDENCE_COLUMN)).width() for row in range(4))
    assert "not sure" in texts(batch, CONFIDENCE_COLUMN)[0]
    assert view.columnWidth(CONFIDENCE_COLUMN) >= needed
    batch.close()


def test_ten_candidates_are_seen_at_the_first_size(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    batch = opened(make_window(), qtbot, folder)
    batch.table.selectRow(0)
    QTest.qWait(0)  # the layout of the rows
    assert batch.candidates.model().rowCount() == 10
    assert batch.candidates.verticalScrollBar().maximum() == 0
    batch.close()


def test_folder_dialog_has_no_english_label_in_a_chinese_window(
    make_window: MakeWindow, qtbot: QtBot, qapp: QApplication, restored_looks: None
) -> None:
    window = make_window()
    languages = Languages(qapp)
    languages.use("zh_CN")
    qtbot.waitUntil(lambda: window.actions_table.undo.iconText() == "撤销")
    window.actions_table.batch.trigger()
    dialog = window.findChild(QFileDialog, "folder_dialog")
    labels = [dialog.labelText(label) for label in QFileDialog.DialogLabel]
    dialog.close()
    window.pictures.batch.dialog.close()
    languages.use("en")
    for translator in languages._installed:
        qapp.removeTranslator(translator)
    languages.deleteLater()
    english = [text for text in labels if not any(ord(sign) >= 0x4E00 for sign in text)]
    assert (len(labels), english) == (5, [])


def test_folder_dialog_leads_to_the_folder(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    window = make_window()
    window.actions_table.batch.trigger()
    batch = window.pictures.batch.dialog
    dialog = window.findChild(QFileDialog, "folder_dialog")
    with qtbot.waitSignal(batch._service.ended, timeout=20_000):
        dialog.fileSelected.emit(str(folder))
    dialog.close()
    assert batch.folder == str(folder)
    assert batch.model.rowCount() == 4
    batch.close()


def test_only_changed_files_are_read_again_even_at_another_time(
    make_window: MakeWindow, qtbot: QtBot, folder: Path
) -> None:
    recognizer = FakeRecognizer()
    window = make_window(lambda: recognizer)
    batch = opened(window, qtbot, folder)
    with qtbot.waitSignal(batch._service.ended):
        batch.read_again()
    first = recognizer.batched
    page = np.full((80, 60), 255, np.uint8)
    page[10:70, 20:40] = 0
    Image.fromarray(page).save(folder / "1.png")
    batch.close()
    again = opened(window, qtbot, folder)
    per_file = first // 3
    assert recognizer.batched == first + per_file
    assert again.model.rowCount() == 4
    again.close()


def test_a_character_is_corrected_by_hand_and_stays_so(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    window = make_window()
    batch = opened(window, qtbot, folder)
    batch.table.selectRow(1)
    QTest.keyClick(batch, "3")
    assert texts(batch, TEXT_COLUMN)[:3] == [FIRST, CHARACTERS[2], FIRST]
    assert batch.characters.item(0).text() == CHARACTERS[2]
    with qtbot.waitSignal(batch._service.ended):
        batch.read_again()
    assert texts(batch, TEXT_COLUMN)[1] == CHARACTERS[2]
    batch.table.selectRow(0)
    QTest.keyClick(batch, "2")
    batch.close()
    again = opened(window, qtbot, folder)
    assert texts(again, TEXT_COLUMN)[:3] == [CHARACTERS[1], CHARACTERS[2], FIRST]
    again.close()


@pytest.mark.parametrize("suffix", ["csv", "json", "txt"])
def test_results_are_saved(make_window: MakeWindow, qtbot: QtBot, folder: Path, tmp_path: Path, suffix: str) -> None:
    window = make_window()
    batch = opened(window, qtbot, folder)
    path = tmp_path / f"结果.{suffix}"
    batch.findChild(QPushButton, "batch_save").click()
    dialog = window.findChild(QFileDialog, "results_dialog")
    dialog.fileSelected.emit(str(path))
    dialog.close()
    content = path.read_text(encoding="utf-8-sig")
    if suffix == "csv":
        rows = list(csv.DictReader(content.splitlines()))
        assert [row["character"] for row in rows if row["rank"] == "1"] == [FIRST] * 3
    elif suffix == "json":
        assert [len(record["characters"]) for record in json.loads(content)] == [1, 1, 1, 0]
    else:
        assert content.count(FIRST) == 3
    assert window.status.message == f"Saved 结果.{suffix}"
    batch.close()


def test_results_that_cannot_be_saved_give_one_sentence(
    make_window: MakeWindow, qtbot: QtBot, folder: Path, tmp_path: Path
) -> None:
    window = make_window()
    batch = opened(window, qtbot, folder)
    window.pictures.batch.save_as(tmp_path / "nowhere" / "x.csv")
    box = batch.findChild(QMessageBox, "problem_box")
    assert "x.csv cannot be written" in box.text()
    box.close()
    batch.close()


def test_reading_is_stopped_and_what_was_read_stays(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    gate = threading.Event()
    is_second = threading.Event()

    class Slow(FakeRecognizer):
        def recognize_batch(self, images: list[np.ndarray], *, kind: str, count: int = 10) -> list[object]:
            if is_second.is_set():
                assert gate.wait(10)
            return super().recognize_batch(images, kind=kind, count=count)

    window = make_window(Slow)
    window.actions_table.batch.trigger()
    window.findChild(QFileDialog, "folder_dialog").close()
    batch = window.pictures.batch.dialog
    # In the worker's own thread, before it goes on to the second file.
    batch._service._worker.advanced.connect(lambda _news: is_second.set(), Qt.ConnectionType.DirectConnection)
    with qtbot.waitSignal(batch._service.advanced):
        batch.read(str(folder))
    batch.findChild(QPushButton, "batch_stop").click()
    gate.set()
    assert not batch._service.is_running
    assert batch.model.rowCount() == 1
    assert batch.findChild(QPushButton, "batch_save").isEnabled()
    batch.close()


def test_a_folder_without_pictures_says_so(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = make_window()
    (tmp_path / "empty").mkdir()
    batch = opened(window, qtbot, tmp_path / "empty")
    assert batch.note == f"The folder {tmp_path / 'empty'} holds no picture."
    assert not batch.findChild(QPushButton, "batch_save").isEnabled()
    batch.close()


def test_a_picture_of_the_folder_is_opened_on_the_pad(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    window = make_window()
    batch = opened(window, qtbot, folder)
    batch.table.selectRow(2)
    with qtbot.waitSignal(window._service.picture_read):
        batch.table.doubleClicked.emit(batch.model.index(2, 0))
    assert window.canvas.drawing.picture.name == "2.png"
    batch.close()


def test_closing_the_main_window_ends_the_reading(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    window = make_window()
    batch = opened(window, qtbot, folder)
    service = batch._service
    window.close()
    assert not service._thread.isRunning()


def test_deleting_all_data_deletes_the_results(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    window = make_window()
    house = housekeeping_of(window)
    opened(window, qtbot, folder)
    assert (user_folder() / BATCH_FILE).exists()
    house._user_data.delete_all()
    assert window.pictures.batch.dialog is None
    assert not (user_folder() / BATCH_FILE).exists()
