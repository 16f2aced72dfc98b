"""Report of theories compared on coded sessions: what each explains, foretells, and gets wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib import rc_context

from .. import NOTICE, plots
from ..common.random_numbers import Seed
from ..common.shown import counted
from ..measurement.session import Session
from ..plots.style import Figure
from ..theory.states import AnyScheme
from . import fit_sentences as say
from .folder import in_page
from .html_page import html_page
from .json_text import utf8
from .output_folder import write_folder

if TYPE_CHECKING:
    from ..fitting.compare_theories import TheoryComparison

__all__ = [
    "TABLE_SAYS",
    "THEORY_FILES",
    "TheoryFindings",
    "findings",
    "in_short",
    "of_whom",
    "page",
    "pictures",
    "said",
    "table_in_short",
    "write",
]

THEORY_FILES = (
    *(f"{name}.csv" for name in ("theories", "wrong", "estimates", "reading")),
    *("scores.png", "wrong.png", "report.html", "provenance.json"),
)
"""All that :func:`write` may write."""
TABLE_SAYS = (
    "AIC and BIC: lower is better; held out: mean log-likelihood of a second that was not fitted to, higher is better. "
    "Free numbers are those that the codes can tell."
)
_WORST = 5
_FAR = 2.0
"""Standard deviations from which on a measure is told to be off."""
_HARDLY = 2.0
"""Difference of BIC below which it hardly speaks for one side (Kass & Raftery 1995, doi 10.2307/2291091)."""


@dataclass(frozen=True)
class TheoryFindings:
    """All that was found out by comparing theories.

    Attributes
    ----------
    comparison : of the theories.
    sessions : on which they were compared.
    table : as :meth:`dyadsim.TheoryComparison.frame` gives it.
    wrong : what each gets wrong.
    estimates : what was fitted.
    """

    comparison: TheoryComparison
    sessions: Sequence[Session]
    table: pd.DataFrame
    wrong: pd.DataFrame
    estimates: pd.DataFrame

    def worst(self, theory: str) -> pd.DataFrame:
        """Measures that a theory has farthest off.

        Parameters
        ----------
        theory : its name.
        """
        own = self.wrong[(self.wrong["theory"] == theory) & self.wrong["off"].notna()]
        return own.sort_values("off", key=lambda off: off.abs(), ascending=False, kind="stable").head(_WORST)


def findings(
    comparison: TheoryComparison, sessions: Sequence[Session], times: int, seed: Seed, scheme: AnyScheme = None
) -> TheoryFindings:
    """Findings of a comparison.

    Parameters
    ----------
    comparison, sessions : the theories, and on what they were compared.
    times : how often all sessions are simulated under each.
    seed : names the luck.
    scheme : the match scheme.
    """
    wrong = comparison.wrong(None, times, seed, scheme)
    return TheoryFindings(comparison, sessions, comparison.frame(), wrong, comparison.estimates())


def of_whom(found: TheoryFindings) -> str:
    """Sessions on which theories were compared, in words."""
    dyads = {dyad: 0 for session in found.sessions for dyad in session.dyads}
    named = counted(len(found.sessions), "coded session")
    return f"{named} of {next(iter(dyads)) if len(dyads) == 1 else counted(len(dyads), 'dyad')}"


def table_in_short(found: TheoryFindings) -> pd.DataFrame:
    """Comparison for people, the columns of it that are read first."""
    rows = found.table
    se = rows["held_out_se"].map(lambda each: "" if math.isnan(each) else f" ± {each:.3f}")
    return pd.DataFrame(
        {
            "name": rows["name"],
            "free": rows["free"],
            "log-likelihood": rows["log_likelihood"].map("{:.1f}".format),
            "AIC": rows["aic"].map("{:.1f}".format),
            "BIC": rows["bic"].map("{:.1f}".format),
            "BIC more than the lowest": rows["delta_bic"].map("{:.1f}".format),
            "held out, a second (± se)": rows["held_out"].map("{:.3f}".format) + se,
        }
    )


def in_short(found: TheoryFindings) -> list[str]:
    """What came of a comparison, in a few sentences.

    Parameters
    ----------
    found : by it.
    """
    return [*_on_scores(found), *_on_wrongs(found), f"None of this is {say.NOT_A_RATING}."]


def _on_scores(found: TheoryFindings) -> Iterator[str]:
    rows = found.table.sort_values("bic", kind="stable").to_dict("records")
    first = rows[0]
    near = [row["name"] for row in rows[1:] if row["delta_bic"] < _HARDLY]
    alike = (
        f"; {' and '.join(near)} {'is' if len(near) == 1 else 'are'} hardly worse (less than 2 more)" if near else ""
    )
    yield f"{first['name']} has the lowest BIC, {first['bic']:.1f}{alike}."
    by = "by dyad" if found.comparison.held_out == "dyad" else "by halves of each session"
    scores = found.table.sort_values("held_out", ascending=False, kind="stable").to_dict("records")
    best, second = scores[0], scores[1]
    error = 0.0 if math.isnan(best["held_out_se"]) else best["held_out_se"]
    apart = best["held_out"] - second["held_out"]
    but = (
        f"; the next, {second['name']}, is {say.digits(apart)} behind, which is less than the standard error of either"
        if apart < error
        else f"; the next is {second['name']}, {say.digits(apart)} behind"
    )
    yield f"What was held out {by} is foretold best by {best['name']} ({best['held_out']:.3f} a second){but}."
    theories = found.table[found.table["knows_dyads"]]
    blind = found.table[~found.table["knows_dyads"]]
    if len(blind) and len(theories):
        beat = theories[theories["held_out"] > blind["held_out"].max()]
        yield (
            f"{len(beat)} of {counted(len(theories), 'theory')} "
            f"{'foretells' if len(beat) == 1 else 'foretell'} it better than both models that know nothing of dyads."
        )


def _on_wrongs(found: TheoryFindings) -> Iterator[str]:
    for theory in found.table.loc[found.table["knows_dyads"], "name"]:
        worst = found.worst(str(theory))
        far = worst[worst["off"].abs() >= _FAR]
        listed = "; ".join(
            f"{say.called(row['measure'])} {say.digits(row['observed'])}, simulated {say.digits(row['low'])} to "
            f"{say.digits(row['high'])}"
            for row in far.to_dict("records")
        )
        none = f"no measure is off by {_FAR:g} standard deviations or more"
        yield f"{theory} gets wrong: {listed}." if listed else f"{theory}: {none}."


def said(found: TheoryFindings) -> dict[str, Any]:
    """All that was found out, for programs.

    Parameters
    ----------
    found : by a comparison.
    """
    return {
        "held_out": found.comparison.held_out,
        "theories": found.table.to_dict("records"),
        "in_short": in_short(found),
        "wrong": found.wrong.to_dict("records"),
        "estimates": found.estimates.to_dict("records"),
        "sessions": [session.provenance for session in found.sessions],
    }


def pictures(found: TheoryFindings) -> dict[str, tuple[str, Figure]]:
    """Figures by name, each with what it shows.

    Parameters
    ----------
    found : by a comparison.
    """
    with rc_context({"text.parse_math": False}):  # names may hold a dollar
        return {
            "scores": ("How well each foretells what it had not seen", plots.theory_scores(found.table)),
            "wrong": ("What each theory gets wrong", plots.theory_wrongs(found.wrong)),
        }


def page(found: TheoryFindings, images: dict[str, tuple[str, bytes]]) -> str:
    """Page of the report, as HTML that holds its pictures.

    Parameters
    ----------
    found : by a comparison.
    images : its pictures (PNG) by name, each with what it shows.
    """
    theories = [(each.theory.name, _says(each.theory.name, each.theory.says)) for each in found.comparison.fitted]
    wide = found.estimates.pivot_table(index="parameter", columns="theory", values="estimate", sort=False)
    wide = wide[[name for name, _ in theories]]
    population = found.estimates.drop_duplicates("parameter").set_index("parameter")["population"]
    return html_page(
        "theory_report.html",
        {"digits": say.digits, "called": say.called},
        title=f"Theories compared on {of_whom(found)}",
        notice=NOTICE,
        not_a_rating=say.NOT_A_RATING,
        in_short=in_short(found),
        coding=list(say.on_coding(found.sessions)),
        theories=theories,
        table=table_in_short(found).to_dict("records"),
        columns=list(table_in_short(found).columns),
        table_says=TABLE_SAYS,
        by_dyad=found.comparison.held_out == "dyad",
        worst={name: found.worst(name).to_dict("records") for name, _ in theories},
        estimates=[(name, population[name], list(row)) for name, row in zip(wide.index, wide.to_numpy(), strict=True)],
        pictures={name: (words, in_page(image)) for name, (words, image) in images.items()},
    )


def _says(name: str, says: str) -> str:
    """What a theory says, without its name before."""
    title, colon, rest = says.partition(": ")
    return (
        rest if colon and title.casefold().replace("-", " ").split()[-1] in name.casefold().replace("-", " ") else says
    )


def write(found: TheoryFindings, out: Path, reading: pd.DataFrame, about: dict[str, Any]) -> list[str]:
    """Write page, figures, tables and provenance into a folder; gives the files written.

    Parameters
    ----------
    found : by a comparison.
    out : the folder.
    reading : what was settled when the files were read, one row a session.
    about : what was asked for.
    """
    images = {name: (words, plots.png(figure)) for name, (words, figure) in pictures(found).items()}
    tables = {"theories": found.table, "wrong": found.wrong, "estimates": found.estimates, "reading": reading}
    contents = {f"{name}.csv": utf8(table.to_csv(index=False)) for name, table in tables.items()}
    contents |= {f"{name}.png": image for name, (_, image) in images.items()}
    contents["report.html"] = utf8(page(found, images))
    sessions = [session.provenance for session in found.sessions]
    return write_folder(out, "compare-theories", contents, "provenance.json", {**about, "sessions": sessions})
