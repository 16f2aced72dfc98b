"""Waiting lists: nobody is lost or in two places, who is next is next, and they are as long as theory says."""

import heapq
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from serving import ALIKE, area, small

import dyadsim as ds
from dyadsim.common.random_numbers import WeeklyLuck
from dyadsim.development.families import bound_to_families
from dyadsim.interventions.delivery import Delivery
from dyadsim.services.area import Area
from dyadsim.services.event_log import Log
from dyadsim.services.help_seeking import HelpSeeking
from dyadsim.services.now import Now
from dyadsim.services.programme_run import ProgrammeRun
from dyadsim.services.waiting_list import STANDINGS, Register
from dyadsim.theory.slow_states import SLOW


@given(
    referrals=some.lists(some.tuples(some.integers(0, 30), some.floats(-3, 3)), max_size=60),
    priority=some.sampled_from(["first come", "most severe", "youngest"]),
    seed=some.integers(0, 1000),
)
def test_who_is_next_is_next_and_everybody_stands_somewhere(referrals, priority, seed):
    register, ages = Register(31, priority), np.random.default_rng(seed).integers(-10, 60, 31)
    for week, (family, severity) in enumerate(referrals):
        before = register.standing[family]
        new = register.refer(np.array([family]), week, np.array([severity]))
        assert len(new) == (before == 0)
        if week % 3 == 2 and len(order := register.in_order(ages)):
            key = {
                "first come": register.referred[order],
                "most severe": -register.severity[order],
                "youngest": ages[order],
            }[priority]
            assert (np.diff(key) >= 0).all()
            tied = np.diff(key) == 0
            assert (np.diff(register.referred[order])[tied] >= 0).all()
            register.move(order[:1], ("in", "gave up", "declined", "too old")[week % 4])
        counts = register.counts()
        assert sum(counts.values()) == 31
        assert set(counts) == set(STANDINGS)
    inside = register.who("in")
    register.move(inside, "finished")
    assert not len(register.who("in"))


def queue(arrivals, stays, places):
    """Weeks waited in a queue of so many places, first come first served, week by week: whoever leaves makes room in
    the week in which they do."""
    free, waits = [-np.inf] * places, []
    heapq.heapify(free)
    for arrival, stay in zip(arrivals, stays, strict=True):
        begins = max(arrival, heapq.heappop(free))
        heapq.heappush(free, begins + stay)
        waits.append(begins - arrival)
    return np.array(waits)


def erlang_c(places, load):
    """Mean wait in stays in a queue M/M/c with an offered load (Erlang 1917)."""
    terms = [load**k / math.factorial(k) for k in range(places)]
    last = load**places / math.factorial(places) * places / (places - load)
    return last / (sum(terms) + last) / (places - load)


def test_a_programme_is_the_queue_that_its_arrivals_and_stays_make():
    """Poisson referrals, stays at an even rate (nearly all leave), four places: every wait is that of the queue."""
    families, weeks, places = area(4, 50, ties=False), 700, 4
    entry = ds.Intervention.load("care-as-usual").model_copy(
        update={"age_range": (-40, 2000), "sessions": 1, "weeks": 60, "drop_out": 0.999, "uptake": 1.0, "name": "long"}
    )
    programme = small(
        programmes=[{"name": entry, "places": 1000 * places / 200}], told_to="", interview=None, screening=[]
    ).programmes[0]
    luck, spot = WeeklyLuck(5), Area(families)
    patient = ALIKE.replace({"half-life on a list": 520})
    seeking = HelpSeeking(families, patient, luck)
    (treatment,) = bound_to_families([programme.offered], families, luck)
    delivery = Delivery(treatment, 0, weeks, len(SLOW))
    run = ProgrammeRun(
        programme, delivery, spot, seeking, None, Log(families.numbers, spot.born, (programme.called,)), False
    )
    run._half_life = np.inf  # nobody gives up in this theory
    rng = np.random.default_rng(1)
    arrivals = np.floor(np.cumsum(rng.exponential(2.6, 200))).astype(int)
    states, there = np.zeros((len(SLOW), len(families.cohort))), np.ones(len(families), dtype=bool)
    for week in range(weeks):
        now = Now(spot, week, np.full(len(families), week), there, states, ~there, seeking, luck)
        run.end(now)
        new = np.flatnonzero(arrivals == week)
        run.refer(new, now, np.zeros(len(new)))
        run.leave_list(now)
        run.fill(now)
        run.sessions(now, new=True)
    assert (run.register.began >= 0).all()
    stays = np.minimum(np.ceil(run._stays), 60)
    expected = queue(arrivals, stays, places)
    assert (run.register.began - run.register.referred).tolist() == expected.tolist()
    assert expected.mean() > 1  # they do wait


@pytest.mark.parametrize(("places", "load"), [(4, 3.2), (10, 8.0)])
def test_such_a_queue_is_that_of_theory_but_for_the_weekly_step(places, load):
    """200,000 arrivals, stays of fifty weeks on average: within 5 % (of runs with other seeds one in a hundred is
    farther off), and with weeks in place of moments within a week."""
    rng, stay = np.random.default_rng(7), 50.0
    arrivals = np.cumsum(rng.exponential(stay / load, 200_000))
    stays = rng.exponential(stay, 200_000)
    theory = stay * erlang_c(places, load)
    assert queue(arrivals, stays, places).mean() == pytest.approx(theory, rel=0.05)
    weekly = queue(np.floor(arrivals), np.ceil(stays), places).mean()
    assert abs(weekly - theory * (1 + 0.5 / stay * load / (places - load) * 2)) < 1.0 + 0.05 * theory


def test_erlang_c_is_that_of_the_books():
    """Two places, load 1.5: P(wait) = 9 / 14, so 9 / 14 / (2 - 1.5) stays."""
    assert erlang_c(2, 1.5) == pytest.approx(9 / 14 / 0.5)
    assert erlang_c(1, 0.5) == pytest.approx(0.5 / 0.5)
