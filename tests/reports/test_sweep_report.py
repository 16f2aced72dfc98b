"""Reports of sweeps: nothing that an outcome may be ends them, and what is left out is told."""

import json

import numpy as np
import pytest
from sweeping import SENSITIVITY, design, weeks

import dyadsim as ds
from dyadsim.reports import sweep_report
from dyadsim.reports.json_text import json_text


def some_infinite(run):
    burden = run.cohort.traits["burden"]
    return np.where(burden > 0.5, np.inf, burden)


def all_infinite(run):
    return np.full(len(run.dyads), -np.inf)


def both_infinities(run):
    return np.where(np.arange(len(run.dyads)) % 2, np.inf, -np.inf)


def all_missing(run):
    return np.full(len(run.dyads), np.nan)


def constant(run):
    return np.ones(len(run.dyads))


OWN = [some_infinite, all_infinite, both_infinities, all_missing, constant]


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd") / "out"
    return ds.sweep(design(design="sobol", points=8, dyads=2, outcomes=OWN), folder, workers=1)


@pytest.mark.parametrize("outcome", [each.__name__ for each in OWN])
def test_a_report_is_written_whatever_the_outcome_is(odd, outcome, tmp_path):
    view = odd.view(outcome)
    (page,) = sweep_report.write(odd, [view], tmp_path / "report.html", pdf=False, page=True)
    sweep_report.write(odd, [view], tmp_path / "report.pdf", pdf=True, page=False)
    assert (odd.left_out(view) == "") == (outcome == "constant")
    assert odd.left_out(view) in page.read_text("utf-8")
    json.loads(json_text(sweep_report.said(odd, view, None)), parse_constant=lambda name: pytest.fail(name))


def test_ranges_and_indices_are_of_finite_means(odd):
    table = sweep_report.range_over_points(odd).set_index("outcome")
    assert np.isfinite(table[["least", "middle", "largest"]].to_numpy()).all()
    finite = int((odd.points["burden"] <= 0.5).sum())
    assert (table.loc["some_infinite", "points"] == finite).all()
    assert {"all_infinite", "both_infinities", "all_missing"}.isdisjoint(table.index)
    (sentence,) = [each for each in sweep_report.in_short(odd) if each.startswith("some_infinite")]
    assert sentence.startswith(f"some_infinite is infinite at {48 - finite} of 48 points")


def test_a_report_of_an_outcome_that_is_a_factor_too(tmp_path):
    found = ds.sweep(weeks(factors=[SENSITIVITY], outcomes=["sensitivity"]), tmp_path / "out", workers=1)
    (page,) = sweep_report.write(found, [found.view()], None, pdf=False, page=True)
    assert "sensitivity in week 23" in page.read_text("utf-8")
