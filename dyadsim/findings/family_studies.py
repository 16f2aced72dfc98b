"""Simulated studies of families, in which published findings on networks, second caregivers and statuses are looked
for.

The designs are those of the sources: families of a community followed from pregnancy, mothers in poverty who were
depressed before birth (and the same with a therapy), strangers in one weekly setting, a group for new parents, and
programmes for couples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.workers import thread_count
from ..community.family import Families
from ..development.course import Course, from_start
from ..development.families import development_of_families
from ..development.play import usual_play
from ..interventions.catalogue import Effect, Intervention
from ..interventions.offers import offered
from ..people.population import Population
from ..theory.coordination import MoreIsBetter
from ..theory.dynamics import Dynamics
from ..theory.family_parameters import FamilyParameters
from ..theory.slow_states import SLOW
from .longitudinal_studies import with_implied_correlations

__all__ = ["FAMILY_DESIGNS", "LEVEL", "FamilyDesign", "FamilyStudies", "slopes", "standard"]

LEVEL = "families"
"""The level of the model of which these findings are."""

_STRANGERS = 32
_SETTING = Intervention(
    name="weekly-setting",
    says="Strangers who come together in one setting every week, and nothing else.",
    level="universal",
    format=("group",),
    age_range=(0, 52),
    sessions=27,
    weeks=27,
    attendance=1.0,
    drop_out=0.0,
    start_week=0,
    effects=(Effect(state="loneliness", size=0.0, grounding="assumed", note="Nothing by itself: ties are looked at."),),
)


@dataclass(frozen=True)
class FamilyDesign:
    """Who is followed, from which week of his life and for how long, and what they are offered.

    Attributes
    ----------
    population : its name.
    first_week, weeks : of his life, negative before birth; how many from there on.
    size : families, relative to the number asked for.
    under : settings under which a share of the families live.
    offers : what is offered.
    how : how families are made, beside their number and population.
    parameters : of families that are otherwise here.
    """

    population: str
    first_week: int
    weeks: int
    size: float
    under: tuple[tuple[str, float], ...] = ()
    offers: tuple[dict[str, Any], ...] = ()
    how: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, float] = field(default_factory=dict)


_STATUSES = (("poverty", 0.2), ("migration", 0.12), ("partner-violence", 0.09))
FAMILY_DESIGNS = {
    "universal": FamilyDesign("community", -22, 78, 1.0, _STATUSES),
    "poor": FamilyDesign("community", -12, 66, 1.5, (("poverty", 1.0), ("partner-violence", 0.29))),
    "poor, treated": FamilyDesign(
        *("community", -12, 66, 1.5, (("poverty", 1.0), ("partner-violence", 0.29))),
        offers=({"name": "cognitive-behavioural-therapy", "start_week": -8},),
    ),
    "strangers": FamilyDesign(
        *("community", 0, 28, 0.3),
        offers=({"name": _SETTING, "seats": _STRANGERS},),
        how={"community_size": _STRANGERS, "partners": False},
        parameters={"weeks here": 0, "meeting in a community": 0.0},
    ),
    "new parents": FamilyDesign("community", 6, 112, 0.6, offers=({"name": "new-parents-group", "start_week": 6},)),
    "couples": FamilyDesign("community", -14, 54, 0.25, offers=({"name": "family-foundations", "start_week": -12},)),
}
"""The designs, by name."""


class FamilyStudies:
    """Simulated studies of families; each course is simulated when first asked for.

    Parameters
    ----------
    families : in the largest designs.
    seed : names families and luck.
    parameters : of families (default: the shipped ones).
    linear : take the week's interaction from the linear theory instead of sampling it.
    threads : how many to use; no result depends on it.
    done : called with how many designs are simulated and how many there are.
    """

    def __init__(
        self,
        families: int,
        seed: int,
        parameters: FamilyParameters | None = None,
        linear: bool = False,
        threads: int | None = None,
        done: Callable[[int, int], None] | None = None,
    ) -> None:
        self.families, self.seed, self.linear = families, seed, linear
        self.parameters = parameters or FamilyParameters.default()
        self.threads = thread_count(threads)
        self._courses: dict[str, Course] = {}
        self._twins: dict[str, Course] = {}
        self._seen: dict[tuple[str, str, str, int], pd.Series] = {}
        self._done = done

    def course(self, design: str) -> Course:
        """The course of a design (:data:`FAMILY_DESIGNS`)."""
        if design not in self._courses:
            self._courses[design] = self._lived(FAMILY_DESIGNS[design])
            if self._done:
                self._done(len(self._courses), len(FAMILY_DESIGNS))
        return self._courses[design]

    def twins(self, design: str) -> Course:
        """The twins of a design, to whom nothing is offered."""
        if design not in self._twins:
            self._twins[design] = self.course(design).twins()
        return self._twins[design]

    def _lived(self, asked: FamilyDesign) -> Course:
        parameters = self.parameters.replace(asked.parameters)
        population = with_implied_correlations(Population.load(asked.population), Dynamics.default())
        size = asked.how.get("community_size", 40)
        number = max(round(self.families * asked.size / size), 1) * size
        families = Families.sample(number, population, self.seed, parameters=parameters, **asked.how)
        for setting, share in asked.under:
            families = families.with_setting(setting, share)
        play = usual_play(families.is_partner, self.seed, self.threads, self.linear)
        offers = offered(asked.offers, asked.first_week, asked.weeks)
        development = development_of_families(families, play, MoreIsBetter, True, {}, asked.first_week, offers)
        return from_start(development, asked.weeks)

    # What studies see -------------------------------------------------------------------------------------------------

    def seen(self, design: str, instrument: str, week: int, of: str = "mothers") -> pd.Series:
        """Scores that an instrument gives of one caregiver of each family, by family.

        Parameters
        ----------
        design : one of :data:`FAMILY_DESIGNS`.
        instrument : its name.
        week : of his life, at whose start they are seen.
        of : ``mothers`` or ``partners``.
        """
        asked = (design, instrument, of, week)
        if asked not in self._seen:
            course = self.course(design)
            scores = getattr(course, of).observe(instrument, week)[week]
            at = course.families.mothers_at if of == "mothers" else course.families.partners_at
            self._seen[asked] = scores.set_axis(pd.Index(course.families.family[at], name="family"))
        return self._seen[asked]

    def both(self, design: str, instrument: str, week: int) -> tuple[pd.Series, pd.Series]:
        """Scores of mothers and of partners in families that have both (parameters as of :meth:`seen`)."""
        his = self.seen(design, instrument, week, "partners")
        return self.seen(design, instrument, week)[his.index], his

    def state(self, design: str, name: str, week: int, of: str = "mothers") -> pd.Series:
        """A slow state itself, by family (parameters as of :meth:`seen`)."""
        course = self.course(design)
        families = course.families
        at = families.mothers_at if of == "mothers" else families.partners_at
        values = course.states[week - course.weeks.start][list(SLOW).index(name)]
        return pd.Series(values[at], index=pd.Index(families.family[at], name="family"))

    def under(self, design: str, setting: str) -> NDArray[np.bool_]:
        """(families,) whether each lives under a setting."""
        return self.course(design).families.under(setting)


# What is worked out from scores ---------------------------------------------------------------------------------------


def slopes(outcome: pd.Series, *known: pd.Series) -> NDArray[np.float64]:
    """Slopes (known,) of a linear regression of an outcome (families,) on what is known of each family."""
    design = np.column_stack([np.ones(len(outcome)), *known])
    found, *_ = np.linalg.lstsq(design, outcome.to_numpy(dtype=float), rcond=None)
    return np.asarray(found[1:], dtype=np.float64)


def standard(series: pd.Series) -> pd.Series:
    """Standard scores of a series over families."""
    return (series - series.mean()) / series.std()
