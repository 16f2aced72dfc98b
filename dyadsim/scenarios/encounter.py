"""Encounters: one dyad in one session under given luck, with what someone does in the midst of it.

An encounter is what a player shows and what a scenario may hold beside its weeks. It is written in TOML like all that
users write, ships by name (``data/encounters``), and is played by the engine and by the exact law alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import unknown, whole_number
from ..common.random_numbers import check_seed
from ..development.course import Course
from ..interaction.interact import interact
from ..interaction.law import Law
from ..interaction.law import law as exact_law
from ..interaction.moments import GiveMoment, with_moments
from ..interaction.paradigms import LONGEST, Paradigm, ParadigmName
from ..interaction.rule_set import Rules
from ..measurement.session import Session
from ..people.cohort import Cohort
from ..people.population import PopulationName
from ..theory.coefficients import COEFFICIENTS
from ..theory.states import SCHEMES
from .arms import check_risks_and_support

__all__ = ["MOST_SESSIONS", "Encounter", "SchemeName", "Sessions"]

_SHIPPED_RULES = Rules()


def _scheme_exists(scheme: str) -> str:
    if scheme not in SCHEMES:
        raise unknown("match scheme", scheme, SCHEMES)
    return scheme


SchemeName = Annotated[str, AfterValidator(_scheme_exists)]
"""The name of a match scheme."""


class Encounter(toml_models.Shipped):
    """One dyad in one session.

    Attributes
    ----------
    title : what it is headed with.
    population : whom they are of.
    dyad : its number among the dyads drawn from that population; left out, the typical dyad (:meth:`Cohort.typical`).
    risks, support : under which they live beside those of their population.
    traits, coefficients : what is set by hand instead, by name.
    paradigm, seconds : what is done, stretched to so many seconds.
    seed, replicate, day : name the luck; the seed also names the dyads that are drawn.
    scheme : the match scheme.
    moments : what is done in the midst of it.
    """

    KIND: ClassVar[str] = "encounter"
    title: str = ""
    population: PopulationName = "community"
    dyad: int | None = Field(default=None, ge=0, lt=2**32)
    risks: toml_models.Listed[str] = ()
    support: toml_models.Listed[str] = ()
    traits: dict[str, float] = Field(default_factory=dict)
    coefficients: dict[str, float] = Field(default_factory=dict)
    paradigm: ParadigmName = "free-play"
    seconds: int | None = Field(default=None, ge=1, le=LONGEST)
    seed: int = 1
    replicate: int = 0
    day: int = 0
    scheme: SchemeName = "strict"
    moments: toml_models.Listed[GiveMoment] = ()

    @field_validator("seed", "replicate", "day")
    @classmethod
    def _names_luck(cls, number: int, info: object) -> int:
        name = getattr(info, "field_name", "seed")
        return check_seed(number, name, 64 if name == "seed" else 24)

    @model_validator(mode="after")
    def _can_be_played(self) -> Encounter:
        check_risks_and_support(self.risks, self.support)
        self.played()
        return self

    def played(self) -> Paradigm:
        """The paradigm with its moments."""
        return with_moments(Paradigm.load(self.paradigm).lasting(self.seconds), self.moments)

    def cohort(self, rules: Rules = _SHIPPED_RULES) -> Cohort:
        """The dyad, as a cohort of one.

        Raises
        ------
        DyadsimError
            for an unknown trait or coefficient, a value out of range, or a risk or support that it has already.
        """
        if self.dyad is None:
            one = replace(Cohort.typical(self.population), seed=self.seed)
        else:
            one = Cohort.sample(1, self.population, self.seed, first=self.dyad)
        for name in (*self.risks, *self.support):
            one = one.with_setting(name)
        by_hand = {**self.traits, **self.coefficients}
        return one.replace(by_hand, extra_traits=rules.extra_traits)

    def session(self, rules: Rules = _SHIPPED_RULES, cohort: Cohort | None = None) -> Session:
        """The session, second by second.

        Parameters
        ----------
        rules : of interaction.
        cohort : what :meth:`cohort` gives under these rules, where it is at hand; it is made otherwise.
        """
        play = partial(interact, infant=rules.infant, mother=rules.mother, states=True, threads=1)
        dyad = self.cohort(rules) if cohort is None else cohort
        return play(dyad, self.played(), self.seed, replicate=self.replicate, day=self.day)

    def law(self, rules: Rules = _SHIPPED_RULES, cohort: Cohort | None = None) -> Law:
        """The exact law of such a session: what many of them, with other luck, come to.

        Parameters
        ----------
        rules : of interaction.
        cohort : what :meth:`cohort` gives under these rules, where it is at hand; it is made otherwise.
        """
        dyad = self.cohort(rules) if cohort is None else cohort
        return exact_law(dyad, self.played(), infant=rules.infant, mother=rules.mother)

    @classmethod
    def lived(cls, course: Course, dyad: int, week: int, title: str) -> Encounter:
        """Encounter of a dyad in the first session of a week of its course: with the shipped rules the very same one.

        Parameters
        ----------
        course : of a cohort.
        dyad : its place in the course, from 0.
        week : of his life, from birth (0) on.
        title : what it is headed with.

        Raises
        ------
        DyadsimError
            for a week that the course does not hold, one before his birth, or a dyad that is not there.
        """
        dyad = whole_number("dyad", dyad, 0, len(course) - 1)
        week = whole_number("week", week, max(course.weeks.start, 0), max(course.weeks.stop, 0))
        playing, play = course.playing(week)[dyad], course.development.play
        named = {"name": f"dyad {playing.units[0]}, week {week}", "title": title}
        luck = {"seed": int(play.seed), "replicate": play.replicate, "day": 7 * week}
        return cls.met(playing, **named, **luck, paradigm=play.paradigm.name)

    @classmethod
    def met(cls, cohort: Cohort, **fields: Any) -> Encounter:
        """Encounter of the one dyad in a cohort, its traits and coefficients as there, with other fields as given.

        Parameters
        ----------
        cohort : of one dyad.
        fields : of the encounter, by name: ``name``, ``title``, ``seed``, ``replicate``, ``day``, ``paradigm``, ...
        """
        return cls(
            population=cohort.population,
            dyad=int(cohort.units[0]),
            traits={name: float(values[0]) for name, values in cohort.traits.items()},
            coefficients=_by_state(cohort.coefficients.changes()),
            **fields,
        )


def _by_state(changes: Mapping[str, Any]) -> dict[str, float]:
    """Changed strengths of the rules, one number a name: those that have one a state as "name.state"."""
    found: dict[str, float] = {}
    for name, value in changes.items():
        states = COEFFICIENTS[name].states
        found |= (
            {f"{name}.{state}": each for state, each in zip(states, value, strict=True)} if states else {name: value}
        )
    return found


MOST_SESSIONS = 4
"""Sessions that can be watched side by side."""


def _encounters(given: Any) -> Any:
    """Encounters as users write them: a name stands for the shipped one."""
    if not isinstance(given, list | tuple):
        return given
    return [Encounter.load(each) if isinstance(each, str) else each for each in given]


Sessions = Annotated[toml_models.Listed[Encounter], BeforeValidator(_encounters)]
"""Sessions to watch, as users write them: names of shipped encounters, or tables."""
