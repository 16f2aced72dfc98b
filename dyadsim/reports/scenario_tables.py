"""Tables of a scenario's page: which offer did how much, for whom, of a hundred how many, and what a point means."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ..measurement.instruments import Instrument
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.by_offer import ALL
from ..scenarios.cuts import cuts
from .scenario_key_weeks import key_weeks
from .scenario_words import HARDLY, and_words, grounds_in_words, points, title_of, whom

__all__ = ["by_offer", "clear_instruments", "for_whom", "of_hundred", "offers_without_twins"]

_MOST_SHOWN = 4
"""Instruments beside each other in a table of groups."""


def clear_instruments(comparison: AnyComparison, against: str) -> list[str]:
    """Instruments with more than hardly any difference in some key week, the largest first."""
    effects = comparison.effects()
    rows = effects[(effects["against"] == against) & effects["week"].isin(key_weeks(comparison, against))]
    largest = rows.assign(d=rows["d"].abs()).groupby("instrument", sort=False)["d"].max()
    return [str(name) for name in largest[largest >= HARDLY].sort_values(ascending=False).index]


def by_offer(comparison: AnyComparison) -> list[dict[str, Any]]:
    """What each offer did, one row an offer: how many began, and what differs without it.

    Returns
    -------
    Of each ``title``, ``against``, ``began``, ``weeks`` (key weeks in words) and ``rows``: ``scale``, ``by_week``
    (differences), ``rests_on``; instruments with hardly any difference are named in ``hardly``. Empty where fewer than
    two things are offered.
    """
    table, found = comparison.by_offer(), []
    for (offer, against), rows in table.groupby(["offer", "against"], sort=False):
        weeks = key_weeks(comparison, str(against))
        clear = clear_instruments(comparison, str(against))
        told = [
            {"scale": scale, "by_week": _by_week(rows[rows["instrument"] == scale.name], weeks)}
            | {"rests_on": grounds_in_words(comparison, scale.of, str(against))}
            for scale in map(comparison.instrument, clear)
        ]
        hardly = [each.full_name for each in comparison.scales() if each.name not in clear]
        title = "All together" if offer == ALL else title_of(comparison, str(offer))
        began = {"title": title, "against": against, "began": int(rows["began"].iloc[0])}
        found.append({**began, "weeks": weeks, "rows": told, "hardly": hardly})
    return found if len(comparison.circumstances(comparison.name).offered) > 1 else []


def offers_without_twins(comparison: AnyComparison) -> str:
    """Sentence on the offers that no twins lack alone; empty where there are none, or one offer only."""
    offered = [each.entry.name for each in comparison.circumstances(comparison.name).offered]
    alone = {names[0] for names in comparison.lacking().values() if len(names) == 1}
    missing = [name for name in offered if name not in alone]
    if len(offered) < 2 or not missing:
        return ""
    example = f'without = ["{missing[0]}"]'
    return (
        f"What {and_words(title_of(comparison, name) for name in missing)} did by itself is not told: no twins lack "
        f"that alone ({example} in a twin of the scenario's file gives them)."
    )


def for_whom(comparison: AnyComparison, against: str) -> dict[str, Any]:
    """Differences from some twins by groups, in the key week in which the difference is largest.

    Returns
    -------
    ``scales``, each with its ``week``; ``rows``, one a group: ``cut`` (its title), ``span`` (groups of the cut, on its
    first row), ``group``, ``same`` (whether it is by each instrument itself), ``cells`` (a row of the table of
    :meth:`dyadsim.scenarios.any_comparison.AnyComparison.for_whom` for each of the
    instruments); and ``beyond``, a sentence on where
    groups differ beyond luck.
    """
    table, weeks = comparison.for_whom(), key_weeks(comparison, against)
    effects = comparison.effects()
    effects = effects[(effects["against"] == against) & effects["week"].isin(weeks)]
    scales, shown = [], []
    for name in clear_instruments(comparison, against)[:_MOST_SHOWN]:
        own = effects[effects["instrument"] == name]
        week = int(own["week"].iloc[int(own["d"].abs().to_numpy().argmax())])
        scales.append({"scale": comparison.instrument(name), "week": week})
        here = (table["against"] == against) & (table["instrument"] == name) & (table["week"] == week)
        shown.append(table[here])
    if not scales:
        return {"scales": [], "rows": [], "beyond": ""}
    rows = []
    for cut, title in ((name, each.title) for name, each in cuts().items()):
        by_scale = [{row["group"]: row for row in each[each["cut"] == cut].to_dict("records")} for each in shown]
        groups = list(dict.fromkeys(group for each in by_scale for group in each))
        for number, group in enumerate(groups):
            cells = [each.get(group) for each in by_scale]
            rows.append(
                {"cut": title, "span": len(groups) if number == 0 else 0, "group": group, "cells": cells}
                | {"same": cut == next(iter(cuts()))}
            )
    return {"scales": scales, "rows": rows, "beyond": _beyond(scales, shown)}


def _beyond(scales: list[dict[str, Any]], shown: list[pd.DataFrame]) -> str:
    """Sentence on where groups differ beyond luck."""
    told = []
    for each, table in zip(scales, shown, strict=True):
        for cut, rows in table.groupby("cut", sort=False):
            if rows["differ"].iloc[0]:
                first, last = rows["group"].iloc[0], rows["group"].iloc[-1]
                more = "more" if abs(rows["difference"].iloc[-1]) > abs(rows["difference"].iloc[0]) else "less"
                told.append(
                    f"{each['scale'].full_name}, by {cuts()[str(cut)].title[:1].lower()}{cuts()[str(cut)].title[1:]}: "
                    f"{more} changed in “{last}” than in “{first}”"
                )
    if not told:
        return "Nowhere do groups differ beyond luck; so few dyads in each may hide it."
    return f"Groups differ beyond luck here: {'; '.join(told)}."


def of_hundred(comparison: AnyComparison, against: str) -> list[dict[str, Any]]:
    """Shares of a hundred in the key weeks, one row an instrument with a cut or class and week."""
    table, weeks = comparison.of_hundred(), key_weeks(comparison, against)
    table = table[(table["against"] == against) & (table["week"].isin(weeks) | (table["class"] != ""))]
    return [
        {
            **{str(name): value for name, value in row.items()},
            "scale": scale,
            "of": whom(scale),
            "reaches": _reaches(scale, row),
        }
        for row in table.to_dict("records")
        for scale in [comparison.instrument(row["instrument"])]
    ]


def _reaches(scale: Instrument, row: dict[Any, Any]) -> str:
    return f"{row['class']} attachment" if row["class"] else f"{points(scale, row['cut'])} or more"


def _by_week(rows: pd.DataFrame, weeks: dict[int, str]) -> list[dict[Any, Any]]:
    by_week = rows.set_index("week").to_dict("index")
    return [by_week[week] for week in weeks]
