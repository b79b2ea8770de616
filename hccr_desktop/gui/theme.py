"""Light and dark: the two palettes, and the little style sheet that rounds the tool bar's buttons.

This is the one table of the chrome's colors. Every other module asks the palette for a role.
"""

from typing import Final

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from hccr_desktop.domain.settings import SYSTEM

_Role = QPalette.ColorRole

# Text against its ground is at least 7 : 1 in both, quiet text and accent at least 4.5 : 1.
_LIGHT: Final[dict[QPalette.ColorRole, str]] = {
    _Role.Window: "#f1efea",
    _Role.WindowText: "#24262b",
    _Role.Base: "#fbfaf7",
    _Role.AlternateBase: "#e6e3dc",
    _Role.Text: "#24262b",
    _Role.PlaceholderText: "#68645c",
    _Role.Button: "#f1efea",
    _Role.ButtonText: "#24262b",
    _Role.BrightText: "#ffffff",
    _Role.Light: "#ffffff",
    _Role.Midlight: "#e3e0d8",
    _Role.Mid: "#c9c5bb",
    _Role.Dark: "#a39e93",
    _Role.Shadow: "#6b675f",
    _Role.Highlight: "#22697a",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#22697a",
    _Role.Link: "#1d5f86",
    _Role.LinkVisited: "#6a4a86",
    _Role.ToolTipBase: "#2b2d32",
    _Role.ToolTipText: "#f4f2ed",
}

_DARK: Final[dict[QPalette.ColorRole, str]] = {
    _Role.Window: "#1e2023",
    _Role.WindowText: "#e9e7e2",
    _Role.Base: "#26282c",
    _Role.AlternateBase: "#373a40",
    _Role.Text: "#e9e7e2",
    _Role.PlaceholderText: "#a19d95",
    _Role.Button: "#2a2d31",
    _Role.ButtonText: "#e9e7e2",
    _Role.BrightText: "#ffffff",
    _Role.Light: "#4a4e55",
    _Role.Midlight: "#34373c",
    _Role.Mid: "#45494f",
    _Role.Dark: "#15171a",
    _Role.Shadow: "#0c0d0f",
    _Role.Highlight: "#2f7f92",
    _Role.HighlightedText: "#ffffff",
    _Role.Accent: "#67b7c8",
    _Role.Link: "#7cc0e8",
    _Role.LinkVisited: "#c0a0e0",
    _Role.ToolTipBase: "#3a3d43",
    _Role.ToolTipText: "#f4f2ed",
}

_DISABLED_TEXT: Final = {False: "#a8a398", True: "#6c6f75"}

STYLE_SHEET: Final = """
QToolBar { background: palette(window); border: none; spacing: 0.15em; padding: 0.3em 0.7em; }
QToolBar::separator { background: palette(mid); width: 1px; margin: 0.45em 0.5em; }
QToolBar QToolButton {
    border: none; border-bottom: 2px solid transparent; border-radius: 6px; padding: 0.42em 0.3em 0.32em 0.5em;
}
QToolBar QToolButton:hover { background: palette(midlight); }
QToolBar QToolButton:pressed { background: palette(mid); }
QToolBar QToolButton:checked { background: palette(midlight); border-bottom-color: palette(accent); }
QToolBar QToolButton:focus { border: 1px solid palette(accent); }
QMenuBar { background: palette(window); padding: 0.1em 0.4em; }
QMenuBar::item { padding: 0.3em 0.6em; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: palette(midlight); color: palette(window-text); }
QStatusBar { background: palette(window); }
QStatusBar::item { border: none; }
QPushButton {
    background: palette(base); border: 1px solid palette(mid); border-radius: 6px; padding: 0.35em 1.1em;
}
QPushButton:hover { background: palette(midlight); }
QPushButton:pressed { background: palette(mid); }
QPushButton:focus, QPushButton:default { border-color: palette(accent); }
QPushButton:focus { background: palette(alternate-base); border-width: 2px; padding: 0.28em 1.03em; }
#shortcuts_tree, #history_table { background: palette(base); border: 1px solid palette(mid); border-radius: 6px; }
#shortcuts_tree:focus, #history_table:focus { border-color: palette(accent); }
#shortcuts_tree::item, #history_table::item { padding: 0.2em 0.3em; }
QCheckBox { border: 1px solid transparent; border-radius: 4px; padding: 0.1em 0.3em; }
QCheckBox:focus { border-color: palette(accent); }
QCheckBox::indicator { width: 1.1em; height: 1.1em; }
QCheckBox::indicator:unchecked {
    width: 1em; height: 1em; background: palette(base); border: 1px solid palette(placeholder-text); border-radius: 2px;
}
QCheckBox::indicator:unchecked:disabled { border-color: palette(mid); }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QTabBar::tab { padding: 0.4em 0.9em; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { border-bottom-color: palette(accent); }
QTabBar::tab:focus { background: palette(midlight); }
QTabWidget::pane { border: none; }
QScrollBar:vertical { background: transparent; border: none; width: 0.6em; margin: 0; }
QScrollBar::handle:vertical { background: palette(mid); border-radius: 0.25em; min-height: 2em; }
QScrollBar::handle:vertical:hover { background: palette(dark); }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { border: none; height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
#candidate_card, #compose_card, #details_card, #recovery_bar {
    background: palette(base); border: 1px solid palette(mid); border-radius: 12px;
}
#candidate_card[holds_focus="true"], #compose_card[holds_focus="true"] { border-color: palette(accent); }
#candidate_view, #compose_line { background: transparent; }
#details_card QScrollArea, #details_card QScrollArea > QWidget > QWidget, #found_characters { background: transparent; }
#pinyin_search {
    background: palette(window); border: 1px solid palette(mid); border-radius: 6px; padding: 0.35em 0.5em;
}
#pinyin_search:focus { border-color: palette(accent); }
#compose_card QToolButton { border: none; border-radius: 6px; padding: 0.35em 0.5em; }
#compose_card QToolButton:hover { background: palette(midlight); }
#compose_card QToolButton:pressed { background: palette(mid); }
#compose_card QToolButton:focus { border: 1px solid palette(accent); }
#picture_card QToolBar { padding: 0; }
#qt_toolbar_ext_button { padding: 0; border: none; }
#picture_card > QToolButton {
    background: palette(base); border: 1px solid palette(mid); border-radius: 6px; padding: 0.35em 0.6em;
}
#picture_card > QToolButton:hover { background: palette(midlight); }
#picture_card > QToolButton:pressed { background: palette(mid); }
#picture_card > QToolButton:focus, #turn_proposal { border-color: palette(accent); }
"""


def palette(*, is_dark: bool) -> QPalette:
    """One of the two palettes."""
    made = QPalette()
    for role, color in (_DARK if is_dark else _LIGHT).items():
        made.setColor(role, QColor(color))
    disabled = QColor(_DISABLED_TEXT[is_dark])
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, disabled)
    return made


class Theme(QObject):
    """Keeps the application's palette in step with the platform's color scheme."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        application.setStyle("Fusion")  # the one style that takes all its colors from the palette, on every platform
        self._choice = SYSTEM
        hints = QGuiApplication.styleHints()
        self.apply(hints.colorScheme())
        hints.colorSchemeChanged.connect(self._on_scheme_changed)

    @Slot(str)
    def use(self, choice: str) -> None:
        """Change to one of the settings' THEMES."""
        self._choice = choice
        self._on_scheme_changed(QGuiApplication.styleHints().colorScheme())

    @Slot(Qt.ColorScheme)
    def _on_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        chosen = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self.apply(chosen.get(self._choice, scheme))

    @Slot(Qt.ColorScheme)
    def apply(self, scheme: Qt.ColorScheme) -> None:
        """Take on a color scheme; an unknown one counts as light."""
        # A style sheet resolves palette(…) when it is set, and stays with those colors.
        self._application.setStyleSheet("")
        self._application.setPalette(palette(is_dark=scheme == Qt.ColorScheme.Dark))
        self._application.setStyleSheet(STYLE_SHEET)
