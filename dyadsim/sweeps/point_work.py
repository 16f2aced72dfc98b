"""The job that all chunks of a sweep share: how the dyads of a point are met, and what they play and live through."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd

from ..development.course import Course
from ..development.develop import develop
from ..interaction.interact import interact
from ..interaction.law import law
from ..interaction.rule_set import Rules
from ..people.cohort import Cohort
from ..people.risks_and_support import Exposure
from ..scenarios import outcomes
from ..scenarios.arms import Arm
from ..scenarios.scenario import Scenario
from ..theory.parameter_sets import ParameterSet, parameter_set
from .design import Design
from .point_setup import Setup
from .points import SEED, levels_of
from .session_base import Interaction

__all__ = ["AT_ONCE", "Job", "Met", "Point", "payload_of"]

AT_ONCE = {"simulation": 1_000, "law": 50, "weeks": 1_000}
"""Dyads that are worked on at once: memory stays flat however many there are."""
_DIGITS = 10  # of the exact law: beyond these, processors and numbers of threads differ

Point = Mapping[str, Any]


@dataclass(frozen=True)
class Met:
    """Dyads as they are met, what they do, and the seed that names their luck."""

    base: Interaction
    seed: int
    cohort: Cohort

    @property
    def plays(self) -> tuple[Any, ...]:
        """Dyads of several points that agree in it can play in one go."""
        strengths = tuple(np.asarray(value).tobytes() for value in self.cohort.coefficients.values())
        return self.base, self.seed, strengths

    @classmethod
    def together(cls, several: Sequence[Met]) -> Met:
        """Dyads of several points as one cohort; each keeps its number, and thus its luck."""
        first, cohorts = several[0], [each.cohort for each in several]
        traits = {name: np.concatenate([each.traits[name] for each in cohorts]) for name in first.cohort.traits}
        units = np.concatenate([each.units for each in cohorts])
        exposures = tuple(
            Exposure(same[0].setting, np.concatenate([each.who for each in same]))
            for same in zip(*(each.exposures for each in cohorts), strict=True)
        )
        return cls(first.base, first.seed, replace(first.cohort, traits=traits, units=units, exposures=exposures))


@dataclass(frozen=True)
class Job:
    """What all chunks of a sweep share: the design, and the rules."""

    design: Design
    rules: Rules

    @classmethod
    def of(cls, design: Design, rules: Rules) -> Job:
        """With outcomes of one's own as the functions that they are: another machine has not their files."""
        outcomes = tuple(own or name for name, own in design.asked().items())
        return cls(design.changed({"outcomes": outcomes}), rules)

    def lot(self, dyad: int) -> ParameterSet | None:
        """The parameters by which a dyad's replicate lives; None: the calibrated ones."""
        return parameter_set(dyad // self.design.dyads) if self.design.spread else None

    def setup(self, point: Point) -> Setup:
        """How the dyads of a point live."""
        return Setup(self.design.base, self.rules).at(levels_of(point))

    def seed(self, point: Point) -> int:
        """What names a point's dyads and luck."""
        return int(point.get(SEED, self.design.seed))

    def spans(self, dyads: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """The dyads in parts that live by the same parameters, and are few enough to be worked on at once."""
        first, stop = dyads
        kind = "weeks" if self.design.scenario is not None else self.design.engine
        while first < stop:
            last = min(first + AT_ONCE[kind], stop)
            if self.design.spread:
                last = min(last, (first // self.design.dyads + 1) * self.design.dyads)
            yield first, last
            first = last

    def met(self, point: Point, first: int, stop: int) -> Met:
        """The dyads ``first`` to ``stop`` of a point of sessions, and what they play."""
        setup, seed = self.setup(point), self.seed(point)
        base = setup.base
        assert isinstance(base, Interaction), "a session is asked for"
        return Met(base, seed, setup.met(self._drawn(setup, base, seed, first, stop)))

    def interaction(self, met: Met) -> pd.DataFrame:
        """One row a dyad and episode: the outcomes."""
        own: dict[str, Any] = {"infant": self.rules.infant, "mother": self.rules.mother}
        paradigm, scheme, asked = met.base.played(), met.base.scheme, self.design.asked()
        if self.design.engine == "law":
            exact = outcomes.of_interaction(law(met.cohort, paradigm, **own), scheme, asked)
            return exact.round(dict.fromkeys(asked, _DIGITS))
        return outcomes.of_interaction(interact(met.cohort, paradigm, met.seed, threads=1, **own), scheme, asked)

    def _drawn(self, setup: Setup, base: Interaction, seed: int, first: int, stop: int) -> Cohort:
        if setup.weeks:
            return base.cohort(stop - first, seed, first, setup.parameters(self.lot(first)))
        lot = self.lot(first)
        return _shared(base, stop - first, seed, first, None if lot is None else lot.number)

    def weeks(self, setup: Setup) -> Scenario:
        assert isinstance(setup.base, Scenario), "weeks are asked for"
        return setup.base

    def begun(self, point: Point, first: int, stop: int, weeks: int) -> Iterator[tuple[str, Course]]:
        """The courses of dyads at a point from their first week on, arm by arm."""
        setup, seed = self.setup(point), self.seed(point)
        scenario, parameters = self.weeks(setup), setup.parameters(self.lot(first))
        for arm in scenario.arms:
            yield arm.name, self._lived(setup, arm, seed, first, stop, weeks, parameters)

    def _lived(
        self, setup: Setup, arm: Arm, seed: int, first: int, stop: int, weeks: int, parameters: ParameterSet | None
    ) -> Course:
        scenario = self.weeks(setup).changed({"seed": seed})
        return develop(
            setup.met(scenario.cohort(arm, first=first, dyads=stop - first, parameters=parameters)),
            weeks,
            arm.interventions,
            seed,
            first_week=scenario.first_week,
            paradigm=scenario.paradigm,
            days=scenario.days,
            infant=self.rules.infant,
            mother=self.rules.mother,
            threads=1,
        )


@functools.lru_cache(maxsize=8)
def _shared(base: Interaction, dyads: int, seed: int, first: int, lot: int | None) -> Cohort:
    """Points that share their dyads draw them once."""
    return base.cohort(dyads, seed, first, None if lot is None else parameter_set(lot))


def payload_of(job: Job) -> bytes:
    """A job to be sent; classes and functions of the user's own travel with it, as other machines have no such file."""
    for own in (job.rules.infant, job.rules.mother, *job.design.asked().values()):
        module = sys.modules.get(getattr(own, "__module__", ""))
        if module is not None and not module.__name__.startswith(("dyadsim", "__main__", "builtins")):
            cloudpickle.register_pickle_by_value(module)
    return cloudpickle.dumps(job)
