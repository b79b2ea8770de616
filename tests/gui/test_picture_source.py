from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage

from hccr_desktop.gui.picture_source import may_hold_picture, offered_picture
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
    assert not may_hold_picture(mime)
    assert offered_picture(mime) is None
