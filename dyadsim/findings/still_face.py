"""Findings on the course of the still-face, and on differences between infants in it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..theory.rules import MONTH
from ..theory.states import ICEP, LOOKING
from .agreement import SMALL, Number, Part, Target, Targets, Words, correlation, down, up
from .registry import finding
from .session_studies import EPISODES, STILL_FACE, SessionStudies


def _session(studies: SessionStudies, months: float, population: str = "community") -> dict[str, pd.DataFrame]:
    """Measures of every dyad, episode by episode."""
    return {episode: studies.measures(population, STILL_FACE, months, episode) for episode in EPISODES}


@finding("M_mesman_d", level="interaction", sets=True)
def size_of_the_effect(studies: SessionStudies, id: str) -> Targets:
    """Standardised differences, still-face less play at 3, 4 and 6 months, each within a wide range about the published
    (recalled): a large fall of smiles and gaze, a medium rise of negative affect, which stays above play's in the
    reunion."""
    parts = []
    for months in (3, 4, 6):
        episodes = _session(studies, months)
        for says, measure, episode, low, high in (
            ("smiles", "infant_positive", STILL_FACE, -1.3, -0.6),
            ("gaze", "infant_gaze", STILL_FACE, -1.3, -0.6),
            ("negative", "infant_negative_affect", STILL_FACE, 0.3, 0.8),
            ("negative in the reunion", "infant_negative_affect", "reunion", SMALL, 1.0),
        ):
            found = cohens_d(episodes[episode][measure], episodes["play"][measure])
            parts.append(Target(f"{says}, {months} months (d)", found, np.nan, low, high))
    return Targets(tuple(parts))


@finding("M_mesman13_minority", level="interaction", sets=True)
def expected_pattern(studies: SessionStudies, id: str) -> Number:
    """Share of infants who fuss more and look less in the still-face than in play, and partly recover in the reunion:
    at 3 or at 6 months, whichever is more; a minority, with room for chance and for how states are coded."""
    return Number(max(_as_expected(_session(studies, months)) for months in (3, 6)), 0.0, 0.6)


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
        Part(f"r of {says}", correlation(_effect(studies, 3, m, 0), _effect(studies, 6, m, 1)), 0, 1.96 / np.sqrt(115))
        for says, m in (("negative affect", "infant_negative_affect"), ("gaze", "infant_gaze"))
    )


@finding("M_moore01_stability", level="interaction")
def stable_differences(studies: SessionStudies, id: str) -> Words:
    """Correlations of the same infants' still-face at 2 and 6 months (other luck), which 129 dyads could have seen;
    gaze in the still-face, 6 against 2 months."""
    two, six = (studies.measures("community", STILL_FACE, months, STILL_FACE, day) for months, day in ((2, 0), (6, 1)))
    parts = [
        Part(f"r of {says}", correlation(two[measure], six[measure]), 1, 1.96 / np.sqrt(129))
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
    r = correlation(pd.Series(cohort.traits["sensitivity"]), measures["infant_positive"])
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


@finding("N035", level="interaction", sets=True)
def fall_by_age(studies: SessionStudies, id: str) -> Words:
    """Gaze and smiles fall in the still-face at 3 and 6 months; at 9 smiles are near the floor in it (under 2 % of
    time)."""
    parts = []
    for months in (3, 6):
        episodes = _session(studies, months)
        parts += [
            down(f"{says}, {months} months", episodes[STILL_FACE][measure], episodes["play"][measure])
            for says, measure in (("gaze", "infant_gaze"), ("smiles", "infant_positive"))
        ]
    floor = float(_session(studies, 9)[STILL_FACE]["infant_positive"].mean())
    return Words.of([*parts, Part("smiles at 9 months, less .02", floor - 0.02, -1, 0.0)])


@finding("N036", level="interaction", sets=True)
def from_six_weeks_on(studies: SessionStudies, id: str) -> Words:
    """Gaze and smiles fall in the still-face at 6 weeks and 3 months; those of newborns (two days) do not: by less than
    half as much as at 6 weeks."""
    fall, parts = {}, []
    for says, months in (("newborn", 2 / 7 / MONTH), ("6 weeks", 1.5), ("3 months", 3)):
        play, still = (_session(studies, months)[episode] for episode in ("play", STILL_FACE))
        for what, measure in (("gaze", "infant_gaze"), ("smiles", "infant_positive")):
            fall[what, says] = cohens_d(still[measure], play[measure])
            if says != "newborn":
                parts.append(down(f"{what}, {says}", still[measure], play[measure]))
    for what in ("gaze", "smiles"):
        less = fall[what, "newborn"] - fall[what, "6 weeks"] / 2
        parts.append(Part(f"{what}, newborn (d) less half of 6 weeks", less, 1, 0.0))
    return Words.of(parts)


@finding("N042", level="interaction", sets=True)
def what_they_do_most(studies: SessionStudies, id: str) -> Words:
    """Still-face at 3.5 months: most infants look away, neutral, for more of it than anything else, and crying is what
    most do least of the two (shares of infants by what they do most)."""
    still = studies.measures("community", STILL_FACE, 3.5, STILL_FACE)
    shares = np.stack([still[f"infant_{state}"] for state in ICEP.infant_names])
    most = np.bincount(shares.argmax(axis=0), minlength=len(shares)) / shares.shape[1]
    away, cries = (float(most[ICEP.infant_names.index(state)]) for state in ("object", "protest"))
    return Words(
        (Part("look away most, less a half", away - 0.5, 1, 0.0), Part("less those who cry", away - cries, 1, 0.2))
    )


@finding("N105", level="interaction", sets=True)
def negativity_after_stress(studies: SessionStudies, id: str) -> Words:
    """Negativity and negative affect at 5 months (r): in the reunion, more closely than in the still-face and in
    play."""
    negativity = studies.traits()["negativity"]
    play, still, reunion = (
        correlation(negativity, each["infant_negative_affect"]) for each in _session(studies, 5).values()
    )
    return Words(
        (
            Part("in the reunion", reunion, 1, 0.1),
            Part("in the reunion, less in the still-face", reunion - still, 1, 0.0),
            Part("in the reunion, less in play", reunion - play, 1, 0.0),
        )
    )


@finding("N129", level="interaction", sets=True)
def still_face_with_touch(studies: SessionStudies, id: str) -> Words:
    """Still-face at 6 months with touch against the same infants' without: more smiles, less protest."""
    touched, plain = (
        studies.measures("community", paradigm, 6, STILL_FACE) for paradigm in ("still-face-with-touch", STILL_FACE)
    )
    return Words(
        (
            up("smiles", touched["infant_positive"], plain["infant_positive"]),
            down("protest", touched["infant_protest"], plain["infant_protest"]),
        )
    )
