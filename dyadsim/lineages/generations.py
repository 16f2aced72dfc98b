"""Generations of families (:func:`dyadsim.generations`), and what can be read from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ..common.errors import DyadsimError, whole_number
from ..common.random_numbers import Seed, check_seed
from ..common.shown import Shown, counted
from ..common.workers import thread_count
from ..community.family import Families
from ..interventions.offers import offered
from ..people.population import LivesUnder
from ..theory.attachment import WEEK
from ..theory.inheritance_parameters import Inheritance
from .follow_up import follow_up
from .generation_steps import Asked, GenerationOffer, LivedGeneration, Progress, lived_through
from .help_between import HelpBetween
from .lineage import Lineage
from .lineage_tables import family_table, persons_of, shares_of_classes
from .next_families import NOT_AGAIN
from .transmission import transmission
from .transmission_gap import TransmissionGap, transmission_gap

__all__ = ["LONGEST", "MOST_GENERATIONS", "Generations", "asked_for", "generations"]

MOST_GENERATIONS = 50
"""Most generations of a run."""
LONGEST = 260
"""Most weeks of a generation."""


def generations(
    families: Families,
    generations: int = 3,
    interventions: Iterable[Any] = (),
    seed: Seed = 0,
    *,
    helps: Iterable[Any] = (),
    weeks: int = WEEK,
    partners: float | None = None,
    under: Iterable[Any] | None = None,
    inheritance: Inheritance | None = None,
    cut: Iterable[str] = (),
    fostered: Iterable[int] | int = (),
    linear: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Generations:
    """Generations of families: daughters and sons become caregivers, with what their own infancy left in them.

    Parameters
    ----------
    families : of the first generation; their weeks are those of :func:`dyadsim.develop`.
    generations : how many, 1 to 50.
    interventions : what is offered, as dicts with the fields of an offer and ``generation`` (default: 1), such as
        ``{"name": "video-feedback", "generation": 1}``.
    seed : names the luck; the same give the same bits, on any number of threads.
    helps : help between childhood and parenthood, as dicts with the fields of
        :class:`~dyadsim.lineages.help_between.HelpBetween`.
    weeks : of each infant's life, from birth, 52 to 260; attachment is drawn at the start of week 52.
    partners : share of later families with a second caregiver (default: the published one where the first have some).
    under : risks and support of later families, by name or with a ``share`` (default: those of the first, as often).
    inheritance : parameters of inheritance (default: the shipped ones).
    cut : ways between generations that are cut (``endowment``, ``care``, ``partners``, and more: ``ds.WAYS``).
    fostered : generations whose infants are exchanged within their communities (cross-fostering).
    linear : take the week's interaction from the linear theory instead of sampling it.
    threads : how many to use (default: as many as there are cores for it).
    progress : called with weeks done and weeks in all.

    Returns
    -------
    The generations: families, their weeks and their children, and the lineage of all persons.

    Raises
    ------
    DyadsimError
        for a number, a name or a share that is not possible.

    Examples
    --------
    >>> families = ds.Families.sample(80, seed=1)
    >>> lived = ds.generations(families, generations=2, seed=1, linear=True)
    >>> lived.shares()
    """
    asked = asked_for(
        families,
        generations,
        interventions,
        seed,
        helps=helps,
        weeks=weeks,
        partners=partners,
        under=under,
        inheritance=inheritance,
        cut=cut,
        fostered=fostered,
        linear=linear,
        threads=threads,
    )
    return Generations(asked, tuple(lived_through(asked, progress=progress)))


def asked_for(
    families: Families,
    generations: int,
    interventions: Iterable[Any],
    seed: Seed,
    *,
    helps: Iterable[Any],
    weeks: int,
    partners: float | None,
    under: Iterable[Any] | None,
    inheritance: Inheritance | None,
    cut: Iterable[str],
    fostered: Iterable[int] | int,
    linear: bool,
    threads: int | None,
) -> Asked:
    """What generations are lived with, checked (parameters as of :func:`generations`)."""
    if not isinstance(families, Families):
        raise DyadsimError(f"Generations begin with ds.Families, not {families!r:.60}.")
    number = whole_number("number of generations", generations, 1, MOST_GENERATIONS)
    if partners is not None and not (isinstance(partners, int | float) and 0 <= partners <= 1):
        raise DyadsimError(f"The share of families with a partner is a number from 0 to 1, not {partners!r:.40}.")
    lasting = whole_number("number of weeks", weeks, WEEK, LONGEST)
    offers = tuple(_offer(each, number) for each in _listed("interventions", interventions))
    for each in range(1, number + 1):  # what cannot be offered is refused before anything is lived
        offered([offer.in_weeks() for offer in offers if offer.generation == each], 0, lasting)
    simulated = partners is not None or bool(families.is_partner.any())
    usual = families.parameters["families with a partner"] if partners is None else float(partners)
    return Asked(
        families=families,
        generations=number,
        weeks=lasting,
        seed=check_seed(seed),
        interventions=offers,
        helps=tuple(_help(each, number) for each in _listed("helps", helps)),
        under=_lived_under(families) if under is None else tuple(_laid(each) for each in _listed("under", under)),
        share=usual if simulated else None,
        inheritance=_checked(inheritance).without(*_listed("cut", cut)),
        fostered=_fostered(fostered, number),
        linear=bool(linear),
        threads=thread_count(threads),
    )


@dataclass(frozen=True, eq=False, repr=False)
class Generations(Shown):
    """Generations of families, lived.

    Attributes
    ----------
    asked : what they were lived with.
    lived : generation by generation: families, weeks, children.
    """

    asked: Asked
    lived: tuple[LivedGeneration, ...]

    def __len__(self) -> int:
        return len(self.lived)

    def _in_a_line(self) -> str:
        families = counted(len(self.asked.families), "family")
        return f"{counted(len(self), 'generation')} of {families}, seed {self.asked.seed}"

    def _in_a_table(self) -> pd.DataFrame:
        return self.shares()

    def generation(self, number: int) -> LivedGeneration:
        """A generation by its number, from 1.

        Raises
        ------
        DyadsimError
            if there is none.
        """
        number = whole_number("number of the generation", number, 1, len(self))
        return self.lived[number - 1]

    @cached_property
    def children(self) -> pd.DataFrame:
        """Children of all generations, one row each: what childhood left, and what they bring as adults.

        Standard scores but for ``attachment`` (at twelve months, to the mother; ``attachment_to_partner``), ``secure``
        and ``disorganised`` (0 to 1: with each caregiver by their share of care), kinds of maltreatment (truth) and
        numbers of persons and families.
        """
        return pd.concat([each.children for each in self.lived], ignore_index=True)

    @cached_property
    def lineage(self) -> Lineage:
        """All persons, their parents, and what is known of them."""
        told = [persons_of(each, before) for each, before in self._with_before()]
        return Lineage.of(pd.concat(told, ignore_index=True).drop_duplicates("id"))

    def _with_before(self) -> list[tuple[LivedGeneration, pd.DataFrame | None]]:
        """Generations, each with the children of the one before."""
        before = [None, *(each.children for each in self.lived[:-1])]
        return list(zip(self.lived, before, strict=True))

    def frame(self) -> pd.DataFrame:
        """Table of mothers and infants, one row a family and generation.

        Who they are, what each mother brought (``history``, ``unresolved``, ``vulnerability``), her slow states and his
        at twelve months, his class of attachment to her, the ``chance_secure`` of it, and what is known of her own
        childhood (``mother_attachment``, ``mother_secure``, ``mother_maltreated``, ``mother_adversity``; empty in the
        first generation).
        """
        return pd.concat([family_table(each, before) for each, before in self._with_before()], ignore_index=True)

    def shares(self) -> pd.DataFrame:
        """Share of each class of attachment to the mother, and of the maltreated, one row a generation."""
        return shares_of_classes(self.children)

    def again(self, **changes: Any) -> Generations:
        """Twins with the same luck, for whom some of what was asked is otherwise.

        Parameters
        ----------
        changes : fields of :class:`~dyadsim.lineages.generation_steps.Asked`.
        """
        asked = replace(self.asked, **changes)
        return Generations(asked, tuple(lived_through(asked)))

    def twins(self) -> Generations:
        """Twins to whom nothing is offered, and who meet no help between childhood and parenthood."""
        return self.again(interventions=(), helps=())

    def without(self, *ways: str) -> Generations:
        """Twins between whose generations some ways are cut (:data:`~dyadsim.theory.inheritance_parameters.WAYS`)."""
        return self.again(inheritance=self.asked.inheritance.without(*ways))

    def transmission(self, generation: int | None = None, parent: str = "mother") -> pd.DataFrame:
        """Class of children by the class that their parent had (:func:`~dyadsim.lineages.transmission.transmission`).

        Parameters
        ----------
        generation : of the children, from the second on (default: all).
        parent : ``mother`` or ``father``.
        """
        return transmission(self.lineage.pairs("attachment", parent, generation))

    def transmission_gap(self, generation: int | None = None) -> TransmissionGap:
        """The tie of her state of mind and his security, by its ways
        (:func:`~dyadsim.lineages.transmission_gap.transmission_gap`).

        Parameters
        ----------
        generation : from the second on (default: the last).

        Raises
        ------
        DyadsimError
            for the first: of what its mothers bring nothing was simulated.
        """
        number = len(self) if generation is None else whole_number("number of the generation", generation, 1, len(self))
        if number == 1:
            raise DyadsimError(
                "The tie is taken apart from the second generation on: of the childhood of the first mothers nothing "
                "is known."
            )
        return transmission_gap(self.asked, self.lived[number - 1], self.lived[number - 2].children)

    def follow_up(self, twins: Generations | None = None) -> pd.DataFrame:
        """What was offered, followed into the generations after (:func:`~dyadsim.lineages.follow_up.follow_up`).

        Parameters
        ----------
        twins : to whom nothing was offered (default: they are lived now).
        """
        return follow_up(self.frame(), (self.twins() if twins is None else twins).frame())

    def cross_fostered(self, generation: int) -> Generations:
        """Twins of whom the infants of one generation are exchanged."""
        return self.again(fostered=_fostered(generation, len(self)))


# What is given, checked -----------------------------------------------------------------------------------------------


def _checked(inheritance: Any) -> Inheritance:
    if not isinstance(inheritance, Inheritance | None):
        raise DyadsimError(f"inheritance must be ds.Inheritance, not {inheritance!r:.60}.")
    return inheritance or Inheritance.default()


def _listed(what: str, given: Any) -> list[Any]:
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise DyadsimError(f"{what} is a list, as in {what}=[...], not {given!r:.60}.")
    return list(given)


def _in_generation(what: str, number: Any, last: int) -> None:
    if not 1 <= number <= last:
        raise DyadsimError(f"{what} is in generation {number}, but there are generations 1 to {last}.")


def _offer(given: Any, last: int) -> GenerationOffer:
    if not isinstance(given, GenerationOffer):
        fields = dict(given) if isinstance(given, Mapping) else {"name": given}
        given = GenerationOffer(**fields)
    _in_generation(f"'{given.in_weeks().completed().entry.name}'", given.generation, last)
    return given


def _help(given: Any, last: int) -> HelpBetween:
    if not isinstance(given, HelpBetween):
        if not isinstance(given, Mapping):
            raise DyadsimError(
                "Help between childhood and parenthood is given as a dict such as "
                f"{{'name': 'a therapy of their own', 'share': 0.5, 'history': 0.5}}, not {given!r:.60}."
            )
        given = HelpBetween(**given)
    for number in given.generations:
        _in_generation(f"'{given.name}'", number, last)
    return given


def _laid(given: Any) -> LivesUnder:
    if not isinstance(given, LivesUnder):
        given = LivesUnder(**(dict(given) if isinstance(given, Mapping) else {"setting": given}))
    if given.setting in NOT_AGAIN:
        raise DyadsimError(
            f"'{given.setting}' cannot be laid on later generations: it follows from what they lived through."
        )
    return given


def _lived_under(families: Families) -> tuple[LivesUnder, ...]:
    """Risks and support of families, each as often as it is there."""
    found = []
    for each in families.cohort.exposures:
        share = float(np.mean(each.who[families.mothers_at] > 0))
        if each.setting.name not in NOT_AGAIN and share > 0:
            found.append(LivesUnder(setting=each.setting.name, share=share))
    return tuple(found)


def _fostered(given: Any, last: int) -> tuple[int, ...]:
    numbers = [given] if isinstance(given, int) else _listed("fostered", given)
    return tuple(
        whole_number("number of the generation whose infants are exchanged", each, 1, last) for each in numbers
    )
