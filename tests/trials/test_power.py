"""Power: what theory says of declared designs, the same luck at all levels, and when there are enough replicates."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from scipy.stats import nct, t
from trialling import ARMS, SMALL, small

import dyadsim as ds
from dyadsim.trials.power_results import PowerResults

DESIGNS = ROOT / "experiments" / "trials"
REPLICATES = 100


def theory(effect, error, freedom):
    """Power of a two-sided t test at .05, by the noncentral t distribution."""
    bound, apart = t.ppf(0.975, freedom), effect / error
    return 1 - nct.cdf(bound, freedom, apart) + nct.cdf(-bound, freedom, apart)


def test_two_arms_have_the_power_that_theory_says():
    """Statistical: 100 replicates; 3.3 standard errors are allowed (1 of 1,000 seeds). The seed is fixed."""
    found = ds.Trial.load(DESIGNS / "two-arms.toml").run(REPLICATES, workers=1)
    untreated = found.table("data").query("arm == 'not treated'")["eas_after"]
    expected = theory(0.5, untreated.std() * np.sqrt(2 / 50), 98)
    row = found.performance().iloc[0]
    assert row["rejects"] == pytest.approx(expected, abs=3.3 * np.sqrt(expected * (1 - expected) / REPLICATES))
    assert row["truth"] == pytest.approx(0.5)


def test_two_arms_by_cluster_have_the_power_that_the_design_effect_says():
    """Statistical: 100 replicates; 3.3 standard errors of the power are allowed, and 5 points for what the errors of 20
    clusters are known to miss."""
    found = ds.Trial.load(DESIGNS / "two-arms-by-cluster.toml").run(REPLICATES, workers=1)
    data = found.table("data").query("arm == 'not treated'")
    groups = data.groupby(["replicate", "site"])["epds_after"]
    within, sizes = groups.var(ddof=1).mean(), 10
    between = max(groups.mean().var(ddof=1) - within / sizes, 0)
    icc = between / (between + within)
    error = np.sqrt((between + within) * 2 / 100 * (1 + (sizes - 1) * icc))
    expected = theory(2.0, error, 18)
    row = found.performance().iloc[0]
    assert 0.05 < icc < 0.3
    allowed = 3.3 * np.sqrt(expected * (1 - expected) / REPLICATES) + 0.05
    assert row["rejects"] == pytest.approx(expected, abs=allowed)


def plan(tmp_path, **changes):
    typed = [{"name": "one", "adds": {"eas": 0.6}}, ARMS[1]]
    trial = small({"what.arms": typed, "lost.visits": [{"visit": "3 weeks", "share": 0.2}]})
    file = Path(tmp_path) / "small.toml"
    file.write_text(trial.toml())
    usual = {"name": "plan", "trial": str(file), "dyads": [10, 30, 90], "replicates": 30, "error": 0.1}
    return ds.PowerPlan(**{**usual, **changes})


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plan")
    asked = plan(folder, effects=[0.0, 1.0], lost=[0.0, 0.5], reliability=[0.3, 1.0], replicates=40, error=0.01)
    return ds.power(asked, folder / "out", workers=1)


def test_power_grows_with_dyads_and_effect_and_falls_with_losses_and_error(found):
    table = found.table.set_index(["effect", "lost", "reliability", "dyads"])["power"]
    strong = table.loc[1.0]
    assert (strong.groupby("dyads").mean().diff().dropna() > 0).all()
    assert strong.loc[0.0].mean() > strong.loc[0.5].mean()
    assert strong.xs(1.0, level="reliability").mean() > strong.xs(0.3, level="reliability").mean()
    assert table.loc[0.0].mean() < 0.12, "without an effect it is the error of type I"
    assert (found.table.query("effect == 0")["truth"] == 0).all()


def test_the_luck_is_the_same_at_all_levels(found):
    """What is lost at one level only is lost: estimates of complete data are the same dyads', whatever the effect."""
    whole = found.estimates.query("lost == 0 and reliability == 1 and dyads == 90").set_index(["effect", "replicate"])[
        "b"
    ]
    assert np.allclose(whole.loc[1.0] - whole.loc[0.0], 0.6)
    n = found.estimates.query("dyads == 90").groupby(["lost", "replicate"])["n"].nunique()
    assert (n == 1).all(), "who is lost does not hang on effect or reliability"


def test_sizes_that_are_looked_at_beside_change_no_other(tmp_path):
    few = ds.power(plan(tmp_path, dyads=[10, 90]), workers=1).estimates
    many = ds.power(plan(tmp_path, dyads=[10, 30, 90]), workers=1).estimates
    columns = ["dyads", "replicate", "b", "p"]
    assert few[columns].equals(many[many["dyads"] != 30][columns].reset_index(drop=True))


def test_it_stops_when_it_has_enough_and_says_so(tmp_path):
    asked = plan(tmp_path, dyads=[20, 30], replicates=1000, error=0.1)
    found = ds.power(asked, tmp_path / "out", workers=1)
    assert found.replicates == 100, "the first hundred are enough for an error of .1"
    assert (found.table["power_error"] <= 0.1).all()
    more = ds.power(asked.changed({"error": 0.03}), tmp_path / "out", workers=1)
    assert 100 < more.replicates < 1000
    assert (more.table["power_error"] <= 0.03).all()
    assert more.table["power_error"].max() > 0.02, "and no more than were needed, by much"


def test_where_all_replicates_agree_the_error_is_not_nothing():
    rows = [
        {"effect": 1.0, "lost": np.nan, "reliability": np.nan, "dyads": 9, "replicate": r, "p": 0.001, "n": 9}
        for r in range(50)
    ]
    results = PowerResults.__new__(PowerResults)
    results.__dict__["estimates"] = pd.DataFrame(rows).assign(converged=True, true=1.0)
    row = results.table.iloc[0]
    assert row["power"] == 1.0
    assert row["power_error"] == pytest.approx(np.sqrt(0.02 * 0.98 / 50))


def test_the_number_of_dyads_is_where_power_crosses_what_is_wanted(found):
    sizes = found.sample_sizes().set_index(["effect", "lost", "reliability"])
    assert sizes.loc[(0.0, 0.0, 1.0), "says"] == "more than 90"
    needed = sizes.loc[(1.0, 0.0, 1.0)]
    table = found.table.query("effect == 1 and lost == 0 and reliability == 1").set_index("dyads")["power"]
    assert table[table >= 0.8].index.min() >= needed["dyads"] * 0.6
    assert table[table < 0.8].index.max() <= needed["dyads"] * 1.6
    assert needed["low"] <= needed["dyads"] <= needed["high"]


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"dyads": [1, 30]}, "from 2 to 5,000 dyads"),
        ({"dyads": [30, 30]}, "looked at once"),
        ({"effects": [30.0]}, "from 0 to 20 times"),
        ({"analysis": "sensitivty"}, "Did you mean 'sensitivity'"),
        ({"trial": "skkipi"}, "Did you mean 'skkippi'"),
        ({"lost": [1.5]}, "a share from 0 to 1"),
    ],
)
def test_a_plan_that_cannot_be_is_told(tmp_path, changes, says):
    with pytest.raises(ds.DyadsimError, match=says):
        plan(tmp_path, **changes)


def test_another_plan_is_refused(tmp_path):
    ds.power(plan(tmp_path), tmp_path / "out", workers=1)
    with pytest.raises(ds.DyadsimError, match="was made by another plan"):
        ds.power(plan(tmp_path, dyads=[10, 40]), tmp_path / "out", workers=1)


def test_what_is_seen_after_the_outcome_is_not_lived_for_it():
    trial = ds.PowerPlan.load("video-feedback").declared()
    assert [visit.name for visit in trial.seen.visits] == ["baseline", "after the programme"]
    assert SMALL["seen"]["visits"], "the small trial has its own"
