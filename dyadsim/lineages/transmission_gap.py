"""The transmission gap: by which ways her state of mind and his security go together, found by cutting them.

The tie is the slope of the chance that he is secure with her on her state of mind, over mothers of a generation. Three
runs with the same luck take it apart:

- a twin in which every mother has the mean state of mind: what is lost is what her own does, and by which of the
  predictors of attachment it does it (the Shapley value of each: Shapley 1953, doi:10.1515/9781400881970-018; what it
  adds, averaged over all orders in which ways can be opened);
- a twin whose infants are exchanged: with the mother who bore him he has endowment in common alone, with the mother
  who raises him all else;
- what is left is what goes with her state of mind without coming of it.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import mean_over_clusters
from ..common.errors import DyadsimError
from ..common.shown import Shown
from ..development.course import Course
from ..theory import attachment, evidence
from ..theory.attachment import SECURE, WEEK
from ..theory.dynamics import Dynamics
from .cross_fostering import exchanged
from .generation_steps import Asked, LivedGeneration, weeks_of
from .inheritance import BROUGHT
from .next_families import NextFamilies, as_brought

__all__ = ["ENDOWMENT", "GAP_WAYS", "GOES_WITH", "WHOLE", "TransmissionGap", "gap_table", "transmission_gap"]

Numbers = NDArray[np.float64]

GAP_WAYS: Mapping[str, tuple[str, ...]] = {
    "sensitivity": ("sensitivity",),
    "repair and being answered": ("expectation",),
    "frightening behaviour": ("frightening",),
    "thinking of him": ("reflective_functioning",),
    "her state of mind itself": ("history",),
}
"""Ways by which her state of mind reaches his attachment, and the predictors at the end of each. His expectation of
repair is what repair and being answered have taught him."""
GOES_WITH: str = "what goes with it in her"
ENDOWMENT: str = "endowment"
WHOLE: str = "whole"
_PUBLISHED = "F144"


@dataclass(frozen=True, eq=False, repr=False)
class TransmissionGap(Shown):
    """A tie between her state of mind and his security, taken apart.

    Attributes
    ----------
    parts : one row a way: ``way``, ``slope`` (change of the chance of security per standard score of her state of
        mind), ``low``, ``high`` (95 %, over communities), ``share`` of the whole.
    whole : slope, low and high of the tie itself.
    generation : of the infants.
    """

    parts: pd.DataFrame
    whole: tuple[float, float, float]
    generation: int

    def _in_a_line(self) -> str:
        slope, low, high = self.whole
        return f"generation {self.generation}: {slope:+.3f} [{low:+.3f}, {high:+.3f}] a standard score"

    def _in_a_table(self) -> pd.DataFrame:
        return self.parts

    @property
    def total(self) -> float:
        """The sum of the parts: the whole, within the error of the runs."""
        return float(self.parts["slope"].sum())

    @property
    def published(self) -> tuple[float, str]:
        """The published share of the tie that sensitivity carries, and its source."""
        row = evidence.row(_PUBLISHED)
        return row.number, row.source


def transmission_gap(asked: Asked, lived: LivedGeneration, before: pd.DataFrame) -> TransmissionGap:
    """The tie of mothers' state of mind and infants' security in a generation, by its ways.

    Parameters
    ----------
    asked : what the generations were lived with.
    lived : a generation from the second on.
    before : children of the one before, of whom the mothers are.

    Raises
    ------
    DyadsimError
        if communities have one family, so that infants cannot be exchanged; or every mother has the same state of mind.
    """
    families = lived.course.families
    hers, community = families.mothers_at, families.community
    mind = lived.course.background()["history"].to_numpy()[hers]
    if not np.ptp(mind) > 0:
        raise DyadsimError("Every mother has the same state of mind, so there is no tie to take apart.")
    with_mean = weeks_of(asked, lived.number, _with_mean_mind(asked, lived.given, before))
    own, mean = (_predictors(each) for each in (lived.course, with_mean))
    effects = _by_way(own, mean, families.cohort.dynamics)
    whole = _interval(_influence(_secure(lived.course)[hers], mind), community)
    fostered = exchanged(lived.given)
    secure = _secure(weeks_of(asked, lived.number, fostered))[hers]
    # In the twin the infant of each place was born to the mother of another.
    place = np.searchsorted(families.numbers, fostered.births["born_in"].to_numpy())
    raised = _influence(secure, mind)
    by_way = {way: _influence(each, mind) for way, each in effects.items()}
    of_her = sum(by_way.values(), np.zeros(len(mind)))
    rows = [(way, *_interval(each, community)) for way, each in by_way.items()]
    rows.append((GOES_WITH, *_interval(raised - of_her, community)))
    rows.append((ENDOWMENT, *_interval(_influence(secure, mind[place]), community)))
    parts = pd.DataFrame(rows, columns=["way", "slope", "low", "high"])
    parts["share"] = parts["slope"] / whole[0]
    return TransmissionGap(parts, whole, lived.number)


def gap_table(gap: TransmissionGap | None) -> pd.DataFrame:
    """Table of the parts of a gap and the whole: ``generation``, ``way``, ``slope``, ``low``, ``high``, ``share``.

    Parameters
    ----------
    gap : of a generation; None: a table without rows.
    """
    columns = ["generation", "way", "slope", "low", "high", "share"]
    if gap is None:
        return pd.DataFrame(columns=columns).astype({"generation": "int64", "way": "str"})
    whole = pd.DataFrame([(WHOLE, *gap.whole, 1.0)], columns=columns[1:])
    return pd.concat([gap.parts, whole], ignore_index=True).assign(generation=gap.generation)[columns]


def _secure(course: Course) -> Numbers:
    """Chance (rows,) of secure attachment at twelve months."""
    return course.attachment_chances[SECURE].to_numpy(dtype=np.float64)


def _predictors(course: Course) -> dict[str, Numbers]:
    """Predictors (families,) of his attachment to the mother."""
    known = course.known(WEEK).iloc[course.families.mothers_at]
    return {name: known[name].to_numpy(dtype=np.float64) for name in attachment.PREDICTORS}


def _by_way(own: Mapping[str, Numbers], mean: Mapping[str, Numbers], dynamics: Dynamics) -> dict[str, Numbers]:
    """What each way adds to the chance of security (families,): its Shapley value among all ways.

    Parameters
    ----------
    own, mean : predictors with a mother's own state of mind, and with the mean one.
    dynamics : sizes of what pulls on attachment.
    """
    ways, secure = list(GAP_WAYS), attachment.CLASSES.index(SECURE)
    chance: dict[frozenset[str], Numbers] = {}
    for size in range(len(ways) + 1):
        for some in itertools.combinations(ways, size):
            opened = {name for way in some for name in GAP_WAYS[way]}
            mixed = {name: (own if name in opened else mean)[name] for name in own}
            chance[frozenset(some)] = attachment.chances(mixed, dynamics)[secure]
    added = {way: np.zeros_like(chance[frozenset()]) for way in ways}
    for open_ways, value in chance.items():
        for way in open_ways:
            # In so many of all orders do just these others come before it.
            before = len(open_ways) - 1
            weight = factorial(before) * factorial(len(ways) - before - 1) / factorial(len(ways))
            added[way] = added[way] + weight * (value - chance[open_ways - {way}])
    return added


def _with_mean_mind(asked: Asked, given: NextFamilies, before: pd.DataFrame) -> NextFamilies:
    """The families as they would be if every mother had the mean state of mind, and nothing else were otherwise."""
    families, p = given.families, asked.inheritance
    hers = families.mothers_at
    grown = before.set_index("id")["history"].reindex(given.caregivers["id"].iloc[hers]).to_numpy(dtype=np.float64)
    brought = {name: values.copy() for name, values in families.brought.items()}
    # As an adult she brought of her sensitivity, and of her vulnerability, what came of her state of mind.
    own = np.where(np.isfinite(grown), grown, 0.0)
    brought[BROUGHT["own_sensitivity"]][hers] -= p["history -> sensitivity"] * own
    brought[BROUGHT["vulnerability"]][hers] += p["history -> vulnerability"] * own
    brought[BROUGHT["history"]][hers] = 0.0
    return replace(given, families=as_brought(replace(families, brought=brought)))


def _influence(values: Numbers, mind: Numbers) -> Numbers:
    """What each family adds to the slope of values on a state of mind (families,): their mean is the slope."""
    x = mind - mind.mean()
    y = values - values.mean()
    return np.asarray(x * y / np.mean(x**2), dtype=np.float64)


def _interval(added: Numbers, community: NDArray[np.int64]) -> tuple[float, float, float]:
    """A slope and its 95 % interval over communities."""
    return mean_over_clusters(added, community)
