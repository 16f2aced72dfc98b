"""Links of the page Results: a colleague opens exactly the view that was chosen, and what is not there is told."""
# ruff: noqa: E402, F401, F811 - what needs Solara is imported once it is known to be there, and fixtures are lent

from urllib.parse import parse_qs, urlencode

import pytest

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import components, form_with, press, until
from results_pages import a_filled_cell, choices, heat, new_here, offered, pick_cell, reading, root, router

from dyadsim.dashboard import results_look, state
from dyadsim.dashboard.pages.results import ResultsPage
from dyadsim.sweeps.results import Results

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "new_here")


def test_a_link_opens_exactly_the_view_that_was_chosen(offered, reading, shown):
    state.choose_folder("small")
    _, rendered = reading()
    press(rendered, "outcome", "arousal")
    press(rendered, "episode", "play")
    press(rendered, "x", "burden")
    press(rendered, "cells", "spread")
    at = a_filled_cell(rendered)
    cell = pick_cell(rendered, *at)
    with_cell = results_look.in_address()
    cell.vue_picked(cell.rows[0]["key"])
    assert until(lambda: len(choices(rendered)) == 2)
    press(rendered, "dyad", 11)
    with_dyad, was = results_look.in_address(), heat(rendered).get_state()
    assert with_dyad.startswith("results=small&results.outcome=arousal&results.episode=play&results.x=burden")
    for address, chosen in ((with_cell, 1), (with_dyad, 2)):
        results_look._look.set(results_look.Look())
        state._folder.set("weeks")
        state.open_query(address)
        _, other = shown(ResultsPage())
        assert until(lambda on=other, n=chosen: len(choices(on)) == n)
        assert state.problem.value == ""
        assert (heat(other).title, heat(other).cells, heat(other).chosen) == (was["title"], was["cells"], list(at))
        assert results_look.in_address() == address
    assert choices(other)[0].chosen == cell.rows[0]["key"]
    assert choices(other)[1].chosen == "11"


def test_of_weeks_a_link_keeps_arm_week_twins_and_what_is_watched(offered, reading):
    arms = list(Results.read(offered / "weeks").means()["arm"].unique())
    asked = {"outcome": "eas", "arm": arms[0], "week": 21, "against": arms[1], "point": 1, "dyad": 2}
    asked |= {"seen_week": 20, "seen_arm": arms[1]}
    state.open_query("results=weeks&" + urlencode({f"results.{name}": value for name, value in asked.items()}))
    _, rendered = reading()
    assert until(lambda: choices(rendered) and components(rendered, "fields"))
    assert state.problem.value == ""
    assert heat(rendered).title == f"eas in week 21, {arms[0]} against {arms[1]}"
    assert until(lambda: any("watch" in {field["key"] for field in one.fields} for one in forms(rendered)))
    fields = {field["key"]: field["value"] for field in form_with(rendered, "watch").fields if "value" in field}
    assert (fields["dyad"], fields["week"], fields["arm"]) == (2, 20, arms[1])
    assert parse_qs(results_look.in_address())["results.against"] == [arms[1]]


def forms(rendered):
    return components(rendered, "fields")


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("outcome=mtch", "Did you mean 'match'?"),
        ("episode=luch", "Unknown episode of these results: 'luch'"),
        ("arm=own", "These results are of sessions; they have no arm."),
        ("x=burdn", "Did you mean 'burden'?"),
        ("y=<b>", "Unknown factor of these results: '<b>'"),
        ("point=30", "There is no point 30; points go from 0 to 29."),
        ("point=x", "The point must be a whole number"),
        ("dyad=12", "There is no dyad 12; dyads go from 0 to 11."),
        ("column=0&results.row=99", "The cell is not in this heat map."),
        ("cells=all", "Unknown words in cells 'all'"),
        ("seen_week=4", "No week 4 can be watched here."),
        ("seen_arm=own", "Unknown arm to watch 'own'"),
        ("nonsense=1", "Unknown choice of a view of results"),
        (f"outcome={'x' * 300}", "outcome"),
    ],
)
def test_what_a_folder_does_not_have_is_told_and_the_rest_of_the_link_is_kept(bad, says, offered, reading):
    state.open_query(f"results=small&results.x=burden&results.cells=counts&results.{bad}")
    told = {state.problem.value}
    _, rendered = reading()
    assert until(lambda: says in state.problem.value or any(says in each for each in told))
    assert all(len(each) < 800 for each in (*told, state.problem.value))
    assert ("x=" in bad) or heat(rendered).x["label"].startswith("burden")
    assert "counts" in results_look.in_address() or "cells" in bad


def test_a_link_says_nothing_of_what_was_not_chosen_and_an_older_one_brings_the_usual_view_back(offered, reading):
    _, rendered = reading()
    assert results_look.in_address() == "results=small"
    pick_cell(rendered, *a_filled_cell(rendered))
    steps = results_look.step()
    assert "results.column" in results_look.in_address()
    state.open_query("a.name=phone")  # of another page: what is looked at here stays
    assert "results.column" in results_look.in_address()
    state.open_query("results=small")
    assert until(lambda: not choices(rendered))
    assert results_look.in_address() == "results=small"
    assert results_look.step() == steps
