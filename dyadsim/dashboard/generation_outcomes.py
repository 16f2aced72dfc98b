"""What a page shows of results over generations: words, tables, pictures, and what can be kept.

All of it is made by the report of the command; nothing is worked out here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from ..lineages.declared_generations import AS_DECLARED, GenerationArm
from ..lineages.generation_results import GenerationResults
from ..plots.generations import OUTCOMES
from ..reports import generation_report
from ..reports.generation_sentences import is_told
from .downloads import DRAWING, svg, whole_csv
from .outcome import Kept, Outcome, ShownTable, by_folder_name, report_of, text_file

__all__ = ["outcome_at", "outcome_of"]

_WAY_OUT = "dyadsim generations writes it into the results folder, as {}/*.parquet"
_OPEN = ("cycles", "ties")
_TITLES: Mapping[str, str] = {
    "cycles": "Cycles broken and kept",
    "ties": "What goes together in mothers and children, and what is left of it in each arm",
    "shares": "Children of each generation",
    "transmission": "From mother to child: classes of attachment, as declared",
    "rest": "Where shares would come to rest, if a mother's own class were all that is handed on",
    "gap": "The tie of her state of mind and his security, by its ways",
    "follow_up": "What was offered, followed on",
    "what_is_left": "What is left of what was offered",
    "lost_without": "What is lost of what was offered where a way is cut",
    "beside_published": "Beside what is published",
    "parameters": "Parameters of inheritance, and what they rest on",
}
_SAYS = (
    "Of children whose mother lived through it as a child: how many do not (broken) and how many do (kept); of all "
    "other children how many do. Shares are of all generations but the first, with 95 % over communities. The table "
    "below has correlations: 0 is no tie, 1 the closest; where infants are exchanged, of those who are."
)
_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "transmission": {"of": "of so many", "all": "of all children"},
    "what_is_left": {"left": "left of it"},
}
_CYCLES = ("broken", "kept", "others")
_SHARES = ("secure", "avoidant", "resistant", "disorganised", "maltreated", "share", "all", "left")


def outcome_of(results: GenerationResults, name: str) -> Outcome:
    """What is shown of results over generations.

    Parameters
    ----------
    results : of a scenario.
    name : what they are called; where they lie on the server is nobody's business.
    """
    asked = results.scenario
    about = tuple(filter(None, (asked.question, asked.says)))
    short = tuple(by_folder_name(each, results.folder, name) for each in generation_report.in_short(results))
    head = (name, asked.title or asked.name, about, short)
    if not is_told(results):
        return Outcome(*head, asked=asked)
    with DRAWING:
        drawn = generation_report.pictures(results)
    tables = generation_report.tables(results)
    kept: tuple[Kept, ...] = (
        report_of(name, results.folder, lambda: generation_report.page(results, drawn)),
        *(_families(results, arm, name) for arm in results.arms if arm.name == AS_DECLARED or arm.fostered),
        (
            "All persons and their parents",
            "csv",
            lambda: whole_csv(
                results.table("lineage").drop_duplicates("id"), f"{name}-persons", _WAY_OUT.format("lineage")
            ),
        ),
        ("The scenario, as it was run", "toml", lambda: text_file(f"{name}.toml", "application/toml", asked.toml())),
    )
    return Outcome(
        *head,
        tuple(_table(name, each, tables[each], results.arms) for each in _TITLES if len(tables[each])),
        _SAYS,
        {each: (title, figure, svg(figure)) for each, (title, figure) in drawn.items()},
        kept,
        asked,
    )


def _families(results: GenerationResults, arm: GenerationArm, name: str) -> Kept:
    """The mothers and infants of an arm, as a file that is kept."""
    file = f"{name}-{arm.name.replace(' ', '-')}"
    way_out = _WAY_OUT.format("data")
    return (
        f"Mothers and infants, {arm.name}",
        "csv",
        lambda: whole_csv(results.families(arm.name), file, way_out),
    )


def _table(name: str, each: str, table: pd.DataFrame, arms: tuple[GenerationArm, ...]) -> ShownTable:
    beside = tuple(arm for arm in arms if arm.offered or not arm.cut)
    shown = {"cycles": _cycles, "ties": _ties}[each](table, beside) if each in _OPEN else _shown(each, table)
    return ShownTable(f"{name}-{each.replace('_', '-')}", _TITLES[each], table, each not in _OPEN, shown)


# As people read them --------------------------------------------------------------------------------------------------


def _cycles(table: pd.DataFrame, arms: tuple[GenerationArm, ...]) -> pd.DataFrame:
    """Cycles, arms beside each other under each thing that was lived through."""
    rows = table[table["arm"].isin([arm.name for arm in arms])].sort_values("what", ascending=False, kind="stable")
    told = {name: _told(rows, _share, name, f"{name}_low", f"{name}_high") for name in _CYCLES}
    return rows.assign(**told)[["what", "arm", *_CYCLES, "mothers"]].rename(columns={"what": "lived through"})


def _ties(table: pd.DataFrame, arms: tuple[GenerationArm, ...]) -> pd.DataFrame:
    """Ties, one row each and one column an arm; where infants are exchanged, one for each of the two mothers."""
    told = pd.DataFrame({"tie": list(dict.fromkeys(table["tie"]))})
    for arm in arms:
        own = table[table["arm"] == arm.name]
        if arm.fostered:
            told[f"{arm.name}: with the mother who raises him"] = _told(own, _correlation, "r", "low", "high")
            birth = ("birth_r", "birth_low", "birth_high")
            told[f"{arm.name}: with the mother who bore him"] = _told(own, _correlation, *birth)
        else:
            told[arm.name] = _told(own, _correlation, "r", "low", "high")
    return told


def _shown(each: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table with shares and their intervals as people read them, and headings that say what they are of."""
    shown = table
    if each == "transmission":
        shown = shown.assign(share=_told(table, _share, "share", "low", "high")).drop(columns=["low", "high"])
    if each == "what_is_left":
        shown = shown.assign(left=_told(table, _share, "left", "left_low", "left_high"))
        shown = shown.drop(columns=["left_low", "left_high"])
    shares = {name: _told(shown, _share, name) for name in _SHARES if name in shown and shown[name].dtype.kind == "f"}
    words = {"outcome": shown["outcome"].replace(dict(OUTCOMES))} if "outcome" in shown else {}
    return shown.assign(**shares, **words).rename(columns=_HEADINGS.get(each, {}))


def _told(table: pd.DataFrame, how: Callable[[float], str], *columns: str) -> list[str]:
    """Values of a column, with their intervals where the columns of its two ends are given, as text."""
    return [_text(how, *values) for values in zip(*(table[name] for name in columns), strict=True)]


def _text(how: Callable[[float], str], value: float, low: float = math.nan, high: float = math.nan) -> str:
    """A number with its interval, where that is known; a dash where it is not known itself."""
    if math.isnan(value):
        return "–"
    return how(value) if math.isnan(low) or math.isnan(high) else f"{how(value)} ({how(low)} to {how(high)})"


def _share(value: float) -> str:
    return f"{value:.0%}"


def _correlation(value: float) -> str:
    """A correlation as text; never -0.00."""
    return f"{round(value, 2) + 0.0:.2f}"


def outcome_at(path: Path, name: str) -> Outcome:
    """What is shown of a results folder over generations.

    Raises
    ------
    DyadsimError
        if it cannot be read.
    """
    return outcome_of(GenerationResults.read(path), name)
