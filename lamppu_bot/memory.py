"""How a process that is there all the year takes memory."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_M_ARENA_MAX = -8  # of malloc.h


@contextmanager
def without_collecting() -> Iterator[None]:
    """What is made in the block stays for as long as the process, so nobody looks through it for garbage.

    Looking through everything that is imported, again and again, would take a fifth of the start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def share_heap() -> None:
    """All threads take memory from one heap, where the C library is glibc; to be called before there are threads.

    By itself it gives each thread a heap of its own, of which little ever comes back: 4 MB for those of the bot. It
    does so for threads that would wait for each other, but these take turns at the interpreter anyway.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, 1)
