"""What a trial asks: the effect in question, named before the way in which it is estimated.

An estimand says for whom, on which outcome, when, against what, and what is made of intercurrent events: dyads who do
not take up what they are offered, miss sessions or leave (ICH E9 (R1), 2019). Its true value is known here, since every
dyad lives in every arm.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError
from ..measurement.criteria import Reading
from ..theory.attachment import CLASSES

__all__ = ["EVENTS", "MEASURES", "Estimand"]

MEASURES = {
    "difference": "mean difference, in points",
    "odds ratio": "ratio of the odds",
    "moderation": "by how much the difference grows",
}
"""Ways to say how far two arms differ, by name."""

EVENTS = {
    "treatment policy": "whatever they attended: the effect of being offered it",
    "hypothetical": "had all begun, come to every session and stayed",
    "principal stratum": "in those who would attend enough sessions, had they been offered it",
}
"""What is made of dyads who do not take part as planned, by name."""


class Estimand(toml_models.Written):
    """One effect that is asked about.

    Attributes
    ----------
    name : what analyses call it by.
    outcome : the instrument through which it is seen.
    visit : when.
    classed : of a classification, the class in question (``secure``).
    cut : of points, from which on a dyad counts: the outcome is then whether it reaches them.
    treated, against : arms (default: the first, and the last).
    measure : one of :data:`MEASURES` (default: the odds ratio of a class or cut, else the difference).
    moderator : of a moderation, the instrument as read at the first visit.
    who : a criterion on the first visit; without it all who were randomised.
    events : one of :data:`EVENTS`.
    sessions : of the principal stratum, the share of the sessions planned that is enough.
    """

    name: str = Field(min_length=1)
    outcome: str
    visit: str
    classed: str | None = None
    cut: float | None = None
    treated: str | None = None
    against: str | None = None
    measure: Literal["difference", "odds ratio", "moderation"] | None = None
    moderator: str | None = None
    who: Reading | None = None
    events: Literal["treatment policy", "hypothetical", "principal stratum"] = "treatment policy"
    sessions: float = Field(default=0.5, gt=0, le=1)

    @model_validator(mode="after")
    def _fits(self) -> Estimand:
        if self.classed is not None and self.cut is not None:
            raise DyadsimError(f"'{self.name}' asks for a class or for a cut, not for both.")
        if self.classed is not None and self.classed not in CLASSES:
            raise DyadsimError(f"There is no class '{self.classed}'; there are {', '.join(CLASSES)}.")
        if (self.moderator is not None) != (self.how_measured == "moderation"):
            raise DyadsimError(f"'{self.name}' asks for a moderation with a moderator, or for neither.")
        if self.how_measured == "odds ratio" and not self.is_share:
            raise DyadsimError(f"'{self.name}' asks for odds; of points, a cut says what counts.")
        if self.how_measured == "moderation" and self.is_share:
            raise DyadsimError(
                f"'{self.name}' asks for a moderation, which is of points here, and not of a class or cut."
            )
        return self

    @property
    def is_share(self) -> bool:
        """Whether the outcome is yes or no."""
        return self.classed is not None or self.cut is not None

    @property
    def how_measured(self) -> str:
        """How far arms differ is said by this: one of :data:`MEASURES`."""
        return self.measure or ("odds ratio" if self.is_share else "difference")

    def __str__(self) -> str:
        said = f"{self.outcome} at '{self.visit}'"
        if self.classed is not None:
            said = f"{self.classed} ({self.outcome}) at '{self.visit}'"
        elif self.cut is not None:
            said = f"{self.outcome} of {self.cut:g} or more at '{self.visit}'"
        by = f" with each point of {self.moderator} at the first visit" if self.moderator else ""
        who = "all who were randomised" if self.who is None else f"those with {self.who} at the first visit"
        return f"{MEASURES[self.how_measured]}{by}: {said}, in {who}, {EVENTS[self.events]}"
