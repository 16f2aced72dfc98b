"""Plan of a trial's size: over which true effects, losses and reliabilities its power is looked for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError
from .declared_trial import Answer, DeclaredTrial
from .recruitment import MOST_RANDOMISED

__all__ = ["Cell", "PowerPlan"]

Share = Annotated[float, Field(ge=0, lt=1)]
_MOST_CELLS = 500


@dataclass(frozen=True)
class Cell:
    """Levels at which power is looked for; None: as the trial has it.

    Attributes
    ----------
    effect : how many times stronger the arm asked about acts.
    lost : share gone by the visit of the outcome.
    reliability : of the outcome's instrument.
    """

    effect: float
    lost: float | None
    reliability: float | None


class PowerPlan(toml_models.Shipped):
    """What size a trial needs, as its file asks.

    Attributes
    ----------
    title : what a report is headed with.
    trial : a shipped name, or a TOML file.
    analysis : whose power it is (default: the trial's first).
    power : that is wanted.
    dyads : numbers randomised, at which power is looked for.
    effects : how many times stronger than its entry says (or, if it is typed in, than is typed in) the arm asked about
        acts.
    lost : shares gone by the visit of the outcome (default: as the trial says).
    reliability : of the outcome's instrument (default: its own).
    replicates : at most.
    error : Monte Carlo error of each power that is small enough; with it no more replicates are run.
    seed : names dyads and luck (default: the trial's).
    """

    KIND: ClassVar[str] = "power_plan"
    title: str = ""
    trial: str
    analysis: str | None = None
    power: float = Field(default=0.8, gt=0.05, lt=1)
    dyads: toml_models.Listed[int] = Field(min_length=2, max_length=30)
    effects: toml_models.Listed[float] = Field(default=(1.0,), min_length=1, max_length=20)
    lost: toml_models.Listed[Share] = ()
    reliability: toml_models.Listed[float] = ()
    replicates: int = Field(default=1_000, ge=2, le=100_000)
    error: float = Field(default=0.015, gt=0, lt=0.5)
    seed: int | None = Field(default=None, ge=0, lt=2**64)

    @field_validator("dyads")
    @classmethod
    def _are_numbers(cls, dyads: tuple[int, ...]) -> tuple[int, ...]:
        for each in dyads:
            if not 2 <= each <= MOST_RANDOMISED:
                raise DyadsimError(f"A trial randomises from 2 to {MOST_RANDOMISED:,} dyads, not {each:,}.")
        if len(set(dyads)) < len(dyads):
            raise DyadsimError("Each number of dyads is looked at once.")
        return tuple(sorted(dyads))

    @field_validator("effects")
    @classmethod
    def _are_strengths(cls, effects: tuple[float, ...]) -> tuple[float, ...]:
        if any(not 0 <= each <= 20 for each in effects):
            raise DyadsimError("An effect is from 0 to 20 times as strong.")
        return tuple(dict.fromkeys(effects))

    @model_validator(mode="after")
    def _fits(self) -> PowerPlan:
        if len(self.cells) * len(self.dyads) > _MOST_CELLS:
            raise DyadsimError(f"{len(self.cells) * len(self.dyads):,} cells are more than {_MOST_CELLS}.")
        for cell in self.cells:
            self.declared(cell)
        return self

    @property
    def cells(self) -> list[Cell]:
        """All combinations of levels, but for the numbers of dyads."""
        lost: list[float | None] = [*self.lost] or [None]
        reliability: list[float | None] = [*self.reliability] or [None]
        return [Cell(*levels) for levels in itertools.product(self.effects, lost, reliability)]

    @property
    def answer(self) -> Answer:
        """The analysis whose power it is."""
        base = self.base
        return base.answers[0] if self.analysis is None else base.answer(self.analysis)

    @property
    def base(self) -> DeclaredTrial:
        """The trial, as it stands."""
        return DeclaredTrial.load(self.trial)

    def declared(self, cell: Cell | None = None, dyads: int | None = None) -> DeclaredTrial:
        """The trial at some levels, with so many dyads (default: the most of the plan); only what is asked is seen.

        Parameters
        ----------
        cell : levels of losses and reliability (its effect is no matter of the declaration).
        dyads : randomised.
        """
        base, answer = self.base, self.answer
        estimand = base.estimand(answer.asks)
        many = max(self.dyads) if dyads is None else dyads
        screened = base.who.screened_for(max(self.dyads))
        seen, lost = base.seen, base.lost
        if cell is not None and cell.lost is not None:
            lost = lost.changed_to(cell.lost, estimand.visit)
        if answer.method != "repeated":  # what comes after the visit asked about tells nothing
            kept = seen.visits[: seen.visits.index(seen.visit(estimand.visit)) + 1]
            names = [visit.name for visit in kept]
            seen = seen.changed({"visits": kept})
            lost = lost.changed({"visits": tuple(each for each in lost.visits if each.visit in names)})
        changes: dict[str, object] = {
            "who": base.who.changed({"dyads": many, "screened": screened}),
            "asked": (estimand,),
            "answered": (answer.changed({"family": None}),),
            "published": (),
            "lost": lost,
        }
        if self.seed is not None:
            changes["seed"] = self.seed
        if cell is not None and cell.reliability is not None:
            seen = seen.changed_to(cell.reliability, estimand.outcome)
        return base.changed({**changes, "seen": seen})
