"""Twins: what dyads come to in the arms of a trial differs by what they are offered, and by nothing else."""

import numpy as np
import pytest
from trialling import ARMS, run, small

import dyadsim as ds
from dyadsim.trials.enrolment import enrolled
from dyadsim.trials.potential import course_of, lived

TWO_AGES = {"who.ages": [20, 26], "who.dyads": 14, "replicates": 2}


@pytest.fixture(scope="module")
def dyads():
    return enrolled(small(TWO_AGES), 0, 2)


def test_arms_are_alike_before_anything_begins_and_differ_after(dyads):
    video, nothing = (lived(dyads, arm) for arm in dyads.trial.what.arms)
    assert (video.readings["eas_before"] == nothing.readings["eas_before"]).all()
    assert (video.truths["eas_3_weeks"] >= nothing.truths["eas_3_weeks"] - 0.3).all()
    assert (video.truths["eas_3_weeks"] != nothing.truths["eas_3_weeks"]).any()
    came = video.sessions > 0
    assert came.any()
    assert (video.truths["eas_3_weeks"] == nothing.truths["eas_3_weeks"])[~came].all(), "no session, no effect"


def test_arms_that_are_offered_nothing_are_the_same_lives(dyads):
    trial = small({**TWO_AGES, "what.arms": ARMS})
    one, other = run(trial).arms.values()
    assert all((one.readings[name] == other.readings[name]).all() for name in one.readings)


def test_a_typed_in_effect_shifts_what_is_read_after_the_first_visit_alone():
    arms = [{"name": "one", "adds": {"eas": 0.7}}, ARMS[1]]
    one, other = run(small({"what.arms": arms})).arms.values()
    assert (one.readings["eas_before"] == other.readings["eas_before"]).all()
    assert np.allclose(one.readings["eas_3_weeks"].astype(float) - other.readings["eas_3_weeks"].astype(float), 0.7)
    assert (one.readings["epds_3_weeks"] == other.readings["epds_3_weeks"]).all()


@pytest.mark.parametrize("place", [0, 9, 20])
def test_a_dyad_alone_lives_the_very_weeks_that_it_lives_among_all(dyads, place):
    arm = dyads.trial.what.arms[0]
    among = lived(dyads, arm)
    course = course_of(dyads, arm, place)
    week = int(among.weeks["3 weeks"][place])
    assert course.observe("eas", week).iloc[0, 0] == among.readings["eas_3_weeks"][place]


def test_a_dyad_is_the_one_that_develop_gives(dyads):
    """By the library's own way: the same cohort, offer and luck."""
    trial, place = dyads.trial, 3
    age, unit = int(dyads.age[place]), int(dyads.cohort.units[place])
    cohort = ds.Cohort.sample(1, "community", trial.seed, first=unit)
    course = ds.develop(cohort, 3, [{"name": "video-feedback", "start_week": age}], trial.seed, first_week=age)
    assert course.observe("eas", age + 3).iloc[0, 0] == lived(dyads, trial.what.arms[0]).readings["eas_3_weeks"][place]


def test_a_smaller_trial_enrols_the_first_of_a_larger_one():
    large, few = enrolled(small({"who.dyads": 12}), 0, 2), enrolled(small({"who.dyads": 5, "who.screened": 12}), 0, 2)
    first = large.first(5)
    assert (first.cohort.units == few.cohort.units).all()
    assert (first.readings["eas"] == few.readings["eas"]).all()
    assert first.funnel.equals(few.funnel)


def test_therapists_differ_by_as_much_as_is_declared_and_all_of_one_are_alike():
    givers = {"number": 4, "sd": 0.5}
    arm = {"name": "video", "interventions": ["video-feedback"], "givers": givers}
    trial = small({"what.arms": [arm, ARMS[1]], "who.dyads": 40, "replicates": 20})
    plain = small({"who.dyads": 40, "replicates": 20})
    with_them, without = (run(each).arms["video"] for each in (trial, plain))
    changed = with_them.truths["eas_3_weeks"] != without.truths["eas_3_weeks"]
    assert changed[with_them.sessions > 0].mean() > 0.95
    assert set(with_them.giver) == {0, 1, 2, 3}
    nothing = run(plain).arms["nothing"].truths["eas_3_weeks"]
    effects = with_them.truths["eas_3_weeks"] - nothing, without.truths["eas_3_weeks"] - nothing
    assert effects[0].mean() == pytest.approx(effects[1].mean(), rel=0.25), "on average they act as the entry says"


def test_groups_fill_their_seats_in_the_order_in_which_dyads_come():
    arm = {"name": "group", "interventions": ["infant-massage"], "givers": {"seats": 4, "sd": 0.2}}
    dyads = enrolled(small({"what.arms": [arm, ARMS[1]], "who.dyads": 24, "who.ages": [8]}), 0, 1)
    giver = lived(dyads, dyads.trial.what.arms[0]).giver
    assert np.bincount(giver).tolist() == [8, 8, 8], (
        "eight come while the arm, which gets half of them, fills four seats"
    )


def test_sites_share_as_much_of_depression_as_is_declared():
    """Statistical: the ICC of true depression over 400 sites of 20 has a standard error of about .013."""
    trial = small({"who.dyads": 2000, "what.sites": {"number": 100, "icc": 0.15}, "replicates": 4})
    dyads = enrolled(trial, 0, 4)
    scores = dyads.states["depression"].to_numpy()
    site = dyads.replicate * 1000 + dyads.site
    groups = [scores[site == each] for each in np.unique(site)]
    within = np.mean([group.var(ddof=1) for group in groups])
    between = np.var([group.mean() for group in groups], ddof=1) - within / 20
    assert between / (between + within) == pytest.approx(0.15, abs=0.045)


def test_visits_lie_in_their_windows_and_differ_from_dyad_to_dyad():
    visits = [{"name": "before", "week": 0}, {"name": "3 weeks", "week": 3, "window": 2}]
    weeks = run(small({"seen.visits": visits, "who.dyads": 60, "replicates": 1})).data["week_3_weeks"]
    assert set(weeks) == {21, 22, 23, 24, 25}


def test_more_raters_agree_better_with_the_truth():
    """Statistical: with 1,200 dyads the correlations differ by .03 to .04, four standard errors apart (paired)."""

    def tie(raters):
        trial = small(
            {"seen.instruments": [{"name": "eas", "raters": raters}, "epds"], "who.dyads": 600, "what.arms": ARMS}
        )
        found = run(trial, 0, 2).arms["one"]
        return np.corrcoef(found.readings["eas_3_weeks"].astype(float), found.truths["eas_3_weeks"])[0, 1]

    assert tie(5) > tie(1) + 0.01


def test_what_those_expect_who_know_the_arm_is_read_and_is_no_effect():
    blind = small({"what.arms": ARMS, "who.dyads": 40})
    seen = {"unblinded": [{"instrument": "epds", "arm": "one", "by": -0.5}]}
    knowing = small({"what.arms": ARMS, "who.dyads": 40, "seen.unblinded": seen["unblinded"]})
    was, now = run(blind), run(knowing)
    epds = ds.Instrument.load("epds")
    there = was.data["arm"] == "one"
    expected = np.clip(was.data["epds_3_weeks"] - 0.5 * epds.sd, epds.low, epds.high)
    assert np.allclose(now.data.loc[there, "epds_3_weeks"], expected[there])
    assert (now.data.loc[~there, "epds_3_weeks"] == was.data.loc[~there, "epds_3_weeks"]).all()
    assert now.truth(knowing.asked[0])["true"].abs().max() == 0
