import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from hccr_desktop.gui.icons import ICON_SIZE_PX, application_icon, icon


def color(made: QIcon, mode: QIcon.Mode) -> str:
    """The color of the icon's most opaque pixel."""
    image = made.pixmap(QSize(ICON_SIZE_PX, ICON_SIZE_PX), 1.0, mode).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return max(pixels, key=QColor.alpha).name()


def test_icon_takes_the_palettes_colors(qapp: QApplication) -> None:
    palette = QPalette()
    palette.setColor(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText, QColor("#ff0000"))
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, QColor("#0000ff"))
    made = icon("copy", palette)
    assert color(made, QIcon.Mode.Normal) == "#ff0000"
    assert color(made, QIcon.Mode.Disabled) == "#0000ff"


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
def test_icon_is_drawn_at_the_screens_resolution(qapp: QApplication, ratio: float) -> None:
    pixmap = icon("undo", QPalette()).pixmap(QSize(ICON_SIZE_PX, ICON_SIZE_PX), ratio)
    assert pixmap.size() == QSize(ICON_SIZE_PX, ICON_SIZE_PX) * ratio
    assert pixmap.devicePixelRatio() == ratio


def test_application_icon_has_small_and_large_sizes(qapp: QApplication) -> None:
    assert {size.width() for size in application_icon().availableSizes()} >= {16, 256}
