"""Findings on sensitivity and style as raters see them: what his mood goes with, and what else changes with them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from ..common.effect_size import BOUND, cohens_d, r_of_d
from ..common.random_numbers import trait_normals
from ..interaction.interact import interact
from ..theory import evidence
from .agreement import SMALL, Number, Target, Words, absent, correlation, goes_with, interval_of_r, up, within
from .answering import rated
from .registry import finding
from .session_studies import EPISODES, STILL_FACE, SessionStudies

__all__ = ["SMALL_R", "STYLES", "rated_style"]

SMALL_R = r_of_d(SMALL)
"""A correlation smaller than this is none: it stands for a difference that is smaller than a small one."""
_TEN_MINUTES = 600  # two epochs of play
_RATERS = {"positive regard": 0.73, "detachment": 0.81, "intrusiveness": 0.57}  # how far two of them agree (ICC, N157)

STYLES = {"positive regard": "positive", "detachment": "withdrawn", "intrusiveness": "negative"}
"""Styles of hers that raters judge, and the state of hers that each is a share of time in."""


def rated_style(studies: SessionStudies, style: str, share: ArrayLike, epoch: int = 0) -> NDArray[np.float64]:
    """A style of hers (dyads,) as one rater would see it: with an error, as large as raters disagree (N157).

    Parameters
    ----------
    studies : whose dyads are rated.
    style : one of :data:`STYLES`.
    share : (dyads,) of time that she spends in the state that stands for it.
    epoch : another epoch is rated with another error.
    """
    seen = np.asarray(share, dtype=float)
    error = trait_normals(studies.seed, np.arange(studies.dyads), f"rater of {style}, epoch {epoch}")
    return (seen - seen.mean()) / seen.std() + np.sqrt(1 / _RATERS[style] - 1) * error


_MOODS = {
    "N002": ("sensitivity", "infant_positive"),
    "N003": ("sensitivity", "infant_negative_affect"),
    "N004": ("positive regard", "infant_positive"),
    "N005": ("intrusiveness", "infant_positive"),
}


@finding(*_MOODS, level="interaction")
def style_and_his_mood(studies: SessionStudies, id: str) -> Number:
    """Her sensitivity, or share of time positive (positive regard) or negative (intrusiveness), as rated, and his share
    of time positive, or in negative affect, in the same ten minutes of play at 6 months (r)."""
    scale, mood = _MOODS[id]
    seen = studies.measures(months=6, seconds=_TEN_MINUTES)
    scored = rated(studies) if scale == "sensitivity" else rated_style(studies, scale, seen[f"mother_{STYLES[scale]}"])
    return within(id, correlation(scored, seen[mood]))


@finding("N006", level="interaction")
def structure_of_style(studies: SessionStudies, id: str) -> list[Target]:
    """Her sensitivity and her share of time positive (positive regard), withdrawn (detachment) and negative
    (intrusiveness), all as rated, in ten minutes of play at 6 months (r); within the intervals of the published r of 66
    dyads."""
    seen = studies.measures(months=6, seconds=_TEN_MINUTES)
    found = []
    for (style, state), r in zip(STYLES.items(), (0.55, -0.40, -0.41), strict=True):
        value = correlation(rated(studies), rated_style(studies, style, seen[f"mother_{state}"]))
        found.append(Target(style, value, r, *interval_of_r(r, 66)))
    return found


@finding("N026", level="interaction")
def sensitivity_and_his_distress(studies: SessionStudies, id: str) -> Words:
    """Her rated sensitivity and his negative affect over the whole still-face procedure at 6 months (r), below zero."""
    by_episode = [studies.measures(paradigm=STILL_FACE, months=6, episode=each) for each in EPISODES]
    negative = sum(each["infant_negative_affect"] for each in by_episode)
    return Words((goes_with("sensitivity and negative affect", rated(studies), negative, -1, least=SMALL_R),))


@finding("N015", level="interaction")
def told_from_replay(studies: SessionStudies, id: str) -> Words:
    """Play at 2.5 months with mothers who act without regard to him (for the replay) against play live: he smiles and
    looks more live where she mirrors him much (the 58 % who share most affect on another day); where she does not, no
    difference that seventeen could have seen. His voice has no state."""
    live, shared = (studies.session(months=2.5, day=day) for day in (0, 1))
    assert live.cohort is not None, "a simulated session has a cohort"
    replay = interact(live.cohort.replace(mother_contingency=0.0), "free-play", studies.seed, threads=studies.threads)
    match = shared.measures("affect", only=["match"])["match"].to_numpy()
    mirrors = match > np.quantile(match, 0.42)
    parts = []
    for says, states in (("smiles", ("positive",)), ("gaze", ("monitor", "positive"))):
        seen, replayed = (
            each.measures(only=[f"infant_{state}" for state in states]).drop(columns=["dyad", "episode"]).sum(axis=1)
            for each in (live, replay)
        )
        parts.append(up(f"{says}, live, much mirrored", seen[mirrors], replayed[mirrors]))
        parts.append(absent(f"{says}, live, little mirrored", seen[~mirrors], replayed[~mirrors], (17, 17)))
    return Words.of(parts)


def _with_more(studies: SessionStudies, months: float, **by: float) -> pd.DataFrame:
    """Every dyad's measures in play at an age, with some traits shifted by so much."""
    cohort = studies.session(months=months).cohort
    assert cohort is not None, "a simulated session has a cohort"
    return interact(cohort.shifted(by), "free-play", studies.seed, threads=studies.threads).measures()


@finding("N145", level="interaction")
def told_to_teach(studies: SessionStudies, id: str) -> Number:
    """Play at 6 months with mothers who do so much more with him as an instruction to teach had them do (stimulation
    1.33 SD higher, N144), against play as usual: share of time negative (intrusiveness), in SD of play as usual, as far
    as raters see it (N157)."""
    usual = studies.measures(months=6)["mother_negative"]
    taught = _with_more(studies, 6, stimulation=evidence.row("N144").number)["mother_negative"]
    return within(id, np.sqrt(_RATERS["intrusiveness"]) * (taught.mean() - usual.mean()) / usual.std())


@finding("N136", level="interaction")
def more_responsive_less_harsh(studies: SessionStudies, id: str) -> Number:
    """Play at 13 months with mothers as much more sensitive as a programme made them (0.93 SD, N134) against play as
    usual: how much less time she is negative (d, as far as raters see it, N157); within the interval of a trial of
    241."""
    usual = studies.measures(months=13)["mother_negative"]
    helped = _with_more(studies, 13, sensitivity=evidence.row("N134").number)["mother_negative"]
    published, room = evidence.row(id).number, 2 * BOUND / np.sqrt(241)
    found = np.sqrt(_RATERS["intrusiveness"]) * cohens_d(usual, helped)
    return Number(float(found), published - room, published + room, published)


@finding("N085", level="interaction", sets=True)
def burden_and_her_warmth(studies: SessionStudies, id: str) -> list[Target]:
    """Burden and her smiles, rated sensitivity and being withdrawn, in ten minutes of play at 6 months (r); within the
    intervals of the published r of 66 dyads."""
    burden, seen = studies.traits()["burden"], studies.measures(months=6, seconds=600)
    targets = []
    for says, measure, r in (
        ("positive regard", rated_style(studies, "positive regard", seen["mother_positive"]), -0.19),
        ("sensitivity", rated(studies), -0.08),
        ("detachment", rated_style(studies, "detachment", seen["mother_withdrawn"]), -0.03),
    ):
        targets.append(Target(says, correlation(burden, measure), r, *interval_of_r(r, 66)))
    return targets
