"""Costs as a service declares them: amounts in its prices, each with what it rests on."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, quoted
from ..theory.evidence import Cited

__all__ = ["Cost", "Prices"]


class Prices(toml_models.Written):
    """Prices in which all costs of a service are.

    Attributes
    ----------
    currency : three letters, such as GBP.
    year : of the prices.
    """

    currency: str
    year: int = Field(ge=1990, le=2100)

    @field_validator("currency")
    @classmethod
    def _is_one(cls, currency: str) -> str:
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise DyadsimError(f"A currency is three capital letters, such as GBP, not {quoted(currency)}.")
        return currency

    def __str__(self) -> str:
        return f"{self.currency} {self.year}"


class Cost(toml_models.Written):
    """A cost, in the prices of its service.

    Attributes
    ----------
    amount : from 0 on.
    grounding : ``measured`` (its row has it in these prices), ``borrowed`` (from another place or other prices) or
        ``assumed``.
    evidence : ids of rows, or a source in words; *assumed* where there is none.
    note : why so much; every borrowed or assumed one has it.
    """

    amount: float = Field(ge=0, le=1e7)
    grounding: Literal["measured", "borrowed", "assumed"]
    evidence: Cited = ("assumed",)
    note: str = ""

    @model_validator(mode="after")
    def _is_sound(self) -> Cost:
        if self.grounding != "measured" and not self.note:
            raise DyadsimError(f"A cost of {self.amount:g} is {self.grounding}; its note must say why it is so much.")
        if self.grounding != "assumed" and "assumed" in self.evidence:
            raise DyadsimError(f"A cost of {self.amount:g} is {self.grounding}; its evidence must say from where.")
        return self
