"""Memory that was freed, and that the C library keeps from the system all the same."""

import ctypes
import logging
import sys

logger = logging.getLogger(__name__)


def give_back_freed_memory() -> None:
    """Have the C library return what it keeps of freed memory; nothing where it is not the GNU one.

    Opening a model parses its file, unfolds and copies its weights (26 MB) several times over, and frees all but one
    copy. glibc keeps that in the heap of the thread that opened it, where nothing that comes later is large enough to
    use it: 48 MB of the 180 MB of a process with one model, measured after ``Recognizer.open``. It takes 4 ms of CPU,
    once a model, off the GUI thread. A lower M_MMAP_THRESHOLD would do the same for the model, but every picture after
    it would then be mapped, cleared and unmapped anew.
    """
    if sys.platform != "linux":
        return
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # musl has none
        logger.debug("this C library keeps its freed memory")
        return
    trim(ctypes.c_size_t(0))
