"""Rows on the course and the differences between infants in the still-face."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..theory.states import ICEP, LOOKING
from .agreement import Number, Part, Words, down, up
from .registry import check
from .session_studies import Lab
from .still_face_patterns import EPISODES, STILL_FACE


def _session(lab: Lab, months: float, population: str = "community") -> dict[str, pd.DataFrame]:
    """Measures of every dyad, episode by episode."""
    return {episode: lab.measures(population, STILL_FACE, months, episode) for episode in EPISODES}


@check("M_mesman_d")
def size_of_the_effect(lab: Lab) -> Words:
    """Standardised differences, still-face less play at 6 months, each less the published middle (recalled)."""
    own = _session(lab, 6)
    parts = []
    for says, measure, target in (
        ("positive affect", "infant_positive", -0.95),
        ("gaze", "infant_gaze", -0.95),
        ("negative affect", "infant_negative_affect", 0.5),
    ):
        found = cohens_d(own[STILL_FACE][measure], own["play"][measure])
        parts.append(Part(f"d of {says}, less {target}", found - target, 0, 0.25))
    return Words.of(parts)


@check("M_mesman13_minority")
def expected_pattern(lab: Lab) -> Number:
    """Share of infants who fuss more and look less in the still-face than in play, and partly recover in the reunion:
    at 3 or at 6 months, whichever is more."""
    return Number(max(_as_expected(_session(lab, months)) for months in (3, 6)), 0.0, 0.5)


def _as_expected(own: dict[str, pd.DataFrame]) -> float:
    fusses, looks = (
        {episode: own[episode][measure].to_numpy() for episode in own}
        for measure in ("infant_negative_affect", "infant_gaze")
    )
    still, after = STILL_FACE, "reunion"
    up_and_down = (fusses[still] > fusses["play"]) & (fusses[after] < fusses[still])
    down_and_up = (looks[still] < looks["play"]) & (looks[after] > looks[still])
    return float((up_and_down & down_and_up).mean())


def _effect(lab: Lab, months: float, measure: str, day: int) -> pd.Series:
    still, play = (lab.measures("community", STILL_FACE, months, episode, day) for episode in (STILL_FACE, "play"))
    return still[measure] - play[measure]


@check("M_mesman13_stability")
def stability_of_the_effect(lab: Lab) -> Words:
    """Correlation of the same infants' still-face effects at 3 and 6 months (other luck); none that 115 dyads could
    have seen."""
    return Words.of(
        Part(f"r of {says}", _correlation(_effect(lab, 3, m, 0), _effect(lab, 6, m, 1)), 0, 1.96 / np.sqrt(115))
        for says, m in (("negative affect", "infant_negative_affect"), ("gaze", "infant_gaze"))
    )


def _correlation(one: pd.Series, other: pd.Series) -> float:
    return float(np.corrcoef(one, other)[0, 1])


@check("M_moore01_stability")
def stable_differences(lab: Lab) -> Words:
    """Correlations of the same infants' still-face at 2 and 6 months (other luck), which 129 dyads could have seen;
    gaze in the still-face, 6 against 2 months."""
    two, six = (lab.measures("community", STILL_FACE, months, STILL_FACE, day) for months, day in ((2, 0), (6, 1)))
    parts = [
        Part(f"r of {says}", _correlation(two[measure], six[measure]), 1, 1.96 / np.sqrt(129))
        for says, measure in (("gaze away", "infant_gaze"), ("negative", "infant_negative_affect"))
    ]
    return Words.of([*parts, down("gaze at her, 6 against 2 months", six["infant_gaze"], two["infant_gaze"])])


@check("M_mesman_attach")
def smiles_and_sensitivity(lab: Lab) -> Words:
    """Her sensitivity and his positive affect in the still-face at 6 months: correlation above zero. What follows for
    attachment is not expressed yet."""
    own = lab.measures("community", STILL_FACE, 6, STILL_FACE)
    cohort = lab.session("community", STILL_FACE, 6).cohort
    assert cohort is not None, "a simulated session has a cohort"
    r = _correlation(pd.Series(cohort.traits["sensitivity"]), own["infant_positive"])
    return Words((Part("r of sensitivity and positive affect", r, 1, 0.05),))


@check("M_ekas_within")
def course_within(lab: Lab) -> Words:
    """Second half of the still-face against the first, at 6 months: gaze, smiles and protest. Bids have no state."""
    session = lab.session(paradigm=STILL_FACE, months=6)
    first, last = session.ends[0], session.ends[1]
    halves = np.split(session.infant[:, first:last], 2, axis=1)
    names = ICEP.infant_names

    def share(half: int, *states: str) -> np.ndarray:
        return np.isin(halves[half], [names.index(state) for state in states]).mean(axis=1)

    return Words(
        (
            down("gaze", share(1, *LOOKING), share(0, *LOOKING)),
            down("smiles", share(1, "positive"), share(0, "positive")),
            up("protest", share(1, "protest"), share(0, "protest")),
        )
    )


@check("M_ssg_attractor")
def attractors(lab: Lab) -> Words:
    """Cells of the state-space grid in which most time is spent, at 4 months: her warmth while he plays; in the reunion
    a second cell, of mismatched affect, grows."""
    session = lab.session(paradigm=STILL_FACE, months=4)
    play, reunion = (session.pooled_moves([episode]).sum(axis=(2, 3)) for episode in ("play", "reunion"))
    infant, mother = ICEP.infant_names, ICEP.mother_names
    share = {name: cells / cells.sum() for name, cells in (("play", play), ("reunion", reunion))}
    support = share["play"][infant.index("object"), [mother.index("vocal"), mother.index("positive")]].sum()
    clash = {name: cells[infant.index("protest"), mother.index("vocal") :].sum() for name, cells in share.items()}
    others = np.delete(share["play"], infant.index("object"), axis=0)[:, mother.index("vocal") :].sum(axis=1)
    return Words(
        (
            Part(
                "play: share of her warmth while he plays, less that in any other state of his",
                support - others.max(),
                1,
                0.01,
            ),
            Part("share of her warmth while he protests, reunion less play", clash["reunion"] - clash["play"], 1, 0.01),
        )
    )


@check("M_clusters_4mo")
def kinds_of_infants(lab: Lab) -> Words:
    """Per cent of infants at 4 months by what they do most in play: gaze at her, other things, distress;
    each within the error of a share of 75."""
    own = lab.measures(months=4)
    shares = np.stack([own["infant_gaze"], own["infant_object"], own["infant_negative_affect"]])
    most = np.bincount(shares.argmax(axis=0), minlength=3) / shares.shape[1] * 100
    published = (("engaged", 33), ("disengaged", 60), ("negative", 7))
    return Words.of(
        Part(f"{says}, less {target} %", float(value - target), 0, 1.96 * np.sqrt(target * (100 - target) / 75))
        for (says, target), value in zip(published, most, strict=True)
    )
