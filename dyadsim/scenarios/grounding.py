"""What differences between arms rest on: every size that was put in, and from where it is known.

A size is how far an intervention, a risk or a support shifts a state. What no size shifts follows from the model's
couplings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..development.course import Course
from ..interventions.catalogue import GROUNDINGS
from ..interventions.effect_rule import InterventionRule
from ..theory import evidence
from ..theory.slow_states import LOADS

__all__ = ["CITED", "COUPLED", "Ground", "grounds", "sizes_put_in"]

COUPLED = "by coupling"
"""The grounding of what no intervention, risk or support shifts by itself: it follows from the model's couplings."""

CITED = "cited"
"""The grounding of what a risk or a support shifts, where its size has a source."""

_COLUMNS = [
    "arm", "of", "name", "given", "state", "size", "low", "high", "seen_by", "grounding", "evidence", "unverified",
    "note",
]  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What a difference rests on: the ``name`` of what was put in, its ``grounding``, whether it is ``unverified``."""

    name: str
    grounding: str
    unverified: bool


def sizes_put_in(courses: Mapping[str, Course]) -> pd.DataFrame:
    """Table of the sizes that each arm rests on: what shifts which state by how much, and from where that is known.

    Parameters
    ----------
    courses : by arm.

    Returns
    -------
    One row an arm and size, with the columns that :meth:`Comparison.grounding` tells of.
    """
    makers = (_of_interventions, _of_risks_and_support)
    rows = [row for arm, course in courses.items() for make in makers for row in make(arm, course)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def grounds(sizes: pd.DataFrame, states: Collection[str], one: str, other: str) -> tuple[Ground, ...]:
    """What shifts some states in one of two arms and not in the other, each with what its loosest size rests on.

    Parameters
    ----------
    sizes : as :func:`sizes_put_in` gives them.
    states : slow states, or loads, which stand for their parts.
    one, other : the two arms.

    Returns
    -------
    From the loosest on; none if the arms differ in no size on these states. Recalled counts as looser than read,
    within a grounding.
    """
    bare = sizes.drop(columns=["note"])
    both = pd.concat([bare[bare["arm"] == arm].drop(columns="arm") for arm in (one, other)], ignore_index=True)
    # What both arms have is there twice, and so in no difference between them.
    only = both.drop_duplicates(keep=False)
    only = only[only["state"].isin({part for state in states for part in LOADS.get(state, (state,))})]
    looseness = only["grounding"].map([CITED, *GROUNDINGS].index) + 0.5 * only["unverified"].astype(bool)
    order = np.argsort(-looseness.to_numpy(dtype=float), kind="stable")
    rows = only.iloc[order].drop_duplicates("name")
    told = zip(rows["name"], rows["grounding"], rows["unverified"], strict=True)
    return tuple(Ground(str(name), str(grounding), bool(unverified)) for name, grounding, unverified in told)


def _of_interventions(arm: str, course: Course) -> Iterator[dict[str, Any]]:
    """Rows of the sizes of what is offered in an arm; a user's rule for it makes them an assumption."""
    for treatment in course.development.treatments:
        rule = treatment.offered.rule
        usual = rule is InterventionRule
        words = " ".join((rule.__doc__ or "without a word on it").split())
        assumed = f"{rule.__name__}: a rule of its own, which is an assumption ({words})."
        for effect in treatment.offered.entry.effects:
            low, high = effect.interval or (np.nan, np.nan)
            yield {
                "arm": arm,
                "of": "intervention",
                "name": treatment.name,
                "given": treatment.offered.given,
                "state": effect.state,
                "size": effect.size,
                "low": low,
                "high": high,
                "seen_by": effect.seen_by or "",
                "grounding": effect.grounding if usual else "assumed",
                **_cited(effect.evidence),
                "note": effect.note if usual else f"{assumed} {effect.note}",
            }


def _of_risks_and_support(arm: str, course: Course) -> Iterator[dict[str, Any]]:
    """Rows of the sizes of the risks and the support under which the dyads of an arm live."""
    for exposure in course.cohort.exposures:
        for move in exposure.setting.moves:
            cited = _cited(move.evidence)
            yield {
                "arm": arm,
                "of": exposure.setting.kind,
                "name": exposure.setting.name,
                "given": f"{exposure.who.mean():.0%} of dyads",
                "state": move.state,
                "size": move.size(course.cohort.dynamics),
                "low": np.nan,
                "high": np.nan,
                "seen_by": "",
                "grounding": CITED if cited["evidence"] else "assumed",
                **cited,
                "note": move.note,
            }


def _cited(ids: Iterable[str]) -> dict[str, Any]:
    named = [id for id in ids if id != "assumed"]
    return {"evidence": ", ".join(named), "unverified": any(evidence.is_unverified(id) for id in named)}
