"""Outcomes of the user's: what they give is recorded as it is, as missing, or refused."""

import numpy as np
import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.scenarios.outcomes import of_interaction


@pytest.fixture(scope="module")
def session():
    return ds.interact(ds.Cohort.sample(4, seed=1), "still-face", seed=1, seconds=30)


def recorded(session, outcome):
    return of_interaction(session, "strict", {"own": outcome})["own"].to_numpy()


def test_what_is_masked_is_missing(session):
    masked = recorded(session, lambda run: np.ma.masked_equal([1.0, -99.0, 3.0, 4.0], -99.0))
    np.testing.assert_array_equal(masked[::3], [1, np.nan, 3, 4])


def test_an_infinite_outcome_is_recorded_as_it_is(session):
    np.testing.assert_array_equal(recorded(session, lambda run: [np.inf, 0, -np.inf, 1])[::3], [np.inf, 0, -np.inf, 1])


@pytest.mark.parametrize("given", [None, 1.0, [1.0] * 3, np.ones((4, 3)), np.ones((4, 1)), [[1.0], [2.0, 3.0], [], []]])
def test_a_wrong_shape_is_refused(session, given):
    with pytest.raises(ds.DyadsimError, match=r"Outcome 'own' (must be|gives no real numbers in rows)"):
        recorded(session, lambda run: given)


def test_a_column_in_another_order_than_the_dyads_is_refused(session):
    def sorted_rows(run):
        return run.measures()["infant_positive"].iloc[::-1]

    with pytest.raises(ds.DyadsimError, match="Outcome 'own' is a column whose rows are in another order"):
        recorded(session, sorted_rows)
    by_dyad = recorded(session, lambda run: run.measures().groupby("dyad")["arousal"].mean())
    np.testing.assert_allclose(by_dyad, np.repeat(session.measures().groupby("dyad")["arousal"].mean(), 3))


def test_numbers_that_are_none_are_refused_with_the_name_of_the_outcome(session):
    with pytest.raises(ds.DyadsimError, match="Outcome 'own' gives no real numbers"):
        recorded(session, lambda run: np.ones(4) * 1j)
    with pytest.raises(ds.DyadsimError, match="Outcome 'own' gives no real numbers"):
        recorded(session, lambda run: pd.to_datetime(["2020-01-01"] * 4))
