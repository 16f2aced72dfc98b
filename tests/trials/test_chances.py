import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import logit

import dyadsim as ds
from dyadsim.trials.chances import Dependence, chances_with_share, leaning


@given(arrays(float, st.integers(1, 50), elements=st.floats(-8, 8)), st.floats(0.001, 0.999))
def test_chances_have_the_share_that_is_declared_and_differ_by_their_log_odds(log_odds, share):
    chances = chances_with_share(log_odds, share)
    assert chances.mean() == pytest.approx(share, abs=1e-9)
    differences = logit(np.clip(chances, 1e-15, 1 - 1e-15)) - log_odds
    inside = (chances > 1e-12) & (chances < 1 - 1e-12)
    assert np.ptp(differences[inside]) < 1e-3 if inside.any() else True


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_none_or_all_stays_what_it_is(share):
    assert (chances_with_share(np.array([-3.0, 3.0]), share) == share).all()


def test_what_a_chance_depends_on_is_added_up_in_standard_deviations():
    depends = [
        Dependence(reading="epds", log_odds=1.0),
        Dependence(state="stress", log_odds=-2.0),
        Dependence(sessions=True, log_odds=0.5),
        Dependence(arm="one", log_odds=0.1),
    ]
    epds = ds.Instrument.load("epds")
    found = leaning(
        depends,
        {"epds": np.array([epds.mean + 2 * epds.sd])},
        {"stress": np.array([0.5])},
        np.array([0.4]),
        np.array(["one"]),
    )
    assert found == pytest.approx([2.0 - 1.0 + 0.2 + 0.1])


@pytest.mark.parametrize(
    "wrong, says",
    [
        ({"log_odds": 1.0}, "depends on one of"),
        ({"state": "stress", "reading": "epds", "log_odds": 1.0}, "depends on one of"),
        ({"state": "stres", "log_odds": 1.0}, "Did you mean 'stress'"),
        ({"reading": "strange-situation", "log_odds": 1.0}, "gives classes"),
    ],
)
def test_what_a_chance_cannot_depend_on_is_told(wrong, says):
    with pytest.raises(ds.DyadsimError, match=says):
        Dependence(**wrong)
