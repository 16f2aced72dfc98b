"""Report of a results folder: sentences, tables, and figures with the command that made each."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.figure import Figure

from .. import NOTICE, plots
from ..common.errors import DyadsimError
from ..common.files import replacing
from ..sweeps.results import Results, View
from ..sweeps.sensitivity_indices import NOTHING, dependence, indices, interaction, method_for
from .folder import in_page, write_text
from .html_page import html_page

__all__ = ["INDICES_SAY", "explained", "figure_of", "in_short", "range_over_points", "said", "write", "write_figure"]

INDICES_SAY = (
    "S1: the share of the variance between points that a factor explains alone; ST: with all its interactions; "
    "mu_star: mean size of elementary effects; pawn: how far the distribution moves with it. Low, high: 95 %, by "
    "what other points would give."
)
_DPI = 110
_OVER = 6  # factors over which a report shows partial dependence
_VIEWS = 4  # outcomes that a report shows, where it is not asked for one
_SHOWN = 3  # failures told in short


def in_short(results: Results) -> list[str]:
    """What the folder holds and what is wrong with it, a sentence each."""
    manifest, asked = results.manifest, results.manifest.asked
    chunks, done = manifest.chunks, sum(chunk.done for chunk in manifest.chunks)
    dyads = max((chunk.dyads[1] for chunk in chunks), default=0)
    each = asked.get("dyads", 100)
    told = [
        f"{len(results.points):,} points ({asked.get('design', 'grid')}) of {', '.join(results.factors)}, each with "
        f"{dyads:,} dyads (replicates: {-(-dyads // each):,} of {each:,}).",
        f"{done:,} of {len(chunks):,} chunks are done."
        + ("" if done == len(chunks) else " `dyadsim sweep` with the same design and folder goes on."),
    ]
    failures = results.failures
    told += [
        f"Point {point} (dyads {first} to {stop - 1}) failed: {error}"
        for point, (first, stop), error in failures.head(_SHOWN).itertuples(index=False)
    ]
    if len(failures) > _SHOWN:
        told.append(
            f"{len(failures) - _SHOWN:,} more failures stand in manifest.json; all are tried again on resuming."
        )
    return [*told, *manifest.damaged, *_infinite(results)]


def _infinite(results: Results) -> list[str]:
    """Sentences on outcomes that are infinite at some points, one an outcome."""
    means = results.means()
    found = {name: means.loc[np.isinf(means[name]), "point"].nunique() for name in results.outcomes if len(means)}
    return [
        f"{name} is infinite at {points:,} of {len(results.points):,} points, which figures and indices leave out."
        for name, points in found.items()
        if points
    ]


def said(results: Results, view: View | None, method: str | None) -> dict[str, Any]:
    """All that is told of a results folder, for programs: keys and values as JSON takes them."""
    about: dict[str, Any] = {
        "folder": str(results.folder),
        "in_short": in_short(results),
        "done": results.done,
        "points": len(results.points),
        "design": results.manifest.asked,
        "rules": dict(results.manifest.rules),
        "failures": results.failures.to_dict("records"),
        "damaged": results.manifest.damaged,
        "files": [str(path) for path in results.files()],
        "spread": range_over_points(results).to_dict("records"),
    }
    if view is not None:
        table = explained(results, view, method)
        about |= {"view": str(view), "left_out": results.left_out(view), "indices": table.to_dict("records")}
    return about


def range_over_points(results: Results, week: int | None = None) -> pd.DataFrame:
    """Range of the means of points, one row an outcome and episode (or arm and week, or that ``week``).

    Returns
    -------
    ``least``, ``middle`` (median) and ``largest`` of the finite means, and the number of ``points`` that have one.
    """
    means = results.means().replace({name: [np.inf, -np.inf] for name in results.outcomes}, np.nan)
    if means.empty:
        return pd.DataFrame()
    if week is not None:
        means = means[means["week"] == week]
    columns: dict[str, Any] = {"least": "min", "middle": "median", "largest": "max", "points": "count"}
    parts = [
        means.groupby(results.keys, sort=False)[name].agg(**columns).reset_index().assign(outcome=name)
        for name in results.outcomes
    ]
    table = pd.concat(parts, ignore_index=True)[["outcome", *results.keys, *columns]]
    return table[table["points"] > 0]


def explained(results: Results, view: View, method: str | None = None) -> pd.DataFrame:
    """The indices of an outcome; none where it has too few values for them and no method was asked for."""
    try:
        return indices(results, view, method)
    except DyadsimError:
        if method is not None:
            raise
        return pd.DataFrame()


# Figures --------------------------------------------------------------------------------------------------------------


def figure_of(results: Results, view: View, kind: str, factors: Sequence[str], method: str | None = None) -> Figure:
    """Figure of one kind: ``spread`` (a histogram over points), ``indices``, ``dependence`` or ``interaction``.

    Parameters
    ----------
    factors : those shown; left out, those that matter most.

    Raises
    ------
    DyadsimError
        for factors that are not there, or too few of them.
    """
    says = str(view)
    with rc_context({"text.parse_math": False}):  # names may hold a dollar
        if kind == "spread":
            return plots.point_spread(results.values(view), says)
        if kind == "indices":
            return plots.sensitivity_indices(indices(results, view, method), says)
        most = list(factors) or _ranked(results, view)
        if kind == "dependence":
            return plots.partial_dependence({name: dependence(results, view, name) for name in most[:_OVER]}, says)
        if len(most) < 2:
            raise DyadsimError("An interaction needs two factors.")
        x, y = most[:2]
        return plots.interaction_map(interaction(results, view, x, y), x, y, says)


def _ranked(results: Results, view: View) -> list[str]:
    """The factors, those first that an outcome follows most."""
    table = explained(results, view)
    if table.empty:
        return results.factors
    table = table[table["index"].isin(["ST", "mu_star", "pawn"]) & (table["factor"] != NOTHING)]
    return list(table.sort_values("value", ascending=False)["factor"])


def write_figure(
    results: Results, view: View, kind: str, factors: Sequence[str], method: str | None, file: Path
) -> Path:
    """Write one figure into a file, of the kind that its name says."""
    if file.suffix not in (".png", ".pdf", ".svg"):
        raise DyadsimError(f"A figure is written as .png, .pdf or .svg, not as '{file.name}'.")
    return plots.save(figure_of(results, view, kind, factors, method), file)


def _figures(results: Results, view: View) -> list[tuple[str, str, Figure]]:
    """The main figures of an outcome: what each shows, the command that makes it, and the figure."""
    ranked = _ranked(results, view)
    asked: list[tuple[str, str, list[str]]] = [("spread", "How it spreads over the points", [])]
    if len(explained(results, view)):
        asked.append(("indices", "What it follows", []))
    asked.append(("dependence", "Over each factor, averaged over the others", ranked[:_OVER]))
    if len(ranked) > 1:
        asked.append(("interaction", f"Over {ranked[0]} and {ranked[1]} together", ranked[:2]))
    made = []
    for kind, says, factors in asked:
        over = "".join(f" --factor '{name}'" for name in factors)
        command = f"dyadsim results {results.folder} --figure {kind} {view.options}{over}"
        made.append((says, command, figure_of(results, view, kind, factors)))
    return made


# The report -----------------------------------------------------------------------------------------------------------


def write(results: Results, views: Sequence[View], out: Path | None, pdf: bool, page: bool) -> list[Path]:
    """Write the report as a page (HTML), as a PDF, or both; into the folder unless ``out`` says where.

    Raises
    ------
    DyadsimError
        if both are asked for in one file, or a file cannot be written.
    """
    if out is not None and pdf and page:
        raise DyadsimError("A page and a PDF go into two files; leave --out out, or ask for one of them.")
    shown = list(views)[:_VIEWS]
    drawn = [(view, _figures(results, view)) for view in shown]
    left = [view.outcome for view in list(views)[_VIEWS:]]
    files = []
    if page:
        file = out or results.folder / "report.html"
        files.append(write_text(file, _page(results, drawn, left)))
    if pdf:
        file = out or results.folder / "report.pdf"
        with replacing(file) as beside:
            _pages(beside, results, drawn, left)
        files.append(file)
    return files


Drawn = list[tuple[View, list[tuple[str, str, Figure]]]]


def _page(results: Results, drawn: Drawn, left: list[str]) -> str:
    views = [
        {
            "says": str(view),
            "left_out": results.left_out(view),
            "indices": explained(results, view).to_dict("records"),
            "figures": [(says, command, in_page(plots.png(figure, _DPI))) for says, command, figure in figures],
        }
        for view, figures in drawn
    ]
    return html_page(
        "sweep_report.html",
        title=_title(results),
        notice=NOTICE,
        said=results.manifest.asked,
        in_short=in_short(results),
        spread=range_over_points(results).to_dict("records"),
        keys=results.keys,
        views=views,
        left=left,
        indices_say=INDICES_SAY,
        method=method_for(results),
        runs=results.manifest.runs,
        rules=results.manifest.rules,
        folder=results.folder,
    )


def _title(results: Results) -> str:
    return str(results.manifest.asked.get("title") or results.manifest.asked["name"])


def _pages(file: Path, results: Results, drawn: Drawn, left: list[str]) -> None:
    """A first page in words, then a page for each figure, with the command that makes it."""
    from matplotlib.backends.backend_pdf import PdfPages

    # Without a date, the same results give the same bytes.
    with PdfPages(file, metadata={"Title": _title(results), "CreationDate": None}) as pages:
        pages.savefig(_words(results, [view for view, _ in drawn], left))
        for view, figures in drawn:
            for says, command, figure in figures:
                figure.suptitle(f"{says}: {view}", fontsize=10, x=0.02, ha="left", parse_math=False)
                # At the foot, where the figure has its notice, for it is cut off nowhere.
                figure.supxlabel(f"{textwrap.fill(command, 110)}\n{NOTICE}", fontsize=7, x=0.01, ha="left")
                pages.savefig(figure)


def _words(results: Results, shown: Sequence[View], left: list[str]) -> Figure:
    page = Figure(figsize=(8.3, 11.7))
    ranges = range_over_points(results)
    table = "" if ranges.empty else ranges.head(40).to_string(index=False, float_format=lambda value: f"{value:.4g}")
    left_out = filter(None, map(results.left_out, shown))
    sentences = [*in_short(results), *left_out, *([f"Not shown: {', '.join(left)}."] if left else [])]
    text = "\n".join(textwrap.fill(sentence, 95) for sentence in sentences)
    page.text(0.07, 0.95, textwrap.fill(_title(results), 60), fontsize=16, va="top", parse_math=False)
    page.text(0.07, 0.89, f"{NOTICE}\n\n{text}", fontsize=9, va="top", parse_math=False)
    page.text(0.07, 0.70, table, fontsize=7, va="top", family="monospace", parse_math=False)
    return page
