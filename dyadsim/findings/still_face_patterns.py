"""The patterns that the model is set by: calibrate and constraint rows as measures of a still-face session.

The same functions read the exact law (when the defaults are fitted) and simulated sessions (when they are validated):
both give measures of a population's time, pooled and dyad by dyad.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..theory.states import DISTRESSED, LOOKING

__all__ = [
    "CONSTRAINTS",
    "EPISODES",
    "PARADIGM",
    "PLAY",
    "POOLED",
    "REUNION",
    "SPREAD",
    "SPREAD_TOLERANCE",
    "STILL_FACE",
    "Quantity",
    "Reading",
    "Run",
    "margins",
    "session_rates",
]

PLAY, STILL_FACE, REUNION = EPISODES = ("play", "still-face", "reunion")
"""The episodes of the still-face paradigm; the middle one gave it its name."""

PARADIGM = STILL_FACE
"""The procedure of the SCHWAN sessions, at its nominal length.

Theirs held the still face for 100 s in the mean (8,737 s in 87 sessions, note of M_dwell_cg_neu_play), the paradigm
does for 120 s: M_dwell_cg_neu_all is the shorter for it, and his distress is fitted as if it came of the longer one.
"""

_AVAILABLE = (PLAY, REUNION)


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
        """Mean over dyads of their own contingencies in play (pooling would add differences between dyads)."""
        own = self._run.contingencies()
        return own[own["episode"] == PLAY].drop(columns=["dyad", "episode"]).mean()


@dataclass(frozen=True)
class Quantity:
    """A number that a row publishes: a measure of all dyads' time in some episodes, pooled."""

    measure: str
    episodes: tuple[str, ...] = EPISODES
    tolerance: float = 0.05
    """How far the model may lie from it, relative to it."""

    def of(self, run: Reading) -> float:
        return float(run.pooled(self.episodes)[self.measure])


def _bout(measure: str, episodes: tuple[str, ...] = EPISODES) -> Quantity:
    return Quantity(f"{measure}_bout", episodes, tolerance=0.10)


def _rate(partner: str, episodes: tuple[str, ...] = EPISODES) -> Quantity:
    return Quantity(f"{partner}_bouts_per_min", episodes, tolerance=0.10)


_RARE = 0.5  # one bout in 87 sessions, or some forty: their shares are known no better

POOLED: dict[str, Quantity] = {
    "M_occ_inf_object": Quantity("infant_object"),
    "M_occ_inf_monitor": Quantity("infant_monitor"),
    "M_occ_inf_protest": Quantity("infant_protest"),
    "M_occ_inf_positive": Quantity("infant_positive"),
    "M_occ_inf_withdrawn": Quantity("infant_withdrawn", tolerance=_RARE),
    "M_occ_cg_pvc": Quantity("mother_vocal", _AVAILABLE),
    "M_occ_cg_neu": Quantity("mother_neutral", _AVAILABLE),
    "M_occ_cg_pos": Quantity("mother_positive", _AVAILABLE),
    "M_occ_cg_int": Quantity("mother_negative", _AVAILABLE, tolerance=_RARE),
    "M_occ_cg_non": Quantity("mother_elsewhere", _AVAILABLE, tolerance=_RARE),
    "M_dwell_inf_object": _bout("infant_object"),
    "M_dwell_inf_monitor": _bout("infant_monitor"),
    "M_dwell_inf_positive": _bout("infant_positive"),
    "M_dwell_inf_protest": _bout("infant_protest"),
    "M_dwell_cg_pos": _bout("mother_positive", _AVAILABLE),
    "M_dwell_cg_pvc": _bout("mother_vocal", _AVAILABLE),
    "M_dwell_cg_neu_all": _bout("mother_neutral"),
    "M_dwell_cg_neu_play": _bout("mother_neutral", _AVAILABLE),
    "M_dwell_cg_int": _bout("mother_negative", _AVAILABLE),
    "M_rate_inf": _rate("infant"),
    "M_rate_cg": _rate("mother"),
    "M_rate_cg_play": _rate("mother", _AVAILABLE),
}
"""Calibrate rows, by id."""

SPREAD: dict[str, str] = {"M_rate_inf": "infant", "M_rate_cg": "mother"}
"""Calibrate rows that also publish how much sessions differ in a partner's bouts a minute."""
SPREAD_TOLERANCE = 0.10
"""How far, relative, the spread between sessions may lie from the published one."""


def session_rates(measures: pd.DataFrame, partner: str) -> pd.Series:
    """A partner's bouts a minute over all episodes, dyad by dyad."""
    rate, seconds, dyad = measures[f"{partner}_bouts_per_min"], measures["seconds"], measures["dyad"]
    return (rate * seconds).groupby(dyad).sum() / seconds.groupby(dyad).sum()


def _still_face_effect(run: Reading) -> dict[str, float]:
    """Log ratios between episodes, positive where the sign is the published one."""
    play, still, reunion = (_affect(run, episode) for episode in EPISODES)
    return {
        "positive affect falls in the still-face": np.log(play["positive"] / still["positive"]),
        "gaze at her falls": np.log(play["gaze"] / still["gaze"]),
        "negative affect rises": np.log(still["negative"] / play["negative"]),
        "positive affect stays lower in the reunion": np.log(play["positive"] / reunion["positive"]),
        "negative affect stays higher in the reunion": np.log(reunion["negative"] / play["negative"]),
    }


def _affect(run: Reading, episode: str) -> dict[str, float]:
    share = run.pooled((episode,))
    return {
        "positive": share["infant_positive"],
        "gaze": sum(share[f"infant_{state}"] for state in LOOKING),
        "negative": sum(share[f"infant_{state}"] for state in DISTRESSED),
    }


def _asymmetry(run: Reading) -> dict[str, float]:
    """Interactive contingencies in play, mean over dyads."""
    own = run.contingency
    infant, mother = own["infant_interactive_contingency"], own["mother_interactive_contingency"]
    return {"he follows her": infant, "she follows him": mother, "she follows him more": mother - infant}


def _self_dominance(run: Reading) -> dict[str, float]:
    """How far self-contingency exceeds twice the interactive one ("to a far greater extent")."""
    own = run.contingency
    return {
        f"{partner}: self far above interactive": own[f"{partner}_self_contingency"]
        - 2 * own[f"{partner}_interactive_contingency"]
        for partner in ("infant", "mother")
    }


CONSTRAINTS: Mapping[str, Any] = {
    "M_mesman_sfe": _still_face_effect,
    "M_beebe_asym": _asymmetry,
    "M_beebe_self_dom": _self_dominance,
}
"""Constraint rows, by id: each gives margins that must be above zero."""


def margins(id: str, run: Reading) -> dict[str, float]:
    """A constraint's margins, sign by sign: all are above zero where it holds."""
    return {part: float(value) for part, value in CONSTRAINTS[id](run).items()}
