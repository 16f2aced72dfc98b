"""The page Trial without a browser: what is chosen of a trial, how it runs, what is shown, which folders it opens."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import re
import tempfile
import threading
from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pytest
import trialling

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import are_sound, components, forms_on, plain, press, texts, until
from hypothesis import given
from hypothesis import strategies as st
from sweeping import design

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.common.shown import in_four_digits
from dyadsim.dashboard import downloads, results_folders, server_settings, state, tab_runs, trial_outcomes, trial_runs
from dyadsim.dashboard.pages.results import ResultsPage
from dyadsim.dashboard.pages.trial import TrialPage
from dyadsim.dashboard.trial_choices import TrialChoices, changed, trial_fields
from dyadsim.interaction.rule_set import Rules
from dyadsim.reports import power_report, trial_report
from dyadsim.reports.preregistration import preregistration
from dyadsim.trials.trial_results import TrialResults

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "new_here")
TRIALS = toml_models.names("trials")
SMALL = {"base": ds.Trial.load("video-feedback"), "dyads": 8, "replicates": 3, "seed": 5}


@pytest.fixture
def new_here(monkeypatch):
    state.trial.set(TrialChoices())
    state._folder.set("")
    state._trial_folder.set("")
    monkeypatch.setattr(trial_runs, "_runs", solara.reactive(None))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A folder that holds results of a trial, of a plan and of a sweep."""
    made = tmp_path_factory.mktemp("results")
    trialling.handful().run(out=made / "trial", workers=1)
    ds.power(trialling.plan(), made / "plan", workers=1)
    ds.sweep(design(points=16, dyads=12), made / "sweep", workers=1)
    return made


@pytest.fixture
def offered(root):
    server_settings.serve_with(Rules(), [root])
    return root


@pytest.fixture
def unpainted(monkeypatch):
    monkeypatch.setattr(trial_outcomes, "svg", lambda _: "data:,")


def tables(rendered):
    return {one.caption: one for one in components(rendered, "caption", "rows")}


def shown_rows(table):
    return [[in_four_digits(value) or "–" for value in row] for row in table.itertuples(index=False)]


def working():
    return [thread for thread in threading.enumerate() if thread.name == tab_runs.THREAD]


# What is chosen


@pytest.mark.parametrize("name", TRIALS)
def test_the_page_shows_every_trial_that_ships(name, shown):
    state.trial.set(TrialChoices(base=ds.Trial.load(name)))
    _, rendered = shown(TrialPage())
    (form,) = [one for one in forms_on(rendered) if "dyads" in {field["key"] for field in one.fields}]
    are_sound(form.fields)
    fields = {field["key"]: field for field in form.fields}
    assert all(field["help"] for field in fields.values())
    assert fields["start"]["value"] == name
    assert (fields["dyads"]["value"], fields["replicates"]["value"]) == (ds.Trial.load(name).who.dyads, 20)
    assert components(rendered, "toml")[0].toml == ds.Trial.load(name).changed({"replicates": 20}).toml()


@pytest.mark.parametrize("name", TRIALS)
@given(
    dyads=st.none() | st.integers(41, 4_000),
    replicates=st.integers(1, 1_000),
    seed=st.none() | st.integers(0, 2**31),
    lost=st.none() | st.integers(0, 100).map(lambda share: share / 100),
    reliability=st.none() | st.integers(5, 100).map(lambda share: share / 100),
)
def test_a_link_says_what_is_chosen_and_its_trial_is_what_the_choices_say(name, **chosen):
    choices = TrialChoices(base=ds.Trial.load(name), **chosen)
    state.open_query(f"name=peer-group&{choices.in_link()}")
    assert (state.problem.value, state.trial.value, state.scenario.value.name) == ("", choices, "peer-group")
    assert state.of_trial() == choices.in_link()
    trial, base = choices.trial, choices.base
    assert ds.Trial(**trial.model_dump(mode="json", exclude_defaults=True)) == trial
    assert (trial.who.dyads, trial.seed) == (
        chosen["dyads"] or base.who.dyads,
        base.seed if chosen["seed"] is None else chosen["seed"],
    )
    assert trial.who.most_screened / trial.who.dyads == pytest.approx(base.who.most_screened / base.who.dyads, rel=0.05)
    if chosen["lost"] is not None:
        assert trial.lost.visits[-1].share == pytest.approx(chosen["lost"])
    if chosen["reliability"] is not None:
        outcome = trial.estimand(trial.answers[0].asks).outcome
        assert trial.seen.scale(outcome).instrument.reliability == chosen["reliability"]
        others = [each for each in trial.seen.instruments if each.name != outcome]
        assert others == [each for each in base.seen.instruments if each.name != outcome]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("trial=skkipi", "Unknown trial 'skkipi'. Did you mean 'skkippi'?"),
        ("trial=/etc/own.toml", "Unknown trial '/etc/own.toml'"),
        ("trial.dyads=abc", "'dyads' must be a whole number, not 'abc'"),
        ("trial.dyds=8", "'dyds'. Did you mean 'dyads'?"),
        ("trial.base=8", "Unknown choice of a trial"),
        ("trial.lost=nan", "'lost' must be a finite number"),
        ("trial.lost=2", "a share from 0 to 1"),
        ("trial.reliability=0", "'reliability' must be greater than 0"),
        ("trial.seed=-1", "The seed must be a whole number from 0"),
    ],
)
def test_a_link_that_cannot_be_followed_leaves_the_trial_as_it_was(asked, says):
    before = state.trial.value
    state.open_query(asked)
    assert state.problem.value.startswith("In the link: ")
    assert says in state.problem.value
    assert state.trial.value is before


def test_what_a_link_can_say_is_kept_beside_what_it_cannot():
    state.open_query("trial.dyads=20&trial.dyds=8&trial=thinking-healthy&trial.replicates=3&utm_source=x")
    assert "40 sites are more than the 20 dyads randomised" in state.problem.value
    assert "'dyds'. Did you mean 'dyads'?" in state.problem.value
    assert "'utm_source'" in state.problem.value
    assert (state.trial.value.base.name, state.trial.value.replicates) == ("thinking-healthy", 3)


def test_a_loss_that_was_taken_away_comes_back_as_it_was():
    base = TrialChoices(base=ds.Trial.load("skkippi"))
    none = changed(base, "lost", 0)
    assert [each.share for each in none.trial.lost.visits] == [0, 0, 0]
    some = changed(none, "lost", 0.505)
    assert [each.depends for each in some.trial.lost.visits] == [each.depends for each in base.base.lost.visits]
    assert changed(some, "lost", None) == base
    (field,) = [field for field in trial_fields(base) if field["key"] == "lost"]
    assert "Empty: as the trial has it, 43% to 58%, every replicate its own." in field["help"]


def test_what_cannot_be_is_told_and_the_trial_stays(shown):
    _, rendered = shown(TrialPage())
    press(rendered, "start", "thinking-healthy")
    press(rendered, "dyads", 20)
    assert state.problem.value == "40 sites are more than the 20 dyads randomised."
    assert state.trial.value.trial.who.dyads == 903
    press(rendered, "lost", 0.25)
    assert (state.problem.value, state.trial.value.trial.lost.visits[0].share) == ("", 0.25)
    press(rendered, "start", "video-feedback")
    assert state.trial.value == TrialChoices()


# Files


def opened(text):
    state.open_trial({"name": "mine.toml", "text": text})


def test_an_opened_trial_is_shown_with_few_replicates_and_its_file_says_the_same(shown):
    mine = trialling.handful(replicates=500).changed({"name": "mine", "title": "Mine"})
    opened(mine.toml())
    assert (state.problem.value, state.trial.value.base) == ("", mine)
    assert state.of_trial() == ""  # which no link can say
    _, rendered = shown(TrialPage())
    assert components(rendered, "toml")[0].toml == mine.changed({"replicates": 20}).toml()
    opened(components(rendered, "toml")[0].toml)
    assert state.trial.value.trial == mine.changed({"replicates": 20})


@pytest.mark.parametrize(
    "change",
    [
        {"who": {"population": "own.toml", "dyads": 8}},
        {"who": {"risks": ["HERE/own.toml"], "dyads": 8}},
        {"seen": {"instruments": ["own.toml"], "visits": []}},
        {"seen": {"instruments": [{"name": "HERE/own.toml"}], "visits": []}},
        {"what": {"arms": [{"name": "a", "interventions": ["rule.py:Rule"]}]}},
        {"what": {"arms": [{"name": "a", "interventions": [{"name": "HERE/rule.py:Rule"}]}]}},
        {"what": {"arms": [{"name": "a", "adds": {"HERE/own.toml": 1.0}}]}},
    ],
)
def test_a_file_that_an_opened_trial_names_is_neither_read_nor_run(change, tmp_path, monkeypatch):
    import tomli_w

    monkeypatch.chdir(tmp_path)
    said = ds.Trial.load("video-feedback").model_dump(mode="json", exclude_defaults=True) | change
    before, read = state.trial.value, []
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or b"")
    opened(tomli_w.dumps(said).replace("HERE", str(tmp_path)))
    assert "names a file; here only what ships can be named" in state.problem.value
    assert state.trial.value is before
    assert not read


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * 300_000, "is too large for a trial; 200,000"),
        ("name = ", "is not readable as TOML"),
        ('name = "m"', "'who' is missing"),
    ],
)
def test_a_file_that_is_no_trial_gets_a_sentence(text, says):
    before = state.trial.value
    opened(text)
    assert says in state.problem.value
    assert state.trial.value is before


# Runs


def test_a_run_shows_the_words_tables_and_pictures_of_the_report_and_the_same_numbers(shown, unpainted):
    choices = TrialChoices(**SMALL)
    state.trial.set(choices)
    box, rendered = shown(TrialPage())
    press(rendered, "run")
    assert until(lambda: components(rendered, "kinds"))
    alone = choices.trial.run(workers=1)
    said = texts(box)
    assert {"In short", choices.base.title, *trial_report.in_short(alone)} <= {*said}
    shown_tables = tables(rendered)
    first = trial_report.performance_in_short(alone)
    assert shown_tables["Analyses over the replicates"].rows == shown_rows(first)
    shown_tables["Analyses over the replicates"].vue_wanted("csv")
    assert until(lambda: tables(rendered)["Analyses over the replicates"].file)
    assert tables(rendered)["Analyses over the replicates"].file["content"] == first.to_csv(index=False)
    pictures = {one.title: one.alt for one in components(rendered, "svg", "alt") if one.svg}
    assert [*pictures] == [title for title, _ in trial_report.pictures(alone).values()]
    assert all(alt.startswith(title) for title, alt in pictures.items())
    plain([one.get_state() for one in components(rendered)])
    press(rendered, "seed", 6)
    assert "The fields have changed since this was run; run again to see what follows." in texts(box)


def undrawn(page):
    """A page without the bytes of its pictures: a figure that was drawn before is laid out a little otherwise."""
    assert page.count("base64,") == 4
    return re.sub('base64,[^"]*', "", page)


def test_what_can_be_kept_is_what_the_command_writes(tmp_path):
    results = trialling.handful().run(out=tmp_path / "here", workers=1)
    with_it = {title: make() for title, _, make in trial_outcomes.outcome_of(results, "mine").kept}
    files = {file["name"]: file["content"] for file in with_it.values()}
    assert files["mine-preregistration.md"] == preregistration(results.trial, results.performance())
    assert files["mine-estimates.csv"] == results.estimates().to_csv(index=False)
    assert files["mine-effects.csv"] == results.individual_effects().to_csv(index=False)
    assert files["mine.toml"] == results.trial.toml()
    trial_report.write(results)
    from_shell = (tmp_path / "here" / "report.html").read_text("utf-8")
    assert undrawn(files["mine.html"]) == undrawn(from_shell).replace(str(results.folder), "mine")
    assert str(tmp_path) not in "".join(files.values())


def test_a_table_that_is_too_long_for_a_browser_is_not_sent(monkeypatch):
    monkeypatch.setattr(downloads, "_MOST_ROWS", 5)
    outcome = trial_outcomes.outcome_of(trialling.handful().run(workers=1), "mine")
    (make,) = [make for title, _, make in outcome.kept if title == "The estimates of every replicate"]
    with pytest.raises(ds.DyadsimError, match="has 9 rows, and a page gives 5 at most: dyadsim trial"):
        make()


def test_a_cancelled_run_stops_at_the_next_replicates_and_leaves_nothing(shown, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone_on, seen = threading.Event(), []
    whole = ds.Trial.run

    def held(self, **how):
        def progress(done, total):
            seen.append((done, total))
            if done:
                assert gone_on.wait(60)
            how["progress"](done, total)

        return whole(self, **{**how, "progress": progress})

    monkeypatch.setattr(ds.Trial, "run", held)
    state.trial.set(TrialChoices(**{**SMALL, "replicates": 12}))
    box, rendered = shown(TrialPage())
    press(rendered, "run")
    assert until(lambda: len(seen) > 1)
    (thread,) = working()
    components(rendered, "says", "done")[0].vue_cancel(None)
    gone_on.set()
    thread.join(60)
    assert not thread.is_alive()
    assert seen[-1][0] < seen[-1][1] == 12
    assert until(lambda: not [*tmp_path.iterdir()])
    assert any(text.startswith("Stopped.") for text in texts(box))
    assert not components(rendered, "kinds")


def test_the_last_run_is_still_there_when_the_page_is_looked_at_again(shown, unpainted):
    state.trial.set(TrialChoices(**SMALL))
    _, rendered = shown(TrialPage())
    press(rendered, "run")
    assert until(lambda: components(rendered, "kinds"))
    rows = tables(rendered)["Analyses over the replicates"].rows
    _, again = shown(TrialPage())
    assert tables(again)["Analyses over the replicates"].rows == rows


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"replicates": 400}, "This trial has 2,544,000 dyad-weeks, and a page runs 1,000,000 at most"),
        ({"dyads": 2, "replicates": 2_000}, "This trial has 6,000 fits, and a page runs 5,000 at most"),
    ],
)
def test_too_much_work_is_refused_before_anything_is_started(chosen, says, shown):
    state.trial.set(TrialChoices(**chosen))
    _, rendered = shown(TrialPage())
    press(rendered, "run")
    assert says in state.problem.value
    assert state.problem.value.endswith("download its TOML and run it with 'dyadsim trial'.")
    assert not working()


def test_imputations_count_as_fits():
    trial = trialling.handful(replicates=10)
    answer = trial.answers[0].changed({"missing": "multiple imputation", "imputations": 501})
    with pytest.raises(ds.DyadsimError, match="5,010 fits"):
        trial_runs.check_size(trial.changed({"answered": (answer,)}))


def test_a_trial_of_which_nothing_comes_gets_a_sentence(shown, monkeypatch):
    monkeypatch.setattr("dyadsim.trials.trial_run.replicates", lambda *_: 1 / 0)
    state.trial.set(TrialChoices(**SMALL))
    _, rendered = shown(TrialPage())
    press(rendered, "run")
    assert until(lambda: state.problem.value)
    assert state.problem.value == "No replicate came to anything: ZeroDivisionError: division by zero"


def test_a_server_with_rules_of_its_own_lives_trials_by_them(shown, mirroring, unpainted, monkeypatch):
    made, real = [], trial_runs.outcome_of
    monkeypatch.setattr(trial_runs, "outcome_of", lambda found, name: made.append(found) or real(found, name))
    state.trial.set(TrialChoices(**SMALL))
    _, rendered = shown(TrialPage())
    press(rendered, "run")
    assert until(lambda: components(rendered, "kinds"))
    assert made[0].manifest.rules["mother"] == mirroring.mother.__qualname__
    alone = ds.Trial.load("video-feedback").changed({"replicates": 3, "seed": 5, "who": made[0].trial.who})
    own, shipped = alone.run(workers=1, mother=mirroring.mother), alone.run(workers=1)
    assert made[0].twins(0).equals(own.twins(0))
    assert not own.twins(0).equals(shipped.twins(0))


# Folders


def test_each_page_offers_the_folders_that_it_can_open(offered, shown):
    _, rendered = shown(TrialPage())
    (field,) = forms_on(rendered)[0].fields
    assert [option["value"] for option in field["options"]] == ["", "plan", "trial"]
    box, rendered = shown(ResultsPage())
    assert "Results of trials are opened on the page Trial: plan, trial." in texts(box)
    assert [option["value"] for option in forms_on(rendered)[0].fields[0]["options"]] == ["sweep"]


def test_a_link_opens_the_folder_of_a_trial_and_leaves_that_of_a_sweep_alone(offered):
    state.open_query("results=trial")
    assert (state.problem.value, state.trial_folder(), state.folder()) == ("", "trial", "sweep")
    assert (state.of_trial(), state.of_folder()) == ("results=trial", "results=sweep")
    state.open_query("trial=skkippi")
    assert (state.trial_folder(), state.of_trial()) == ("", "trial=skkippi")
    state.open_query(f"results={quote('../trial')}")
    assert "Unknown results folder '../trial'" in state.problem.value


def test_a_saved_trial_is_shown_with_the_numbers_that_it_holds_and_no_path(offered, shown, unpainted):
    state.open_query("results=trial")
    box, rendered = shown(TrialPage())
    assert until(lambda: components(rendered, "kinds"))
    results = TrialResults.read(offered / "trial")
    assert tables(rendered)["Analyses over the replicates"].rows == shown_rows(
        trial_report.performance_in_short(results)
    )
    assert {*trial_report.in_short(results)} <= {*texts(box)}
    assert not any(str(offered) in text for text in texts(box))
    press(rendered, "again")
    assert until(lambda: components(rendered, "kinds"))
    press(rendered, "folder", "")
    assert state.trial_folder() == ""
    assert any(text.startswith("Nothing was run yet") for text in texts(box))


def test_a_saved_plan_is_shown_with_its_power(offered, shown):
    state.open_query("results=plan")
    box, rendered = shown(TrialPage())
    assert until(lambda: components(rendered, "kinds"))
    results = ds.PowerResults.read(offered / "plan")
    assert {*power_report.in_short(results)} <= {*texts(box)}
    assert len(tables(rendered)["Power at each level"].rows) == len(results.table)
    (picture,) = [one for one in components(rendered, "svg") if one.svg]
    assert picture.svg.startswith("data:image/svg+xml;base64,")


def test_a_folder_without_a_replicate_and_one_that_is_damaged_get_a_sentence(offered, tmp_path, shown, monkeypatch):
    def stopped(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trialling.handful().run(out=tmp_path / "begun", workers=1, progress=stopped)
    server_settings.serve_with(Rules(), [tmp_path])
    state.open_query("results=begun")
    box, _ = shown(TrialPage())
    assert until(lambda: any(text.startswith("0 of 3 replicates are there.") for text in texts(box)))
    manifest = tmp_path / "begun" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"chunks"', '"chunk"'), encoding="utf-8")
    results_folders.forget("begun")
    box, _ = shown(TrialPage())
    assert until(lambda: any("'begun' cannot be read: its manifest" in text for text in texts(box)))


def test_a_table_is_printed_in_four_digits():
    table = pd.DataFrame({"a": ["x"], "b": [1234.567], "c": [0.000123456], "d": [float("nan")], "e": [7]})
    assert downloads.rows_of(table, None)["rows"] == [["x", "1234.6", "0.0001235", "–", "7"]]
