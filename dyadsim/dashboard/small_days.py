"""Other days of a dyad as small pictures beside the one that is played: made once, drawn in the browser."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..reports.days_in_words import days_in_words
from ..scenarios.other_days import other_days
from ..theory.states import ICEP
from .session_tracks import Watched

__all__ = ["DAYS", "small_days"]

DAYS = 20
"""How many other days are shown."""
_HELP = (
    "Each strip is one of them, from its first second to its last: his states, the positive ones in green on top, "
    "neutral ones in grey in the middle, negative ones in orange below; blue at the bottom: match. Shaded: she is held."
)
_VALENCES = np.array([state.valence for state in ICEP.infant])


def small_days(watched: Watched, days: int = DAYS) -> dict[str, Any]:
    """Other days of what is watched, with the same moments, as ``Days`` takes them.

    Parameters
    ----------
    watched : what is played.
    days : how many others.
    """
    encounter = watched.encounter
    others = other_days(encounter, days, watched.rules)
    answered = watched.paradigm.answered
    shown = []
    for place, session in enumerate(others):
        matched, his = session.matched(encounter.scheme) & answered, _VALENCES[session.infant[0]]
        says = (
            f"Other day {place + 1}: match {matched.mean():.0%} of the time, he is in a positive state "
            f"{(his > 0).mean():.0%}, in a negative one {(his < 0).mean():.0%}."
        )
        shown.append({"says": says, "valence": his.tolist(), "matched": matched.astype(int).tolist()})
    return {
        "title": f"{days} other days of the same two",
        "says": days_in_words(encounter, watched.session, others),
        "help": _HELP,
        "days": shown,
        "held": [{"start": part["start"], "stop": part["stop"]} for part in watched.track["episodes"] if part["held"]],
        "seconds": len(watched.track["infant"]),
    }
