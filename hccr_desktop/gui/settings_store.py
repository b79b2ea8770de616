"""Settings and window geometry on disk."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QSettings

from hccr_desktop.domain.settings import SETTINGS, Settings, SettingValue, checked

logger = logging.getLogger(__name__)

ORGANIZATION: Final = "HCCR Desktop"
APPLICATION: Final = "hccr-desktop"
WHOLE_FILE: Final = "*"
_SETTINGS_GROUP: Final = "settings"
_GEOMETRY_KEY: Final = "window/geometry"
_RECENT_KEY: Final = "files/recent"
_DEFAULTS: Final[Mapping[str, SettingValue]] = {info.name: info.default for info in SETTINGS}


class SettingsStore:
    """The settings file. A damaged or locked one costs the changes, never the program."""

    def __init__(self) -> None:
        # Format and scope spelled out: QSettings(organization, application) would ignore the default format.
        self._file = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, ORGANIZATION, APPLICATION)
        self._is_forgotten = False

    @property
    def path(self) -> Path:
        """The file, which need not exist."""
        return Path(self._file.fileName())

    def load(self) -> tuple[Settings, tuple[str, ...]]:
        """The settings, and the names of those whose stored value could not be used; WHOLE_FILE for all."""
        if self._file.status() != QSettings.Status.NoError or not _is_readable(self.path):
            logger.warning("the settings file %s cannot be read: %s", self.path, self._file.status())
            return Settings(), (WHOLE_FILE,)
        self._file.beginGroup(_SETTINGS_GROUP)
        stored = {info.name: self._file.value(info.name) for info in SETTINGS if self._file.contains(info.name)}
        self._file.endGroup()
        settings, rejected = checked({name: _typed(name, value) for name, value in stored.items()})
        if rejected:
            logger.warning("settings replaced by their defaults: %s", ", ".join(rejected))
        return settings, rejected

    def save(self, name: str, value: SettingValue) -> bool:
        """Write one setting, so that what the command line changed for this run alone is not kept.

        Returns:
            Whether that worked.
        """
        self._is_forgotten = False
        self._file.setValue(f"{_SETTINGS_GROUP}/{name}", value)
        return self._sync()

    def load_geometry(self) -> QByteArray:
        """Place and size of the window; empty where none was stored."""
        stored = self._file.value(_GEOMETRY_KEY)
        return stored if isinstance(stored, QByteArray) else QByteArray()

    def save_geometry(self, geometry: QByteArray) -> bool:
        """Write place and size of the window; whether that worked."""
        if self._is_forgotten:
            return True
        self._file.setValue(_GEOMETRY_KEY, geometry)
        return self._sync()

    def load_recent_files(self) -> list[str]:
        """Paths of the files opened last, latest first."""
        stored = self._file.value(_RECENT_KEY)
        if isinstance(stored, str):  # a list of one comes back so after a restart
            stored = [stored]
        return [text for text in stored if isinstance(text, str) and text] if isinstance(stored, list) else []

    def save_recent_files(self, files: list[str]) -> bool:
        """Write the paths of the files opened last; whether that worked."""
        if files or self._file.contains(_RECENT_KEY):
            self._is_forgotten = False
        self._file.setValue(_RECENT_KEY, files)
        return self._sync()

    def forget(self) -> None:
        """Forget all settings, and write nothing more until one is changed: not even the window's place."""
        self._file.clear()
        self._sync()
        self._is_forgotten = True

    def _sync(self) -> bool:
        self._file.sync()
        if self._file.status() == QSettings.Status.NoError and self._file.isWritable():
            return True
        logger.warning("the settings file %s cannot be written", self.path)
        return False


def _is_readable(path: Path) -> bool:
    try:
        path.open("rb").close()
    except FileNotFoundError:
        return True  # the first start
    except OSError:
        return False
    return True


def _typed(name: str, stored: object) -> SettingValue | object:
    """What a stored value says, in the setting's type; itself if it says nothing of that type.

    After a restart every value of an INI file is a string, and ``bool("false")`` is True.
    """
    default = _DEFAULTS[name]
    text = str(stored)
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}.get(text.lower(), stored)
        if isinstance(default, int):
            return int(text)
        if isinstance(default, float):
            return float(text)
    except ValueError:
        return stored
    return stored
