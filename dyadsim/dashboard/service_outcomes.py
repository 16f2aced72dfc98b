"""What a page shows of results of services: words, tables, pictures, and what can be kept.

All of it is made by the report of the command; nothing is worked out here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ..reports import service_report
from ..services.cascade import GROUPS
from ..services.service_results import ServiceResults
from .downloads import DRAWING, svg, whole_csv
from .outcome import Kept, Outcome, ShownTable, by_folder_name, report_of, text_file

__all__ = ["outcome_at", "outcome_of"]

_SHARES = (
    *("ill", "found", "referred", "began", "stayed", "recovered", "well"),
    *("met", "share", "over_half_a_year", "surely_more"),
)
_HEADINGS = {"ill": "depressed", "met": "contacts met", "recovered": "helped and well"}
_WAY_OUT = "dyadsim services writes it into the results folder, as {}/*.parquet"
_TITLES = {
    "cascade": "The cascade of care",
    "equity": "What each service is for families by status",
    "waits": "Waiting, by programme",
    "cost_of_waiting": "What waiting cost, against twins who were seen at once",
    "cost_effectiveness": "Costs, and what is had for them, against no service",
    "effects": "Mothers and infants at the end, against no service",
    "false_positives": "False positives",
    "costs": "What the money goes to, a family",
    "unit_costs": "Unit costs, and what they rest on",
}


def outcome_of(results: ServiceResults, name: str) -> Outcome:
    """What is shown of results of services.

    Parameters
    ----------
    results : of a comparison.
    name : what they are called; where they lie on the server is nobody's business.
    """
    asked = results.comparison
    about = tuple(filter(None, (asked.says, asked.question)))
    short = tuple(by_folder_name(each, results.folder, name) for each in service_report.in_short(results))
    head = (name, asked.title or asked.name, about, short)
    if not results.arms:
        return Outcome(*head, asked=asked)
    with DRAWING:
        drawn = service_report.pictures(results)
    tables = service_report.tables(results)

    last = results.under_service[-1].name
    kept: tuple[Kept, ...] = (
        report_of(name, results.folder, lambda: service_report.page(results, drawn)),
        (
            f"What became of each family under “{last}”",
            "csv",
            lambda: whole_csv(results.families(last), f"{name}-families", _WAY_OUT.format("data")),
        ),
        (
            f"All events under “{last}”, with what they cost",
            "csv",
            lambda: whole_csv(results.table("events", last), f"{name}-events", _WAY_OUT.format("events")),
        ),
        ("The comparison, as it was run", "toml", lambda: text_file(f"{name}.toml", "application/toml", asked.toml())),
    )
    cascade = _table(name, "cascade", service_report.cascade_in_short(results))
    return Outcome(
        *head,
        (cascade, *(_table(name, each, tables[each]) for each in _TITLES if each != "cascade" and len(tables[each]))),
        service_report.CASCADE_SAYS,
        {each: (title, figure, svg(figure)) for each, (title, figure) in drawn.items()},
        kept,
        asked,
    )


def _table(name: str, each: str, table: Any) -> ShownTable:
    closed = each not in ("cascade", "equity")
    return ShownTable(f"{name}-{each.replace('_', '-')}", _TITLES[each], table, closed, _shown(table))


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """A table with shares as people read them, and headings that say what they are of."""
    told = [name for name in _SHARES if name in table and table[name].dtype.kind == "f"]  # and no counts
    shares = {name: [_percent(value) for value in table[name]] for name in told}
    if "group" in table:
        shares["group"] = [GROUPS[each] for each in table["group"]]
    return table.assign(**shares).rename(columns=_HEADINGS)


def _percent(value: Any) -> str:
    """A share as text; a dash for what is not known."""
    return "–" if value != value else f"{value:.0%}"


def outcome_at(path: Path, name: str) -> Outcome:
    """What is shown of a results folder of services.

    Raises
    ------
    DyadsimError
        if it cannot be read.
    """
    return outcome_of(ServiceResults.read(path), name)
