"""Surroundings of the dyads of families: the other caregiver, and the ties of mothers, as the weekly step meets them.

Each week they pull on the levels of the caregivers' states, keep the infant one, and change themselves. A course of
families carries them from week to week beside the slow states.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.random_numbers import DIGITS, WeeklyLuck
from ..theory.slow_states import SLOW, SOURCES
from ..theory.tie_rules import KINDS, openness
from .edges import Ties
from .family import MIGRANT, POOR, SINGLE, Families
from .partners import VIOLENCE, normals_of_caregivers
from .second_caregiver import (
    INFANTS_ONE,
    FamilyStates,
    family_states_after,
    family_states_at_first,
    pulls_between,
    shares_of_care,
)
from .support_network import GivenByTies, counted_on, given_by_ties, pulls_of_ties
from .ties import ties_after, ties_at_first

__all__ = ["Around", "Surroundings"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
_ONE = np.array([_STATES.index(state) for state in INFANTS_ONE])
_DIRECT = (
    (SINGLE, "depression"),
    (MIGRANT, "depression"),
    (POOR, "sensitivity"),
    (POOR, "reflective_functioning"),
    (VIOLENCE, "stress"),
)
_COUPLE = _STATES.index("couple")
_VULNERABILITY = SOURCES.index("vulnerability")


@dataclass(frozen=True, eq=False)
class Around:
    """What is around the dyads of families at the start of a week.

    Attributes
    ----------
    between : the caregivers of each family.
    ties : of mothers; none where no ties are simulated.
    sat : (families,) sessions of groups at which each mother was in the week before.
    """

    between: FamilyStates
    ties: Ties
    sat: Numbers

    def of(self, rows: slice, families: slice, first: int, last: int) -> Around:
        """What is around some of the dyads, of the families at these places, numbered from one number to another."""
        return Around(self.between.of(rows), self.ties.of(first, last), self.sat[families])

    @classmethod
    def joined(cls, parts: Iterable[Around]) -> Around:
        """What is around several communities together, in their order."""
        each = list(parts)
        if len(each) == 1:
            return each[0]
        names = [part.name for part in fields(FamilyStates)]
        between = {name: np.concatenate([getattr(part.between, name) for part in each]) for name in names}
        sat = np.concatenate([part.sat for part in each])
        return cls(FamilyStates(**between), Ties.joined(part.ties for part in each), sat)


@dataclass(frozen=True, eq=False)
class Surroundings:
    """What the weekly step of families' dyads needs to know of those around them.

    Attributes
    ----------
    families : whose dyads.
    """

    families: Families

    def of(self, families: slice) -> Surroundings:
        """Surroundings of some of the families; these are whole communities."""
        return Surroundings(self.families[families])

    def normals(self, seed: int, units: NDArray[np.int64], name: str) -> Numbers:
        """(rows,) standard normal draws by which starting states are drawn: those of two caregivers are alike, and what
        members of families bring along is as they bring it."""
        if name in self.families.brought:
            return self.families.brought[name]
        drawn: Numbers = normals_of_caregivers(self.families.parameters)(seed, units, name)
        return drawn

    @cached_property
    def own_shares(self) -> Numbers:
        """Share (states, rows) of what is a caregiver's own in a state that is left beside those around them.

        What pulls on a state from outside was part of what is her own, where nobody around her is simulated: so that
        states vary in families as they do in a cohort.
        """
        families, p = self.families, self.families.parameters
        shares = np.ones((len(_STATES), len(families.cohort)))
        his, hers = families.partners_at, families.partners_at - 1
        for state in ("couple", "stress"):
            shares[_STATES.index(state), families.together] = p[f"own {state}"]
        shares[_STATES.index("depression"), hers] = p["own depression"]
        shares[_STATES.index("depression"), his] = p["own partner depression"]
        if families.ties:
            for state in ("support", "loneliness", "depression"):
                shares[_STATES.index(state), families.mothers_at] = p[f"own {state}"]
        return shares

    @cached_property
    def own_levels(self) -> Numbers:
        """Share (states, rows) of what is a caregiver's own and lasts that is left, as :attr:`own_shares`."""
        shares = self.own_shares.copy()
        if self.families.ties:
            shares[_STATES.index("support"), self.families.mothers_at] *= self.families.parameters["steady support"]
        return shares

    def at_first(self, first_week: int, states: Numbers) -> Around:
        """What is around the dyads when a course starts.

        Parameters
        ----------
        first_week : of his life.
        states : (states, rows) slow states then.
        """
        ties = ties_at_first(self.families, first_week) if self.families.ties else Ties.none()
        return Around(family_states_at_first(self.families, states), ties, np.zeros(len(self.families)))

    def between_at_first(self, states: Numbers) -> FamilyStates:
        """What is between caregivers with these slow states (states, rows) at the start of a course."""
        return family_states_at_first(self.families, states)

    def shared(self, shifts: dict[str, Numbers]) -> dict[str, Numbers]:
        """Shifts (rows,) by state, of which those of the one infant reach him by whomever they come."""
        his, hers = self.families.partners_at, self.families.partners_at - 1
        for state in INFANTS_ONE:
            if state in shifts and len(his):
                by = shifts[state].copy()
                by[hers] += by[his]
                by[his] = by[hers]
                shifts[state] = by
        return shifts

    def pulls(self, week: int, states: Numbers, around: Around, sources: Numbers) -> Numbers:
        """How far those around pull on the levels of all states (states, rows), in standard scores.

        Parameters
        ----------
        week : of his life.
        states : (states, rows) slow states at its start.
        around : what is around the dyads then.
        sources : (sources, rows) what caregivers bring along.
        """
        pull = pulls_between(self.families, around.between, states, sources[_VULNERABILITY])
        if self.families.ties:
            hers = self._of_mothers(states)
            for name, by in pulls_of_ties(self.families, self.given(week, states, around), hers, week).items():
                pull[_STATES.index(name), self.families.mothers_at] += by
        return pull + self._direct

    def given(self, week: int, states: Numbers, around: Around) -> GivenByTies:
        """What ties give each mother at the start of a week (parameters as of :meth:`pulls`)."""
        hers = self._of_mothers(states)
        return given_by_ties(self.families, around.ties, around.sat, hers["depression"], hers["couple"], week)

    def told(self, week: int, states: Numbers, around: Around) -> dict[str, Numbers]:
        """What is around each dyad (rows,), by name; NaN where it is not theirs (parameters as of :meth:`pulls`)."""
        families = self.families
        found = {
            "share_of_care": shares_of_care(families, around.between.care),
            "coparenting": np.where(families.together, around.between.coparenting, np.nan),
        }
        if families.ties:
            for name, values in vars(self.given(week, states, around)).items():
                found[name] = np.full(len(families.cohort), np.nan)
                found[name][families.mothers_at] = values
        return found

    def tie_table(self, week: int, states: Numbers, around: Around) -> pd.DataFrame:
        """Ties of mothers in a table (parameters as of :meth:`pulls`)."""
        families, ties, p = self.families, around.ties, self.families.parameters
        depression = self._of_mothers(states)["depression"][np.searchsorted(families.numbers, ties.who)]
        strength = np.select(
            [~ties.inside, ties.hours >= p["hours to a friend"], ties.hours >= p["hours to a casual friend"]],
            [np.array(KINDS)[ties.kind], "friend", "casual friend"],
            "acquaintance",
        )
        return ties.frame().assign(strength=strength, counted_on=counted_on(ties, depression, week, p))

    def one_infant(self, numbers: Numbers, around: Around | None = None) -> Numbers:
        """States, levels or shifts (states, rows) in which the infant of a family is one.

        Parameters
        ----------
        numbers : (states, rows), changed in place.
        around : what is around the dyads: each caregiver tells by their share of care. None: as with the mother.
        """
        his, hers = self.families.partners_at, self.families.partners_at - 1
        if len(his):
            of_him, of_her = numbers[np.ix_(_ONE, his)], numbers[np.ix_(_ONE, hers)]
            if around is not None:
                share = shares_of_care(self.families, around.between.care)[his]
                of_her = (1 - share) * of_her + share * of_him
                numbers[np.ix_(_ONE, hers)] = of_her
            numbers[np.ix_(_ONE, his)] = of_her
        return numbers

    def noise(self, luck: WeeklyLuck, week: int) -> Numbers:
        """Draws (states, rows) of what comes anew in a week: of the infant one, of the couple much the same for
        both."""
        families = self.families
        drawn = luck.noise(families.cohort.units, week, _STATES)
        his, hers = families.partners_at, families.partners_at - 1
        if len(his):
            drawn[np.ix_(_ONE, his)] = drawn[np.ix_(_ONE, hers)]
            r = families.parameters["alike couple"]
            mixed = r * drawn[_COUPLE, hers] + np.sqrt(1 - r**2) * drawn[_COUPLE, his]
            drawn[_COUPLE, his] = np.round(mixed, DIGITS)
        return drawn

    def after(self, week: int, states: Numbers, around: Around, groups: NDArray[np.int64], luck: WeeklyLuck) -> Around:
        """What is around the dyads at the end of a week.

        Parameters
        ----------
        week : of his life.
        states : (states, rows) slow states at its start.
        around : what is around the dyads then.
        groups : (programmes, families) number of the group in which a mother sat this week; -1 in none.
        luck : of the weeks.
        """
        between = family_states_after(self.families, week, around.between, states, luck)
        sat = (groups >= 0).sum(axis=0).astype(np.float64)
        if not self.families.ties:
            return Around(between, around.ties, sat)
        depression = self._of_mothers(states)["depression"]
        open_to = openness(depression, self.families.parameters)
        return Around(between, ties_after(self.families, week, around.ties, open_to, groups, luck), sat)

    @cached_property
    def _direct(self) -> Numbers:
        """Pulls (states, rows) of statuses by themselves, beside what they do through states and ties: tested as 0."""
        pull = np.zeros((len(_STATES), len(self.families.cohort)))
        for exposure in self.families.cohort.exposures:
            for status, state in _DIRECT:
                if exposure.setting.name == status:
                    by = self.families.parameters[f"{status} -> {state}"]
                    pull[_STATES.index(state)] += by * exposure.who * ~self.families.is_partner
        return pull

    def _of_mothers(self, states: Numbers) -> dict[str, Numbers]:
        """States (families,) of the mothers by name."""
        return dict(zip(_STATES, states[:, self.families.mothers_at], strict=True))
