"""What the lower layers say is told in the language of the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from hccr_desktop.errors import Sentence
from hccr_desktop.gui.sentences import translated
from hccr_desktop.imaging.files import UnreadableImageError, read_page_image
from tests.gui.conftest import MakeWindow
from tests.gui.test_translations import load


@pytest.fixture
def chinese(qapp: QApplication, tmp_path: Path) -> Iterator[None]:
    """The window's texts are Chinese."""
    translator = load("zh_CN", tmp_path)
    QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


def test_error_of_a_lower_layer_is_told_in_chinese(chinese: None, tmp_path: Path) -> None:
    with pytest.raises(UnreadableImageError) as caught:
        read_page_image(tmp_path / "没有.png")
    assert caught.value.message == "没有.png does not exist."
    assert translated(caught.value.message) == "没有.png 不存在。"


def test_sentence_within_a_sentence_is_told_in_chinese(chinese: None) -> None:
    inner = Sentence("the disk is full")
    outer = Sentence("{failure}: {reason}.", failure=Sentence("This could not be remembered"), reason=inner)
    assert translated(outer) == "无法记住这个字：磁盘已满。"


def test_other_texts_stay_as_they_are(chinese: None) -> None:
    assert translated("the disk is full") == "the disk is full"


def test_window_tells_in_chinese_why_a_picture_cannot_be_used(
    make_window: MakeWindow, qtbot: QtBot, chinese: None, tmp_path: Path
) -> None:
    window = make_window()
    file = tmp_path / "a.png"
    file.write_bytes(b"no picture")
    with qtbot.waitSignal(window._service.picture_failed):
        window.open_picture(file)
    box = window.findChild(QMessageBox, "problem_box")
    assert box.text() == "a.png 不是本程序能读取的图片（PNG、JPEG、BMP、GIF、TIFF 或 WebP）。"
    box.close()
