"""Simulated longitudinal studies, in which published findings are looked for: each design is simulated once.

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
from ..development.play import DAYS, PLAYED, LinearPlay, Play
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
from ..theory.slow_states import CARRIED, PLAY_TRAITS, SHOWN_IN_PLAY, SLOW, SOURCES

__all__ = [
    "DESIGNS",
    "RELIEF_ENDS",
    "VISITS",
    "LongitudinalStudies",
    "StudyDesign",
    "correlation",
    "odds_ratio",
    "over_visits",
    "with_implied_correlations",
]

VISITS = (6, 13, 26, 39, 52)
"""Weeks of his life at which mothers and infants are seen."""


@dataclass(frozen=True)
class StudyDesign:
    """Who is followed, from which week of his life and for how long; of how many dyads the sample is.

    Attributes
    ----------
    population : its name.
    first_week, weeks : of his life, negative before birth; how many from there on.
    size : of the sample, relative to the number of dyads asked for.
    setting : a risk or protection under which all of them live, beside those of their population.
    """

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


def with_implied_correlations(population: Population, dynamics: Dynamics) -> Population:
    """A population with its traits correlated as the linear theory of development implies, not as it declares.

    So nothing that a study finds was put in by hand when its dyads were drawn.
    """
    linear = system(dynamics).with_feedback
    states = list(SLOW)
    # Each trait that follows slow states as their weighted sum.
    weights = {name: np.eye(len(states))[states.index(name)] for name in SHOWN_IN_PLAY}
    weights["burden"] = np.isin(states, CARRIED).astype(float)
    # As standard scores, so that these are correlations even where a state varies more than it should.
    weights = {name: each / np.sqrt(each @ linear.covariance @ each) for name, each in weights.items()}
    # Two of them: covariance of two sums. One and a trait that pulls on the states: what that draws of the sum.
    pairs = {(one, other): weights[one] @ linear.covariance @ weights[other] for one, other in combinations(weights, 2)}
    for trait in PLAY_TRAITS:
        by_trait = linear.drawn_by[:, SOURCES.index(trait)]
        pairs |= {(trait, name): each @ by_trait for name, each in weights.items()}
    implied = tuple(Correlation(between=pair, r=round(float(r), 4)) for pair, r in pairs.items())
    return population.model_copy(update={"correlations": implied, "like": None})


class LongitudinalStudies:
    """Simulated studies with some weekly parameters; each course is simulated when first asked for.

    Parameters
    ----------
    dyads : of the community sample.
    seed : names dyads and luck.
    dynamics : weekly parameters (default: the shipped ones).
    linear : take the week's interaction from the linear theory instead of sampling it.
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
        linear: bool = False,
        threads: int | None = None,
        done: Callable[[int, int], None] | None = None,
        coefficients: Coefficients | None = None,
        copies: int = 1,
    ) -> None:
        self.dyads, self.seed, self.linear = dyads, seed, linear
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
            population = with_implied_correlations(Population.load(asked.population), self.dynamics)
            parameters: dict[str, Any] = {"dynamics": self.dynamics, "coefficients": self.coefficients}
            cohort = Cohort.sample(round(self.dyads * asked.size), population, self.seed, **parameters)
            if asked.setting is not None:
                cohort = cohort.with_setting(asked.setting)
            kind = LinearPlay if self.linear else Play
            play = kind(Paradigm.load(PLAYED), Rules(), DAYS, self.seed, 0, self.threads)
            start = begin(cohort, asked.first_week)
            development = Development(cohort, play, MoreIsBetter, True, {}, start, asked.first_week)
            self._courses[design] = from_start(development, asked.weeks)
            if self._done:
                self._done(len(self._courses), len(DESIGNS))
        return self._courses[design]

    def seen(self, design: str, instrument: str, week: int) -> pd.Series:
        """Scores of an instrument at a visit, by dyad and copy, in its points.

        Parameters
        ----------
        design : one of :data:`DESIGNS`.
        instrument : its name.
        week : of his life, at whose start dyads are seen.
        """
        asked = (design, instrument, week)
        if asked not in self._seen:
            scores = self.course(design).observe(instrument, week)[week]
            if self.copies > 1:  # all copies of a dyad have its score, and each another number
                units = scores.index.to_numpy()
                numbers = np.concatenate([units + copy * MOST_DYADS for copy in range(self.copies)])
                scores = pd.Series(np.tile(scores.to_numpy(), self.copies), index=pd.Index(numbers, name="dyad"))
            self._seen[asked] = scores
        return self._seen[asked]

    def positive(self, design: str, instrument: str, week: int) -> pd.Series:
        """Whether the score is at or above the instrument's cut, by dyad; parameters as in :meth:`seen`."""
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
            # Places from 0 to 1, and the class in whose part of the chances, laid end to end, each lies.
            start = course.development.play.luck.outcome(course.cohort.units, "laid out")
            places = (start + np.arange(self.copies)[:, None] / self.copies) % 1
            chosen = (places[..., None] >= chances.cumsum(axis=1)[:, :-1]).sum(axis=2)
            self._seen[asked] = pd.Series(np.array(CLASSES)[chosen.ravel()], index=index)
        return self._seen[asked]


# What is worked out from scores ---------------------------------------------------------------------------------------


def correlation(one: pd.Series, other: pd.Series) -> float:
    """Pearson's r of two series over dyads; of a yes and no, the point-biserial correlation."""
    return float(np.corrcoef(one.astype(float), other.astype(float))[0, 1])


def over_visits(
    studies: LongitudinalStudies, design: str, one: str, other: str, visits: Iterable[int] = VISITS
) -> list[float]:
    """Correlation of two instruments at each visit.

    Parameters
    ----------
    studies, design : in which it is looked for.
    one, other : names of the instruments.
    visits : weeks of his life.
    """
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
