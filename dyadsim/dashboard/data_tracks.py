"""Coded sessions as plain data for the lanes of the player: stretches and not steps, so that hours are light."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..measurement.moments_worth_showing import MomentsWorthShowing
from ..measurement.session import Session, runs
from ..people.caregiver_words import Words

__all__ = ["track_of"]

_MOST = 20_000
"""Stretches that a browser draws."""


def track_of(session: Session, scheme: str, clips: MomentsWorthShowing) -> dict[str, Any]:
    """Track of a coded session of one dyad: in which states both are from when to when, and what is worth showing.

    Parameters
    ----------
    session, scheme : of one dyad, and the match scheme (empty: that of its codes).
    clips : its moments worth showing.

    Raises
    ------
    DyadsimError
        if it changes more often than can be drawn.
    """
    match = session.match_scheme(scheme or None)
    codable, matched = session.codable(), session.matched(match)
    events = session.events(match)
    step, steps = session.step, session.ends[-1]
    bouts = {
        who: _stretches(states[0], step) for who, states in (("infant", session.infant), ("mother", session.mother))
    }
    ribbon = _stretches(np.where(codable, matched, -1), step)
    if (number := sum(map(len, (*bouts.values(), ribbon)))) > _MOST:
        raise DyadsimError(f"A page draws {_MOST:,} stretches of states at most, and this session has {number:,}.")
    ruptures, repairs = ((events["event"] == kind).sum() for kind in ("rupture", "repair"))
    title = str(session.dyads[0])
    share = f"in match in {matched.sum() / codable.sum():.0%} of the time in which both are coded, "
    return {
        "title": title,
        "names": Words().names,
        "says": (
            f"Timeline of {title}: {steps * step:,.0f} seconds, {share}{ruptures} ruptures and {repairs} repairs, and "
            f"{len(clips)} moments worth showing. Tables of it stand below."
        ),
        "codes": {
            who: [{"name": state.name, "valence": state.valence, "meaning": state.meaning} for state in states]
            for who, states in (("infant", session.codes.infant), ("mother", session.codes.mother))
        },
        "seconds": round(steps * step, 3),
        "bouts": bouts,
        "ribbon": ribbon,
        "events": [
            {"time": float(time), "kind": kind, "latency": None if np.isnan(latency) else round(float(latency), 1)}
            for _, time, kind, latency in events.itertuples(index=False)
        ],
        "episodes": [
            {"name": name, "start": first * step, "stop": end * step, "held": False, "answered": True}
            for name, first, end in zip(session.episodes, [0, *session.ends[:-1]], session.ends, strict=True)
        ],
        "clips": [
            {"place": clip.place, "kind": clip.kind, "start": clip.onset, "stop": clip.offset, "says": clip.why}
            for clip in clips.frame().itertuples(index=False)
        ],
        "arousal": None,
        "law": None,
    }


def _stretches(values: NDArray[Any], step: float) -> list[dict[str, Any]]:
    """Stretches in which one value holds, in seconds; without those that nobody coded (-1)."""
    starts, lengths = runs(values)
    return [
        {"value": int(values[start]), "start": round(start * step, 3), "stop": round((start + length) * step, 3)}
        for start, length in zip(starts.tolist(), lengths.tolist(), strict=True)
        if values[start] >= 0
    ]
