"""Everything the program keeps about its user is listed, and is gone when the user says so."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QLabel, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from hccr_desktop import paths
from hccr_desktop.domain.settings import Settings
from hccr_desktop.errors import HccrError
from hccr_desktop.gui import user_data
from hccr_desktop.gui.composition import CompositionFile, default_composition_path
from hccr_desktop.gui.learning_service import default_memory_path
from hccr_desktop.gui.main_window import MainWindow
from hccr_desktop.gui.privacy_dialog import PrivacyDialog
from hccr_desktop.gui.recovery import Recovery
from hccr_desktop.gui.settings_store import SettingsStore
from hccr_desktop.gui.user_data import DeletionError, Store, UserData, stores
from hccr_desktop.gui.user_folder import CRASH_FILE, DRAWING_FILE, HISTORY_FILE, user_folder
from hccr_desktop.inference import precision
from tests.conftest import REPOSITORY
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke
from tests.gui.houses import housekeeping_of
from tests.gui.lessons import personal

BY_THE_USER = "where the user says"
NOT_KEPT = "gone when the program is"

WRITERS = {
    "gui/composition.py": user_data.TEXT,
    "gui/drawing_backup.py": user_data.DRAWING,
    "gui/crash_notes.py": user_data.CRASH,
    "gui/batch.py": user_data.BATCH,
    "gui/report_saving.py": BY_THE_USER,
    "gui/pick_history.py": user_data.HISTORY,
    "gui/settings_store.py": user_data.SETTINGS,
    "personal/memory_database.py": user_data.LEARNED,
    "gui/single_instance.py": NOT_KEPT,
    "gui/self_test.py": NOT_KEPT,
    "gui/drawing_files.py": BY_THE_USER,
    "personal/memory_file.py": BY_THE_USER,
    "personal/personal_memory.py": BY_THE_USER,
    "cli.py": BY_THE_USER,
    "imaging/files.py": BY_THE_USER,
    "inference/precision.py": user_data.SPEED,
    "inference/batch_results.py": BY_THE_USER,
    "imaging/heat_map.py": BY_THE_USER,
    "model_import/importer.py": BY_THE_USER,
    "model_import/onnx_builder.py": BY_THE_USER,
}
"""Modules that write files, and what they write."""


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def read_folder(window: MainWindow, qtbot: QtBot) -> None:
    """A folder that has gone meanwhile: what is said of it is kept too."""
    window.actions_table.batch.trigger()
    window.findChild(QFileDialog, "folder_dialog").close()
    batch = window.pictures.batch.dialog
    with qtbot.waitSignal(batch._service.ended):
        batch.read("nowhere.png")
    batch.close()


def used_window(make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A window in which everything was done that leaves something behind."""
    window = make_window(
        personal, composition_file=CompositionFile(default_composition_path()), memory_path=default_memory_path()
    )
    housekeeping_of(window)
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    window.pick(0)
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, BAR)
    service = window.learning.service
    assert service is not None
    with qtbot.waitSignal(service.learned):
        window.pick(2)
    with qtbot.waitSignal(window.findChild(Recovery).backup.saved):
        draw_stroke(window.canvas, SLANT)
    read_folder(window, qtbot)
    (user_folder() / CRASH_FILE).write_bytes(b"as CrashNotes would have it")
    precision._write(paths.speed_memo(), {"as open_model would have it": 2.0})
    window.apply_settings(Settings(threads=2))
    window._store.save_geometry(window.saveGeometry())
    window.compose.save()
    return window


def spoil_everything(make_window: MakeWindow, qtbot: QtBot, folder: Path) -> None:
    """Have a start find every file damaged, so that it puts them aside."""
    window = used_window(make_window, qtbot)
    window.close()
    for path in files_below(folder):
        path.write_bytes(b"\xff damaged")
    (user_folder() / DRAWING_FILE).write_bytes(b"\xff of a run that crashed")
    used_window(make_window, qtbot).close()


def opened(window: MainWindow) -> PrivacyDialog:
    window.actions_table.privacy.trigger()
    dialog = window.findChild(PrivacyDialog)
    assert dialog is not None
    return dialog


def delete_all(dialog: PrivacyDialog, answer: str = "Delete all") -> None:
    QTest.mouseClick(dialog.findChild(QPushButton, "delete_all"), Qt.MouseButton.LeftButton)
    box = dialog.findChild(QMessageBox, "delete_all_box")
    next(button for button in box.findChildren(QAbstractButton) if button.text() == answer).click()


def test_stores_cover_every_file_that_the_window_writes(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    used_window(make_window, qtbot)
    found = stores(SettingsStore().path)
    # The drawing and its file's half-written copies come and go in a thread of their own.
    qtbot.waitUntil(lambda: all(store.files for store in found))
    qtbot.waitUntil(lambda: files_below(tmp_path) == {file for store in found for file in store.files})


def test_stores_cover_what_was_put_aside(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    spoil_everything(make_window, qtbot, tmp_path / "data")
    damaged = {file.name for file in files_below(tmp_path) if "damaged" in file.name}
    assert len(damaged) == 4
    listed = [file for store in stores(SettingsStore().path) for file in store.files]
    assert files_below(tmp_path) == set(listed)
    assert len(listed) == len(set(listed))


def test_every_module_that_writes_files_is_known() -> None:
    """A new one is to get a store in user_data.py, unless it writes where the user says, and a line in WRITERS."""
    package = REPOSITORY / "hccr_desktop"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(_writes(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found <= set(WRITERS), f"not known: {sorted(found - set(WRITERS))}"
    assert {"gui/composition.py", "gui/pick_history.py", "gui/settings_store.py", "inference/precision.py"} <= found


def test_every_writer_has_a_store_unless_it_writes_where_the_user_says_or_keeps_nothing() -> None:
    assert set(WRITERS.values()) - {BY_THE_USER, NOT_KEPT} == set(user_data.STORES)


def _writes(node: ast.AST) -> bool:
    """Whether a call may make a file."""
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    texts = [
        value.value
        for value in (*node.args, *(word.value for word in node.keywords))
        if isinstance(value, ast.Constant)
    ]
    if name == "open" and isinstance(node.func, ast.Attribute) and _root(node.func) == "os":
        return any(isinstance(part, ast.Attribute) and part.attr == "O_CREAT" for part in ast.walk(node))
    if name == "open":
        is_file = isinstance(node.func, ast.Name) or not (
            isinstance(node.func, ast.Attribute) and _root(node.func) == "Image"
        )
        return is_file and any(isinstance(text, str) and set("wax+") & set(text) and len(text) < 4 for text in texts)
    if name == "connect":
        return isinstance(node.func, ast.Attribute) and _root(node.func) == "sqlite3"
    writers = {
        "QSaveFile",
        "QSettings",
        "QLockFile",
        "QTemporaryFile",
        "QFile",
        "write_text",
        "write_bytes",
        "savez",
        "imwrite",
        "tofile",
        "touch",
        "QLocalServer",
        "QTemporaryDir",
        "TemporaryDirectory",
        "TemporaryFile",
        "NamedTemporaryFile",
        "mkdtemp",
        "mkstemp",
        "FileHandler",
        "RotatingFileHandler",
    }
    makers = {"save": ("np", "onnx"), "copy": ("shutil",), "copyfile": ("shutil",), "move": ("shutil",)}
    return name in writers or _root(node.func) in makers.get(name, ())


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def test_every_store_has_a_keeper(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    house = housekeeping_of(window)
    assert set(house._user_data.keepers) == set(user_data.STORES)
    assert tuple(store.name for store in house._user_data.stores) == user_data.STORES


def test_deletion_leaves_nothing_and_nothing_comes_back(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    spoil_everything(make_window, qtbot, tmp_path / "data")
    window = used_window(make_window, qtbot)
    assert files_below(tmp_path)
    dialog = opened(window)
    delete_all(dialog)
    assert files_below(tmp_path) == set()
    assert not user_folder().exists()
    assert window.status.message == "All your data was deleted."
    assert window.compose.line.text == ""
    assert all(dialog.findChild(QLabel, f"size_{name}").text() == "nothing" for name in user_data.STORES)
    dialog.close()
    window.close()
    assert files_below(tmp_path) == set()


def test_deletion_brings_the_defaults_back(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = used_window(make_window, qtbot)
    window.apply_settings(Settings(copy_on_pick=False, keep_history=False, always_on_top=True))
    dialog = opened(window)
    delete_all(dialog)
    dialog.close()
    assert window._settings == Settings()
    assert not window.actions_table.always_on_top.isChecked()
    assert SettingsStore().load() == (Settings(), ())


def test_program_can_be_used_after_a_deletion(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = used_window(make_window, qtbot)
    dialog = opened(window)
    delete_all(dialog)
    dialog.close()
    with qtbot.waitSignal(window._service.recognized):
        draw_stroke(window.canvas, SLANT)
    window.pick(1)
    window.apply_settings(Settings(threads=3))
    window.close()
    again = make_window(composition_file=CompositionFile(default_composition_path()))
    assert again.compose.line.text == "鸵"
    assert "鸵" in (user_folder() / HISTORY_FILE).read_text(encoding="utf-8")
    assert SettingsStore().load() == (Settings(threads=3), ())


def test_deletion_that_is_not_confirmed_deletes_nothing(make_window: MakeWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window = used_window(make_window, qtbot)
    before = files_below(tmp_path)
    dialog = opened(window)
    delete_all(dialog, "Cancel")
    dialog.close()
    assert files_below(tmp_path) == before
    assert window.compose.line.text == "鲍跑"


def test_deletion_that_fails_names_what_is_left_and_deletes_the_rest(
    make_window: MakeWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = used_window(make_window, qtbot)
    stubborn = default_composition_path()
    real_unlink = Path.unlink

    def unlink(path: Path, *, missing_ok: bool = False) -> None:
        if path == stubborn:
            raise PermissionError("in use")
        real_unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    dialog = opened(window)
    delete_all(dialog)
    box = window.findChild(QMessageBox, "problem_box")
    assert str(stubborn) in box.text()
    box.close()
    dialog.close()
    assert files_below(tmp_path) == {stubborn}


def test_deletion_goes_on_where_a_keeper_fails(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"1")
    (tmp_path / "b.txt").write_bytes(b"22")
    data = UserData([Store("a", tmp_path, ("a.txt",)), Store("b", tmp_path, ("b.txt",))])

    def fail() -> None:
        raise HccrError("It is in use.")

    data.add_keeper("a", fail)
    data.delete_all()
    assert not tmp_path.exists()


def test_deletion_goes_on_where_a_keeper_has_a_fault_which_is_not_hidden(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"1")
    data = UserData([Store(name, tmp_path, (f"{name}.txt",)) for name in ("a", "b")])

    def fail() -> None:
        raise ZeroDivisionError("by no one expected")

    data.add_keeper("b", fail)
    with pytest.raises(ZeroDivisionError):
        data.delete_all()
    assert not tmp_path.exists()


def test_deletion_leaves_the_files_of_others(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_bytes(b"dear")
    (tmp_path / "compose.json").write_bytes(b"{}")
    UserData([Store("text", tmp_path, ("compose.json",))]).delete_all()
    assert list(tmp_path.iterdir()) == [other]


def test_deletion_error_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(b"1")

    def refuse(_path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError("write-protected")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(DeletionError, match=r"a\.txt"):
        UserData([Store("a", tmp_path, ("a.txt",))]).delete_all()


def test_dialog_tells_path_and_size_and_opens_the_folder(
    make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = used_window(make_window, qtbot)
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toLocalFile()))
    dialog = opened(window)
    path = dialog.findChild(QLabel, "path_history")
    assert path.text() == str(user_folder() / HISTORY_FILE)
    assert dialog.findChild(QLabel, "size_history").text().endswith("bytes")
    QTest.mouseClick(dialog.findChild(QPushButton, "open_history"), Qt.MouseButton.LeftButton)
    assert asked == [str(user_folder())]
    dialog.close()


def test_dialog_at_the_first_start_has_nothing_to_show(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window()
    housekeeping_of(window)
    dialog = opened(window)
    assert dialog.findChild(QLabel, "size_text").text() == "nothing"
    assert not dialog.findChild(QPushButton, "open_text").isEnabled()
    dialog.close()
