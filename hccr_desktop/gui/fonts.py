"""A font for the candidates: without one a plain machine shows boxes."""

import logging
from typing import Final

from PySide6.QtGui import QFontDatabase

from hccr_desktop import paths

logger = logging.getLogger(__name__)

_SYSTEM_FAMILIES: Final = (
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
)
"""System fonts that hold all of GB2312 in its mainland forms. Others may draw Japanese forms, or boxes."""


def load_character_family() -> str:
    """Load the fonts that come with the program.

    Returns:
        The family to draw Chinese characters with: the system's own where it is known to be right, so that the
        list looks like the rest of the desktop, else ours; empty if there is neither.
    """
    ours: list[str] = []
    for file in sorted(paths.fonts_dir().glob("*.[ot]tf")):
        number = QFontDatabase.addApplicationFont(str(file))
        if number < 0:
            logger.warning("the font %s could not be loaded", file.name)
        else:
            ours.extend(QFontDatabase.applicationFontFamilies(number))
    for family in _SYSTEM_FAMILIES:
        if QFontDatabase.hasFamily(family):
            return family
    if not ours:
        logger.warning("no Chinese font: candidates may be drawn as boxes")
    return ours[0] if ours else ""
