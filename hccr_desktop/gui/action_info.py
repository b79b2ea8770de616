"""What a table of actions says of each."""

from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

Shortcut = QKeySequence.StandardKey | str


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark a text for translation and leave it as it is. Qt's own of this name is typed to return an object."""
    return text


@dataclass(frozen=True, slots=True)
class ActionInfo:
    """One row of a table.

    Attributes:
        name: attribute of :class:`Actions`, and the action's objectName.
        text: menu text, English; the translation is looked up when the action is made.
        tip: status tip and tool tip, English.
        shortcuts: the first is shown in the menu.
        icon: file in ``resources/icons``; empty for none.
        short_text: for the tool bar, where there is no room for more and no mnemonic.
        is_checkable: it is switched on and off.
    """

    name: str
    text: str
    tip: str
    shortcuts: tuple[Shortcut, ...] = ()
    icon: str = ""
    short_text: str = ""
    is_checkable: bool = False
