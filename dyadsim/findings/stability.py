"""Findings on what of mothers and infants lasts over months, and what relief of symptoms leaves as it was."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..interaction.interact import interact
from .agreement import SMALL, Part, Target, Words, correlation, interval_of_r
from .longitudinal_studies import RELIEF_ENDS, LongitudinalStudies
from .registry import finding

_MEDIUM_R = 0.3  # a correlation that is medium by convention (Cohen 1988)


def _play(studies: LongitudinalStudies, design: str, week: int) -> pd.DataFrame:
    """Measures of ten minutes of play of a design's dyads in a week of his life, by dyad, with his gaze at her."""
    playing = studies.course(design).playing(week)
    session = interact(playing, "free-play", studies.seed, seconds=600, day=week * 7, threads=studies.threads)
    measures = session.measures().set_index("dyad")
    return measures.assign(infant_gaze=measures["infant_monitor"] + measures["infant_positive"])


@finding("N086", level="development")
def stability_of_symptoms(studies: LongitudinalStudies, id: str) -> Target:
    """EPDS of the community at 26 and 78 weeks (r), within the interval of the published r of a hundred mothers."""
    found = correlation(*(studies.seen("community", "epds", week) for week in (26, 78)))
    return Target("r", found, 0.54, *interval_of_r(0.54, 100))


@finding("N104", level="development")
def temperament_and_symptoms(studies: LongitudinalStudies, id: str) -> Target:
    """Questionnaire of negative emotionality and EPDS of the community at 26 weeks, both told by the mother (r), within
    the interval of the published r of 96."""
    found = correlation(*(studies.seen("community", instrument, 26) for instrument in ("temperament", "epds")))
    return Target("r", found, 0.18, *interval_of_r(0.18, 96))


@finding("N147", level="development")
def relief_leaves_interaction(studies: LongitudinalStudies, id: str) -> Words:
    """Depressed mothers at the end of twelve weeks of relief against the very same without it: EAS, and her smiles and
    match above chance in ten minutes of play, are no higher (less than a small difference)."""
    relieved, usual = ({"EAS": studies.seen(d, "eas", RELIEF_ENDS)} for d in ("relieved", "clinical"))
    for found, design in ((relieved, "relieved"), (usual, "clinical")):
        play = _play(studies, design, RELIEF_ENDS)
        found |= {"her smiles": play["mother_positive"], "match above chance": play["match"] - play["chance_match"]}
    parts = []
    for says, each in relieved.items():
        d = cohens_d(each, usual[says][each.index])  # the same dyads, relieved and not
        parts.append(Part(f"{says} (d), less a small difference", d - SMALL, -1, 0.0))
    return Words.of(parts)


@finding("N166", level="development")
def warmth_steadier_than_sensitivity(studies: LongitudinalStudies, id: str) -> Words:
    """Her share of time positive in play, and EAS, of the community at 17 and at 52 weeks: r of the first above r of
    the second. That its ratings are more reliable is not looked for."""
    warmth = correlation(*(_play(studies, "community", week)["mother_positive"] for week in (17, 52)))
    sensitivity = correlation(*(studies.seen("community", "eas", week) for week in (17, 52)))
    return Words((Part("r of her smiles less r of EAS", warmth - sensitivity, 1, 0.0),))


@finding("N170", level="development")
def both_stable_in_the_second_year(studies: LongitudinalStudies, id: str) -> Words:
    """Play of the community at 10, 14 and 21 months: r from one to the next, mean over both steps and over talk and
    smiles (hers), or gaze and smiles (his), at least medium for both."""
    seen = [_play(studies, "community", week) for week in (43, 61, 91)]
    parts = []
    for partner, measures in (("mother", ("vocal", "positive")), ("infant", ("gaze", "positive"))):
        names = [f"{partner}_{measure}" for measure in measures]
        steps = [correlation(one[n], other[n]) for n in names for one, other in pairwise(seen)]
        parts.append(Part(f"{partner} (r)", float(np.mean(steps)), 1, _MEDIUM_R))
    return Words.of(parts)
