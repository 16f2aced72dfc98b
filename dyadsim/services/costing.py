"""Costing: what each event between a service and families costs, in the prices of the service."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .screening import INTERVIEW
from .service import Service

__all__ = ["costed"]


def costed(events: pd.DataFrame, service: Service | None) -> pd.DataFrame:
    """Events with what each costs: hours of staff, and what else the service says of it.

    Parameters
    ----------
    events : as :class:`~dyadsim.services.event_log.Log` has them.
    service : whose prices; None: nothing costs anything.

    Returns
    -------
    The events with a column ``cost``.
    """
    if service is None:
        return events.assign(cost=np.zeros(len(events)))
    hourly = {each.name: each.an_hour.amount for each in service.staff}
    cost = events["hours"].to_numpy() * events["staff"].map(hourly).fillna(0.0).to_numpy()
    each_time = {("screened", one.instrument): one.cost for one in service.screening}
    each_time |= {("began", one.called): one.family for one in service.programmes}
    each_time |= {("session", one.called): one.session for one in service.programmes}
    if service.interview is not None:
        each_time["interviewed", INTERVIEW] = service.interview.cost
    for (event, what), amount in each_time.items():
        if amount is not None:
            cost = cost + amount.amount * ((events["event"] == event) & (events["what"] == what)).to_numpy()
    return events.assign(cost=cost)
