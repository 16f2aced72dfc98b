"""Sentences on what came out of a scenario: what is otherwise with the twins, how surely, and on what it rests."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..common.effect_size import bound
from ..measurement.instruments import Instrument
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.family_comparison import FamilyComparison
from ..scenarios.grounding import CITED, COUPLED
from ..scenarios.scenario import Scenario
from ..theory.attachment import CLASSES, WEEK
from .scenario_key_weeks import key_weeks

__all__ = ["HARDLY", "RESTS_ON", "in_short", "rounded_shares"]

HARDLY = 0.1
"""A difference (d) below this is called hardly any."""
_SIZES = ((0.2, "very small"), (0.5, "small"), (0.8, "medium"))
"""Cohen's marks: what a difference is called below each; above the last it is large."""

RESTS_ON = {
    "measured": "was measured in controlled studies",
    "borrowed": "is borrowed from a similar programme with controlled studies",
    "assumed": "is an assumption",
    CITED: "comes from published figures on this circumstance",
    COUPLED: "nothing was put in; it follows from how the model's states hang together",
}
"""What a difference rests on, in words; of all but the last, "the size put in ..."."""


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
                f"{_and(_plainly(comparison.instrument(each)) for each in hardly)}."
            )
        yield from _of_attachment(comparison, name)
    if not comparison.twin_arms:
        yield from _of_one(comparison)


def _difference(comparison: AnyComparison, instrument: str, rows: pd.DataFrame, weeks: dict[int, str]) -> str:
    """Sentences on what one instrument sees in the key weeks, on what it rests, and what trials would find."""
    told: list[dict[Any, Any]] = rows.to_dict("records")
    clear = [row for row in told if abs(row["d"]) >= HARDLY]
    parts = [
        f"{abs(row['difference']):.2g} {'higher' if row['difference'] > 0 else 'lower'} in week {row['week']} "
        f"({weeks[row['week']]}; d = {row['d']:+.2f}, {_size(row['d'])})"
        for row in clear
    ]
    parts += [f"hardly different in week {row['week']} ({weeks[row['week']]})" for row in told if row not in clear]
    largest = max(told, key=lambda row: abs(row["d"]))
    low, high = largest["trial_low"], largest["trial_high"]
    trial = (
        f"Of 100 trials with as many dyads in each arm, 95 would find a d from {low:+.2f} to {high:+.2f} in week "
        f"{largest['week']}"
    )
    scale, against = comparison.instrument(instrument), told[0]["against"]
    return (
        f"Against the twins “{against}”, {_plainly(scale, scale.unit)} was {_and(parts)}. "
        f"{_grounding(comparison, scale.of, against)} {_interval(largest)}{trial}."
    )


def _interval(row: Mapping[Any, Any]) -> str:
    """Sentence on a difference over several parameter sets: where it lies, and how much of that is the parameters."""
    if np.isnan(row.get("d_low", np.nan)):
        return ""
    return (
        f"With this size, d in week {row['week']} lies from {row['d_low']:+.2f} to {row['d_high']:+.2f} (95 % "
        f"interval; {row['from_parameters']:.0%} of its variance is what the evidence leaves open of the parameters). "
    )


def _grounding(comparison: AnyComparison, states: Collection[str], against: str) -> str:
    """Sentence on what a difference in some states rests on: the loosest of what was put in, by its name."""
    ground = comparison.loosest(states, against)
    if ground is None:
        return f"Grounding: {RESTS_ON[COUPLED]}."
    unverified = "; it is recalled and not read at its source: unverified" if ground.unverified else ""
    return f"Grounding: the size put in ({ground.name}) {RESTS_ON[ground.grounding]}{unverified}."


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
            f"{_capital(_plainly(scale, scale.unit))}: {first['mean']:.1f} in week {first['week']}, "
            f"{last['mean']:.1f} in week {last['week']}; two of three dyads lie within {last['sd']:.1f} of that."
        )
    for shares in rounded_shares(comparison).values():
        yield f"At twelve months {_and(f'{share:.0%} {name}' for name, share in shares.items())} attachment."


def _size(d: float) -> str:
    return next((word for mark, word in _SIZES if abs(d) < mark), "large")


def _plainly(scale: Instrument, unit: str = "") -> str:
    """What an instrument tells of, in plain words, with its name and unit."""
    about = _and("expectation of repair" if name == "expectation" else name.replace("_", " ") for name in scale.of)
    turned = ["on which high is trouble"] if any(weight < 0 for weight in scale.of.values()) else []
    return f"{about} ({', '.join([scale.name, *turned, *filter(None, [unit])])})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _and(parts: Any) -> str:
    *most, last = [str(part) for part in parts]
    return f"{', '.join(most)} and {last}" if most else last


def _of_sets(comparison: AnyComparison) -> Iterator[str]:
    """Sentence that numbers are means over several parameter sets, and what their intervals hold."""
    if comparison.sets > 1:
        yield (
            f"All of this is spread over {comparison.sets} sets of parameters that agree with the evidence, each lived "
            "through by the same dyads with the same luck: numbers are means over the sets, and 95 % intervals hold "
            "what the evidence leaves open of the parameters and what so few dyads leave open. The sizes that "
            "interventions put in are the same in all sets: what is open about these, and how wrong the model may be, "
            "is not in the intervals."
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
