"""Findings on how alike the same dyads are from one observation to the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..theory.states import DISTRESSED, ICEP
from .agreement import Number, Part, Target, Words, correlation, within
from .registry import finding
from .sensitivity import STYLES, rated_style
from .session_studies import SessionStudies


def _epochs(studies: SessionStudies, partner: str, *states: str) -> list[NDArray[np.float64]]:
    """Shares of time (dyads,) of a partner in some states, in two successive halves of ten minutes of play at 6
    months."""
    session = studies.session(months=6, seconds=600)
    played, names = {
        "infant": (session.infant, ICEP.infant_names),
        "mother": (session.mother, ICEP.mother_names),
    }[partner]
    wanted = np.isin(played, [names.index(state) for state in states])
    return [half.mean(axis=1) for half in np.split(wanted, 2, axis=1)]


@finding("N154", level="interaction")
def style_from_epoch_to_epoch(studies: SessionStudies, id: str) -> list[Target]:
    """Her share of time negative (intrusiveness), withdrawn (detachment) and positive (positive regard), as rated anew,
    in two successive halves of ten minutes of play at 6 months (r); within the intervals of the row's note."""
    published = {
        "intrusiveness": (0.66, 0.32, 0.84),
        "detachment": (0.67, 0.35, 0.85),
        "positive regard": (0.59, 0.23, 0.81),
    }
    found = []
    for style, (r, low, high) in published.items():
        epochs = enumerate(_epochs(studies, "mother", STYLES[style]))
        one, other = (rated_style(studies, style, share, epoch) for epoch, share in epochs)
        found.append(Target(style, correlation(one, other), r, low, high))
    return found


_MOODS = {"N155": DISTRESSED, "N156": ("positive",)}


@finding(*_MOODS, level="interaction")
def mood_from_epoch_to_epoch(studies: SessionStudies, id: str) -> Number:
    """His share of time in negative affect (N155), or positive (N156), in two successive halves of ten minutes of play
    at 6 months (r)."""
    return within(id, correlation(*_epochs(studies, "infant", *_MOODS[id])))


@finding("N161", level="interaction")
def longer_is_surer(studies: SessionStudies, id: str) -> Words:
    """How fittingly she answers in play on two days at 7 months (r), seen for one, three and five minutes: it is
    steadiest over five."""
    r = {
        minutes: correlation(*(studies.measures(months=7, day=day, seconds=60 * minutes)["answered"] for day in (0, 1)))
        for minutes in (1, 3, 5)
    }
    return Words.of(Part(f"five minutes less {minutes} (r)", r[5] - r[minutes], 1, 0.0) for minutes in (1, 3))
