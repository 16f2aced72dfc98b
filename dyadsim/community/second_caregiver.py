"""The second caregiver: how two who care for one infant act on each other, and on him through what they share.

Depression of one raises the other's (Ansari et al. 2021, F103), both see one couple, and how they care as a team
(coparenting) follows from it and acts back (Le et al. 2016, F128). Where she is depressed, his share of care rises at
first if the couple gets on, and falls else and later (Goodman et al. 2014, F119). His regulation is one: each caregiver
tells on it by their share of care; his expectation is of each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import DIGITS, WeeklyLuck, trait_normals
from ..theory.slow_states import INFANTS_OWN, SLOW
from .family import Families

__all__ = [
    "INFANTS_ONE",
    "FamilyStates",
    "family_states_after",
    "family_states_at_first",
    "pulls_between",
    "shares_of_care",
]

Numbers = NDArray[np.float64]
INFANTS_ONE: tuple[str, ...] = tuple(state for state in INFANTS_OWN if state != "expectation")
"""The infant's slow states that are one, whoever cares for him; his expectation is of each caregiver."""
_OWN = 0.8  # standard deviation of what is a caregiver's own in coparenting; the rest comes by couple and depression


@dataclass(frozen=True, eq=False)
class FamilyStates:
    """What is between the caregivers of each family at the start of a week.

    Attributes
    ----------
    care : (rows,) how far the partner's share of care lies from the family's usual one, in standard scores; 0 in the
        rows of mothers.
    coparenting : (rows,) how well each caregiver finds that they care as a team, a standard score.
    depressed_for : (rows,) weeks since birth for which each has been depressed without a break.
    """

    care: Numbers
    coparenting: Numbers
    depressed_for: Numbers

    def of(self, rows: slice) -> FamilyStates:
        """What is in some of the rows."""
        return FamilyStates(self.care[rows], self.coparenting[rows], self.depressed_for[rows])


def shares_of_care(families: Families, care: Numbers) -> Numbers:
    """Share of care (rows,) of each caregiver; those of a family add up to 1.

    Parameters
    ----------
    families : whose caregivers.
    care : (rows,) as :attr:`FamilyStates.care` has it.
    """
    his, hers = families.partners_at, families.partners_at - 1
    shares = np.ones(len(families.cohort))
    if families.usual_share is not None:
        usual = families.usual_share[families.has_partner]
        shares[his] = np.clip(usual + families.parameters["spread of care"] * care[his], 0.0, 1.0)
        shares[hers] = 1 - shares[his]
    return shares


def pulls_between(families: Families, now: FamilyStates, states: Numbers, vulnerability: Numbers) -> Numbers:
    """How far caregivers pull on each other's states (states, rows), in standard scores.

    Parameters
    ----------
    families : whose caregivers.
    now : what is between them.
    states : (states, rows) slow states.
    vulnerability : (rows,) of each caregiver.
    """
    p = families.parameters
    pull = np.zeros_like(states)
    his, hers = families.partners_at, families.partners_at - 1
    by = dict(zip(SLOW, states, strict=True))
    row = {name: pull[k] for k, name in enumerate(SLOW)}  # views, to be filled
    # A partner is compared with partners, a mother with mothers.
    usual = p["partner on depression"]
    for one, other, others_usual in ((hers, his, usual), (his, hers, 0.0)):
        row["depression"][one] += p["partner depression -> depression"] * (by["depression"][other] - others_usual)
        row["couple"][one] += p["partner couple -> couple"] * by["couple"][other]
        row["couple"][one] += p["coparenting -> couple"] * now.coparenting[one]
        row["stress"][one] -= p["coparenting -> stress"] * now.coparenting[one]
        row["regulatory_symptoms"][one] -= p["coparenting -> regulatory_symptoms"] * now.coparenting[one]
    row["stress"][hers] -= p["care -> stress"] * now.care[his]
    row["stress"][his] += p["care -> stress"] * now.care[his]
    row["couple"][his] += p["depression -> couple, less in partners"] * by["depression"][his]
    row["depression"][his] += p["vulnerability -> partner depression"] * vulnerability[his]
    row["depression"][his] -= p["couple -> partner depression"] * by["couple"][his]
    row["depression"][his] -= p["self_efficacy -> partner depression"] * by["self_efficacy"][his]
    row["self_efficacy"][his] += p["care -> partner self_efficacy"] * now.care[his]
    row["bonding"][his] += p["couple -> partner bonding"] * by["couple"][his]
    row["bonding"][his] += p["coparenting -> partner bonding"] * now.coparenting[his]
    return pull


def family_states_at_first(families: Families, states: Numbers) -> FamilyStates:
    """What is between caregivers when a course starts: where it would have settled, with what is their own.

    Parameters
    ----------
    families : whose caregivers.
    states : (states, rows) slow states in the first week.
    """
    nothing = np.zeros(len(families.cohort))
    start = FamilyStates(nothing, nothing, nothing)
    care, coparenting = _levels(families, start, states)
    luck = trait_normals(families.cohort.seed or 0, families.cohort.units, "coparenting at first")
    fresh = np.sqrt(1 - families.parameters["lasting coparenting"])
    own = np.where(families.together, _OWN * fresh * luck, 0.0)
    return FamilyStates(np.round(care, DIGITS), np.round(coparenting + own, DIGITS), nothing)


def family_states_after(
    families: Families, week: int, now: FamilyStates, states: Numbers, luck: WeeklyLuck
) -> FamilyStates:
    """What is between caregivers at the end of a week.

    Parameters
    ----------
    families : whose caregivers.
    week : of his life.
    now : what is between them at its start.
    states : (states, rows) slow states at its start.
    luck : of the weeks.
    """
    p = families.parameters
    care, coparenting = _levels(families, now, states)
    rate = p["rate of coparenting"]
    fresh = _OWN * np.sqrt((1 - p["lasting coparenting"]) * (1 - (1 - rate) ** 2))
    noise = np.where(families.together, fresh * luck.noise(families.cohort.units, week, ["coparenting"])[0], 0.0)
    depressed = states[list(SLOW).index("depression")] >= p["depressed from"]
    # Before birth there is no care to share yet.
    after = now.care + p["rate of care"] * (care - now.care) if week >= 0 else now.care
    return replace(
        now,
        care=np.round(after, DIGITS),
        coparenting=np.round(now.coparenting + rate * (coparenting - now.coparenting) + noise, DIGITS),
        depressed_for=np.where(depressed & (week >= 0), now.depressed_for + 1, 0.0),
    )


def _levels(families: Families, now: FamilyStates, states: Numbers) -> tuple[Numbers, Numbers]:
    """Levels (rows,) to which his share of care and coparenting return."""
    p = families.parameters
    his, hers = families.partners_at, families.partners_at - 1
    depression, couple = (states[list(SLOW).index(name)] for name in ("depression", "couple"))
    care = np.zeros(len(families.cohort))
    low = np.maximum(depression[hers], 0.0)
    makes_up = (couple[hers] >= p["couple gets on from"]) & (now.depressed_for[hers] < p["compensating for"])
    care[his] = np.where(
        makes_up, p["depression -> care, compensating"] * low, -p["depression -> care, spilling over"] * low
    )
    usual = np.where(families.is_partner, p["partner on depression"], 0.0)
    coparenting = (
        _OWN * np.sqrt(p["lasting coparenting"]) * families.own_coparenting
        + p["couple -> coparenting"] * couple
        - p["depression -> coparenting"] * (depression - usual)
    )
    return care, np.where(families.together, coparenting, 0.0)
