"""What is offered to the dyads of a course, and how far it shifts their states week by week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, field_serializer

from ..common import toml_models
from ..common.errors import DyadsimError, twice
from ..common.random_numbers import DIGITS, Weeks
from ..common.user_code import own_class
from ..theory.slow_states import SLOW
from .attendance import Attended, Dose
from .catalogue import Effect, Intervention
from .effect_rule import InterventionRule, Taken, probe

__all__ = ["ATTENDED", "Offer", "Offered", "Sizing", "Treatment", "offered"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
ATTENDED = ("dyad", "intervention", "taken_up", "sessions", "left_week")
"""Columns of what dyads attended."""


class Offer(toml_models.Written):
    """An intervention offered to the dyads of a course, as users write it.

    Attributes
    ----------
    name : a shipped name, a TOML file, ``FILE.py:CLASS``; in Python also an :class:`Intervention` or a rule's class.
    start_week : of his life (default: the entry's).
    dose : how many sessions, as a share of those planned.
    uptake, attendance, drop_out : shares (default: the entry's).
    """

    name: Any
    start_week: int | None = None
    dose: float = Field(default=1.0, ge=0, le=3)
    uptake: float | None = Field(default=None, ge=0, le=1)
    attendance: float | None = Field(default=None, ge=0, le=1)
    drop_out: float | None = Field(default=None, ge=0, lt=1)

    @field_serializer("name")
    def _as_text(self, name: Any) -> str:
        return name.__qualname__ if isinstance(name, type) else getattr(name, "name", str(name))

    def completed(self) -> Offered:
        """With all that it leaves out."""
        rule, entry = self._named()
        start = entry.start_week if self.start_week is None else self.start_week
        entry.check_age(start)
        shares = {
            name: getattr(entry if getattr(self, name) is None else self, name)
            for name in ("uptake", "attendance", "drop_out")
        }
        return Offered(entry, rule, start, Dose(entry.name, round(self.dose * entry.sessions), entry.weeks, **shares))

    def _named(self) -> tuple[type[InterventionRule], Intervention]:
        name = self.name
        if isinstance(name, str) and ".py:" in name:
            name = own_class(name, InterventionRule, "rule of an intervention")
        if not (isinstance(name, type) and issubclass(name, InterventionRule)):
            if str(name).endswith(".py"):
                raise DyadsimError(f"The rule of an intervention is given as FILE.py:CLASS, not '{name}'.")
            return InterventionRule, Intervention.load(name)
        if not isinstance(getattr(name, "entry", None), Intervention):
            raise DyadsimError(f"The class {name.__name__} must have an entry, a ds.Intervention.")
        return name, name.entry


@dataclass(frozen=True)
class Offered:
    """An offer with all that it left out."""

    entry: Intervention
    rule: type[InterventionRule]
    start_week: int
    dose: Dose

    @classmethod
    def revived(cls, said: Mapping[str, Any], rule: type[InterventionRule]) -> Offered:
        """What :attr:`provenance` said, by its rule."""
        return cls(Intervention(**said["entry"]), rule, said["start_week"], Dose(**said["dose"]))

    @property
    def provenance(self) -> dict[str, Any]:
        """All that was offered, in plain values."""
        own = {"start_week": self.start_week, "rule": self.rule.__qualname__, "acts": probe(self.rule, self.entry)}
        return {**own, "entry": self.entry.model_dump(mode="json"), "dose": asdict(self.dose)}

    @property
    def given(self) -> str:
        """When and how much of it is offered, in words."""
        dose, planned = self.dose, self.entry.sessions
        sessions = f"{dose.sessions} sessions" + (f" (of {planned} planned)" if dose.sessions != planned else "")
        by = f", by the rule {self.rule.__name__}" if self.rule is not InterventionRule else ""
        shares = (
            ("begin", dose.uptake),
            ("of sessions attended", dose.attendance),
            ("leave before the end", dose.drop_out),
        )
        said = ", ".join(f"{share:.0%} {what}" for what, share in shares)
        return f"{sessions} in weeks {self.start_week} to {self.end_week - 1}{by}; {said}"

    @property
    def end_week(self) -> int:
        """The week after the last of the programme."""
        return self.start_week + self.entry.weeks


def offered(interventions: Any, first_week: int, weeks: int) -> tuple[Offered, ...]:
    """What is offered in a course, in an order that does not depend on theirs.

    Parameters
    ----------
    interventions : :class:`Offer`, or dicts with its fields.
    first_week, weeks : of the course.

    Raises
    ------
    DyadsimError
        for what is no offer, an unknown intervention, a dose that is not possible, a start outside of the course or of
        the entry's age range, or an intervention that is offered twice.
    """
    if not isinstance(interventions, Sequence) or isinstance(interventions, str | bytes):
        raise DyadsimError(
            "Interventions are given as a list of names, or of dicts such as {'name': 'video-feedback', "
            f"'start_week': 4}}, not {interventions!r:.60}."
        )
    found = sorted((_offer(each).completed() for each in interventions), key=lambda each: each.entry.name)
    if name := twice(each.entry.name for each in found):
        raise DyadsimError(f"The intervention '{name}' is offered twice.")
    for each in found:
        if not first_week <= each.start_week < first_week + weeks:
            raise DyadsimError(
                f"'{each.entry.name}' starts in week {each.start_week}, but the course goes from week {first_week} to "
                f"week {first_week + weeks - 1}."
            )
    return tuple(found)


def _offer(given: Any) -> Offer:
    if isinstance(given, Offer):
        return given
    if isinstance(given, str | Intervention | type):
        return Offer(name=given)
    if not (isinstance(given, Mapping) and all(isinstance(key, str) for key in given)):
        raise DyadsimError(
            "An intervention is given as a dict such as {'name': 'video-feedback', 'start_week': 4}, "
            f"not {given!r:.60}."
        )
    return Offer(**given)


@dataclass(frozen=True)
class Sizing:
    """What follows from an entry (:mod:`dyadsim.development.push_sizes`).

    Attributes
    ----------
    pushes : by state, how far it is shifted where the effect is there in full, in standard scores.
    usual : by slow state, the mean of those for whom the entry is made, when it starts.
    """

    pushes: Mapping[str, float]
    usual: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Treatment:
    """What is offered, bound to the dyads of a cohort and their luck."""

    offered: Offered
    sizing: Sizing
    units: NDArray[np.int64]
    luck: Weeks

    @property
    def name(self) -> str:
        return self.offered.entry.name

    @cached_property
    def attended(self) -> Attended:
        return self.offered.dose.attended(self.units, self.luck)

    def frame(self, week: int) -> pd.DataFrame:
        """One row a dyad: ``taken_up``, ``sessions`` attended before a week, ``left_week`` (NaN: not by then)."""
        sessions, _ = self.attended.before(week - self.offered.start_week)
        left = np.floor(self.offered.start_week + self.attended.left)
        left = np.where(left < week, left, np.nan)
        columns = (self.units, self.name, self.attended.takes_up, sessions.astype(int), left)
        return pd.DataFrame(dict(zip(ATTENDED, columns, strict=True)))

    def shift(self, week: int, met: Numbers | None) -> dict[str, Numbers]:
        """(dyads,) by state, how far it is shifted at the start of a week.

        ``met`` is the states (states, dyads) at the start of the first week; None before it.
        """
        since = week - self.offered.start_week
        if since <= 0 or met is None:
            return {}
        entry = self.offered.entry
        known = {state: _fixed(scores) for state, scores in zip(_STATES, met, strict=True)}
        sessions, faded = self.attended.before(since)
        taken = Taken(entry, since, _fixed(sessions), _fixed(faded), known, self.sizing.usual)
        shifts = {}
        for effect in entry.effects:
            strength = self._strength(effect, taken)
            shifts[effect.state] = np.round(self.sizing.pushes[effect.state] * strength, DIGITS)
        return shifts

    def _strength(self, effect: Effect, taken: Taken) -> Numbers:
        """What the rule says, checked: a finite number for each dyad, from that dyad alone; without sessions 0."""
        rule = self.offered.rule
        own = rule is not InterventionRule
        try:
            said = np.array(rule.strength(effect, taken), dtype=np.float64)
            alone, turned = (
                np.array(rule.strength(effect, taken.of(places)), dtype=np.float64) if own else said[places]
                for places in (slice(1), slice(None, None, -1))
            )
        except DyadsimError:
            raise
        except Exception as error:
            what = " ".join(str(error).split())
            raise DyadsimError(f"{rule.__name__}.strength failed with {type(error).__name__}: {what}.") from error
        if said.shape != self.units.shape or not np.isfinite(said).all():
            raise DyadsimError(
                f"{rule.__name__}.strength must give a finite number for each of {len(self.units)} dyads."
            )
        if not (np.array_equal(said[:1], alone) and np.array_equal(said[::-1], turned)):
            raise DyadsimError(
                f"{rule.__name__}.strength mixes dyads: it may depend on each dyad's own dose and start."
            )
        return np.where(taken.sessions > 0, said, 0.0)


def _fixed(numbers: Numbers) -> Numbers:
    """The same numbers, for a rule to read and not to write."""
    view = numbers.view()
    view.flags.writeable = False
    return view


def total(shifts: Iterable[Mapping[str, Numbers]]) -> dict[str, Numbers]:
    """The sum of what several interventions shift."""
    sums: dict[str, Numbers] = {}
    for each in shifts:
        for state, by in each.items():
            sums[state] = sums[state] + by if state in sums else by
    return sums
