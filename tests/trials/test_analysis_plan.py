import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.trials.analysis_plan import trial_table

PLAN = {
    "name": "mine",
    "treatment": "group",
    "treated": "new",
    "against": "old",
    "analyses": [{"name": "score", "outcome": "after", "baseline": "before"}],
}
ROWS = "group;before;after;place\nnew;1,5;3;a\nold;2;2;a\nnew;3;5,5;b\nold;4;3;b\nnew;5;6;a\nold;1;1;b\nnew;2;NA;a\n"


def plan(**changes):
    return ds.AnalysisPlan(**{**PLAN, **changes})


@pytest.fixture
def file(tmp_path):
    (tmp_path / "trial.csv").write_text(ROWS)
    return tmp_path / "trial.csv"


def test_a_table_of_ones_own_is_read_as_it_is_meant(file, tmp_path):
    asked = plan(missing_values=["NA"])
    found = ds.analyse(file, asked).iloc[0]
    assert (found["n"], found["n_treated"], found["n_against"]) == (6, 3, 3)
    table = trial_table(file, asked)
    assert table["after"].isna().sum() == 1
    table.to_parquet(tmp_path / "trial.parquet")
    pd.testing.assert_series_equal(ds.analyse(tmp_path / "trial.parquet", asked).iloc[0], found)
    pd.testing.assert_series_equal(ds.analyse(table, asked).iloc[0], found)


@pytest.mark.parametrize(
    "changes, says",
    [
        ({}, "The column 'after' is of numbers, but has 'NA'; say under missing_values"),
        ({"missing_values": ["NA"], "treatment": "arm"}, "has no column 'arm'"),
        ({"missing_values": ["NA"], "treated": "newer"}, "No row has 'newer' in the column 'group'"),
    ],
)
def test_a_table_that_does_not_fit_is_told(file, changes, says):
    with pytest.raises(ds.DyadsimError, match=says):
        ds.analyse(file, plan(**changes))


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"against": "new"}, "held against by the same"),
        ({"analyses": [PLAN["analyses"][0]] * 2}, "Two analyses are called 'score'"),
        ({"table": "thinking-health"}, "Did you mean 'thinking-healthy'"),
        ({"multiplicity": "holmes"}, "Did you mean 'holm'"),
        ({"analyses": [{"name": "x", "outcome": "y", "method": "repeated"}]}, "columns so named"),
        ({"analyses": [{"name": "x", "outcome": "y", "methode": "ancova"}]}, "Did you mean 'method'"),
    ],
)
def test_a_plan_that_cannot_be_is_told(changes, says):
    with pytest.raises(ds.DyadsimError, match=says):
        plan(**changes)


def test_a_file_that_is_not_there_is_told_with_what_ships():
    with pytest.raises(ds.DyadsimError, match="shipped: thinking-healthy"):
        ds.analyse("no.csv", plan())


def test_families_are_adjusted_and_singles_are_not(file):
    analyses = [
        {"name": name, "outcome": "after", "baseline": base, "family": family}
        for name, base, family in (("a", "before", "two"), ("b", None, "two"), ("c", "before", None))
    ]
    found = ds.analyse(file, plan(analyses=analyses, missing_values=["NA"], multiplicity="bonferroni")).set_index(
        "analysis"
    )
    assert found.loc["a", "p_adjusted"] == pytest.approx(min(2 * found.loc["a", "p"], 1))
    assert found.loc["c", "p_adjusted"] == found.loc["c", "p"]
