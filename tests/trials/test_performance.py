"""What is told over replicates, by hand."""

import numpy as np
import pandas as pd
import pytest
from trialling import small

import dyadsim as ds
from dyadsim.trials.performance import performance
from dyadsim.trials.published_estimates import placed
from dyadsim.trials.step_costs import step_costs


def estimates(b, se=0.5, true=1.0, p=None, converged=None, **more):
    b = np.asarray(b, dtype=float)
    table = pd.DataFrame({"replicate": range(len(b)), "analysis": "sensitivity", "delta": np.nan, "b": b, "se": se})
    table = table.assign(low=b - 1, high=b + 1, n=50, true=true, true_treated=0.6, true_against=0.5, residual_sd=2.0)
    table["p"] = np.where(np.abs(b) > 1.2, 0.01, 0.5) if p is None else p
    table["p_adjusted"] = table["p"]
    table["converged"] = True if converged is None else converged
    return table.assign(**more)


def test_each_number_is_what_it_is_by_hand():
    row = performance(estimates([0.5, 1.0, 1.5, 2.5, -1.5]), small()).iloc[0]
    assert row["rejects"] == 0.6
    assert row["rejects_error"] == pytest.approx(np.sqrt(0.6 * 0.4 / 5))
    assert row["type_s"] == pytest.approx(1 / 3)
    assert row["type_m"] == pytest.approx((1.5 + 2.5 + 1.5) / 3)
    assert row["bias"] == pytest.approx(-0.2)
    assert row["bias_error"] == pytest.approx(np.std([0.5, 1.0, 1.5, 2.5, -1.5], ddof=1) / np.sqrt(5))
    assert row["rmse"] == pytest.approx(np.sqrt((0.25 + 0 + 0.25 + 2.25 + 6.25) / 5))
    assert row["coverage"] == 0.6
    assert row["model_se"] == 0.5


def test_fits_that_failed_are_counted_beside_and_are_no_misses():
    row = performance(estimates([2.0, 2.0, np.nan, np.nan], converged=[True, True, False, False]), small()).iloc[0]
    assert (row["replicates"], row["converged"], row["failed"]) == (4, 2, 2)
    assert row["rejects"] == 1.0


def test_an_analysis_of_which_every_fit_failed_has_no_power_rather_than_none():
    row = performance(estimates([np.nan, np.nan], converged=False), small()).iloc[0]
    assert row["failed"] == 2
    assert np.isnan(row["rejects"])
    assert np.isnan(row["bias"])


def test_of_an_effect_that_cannot_be_told_from_none_there_is_no_wrong_sign():
    row = performance(estimates([1.5, -1.5, 0.1, 0.2], true=np.array([0.1, -0.1, 0.05, -0.06])), small()).iloc[0]
    assert row["rejects"] == 0.5
    assert np.isnan(row["type_s"])
    assert np.isnan(row["type_m"])


def test_an_effect_too_small_for_any_such_trial_has_no_type_m_either():
    row = performance(estimates([2.0, -2.0, 1.5, -1.8], true=0.01), small()).iloc[0]
    assert row["significant"] == 4
    assert np.isnan(row["type_m"])


def test_where_all_replicates_agree_the_error_is_not_nothing():
    row = performance(estimates([0.1, 0.2, 0.1, 0.2]), small()).iloc[0]
    assert row["rejects"] == 0
    assert row["rejects_error"] == pytest.approx(np.sqrt(0.25 * 0.75 / 4))


def test_the_truth_of_odds_is_that_of_the_mean_shares():
    asked = [{"name": "low", "outcome": "epds", "visit": "3 weeks", "cut": 6.0}]
    table = estimates([0.3, 0.5], analysis="low", true_treated=np.array([1.0, 0.5]), true_against=np.array([0.5, 0.5]))
    row = performance(table, small(asked=asked)).iloc[0]
    assert row["truth"] == pytest.approx(np.log(0.75 / 0.25))


def test_nothing_is_told_of_no_replicates():
    with pytest.raises(ds.DyadsimError, match="no replicates yet"):
        performance(pd.DataFrame(), small())


# Published ------------------------------------------------------------------------------------------------------------


def test_a_published_estimate_is_placed_by_points_by_residual_spread_or_by_sign():
    published = [
        {"row": "T001", "analysis": "sensitivity"},
        {"row": "T002", "analysis": "sensitivity", "residual_sd": 3.8},
        {"row": "T003", "analysis": "sensitivity", "residual_sd": 6.9, "sign": -1},
        {"row": "T005", "analysis": "sensitivity"},
    ]
    b = np.linspace(-1, 1, 101)
    found = placed(estimates(b), small(published=published)).set_index("row")
    assert found.loc["T001", ["published", "low", "high"]].tolist() == [0.129, -0.161, 0.418]
    assert found.loc["T001", "below"] == pytest.approx((b < 0.129).mean())
    assert found.loc["T001", "within"]
    assert found.loc["T002", "published"] == pytest.approx(-0.702 / 3.8)
    assert found.loc["T002", "simulated_high"] == pytest.approx(np.quantile(b / 2.0, 0.975))
    assert found.loc["T003", ["published", "low", "high"]].tolist() == pytest.approx(
        [-1.079 / 6.9, -4.502 / 6.9, 2.344 / 6.9]
    )
    assert found.loc["T005", "agree_in_sign"] == pytest.approx((b > 0).mean())


def test_one_far_off_is_not_within():
    published = [{"row": "T001", "analysis": "sensitivity"}]
    assert not placed(estimates(np.linspace(1, 2, 50)), small(published=published)).loc[0, "within"]


@pytest.mark.parametrize("wrong", [{"row": "T0001"}, {"analysis": "sensitivty"}])
def test_what_cannot_be_placed_is_told(wrong):
    published = [{"row": "T001", "analysis": "sensitivity", **wrong}]
    with pytest.raises(ds.DyadsimError, match="Did you mean"):
        small(published=published)


def test_costs_are_of_the_steps_and_of_the_planned_analysis():
    steps = pd.DataFrame(
        [
            {
                "replicate": r,
                "asks": "sensitivity",
                "step": step,
                "b": b,
                "residual_sd": 1.0,
                "p": p,
                "n": 10,
                "failed": "",
            }
            for r in range(4)
            for step, b, p in (("truth", 0.8, 0.01), ("instrument", 0.5, 0.01 if r else 0.2), ("losses", 0.5, 0.2))
        ]
    )
    found = step_costs(steps, estimates([0.4, 0.4, 1.3, 1.3], failed=""), small()).set_index("step")
    assert found["power"].tolist() == [1.0, 0.75, 0.0, 0.5]
    assert found["d"].round(3).tolist() == [0.8, 0.5, 0.5, 0.425]
