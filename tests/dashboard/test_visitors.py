"""What a visitor finds and leaves: links, files, runs, and what could not be done."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import threading
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

import ipyvue
from dashboard_pages import ENCOUNTERS, SHIPPED, SMALL, until
from solara.server import kernel_context

import dyadsim as ds
from dyadsim.dashboard import layout, scenario_runs, state, tab_runs
from dyadsim.interaction.rule_set import Rules
from dyadsim.reports import scenario_report
from dyadsim.reports.scenario_summary import summary

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")


# What a visitor sees


def test_what_cannot_be_is_told_what_fails_is_logged_and_success_clears_both(caplog):
    def handler(error):
        if error:
            raise error

    run, before = state.guarded(handler), state.refused.value
    run(ds.DyadsimError("There is no such week."))
    assert (state.problem.value, state.refused.value, caplog.text) == ("There is no such week.", before + 1, "")
    run(RuntimeError("secret at /home/somebody"))
    assert (state.problem.value, state.refused.value) == (state.OUR_FAULT, before + 2)
    assert "Traceback" in caplog.text
    assert "secret at /home/somebody" in caplog.text
    run(None)
    assert (state.problem.value, state.refused.value) == ("", before + 2)


LINKED = (
    "name", "a", "a.name", "a.seed", "a.traits.burden", "a.foo", "population", "dyads", "kept", "results",
    "results.point", "results.outcome", "trial", "trial.dyads", "service", "generations.seed", "community.weeks", "utm",
)  # fmt: skip
LONG = "x" * 300_000
SESSION = '[[sessions]]\nname = "s"'


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": "m.toml", "text": "name = "}, "file 'm.toml' is not readable as TOML"),
        ({"name": "m.toml", "text": 'name = "m"\ndyads = 1'}, "In the file 'm.toml': 'dyads' must be greater"),
        ({"name": "m.toml", "text": 'name = "m"\npopulation = "comunity"'}, "Did you mean 'community'"),
        ({"name": "m.toml", "text": f'name = "m"\n{SESSION}\ntraits = {{ burdn = 1.0 }}'}, "Did you mean 'burden'?"),
        ({"name": "m.toml", "text": LONG}, "'m.toml' is too large for a scenario; 200,000 characters"),
        ({"name": "m.toml", "text": f'name = "m"\ntitle = "{LONG}"'}, "'m.toml' is too large for a scenario"),
        ({"name": "m.toml", "size": 300_000}, "'m.toml' is too large for a scenario"),
        ({"name": "m.toml", "size": float("inf")}, "'m.toml' is too large for a scenario"),
        ({"name": "m.toml", "size": "large"}, "'m.toml' could not be read"),
        ({"name": "m.toml", "text": 7}, "'m.toml' could not be read"),
        ({"name": LONG}, "could not be read"),
        ({}, "could not be read"),
    ],
)
def test_a_file_that_cannot_be_opened_leaves_the_scenario_as_it_was(given, sentence):
    state.change(dyads=77)
    before = state.scenario.value
    state.open_file(given)
    assert sentence in state.problem.value
    assert len(state.problem.value) < 1_000
    assert state.scenario.value is before
    state.open_file({"name": "m.toml", "text": 'name = "m"\ndyads = 12'})
    assert (state.problem.value, state.scenario.value.dyads) == ("", 12)


@pytest.mark.parametrize("text", ['name = "m"\ndyads = ' + "9" * 5_000, "name = " + "[" * 5_000])
def test_a_file_that_no_parser_takes_is_the_files_fault(text):
    state.open_file({"name": "m.toml", "text": text})
    assert "m.toml" in state.problem.value


@pytest.mark.parametrize(
    "asked", ["seed=abc", "population=/etc/passwd.toml", "a.traits.burden=99", "a.traits.warmth=1", "a.seconds=3601"]
)
def test_a_link_that_cannot_be_followed_leaves_the_scenario_as_it_was(asked):
    state.change(dyads=77)
    before = state.scenario.value
    state.open_query(asked)
    assert state.problem.value not in ("", state.OUR_FAULT)
    assert state.scenario.value is before


def test_a_link_with_parameters_of_others_is_followed_and_says_what_was_left_out():
    state.open_query("utm_source=news&name=peer-group&dyads=31&kernelid=x")
    assert (state.scenario.value.name, state.scenario.value.dyads) == ("peer-group", 31)
    assert "says 'utm_source', 'kernelid', which means nothing here and was left out" in state.problem.value
    assert state.query() == "name=peer-group&dyads=31"


def test_what_a_link_means_is_kept_whatever_else_it_says():
    state.open_query("dyads=31&population=depresed&a.name=phone&a.foo=1&trial.dyads=9&trial.x=1&utm_source=n&results=x")
    assert (state.scenario.value.dyads, state.sessions()[0].name) == (31, "phone")
    assert state.trial.value.dyads == 9
    assert "'depresed'. Did you mean 'depressed'?" in state.problem.value
    assert "'a.foo': Unknown key 'foo'." in state.problem.value
    assert "'utm_source'" in state.problem.value
    assert len(state.problem.value) < 800


def test_an_unknown_preset_is_told_and_not_shown_as_a_nameless_one():
    state.open_query("name=peer-group&a.name=phone")
    before = state.scenario.value
    for asked, near in (("name=vido-feedback", "video-feedback"), ("a.name=phon", "phone")):
        state.open_query(asked)
        assert f"Did you mean '{near}'?" in state.problem.value
        assert state.scenario.value is before


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(LINKED) | st.text(max_size=6), st.text(max_size=9)), max_size=5))
def test_whatever_an_address_says_a_page_is_shown_and_nothing_is_our_fault(pairs):
    state.open_query(urlencode(pairs))
    assert state.problem.value != state.OUR_FAULT
    assert len(state.problem.value) < 800
    assert isinstance(state.scenario.value, ds.Scenario)
    ds.Encounter.load(state.sessions()[0]).played()


def test_a_configuration_too_long_for_a_link_is_told_and_found_again_in_its_tab(shown):
    long = {"name": "long", "says": "x" * 9_000}
    state.set_sessions((ds.Encounter(name="first", seed=1), ds.Encounter(**long)))
    whole = state.scenario.value
    query = state.query()
    assert query.startswith("kept=")
    assert "too long for a link" in state.too_long()
    _, rendered = shown(layout.Share(state.scenario.value, state.open_file))
    share = next(one for one in rendered.find(ipyvue.VueTemplate).widgets if one.has_trait("no_link"))
    assert (share.no_link, share.toml) == (state.too_long(), whole.toml())
    state.keep_in_tab()
    state.open_query("a.name=phone")
    assert state.too_long() == ""
    state.open_query(query)
    assert (state.problem.value, state.scenario.value) == ("", whole)
    state.open_query("kept=000000000000&trial.dyads=12")
    assert "only the tab in which it was made had it" in state.problem.value
    assert (state.scenario.value, state.trial.value.dyads) == (whole, 12)


RULE = """
import pathlib
pathlib.Path(__file__).with_name("marker").touch()
import dyadsim as ds

class Rule(ds.InterventionRule):
    entry = ds.Intervention.load("nbo")
"""


@pytest.mark.parametrize(
    "says",
    [
        'interventions = ["rule.py:Rule"]',
        'interventions = [{ name = "rule.py:Rule", start_week = 2 }]',
        'interventions = [["rule.py:Rule"]]',
        '[[twins]]\nname = "t"\ninterventions = ["HERE/rule.py:Rule"]',
        'population = "own.toml"',
        'risks = ["own.toml"]',
        '[outputs]\ninstruments = ["HERE/own.toml"]',
        'sessions = ["own.toml"]',
        f'{SESSION}\nparadigm = "own.toml"',
        f'{SESSION}\nmoments = [{{ name = "own.toml", at = 3 }}]',
    ],
)
def test_a_file_that_an_upload_names_is_neither_read_nor_run(says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rule.py").write_text(RULE)
    read = []
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or b"")
    before = state.scenario.value
    state.open_file({"name": "mine.toml", "text": f'name = "m"\n{says}'.replace("HERE", str(tmp_path))})
    assert "names a file; here only what ships can be named" in state.problem.value
    assert state.scenario.value is before
    assert not (tmp_path / "marker").exists()
    assert not read


def test_the_same_rule_is_run_where_its_owner_names_it_in_the_shell(tmp_path):
    (tmp_path / "rule.py").write_text(RULE)
    (tmp_path / "mine.toml").write_text('name = "m"\ninterventions = ["rule.py:Rule"]')
    ds.Scenario.load(tmp_path / "mine.toml")
    assert (tmp_path / "marker").exists()


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ENCOUNTERS, "mine"]), max_size=4), st.integers(1, 4))
def test_sessions_are_the_scenarios_own_and_then_shipped_ones_that_are_not_among_them(names, least):
    own = [ds.Encounter(name="mine") if name == "mine" else ds.Encounter.load(name) for name in names]
    state.set_sessions(tuple(own))
    found = state.sessions(least)
    assert [*found[: len(own)]] == own
    assert len(found) == max(len(own), least)
    more = [each.name for each in found[len(own) :]]
    assert len({*more} - {*names}) == len(more)
    assert all(ds.Encounter.load(name) in found for name in more)


def test_a_session_that_cannot_be_played_is_not_taken():
    before = state.scenario.value
    with pytest.raises(ds.DyadsimError, match="Unknown trait or coefficient 'warmth'"):
        state.change_session(0, traits={"warmth": 1.0})
    assert state.scenario.value is before


# Runs


LASTS = ds.Scenario.load("peer-group").changed({"dyads": 250, "weeks": 1_900})


class Connection:
    """What Solara's server keeps of a tab: whether a browser is connected, and what is to be done at its end."""

    def __init__(self):
        self.page_status = {"a page": kernel_context.PageStatus.CONNECTED}
        self.at_its_end = []

    def on_close(self, does):
        self.at_its_end.append(does)

    def close(self):
        for does in self.at_its_end:
            does()


@pytest.fixture
def connection(monkeypatch):
    tab = Connection()
    of_runs = SimpleNamespace(PageStatus=kernel_context.PageStatus, get_current_context=lambda: tab)
    monkeypatch.setattr(tab_runs, "kernel_context", of_runs)  # Solara's own rendering keeps to its own
    return tab


@pytest.fixture
def look(shown, monkeypatch):
    """Look at a page with the runs of one tab; gives them, and a way to leave the page."""
    monkeypatch.setattr(scenario_runs, "_runs", solara.reactive(None))
    kept = []

    @solara.component
    def Looked():
        kept.append(scenario_runs.use_run())
        return solara.Text(str(kept[-1].state.value.running))

    def at_it():
        _, rendered = shown(Looked())
        return kept[-1], rendered.close

    yield at_it
    kept[0].cancel()
    assert until(lambda: not working())


@pytest.fixture
def tab(look):
    return look()


def working():
    return [thread for thread in threading.enumerate() if thread.name == tab_runs.THREAD]


@pytest.fixture
def undrawn(monkeypatch):
    monkeypatch.setattr(scenario_report, "pictures", lambda *_: {})


def test_what_comes_out_is_what_the_scenario_gives_by_itself(tab):
    run, _ = tab
    run.start(SMALL, SHIPPED)
    assert run.state.value.running
    assert until(lambda: run.state.value.outcome)
    outcome, found = run.state.value.outcome, SMALL.run()
    assert not run.state.value.running
    for name in ("effects", "means", "shares", "grounding"):
        pd.testing.assert_frame_equal(outcome.table(name), getattr(found, name)())
    assert outcome.said["in_short"] == summary(SMALL, found)["in_short"]
    assert list(outcome.pictures) == list(outcome.figures) == ["courses", "effects", "dose_response"]
    assert all(picture.startswith("data:image/svg+xml;base64,") for picture in outcome.pictures.values())
    assert state.problem.value == ""


def test_a_run_follows_the_rules_that_it_is_started_with(tab, mirroring, undrawn):
    run, _ = tab
    run.start(SMALL, mirroring)
    assert until(lambda: run.state.value.outcome)
    weeks = run.state.value.outcome.table("weeks")
    pd.testing.assert_frame_equal(weeks, SMALL.run(rules=mirroring).weeks())
    assert not weeks.equals(SMALL.run().weeks())


def test_a_cancelled_run_stops_and_leaves_no_outcome(tab, undrawn):
    run, _ = tab
    run.start(LASTS, SHIPPED)
    assert until(lambda: run.done.value > 0)
    (thread,) = working()
    assert thread.daemon
    run.cancel()
    assert (run.state.value.running, run.state.value.stopped) == (False, "Stopped.")
    thread.join(20)
    assert not thread.is_alive()
    assert run.state.value.outcome is None
    assert run.done.value < 0.5


def test_a_run_goes_on_while_another_page_is_looked_at_and_ends_with_its_tab(connection, look, undrawn):
    run, leave = look()
    run.start(LASTS, SHIPPED)
    (thread,) = working()
    leave()
    again, _ = look()
    assert again is run
    assert until(lambda: again.done.value > 0)
    assert thread.is_alive()
    connection.close()
    thread.join(20)
    assert not thread.is_alive()
    assert run.state.value.outcome is None


def test_a_second_run_takes_the_place_of_the_first(tab, undrawn):
    run, _ = tab
    run.start(LASTS, SHIPPED)
    (first,) = working()
    run.start(SMALL, SHIPPED)
    assert until(lambda: run.state.value.outcome)
    assert run.state.value.outcome.scenario == SMALL
    first.join(20)
    assert not first.is_alive()
    assert (run.state.value.running, run.state.value.stopped) == (False, "")
    run.start(LASTS, SHIPPED)
    run.cancel()
    assert run.state.value.outcome.scenario == SMALL  # what was found before stays


def test_a_run_that_no_browser_waits_for_any_more_ends(connection, tab, undrawn, monkeypatch):
    run, _ = tab
    monkeypatch.setattr(tab_runs, "_GONE", 0.2)
    run.start(LASTS, SHIPPED)
    assert until(lambda: run.done.value > 0)
    assert run.state.value.running
    connection.page_status["a page"] = kernel_context.PageStatus.DISCONNECTED
    assert until(lambda: not working(), 20)
    assert (run.state.value.running, run.state.value.outcome) == (False, None)
    assert "since this page had lost its connection" in run.state.value.stopped


AWAY, THERE = kernel_context.PageStatus.DISCONNECTED, kernel_context.PageStatus.CONNECTED


@pytest.mark.parametrize(
    ("at", "goes_on"),
    [
        ({10: AWAY, 75: AWAY, 80: THERE, 90: AWAY, 190: AWAY, 200: THERE}, True),  # more than a minute, twice
        ({10: AWAY, 75: AWAY, 80: THERE, 90: AWAY, 250: AWAY}, False),
    ],
)
def test_a_run_goes_on_while_its_page_is_without_a_connection_for_a_while(
    connection, tab, undrawn, monkeypatch, at, goes_on
):
    run, _ = tab
    now, whole = [0.0], ds.Scenario.run

    def meanwhile(self, progress, rules):
        for second, status in at.items():
            now[0] = float(second)
            connection.page_status["a page"] = status
            progress(1, 2)
        return whole(self, rules=rules)

    monkeypatch.setattr(tab_runs, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(ds.Scenario, "run", meanwhile)
    run.start(SMALL, SHIPPED)
    assert until(lambda: not run.state.value.running)
    assert (run.state.value.outcome is not None) is goes_on
    assert (run.state.value.stopped == "") is goes_on


def test_too_much_work_is_refused_before_anything_is_started(tab):
    run, _ = tab
    large = SMALL.changed({"dyads": 5_000, "weeks": 101})
    before = run.state.value
    with pytest.raises(ds.DyadsimError, match="has 1,010,000 dyad-weeks, and a page runs 1,000,000 at most"):
        run.start(large, SHIPPED)
    assert run.state.value is before
    assert not working()
    scenario_runs.check_size(large.changed({"weeks": 100}))


class Failing(ds.MotherRules):
    """Fails once interaction is played, as a mistake in a rule of one's own would."""

    @staticmethod
    def preferences(traits, context):
        raise KeyError("warmth")


def test_a_run_that_fails_tells_a_sentence_and_keeps_what_was_found_before(tab, undrawn, monkeypatch, caplog):
    run, _ = tab
    run.start(SMALL, SHIPPED)
    assert until(lambda: run.state.value.outcome)
    found = run.state.value.outcome
    run.start(SMALL, Rules(mother=Failing))
    assert until(lambda: not run.state.value.running)
    assert "The rule Failing.preferences failed with KeyError: 'warmth'" in state.problem.value
    assert not caplog.text

    def fails(*_, **__):
        raise ZeroDivisionError("secret at /home/somebody")

    monkeypatch.setattr(ds.Scenario, "run", fails)
    run.start(SMALL, SHIPPED)
    assert until(lambda: not run.state.value.running)
    assert state.problem.value == state.OUR_FAULT
    assert "secret at /home/somebody" in caplog.text
    assert run.state.value.outcome is found
