"""Findings on how looking and smiling change in the first year."""

from __future__ import annotations

import numpy as np

from ..measurement.session import Session
from ..theory.rules import MONTH
from ..theory.states import ICEP, LOOKING
from .agreement import NEAR_RATIO, Part, Words, down, ratio, up
from .registry import finding
from .session_studies import SessionStudies

_LOOKS = np.isin(ICEP.infant_names, LOOKING)


@finding("N055", level="interaction", sets=True)
def looking_in_the_first_weeks(studies: SessionStudies, id: str) -> Words:
    """Looking at her face in play rises from 4 to 9 weeks; from 9 to 14 weeks it rises in about half of the infants
    (between .3 and .7, as sixteen could show), who are followed on other days."""
    four, nine, fourteen = (
        studies.measures(months=weeks / MONTH, day=weeks * 7)["infant_gaze"].to_numpy() for weeks in (4, 9, 14)
    )
    rising = float((fourteen > nine).mean())
    return Words(
        (up("9 against 4 weeks", nine, four), Part("rising from 9 to 14 weeks, less a half", rising - 0.5, 0, 0.2))
    )


@finding("N056", level="interaction", sets=True)
def from_neutral_to_positive(studies: SessionStudies, id: str) -> Words:
    """Share of looking at her that is positive, in play, at 10 against 5 weeks."""
    five, ten = (studies.measures(months=weeks / MONTH) for weeks in (5, 10))
    early, late = ((each["infant_positive"] / each["infant_gaze"]).dropna() for each in (five, ten))
    return Words((up("positive share of looking, 10 against 5 weeks", late, early),))


@finding("N057", "N065", level="interaction", sets=True)
def faces_less_and_less(studies: SessionStudies, id: str) -> Words:
    """Looking at her face in play falls from 6 to 12 months (N057: engagement with persons), and from 3 months on
    (N065: faces in his view). Hands, and joint engagement with things, have no states of their own."""
    first = {"N057": 6, "N065": 3}[id]
    early, late = (studies.measures(months=months)["infant_gaze"] for months in (first, 12))
    return Words((down(f"gaze, 12 against {first} months", late, early),))


@finding("N062", level="interaction", sets=True)
def above_chance_all_year(studies: SessionStudies, id: str) -> Words:
    """Match above chance (strict) in play at 3, 6, 9 and 12 months. His gaze with his own voice, which the row is
    about, has no states; it is read as coordination with her."""
    parts = []
    for months in (3, 6, 9, 12):
        above = studies.measures(months=months)["above_chance"].to_numpy()
        error = above.std(ddof=1) / np.sqrt(len(above))
        parts.append(Part(f"{months} months, in standard errors", float(above.mean() / error), 1, 3.0))
    return Words.of(parts)


@finding("N060", level="interaction")
def from_face_to_object(studies: SessionStudies, id: str) -> Words:
    """Play at 9 against 3 months: less looking at her face, more at objects."""
    three, nine = (studies.measures(months=months) for months in (3, 9))
    return Words(
        (
            down("face", nine["infant_gaze"], three["infant_gaze"]),
            up("objects", nine["infant_object"], three["infant_object"]),
        )
    )


@finding("N066", level="interaction")
def objects_before_faces(studies: SessionStudies, id: str) -> Words:
    """Play at 12 months: he spends more time with objects than looking at her face. What she looks at while she is with
    him has no state."""
    year = studies.measures(months=12)
    return Words((up("objects against face", year["infant_object"], year["infant_gaze"]),))


@finding("N067", level="interaction")
def her_eyes_on_him(studies: SessionStudies, id: str) -> Words:
    """Play at 1, 5 and 9 weeks: share of time in which her attention is elsewhere, mean of the three, below a tenth."""
    away = float(np.mean([studies.measures(months=weeks / MONTH)["mother_elsewhere"].mean() for weeks in (1, 5, 9)]))
    return Words((Part("elsewhere, less .1", away - 0.1, -1, 0.0),))


@finding("N068", level="interaction")
def more_smiles_at_three_months(studies: SessionStudies, id: str) -> Words:
    """Smiles in play at 12 against 6 weeks."""
    six, twelve = (studies.measures(months=weeks / MONTH)["infant_positive"] for weeks in (6, 12))
    return Words((up("smiles, 12 against 6 weeks", twelve, six),))


@finding("N064", level="interaction")
def talk_follows_his_gaze(studies: SessionStudies, id: str) -> Words:
    """Chance that she begins to talk in the second after he looks to or away from her, over her chance at any second,
    in play: at 12 months ten to one, as near as a number without an interval must come; it grows from 3 months on (log
    ratios)."""
    three, twelve = (_talk_after_shift(studies.session(months=months)) for months in (3, 12))
    return Words(
        (
            Part("12 months, over ten (log ratio)", float(np.log(twelve / 10)), 0, float(np.log(NEAR_RATIO))),
            ratio("12 against 3 months", twelve, three, 1),
        )
    )


def _talk_after_shift(session: Session) -> float:
    """Her chance to begin to talk in the second after he shifts his gaze, over that at any second."""
    looks, talks = _LOOKS[session.infant], session.mother == ICEP.mother_names.index("vocal")
    silent, shifts = ~talks[:, 1:-1], looks[:, 1:-1] != looks[:, :-2]
    return float(talks[:, 2:][silent & shifts].mean() / talks[:, 2:][silent].mean())
