"""Writes the tables of verbs and keys into the two user guides, from the menus themselves.

``python tools/guide_keys.py`` after a change of an action, a shortcut or a translation. A test fails where it was
forgotten.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
GUIDES: Final = {"en": REPOSITORY / "docs" / "user-guide.md", "zh_CN": REPOSITORY / "docs" / "user-guide.zh-CN.md"}
HEADINGS: Final = {"en": ("verb", "keys", "what it does"), "zh_CN": ("操作", "按键", "作用")}
BEGIN: Final = "<!-- Made by tools/guide_keys.py. -->"
END: Final = "<!-- End of what is made. -->"

MULTIMEDIA_KEYS: Final = frozenset(
    {"Copy", "Cut", "Find", "Help", "Open", "Paste", "Redo", "Save", "Undo", "Zoom In", "Zoom Out"}
)
"""Keys with these words on them, which Qt binds too; hardly a keyboard has them."""

if TYPE_CHECKING:
    from PySide6.QtGui import QAction


def keys_of(actions: "Iterable[QAction]") -> list[str]:
    """Keys as they stand on a keyboard, without those that hardly any has."""
    names = [keys.toString() for action in actions for keys in action.shortcuts()]
    return [name.replace("Ins", "Insert") for name in dict.fromkeys(names) if name not in MULTIMEDIA_KEYS]


def tables(language: str) -> str:
    """The verbs of each menu in the order in which it shows them, as Markdown.

    Args:
        language: one of GUIDES.
    """
    from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QWidget

    from hccr_desktop.gui.actions import ACTIONS, Actions
    from hccr_desktop.gui.languages import Languages
    from hccr_desktop.gui.menus import Menus
    from hccr_desktop.gui.shortcuts_dialog import without_mnemonic

    languages = Languages(QApplication.instance() or QApplication([]))  # type: ignore[arg-type]
    languages.use(language)
    window = QMainWindow()
    table = Actions(window)
    menus = Menus(window, table, canvas=QWidget(window), candidates=QWidget(window))
    tips = {f"action_{info.name}": info.tip for info in ACTIONS}
    written: list[str] = []

    def rows(menu: QMenu) -> Iterable[str]:
        for action in menu.actions():
            below = action.menu()
            if isinstance(below, QMenu):
                yield from rows(below)
            elif action.objectName() in tips:
                tip = QApplication.translate("Actions", tips[action.objectName()])
                keys = " ".join(f"<kbd>{key}</kbd>" for key in keys_of([action]))
                yield f"| {without_mnemonic(action.text())} | {keys} | {tip} |"
            elif action is table.picks[0]:
                first, last = without_mnemonic(action.text()), without_mnemonic(table.picks[-1].text())
                keys = " ".join(f"<kbd>{key}</kbd>" for key in keys_of(table.picks))
                yield f"| {first} – {last} | {keys} | |"

    for top in window.menuBar().actions():
        menu = top.menu()
        if isinstance(menu, QMenu) and (lines := list(rows(menu))):
            heading = " | ".join(HEADINGS[language])
            written += [f"### {without_mnemonic(menu.title())}", "", f"| {heading} |", "|---|---|---|", *lines, ""]
    languages.use("en")
    window.deleteLater()
    del menus
    return "\n".join(written)


def with_tables(guide: str, made: str) -> str:
    """A guide's text with other tables.

    Raises:
        ValueError: the guide does not say where they stand.
    """
    before, _, rest = guide.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"The guide lacks {BEGIN} or {END}.")
    return f"{before}{BEGIN}\n\n{made}\n{END}{after}"


def main() -> int:
    """Renew both guides."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(REPOSITORY))
    from hccr_desktop import gui  # noqa: F401 - before Qt, see there

    for language, path in GUIDES.items():
        path.write_text(with_tables(path.read_text("utf-8"), tables(language)), "utf-8")
        print(path.relative_to(REPOSITORY))
    return 0


if __name__ == "__main__":
    sys.exit(main())
