"""Where the program keeps what belongs to its user: one folder, and in it one file for each thing."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths

BATCH_FILE: Final = "batch.json"
COMPOSE_FILE: Final = "compose.json"
CRASH_FILE: Final = "crash.log"
DRAWING_FILE: Final = "drawing.json"
HISTORY_FILE: Final = "history.jsonl"
LEARNED_FILE: Final = "learned.sqlite"


def user_folder() -> Path:
    """The user's data folder of this program on this machine, which need not exist."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation))


def aside(path: Path, why: str) -> Path:
    """A free name beside a file, for a copy that is not to be used and not to be lost.

    Args:
        path: the file.
        why: one word for the name: ``damaged``, ``newer``, ``lost``.
    """
    free = path.with_name(f"{path.stem}.{why}{path.suffix}")
    number = 1
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}.{why}-{number}{path.suffix}")
    return free
