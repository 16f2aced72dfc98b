"""Simulated studies of services, in which published findings on delivery are looked for: each design is simulated once.

Each design is a service that ships, over communities as its source has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.workers import thread_count
from ..community.family import COMMUNITY, Families
from ..people.population import Population
from ..services.illness import interview_readings
from ..services.outcomes import family_outcomes
from ..services.service import Service
from ..services.service_changes import service_with
from ..services.service_course import ServiceCourse, serve
from ..theory.dynamics import Dynamics
from ..theory.service_parameters import ServiceParameters
from ..theory.slow_states import SLOW
from .longitudinal_studies import with_implied_correlations

__all__ = ["LEVEL", "SERVICE_DESIGNS", "ServiceDesign", "ServiceStudies"]

LEVEL = "services"
"""The level of the model of which these findings are."""
_WAVES = 20
_DEPRESSION = list(SLOW).index("depression")


@dataclass(frozen=True)
class ServiceDesign:
    """Which service is looked at, from which week of his life on and for how long, and for whom.

    Attributes
    ----------
    service : its name.
    first_week, weeks : of his life, negative before birth; how many from there on.
    size : families, relative to the number asked for.
    under : settings under which a share of the families live.
    changes : what is otherwise of the service, by name (:mod:`dyadsim.services.service_changes`).
    """

    service: str
    first_week: int
    weeks: int
    size: float = 1.0
    under: tuple[tuple[str, float], ...] = (("poverty", 0.2), ("migration", 0.12))
    changes: tuple[tuple[str, float], ...] = ()


SERVICE_DESIGNS = {
    "nordic": ServiceDesign("nordic-universal", 0, 46),
    "norway": ServiceDesign("nordic-universal", 0, 5, changes=(("share of visit in the first days", 0.81),)),
    "england": ServiceDesign("england-health-visiting", -10, 66),
    "usual care": ServiceDesign("specialist-only", -30, 86, 2.0),
    "durham": ServiceDesign("durham-connects", 0, 26),
    "nurse visits": ServiceDesign("nurse-home-visits", -20, 132, 0.5, (("poverty", 1.0),)),
    "steps": ServiceDesign("e-see-steps", 0, 60),
}
"""The designs, by name."""


class ServiceStudies:
    """Simulated studies of services; each is simulated when first asked for.

    Parameters
    ----------
    families : in the usual design; others in proportion.
    seed : names families and luck.
    parameters : of services (default: the shipped ones).
    linear : take the week's interaction from the linear theory instead of sampling it.
    threads : how many to use; no result depends on it.
    done : called with how many designs are simulated and how many there are.
    """

    def __init__(
        self,
        families: int,
        seed: int,
        parameters: ServiceParameters | None = None,
        linear: bool = False,
        threads: int | None = None,
        done: Callable[[int, int], None] | None = None,
    ) -> None:
        self.families, self.seed, self.linear = families, seed, linear
        self.parameters = parameters or ServiceParameters.default()
        self.threads = thread_count(threads)
        self._served: dict[str, ServiceCourse] = {}
        self._outcomes: dict[str, pd.DataFrame] = {}
        self._done = done

    def served(self, design: str) -> ServiceCourse:
        """Weeks of the families of a design (:data:`SERVICE_DESIGNS`) under its service."""
        if design not in self._served:
            asked = SERVICE_DESIGNS[design]
            service = service_with(Service.load(asked.service), asked.changes)
            communities = max(round(self.families * asked.size / COMMUNITY), 2)
            population = with_implied_correlations(Population.load("community"), Dynamics.default())
            families = Families.sample(communities * COMMUNITY, population, self.seed)
            for setting, share in asked.under:
                families = families.with_setting(setting, share)
            self._served[design] = serve(
                *(families, service, asked.weeks, self.seed),
                first_week=asked.first_week,
                waves=min(_WAVES, communities),
                parameters=self.parameters,
                linear=self.linear,
                threads=self.threads,
            )
            if self._done:
                self._done(len(self._served), len(SERVICE_DESIGNS))
        return self._served[design]

    def outcomes(self, design: str) -> pd.DataFrame:
        """Outcomes of the families of a design, one row each."""
        if design not in self._outcomes:
            self._outcomes[design] = family_outcomes(self.served(design))
        return self._outcomes[design]

    def events(self, design: str, *events: str, what: str | None = None) -> pd.DataFrame:
        """Events of some kinds in a design, of one thing or of all."""
        table = self.served(design).events
        table = table[table["event"].isin(events)]
        return table if what is None else table[table["what"] == what]

    def first(self, design: str, *events: str) -> pd.Series:
        """Week of his life of the first of some events, by family; infinite where there was none."""
        found = self.events(design, *events).groupby("family")["week"].min()
        return found.reindex(self.served(design).families.numbers, fill_value=np.inf).astype(float)

    def depression(self, design: str, week: int) -> NDArray[np.float64]:
        """Depressive symptoms (families,) of the mothers at the start of a week, in standard scores."""
        course = self.served(design).course
        return np.asarray(course.states[week - course.weeks.start, _DEPRESSION, course.families.mothers_at])

    def cases(self, design: str, week: int) -> NDArray[np.bool_]:
        """Truth (families,) of whether an interview finds a depressed mother at the start of a week."""
        luck = self.served(design).course.development.play.luck
        units = self.served(design).families.numbers
        errors = luck.measurement(units, week, ["diagnostic interview of a study"])[0]
        return interview_readings(self.depression(design, week), errors, self.parameters) >= 0

    def ill(self, design: str) -> pd.DataFrame:
        """Whether each mother is depressed, one row a family, one column a week."""
        served = self.served(design)
        weeks = range(served.course.weeks.start, served.course.weeks.stop + 1)
        return pd.DataFrame(served.ill, index=served.families.numbers, columns=weeks)

    def seen(self, design: str, instrument: str, week: int, of: str = "mothers") -> pd.Series:
        """Scores that an instrument gives mothers, or partners, at the start of a week."""
        return getattr(self.served(design).course, of).observe(instrument, week)[week]
