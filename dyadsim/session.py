"""Sessions: observed interaction of one or many dyads, simulated or coded, and its measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from . import measures as measured
from .states import AROUSAL_LEVELS, ICEP, CodeSet, MatchScheme, match_scheme
from .tally import Tally, tally_states

__all__ = ["Session"]

States = NDArray[np.int8]


@dataclass
class Session:
    """Interaction of n dyads over the same episodes.

    Attributes
    ----------
    dyads : list (n,)
        names or numbers of the dyads.
    episodes, ends : names of the episodes, and the step at which each is over.
    codes, step : the states told apart, and the seconds between observations.
    cohort, provenance : who and how, where the session was simulated.
    infant, mother, arousal : int8 (n, steps)
        state numbers in the order of ``codes``, -1 where not coded; arousal is None where it is not known. A session
        that did not keep its states makes them again when asked, the very same.
    """

    dyads: Sequence[Any]
    episodes: list[str]
    ends: list[int]
    codes: CodeSet = ICEP
    step: float = 1.0
    states: tuple[States, States, States | None] | None = None
    play: Callable[[], tuple[States, States, States | None]] | None = None
    counted: Tally | None = None
    cohort: Any = None
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def infant(self) -> States:
        return self._played[0]

    @property
    def mother(self) -> States:
        return self._played[1]

    @property
    def arousal(self) -> States | None:
        return self._played[2]

    @cached_property
    def _played(self) -> tuple[States, States, States | None]:
        if self.states is not None:
            return self.states
        assert self.play is not None, "a session has states or can make them"
        return self.play()

    def __len__(self) -> int:
        return len(self.dyads)

    def matched(self, scheme: str | MatchScheme | Any = "strict", dyad: int = 0) -> NDArray[np.bool_]:
        """(steps,) whether the dyad at that place matches, step by step (False where it was not coded)."""
        match = match_scheme(scheme, self.codes)
        return self.codable(dyad) & match.matrix[self.infant[dyad], self.mother[dyad]]

    def codable(self, dyad: int = 0) -> NDArray[np.bool_]:
        """(steps,) whether both partners are coded, step by step."""
        return (self.infant[dyad] >= 0) & (self.mother[dyad] >= 0)

    def measures(self, scheme: str | MatchScheme | Any = "strict") -> pd.DataFrame:
        """All measures under a match scheme (a name or a matrix of your own), one row a dyad and episode.

        Shares are of codable time, rates a minute of it, latencies in seconds. A dyad's repair survival is its
        Kaplan-Meier curve at 2, 5, 10 and 20 s; contingencies are standardised lag-one weights.
        """
        match = match_scheme(scheme, self.codes)
        tally = self._tally(match)
        frame = measured.interaction_measures(tally, match).join(measured.grid(tally))
        frame.insert(0, "dyad", np.repeat(np.asarray(self.dyads), len(self.episodes)))
        frame.insert(1, "episode", np.tile(self.episodes, len(self)))
        return frame

    def summary(self, scheme: str | MatchScheme | Any = "strict") -> pd.DataFrame:
        """Every measure over the dyads, one row an episode and measure: mean and its standard error.

        Repair survival and latency are not means of the dyads' own: all mismatches are pooled, with errors clustered by
        dyad.
        """
        frame = self.measures(scheme).drop(columns="dyad")
        pooled = self.repair_survival(scheme)
        rows = []
        for episode, part in frame.groupby("episode", sort=False):
            own = pooled[pooled["episode"] == episode]
            curve = own["survival"].to_numpy()
            special = {f"repair_survival_{s}": _at(own, s, self.step) for s in measured.SURVIVAL_AT}
            special["median_repair_latency"] = (float(measured.median_latency(curve[None], self.step)[0]), np.nan)
            special["mean_repair_latency"] = (float(measured.mean_latency(curve[None], self.step)[0]), np.nan)
            for name, values in part.drop(columns="episode").items():
                mean, error = special.get(str(name)) or (values.mean(), values.sem() if len(values) > 1 else np.nan)
                rows.append((episode, name, mean, error))
        return pd.DataFrame(rows, columns=["episode", "measure", "mean", "se"])

    def repair_survival(self, scheme: str | MatchScheme | Any = "strict") -> pd.DataFrame:
        """Pooled repair survival: ``episode``, ``seconds``, ``survival`` and its ``se``, clustered by dyad."""
        match = match_scheme(scheme, self.codes)
        tally = self._tally(match)
        parts = []
        for e, episode in enumerate(self.episodes):
            own = tally[e :: len(self.episodes)].latencies_of(match)
            curve = measured.survival(own.pooled())[0]
            error = measured.survival_error(own) if len(self) > 1 else np.full(len(curve), np.nan)
            seconds = np.arange(1, len(curve) + 1) * self.step
            parts.append(pd.DataFrame({"episode": episode, "seconds": seconds, "survival": curve, "se": error}))
        return pd.concat(parts, ignore_index=True)

    def _tally(self, scheme: MatchScheme) -> Tally:
        """Counts with the latencies of ``scheme``, dyad by dyad and episode by episode."""
        if self.counted is not None and scheme.name in self.counted.latencies:
            return self.counted
        return self._count([scheme])

    def _count(self, schemes: list[MatchScheme]) -> Tally:
        infant, mother, arousal = self._played
        tallies = []
        for first, end in zip([0, *self.ends[:-1]], self.ends, strict=True):
            part = slice(first, end)
            levels = None if arousal is None else arousal[:, part]
            tallies.append(
                tally_states(infant[:, part], mother[:, part], self.codes, schemes, self.step, levels, AROUSAL_LEVELS)
            )
        return _interleaved(tallies)


def _at(curve: pd.DataFrame, seconds: int, step: float) -> tuple[float, float]:
    row = curve.iloc[round(seconds / step) - 1]
    return float(row["survival"]), float(row["se"])


def _interleaved(tallies: list[Tally]) -> Tally:
    """Tallies of one episode each as one, dyad by dyad and episode by episode."""
    order = np.arange(len(tallies) * len(tallies[0])).reshape(len(tallies), -1).T.ravel()
    return Tally.together(tallies)[order]


