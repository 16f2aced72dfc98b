"""Which function reads which row from simulated studies, and what they have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..theory import evidence
from .longitudinal_studies import VISITS, Studies

__all__ = [
    "COURSE_PATTERNS",
    "WITHIN_R",
    "Target",
    "correlation",
    "odds_ratio",
    "over_visits",
    "published",
    "row",
]

WITHIN_R = 0.04
"""How near a correlation must come that has no interval."""


@dataclass(frozen=True)
class Target:
    """One number of a row: what the model says, what is published, and the range in which they agree.

    ``ratio``: distances are those of logarithms.
    """

    says: str
    value: float
    published: float
    low: float
    high: float
    ratio: bool = False

    @property
    def holds(self) -> bool:
        return bool(self.low <= self.value <= self.high)


Read = Callable[[Studies], list[Target]]
COURSE_PATTERNS: dict[str, Read] = {}
"""By evidence id: what the row says, read from studies."""


def row(*ids: str) -> Callable[[Callable[[Studies, str], Target | list[Target]]], Callable[..., object]]:
    """Register a function as the one that reads these rows."""

    def register(read: Callable[[Studies, str], Target | list[Target]]) -> Callable[..., object]:
        for id in ids:
            COURSE_PATTERNS[id] = lambda studies, id=id: _listed(read(studies, id))  # type: ignore[misc]
            COURSE_PATTERNS[id].__doc__ = read.__doc__
        return read

    return register


def _listed(found: Target | list[Target]) -> list[Target]:
    return found if isinstance(found, list) else [found]


# What studies compute ------------------------------------------------------------------------------------------------


def correlation(one: pd.Series, other: pd.Series) -> float:
    """Pearson's r over dyads; of a yes and no, the point-biserial."""
    return float(np.corrcoef(one.astype(float), other.astype(float))[0, 1])


def over_visits(studies: Studies, design: str, one: str, other: str, visits: Iterable[int] = VISITS) -> list[float]:
    """Correlation of two instruments at each visit."""
    return [correlation(studies.seen(design, one, week), studies.seen(design, other, week)) for week in visits]


def odds_ratio(outcome: pd.Series, exposed: pd.Series, *adjusted: pd.Series) -> float:
    """By logistic regression, adjusted for what else is given."""
    import statsmodels.api as sm  # takes a second to import

    known = np.column_stack([exposed.astype(float), *(each.astype(float) for each in adjusted)])
    fitted = sm.Logit(outcome.astype(float).to_numpy(), sm.add_constant(known)).fit(disp=0)
    return float(np.exp(fitted.params[1]))


def published(id: str, model: float, says: str, within: float = WITHIN_R, ratio: bool = False) -> Target:
    """Within the row's interval, or so near where it has none."""
    said = evidence.row(id)
    low, high = said.interval
    if np.isnan(low):
        low, high = said.number - within, said.number + within
    return Target(says, model, said.number, low, high, ratio)
