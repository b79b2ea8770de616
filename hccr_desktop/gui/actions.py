"""Every verb of the window: its action, shortcut and texts, in one table."""

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence, QPalette

from hccr_desktop.gui import icons
from hccr_desktop.gui.action_info import QT_TRANSLATE_NOOP, ActionInfo, Shortcut
from hccr_desktop.gui.candidate_list import PICK_KEYS
from hccr_desktop.gui.picture_actions import PICTURE_ACTIONS, PictureActions

_Standard = QKeySequence.StandardKey

ACTIONS: Final[tuple[ActionInfo, ...]] = (
    ActionInfo(
        "open",
        QT_TRANSLATE_NOOP("Actions", "&Open picture…"),
        QT_TRANSLATE_NOOP("Actions", "Recognize what is written in picture files"),
        (_Standard.Open,),
        "open",
        QT_TRANSLATE_NOOP("Actions", "Open…"),
    ),
    ActionInfo(
        "save",
        QT_TRANSLATE_NOOP("Actions", "&Save drawing…"),
        QT_TRANSLATE_NOOP("Actions", "Save the drawing as a picture or as strokes"),
        (_Standard.Save,),
        "save",
        QT_TRANSLATE_NOOP("Actions", "Save…"),
    ),
    ActionInfo(
        "quit",
        QT_TRANSLATE_NOOP("Actions", "&Quit"),
        QT_TRANSLATE_NOOP("Actions", "Close the program"),
        (_Standard.Quit, "Ctrl+Q"),
    ),
    ActionInfo(
        "undo",
        QT_TRANSLATE_NOOP("Actions", "&Undo"),
        QT_TRANSLATE_NOOP("Actions", "Take back the last stroke or step"),
        (_Standard.Undo, "Ctrl+Z", "Backspace"),
        "undo",
        QT_TRANSLATE_NOOP("Actions", "Undo"),
    ),
    ActionInfo(
        "redo",
        QT_TRANSLATE_NOOP("Actions", "&Redo"),
        QT_TRANSLATE_NOOP("Actions", "Repeat what was taken back"),
        ("Ctrl+Shift+Z", _Standard.Redo),
        "redo",
        QT_TRANSLATE_NOOP("Actions", "Redo"),
    ),
    ActionInfo(
        "clear",
        QT_TRANSLATE_NOOP("Actions", "C&lear"),
        QT_TRANSLATE_NOOP("Actions", "Empty the canvas; undo brings the drawing back"),
        ("Esc",),
        "clear",
        QT_TRANSLATE_NOOP("Actions", "Clear"),
    ),
    ActionInfo(
        "eraser",
        QT_TRANSLATE_NOOP("Actions", "E&raser"),
        QT_TRANSLATE_NOOP("Actions", "Erase the strokes that are touched, with mouse, pen or finger"),
        ("Ctrl+E",),
        "eraser",
        QT_TRANSLATE_NOOP("Actions", "Eraser"),
        is_checkable=True,
    ),
    ActionInfo(
        "copy",
        QT_TRANSLATE_NOOP("Actions", "&Copy"),
        QT_TRANSLATE_NOOP("Actions", "Copy the selected text, else the whole text, else the selected candidate"),
        (_Standard.Copy,),
        "copy",
        QT_TRANSLATE_NOOP("Actions", "Copy"),
    ),
    ActionInfo(
        "copy_candidate",
        QT_TRANSLATE_NOOP("Actions", "Copy c&andidate"),
        QT_TRANSLATE_NOOP("Actions", "Copy the selected candidate and keep the drawing"),
        ("Ctrl+Shift+C",),
    ),
    ActionInfo(
        "paste",
        QT_TRANSLATE_NOOP("Actions", "&Paste"),
        QT_TRANSLATE_NOOP("Actions", "Recognize the picture on the clipboard; in the text, insert its text"),
        (_Standard.Paste,),
        "paste",
        QT_TRANSLATE_NOOP("Actions", "Paste"),
    ),
    ActionInfo(
        "edit_text",
        QT_TRANSLATE_NOOP("Actions", "&Edit text"),
        QT_TRANSLATE_NOOP("Actions", "Go to the compose line; Esc leads back"),
        ("F2",),
    ),
    ActionInfo(
        "clear_text",
        QT_TRANSLATE_NOOP("Actions", "Clear &text"),
        QT_TRANSLATE_NOOP("Actions", "Empty the compose line; undo within it brings the text back"),
        ("Ctrl+Shift+Backspace",),
        "clear",
        QT_TRANSLATE_NOOP("Actions", "Clear"),
    ),
    ActionInfo(
        "pick",
        QT_TRANSLATE_NOOP("Actions", "&Pick selected"),
        QT_TRANSLATE_NOOP("Actions", "Take the selected candidate, the first by default"),
        ("Return", "Enter"),
    ),
    ActionInfo(
        "teach",
        QT_TRANSLATE_NOOP("Actions", "&This is…"),
        QT_TRANSLATE_NOOP("Actions", "Say which character the drawing is, so that it is recognized next time"),
        ("Ctrl+T",),
    ),
    ActionInfo(
        "unlearn",
        QT_TRANSLATE_NOOP("Actions", "Take &back what was learned"),
        QT_TRANSLATE_NOOP("Actions", "Forget the correction that was learned last"),
        ("Ctrl+Shift+T",),
    ),
    ActionInfo(
        "learned",
        QT_TRANSLATE_NOOP("Actions", "&Learned characters…"),
        QT_TRANSLATE_NOOP("Actions", "See what was learned from you; delete, save and load it"),
        ("Ctrl+L",),
    ),
    ActionInfo(
        "next_candidate",
        QT_TRANSLATE_NOOP("Actions", "&Next candidate"),
        QT_TRANSLATE_NOOP("Actions", "Select the candidate below"),
        ("Down",),
    ),
    ActionInfo(
        "previous_candidate",
        QT_TRANSLATE_NOOP("Actions", "Pre&vious candidate"),
        QT_TRANSLATE_NOOP("Actions", "Select the candidate above"),
        ("Up",),
    ),
    ActionInfo(
        "heat_map",
        QT_TRANSLATE_NOOP("Actions", "&Heat map"),
        QT_TRANSLATE_NOOP("Actions", "Show what in the drawing speaks for the selected candidate, and what against it"),
        ("Ctrl+H",),
        "heat_map",
        QT_TRANSLATE_NOOP("Actions", "Heat map"),
        is_checkable=True,
    ),
    ActionInfo(
        "details",
        QT_TRANSLATE_NOOP("Actions", "&Details"),
        QT_TRANSLATE_NOOP("Actions", "Show readings, meanings and stroke order of the selected candidate"),
        ("Ctrl+I",),
        "details",
        QT_TRANSLATE_NOOP("Actions", "Details"),
        is_checkable=True,
    ),
    ActionInfo(
        "find_pinyin",
        QT_TRANSLATE_NOOP("Actions", "&Find by pinyin"),
        QT_TRANSLATE_NOOP("Actions", "Search the dictionary for characters that are read so"),
        (_Standard.Find,),
    ),
    ActionInfo(
        "guide_mi",
        QT_TRANSLATE_NOOP("Actions", "米 grid"),
        QT_TRANSLATE_NOOP("Actions", "Both middle lines and both diagonals on the paper"),
        is_checkable=True,
    ),
    ActionInfo(
        "guide_tian",
        QT_TRANSLATE_NOOP("Actions", "田 grid"),
        QT_TRANSLATE_NOOP("Actions", "Both middle lines on the paper"),
        is_checkable=True,
    ),
    ActionInfo(
        "guide_none",
        QT_TRANSLATE_NOOP("Actions", "&No grid"),
        QT_TRANSLATE_NOOP("Actions", "Nothing on the paper"),
        is_checkable=True,
    ),
    ActionInfo(
        "canvas_larger",
        QT_TRANSLATE_NOOP("Actions", "Lar&ger canvas"),
        QT_TRANSLATE_NOOP("Actions", "Give the canvas more of the window"),
        (_Standard.ZoomIn, "Ctrl+="),
    ),
    ActionInfo(
        "canvas_smaller",
        QT_TRANSLATE_NOOP("Actions", "S&maller canvas"),
        QT_TRANSLATE_NOOP("Actions", "Give the canvas less of the window"),
        (_Standard.ZoomOut,),
    ),
    ActionInfo(
        "canvas_largest",
        QT_TRANSLATE_NOOP("Actions", "La&rgest canvas"),
        QT_TRANSLATE_NOOP("Actions", "Make the canvas as large as the window allows"),
        ("Ctrl+0",),
    ),
    ActionInfo(
        "left_handed",
        QT_TRANSLATE_NOOP("Actions", "&Left-handed"),
        QT_TRANSLATE_NOOP("Actions", "Put the candidates to the left of the canvas"),
        is_checkable=True,
    ),
    ActionInfo(
        "history",
        QT_TRANSLATE_NOOP("Actions", "Hist&ory…"),
        QT_TRANSLATE_NOOP("Actions", "See what was picked before; search it, take it again, delete it"),
        ("Ctrl+Shift+H",),
    ),
    ActionInfo(
        "always_on_top",
        QT_TRANSLATE_NOOP("Actions", "Al&ways on top"),
        QT_TRANSLATE_NOOP("Actions", "Keep the window above those of other programs"),
        ("Ctrl+Shift+A",),
        is_checkable=True,
    ),
    ActionInfo(
        "settings",
        QT_TRANSLATE_NOOP("Actions", "Se&ttings…"),
        QT_TRANSLATE_NOOP("Actions", "Change what a pick does, language, theme, and how to recognize"),
        ("Ctrl+,",),
        "settings",
        QT_TRANSLATE_NOOP("Actions", "Settings"),
    ),
    ActionInfo(
        "privacy",
        QT_TRANSLATE_NOOP("Actions", "&Your data…"),
        QT_TRANSLATE_NOOP("Actions", "See what the program keeps about you and where, and delete it"),
    ),
    ActionInfo(
        "shortcuts",
        QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"),
        QT_TRANSLATE_NOOP("Actions", "List the keys of all verbs"),
        (_Standard.HelpContents, "F1"),
    ),
    ActionInfo(
        "about",
        QT_TRANSLATE_NOOP("Actions", "&About HCCR Desktop"),
        QT_TRANSLATE_NOOP("Actions", "Version, authors and licences"),
    ),
    *PICTURE_ACTIONS,
)

PICK_TEXT: Final = QT_TRANSLATE_NOOP("Actions", "Candidate {number}")
"""Text of the ten actions that pick by number."""


class Actions(PictureActions):
    """The actions themselves, made from the table once.

    Args:
        parent: the window; its shortcuts work wherever the focus is within it.
    """

    open: QAction
    save: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    clear: QAction
    eraser: QAction
    copy: QAction
    copy_candidate: QAction
    paste: QAction
    edit_text: QAction
    clear_text: QAction
    pick: QAction
    teach: QAction
    unlearn: QAction
    learned: QAction
    next_candidate: QAction
    previous_candidate: QAction
    heat_map: QAction
    details: QAction
    find_pinyin: QAction
    guide_mi: QAction
    guide_tian: QAction
    guide_none: QAction
    canvas_larger: QAction
    canvas_smaller: QAction
    canvas_largest: QAction
    left_handed: QAction
    history: QAction
    always_on_top: QAction
    settings: QAction
    privacy: QAction
    shortcuts: QAction
    about: QAction

    def __init__(self, parent: QObject) -> None:
        self._by_name: dict[str, QAction] = {}
        for info in ACTIONS:
            action = QAction(parent)
            action.setObjectName(f"action_{info.name}")
            action.setShortcuts(_sequences(info.shortcuts))
            action.setCheckable(info.is_checkable)
            self._by_name[info.name] = action
            setattr(self, info.name, action)
        self.picks = tuple(self._pick_action(parent, row) for row in range(len(PICK_KEYS)))
        self.translate()

    def __iter__(self) -> Iterator[QAction]:
        yield from self._by_name.values()
        yield from self.picks

    def translate(self) -> None:
        """Set every text in the language of the moment."""
        for info in ACTIONS:
            action = self._by_name[info.name]
            action.setText(_translated(info.text))
            if info.short_text:
                action.setIconText(_translated(info.short_text))
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            action.setToolTip(f"{_translated(info.tip)} ({keys})" if keys else _translated(info.tip))
        for row, action in enumerate(self.picks):
            action.setText(_translated(PICK_TEXT).format(number=row + 1))

    def set_icons(self, palette: QPalette) -> None:
        """Draw every icon in the palette's colors."""
        for info in ACTIONS:
            if info.icon:
                self._by_name[info.name].setIcon(icons.icon(info.icon, palette))

    @staticmethod
    def _pick_action(parent: QObject, row: int) -> QAction:
        action = QAction(parent)
        action.setObjectName(f"action_pick_{row + 1}")
        action.setShortcut(QKeySequence(PICK_KEYS[row]))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setData(row)
        return action


def _sequences(shortcuts: tuple[Shortcut, ...]) -> list[QKeySequence]:
    """All key sequences, each once: a platform's own may repeat those spelled out."""
    sequences: list[QKeySequence] = []
    for shortcut in shortcuts:
        found = [QKeySequence(shortcut)] if isinstance(shortcut, str) else QKeySequence.keyBindings(shortcut)
        sequences.extend(sequence for sequence in found if sequence not in sequences)
    return sequences


def _translated(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
