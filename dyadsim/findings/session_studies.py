"""Simulated studies of single sessions, in which published findings are looked for, each played once."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..interaction.interact import interact
from ..measurement.session import Session
from ..people.cohort import Cohort
from ..theory.coefficients import Coefficients
from ..theory.rules import MONTH
from ..theory.states import DISTRESSED, LOOKING

__all__ = ["EPISODES", "PARADIGM", "PLAY", "REUNION", "STILL_FACE", "Reading", "Run", "SessionStudies"]

PLAY = "play"
STILL_FACE = "still-face"
REUNION = "reunion"
EPISODES: tuple[str, str, str] = (PLAY, STILL_FACE, REUNION)
"""The episodes of the still-face paradigm; the middle one gave it its name."""

PARADIGM = STILL_FACE
"""The procedure of the SCHWAN sessions, at its nominal length.

Theirs held the still face for 100 s in the mean (8,737 s in 87 sessions, note of M_dwell_cg_neu_play), the paradigm
does for 120 s: M_dwell_cg_neu_all is the shorter for it, and his distress is fitted as if it came of the longer one.
"""


class Run(Protocol):
    """What can be held against a row: the exact law of a paradigm, or a simulated session."""

    def pooled_measures(self, episodes: Collection[str] | None = None, scheme: Any = None) -> pd.Series: ...

    def contingencies(self) -> pd.DataFrame: ...


class Reading:
    """A run's measures of the still-face, each made once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pooled: dict[tuple[str, ...], pd.Series] = {}

    def pooled(self, episodes: tuple[str, ...]) -> pd.Series:
        """Measures of all dyads' time in these episodes, taken as one stretch."""
        if episodes not in self._pooled:
            self._pooled[episodes] = self._run.pooled_measures(episodes)
        return self._pooled[episodes]

    @cached_property
    def contingency(self) -> pd.Series:
        """Mean over dyads of each dyad's contingencies in play (pooling would add differences between dyads)."""
        by_dyad = self._run.contingencies()
        return by_dyad[by_dyad["episode"] == PLAY].drop(columns=["dyad", "episode"]).mean()


class SessionStudies:
    """Sessions of simulated studies, each played once; the same dyads and luck wherever groups or ages are compared.

    Parameters
    ----------
    dyads : in each session.
    seed : names dyads and luck.
    coefficients : strengths of the rules (default: the shipped ones).
    threads : how many to use (default: as many as there are cores for it).
    """

    def __init__(
        self, dyads: int, seed: int, coefficients: Coefficients | None = None, threads: int | None = None
    ) -> None:
        self.dyads, self.seed, self.threads = dyads, seed, threads
        self.coefficients = Coefficients.default() if coefficients is None else coefficients
        self._cohorts: dict[str, Cohort] = {}
        self._sessions: dict[tuple[Any, ...], Session] = {}
        self._tables: dict[tuple[Any, ...], pd.DataFrame] = {}

    def _cohort(self, population: str) -> Cohort:
        """Dyads of a population, drawn when first asked for."""
        if population not in self._cohorts:
            drawn = Cohort.sample(self.dyads, population, self.seed, coefficients=self.coefficients)
            self._cohorts[population] = drawn
        return self._cohorts[population]

    def session(
        self,
        population: str = "community",
        paradigm: str = "free-play",
        months: float | None = None,
        seconds: int | None = None,
        day: int = 0,
    ) -> Session:
        """A session of every dyad.

        Parameters
        ----------
        population, paradigm : their names.
        months : the infants' age (default: that of the population).
        seconds : to which the paradigm is stretched (default: its length).
        day : another day is other luck.
        """
        asked = (population, paradigm, months, seconds, day)
        if asked not in self._sessions:
            cohort = self._cohort(population)
            aged = cohort if months is None else cohort.replace(age=months * MONTH)
            self._sessions[asked] = interact(aged, paradigm, self.seed, seconds=seconds, day=day, threads=self.threads)
        return self._sessions[asked]

    @cached_property
    def still_face(self) -> Reading:
        """Still-face sessions of the community, as the rows that set the model are read from them."""
        return Reading(self.session(paradigm=PARADIGM))

    def traits(self, population: str = "community") -> dict[str, NDArray[np.float64]]:
        """Traits (dyads,) of a population's dyads, by name."""
        return dict(self._cohort(population).traits)

    def measures(
        self,
        population: str = "community",
        paradigm: str = "free-play",
        months: float | None = None,
        episode: str = "play",
        day: int = 0,
        seconds: int | None = None,
    ) -> pd.DataFrame:
        """Every dyad's measures in one episode, with gaze, negative affect and match above chance added.

        Parameters
        ----------
        population, paradigm, months, day, seconds : as in :meth:`session`.
        episode : its name.
        """
        asked = (population, paradigm, months, day, seconds)
        if asked not in self._tables:
            table = self.session(population, paradigm, months, seconds, day).measures().set_index("dyad")
            table["infant_gaze"] = sum(table[f"infant_{state}"] for state in LOOKING)
            table["infant_negative_affect"] = sum(table[f"infant_{state}"] for state in DISTRESSED)
            table["above_chance"] = table["match"] - table["chance_match"]
            self._tables[asked] = table
        return self._tables[asked][self._tables[asked]["episode"] == episode]
