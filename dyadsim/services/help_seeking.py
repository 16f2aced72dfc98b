"""Help seeking: what families bring to a service. How ready they are to be met, to begin, to come and to stay; who
answers a screening as she feels; who speaks of her symptoms by herself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from ..common.random_numbers import WeeklyLuck
from ..community.family import MIGRANT, POOR, SINGLE, Families
from ..interventions.attendance import Dose
from ..theory.service_parameters import ServiceParameters
from .contacts import belongs

__all__ = ["HelpSeeking"]

Numbers = NDArray[np.float64]
_STATUSES = ((POOR, "poverty -> readiness"), (MIGRANT, "migration -> readiness"), (SINGLE, "single -> readiness"))
_NORMAL_IN_LOGISTIC = 0.346
"""(16 sqrt(3) / (15 pi))^2: a normal variance on the scale of a logistic one (Johnson, Kotz & Balakrishnan 1995)."""


@dataclass(frozen=True, eq=False)
class HelpSeeking:
    """Help seeking of the families of an area.

    Attributes
    ----------
    families : whose.
    parameters : of services.
    luck : of the weeks.
    """

    families: Families
    parameters: ServiceParameters
    luck: WeeklyLuck

    @cached_property
    def readiness(self) -> Numbers | None:
        """Log-odds (families,) by which each is readier than families at large; None where all are alike."""
        p = self.parameters
        spread, by_status = p["spread of readiness"], [p[name] for _, name in _STATUSES]
        if not spread and not any(by_status):
            return None
        from scipy.special import ndtri

        ready = spread * ndtri(self.luck.outcome(self.families.numbers, "readiness"))
        for (status, _), by in zip(_STATUSES, by_status, strict=True):
            ready = ready + by * belongs(self.families, (status,))
        return np.asarray(ready)

    @cached_property
    def tells_truly(self) -> NDArray[np.bool_]:
        """Truth (families,) of whether each mother answers a screening as she feels, while she is depressed."""
        drawn = self.luck.outcome(self.families.numbers, "tells truly")
        return np.asarray(drawn < self.parameters["tells truly"])

    def usual(self, share: float) -> float:
        """The share in families of usual readiness where it is so large in families at large.

        The mean of logistic chances with normal log-odds is the chance of the mean log-odds, over
        sqrt(1 + .346 variance) of these (Zeger, Liang & Albert 1988, doi 10.2307/2531734).
        """
        if self.readiness is None or share in (0.0, 1.0):
            return share
        spread = self.parameters["spread of readiness"]
        return float(expit(logit(share) * np.sqrt(1 + _NORMAL_IN_LOGISTIC * spread**2)))

    def chances(self, share: float) -> Numbers:
        """Chances (families,) of something that so large a share of families at large does."""
        if self.readiness is None:
            return np.full(len(self.families), share)
        return np.asarray(expit(logit(self.usual(share)) + self.readiness))

    def dose(self, dose: Dose) -> Dose:
        """A dose with the shares of families of usual readiness."""
        usual = self.usual
        return replace(
            dose, uptake=usual(dose.uptake), attendance=usual(dose.attendance), drop_out=usual(dose.drop_out)
        )

    def tells(self, support: Numbers) -> Numbers:
        """Chances (families,) that a depressed mother speaks to a professional of it in a week.

        Parameters
        ----------
        support : (families,) that each perceives, in standard scores.
        """
        p = self.parameters
        ready = 0.0 if self.readiness is None else self.readiness
        return np.asarray(expit(logit(p["tells in a week"]) + p["support -> tells"] * support + ready))
