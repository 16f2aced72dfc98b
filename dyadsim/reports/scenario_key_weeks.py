"""Key weeks of a scenario, its key effects, and the dyad to look at first: where there is most to be seen."""

from __future__ import annotations

import pandas as pd

from ..scenarios.any_comparison import AnyComparison

__all__ = ["TRIAL", "first_look", "key_effects", "key_weeks", "who_came"]

TRIAL = (
    "difference: between twins, in points of the instrument; d: standardised; trial low, high: between which d would "
    "lie in 95 of 100 trials of this size, in which no one has a twin."
)
"""What the columns of a table of differences are."""


def key_weeks(comparison: AnyComparison, against: str) -> dict[int, str]:
    """The weeks a report dwells on, and what each is: where a programme of the arm or its twins ends, and the end."""
    found: dict[int, list[str]] = {}
    for arm in (comparison.name, against):
        circumstances = comparison.circumstances(arm)
        for each in circumstances.offered:
            if each.end_week <= circumstances.weeks.stop:
                title = each.entry.short_title
                said = title if arm == comparison.name else f"{title} (“{arm}”)"
                there = found.setdefault(each.end_week, [])
                if title not in there:  # both arms have it
                    there.append(said)
    told = {
        week: f"at the end of {' and '.join(names)}"
        for week, names in sorted(found.items())
        if week in comparison.visits
    }
    last = comparison.visits[-1]
    return {**told, last: told.get(last, "at the end of the course")}


def key_effects(comparison: AnyComparison) -> pd.DataFrame:
    """Differences from the twins in the weeks that a report dwells on; the grounding says what is unverified."""
    effects = comparison.effects()
    key = {(name, week) for name in comparison.twin_arms for week in key_weeks(comparison, name)}
    if effects.empty:
        return effects.drop(columns="unverified")
    effects["grounding"] += effects["unverified"].map({True: ", unverified", False: ""})
    is_key = [place in key for place in zip(effects["against"], effects["week"], strict=True)]
    return effects[is_key].drop(columns="unverified")


def first_look(comparison: AnyComparison) -> int:
    """The week in which there is most to be seen: the end of the first programme, else the course's last."""
    key = [week for name in comparison.twin_arms for week in key_weeks(comparison, name)]
    weeks = comparison.circumstances(comparison.name).weeks
    return min(max(min(key, default=weeks.stop - 1), weeks.start, 0), weeks.stop)


def who_came(comparison: AnyComparison) -> int:
    """The place of the first dyad of the arm asked about that attended most of what was offered; 0 if nothing was."""
    attended = comparison.attended()
    attended = attended[attended["arm"] == comparison.name]
    return 0 if attended.empty else int(attended.groupby("dyad")["sessions"].sum().to_numpy().argmax())
