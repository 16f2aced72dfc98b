"""Costs of measurement in power at a small size: the direction that theory says, and near what it says."""

import numpy as np
import pytest
from conftest import ROOT, module_at

COSTS = module_at(ROOT / "experiments" / "measurement_costs.py")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    found = COSTS.simulated(20, tmp_path_factory.mktemp("costs"))
    return found.assign(theory=found.apply(COSTS.theory, axis=1))


@pytest.mark.parametrize("name", COSTS.PANELS)
def test_each_costs_power_in_the_direction_that_theory_says(table, name):
    """The same lives and luck at all levels: so twenty replicates tell the ends apart."""
    others = [other for other in COSTS.USUAL if other != name]
    usual = np.logical_and.reduce([table[other] == COSTS.USUAL[other] for other in others])
    own = table[usual & table[name].isin(COSTS.PANELS[name])].set_index(name).loc[list(COSTS.PANELS[name])]
    assert (np.diff(own["theory"]) < 0).all(), "from the first level on it costs more"
    assert own["power"].iloc[0] > own["power"].iloc[-1]


def test_what_is_simulated_is_what_theory_says(table):
    """Statistical: over 13 levels of the same 20 replicates the mean difference has a standard error of about .06."""
    assert abs((table["power"] - table["theory"]).mean()) < 0.2
    assert COSTS.drawn(table).axes[0].get_legend() is not None
