"""What is lost in a trial: sessions, dyads who are seen no more, and visits that are missed once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..theory.evidence import Cited
from .chances import Dependence

__all__ = ["Gaps", "Lost", "LostBy"]

Share = Annotated[float, Field(ge=0, le=1)]


class LostBy(toml_models.Written):
    """Dyads who are seen no more from a visit on.

    Attributes
    ----------
    visit : from which on.
    share : of those randomised who are gone by then; or two shares, the ends of a range out of which every replicate
        draws its own (evenly): so an assumption of which only a range is known is told as one.
    depends : who they are: on readings last seen, on true states at that visit, on sessions attended, on the arm.
    evidence, note : what it rests on.
    """

    visit: str
    share: Share | Annotated[tuple[float, float], Field(strict=False)]
    depends: toml_models.Listed[Dependence] = ()
    evidence: Cited = ("assumed",)
    note: str = ""

    @field_validator("share")
    @classmethod
    def _is_a_range(cls, share: float | tuple[float, float]) -> float | tuple[float, float]:
        if isinstance(share, tuple) and not 0 <= share[0] <= share[1] <= 1:
            raise DyadsimError(f"A range of shares goes from a smaller to a larger one from 0 to 1, not {share}.")
        return share

    @property
    def range(self) -> tuple[float, float]:
        """The ends of the range of the share; alike where it is one."""
        return self.share if isinstance(self.share, tuple) else (self.share, self.share)


class Gaps(toml_models.Written):
    """Readings that are missing though the dyad is still seen.

    Attributes
    ----------
    share : of readings at each visit after the first.
    instruments : of which (default: all, each by itself).
    depends : as in :class:`LostBy`.
    evidence, note : what it rests on.
    """

    share: float = Field(ge=0, lt=1)
    instruments: toml_models.Listed[str] = ()
    depends: toml_models.Listed[Dependence] = ()
    evidence: Cited = ("assumed",)
    note: str = ""


class Lost(toml_models.Written):
    """What is lost.

    Attributes
    ----------
    adherence : what beginning, coming and staying depend on, beside the shares of what is offered (of readings: those
        of the first visit).
    visits : dyads who are seen no more, by visit.
    gaps : single readings that are missing.
    """

    adherence: toml_models.Listed[Dependence] = ()
    visits: toml_models.Listed[LostBy] = ()
    gaps: toml_models.Listed[Gaps] = ()

    @model_validator(mode="after")
    def _fits(self) -> Lost:
        if any(each.sessions for each in self.adherence):
            raise DyadsimError("Sessions attended cannot depend on themselves.")
        if name := twice(each.visit for each in self.visits):
            raise DyadsimError(f"The loss by the visit '{name}' is told twice.")
        return self

    def changed_to(self, share: float, visit: str) -> Lost:
        """The losses with so large a share gone by a visit, and more or less by others in proportion.

        Parameters
        ----------
        share : from 0 to 1.
        visit : by which; where nobody was lost by it, they are from then on.
        """
        middle = {each.visit: sum(each.range) / 2 for each in self.visits}
        if visit not in middle:
            return self.changed({"visits": (LostBy(visit=visit, share=share),)})
        if middle[visit]:
            by = {name: min(of / middle[visit] * share, 1.0) for name, of in middle.items()}
        else:
            names = list(middle)
            by = {name: share if names.index(name) >= names.index(visit) else 0.0 for name in names}
        return self.changed({"visits": tuple(each.changed({"share": by[each.visit]}) for each in self.visits)})
