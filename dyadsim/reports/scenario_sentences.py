"""Sentences on what came out of a scenario: what is otherwise with the twins, how surely, and on what it rests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..common.effect_size import bound
from ..measurement.instruments import Instrument
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.family_comparison import FamilyComparison
from ..scenarios.scenario import Scenario
from ..theory.attachment import CLASSES, WEEK
from .scenario_key_weeks import key_weeks
from .scenario_words import HARDLY, and_words, grounds_in_words, points, scale_in_words, size_in_words

__all__ = ["in_short", "rounded_shares"]


def in_short(scenario: Scenario, comparison: AnyComparison) -> list[str]:
    """All that a report says in sentences: the main findings, what intervals hold, and what cannot be given."""
    found = _findings(comparison, comparison.effects())
    return [*found, *_of_reach(comparison), *_of_sets(comparison), *_not_seen(scenario, comparison)]


def _of_reach(comparison: AnyComparison) -> Iterator[str]:
    """Sentences on whom an offer reached in communities, one for each twin."""
    if not (isinstance(comparison, FamilyComparison) and len(told := comparison.reach())):
        return
    last = told[told["week"] == max(comparison.visits)].set_index(["against", "group", "outcome"])["difference"]
    for against in comparison.twin_arms:
        said = [
            f"{whom} {last[against, group, 'ties']:+.2f} ties in the community and "
            f"{last[against, group, 'loneliness']:+.2f} standard scores of loneliness"
            for group, whom in (("came", "mothers who came have"), ("not offered", "those who were offered nothing"))
            if (against, group, "ties") in last.index
        ]
        if said:
            yield f"In week {max(comparison.visits)}, beside their twins “{against}”: {', '.join(said)}."


def _findings(comparison: AnyComparison, effects: pd.DataFrame) -> Iterator[str]:
    """The main findings, a sentence or two each."""
    for name in comparison.twin_arms:
        weeks = key_weeks(comparison, name)
        told = effects[(effects["against"] == name) & effects["week"].isin(weeks)]
        clear = told[told["d"].abs() >= HARDLY]
        for instrument in clear["instrument"].unique():
            yield _difference(comparison, instrument, told[told["instrument"] == instrument], weeks)
        hardly = [each for each in told["instrument"].unique() if each not in set(clear["instrument"])]
        if hardly:
            yield (
                f"Against the twins “{name}”, in this model hardly any difference (d below {HARDLY:g}) in "
                f"{and_words(f'the {comparison.instrument(each).full_name} [{each}]' for each in hardly)}."
            )
        yield from _of_attachment(comparison, name)
    if not comparison.twin_arms:
        yield from _of_one(comparison)


def _difference(comparison: AnyComparison, instrument: str, rows: pd.DataFrame, weeks: dict[int, str]) -> str:
    """Sentences on what one instrument sees in the key weeks: in words, on what it rests, then in numbers."""
    told: list[dict[Any, Any]] = rows.to_dict("records")
    clear = [row for row in told if abs(row["d"]) >= HARDLY]
    scale, against = comparison.instrument(instrument), told[0]["against"]
    parts = [
        f"{points(scale, abs(row['difference']), '.2g')} {'higher' if row['difference'] > 0 else 'lower'} in week "
        f"{row['week']} ({weeks[row['week']]}; {size_in_words(row['d'])})"
        for row in clear
    ]
    parts += [f"hardly different in week {row['week']} ({weeks[row['week']]})" for row in told if row not in clear]
    largest = max(told, key=lambda row: abs(row["d"]))
    return (
        f"Against the twins “{against}”, the {scale_in_words(scale)} was {and_words(parts)}. "
        f"Grounding: {grounds_in_words(comparison, scale.of, against)}. {_in_numbers(clear, largest)}"
    )


def _in_numbers(clear: list[dict[Any, Any]], largest: Mapping[Any, Any]) -> str:
    """Sentences in numbers: d, how far sets and dyads leave it open, and what trials would find."""
    ds = and_words(f"{row['d']:+.2f} in week {row['week']}" for row in clear)
    low, high, week = largest["trial_low"], largest["trial_high"], largest["week"]
    interval = ""
    if not np.isnan(largest.get("d_low", np.nan)):
        interval = (
            f"; in week {week} it lies from {largest['d_low']:+.2f} to {largest['d_high']:+.2f} (95 % interval; "
            f"{largest['from_parameters']:.0%} of its variance is what the evidence leaves open of the parameters)"
        )
    return (
        f"In numbers: d = {ds}{interval}. Of 100 trials with as many dyads in each arm, 95 would find a d from "
        f"{low:+.2f} to {high:+.2f} in week {week}."
    )


def _of_attachment(comparison: AnyComparison, against: str) -> Iterator[str]:
    """Sentence on attachment at twelve months, with the range that 95 of 100 trials of this size would find."""
    shares = rounded_shares(comparison)
    if not shares:
        return
    dyads = comparison.circumstances(comparison.name).dyads
    own, twin = shares[comparison.name], shares[against]
    difference = own["secure"] - twin["secure"]
    by_luck = sum(each["secure"] * (1 - each["secure"]) for each in (own, twin)) / dyads
    off = bound(2 * dyads - 2) * np.sqrt(by_luck + comparison.secure_variance(against))
    yield (
        f"At twelve months {own['secure']:.0%} were securely attached, against {twin['secure']:.0%} of the twins "
        f"“{against}”; disorganised {own['disorganised']:.0%} against {twin['disorganised']:.0%}. Grounding: nothing "
        "moves attachment directly, it follows from the model's states; the model moves it far less than trials do. "
        f"Of 100 trials of this size, 95 would find a difference in secure attachment from "
        f"{100 * (difference - off):+.0f} to {100 * (difference + off):+.0f} points in a hundred."
    )


def _of_one(comparison: AnyComparison) -> Iterator[str]:
    """Sentences on a scenario without twins: where its dyads start, where they end, and how much they differ."""
    means = comparison.means()
    for instrument, rows in means.groupby("instrument", sort=False):
        first, last, scale = rows.iloc[0], rows.iloc[-1], comparison.instrument(str(instrument))
        yield (
            f"{scale_in_words(scale)}: {first['mean']:.1f} in week {first['week']}, "
            f"{last['mean']:.1f} in week {last['week']}; two of three dyads lie within {last['sd']:.1f} of that."
        )
    for shares in rounded_shares(comparison).values():
        yield f"At twelve months {and_words(f'{share:.0%} {name}' for name, share in shares.items())} attachment."


def _of_sets(comparison: AnyComparison) -> Iterator[str]:
    """Sentence that numbers are means over several parameter sets, and what their intervals hold."""
    if comparison.sets > 1:
        yield (
            f"All of this is spread over {comparison.sets} sets of parameters that agree with the evidence, each lived "
            "through by the same dyads with the same luck: numbers are means over the sets, and 95 % intervals hold "
            "what the evidence leaves open of the parameters and of sizes of interventions (drawn for each set), and "
            "what so few dyads leave open. How wrong the model may be is not in the intervals."
        )


def _not_seen(scenario: Scenario, comparison: AnyComparison) -> Iterator[str]:
    """Sentences on what was asked for and cannot be given."""
    given = [each.name for each in comparison.instruments]
    for name in scenario.outputs.instruments:
        if Instrument.load(name).name not in given:
            stop = scenario.stop
            yield f"{name} is not given: attachment is seen in week {WEEK}, and the course ends with week {stop}."


def rounded_shares(comparison: AnyComparison) -> dict[str, dict[str, float]]:
    """Shares of the classes of attachment by arm and class, to four digits; empty if there are none."""
    table = comparison.shares()
    return {
        str(arm): {name: round(float(rows.set_index("attachment")["share"][name]), 4) for name in CLASSES}
        for arm, rows in table.groupby("arm", sort=False)
    }
