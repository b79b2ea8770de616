"""The database file of remembered samples: opened, checked, made, and moved aside where it is damaged.

A rollback journal, not WAL: a correction is one small write every few minutes, while WAL would leave two more files
of personal data beside this one, and does not work on the network drives that some homes are on.
"""

import contextlib
import glob
import os
import sqlite3
from pathlib import Path
from typing import Final

from hccr_desktop.errors import PersonalMemoryError, Sentence

SCHEMA_VERSION: Final = 1
APPLICATION_ID: Final = 0x48434352
"""``HCCR`` in the header of the file, so that another program's database is not taken for ours."""

_BUSY_LIMIT_S: Final = 0.3
"""How long a call waits for another process. Longer, and a list that the window shows would freeze noticeably."""

_NOT_USED: Final = Sentence("What was learned from you cannot be used")

# ink stands last: SQLite reads a row's columns in order, and so need not touch the ink when only embeddings are read.
# Ids are never used again (AUTOINCREMENT), since a list on screen may still show one that has gone.
_SCHEMA: Final = """
CREATE TABLE sample (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    character TEXT NOT NULL,
    picked_over TEXT,
    remembered_at TEXT NOT NULL,
    embedding_model TEXT,
    embedding BLOB,
    ink_digest BLOB NOT NULL UNIQUE,
    ink BLOB NOT NULL
)
"""

_ASIDE: Final = ".damaged-"
"""In the name of a file that was moved aside, before its number."""

_COMPANIONS: Final = ("-journal", "-wal", "-shm")
"""Files of SQLite that belong to a database and must follow it: a stray journal would damage the next file."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a sound database with our table, made if need be.

    Raises:
        PersonalMemoryError: caused by an sqlite3.Error, which tells damage from the rest, or by an OSError.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Readable by its owner alone from the first byte on; SQLite gives its journal the same rights.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    except OSError as error:
        raise PersonalMemoryError(
            "{failure}: {path} cannot be made.", failure=_NOT_USED, path=path, detail=str(error)
        ) from error
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, timeout=_BUSY_LIMIT_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA secure_delete = ON")  # what was forgotten must not lie in free pages
        check = connection.execute("PRAGMA quick_check(1)").fetchone()
        if check != ("ok",):
            damage = sqlite3.DatabaseError(str(check))
            damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise damage
        _prepare(connection, path)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise explained(error, path, _NOT_USED) from error
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    application, version, tables = (
        connection.execute(query).fetchone()[0]
        for query in ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_master")
    )
    if not tables:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    elif application != APPLICATION_ID:
        raise PersonalMemoryError("{path} belongs to another program, so nothing can be learned there.", path=path)
    elif version != SCHEMA_VERSION:
        raise PersonalMemoryError(
            "{path} was written by a newer version of this program, which alone can read it.", path=path
        )


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault, rather than what is around it."""
    return _primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _primary_code(error: sqlite3.Error) -> int:
    # The low byte; the rest tells how it came about. Errors of the module itself, as on a closed file, have none.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


def explained(error: sqlite3.Error, path: Path, failure: Sentence) -> PersonalMemoryError:
    """What to tell the user: what failed, and why as far as SQLite knows."""
    in_use = Sentence("{name} is in use by another program", name=path.name)
    not_opened = Sentence("{path} cannot be opened", path=path)
    damaged = Sentence("{name} is damaged, and will be set aside at the next start", name=path.name)
    reasons = {
        sqlite3.SQLITE_BUSY: in_use,
        sqlite3.SQLITE_LOCKED: in_use,
        sqlite3.SQLITE_FULL: Sentence("the disk is full"),
        sqlite3.SQLITE_READONLY: Sentence("{path} is write-protected", path=path),
        sqlite3.SQLITE_CANTOPEN: not_opened,
        sqlite3.SQLITE_PERM: not_opened,
        sqlite3.SQLITE_CORRUPT: damaged,
        sqlite3.SQLITE_NOTADB: damaged,
    }
    unknown = Sentence("{name} cannot be read or written", name=path.name)
    reason = reasons.get(_primary_code(error), unknown)
    return PersonalMemoryError("{failure}: {reason}.", failure=failure, reason=reason, detail=str(error))


def move_aside(path: Path) -> Path:
    """Rename a damaged file and what belongs to it; the new path of the file.

    Raises:
        PersonalMemoryError: the file cannot be renamed.
    """
    number = 1
    while (aside := path.with_name(f"{path.stem}{_ASIDE}{number}{path.suffix}")).exists():
        number += 1
    try:
        path.rename(aside)
        for companion in _COMPANIONS:
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + companion).rename(aside.with_name(aside.name + companion))
    except OSError as error:
        raise PersonalMemoryError(
            "{path} is damaged and cannot be moved aside, so nothing can be learned.", path=path, detail=str(error)
        ) from error
    return aside


def erase_files(path: Path) -> None:
    """Delete a closed database, what belongs to it, and all that was ever moved aside.

    Raises:
        PersonalMemoryError: a file cannot be deleted; others may have been.
    """
    asides = path.parent.glob(f"{glob.escape(path.stem + _ASIDE)}*{path.suffix}*")
    for file in (path, *(path.with_name(path.name + companion) for companion in _COMPANIONS), *asides):
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise PersonalMemoryError("{file} cannot be deleted.", file=file, detail=str(error)) from error
