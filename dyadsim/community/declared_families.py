"""Families as a file declares them: whether there are partners and ties around its dyads."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from ..common import toml_models
from ..people.population import LivesUnder, Population
from ..theory.parameter_sets import ParameterSet
from .family import COMMUNITY, Families

__all__ = ["FamiliesSection"]


class FamiliesSection(toml_models.Written):
    """Families of a file; of a scenario without this section dyads live by themselves.

    Attributes
    ----------
    partners : share of families with a second caregiver (default: the published one); the others are single-parent
        families.
    partner : what a second caregiver is called: partner, father, mother, grandmother, ...
    ties : whether ties between mothers are simulated.
    community_size : families of a community.
    """

    partners: float | None = Field(default=None, ge=0, le=1)
    partner: str = Field(default="partner", min_length=1, max_length=40)
    ties: bool = True
    community_size: int = Field(default=COMMUNITY, ge=1, le=1_000)

    def families(
        self,
        settings: Iterable[LivesUnder],
        number: int,
        population: str,
        seed: int,
        first: int = 0,
        parameters: ParameterSet | None = None,
    ) -> Families:
        """Families as they are before the first week.

        Parameters
        ----------
        settings : risks and support under which they live, beside those of the population.
        number, first : how many, and the number of the first.
        population, seed : from which they are drawn, and by which luck.
        parameters : a set of the ensemble; None: the calibrated parameters.
        """
        found = Families.sample(
            number,
            Population.load(population),
            seed,
            first,
            partners=self.partners,
            ties=self.ties,
            community_size=self.community_size,
            partner=self.partner,
            dynamics=None if parameters is None else parameters.dynamics,
            coefficients=None if parameters is None else parameters.coefficients,
        )
        for each in settings:
            found = found.with_setting(each.setting, each.share)
        return found
