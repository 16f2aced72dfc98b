"""Play of a week: sessions sampled by the engine, and the measures that feed development."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError, whole_number
from ..common.random_numbers import Seed, SessionLuck, WeeklyLuck, check_seed
from ..interaction.interact import sessions_counted
from ..interaction.paradigms import LONGEST, Paradigm
from ..interaction.rule_set import Rules
from ..interaction.tables import check_unchanged, probe
from ..measurement.declarations import SOON, WEEKLY_MEASURES
from ..measurement.measures import measures_by_name
from ..people.cohort import Cohort
from ..theory.age_norms import FOLLOWED
from ..theory.linear_system import mixed
from ..theory.rules import CaregiverRules, PartnerRules
from ..theory.slow_states import LIVED
from ..theory.states import DISTRESSED, ICEP, match_scheme

__all__ = ["DAYS", "GROWN", "PLAYED", "FamilyPlay", "LinearPlay", "Play", "lived_measures", "usual_play"]

GROWN = 52
"""Age in weeks at which play is held from then on: how he grows was assumed for the first year, and going on like that
he would soon look at nothing but objects."""

SCHEME = "strict"


def lived_measures(measures: Mapping[str, Any] | pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Lived measures (dyads,) by name (:data:`~dyadsim.theory.slow_states.LIVED`), in their own units.

    Parameters
    ----------
    measures : (dyads,) by name, as sessions and laws have them: a table's columns, or arrays.
    """
    lived = {
        "coordination": measures["match"] - measures["chance_match"],
        "answered": measures["answered"],
        "repair": 1 - measures[SOON],
        "distress": sum(measures[f"infant_{state}"] for state in DISTRESSED),
        "positive_engagement": measures["infant_positive"],
    }
    return {name: np.asarray(lived[name], dtype=np.float64) for name in LIVED}


@dataclass(frozen=True)
class Play:
    """Play of a week: one session of a paradigm on each of some days.

    The session of a day is the one that :func:`dyadsim.interact` plays with that day's number: week 30, day 2 is
    ``day=30 * 7 + 2``.
    """

    paradigm: Paradigm
    rules: Rules
    days: int
    seed: Seed
    replicate: int
    threads: int
    tables: str = field(init=False)
    """Hash of what the rules say (:func:`~dyadsim.interaction.tables.probe`) when it begins."""

    def __post_init__(self) -> None:
        """Refuse what cannot be sampled, in one sentence."""
        object.__setattr__(self, "days", whole_number("number of days a week", self.days, 1, 7))
        object.__setattr__(self, "seed", check_seed(self.seed))
        object.__setattr__(self, "replicate", check_seed(self.replicate, "replicate", 24))
        if self.paradigm.seconds * self.days > LONGEST:
            raise DyadsimError(f"A week can hold {LONGEST:,} seconds of interaction at most.")
        object.__setattr__(self, "tables", probe(self.rules))

    def of(self, dyads: slice | NDArray[np.int64]) -> Play:
        """Play of some of the dyads, on one thread."""
        return replace(self, threads=1)

    def check_unchanged(self) -> None:
        """Refuse rules that say something else by now."""
        check_unchanged(self.rules, self.tables)

    @cached_property
    def luck(self) -> WeeklyLuck:
        """Luck of the weeks, by seed and replicate."""
        return WeeklyLuck(self.seed, self.replicate)

    def week(self, cohort: Cohort, week: int) -> dict[str, NDArray[Any]]:
        """Weekly measures (dyads,) by name, those of :data:`~dyadsim.measurement.declarations.WEEKLY_MEASURES`.

        Parameters
        ----------
        cohort : the dyads, as they play in that week.
        week : of his life.
        """
        lucks = [SessionLuck(self.seed, self.replicate, week * 7 + day) for day in range(self.days)]
        counts = sessions_counted(cohort, self.paradigm, self.rules, lucks, SCHEME, self.threads)
        whole = counts.by(len(self.paradigm.episodes))
        measures = measures_by_name(whole, match_scheme(SCHEME, ICEP), brief=True)
        measures |= lived_measures(measures)
        return {name: measures[name].astype(np.float64) for name in WEEKLY_MEASURES}


@dataclass(frozen=True)
class FamilyPlay(Play):
    """Play of a week in families: each caregiver with the infant, a second caregiver by rules of their own.

    Attributes
    ----------
    partner : rule of second caregivers.
    is_partner : (rows,) true for those of second caregivers.
    """

    partner: type[CaregiverRules] = PartnerRules
    is_partner: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))

    @cached_property
    def with_partner(self) -> Play:
        """Play of second caregivers."""
        rules = Rules(self.rules.infant, self.partner).alone()
        return Play(self.paradigm, rules, self.days, self.seed, self.replicate, self.threads)

    def check_unchanged(self) -> None:
        super().check_unchanged()
        self.with_partner.check_unchanged()

    def of(self, dyads: slice | NDArray[np.int64]) -> FamilyPlay:
        return replace(self, threads=1, is_partner=self.is_partner[dyads])

    def week(self, cohort: Cohort, week: int) -> dict[str, NDArray[Any]]:
        if self.with_partner.tables == self.tables or not self.is_partner.any():
            return super().week(cohort, week)  # by the same rule, all at once
        hers, his = np.flatnonzero(~self.is_partner), np.flatnonzero(self.is_partner)
        measures = {name: np.empty(len(cohort)) for name in WEEKLY_MEASURES}
        for rows, found in ((hers, super().week(cohort[hers], week)), (his, self.with_partner.week(cohort[his], week))):
            for name, values in found.items():
                measures[name][rows] = values
        return measures


PLAYED = "free-play"
"""The paradigm that a week is scored against."""

DAYS = 7
"""Days of a week on which it is sampled there."""


@dataclass(frozen=True)
class LinearPlay(Play):
    """Play of a week as the linear theory has it, instead of sampled: in a hundredth of the time."""

    def week(self, cohort: Cohort, week: int) -> dict[str, NDArray[np.float64]]:
        """Weekly measures (dyads,) by name; NaN but for the lived ones."""
        norms = cohort.dynamics.norms
        traits = np.stack([cohort.traits[name] for name in FOLLOWED])
        # Scores of the lived measures: what traits make of them, and chance.
        by_chance = self.luck.noise(cohort.units, week, LIVED)
        scores = mixed(norms.slopes, traits) + norms.chance[:, None] * by_chance
        # In their own units again, at his age.
        mean, sd = norms.at(np.clip(cohort.traits["age"], 0, GROWN))
        lived_ones = dict(zip(LIVED, mean + sd * scores, strict=True))
        return {name: lived_ones.get(name, np.full(len(cohort), np.nan)) for name in WEEKLY_MEASURES}


def usual_play(is_partner: NDArray[np.bool_], seed: Seed, threads: int, linear: bool = False) -> Play:
    """Usual play of families by the rules that ship: sampled, or as the linear theory has it.

    Parameters
    ----------
    is_partner : (rows,) true for those of second caregivers.
    seed, threads : names the luck; how many to use.
    linear : whether it is that of the linear theory.
    """
    played = (Paradigm.load(PLAYED), Rules(), DAYS, seed, 0, threads)
    return LinearPlay(*played) if linear else FamilyPlay(*played, is_partner=is_partner)
