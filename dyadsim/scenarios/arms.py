"""Parts of a scenario: what users write of its twins and outputs, and the arms that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ..common import toml_models
from ..common.errors import DyadsimError
from ..interventions.offers import Offer
from ..people.population import LivesUnder
from ..people.risks_and_support import setting_named

__all__ = ["Arm", "Offers", "Settings", "Twin", "check_settings"]


def _named(given: Any, key: str) -> Any:
    """A name alone stands for a table with that name."""
    return (
        [{key: each} if isinstance(each, str) else each for each in given] if isinstance(given, list | tuple) else given
    )


Settings = Annotated[toml_models.Listed[LivesUnder], BeforeValidator(lambda given: _named(given, "setting"))]
Offers = Annotated[toml_models.Listed[Offer], BeforeValidator(lambda given: _named(given, "name"))]


class Twin(toml_models.Written):
    """What is otherwise for the twins of a scenario's dyads; what is left out is as in the scenario.

    Attributes
    ----------
    name : what they are called in tables and pictures.
    risks, support, interventions : instead of the scenario's.
    """

    name: str = Field(min_length=1)
    risks: Settings | None = None
    support: Settings | None = None
    interventions: Offers | None = None


@dataclass(frozen=True)
class Arm:
    """One way in which a scenario is lived through."""

    name: str
    risks: tuple[LivesUnder, ...]
    support: tuple[LivesUnder, ...]
    interventions: tuple[Offer, ...]


def check_settings(what: str, lives: tuple[LivesUnder, ...]) -> None:
    """Refuse a protection among risks, and a risk among support."""
    for each in lives:
        kind = setting_named(each.setting).kind
        if (kind == "risk") != (what == "risk"):
            raise DyadsimError(
                f"'{each.setting}' is a {kind}; it belongs under {'risks' if kind == 'risk' else 'support'}."
            )
