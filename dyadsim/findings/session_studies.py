"""Simulated studies of single sessions, in which published findings are looked for, each played once."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..interaction.interact import interact
from ..measurement.session import Session
from ..people.cohort import Cohort
from ..theory.rules import MONTH
from ..theory.states import DISTRESSED, LOOKING

__all__ = ["Lab"]


class Lab:
    """Sessions of simulated studies, each played once; the same dyads and luck wherever groups or ages are compared."""

    def __init__(self, dyads: int, seed: int) -> None:
        self.dyads, self.seed = dyads, seed
        self._sessions: dict[tuple[Any, ...], Session] = {}
        self._tables: dict[tuple[Any, ...], pd.DataFrame] = {}

    def session(
        self,
        population: str = "community",
        paradigm: str = "free-play",
        months: float | None = None,
        seconds: int | None = None,
        day: int = 0,
    ) -> Session:
        """A session of every dyad; at their population's own age where none is given. Another day is other luck."""
        asked = (population, paradigm, months, seconds, day)
        if asked not in self._sessions:
            cohort = Cohort.sample(self.dyads, population, self.seed)
            aged = cohort if months is None else cohort.replace(age=months * MONTH)
            self._sessions[asked] = interact(aged, paradigm, self.seed, seconds=seconds, day=day)
        return self._sessions[asked]

    def measures(
        self,
        population: str = "community",
        paradigm: str = "free-play",
        months: float | None = None,
        episode: str = "play",
        day: int = 0,
    ) -> pd.DataFrame:
        """Every dyad's measures in one episode, with gaze, negative affect and match above chance added."""
        asked = (population, paradigm, months, day)
        if asked not in self._tables:
            own = self.session(population, paradigm, months, day=day).measures().set_index("dyad")
            own["infant_gaze"] = sum(own[f"infant_{state}"] for state in LOOKING)
            own["infant_negative_affect"] = sum(own[f"infant_{state}"] for state in DISTRESSED)
            own["above_chance"] = own["match"] - own["chance_match"]
            self._tables[asked] = own
        return self._tables[asked][self._tables[asked]["episode"] == episode]
