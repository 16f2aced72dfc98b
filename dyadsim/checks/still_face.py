"""Rows on the course and the differences between infants in the still-face."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..lab import Lab, Number, Part, Words, down, up
from ..states import ICEP
from .registry import check

_STILL_FACE = "still-face"


def _session(lab: Lab, months: float, population: str = "community") -> dict[str, pd.DataFrame]:
    """Measures of every dyad, episode by episode."""
    return {
        episode: lab.measures(population, _STILL_FACE, months, episode) for episode in ("play", _STILL_FACE, "reunion")
    }


@check("M_mesman_d")
def size_of_the_effect(lab: Lab) -> Words:
    """Standardised differences between still-face and play at 6 months, each less the published middle (recalled)."""
    own = _session(lab, 6)
    published = (("positive affect", "infant_positive", 0.95), ("gaze", "infant_gaze", 0.95))
    parts = []
    for says, measure, target in (*published, ("negative affect", "infant_negative_affect", 0.5)):
        found = abs(up(says, own[_STILL_FACE][measure], own["play"][measure]).value)
        parts.append(Part(f"|d| of {says}, less {target}:", found - target, 0, 0.25))
    return Words.of(parts)


@check("M_mesman13_minority")
def expected_pattern(lab: Lab) -> Number:
    """Share of infants at 4.5 months who fuss more and look less in the still-face than in play, and partly recover."""
    own = _session(lab, 4.5)
    fusses, looks = (
        {episode: own[episode][measure].to_numpy() for episode in own}
        for measure in ("infant_negative_affect", "infant_gaze")
    )
    still, after = _STILL_FACE, "reunion"
    up_and_down = (fusses[still] > fusses["play"]) & (fusses[after] < fusses[still])
    down_and_up = (looks[still] < looks["play"]) & (looks[after] > looks[still])
    return Number(float((up_and_down & down_and_up).mean()), 0.0, 0.5)


def _effect(lab: Lab, months: float, measure: str) -> pd.Series:
    own = _session(lab, months)
    return own[_STILL_FACE][measure] - own["play"][measure]


@check("M_mesman13_stability")
def stability_of_the_effect(lab: Lab) -> Words:
    """Correlation of the same infants' still-face effects at 3 and 6 months; none that 115 dyads could have seen."""
    return Words.of(
        Part(f"r of {says}", float(np.corrcoef(_effect(lab, 3, m), _effect(lab, 6, m))[0, 1]), 0, 1.96 / np.sqrt(115))
        for says, m in (("negative affect", "infant_negative_affect"), ("gaze", "infant_gaze"))
    )


@check("M_moore01_stability")
def stable_differences(lab: Lab) -> Words:
    """Correlations of the same infants' still-face at 2 and 6 months; gaze away in the still-face, 6 against 2 months.

    The simulated infants keep their traits and their luck's dyad number, but at either age every second is drawn anew.
    """
    two, six = (lab.measures(paradigm=_STILL_FACE, months=months, episode=_STILL_FACE) for months in (2, 6))
    parts = [
        Part(f"r of {says}", float(np.corrcoef(two[measure], six[measure])[0, 1]), 1, 1.96 / np.sqrt(129))
        for says, measure in (("gaze away", "infant_gaze"), ("negative", "infant_negative_affect"))
    ]
    return Words.of([*parts, down("gaze at her, 6 against 2 months", six["infant_gaze"], two["infant_gaze"])])


@check("M_ekas_within")
def course_within(lab: Lab) -> Words:
    """Second half of the still-face against the first, at 6 months: gaze, smiles and protest."""
    session = lab.session(paradigm=_STILL_FACE, months=6)
    first, last = session.ends[0], session.ends[1]
    halves = np.split(session.infant[:, first:last], 2, axis=1)
    names = ICEP.infant_names

    def share(half: int, *states: str) -> np.ndarray:
        return np.isin(halves[half], [names.index(state) for state in states]).mean(axis=1)

    return Words(
        (
            down("gaze", share(1, "monitor", "positive"), share(0, "monitor", "positive")),
            down("smiles", share(1, "positive"), share(0, "positive")),
            up("protest", share(1, "protest"), share(0, "protest")),
        )
    )


@check("M_ssg_attractor")
def attractors(lab: Lab) -> Words:
    """Cells of the state-space grid in which most time is spent, at 4 months: her warmth while he plays; in the reunion
    a second cell, of mismatched affect, grows."""
    session = lab.session(paradigm=_STILL_FACE, months=4)
    play, reunion = (session.pooled_moves([episode]).sum(axis=(2, 3)) for episode in ("play", "reunion"))
    infant, mother = ICEP.infant_names, ICEP.mother_names
    share = {name: cells / cells.sum() for name, cells in (("play", play), ("reunion", reunion))}
    support = share["play"][infant.index("object"), [mother.index("vocal"), mother.index("positive")]].sum()
    clash = {name: cells[infant.index("protest"), mother.index("vocal") :].sum() for name, cells in share.items()}
    others = np.delete(share["play"], infant.index("object"), axis=0)[:, mother.index("vocal") :].sum(axis=1)
    return Words(
        (
            Part("play: her warmth while he plays, above any other state of his", support - others.max(), 1, 0.01),
            Part("reunion: her warmth while he protests, against play", clash["reunion"] - clash["play"], 1, 0.01),
        )
    )


@check("M_clusters_4mo")
def kinds_of_infants(lab: Lab) -> Words:
    """Per cent of infants at 4 months by what they do most in play: gaze at her, other things, distress."""
    own = lab.measures(months=4)
    shares = np.stack([own["infant_gaze"], own["infant_object"], own["infant_negative_affect"]])
    most = np.bincount(shares.argmax(axis=0), minlength=3) / shares.shape[1] * 100
    published = (("engaged", 33), ("disengaged", 60), ("negative", 7))
    return Words.of(
        Part(f"{says}, less the published {target}:", float(value - target), 0, 11.0)  # 95 % of a share of 75 dyads
        for (says, target), value in zip(published, most, strict=True)
    )
