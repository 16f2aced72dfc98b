"""Who begins, comes and leaves, and what the sessions they attended are worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from offering import SHORT, lived

import dyadsim as ds
from dyadsim.common.random_numbers import WeeklyLuck
from dyadsim.interventions.attendance import Dose, saturated
from dyadsim.interventions.catalogue import Intervention


def test_shares_of_dyads_begin_attend_and_leave_as_they_say():
    """Of 20,000 dyads; each share errs by less than .01 but once in a thousand."""
    dose = Dose("some programme", 10, 20, uptake=0.7, attendance=0.6, drop_out=0.4)
    found = dose.attended(np.arange(20_000), WeeklyLuck(3))
    assert found.takes_up.mean() == pytest.approx(0.7, abs=0.012)
    began = found.takes_up
    assert np.isfinite(found.left[began]).mean() == pytest.approx(0.4, abs=0.015)
    assert np.isnan(found.left[~began]).all()
    stayed = began & np.isnan(found.left)
    assert found.number[-1][stayed].mean() / 10 == pytest.approx(0.6, abs=0.01)
    assert not found.number[:, ~began].any()
    left_early = began & (found.left < 10)
    assert (found.number[10][left_early] == found.number[-1][left_early]).all()
    half_way = (found.left[began] < 10).mean()
    assert half_way == pytest.approx(1 - 0.6**0.5, abs=0.015)  # at an even rate


@given(st.integers(1, 60), st.floats(0.1, 50))
def test_more_sessions_give_more_and_each_less_than_the_one_before(planned, half_at):
    given_by = saturated(np.arange(2.0 * planned + 1), planned, half_at)
    assert given_by[0] == 0
    assert given_by[planned] == pytest.approx(1)
    steps = np.diff(given_by)
    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()


def test_what_was_given_fades_by_half_in_a_half_life():
    entry = Intervention.load("screen-time-guidance").model_copy(update={"half_life": 5.0})
    dyads = ds.Cohort.sample(10, seed=5)
    offers = [{"name": entry, "start_week": 1, "attendance": 1.0, "drop_out": 0.0}]
    course = ds.develop(dyads, 16, offers, **SHORT)
    shift = [course.known(week)["distraction"] - course.twins().known(week)["distraction"] for week in (5, 10, 15)]
    between = course.known(4)["distraction"] - course.twins().known(4)["distraction"]
    assert between.equals(shift[0])  # the second of two sessions was in week 3; till the end in week 5 nothing fades
    assert shift[1].to_numpy() == pytest.approx(shift[0] / 2, abs=1e-5)
    assert shift[2].to_numpy() == pytest.approx(shift[0] / 4, abs=1e-5)


def test_where_evidence_has_a_sign_severity_moderates():
    """Interpersonal psychotherapy helps more where depression is higher when it starts (I038)."""
    dyads = ds.Cohort.sample(300, "depressed", seed=5)
    course = lived(dyads, "interpersonal-psychotherapy", 14, attendance=1.0, drop_out=0.0)
    start = course.weeks.start + 2
    shift = course.at(start + 14)["depression"] - course.twins().at(start + 14)["depression"]
    severity = course.at(start)["depression"]
    assert shift[severity > severity.quantile(0.8)].mean() < 1.2 * shift[severity < severity.quantile(0.2)].mean() < 0
    plain = lived(dyads, "group-psychotherapy", 12, attendance=1.0, drop_out=0.0)
    shift = plain.at(start + 10)["depression"] - plain.twins().at(start + 10)["depression"]
    assert abs(np.corrcoef(shift, severity)[0, 1]) < 0.2


def test_half_the_sessions_give_more_than_half_the_effect():
    dyads = ds.Cohort.sample(50, "mixed-risk", seed=5)
    whole, half = (
        lived(dyads, "video-feedback", 14, dose=dose, attendance=1.0, drop_out=0.0).at(40)["sensitivity"]
        for dose in (1, 0.5)
    )
    none = lived(dyads, "video-feedback", 14, dose=0).at(40)["sensitivity"]
    assert 0.5 < ((half - none) / (whole - none)).mean() < 0.95
