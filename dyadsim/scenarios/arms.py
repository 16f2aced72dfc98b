"""Arms: the risks, support and interventions of a scenario and of each of its twins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator

from ..common import toml_models
from ..common.errors import DyadsimError, quoted, twice, unknown
from ..common.shown import in_a_row
from ..interventions.effect_rule import InterventionRule
from ..interventions.offers import Offer
from ..interventions.size_draws import drawn
from ..people.population import LivesUnder, RisksOrSupport
from ..people.risks_and_support import Setting
from ..theory.parameter_sets import ParameterSet

__all__ = ["MOST_ARMS", "Arm", "Offers", "Twin", "arm_label", "check_risks_and_support", "with_drawn_sizes"]

Offers = Annotated[toml_models.Listed[Offer], BeforeValidator(lambda given: toml_models.tables_of(given))]
"""Interventions as users write them: names, or tables as :class:`dyadsim.Offer` has them."""

MOST_ARMS = 9
"""Arms of a scenario: itself, and eight twins, such as seven without an offer each and one without all."""


class Twin(toml_models.Written):
    """What is otherwise for the twins of a scenario's dyads; what is left out is as in the scenario.

    Attributes
    ----------
    name : what they are called in tables and pictures.
    risks, support, interventions : instead of the scenario's.
    without : names of offers, risks or support that they lack; all else follows the scenario as it is changed.
    """

    name: str = Field(min_length=1)
    risks: RisksOrSupport | None = None
    support: RisksOrSupport | None = None
    interventions: Offers | None = None
    without: toml_models.Listed[str] | None = Field(default=None, min_length=1)

    @field_validator("without")
    @classmethod
    def _are_different(cls, without: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if without and (name := twice(without)):
            raise DyadsimError(f"'{name}' is left out twice.")
        return without


@dataclass(frozen=True)
class Arm:
    """One way in which a scenario is lived through."""

    name: str
    risks: tuple[LivesUnder, ...]
    support: tuple[LivesUnder, ...]
    interventions: tuple[Offer, ...]

    def names(self) -> list[str]:
        """Names of its offers, risks and support."""
        offers = (offer.completed().entry.name for offer in self.interventions)
        return [*offers, *(each.setting for each in (*self.risks, *self.support))]

    def of_twins(self, twin: Twin) -> Arm:
        """The arm of some twins of this one's dyads.

        Raises
        ------
        DyadsimError
            for twins without an offer, risk or support that is not there.
        """
        parts = ("risks", "support", "interventions")
        changed = {part: given for part in parts if (given := getattr(twin, part)) is not None}
        return replace(self, name=twin.name, **changed).without(twin.without or ())

    def without(self, names: Iterable[str]) -> Arm:
        """The arm without some of its offers, risks and support.

        Raises
        ------
        DyadsimError
            for a name of which there is none.
        """
        left_out, there = set(names), self.names()
        for name in sorted(left_out - set(there)):
            if not there:
                raise DyadsimError(f"The twins '{self.name}' cannot be without {quoted(name)}: nothing is there.")
            raise unknown(f"offer, risk or support that the twins '{self.name}' are without:", name, there)
        return replace(
            self,
            risks=tuple(each for each in self.risks if each.setting not in left_out),
            support=tuple(each for each in self.support if each.setting not in left_out),
            interventions=tuple(each for each in self.interventions if each.completed().entry.name not in left_out),
        )

    def twins_without_each(self) -> tuple[Twin, ...]:
        """Twins that tell which offer did how much: one without each, and with several offers one without all."""
        entries = [offer.completed().entry for offer in self.interventions]
        each = [Twin(name=f"without {entry.short_title}", without=(entry.name,)) for entry in entries]
        all_of_them = (
            Twin(name="without all", without=tuple(entry.name for entry in entries)) if len(each) > 1 else None
        )
        return (*each, *filter(None, [all_of_them]))


def arm_label(offers: Sequence[Offer]) -> str:
    """What dyads are called beside their twins, by what they are offered: "with Peer support and Video feedback"."""
    titles = [offer.completed().entry.short_title for offer in offers]
    return f"with {in_a_row(titles)}" if titles else "all"


def check_risks_and_support(risks: Iterable[str], support: Iterable[str]) -> None:
    """Refuse a protection among risks, and a risk among support.

    Parameters
    ----------
    risks, support : names of settings.

    Raises
    ------
    DyadsimError
        that says where the first misplaced one belongs.
    """
    for expected, names in (("risk", risks), ("protection", support)):
        for name in names:
            if (kind := Setting.load(name).kind) != expected:
                raise DyadsimError(
                    f"'{name}' is a {kind}; it belongs under {'risks' if kind == 'risk' else 'support'}."
                )


def with_drawn_sizes(offers: tuple[Offer, ...], parameters: ParameterSet | None) -> tuple[Offer, ...]:
    """Offers as they are with a set of the ensemble: sizes of interventions as its number draws them.

    So what an ensemble tells holds what is not known of sizes, too. A rule of the user's keeps the sizes of its entry.

    Parameters
    ----------
    offers : of an arm.
    parameters : the set; None, or one that is none of the ensemble's: sizes as they are declared.
    """
    if parameters is None or parameters.number < 0:
        return offers
    told = ((offer, offer.completed()) for offer in offers)
    return tuple(
        offer.changed({"name": drawn(each.entry, parameters.number)}) if each.rule is InterventionRule else offer
        for offer, each in told
    )
