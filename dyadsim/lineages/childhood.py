"""Childhood: what the first year left in a child, and what a family of that kind goes on to be for them.

Security, expectation of repair and the care that was met are read from the weeks; of two caregivers each counts by
their share of care. What comes after the first year is not simulated: whether the child is maltreated, how much
adversity there is and how the child fares among others follow from the family at twelve months by declared arrows
(:mod:`dyadsim.theory.inheritance_parameters`), and from luck of the child's own.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from ..community.second_caregiver import shares_of_care
from ..development.course import Course
from ..theory.attachment import CLASSES, PREDICTORS, SECURE, WEEK, chances, drawn
from ..theory.inheritance_parameters import Inheritance
from .maltreatment import KINDS, maltreated_by
from .persons import own_share, rounded

__all__ = ["GROWS_UP_BY", "TEMPERAMENT", "children_of"]

Numbers = NDArray[np.float64]
TEMPERAMENT = ("negativity", "sociability", "infant_persistence")
"""What of the infant's traits is endowment."""
_POVERTY = "poverty"
GROWS_UP_BY: tuple[str, ...] = (
    "upheaval", "later", *(f"later {name}" for name in PREDICTORS),
    "adversity", "competence", "externalising", "internalising",
)  # fmt: skip
"""Draws of a child's own that decide of childhood."""


def children_of(
    course: Course,
    births: pd.DataFrame,
    caregivers: pd.DataFrame,
    inheritance: Inheritance,
    luck: Mapping[str, Numbers],
) -> pd.DataFrame:
    """Children of a generation of families, one row a family, with what their childhood left.

    Parameters
    ----------
    course : of the families, from birth to twelve months at least.
    births : (families,) who they are: ``id``, ``mother``, ``father``, ``generation``, ``community``, ``family``.
    caregivers : (rows of the families) what is known of each caregiver's own childhood: ``externalising`` and kinds of
        maltreatment; NaN where nothing is.
    inheritance : parameters of inheritance.
    luck : (families,) standard normal draws by what they decide.
    """
    families = course.families
    hers, his = families.mothers_at, families.partners_at
    place = np.flatnonzero(families.has_partner)
    known = course.known(WEEK)
    share = shares_of_care(families, course.around[WEEK - course.weeks.start].between.care)

    def met(values: Numbers) -> Numbers:
        """What a child meets (families,) of caregivers' values (rows,): each by their share of care."""
        of_her = values[hers] * share[hers]
        of_her[place] += values[his] * share[his]
        return rounded(of_her)

    def of_all(name: str) -> Numbers:
        return known[name].to_numpy(dtype=np.float64)

    attachment = course.attachment.to_numpy()
    found = births.reset_index(drop=True).copy()
    for name in TEMPERAMENT:
        found[name] = course.cohort.traits[name][hers]
    found["attachment"] = attachment[hers]
    to_partner = np.full(len(found), "", dtype=object)
    to_partner[place] = attachment[his]
    found["attachment_to_partner"] = to_partner
    found["attachment_later"] = _later(course, inheritance["upheaval"], luck)
    for name, classed in (("secure", SECURE), ("disorganised", CLASSES[3])):
        found[name] = met((attachment == classed).astype(np.float64))
    found["expectation"] = met(of_all("expectation"))
    found["care"] = met(of_all("sensitivity"))
    # Of two parents the mean, of one what is known: of those who bore the child, whoever raises it.
    vulnerability = of_all("vulnerability")
    parents = vulnerability[hers].copy()
    parents[place] = (parents[place] + vulnerability[his]) / 2
    found["parents_vulnerability"] = rounded(parents[np.searchsorted(families.numbers, births["born_in"])])
    for kind, by_caregiver in maltreated_by(course, caregivers, inheritance).items():
        by_any = by_caregiver[hers].copy()
        by_any[place] |= by_caregiver[his]
        found[kind] = by_any
    found["maltreated"] = found[list(KINDS)].any(axis=1)
    _grow_up(found, met(of_all("symptoms")), met(of_all("couple")), families.under(_POVERTY), inheritance, luck)
    return found


def _later(course: Course, upheaval: float, luck: Mapping[str, Numbers]) -> NDArray[np.object_]:
    """Class (families,) of attachment to the mother at a later visit, at the end of the weeks that were lived.

    It is drawn anew by what the pair has become; after an upheaval as of a pair of whom nothing is known.
    """
    known = course.mothers.known(course.weeks.stop)
    anew = ndtr(luck["upheaval"]) < upheaval
    predictors = {name: np.where(anew, luck[f"later {name}"], known[name].to_numpy()) for name in PREDICTORS}
    shares = chances(predictors, course.cohort.dynamics)
    return np.array(CLASSES, dtype=object)[drawn(shares, ndtr(luck["later"]))]


def _grow_up(
    found: pd.DataFrame,
    symptoms: Numbers,
    couple: Numbers,
    poor: NDArray[np.bool_],
    inheritance: Inheritance,
    luck: Mapping[str, Numbers],
) -> None:
    """Add adversity of childhood and how the child fares among others, as standard scores."""
    p, norms = inheritance, inheritance.norms
    kinds = found[list(KINDS)].sum(axis=1).to_numpy(dtype=np.float64)
    adversity = (
        p["maltreated -> adversity"] * kinds
        + p["symptoms -> adversity"] * symptoms
        - p["couple -> adversity"] * couple
        + p["poverty -> adversity"] * poor
        + p["adversity of its own"] * luck["adversity"]
    )
    found["adversity"] = rounded(norms.score("adversity", adversity))
    secure = norms.score("secure", found["secure"].to_numpy())
    negative = found["negativity"].to_numpy()
    arrows: dict[str, dict[str, float]] = {
        "competence": {"secure": p["secure -> competence"]},
        "externalising": {"secure": -p["secure -> externalising"], "adversity": p["adversity -> externalising"]},
        "internalising": {"secure": -p["secure -> internalising"], "adversity": p["adversity -> internalising"]},
    }
    temper = p["negativity -> problems"]
    for name, by in arrows.items():
        of_temper = 0.0 if name == "competence" else temper
        own = own_share(norms.explained(by) + of_temper**2)
        score = by["secure"] * secure + by.get("adversity", 0.0) * found["adversity"].to_numpy()
        found[name] = rounded(score + of_temper * negative + own * luck[name])
