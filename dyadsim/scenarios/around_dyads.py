"""Those around the dyads of a scenario: whether there are partners and ties, as its file says."""

from __future__ import annotations

from pydantic import Field

from ..common import toml_models
from ..community.family import COMMUNITY, Families
from ..people.population import Population
from ..theory.parameter_sets import ParameterSet
from .arms import Arm

__all__ = ["FamiliesSection"]


class FamiliesSection(toml_models.Written):
    """Families of a scenario, as its file has them; without this section its dyads live by themselves.

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
        self, arm: Arm, number: int, population: str, seed: int, first: int, parameters: ParameterSet | None
    ) -> Families:
        """Families of an arm as they are before the first week.

        Parameters
        ----------
        arm : its risks and support are added to those of the population.
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
        for each in (*arm.risks, *arm.support):
            found = found.with_setting(each.setting, each.share)
        return found
