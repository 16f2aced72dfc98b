"""Enrolment: which dyads of some replicates are screened, eligible, willing and randomised, and how they are then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import WeeklyLuck, trait_normals
from ..development.course import Course
from ..development.play import DAYS, PLAYED, Play
from ..development.starting_states import begin
from ..development.weekly_step import Development
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..measurement.instruments import Instrument, scored
from ..people.cohort import Cohort
from ..people.risks_and_support import Move, Setting, settled
from ..theory.coordination import MoreIsBetter
from .chances import Dependence, chances_with_share, leaning
from .declared_trial import DeclaredTrial
from .trial_arms import Sites
from .visits import Scale

__all__ = ["Enrolled", "enrolled", "place_luck", "read_by", "untreated"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
_SHIPPED = Rules()

PLACE = Setting(
    name="place",
    says="What families of one place have in common, and those of another have not: work, roads, clinics, neighbours.",
    kind="risk",
    about="family",
    moves=(
        Move(state="depression", by=0.5, note="Assumed: places differ in how mothers feel."),
        Move(state="stress", by=0.5, note="Assumed: as much as in how they feel."),
        Move(state="support", by=-0.3, note="Assumed: where it is harder, there is less help from others."),
    ),
)
"""How places differ; how much, a trial says by the share of the variance of depression between its sites."""


@dataclass(frozen=True, eq=False)
class Enrolled:
    """Dyads that some replicates randomise, as they are at the first visit.

    Attributes
    ----------
    trial : the trial.
    cohort : the dyads, in the order of their numbers.
    replicate, place : (dyads,) number of their replicate; how many of it were enrolled before them.
    age : (dyads,) weeks of his life at the first visit.
    site : (dyads,) number of their site; 0 where there is one only.
    readings : (dyads,) by instrument, at the first visit.
    states : all true states at the first visit, one row a dyad.
    funnel : one row a replicate: ``screened``, ``eligible``, ``consented``, ``randomised``.
    rules : of interaction, by which they live.
    """

    trial: DeclaredTrial
    cohort: Cohort
    replicate: Whole
    place: Whole
    age: Whole
    site: Whole
    readings: dict[str, Numbers]
    states: pd.DataFrame
    funnel: pd.DataFrame
    rules: Rules

    @property
    def luck(self) -> WeeklyLuck:
        """Luck of weeks and instruments."""
        return WeeklyLuck(self.trial.seed)

    def first(self, dyads: int) -> Enrolled:
        """The first so many of each replicate: what a smaller trial would have enrolled."""
        kept = self.place < dyads
        return replace(
            self,
            trial=self.trial.changed(
                {"who": self.trial.who.changed({"dyads": dyads, "screened": self.trial.who.most_screened})}
            ),
            cohort=self.cohort[kept],
            replicate=self.replicate[kept],
            place=self.place[kept],
            age=self.age[kept],
            site=self.site[kept],
            readings={name: values[kept] for name, values in self.readings.items()},
            states=self.states[kept],
            funnel=self.funnel.assign(randomised=np.minimum(self.funnel["randomised"], dyads)),
        )


def place_luck(trial: DeclaredTrial, replicate: int, name: str, places: int) -> Numbers:
    """Uniform draws for the places of a list of a replicate: those of fewer places are the first of those of more."""
    luck = WeeklyLuck(trial.seed)
    units = np.arange(places, dtype=np.int64)
    return luck.outcome(units, f"trial {replicate}: {name}")


def enrolled(trial: DeclaredTrial, first: int, stop: int, rules: Rules = _SHIPPED) -> Enrolled:
    """Dyads that the replicates ``first`` to before ``stop`` randomise.

    Of those screened they are taken who meet every criterion as their instruments read it, and consent, in the order
    of their numbers, until the trial has as many as it wants.

    Parameters
    ----------
    trial : the trial.
    first, stop : of replicates.
    rules : of interaction, by which they will live.

    Raises
    ------
    DyadsimError
        if nobody is eligible and consents in any of them.
    """
    who, pool = trial.who, trial.who.most_screened
    many = (stop - first) * pool
    cohort = Cohort.sample(many, who.population, trial.seed, first * pool)
    for each in (*who.risks, *who.support):
        cohort = cohort.with_setting(each.setting, each.share)
    replicate, luck = cohort.units // pool, WeeklyLuck(trial.seed)
    age = np.array(who.ages)[(luck.outcome(cohort.units, "trial: age") * len(who.ages)).astype(np.int64)]
    site = np.zeros(many, dtype=np.int64)
    if trial.what.sites is not None:
        site = _sites(trial, trial.what.sites, cohort, replicate)
        cohort = cohort.exposed(PLACE, _extent(trial, trial.what.sites, cohort, replicate, site))
    first_visit = trial.seen.used_at(trial.seen.visits[0])
    readings, states = _at_first_visit(trial, cohort, age, first_visit)
    # Criteria as read, then consent, then the first so many of each replicate.
    eligible = np.ones(many, dtype=bool)
    for criterion in who.eligible:
        eligible &= criterion.met_by(readings[criterion.reading])
    consented = eligible.copy()
    if who.consent is not None:
        chance = np.zeros(many)
        for number in range(first, stop):
            asked = eligible & (replicate == number)
            log_odds = _leaning(who.consent.depends, asked, readings, states)
            chance[asked] = chances_with_share(log_odds, who.consent.share)
        consented &= luck.outcome(cohort.units, "trial: consent") < chance
    place = np.full(many, -1)
    for number in range(first, stop):
        of_it = np.flatnonzero(consented & (replicate == number))
        place[of_it] = np.arange(len(of_it))
    kept = consented & (place < who.dyads)
    counts = {"eligible": eligible, "consented": consented, "randomised": kept}
    funnel = pd.DataFrame(
        {"replicate": np.arange(first, stop), "screened": pool}
        | {name: np.bincount(replicate[those] - first, minlength=stop - first) for name, those in counts.items()}
    )
    if not kept.any():
        criteria = f" ({' and '.join(map(str, who.eligible))})" if who.eligible else ""
        raise DyadsimError(
            f"Of {many:,} dyads screened nobody is eligible{criteria} and consents; widen who may take part, or screen "
            "more."
        )
    chosen = np.flatnonzero(kept)
    return Enrolled(
        trial,
        cohort[chosen],
        replicate[chosen],
        place[chosen],
        age[chosen],
        site[chosen],
        {name: values[chosen] for name, values in readings.items()},
        states.iloc[chosen],
        funnel,
        rules,
    )


def _leaning(
    depends: tuple[Dependence, ...], those: NDArray[np.bool_], readings: dict[str, Numbers], states: pd.DataFrame
) -> Numbers:
    """Log-odds (those,) of dyads who are in no arm yet."""
    many = int(those.sum())
    read = {name: values[those] for name, values in readings.items()}
    return leaning(
        depends, read, {str(name): states[name].to_numpy()[those] for name in states}, np.zeros(many), np.full(many, "")
    )


def _sites(trial: DeclaredTrial, sites: Sites, cohort: Cohort, replicate: Whole) -> Whole:
    """Site (dyads,) of each dyad: by turns where sites are alike, else by luck and how large each is."""
    pool = trial.who.most_screened
    number = cohort.units % pool
    if not sites.size_cv:
        return number % sites.number
    site = np.empty(len(number), dtype=np.int64)
    for each in np.unique(replicate):
        luck = WeeklyLuck(trial.seed)
        normal = trait_normals(trial.seed, np.arange(sites.number, dtype=np.int64), f"trial {each}: size of site")
        # Lognormal sizes with this coefficient of variation.
        sizes = np.exp(np.sqrt(np.log1p(sites.size_cv**2)) * normal)
        those = replicate == each
        line = np.cumsum(sizes / sizes.sum())[:-1]
        site[those] = np.searchsorted(line, luck.outcome(cohort.units[those], "trial: site"), side="right")
        # Everyone's site is named by luck, but none stays empty: the first dyads open them by turns.
        opened = those & (number < sites.number)
        site[opened] = number[opened]
    return site


def _extent(trial: DeclaredTrial, sites: Sites, cohort: Cohort, replicate: Whole, site: Whole) -> Numbers:
    """How far (dyads,) what sites have in common bears on each dyad: alike in a site, normal between sites.

    Depression varies by about 1 in a community; its share between sites is the declared one.
    """
    by_one = settled(PLACE, cohort.dynamics)["depression"]
    units = replicate * 1_000 + site
    normal = trait_normals(trial.seed, units, "trial: site")
    return np.round(normal * np.sqrt(sites.icc) / by_one, 6)


def untreated(trial: DeclaredTrial, cohort: Cohort, age: int, rules: Rules = _SHIPPED) -> Development:
    """Development of dyads from an age on, to whom nothing is offered."""
    play = Play(Paradigm.load(PLAYED), rules, DAYS, trial.seed, 0, 1)
    return Development(cohort, play, MoreIsBetter, True, {}, begin(cohort, age), age)


def _at_first_visit(
    trial: DeclaredTrial, cohort: Cohort, age: Whole, scales: tuple[Scale, ...]
) -> tuple[dict[str, Numbers], pd.DataFrame]:
    """Readings (dyads,) by instrument and true states at the first visit."""
    readings = {scale.instrument.name: np.empty(len(cohort)) for scale in scales}
    parts = []
    for each in np.unique(age):
        those = np.flatnonzero(age == each)
        development = untreated(trial, cohort[those], int(each))
        course = Course(development, range(each, each), development.start.states[None], {})
        known = course.known(int(each))
        for scale in scales:
            readings[scale.instrument.name][those] = read_by(scale, known, cohort.units[those], trial, int(each))
        parts.append(known.set_axis(those))
    return readings, pd.concat(parts).sort_index()


def read_by(scale: Scale, known: pd.DataFrame, units: Whole, trial: DeclaredTrial, week: int) -> Numbers:
    """What an instrument reads (dyads,): the mean of its raters."""
    instrument: Instrument = scale.instrument
    luck = WeeklyLuck(trial.seed)
    read: list[Any] = [scored(instrument, known, units, luck, week, rater) for rater in range(scale.raters)]
    return np.asarray(np.mean(read, axis=0), dtype=np.float64)
