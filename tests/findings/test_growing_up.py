"""What is counted in the findings on the first year."""

import numpy as np
import pytest

from dyadsim.findings.growing_up import _talk_after_shift
from dyadsim.measurement.session import Session
from dyadsim.theory.states import ICEP


def test_talk_that_follows_a_shift_of_gaze_is_told_from_other_talk():
    """She is silent in seconds 1, 2, 4, 6 and 7, of which he shifts in 2 and 6; she begins to talk after 2 and 4."""
    infant, mother = "oommmmooo", "nnnvnvnnn"
    his = {"o": "object", "m": "monitor"}
    hers = {"n": "neutral", "v": "vocal"}
    states = (
        np.array([[ICEP.infant_names.index(his[s]) for s in infant]], dtype=np.int8),
        np.array([[ICEP.mother_names.index(hers[s]) for s in mother]], dtype=np.int8),
        None,
    )
    session = Session(["one"], ["play"], [9], states=states)
    assert _talk_after_shift(session) == pytest.approx((1 / 2) / (2 / 5))
