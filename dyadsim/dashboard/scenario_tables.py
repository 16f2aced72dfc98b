"""Tables of a scenario's outcome as people read them: which offer did how much, for whom, and what a point means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..measurement.instruments import Instrument
from ..reports.scenario_key_weeks import key_weeks
from ..reports.scenario_words import RESTS_ON, size_from
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.by_offer import ALL
from ..scenarios.cuts import cuts, not_known
from ..scenarios.grounding import COUPLED
from . import form_fields

__all__ = [
    "LookedAt",
    "by_offer_rows",
    "choices",
    "chosen",
    "first_choice",
    "for_whom_rows",
    "meanings",
    "still_there",
    "unknown_cuts",
]

_INTERVAL = "95 % interval in brackets: a difference whose interval holds 0 cannot be told from none."


@dataclass(frozen=True)
class LookedAt:
    """What is looked at: an instrument by its name, a week, and the twins that differences are from."""

    instrument: str
    week: int
    against: str


def first_choice(comparison: AnyComparison, effects: pd.DataFrame) -> LookedAt | None:
    """What is looked at first: the largest difference in the weeks that matter; None without twins."""
    if effects.empty:
        return None
    weeks = {(arm, week) for arm in comparison.twin_arms for week in key_weeks(comparison, arm)}
    is_key = [place in weeks for place in zip(effects["against"], effects["week"], strict=True)]
    sizes = effects["d"].abs().where(pd.Series(is_key, index=effects.index)).fillna(-1.0)
    row = effects.iloc[int(np.argmax(sizes.to_numpy()))]
    return LookedAt(str(row["instrument"]), int(row["week"]), str(row["against"]))


def choices(comparison: AnyComparison, at: LookedAt) -> list[dict[str, Any]]:
    """Fields of what is looked at."""
    scales = [{"value": each.name, "label": each.full_name} for each in comparison.scales()]
    weeks = [{"value": str(week), "label": f"week {week}"} for week in comparison.visits]
    fields = [
        form_fields.select("instrument", "What is seen", at.instrument, scales),
        form_fields.select("week", "When", str(at.week), weeks),
    ]
    if len(comparison.twin_arms) > 1:
        arms = [{"value": arm, "label": arm} for arm in comparison.twin_arms]
        fields.append(form_fields.select("against", "For whom: beside the twins", at.against, arms))
    return fields


def chosen(fields: list[dict[str, Any]], at: LookedAt, key: str, value: Any) -> LookedAt:
    """What is looked at after one of these fields was changed; what is no option of it changes nothing."""
    options = [option["value"] for field in fields if field["key"] == key for option in field["options"]]
    if value not in options:
        return at
    changes: dict[str, Any] = {key: int(value) if key == "week" else value}
    return replace(at, **changes)


def still_there(comparison: AnyComparison, at: LookedAt | None) -> bool:
    """Whether a comparison has what is looked at, which may have been chosen in another."""
    return (
        at is not None
        and at.instrument in {each.name for each in comparison.scales()}
        and at.week in comparison.visits
        and at.against in comparison.twin_arms
    )


def by_offer_rows(table: pd.DataFrame, comparison: AnyComparison, at: LookedAt) -> dict[str, Any]:
    """What each offer did to what is looked at, as a browser draws it.

    Parameters
    ----------
    table : as :meth:`dyadsim.scenarios.any_comparison.AnyComparison.by_offer` gives it.
    """
    own, scale = _of(table, at), comparison.instrument(at.instrument)
    circumstances = comparison.circumstances(comparison.name)
    dyads, short = circumstances.dyads, {each.entry.name: each.entry.short_title for each in circumstances.offered}
    rows = [
        {
            "label": short.get(row["offer"], row["title"]),
            "many": f"{row['began']:,} of {dyads:,}",
            **_interval(row),
            "more": [_rests_on(comparison, scale, row["against"], short), _signed(row["d"])],
        }
        for row in sorted(own.to_dict("records"), key=lambda row: row["offer"] == ALL)
    ]
    return {
        "caption": f"{scale.full_name}, week {at.week}: what would be missing without it",
        "heads": ["Offer", "Who began", f"Difference ({scale.unit})", "Rests on", "d"],
        "rows": rows,
        "says": _INTERVAL,
    }


def for_whom_rows(table: pd.DataFrame, comparison: AnyComparison, at: LookedAt) -> dict[str, Any]:
    """Differences by group in what is looked at, as a browser draws them.

    Parameters
    ----------
    table : as :meth:`dyadsim.scenarios.any_comparison.AnyComparison.for_whom` gives it.
    """
    own, scale = _of(table, at), comparison.instrument(at.instrument)
    rows = []
    for row in own[own["against"] == at.against].to_dict("records"):
        bounds = f" ({row['bounds']})" if row["bounds"] else ""
        differ = "" if not row["differ"] else "; first and last group differ, beyond luck"
        rows.append(
            {
                "above": f"{cuts()[row['cut']].title}{differ}",
                "label": f"{row['group']}{bounds}",
                "many": f"{row['dyads']:,}",
                **_interval(row),
                "more": [row["says"], _signed(row["d"])],
            }
        )
    return {
        "caption": f"{scale.full_name}, week {at.week}, beside the twins “{at.against}”",
        "heads": ["Group", "Dyads", f"Difference ({scale.unit})", "In words", "d"],
        "rows": rows,
        "says": _INTERVAL,
    }


def _of(table: pd.DataFrame, at: LookedAt) -> pd.DataFrame:
    return table[(table["instrument"] == at.instrument) & (table["week"] == at.week)]


def _interval(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A difference with its interval, in numbers and in words; none where it is not known."""
    value, low, high = (row[name] for name in ("difference", "low", "high"))
    if not np.isfinite([value, low, high]).all():
        return {"value": None, "low": None, "high": None, "says": "too few to say"}
    says = f"{_signed(value)} ({_signed(low)} to {_signed(high)})"
    return {"value": float(value), "low": float(low), "high": float(high), "says": says}


def _signed(value: float) -> str:
    """A number with its sign; never -0.00."""
    return "" if np.isnan(value) else f"{round(value, 2) + 0.0:+.2f}".replace("-", "−")


def _rests_on(comparison: AnyComparison, scale: Instrument, against: str, short: Mapping[str, str]) -> str:
    """What a difference rests on: each that moves it, by its title, with from where its size is."""
    grounds = comparison.grounds(scale.of, against)
    says = "; ".join(size_from(each, short.get(each.name, form_fields.plain(each.name))) for each in grounds)
    return _capital(says or RESTS_ON[COUPLED])


def finding_in_words(told: Mapping[str, Any], comparison: AnyComparison) -> dict[str, str]:
    """What is told of one of the first findings beside what changed: label and words.

    Parameters
    ----------
    told : as :func:`dyadsim.reports.scenario_first.first_findings` gives it.
    """
    sure = told["how_sure"]
    words = {
        "Of a hundred": _of_hundred(told["of_hundred"] or {}),
        "How sure": " ".join(filter(None, [sure["luck"], sure["evidence"] if comparison.sets > 1 else ""])),
        "Rests on": told["rests_on"],
    }
    return {label: says for label, says in words.items() if says}


def _of_hundred(numbers: Mapping[str, Any]) -> str:
    if "twins" in numbers:
        return f"{numbers['own']:.0f} here, {numbers['twins']:.0f} of their twins"
    if "higher" in numbers:
        return f"{numbers['higher']:.0f} score higher than their twins, {numbers['lower']:.0f} lower"
    return f"{numbers['own']:.0f}" if "own" in numbers else ""


def effects_read(table: pd.DataFrame, comparison: AnyComparison) -> pd.DataFrame:
    """Differences from the twins as people read them: instruments by their full names, standardised differences last.

    Parameters
    ----------
    table : as :func:`dyadsim.reports.scenario_key_weeks.key_effects` gives it.
    """
    named = {each.name: each.full_name for each in comparison.scales()}
    return pd.DataFrame(
        {
            "beside the twins": table["against"],
            "what is seen": table["instrument"].map(named),
            "week": table["week"],
            "mean": table["mean"],
            "twins' mean": table["twin_mean"],
            "difference": table["difference"],
            "unit": table["unit"],
            "rests on": table["grounding"],
            "d": table["d"],
            "trial low": table["trial_low"],
            "trial high": table["trial_high"],
        }
    )


def meanings(comparison: AnyComparison) -> list[str]:
    """What each instrument is by its full name, and what a point on it means."""
    return [f"{each.full_name}. {_point(each)}" for each in comparison.instruments]


def _point(scale: Instrument) -> str:
    return scale.point or (f"In {scale.unit}." if scale.unit else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def unknown_cuts() -> list[str]:
    """What people ask for and the model does not know, in sentences."""
    return [each.says for each in not_known()]
