"""Small services and areas that tests of services share."""

import dyadsim as ds
from dyadsim.services.service import Service

COST = {"amount": 50.0, "grounding": "assumed", "note": "Made up."}
PRICES = {"currency": "GBP", "year": 2019}
ALIKE = ds.ServiceParameters.default().replace(
    {
        "spread of readiness": 0,
        "poverty -> readiness": 0,
        "migration -> readiness": 0,
        "single -> readiness": 0,
        "change of staff -> leaving": 0,
    }
)
"""All families are alike in how ready they are, and a change of staff means nothing: as with direct offers."""
CBT = "cognitive-behavioural-therapy"


def nurse(**changes):
    """Staff of one kind."""
    return {"name": "nurse", "per_1000": 50.0, "hours": 20.0, "an_hour": COST, **changes}


def invited(name, week, **changes):
    """A programme to which all are invited in a week."""
    return {"name": name, "staff": "nurse", "hours": 1.0, "invites": [{"week": week}], **changes}


def small(**changes):
    """A service that visits, asks, and helps."""
    usual = {
        "name": "small",
        "prices": PRICES,
        "staff": [nurse()],
        "contacts": [
            {"name": "visit", "week": 2, "window": 3, "share": 0.9, "staff": "nurse", "hours": 1.0, "notices": 0.2}
        ],
        "screening": [{"at": ["visit"], "routes": [{"score": 9, "to": "interview"}]}],
        "interview": {"staff": "nurse", "hours": 1.0, "comes": 0.9, "routes": [{"score": -0.8, "to": CBT}]},
        "told_to": "interview",
        "programmes": [{"name": CBT, "staff": "nurse", "hours": 1.0}],
    }
    return Service(**{**usual, **changes})


def area(communities=2, size=10, seed=1, **changes):
    """Families of a few small communities."""
    return ds.Families.sample(communities * size, seed=seed, community_size=size, **changes)


def two(**changes):
    """A comparison of two small services, in a second or so."""
    usual = {
        "name": "two",
        "services": [small(), small(name="more", staff=[nurse(per_1000=200.0)])],
        "communities": 3,
        "waves": 3,
        "families": {"community_size": 6},
        "risks": [{"setting": "poverty", "share": 0.5}],
        "weeks": 16,
        "linear": True,
    }
    return ds.ServiceComparison(**{**usual, **changes})
