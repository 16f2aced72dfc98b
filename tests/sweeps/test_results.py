"""Results as tables: what is infinite, and outcomes that are called like a factor or a column."""

import numpy as np
import pandas as pd
import pytest
from sweeping import BURDEN, SENSITIVITY, design, weeks

import dyadsim as ds


def infinite_above_one(run):
    burden = run.cohort.traits["burden"]
    return np.where(burden > 1, np.inf, np.where(burden < -1.5, np.nan, burden))


@pytest.fixture(scope="module")
def infinite(tmp_path_factory):
    folder = tmp_path_factory.mktemp("infinite") / "out"
    return ds.sweep(design(points=60, dyads=2, outcomes=[infinite_above_one]), folder, workers=1)


def test_an_infinite_mean_is_told_and_no_value_to_be_looked_at(infinite):
    name, burden = infinite.outcomes[0], infinite.points["burden"]
    by_point = infinite.means().query("episode == 'play'").set_index("point")[name]
    np.testing.assert_array_equal(by_point, np.where(burden > 1, np.inf, np.where(burden < -1.5, np.nan, burden)))
    values = infinite.values(infinite.view(episode="play"))
    np.testing.assert_array_equal(values.isna(), (burden > 1) | (burden < -1.5))
    lacking, endless = int(values.isna().sum()), int((burden > 1).sum())
    assert 0 < endless < lacking
    assert f"{lacking} of 60 points have no finite value of" in infinite.left_out(infinite.view(episode="play"))
    assert f"({endless} an infinite one)" in infinite.left_out(infinite.view(episode="play"))


def test_nothing_is_said_where_nothing_is_left_out(tmp_path):
    found = ds.sweep(design(points=2), tmp_path / "out", workers=1)
    assert found.left_out(found.view("match")) == ""


def test_a_factor_that_is_called_like_an_outcome_has_a_column_of_its_own(tmp_path):
    asked = weeks(factors=[SENSITIVITY], outcomes=["sensitivity", "match"])
    found = ds.sweep(asked, tmp_path / "out", workers=1)
    means = found.means()
    assert list(means)[:5] == ["point", "arm", "week", "sensitivity (factor)", "dyads"]
    levels = means.groupby("point")["sensitivity (factor)"].first()
    np.testing.assert_array_equal(levels, found.points["sensitivity"])
    start = found.frame().query("week == 20").groupby("point")["sensitivity"].mean()
    np.testing.assert_allclose(means.query("week == 20").groupby("point")["sensitivity"].mean(), start)
    assert found.view(week=20).outcome == "sensitivity"
    assert found.values(found.view(week=20)).notna().all()


@pytest.mark.parametrize("name", ["point", "dyad", "dyads", "replicate", "episode", "week", "arm", "seed"])
def test_an_outcome_cannot_be_called_like_a_column_of_every_table(name):
    own = lambda run: run.cohort.traits["burden"]  # noqa: E731
    own.__name__ = name
    with pytest.raises(ds.DyadsimError, match=f"An outcome cannot be called '{name}'"):
        design(outcomes=[own])


def test_an_outcome_cannot_be_called_like_the_error_of_another():
    def match_se(run):
        return run.cohort.traits["burden"]

    with pytest.raises(ds.DyadsimError, match="An outcome cannot be called 'match_se'"):
        design(outcomes=["match", match_se])


def test_an_outcome_may_be_called_like_a_factor_of_sessions(tmp_path):
    def burden(run):
        return 2 * run.cohort.traits["burden"]

    found = ds.sweep(design(points=3, factors=[BURDEN], outcomes=[burden]), tmp_path / "out", workers=1)
    means = found.means()
    pd.testing.assert_series_equal(means["burden"], 2 * means["burden (factor)"], check_names=False)
