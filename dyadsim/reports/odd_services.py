"""Tables of services in ``docs/ODD.md``, made from the running code; and the order of a service's week."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from ..common import toml_models
from ..findings.registry import findings_of
from ..findings.service_studies import SERVICE_DESIGNS
from ..services.service import Service
from ..services.service_week import ServiceWeeks
from ..theory.service_parameters import SERVICE_PARAMETERS, ServiceParameters

__all__ = ["service_week_order", "tables"]

Table = tuple[Iterable[str], Iterable[Iterable[object]]]


def service_week_order() -> str:
    """Order of a service's week: the numbered list in the docstring of :meth:`ServiceWeeks.week`."""
    said = inspect.cleandoc(ServiceWeeks.week.__doc__ or "")
    return said[said.index("1. ") : said.index("\n\nAll of it")]


def tables() -> dict[str, Table]:
    """Header and rows of every table of services, by its name."""
    return {
        "service-parameters": _parameters(),
        "services": _services(),
        "services-fitted": (
            ("row", "role", "how it is expressed"),
            [(f"`{id}`", each.row.role, each.how) for id, each in findings_of("services", sets=True).items()],
        ),
        "service-designs": _designs(),
    }


def _parameters() -> Table:
    """Parameters of services, and what each rests on."""
    values = ServiceParameters.default()
    rows = [
        (f"`{each.name}`", f"{values[each.name]:g}", each.unit, each.meaning, each.source)
        for each in SERVICE_PARAMETERS.values()
    ]
    return ("parameter", "value", "unit", "meaning", "rests on"), rows


def _services() -> Table:
    """Services that ship: staff, contacts, where they look for depression, programmes."""
    rows = []
    for name in toml_models.names("services"):
        service = Service.load(name)
        staff = ", ".join(f"{each.name} {each.per_1000:g}" for each in service.staff)
        contacts = ", ".join(f"{each.name} ({each.share:.0%})" for each in service.contacts) or "–"
        asked = ", ".join(f"{each.instrument} from {each.cut:g}" for each in service.screening) or "–"
        programmes = ", ".join(each.called for each in service.programmes)
        rows.append((f"`{name}`", staff, contacts, asked, programmes, str(service.prices)))
    return ("service", "staff for 1,000 families", "contacts", "screening", "programmes", "prices"), rows


def _designs() -> Table:
    """Designs of the simulated studies of services."""
    rows = []
    for name, each in SERVICE_DESIGNS.items():
        under = ", ".join(f"{setting} {share:.0%}" for setting, share in each.under) or "–"
        changes = ", ".join(f"{what} {value:g}" for what, value in each.changes) or "–"
        weeks = f"{each.first_week} to {each.first_week + each.weeks}"
        rows.append((name, f"`{each.service}`", weeks, f"{each.size:g}", under, changes))
    return ("design", "service", "weeks", "size", "families under", "changed"), rows
