"""What the tests of trials share: a small trial, and replicates of it."""

import dyadsim as ds
from dyadsim.trials.replicates import replicates

SMALL = {
    "name": "small",
    "who": {"ages": [20], "dyads": 12},
    "what": {"arms": [{"name": "video", "interventions": ["video-feedback"]}, {"name": "nothing"}]},
    "seen": {
        "instruments": ["eas", "epds"],
        "visits": [{"name": "before", "week": 0}, {"name": "3 weeks", "week": 3}],
    },
    "asked": [{"name": "sensitivity", "outcome": "eas", "visit": "3 weeks"}],
    "replicates": 2,
}
"""Twelve dyads, three weeks."""


def small(changes=None, **more):
    """A small trial; parts of it are changed by dotted names, such as ``{"who.dyads": 20}``."""
    said = {key: dict(value) if isinstance(value, dict) else value for key, value in SMALL.items()}
    for name, value in {**(changes or {}), **more}.items():
        part, _, key = name.partition(".")
        if key:
            said[part] = {**said.get(part, {}), key: value}
        else:
            said[part] = value
    return ds.Trial(**said)


def run(trial, first=0, stop=None):
    """Some replicates of a trial, worked out here."""
    return replicates(trial, first, trial.replicates if stop is None else stop)


ARMS = [{"name": "one"}, {"name": "other"}]
"""Two arms that are offered nothing."""


def handful(replicates=3, dyads=8):
    """The shipped trial of video feedback with a handful of dyads."""
    whole = ds.Trial.load("video-feedback")
    return whole.changed({"replicates": replicates, "who": whole.who.changed({"dyads": dyads})})


def plan():
    """A plan of two sizes, at one level."""
    return ds.PowerPlan.load("video-feedback").changed(
        {"dyads": (8, 12), "effects": (1.0,), "lost": (), "reliability": (), "replicates": 10}
    )
