"""What the tests of interventions share: a short session a week, no couplings, and a course in which one is offered."""

import dyadsim as ds
from dyadsim.interventions.catalogue import Intervention
from dyadsim.theory.dynamics import PARAMETERS

MOMENT = ds.Paradigm(name="moment", episodes=[{"name": "play", "seconds": 30}])
SHORT = {"paradigm": MOMENT, "days": 1, "seed": 5}
UNCOUPLED = ds.Dynamics.default().replace({name: 0 for name, p in PARAMETERS.items() if p.group == "arrows"})


def lived(dyads, name, weeks, start_week=None, **offer):
    """A course in which an intervention starts two weeks after the first."""
    start = Intervention.load(name).start_week if start_week is None else start_week
    offers = [{"name": name, "start_week": start, **offer}]
    return ds.develop(dyads, weeks + 2, offers, first_week=start - 2, **SHORT)
