"""What is done in a trial: its arms, what each is offered, by whom, and where."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice, unknown
from ..interventions.catalogue import Intervention
from ..interventions.offers import Offer, Offered
from ..measurement.instruments import Instrument
from ..theory.evidence import Cited

__all__ = ["ALLOCATIONS", "Givers", "Sites", "Stratum", "TrialArm", "TrialOffer", "What"]

ALLOCATIONS = {
    "simple": "each dyad by itself, so that arms differ in size by chance",
    "complete": "as many to each arm as its share says, over the whole trial",
    "blocked": "in blocks, in each of which the arms have their shares",
    "stratified": "in blocks within each stratum",
    "minimised": "each to the arm that leaves the strata most alike, with a chance of 0.8 (Pocock & Simon 1975)",
    "cluster": "whole sites, as many to each arm as its share says",
}
"""Ways in which dyads are allocated to arms, by name."""
_MOST_ARMS = 6


class TrialOffer(Offer):
    """An intervention that an arm is offered, as :class:`dyadsim.Offer`, but for when it starts.

    Attributes
    ----------
    start : weeks after the first visit.
    """

    start: int = Field(default=0, ge=0, le=520)

    @model_validator(mode="after")
    def _starts_in_the_trial(self) -> TrialOffer:
        if self.start_week is not None:
            raise DyadsimError("In a trial an intervention starts so many weeks after the first visit: give 'start'.")
        return self

    def at(self, age: int, as_planned: bool = False) -> Offered:
        """The offer to dyads whose infants are so many weeks old at the first visit.

        Parameters
        ----------
        age : in weeks.
        as_planned : whether all begin, come to every session and stay to the end.

        Raises
        ------
        DyadsimError
            if the intervention is not made for that age.
        """
        shares = {name: getattr(self, name) for name in ("uptake", "attendance", "drop_out")}
        if as_planned:
            shares = {"uptake": 1.0, "attendance": 1.0, "drop_out": 0.0}
        return Offer(name=self.name, start_week=age + self.start, dose=self.dose, **shares).completed()

    @property
    def entry(self) -> Intervention:
        """Its entry in the catalogue."""
        return Offer(name=self.name).completed().entry


class Givers(toml_models.Written):
    """Therapists, or groups: those in whose hands, or with whom, an intervention acts more or less.

    Attributes
    ----------
    number : how many there are; dyads come to them by turns.
    seats : instead, dyads of the arm that are together in one; a new one opens when the last is full.
    sd : standard deviation of the logarithm by which the effect is stronger with one of them than with the middle one.
    evidence, note : what it rests on.
    """

    number: int | None = Field(default=None, ge=1, le=1_000)
    seats: int | None = Field(default=None, ge=2, le=100)
    sd: float = Field(default=0.0, ge=0, le=1.5)
    evidence: Cited = ("assumed",)
    note: str = ""

    @model_validator(mode="after")
    def _is_one(self) -> Givers:
        if (self.number is None) == (self.seats is None):
            raise DyadsimError("Those who give an intervention are so many (number), or groups of so many (seats).")
        return self


class TrialArm(toml_models.Written):
    """One arm.

    Attributes
    ----------
    name : what it is called in tables and pictures.
    share : of the dyads that come to it, against the shares of the other arms.
    interventions : what its dyads are offered: names, or tables as :class:`TrialOffer` has them.
    givers : therapists or groups, of all its interventions.
    adds : a known shift, in points by instrument, of all that is read in this arm after the first visit: an effect that
        is typed in, which counts as true. Readings may then lie beyond the ends of the scale.
    """

    name: str = Field(min_length=1)
    says: str = ""
    share: float = Field(default=1.0, gt=0, le=1_000)
    interventions: Annotated[
        toml_models.Listed[TrialOffer], BeforeValidator(lambda given: toml_models.tables_of(given))
    ] = ()
    givers: Givers | None = None
    adds: dict[str, float] = Field(default_factory=dict)

    @field_validator("adds")
    @classmethod
    def _give_points(cls, adds: dict[str, float]) -> dict[str, float]:
        for name in adds:
            if Instrument.load(name).classifies:
                raise DyadsimError(f"A shift is of points, and '{name}' gives classes.")
        return adds

    @model_validator(mode="after")
    def _fits(self) -> TrialArm:
        if name := twice(each.entry.name for each in self.interventions):
            raise DyadsimError(f"The arm '{self.name}' is offered '{name}' twice.")
        if self.givers is not None and not self.interventions:
            raise DyadsimError(f"Nothing is given in the arm '{self.name}', so it has no therapists or groups.")
        return self


class Sites(toml_models.Written):
    """Sites of a trial: clinics, or areas.

    Attributes
    ----------
    number : how many.
    icc : share of the variance of mothers' depression that lies between sites.
    size_cv : coefficient of variation of how many dyads they have (0: all alike).
    evidence, note : what it rests on.
    """

    number: int = Field(ge=2, le=1_000)
    icc: float = Field(default=0.0, ge=0, le=0.5)
    size_cv: float = Field(default=0.0, ge=0, le=1.5)
    evidence: Cited = ("assumed",)
    note: str = ""


class Stratum(toml_models.Written):
    """What arms are to be alike in.

    Attributes
    ----------
    by : ``site``, ``age``, or an instrument read at the first visit.
    cut : of an instrument: points from which on a dyad is in the upper stratum.
    """

    by: str
    cut: float | None = None

    @model_validator(mode="after")
    def _fits(self) -> Stratum:
        points = self.by not in ("site", "age")
        if points and Instrument.load(self.by).classifies:
            raise DyadsimError(f"Strata are by points, and '{self.by}' gives classes.")
        if points != (self.cut is not None):
            raise DyadsimError(f"A stratum by '{self.by}' has {'a' if points else 'no'} cut.")
        return self


class What(toml_models.Written):
    """What is done: arms, sites, and how dyads are allocated.

    Attributes
    ----------
    arms : the first is the one asked about, the last that against which it is held, where an estimand does not say.
    allocation : one of :data:`ALLOCATIONS`.
    block : dyads of a block (``blocked`` and ``stratified``; default: twice the arms).
    strata : of ``stratified`` and ``minimised``.
    sites : where; without them it is one place.
    """

    arms: toml_models.Listed[TrialArm] = Field(min_length=2, max_length=_MOST_ARMS)
    allocation: str = "blocked"
    block: int | None = Field(default=None, ge=2, le=1_000)
    strata: toml_models.Listed[Stratum] = ()
    sites: Sites | None = None

    @model_validator(mode="after")
    def _fits(self) -> What:
        if self.allocation not in ALLOCATIONS:
            raise unknown("allocation", self.allocation, ALLOCATIONS)
        if name := twice(arm.name for arm in self.arms):
            raise DyadsimError(f"Two arms are called '{name}'.")
        entries = {offer.entry for arm in self.arms for offer in arm.interventions}
        if name := twice(entry.name for entry in entries):
            raise DyadsimError(f"Two different interventions are called '{name}'; give yours another name.")
        self._check_allocation()
        return self

    def _check_allocation(self) -> None:
        in_strata = self.allocation in ("stratified", "minimised")
        if in_strata != bool(self.strata):
            raise DyadsimError(f"A {self.allocation} allocation has {'some' if in_strata else 'no'} strata.")
        if self.block is not None and self.allocation not in ("blocked", "stratified"):
            raise DyadsimError(f"A {self.allocation} allocation has no blocks.")
        if self.block is not None and self.block < len(self.arms):
            raise DyadsimError(f"A block of {self.block} dyads is too small for {len(self.arms)} arms.")
        if self.sites is None and (self.allocation == "cluster" or any(each.by == "site" for each in self.strata)):
            raise DyadsimError("There are no sites to be allocated; say under [what.sites] how many.")
        if self.allocation == "cluster" and self.sites is not None and self.sites.number < len(self.arms):
            raise DyadsimError(
                f"{self.sites.number} sites leave a cluster for {self.sites.number} of {len(self.arms)} arms only."
            )

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of the dyads that comes to each arm; together 1."""
        whole = sum(arm.share for arm in self.arms)
        return tuple(arm.share / whole for arm in self.arms)

    @property
    def dyads_of_block(self) -> int:
        """Dyads of a block."""
        return 2 * len(self.arms) if self.block is None else self.block
