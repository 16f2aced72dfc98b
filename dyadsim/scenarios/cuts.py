"""Cuts: groups of dyads for whom effects are told apart, declared in ``data/cuts.toml``.

A cut is by what an instrument reads at the start, by a risk or support under which dyads live, or by the sessions that
they attended. What the model does not know, and people ask for, is declared too, and said wherever cuts are listed.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..common.files import package_data
from ..common.toml_text import toml_values
from ..measurement.criteria import reached
from ..measurement.instruments import Instrument
from ..people.risks_and_support import Setting
from ..theory.evidence import Cited

__all__ = ["SAME", "Cut", "Groups", "NotKnown", "cuts", "not_known"]

SAME = "same"
"""Stands for the instrument whose differences are told."""

Numbers = NDArray[np.float64]
_THIRDS = ("lowest third", "middle third", "highest third")


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of dyads by a cut.

    Attributes
    ----------
    names : of the groups, from the lowest on.
    bounds : where each lies, in the points of an instrument; empty where nothing was read.
    place : (dyads,) in which of them each dyad is.
    """

    names: tuple[str, ...]
    bounds: tuple[str, ...]
    place: NDArray[np.int64]

    def kept(self) -> Groups:
        """The groups that hold somebody."""
        held = np.unique(self.place)
        names, bounds = (tuple(each[number] for number in held) for each in (self.names, self.bounds))
        return Groups(names, bounds, np.searchsorted(held, self.place))


class Cut(toml_models.Written):
    """One way to divide dyads into groups.

    Attributes
    ----------
    name, title : by which it is known, and what people read.
    instrument : by what it reads at the start, a shipped name, or ``same``: the instrument that is told of.
    at : ``cut``, that of the instrument, or ``thirds`` of the dyads.
    setting : by whether they live under a risk or support.
    sessions : by whether they attended at least this share of the sessions that they were offered.
    evidence, note : what it rests on that the cut lies there.
    """

    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    instrument: str | None = None
    at: Literal["cut", "thirds"] | None = None
    setting: str | None = None
    sessions: float | None = Field(default=None, gt=0, le=1)
    evidence: Cited = ("assumed",)
    note: str = Field(min_length=1)

    @model_validator(mode="after")
    def _is_by_one_thing(self) -> Cut:
        if sum(given is not None for given in (self.instrument, self.setting, self.sessions)) != 1:
            raise DyadsimError(f"The cut '{self.name}' is by an instrument, a setting or sessions, by one of them.")
        if (self.instrument is None) != (self.at is None):
            raise DyadsimError(f"The cut '{self.name}' says where it lies if, and only if, it is by an instrument.")
        if self.setting is not None:
            Setting.load(self.setting)
        if self.instrument not in (None, SAME):
            scale = Instrument.load(str(self.instrument))
            if scale.classifies or (self.at == "cut" and scale.cut is None):
                raise DyadsimError(f"The cut '{self.name}' is by '{scale.name}', which has no such points.")
        return self

    def by_points(self, points: Numbers, cut: float | None) -> Groups:
        """Groups by what an instrument read.

        Parameters
        ----------
        points : (dyads,) at the start.
        cut : of the instrument.
        """
        if self.at == "cut" and cut is not None:
            place = reached(points, cut).astype(np.int64)
            return Groups(
                ("below the cut", "at the cut or above"), (f"below {cut:g}", f"{cut:g} or more"), place
            ).kept()
        first, second = np.quantile(points, (1 / 3, 2 / 3))
        bounds = f"up to {first:.3g}", f"above {first:.3g}, up to {second:.3g}", f"above {second:.3g}"
        place = (points > first).astype(np.int64) + (points > second)
        return Groups(_THIRDS, bounds, place).kept()

    def by_setting(self, who: NDArray[np.bool_]) -> Groups:
        """Groups by whether dyads (dyads,) live under the setting."""
        name = str(self.setting).replace("-", " ")
        return Groups((f"not living under {name}", f"living under {name}"), ("", ""), who.astype(np.int64)).kept()

    def by_sessions(self, share: Numbers) -> Groups:
        """Groups by the share (dyads,) of the sessions offered that each attended."""
        said = f"{self.sessions:.0%} of the sessions"
        place = reached(share, self.sessions or 0.0).astype(np.int64)
        return Groups((f"came to fewer than {said}", f"came to at least {said}"), ("", ""), place).kept()


class NotKnown(toml_models.Written):
    """What people would divide by, and the model does not know: its name, a sentence that says so, and why."""

    name: str = Field(min_length=1)
    says: str = Field(min_length=1)
    note: str = Field(min_length=1)


class _Declared(toml_models.Written):
    """The whole of the file."""

    cuts: toml_models.Listed[Cut]
    not_known: toml_models.Listed[NotKnown]

    @model_validator(mode="after")
    def _are_different(self) -> _Declared:
        if name := twice([*(each.name for each in self.cuts), *(each.name for each in self.not_known)]):
            raise DyadsimError(f"Two cuts are called '{name}'.")
        return self


def cuts() -> Mapping[str, Cut]:
    """The declared cuts, by name."""
    return {each.name: each for each in _declared().cuts}


def not_known() -> tuple[NotKnown, ...]:
    """What dyads cannot be divided by, since the model does not know it."""
    return _declared().not_known


@functools.cache
def _declared() -> _Declared:
    return _Declared(**toml_values(package_data("cuts.toml").read_bytes()))
