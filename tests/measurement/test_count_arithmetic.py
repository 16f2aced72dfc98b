"""Compiled counting says what NumPy says of the same counts, and goes on side by side in threads that take turns."""

import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.common.threads import in_threads
from dyadsim.measurement import count_arithmetic
from dyadsim.measurement.measures import interaction_measures
from dyadsim.measurement.tally import SHORT
from dyadsim.theory.states import match_scheme


@pytest.fixture(scope="module")
def tally():
    return ds.interact(ds.Cohort.sample(40, seed=1), "still-face", seed=1).counted


@pytest.mark.parametrize("scheme", ["strict", "affect", "joint-attention"])
@pytest.mark.parametrize("brief", [True, False])
def test_short_counts_are_measured_as_long_ones_are(tally, scheme, brief):
    pairs = tally.pairs.astype(np.int64)
    long = replace(tally, pairs=pairs, lagged=pairs)
    assert tally.pairs.dtype == SHORT
    one, other = (interaction_measures(each, match_scheme(scheme), brief, grid=True) for each in (tally, long))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize("name", ["cells_after", "crossings", "at_risk", "survival"])
def test_threads_that_take_turns_count_side_by_side(tally, name, monkeypatch):
    """Each waits in compiled work for the other: no lock (looked for first), and no turn, is held there."""
    compiled, together = getattr(count_arithmetic, name), threading.Barrier(2, timeout=20)

    def counted(*arrays):
        together.wait()
        compiled(*arrays)

    monkeypatch.setattr(count_arithmetic, name, counted)
    halves = [tally[:20], tally[20:40]]
    for by_turns in (False, True):
        in_threads(
            lambda half, _: interaction_measures(half, match_scheme("strict"), brief=True), halves, None, by_turns
        )
