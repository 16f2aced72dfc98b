"""Changes of a service by name: ``staff of health visitor``, ``places of peer-support``, ``cut of epds``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..common.errors import DyadsimError, unknown
from .service import Service

__all__ = ["KINDS", "changed_service", "service_with", "value_of"]

_Part = tuple[str, str, str]
KINDS: Mapping[str, _Part] = {
    "staff": ("staff", "per_1000", "people of a kind for each 1,000 families"),
    "hours": ("staff", "hours", "hours that each has for families in a week"),
    "caseload": ("staff", "caseload", "families in programmes that each has at once"),
    "turnover": ("staff", "turnover", "share of them who leave in a year"),
    "share": ("contacts", "share", "share of families who are met at a contact"),
    "noticed": ("contacts", "notices", "share of the depressed who are noticed there"),
    "offered": ("screening", "offered", "share to whom a screening is offered"),
    "cut": ("screening", "cut", "score from which on it is positive"),
    "places": ("programmes", "places", "families in a programme at once, for each 1,000"),
    "uptake": ("programmes", "uptake", "share of those offered a place who take it"),
    "seats": ("programmes", "seats", "mothers of a group"),
}
"""What can be changed, by the word before ``of``: the part of a service, its field, and what it is."""
_WHOLE = ("caseload", "seats")
_NAMED_BY: Mapping[str, Callable[[Any], str]] = {
    "staff": lambda each: each.name,
    "contacts": lambda each: each.name,
    "screening": lambda each: each.instrument,
    "programmes": lambda each: each.called,
}


def _parted(service: Service, what: str) -> tuple[_Part, list[Any]]:
    """The kind of a change, and the parts of the service that it is of."""
    word, _, name = what.partition(" of ")
    if word not in KINDS or not name:
        raise unknown("change of a service", what, [f"{each} of ..." for each in KINDS])
    kind = KINDS[word]
    named = _NAMED_BY[kind[0]]
    parts = [each for each in getattr(service, kind[0]) if named(each) == name]
    if not parts:
        there = dict.fromkeys(named(each) for each in getattr(service, kind[0]))
        raise unknown(f"{kind[0]} of '{service.name}':", name, there or ["none"])
    return kind, parts


def value_of(service: Service, what: str) -> float | None:
    """What a service has now where a change of that name would change it; None where it has no limit.

    Raises
    ------
    DyadsimError
        for what no service, or not this one, has.
    """
    (_, field, _), parts = _parted(service, what)
    found = getattr(parts[0], field)
    return None if found is None else float(found)


def changed_service(service: Service, what: str, value: float) -> Service:
    """A service with one thing otherwise.

    Parameters
    ----------
    service : as it is.
    what : a word of :data:`KINDS`, and of which staff, contact, instrument or programme.
    value : that it is to have.

    Raises
    ------
    DyadsimError
        for what no service, or not this one, has; or a value that is not possible.
    """
    (part, field, _), parts = _parted(service, what)
    if field in _WHOLE:
        if value != int(value):
            raise DyadsimError(f"'{what}' is a whole number, not {value:g}.")
        value = int(value)
    changed = tuple(
        _with(each, field, value, what) if any(each is one for one in parts) else each
        for each in getattr(service, part)
    )
    return service.changed({part: changed})


def service_with(service: Service, changes: Iterable[tuple[str, float]]) -> Service:
    """A service with several things otherwise, one after another (as :func:`changed_service` has each)."""
    for what, value in changes:
        service = changed_service(service, what, value)
    return service


def _with(each: Any, field: str, value: float, what: str) -> Any:
    if field != "cut":
        return each.changed({field: value})
    lowest, *others = each.routes
    if others and value >= others[0].score:
        raise DyadsimError(
            f"'{what}' is {value:g}, but from {others[0].score:g} on a score leads to '{others[0].to}'; give less."
        )
    return each.changed({"routes": (lowest.changed({"score": value}), *others)})
