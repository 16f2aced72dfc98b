"""Declarations of all measures: name, unit, meaning and source, and who has it.

A measure is of an episode of a dyad (simulated, coded, or expected by the exact law) or of a week of theirs. Names of
columns, what a table for people holds, the outcomes a sweep may ask for and the tables of ``docs/measures.md`` are made
from here; the formulas stand in :mod:`dyadsim.measurement.measures` and, of a week, in
:mod:`dyadsim.development.play`.

To add one: declare it here, in the order of its column, and give its formula there.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal, get_args

from ..theory.slow_states import LIVED
from ..theory.states import AROUSAL_LEVELS, ICEP, CodeSet, State
from .tally import HORIZON

__all__ = [
    "BY_CHANCE",
    "CONTINGENCIES",
    "COUNT",
    "GROUPS",
    "MEASURES",
    "SOON",
    "SURVIVAL",
    "WEEKLY_MEASURES",
    "Measure",
    "measures_of",
]

Group = Literal["match", "lived", "repair", "contingency", "states", "bouts", "arousal", "grid"]
GROUPS: tuple[Group, ...] = get_args(Group)
"""Measures of one group are worked out together and have the same sources; tables show them together."""

COUNT, SHARE, RATE, SECONDS = "number", "share, 0 to 1", "per minute", "seconds"


BY_CHANCE = (
    "By chance means: as much as they would match if each of them were in every state just as often as here, but took "
    "no heed of the other."
)
"""What a reader is told of ``chance_match``."""


@dataclass(frozen=True)
class Measure:
    """Declaration of one measure of an episode of a dyad, or of a week of theirs.

    Attributes
    ----------
    name : its column.
    unit, meaning : of its numbers.
    group : one of :data:`GROUPS`. Coded video has no measures of ``arousal``, the exact law none of the ``grid``; the
        ``lived`` ones are of a week alone.
    source : who defined it; empty where it is a plain count or share.
    short : what a table for everyone calls it; its name in words where nothing is said.
    in_short : whether a table for people holds it; files hold all.
    weekly : whether a course keeps it of every week.
    plain : its meaning for everyone, where ``meaning`` is a formula or a term.
    """

    name: str
    unit: str
    meaning: str
    group: Group
    source: str = ""
    short: str = ""
    in_short: bool = True
    weekly: bool = False
    plain: str = ""

    def __post_init__(self) -> None:
        """Give it a short name."""
        object.__setattr__(self, "short", self.short or self.name.replace("_", " "))

    @property
    def sentence(self) -> str:
        """What it means, as a plain sentence for everyone."""
        said = self.plain or self.meaning.replace("`", "").replace("_", " ")
        return f"{said[0].upper()}{said[1:]}."

    @property
    def of_sessions(self) -> bool:
        """Whether an episode of a simulated session has it."""
        return self.group != "lived"

    @property
    def of_law(self) -> bool:
        """Whether an episode of the exact law has it."""
        return self.of_sessions and self.group != "grid"

    @property
    def brief(self) -> bool:
        """Whether it is there without the work on pairs of seconds, which takes most of the time."""
        return self.group not in ("contingency", "bouts")


SURVIVAL = {f"repair_survival_{seconds}": seconds for seconds in (2, 5, 10, 20)}
"""The measures of repair survival, each with its second."""

SOON = "repair_survival_5"
"""The survival whose complement is the lived measure ``repair``."""

_COHEN = "Cohen 1960, doi 10.1177/001316446002000104"
_KAPLAN_MEIER = "Kaplan & Meier 1958, doi 10.1080/01621459.1958.10501452"
_GRID = "Lewis, Lamey & Douglas 1999; Hollenstein 2013"
_BEEBE = "after Beebe et al. 2016, doi 10.1037/a0040085"

_MATCH = (
    Measure("seconds", SECONDS, "length of the episode", "match", in_short=False),
    Measure("codable", SHARE, "share of the episode in which both partners are coded", "match"),
    Measure("match", SHARE, "share of time matched", "match", short="in match", weekly=True),
    Measure(
        "chance_match",
        SHARE,
        "share of time matched if both went their own way with the same shares of states",
        "match",
        source=_COHEN,
        short="by chance",
        weekly=True,
    ),
    Measure(
        "kappa",
        "share, up to 1",
        "(`match` - `chance_match`) / (1 - `chance_match`)",
        "match",
        _COHEN,
        plain="how far they match beyond chance: 0 is no more than by chance, 1 all of the time",
    ),
)

_ANSWERED = Measure(
    "answered",
    "fit, -1 to 1.5",
    "mean fit of her state to his at the same moment, by the table FITTING of the rules",
    "match",
    weekly=True,
    plain="how well what she does fits what he does at the same moment: the higher, the better it fits",
)

# Here, since a course has its columns in this order.
_LIVED = tuple(
    Measure(name, unit, meaning, "lived", in_short=False, weekly=True)
    for name, unit, meaning in (
        ("coordination", "share, -1 to 1", "`match` - `chance_match`"),
        ("repair", SHARE, f"{LIVED['repair'].meaning}: 1 - `{SOON}`"),
        ("distress", SHARE, LIVED["distress"].meaning),
        ("positive_engagement", SHARE, LIVED["positive_engagement"].meaning),
    )
)

_REPAIR = (
    Measure("ruptures", COUNT, "how often a match ended", "repair", in_short=False),
    Measure("ruptures_per_min", RATE, "how often a match ended", "repair", weekly=True),
    Measure("repairs_per_min", RATE, "how often a mismatch ended", "repair", weekly=True),
    Measure("mismatch_spells", COUNT, "mismatches; one open at the end is never repaired", "repair"),
    Measure("repaired", COUNT, "how often a mismatch ended", "repair"),
    Measure(
        "median_repair_latency",
        SECONDS,
        "time after which half of the mismatches are repaired",
        "repair",
        _KAPLAN_MEIER,
        plain="half of the mismatches are repaired within this time",
    ),
    Measure(
        "mean_repair_latency",
        SECONDS,
        f"mean length of a mismatch, restricted to its first {HORIZON} s",
        "repair",
        _KAPLAN_MEIER,
        weekly=True,
        plain=f"how long a mismatch lasts on average; of one that lasts longer, the first {HORIZON} s count",
    ),
    *(
        Measure(name, SHARE, f"share of mismatches still open after {seconds} s", "repair", _KAPLAN_MEIER)
        for name, seconds in SURVIVAL.items()
    ),
)

_CONTINGENCY = tuple(
    Measure(
        f"{partner}_{of}_contingency",
        "standardised weight",
        f"how far the {partner}'s level a second later follows the {whose}",
        "contingency",
        _BEEBE,
        plain=f"how far the {partner}'s level of engagement a second later follows the {whose}: 0 is not at all",
    )
    for partner, other in (("infant", "mother"), ("mother", "infant"))
    for of, whose in (("self", f"{partner}'s own"), ("interactive", f"{other}'s"))
)

_AROUSAL = Measure("arousal", f"levels, 0 to {AROUSAL_LEVELS - 1}", "mean infant arousal", "arousal", weekly=True)

_IN_GRID = (
    Measure("grid_visits", COUNT, "entries into a cell", "grid", _GRID),
    Measure("grid_range", COUNT, "cells visited", "grid", _GRID),
    Measure("grid_dispersion", SHARE, "0: all time in one cell; 1: the same time in every cell", "grid", _GRID),
    Measure("grid_entropy", "bits", "entropy of the shares of time in the cells", "grid", _GRID),
)

_CALLED = {
    "infant_monitor": "he looks",
    "infant_positive": "he smiles",
    "infant_object": "elsewhere",
    "infant_protest": "he protests",
}
"""What a table for everyone calls a share of time."""


@functools.cache
def _declared(codes: CodeSet) -> dict[str, Measure]:
    """Declarations of all measures where these states are told apart, in the order of their columns."""
    partners = (("infant", codes.infant), ("mother", codes.mother))
    shares = (_share(partner, state) for partner, states in partners for state in states)
    bouts = (bout for partner, states in partners for bout in _bouts(partner, states))
    answered = (_ANSWERED,) if codes == ICEP else ()
    every = (*_MATCH, *answered, *_LIVED, *_REPAIR, *_CONTINGENCY, *shares, *bouts, _AROUSAL, *_IN_GRID)
    return {measure.name: measure for measure in every}


def _share(partner: str, state: State) -> Measure:
    name = f"{partner}_{state.name}"
    return Measure(name, SHARE, f"share of time in this state: {state.meaning}", "states", short=_CALLED.get(name, ""))


def _bouts(partner: str, states: tuple[State, ...]) -> tuple[Measure, ...]:
    """Measures of bouts: the mean bout of each state of a partner, and how many bouts of any there are a minute."""
    lengths = (
        Measure(
            f"{partner}_{state.name}_bout",
            SECONDS,
            f"mean bout of `{partner}_{state.name}`: time in it over how often it began",
            "bouts",
            in_short=False,
        )
        for state in states
    )
    rate = Measure(f"{partner}_bouts_per_min", RATE, f"bouts of any state of the {partner}", "bouts", in_short=False)
    return (*lengths, rate)


def measures_of(codes: CodeSet) -> dict[str, Measure]:
    """Measures of an episode in which these states are told apart, by name.

    Parameters
    ----------
    codes : the states told apart.

    Returns
    -------
    Every measure that a simulated session would have, in the order of its columns. Where arousal is not known those of
    the group ``arousal`` are missing, of the exact law those of the group ``grid``.

    >>> list(measures_of(ICEP))[:3]
    ['seconds', 'codable', 'match']
    """
    return {name: measure for name, measure in _declared(codes).items() if measure.of_sessions}


MEASURES: dict[str, Measure] = _declared(ICEP)
"""Every measure of sessions, laws and weeks, by name, in the order of columns."""

WEEKLY_MEASURES = tuple(name for name, measure in MEASURES.items() if measure.weekly)
"""The measures of a week that a course keeps: the lived ones, and those that people look at beside them."""

CONTINGENCIES = [name for name, measure in MEASURES.items() if measure.group == "contingency"]
"""Self- and interactive contingency of each partner."""
