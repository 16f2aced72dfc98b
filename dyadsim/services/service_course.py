"""Serving (:func:`dyadsim.serve`): weeks of the families of an area under a service, and without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError, whole_number
from ..common.random_numbers import Seed
from ..common.shown import Shown
from ..common.workers import thread_count
from ..community.family import Families
from ..community.surroundings import Around
from ..development.course import FIRST, LAST, Course
from ..development.families import bound_to_families, development_of_families
from ..development.play import usual_play
from ..development.weekly_step import Development
from ..interventions.delivery import Delivered, Delivery
from ..measurement.declarations import WEEKLY_MEASURES
from ..theory.coordination import MoreIsBetter
from ..theory.service_parameters import ServiceParameters
from ..theory.slow_states import SLOW
from .area import Area
from .event_log import Log
from .help_seeking import HelpSeeking
from .illness import is_case
from .service import Service
from .service_week import LOAD, ServiceWeeks

__all__ = ["ServiceCourse", "serve"]

Numbers = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False, repr=False)
class ServiceCourse(Shown):
    """Weeks of the families of an area under a service.

    Attributes
    ----------
    area : the families, and when their infants are born.
    service : under which; None: under none.
    course : of the families, as :func:`dyadsim.develop` gives it.
    parameters : of services.
    events : all that happened between service and families, in order (:class:`~dyadsim.services.event_log.Log`).
    load : week by week (:meth:`~dyadsim.services.service_week.ServiceWeeks.load`).
    standings : by programme, (families,) where each stood at the end
        (:data:`~dyadsim.services.waiting_list.STANDINGS`).
    """

    area: Area
    service: Service | None
    course: Course
    parameters: ServiceParameters
    events: pd.DataFrame
    load: pd.DataFrame
    standings: dict[str, NDArray[np.int8]] = field(default_factory=dict)

    def _in_a_line(self) -> str:
        under = "no service" if self.service is None else self.service.name
        return f"{under}; {self.course._in_a_line()}"

    def _in_a_table(self) -> pd.DataFrame:
        counts = self.events["event"].value_counts(sort=False)
        return pd.DataFrame({"event": counts.index, "times": counts.array})

    @cached_property
    def families(self) -> Families:
        """The families of the area."""
        return self.area.families

    @cached_property
    def ill(self) -> NDArray[np.bool_]:
        """(families, weeks + 1) whether each mother is depressed at the start of a week, and at the end of the last."""
        depression = self.course.states[:, list(SLOW).index("depression")][:, self.families.mothers_at]
        return is_case(depression.T, self.parameters)


def serve(
    families: Families,
    service: str | Path | Service | None,
    weeks: int = 104,
    seed: Seed = 0,
    *,
    first_week: int | None = None,
    waves: int = 1,
    unlimited: bool = False,
    parameters: ServiceParameters | None = None,
    linear: bool = False,
    threads: int | None = None,
    progress: Progress | None = None,
) -> ServiceCourse:
    """Weeks of the families of an area under a service: who is met, found, helped, by whom, and how it goes for them.

    Parameters
    ----------
    families : of the area, in whole communities.
    service : a shipped name, a TOML file or a :class:`Service`; None: no service at all.
    weeks : of each infant's life, from ``first_week`` on.
    seed : names the luck; families have the same in all their weeks whatever the service.
    first_week : of his life (default: that in which the service first meets a family).
    waves : over how many weeks of a year infants are born, whole communities at once; 1: all in the same week.
    unlimited : whether staff and places are as many as it takes: nobody waits.
    parameters : of services (default: the shipped ones).
    linear : take the week's interaction from the linear theory instead of sampling it: fast, for fits and large
        studies.
    threads : how many to use; no result depends on it.
    progress : called with weeks done and weeks in all.

    Returns
    -------
    The course of the families, with all events between them and the service.

    Raises
    ------
    DyadsimError
        for what is no such service, a number that is not possible, or a group larger than a community.

    Examples
    --------
    >>> families = ds.Families.sample(40, seed=1)
    >>> served = ds.serve(families, "england-health-visiting", weeks=12, seed=1)
    >>> served.events["event"].value_counts()
    """
    if not isinstance(families, Families):
        raise DyadsimError(f"A service is for ds.Families, not for {families!r:.60}.")
    if not families.surrounded:
        raise DyadsimError("A service is for families with partners or ties; these have neither.")
    chosen = None if service is None else Service.load(service)
    usual = 0 if chosen is None else chosen.first_week
    first = usual if first_week is None else whole_number("first week", first_week, FIRST, LAST)
    weeks = whole_number("number of weeks", weeks, 1, LAST - first)
    area, known = Area(families, waves), parameters or ServiceParameters.default()
    play = usual_play(families.is_partner, seed, thread_count(threads), linear)
    development = development_of_families(families, play, MoreIsBetter, True, {}, first, ())
    seeking = HelpSeeking(families, known, play.luck)
    weekly: ServiceWeeks | None = None
    delivered: tuple[Delivered, ...] = ()
    if chosen is not None:
        offers = sorted((each.offered for each in chosen.programmes), key=lambda each: each.entry.name)
        bound = bound_to_families(offers, families, play.luck)
        deliveries = {each.name: Delivery(each, first, weeks, len(SLOW)) for each in bound}
        delivered = tuple(Delivered(each, slice(None)) for each in deliveries.values())
        weekly = ServiceWeeks(chosen, area, seeking, play.luck, deliveries, unlimited)
    course = _lived(replace(development, delivered=delivered), area, weekly, first, weeks, progress)
    if weekly is None:
        no_events = Log(families.numbers, area.born, ()).frame()
        return ServiceCourse(area, None, course, known, no_events, pd.DataFrame(columns=LOAD))
    standings = {name: run.register.standing for name, run in weekly.runs.items()}
    return ServiceCourse(area, chosen, course, known, weekly.log.frame(), weekly.load(), standings)


def _lived(
    development: Development,
    area: Area,
    weekly: ServiceWeeks | None,
    first: int,
    weeks: int,
    progress: Progress | None,
) -> Course:
    """Course of all waves, each from its own week of the service on."""
    rows, families = area.rows, area.families
    parts = [development.part(each) if area.waves > 1 else development for each in rows]
    states = np.empty((weeks + 1, len(SLOW), len(families.cohort)))
    states[0] = development.start.states
    measures = {name: np.empty((weeks, len(families.cohort))) for name in WEEKLY_MEASURES}
    around: list[list[Around | None]] = [[development.around_in(each, development.around_first)] for each in rows]
    present = states[0].copy()  # as all families are now, each in its own week
    total = weeks * area.waves
    done = 0
    for week in range(first, first + weeks + area.last_born):
        ages = week - area.born
        there = (ages >= first) & (ages < first + weeks)
        if weekly is not None and there.any():
            weekly.week(week, ages, there, present)
        for wave, some in enumerate(rows):
            age = int(ages[area.families_of(wave)][0])
            if not first <= age < first + weeks:
                continue
            n = age - first
            lived = parts[wave].week(age, states[n][:, some], {}, around[wave][-1])
            states[n + 1][:, some] = present[:, some] = lived.after
            around[wave].append(lived.around)
            for name, values in measures.items():
                values[n, some] = lived.measures[name]
            done += 1
            if progress:
                progress(done, total)
    together = tuple(Around.joined(each) for each in zip(*around, strict=True))
    return Course(development, range(first, first + weeks), states, measures, {}, together)
