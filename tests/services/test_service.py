"""Services as files: those that ship, and what is refused, in a sentence."""

import pytest
from serving import CBT, COST, nurse, small

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.services.service import Service
from dyadsim.services.service_changes import KINDS, changed_service, value_of

SHIPPED = toml_models.names("services")
VISIT = {"name": "visit", "week": 1, "staff": "nurse", "hours": 1.0}


def asked(instrument):
    """A service that screens by an instrument."""
    return {"screening": [{"at": ["visit"], "instrument": instrument, "routes": [{"score": 9, "to": CBT}]}]}


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_says_what_it_is_and_every_cost_its_grounding(name):
    service = ds.Service.load(name)
    assert service.title
    assert len(service.says) > 60
    assert service.cost_grounding in ("measured", "borrowed", "assumed")
    assert not service.unverified_costs
    again = toml_models.parse(Service, "text", service.toml().encode())
    assert again == service
    for part in (*service.staff, *service.contacts, *service.screening, *service.programmes):
        assert part.note or part.evidence != ("assumed",)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"staff": [nurse(), nurse()]}, "Two kinds of staff are called 'nurse'"),
        ({"told_to": "interviews"}, "Did you mean 'interview'"),
        ({"interview": None}, "leads to the interview, but this service has none"),
        ({"programmes": [{"name": CBT, "staff": "nurse"}]}, "say how many hours a session takes"),
        ({"programmes": [{"name": CBT, "hours": 1.0}]}, "takes hours; name the staff"),
        ({"programmes": [{"name": CBT, "staff": "nurze", "hours": 1.0}]}, "Did you mean 'nurse'"),
        ({"programmes": [{"name": "cbt"}]}, "is called 'cognitive-behavioural-therapy' here"),
        ({"programmes": [{"name": CBT, "invites": [{"week": 400}]}]}, "not in week 400"),
        ({"screening": [{"at": ["visits"], "routes": [{"score": 9, "to": CBT}]}]}, "Did you mean 'visit'"),
        (asked("strange-situation"), "gives classes"),
        (asked("temperament"), "sees mothers by slow states"),
        ({"prices": {"currency": "pounds", "year": 2019}}, "three capital letters, such as GBP, not 'pounds'"),
        ({"staff": [nurse(an_hour={"amount": 5.0, "grounding": "assumed"})]}, "its note must say why"),
        ({"staff": [nurse(an_hour={**COST, "grounding": "borrowed"})]}, "its evidence must say from where"),
        ({"contacts": [{**VISIT, "who": []}]}, "is for somebody"),
        ({"colour": "red"}, "Unknown key 'colour'"),
    ],
)
def test_what_cannot_be_a_service_is_told_in_a_sentence(changes, says):
    with pytest.raises(ds.DyadsimError, match=says) as told:
        small(**changes)
    assert "\n" not in str(told.value)


def test_things_are_changed_by_name_and_stay_as_they_are_elsewhere():
    service = ds.Service.load("screen-and-step")
    assert value_of(service, "staff of therapist") == service.kind("therapist").per_1000
    more = changed_service(service, "staff of therapist", 3.0)
    assert more.kind("therapist").per_1000 == 3.0
    assert more.changed({"staff": service.staff}) == service
    assert changed_service(service, "cut of epds", 12).screening[0].cut == 12
    assert changed_service(service, "places of peer-support", 9).programme("peer-support").places == 9
    assert value_of(service, "places of peer-support") is None
    for word, (_, _, meaning) in KINDS.items():
        assert word and meaning


@pytest.mark.parametrize(
    ("what", "value", "says"),
    [
        ("staff of terapist", 2.0, "Did you mean 'therapist'"),
        ("stuff of therapist", 2.0, "Unknown change of a service"),
        ("staff", 2.0, "Unknown change of a service"),
        ("cut of epds", 13.0, "from 13 on a score leads to"),
        ("caseload of therapist", 2.5, "is a whole number, not 2.5"),
        ("staff of therapist", -1.0, "must be greater than 0"),
    ],
)
def test_a_change_that_cannot_be_is_told(what, value, says):
    with pytest.raises(ds.DyadsimError, match=says):
        changed_service(ds.Service.load("screen-and-step"), what, value)
