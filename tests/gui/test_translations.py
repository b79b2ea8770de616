import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from hccr_desktop import paths
from tests.conftest import REPOSITORY
from tests.gui.conftest import MakeWindow
from tests.gui.drawing import BAR, SLANT, draw_stroke


def test_translations_are_complete_and_up_to_date() -> None:
    checked = subprocess.run(
        [sys.executable, "tools/translations.py", "check"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def load(language: str, folder: Path) -> QTranslator:
    source, made = paths.resources_dir() / "translations" / f"hccr_{language}.ts", folder / f"{language}.qm"
    release = Path(sys.executable).parent / "pyside6-lrelease"
    subprocess.run([str(release), "-silent", str(source), "-qm", str(made)], check=True, timeout=60)
    translator = QTranslator()
    assert translator.load(str(made))
    return translator


def test_window_changes_its_language_while_it_is_open(
    make_window: MakeWindow, qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    window = make_window()
    chinese = load("zh_CN", tmp_path)
    QCoreApplication.installTranslator(chinese)
    try:
        qtbot.waitUntil(lambda: window.actions_table.undo.iconText() == "撤销")
        assert [menu.text() for menu in window.menuBar().actions()] == [
            "文件(&F)",
            "编辑(&E)",
            "候选字(&C)",
            "图片(&P)",
            "视图(&V)",
            "帮助(&H)",
        ]
        with qtbot.waitSignal(window._service.recognized):
            draw_stroke(window.canvas, SLANT)
        assert window.status.facts.endswith("1 画")
        window.pick(0)
        assert window.status.message == "已复制“鲍”"
    finally:
        QCoreApplication.removeTranslator(chinese)
    qtbot.waitUntil(lambda: window.actions_table.undo.iconText() == "Undo")


@pytest.mark.parametrize(("strokes", "text"), [(1, "1 stroke"), (2, "2 strokes")])
def test_window_counts_strokes_in_english(
    make_window: MakeWindow, qtbot: QtBot, qapp: QApplication, tmp_path: Path, strokes: int, text: str
) -> None:
    window = make_window()
    english = load("en", tmp_path)
    QCoreApplication.installTranslator(english)
    try:
        for points in (SLANT, BAR)[:strokes]:
            with qtbot.waitSignal(window._service.recognized):
                draw_stroke(window.canvas, points)
        assert window.status.facts.endswith(f" · {text}")
    finally:
        QCoreApplication.removeTranslator(english)
