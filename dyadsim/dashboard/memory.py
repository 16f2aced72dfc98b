"""Memory that visitors have left, given back to the machine.

A run makes and drops arrays in a thread of its own. By itself the allocator of Linux (glibc) keeps what was dropped,
and has up to eight pools a core for it; elsewhere nothing needs to be done.
"""

from __future__ import annotations

import ctypes
import gc
import threading
from typing import Any

__all__ = ["forget_first_elements", "give_back", "give_back_now", "keep_for_good", "share_pools"]

_M_ARENA_MAX = -8  # of malloc.h
_POOLS = 2  # for all threads together: they hold the interpreter's lock in turn
_WAIT = 2.0  # seconds in which what is to be dropped is dropped
_planned = threading.Lock()


class _NeverKept:
    """An attribute that forgets what it is set to."""

    def __get__(self, one: Any, kind: Any = None) -> None:
        return None

    def __set__(self, one: Any, value: Any) -> None:
        pass


def forget_first_elements() -> None:
    """Let go of what every component of a page was first made with.

    Solara (1.58 to 1.64 at least) keeps it for as long as the component is there and never looks at it again: a page
    that is run twice would hold its first outcome, courses, tables and figures, beside the last.
    """
    from solara import toestand

    toestand.AutoSubscribeContextManagerReacton.element = _NeverKept()  # type: ignore[assignment]


def share_pools() -> None:
    """Let all threads of this process take memory from the same few pools."""
    if hasattr(libc := _libc(), "mallopt"):
        libc.mallopt(_M_ARENA_MAX, _POOLS)


def keep_for_good() -> None:
    """Keep all that is there now for good: modules, so that :func:`give_back` has only to look at what visitors left.

    To look at all of it takes a fifth of a second and more, in which no page is answered.
    """
    give_back_now()
    gc.freeze()


def give_back() -> None:
    """Give back what was dropped, in a moment; asked for often, it is done once."""
    if _planned.acquire(blocking=False):
        waiting = threading.Timer(_WAIT, _in_a_moment)
        waiting.daemon = True
        # Solara has a thread keep the tab in which it was begun; this one is to find what that tab has left.
        waiting.current_context = None  # type: ignore[attr-defined]
        waiting.start()


def _in_a_moment() -> None:
    _planned.release()
    give_back_now()


def give_back_now() -> None:
    """Give back what was dropped."""
    gc.collect()
    if hasattr(libc := _libc(), "malloc_trim"):
        libc.malloc_trim(0)


def _libc() -> Any:
    try:
        return ctypes.CDLL(None)
    except (OSError, TypeError):  # Windows has none by that name
        return None
