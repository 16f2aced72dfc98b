"""Undo on a page: a visitor's own changes are taken back, done again, and taken back all at once."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import pytest

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import components, press, texts, until

import dyadsim as ds
from dyadsim.dashboard import state, undo
from dyadsim.dashboard.pages.explore import Explore
from dyadsim.measurement.declarations import MEASURES

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")


@pytest.fixture
def page(shown):
    state.open_query("a.name=depressed&a.seconds=40")
    _, rendered = shown(Explore())
    return rendered


@pytest.fixture
def bar(shown):
    """The buttons alone: a page that follows each of many changes would take its time."""
    state.open_query("a.name=depressed&a.seconds=40")
    _, rendered = shown(undo.Undo("explore"))
    return rendered


def buttons(rendered):
    return components(rendered, "back", "ahead")[0]


def does(rendered, what):
    was = state.scenario.value
    buttons(rendered).vue_does(what)
    assert until(lambda: state.scenario.value is not was and not rendered._rerender_needed)


def test_thirty_changes_and_more_are_taken_back_one_by_one_and_done_again(bar):
    start = state.scenario.value
    change = undo.undoable("explore", lambda seed: state.change_session(0, seed=seed))
    for seed in range(35):
        change(seed)
    end = state.scenario.value
    assert until(lambda: buttons(bar).back == 35)
    assert (buttons(bar).ahead, buttons(bar).changed) == (0, True)
    for _ in range(35):
        does(bar, "undo")
    assert (state.scenario.value, buttons(bar).back, buttons(bar).ahead) == (start, 0, 35)
    for _ in range(35):
        does(bar, "redo")
    assert state.scenario.value == end


def test_a_change_after_one_that_was_taken_back_leaves_nothing_to_do_again(page):
    press(page, "traits.sensitivity", 0.5)
    press(page, "traits.sensitivity", 1.0)
    does(page, "undo")
    press(page, "traits.burden", 1.0)
    assert (buttons(page).ahead, state.sessions()[0].traits["sensitivity"]) == (0, 0.5)


def test_reset_shows_what_the_link_said_and_can_be_taken_back(page):
    start = state.scenario.value
    press(page, "traits.sensitivity", 1.0)
    press(page, "x", "burden")
    press(page, "paradigm", "still-face")
    changed = state.scenario.value
    does(page, "reset")
    assert (state.scenario.value, buttons(page).changed) == (start, False)
    does(page, "undo")
    assert state.scenario.value == changed


def test_what_was_changed_elsewhere_is_not_this_pages_to_take_back(page):
    press(page, "traits.sensitivity", 1.0)
    state.change_session(0, seed=5)  # on another page
    elsewhere = state.scenario.value
    assert until(lambda: buttons(page).back == 0)
    buttons(page).vue_does("undo")
    buttons(page).vue_does("reset")
    assert state.scenario.value == elsewhere
    press(page, "traits.burden", 1.0)
    does(page, "reset")
    assert state.scenario.value == elsewhere


def test_what_is_refused_and_what_changes_nothing_is_no_step(page):
    press(page, "traits.sensitivity", 99.0)
    assert state.problem.value
    press(page, "seed", state.sessions()[0].seed)
    assert buttons(page).back == 0


def test_no_more_steps_are_kept_than_said_and_reset_still_goes_to_the_start(bar):
    start = state.scenario.value
    change = undo.undoable("explore", lambda seed: state.change_session(0, seed=seed))
    for seed in range(2, undo.MOST + 12):
        change(seed)
    assert until(lambda: buttons(bar).back == undo.MOST)
    does(bar, "reset")
    assert state.scenario.value == start


# What else Explore says


def test_every_measure_has_a_unit_and_a_sentence_and_numbers_are_the_librarys(page):
    rows = {row["key"]: row for row in components(page, "caption", "heads", "rows")[0].rows}
    encounter = state.sessions()[0]
    seen, law = encounter.session().measures().iloc[0], encounter.law().measures().iloc[0]
    assert len(rows) > 20
    for name, row in rows.items():
        assert (row["unit"], row["says"]) == (MEASURES[name].unit, MEASURES[name].sentence)
        assert row["says"][0].isupper()
        assert row["says"].endswith(".")
        assert not {"`", "_"} & {*row["says"]}
        assert row["values"] == ["–" if table[name] != table[name] else f"{table[name]:.3f}" for table in (seen, law)]


def test_the_phase_diagram_is_of_the_episode_that_is_chosen(shown):
    state.open_query("a.name=still-face&outputs.phase.measure=infant_protest&outputs.phase.episode=reunion")
    assert state.problem.value == ""
    box, rendered = shown(Explore())
    assert until(lambda: components(rendered, "cells"))
    one = components(rendered, "cells")[0]
    assert one.title == "infant protest, reunion, exact law"
    asked = {
        "paradigm": "still-face",
        "episode": "reunion",
        "points": 11,
        "dyad": ds.Encounter.load("still-face").cohort(),
    }
    grid = ds.phase_diagram(measure="infant_protest", **asked)
    assert one.cells[0]["says"].startswith(f"infant protest {grid['infant_protest'][0]:.3f}"[:20])
    press(rendered, "episode", "still-face")
    assert state.scenario.value.outputs.phase.episode == "still-face"
    assert until(lambda: components(rendered, "cells")[0].title.startswith("infant protest, still-face"))
    press(rendered, "episode", "play")
    assert state.scenario.value.outputs.phase.episode is None
    press(rendered, "episode", "reunion")
    press(rendered, "paradigm", "free-play")  # which has no reunion: its first episode is shown
    assert until(lambda: components(rendered, "cells")[0].title == "infant protest, play, exact law")
    assert "This cannot be shown" not in texts(box)
