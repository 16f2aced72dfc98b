"""Findings that pool many programmes, held against the mean of the entries of that kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..common.effect_size import d_of_odds, odds_ratio
from ..interventions.catalogue import Intervention
from .agreement import Number, Part, Words, within
from .programme_trials import ProgrammeTrials
from .registry import finding


def _mean(trials: ProgrammeTrials, instrument: str, state: str, which: Callable[[Intervention], bool]) -> float:
    """Mean effect at the end over the entries that move a state by themselves and are of some kind."""
    found = [
        trials.d(name, instrument)
        for name, entry in trials.entries.items()
        if state in {effect.state for effect in entry.effects} and which(entry)
    ]
    return float(np.mean(found))


# Pools of sensitivity-focused interventions ---------------------------------------------------------------------------


@finding("I001", "I050", level="interventions")
def sensitivity_interventions(trials: ProgrammeTrials, id: str) -> Number:
    """EAS at the end, mean over the entries that move sensitivity (I050: and may start in the first year)."""
    early = id == "I050"
    return within(id, _mean(trials, "eas", "sensitivity", lambda entry: not early or entry.age_range[0] < 52))


@finding("I003a", "I003b", "I003c", level="interventions")
def sensitivity_by_sessions(trials: ProgrammeTrials, id: str) -> Number:
    """EAS at the end, mean over the entries that move sensitivity, with fewer than 5, 5 to 16, and more sessions."""
    low, high = {"I003a": (0, 4), "I003b": (5, 16), "I003c": (17, 1000)}[id]
    return within(id, _mean(trials, "eas", "sensitivity", lambda entry: low <= entry.sessions <= high))


@finding("I004", level="interventions")
def with_and_without_video(trials: ProgrammeTrials, id: str) -> Words:
    """EAS at the end, mean over the entries that move sensitivity: more with video feedback than without (.44, .31)."""
    video = _mean(trials, "eas", "sensitivity", lambda entry: "video" in entry.format)
    none = _mean(trials, "eas", "sensitivity", lambda entry: "video" not in entry.format)
    return Words((Part(f"{video:.2f} with against {none:.2f} without", video - none, 1, 0.0),))


@finding("I005", level="interventions")
def later_and_earlier(trials: ProgrammeTrials, id: str) -> Words:
    """EAS at the end, mean over the entries that move sensitivity: more from 26 weeks on than earlier (.44, .28)."""
    late = _mean(trials, "eas", "sensitivity", lambda entry: entry.start_week >= 26)
    early = _mean(trials, "eas", "sensitivity", lambda entry: entry.start_week < 26)
    return Words((Part(f"{late:.2f} later against {early:.2f} earlier", late - early, 1, 0.0),))


@finding("I006", level="interventions")
def disorganisation(trials: ProgrammeTrials, id: str) -> Number:
    """Disorganised or not at twelve months (odds as d), mean over entries for families at risk that end before that."""
    found = [
        -d_of_odds(odds_ratio(*trials.classed(name, "disorganised")))
        for name, entry in trials.entries.items()
        if entry.level == "at-risk" and entry.start_week >= 0 and entry.start_week + entry.weeks <= 52
    ]
    return within(id, np.mean(found))


@finding("I041", level="interventions")
def depressed_mothers(trials: ProgrammeTrials, id: str) -> Number:
    """EAS at the end, mean over all entries whose trials are with depressed mothers."""
    names = [name for name, entry in trials.entries.items() if entry.population == "depressed"]
    return within(id, np.mean([trials.d(name, "eas") for name in names]))


@finding("I047", level="interventions")
def parenting_at_risk(trials: ProgrammeTrials, id: str) -> Number:
    """EAS at the end, mean over entries for families at risk that move sensitivity and may start in the first year."""
    return within(id, _mean(trials, "eas", "sensitivity", _at_risk_in_infancy))


@finding("I048", level="interventions")
def behaviour_at_risk(trials: ProgrammeTrials, id: str) -> Number:
    """Fewer regulatory symptoms (for child behaviour) at the end, mean over entries for families at risk that move
    sensitivity and may start in the first year."""
    return within(id, -_mean(trials, "regulatory-symptoms", "sensitivity", _at_risk_in_infancy))


def _at_risk_in_infancy(entry: Intervention) -> bool:
    return entry.level == "at-risk" and entry.age_range[0] < 52
