"""One window a user: a second start hands over what it was asked for to the first, and ends."""

import hashlib
import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

logger = logging.getLogger(__name__)

ANSWER_LIMIT_MS: Final = 15_000
"""How long the first is waited for. It may still be starting, on a slow machine."""

_CONNECT_LIMIT_MS: Final = 1_000
_LOCK_LIMIT_MS: Final = 5_000
_ATTEMPTS: Final = 3
_ANSWER: Final = b"ok\n"
_MOST_BYTES: Final = 64 * 1024
"""A request has a path in it at most."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a start of the program asks of the window that is there.

    Attributes:
        picture: absolute path of a file to open; empty for none.
        is_toggle: hide the window where it is in front.
        activation_token: what the desktop gave the new process so that it may come to the front (Wayland).
    """

    picture: str = ""
    is_toggle: bool = False
    activation_token: str = ""


def instance_name(data_folder: Path) -> str:
    """What the instances of one user know each other by: those that would write the same files.

    Args:
        data_folder: the user's; others, as tests have them, are other instances.
    """
    user = os.getuid() if hasattr(os, "getuid") else ""  # pipes on Windows are a user's own anyway
    digest = hashlib.sha256(f"{user}:{data_folder}".encode("utf-8", "surrogateescape")).hexdigest()
    return f"hccr-desktop-{digest[:16]}"


class SingleInstance(QObject):
    """Finds the first instance, or is it.

    Args:
        name: see :func:`instance_name`.
        parent: owner.
    """

    asked = Signal(object)
    """Request: of another start of the program."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        folder = _socket_folder()
        self._path = folder / name
        # A name alone is a pipe's on Windows, and would lie in the folder for all users elsewhere.
        self._address = name if os.name == "nt" else str(self._path)
        self._lock = QLockFile(str(folder / f"{name}.lock"))
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)

    def hand_over(self, request: Request) -> bool:
        """Give a request to the first instance, or become that.

        Returns:
            Whether another has taken it, so that this one has nothing left to do.
        """
        for _ in range(_ATTEMPTS):
            socket = self._connect_or_listen()
            if socket is None:
                return False
            answered = _send(socket, request)
            if answered is not None:
                return answered
            logger.info("the first instance ended while it was asked")
        return False

    def close(self) -> None:
        """Let the next start be the first."""
        self._server.close()

    def _connect_or_listen(self) -> QLocalSocket | None:
        """A connection to the first instance; None where this is the first, or there cannot be a first.

        The lock makes one step of it: of two starts at once, one connects to what the other listens on.
        """
        is_locked = self._lock.tryLock(_LOCK_LIMIT_MS)
        if not is_locked:
            logger.warning("another instance is being started for %d ms", _LOCK_LIMIT_MS)
        try:
            if not self._is_ours():
                logger.warning("no other start can find this window: %s is another user's", self._path)
                return None
            socket = QLocalSocket(self)
            socket.connectToServer(self._address)
            if socket.waitForConnected(_CONNECT_LIMIT_MS):
                return socket
            if is_locked:
                QLocalServer.removeServer(self._address)  # of an instance that ended without a farewell
                if not self._server.listen(self._address):
                    logger.warning("no other start can find this window: %s", self._server.errorString())
            return None
        finally:
            if is_locked:
                self._lock.unlock()

    def _is_ours(self) -> bool:
        """The socket is no other user's, who would learn what is opened here. Windows keeps pipes apart by itself."""
        if os.name == "nt":
            return True
        try:
            return self._path.lstat().st_uid == os.getuid()
        except FileNotFoundError:
            return True
        except OSError:
            return False

    @Slot()
    def _on_connection(self) -> None:
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            socket.readyRead.connect(self._on_data)
            socket.disconnected.connect(socket.deleteLater)
            self._answer(socket)

    @Slot()
    def _on_data(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        """Take a request once all of it is there."""
        if socket.canReadLine():
            request = _decoded(bytes(socket.readLine().data()))
            if request is not None:
                self.asked.emit(request)
                socket.write(_ANSWER)
                socket.flush()
            socket.disconnectFromServer()
        elif socket.bytesAvailable() > _MOST_BYTES:
            socket.abort()


def _send(socket: QLocalSocket, request: Request) -> bool | None:
    """Whether the first instance has answered; None where it has gone away instead."""
    socket.write(json.dumps(asdict(request)).encode() + b"\n")
    socket.waitForBytesWritten(_CONNECT_LIMIT_MS)
    while not socket.canReadLine():
        if not socket.waitForReadyRead(ANSWER_LIMIT_MS):
            is_silent = socket.error() == QLocalSocket.LocalSocketError.SocketTimeoutError
            if is_silent:
                logger.warning("the window that is open does not answer; this one opens besides it")
            return False if is_silent else None
    return socket.readLine().data() == _ANSWER


def _decoded(line: bytes) -> Request | None:
    try:
        return _checked(json.loads(line))
    except (ValueError, TypeError, RecursionError) as error:
        logger.warning("a request to this window cannot be read: %s", error)
        return None


def _checked(stored: object) -> Request:
    if not isinstance(stored, dict):
        raise TypeError("no object")
    picture, is_toggle, token = (stored.get(name) for name in ("picture", "is_toggle", "activation_token"))
    if not (isinstance(picture, str) and isinstance(is_toggle, bool) and isinstance(token, str)):
        raise TypeError("no request")
    return Request(picture, is_toggle, token)


def _socket_folder() -> Path:
    """The user's folder for sockets where the system has made one, else the one for temporary files."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(runtime) if runtime and Path(runtime).is_dir() else Path(QDir.tempPath())
