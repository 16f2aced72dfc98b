"""Findings on differences between infants in the still-face: what play, temperament, sensitivity and touch foretell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..common.effect_size import cohens_d
from ..interaction.interact import interact
from ..theory.rules import MONTH
from .agreement import SMALL, Part, Words, absent, correlation, down, goes_with, up
from .answering import rated
from .registry import finding
from .sensitivity import SMALL_R
from .session_studies import EPISODES, PLAY, STILL_FACE, SessionStudies


def _episodes(studies: SessionStudies, months: float, day: int = 0) -> list[pd.DataFrame]:
    """Measures of every dyad of the community in play, still-face and reunion."""
    return [studies.measures(paradigm=STILL_FACE, months=months, episode=each, day=day) for each in EPISODES]


@finding("N019", level="interaction")
def mismatch_and_what_follows(studies: SessionStudies, id: str) -> Words:
    """Still-face procedure at 4 months (r): mismatch in play with negative affect in the still-face, and the rise of
    negative affect from play to still-face with match in the reunion, below zero."""
    play, still, reunion = _episodes(studies, 4)
    negative, response = (
        still["infant_negative_affect"],
        still["infant_negative_affect"] - play["infant_negative_affect"],
    )
    return Words(
        (
            goes_with("mismatch and negative affect", 1 - play["match"], negative, least=SMALL_R),
            goes_with("response and match in the reunion", response, reunion["match"], -1, least=SMALL_R),
        )
    )


@finding("N022", level="interaction")
def sensitivity_and_trajectories(studies: SessionStudies, id: str) -> Words:
    """Rated sensitivity and affect (smiles less negative affect) in the still-face at 3, 5 and 7 months (other luck):
    its mean over the ages, or its change from first to last, goes with sensitivity (the larger r, either sign)."""
    stills = [_episodes(studies, months, day)[1] for day, months in enumerate((3, 5, 7))]
    affect = np.stack([each["infant_positive"] - each["infant_negative_affect"] for each in stills])
    found = max(abs(correlation(rated(studies), each)) for each in (affect.mean(axis=0), affect[-1] - affect[0]))
    return Words((Part("sensitivity and affect (larger r)", found, 1, SMALL_R),))


@finding("N023", level="interaction")
def affect_from_play_to_still_face(studies: SessionStudies, id: str) -> Words:
    """Still-face procedure at 3 months (r): negative affect in play with that in the still-face, and her time positive
    in play with his gaze at her in the still-face (the sexes are not told apart)."""
    play, still, _ = _episodes(studies, 3)
    negative = "infant_negative_affect"
    return Words(
        (
            goes_with("negative affect", play[negative], still[negative], least=SMALL_R),
            goes_with("her smiles and his gaze", play["mother_positive"], still["infant_gaze"], least=SMALL_R),
        )
    )


@finding("N037", level="interaction")
def newborns_twice(studies: SessionStudies, id: str) -> Words:
    """Still-face procedure with newborns of two and three days (other luck): each time less gaze and more negative
    affect in the still-face than in play; gaze is lower in the reunion than in play the first time, and not the second
    (as 84 could have seen)."""
    parts = []
    for days in (2, 3):
        play, still, reunion = _episodes(studies, days / 7 / MONTH, days)
        parts.append(down(f"gaze, day {days}", still["infant_gaze"], play["infant_gaze"]))
        negative = "infant_negative_affect"
        parts.append(up(f"negative affect, day {days}", still[negative], play[negative]))
        after, before = reunion["infant_gaze"], play["infant_gaze"]
        says = f"gaze, reunion against play, day {days}"
        parts.append(down(says, after, before) if days == 2 else absent(says, after, before, (84, 84)))
    return Words.of(parts)


@finding("N054", level="interaction")
def some_never_smile_some_never_cry(studies: SessionStudies, id: str) -> Words:
    """Infants who do not smile, and who do not protest, in the still-face at 6 months: of each, and of the others, at
    least a tenth. What follows in behaviour a year later has no state."""
    still = _episodes(studies, 6)[1]
    parts = []
    for says, state in (("no smile", "infant_positive"), ("no protest", "infant_protest")):
        without = float((still[state] == 0).mean())
        parts.append(Part(f"share with {says}, or without, whichever is less", min(without, 1 - without), 1, 0.1))
    return Words.of(parts)


@finding("N108", level="interaction")
def irritable_and_insensitive(studies: SessionStudies, id: str) -> Words:
    """Negative affect in the reunion at 4 months (poorer recovery): easily distressed infants (upper third of
    negativity) above the others, and among them those of mothers rated as less sensitive (lower third) above those of
    mothers rated as more sensitive (upper third). Heart rate is not in the model."""
    after = _episodes(studies, 4)[2]["infant_negative_affect"].to_numpy()
    negativity, sensitivity = studies.traits()["negativity"], rated(studies)
    irritable = negativity > np.quantile(negativity, 2 / 3)
    less, more = np.quantile(sensitivity, [1 / 3, 2 / 3])
    return Words(
        (
            up("irritable", after[irritable], after[~irritable]),
            up(
                "irritable, less sensitive against more",
                after[irritable & (sensitivity < less)],
                after[irritable & (sensitivity > more)],
            ),
        )
    )


@finding("N143", level="interaction")
def earlier_with_skin_to_skin(studies: SessionStudies, id: str) -> Words:
    """Affect (smiles less negative affect) in the still-face against play: at one month it falls where infants lay skin
    to skin, and not (less than a small difference) where they did not; there it falls at two months."""
    usual = studies.session(paradigm=STILL_FACE, months=1).cohort
    assert usual is not None, "a simulated session has a cohort"
    held = interact(usual.with_setting("skin-to-skin"), STILL_FACE, studies.seed, threads=studies.threads)
    held_play, held_still = (_affect(held.measures().query("episode == @each")) for each in (PLAY, STILL_FACE))
    (play, still, _), (later, later_still, _) = (map(_affect, _episodes(studies, months)) for months in (1, 2))
    return Words(
        (
            down("skin to skin, 1 month", held_still, held_play),
            Part("others, 1 month (d)", cohens_d(still, play), 0, SMALL),
            down("others, 2 months", later_still, later),
        )
    )


def _affect(measures: pd.DataFrame) -> pd.Series:
    """Share of time (dyads,) that he smiles, less that of protest and withdrawal."""
    return measures["infant_positive"] - measures["infant_protest"] - measures["infant_withdrawn"]
