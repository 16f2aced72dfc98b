"""Runs for one visitor: how far one is, a way to stop it, and what came out.

A run goes on in a thread of the visitor's tab. Cancelling, a new run, or closing the tab ends the work when it next
tells how far it is; a connection that was lost is waited for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import solara
from solara.server import kernel_context

from ..common.chunked_run import Progress
from ..common.errors import DyadsimError
from . import memory, state

__all__ = ["MOST_WORK", "THREAD", "Cancelled", "RunState", "TabRun", "refuse_work", "use_tab_run"]

MOST_WORK = 1_000_000
"""Dyad-weeks, over arms and more, of a run in the dashboard: some minutes. Larger ones are for the shell."""

THREAD = "dyadsim run"
"""The name of the threads in which runs go on."""

_TELL = 0.25  # seconds between two words on progress
_GONE = 120.0  # seconds without a browser after which nobody waits for it; so long a page tries to connect again
_STOPPED = "Stopped."
_LOST = "Stopped, since this page had lost its connection for longer than the server waits; run it again."
T = TypeVar("T")


def refuse_work(what: str, work: int, unit: str, most: int, command: str) -> None:
    """Refuse what would keep the dashboard busy for long.

    Parameters
    ----------
    what, command : what is to be run, and by which command it can be.
    work, unit, most : how much work it is, of what, and how much a page does.

    Raises
    ------
    DyadsimError
        if it is more.
    """
    if work > most:
        raise DyadsimError(
            f"This {what} has {work:,} {unit}, and a page runs {most:,} at most; download its TOML and run it with "
            f"'{command}'."
        )


class Cancelled(Exception):
    """Raised in a run for which the visitor does not wait."""


@dataclass(frozen=True)
class RunState(Generic[T]):
    """State of a run: whether it is ``running``, the ``outcome`` of the last one, and why it was ``stopped``."""

    running: bool = False
    outcome: T | None = None
    stopped: str = ""


class TabRun(Generic[T]):
    """Runs of one kind for one tab, one at a time; ``done`` is how much of the present one is (0 to 1)."""

    def __init__(self) -> None:
        self.state: solara.Reactive[RunState[T]] = solara.reactive(RunState[T]())
        self.done: solara.Reactive[float] = solara.reactive(0.0)  # by itself: what shows it is drawn anew, and no more
        self._stop = threading.Event()

    def begin(self, work: Callable[[Progress], T]) -> None:
        """Do some work, in place of what is running.

        Parameters
        ----------
        work : gives the outcome; it is handed what it is to call with how much is done, and in all.
        """
        self.cancel()
        self._stop = threading.Event()
        self.done.set(0.0)
        self.state.set(RunState(running=True, outcome=self.state.value.outcome))
        threading.Thread(target=self._work, args=(work, self._stop), name=THREAD, daemon=True).start()

    def cancel(self) -> None:
        """Stop what is running, when it next tells how far it is."""
        self._stop.set()
        if self.state.value.running:
            self.state.set(RunState(outcome=self.state.value.outcome, stopped=_STOPPED))

    def _work(self, work: Callable[[Progress], T], stop: threading.Event) -> None:
        told = seen = time.monotonic()
        is_watched = _watched()

        def progress(done: int, total: int) -> None:
            nonlocal told, seen
            seen = time.monotonic() if is_watched() else seen
            if stop.is_set() or time.monotonic() - seen > _GONE:
                raise Cancelled
            if time.monotonic() - told >= _TELL:
                told = time.monotonic()
                self.done.set(done / total)

        try:
            outcome = work(progress)
        except Cancelled:
            if not stop.is_set():  # the browser was gone; should it come back, it sees what became of it
                self.state.set(RunState(outcome=self.state.value.outcome, stopped=_LOST))
        except Exception as failure:
            says = state.sentence_of(failure)
            if not stop.is_set():
                state.refuse(says)
                self.state.set(RunState(outcome=self.state.value.outcome))
        else:
            if not stop.is_set():
                self.state.set(RunState(outcome=outcome))
        finally:
            memory.give_back()


def _watched() -> Callable[[], bool]:
    """Check of whether a browser is connected to this tab; a lost connection may never say that it was closed."""
    if (tab := _tab()) is None:
        return lambda: True
    return lambda: kernel_context.PageStatus.CONNECTED in tab.page_status.values()


def _tab() -> kernel_context.VirtualKernelContext | None:
    """What Solara keeps for this browser tab; None where there is no server."""
    try:
        return kernel_context.get_current_context()
    except RuntimeError:
        return None


Runs = TypeVar("Runs", bound=TabRun)  # of whatever kind


def use_tab_run(kept: solara.Reactive[Runs | None], make: Callable[[], Runs]) -> Runs:
    """The runs of this tab, which go on while another of its pages is looked at; they end with the tab.

    Parameters
    ----------
    kept : where they are kept.
    make : gives new ones.
    """

    def begin() -> Runs:
        if (there := kept.peek()) is not None:
            return there
        run = make()
        kept.set(run)
        if (tab := _tab()) is not None:
            tab.on_close(run.cancel)
        return run

    return solara.use_memo(begin, [])
