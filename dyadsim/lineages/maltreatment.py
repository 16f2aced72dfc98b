"""Maltreatment of a child by a caregiver: a liability for each kind, above whose threshold it happens.

A liability is a risk that a family carries, nobody's character: symptoms, stress, a couple that does not get on, what
the caregiver lived through as a child, and, for the largest part, what is not known. Thresholds are such that in the
community the declared shares are maltreated.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from ..common.random_numbers import trait_normals
from ..development.course import Course
from ..theory.attachment import WEEK
from ..theory.inheritance_parameters import Inheritance
from ..theory.linear_system import system
from ..theory.slow_states import SLOW
from .persons import own_share

__all__ = ["KINDS", "maltreated_by"]

Numbers = NDArray[np.float64]
KINDS: tuple[str, ...] = ("neglect", "emotional_abuse", "physical_abuse")
"""Kinds of maltreatment, as columns have them."""
_STATES = list(SLOW)


def maltreated_by(course: Course, caregivers: pd.DataFrame, inheritance: Inheritance) -> dict[str, NDArray[np.bool_]]:
    """Truth (rows,) of whether each caregiver maltreats the child, by kind.

    Parameters
    ----------
    course : of the families.
    caregivers : (rows,) kinds of maltreatment and ``externalising`` of each when young; NaN where unknown.
    inheritance : parameters of inheritance.
    """
    p, families = inheritance, course.families
    states = course.states[WEEK - course.weeks.start]
    covariance = system(families.cohort.dynamics).with_feedback.covariance
    weights = _weights(p)
    lived = caregivers[list(KINDS)].to_numpy(dtype=np.float64)
    shares = np.array([p[_share(kind)] for kind in KINDS])
    # Who lived through it against all: of children with two caregivers about so many did.
    against = np.nan_to_num(lived - (1 - (1 - shares) ** 2))
    externalising = np.nan_to_num(caregivers["externalising"].to_numpy(dtype=np.float64))
    found = {}
    for k, kind in enumerate(KINDS):
        by = weights[kind]
        others = np.delete(against, k, axis=1).sum(axis=1)
        own = own_share(float(by @ covariance @ by) + p["externalising -> maltreatment"] ** 2)
        liability = (
            sum(weight * row for weight, row in zip(by, states, strict=True) if weight)
            + p["maltreated -> maltreatment"] * (against[:, k] + p["another kind"] * others)
            + p["externalising -> maltreatment"] * externalising
            + own * _luck_of_caregivers(course, kind)
        )
        found[kind] = liability > -ndtri(shares[k])
    return found


def _luck_of_caregivers(course: Course, kind: str) -> Numbers:
    """Standard normal draws (rows,) of what is not known of a caregiver's liability."""
    cohort = course.families.cohort
    return trait_normals(cohort.seed or 0, cohort.units, f"liability to {kind}")


def _share(kind: str) -> str:
    return f"share of {kind.replace('_', ' ')}"


def _weights(p: Inheritance) -> dict[str, Numbers]:
    """Weight (states,) of each slow state of a caregiver in the liability to a kind."""
    warmth = {"couple": -p["couple -> maltreatment"]}
    abuse = {**warmth, "sensitivity": -p["sensitivity -> maltreatment"]}
    by_kind = {
        "neglect": {
            **warmth,
            "sensitivity": -p["sensitivity -> neglect"],
            "depression": p["depression -> neglect"],
        },
        "emotional_abuse": {
            **abuse,
            "depression": p["depression -> emotional abuse"],
            "stress": p["stress -> emotional abuse"],
            "frightening": p["frightening -> emotional abuse"],
        },
        "physical_abuse": {
            **abuse,
            "stress": p["stress -> physical abuse"],
            "frightening": p["frightening -> physical abuse"],
        },
    }
    return {kind: np.array([by.get(state, 0.0) for state in _STATES]) for kind, by in by_kind.items()}
