"""Runs of a scenario for one visitor: how far one is, a way to stop it, and what came out.

It runs in a thread of the visitor's tab. Cancelling, a new run, or closing the tab ends the work at the next week; a
connection that was lost is waited for.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import solara
from solara.server import kernel_context

from ..common.errors import DyadsimError
from ..interaction.rule_set import Rules
from ..reports import scenario_report
from ..reports.scenario_summary import summary
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.scenario import Scenario
from . import memory, state
from .downloads import DRAWING, svg

__all__ = ["MOST_WORK", "THREAD", "Outcome", "Run", "RunState", "check_size", "use_run"]

MOST_WORK = 1_000_000
"""Dyad-weeks, over arms and parameter sets, of a run in the dashboard: some minutes. Larger ones are for the shell."""

THREAD = "dyadsim scenario"
"""The name of the thread in which a scenario runs."""

_TELL = 0.25  # seconds between two words on progress
_GONE = 120.0  # seconds without a browser after which nobody waits for it; so long a page tries to connect again
_STOPPED = "Stopped."
_LOST = "Stopped, since this page had lost its connection for longer than the server waits; run the scenario again."


class _Cancelled(Exception):
    """Raised in a run for which the visitor does not wait."""


@dataclass(frozen=True)
class Outcome:
    """Outcome of a run: the comparison, what is said of it, and its figures."""

    scenario: Scenario
    comparison: AnyComparison
    said: dict[str, Any]
    figures: dict[str, tuple[str, Any]]
    pictures: dict[str, str]

    def report(self) -> dict[str, Any]:
        """The report as a file to keep."""
        with DRAWING:
            text = scenario_report.page(self.said, self.scenario, self.comparison, scenario_report.images(self.figures))
        return {"name": f"{self.scenario.name}.html", "mime": "text/html", "content": text, "base64": False}

    def table(self, name: str) -> pd.DataFrame:
        """A table by the name of the method of the comparison that makes it."""
        found = getattr(self.comparison, name)()
        assert isinstance(found, pd.DataFrame)
        return found


@dataclass(frozen=True)
class RunState:
    """State of a run: whether it is ``running``, the ``outcome`` of the last one, and why it was ``stopped``."""

    running: bool = False
    outcome: Outcome | None = None
    stopped: str = ""


def check_size(scenario: Scenario) -> None:
    """Refuse a scenario that would keep the dashboard busy for long.

    Raises
    ------
    DyadsimError
        if it is more work than a page should be asked for.
    """
    work = scenario.dyads * scenario.weeks * len(scenario.arms) * len(scenario.sets)
    if work > MOST_WORK:
        raise DyadsimError(
            f"This scenario has {work:,} dyad-weeks, and a page runs {MOST_WORK:,} at most; download its TOML and run "
            "it with 'dyadsim run'."
        )


class Run:
    """Runs scenarios for one tab, one at a time; ``done`` is how much of the present one is (0 to 1)."""

    def __init__(self) -> None:
        self.state: solara.Reactive[RunState] = solara.reactive(RunState())
        self.done: solara.Reactive[float] = solara.reactive(0.0)  # by itself: what shows it is drawn anew, and no more
        self._stop = threading.Event()

    def start(self, scenario: Scenario, rules: Rules) -> None:
        """Run a scenario, in place of what is running."""
        check_size(scenario)
        self.cancel()
        self._stop = threading.Event()
        self.done.set(0.0)
        self.state.set(RunState(running=True, outcome=self.state.value.outcome))
        threading.Thread(target=self._work, args=(scenario, rules, self._stop), name=THREAD, daemon=True).start()

    def cancel(self) -> None:
        """Stop what is running, at the end of its week."""
        self._stop.set()
        if self.state.value.running:
            self.state.set(RunState(outcome=self.state.value.outcome, stopped=_STOPPED))

    def _work(self, scenario: Scenario, rules: Rules, stop: threading.Event) -> None:
        told = seen = time.monotonic()
        is_watched = _watched()

        def progress(done: int, total: int) -> None:
            nonlocal told, seen
            seen = time.monotonic() if is_watched() else seen
            if stop.is_set() or time.monotonic() - seen > _GONE:
                raise _Cancelled
            if time.monotonic() - told >= _TELL:
                told = time.monotonic()
                self.done.set(done / total)

        try:
            outcome = _outcome(scenario, scenario.run(progress, rules=rules))
        except _Cancelled:
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


def _outcome(scenario: Scenario, comparison: AnyComparison) -> Outcome:
    """Outcome of a run, with its pictures drawn."""
    with DRAWING:
        figures = scenario_report.pictures(scenario, comparison)
    pictures = {name: svg(figure) for name, (_, figure) in figures.items()}
    return Outcome(scenario, comparison, summary(scenario, comparison), figures, pictures)


_runs: solara.Reactive[Run | None] = solara.reactive(cast("Run | None", None))


def use_run() -> Run:
    """The runs of this tab, which go on while another of its pages is looked at; they end with the tab."""

    def begin() -> Run:
        if (there := _runs.peek()) is not None:
            return there
        run = Run()
        _runs.set(run)
        if (tab := _tab()) is not None:
            tab.on_close(run.cancel)
        return run

    return solara.use_memo(begin, [])
