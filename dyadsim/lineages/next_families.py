"""Families of the next generation, made of a generation's grown children and of whoever comes from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from ..common.random_numbers import trait_normals
from ..community.family import SINGLE, Families
from ..community.partners import INFANT_TRAITS, SECOND
from ..community.surroundings import Surroundings
from ..development.starting_states import said_as_drawn
from ..people.cohort import Cohort
from ..people.population import LivesUnder, Population
from ..people.risks_and_support import Setting
from ..theory.inheritance_parameters import Inheritance
from .childhood import TEMPERAMENT
from .couples import Couples, couples_of
from .inheritance import BROUGHT, Parents, endowed, with_partner
from .maltreatment import KINDS
from .persons import UNKNOWN, born, from_elsewhere, luck_of, rounded

__all__ = ["NOT_AGAIN", "NextFamilies", "as_brought", "families_after", "first_births", "lived_under"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]

NOT_AGAIN = (SINGLE, SECOND, "childhood-adversity")
"""Settings that are not laid on later generations: who is single, who a partner, what childhood was, is simulated."""
_ALIKE = {"vulnerability": "alike vulnerability", "unresolved": "alike", "own_depression": "alike"}
_LIVED = (*KINDS, "externalising", "offered")
_COMMUNITY = "community"  # in what nobody brings along they are drawn as ever
_HANDED_ON = ("family", "support")
"""What settings are about that a family may hand on; others come anew in each generation."""


@dataclass(frozen=True, eq=False)
class NextFamilies:
    """Families of a generation, and who their members are.

    Attributes
    ----------
    families : as they are before the first week.
    births : (families,) ``id``, ``mother``, ``father``, ``generation``, ``community``, ``family`` (in which the infant
        grows up) and ``born_in`` (the same, but for infants who are exchanged), as lineages have them.
    caregivers : (rows) number of each caregiver, ``id``, and what is known of their own childhood.
    """

    families: Families
    births: pd.DataFrame
    caregivers: pd.DataFrame


def lived_under(setting: str) -> str:
    """Column of children that says whether their family lived under a setting."""
    return f"under {setting}"


def first_births(families: Families) -> NextFamilies:
    """The given families as the first generation: of the childhood of their caregivers nothing is known."""
    mothers = born(0, families.numbers)
    fathers = np.where(families.has_partner, from_elsewhere(mothers), UNKNOWN)
    return _known(families, 1, mothers, fathers, pd.DataFrame(columns=list(_LIVED)))


def families_after(
    children: pd.DataFrame,
    first: Families,
    seed: int,
    inheritance: Inheritance,
    share: float | None,
    under: tuple[LivesUnder, ...],
) -> NextFamilies:
    """Families that the grown children of a generation have.

    Parameters
    ----------
    children : of the generation before, as they are as adults, in the order of the families in which they grew up.
    first : families of the first generation: later ones have their numbers, communities, ties and parameters.
    seed : names the luck of the generation that is to come.
    inheritance : parameters of inheritance.
    share : of mothers who live with a partner; None: no partner is simulated.
    under : risks and support under which a share of them lives.
    """
    p, alike = inheritance, first.parameters["alike sensitivity"]
    couples = couples_of(children, seed, share, alike)
    adults = _Adults(children, couples, seed)
    minds = adults.of("history", alike)
    together = (
        with_partner(minds[0], minds[1], couples.with_partner, alike, p),
        with_partner(minds[1], minds[0], couples.with_partner, alike, p),
    )
    drawn = Population.load(_COMMUNITY).draw(seed, first.numbers)
    cohort = Cohort(
        drawn,
        first.numbers,
        population=_COMMUNITY,
        seed=seed,
        coefficients=first.cohort.coefficients,
        dynamics=first.cohort.dynamics,
    )
    cohort = cohort.replace(_temperament(adults, first.numbers, seed, p))
    families = Families.around(
        cohort,
        partners=None if share is None else couples.with_partner,
        ties=first.ties,
        community_size=first.community_size,
        partner=first.partner,
        parameters=first.parameters,
    )
    for each in under:
        families = _under(families, each, adults, p["continuity of status"])
    brought = {}
    for name, draw in BROUGHT.items():
        of_both = (
            together if name == "history" else adults.of(name, first.parameters[_ALIKE.get(name, "alike sensitivity")])
        )
        brought[draw] = _in_rows(families, *of_both)
    families = as_brought(replace(families, brought=brought))
    generation = int(children["generation"].iloc[0]) + 1
    return _known(families, generation, adults.mother, adults.father, children.set_index("id")[list(_LIVED)])


@dataclass(frozen=True, eq=False)
class _Adults:
    """Those who become parents: grown children, and whoever comes from elsewhere.

    Attributes
    ----------
    children : of a generation.
    couples : places among them.
    seed : of the generation to come.
    """

    children: pd.DataFrame
    couples: Couples
    seed: int

    @property
    def mother(self) -> Whole:
        """(families,) numbers of the mothers."""
        return self._numbers(self.couples.mother, self.couples.father, np.ones(len(self.children), dtype=bool))

    @property
    def father(self) -> Whole:
        """(families,) numbers of the partners; -1 where there is none."""
        return self._numbers(self.couples.father, self.couples.mother, self.couples.with_partner)

    def _numbers(self, places: Whole, others: Whole, there: NDArray[np.bool_]) -> Whole:
        ids = self.children["id"].to_numpy(dtype=np.int64)
        own = ids[places]
        elsewhere = from_elsewhere(ids[others])
        return np.where(there, np.where(places >= 0, own, elsewhere), UNKNOWN)

    def of(self, name: str, alike: float) -> tuple[Numbers, Numbers]:
        """What mothers and partners bring (families,) each; those from elsewhere are as like as partners are."""
        values = self.children[name].to_numpy(dtype=np.float64)
        found = []
        for places, others in ((self.couples.mother, self.couples.father), (self.couples.father, self.couples.mother)):
            other = np.where(others >= 0, others, 0)
            units = self.children["born_in"].to_numpy(dtype=np.int64)[other]
            own = trait_normals(self.seed, units, f"from elsewhere: {name}")
            elsewhere = alike * values[other] + np.sqrt(1 - alike**2) * own
            found.append(rounded(np.where(places >= 0, values[places], elsewhere)))
        return found[0], found[1]

    def known(self, name: str) -> tuple[Numbers, Numbers]:
        """What is known of the childhood of mothers and partners (families,) each; NaN of those from elsewhere."""
        values = self.children[name].to_numpy(dtype=np.float64)
        of = (np.where(places >= 0, values[places], np.nan) for places in (self.couples.mother, self.couples.father))
        return next(of), next(of)


def _temperament(adults: _Adults, numbers: Whole, seed: int, p: Inheritance) -> dict[str, Numbers]:
    """Temperament (families,) of the infants who are born to these adults."""
    both = {name: adults.known(name) for name in TEMPERAMENT}
    parents = Parents({name: each[0] for name, each in both.items()}, {name: each[1] for name, each in both.items()})
    return endowed(parents, p, luck_of(seed, numbers, *TEMPERAMENT))


def _under(families: Families, each: LivesUnder, adults: _Adults, continuity: float) -> Families:
    """The families with a share of them under a setting, some of them since their mother's family lived so."""
    setting = Setting.load(each.setting)
    if setting.about not in _HANDED_ON or not continuity:
        return families.with_setting(setting, each.share)
    draws = {
        what: trait_normals(families.cohort.seed or 0, families.numbers, f"{what} {setting.name}")
        for what in ("kept", "setting")
    }
    # As their mother's family, or anew by the share.
    place = adults.couples.mother
    kept = (draws["kept"] < ndtri(continuity)) & (place >= 0)
    as_before = adults.children[lived_under(setting.name)].to_numpy(dtype=bool)[place]
    return families.lived_under(setting, np.where(kept, as_before, draws["setting"] < ndtri(each.share)))


def _in_rows(families: Families, mothers: NDArray[Any], partners: NDArray[Any]) -> NDArray[Any]:
    """Values (rows,) of caregivers, from those of mothers and of partners (families,)."""
    values = mothers[np.searchsorted(families.numbers, families.family)]
    values[families.partners_at] = partners[families.has_partner]
    return values


def as_brought(families: Families) -> Families:
    """The families with traits that say what their members bring, so that nothing of it is corrected when weeks begin.

    Parameters
    ----------
    families : with what they have brought.
    """
    said = said_as_drawn(families.cohort, Surroundings(families).normals)
    for name in INFANT_TRAITS:
        if name in said:  # he is one
            said[name][families.partners_at] = said[name][families.partners_at - 1]
    return replace(families, cohort=families.cohort.replace(said))


def _known(
    families: Families,
    generation: int,
    mothers: Whole,
    fathers: Whole,
    childhood: pd.DataFrame,
) -> NextFamilies:
    """Families with who their members are.

    Parameters
    ----------
    families, generation : of infants.
    mothers, fathers : (families,) numbers of the caregivers; -1 where there is none.
    childhood : what is known of it, by number of the person.
    """
    numbers = families.numbers
    births = pd.DataFrame(
        {
            "id": born(generation, numbers),
            "mother": mothers,
            "father": fathers,
            "generation": generation,
            "community": families.community,
            "family": numbers,
            "born_in": numbers,
            "raised_by": mothers,
        }
    )
    caregivers = pd.DataFrame({"id": _in_rows(families, mothers, fathers)})
    known = childhood.reindex(caregivers["id"]).astype(np.float64).reset_index(drop=True)
    return NextFamilies(families, births, pd.concat([caregivers, known], axis=1))
