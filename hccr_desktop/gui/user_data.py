"""All that the program writes about its user without being asked for a file name, and how it is deleted.

Whoever adds a file gives it a row in :func:`stores`, and a keeper: a test finds files and writers without one.
"""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hccr_desktop import paths
from hccr_desktop.errors import HccrError
from hccr_desktop.gui.user_folder import (
    BATCH_FILE,
    COMPOSE_FILE,
    CRASH_FILE,
    DRAWING_FILE,
    HISTORY_FILE,
    LEARNED_FILE,
    user_folder,
)

logger = logging.getLogger(__name__)

SETTINGS: Final = "settings"
TEXT: Final = "text"
HISTORY: Final = "history"
LEARNED: Final = "learned"
DRAWING: Final = "drawing"
CRASH: Final = "crash"
BATCH: Final = "batch"
SPEED: Final = "speed"
STORES: Final = (SETTINGS, TEXT, DRAWING, HISTORY, LEARNED, BATCH, CRASH, SPEED)
"""Names of the stores."""

_ASIDE: Final = ("damaged", "newer", "lost")
"""Why a file is set aside, as its name tells; see :func:`aside`."""

Keeper = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Store:
    """Files of one kind.

    Attributes:
        name: one of STORES.
        folder: where they lie; it need not exist.
        patterns: of their names, those of damaged and half-written ones included.
    """

    name: str
    folder: Path
    patterns: tuple[str, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that exist, by name."""
        found = {path for pattern in self.patterns for path in self.folder.glob(pattern) if not path.is_dir()}
        return tuple(sorted(found))

    @property
    def size_bytes(self) -> int:
        """Of all files together."""
        size = 0
        for file in self.files:
            with contextlib.suppress(OSError):  # it may be gone by now
                size += file.stat().st_size
        return size


def stores(settings_file: Path) -> tuple[Store, ...]:
    """Every store, in the order in which they are shown.

    Args:
        settings_file: Qt decides where it lies.
    """
    folder, speed = user_folder(), paths.speed_memo()
    return (
        Store(SETTINGS, settings_file.parent, _patterns(settings_file.name)),
        Store(TEXT, folder, _patterns(COMPOSE_FILE)),
        Store(DRAWING, folder, _patterns(DRAWING_FILE)),
        Store(HISTORY, folder, _patterns(HISTORY_FILE)),
        Store(LEARNED, folder, _patterns(LEARNED_FILE)),
        Store(BATCH, folder, _patterns(BATCH_FILE)),
        Store(CRASH, folder, _patterns(CRASH_FILE)),
        Store(SPEED, speed.parent, _patterns(speed.name)),
    )


class DeletionError(HccrError):
    """Something of the user's data is still there."""


class UserData:
    """The stores, and those parts of the running program that hold their content.

    Args:
        all_stores: see :func:`stores`.
    """

    def __init__(self, all_stores: Sequence[Store]) -> None:
        self.stores = tuple(all_stores)
        self._keepers: dict[str, Keeper] = {}

    @property
    def keepers(self) -> Mapping[str, Keeper]:
        """By the name of the store."""
        return self._keepers

    def add_keeper(self, name: str, let_go: Keeper) -> None:
        """Say who holds what a store holds.

        Args:
            name: one of STORES.
            let_go: forgets it, closes the store's files, and writes none until there is something new to keep. It may
                raise HccrError.
        """
        self._keepers[name] = let_go

    def delete_all(self) -> None:
        """Forget everything, and delete every file and the folders that are empty then.

        Raises:
            DeletionError: something is left; the sentence names it. All else is deleted.
        """
        # Last in, first out; and all of it, even where a fault in one of the keepers is on its way up.
        with contextlib.ExitStack() as steps:
            steps.callback(self._tell_of_left)
            for store in self.stores:
                steps.callback(self._delete_files, store)
                steps.callback(self._let_go, store)

    def _let_go(self, store: Store) -> None:
        keeper = self._keepers.get(store.name)
        if keeper is None:
            return
        try:
            keeper()
        except HccrError as error:
            logger.warning("%s (%s)", error.message, error.detail)

    def _delete_files(self, store: Store) -> None:
        for file in store.files:
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                logger.warning("%s cannot be deleted: %s", file, error)
        with contextlib.suppress(OSError):  # there may be files of others, or of the next store
            store.folder.rmdir()

    def _tell_of_left(self) -> None:
        left = [str(file) for store in self.stores for file in store.files]
        if left:
            raise DeletionError("Not everything could be deleted; what is left: {files}", files=", ".join(left))


def _patterns(name: str) -> tuple[str, ...]:
    """A file, its locks, journals and half-written copies (name.*, name-*), and those that were set aside."""
    file = Path(name)
    return (name, f"{name}.*", f"{name}-*", *(f"{file.stem}.{why}*{file.suffix}*" for why in _ASIDE))
