"""Patterns that set parameters of interaction: calibrate and constraint rows as measures of a still-face session.

The same functions read the exact law (when the defaults are fitted) and simulated sessions (when they are validated):
both give measures of a population's time, pooled and dyad by dyad.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..theory import evidence
from ..theory.states import DISTRESSED, LOOKING
from .agreement import Number, Part, Words
from .registry import finding
from .session_studies import EPISODES, PARADIGM, PLAY, REUNION, Reading, SessionStudies

__all__ = [
    "CONSTRAINTS",
    "POOLED",
    "SD_BETWEEN_SESSIONS",
    "SD_TOLERANCE",
    "Quantity",
    "margins",
    "session_rates",
]

_AVAILABLE = (PLAY, REUNION)


@dataclass(frozen=True)
class Quantity:
    """A number that a row publishes: a measure of all dyads' time in some episodes, pooled."""

    measure: str
    episodes: tuple[str, ...] = EPISODES
    tolerance: float = 0.05
    """How far the model may lie from it, relative to it."""

    @property
    def how(self) -> str:
        """How it is measured, in words."""
        return f"{self.measure.replace('_', ' ')}, {' + '.join(self.episodes)}, within {self.tolerance:.0%}"

    def of(self, run: Reading) -> float:
        """The number in a run, in the unit of its measure."""
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

SD_BETWEEN_SESSIONS: dict[str, str] = {"M_rate_inf": "infant", "M_rate_cg": "mother"}
"""Calibrate rows that also publish how much sessions differ in a partner's bouts a minute."""
SD_TOLERANCE = 0.10
"""How far, relative, that standard deviation may lie from the published one."""


def session_rates(measures: pd.DataFrame, partner: str) -> pd.Series:
    """A partner's bouts a minute over all episodes, dyad by dyad.

    Parameters
    ----------
    measures : a row a dyad and episode, as a session or a law gives them.
    partner : ``infant`` or ``mother``.
    """
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
    infant, mother = (run.contingency[f"{partner}_interactive_contingency"] for partner in ("infant", "mother"))
    return {"he follows her": infant, "she follows him": mother, "she follows him more": mother - infant}


def _self_dominance(run: Reading) -> dict[str, float]:
    """How far self-contingency exceeds twice the interactive one ("to a far greater extent")."""
    found = run.contingency
    return {
        f"{partner}: self far above interactive": found[f"{partner}_self_contingency"]
        - 2 * found[f"{partner}_interactive_contingency"]
        for partner in ("infant", "mother")
    }


CONSTRAINTS: Mapping[str, Any] = {
    "M_mesman_sfe": _still_face_effect,
    "M_beebe_asym": _asymmetry,
    "M_beebe_self_dom": _self_dominance,
}
"""Constraint rows, by id: each gives margins that must be above zero."""


def margins(id: str, run: Reading) -> dict[str, float]:
    """Margins of a constraint, sign by sign: all are above zero where it holds."""
    return {part: float(value) for part, value in CONSTRAINTS[id](run).items()}


# As findings ----------------------------------------------------------------------------------------------------------


def _published(studies: SessionStudies, id: str) -> Number:
    """A calibrate row; where it also publishes how much sessions differ, that must agree as well."""
    quantity, row = POOLED[id], evidence.row(id)
    model = Number.near(quantity.of(studies.still_face), row.number, quantity.tolerance)
    if id not in SD_BETWEEN_SESSIONS:
        return model
    rates = session_rates(studies.session(paradigm=PARADIGM).measures(), SD_BETWEEN_SESSIONS[id])
    return replace(model, also=("SD between sessions", Number.near(rates.std(), row.sd, SD_TOLERANCE)))


def _signs(studies: SessionStudies, id: str) -> Words:
    """A constraint row: every margin is above zero."""
    return Words.of(Part(says, margin, 1, 0.0) for says, margin in margins(id, studies.still_face).items())


for _id, _quantity in POOLED.items():
    finding(_id, level="interaction", sets=True, how=_quantity.how)(_published)
for _id, _constraint in CONSTRAINTS.items():
    finding(_id, level="interaction", sets=True, how=inspect.getdoc(_constraint) or "")(_signs)
