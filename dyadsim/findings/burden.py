"""Findings on symptoms of mothers across the community, and on how infants of burdened mothers look and feel."""

from __future__ import annotations

import numpy as np

from ..theory.states import ICEP, LOOKING
from .agreement import Part, Target, Words, absent, correlation, down, goes_with, interval_of_r, ratio, up
from .registry import finding
from .sensitivity import SMALL_R
from .session_studies import REUNION, STILL_FACE, SessionStudies

_LOOKS = np.isin(ICEP.infant_names, LOOKING)
_HIGH, _CLINICAL = 1.0, 2.0  # standard scores of burden: many symptoms, and as many as in a depressive episode


@finding("N084", level="interaction")
def symptoms_and_talk(studies: SessionStudies, id: str) -> Target:
    """Burden and her time in warm talk over fifty minutes at 6 months (r), within the interval of the published r of a
    hundred dyads. Turns are not looked for: his voice has no state."""
    talk = studies.measures(months=6, seconds=3000)["mother_vocal"]
    return Target("talk", correlation(studies.traits()["burden"], talk), 0.05, *interval_of_r(0.05, 100))


@finding("N101", level="interaction")
def synchrony_and_load(studies: SessionStudies, id: str) -> Words:
    """Match above chance (strict) in play at 5 months and her burden, and his negativity (r): below zero."""
    above, traits = studies.measures(months=5)["above_chance"], studies.traits()
    return Words.of(
        goes_with(f"match above chance and {trait}", above, traits[trait], -1, least=SMALL_R)
        for trait in ("burden", "negativity")
    )


@finding("N090", level="interaction")
def subdued_infants(studies: SessionStudies, id: str) -> Words:
    """Still-face procedure at 4 months, depressed against community: less negative affect in the still-face, less
    positive and less negative in the reunion; she does less in the reunion (talk and smiles)."""
    parts = []
    for episode, measures in ((STILL_FACE, ("negative_affect",)), (REUNION, ("positive", "negative_affect"))):
        depressed, others = (studies.measures(g, STILL_FACE, 4, episode) for g in ("depressed", "community"))
        for measure in measures:
            says = f"{measure.replace('_', ' ')}, {episode}"
            parts.append(down(says, depressed[f"infant_{measure}"], others[f"infant_{measure}"]))
    acts = [each["mother_vocal"] + each["mother_positive"] for each in (depressed, others)]
    return Words.of([*parts, down("her talk and smiles, reunion", *acts)])


@finding("N093", level="interaction")
def negative_when_he_looks_away(studies: SessionStudies, id: str) -> Words:
    """Chance that she turns negative in the second after he looks away, in play at 4 months: mothers with many symptoms
    (burden above 1) against the others (log ratio). Touch has no state; her intrusive state stands for it."""
    session = studies.session(months=4)
    looks, negative = _LOOKS[session.infant], session.mother == ICEP.mother_names.index("negative")
    away = looks[:, :-2] & ~looks[:, 1:-1] & ~negative[:, 1:-1]
    high = studies.traits()["burden"] > _HIGH
    many, few = (float(negative[who, 2:][away[who]].mean()) for who in (high, ~high))
    return Words((ratio("she turns negative, many symptoms against few", many, few, 1),))


@finding("N097", level="interaction")
def objects_and_anxiety(studies: SessionStudies, id: str) -> Words:
    """Still-face at 4 months, anxious against community: time engaged with objects (for touching them), in points of
    per cent, less the published 7.85 (told from none, so its interval is at most as wide to either side); his affect no
    different, as far as halves of 251 could have seen."""
    anxious, others = (studies.measures(group, STILL_FACE, 4, STILL_FACE) for group in ("anxious", "community"))
    more = 100 * float(anxious["infant_object"].mean() - others["infant_object"].mean())
    alike = [
        absent(says, anxious[measure], others[measure], (125, 126))
        for says, measure in (("positive", "infant_positive"), ("negative affect", "infant_negative_affect"))
    ]
    return Words.of([Part("objects, less 7.85", more - 7.85, 0, 7.85), *alike])


@finding("N167", level="interaction")
def looking_whatever_she_does(studies: SessionStudies, id: str) -> Words:
    """Play at 3 months: infants of mothers with many symptoms, though fewer than in a disorder (burden from 1 to 2),
    look at her more than those of mothers with fewer, and no more or less with her contingency (r near zero)."""
    measures, burden = studies.measures(months=3), studies.traits()["burden"]
    many, fewer = measures[(burden > _HIGH) & (burden < _CLINICAL)], measures[burden <= _HIGH]
    known = many.dropna(subset="mother_interactive_contingency")
    r = correlation(known["mother_interactive_contingency"], known["infant_gaze"])
    return Words(
        (up("gaze", many["infant_gaze"], fewer["infant_gaze"]), Part("gaze and contingency (r)", r, 0, SMALL_R))
    )
