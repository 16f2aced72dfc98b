"""Findings that compare groups of mothers and infants."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.effect_size import cohens_d, told_from_none
from ..measurement.session import Session
from ..theory.states import ICEP, LOOKING
from .agreement import Part, Words, absent, down, ratio, up
from .registry import finding
from .session_studies import EPISODES, STILL_FACE, SessionStudies

_SELF = ("infant_self_contingency", "mother_self_contingency")


@finding("M_aktar_match", level="interaction")
def affect_matched(studies: SessionStudies, id: str) -> Words:
    """Free play at 4 months: match (affect scheme) of depressed and anxious against community, seen by 30 and 40; the
    depressed group's neutral and positive faces."""
    groups = ("depressed", "anxious", "community")
    depressed, anxious, others = (studies.session(group, months=4).measures("affect") for group in groups)
    return Words(
        (
            absent("match, depressed", depressed["match"], others["match"], (30, 40)),
            absent("match, anxious", anxious["match"], others["match"], (30, 40)),
            up("her neutral, depressed", depressed["mother_neutral"], others["mother_neutral"]),
            down("her positive, depressed", depressed["mother_positive"], others["mother_positive"]),
        )
    )


@finding("M_preterm_distancing", level="interaction")
def preterm(studies: SessionStudies, id: str) -> Words:
    """Still-face at 7.5 months: monitoring in the reunion, preterm above term; mothers alike, seen by 25 and 25.
    Distancing has no state of its own and is not expressed."""
    early, term = (studies.measures(group, STILL_FACE, 7.5, "reunion") for group in ("preterm", "community"))
    alike = [
        absent(f"her {state}", early[f"mother_{state}"], term[f"mother_{state}"], (25, 25))
        for state in ("positive", "vocal", "negative")
    ]
    return Words.of([up("monitoring", early["infant_monitor"], term["infant_monitor"]), *alike])


@finding("M_reck18_pos", level="interaction")
def smiles_and_anxiety(studies: SessionStudies, id: str) -> Words:
    """Positive engagement in play at 4.1 months, anxious below community (the sexes are not told apart)."""
    anxious, others = (studies.measures(group, STILL_FACE, 4.1) for group in ("anxious", "community"))
    return Words((down("positive, anxious", anxious["infant_positive"], others["infant_positive"]),))


@finding("M_reck18_protest", level="interaction")
def protest_and_anxiety(studies: SessionStudies, id: str) -> Words:
    """Protest at 4.1 months: community infants' rises in the still-face, that of the anxious group in the reunion."""
    play, still, reunion = EPISODES
    others, anxious = (
        {each: studies.measures(group, STILL_FACE, 4.1, each)["infant_protest"] for each in EPISODES}
        for group in ("community", "anxious")
    )
    return Words(
        (
            up("community, still-face against play", others[still], others[play]),
            up("anxious, reunion against still-face", anxious[reunion], anxious[still]),
        )
    )


@finding("M_graham_dep_sf", level="interaction")
def smiles_and_depression(studies: SessionStudies, id: str) -> Words:
    """Infants of depressed mothers at 6 months: the still-face effect is there, and they smile more in it."""
    play, still = (studies.measures("depressed", STILL_FACE, 6, episode) for episode in ("play", STILL_FACE))
    others = studies.measures("community", STILL_FACE, 6, STILL_FACE)
    return Words(
        (
            down("positive, still-face against play", still["infant_positive"], play["infant_positive"]),
            up("negative, still-face against play", still["infant_negative_affect"], play["infant_negative_affect"]),
            up("positive in still-face, depressed", still["infant_positive"], others["infant_positive"]),
        )
    )


@finding("M_weinberg08", level="interaction")
def no_pattern_of_its_own(studies: SessionStudies, id: str) -> Words:
    """Still-face at 3 months, depressed and anxious against community: no difference that 33 (13) and 48 could have
    seen in play; still-face and reunion effects in every group."""
    parts = []
    play = {g: studies.measures(g, STILL_FACE, 3, "play") for g in ("depressed", "anxious", "community")}
    for group, size in (("depressed", 33), ("anxious", 13)):
        for measure in ("infant_positive", "infant_negative_affect", "mother_positive", "mother_negative"):
            says = f"{group}, {measure.replace('_', ' ')}"
            parts.append(absent(says, play[group][measure], play["community"][measure], (size, 48)))
    for group, in_play in play.items():
        still, reunion = (studies.measures(group, STILL_FACE, 3, e)["infant_positive"] for e in (STILL_FACE, "reunion"))
        parts.append(down(f"{group}, positive, still-face against play", still, in_play["infant_positive"]))
        parts.append(up(f"{group}, positive, reunion against still-face", reunion, still))
    return Words.of(parts)


@finding("M_weinberg06", level="interaction")
def reunion_under_symptoms(studies: SessionStudies, id: str) -> Words:
    """Reunion at 3 months, depressed against community: less positive, more negative affect (the sexes are not told
    apart)."""
    depressed, others = (studies.measures(group, STILL_FACE, 3, "reunion") for group in ("depressed", "community"))
    negative = "infant_negative_affect"
    return Words(
        (
            down("positive, depressed", depressed["infant_positive"], others["infant_positive"]),
            up("negative, depressed", depressed[negative], others[negative]),
        )
    )


@finding("M_vaever_gaze", level="interaction")
def gaze_and_depression(studies: SessionStudies, id: str) -> Words:
    """Gaze at her in play at 4 months, depressed against community: share alike (27 and 49), fewer turns to her."""
    depressed, others = (studies.measures(group, months=4) for group in ("depressed", "community"))
    fewer = [_gaze_onsets(studies, group) for group in ("depressed", "community")]
    return Words(
        (
            absent("share of gaze", depressed["infant_gaze"], others["infant_gaze"], (27, 49)),
            down("turns of gaze to her", *fewer),
        )
    )


def _gaze_onsets(studies: SessionStudies, group: str) -> np.ndarray:
    """Turns of gaze to her in a session, dyad by dyad."""
    looks = np.isin(studies.session(group, months=4).infant, [ICEP.infant_names.index(state) for state in LOOKING])
    return (looks[:, 1:] & ~looks[:, :-1]).sum(axis=1)


@finding("M_field89", level="interaction")
def shared_states(studies: SessionStudies, id: str) -> Words:
    """Time shared in negative and in positive states (of play at 3 months), depressed against community.
    Who leads within a second is finer than the model's second."""
    parts = []
    shared = {group: _shared(studies, group) for group in ("depressed", "community")}
    for valence, part in (("negative", up), ("positive", down)):
        parts.append(part(f"shared {valence}", shared["depressed"][valence], shared["community"][valence]))
    return Words.of(parts)


def _shared(studies: SessionStudies, group: str) -> dict[str, np.ndarray]:
    """(dyads,) share of play at 3 months in which both are in a negative, and in a positive state."""
    session = studies.session(group, months=3)
    infant = np.array([state.valence for state in session.codes.infant])[session.infant]
    mother = np.array([state.valence for state in session.codes.mother])[session.mother]
    return {
        name: ((infant == valence) & (mother == valence)).mean(axis=1)
        for name, valence in (("negative", -1), ("positive", 1))
    }


@finding("M_beebe08_dep", level="interaction")
def self_contingency_and_burden(studies: SessionStudies, id: str) -> Words:
    """Free play at 4 months: correlation of a mother's burden with either partner's self-contingency, below zero.
    That interactive contingency is both raised and lowered, and by modality, is not expressed."""
    measures = studies.measures(months=4)
    cohort = studies.session(months=4).cohort
    assert cohort is not None, "a simulated session has a cohort"
    burden = cohort.traits["burden"]
    known = measures[list(_SELF)].notna().all(axis=1).to_numpy()
    return Words.of(
        Part(
            f"r of burden and {measure.replace('_', ' ')}",
            float(np.corrcoef(burden[known], measures[measure][known])[0, 1]),
            -1,
            0.1,
        )
        for measure in _SELF
    )


@finding("M_lovejoy", level="interaction")
def depression_and_her_engagement(studies: SessionStudies, id: str) -> Words:
    """Depressed against community mothers in free play: d of negative, disengaged and positive, each less the
    published (recalled) size."""
    depressed, others = (studies.measures(population).copy() for population in ("depressed", "community"))
    for group in (depressed, others):
        group["mother_disengaged"] = group["mother_withdrawn"] + group["mother_elsewhere"]
    published = (("negative", 0.40), ("disengaged", 0.29), ("positive", -0.16))
    return Words.of(
        Part(
            f"d of {state}, less {target}",
            cohens_d(depressed[f"mother_{state}"], others[f"mother_{state}"]) - target,
            0,
            0.2,
        )
        for state, target in published
    )


# Groups in rows that set the model ------------------------------------------------------------------------------------


@finding("N087", level="interaction", sets=True)
def late_and_unsteady(studies: SessionStudies, id: str) -> Words:
    """Seconds from the beginning of his smile, where she does not smile, until she does, in ten minutes of play at 4
    months: depressed mothers' mean and standard deviation above those of the community (log ratios)."""
    found = [_smiled_back(studies.session(group, months=4, seconds=600)) for group in ("depressed", "community")]
    (late, spread), (usual, usual_spread) = ((waits.mean(), waits.std()) for waits in found)
    return Words((ratio("mean", late, usual, 1), ratio("standard deviation", spread, usual_spread, 1)))


def _smiled_back(session: Session) -> NDArray[np.int64]:
    """Seconds from each smile of his that begins while she does not smile until she does."""
    his, hers = (
        states == names.index("positive")
        for states, names in ((session.infant, ICEP.infant_names), (session.mother, ICEP.mother_names))
    )
    waits = []
    for smiles, answers in zip(his, hers, strict=True):
        begins = np.flatnonzero(smiles[1:] & ~smiles[:-1] & ~answers[1:]) + 1
        smiling = np.flatnonzero(answers)
        then = np.searchsorted(smiling, begins)
        waits.append(smiling[then[then < len(smiling)]] - begins[then < len(smiling)])
    return np.concatenate(waits)


@finding("N088", level="interaction", sets=True)
def less_contingent(studies: SessionStudies, id: str) -> Words:
    """Fifty minutes at home at 5 months, depressed against community: her interactive contingency lower, her time in
    warm talk not lower by as much as 60 and 60 could have seen. His voice has no state."""
    depressed, others = (studies.measures(group, months=5, seconds=3000) for group in ("depressed", "community"))
    contingency = "mother_interactive_contingency"
    talk = cohens_d(depressed["mother_vocal"], others["mother_vocal"])
    return Words(
        (
            down("contingency", depressed[contingency], others[contingency]),
            Part("warm talk (d)", talk, 1, -told_from_none(60, 60)),
        )
    )


@finding("N094", level="interaction", sets=True)
def flatter_affect(studies: SessionStudies, id: str) -> Words:
    """Still-face procedure at 4 months, depressed against community: infants less positive in play and reunion, mothers
    less positive in the reunion, less time in which both are positive in play (signs)."""
    (play, after), (others_play, others_after) = (
        [studies.measures(group, STILL_FACE, 4, each) for each in ("play", "reunion")]
        for group in ("depressed", "community")
    )
    both = [_both_positive(studies.session(group, STILL_FACE, 4)) for group in ("depressed", "community")]
    parts: tuple[tuple[str, Any, Any], ...] = (
        ("his smiles, play", play["infant_positive"], others_play["infant_positive"]),
        ("his smiles, reunion", after["infant_positive"], others_after["infant_positive"]),
        ("her smiles, reunion", after["mother_positive"], others_after["mother_positive"]),
        ("both positive, play", both[0], both[1]),
    )
    return Words.of(Part(f"{says} (d)", cohens_d(one, other), -1, 0.05) for says, one, other in parts)


def _both_positive(session: Session) -> NDArray[np.float64]:
    """Share (dyads,) of the first episode in which both are positive."""
    cells = session.time_in_cells()[:, 0]
    both = cells[:, ICEP.infant_names.index("positive"), ICEP.mother_names.index("positive")]
    return np.asarray(both / cells.sum(axis=(1, 2)))


@finding("N131", level="interaction", sets=True)
def preterm_in_the_still_face(studies: SessionStudies, id: str) -> Words:
    """Still-face procedure at 4 months, preterm against term: the effect and the recovery of smiles and negative affect
    are the same (as 46 and 51 could tell); in play and reunion preterm infants smile less and look less (signs)."""
    early, term = (
        {each: studies.measures(group, STILL_FACE, 4, each) for each in EPISODES} for group in ("preterm", "community")
    )
    parts = []
    for says, measure in (("smiles", "infant_positive"), ("negative", "infant_negative_affect")):
        for step, (to, of) in {"effect": (EPISODES[1], EPISODES[0]), "recovery": (EPISODES[2], EPISODES[1])}.items():
            one, other = (each[to][measure].to_numpy() - each[of][measure].to_numpy() for each in (early, term))
            parts.append(absent(f"{step} on {says}", one, other, (46, 51)))
    for each in (EPISODES[0], EPISODES[2]):
        for says, measure in (("smiles", "infant_positive"), ("gaze", "infant_gaze")):
            parts.append(Part(f"{says}, {each} (d)", cohens_d(early[each][measure], term[each][measure]), -1, 0.05))
    return Words.of(parts)
