"""Outcomes of families under a service: what became of each family, one row each, and of each time that one waited."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..community.family import MIGRANT, POOR, SINGLE
from ..development.recovery import FOR_WEEKS
from ..theory.attachment import CLASSES, WEEK
from ..theory.slow_states import SLOW
from .contacts import belongs
from .costing import costed
from .service_course import ServiceCourse

__all__ = ["ENOUGH", "STATES_TOLD", "STATUSES_TOLD", "family_outcomes", "waits"]

Numbers = NDArray[np.float64]
_STATES = list(SLOW)
ENOUGH = 0.5
"""Share of the sessions planned from which on a treatment counts as adequate (assumed)."""
STATUSES_TOLD = {POOR: "poverty", MIGRANT: "migration", SINGLE: "single"}
"""Statuses by which outcomes are told apart, with the columns that say who lives so."""
STATES_TOLD = tuple(SLOW)
_FOUND = ("noticed", "heard", "positive")
_WAITS = ["family", "programme", "since", "week", "waited", "outcome"]
_OUTCOMES = ("began", "declined", "gave up", "too old")


def family_outcomes(served: ServiceCourse, week_of_depression: float = 0.0) -> pd.DataFrame:
    """Outcomes of families, one row each, in the order of their numbers.

    Parameters
    ----------
    served : their weeks under a service, or under none.
    week_of_depression : cost of a week in which a mother is depressed, outside of the service.

    Returns
    -------
    ``family``, ``community``, ``poverty``, ``migration``, ``single``; of the mother ``ill`` (depressed in any week),
    ``ill_weeks`` (how many), ``well`` (not depressed in any of the last eight), and her states at the end
    (``end_depression``, ...); ``secure`` (chance of a secure attachment at twelve months; NaN if the weeks do not reach
    it); ``due`` and ``met`` (contacts), ``positives``, ``false_positives`` (screened positive while not depressed),
    ``found``, ``referred`` (to care), ``began``, ``stayed`` (for half of the sessions planned), ``recovered`` (stayed,
    and well at the end): true or false; ``sessions`` (of all programmes), ``waited`` (weeks on lists, summed),
    ``cost``, ``cost_of_care`` (interviews, and programmes to which the depressed are led), and ``cost_in_all`` (with
    what weeks of depression cost outside of the service).
    """
    course, families = served.course, served.families
    mothers = families.mothers_at
    ill = served.ill
    table: dict[str, object] = {"family": families.numbers, "community": families.community}
    table |= {column: belongs(families, (status,)) for status, column in STATUSES_TOLD.items()}
    table |= {"ill": ill.any(axis=1), "ill_weeks": ill.sum(axis=1), "well": ~ill[:, -FOR_WEEKS:].any(axis=1)}
    table |= {f"end_{state}": course.states[-1, _STATES.index(state), mothers] for state in STATES_TOLD}
    table["secure"] = _secure(served)
    found = pd.DataFrame(table).join(_under(served))
    return found.assign(cost_in_all=found["cost"] + week_of_depression * found["ill_weeks"])


def _secure(served: ServiceCourse) -> Numbers:
    """Chances (families,) of a secure attachment to the mother; NaN if the weeks do not reach it."""
    course = served.course
    if WEEK not in range(course.weeks.start, course.weeks.stop + 1):
        return np.full(len(served.families), np.nan)
    chances = course.attachment_chances[CLASSES[0]].to_numpy()
    return np.asarray(chances[served.families.mothers_at], dtype=np.float64)


def _under(served: ServiceCourse) -> pd.DataFrame:
    """Columns of what the service did for each family."""
    families, service, ill = served.families, served.service, served.ill
    events = costed(served.events, service)
    at = np.searchsorted(families.numbers, events["family"].to_numpy())
    count = len(families)

    def times(which: pd.Series | NDArray[np.bool_], weights: pd.Series | None = None) -> Numbers:
        chosen = np.asarray(which)
        by = None if weights is None else weights.to_numpy()[chosen]
        return np.bincount(at[chosen], weights=by, minlength=count).astype(np.float64)

    event, what = events["event"], events["what"]
    care = () if service is None else service.care
    in_care = what.isin(care)
    week = np.clip(events["week"].to_numpy() - served.course.weeks.start, 0, ill.shape[1] - 1)
    not_ill = ~ill[at, week]
    programmes = () if service is None else service.programmes
    planned = {each.called: each.offered.dose.sessions for each in programmes}
    sessions = events[(event == "session") & in_care]
    attended = sessions.groupby(["what", "family"]).size().rename("number").reset_index()
    enough = attended["number"] >= ENOUGH * attended["what"].map(planned).astype(float)
    stayed = np.isin(families.numbers, attended.loc[enough, "family"])
    closed = waits(served)
    waited = np.bincount(np.searchsorted(families.numbers, closed["family"]), weights=closed["waited"], minlength=count)
    return pd.DataFrame(
        {
            "due": times(event.isin(("contact", "not met", "missed contact"))),
            "met": times(event == "contact"),
            "positives": times(event == "positive"),
            "false_positives": times((event == "positive").to_numpy() & not_ill),
            "found": times(event.isin(_FOUND)) > 0,
            "referred": times((event == "referred") & in_care) > 0,
            "began": times((event == "began") & in_care) > 0,
            "stayed": stayed,
            "recovered": stayed & ~ill[:, -FOR_WEEKS:].any(axis=1),
            "sessions": times(event == "session"),
            "waited": waited,
            "cost": times(np.ones(len(events), dtype=bool), events["cost"]),
            "cost_of_care": times(in_care | (event == "interviewed"), events["cost"]),
        }
    )


def waits(served: ServiceCourse) -> pd.DataFrame:
    """Times that families waited for a place, one row each, in the order in which they were referred.

    Parameters
    ----------
    served : weeks of families under a service.

    Returns
    -------
    ``family``, ``programme``, ``since`` (week of the service), ``week`` (of his life then), ``waited`` (weeks; of those
    who wait still, until the end of their weeks), ``outcome`` (began, declined, gave up, too old, or waits still).
    """
    events = served.events
    referred = events[events["event"] == "referred"].rename(columns={"what": "programme", "service_week": "since"})
    ended = events[events["event"].isin(_OUTCOMES)].rename(columns={"what": "programme", "event": "outcome"})
    table = referred[["family", "programme", "since", "week"]].merge(
        ended[["family", "programme", "value", "outcome"]], on=["family", "programme"], how="left"
    )
    left = served.course.weeks.stop - table["week"]
    return table.assign(
        waited=table["value"].where(table["outcome"].notna(), left).astype(np.float64),
        outcome=table["outcome"].fillna("waits still"),
    )[_WAITS]
