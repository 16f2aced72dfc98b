"""Push sizes: how far an intervention pushes a state, so that a trial sees the size that its entry says.

The trial is that of the entry: dyads of its population, its start, everyone begins, some miss sessions and some leave.
An instrument sees a shift through error, floor and ceiling, and part of what it sees in one state comes from the pushes
on others, by the couplings. Both are solved for: how those stand who get nothing is stepped for a probe of dyads, what
pushes do is worked out in the linear system of the weeks.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ..common.errors import DyadsimError
from ..common.random_numbers import DIGITS, WeeklyLuck
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..interventions.attendance import Dose
from ..interventions.catalogue import Intervention
from ..interventions.effect_rule import InterventionRule, Taken
from ..interventions.offers import Offered
from ..interventions.treatment import Sizing, Treatment
from ..measurement.instruments import Instrument
from ..people.cohort import Cohort
from ..theory.coordination import MoreIsBetter
from ..theory.dynamics import Dynamics
from ..theory.linear_system import System, system
from ..theory.slow_states import INFANTS_OWN, SLOW, SOURCES
from .course import from_start
from .play import DAYS, PLAYED, LinearPlay
from .starting_states import begin
from .weekly_step import Development

__all__ = ["bound", "sized", "treatment_of"]

Numbers = NDArray[np.float64]
_STATES, _SOURCES = list(SLOW), list(SOURCES)
_INFANTS = np.isin(_STATES, INFANTS_OWN)
_PROBE = 16_384
"""Dyads of the trial as it is simulated here."""
_AT_ONCE = 13  # weeks that are held in memory
_FARTHEST = 12.0  # standard scores that a push may be


def bound(offers: Iterable[Offered], cohort: Cohort, luck: WeeklyLuck) -> tuple[Treatment, ...]:
    """Treatments: what is offered, as it acts on the dyads of a cohort.

    Parameters
    ----------
    offers : one or more.
    cohort : the dyads.
    luck : names to whom it is offered, who takes it up, which sessions they come to, and who leaves.

    Raises
    ------
    DyadsimError
        if something is offered to partners, whom these dyads do not have.
    """
    return tuple(_to_dyads(treatment_of(each, cohort, luck)) for each in offers)


def treatment_of(offered: Offered, cohort: Cohort, luck: WeeklyLuck) -> Treatment:
    """Treatment: an offer, as it acts on all of some dyads (parameters as of :func:`bound`)."""
    return Treatment(offered, sized(offered.entry, cohort.dynamics), cohort.units, luck)


def _to_dyads(treatment: Treatment) -> Treatment:
    """The treatment of those to whom it is offered, of dyads with nobody around them."""
    offered = treatment.offered
    if offered.to == "partner":
        raise DyadsimError(
            f"'{treatment.name}' is offered to partners, but these dyads have none; give ds.Families with partners."
        )
    if offered.share == 1:
        return treatment
    some = treatment.luck.outcome(treatment.units, f"{treatment.name}: offered") < offered.share
    return replace(treatment, offered_to=some)


@functools.lru_cache(maxsize=256)
@threadpool_limits.wrap(limits=1, user_api="blas")
def sized(entry: Intervention, dynamics: Dynamics) -> Sizing:
    """Pushes of an entry, with some weekly parameters.

    What all pushes together do to the states is linear in them: with R[j, k] the shift of the j-th effect's state by a
    push of 1 on the k-th's, the pushes p solve R p = the shifts that instruments show as the sizes of the entry.

    Parameters
    ----------
    entry : of the catalogue.
    dynamics : weekly parameters.

    Raises
    ------
    DyadsimError
        if no push makes its instruments see such sizes.
    """
    if (declared := entry.as_declared) is not entry:  # sizes were drawn: pushes in proportion
        usual_sizing = sized(declared, dynamics)
        times = {each.state: each.size / each.declared if each.declared else 1.0 for each in entry.effects}
        scaled = {state: round(push * times[state], DIGITS) for state, push in usual_sizing.pushes.items()}
        return Sizing(scaled, usual_sizing.usual)
    starting, known = _untreated(entry.population, entry.start_week, entry.weeks, dynamics)
    usual = {state: round(float(starting[state].mean()), DIGITS) for state in _STATES}
    strengths = _strengths(entry, {state: starting[state].to_numpy() for state in _STATES}, usual)
    shifts = [_shift_seen(entry, k, known, strength[-1]) for k, strength in enumerate(strengths)]
    pushes = np.linalg.solve(_by_unit_push(entry, system(dynamics), strengths.mean(axis=2)), shifts)
    for effect, push in zip(entry.effects, pushes, strict=True):
        if push * effect.size < 0 or abs(push) > _FARTHEST:
            raise DyadsimError(
                f"'{entry.name}' cannot move '{effect.state}' by {effect.size:g}: its other effects move it further "
                "already, or its dose is too small."
            )
    by_state = {effect.state: round(float(push), DIGITS) for effect, push in zip(entry.effects, pushes, strict=True)}
    return Sizing(by_state, usual)


@functools.lru_cache(maxsize=8)
def _untreated(population: str, start_week: int, weeks: int, dynamics: Dynamics) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Dyads of the trial had they got nothing: slow states at its start, and all that can be seen at its end."""
    cohort = Cohort.balanced(_PROBE, population).replace(dynamics=dynamics)
    play = LinearPlay(Paradigm.load(PLAYED), Rules(), DAYS, 0, 0, 1)
    development = Development(cohort, play, MoreIsBetter, True, {}, begin(cohort, start_week), start_week)
    course = from_start(development, min(weeks, _AT_ONCE))
    starting_states = course.at(start_week)[_STATES]
    while (left := start_week + weeks - course.weeks.stop) > 0:
        course = course.go_on(min(left, _AT_ONCE))
    return starting_states, course.known(start_week + weeks)


def _strengths(entry: Intervention, starting_states: Mapping[str, Numbers], usual: Mapping[str, float]) -> Numbers:
    """Strengths (effects, weeks + 1, probe dyads) of each effect at the start of each week, where everyone begins."""
    dose = Dose(entry.name, entry.sessions, entry.weeks, 1.0, *entry.trial_shares)
    attended = dose.attended(np.arange(_PROBE, dtype=np.int64), WeeklyLuck(0))
    taken = [Taken(entry, week, *attended.before(week), starting_states, usual) for week in range(entry.weeks + 1)]
    return np.stack([[InterventionRule.strength(effect, each) for each in taken] for effect in entry.effects])


# What pushes do -------------------------------------------------------------------------------------------------------


def _by_unit_push(entry: Intervention, linear: System, strengths: Numbers) -> Numbers:
    """Matrix R (effects, effects pushed): shift of each effect's state at the end by a push of 1 on another's.

    Parameters
    ----------
    entry : of the catalogue.
    linear : numbers of the weekly step.
    strengths : (effects, weeks + 1) mean strength of each effect at the start of each week.
    """
    by_push = np.empty((len(entry.effects),) * 2)
    for k, (pushed, strength) in enumerate(zip(entry.effects, strengths, strict=True)):
        at_end = _response(entry, linear, pushed.state, strength)
        for j, effect in enumerate(entry.effects):
            # No state pulls on her distraction: it is shifted by its own push alone.
            by_push[j, k] = at_end[_STATES.index(effect.state)] if effect.state in SLOW else strength[-1] * (j == k)
    return by_push


def _response(entry: Intervention, linear: System, state: str, strength: Numbers) -> Numbers:
    """Shift (states,) at the end where one state, or her distraction, is pushed by 1 times the strength.

    A week makes of a shift A shift + k (level + B source), and adds by how much the strength has grown. Before birth
    the infant's states rest, and no play feeds back.
    """
    shift, level, added = (np.zeros(len(_STATES)) for _ in range(3))
    source = np.zeros(len(_SOURCES))
    for number, now, then in zip(range(entry.weeks), strength[:-1], strength[1:], strict=True):
        if state in SLOW:
            level[_STATES.index(state)], added[_STATES.index(state)] = now, then - now
        else:
            source[_SOURCES.index(state)] = now
        born = entry.start_week + number >= 0
        law = linear.with_feedback if born else linear.without
        felt = shift if born else np.where(_INFANTS, 0.0, shift)
        # What the source pulls on the levels: inverse(S) D u, as lasting pulls on levels lead where S takes them.
        pulled = np.linalg.solve(law.settles, law.drawn_by @ source)
        after = law.step @ felt + linear.rate * (level + pulled)
        shift = (after if born else np.where(_INFANTS, shift, after)) + added
    return shift


# What instruments see -------------------------------------------------------------------------------------------------


def _shift_seen(entry: Intervention, place: int, seen: pd.DataFrame, strength: Numbers) -> float:
    """Mean shift of an effect's state at the end that its instrument shows as the effect's size.

    Parameters
    ----------
    entry, place : of which the effect at that place.
    seen : what can be seen at the end of dyads that got nothing.
    strength : (probe dyads,) of the effect at the end.
    """
    from scipy.optimize import brentq  # takes half a second to import

    effect = entry.effects[place]
    if effect.size == 0:
        return 0.0
    untreated = seen[effect.state].to_numpy()
    # Dyads are shifted as they took part: by 1 on the mean.
    share = strength / strength.mean()
    see = Instrument.load(effect.seen_by) if effect.seen_by else None

    def off(shift: float) -> float:
        return _difference(see, effect.state, untreated + shift * share, untreated) - effect.size

    side = float(np.sign(effect.size))
    if off(side * _FARTHEST) * side < 0:
        raise DyadsimError(
            f"'{effect.seen_by or effect.state}' cannot show a size of {effect.size:g} in '{entry.name}'."
        )
    return float(brentq(off, 0.0, side * _FARTHEST, xtol=1e-9))


def _difference(instrument: Instrument | None, state: str, one: Numbers, other: Numbers) -> float:
    """Standardised difference, in the direction of the state, as an instrument shows it; without one as it is."""
    (mean, variance), (other_mean, other_variance) = (_moments(instrument, state, true) for true in (one, other))
    # Cohen's d, by the mean of both variances.
    sign = 1.0 if instrument is None else float(np.sign(instrument.of[state]))
    return float(sign * (mean - other_mean) / np.sqrt((variance + other_variance) / 2))


def _moments(instrument: Instrument | None, state: str, true: Numbers) -> tuple[float, float]:
    """Mean and variance of what an instrument shows of true scores, in standard deviations of its scale."""
    if instrument is None:
        return float(true.mean()), float(true.var())
    low, high = ((end - instrument.mean) / instrument.sd for end in (instrument.low, instrument.high))
    # Before floor and ceiling a score is normal about the root of its reliability times what it is to see.
    about = np.sqrt(instrument.reliability) * instrument.of[state] * true
    mean, square = _between(about, np.sqrt(1 - instrument.reliability), low, high)
    # Rounding to steps adds the variance of a uniform error, step^2 / 12.
    steps = (instrument.step / instrument.sd) ** 2 / 12
    return float(mean.mean()), float(square.mean() - mean.mean() ** 2 + steps)


def _between(mean: Numbers, sd: float, low: float, high: float) -> tuple[Numbers, Numbers]:
    """Mean, and mean square, of normal variables of which what lies beyond floor and ceiling is set to these.

    By the moments of the truncated normal distribution (Johnson, Kotz & Balakrishnan, 1994, chapter 13), phi the normal
    density:

        E(X; low < X < high)   = mean P(within) + sd (phi(a) - phi(b))
        E(X^2; low < X < high) = (mean^2 + sd^2) P(within) + sd ((mean + low) phi(a) - (mean + high) phi(b))
    """
    if sd == 0:
        kept = np.clip(mean, low, high)
        return kept, kept**2
    a, b = (low - mean) / sd, (high - mean) / sd
    from scipy.stats import norm  # takes half a second to import

    # Chances to lie below the floor, above the ceiling and within; densities at floor and ceiling.
    below, above = norm.cdf(a), norm.sf(b)
    within, at_low, at_high = 1 - below - above, norm.pdf(a), norm.pdf(b)
    first = below * low + above * high + within * mean + sd * (at_low - at_high)
    square = below * low**2 + above * high**2 + within * (mean**2 + sd**2)
    return first, square + sd * ((mean + low) * at_low - (mean + high) * at_high)
