"""Families: mothers, infants and, where there is one, a second caregiver, in the communities in which they live.

A family is one row for each caregiver and the infant, so that both play by the same rules; its number is its own for
good, and names what belongs to it. A family without a partner and without ties is a dyad as cohorts have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from ..common.errors import DyadsimError, whole_number
from ..common.random_numbers import Seed, trait_normals
from ..common.shown import Shown, counted
from ..people.cohort import MOST_DYADS, Cohort
from ..people.population import Population
from ..people.risks_and_support import Setting
from ..theory.coefficients import Coefficients
from ..theory.dynamics import Dynamics
from ..theory.family_parameters import FamilyParameters
from .edges import Ties, ties_of_table
from .partners import INFANT_TRAITS, PARTNERS, SECOND, is_shared, of_partners, rows_of_families, usual_shares

__all__ = ["BROUGHT", "COMMUNITY", "MIGRANT", "POOR", "SINGLE", "STATUSES", "Families"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

COMMUNITY = 40
"""Families of a community, where nothing else is said."""
SINGLE: str = "single-parenthood"
MIGRANT: str = "migration"
POOR: str = "poverty"
STATUSES = (SINGLE, MIGRANT, POOR)
"""Statuses, which act through states and ties; two mothers are alike in a status if both or none of them live so."""
BROUGHT: str = "brought "
"""How the arrays of what members of families bring are named in a file."""
BY_TIES = {SINGLE: ("support",), MIGRANT: ("support", "loneliness")}
"""What a status does to perceived support and loneliness comes by ties, where these are simulated: by a partner who is
not there, by kin who are far away and a community that is new."""


@dataclass(frozen=True, repr=False)
class Families(Shown):
    """Families in communities, one row for each caregiver and the infant.

    Attributes
    ----------
    cohort : (rows,) dyads of a caregiver and the infant, family by family, the mother's first.
    family : (rows,) number of the family.
    community_size : families of a community; those numbered 0 to 39 are the first of 40, and so on.
    ties : whether ties between mothers are simulated.
    partner : what a second caregiver is called: partner, father, mother, grandmother, ...
    parameters : of families.
    usual_share : (families,) share of care that the partner has where nothing changes it; 0 without a partner.
    first_ties : ties between mothers when a course starts, where they are given (:meth:`with_ties`).
    brought : standard scores (rows,) that caregivers and infants bring along, by the name of the draw whose place they
        take when a course starts, such as ``background history``; nothing else is drawn otherwise.
    """

    cohort: Cohort
    family: Whole
    community_size: int = COMMUNITY
    ties: bool = True
    partner: str = "partner"
    parameters: FamilyParameters = field(default_factory=FamilyParameters.default)
    usual_share: Numbers | None = None
    first_ties: Ties | None = None
    brought: Mapping[str, Numbers] = field(default_factory=dict)

    @classmethod
    def sample(
        cls,
        families: int,
        population: str | Path | Population = "community",
        seed: Seed = 0,
        first: int = 0,
        *,
        partners: float | bool | None = None,
        ties: bool = True,
        community_size: int = COMMUNITY,
        partner: str = "partner",
        parameters: FamilyParameters | None = None,
        dynamics: Dynamics | None = None,
        coefficients: Coefficients | None = None,
    ) -> Families:
        """Families whose mothers and infants are drawn from a population; the first 40 of 400 are the same as 40.

        Parameters
        ----------
        families : how many, at least 1.
        population : a shipped name, a TOML file or a :class:`Population`.
        seed : whole number from 0.
        first : number of the first family.
        partners : share of families with a second caregiver (default: the published one); the others are single-parent
            families. False: no second caregiver is simulated, and nothing is said of whether there is one.
        ties : whether ties between mothers are simulated.
        community_size : families of a community.
        partner : what a second caregiver is called.
        parameters : of families (default: the shipped ones).
        dynamics, coefficients : as :meth:`Cohort.sample` has them.

        Raises
        ------
        DyadsimError
            for a number, name or share that is not possible.

        Examples
        --------
        >>> families = ds.Families.sample(80, seed=1)
        >>> course = ds.develop(families, weeks=4, seed=1)
        """
        parameters = _checked_parameters(parameters)
        first = whole_number("number of the first family", first, 0, PARTNERS - MOST_DYADS)
        group = Population.load(population)
        bare = group.model_copy(update={"settings": ()})
        cohort = Cohort.sample(families, bare, seed, first, dynamics, coefficients)
        given = {each.setting: each.share for each in group.settings}
        if partners is None or partners is True:
            partners = 1.0 if SINGLE in given else parameters["families with a partner"]
        if isinstance(partners, bool):
            with_partner = None
        else:
            with_partner = _share(cohort, "partner", partners)
            if SINGLE in given:  # a population that has single-parent families says which
                with_partner &= ~_share(cohort, f"setting {SINGLE}", given.pop(SINGLE))
        made = cls.around(
            cohort,
            partners=with_partner,
            ties=ties,
            community_size=community_size,
            partner=partner,
            parameters=parameters,
        )
        for setting, share in given.items():
            made = made.with_setting(setting, share)
        return made

    @classmethod
    def around(
        cls,
        cohort: Cohort,
        *,
        partners: Any = None,
        share_of_care: Any = None,
        ties: bool = True,
        community_size: int = COMMUNITY,
        partner: str = "partner",
        parameters: FamilyParameters | None = None,
    ) -> Families:
        """Families around the dyads of a cohort, each mother's family with the number of her dyad.

        Parameters
        ----------
        cohort : mothers and infants; their numbers rise.
        partners : (dyads,) true where there is a second caregiver; true for all, or None: none is simulated. Who has
            none is a single mother.
        share_of_care : the usual share of care of the partners, 0 to 1, one for all or one a family.
        ties, community_size, partner, parameters : as :meth:`sample` has them.

        Raises
        ------
        DyadsimError
            for numbers, names or shares that are not possible; a partner in a family that is declared single.
        """
        parameters = _checked_parameters(parameters)
        if np.any(np.diff(cohort.units) <= 0) or cohort.units.max() >= PARTNERS:
            raise DyadsimError(f"Families are numbered by their dyads, which must rise and lie below {PARTNERS:,}.")
        size = whole_number("size of a community", community_size, 1, MOST_DYADS)
        if not (isinstance(partner, str) and partner.strip() and len(partner) <= 40):
            raise DyadsimError(f"A second caregiver is called by a word, such as 'father', not {partner!r:.60}.")
        if not isinstance(ties, bool):
            raise DyadsimError(f"ties is true or false, not {ties!r:.60}.")
        there = _mask("partners", partners, len(cohort))
        declared = [each for each in cohort.exposures if each.setting.name == SINGLE]
        if declared and np.any(there & (declared[0].who > 0)):
            raise DyadsimError(
                "Some families are to have a partner and live under 'single-parenthood'; leave one of the two out."
            )
        if partners is not None and not declared and not there.all():
            cohort = cohort.exposed(_through_states(Setting.load(SINGLE), ties), ~there)
        usual = usual_shares(cohort, there, share_of_care, parameters)
        rows, family = rows_of_families(cohort, there, parameters)
        made = cls(rows, family, size, ties, partner, parameters, usual)
        return made._exposed(of_partners(parameters), made.is_partner) if there.any() else made

    def with_setting(self, setting: str | Path | Setting, share: float = 1.0) -> Families:
        """The families with a share of them living under a setting: ``families.with_setting("poverty", share=0.3)``.

        What is the family's or the infant's holds for both caregivers, all else for the mother. Who they are is named
        by the cohort's seed, the family and the setting, as for a cohort. Where ties are simulated, what a status does
        to perceived support and loneliness comes by ties.

        Parameters
        ----------
        setting : a shipped name, a TOML file or a :class:`Setting`.
        share : of the families, above 0 to 1.

        Raises
        ------
        DyadsimError
            for an unknown setting, one that they live under already, or a share that is none; for single-parenthood in
            families that have a partner.
        """
        chosen = Setting.load(setting)
        if not (isinstance(share, int | float) and 0 < share <= 1):
            raise DyadsimError(
                f"The share of families under '{chosen.name}' must be above 0 and at most 1, not {share!r}."
            )
        luck = trait_normals(self.cohort.seed or 0, self.numbers, f"setting {chosen.name}")
        if chosen.name == SINGLE and self.is_partner.any():
            raise DyadsimError(
                "Families with and without a partner are told by partners; 'single-parenthood' cannot be laid on a "
                f"family that has one. Give partners={1 - share:g} instead."
            )
        return self.lived_under(chosen, luck < ndtri(share))

    def lived_under(self, setting: Setting, who: NDArray[np.bool_]) -> Families:
        """The families with these of them living under a setting, as :meth:`with_setting` lays it.

        Parameters
        ----------
        setting : a risk or a protection.
        who : (families,) true for those who do.
        """
        rows = who[np.searchsorted(self.numbers, self.family)]
        if not is_shared(setting):
            rows = rows & ~self.is_partner
        return self._exposed(_through_states(setting, self.ties), rows)

    def with_ties(self, table: Any) -> Families:
        """The families with ties between mothers that are given, in place of those that would be simulated.

        Ties out of the community are drawn as ever; from the first week on ties begin and end.

        Parameters
        ----------
        table : rows of ``who``, ``whom`` and, if it is known, ``hours`` together (default: those of a friend): a
            DataFrame, or a list of tuples; that the other has the tie too is another row.

        Raises
        ------
        DyadsimError
            for what is no such table, a tie to nobody or into another community.

        Examples
        --------
        >>> families = ds.Families.sample(4, seed=1, community_size=4).with_ties([(0, 1), (1, 0), (2, 3, 60)])
        >>> ds.develop(families, weeks=1, seed=1).ties(0)[["who", "whom"]]
        """
        if not self.ties:
            raise DyadsimError("These families are to have no ties; make them with ties=True to give some.")
        hours = self.parameters["hours to a friend"]
        return replace(self, first_ties=ties_of_table(table, self.numbers, self.community_size, hours))

    @property
    def surrounded(self) -> bool:
        """Whether anybody is around the dyads: a partner, or mothers with ties."""
        return self.ties or bool(self.is_partner.any())

    @property
    def numbers(self) -> Whole:
        """(families,) their numbers."""
        return self.family[self.mothers_at]

    @cached_property
    def is_partner(self) -> NDArray[np.bool_]:
        """(rows,) true for those of second caregivers."""
        return self.cohort.units >= PARTNERS

    @cached_property
    def mothers_at(self) -> Whole:
        """(families,) rows of the mothers."""
        return np.flatnonzero(~self.is_partner)

    @cached_property
    def partners_at(self) -> Whole:
        """(partners,) rows of second caregivers; the mother's is the one before."""
        return np.flatnonzero(self.is_partner)

    @cached_property
    def has_partner(self) -> NDArray[np.bool_]:
        """(families,) true where there is a second caregiver."""
        return np.isin(self.numbers, self.family[self.is_partner])

    @cached_property
    def community(self) -> Whole:
        """(families,) number of the community of each."""
        return self.numbers // self.community_size

    @cached_property
    def starts(self) -> Whole:
        """(communities + 1,) place of the first family of each community, and of the end."""
        return np.concatenate([[0], np.flatnonzero(np.diff(self.community)) + 1, [len(self)]]).astype(np.int64)

    @cached_property
    def status(self) -> Whole:
        """(families,) statuses of each, a bit for each of :data:`STATUSES`."""
        bits = np.zeros(len(self), dtype=np.int64)
        for k, name in enumerate(STATUSES):
            bits |= self.under(name).astype(np.int64) << k
        return bits

    @cached_property
    def came_anew(self) -> NDArray[np.bool_]:
        """(families,) true for those who have come from far away."""
        return self.under(MIGRANT)

    @cached_property
    def here_from(self) -> Whole:
        """(families,) week of his life from which each lives in the community."""
        usual, anew = (-round(self.parameters[name]) for name in ("weeks here", "migrants' weeks here"))
        return np.where(self.came_anew, anew, usual)

    @cached_property
    def together(self) -> NDArray[np.bool_]:
        """(rows,) true for caregivers who are two."""
        return self.has_partner[np.searchsorted(self.numbers, self.family)]

    @cached_property
    def own_coparenting(self) -> Numbers:
        """(rows,) what is a caregiver's own in how they care as a team, and lasts: a standard score."""
        return trait_normals(self.cohort.seed or 0, self.cohort.units, "coparenting")

    @cached_property
    def company_wanted(self) -> Numbers:
        """(families,) how much company each mother wants, a standard score."""
        return trait_normals(self.cohort.seed or 0, self.numbers, "company wanted")

    @cached_property
    def own_of_community(self) -> Numbers:
        """(families,) what a community has of its own, the same for all who live there: a standard score."""
        return trait_normals(self.cohort.seed or 0, self.community, "community")

    @property
    def mothers(self) -> Cohort:
        """Dyads of mothers and infants."""
        hers = self.cohort[self.mothers_at]
        return replace(hers, exposures=tuple(each for each in hers.exposures if each.setting.name != SECOND))

    @property
    def partners(self) -> Cohort:
        """Dyads of second caregivers and infants.

        Raises
        ------
        DyadsimError
            if there are none.
        """
        if not len(self.partners_at):
            raise DyadsimError("None of these families has a second caregiver.")
        return self.cohort[self.partners_at]

    @property
    def about(self) -> dict[str, Any]:
        """What a saved course needs to make them again, beside their cohort and :attr:`arrays`, in plain values."""
        how = {"community_size": self.community_size, "ties": self.ties, "partner": self.partner}
        return {**how, "parameters": dict(self.parameters)}

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays that belong to them beside their cohort, by name."""
        shares = {} if self.usual_share is None else {"usual share": self.usual_share}
        return {"family": self.family, **shares, **{BROUGHT + name: each for name, each in self.brought.items()}}

    @classmethod
    def revived(cls, cohort: Cohort, about: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Families:
        """Families made again around their cohort.

        Parameters
        ----------
        cohort : their rows.
        about, arrays : as :attr:`about` and :attr:`arrays` told of them.
        """
        how = {**about, "parameters": FamilyParameters(about["parameters"])}
        brought = {name.removeprefix(BROUGHT): each for name, each in arrays.items() if name.startswith(BROUGHT)}
        return cls(cohort, arrays["family"], usual_share=arrays.get("usual share"), brought=brought, **how)

    def frame(self) -> pd.DataFrame:
        """Table of the rows: ``dyad``, ``family``, ``caregiver``, ``community``, traits; one a caregiver and infant."""
        table = self.cohort.frame().reset_index()
        table.insert(1, "family", self.family)
        table.insert(2, "caregiver", np.where(self.is_partner, self.partner, "mother"))
        table.insert(3, "community", self.family // self.community_size)
        return table

    def __len__(self) -> int:
        return len(self.mothers_at)

    def __getitem__(self, index: Any) -> Families:
        """The chosen families, with their numbers and thus their luck; ties to families left out are not there."""
        chosen = np.atleast_1d(np.arange(len(self))[index])
        if not len(chosen):
            raise DyadsimError(f"This choice leaves none of the {len(self)} families; keep at least one.")
        rows = np.flatnonzero(np.isin(self.family, self.numbers[np.sort(chosen)]))
        usual = None if self.usual_share is None else self.usual_share[np.sort(chosen)]
        brought = {name: each[rows] for name, each in self.brought.items()}
        some = replace(self, cohort=self.cohort[rows], family=self.family[rows], usual_share=usual, brought=brought)
        return some if self.first_ties is None else replace(some, first_ties=self.first_ties.among(some.numbers))

    def _exposed(self, setting: Setting, who: NDArray[np.bool_]) -> Families:
        """The families with these rows under a setting; the infant stays one."""
        cohort = self.cohort.exposed(setting, who)
        traits = dict(cohort.traits)
        for name in INFANT_TRAITS:
            values = traits[name].copy()
            values[self.partners_at] = values[self.partners_at - 1]
            traits[name] = values
        return replace(self, cohort=replace(cohort, traits=traits))

    def under(self, name: str) -> NDArray[np.bool_]:
        """Truth (families,) of whether each mother lives under a setting.

        Parameters
        ----------
        name : of the setting.
        """
        found = [each.who for each in self.cohort.exposures if each.setting.name == name]
        return found[0][self.mothers_at] > 0 if found else np.zeros(len(self), dtype=bool)

    def _in_a_line(self) -> str:
        partners = f", {len(self.partners_at)} with a {self.partner}" if len(self.partners_at) else ""
        places = f" in {counted(len(self.starts) - 1, 'community')}" if self.ties else ""
        return f"{counted(len(self), 'family')}{partners}{places} ({self.cohort.population})"

    def _in_a_table(self) -> pd.DataFrame:
        return self.frame()


def _checked_parameters(given: Any) -> FamilyParameters:
    """Parameters of families that were given; the shipped ones where none were."""
    if given is None:
        return FamilyParameters.default()
    if not isinstance(given, FamilyParameters):
        raise DyadsimError(f"parameters must be ds.FamilyParameters, not {given!r:.60}.")
    return given


def _share(cohort: Cohort, name: str, share: Any) -> NDArray[np.bool_]:
    """(dyads,) true for a share of them, named by luck."""
    if isinstance(share, bool) or not (isinstance(share, int | float) and 0 <= share <= 1):
        raise DyadsimError(f"The share of families with a partner is a number from 0 to 1, not {share!r:.60}.")
    if share in (0, 1):
        return np.full(len(cohort), bool(share))
    return np.asarray(trait_normals(cohort.seed or 0, cohort.units, name) < ndtri(share))


def _mask(what: str, given: Any, length: int) -> NDArray[np.bool_]:
    """(families,) true or false, from one for all or one each."""
    if given is None:
        return np.zeros(length, dtype=bool)
    mask = np.asarray(given)
    if mask.dtype != bool or mask.shape not in ((), (length,)):
        raise DyadsimError(f"{what} is true or false, for all or for each of {length} families, not {given!r:.60}.")
    return np.broadcast_to(mask, length).copy()


def _through_states(setting: Setting, ties: bool) -> Setting:
    """The setting without what comes by ties where these are simulated."""
    left_to_ties = BY_TIES.get(setting.name, ()) if ties else ()
    moves = tuple(move for move in setting.moves if move.state not in left_to_ties)
    return setting.model_copy(update={"moves": moves}) if len(moves) < len(setting.moves) else setting
