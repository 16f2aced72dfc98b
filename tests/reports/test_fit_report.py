"""Reports of fits and theories: their numbers are those of the tables, their words fit them, nobody is rated."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import dyadsim as ds
from dyadsim import plots
from dyadsim.reports import fit_report, theory_report
from dyadsim.reports import fit_sentences as say
from dyadsim.reports.fit_findings import findings
from dyadsim.reports.json_text import json_text

FREE = ["distraction", "infant_persistence"]


@pytest.fixture(scope="module")
def sessions():
    return ds.coded_sessions(["mangold_3532goodman", "mangold_3367goodman"])


@pytest.fixture(scope="module")
def found(sessions):
    fitted = ds.fit(sessions, free=FREE, ages=13)
    scores = pd.DataFrame(
        {"name": ["fitted dyads", "Markov chain"], "held_out": [-0.5, -0.6], "held_out_se": [0.02] * 2}
    )
    return findings(fitted, sessions, scores, times=10, bootstrap=2, profiles=True)


@pytest.fixture(scope="module")
def page(found):
    drawn = fit_report.pictures(found)
    return fit_report.page(found, {name: (words, plots.png(figure, 30)) for name, (words, figure) in drawn.items()})


def test_the_page_has_estimates_checks_scores_arrows_and_what_was_settled(found, page):
    for row in found.estimates.to_dict("records"):
        assert f">{row['estimate']:.2f}<" in page
        assert f">{say.from_to(row['low'], row['high'])}<" in page
    for row in found.checks[~found.checks["within"]].to_dict("records"):
        assert f">{say.digits(row['observed'])}<" in page
    for score in found.held_out["held_out"]:
        assert f">{say.digits(score)}<" in page
    for row in found.arrow_cut.to_dict("records"):
        assert say.of_draws(row) in page
    for remark in found.sessions[0].provenance["reading"]["remarks"]:
        assert remark.replace("'", "&#39;") in page
    for sentence in (*say.in_short(found), *say.on_what_is_not_told(found)):
        assert sentence.replace("'", "&#39;") in page
    assert "Nothing in this report is a rating of a parent" in page
    assert "mangold_3367goodman 13 weeks" in page
    assert page.count("data:image/png") == 6
    assert ">nan" not in page


def test_names_of_dyads_are_never_html_or_formulas(sessions):
    one = replace(sessions[0], dyads=["<b>$x^2$</b>"])
    found = findings(ds.fit(one, free=FREE[:1], ages=13), [one], "Too short.", times=5)
    drawn = {name: (words, plots.png(figure, 30)) for name, (words, figure) in fit_report.pictures(found).items()}
    text = fit_report.page(found, drawn)
    assert "&lt;b&gt;$x^2$" in text
    assert "<b>" not in text
    assert "No half of the sessions was held out: Too short." in text


def test_tables_and_json_hold_all_of_it(found):
    assert list(found.tables()) == ["estimates", "checks", "held_out", "arrow_cut", "profiles", "bootstrap"]
    told = json.loads(json_text(fit_report.said(found)))
    assert len(told["estimates"]) == 4
    assert told["dyads"] == ["mangold_3532goodman", "mangold_3367goodman"]
    assert len(found.profiles) == 4 * 13
    cut = fit_report.arrows_in_short(found)
    assert list(cut.columns) == ["dyad", "measure", "coded", *say.ARROWS.values()]
    assert len(cut) == 10


def test_what_an_estimate_rests_on_is_said_as_it_is():
    row = {"parameter": "sensitivity", "told": True, "shrinkage": 0.1, "estimate": 1.0, "low": 0.0, "high": 2.0}
    assert say.rests_on(row, 1.0) == "mostly these codes"
    assert say.rests_on(row | {"shrinkage": 0.5}, 1.0) == "these codes and the population"
    assert say.rests_on(row | {"told": False}, 1.0) == "mostly the population's"
    assert say.rests_on(row, 0.0) == "these codes alone"
    assert say.rests_on(row | {"estimate": 4.0, "high": 4.0}, 0.0) == "at the end of its range"
    assert say.rests_on(row | {"low": -4.0, "high": 4.0}, 0.0) == "not told by these codes"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.123"), (12345.6, "12,346"), (-0.00001, "0"), (0.0005, "0.0005"), (16.0, "16"), (np.nan, "–")],
)
def test_numbers_have_three_digits_and_no_powers_of_ten(value, text):
    assert say.digits(value) == text


def test_sentences_on_measures_count_them_and_name_the_farthest_first(found):
    one = found.checks[found.checks["dyad"] == "mangold_3367goodman"]
    (sentence,) = say.on_measures(one, several=False)
    assert sentence.startswith(f"Of {len(one)} measures as coded, {int(one['within'].sum())} lie where")
    wrong = one[~one["within"]]
    off = (wrong["observed"] - wrong["simulated"]).abs() / (wrong["high"] - wrong["low"])
    farthest = wrong.loc[off.idxmax()]
    assert f"Outside: {say.called(farthest['measure'])} {say.digits(farthest['observed'])}, simulated" in sentence
    (right,) = say.on_measures(one[one["within"]], several=False)
    assert right.endswith("none lies outside.")


def test_the_best_model_of_what_was_held_out_is_named_and_how_surely():
    scores = pd.DataFrame(
        {"name": ["fitted dyads", "Markov chain"], "held_out": [-0.7, -0.6], "held_out_se": [0.2, 0.05]}
    )
    (sentence,) = say.on_held_out(scores, "")
    assert sentence.endswith("so the Markov chain foretells best.")
    (sentence,) = say.on_held_out(scores.assign(held_out_se=0.2), "")
    assert sentence.endswith("foretells best, though by less than its standard error.")


@pytest.fixture(scope="module")
def theories():
    session = ds.interact(ds.Cohort.typical(), seed=1, seconds=60)
    return theory_report.findings(ds.compare_theories(session, ["no-contingency"]), [session], 20, 0)


def test_the_page_of_theories_has_scores_worst_measures_and_estimates(theories):
    drawn = theory_report.pictures(theories)
    page = theory_report.page(theories, {name: (words, plots.png(fig, 30)) for name, (words, fig) in drawn.items()})
    for row in theories.table.to_dict("records"):
        assert f"{row['bic']:.1f}" in page
        assert f"{row['held_out']:.3f}" in page
    worst = theories.worst("no-contingency")
    assert len(worst) == 5
    assert worst["off"].abs().min() >= theories.wrong["off"].abs().nlargest(6).iloc[-1]
    for value in worst["off"]:
        assert f">{value:+.1f}<" in page
    for value in theories.estimates["estimate"]:
        assert f">{value:.2f}<" in page
    assert "each goes on as they were, and neither follows the other" in page
    assert ">nan" not in page


def test_sentences_on_theories_name_the_lowest_bic_and_what_is_far_off(theories):
    said = theory_report.in_short(theories)
    best = theories.table.sort_values("bic").iloc[0]
    assert said[0].startswith(f"{best['name']} has the lowest BIC, {best['bic']:.1f}")
    for row in theories.worst("no-contingency").to_dict("records"):
        told = f"{say.called(row['measure'])} {say.digits(row['observed'])}, simulated" in " ".join(said)
        assert told == (abs(row["off"]) >= 2)
    near = replace(theories, table=theories.table.assign(delta_bic=[0.0, 1.0, 5.0], bic=[10.0, 11.0, 15.0]))
    assert "Markov chain is hardly worse" in theory_report.in_short(near)[0]
