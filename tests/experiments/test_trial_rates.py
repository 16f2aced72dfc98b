"""The rates of error of trials' analyses at a small size; the full one is a command (see docs/trials.md)."""

import pytest
from conftest import ROOT, module_at

RATES = module_at(ROOT / "experiments" / "trial_rates.py")


@pytest.fixture(scope="module")
def trials():
    return RATES.trials()


@pytest.mark.parametrize("name", ["complete", "at random"])
def test_without_an_effect_each_analysis_rejects_in_few_replicates(trials, name):
    """Statistical: 20 replicates, 1 expected; 7 or more come by chance in 1 of 10,000 for each analysis."""
    found = RATES.rates(trials[name], 20, workers=1).set_index("analysis")
    assert (found["truth"] == 0).all()
    assert (found["failed"] == 0).all()
    assert (found["rejects"] * 20 < 7).all()


def test_a_known_shift_is_estimated_without_bias_and_covered_by_each_analysis(trials):
    """Statistical: 20 replicates; bias within 4 of its standard errors, coverage of 15 at least (3 of 10,000)."""
    found = RATES.rates(trials["shifted"], 20, workers=1)
    assert (abs(found["truth"] - RATES.SHIFT) < 1e-9).all()
    assert (found["bias"].abs() < 4 * found["bias_error"]).all()
    assert (found["coverage"] * 20 > 14).all()
    assert (found["rejects"] > 0.3).all()
