"""Other days of an encounter: the same dyad with other luck, and whether the day that is shown is a median one.

A session is shown for an effect: that he protests more while her face is still, or that a dyad matches less than
another with the same luck. One session may show several times the average of it, or none at all. So what ships is
chosen by a criterion: its effect has the direction of the exact law's average, and lies between the 40th and the 60th
percentile of 200 other days. Which effect a shipped encounter shows is declared in ``data/shown_effects.toml``, that of
a lesson's step in the step. ``experiments/median_days.py`` finds such days.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_validator

from ..common import toml_models
from ..common.errors import unknown, whole_number
from ..common.files import package_data
from ..common.random_numbers import SessionLuck
from ..interaction.interact import sessions_by_luck
from ..interaction.law import Law
from ..interaction.moments import GiveMoment
from ..interaction.rule_set import Rules
from ..measurement.declarations import MEASURES
from ..measurement.runs import runs
from ..measurement.session import Session
from ..theory.states import AnyScheme
from .encounter import Encounter

__all__ = [
    "DAYS",
    "MEDIAN_DAY",
    "Effect",
    "ShownDay",
    "days_together",
    "longest_mismatch",
    "other_days",
    "parting",
    "same_luck",
    "shown_day",
    "shown_effects",
    "shows_still_face",
]

_SHIPPED_RULES = Rules()
DAYS = 200
"""Other days that a session is held against."""
MEDIAN_DAY = (0.4, 0.6)
"""Share of other days with a smaller effect, from and to which a day is a median one."""
_MOST_DAYS = 10_000
_NO_LUCK = Encounter(name="no luck")
_OF_AVERAGE = 0.5
"""Share of the average protest from which on a still-face that is given in a session shows."""

Played: TypeAlias = Session | Law


class Effect(toml_models.Written):
    """Effect that a session is chosen to show: a measure, held against other episodes or against another session.

    Attributes
    ----------
    says : what is to be seen, in one sentence.
    measure : name of what is measured.
    episodes : over which, each weighted by its seconds (none: the whole session).
    before : episodes whose value is taken off.
    beside : a shipped encounter whose value with the same luck is taken off. Of two sessions the second's is, without
        this.
    at_least : share of its average that it has at least; where few days show much, a median one may show next to none.
    also : other measures whose difference must have the direction of its average, too.
    contrary : whether the session is to show that luck can turn the average round. Then its direction is the other one,
        and only other days that have it too are those between which it stands.
    """

    says: str = Field(min_length=1)
    measure: str
    episodes: toml_models.Listed[str] = ()
    before: toml_models.Listed[str] = ()
    beside: str = ""
    at_least: float = Field(default=0.0, ge=0)
    also: toml_models.Listed[str] = ()
    contrary: bool = False

    @field_validator("measure", "also")
    @classmethod
    def _exist(cls, given: str | tuple[str, ...]) -> str | tuple[str, ...]:
        of_law = [name for name, measure in MEASURES.items() if measure.of_law]
        for name in (given,) if isinstance(given, str) else given:
            if name not in of_law:
                raise unknown("measure", name, of_law)
        return given

    def sessions(self, shown: Sequence[Encounter]) -> tuple[Encounter, ...]:
        """The encounters that are measured: what is shown, and what is beside it with the same luck.

        Parameters
        ----------
        shown : one encounter, or two that are compared.
        """
        return (shown[0], same_luck(Encounter.load(self.beside), shown[0])) if self.beside else tuple(shown)

    def of(self, played: Sequence[Played], schemes: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Sizes (days,) of the effect, and of what must have the direction of its average too, by name of the measure.

        Parameters
        ----------
        played : for each encounter that is measured, its sessions day by day as one, or its law.
        schemes : match scheme of each.
        """
        names = list(dict.fromkeys((self.measure, *self.also)))
        frames = [_measures(each, scheme, ["seconds", *names]) for each, scheme in zip(played, schemes, strict=True)]
        found = _over(frames[0], self.episodes, names)
        if self.before:
            found = found - _over(frames[0], self.before, names)
        if len(frames) > 1:
            found = found - _over(frames[1], self.episodes, names)
        return dict(zip(names, found.T, strict=True))


_PROTEST = Effect(says="He protests while her face is still.", measure="infant_protest", episodes=("still-face",))


def _measures(played: Played, scheme: str, names: list[str]) -> pd.DataFrame:
    """Measures of sessions or of a law by name; of a law latencies are left out where none is asked for."""
    if isinstance(played, Law):
        return played.measures(scheme, any(MEASURES[name].group == "repair" for name in names), names)
    return played.measures(scheme, names)


def _over(measures: pd.DataFrame, episodes: Sequence[str], names: Sequence[str]) -> NDArray[np.float64]:
    """Means (days, names) of measures over episodes (none: all), each weighted by its seconds."""
    wanted = measures[measures["episode"].isin(episodes)] if episodes else measures
    each = wanted["episode"].nunique()
    seconds = wanted["seconds"].to_numpy(float).reshape(-1, each, 1)
    numbers = wanted[list(names)].to_numpy(float).reshape(-1, each, len(names))
    return np.asarray((numbers * seconds).sum(axis=1) / seconds.sum(axis=1))


@dataclass(frozen=True)
class ShownDay:
    """The day that is shown, among other days of the same dyad or dyads.

    Attributes
    ----------
    effect : that it is chosen to show.
    value, average : size of it on that day, and by the exact law.
    others : sizes on the other days on which it has one, in their order.
    share : of the other days that it is held against, how many have a smaller effect (half of those with the same).
    turned_round : share of other days on which the effect has the other direction than its average.
    agree : whether what must have the direction of its average, too, has it.
    """

    effect: Effect
    value: float
    average: float
    others: tuple[float, ...]
    share: float
    turned_round: float
    agree: bool

    @property
    def right_direction(self) -> bool:
        """Whether the effect has the direction that the session is to show."""
        return self.value * self.average * (-1 if self.effect.contrary else 1) > 0

    @property
    def large_enough(self) -> bool:
        """Whether the effect is as large as it must be at least."""
        return abs(self.value) >= self.effect.at_least * abs(self.average)

    @property
    def median(self) -> bool:
        """Whether this is a median day: neither much more nor much less is to be seen than on others."""
        among = MEDIAN_DAY[0] <= self.share <= MEDIAN_DAY[1]
        return among and self.right_direction and self.large_enough and self.agree


@functools.cache
def shown_effects() -> Mapping[str, Effect]:
    """Effect that each shipped encounter is chosen to show, by its name, as ``data/shown_effects.toml`` has it."""
    said = tomllib.loads(package_data("shown_effects.toml").read_text("utf-8"))
    return MappingProxyType({name: Effect(**effect) for name, effect in said.items()})


def same_luck(encounter: Encounter, other: Encounter) -> Encounter:
    """Encounter with the luck of another.

    Parameters
    ----------
    encounter, other : whose luck is changed, and whose it gets.
    """
    return encounter.changed({"seed": other.seed, "replicate": other.replicate, "day": other.day})


def other_days(encounter: Encounter, days: int = DAYS, rules: Rules = _SHIPPED_RULES) -> list[Session]:
    """Sessions of the same dyad on other days: all as in the encounter, but other luck.

    Parameters
    ----------
    encounter : beside whose own day these are.
    days : how many.
    rules : of interaction.

    Returns
    -------
    One session a day, of the replicates 0, 1, ... without the encounter's own.

    Raises
    ------
    DyadsimError
        for a number of days that cannot be, or an encounter that cannot be played by these rules.
    """
    days = whole_number("days", days, 1, _MOST_DAYS)
    return _one_by_one(days_together(encounter, _others(encounter, days), rules))


def days_together(encounter: Encounter, lucks: Iterable[SessionLuck], rules: Rules = _SHIPPED_RULES) -> Session:
    """Sessions of an encounter's dyad as one session, a row for each luck.

    Parameters
    ----------
    encounter : of which all but the luck is taken.
    lucks : one a session.
    rules : of interaction.
    """
    return sessions_by_luck(encounter.cohort(rules), encounter.played(), rules, list(lucks))


def _others(encounter: Encounter, days: int) -> list[SessionLuck]:
    """Luck of other days than the encounter's own."""
    replicates = [replicate for replicate in range(days + 1) if replicate != encounter.replicate][:days]
    return [SessionLuck(encounter.seed, replicate, encounter.day) for replicate in replicates]


def _one_by_one(together: Session) -> list[Session]:
    """Sessions of one dyad each."""
    parts = [part for part in (together.infant, together.mother, together.arousal) if part is not None]
    return [
        Session([dyad], together.episodes, together.ends, states=(infant, mother, arousal))
        for dyad, infant, mother, arousal in zip(together.dyads, *(part[:, None] for part in parts), strict=True)
    ]


def shown_day(effect: Effect, shown: Sequence[Encounter], days: int = DAYS, rules: Rules = _SHIPPED_RULES) -> ShownDay:
    """The day that encounters show, held against other days, on each of which all of them have the same luck.

    Parameters
    ----------
    effect : that they are chosen to show.
    shown : one encounter, or two that are compared.
    days : how many other days.
    rules : of interaction.
    """
    sessions = effect.sessions(shown)
    schemes = [each.scheme for each in sessions]
    seen = {name: each.item() for name, each in effect.of([one.session(rules) for one in sessions], schemes).items()}
    law = {name: each.item() for name, each in effect.of([one.law(rules) for one in sessions], schemes).items()}
    others = effect.of([days_together(each, _others(each, days), rules) for each in sessions], schemes)[effect.measure]
    value, average = seen[effect.measure], law[effect.measure]
    others = others[~np.isnan(others)]
    turned = others * average < 0
    against = others[turned] if effect.contrary else others
    below = (np.sum(against < value) + np.sum(against == value) / 2) / len(against) if len(against) else np.nan
    return ShownDay(
        effect,
        value,
        average,
        tuple(others.tolist()),
        float(below),
        float(turned.mean()) if len(turned) else np.nan,
        all(seen[name] * law[name] > 0 for name in effect.also),
    )


def shows_still_face(encounter: Encounter, at: int, rules: Rules = _SHIPPED_RULES) -> bool:
    """Whether a still-face given at a second of an encounter shows: he protests at least half as much as on average.

    Parameters
    ----------
    encounter : in which it is given.
    at : the second.
    rules : of interaction.
    """
    given = encounter.changed({"moments": (*encounter.moments, GiveMoment(name="still-face", at=at))})
    seen = _PROTEST.of([given.session(rules)], [given.scheme])["infant_protest"].item()
    return seen >= _OF_AVERAGE * _average_protest(same_luck(given, _NO_LUCK).toml(), rules)


@functools.lru_cache(maxsize=1024)
def _average_protest(given: str, rules: Rules) -> float:
    """Share of a still-face in which he protests on average, in an encounter given as TOML, whatever its luck."""
    encounter = toml_models.parse(Encounter, "encounter", given.encode())
    return _PROTEST.of([encounter.law(rules)], [encounter.scheme])["infant_protest"].item()


def longest_mismatch(session: Session, scheme: AnyScheme = None) -> int:
    """Seconds of the longest mismatch of a session of one dyad, within an episode.

    Parameters
    ----------
    session : of one dyad, a step a second.
    scheme : the match scheme.
    """
    mismatched = session.codable() & ~session.matched(scheme)
    firsts = np.isin(np.arange(len(mismatched)), session.ends)
    spells = mismatched + 2 * np.cumsum(firsts)  # an episode ends a spell
    starts, lengths = runs(spells)
    return int(lengths[mismatched[starts]].max(initial=0))


def parting(one: Session, other: Session) -> int | None:
    """First second in which the partners of two sessions are not in the same states; none where they never part.

    Parameters
    ----------
    one, other : sessions of one dyad each. The seconds that both have are compared.
    """
    pairs = ((one.infant[0], other.infant[0]), (one.mother[0], other.mother[0]))
    both = min(one.infant.shape[1], other.infant.shape[1])
    differ = np.any([mine[:both] != theirs[:both] for mine, theirs in pairs], axis=0)
    return int(np.argmax(differ)) if differ.any() else None
