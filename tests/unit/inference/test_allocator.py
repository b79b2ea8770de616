import ctypes
import sys

import psutil
import pytest

from hccr_desktop.inference import allocator

BLOCKS, BLOCK_BYTES = 400, 100_000
"""40 MB in blocks that glibc takes from its heap, not each from the system."""


class Libc:
    """The C library's own allocator, which Python's small objects do not go through."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.malloc.restype = ctypes.c_void_p
        self._library.malloc.argtypes = [ctypes.c_size_t]
        self._library.free.argtypes = [ctypes.c_void_p]

    def take(self, size: int) -> int:
        address = self._library.malloc(size)
        ctypes.memset(address, 1, size)
        return address

    def free(self, address: int) -> None:
        self._library.free(address)


def resident_mb() -> float:
    return psutil.Process().memory_info().rss / 2**20


@pytest.mark.skipif(sys.platform != "linux", reason="tells of glibc")
def test_freed_memory_below_used_one_is_given_back():
    libc = Libc()
    blocks = [libc.take(BLOCK_BYTES) for _ in range(BLOCKS)]
    highest = max(blocks)  # glibc gives back by itself what lies at the end of its heap
    for block in blocks:
        if block != highest:
            libc.free(block)
    before = resident_mb()
    allocator.give_back_freed_memory()
    given_back = before - resident_mb()
    libc.free(highest)
    assert given_back > 30


@pytest.mark.skipif(sys.platform != "linux", reason="tells of glibc")
@pytest.mark.parametrize("error", [OSError, AttributeError])
def test_another_c_library_is_left_alone(monkeypatch, error):
    def refuse(_name: None) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    allocator.give_back_freed_memory()


def test_another_system_is_not_asked(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(ctypes, "CDLL")
    allocator.give_back_freed_memory()
