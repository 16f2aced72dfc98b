"""The calendar of contacts as it is kept: which family is due when, whom staff meet, and what happens there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..measurement.instruments import Instrument, scored
from ..theory.slow_states import SLOW
from .contacts import Contact, belongs
from .event_log import Log
from .help_seeking import HelpSeeking
from .now import Now, by_age
from .screening import Screening, place_on
from .team import Team

__all__ = ["Calendar", "Positive", "read_by"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
_DEPRESSION = "depression"


class Positive(NamedTuple):
    """Families who read positive in a screening: their places, scores in standard deviations, and where each leads."""

    families: Whole
    severity: Numbers
    to: NDArray[np.str_]


class Calendar:
    """Calendar of contacts, kept for the families of an area.

    Parameters
    ----------
    contacts, screening : of the service.
    teams : by kind of staff.
    seeking : what families bring.
    log : of events.
    """

    def __init__(
        self,
        contacts: tuple[Contact, ...],
        screening: tuple[Screening, ...],
        teams: Mapping[str, Team],
        seeking: HelpSeeking,
        log: Log,
    ) -> None:
        self.contacts, self.screening, self.teams, self.log = contacts, screening, teams, log
        families, luck = seeking.families, seeking.luck
        count = len(families)
        self._due, self._open, self._wanted = [], [], []
        for each in contacts:
            at = f"contact {each.name}"
            late = luck.outcome(families.numbers, f"{at}: late")
            # Who is not met in the first week is met in one of the others, evenly.
            after = 1 + np.floor((late - each.prompt) / max(1 - each.prompt, 1e-12) * (each.window - 1))
            delay = np.where(late < each.prompt, 0, after if each.window > 1 else 0)
            self._due.append(each.week + delay.astype(np.int64))
            self._wanted.append(luck.outcome(families.numbers, f"{at}: met") < seeking.chances(each.share))
            self._open.append(belongs(families, each.who))
        self._chances = {
            (number, what): seeking.chances(share)
            for number, each in enumerate(screening)
            for what, share in (("offered", each.offered), ("answered", each.answered))
        }
        self._notices = [np.full(count, each.notices) for each in contacts]

    def meet(self, now: Now) -> tuple[Whole, list[Positive]]:
        """Meet the families who are due, as far as hours go.

        Returns
        -------
        Places of mothers in whom depression was noticed without an instrument, and who read positive in a screening.
        """
        noticed, positive = [], []
        for number, each in enumerate(self.contacts):
            due = np.flatnonzero(self._open[number] & now.there & (now.ages >= self._due[number]))
            away = due[~self._wanted[number][due]]
            self.log.add("not met", now.week, away, each.name, each.staff)
            met = self._met(number, each, due[self._wanted[number][due]], now)
            self._open[number][away] = False
            noted = met[now.ill[met]]
            seen = noted[now.happens(noted, f"contact {each.name}: noticed", self._notices[number])]
            self.log.add("noticed", now.week, seen, each.name)
            noticed.append(seen)
            for place, screening in enumerate(self.screening):
                if each.name in screening.at:
                    positive.append(self._screened(place, screening, met, now))
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *noticed])), positive

    def _met(self, number: int, contact: Contact, due: Whole, now: Now) -> Whole:
        """Places of those for whom there are hours; others are put off, or missed once it is too late."""
        order = due[np.lexsort((due, self._due[number][due] - now.ages[due]))]  # who has been due longest is first
        granted = self.teams[contact.staff].granted(np.full(len(order), contact.hours))
        met, rest = order[granted], order[~granted]
        late = now.ages[rest] >= contact.week + contact.window - 1
        self.log.add("contact", now.week, met, contact.name, contact.staff, contact.hours)
        self.log.add("missed contact", now.week, rest[late], contact.name, contact.staff)
        self.log.add("postponed", now.week, rest[~late], contact.name, contact.staff)
        self._open[number][met] = False
        self._open[number][rest[late]] = False
        return np.sort(met)

    def _screened(self, place: int, screening: Screening, met: Whole, now: Now) -> Positive:
        """Those of some families who read positive."""
        named = f"screening {place}"
        offered = now.happens(met, f"{named}: offered", self._chances[place, "offered"])
        self.log.add("not offered", now.week, met[~offered], screening.instrument)
        asked = met[offered]
        answers = now.happens(asked, f"{named}: answered", self._chances[place, "answered"])
        self.log.add("not answered", now.week, asked[~answers], screening.instrument)
        read = asked[answers]
        scores = read_by(screening.instrument, read, now)
        self.log.add("screened", now.week, read, screening.instrument, value=scores)
        at = place_on(screening.routes, scores)
        found = at >= 0
        self.log.add("positive", now.week, read[found], screening.instrument, value=scores[found])
        scale = Instrument.load(screening.instrument)
        to = np.array([each.to for each in screening.routes])[at[found]]
        return Positive(read[found], (scores[found] - scale.mean) / scale.sd, to)


def read_by(instrument: str, families: Whole, now: Now) -> Numbers:
    """Scores (some,) that an instrument gives of mothers now: the very ones that a study of the week would see.

    A depressed mother who does not tell how she feels answers as if her symptoms were those of mothers at large.

    Parameters
    ----------
    instrument : by name.
    families : their places.
    now : the week.
    """
    scale, scores = Instrument.load(instrument), np.zeros(len(families))
    for age, which in by_age(families, now.ages):
        theirs = families[which]
        states = now.states[:, now.area.families.mothers_at[theirs]].copy()
        hides = now.ill[theirs] & ~now.seeking.tells_truly[theirs]
        depression = list(SLOW).index(_DEPRESSION)
        states[depression] = np.where(hides, np.minimum(states[depression], 0.0), states[depression])
        known = pd.DataFrame(dict(zip(SLOW, states, strict=True)))
        scores[which] = scored(scale, known, now.area.families.numbers[theirs], now.luck, age)
    return scores
