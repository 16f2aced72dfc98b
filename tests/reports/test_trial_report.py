"""Report of a trial: its numbers are those of the saved data, its sentences fit them, and nothing odd ends it."""

import json
import re

import pandas as pd
import pytest
from trialling import ARMS, small

import dyadsim as ds
from dyadsim.reports import power_report, trial_report
from dyadsim.reports import trial_sentences as say
from dyadsim.reports.json_text import json_text
from dyadsim.reports.preregistration import preregistration
from dyadsim.trials.trial_folder import TABLES

ASKED = [
    {"name": "sensitivity", "outcome": "eas", "visit": "3 weeks"},
    {"name": "low mood", "outcome": "epds", "visit": "3 weeks", "cut": 6.0},
    {"name": "for whom $1", "outcome": "eas", "visit": "3 weeks", "measure": "moderation", "moderator": "epds"},
]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    trial = small(
        {
            "who.dyads": 40,
            "replicates": 8,
            "asked": ASKED,
            "lost.visits": [{"visit": "3 weeks", "share": [0.2, 0.4], "note": "Assumed here."}],
            "published": [{"row": "T001", "analysis": "sensitivity"}, {"row": "T005", "analysis": "for whom $1"}],
            "title": "A <trial> of $5",
            "question": "Would it do?",
        }
    )
    return trial.run(out=tmp_path_factory.mktemp("trial"), workers=1)


@pytest.fixture(scope="module")
def written(results):
    files = trial_report.write(results)
    return results.folder, files


def test_all_of_it_is_written_and_the_folder_still_goes_on(results, written):
    folder, files = written
    names = {file.removeprefix(f"{folder}/") for file in files}
    assert names >= {"report.html", "preregistration.md", "performance.csv", "published.csv", "step_costs.csv"}
    assert names >= {"forest.png", "estimates.png", "steps.png", "flow.png", "severity.png"}
    assert results.trial.changed({"replicates": 9}) and ds.TrialResults.read(folder).replicates == 8


def test_every_number_of_the_table_is_made_of_a_column_of_the_saved_data(results, written):
    folder, _ = written
    saved = pd.concat([pd.read_parquet(file) for file in sorted((folder / "estimates").glob("*"))])
    table = pd.read_csv(folder / "performance.csv").set_index("analysis")
    for name, rows in saved.groupby("analysis"):
        fits = rows[rows["converged"]]
        assert table.loc[name, "rejects"] == pytest.approx((fits["p"] < 0.05).mean())
        assert table.loc[name, "mean"] == pytest.approx(fits["b"].mean())
        assert table.loc[name, "n"] == pytest.approx(rows["n"].mean())
    page = (folder / "report.html").read_text()
    assert f"{table.loc['sensitivity', 'rejects']:.3f}" in page
    for table_of in re.findall(r"(\w+)/\*\.parquet", page):
        assert table_of in TABLES


def test_the_page_keeps_what_users_write_from_being_html_and_says_what_it_is_not_for(written):
    page = (written[0] / "report.html").read_text()
    assert "A &lt;trial&gt; of $5" in page
    assert "<trial>" not in page
    assert "no clinical instrument" in page
    assert "nan" not in re.sub(r"data:image[^\"]*", "", page).lower().replace("nano", "").split("</style>")[1]


def test_what_programs_are_told_is_json_and_the_same(results):
    said = json.loads(json_text(trial_report.said(results)))
    assert said["replicates"] == 8
    assert said["performance"][0]["rejects"] == results.performance().loc[0, "rejects"]
    assert said["in_short"] == trial_report.in_short(results)


def row(**changes):
    usual = {
        "analysis": "sensitivity",
        "asks": "sensitivity",
        "replicates": 100,
        "converged": 100,
        "failed": 0,
        "n": 70.0,
    }
    usual |= {"truth": 0.3, "truth_error": 0.01, "rejects": 0.6, "rejects_error": 0.05, "spread": 0.15}
    return usual | {"type_m": 1.4, "type_s": 0.0, "significant": 60} | changes


@pytest.mark.parametrize(
    "power, says",
    [
        (0.1, "could hardly have seen it"),
        (0.4, "likelier to miss it"),
        (0.6, "likelier to see it"),
        (0.9, "would have seen it"),
    ],
)
def test_the_verdict_is_that_of_the_power(power, says):
    told = say.could_see(row(rejects=power), small(asked=ASKED), "points")
    assert says in told
    assert "+0.30 points" in told
    assert "0.42 points in four of five trials" in told, "2.8 standard errors"


def test_of_hardly_any_effect_no_verdict_is_given():
    told = say.could_see(row(truth=0.005, rejects=0.05), small(asked=ASKED), "points")
    assert "hardly any effect" in told
    assert "too large" not in told


def test_of_few_significant_estimates_it_is_not_told_how_far_they_are_off():
    told = [say.could_see(row(significant=many, type_s=1.0), small(asked=ASKED), "points") for many in (1, 30)]
    assert "too large" not in told[0]
    assert "The 30 significant estimates are 1.4 times too large" in told[1]


def test_failed_fits_are_told_and_none_that_came_to_nothing_has_a_power():
    assert "7 of 100 fits failed" in say.could_see(row(failed=7, converged=93), small(asked=ASKED), "points")
    assert "none of 100 fits" in say.could_see(row(converged=0), small(asked=ASKED), "points")


def test_odds_are_told_as_ratios():
    told = say.could_see(row(asks="low mood", truth=0.693), small(asked=ASKED), "of 1")
    assert "a ratio of 2.00" in told


def test_a_pre_registration_holds_every_part_of_the_declaration(results):
    text = preregistration(results.trial, results.performance())
    for part in ("Hypotheses", "Participants", "Randomisation", "Visits", "Analyses", "Sample size", "Assumptions"):
        assert f"## {part}" in text
    for estimand in results.trial.asked:
        assert f"**{estimand.name}**" in text
    assert "20% to 40% lost by '3 weeks'. Assumed here. (assumed)" in text
    assert "not yet simulated" in preregistration(results.trial)


@pytest.mark.parametrize("name", ["skkippi", "thinking-healthy", "universal-group", "video-feedback"])
def test_every_shipped_trial_can_be_pre_registered(name):
    text = preregistration(ds.Trial.load(name))
    assert all(f"**{arm.name}**" in text for arm in ds.Trial.load(name).what.arms)


def test_a_report_of_a_trial_of_whom_nobody_can_be_analysed_is_written(tmp_path):
    lost = {"visits": [{"visit": "3 weeks", "share": 1.0}]}
    results = small({"what.arms": ARMS, "lost": lost}).run(out=tmp_path, workers=1)
    assert (results.performance()["failed"] == 2).all()
    trial_report.write(results)
    assert "none of 2 fits came to an estimate" in " ".join(trial_report.in_short(results))


def test_a_report_of_sizes_says_whether_there_are_enough_replicates(tmp_path):
    arms = [{"name": "one", "adds": {"eas": 0.6}}, ARMS[1]]
    (tmp_path / "trial.toml").write_text(small({"what.arms": arms}).toml())
    plan = ds.PowerPlan(name="p", trial=str(tmp_path / "trial.toml"), dyads=[10, 60], replicates=20, error=0.01)
    found = ds.power(plan, tmp_path / "out", workers=1)
    told = power_report.in_short(found)
    assert "0.01 was asked for: not enough yet" in told[0]
    assert "effect × 1: a power of 80% needs" in told[1]
    files = power_report.write(found)
    assert {file.rpartition("/")[2] for file in files} == {"report.html", "power.csv", "sample_sizes.csv", "power.png"}
    assert json.loads(json_text(power_report.said(found)))["power"][0]["dyads"] == 10
