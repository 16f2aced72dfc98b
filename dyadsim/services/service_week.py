"""One week of a service: what its staff do, in which order, and who is met, found, referred and helped."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.random_numbers import WeeklyLuck
from ..interventions.delivery import Delivery
from ..measurement.instruments import Instrument
from ..theory.slow_states import SLOW
from .area import Area
from .contact_calendar import Calendar, read_by
from .contacts import belongs
from .event_log import Log
from .help_seeking import HelpSeeking
from .illness import Watch, interview_readings
from .now import Now
from .programme_run import ProgrammeRun
from .screening import INTERVIEW, place_on
from .service import Service
from .team import Team

__all__ = ["LOAD", "ServiceWeeks"]

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
_DEPRESSION = list(SLOW).index("depression")
_NOT_YET, _NO_MORE = 2**31, 2**31 + 1


LOAD = ["service_week", "of", "is", "people", "hours", "used", "places", "families", "waiting"]
"""Columns of what there was to do."""


@dataclass
class ServiceWeeks:
    """Weeks of a service, one after another.

    Attributes
    ----------
    service : whose.
    area : the families for whom it is there.
    seeking : what families bring.
    luck : of the weeks.
    deliveries : by which the sessions of each programme act, by name.
    unlimited : whether there are hours and places for everybody.
    """

    service: Service
    area: Area
    seeking: HelpSeeking
    luck: WeeklyLuck
    deliveries: dict[str, Delivery]
    unlimited: bool = False
    log: Log = field(init=False)
    runs: dict[str, ProgrammeRun] = field(init=False)

    def __post_init__(self) -> None:
        service, families = self.service, self.area.families
        names = [*(each.name for each in service.staff), *(each.name for each in service.contacts)]
        names += [*(each.instrument for each in service.screening), *(each.called for each in service.programmes)]
        names += [*(each.reviewed_by for each in service.programmes), INTERVIEW]
        self.log = Log(families.numbers, self.area.born, tuple(names))
        self.teams = {
            each.name: Team(each, len(families), kind, self.luck, self.unlimited)
            for kind, each in enumerate(service.staff)
        }
        self.calendar = Calendar(service.contacts, service.screening, self.teams, self.seeking, self.log)
        self.runs = {
            each.called: ProgrammeRun(
                *(each, self.deliveries[each.called], self.area, self.seeking),
                *(self.teams.get(each.staff or ""), self.log, self.unlimited),
            )
            for each in service.programmes
        }
        self.watch = Watch(len(families), self.seeking.parameters)
        self.known = np.zeros(len(families), dtype=bool)
        self._asked_in = np.full(len(families), _NOT_YET, dtype=np.int64)  # week in which an interview was asked for
        self._interviews = self.seeking.chances(service.interview.comes if service.interview else 1.0)
        self._load: list[dict[str, object]] = []

    def week(self, week: int, ages: Whole, there: NDArray[np.bool_], states: Numbers) -> None:
        """Do what is done in a week, in this order:

        1. Staff come and go; families of those who left have another person.
        2. Programmes end for who leaves and who is through; these are seen again, and may be referred further.
        3. Sessions are given to those who have a place.
        4. Contacts of the calendar are made; there mothers are screened, or noticed.
        5. Mothers speak of their symptoms by themselves.
        6. Families are invited to programmes at their age.
        7. Interviews are held with those who were referred to one, in the order in which they were.
        8. Who waits may give up; free places are offered in the order of each list, and first sessions are given.

        All of it is decided by how mothers are at the start of the week; what there are no hours for is put off.

        Parameters
        ----------
        week : of the service.
        ages : (families,) weeks of his life.
        there : (families,) true for those whose weeks are lived now.
        states : (states, rows) slow states at its start.
        """
        self.watch.look(states[_DEPRESSION, self.area.families.mothers_at], there)
        now = Now(self.area, week, ages, there, states, self.watch.ill, self.seeking, self.luck)
        self._people(now)  # 1
        self._ends(now)  # 2
        for run in self.runs.values():  # 3
            run.sessions(now, new=False)
        self._contacts(now)  # 4
        self._told(now)  # 5
        self._invite(now)  # 6
        self._interview(now)  # 7
        for run in self.runs.values():  # 8
            run.leave_list(now)
            run.fill(now)
            run.sessions(now, new=True)
        self._note(now)

    def _people(self, now: Now) -> None:
        weeks = self.seeking.parameters["change of staff -> leaving"]
        for kind, team in self.teams.items():
            others = team.begin_week(now.week)
            for run in self.runs.values():
                if run.staff == kind and len(others):
                    run.has_another_person(others, now, weeks)

    def _ends(self, now: Now) -> None:
        for run in self.runs.values():
            through = run.end(now)
            if run.programme.after and len(through):
                scale, scores = run.programme.reviewed_by, read_by(run.programme.reviewed_by, through, now)
                self.log.add("reviewed", now.week, through, scale, value=scores)
                at = place_on(run.programme.after, scores)
                known = Instrument.load(scale)
                for place, route in enumerate(run.programme.after):
                    further = through[at == place]
                    self._lead(further, route.to, (scores[at == place] - known.mean) / known.sd, now)

    def _contacts(self, now: Now) -> None:
        noticed, positive = self.calendar.meet(now)
        self.known[noticed] = True
        self._lead(noticed, self.service.told_to, np.zeros(len(noticed)), now)
        for each in positive:
            self.known[each.families] = True
            for to in np.unique(each.to):
                which = each.to == to
                self._lead(each.families[which], str(to), each.severity[which], now)

    def _told(self, now: Now) -> None:
        """Mothers who are depressed and of whom nobody knows may speak of it, and may be heard."""
        silent = np.flatnonzero(now.ill & ~self.known & now.there)
        told = silent[now.happens(silent, "tells", self.seeking.tells(now.of_mothers("support")))]
        self.log.add("told", now.week, told)
        heard = told[now.uniform(told, "heard") < self.service.heard]
        self.log.add("heard", now.week, heard)
        self.known[heard] = True
        self._lead(heard, self.service.told_to, np.zeros(len(heard)), now)

    def _invite(self, now: Now) -> None:
        for name, run in self.runs.items():
            for each in run.programme.invites:
                who = now.there & (now.ages == each.week) & belongs(self.area.families, each.who)
                some = np.flatnonzero(who)
                if each.share < 1:
                    some = some[self.luck.outcome(self.area.families.numbers[some], f"{name}: offered") < each.share]
                run.refer(some, now, np.zeros(len(some)))

    def _lead(self, families: Whole, to: str, severity: Numbers, now: Now) -> None:
        """Lead families to where a route goes."""
        if not to or not len(families):
            return
        if to != INTERVIEW:
            self.runs[to].refer(families, now, severity)
            return
        new = self._asked_in[families] == _NOT_YET
        self._asked_in[families[new]] = now.week

    def _interview(self, now: Now) -> None:
        interview = self.service.interview
        if interview is None:
            return
        waiting = np.flatnonzero((self._asked_in < _NOT_YET) & now.there)
        order = waiting[np.lexsort((waiting, self._asked_in[waiting]))]
        comes = now.happens(order, "interview: comes", self._interviews)
        first = self._asked_in[order] == now.week  # asked once, in the week in which it is referred
        away = order[first & ~comes]
        self.log.add("no interview", now.week, away, INTERVIEW, interview.staff)
        self._asked_in[away] = _NO_MORE
        order = order[~(first & ~comes)]
        granted = self.teams[interview.staff].granted(np.full(len(order), interview.hours))
        self.log.add("postponed", now.week, order[~granted], INTERVIEW, interview.staff)
        seen = order[granted]
        self._asked_in[seen] = _NO_MORE
        errors = now.normal(seen, "interview")
        read = interview_readings(now.of_mothers("depression")[seen], errors, self.seeking.parameters)
        self.log.add("interviewed", now.week, seen, INTERVIEW, interview.staff, interview.hours, read)
        at = place_on(interview.routes, read)
        for place, route in enumerate(interview.routes):
            which = at == place
            self._lead(seen[which], route.to, read[which], now)

    def _note(self, now: Now) -> None:
        """Note how much there was to do."""
        for kind, team in self.teams.items():
            hours = team.hours if np.isfinite(team.hours) else np.nan
            told = {"people": team.people, "hours": hours, "used": team.used, "families": team.held}
            self._load.append({"service_week": now.week, "of": kind, "is": "staff", **told})
        for name, run in self.runs.items():
            counts = run.counts(now)
            places = run.places if np.isfinite(run.places) else np.nan
            told = {"places": places, "families": counts["in"], "waiting": counts["waiting"]}
            self._load.append({"service_week": now.week, "of": name, "is": "programme", **told})

    def load(self) -> pd.DataFrame:
        """Load week by week, one row a week and kind of staff, or programme.

        Returns
        -------
        ``service_week``, ``of`` (name), ``is`` (staff or programme), ``people``, ``hours`` and ``used`` of them,
        ``places``, ``families`` (held, or in the programme), ``waiting``. NaN where it is not asked of it, or without
        end.
        """
        return pd.DataFrame(self._load, columns=LOAD)
