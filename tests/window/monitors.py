"""Several monitors on one X server in memory, which has none of its own to offer.

It speaks X11 itself, as ``xrandr --setmonitor`` would, which not every machine has.
"""

import socket
import struct
from collections.abc import Sequence
from typing import Final

Rectangle = tuple[int, int, int, int]
"""Left, top, width and height in the X server's pixels."""

_INTERN_ATOM: Final = 16
_QUERY_EXTENSION: Final = 98
_RR_QUERY_VERSION: Final = 0
_RR_SCREEN_RESOURCES: Final = 25
_RR_SET_MONITOR: Final = 43
_GET_INPUT_FOCUS: Final = 43
"""A request that does nothing; its reply tells that all before it was done."""

_PIXELS_PER_MM: Final = 4
"""About 96 dots an inch; Qt takes no scale from it."""


def set_monitors(display: str, monitors: Sequence[Rectangle]) -> None:
    """Divide the screen of a display into monitors, the first of them the primary one, until the server resets.

    Args:
        display: such as ``:99``, on this machine, with no access control.
        monitors: places on the screen.

    Raises:
        OSError: the display cannot be reached, or refuses.
    """
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(f"/tmp/.X11-unix/X{display.removeprefix(':')}")
        root = _open(server)
        randr = _ask(server, _QUERY_EXTENSION, struct.pack("<Hxx8s", 5, b"RANDR"))[9]
        _ask(server, randr, struct.pack("<II", 1, 5), detail=_RR_QUERY_VERSION)
        output = _output(_ask(server, randr, struct.pack("<I", root), detail=_RR_SCREEN_RESOURCES))
        for number, (left, top, width, height) in enumerate(monitors):
            name = f"monitor{number}".encode()
            atom = struct.unpack_from("<I", _ask(server, _INTERN_ATOM, struct.pack("<Hxx", len(name)) + name), 8)[0]
            size_mm = width // _PIXELS_PER_MM, height // _PIXELS_PER_MM
            # The server's one output goes to the first; with it goes the monitor that the server made of the whole.
            outputs = struct.pack("<I", output) if number == 0 else b""
            flags = number == 0, False, len(outputs) // 4  # primary, automatic
            place = left, top, width, height
            monitor = struct.pack("<IIBBHhhHHII", root, atom, *flags, *place, *size_mm) + outputs
            _send(server, randr, monitor, detail=_RR_SET_MONITOR)
        _ask(server, _GET_INPUT_FOCUS, b"")


def _open(server: socket.socket) -> int:
    """Greet the server; its root window."""
    server.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
    is_welcome, words = struct.unpack("<BxxxxxH", _receive(server, 8))
    told = _receive(server, 4 * words)
    if is_welcome != 1:
        raise OSError(f"the X server refuses: {told!r}")
    vendor_length, format_count = struct.unpack_from("<16xHxxxB", told)
    return int(struct.unpack_from("<I", told, 32 + (vendor_length + 3) // 4 * 4 + 8 * format_count)[0])


def _output(resources: bytes) -> int:
    """The first output of a reply that lists them."""
    crtc_count = struct.unpack_from("<H", resources, 16)[0]
    return int(struct.unpack_from("<I", resources, 32 + 4 * crtc_count)[0])


def _send(server: socket.socket, request: int, content: bytes, detail: int = 0) -> None:
    server.sendall(struct.pack("<BBH", request, detail, 1 + len(content) // 4) + content)


def _ask(server: socket.socket, request: int, content: bytes, detail: int = 0) -> bytes:
    """Send a request; its reply. Content is a multiple of four bytes."""
    _send(server, request, content, detail)
    reply = _receive(server, 32)
    if reply[0] != 1:
        raise OSError(f"the X server answers with error {reply[1]} of request {reply[10]}")
    return reply + _receive(server, 4 * int(struct.unpack_from("<I", reply, 4)[0]))


def _receive(server: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        part = server.recv(length - len(received))
        if not part:
            raise OSError("the X server has closed the connection")
        received += part
    return received
