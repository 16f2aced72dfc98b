"""Steps from one generation of families to the next: what is asked for, and what was lived.

Each generation is a year of weeks as :func:`dyadsim.develop` lives them. Between two generations, in this order:

1. What the first year left in each child is read (:mod:`.childhood`), and by declared arrows what childhood goes on to
   be: maltreatment, adversity, how the child fares among others.
2. Each grows up (:mod:`.inheritance`): what they bring is a weak step from there, endowment, help, and their own.
3. Daughters and sons of a community become couples (:mod:`.couples`); a good partner adds to a state of mind.
4. Their families begin (:mod:`.next_families`): infants with what is heritable of their parents' temperament, mothers
   and partners with what they bring.

All that the next generation needs is in the table of the children, so that a run goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..community.family import Families
from ..development.course import Course, from_start
from ..development.families import development_of_families
from ..development.play import usual_play
from ..interventions.offers import Offer, offered
from ..people.population import LivesUnder
from ..theory.coordination import MoreIsBetter
from ..theory.inheritance_parameters import Inheritance
from .childhood import GROWS_UP_BY, children_of
from .couples import sexes
from .cross_fostering import exchanged, with_infants_of
from .help_between import HelpBetween
from .inheritance import BROUGHT, add_adulthood
from .next_families import NextFamilies, families_after, first_births, lived_under
from .persons import luck_of, seed_of

__all__ = ["Asked", "GenerationOffer", "LivedGeneration", "lived_through", "weeks_of"]

Progress = Callable[[int, int], None]
_OWN = (*GROWS_UP_BY, *BROUGHT, "style")
"""What of a child is decided by luck of their own."""


class GenerationOffer(Offer):
    """An intervention offered in one generation.

    Attributes
    ----------
    generation : in whose families, from 1.
    """

    generation: int = 1

    def in_weeks(self) -> Offer:
        """The offer, as the weeks of that generation know it."""
        return Offer(**{name: getattr(self, name) for name in self.model_fields_set if name != "generation"})


@dataclass(frozen=True, eq=False)
class Asked:
    """What generations are lived with.

    Attributes
    ----------
    families : of the first generation.
    generations : how many.
    weeks : of each infant's life, from birth.
    seed : names the luck of the weeks and of growing up.
    interventions : that are offered, each in its generation.
    helps : between childhood and parenthood.
    under : risks and support under which a share of the families lives, from the second generation on.
    share : of mothers who live with a partner, from the second generation on; None: no partner is simulated.
    inheritance : parameters of inheritance.
    fostered : generations whose infants are exchanged.
    linear : whether the week's interaction is taken from the linear theory instead of being sampled.
    threads : how many to use.
    """

    families: Families
    generations: int
    weeks: int
    seed: int
    interventions: tuple[GenerationOffer, ...] = ()
    helps: tuple[HelpBetween, ...] = ()
    under: tuple[LivesUnder, ...] = ()
    share: float | None = None
    inheritance: Inheritance = field(default_factory=Inheritance.default)
    fostered: tuple[int, ...] = ()
    linear: bool = False
    threads: int = 1


@dataclass(frozen=True, eq=False)
class LivedGeneration:
    """A generation of families, lived.

    Attributes
    ----------
    number : of the generation, from 1.
    given : the families as they began, and who their members are.
    course : their weeks.
    children : their infants, a row each in the order of the families: who they are, what childhood left, and what they
        bring as adults.
    """

    number: int
    given: NextFamilies
    course: Course
    children: pd.DataFrame


def lived_through(
    asked: Asked, children: pd.DataFrame | None = None, progress: Progress | None = None
) -> Iterator[LivedGeneration]:
    """Generations one after another.

    Parameters
    ----------
    asked : what they are lived with.
    children : of the last generation that was lived already; None: from the first on.
    progress : called with weeks done and weeks in all.
    """
    first = 1 if children is None else int(children["generation"].iloc[0]) + 1
    total = (asked.generations - first + 1) * asked.weeks
    for number in range(first, asked.generations + 1):
        done_before = (number - first) * asked.weeks

        def told(done: int, _: int, before: int = done_before) -> None:
            if progress:
                progress(before + done, total)

        lived = _lived(asked, number, children, told)
        yield lived
        children = lived.children


def _lived(asked: Asked, number: int, before: pd.DataFrame | None, progress: Progress) -> LivedGeneration:
    """One generation, from the children of the one before."""
    given = _begun(asked, number, before)
    if number in asked.fostered:
        given = exchanged(given)
    course = weeks_of(asked, number, given, progress)
    return LivedGeneration(number, given, course, _grown_up(asked, number, given, course))


def weeks_of(asked: Asked, number: int, given: NextFamilies, progress: Progress | None = None) -> Course:
    """Weeks of the families of a generation.

    Parameters
    ----------
    asked : what the generations are lived with.
    number : of the generation.
    given : its families.
    progress : called with weeks done and weeks in all.
    """
    seed, families = seed_of(asked.seed, number), given.families
    offers = [each.in_weeks() for each in asked.interventions if each.generation == number]
    development = development_of_families(
        families,
        usual_play(families.is_partner, seed, asked.threads, asked.linear),
        MoreIsBetter,
        True,
        {},
        0,
        offered(offers, 0, asked.weeks),
    )
    born_in = given.births["born_in"].to_numpy(dtype=np.int64)
    return from_start(with_infants_of(development, families, born_in), asked.weeks, progress)


def _begun(asked: Asked, number: int, before: pd.DataFrame | None) -> NextFamilies:
    """Families of a generation, before their first week."""
    if before is None:
        return first_births(asked.families)
    seed = seed_of(asked.families.cohort.seed or 0, number)
    return families_after(before, asked.families, seed, asked.inheritance, asked.share, asked.under)


def _grown_up(asked: Asked, number: int, given: NextFamilies, course: Course) -> pd.DataFrame:
    """Children of a generation, from birth to what they bring as adults."""
    seed, families = seed_of(asked.seed, number), given.families
    born_in = given.births["born_in"].to_numpy(dtype=np.int64)
    luck = luck_of(seed, born_in, *_OWN, *(each.decides for each in asked.helps))
    children = children_of(course, given.births, given.caregivers, asked.inheritance, luck)
    children["sex"] = sexes(seed, born_in)
    alike = families.parameters["alike vulnerability"]
    add_adulthood(children, alike, asked.inheritance, asked.helps, luck)
    children["offered"] = _reached(course, given) | children["helped"]
    for each in asked.under:
        children[lived_under(each.setting)] = families.under(each.setting)
    return children


def _reached(course: Course, given: NextFamilies) -> NDArray[np.bool_]:
    """Truth (families,) of whether something was offered to a family, or to one in which its caregivers grew up."""
    families = given.families
    rows = given.caregivers["offered"].to_numpy(dtype=np.float64) > 0
    for each in course.development.treatments:
        rows = rows | (np.ones(len(rows), dtype=bool) if each.offered_to is None else each.offered_to)
    found = rows[families.mothers_at]
    found[families.has_partner] |= rows[families.partners_at]
    return found
