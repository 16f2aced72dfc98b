"""The report of a scenario: a page for people (HTML), tables for programs (Parquet), pictures, a summary (JSON)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import rc_context

from .. import NOTICE, plots
from ..interaction.phase_diagram import phase_diagram
from ..plots.style import Figure
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.by_offer import NEED_NOT_ADD_UP
from ..scenarios.cuts import not_known
from ..scenarios.encounter import MOST_SESSIONS
from ..scenarios.outputs import Phase
from ..scenarios.scenario import Scenario
from .family_section import PICTURE, family_pictures, family_section, family_tables
from .family_section import TABLES as FAMILY_TABLES
from .folder import in_page
from .html_page import html_page
from .json_text import utf8
from .output_folder import check_folder, write_folder
from .scenario_key_weeks import key_weeks
from .scenario_summary import cited, in_words, summary
from .scenario_tables import by_offer, for_whom, of_hundred, offers_without_twins
from .scenario_words import RESTS_ON, and_words, grounds_in_words, titles

__all__ = ["check", "images", "page", "pictures", "sessions", "watched", "write"]

_TABLES = (
    *("weeks", "observed", "attachment", "attended", "effects", "grounding"),
    *("by_offer", "for_whom", "of_hundred", "changed_of_hundred"),
)
"""Each by the method of a comparison that makes it; one without rows is not written."""
_SESSIONS = tuple(f"session_{letter}" for letter in "abcd"[:MOST_SESSIONS])
_PICTURES = ("courses", "effects", "dose_response", "attachment", PICTURE, *_SESSIONS, "phase_diagram")
_ALL_TABLES = (*_TABLES, *FAMILY_TABLES, "sessions")
_SUMMARY = "summary.json"
_FILES = (
    *(f"{table}.parquet" for table in _ALL_TABLES),
    *(f"{picture}.png" for picture in _PICTURES),
    *("report.html", _SUMMARY),
)
"""All that a report may have."""


def check(scenario: Scenario, out: Path | None) -> None:
    """Refuse, before any work, sessions that cannot be played and a folder into which a report cannot go."""
    for session in scenario.sessions:
        session.cohort()
    if scenario.outputs.phase and scenario.sessions:
        _phase(scenario, scenario.outputs.phase, points=3)
    check_folder(out, "run", _FILES)


def write(scenario: Scenario, comparison: AnyComparison, out: Path) -> tuple[dict[str, Any], list[str]]:
    """Write all that came out into a folder; gives the summary and the files."""
    drawn = images(pictures(scenario, comparison) | family_pictures(comparison) | watched(scenario))
    said = {**summary(scenario, comparison), "command": sys.argv}
    text = page(said, scenario, comparison, drawn)
    tables = {name: table for name in _TABLES if len(table := getattr(comparison, name)())}
    tables |= family_tables(comparison)
    if scenario.sessions:
        tables["sessions"] = sessions(scenario)
    contents = {f"{name}.parquet": table.to_parquet(index=False) for name, table in tables.items()}
    contents |= {f"{name}.png": image for name, (_, image) in drawn.items()}
    contents["report.html"] = utf8(text)
    said = in_words(said, scenario)
    said["files"] = [str(out / name) for name in (*contents, _SUMMARY)]
    return said, write_folder(out, "run", contents, _SUMMARY, said)


def pictures(scenario: Scenario, comparison: AnyComparison) -> dict[str, tuple[str, Figure]]:
    """Pictures of the courses by name, each with what it shows."""
    states = scenario.states()
    by_arm = {arm: comparison.courses_by_set(arm) for arm in comparison.arms}
    has_twins = bool(comparison.twin_arms)
    with rc_context({"text.parse_math": False}):  # names may hold a dollar
        drawn = {"courses": ("Week by week", plots.courses(by_arm, states))}
        if has_twins:
            drawn["effects"] = ("What is otherwise with the twins", plots.effects(comparison, states))
        if has_twins and comparison.circumstances(comparison.name).offered:
            drawn["dose_response"] = ("Who came how often, and what changed", plots.dose_response(comparison))
        if len(comparison.shares()):
            drawn["attachment"] = ("Attachment at twelve months", plots.attachment_classes(comparison))
    return drawn


def watched(scenario: Scenario) -> dict[str, tuple[str, Figure]]:
    """Pictures of the sessions that a scenario has beside its weeks, and the phase diagram that it asks for."""
    drawn = {
        name: (f"{each.title or each.name}, second by second", plots.timeline(each.session(), 0, each.scheme))
        for name, each in zip(_SESSIONS, scenario.sessions, strict=False)
    }
    if (phase := scenario.outputs.phase) and scenario.sessions:
        first = scenario.sessions[0]
        says = f"Around the dyad of {first.title or first.name}"
        drawn["phase_diagram"] = (says, plots.phase_diagram(_phase(scenario, phase)))
    return drawn


def _phase(scenario: Scenario, phase: Phase, **how: Any) -> pd.DataFrame:
    first = scenario.sessions[0]
    around = first.cohort()
    return phase_diagram(
        phase.x,
        phase.y,
        phase.measure,
        paradigm=first.played(),
        episode=phase.episode,
        scheme=first.scheme,
        dyad=around,
        **how,
    )


def sessions(scenario: Scenario) -> pd.DataFrame:
    """Measures of the sessions of a scenario, one row a session and episode, as ``session.measures`` has them."""
    frames = {each.name: each.session().measures(each.scheme) for each in scenario.sessions}
    told = [frame.assign(session=name) for name, frame in frames.items()]
    return pd.concat(told, ignore_index=True)


def images(figures: dict[str, tuple[str, Figure]]) -> dict[str, tuple[str, bytes]]:
    """Figures as PNG, each once for its file and the page, with what they show."""
    return {name: (says, plots.png(figure)) for name, (says, figure) in figures.items()}


def page(
    said: dict[str, Any], scenario: Scenario, comparison: AnyComparison, drawn: dict[str, tuple[str, bytes]]
) -> str:
    """Page of a report, as HTML that holds its pictures.

    Parameters
    ----------
    said : the summary, as it is written.
    drawn : by name what each picture shows, and the picture (:func:`images`).
    """
    effects, words = comparison.effects(), scenario.spoken
    return html_page(
        "report.html",
        {
            "signed": lambda value: f"{round(value, 2) + 0.0:+.2f}",  # no -0.00
            "said": lambda text: type(text)(words.said(str(text))),  # what is HTML stays HTML
            "tenths": lambda value: f"{round(value, 1) + 0.0:+.1f}",
        },
        said=in_words(said, scenario),
        notice=NOTICE,
        visits=comparison.visits,
        weeks={name: key_weeks(comparison, name) for name in comparison.twin_arms},
        effects={name: _by_instrument(comparison, effects, name) for name in comparison.twin_arms},
        more_twins=_more_twins(said, comparison),
        by_offer=by_offer(comparison),
        need_not_add_up=NEED_NOT_ADD_UP,
        without_twins=offers_without_twins(comparison),
        of_hundred={name: of_hundred(comparison, name) for name in comparison.twin_arms},
        for_whom={name: for_whom(comparison, name) for name in comparison.twin_arms},
        not_known=[each.says for each in not_known()],
        scales=comparison.instruments,
        means=_means(comparison),
        families=family_section(comparison),
        rests_on=RESTS_ON,
        titles=titles(comparison),
        differing=_grounding(comparison, shared=False),
        shared=_grounding(comparison, shared=True),
        he_and_she=words.caregiver in ("mother", "father") and not words.infant,
        pictures={name: (words.said(says), in_page(image)) for name, (says, image) in drawn.items()},
        file=scenario.model_dump(mode="json", exclude_defaults=True),
    )


def _by_instrument(comparison: AnyComparison, effects: pd.DataFrame, against: str) -> list[dict[str, Any]]:
    """Differences from some twins, one row an instrument: what it is, and what it shows in each of the key weeks."""
    weeks = key_weeks(comparison, against)
    shown = effects[(effects["against"] == against) & effects["week"].isin(weeks)]
    rows = []
    for name, own in shown.groupby("instrument", sort=False):
        scale = comparison.instrument(str(name))
        by_week = own.set_index("week").to_dict("index")
        rests = grounds_in_words(comparison, scale.of, against)
        rows.append({"scale": scale, "by_week": [by_week[week] for week in weeks], "rests_on": rests})
    return rows


def _more_twins(said: dict[str, Any], comparison: AnyComparison) -> str:
    """Sentence on the twins of which the first findings have nothing; empty where these speak of all."""
    told = {each["against"] for each in said["first"]}
    left = [f"“{name}”" for name in comparison.twin_arms if name not in told]
    return f"What differs from the twins {and_words(left)} is further down." if left else ""


def _means(comparison: AnyComparison) -> list[dict[str, Any]]:
    """Means at all visits, one row an instrument and arm."""
    table = comparison.means()
    return [
        {
            "scale": comparison.instrument(str(name)),
            "arm": arm,
            "means": rows["mean"].tolist(),
            "sds": rows["sd"].tolist(),
        }
        for (name, arm), rows in table.groupby(["instrument", "arm"], sort=False)
    ]


def _grounding(comparison: AnyComparison, shared: bool) -> list[dict[str, Any]]:
    """Sizes that all arms share, or those that not all do, with sources to look up and the arms that rest on them."""
    table = comparison.grounding()
    same = [name for name in table if name not in ("arm", "note")]
    rows = []
    for _, own in table.groupby(same, sort=False, dropna=False):
        arms = own["arm"].tolist()
        if (len(arms) == len(comparison.arms) and len(arms) > 1) == shared:
            said = {str(name): value for name, value in own.iloc[0].items()}
            rows.append({**said, "arms": arms, "sources": cited(said["evidence"])})
    return rows
