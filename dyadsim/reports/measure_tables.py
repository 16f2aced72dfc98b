"""The tables of measures in ``docs/measures.md``, made from the declarations: a header and rows each."""

from __future__ import annotations

from collections.abc import Iterable

from ..measurement.declarations import GROUPS, MEASURES, Measure

__all__ = ["tables"]

Table = tuple[Iterable[str], Iterable[Iterable[object]]]


def tables() -> dict[str, Table]:
    """Header and rows of a table for each group of measures of an episode, and of one for the measures of a week."""
    groups = {
        f"measures-{group}": [measure for measure in MEASURES.values() if measure.group == group]
        for group in GROUPS
        if group != "lived"
    }
    groups["weekly-measures"] = [measure for measure in MEASURES.values() if measure.weekly]
    return {name: _table(measures) for name, measures in groups.items()}


def _table(measures: Iterable[Measure]) -> Table:
    rows = ((f"`{each.name}`", each.meaning, each.unit, each.source) for each in measures)
    return ("column", "what it is", "unit", "source"), rows
