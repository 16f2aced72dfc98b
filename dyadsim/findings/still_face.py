"""Findings on the course of the still-face, and on differences between infants in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..theory.states import ICEP, LOOKING
from .agreement import Number, Part, Words, down, up
from .registry import finding
from .session_studies import EPISODES, STILL_FACE, SessionStudies


def _session(studies: SessionStudies, months: float, population: str = "community") -> dict[str, pd.DataFrame]:
    """Measures of every dyad, episode by episode."""
    return {episode: studies.measures(population, STILL_FACE, months, episode) for episode in EPISODES}


@finding("M_mesman_d", level="interaction")
def size_of_the_effect(studies: SessionStudies, id: str) -> Words:
    """Standardised differences, still-face less play at 6 months, each less the published middle (recalled)."""
    episodes = _session(studies, 6)
    parts = []
    for says, measure, target in (
        ("positive affect", "infant_positive", -0.95),
        ("gaze", "infant_gaze", -0.95),
        ("negative affect", "infant_negative_affect", 0.5),
    ):
        found = cohens_d(episodes[STILL_FACE][measure], episodes["play"][measure])
        parts.append(Part(f"d of {says}, less {target}", found - target, 0, 0.25))
    return Words.of(parts)


@finding("M_mesman13_minority", level="interaction")
def expected_pattern(studies: SessionStudies, id: str) -> Number:
    """Share of infants who fuss more and look less in the still-face than in play, and partly recover in the reunion:
    at 3 or at 6 months, whichever is more."""
    return Number(max(_as_expected(_session(studies, months)) for months in (3, 6)), 0.0, 0.5)


def _as_expected(episodes: dict[str, pd.DataFrame]) -> float:
    """Share of infants with the expected pattern, from measures episode by episode."""
    fusses, looks = (
        {episode: measures[measure].to_numpy() for episode, measures in episodes.items()}
        for measure in ("infant_negative_affect", "infant_gaze")
    )
    still, after = STILL_FACE, "reunion"
    up_and_down = (fusses[still] > fusses["play"]) & (fusses[after] < fusses[still])
    down_and_up = (looks[still] < looks["play"]) & (looks[after] > looks[still])
    return float((up_and_down & down_and_up).mean())


def _effect(studies: SessionStudies, months: float, measure: str, day: int) -> pd.Series:
    """Every infant's still-face effect: a measure in the still-face less that in play."""
    still, play = (studies.measures("community", STILL_FACE, months, episode, day) for episode in (STILL_FACE, "play"))
    return still[measure] - play[measure]


@finding("M_mesman13_stability", level="interaction")
def stability_of_the_effect(studies: SessionStudies, id: str) -> Words:
    """Correlation of the same infants' still-face effects at 3 and 6 months (other luck); none that 115 dyads could
    have seen."""
    return Words.of(
        Part(f"r of {says}", _correlation(_effect(studies, 3, m, 0), _effect(studies, 6, m, 1)), 0, 1.96 / np.sqrt(115))
        for says, m in (("negative affect", "infant_negative_affect"), ("gaze", "infant_gaze"))
    )


def _correlation(one: pd.Series, other: pd.Series) -> float:
    return float(np.corrcoef(one, other)[0, 1])


@finding("M_moore01_stability", level="interaction")
def stable_differences(studies: SessionStudies, id: str) -> Words:
    """Correlations of the same infants' still-face at 2 and 6 months (other luck), which 129 dyads could have seen;
    gaze in the still-face, 6 against 2 months."""
    two, six = (studies.measures("community", STILL_FACE, months, STILL_FACE, day) for months, day in ((2, 0), (6, 1)))
    parts = [
        Part(f"r of {says}", _correlation(two[measure], six[measure]), 1, 1.96 / np.sqrt(129))
        for says, measure in (("gaze away", "infant_gaze"), ("negative", "infant_negative_affect"))
    ]
    return Words.of([*parts, down("gaze at her, 6 against 2 months", six["infant_gaze"], two["infant_gaze"])])


@finding("M_mesman_attach", level="interaction")
def smiles_and_sensitivity(studies: SessionStudies, id: str) -> Words:
    """Her sensitivity and his positive affect in the still-face at 6 months: correlation above zero. What follows for
    attachment is not expressed yet."""
    measures = studies.measures("community", STILL_FACE, 6, STILL_FACE)
    cohort = studies.session("community", STILL_FACE, 6).cohort
    assert cohort is not None, "a simulated session has a cohort"
    r = _correlation(pd.Series(cohort.traits["sensitivity"]), measures["infant_positive"])
    return Words((Part("r of sensitivity and positive affect", r, 1, 0.05),))


@finding("M_ekas_within", level="interaction")
def course_within(studies: SessionStudies, id: str) -> Words:
    """Second half of the still-face against the first, at 6 months: gaze, smiles and protest. Bids have no state."""
    session = studies.session(paradigm=STILL_FACE, months=6)
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


@finding("M_ssg_attractor", level="interaction")
def attractors(studies: SessionStudies, id: str) -> Words:
    """Cells of the state-space grid in which most time is spent, at 4 months: her warmth while he plays; in the reunion
    a second cell, of mismatched affect, grows."""
    session = studies.session(paradigm=STILL_FACE, months=4)
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


@finding("M_clusters_4mo", level="interaction")
def kinds_of_infants(studies: SessionStudies, id: str) -> Words:
    """Per cent of infants at 4 months by what they do most in play: gaze at her, other things, distress;
    each within the error of a share of 75."""
    measures = studies.measures(months=4)
    shares = np.stack([measures[f"infant_{what}"] for what in ("gaze", "object", "negative_affect")])
    most = np.bincount(shares.argmax(axis=0), minlength=3) / shares.shape[1] * 100
    published = (("engaged", 33), ("disengaged", 60), ("negative", 7))
    return Words.of(
        Part(f"{says}, less {target} %", float(value - target), 0, 1.96 * np.sqrt(target * (100 - target) / 75))
        for (says, target), value in zip(published, most, strict=True)
    )
