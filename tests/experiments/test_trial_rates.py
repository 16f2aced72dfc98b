"""The rates of error of trials' analyses at a small size; the full one is a command (see docs/trials.md)."""

import pytest
from conftest import ROOT, module_at

RATES = module_at(ROOT / "experiments" / "trial_rates.py")


@pytest.fixture(scope="module")
def trials():
    return RATES.trials()


@pytest.mark.parametrize("name", ["complete", "at random"])
def test_without_an_effect_each_analysis_rejects_in_few_replicates(trials, name):
    """Statistical: 60 replicates, 3 expected; 11 or more come by chance in 2 of 10,000 for each analysis."""
    found = RATES.rates(trials[name], 60, workers=1).set_index("analysis")
    assert (found["truth"] == 0).all()
    assert (found["failed"] == 0).all()
    assert (found["rejects"] * 60 < 11).all()


def test_a_known_shift_is_estimated_without_bias_and_covered_by_each_analysis(trials):
    """Statistical: 60 replicates; bias within 3.5 of its standard errors, coverage above .83 (2 of 10,000)."""
    found = RATES.rates(trials["shifted"], 60, workers=1)
    assert (abs(found["truth"] - RATES.SHIFT) < 1e-9).all()
    assert (found["bias"].abs() < 3.5 * found["bias_error"]).all()
    assert (found["coverage"] > 0.83).all()
    assert (found["rejects"] > 0.3).all()
