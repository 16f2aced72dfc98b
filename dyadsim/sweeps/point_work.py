"""Work on the points of a sweep: which dyads a point has, and what they play or how they develop there."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..common import work_payload
from ..development.course import Course
from ..development.develop import develop
from ..interaction.interact import interact
from ..interaction.law import law
from ..interaction.rule_set import Rules
from ..people.cohort import Cohort
from ..people.risks_and_support import Exposure
from ..scenarios import outcomes
from ..scenarios.arms import with_drawn_sizes
from ..scenarios.scenario import Scenario
from ..theory.parameter_sets import ParameterSet, parameter_set
from .design import Design
from .point_setup import Setup
from .points import Point
from .session_base import Interaction

__all__ = ["AT_ONCE", "PointDyads", "PointWork", "payload_of", "user_objects"]

AT_ONCE = {"simulation": 1_000, "law": 50, "weeks": 1_000}
"""Dyads that are worked on at once: memory stays flat however many there are."""
_DIGITS = 10  # of the exact law: beyond these, processors and numbers of threads differ


@dataclass(frozen=True)
class PointDyads:
    """Dyads of a point (or of several that play alike), the session that they play, and the seed of their luck."""

    base: Interaction
    seed: int
    cohort: Cohort

    @property
    def plays(self) -> tuple[Any, ...]:
        """What several points must have in common for their dyads to play in one go."""
        strengths = tuple(np.asarray(value).tobytes() for value in self.cohort.coefficients.values())
        return self.base, self.seed, strengths

    @classmethod
    def together(cls, several: Sequence[PointDyads]) -> PointDyads:
        """The dyads of several points as one cohort; each keeps its number, and thus its luck."""
        first, cohorts = several[0], [each.cohort for each in several]
        traits = {name: np.concatenate([each.traits[name] for each in cohorts]) for name in first.cohort.traits}
        units = np.concatenate([each.units for each in cohorts])
        exposures = tuple(
            Exposure(same[0].setting, np.concatenate([each.who for each in same]))
            for same in zip(*(each.exposures for each in cohorts), strict=True)
        )
        return cls(first.base, first.seed, replace(first.cohort, traits=traits, units=units, exposures=exposures))


@dataclass(frozen=True)
class PointWork:
    """Work on any point of a sweep, by its design and the rules."""

    design: Design
    rules: Rules

    @classmethod
    def of(cls, design: Design, rules: Rules) -> PointWork:
        """The work, outcomes of the user as the functions that they are: another machine has not their files."""
        functions = tuple(user_code or name for name, user_code in design.outcome_functions.items())
        return cls(design.changed({"outcomes": functions}), rules)

    def setup(self, point: Point) -> Setup:
        """The base of the sweep, with the factors set as a point has them."""
        return Setup(self.design.base, self.rules).at(point.levels)

    def seed(self, point: Point) -> int:
        """The number that names a point's dyads and luck."""
        return self.design.seed if point.seed is None else int(point.seed)

    def parameter_set(self, dyad: int) -> ParameterSet | None:
        """The parameter set by which a dyad's replicate lives; None: the calibrated parameters."""
        return parameter_set(dyad // self.design.dyads) if self.design.over_parameter_sets else None

    def spans(self, dyads: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """The dyads in parts that live by the same parameters, and are few enough to be worked on at once."""
        first, stop = dyads
        kind = "weeks" if self.design.scenario is not None else self.design.engine
        while first < stop:
            last = min(first + AT_ONCE[kind], stop)
            if self.design.over_parameter_sets:
                last = min(last, (first // self.design.dyads + 1) * self.design.dyads)
            yield first, last
            first = last

    # Sessions ---------------------------------------------------------------------------------------------------------

    def dyads(self, point: Point, first: int, stop: int) -> PointDyads:
        """The dyads ``first`` to before ``stop`` of a point of sessions, and what they play."""
        setup, seed, one = self.setup(point), self.seed(point), self.parameter_set(first)
        base = setup.base
        assert isinstance(base, Interaction), "a session is asked for"
        if setup.weekly_parameters:  # they change what risks and support do to the dyads
            drawn = base.cohort(stop - first, seed, first, setup.parameters(one))
        else:
            drawn = _shared(base, stop - first, seed, first, None if one is None else one.number)
        return PointDyads(base, seed, setup.applied_to(drawn))

    def played(self, dyads: PointDyads) -> pd.DataFrame:
        """Outcomes of their session, one row a dyad and episode."""
        rules: dict[str, Any] = {"infant": self.rules.infant, "mother": self.rules.mother}
        paradigm, scheme, asked = dyads.base.played(), dyads.base.scheme, self.design.outcome_functions
        if self.design.engine == "law":
            exact = outcomes.of_interaction(law(dyads.cohort, paradigm, **rules), scheme, asked)
            return exact.round(dict.fromkeys(asked, _DIGITS))
        session = interact(dyads.cohort, paradigm, dyads.seed, threads=1, **rules)
        return outcomes.of_interaction(session, scheme, asked)

    # Weeks ------------------------------------------------------------------------------------------------------------

    def scenario(self, point: Point) -> Scenario:
        """The scenario, with the factors set as a point of weeks has them."""
        return _scenario_of(self.setup(point))

    def courses(self, point: Point, first: int, stop: int, weeks: int) -> Iterator[tuple[str, Course]]:
        """The courses of dyads ``first`` to before ``stop`` of a point from their first week on, arm by arm."""
        setup, seed = self.setup(point), self.seed(point)
        scenario, parameters = _scenario_of(setup).changed({"seed": seed}), setup.parameters(self.parameter_set(first))
        for arm in scenario.arms:
            yield (
                arm.name,
                develop(
                    setup.applied_to(scenario.cohort(arm, first=first, dyads=stop - first, parameters=parameters)),
                    weeks,
                    with_drawn_sizes(arm.interventions, self.parameter_set(first)),
                    seed,
                    first_week=scenario.first_week,
                    paradigm=scenario.paradigm,
                    days=scenario.days,
                    infant=self.rules.infant,
                    mother=self.rules.mother,
                    threads=1,
                ),
            )


def _scenario_of(setup: Setup) -> Scenario:
    assert isinstance(setup.base, Scenario), "weeks are asked for"
    return setup.base


@functools.lru_cache(maxsize=8)
def _shared(base: Interaction, dyads: int, seed: int, first: int, number: int | None) -> Cohort:
    """Dyads drawn once for all points that share them; ``number`` is that of their parameter set."""
    return base.cohort(dyads, seed, first, None if number is None else parameter_set(number))


def payload_of(work: PointWork) -> bytes:
    """Work as bytes to be sent, with the user's files and code, since no other machine has them.

    Raises
    ------
    DyadsimError
        if something that the user's code holds cannot be sent.
    """
    return work_payload.payload_of(work, user_objects(work))


def user_objects(work: PointWork) -> list[Any]:
    """Rules, outcomes and rules of interventions that are not dyadsim's own: functions and classes."""
    rules = [work.rules.infant, work.rules.mother]
    if work.design.scenario is not None:
        offers = [offer.completed() for arm in work.design.scenario.arms for offer in arm.interventions]
        rules += [offer.rule for offer in offers]
    outcomes = [each for each in work.design.outcome_functions.values() if each is not None]
    return [*dict.fromkeys(each for each in rules if not each.__module__.startswith("dyadsim.")), *outcomes]
