"""Staff of one kind, as a service declares it."""

from __future__ import annotations

from pydantic import Field

from ..common import toml_models
from ..theory.evidence import Cited
from .costs import Cost

__all__ = ["Staff"]


class Staff(toml_models.Written):
    """Staff of one kind.

    Attributes
    ----------
    name : such as ``health visitor``.
    per_1000 : how many there are for each 1,000 families of the area, whose infants are born in a year.
    hours : that each has for these families in a week; what is for families of other years is not among them.
    caseload : families in programmes that one has at once; None: as many as hours allow.
    turnover : share of them who leave their post in a year. The post is filled at once; families get another person.
    an_hour : cost of an hour with families.
    evidence, note : what numbers, hours and turnover rest on.
    """

    name: str = Field(min_length=1)
    per_1000: float = Field(gt=0, le=10_000)
    hours: float = Field(gt=0, le=60)
    caseload: int | None = Field(default=None, ge=1, le=1_000)
    turnover: float = Field(default=0.0, ge=0, lt=1)
    an_hour: Cost
    evidence: Cited = ("assumed",)
    note: str = ""

    def people(self, families: int) -> int:
        """How many they are for so many families, one at least."""
        return max(round(self.per_1000 * families / 1_000), 1)

    def hours_of(self, families: int) -> float:
        """Hours of a week that they have for so many families, all together: as many as ``per_1000`` says."""
        return self.per_1000 * families / 1_000 * self.hours
