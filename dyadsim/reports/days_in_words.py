"""Other days of a session in words: on how many of them is to be seen what this one shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..interaction.paradigms import Episode
from ..measurement.session import Session
from ..measurement.stacked_sessions import stacked
from ..scenarios.encounter import Encounter
from ..scenarios.other_days import Effect

__all__ = ["days_in_words"]


def days_in_words(encounter: Encounter, shown: Session, others: Sequence[Session]) -> list[str]:
    """Sentences on other days of an encounter: what is to be seen on how many of them, and whether on the one shown.

    Parameters
    ----------
    encounter : that was played.
    shown : its own session.
    others : its sessions on other days, at least one.

    Returns
    -------
    A sentence for each episode in which she answers nothing or is helped, held against what was before it; and one on
    match and one on protest over the whole session.
    """
    days, number, scheme = stacked(others), len(others), encounter.scheme

    def sizes(effect: Effect) -> tuple[float, NDArray[np.float64]]:
        own, each = (effect.of([played], [scheme])[effect.measure] for played in (shown, days))
        return float(own[0]), each

    said = []
    before: list[str] = []
    for episode in encounter.played().episodes:
        if before and _is_done(episode):
            measure, what = ("match", "they match") if episode.available else ("infant_protest", "he protests")
            told = f"{what} more than before"
            own, each = sizes(Effect(says=told, measure=measure, episodes=(episode.name,), before=tuple(before)))
            here = "and on this day, too" if own > 0 else "but not on this day"
            said.append(f"In the {episode.name} {told} on {(each > 0).sum()} of {number} days, {here}.")
        if episode.available:
            before.append(episode.name)
    if before:
        match, matches = sizes(Effect(says="match", measure="match", episodes=tuple(before)))
        said.append(
            f"They match {matches.min():.0%} to {matches.max():.0%} of the time in which she can answer; {match:.0%} "
            f"on this day, which is more than on {(matches < match).sum()} of {number} others."
        )
    protest, protests = sizes(Effect(says="protest", measure="infant_protest"))
    here = "and on this day" if protest > 0 else "but not on this day"
    said.append(f"He protests at some time on {(protests > 0).sum()} of {number} days, {here}.")
    return said


def _is_done(episode: Episode) -> bool:
    """Whether in an episode something is done: she answers nothing, or something shifts her."""
    return not episode.available or bool(episode.shift)
