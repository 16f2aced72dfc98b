"""Report of a fit: a page, figures and tables for a lab, of what its codes and the model say together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context

from .. import NOTICE, plots
from ..plots.style import Figure
from . import fit_sentences as say
from .fit_findings import PICTURED, FitFindings
from .folder import in_page
from .html_page import html_page, share
from .json_text import utf8
from .output_folder import write_folder

__all__ = [
    "ARROWS_SAY",
    "FIT_FILES",
    "TABLE_SAYS",
    "arrows_in_short",
    "estimates_in_short",
    "page",
    "pictures",
    "said",
    "write",
]

_FIGURES = ("profiles", "checks", "arrow_cut")
FIT_FILES = (
    *(f"{name}.csv" for name in ("estimates", "checks", "held_out", "arrow_cut", "profiles", "bootstrap", "reading")),
    *(f"{name}.png" for name in _FIGURES),
    *(f"{name}_{number}.png" for name in _FIGURES for number in range(1, PICTURED + 1)),
    *("report.html", "provenance.json"),
)
"""All that :func:`write` may write."""
ARROWS_SAY = (
    "Means over simulated sessions, and between which 95 of 100 of them lie; who does not follow goes by the average "
    "of their own chances."
)
TABLE_SAYS = "Standard scores for traits (0: the middle of the community, 1: a standard deviation of it)."
_SHOWN = 400
"""Rows of a table that the page has; files hold all."""


def estimates_in_short(found: FitFindings) -> pd.DataFrame:
    """Estimates for people: parameter, estimate, interval, the population's middle and what each rests on."""
    rows = [
        {
            "dyad": row["dyad"],
            "parameter": say.called(str(row["parameter"])),
            "estimate": f"{row['estimate']:.2f}",
            "95 % interval": say.from_to(row["low"], row["high"]),
            "population": f"{row['population']:.2f}",
            "rests on": say.rests_on(row, found.fitted.ridge),
        }
        for row in found.estimates.to_dict("records")
    ]
    table = pd.DataFrame(rows)
    return table.drop(columns="dyad") if table["dyad"].nunique() == 1 else table


def arrows_in_short(found: FitFindings) -> pd.DataFrame:
    """Arrows cut, for people: one row a measure, as coded, by the fitted dyad, and with either arrow cut."""
    rows = []
    keys = ["dyad", "session", "episode", "measure"]
    for _, own in found.arrow_cut.groupby(keys, sort=False):
        dyad, session, episode, measure = own[keys].iloc[0]
        drawn = {row["arrow"]: say.of_draws(row) for row in own.to_dict("records")}
        shown = {words: drawn.get(arrow, "–") for arrow, words in say.ARROWS.items()}
        named = {"dyad": dyad, "session": str(session + 1), "episode": episode, "measure": say.called(str(measure))}
        rows.append({**named, "coded": say.digits(own["observed"].iloc[0]), **shown})
    table = pd.DataFrame(rows, columns=["dyad", "session", "episode", "measure", "coded", *say.ARROWS.values()])
    return table.drop(columns=[name for name in ("dyad", "session", "episode") if table[name].nunique() < 2])


def said(found: FitFindings) -> dict[str, Any]:
    """All that was found out, for programs.

    Parameters
    ----------
    found : by a fit.
    """
    return {
        "dyads": [str(dyad) for dyad in found.fitted.dyads],
        "log_likelihood": found.fitted.log_likelihood,
        "seconds": found.fitted.seconds,
        "ridge": found.fitted.ridge,
        "intervals": found.intervals,
        "in_short": say.in_short(found),
        "not_told": list(say.on_what_is_not_told(found)),
        **{name: table.to_dict("records") for name, table in found.tables().items()},
        "sessions": [session.provenance for session in found.sessions],
    }


def pictures(found: FitFindings) -> dict[str, tuple[str, Figure]]:
    """Figures by name, each with what it shows: of the first dyads, and of the first session of each.

    Parameters
    ----------
    found : by a fit.
    """
    drawn: dict[str, tuple[str, Figure]] = {}
    with rc_context({"text.parse_math": False}):  # names may hold a dollar
        for number, dyad in enumerate(found.fitted.dyads[:PICTURED], 1):
            more, of = (f"_{number}", f" of {dyad}") if len(found.fitted.dyads) > 1 else ("", "")
            if len(found.profiles):
                own = found.profiles[found.profiles["dyad"].isin([dyad, "all"])]
                estimates = found.estimates[found.estimates["dyad"].isin([dyad, "all"])]
                drawn[f"profiles{more}"] = (f"Profiles of the likelihood{of}", plots.profiles(own, estimates))
            first = (found.checks["dyad"] == dyad) & (found.checks["session"] == 0)
            words = f"What the model gets right and wrong{of}: as coded, on what is simulated"
            drawn[f"checks{more}"] = (words, plots.checks(found.checks[first]))
            cut = found.arrow_cut
            cut = cut[(cut["dyad"] == dyad) & (cut["session"] == 0)]
            cut = cut[cut["episode"] == cut["episode"].iloc[0]] if len(cut) else cut
            if len(cut):
                words = f"The fitted dyad{of} with one arrow cut, beside what was coded"
                drawn[f"arrow_cut{more}"] = (words, plots.arrows_cut(cut, say.ARROWS))
    return drawn


def page(found: FitFindings, images: dict[str, tuple[str, bytes]]) -> str:
    """Page of the report, as HTML that holds its pictures.

    Parameters
    ----------
    found : by a fit.
    images : its pictures (PNG) by name, each with what it shows.
    """
    fitted, held = found.fitted, found.held_out
    several = len(found.sessions) > 1
    ages = {dyad: float(fitted.cohort(dyad).traits["age"][0]) for dyad in fitted.dyads}
    checks = found.checks.assign(means=[say.in_words(name, found.sessions[0]) for name in found.checks["measure"]])
    return html_page(
        "fit_report.html",
        {"digits": say.digits, "called": say.called, "share": share},
        title=f"Fitted dyad: {fitted.dyads[0]}" if len(fitted.dyads) == 1 else f"{len(fitted.dyads)} fitted dyads",
        notice=NOTICE,
        not_a_rating=say.NOT_A_RATING,
        in_short=say.in_short(found),
        coding=list(say.on_coding(found.sessions)),
        remarks=[(session.dyads[0], _remarks(session.provenance)) for session in found.sessions],
        ages=ages,
        fit=list(say.on_fit(found)),
        intervals=found.intervals,
        table_says=TABLE_SAYS,
        estimates=estimates_in_short(found).head(_SHOWN).to_dict("records"),
        several=several,
        of_dyads=len(fitted.dyads) > 1,
        bootstrap=found.bootstrap.head(_SHOWN).to_dict("records"),
        profiles=_of_kind(images, "profiles"),
        checked=_of_kind(images, "checks"),
        cut=_of_kind(images, "arrow_cut"),
        measures=list(say.on_measures(found.checks, several)),
        wrong=checks[~checks["within"]].head(_SHOWN).to_dict("records"),
        held_out=held.to_dict("records"),
        foretold=list(say.on_held_out(held, found.not_held_out)),
        arrows=arrows_in_short(found).head(_SHOWN).to_dict("records"),
        arrow_columns=list(arrows_in_short(found).columns),
        not_told=list(say.on_what_is_not_told(found)),
        pictured=min(PICTURED, len(fitted.dyads)),
        dyads=len(fitted.dyads),
    )


def _remarks(about: dict[str, Any]) -> list[str]:
    return list(about.get("reading", {}).get("remarks", []))


def _of_kind(images: dict[str, tuple[str, bytes]], kind: str) -> list[tuple[str, str]]:
    """Pictures of one kind, with what each shows, as a page can hold them."""
    return [(words, in_page(image)) for name, (words, image) in images.items() if name.startswith(kind)]


def write(found: FitFindings, out: Path, reading: pd.DataFrame, about: dict[str, Any]) -> list[str]:
    """Write page, figures, tables and provenance into a folder; gives the files written.

    Parameters
    ----------
    found : by a fit.
    out : the folder.
    reading : what was settled when the files were read, one row a session.
    about : what was asked for.
    """
    images = {name: (words, plots.png(figure)) for name, (words, figure) in pictures(found).items()}
    contents = {f"{name}.csv": utf8(table.to_csv(index=False)) for name, table in found.tables().items()}
    contents["reading.csv"] = utf8(reading.to_csv(index=False))
    contents |= {f"{name}.png": image for name, (_, image) in images.items()}
    contents["report.html"] = utf8(page(found, images))
    sessions = [session.provenance for session in found.sessions]
    return write_folder(out, "fit", contents, "provenance.json", {**about, "sessions": sessions})
