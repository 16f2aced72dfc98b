"""Memory that visitors have left is given back."""

import gc
import threading
import weakref

import pytest

pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import until

from dyadsim.dashboard import memory


class Left:
    """Something that holds itself, as what a page shows does."""

    def __init__(self):
        self.itself = self


@pytest.fixture
def waiting(monkeypatch):
    """Timers that were started, with no wait."""
    started = []

    class Counted(threading.Timer):
        def start(self):
            started.append(self)
            super().start()

    monkeypatch.setattr(memory, "_WAIT", 0.0)
    monkeypatch.setattr(memory.threading, "Timer", Counted)
    return started


def test_what_was_dropped_is_given_back_once_however_often_it_is_asked_for(waiting, monkeypatch):
    gc.disable()
    try:
        left = Left()
        gone = weakref.ref(left)
        del left
        monkeypatch.setattr(memory, "_WAIT", 0.2)
        for _ in range(5):
            memory.give_back()
        assert gone() is not None
        assert until(lambda: gone() is None, 20)
        waiting[0].join(20)
        assert len(waiting) == 1
        memory.give_back()
        waiting[1].join(20)
        assert not any(one.is_alive() for one in waiting)
    finally:
        gc.enable()


@pytest.mark.parametrize("library", [None, object()])
def test_where_the_allocator_is_another_nothing_is_asked_of_it(library, monkeypatch):  # and nothing fails
    monkeypatch.setattr(memory, "_libc", lambda: library)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    memory.share_pools()
    memory.give_back_now()
