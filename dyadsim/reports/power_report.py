"""Report of a plan of a trial's size: how many dyads it needs, in sentences, tables, a figure and a page."""

from __future__ import annotations

import math
from typing import Any

from matplotlib import rc_context

from .. import NOTICE, plots
from ..plots.style import Figure
from ..trials.power_results import LEVELS, PowerResults
from .folder import in_page, write_text
from .html_page import html_page

__all__ = ["TABLE_SAYS", "in_short", "picture", "said", "write"]

TABLE_SAYS = "Power: share of replicates with p below .05; truth: mean effect over twins."


def in_short(results: PowerResults) -> list[str]:
    """How many dyads the trial needs at each level, and whether there are enough replicates to say so."""
    plan, table = results.plan, results.table
    if table.empty:
        return ["No replicate is there yet."]
    worst, failed = float(table["power_error"].max()), int(table["failed"].sum())
    enough = worst <= plan.error
    told = [
        f"{results.replicates:,} replicates: the Monte Carlo error of power is {worst:.3f} at most, and "
        + (f"{plan.error:g} was asked for: enough." if enough else f"{plan.error:g} was asked for: not enough yet.")
    ]
    told += [
        f"{_levels(row)}: a power of {plan.power:.0%} needs {row['says']} dyads."
        for row in results.sample_sizes().to_dict("records")
    ]
    if failed:
        told.append(f"{failed:,} fits failed; they are counted beside, and are no part of any power.")
    return told


def _levels(row: Any) -> str:
    """Levels of a row, in words."""
    words = [f"effect × {row['effect']:g}"]
    words += [f"{row['lost']:.0%} lost"] if not math.isnan(row["lost"]) else []
    words += [f"reliability {row['reliability']:g}"] if not math.isnan(row["reliability"]) else []
    return ", ".join(words)


def said(results: PowerResults) -> dict[str, Any]:
    """All that is told of a plan's results, for programs."""
    return {
        "folder": str(results.folder),
        "plan": results.manifest.asked,
        "replicates": results.replicates,
        "in_short": in_short(results),
        "power": results.table.to_dict("records"),
        "sample_sizes": results.sample_sizes().to_dict("records"),
        "failures": [failure for chunk in results.manifest.chunks for failure in chunk.failures],
    }


def picture(results: PowerResults) -> Figure:
    """Figure of power over the number of dyads."""
    with rc_context({"text.parse_math": False}):  # names may hold a dollar
        return plots.power_curves(results.table, results.plan.power)


def write(results: PowerResults) -> list[str]:
    """Write page, figure and tables into the results folder; gives the files."""
    folder, plan, figure = results.folder, results.plan, picture(results)
    page = html_page(
        "power_report.html",
        title=plan.title or plan.name,
        plan=plan,
        notice=NOTICE,
        in_short=in_short(results),
        rows=results.table.to_dict("records"),
        levels=[name for name in LEVELS if results.table[name].notna().any()],
        picture=in_page(plots.png(figure)),
        folder=folder,
    )
    files = [write_text(folder / "report.html", page)]
    for name, table in {"power": results.table, "sample_sizes": results.sample_sizes()}.items():
        files.append(write_text(folder / f"{name}.csv", table.to_csv(index=False)))
    return [str(file) for file in (*files, plots.save(figure, folder / "power.png"))]
