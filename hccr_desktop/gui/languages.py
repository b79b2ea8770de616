"""The language of the window, which can be changed while it is open."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator, Slot
from PySide6.QtWidgets import QApplication

from hccr_desktop import paths
from hccr_desktop.domain.settings import SYSTEM

NATIVE_NAMES: Final = {"en": "English", "zh_CN": "简体中文"}
"""Each language in its own words: whoever looks for one reads that."""


class Languages(QObject):
    """Installs the catalogues of one language at a time: Qt's own texts and ours, ours in English too, for the plurals.

    Args:
        application: gets the translators.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._installed: list[QTranslator] = []
        self.use(SYSTEM)

    @Slot(str)
    def use(self, language: str) -> None:
        """Change to a language of NATIVE_NAMES, or to the system's."""
        for translator in self._installed:
            QCoreApplication.removeTranslator(translator)
        self._installed = []
        locale = QLocale.system() if language == SYSTEM else QLocale(language)
        QLocale.setDefault(locale)  # numbers too
        for name, folder in (
            ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
            ("hccr", str(paths.resources_dir() / "translations")),
        ):
            translator = QTranslator(self)
            if translator.load(locale, name, "_", folder) or (name == "hccr" and translator.load("hccr_en", folder)):
                QCoreApplication.installTranslator(translator)
                self._installed.append(translator)
