"""What the tests of the page Results without a browser share; it needs the extra ``dyadsim[dashboard]``."""

import shutil

import pytest
import solara
from dashboard_pages import components, texts, until
from sweeping import design, weeks

import dyadsim as ds
from dyadsim.dashboard import results_look, server_settings, state, sweep_figures
from dyadsim.dashboard.pages.results import ResultsPage
from dyadsim.dashboard.results_link import ResultsAsked
from dyadsim.interaction.rule_set import Rules


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder that holds results of sessions and of weeks."""
    made = tmp_path_factory.mktemp("results")
    ds.sweep(design(points=30, dyads=12), made / "small", workers=1)
    ds.sweep(weeks(), made / "weeks", workers=1)
    return made


@pytest.fixture
def new_here():
    state._folder.set("")
    state.results_asked.set((0, "", ResultsAsked()))
    results_look._look.set(results_look.Look())


class Router:
    """Where a page leads to; without a browser nobody goes there."""

    def __init__(self):
        self.went = []
        self.push = self.went.append


@pytest.fixture
def router(monkeypatch):
    router = Router()
    monkeypatch.setattr(solara, "use_router", lambda: router)
    return router


@pytest.fixture
def offered(root, router, monkeypatch):
    """Both folders offered, and figures that are not painted."""
    monkeypatch.setattr(sweep_figures, "svg", lambda _: "data:,")
    server_settings.serve_with(Rules(), [root])
    return root


@pytest.fixture
def a_copy(offered, tmp_path):
    """A folder of sessions that a test may spoil."""
    shutil.copytree(offered / "small", tmp_path / "small")
    server_settings.serve_with(Rules(), [tmp_path])
    return tmp_path / "small"


@pytest.fixture
def reading(shown):
    """The page, once its folder is read."""

    def show(seen="cells"):
        box, rendered = shown(ResultsPage())
        assert until(lambda: components(rendered, seen) if seen else texts(box))
        return box, rendered

    return show


def heat(rendered):
    return components(rendered, "cells", "x", "y")[0]


def tables(rendered):
    return {one.caption: one for one in components(rendered, "caption", "rows")}


def choices(rendered):
    return components(rendered, "says", "chosen", "rows")


def settled(rendered):
    assert until(lambda: not (rendered._rerender_needed or rendered.thread_lock.locked()))


def pick_cell(rendered, row, column):
    heat(rendered).vue_picked([row, column])
    settled(rendered)
    assert until(lambda: choices(rendered))
    return choices(rendered)[0]


def a_filled_cell(rendered):
    cells = heat(rendered).cells
    return next((r, c) for r, row in enumerate(cells) for c, cell in enumerate(row) if cell["there"])
