import pytest
from PySide6.QtGui import QColor, QPalette

from hccr_desktop.gui.paper import HINT_COLOR, PAPER_COLOR
from hccr_desktop.gui.stroke_painter import INK_COLOR
from hccr_desktop.gui.theme import palette

Role = QPalette.ColorRole


def contrast(one: QColor, other: QColor) -> float:
    """WCAG's contrast ratio, 1 to 21."""

    def luminance(color: QColor) -> float:
        parts = [color.redF(), color.greenF(), color.blueF()]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        (Role.WindowText, Role.Window, 7),
        (Role.Text, Role.Base, 7),
        (Role.ButtonText, Role.Button, 7),
        (Role.ToolTipText, Role.ToolTipBase, 7),
        (Role.PlaceholderText, Role.Base, 4.5),
        (Role.PlaceholderText, Role.Window, 4.5),
        (Role.HighlightedText, Role.Highlight, 4.5),
        (Role.Link, Role.Base, 4.5),
        (Role.Accent, Role.Base, 3),
        (Role.Accent, Role.AlternateBase, 3),
    ],
)
def test_palette_is_readable(is_dark: bool, text: Role, ground: Role, least: float) -> None:
    colors = palette(is_dark=is_dark)
    assert contrast(colors.color(text), colors.color(ground)) >= least


def test_palette_of_disabled_text_is_quieter() -> None:
    colors = palette(is_dark=False)
    disabled = colors.color(QPalette.ColorGroup.Disabled, Role.Text)
    assert contrast(disabled, colors.color(Role.Base)) < contrast(colors.color(Role.Text), colors.color(Role.Base))


def test_paper_is_readable_whatever_the_theme() -> None:
    assert contrast(HINT_COLOR, PAPER_COLOR) >= 4.5
    assert contrast(INK_COLOR, PAPER_COLOR) >= 12
