"""Where the program keeps what belongs to its user: one folder, and in it one file for each thing."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths

COMPOSE_FILE: Final = "compose.json"
HISTORY_FILE: Final = "history.jsonl"
LEARNED_FILE: Final = "learned.sqlite"


def user_folder() -> Path:
    """The user's data folder of this program on this machine, which need not exist."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation))
