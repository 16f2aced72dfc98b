"""Analyses against statsmodels called by hand, and against what is known of a real trial."""

import io

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from trialling import small

import dyadsim as ds
from dyadsim.trials.analysis import Analysis, Contrast, adjusted, analysed

ARM = Contrast("arm", 1, 0)


@pytest.fixture(scope="module")
def table():
    """A table as a trial exports it: written as CSV and read again."""
    trial = small(
        {
            "who.dyads": 60,
            "what.sites": {"number": 6, "icc": 0.1},
            "lost.visits": [{"visit": "3 weeks", "share": 0.2}],
            "asked": [
                {"name": "points", "outcome": "eas", "visit": "3 weeks"},
                {"name": "low", "outcome": "epds", "visit": "3 weeks", "cut": 6.0},
            ],
            "seen.visits": [
                {"name": "before", "week": 0},
                {"name": "2 weeks", "week": 2},
                {"name": "3 weeks", "week": 3},
            ],
            "replicates": 1,
        }
    )
    read = pd.read_csv(io.StringIO(trial.run(workers=1).data(0).to_csv(index=False)))
    return read.assign(arm=(read["arm"] == "video").astype(int))


def one(table, **how):
    usual = {"name": "x", "outcome": "eas_3_weeks", "baseline": "eas_before"}
    return analysed(table, Analysis(**{**usual, **how}), ARM).iloc[0]


def same(found, fit, term="arm", use_t=True):
    assert found["b"] == pytest.approx(fit.params[term], rel=1e-5)
    assert found["se"] == pytest.approx(fit.bse[term], rel=1e-5)
    if use_t is not None:
        assert found["p"] == pytest.approx(fit.pvalues[term], rel=1e-4)


def test_ancova_is_that_of_statsmodels_with_each_kind_of_errors(table):
    model = smf.ols("eas_3_weeks ~ arm + eas_before", table)
    same(one(table), model.fit())
    same(one(table, errors="robust"), model.fit(cov_type="HC3", use_t=True))
    there = table.dropna(subset=["eas_3_weeks"])
    by_site = model.fit(cov_type="cluster", cov_kwds={"groups": there["site"].factorize()[0]})
    same(one(table, errors="cluster", cluster="site", quantiles="normal"), by_site)


def test_covariates_of_text_are_indicators(table):
    same(one(table, covariates=["site"]), smf.ols("eas_3_weeks ~ arm + eas_before + C(site)", table).fit())


def test_a_moderation_is_the_product_with_the_centred_moderator(table):
    found = one(table, method="moderation", moderator="epds_before", covariates=["epds_before"])
    same(found, smf.ols("eas_3_weeks ~ arm * epds_before + eas_before", table).fit(), "arm:epds_before")


def test_a_mixed_model_is_that_of_statsmodels(table):
    there = table.dropna(subset=["epds_3_weeks"])
    grouped = there.assign(pair=there["place"] // 6, epds_3_weeks=there["epds_3_weeks"] + 3 * (there["place"] // 6))
    fit = sm.MixedLM.from_formula("epds_3_weeks ~ arm", groups="pair", data=grouped).fit(reml=True)
    mixed = one(grouped, outcome="epds_3_weeks", baseline=None, method="mixed", cluster="pair", quantiles="normal")
    same(mixed, fit)
    between = float(fit.cov_re.iloc[0, 0])
    assert mixed["icc"] == pytest.approx(between / (between + fit.scale), rel=1e-4)


def test_repeated_measures_are_a_mixed_model_of_all_visits(table):
    long = table.melt(["dyad", "arm", "eas_before"], ["eas_2_weeks", "eas_3_weeks"], "visit", "y").dropna()
    fit = sm.MixedLM.from_formula("y ~ 0 + visit + visit:arm + visit:eas_before", groups="dyad", data=long).fit(
        reml=True
    )
    found = one(table, method="repeated", repeated=["eas_2_weeks", "eas_3_weeks"], quantiles="normal")
    same(found, fit, "visit[eas_3_weeks]:arm")
    assert found["n"] > table["eas_3_weeks"].notna().sum() - 1, "who was seen once is used too"


def test_logistic_regression_and_gee_are_those_of_statsmodels(table):
    there = table.dropna(subset=["epds_3_weeks_from_6"])
    same(
        one(table, outcome="epds_3_weeks_from_6", baseline="epds_before", method="logistic"),
        smf.logit("epds_3_weeks_from_6 ~ arm + epds_before", there).fit(disp=0),
    )
    gee = smf.gee(
        "epds_3_weeks_from_6 ~ arm + epds_before", "site", there, cov_struct=sm.cov_struct.Exchangeable(),
        family=sm.families.Binomial(),
    ).fit()  # fmt: skip
    found = one(
        table, outcome="epds_3_weeks_from_6", baseline="epds_before", method="gee", cluster="site", quantiles="normal"
    )
    same(found, gee)


# Real data ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real():
    return ds.analyse("thinking-healthy", "thinking-healthy").set_index("analysis")


def test_the_real_trial_gives_what_is_known_of_it(real):
    def told(name, *columns):
        return real.loc[name, list(columns)].astype(float).round(4).tolist()

    ends = ("b", "low", "high")
    assert told("depression, Hamilton score", *ends, "n") == [-4.3107, -5.7358, -2.8856, 818]
    assert told("depression, Hamilton score: mixed model", "b", "se", "icc") == [-4.1906, 0.7347, 0.0811]
    assert told("support", *ends, "n") == [6.6926, 4.0955, 9.2897, 818]
    assert told("support: mixed model", "b", "se", "icc") == [6.5877, 1.3631, 0.0382]
    odds = ("odds_ratio", "odds_ratio_low", "odds_ratio_high", "n")
    assert told("depressed", *odds) == [0.2515, 0.1700, 0.3721, 818]


def test_imputed_estimates_of_the_real_trial_are_of_all_and_near_those_of_complete_cases(real):
    for name in ("depression, Hamilton score", "support", "depressed"):
        whole, complete = real.loc[f"{name}: imputed"], real.loc[name]
        assert whole["n"] == 903
        assert abs(whole["b"] - complete["b"]) < 0.3 * complete["se"]


def test_what_is_imputed_turns_the_result_only_when_it_is_much_worse(real):
    tipping = real.loc["depression, Hamilton score: tipping point"].set_index("delta")
    assert (np.diff(tipping["b"]) > 0).all()
    assert tipping.loc[0, "b"] == real.loc["depression, Hamilton score: imputed", "b"]
    assert (tipping["p"] < 0.05).tolist() == [True] * 6 + [False]


# Failures, per protocol, families -------------------------------------------------------------------------------------


def test_a_fit_that_fails_is_a_row_that_says_why(table):
    alike = table.assign(epds_3_weeks_from_6=1.0)
    row = one(alike, outcome="epds_3_weeks_from_6", baseline=None, method="logistic")
    assert np.isnan(row["b"]) and not row["converged"]
    assert "same in all dyads" in row["failed"]
    few = table[table["place"] < 3]
    assert "Fewer than two dyads are left" in one(few)["failed"]


def test_per_protocol_leaves_out_those_treated_who_came_too_rarely(table):
    contrast = Contrast("arm", 1, 0, "attended")
    asked = Analysis(name="x", outcome="eas_3_weeks", per_protocol=True, sessions=0.99)
    row = analysed(table, asked, contrast).iloc[0]
    enough = table[(table["attended"] >= 0.99) | (table["arm"] == 0)].dropna(subset=["eas_3_weeks"])
    assert row["n"] == len(enough) < table["eas_3_weeks"].notna().sum()
    with pytest.raises(ds.DyadsimError, match="nobody can be analysed per protocol"):
        analysed(table, asked, ARM)


def test_imputation_is_the_same_for_the_same_seed_and_touches_nobodys_luck(table):
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    how = {"missing": "multiple imputation", "imputations": 3}
    first, again, other = (one(table, **how, seed=seed)["b"] for seed in (1, 1, 2))
    assert first == again != other
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


def test_p_values_are_adjusted_within_their_family_alone():
    p, family = pd.Series([0.01, 0.04, 0.03, np.nan]), pd.Series(["a", "a", "", "a"])
    assert adjusted(p, family, "bonferroni").tolist()[:3] == [0.02, 0.08, 0.03]


@pytest.mark.parametrize(
    "how, says",
    [
        ({"errors": "bias-reduced"}, "has errors that are classical or robust or cluster"),
        ({"method": "gee"}, "needs to be told what the clusters are"),
        ({"deltas": [1.0]}, "Deltas are for missing = 'delta'"),
        ({"outcome": "eas_9_weeks"}, "has no column 'eas_9_weeks'"),
    ],
)
def test_an_analysis_that_cannot_be_is_told(table, how, says):
    with pytest.raises(ds.DyadsimError, match=says):
        one(table, **how)
