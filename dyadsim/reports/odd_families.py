"""Tables of families and communities in ``docs/ODD.md``, made from the running code: a header and rows each."""

from __future__ import annotations

from collections.abc import Iterable

from ..findings.family_studies import FAMILY_DESIGNS
from ..findings.registry import findings_of
from ..theory.family_parameters import FAMILY_PARAMETERS, FamilyParameters
from ..theory.priors import assumed_of_families
from .odd_development import prior

__all__ = ["tables"]

Table = tuple[Iterable[str], Iterable[Iterable[object]]]


def tables() -> dict[str, Table]:
    """Header and rows of every table of families, by its name."""
    return {
        "family-parameters": _parameters(),
        "family-designs": _designs(),
        "families-fitted": (
            ("row", "role", "how it is expressed"),
            [(f"`{id}`", each.row.role, each.how) for id, each in findings_of("families", sets=True).items()],
        ),
    }


def _parameters() -> Table:
    """Parameters of families: what was assumed of each, its value, and what it rests on."""
    values, assumed = FamilyParameters.default(), assumed_of_families()
    rows = [
        (
            f"`{each.name}`",
            f"{values[each.name]:g}",
            prior(assumed[each.name]) if each.name in assumed else "–",
            each.unit,
            each.meaning,
            each.source,
        )
        for each in FAMILY_PARAMETERS.values()
    ]
    return ("parameter", "value", "assumed before", "unit", "meaning", "rests on"), rows


def _designs() -> Table:
    """Designs of the simulated studies of families."""
    rows = []
    for name, each in FAMILY_DESIGNS.items():
        under = ", ".join(f"{setting} {share:.0%}" for setting, share in each.under) or "–"
        offers = ", ".join(str(getattr(offer["name"], "name", offer["name"])) for offer in each.offers) or "–"
        weeks = f"{each.first_week} to {each.first_week + each.weeks}"
        rows.append((name, each.population, weeks, f"{each.size:g}", under, offers))
    return ("design", "population", "weeks", "size", "families under", "offered"), rows
