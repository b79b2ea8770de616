"""What was picked and when, and the file it is kept in. Knows no widgets."""

import contextlib
import json
import logging
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtCore import QIODevice, QSaveFile

from hccr_desktop.errors import HccrError
from hccr_desktop.gui.ink_json import NewerVersionError, check_version

logger = logging.getLogger(__name__)

_VERSION: Final = 1

_SLACK: Final = 64
"""Lines that the file may have beyond the limit, so that not every pick writes all of it anew."""


@dataclass(frozen=True, slots=True)
class PastPick:
    """One pick.

    Attributes:
        character: one code point.
        picked_at: with a time zone.
    """

    character: str
    picked_at: datetime


class HistoryError(HccrError):
    """The history cannot be read or kept."""


class PickHistory:
    """The picks of this run and of those before it.

    The file has one line of JSON a pick, ``{"version": 1, "at": ISO 8601 in UTC, "character": "鲍"}``: adding one
    writes one line, and two windows that write at once lose nothing of each other. Since each may be of another version
    of the program, every line says its own; the first ones said none. A file with a line of a newer version is left
    alone.

    Args:
        path: the file, which need not exist, nor its folder; None keeps the picks for this run only.
        limit: most picks that are kept, the newest.
    """

    def __init__(self, path: Path | None, *, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._picks: list[PastPick] = []
        self._line_count = 0
        self._is_behind = False
        self._is_newer = False

    @property
    def picks(self) -> tuple[PastPick, ...]:
        """All picks, oldest first."""
        return tuple(self._picks)

    def load(self) -> None:
        """Read the file.

        Raises:
            HistoryError: it cannot be read. A damaged one has been renamed, so that nothing in it is lost, and those
                of its lines that are sound are kept on. One of a newer version stays as it is until it is cleared.
        """
        if self._path is None:
            return
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return
        except OSError as error:
            raise HistoryError("The history in {path} cannot be read.", path=self._path, detail=str(error)) from error
        try:
            read = [_decoded(line) for line in lines if line.strip()]
        except NewerVersionError as error:
            self._is_newer = True
            raise HistoryError(
                "{path} was written by a newer version of this program, which alone can read it; "
                "what is picked now is not kept.",
                path=self._path,
                detail=str(error),
            ) from error
        self._picks = [pick for pick in read if pick is not None]
        self._line_count = len(read)
        if len(self._picks) < len(read):
            raise self._put_aside()
        self._trim()

    def add(self, characters: str) -> None:
        """Keep picks of now, a pick for each character, in their order.

        Raises:
            HistoryError: they cannot be written. They stay among :attr:`picks`, and are written with the next.
        """
        now = datetime.now(UTC)
        # A step apart of what the file keeps of times, so that of two alike each can be forgotten by itself.
        picks = [
            PastPick(character, now - timedelta(milliseconds=back))
            for back, character in zip(range(len(characters) - 1, -1, -1), characters, strict=True)
        ]
        self._picks += picks
        self._trim()
        if self._path is None or self._is_newer:
            return
        if self._is_behind or self._line_count + len(picks) > self._limit + _SLACK:
            self._write_all()
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _append(self._path, "".join(map(_encoded, picks)))
        except OSError as error:
            raise self._not_kept(str(error)) from error
        self._line_count += len(picks)

    def remove(self, picks: Collection[PastPick]) -> None:
        """Forget some picks.

        Raises:
            HistoryError: the file cannot be written; they are gone from :attr:`picks` alone.
        """
        self._picks = [pick for pick in self._picks if pick not in picks]
        self._write_all()

    def clear(self) -> None:
        """Forget all picks, and delete the file.

        Raises:
            HistoryError: the file cannot be deleted.
        """
        self._picks = []
        self._line_count = 0
        self._is_behind = False
        self._is_newer = False
        if self._path is not None:
            try:
                self._path.unlink(missing_ok=True)
            except OSError as error:
                raise HistoryError("{path} cannot be deleted.", path=self._path, detail=str(error)) from error

    def set_limit(self, limit: int) -> None:
        """Keep at most so many picks from now on.

        Raises:
            HistoryError: the file cannot be written.
        """
        self._limit = limit
        if len(self._picks) > limit:
            self._trim()
            self._write_all()

    def _trim(self) -> None:
        del self._picks[: max(0, len(self._picks) - self._limit)]

    def _write_all(self) -> None:
        """Write the file as a whole, or leave the old one."""
        if self._path is None or self._is_newer:
            return
        content = "".join(map(_encoded, self._picks)).encode()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._not_kept(str(error)) from error
        file = QSaveFile(str(self._path))
        is_open = file.open(QIODevice.OpenModeFlag.WriteOnly)
        if is_open:
            file.setPermissions(QSaveFile.Permission.ReadOwner | QSaveFile.Permission.WriteOwner)
        if not (is_open and file.write(content) == len(content) and file.commit()):
            raise self._not_kept(file.errorString())
        self._line_count = len(self._picks)
        self._is_behind = False

    def _not_kept(self, detail: str) -> HistoryError:
        self._is_behind = True
        return HistoryError("The history cannot be kept in {path}.", path=self._path, detail=detail)

    def _put_aside(self) -> HistoryError:
        """Rename the damaged file, and write anew what of it can be read."""
        path = self._path
        if path is None:
            raise ValueError("a history without a file cannot be damaged")
        aside = path.with_name(f"{path.stem}.damaged{path.suffix}")
        try:
            path.replace(aside)
        except OSError as error:
            return HistoryError("The history in {path} cannot be read.", path=path, detail=str(error))
        with contextlib.suppress(HistoryError):  # the picks are in memory, and written with the next
            self._write_all()
        return HistoryError(
            "The history was damaged and has been put aside as {aside}; what can be read of it is kept.", aside=aside
        )


def _append(path: Path, lines: str) -> None:
    """Add lines, all or nothing.

    Raises:
        OSError: nothing was added.
    """
    content = lines.encode()
    is_binary = getattr(os, "O_BINARY", 0)  # Windows alone has it, and needs it
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | is_binary, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        try:
            if os.write(descriptor, content) != len(content):
                raise OSError("the disk is full")
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)


def _encoded(pick: PastPick) -> str:
    at = pick.picked_at.astimezone(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"version": _VERSION, "at": at, "character": pick.character}, ensure_ascii=False) + "\n"


def _decoded(line: bytes) -> PastPick | None:
    """The pick of a line; None where the line is damaged.

    Raises:
        NewerVersionError: a later program wrote it.
    """
    try:
        stored = json.loads(line.decode())
        check_version(stored.get("version", 1), _VERSION)
        character, picked_at = stored["character"], datetime.fromisoformat(stored["at"])
    except NewerVersionError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    if not isinstance(character, str) or len(character) != 1 or picked_at.tzinfo is None:
        return None
    return PastPick(character, picked_at)
