"""Agreement of two coders in words: what agrees, where they differ most, and what to look at again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..common.shown import counted

__all__ = ["agreement_sentences"]

_OF = {"infant": "the infant's codes", "mother": "the mother's codes", "match": "whether the two match"}
_SHOWN = (
    "match", "repairs_per_min", "median_repair_latency", "infant_interactive_contingency",
    "mother_interactive_contingency",
)  # fmt: skip
_STRETCHES, _LEAST_MORE = 3, 0.5


def agreement_sentences(
    table: pd.DataFrame, codes: pd.DataFrame, measures: pd.DataFrame, stretches: pd.DataFrame, about: Mapping[str, Any]
) -> list[str]:
    """Sentences on the agreement of two coders, from its tables (those of ``ds.Agreement``)."""
    first, second = str(about["first"]), str(about["second"])
    said = [
        f"{first} and {second} are compared on {counted(about['dyads'], 'dyad')}, step by step of {about['step']:g} s.",
        *about["remarks"],
    ]
    for row in _records(table):
        said += _of_one(row, codes[codes["of"] == row["of"]], first, second, about)
    said += _of_measures(measures, first, second, int(about["dyads"]))
    said += _to_look_at(stretches, first, second)
    said.append(
        "There is no one kappa that is enough: it depends on how many codes there are and how often each is given, not "
        "on the coders alone (Bakeman & Quera 2011; Bakeman 2022); the words that Landis & Koch (1977) gave to its "
        "values are arbitrary by their own account. No p-values are given, since steps that follow each other are not "
        "independent."
    )
    return said


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table, each by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _of_one(
    row: Mapping[str, Any], codes: pd.DataFrame, first: str, second: str, about: Mapping[str, Any]
) -> list[str]:
    """What is said of one partner's codes, or of the match."""
    what = _OF[row["of"]]
    if not row["seconds"]:
        return [f"There is no time for which both say {what}."]
    if np.isnan(row["kappa"]):
        return [
            f"On {what}: both give one code alone throughout {row['seconds']:.4g} s, so there is no kappa to be had."
        ]
    said = [
        f"On {what} they agree in {row['agreement']:.0%} of the {row['seconds']:.4g} s that both coded; by chance it "
        f"would be {row['chance']:.0%}, so kappa is {_with_interval(row, 'kappa')}{_right(row)}."
    ]
    if row["first_only"] or row["second_only"]:
        said.append(
            f"{row['first_only']:.3g} s were coded by {first} alone, {row['second_only']:.3g} s by {second} alone."
        )
    if about["tolerance"] > 0 and not np.isnan(row["tolerant_kappa"]):
        said.append(
            f"If the same code within {about['tolerance']:g} s counts as agreed, they agree in "
            f"{row['tolerant_agreement']:.0%}, by chance in {row['tolerant_chance']:.0%}, and kappa is "
            f"{_with_interval(row, 'tolerant_kappa')}."
        )
    if row["first_events"] or row["second_events"]:
        at = f"within {about['tolerance']:g} s" if about["tolerance"] else "at the same step"
        said.append(
            f"{first} has {counted(row['first_events'], 'event')} and {second} {row['second_events']:,}; "
            f"{row['agreed_events']:,} have the same code and begin {at}, {row['event_agreement']:.0%} of all"
            + ("." if np.isnan(row["event_kappa"]) else f" (kappa by event {row['event_kappa']:.2f}).")
        )
    return said + ([] if row["of"] == "match" else _where_they_differ(row, codes, first, second))


def _with_interval(row: Mapping[str, Any], name: str) -> str:
    """A kappa with its interval, where it is known."""
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]:.2f}" + ("" if np.isnan(low) else f" (95 % interval {low:.2f} to {high:.2f})")


def _right(row: Mapping[str, Any]) -> str:
    """What a kappa says of coders who are equally right."""
    if np.isnan(row["accuracy"]):
        return ""
    right = f"{row['accuracy']:.0%}"
    return f", as of two coders who are each right in {right} of the time with these codes (Bakeman 2022)"


def _where_they_differ(row: Mapping[str, Any], codes: pd.DataFrame, first: str, second: str) -> list[str]:
    """What is said of the codes on which the two differ."""
    if row["agreement"] > 1 - 1e-9:
        return []
    least = codes.sort_values("positive_agreement", kind="stable").iloc[0]
    given = f"{least['first_s']:.3g} s by {first}, {least['second_s']:.3g} s by {second}"
    said = [
        f"They agree least on {least['code']} ({given}): of the time that one gives it, the other does in "
        f"{least['positive_agreement']:.0%}, and most often says {least['instead']} instead."
    ]
    said.append(
        f"They differ in {1 - row['agreement']:.1%} of the time: {row['more_or_less']:.1%} since one gives a code more "
        f"than the other, {row['elsewhen']:.1%} since they give it at other times."
    )
    # The code of which one gives most more than the other, where the interval leaves no doubt of who.
    sure = codes[(codes["more_low"] > 0) | (codes["more_high"] < 0)]
    sure = sure[sure["more_a_minute"].abs() >= _LEAST_MORE]
    for code in sure.sort_values("more_a_minute", key=np.abs, ascending=False).head(2).to_dict("records"):
        who, other = (first, second) if code["more_a_minute"] > 0 else (second, first)
        low, high = sorted((abs(code["more_low"]), abs(code["more_high"])))
        said.append(
            f"{who} gives {code['code']} more than {other}: {abs(code['more_a_minute']):.2g} s a minute (95 % interval "
            f"{low:.2g} to {high:.2g})."
        )
    return said


def _of_measures(measures: pd.DataFrame, first: str, second: str, dyads: int) -> list[str]:
    """How far the measures that labs report most are apart."""
    several = measures["episode"].nunique() > 1
    parts = []
    for row in measures[measures["measure"].isin(_SHOWN)].dropna(subset="difference").to_dict("records"):
        name = row["measure"].replace("_", " ") + (f", {row['episode']}" if several else "")
        icc = "" if np.isnan(row["icc"]) else f" (ICC {row['icc']:.2f})"
        parts.append(f"{name} {row['first']:.3g} and {row['second']:.3g}{icc}")
    if not parts:
        return []
    who = "" if dyads == 1 else ", as means over dyads"
    return [f"Measures by the codes of {first} and of {second}{who}: {'; '.join(parts)}."]


def _to_look_at(stretches: pd.DataFrame, first: str, second: str) -> list[str]:
    """Where to look at the video again."""
    if stretches.empty:
        return ["There is nothing on which they differ."]
    several = stretches["dyad"].nunique() > 1
    parts = []
    for row in stretches.head(_STRETCHES).to_dict("records"):
        where = f"{row['dyad']}, " if several else ""
        parts.append(
            f"{where}{row['onset']:.2f} to {row['offset']:.2f} s, {row['of']}: {row['first']} by {first}, "
            f"{row['second']} by {second}"
        )
    return [f"Worth looking at again, the longest stretches first: {'; '.join(parts)}."]
