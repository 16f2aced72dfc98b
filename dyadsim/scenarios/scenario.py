"""Scenarios: who, under which risks and with what support, gets what, and what would have happened otherwise.

A scenario is one TOML file. It is lived through once as it is written and once for each of its *twins*: the very same
dyads with the same luck, but for what the twin changes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..common.random_numbers import check_seed
from ..community.declared_families import FamiliesSection
from ..community.family import Families
from ..development.course import FIRST, LAST, Course
from ..development.develop import develop
from ..interaction.paradigms import ParadigmName
from ..interaction.rule_set import Rules
from ..interventions.offers import Offered, offered
from ..measurement.instruments import Instrument
from ..people.caregiver_words import Words
from ..people.cohort import MOST_DYADS, Cohort
from ..people.population import Population, PopulationName, RisksOrSupport
from ..theory import attachment
from ..theory.parameter_sets import ENSEMBLE, ParameterSet, ParametersName, parameter_sets
from ..theory.slow_states import SLOW
from .arms import MOST_ARMS, Arm, Offers, Twin, arm_label, check_risks_and_support, with_drawn_sizes
from .comparison import Comparison
from .encounter import MOST_SESSIONS, Sessions
from .ensemble_comparison import SETS, EnsembleComparison
from .family_comparison import FamilyComparison
from .outputs import Outputs

__all__ = ["Scenario"]

_USUAL_INSTRUMENTS = ("eas", "epds", "parenting-stress", "bonding-problems", "regulatory-symptoms", "strange-situation")
_USUAL_STATES = ("sensitivity", "depression", "stress", "bonding", "regulation", "expectation")
_VISITS = 13  # weeks between visits where a scenario names none
_SHIPPED_RULES = Rules()


class Scenario(toml_models.Shipped):
    """A scenario, as its file has it.

    Attributes
    ----------
    title, question : what the report is headed with, and what it is to answer. Left out, they are made from its parts.
    label : what its own dyads are called in tables and pictures, beside their twins. Left out, they are called by the
        titles of what they are offered.
    population, dyads : who, and how many (of families: how many of these).
    families : those around the dyads: partners, and ties in communities. Left out, the dyads live by themselves.
    risks, support : under which they live beside those of their population: names, or tables with ``setting`` and
        ``share``.
    interventions : what they are offered: names, or tables as :class:`dyadsim.Offer` has them.
    twins : what is otherwise for their twins. Left out, and if there are interventions: the same without these.
    first_week, weeks : from which week of his life (0 is birth), and how many.
    paradigm, days : what is played in a week, on how many days.
    seed : names dyads and luck.
    parameters : ``calibrated``, or ``ensemble``: lived through once with each of :data:`SETS` parameter sets that all
        agree with the evidence, and with sizes of interventions drawn for each, so that intervals hold what it leaves
        open. It takes as many times as long.
    outputs : what is looked at.
    sessions : single sessions to be watched beside the weeks, second by second: names of shipped encounters, or tables
        as :class:`dyadsim.Encounter` has them.
    words : what caregiver and infant are called wherever it is told of; no result depends on it.
    """

    KIND: ClassVar[str] = "scenario"
    title: str = ""
    question: str = ""
    label: str = ""
    population: PopulationName = "community"
    dyads: int = Field(default=200, ge=2, le=MOST_DYADS)
    families: FamiliesSection | None = None
    risks: RisksOrSupport = ()
    support: RisksOrSupport = ()
    interventions: Offers = ()
    twins: toml_models.Listed[Twin] = Field(default=(), max_length=MOST_ARMS - 1)
    first_week: int = Field(default=0, ge=FIRST, lt=LAST)
    weeks: int = Field(default=52, ge=1, le=LAST - FIRST)
    paradigm: ParadigmName = "free-play"
    days: int = Field(default=7, ge=1, le=7)
    seed: int = 1
    parameters: ParametersName = "calibrated"
    outputs: Outputs = Outputs()
    sessions: Sessions = Field(default=(), max_length=MOST_SESSIONS)
    words: Words = Words()

    @field_validator("seed")
    @classmethod
    def _is_seed(cls, seed: int) -> int:
        return check_seed(seed)

    @model_validator(mode="after")
    def _can_be_lived(self) -> Scenario:
        if self.stop > LAST:
            raise DyadsimError(f"A course ends before week {LAST:,} of his life, not with week {self.stop - 1:,}.")
        if name := twice(arm.name for arm in self.arms):
            raise DyadsimError(f"Two arms are called '{name}'.")
        self._check_twins()
        for arm in self.arms:
            check_risks_and_support((each.setting for each in arm.risks), (each.setting for each in arm.support))
            under = (*Population.load(self.population).settings, *arm.risks, *arm.support)
            if name := twice(each.setting for each in under):
                raise DyadsimError(f"The dyads of '{arm.name}' live under '{name}' twice (see their population, too).")
            offered(arm.interventions, self.first_week, self.weeks)
        if name := twice(each.name for each in self.instruments()):
            raise DyadsimError(f"Two instruments are called '{name}'; give yours another name.")
        for week in self.outputs.weeks:
            if not self.first_week <= week <= self.stop:
                raise DyadsimError(
                    f"Outputs are asked for in week {week}, but the course goes from week {self.first_week} to "
                    f"{self.stop}."
                )
        return self

    def _check_twins(self) -> None:
        """Refuse twins who differ in nothing, and two interventions of one name."""
        own, *others = self.arms
        for arm in others:
            if replace(arm, name=own.name) == own:
                raise DyadsimError(
                    f"The twins '{arm.name}' differ in nothing; what a twin leaves out is as in the scenario."
                )
        entries = {offer.entry for offer in self._offers()}
        if name := twice(entry.name for entry in entries):
            raise DyadsimError(f"Two different interventions are called '{name}'; give yours another name.")

    @property
    def spoken(self) -> Words:
        """Words in which it is told: where partners are simulated, too, mother and partner stay what they are."""
        return Words() if self.families else self.words

    @property
    def stop(self) -> int:
        """The week after the last."""
        return self.first_week + self.weeks

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The scenario as it is, then its twins."""
        own = Arm(self.label or arm_label(self.interventions), self.risks, self.support, self.interventions)
        twins = self.twins or ((Twin(name="without", interventions=()),) if self.interventions else ())
        return (own, *map(own.of_twins, twins))

    def twins_without_each(self) -> tuple[Twin, ...]:
        """Twins that tell which offer did how much: one without each, and with several offers one without all."""
        return self.arms[0].twins_without_each()

    def instruments(self) -> tuple[Instrument, ...]:
        """Instruments asked for; left out, the usual ones, and those through which interventions' sizes are seen."""
        return tuple(self.instruments_as_given().values())

    def instruments_as_given(self) -> dict[str, Instrument]:
        """Instruments of :meth:`instruments` by what they are given by: a name, or a TOML file."""
        seen_by = [effect.seen_by for offer in self._offers() for effect in offer.entry.effects if effect.seen_by]
        given = self.outputs.instruments or (*_USUAL_INSTRUMENTS, *seen_by)
        found = {name: Instrument.load(name) for name in given}
        reached = range(self.first_week, self.stop + 1)
        return {name: each for name, each in found.items() if not each.classifies or attachment.WEEK in reached}

    def _offers(self) -> list[Offered]:
        """Offers of all arms, completed by what their entries of the catalogue say."""
        return [offer.completed() for arm in self.arms for offer in arm.interventions]

    def visits(self) -> tuple[int, ...]:
        """Weeks asked for; left out, every quarter of a year, and where interventions start and end."""
        if self.outputs.weeks:
            return tuple(sorted(set(self.outputs.weeks)))
        ends = {week for offer in self._offers() for week in (offer.start_week, offer.end_week)}
        usual = {self.first_week, *range(0, self.stop + 1, _VISITS), self.stop}
        return tuple(sorted(week for week in usual | ends if self.first_week <= week <= self.stop))

    def states(self) -> tuple[str, ...]:
        """States asked for; left out, those that interventions shift, then the usual ones: six, or nine if need be."""
        effects = [effect for offer in self._offers() for effect in offer.entry.effects]
        shifted = dict.fromkeys(effect.state for effect in effects if effect.state in SLOW)
        known = dict.fromkeys((*shifted, *_USUAL_STATES))
        return self.outputs.states or tuple(known)[: 6 if len(shifted) <= 6 else 9]

    def cohort(
        self, arm: Arm, first: int = 0, dyads: int | None = None, parameters: ParameterSet | None = None
    ) -> Cohort:
        """Cohort of an arm as it is before the first week.

        Parameters
        ----------
        arm : one of :attr:`arms`; its risks and support are added to those of the population.
        first, dyads : the number of the first of them, and how many (default: all of the scenario's).
        parameters : a set of the ensemble (default: the calibrated parameters).
        """
        by: dict[str, Any] = {}
        if parameters is not None:
            by = {"dynamics": parameters.dynamics, "coefficients": parameters.coefficients}
        many = self.dyads if dyads is None else dyads
        cohort = Cohort.sample(many, self.population, self.seed, first, **by)
        for each in (*arm.risks, *arm.support):
            cohort = cohort.with_setting(each.setting, each.share)
        return cohort

    def people(
        self, arm: Arm, first: int = 0, dyads: int | None = None, parameters: ParameterSet | None = None
    ) -> Cohort | Families:
        """Cohort of an arm, or its families where the scenario has them.

        Parameters
        ----------
        arm, first, dyads, parameters : as :meth:`cohort` takes them; of families ``dyads`` is how many.
        """
        if self.families is None:
            return self.cohort(arm, first, dyads, parameters)
        many = self.dyads if dyads is None else dyads
        return self.families.families((*arm.risks, *arm.support), many, self.population, self.seed, first, parameters)

    @property
    def sets(self) -> tuple[ParameterSet | None, ...]:
        """The parameter sets with which it is lived through; None stands for the calibrated parameters."""
        return parameter_sets()[:SETS] if self.parameters == ENSEMBLE else (None,)

    def run(
        self,
        progress: Callable[[int, int], None] | None = None,
        threads: int | None = None,
        rules: Rules = _SHIPPED_RULES,
    ) -> Comparison | EnsembleComparison:
        """Live through the scenario, and through it with every twin.

        Parameters
        ----------
        progress : called with weeks done and weeks in all, over all arms and sets of parameters.
        threads : how many to use (default: as many as there are cores for it); no result depends on it.
        rules : of interaction.

        Returns
        -------
        The arms side by side; with ``parameters = "ensemble"`` a comparison of them for each parameter set.

        Raises
        ------
        DyadsimError
            for dyads who live under a risk or support already, or parameters that let states run away.
        """
        for arm in self.arms:
            self.people(arm)  # so that what is not possible is said before any work
        courses, sets = itertools.count(), self.sets
        compared = Comparison if self.families is None else FamilyComparison.of
        total = self.weeks * len(self.arms) * len(sets)

        def course(arm: Arm, parameters: ParameterSet | None) -> Course:
            before = next(courses) * self.weeks
            return develop(
                self.people(arm, parameters=parameters),
                self.weeks,
                with_drawn_sizes(arm.interventions, parameters),
                self.seed,
                first_week=self.first_week,
                paradigm=self.paradigm,
                days=self.days,
                infant=rules.infant,
                mother=rules.mother,
                threads=threads,
                progress=(lambda done, weeks: progress(before + done, total)) if progress else None,
            )

        looked_at = self.instruments(), self.visits()
        members = [compared({arm.name: course(arm, each) for arm in self.arms}, *looked_at) for each in sets]
        return EnsembleComparison(tuple(members), *looked_at) if self.parameters == ENSEMBLE else members[0]
