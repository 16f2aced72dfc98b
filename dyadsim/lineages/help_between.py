"""Help between childhood and parenthood, as a file declares it: whom it reaches, and what it shifts (earned
security)."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy.special import ndtri

from ..common import toml_models
from ..common.errors import DyadsimError
from ..theory.evidence import Cited
from ..theory.slow_states import BACKGROUND

__all__ = ["HelpBetween"]

_FARTHEST = 3.0


class HelpBetween(toml_models.Written):
    """Help that some meet between childhood and parenthood, such as a therapy of their own.

    Attributes
    ----------
    name : what it is.
    share : of those whom it is for, who meet it.
    to : *all*; those who were *insecure* with their mother at twelve months; the *maltreated*; or those whose state of
        mind is not *coherent* (below the mean): *incoherent*.
    generations : of children in which it is there, from 1; left out: in each.
    history, unresolved, vulnerability : how far it shifts these, in standard scores.
    evidence : ids, or *assumed*.
    """

    name: str = Field(min_length=1, max_length=60)
    share: float = Field(gt=0, le=1)
    to: Literal["all", "insecure", "maltreated", "incoherent"] = "all"
    generations: toml_models.Listed[int] = ()
    history: float = Field(default=0.0, ge=-_FARTHEST, le=_FARTHEST)
    unresolved: float = Field(default=0.0, ge=-_FARTHEST, le=_FARTHEST)
    vulnerability: float = Field(default=0.0, ge=-_FARTHEST, le=_FARTHEST)
    evidence: Cited = ("assumed",)
    note: str = ""

    @model_validator(mode="after")
    def _shifts_something(self) -> Any:
        if not self.shifts:
            raise DyadsimError(f"'{self.name}' shifts nothing; give history, unresolved or vulnerability.")
        return self

    @property
    def shifts(self) -> dict[str, float]:
        """How far it shifts each part of the background that it shifts."""
        return {name: getattr(self, name) for name in BACKGROUND if getattr(self, name)}

    @property
    def decides(self) -> str:
        """The name of the draw that says whom it reaches."""
        return f"help: {self.name}"

    def reaches(
        self, children: pd.DataFrame, history: NDArray[np.float64], luck: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Truth (children,) of whom it reaches.

        Parameters
        ----------
        children : their childhood.
        history : (children,) states of mind without it.
        luck : (children,) standard normal draws.
        """
        generation = int(children["generation"].iloc[0])
        if self.generations and generation not in self.generations:
            return np.zeros(len(children), dtype=bool)
        those = {
            "all": np.ones(len(children), dtype=bool),
            "insecure": (children["attachment"] != "secure").to_numpy(),
            "maltreated": children["maltreated"].to_numpy(dtype=bool),
            "incoherent": history < 0,
        }[self.to]
        return those & (luck < ndtri(self.share))
