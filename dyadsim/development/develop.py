"""Development (:func:`dyadsim.develop`): weeks that change both, for a cohort and whatever is offered to its dyads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Real
from pathlib import Path
from typing import Any

from ..common.errors import DyadsimError, unknown, whole_number
from ..common.random_numbers import Seed
from ..common.workers import thread_count
from ..community.family import Families
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..interventions.offers import offered
from ..people.cohort import Cohort, check_cohort
from ..theory.coordination import CoordinationRule, MoreIsBetter, coordination_rule
from ..theory.rules import CaregiverRules, InfantRules, MotherRules, PartnerRules
from ..theory.slow_states import LOADS, SLOW
from .course import FIRST, LAST, Course, from_start
from .families import development_of_families
from .play import FamilyPlay, Play
from .push_sizes import bound
from .starting_states import begin
from .weekly_step import Development

__all__ = ["develop", "development_of", "held_states"]


def develop(
    cohort: Cohort | Families,
    weeks: int = 52,
    interventions: Any = (),
    seed: Seed = 0,
    *,
    first_week: int = 0,
    replicate: int = 0,
    paradigm: str | Path | Paradigm = "free-play",
    days: int = 7,
    feedback: bool = True,
    coordination: str | type[CoordinationRule] = MoreIsBetter,
    hold: Mapping[str, float] | None = None,
    infant: type[InfantRules] = InfantRules,
    mother: type[CaregiverRules] = MotherRules,
    partner: type[CaregiverRules] = PartnerRules,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Course:
    """Course of a cohort, or of families: weeks of play that change caregiver and infant, and so the next weeks.

    Parameters
    ----------
    cohort : the dyads, as they are when the course starts, and the risks and support under which they live; or
        :class:`Families`, each caregiver's dyad with the infant a row.
    weeks : how many.
    interventions : what is offered, as dicts with the fields of :class:`Offer`, such as ``{"name": "video-feedback",
        "start_week": 4, "uptake": 0.7}``; their order does not matter.
    seed, replicate : name the luck; the same give the same course to the bit, on any number of threads.
    first_week : of his life; 0 is birth. Before it slow states of the mother change, bonding is to the expected child,
        and no interaction is sampled.
    paradigm : what is sampled, five minutes of free play unless said.
    days : on how many days of a week, 1 to 7.
    feedback : whether the week's interaction changes the slow states.
    coordination : how coordination feeds development: ``more``, ``midrange``, or a class of your own.
    hold : slow states held at a score from the first week on; a load (``symptoms``, ``burden``) holds each of its
        parts.
    infant, mother, partner : the rules of interaction; pass a subclass to change one.
    threads : how many to use (default: as many as there are cores for it).
    progress : called with weeks done and weeks in all.

    Returns
    -------
    The course: slow states (standard scores) and measures of play, dyad by dyad and week by week.

    Raises
    ------
    DyadsimError
        for a number, name or rule that is not possible.

    >>> course = ds.develop(ds.Cohort.sample(10, seed=1), weeks=4, seed=1)
    >>> course.frame()[["dyad", "week", "sensitivity", "repair"]]
    """
    development = development_of(
        cohort, weeks, interventions, seed,
        first_week=first_week, replicate=replicate, paradigm=paradigm, days=days, feedback=feedback,
        coordination=coordination, hold=hold, infant=infant, mother=mother, partner=partner, threads=threads,
    )  # fmt: skip
    return from_start(development, weeks, progress)


def development_of(
    cohort: Cohort | Families,
    weeks: int,
    interventions: Any,
    seed: Seed,
    *,
    first_week: int,
    replicate: int,
    paradigm: str | Path | Paradigm,
    days: int,
    feedback: bool,
    coordination: str | type[CoordinationRule],
    hold: Mapping[str, float] | None,
    infant: type[InfantRules],
    mother: type[CaregiverRules],
    partner: type[CaregiverRules],
    threads: int | None,
) -> Development:
    """Development of a cohort, or of families, at the start of its first week (parameters as of :func:`develop`)."""
    families = cohort if isinstance(cohort, Families) else None
    cohort = check_cohort(cohort) if families is None else families.cohort
    weeks = whole_number("number of weeks", weeks, 1, LAST - FIRST)
    first_week = whole_number("first week", first_week, FIRST, LAST - weeks)
    played = (Paradigm.load(paradigm), Rules(infant, mother).alone(), days, seed, replicate, thread_count(threads))
    play = Play(*played) if families is None else FamilyPlay(*played, partner, families.is_partner)
    held = held_states(hold or {})
    offers = offered(interventions, first_week, weeks)
    reading = coordination_rule(coordination)
    if families is None or not families.surrounded:
        treatments, start = bound(offers, cohort, play.luck), begin(cohort, first_week)
        return Development(cohort, play, reading, feedback, held, start, first_week, treatments)
    return development_of_families(families, play, reading, feedback, held, first_week, offers)


def held_states(hold: Mapping[str, float]) -> dict[str, float]:
    """Scores at which slow states are held, by name, those of loads on each of their parts.

    Parameters
    ----------
    hold : standard scores, -10 to 10, by name of a slow state or load.

    Raises
    ------
    DyadsimError
        for an unknown name, a score that is none, or a state that is held twice.
    """
    if not isinstance(hold, Mapping):
        raise DyadsimError(f"States are held by name, as in hold={{'depression': 0}}, not {hold!r:.60}.")
    held: dict[str, float] = {}
    for name, score in hold.items():
        if name not in SLOW and name not in LOADS:
            raise unknown("slow state to hold:", name, [*SLOW, *LOADS])
        if isinstance(score, bool) or not (isinstance(score, Real) and abs(score) <= 10):
            raise DyadsimError(f"'{name}' is held at a score from -10 to 10, not {score!r:.40}.")
        for state in LOADS.get(name, (name,)):
            if state in held:
                raise DyadsimError(f"'{state}' is held twice.")
            held[state] = float(score)
    return held
