"""Programmes as they run: who has a place, which sessions are due and given, who leaves, who is next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..common.random_numbers import WeeklyLuck
from ..community.peer_groups import seats
from ..interventions.attendance import Shares
from ..interventions.delivery import Delivery
from .area import Area
from .event_log import Log
from .help_seeking import HelpSeeking
from .now import Now, by_age
from .programmes import Programme
from .team import Team
from .waiting_list import Register

__all__ = ["ProgrammeRun"]

Whole = NDArray[np.int64]
_LATEST = 2  # times as long as planned, after which a programme whose sessions were put off is over


class ProgrammeRun:
    """Run of one programme for the families of an area.

    Parameters
    ----------
    programme : of the service.
    delivery : by which its sessions act.
    area : whose families.
    seeking : what families bring.
    team : of its staff; None: nobody's.
    log : of events.
    unlimited : whether there is a place for everybody.

    Attributes
    ----------
    register : where each family stands.
    begun_at : (families,) weeks of his life at which it began.
    given : (families,) sessions that were held for them, attended or missed.
    """

    def __init__(
        self,
        programme: Programme,
        delivery: Delivery,
        area: Area,
        seeking: HelpSeeking,
        team: Team | None,
        log: Log,
        unlimited: bool,
    ) -> None:
        families = area.families
        self.programme, self.delivery, self.area, self.team, self.log = programme, delivery, area, team, log
        self.offered, self.name = programme.offered, programme.called
        self.luck: WeeklyLuck = delivery.treatment.luck
        self.register = Register(len(families), programme.priority)
        self.dose = seeking.dose(self.offered.dose)
        self._readiness = seeking.readiness
        # A family comes as one: by the luck of the couple or the mother, or of the partner where it is for him alone.
        partner = families.is_partner
        has, at = families.has_partner, np.searchsorted(families.numbers, families.family[families.partners_at])
        self._partner_row = np.full(len(families), -1, dtype=np.int64)
        self._partner_row[at] = families.partners_at
        self._able = has if self.offered.to == "partner" else np.ones(len(families), dtype=bool)
        self.numbers = families.numbers.copy()
        if self.offered.to == "partner":
            self.numbers[at] = families.cohort.units[partner]
        self._stays = self.dose.stays(self.numbers, self.luck, self._shares(np.arange(len(families))))
        self._sooner = np.zeros(len(families))  # weeks of usual leaving that changes of staff stand for
        self._week_of = self.dose.week_of
        self.begun_at = np.zeros(len(families), dtype=np.int64)
        self.given = np.zeros(len(families), dtype=np.int64)
        self.came = np.zeros(len(families), dtype=np.int64)
        self.group = np.full(len(families), -1, dtype=np.int64)
        self._rounds = np.zeros(len(families), dtype=np.int64)  # of groups that have begun in each family's community
        self._gone = np.zeros(len(families), dtype=bool)
        self._half_life = seeking.parameters["half-life on a list"]
        limit = None if unlimited else programme.places
        self.places = np.inf if limit is None else max(np.floor(limit * len(families) / 1_000), 1.0)
        self.in_groups = self.offered.entry.in_groups and families.ties and self.offered.to != "partner"
        self.seats = self.offered.seats or round(families.parameters["seats of a group"])

    @property
    def staff(self) -> str:
        """The kind of its staff; empty where it has none."""
        return self.programme.staff or ""

    def _shares(self, families: Whole) -> Shares:
        """Chances of some families to begin, to come and to leave."""
        return self.dose.shares(None if self._readiness is None else self._readiness[families])

    def refer(self, families: Whole, now: Now, severity: NDArray[np.float64]) -> None:
        """Put families on its list (their places, with how severe each is), but for those whose infants are too old."""
        some = self._able[families] & (now.ages[families] <= self.offered.entry.age_range[1])
        new = self.register.refer(families[some], now.week, severity[some])
        self.log.add("referred", now.week, new, self.name, value=now.ages[new])

    def has_another_person(self, families: Whole, now: Now, weeks: float) -> None:
        """Have families of it be with another person, which is like so many weeks of usual leaving."""
        theirs = np.intersect1d(families, self._inside(now))
        self._sooner[theirs] += weeks
        self.log.add("other person", now.week, theirs, self.name, self.staff)

    # Who is in it --------------------------------------------------------------------------------------------------

    def end(self, now: Now) -> Whole:
        """End it for those who leave, and for those who have come to its end; gives the latter."""
        self._free_places_of_gone(now)
        inside = self._inside(now)
        since = now.ages[inside] - self.begun_at[inside]
        stays = self._until(inside)
        leaves = (since >= stays) & (stays < self.dose.weeks) & (since > 0)
        sessions, weeks = self.dose.sessions, self.dose.weeks
        over = ~leaves & (since >= weeks) & ((self.given[inside] >= sessions) | (since >= _LATEST * weeks))
        for who, to, left in ((leaves, "left", True), (over, "finished", False)):
            theirs = inside[who]
            self.register.move(theirs, to)
            self.log.add(to, now.week, theirs, self.name, self.staff, value=self.came[theirs])
            self._close(theirs, now, left)
        return inside[over]

    def _inside(self, now: Now) -> Whole:
        """Places of the families who are in it now; not of those whose weeks are over."""
        inside = self.register.who("in")
        return inside[now.there[inside]]

    def _free_places_of_gone(self, now: Now) -> None:
        """Have staff hold families no more whose weeks are over, with whatever they were in."""
        inside = self.register.who("in")
        gone = inside[~now.there[inside] & ~self._gone[inside]]
        self._gone[gone] = True
        if self.team is not None:
            self.team.let_go(gone)

    def _close(self, families: Whole, now: Now, left: bool) -> None:
        """Give the places of families free."""
        for age, which in by_age(families, now.ages):
            for rows, theirs in self._members(families[which]):
                self.delivery.end(rows, age)
                if left:
                    self.delivery.left[rows] = self.begun_at[theirs] + np.floor(self._until(theirs)).astype(np.int64)
        if self.team is not None:
            self.team.let_go(families)

    def _until(self, families: Whole) -> NDArray[np.float64]:
        """Weeks (some,) for which families stay in it, if it lasts so long."""
        return np.asarray(np.maximum(self._stays[families] - self._sooner[families], 0.0))

    def sessions(self, now: Now, new: bool) -> None:
        """Give the sessions that are due: of those who have begun before this week, or begin in it (``new``).

        Who has been in it longest is first; what staff have no hours for is put off to the next week.
        """
        inside = self._inside(now)
        inside = inside[(self.register.began[inside] == now.week) == new]
        # Longest in it first; of groups all members together.
        order = inside[np.lexsort((inside, self.group[inside], self.register.began[inside]))]
        while len(order):
            # How many of the sessions laid out have had their week by now.
            since = now.ages[order] - self.begun_at[order]
            due = np.searchsorted(self._week_of, since, side="right")
            order = order[self.given[order] < due]
            order = self._held(order, now)

    def _held(self, families: Whole, now: Now) -> Whole:
        """Hold the next session of each; gives those for whom there were hours."""
        if not len(families):
            return families
        number, comes = self.given[families], np.zeros(len(families), dtype=bool)
        for session in np.unique(number):
            which = np.flatnonzero(number == session)
            theirs = families[which]
            comes[which] = self.dose.comes(self.numbers[theirs], self.luck, self._shares(theirs), int(session))
        hours = self._hours(families, comes)
        granted = self._granted(families, hours)
        self.log.add("postponed", now.week, families[~granted], self.name, self.staff)
        here, absent = granted & comes, granted & ~comes
        for event, who in (("session", here), ("missed session", absent)):
            self.log.add(event, now.week, families[who], self.name, self.staff, hours[who], number[who])
        for age, which in by_age(families[here], now.ages):
            for rows, _ in self._members(families[here][which]):
                self.delivery.came(rows, age)
        self.came[families[here]] += 1
        self.given[families[granted]] += 1
        return families[granted]

    def _hours(self, families: Whole, comes: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Hours of staff for the next session of each: a group's are shared by its members."""
        hours = np.where(comes, 1.0, self.programme.missed) * self.programme.hours
        if not self.in_groups:
            return hours
        _, at, members = np.unique(self.group[families], return_inverse=True, return_counts=True)
        return np.asarray(self.programme.hours / members[at])

    def _granted(self, families: Whole, hours: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Truth of whether there are hours for each; for a group there are if there are for its last member."""
        if self.team is None:
            return np.ones(len(families), dtype=bool)
        if not self.in_groups:
            return self.team.granted(hours)
        groups, first, at = np.unique(self.group[families], return_index=True, return_inverse=True)
        in_order = np.argsort(first, kind="stable")
        together = np.bincount(at, weights=hours).astype(np.float64)
        granted = np.zeros(len(groups), dtype=bool)
        granted[in_order] = self.team.granted(together[in_order])
        return granted[at]

    def counts(self, now: Now) -> dict[str, int]:
        """How many families are in it now, and how many wait."""
        waiting = self.register.who("waiting")
        return {"in": len(self._inside(now)), "waiting": int(now.there[waiting].sum())}

    # Who waits -----------------------------------------------------------------------------------------------------

    def leave_list(self, now: Now) -> None:
        """Take from the list those for whom it comes too late, and those who give up waiting."""
        waiting = self.register.who("waiting")
        waiting = waiting[now.there[waiting]]
        late = now.ages[waiting] > self.offered.entry.age_range[1]
        waited = self.register.waited(waiting, now.week)
        chance = np.full(len(self.register.standing), 1 - 0.5 ** (1 / self._half_life))
        tired = ~late & (waited > 0) & now.happens(waiting, f"{self.name}: gives up", chance)
        for who, to in ((late, "too old"), (tired, "gave up")):
            self.register.move(waiting[who], to)
            self.log.add(to, now.week, waiting[who], self.name, value=waited[who])

    def fill(self, now: Now) -> None:
        """Offer places in the order of the list, as many as there are; who declines leaves it free for the next."""
        ready = self.register.in_order(now.ages)
        ready = ready[now.there[ready] & (now.ages[ready] >= self.offered.entry.age_range[0])]
        if not len(ready):
            return
        accepts = self.dose.takes_up(self.numbers[ready], self.luck, self._shares(ready))
        free = self._free(now)
        # Each is offered one while, of those before, fewer have accepted than there are places.
        offered = self._seated(ready, accepts, free) if self.in_groups else np.cumsum(accepts) - accepts < free
        declines, begins = ready[offered & ~accepts], ready[offered & accepts]
        waited = self.register.waited(declines, now.week)
        self.log.add("declined", now.week, declines, self.name, value=waited)
        self.register.move(declines, "declined")
        self._begin(begins, now)

    def _free(self, now: Now) -> float:
        """Places that are free, with staff who can hold one more family and have hours for a first session."""
        free = self.places - len(self._inside(now))
        if self.team is not None:
            free = min(free, self.team.room)
            if self.programme.hours and not self.in_groups:
                free = min(free, np.floor(self.team.left / self.programme.hours + 1e-9))
        return max(free, 0.0)

    def _seated(self, ready: Whole, accepts: NDArray[np.bool_], free: float) -> NDArray[np.bool_]:
        """Truth (ready,) of who is offered a seat: in communities where groups can be half full, as long as there are
        places and hours."""
        community = self.area.families.community[ready]
        offered = np.zeros(len(ready), dtype=bool)
        hours = np.inf if self.team is None else self.team.left
        for number in dict.fromkeys(community.tolist()):  # in the order of who waits first
            theirs = community == number
            come = int((theirs & accepts).sum())
            needed = self.programme.hours * max((come + self.seats // 2) // self.seats, 1)
            if come * 2 >= self.seats and come <= free and needed <= hours + 1e-9:
                offered |= theirs
                free, hours = free - come, hours - needed
        return offered

    def _begin(self, families: Whole, now: Now) -> None:
        waited = self.register.waited(families, now.week)
        self.register.move(families, "in")
        self.register.began[families], self.begun_at[families] = now.week, now.ages[families]
        if self.in_groups and len(families):
            comes = np.zeros(len(self.area.families), dtype=bool)
            comes[families] = True
            seated = seats(self.area.families, self.name, comes, self.seats, self.luck)
            # Groups of a community that begin in another week have other numbers.
            every = int(self.area.families.community.max() + 1) * self.area.families.community_size
            self.group[families] = seated[families] + every * self._rounds[families]
            community = self.area.families.community
            self._rounds += np.isin(community, community[families])
        if self.team is not None:
            self.team.take(families)
        for age, which in by_age(families, now.ages):
            some = families[which]
            for rows, theirs in self._members(some):
                self.delivery.begin(rows, age, now.states, self.group[theirs])
        self.log.add("began", now.week, families, self.name, self.staff, value=waited)

    def _members(self, families: Whole) -> list[tuple[Whole, Whole]]:
        """Rows of members to whom it is given, with the places of their families."""
        hers, his = self.area.families.mothers_at[families], self._partner_row[families]
        with_him = his >= 0
        mothers, partners = (hers, families), (his[with_him], families[with_him])
        return {"mother": [mothers], "partner": [partners], "both": [mothers, partners]}[self.offered.to]
