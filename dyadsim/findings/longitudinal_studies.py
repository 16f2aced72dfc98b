"""Simulated studies over weeks, in which published findings are looked for: each design is simulated once.

The designs are those of the sources: a community sample followed from pregnancy, a clinical sample of mothers with a
depressive episode (and the very same with twelve weeks of relief), infants born early, and families of mixed risk as in
studies of attachment the world over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ..common.workers import thread_count
from ..development.course import Course, from_start
from ..development.play import DAYS, PLAYED, Play, TheoryPlay
from ..development.recovery import FOR_WEEKS, weeks_of
from ..development.starting_states import begin
from ..development.weekly_step import Development
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..measurement.instruments import Instrument, given_classes
from ..people.cohort import MOST_DYADS, Cohort
from ..people.population import Correlation, Population
from ..people.risks_and_support import Move, Setting
from ..theory.attachment import CLASSES
from ..theory.coefficients import Coefficients
from ..theory.coordination import MoreIsBetter
from ..theory.dynamics import Dynamics
from ..theory.linear_system import system
from ..theory.slow_states import CARRIED, PLAY_TRAITS, SLOW, SOURCES

__all__ = [
    "DESIGNS",
    "RELIEF_ENDS",
    "VISITS",
    "LongitudinalStudies",
    "StudyDesign",
    "as_theory_has_them",
    "correlation",
    "odds_ratio",
    "over_visits",
]

VISITS = (6, 13, 26, 39, 52)
"""Weeks of his life at which mothers and infants are seen."""


@dataclass(frozen=True)
class StudyDesign:
    """Who is followed, from which week of his life and for how long; of how many dyads the sample is."""

    population: str
    first_week: int
    weeks: int
    size: float
    setting: Setting | None = None


RELIEF_ENDS = 20
_RELIEF = Setting(
    name="relief",
    says="For twelve weeks something relieves her of depressive symptoms.",
    kind="protection",
    about="mother",
    moves=(Move(state="depression", by=-1.0, weeks=(8, RELIEF_ENDS)),),
)

DESIGNS = {
    "community": StudyDesign("community", -22, 126, 1.0),
    "clinical": StudyDesign("depressed", 0, round(weeks_of(24)) + FOR_WEEKS, 0.75),
    "mixed": StudyDesign("mixed-risk", 0, 52, 1.25),
    "preterm": StudyDesign("preterm", 0, 52, 0.5),
    "relieved": StudyDesign("depressed", 0, 46, 0.25, _RELIEF),
}
"""The designs, by name; ``size`` is relative to the number of dyads asked for."""


def as_theory_has_them(population: Population, dynamics: Dynamics) -> Population:
    """The same population, its traits correlated as the linear theory of the weeks implies and not as it declares.

    So nothing that a study finds was put in by hand when its dyads were met.
    """
    theory = system(dynamics).with_feedback
    states = list(SLOW)
    seen = {name: np.eye(len(states))[states.index(name)] for name in ("sensitivity", "regulation")}
    seen["burden"] = np.isin(states, CARRIED) / system(dynamics).load_sd["burden"]
    pairs = {(one, other): seen[one] @ theory.covariance @ seen[other] for one, other in combinations(seen, 2)}
    for trait in PLAY_TRAITS:
        by_trait = theory.drawn_by[:, SOURCES.index(trait)]
        pairs |= {(trait, name): weights @ by_trait for name, weights in seen.items()}
    implied = tuple(Correlation(between=pair, r=round(float(r), 4)) for pair, r in pairs.items())
    return population.model_copy(update={"correlations": implied})


class LongitudinalStudies:
    """Simulated studies with some parameters of the weeks; each course is simulated when first asked for.

    Parameters
    ----------
    dyads : of the community sample.
    seed : names dyads and luck.
    dynamics : parameters of the weeks (default: the shipped ones).
    theory : take the week's interaction from the linear theory instead of sampling it.
    threads : how many to use; no result depends on it.
    done : called with how many designs are simulated and how many there are.
    coefficients : strengths of the rules of interaction (default: the shipped ones).
    copies : of every dyad in what is seen, which differ in the class of attachment alone: these are laid out so that
        their shares are the dyad's chances. So a class is hardly a matter of luck, and slopes need few dyads.
    """

    def __init__(
        self,
        dyads: int,
        seed: int,
        dynamics: Dynamics | None = None,
        theory: bool = False,
        threads: int | None = None,
        done: Callable[[int, int], None] | None = None,
        coefficients: Coefficients | None = None,
        copies: int = 1,
    ) -> None:
        self.dyads, self.seed, self.theory = dyads, seed, theory
        self.threads = thread_count(threads)
        self.dynamics = dynamics or Dynamics.default()
        self.coefficients, self.copies = coefficients, copies
        self._courses: dict[str, Course] = {}
        self._seen: dict[tuple[str, str, int], pd.Series] = {}
        self._done = done

    def course(self, design: str) -> Course:
        """The course of a design (:data:`DESIGNS`)."""
        if design not in self._courses:
            asked = DESIGNS[design]
            met = as_theory_has_them(Population.load(asked.population), self.dynamics)
            parameters: dict[str, Any] = {"dynamics": self.dynamics, "coefficients": self.coefficients}
            cohort = Cohort.sample(round(self.dyads * asked.size), met, self.seed, **parameters)
            if asked.setting is not None:
                cohort = cohort.with_setting(asked.setting)
            kind = TheoryPlay if self.theory else Play
            play = kind(Paradigm.load(PLAYED), Rules(), DAYS, self.seed, 0, self.threads)
            start = begin(cohort, asked.first_week)
            development = Development(cohort, play, MoreIsBetter, True, {}, start, asked.first_week)
            self._courses[design] = from_start(development, asked.weeks)
            if self._done:
                self._done(len(self._courses), len(DESIGNS))
        return self._courses[design]

    def seen(self, design: str, instrument: str, week: int) -> pd.Series:
        """Scores of an instrument at a visit, by dyad."""
        asked = (design, instrument, week)
        if asked not in self._seen:
            scores = self.course(design).observe(instrument, week)[week]
            self._seen[asked] = scores if self.copies == 1 else self._copied(scores)
        return self._seen[asked]

    def _copied(self, scores: pd.Series) -> pd.Series:
        """The same for every copy, copies with numbers of their own."""
        units = scores.index.to_numpy()
        numbers = np.concatenate([units + copy * MOST_DYADS for copy in range(self.copies)])
        return pd.Series(np.tile(scores.to_numpy(), self.copies), index=pd.Index(numbers, name="dyad"))

    def positive(self, design: str, instrument: str, week: int) -> pd.Series:
        """Whether the score is at or above the instrument's cut."""
        return self.seen(design, instrument, week) >= Instrument.load(instrument).cut

    def classed(self, design: str, *classes: str) -> pd.Series:
        """Whether a dyad is given one of these classes at twelve months."""
        seen = self.seen(design, "strange-situation", 52)
        return (seen if self.copies == 1 else self._laid_out(design, seen.index)).isin(classes)

    def _laid_out(self, design: str, index: pd.Index) -> pd.Series:
        """The class that raters give every copy: at even steps over the dyad's chances, from a place by its luck."""
        asked = (design, "laid out", 52)
        if asked not in self._seen:
            course = self.course(design)
            chances = course.attachment_chances.to_numpy() @ given_classes(Instrument.load("strange-situation"))
            start = course.development.play.luck.outcome(course.cohort.units, "laid out")
            places = (start + np.arange(self.copies)[:, None] / self.copies) % 1
            chosen = (places[..., None] >= chances.cumsum(axis=1)[:, :-1]).sum(axis=2)
            self._seen[asked] = pd.Series(np.array(CLASSES)[chosen.ravel()], index=index)
        return self._seen[asked]


# What is computed of what studies see ---------------------------------------------------------------------------------


def correlation(one: pd.Series, other: pd.Series) -> float:
    """Pearson's r of two series over dyads; of a yes and no, the point-biserial correlation."""
    return float(np.corrcoef(one.astype(float), other.astype(float))[0, 1])


def over_visits(
    studies: LongitudinalStudies, design: str, one: str, other: str, visits: Iterable[int] = VISITS
) -> list[float]:
    """Correlation of two instruments at each visit."""
    return [correlation(studies.seen(design, one, week), studies.seen(design, other, week)) for week in visits]


def odds_ratio(outcome: pd.Series, exposed: pd.Series, *adjusted: pd.Series) -> float:
    """Odds ratio of an outcome for the exposed, by logistic regression.

    Parameters
    ----------
    outcome, exposed : (dyads,) yes or no.
    adjusted : (dyads,) what it is adjusted for.
    """
    import statsmodels.api as sm  # takes a second to import

    known = np.column_stack([exposed.astype(float), *(each.astype(float) for each in adjusted)])
    fitted = sm.Logit(outcome.astype(float).to_numpy(), sm.add_constant(known)).fit(disp=0)
    return float(np.exp(fitted.params[1]))
