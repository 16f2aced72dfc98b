"""Simulated studies of generations, in which published findings on transmission are looked for: each design is
simulated once.

A mother of the second or a later generation grew up in a family that was simulated, so that her own childhood is known
as it was, and not only as she recalls it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from ..common.workers import thread_count
from ..community.family import Families
from ..lineages.generation_steps import LivedGeneration
from ..lineages.generations import Generations, generations
from ..people.population import Population
from ..theory.attachment import WEEK
from ..theory.dynamics import Dynamics
from ..theory.inheritance_parameters import Inheritance
from .longitudinal_studies import with_implied_correlations

__all__ = ["GENERATION_DESIGNS", "LEVEL", "GenerationDesign", "GenerationStudies"]

LEVEL = "generations"
"""The level of the model of which these findings are."""


@dataclass(frozen=True)
class GenerationDesign:
    """Which families are followed, over how many generations and weeks of each.

    Attributes
    ----------
    generations, weeks : how many; of each infant's life.
    size : families, relative to the number asked for.
    under : settings under which a share of the families lives, in every generation.
    """

    generations: int = 3
    weeks: int = WEEK
    size: float = 1.0
    under: tuple[tuple[str, float], ...] = ()


GENERATION_DESIGNS = {
    "community": GenerationDesign(),
    "at risk": GenerationDesign(under=(("poverty", 1.0), ("partner-violence", 0.3), ("childhood-adversity", 0.5))),
    "two years": GenerationDesign(generations=1, weeks=104),
}
"""The designs, by name."""


class GenerationStudies:
    """Simulated studies of generations; each is simulated when first asked for.

    Parameters
    ----------
    families : in the usual design; others in proportion.
    seed : names families and luck.
    inheritance : parameters of inheritance (default: the shipped ones).
    linear : take the week's interaction from the linear theory instead of sampling it.
    threads : how many to use; no result depends on it.
    done : called with how many designs are simulated and how many there are.
    """

    def __init__(
        self,
        families: int,
        seed: int,
        inheritance: Inheritance | None = None,
        linear: bool = False,
        threads: int | None = None,
        done: Callable[[int, int], None] | None = None,
    ) -> None:
        self.families, self.seed, self.linear = families, seed, linear
        self.inheritance = inheritance or Inheritance.default()
        self.threads = thread_count(threads)
        self._lived: dict[str, Generations] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._seen: dict[tuple[str, str, int], pd.Series] = {}
        self._done = done

    def lived(self, design: str) -> Generations:
        """Generations of a design (:data:`GENERATION_DESIGNS`)."""
        if design not in self._lived:
            asked = GENERATION_DESIGNS[design]
            population = with_implied_correlations(Population.load("community"), Dynamics.default())
            families = Families.sample(round(self.families * asked.size), population, self.seed)
            for setting, share in asked.under:
                families = families.with_setting(setting, share)
            self._lived[design] = generations(
                families,
                asked.generations,
                seed=self.seed,
                weeks=asked.weeks,
                inheritance=self.inheritance,
                linear=self.linear,
                threads=self.threads,
            )
            if self._done:
                self._done(len(self._lived), len(GENERATION_DESIGNS))
        return self._lived[design]

    def later(self, design: str) -> list[LivedGeneration]:
        """Generations of which the mothers' own childhood was simulated."""
        return [each for each in self.lived(design).lived if each.number > 1]

    def table(self, design: str) -> pd.DataFrame:
        """Families of the later generations (columns as :meth:`~dyadsim.lineages.generations.Generations.frame`)."""
        if design not in self._frames:
            table = self.lived(design).frame()
            self._frames[design] = table[table["generation"] > 1].reset_index(drop=True)
        return self._frames[design]

    def seen(self, design: str, instrument: str, week: int) -> pd.Series:
        """Scores that an instrument gives mothers of the later generations at the start of a week, as in :meth:`table`.

        Parameters
        ----------
        design : one of :data:`GENERATION_DESIGNS`.
        instrument : its name.
        week : of his life.
        """
        asked = (design, instrument, week)
        if asked not in self._seen:
            each = [lived.course.mothers.observe(instrument, week)[week] for lived in self.later(design)]
            self._seen[asked] = pd.concat(each, ignore_index=True)
        return self._seen[asked]
