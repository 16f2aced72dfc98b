"""Memory that visitors have left is given back."""

import gc
import threading
import weakref

import pytest

pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import SMALL, press, until

from dyadsim.dashboard import memory, scenario_runs, state
from dyadsim.dashboard.pages.scenario import ScenarioPage
from dyadsim.reports import scenario_report


class Left:
    """Something that holds itself, as what a page shows does."""

    def __init__(self):
        self.itself = self


class Waiting:
    """A timer that is done when the test says so."""

    def __init__(self, _, does):
        self.does = does

    def start(self):
        WAITING.append(self)


WAITING = []


def test_what_was_dropped_is_given_back_once_however_often_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(memory, "_planned", threading.Lock())
    monkeypatch.setattr(memory.threading, "Timer", Waiting)
    gc.disable()
    try:
        left = Left()
        gone = weakref.ref(left)
        del left
        for _ in range(5):
            memory.give_back()
        (waiting,) = WAITING
        assert waiting.current_context is None  # of no tab, which it would keep
        assert gone() is not None
        waiting.does()
        assert gone() is None
        memory.give_back()
        assert len(WAITING) == 2
    finally:
        gc.enable()


@pytest.mark.usefixtures("as_a_visitor_finds_it")
def test_a_page_that_is_run_again_holds_its_last_outcome_alone(shown, monkeypatch):
    monkeypatch.setattr(scenario_report, "pictures", lambda *_: {})
    state.scenario.set(SMALL)
    _, rendered = shown(ScenarioPage())
    run, gone = scenario_runs._runs.value, []
    for seed in (5, 6, 7):
        press(rendered, "seed", seed)
        press(rendered, "run")
        assert until(lambda seed=seed: (now := run.state.value.outcome) and now.scenario.seed == seed)
        assert until(lambda: not (rendered._rerender_needed or rendered.thread_lock.locked()))
        gone.append(weakref.ref(run.state.value.outcome.comparison))
    gc.collect()
    assert [each() is None for each in gone] == [True, True, False]


@pytest.mark.parametrize("library", [None, object()])
def test_where_the_allocator_is_another_nothing_is_asked_of_it(library, monkeypatch):  # and nothing fails
    monkeypatch.setattr(memory, "_libc", lambda: library)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    memory.share_pools()
    memory.keep_for_good()
