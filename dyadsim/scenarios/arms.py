"""Arms: the risks, support and interventions of a scenario and of each of its twins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, Field

from ..common import toml_models
from ..common.errors import DyadsimError
from ..common.shown import in_a_row
from ..interventions.effect_rule import InterventionRule
from ..interventions.offers import Offer
from ..interventions.size_draws import drawn
from ..people.population import LivesUnder, RisksOrSupport
from ..people.risks_and_support import Setting
from ..theory.parameter_sets import ParameterSet

__all__ = ["Arm", "Offers", "Twin", "arm_label", "check_risks_and_support", "with_drawn_sizes"]

Offers = Annotated[toml_models.Listed[Offer], BeforeValidator(lambda given: toml_models.tables_of(given))]
"""Interventions as users write them: names, or tables as :class:`dyadsim.Offer` has them."""


class Twin(toml_models.Written):
    """What is otherwise for the twins of a scenario's dyads; what is left out is as in the scenario.

    Attributes
    ----------
    name : what they are called in tables and pictures.
    risks, support, interventions : instead of the scenario's.
    """

    name: str = Field(min_length=1)
    risks: RisksOrSupport | None = None
    support: RisksOrSupport | None = None
    interventions: Offers | None = None


@dataclass(frozen=True)
class Arm:
    """One way in which a scenario is lived through."""

    name: str
    risks: tuple[LivesUnder, ...]
    support: tuple[LivesUnder, ...]
    interventions: tuple[Offer, ...]


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
