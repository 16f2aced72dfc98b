"""Fits at the ends of what can be fitted: where nothing differs between clusters, or outcomes are parted."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from dyadsim.trials.imputation import imputed, pooled
from dyadsim.trials.model_fits import METHODS, Data, Fit, fitted


def data(between=0.0, dyads=120, clusters=12, share=False, seed=1):
    rng = np.random.default_rng(seed)
    groups = np.arange(dyads) % clusters
    arm = (rng.permutation(dyads) % 2).astype(float)
    x = rng.normal(size=dyads)
    y = 0.4 * arm + 0.5 * x + between * rng.normal(size=clusters)[groups] + rng.normal(size=dyads)
    y = (y > 0.3).astype(float) if share else y
    return Data(y[:, None], 0, arm, x[:, None], groups=groups)


@pytest.mark.parametrize("seed", range(12))
def test_a_mixed_model_is_never_less_likely_than_one_without_clusters(seed):
    """With clusters that differ in nothing, gradients stop short, and some call it converged (statsmodels 0.15)."""
    given = data(seed=seed)
    found = fitted("mixed", given, "classical", "normal")
    assert not found.failed
    design = np.column_stack([np.ones(120), given.arm, given.predictors])
    plain = sm.OLS(given.outcomes[:, 0], design).fit()
    if found.icc == 0:
        assert (found.b, found.se) == pytest.approx((plain.params[1], plain.bse[1]))
    else:
        assert found.icc < 0.2
        assert found.se == pytest.approx(plain.bse[1], rel=0.1)


def test_clusters_that_differ_are_told_apart():
    """Statistical: the ICC is .5; of 60 clusters of 10 the estimate has a standard error of about .05."""
    found = fitted("mixed", data(between=1.0, dyads=600, clusters=60), "classical", "t")
    assert found.icc == pytest.approx(0.5, abs=0.15)
    assert found.freedom == 600 - 3 - 59, "arms differ within clusters"


def test_where_whole_clusters_are_in_one_arm_there_are_as_many_degrees_of_freedom_as_clusters_less_two():
    given = data(between=0.5)
    by_cluster = Data(given.outcomes, 0, (given.groups % 2).astype(float), given.predictors, groups=given.groups)
    for method, errors in (("mixed", "classical"), ("ancova", "cluster"), ("gee", "cluster")):
        assert fitted(method, by_cluster, errors, "t").freedom == 10
        assert fitted(method, by_cluster, errors, "normal").freedom == float("inf")


def test_outcomes_that_are_parted_by_the_arm_fail_and_are_told():
    arm = np.tile([0.0, 1.0], 20)
    parted = Data(arm[:, None].copy(), 0, arm, np.empty((40, 0)))
    found = fitted("logistic", parted, "classical", "t")
    assert np.isnan(found.b)
    assert "in one arm all dyads have the same outcome" in found.failed


def test_too_few_dyads_for_the_terms_fail_and_are_told():
    few = Data(np.arange(4.0)[:, None], 0, np.array([0.0, 1, 0, 1]), np.eye(4))
    assert fitted("ancova", few, "classical", "t").failed


@pytest.mark.parametrize("method", ["ancova", "logistic", "gee", "mixed"])
def test_whatever_a_model_raises_is_told(method, monkeypatch):
    def broken(*_):
        raise np.linalg.LinAlgError("Singular matrix")

    monkeypatch.setitem(METHODS, method, type(METHODS[method])("x", METHODS[method].errors, broken))
    assert fitted(method, data(), METHODS[method].errors[0], "t").failed == "LinAlgError: Singular matrix"


def test_an_interval_and_a_p_value_say_the_same():
    for b in (0.5, 1.0, 2.5):
        told = Fit(b, 0.5, 20.0).estimate()
        assert (told["low"] > 0) == (told["p"] < 0.05)
    assert Fit(1.96, 1.0, float("inf")).estimate()["p"] == pytest.approx(0.05, abs=1e-4)


# Imputation -----------------------------------------------------------------------------------------------------------


def test_pooling_is_rubins_by_hand():
    fits = [Fit(b, 0.5, 40.0) for b in (1.0, 1.4, 1.2)]
    found = pooled(fits)
    total = 0.25 + (4 / 3) * 0.04
    assert found.b == pytest.approx(1.2)
    assert found.se == pytest.approx(np.sqrt(total))
    lost = (4 / 3) * 0.04 / total
    assert found.freedom == pytest.approx(1 / (lost**2 / 2 + 43 / (40 * 41 * (1 - lost))))
    assert pooled([fits[0], Fit(np.nan, np.nan, np.nan, failed="no")]).failed == "no"


def test_what_is_known_is_never_changed_and_what_is_drawn_was_read_of_someone():
    rng = np.random.default_rng(1)
    whole = pd.DataFrame({"x": rng.normal(size=80), "y": rng.integers(0, 9, 80).astype(float)})
    rows = whole.assign(y=whole["y"].where(np.arange(80) % 4 != 0))
    tables = imputed(rows, np.arange(80) % 2 == 0, ["y"], ["x"], 3, 1)
    known = rows["y"].notna()
    for table in tables:
        assert (table.loc[known, "y"] == rows.loc[known, "y"]).all()
        assert table["y"].isin(rows["y"].dropna().unique()).all()
    assert any((tables[0]["y"] != other["y"]).any() for other in tables[1:])
