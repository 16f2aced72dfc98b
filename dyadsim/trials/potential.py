"""Potential outcomes: what every dyad of a trial comes to in each arm, seen by all its instruments at all its visits.

All dyads live in all arms, with the same luck, before anyone is allocated: so the effect on each is known, and how they
are allocated changes nobody's life.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.random_numbers import trait_normals
from ..development.course import Course, from_start
from ..development.push_sizes import bound
from ..interventions.treatment import Treatment
from ..measurement.instruments import classified, true_score
from ..people.cohort import Cohort
from .chances import leaning
from .declared_trial import DeclaredTrial
from .enrolment import Enrolled, read_by, untreated
from .trial_arms import TrialArm
from .visits import Visit, column

__all__ = ["Life", "Potential", "course_of", "giver_of", "lived", "lives", "observed"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Potential:
    """What dyads come to in one arm.

    Attributes
    ----------
    readings : (dyads,) by column, what instruments read at visits; of classifications the class.
    truths : (dyads,) by column, the standard score that the instrument is about.
    states : (dyads,) by state and visit, what chances of losses depend on.
    weeks : (dyads,) by visit, the week of his life in which it was.
    sessions, attended : (dyads,) sessions attended, and their share of those planned (1 where none were).
    giver : (dyads,) number of the therapist or group; -1 without.
    """

    readings: dict[str, NDArray[np.generic]]
    truths: dict[str, Numbers]
    states: dict[tuple[str, str], Numbers]
    weeks: dict[str, Whole]
    sessions: Whole
    attended: Numbers
    giver: Whole

    def of(self, those: NDArray[np.bool_]) -> Potential:
        """What some of the dyads come to."""
        return Potential(
            readings={name: values[those] for name, values in self.readings.items()},
            truths={name: values[those] for name, values in self.truths.items()},
            states={name: values[those] for name, values in self.states.items()},
            weeks={name: values[those] for name, values in self.weeks.items()},
            sessions=self.sessions[those],
            attended=self.attended[those],
            giver=self.giver[those],
        )


Life = tuple[Whole, Course]
"""Places of dyads of one age among those enrolled, and their course."""


def lived(
    dyads: Enrolled, arm: TrialArm, states: Collection[str] = (), as_planned: bool = False, strength: float = 1.0
) -> Potential:
    """What dyads come to in one arm.

    Parameters
    ----------
    dyads : enrolled.
    arm : in which all of them live.
    states : whose true scores at the visits are asked for.
    as_planned : whether all begin, come to every session and stay.
    strength : how many times stronger its interventions act than their entries say.
    """
    return observed(dyads, arm, lives(dyads, arm, as_planned, strength), states, strength)


def lives(dyads: Enrolled, arm: TrialArm, as_planned: bool = False, strength: float = 1.0) -> list[Life]:
    """Courses of dyads in one arm, by their age at the first visit; parameters as in :func:`lived`."""
    skill, readiness = _skill(dyads, arm, giver_of(dyads, arm)) * strength, _readiness(dyads, arm)
    found = []
    for age in np.unique(dyads.age):
        those = np.flatnonzero(dyads.age == age)
        how = skill[those], readiness[those], as_planned
        found.append((those, _course(dyads, dyads.cohort[those], int(age), arm, *how)))
    return found


def observed(
    dyads: Enrolled, arm: TrialArm, courses: Iterable[Life], states: Collection[str] = (), strength: float = 1.0
) -> Potential:
    """What instruments read of courses (:func:`lives`); parameters as in :func:`lived`."""
    trial, many = dyads.trial, len(dyads.replicate)
    found = Potential({}, {}, {}, {}, np.zeros(many, dtype=np.int64), np.ones(many), giver_of(dyads, arm))
    for visit in trial.seen.visits:
        found.weeks[visit.name] = _week_of(dyads, visit)
        found.states.update({(state, visit.name): np.empty(many) for state in states})
        for scale in trial.seen.used_at(visit):
            name = column(scale.instrument.name, visit.name)
            classes = scale.instrument.classifies
            found.readings[name] = np.empty(many, dtype="<U16") if classes else np.empty(many)
            if not classes:
                found.truths[name] = np.empty(many)
    for those, course in courses:
        _attend(course, those, found)
        for visit in trial.seen.visits:
            _visit(trial, course, those, visit, states, found)
    _add(trial, arm, found, strength)
    return found


def _add(trial: DeclaredTrial, arm: TrialArm, found: Potential, strength: float) -> None:
    """Add the shifts that are typed in to what is read after the first visit, and to what is true of it."""
    for instrument, points in arm.adds.items():
        scale = trial.seen.scale(instrument).instrument
        for visit in trial.seen.visits[1:]:
            if (name := column(instrument, visit.name)) in found.truths:
                by = points * strength
                found.readings[name] = np.asarray(found.readings[name], dtype=np.float64) + by
                found.truths[name] = found.truths[name] + by / (scale.sd * np.sqrt(scale.reliability))


def course_of(dyads: Enrolled, arm: TrialArm, place: int) -> Course:
    """The course of one dyad alone in an arm, to the end of the trial: the very weeks that it lives among all.

    Parameters
    ----------
    dyads : enrolled.
    arm : in which it lives.
    place : of the dyad among them.
    """
    those = slice(place, place + 1)
    skill, readiness = _skill(dyads, arm, giver_of(dyads, arm)), _readiness(dyads, arm)
    return _course(dyads, dyads.cohort[those], int(dyads.age[place]), arm, skill[those], readiness[those], False)


def giver_of(dyads: Enrolled, arm: TrialArm) -> Whole:
    """The therapist or group (dyads,) that each dyad has, or would have, in an arm; -1 without.

    They go by the order in which dyads come, whoever is in which arm: of a group, as many as fill its seats when the
    arm has its share.
    """
    if arm.givers is None:
        return np.full(len(dyads.place), -1, dtype=np.int64)
    if arm.givers.number is not None:
        return dyads.place % arm.givers.number
    trial = dyads.trial
    share = trial.what.shares[trial.what.arms.index(arm)]
    assert arm.givers.seats is not None, "groups have seats"
    return (dyads.place * share / arm.givers.seats).astype(np.int64)


def _skill(dyads: Enrolled, arm: TrialArm, giver: Whole) -> Numbers:
    """How many times stronger (dyads,) it acts: lognormal over therapists or groups, 1 on average."""
    if arm.givers is None or not arm.givers.sd:
        return np.ones(len(giver))
    sd = arm.givers.sd
    normal = trait_normals(dyads.trial.seed, dyads.replicate * 10_000 + giver, f"trial: giver in {arm.name}")
    return np.asarray(np.round(np.exp(sd * normal - sd**2 / 2), 6), dtype=np.float64)


def _readiness(dyads: Enrolled, arm: TrialArm) -> Numbers:
    """Log-odds (dyads,) by which they are readier to begin, come and stay."""
    many = len(dyads.place)
    states = {str(name): dyads.states[name].to_numpy() for name in dyads.states}
    return leaning(dyads.trial.lost.adherence, dyads.readings, states, np.zeros(many), np.full(many, arm.name))


def _course(
    enrolled: Enrolled, cohort: Cohort, age: int, arm: TrialArm, skill: Numbers, readiness: Numbers, as_planned: bool
) -> Course:
    """Weeks of dyads of one age in an arm, to the end of the trial."""
    trial, development = enrolled.trial, untreated(enrolled.trial, cohort, age, enrolled.rules)
    offers = [offer.at(age, as_planned) for offer in arm.interventions]
    treatments: tuple[Treatment, ...] = tuple(
        replace(each, skill=skill, readiness=readiness) for each in bound(offers, cohort, development.play.luck)
    )
    return from_start(replace(development, treatments=treatments), max(trial.stop(age) - age, 1))


def _attend(course: Course, those: Whole, found: Potential) -> None:
    """Note the sessions attended by the end."""
    treatments = course.development.treatments
    planned = sum(each.offered.dose.sessions for each in treatments)
    if not planned:
        return
    attended = sum(each.attended.number[-1] for each in treatments)
    found.sessions[those] = np.asarray(attended).astype(np.int64)
    found.attended[those] = np.asarray(attended) / planned


def _week_of(dyads: Enrolled, visit: Visit) -> Whole:
    """The week (dyads,) of his life in which each dyad is seen: the planned one, or one of its window, evenly."""
    planned = np.array([visit.at(int(age)) for age in dyads.age], dtype=np.int64)
    early, late = visit.weeks_of
    if not visit.window:
        return planned
    luck = dyads.luck.outcome(dyads.cohort.units, f"trial: window of {visit.name}")
    return planned + early + (luck * (late - early + 1)).astype(np.int64)


def _visit(
    trial: DeclaredTrial, course: Course, those: Whole, visit: Visit, states: Collection[str], found: Potential
) -> None:
    """Note what is read of dyads of one age at one visit."""
    weeks = found.weeks[visit.name][those]
    for week in np.unique(weeks):
        there = weeks == week
        some, units = those[there], course.cohort.units[there]
        known = course.known(int(week))[there]
        for scale in trial.seen.used_at(visit):
            name = column(scale.instrument.name, visit.name)
            if scale.instrument.classifies:
                truth: pd.Series = course.attachment[there]
                found.readings[name][some] = classified(
                    scale.instrument, truth, units, course.development.play.luck, int(week)
                )
                continue
            found.readings[name][some] = read_by(scale, known, units, trial, int(week))
            found.truths[name][some] = true_score(scale.instrument, known)
        for state in states:
            found.states[state, visit.name][some] = known[state].to_numpy()
