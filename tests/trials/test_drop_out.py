import numpy as np
import pytest
from scipy.stats import ttest_ind
from trialling import ARMS, run, small

THREE = [{"name": "before", "week": 0}, {"name": "1 week", "week": 1}, {"name": "2 weeks", "week": 2}]


def lossy(lost, **changes):
    asked = [{"name": "sensitivity", "outcome": "eas", "visit": "2 weeks"}]
    usual = {"what.arms": ARMS, "seen.visits": THREE, "who.dyads": 300, "replicates": 3, "asked": asked}
    usual["lost"] = lost
    return run(small({**usual, **changes}))


def test_who_is_lost_stays_lost_and_the_declared_shares_are_gone():
    """Statistical: of 900 dyads shares of .2 and .35 have standard errors of .013 and .016; four are allowed."""
    found = lossy({"visits": [{"visit": "1 week", "share": 0.2}, {"visit": "2 weeks", "share": 0.35}]}).data
    missing = found[["eas_1_week", "eas_2_weeks"]].isna()
    assert missing["eas_1_week"].mean() == pytest.approx(0.2, abs=0.055)
    assert missing["eas_2_weeks"].mean() == pytest.approx(0.35, abs=0.065)
    assert not (missing["eas_1_week"] & ~missing["eas_2_weeks"]).any()
    assert (found["eas_before"].notna()).all()
    assert ((found["last_visit"] == "2 weeks") == found["eas_2_weeks"].notna()).all()


def test_a_range_is_drawn_from_once_a_replicate():
    lost = {"visits": [{"visit": "1 week", "share": [0.1, 0.6]}, {"visit": "2 weeks", "share": [0.2, 0.7]}]}
    found = lossy(lost, replicates=8).data
    gone = found["eas_1_week"].isna().groupby(found["replicate"]).mean()
    assert gone.between(0.02, 0.7).all()
    assert np.ptp(gone) > 0.15, "replicates differ by more than luck"


@pytest.mark.parametrize(
    "depends, column",
    [({"reading": "epds", "log_odds": 1.0}, "epds_before"), ({"state": "depression", "log_odds": 1.0}, "epds_before")],
)
def test_drop_out_depends_on_what_it_is_said_to_depend_on(depends, column):
    """Statistical: with log-odds of 1 a standard deviation, p is below 1e-6 nearly always."""
    lost = {"visits": [{"visit": "2 weeks", "share": 0.4, "depends": [depends]}]}
    found = lossy(lost).data
    gone = found["eas_2_weeks"].isna()
    assert found.loc[gone, column].mean() > found.loc[~gone, column].mean()
    assert ttest_ind(found.loc[gone, column], found.loc[~gone, column]).pvalue < 1e-6


def test_an_arm_may_be_lost_more():
    """Statistical: a log-odds of 1.5 between arms of 450 each is some ten standard errors."""
    lost = {"visits": [{"visit": "2 weeks", "share": 0.4, "depends": [{"arm": "one", "log_odds": 1.5}]}]}
    found = lossy(lost).data
    gone = found["eas_2_weeks"].isna().groupby(found["arm"]).mean()
    assert gone["one"] > gone["other"] + 0.15
    assert found["eas_2_weeks"].isna().mean() == pytest.approx(0.4, abs=0.065)


def test_gaps_are_of_single_readings_and_of_those_who_are_still_seen():
    """Statistical: a share of .1 of 900 has a standard error of .01; four of them are allowed."""
    lost = {"gaps": [{"share": 0.1, "instruments": ["epds"]}], "visits": [{"visit": "2 weeks", "share": 0.3}]}
    found = lossy(lost).data
    seen = found["last_visit"] == "2 weeks"
    assert found.loc[seen, "epds_2_weeks"].isna().mean() == pytest.approx(0.1, abs=0.045)
    assert found.loc[seen, "eas_2_weeks"].notna().all()
    assert found["epds_1_week"].isna().mean() == pytest.approx(0.1, abs=0.04)
    assert found["epds_before"].notna().all()


def test_adherence_depends_on_states_that_nobody_sees_and_keeps_a_share_of_one():
    """Statistical: log-odds of -2 a standard deviation of burden make those with more of it miss far more sessions."""
    arms = [{"name": "video", "interventions": [{"name": "video-feedback", "uptake": 1.0}]}, ARMS[1]]
    plain = small({"what.arms": arms, "who.dyads": 200})
    leaning = small({"what.arms": arms, "who.dyads": 200, "lost.adherence": [{"state": "burden", "log_odds": -2.0}]})
    was, now = run(plain), run(leaning)
    burden = now.dyads.states["burden"].to_numpy()
    sessions = now.arms["video"].sessions
    assert abs(np.corrcoef(burden, was.arms["video"].sessions)[0, 1]) < 0.2
    assert np.corrcoef(burden, sessions)[0, 1] < -0.4
    assert (now.arms["other"].truths["eas_3_weeks"] == was.arms["other"].truths["eas_3_weeks"]).all()


def test_consent_and_eligibility_make_a_funnel_and_choose_whom_they_say():
    """Statistical: half of some 380 eligible consent (standard error .026)."""
    who = {
        "who.dyads": 60,
        "who.screened": 600,
        "who.eligible": [{"reading": "epds", "at_least": 8}],
        "who.consent": {"share": 0.5, "depends": [{"state": "sensitivity", "log_odds": 2.0}]},
    }
    found = run(small({**who, "what.arms": ARMS}))
    funnel = found.dyads.funnel
    assert (funnel["screened"] == 600).all()
    assert (funnel["randomised"] == 60).all()
    assert (funnel["consented"] / funnel["eligible"]).mean() == pytest.approx(0.5, abs=0.15)
    assert (found.data["epds_before"] >= 8).all()
    assert found.dyads.states["sensitivity"].mean() > 0.4
