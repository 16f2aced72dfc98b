"""What a visitor changes of a trial: the fields of the form, their part of an address, and the trial that follows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator

from ..common import toml_models
from ..trials.declared_trial import MOST_REPLICATES
from ..trials.recruitment import MOST_RANDOMISED
from ..trials.trial import Trial
from ..trials.visits import Scale
from . import form_fields
from .address_parts import check_known, shipped_in

__all__ = ["TrialChoices", "changed", "is_of_trial", "trial_fields"]

_FEW = 20  # replicates of a first look
_FIRST = "video-feedback"
_KEY = "trial"


class TrialChoices(toml_models.Written):
    """Choices of a visitor; what is None stays as the trial has it.

    Attributes
    ----------
    base : the trial to begin with, shipped or opened.
    dyads : randomised.
    replicates, seed : as a trial has them.
    lost : share that is gone by the last visit by which any are lost.
    reliability : of the instrument of the primary outcome, which is that of the first analysis.
    """

    base: Trial = Field(default_factory=lambda: Trial.load(_FIRST))
    dyads: int | None = None
    replicates: int = Field(default=_FEW, ge=1, le=MOST_REPLICATES)
    seed: int | None = None
    lost: float | None = Field(default=None, ge=0, le=1)
    reliability: float | None = None

    @model_validator(mode="after")
    def _can_be_run(self) -> Self:
        _ = self.trial
        return self

    @classmethod
    def of(cls, trial: Trial) -> Self:
        """The choices to begin with, once a trial was opened: few replicates."""
        return cls(base=trial, replicates=min(trial.replicates, _FEW))

    @classmethod
    def from_link(cls, parts: Iterable[str]) -> Self:
        """The choices that parts of an address say.

        Raises
        ------
        DyadsimError
            for what cannot be.
        """
        name, given = shipped_in(parts, _KEY, _FIRST)
        check_known(given, _KEY, [field for field in cls.model_fields if field != "base"])
        return cls(**given, base=Trial.load(name))

    def in_link(self) -> str:
        """The part of an address that says the same; nothing for an opened trial, which only its file can say."""
        if not toml_models.is_shipped(self.base):
            return ""
        changes = self.model_dump(exclude={"base"}, exclude_defaults=True)
        return urlencode({_KEY: self.base.name, **{f"{_KEY}.{name}": value for name, value in changes.items()}})

    @cached_property
    def trial(self) -> Trial:
        """The trial that follows."""
        base, changes = self.base, dict[str, Any](replicates=self.replicates)
        if self.dyads is not None:
            changes["who"] = base.who.changed({"dyads": self.dyads, "screened": base.who.screened_for(self.dyads)})
        if self.seed is not None:
            changes["seed"] = self.seed
        if self.lost is not None:
            changes["lost"] = base.lost.changed_to(self.lost, self.last_loss)
        if self.reliability is not None:
            changes["seen"] = base.seen.changed_to(self.reliability, self.scale.instrument.name)
        return base.changed(changes)

    @property
    def last_loss(self) -> str:
        """The last visit by which any are lost; the last of all where nobody is."""
        losses = self.base.lost.visits
        return losses[-1].visit if losses else self.base.seen.visits[-1].name

    @property
    def scale(self) -> Scale:
        """The instrument of the primary outcome."""
        return self.base.seen.scale(self.base.estimand(self.base.answers[0].asks).outcome)


def is_of_trial(part: str) -> bool:
    """Whether a part of an address says something of a trial."""
    return part.startswith((f"{_KEY}=", f"{_KEY}."))


def trial_fields(choices: TrialChoices) -> list[dict[str, Any]]:
    """Fields of which trial it is, and what is changed of it."""
    base, trial, scale = choices.base, choices.trial, choices.scale
    starts = form_fields.starts(Trial, base.name, "your own")
    low, high = next((each.range for each in base.lost.visits if each.visit == choices.last_loss), (0.0, 0.0))
    lost = f"{low:.0%}" if low == high else f"{low:.0%} to {high:.0%}, every replicate its own"
    more = " Who is lost by earlier visits changes in proportion." if len(base.lost.visits) > 1 else ""
    fields = [
        form_fields.select("start", "Start from", base.name, starts, base.says),
        form_fields.number("dyads", "Dyads randomised", trial.who.dyads, 2, MOST_RANDOMISED, 1, "All arms together."),
        form_fields.number(
            "replicates", "Replicates", trial.replicates, 1, MOST_REPLICATES, 1,
            "How often the trial is run, each time with other dyads: more make Monte Carlo errors smaller.",
        ),
        form_fields.number("seed", "Seed", trial.seed, 0, 2**31, 1, "Names dyads and luck."),
        form_fields.number(
            "lost", f"Share lost by the visit “{choices.last_loss}”", choices.lost, 0, 1, 0.01,
            f"Empty: as the trial has it, {lost}.{more}",
        )
        | {"optional": True},
    ]  # fmt: skip
    if scale.instrument.classifies:
        return fields
    says = (
        f"Of “{scale.instrument.name}”, which reads the primary outcome: share of the variance of its scores that is "
    )
    says += f"not error. Empty: as the trial has it, {scale.instrument.reliability:g}."
    reliability = form_fields.number(
        "reliability", "Reliability of the instrument", choices.reliability, 0.05, 1, 0.01, says
    )
    return [*fields, reliability | {"optional": True}]


def changed(choices: TrialChoices, key: str, value: Any) -> TrialChoices:
    """The choices after a field was changed.

    Raises
    ------
    DyadsimError
        for what a trial cannot be.
    """
    if key == "start":
        return TrialChoices.of(Trial.load(value)) if value in form_fields.told(Trial) else choices
    return choices.changed({key: float(value) if key in ("lost", "reliability") and value is not None else value})
