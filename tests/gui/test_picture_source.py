from base64 import b64encode
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage

from hccr_desktop.gui.picture_source import is_on_the_web, may_hold_picture, offered_picture
from hccr_desktop.gui.qt_images import png_bytes


def red_dot() -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    return image


def test_offered_picture_of_nothing_or_text_is_none() -> None:
    mime = QMimeData()
    assert offered_picture(mime) is None
    mime.setText("鲍")
    assert not may_hold_picture(mime)
    assert offered_picture(mime) is None


def test_offered_picture_prefers_a_file_to_its_icon() -> None:
    mime = QMimeData()
    mime.setImageData(red_dot())
    mime.setUrls([QUrl.fromLocalFile("/somewhere/汉 字.png"), QUrl.fromLocalFile("/somewhere/b.png")])
    assert may_hold_picture(mime)
    offered = offered_picture(mime)
    assert (offered.source, offered.name, offered.count) == (Path("/somewhere/汉 字.png"), "汉 字.png", 2)


def test_offered_picture_passes_encoded_pictures_on_as_they_are() -> None:
    content = png_bytes(red_dot())
    mime = QMimeData()
    mime.setData("image/png", content)
    assert offered_picture(mime).source == content


def test_offered_picture_takes_a_decoded_picture() -> None:
    mime = QMimeData()
    mime.setImageData(red_dot())
    assert may_hold_picture(mime)
    assert offered_picture(mime).source == red_dot()


def test_offered_picture_leaves_addresses_on_the_network_alone() -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.png")])
    assert is_on_the_web(mime)
    assert offered_picture(mime) is None


def test_offered_picture_names_all_files() -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/a/1.png"), QUrl.fromLocalFile("/a/2.png")])
    assert offered_picture(mime).files == (Path("/a/1.png"), Path("/a/2.png"))


@pytest.mark.parametrize("form", ["address", "html"])
def test_offered_picture_takes_one_that_a_page_of_the_web_has_in_its_text(form: str) -> None:
    content = png_bytes(red_dot())
    address = "data:image/png;base64," + b64encode(content).decode()
    mime = QMimeData()
    if form == "address":
        mime.setUrls([QUrl(address)])
    else:
        mime.setUrls([QUrl("https://example.org/a")])
        mime.setHtml(f'<meta charset="utf-8"><img alt="x" src="{address}">')
    assert may_hold_picture(mime)
    assert offered_picture(mime).source == content


def test_offered_picture_of_a_broken_address_is_none() -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("data:image/png;base64,abc")])
    assert offered_picture(mime) is None
