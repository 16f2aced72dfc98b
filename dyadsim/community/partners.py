"""Second caregivers: who they are, as rows beside those of mothers, and how alike the two caregivers of an infant
are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.random_numbers import DIGITS, trait_normals
from ..people.cohort import Cohort
from ..people.population import Population
from ..people.risks_and_support import Exposure, Move, Setting, settled
from ..theory.family_parameters import FamilyParameters
from ..theory.slow_states import INFANTS_OWN
from ..theory.traits import TRAITS

__all__ = [
    "INFANT_TRAITS",
    "PARTNERS",
    "SECOND",
    "VIOLENCE",
    "is_shared",
    "normals_of_caregivers",
    "of_partners",
    "rows_of_families",
    "usual_shares",
]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

PARTNERS = 2**31
"""The number of a partner-infant dyad is that of the family and this."""
SECOND: str = "second-caregiver"
"""How partners differ from mothers, as a setting under which they live."""
VIOLENCE: str = "partner-violence"
INFANT_TRAITS: list[str] = [
    trait.name for trait in TRAITS.values() if trait.of == "infant" and trait.name != "expectation"
]
"""Traits of the infant, which are one whoever cares for him; what he expects is of each caregiver."""
_CAREGIVER_TRAITS = [trait.name for trait in TRAITS.values() if trait.name not in INFANT_TRAITS]
_PARENTING = ("sensitivity", "reflective_functioning")
_SHARED = ("family", "infant")
_PARTNERS_POPULATION = "community"  # assumed for the partners of any mothers, but for how alike the two are


def normals_of_caregivers(parameters: FamilyParameters) -> Any:
    """Function that draws standard normals as :func:`~dyadsim.common.random_numbers.trait_normals`, two caregivers of
    an infant alike.

    What is the infant's is the same with both; what a partner brings is r of what she brings, and the rest their own.
    """
    known = {
        "level couple": "alike couple",
        "start couple": "alike couple",
        "couple": "alike couple",
        "background vulnerability": "alike vulnerability",
        "level sensitivity": "alike sensitivity",
        "start sensitivity": "alike sensitivity",
        "level reflective_functioning": "alike sensitivity",
        "start reflective_functioning": "alike sensitivity",
        "background history": "alike sensitivity",
    }
    infants = {f"{what} {state}" for what in ("level", "start") for state in INFANTS_OWN if state != "expectation"}

    def normals(seed: int, units: Whole, name: str) -> Numbers:
        own = trait_normals(seed, units, name)
        partners = units >= PARTNERS
        if not partners.any():
            return own
        hers = trait_normals(seed, np.where(partners, units - PARTNERS, units), name)
        r = 1.0 if name in infants else parameters[known.get(name, "alike")]
        return np.where(partners, r * hers + np.sqrt(1 - r**2) * own, own)

    return normals


def usual_shares(cohort: Cohort, there: NDArray[np.bool_], given: Any, parameters: FamilyParameters) -> Numbers:
    """Usual share of care (families,) of the partners; 0 without one.

    Parameters
    ----------
    cohort : mothers and infants.
    there : (families,) true where there is a partner.
    given : a share for all or one a family; None: drawn.
    parameters : of families.

    Raises
    ------
    DyadsimError
        for a share that is none, or one of a partner who is not there.
    """
    if given is None:
        spread = parameters["spread of care"] * trait_normals(cohort.seed or 0, cohort.units, "share of care")
        return np.where(there, np.round(np.clip(parameters["usual share of care"] + spread, 0.0, 1.0), DIGITS), 0.0)
    try:
        shares = np.broadcast_to(np.asarray(given, dtype=np.float64), len(cohort)).copy()
    except (TypeError, ValueError):
        raise DyadsimError(
            f"Shares of care are numbers from 0 to 1, one for all or one a family, not {given!r:.60}."
        ) from None
    if not (np.isfinite(shares).all() and shares.min() >= 0 and shares.max() <= 1):
        raise DyadsimError(
            f"A share of care is a number from 0 to 1, not {float(shares[np.argmax(np.abs(shares - 0.5))]):g}."
        )
    if np.any(shares[~there] > 0):
        raise DyadsimError(
            f"Family {int(cohort.units[(~there & (shares > 0)).argmax()])} has no partner, but a share of care for one."
        )
    return shares


def rows_of_families(cohort: Cohort, there: NDArray[np.bool_], parameters: FamilyParameters) -> tuple[Cohort, Whole]:
    """Rows of mothers and partners, family by family, and the number of the family of each.

    Parameters
    ----------
    cohort : mothers and infants.
    there : (families,) true where there is a partner.
    parameters : of families.
    """
    if not there.any():
        return cohort, cohort.units.copy()
    hers = cohort[there]
    his = _partners_of(hers, parameters)
    units = np.concatenate([cohort.units, his.units])
    family = np.where(units >= PARTNERS, units - PARTNERS, units)
    order = np.lexsort((units, family))
    traits = {name: np.concatenate([values, his.traits[name]])[order] for name, values in cohort.traits.items()}
    exposures = []
    for hers_under, his_under in zip(cohort.exposures, his.exposures, strict=True):
        exposures.append(Exposure(hers_under.setting, np.concatenate([hers_under.who, his_under.who])[order]))
    return replace(cohort, traits=traits, units=units[order], exposures=tuple(exposures)), family[order]


def _partners_of(hers: Cohort, parameters: FamilyParameters) -> Cohort:
    """Dyads of second caregivers with the infants of these mothers, alike to them so far as partners are."""
    drawn = Population.load(_PARTNERS_POPULATION).draw(hers.seed or 0, hers.units + PARTNERS)
    shifts = _shifts(hers)
    traits = {}
    for name, values in hers.traits.items():
        if name in _CAREGIVER_TRAITS and name in TRAITS:
            r = parameters["alike sensitivity" if name in _PARENTING else "alike"]
            by = shifts.get(name, 0.0)
            own = np.asarray(r * (values - by) + np.sqrt(1 - r**2) * drawn[name], dtype=np.float64)
        else:
            own, by = values.copy(), 0.0
        traits[name] = own
    # What is the family's, or the infant's, holds for both.
    exposures = tuple(
        Exposure(each.setting, each.who if is_shared(each.setting) else np.zeros_like(each.who))
        for each in hers.exposures
    )
    shared = replace(hers, exposures=exposures)
    for name, by in _shifts(shared).items():
        if name in _CAREGIVER_TRAITS:
            traits[name] = traits[name] + by
    for name in _CAREGIVER_TRAITS:
        trait = TRAITS[name]
        traits[name] = np.clip(np.round(traits[name], DIGITS), trait.low, trait.high)
    return replace(hers, traits=traits, units=hers.units + PARTNERS, exposures=exposures)


def _shifts(cohort: Cohort) -> dict[str, Numbers]:
    """Shifts (dyads,) of traits by the risks and support under which dyads live."""
    sums: dict[str, Numbers] = {}
    for each in cohort.exposures:
        for name, by in settled(each.setting, cohort.dynamics).items():
            if name in TRAITS:
                sums[name] = sums.get(name, np.zeros(len(cohort))) + by * each.who.astype(np.float64)
    return sums


def is_shared(setting: Setting) -> bool:
    """Truth of whether a setting holds for both caregivers; violence by her partner is what she suffers.

    Parameters
    ----------
    setting : a risk or protection: what is the family's or the infant's is shared, all else is the mother's.
    """
    return setting.about in _SHARED and setting.name != VIOLENCE


def of_partners(parameters: FamilyParameters) -> Setting:
    """Setting under which partners live: how they differ from mothers on average.

    Parameters
    ----------
    parameters : of families.
    """
    moves: Iterable[tuple[str, float]] = (
        (state, parameters[f"partner on {state}"]) for state in ("depression", "sensitivity")
    )
    return Setting(
        name=SECOND,
        says="A second caregiver is no second mother: what differs on average.",
        kind="protection",
        about="family",
        moves=tuple(Move(state=state, by=by) for state, by in moves),
    )
