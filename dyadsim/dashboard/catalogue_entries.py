"""The catalogue of interventions as the page Scenario lists it, and the fields by which it is looked through."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

from ..common.errors import DyadsimError
from ..interventions.catalogue import Intervention, shipped
from ..interventions.catalogue_choice import FORMATS, LEVELS, can_start, choose, dose_in_words, moves_in_words
from ..scenarios.scenario import Scenario
from . import form_fields

__all__ = ["SOUGHT", "Sought", "filter_fields", "found", "groups"]

SOUGHT = "catalogue."
"""How the keys of the fields begin that change what is listed, and nothing of the scenario."""

_MOST_WORDS = 80  # characters to search by
_ANY = ""
_HERE = "here"
_AGES: dict[str, tuple[str, tuple[int, int] | None]] = {
    _ANY: ("at any age", None),
    _HERE: ("in the weeks of this scenario", None),
    "before": ("before birth", (-40, -1)),
    "3 months": ("from birth to 3 months", (0, 12)),
    "6 months": ("from 3 to 6 months", (13, 25)),
    "12 months": ("from 6 to 12 months", (26, 51)),
    "24 months": ("in the second year", (52, 103)),
    "later": ("later", (104, 2_000)),
}
"""Ages at which an entry may start: what each is called, and its weeks."""

_GROUNDINGS: dict[str, tuple[str, str, bool]] = {
    _ANY: ("anything", "", False),
    "all measured": ("all sizes measured in controlled studies", "measured", True),
    "measured": ("some size measured", "measured", False),
    "borrowed": ("some size borrowed from a similar programme", "borrowed", False),
    "assumed": ("some size assumed", "assumed", False),
}
"""What sizes may rest on: what each is called, the grounding, and whether all of them do."""


@dataclass(frozen=True)
class Sought:
    """What is looked for in the catalogue: words, an age, a level, a format, a grounding; empty: any."""

    words: str = ""
    age: str = _ANY
    level: str = _ANY
    format: str = _ANY
    grounding: str = _ANY

    def changed(self, key: str, value: Any) -> Sought:
        """What is looked for with one field otherwise; what a browser sends is cut to what there is to choose."""
        known: dict[str, Any] = {"age": _AGES, "level": LEVELS, "format": FORMATS, "grounding": _GROUNDINGS}
        name, text = key.removeprefix(SOUGHT), str(value)[:_MOST_WORDS]
        if name == "words":
            return replace(self, words=text)
        if name not in known:
            return Sought()
        return replace(self, **{name: text if text in known[name] else _ANY})


def filter_fields(sought: Sought) -> list[dict[str, Any]]:
    """Fields by which the catalogue is looked through, and a button for all of it."""

    def choice(name: str, label: str, options: dict[str, str]) -> dict[str, Any]:
        listed = [{"value": value, "label": says} for value, says in options.items()]
        return form_fields.select(f"{SOUGHT}{name}", label, getattr(sought, name), listed)

    capital = {name: words[:1].upper() + words[1:] for name, words in FORMATS.items()}
    fields = [
        form_fields.words(
            f"{SOUGHT}words", "Search the catalogue", sought.words, "A name, VIPP-SD, or what it is about."
        ),
        choice("age", "May start", {name: says for name, (says, _) in _AGES.items()}),
        choice("level", "For whom", {_ANY: "anyone", **LEVELS}),
        choice("format", "How it is given", {_ANY: "in any way", **capital}),
        choice("grounding", "Its sizes rest on", {name: says for name, (says, *_) in _GROUNDINGS.items()}),
    ]
    if sought != Sought():
        fields.append(form_fields.button(f"{SOUGHT}all", "Show all again"))
    return fields


@functools.lru_cache(maxsize=256)
def _named(words: str, weeks: tuple[int, int] | None, level: str, format: str, grounding: str) -> tuple[str, ...]:
    _, rests_on, throughout = _GROUNDINGS[grounding]
    return tuple(each.name for each in choose(words, weeks, level, format, rests_on, throughout))


def found(sought: Sought, scenario: Scenario) -> tuple[list[str], str]:
    """Names of the entries that fit, and a sentence on how many they are, or on which names are nearest."""
    weeks = (scenario.first_week, scenario.stop - 1) if sought.age == _HERE else _AGES[sought.age][1]
    try:
        names = _named(sought.words, weeks, sought.level, sought.format, sought.grounding)
    except DyadsimError as none:
        return [], str(none)
    whole = len(shipped())
    if not names:
        return [], f"None of the {whole} interventions fits all of that; choose less, or press “Show all again”."
    return [*names], f"{len(names)} of {whole} interventions; “Offer this” adds one to the scenario."


@functools.cache
def groups() -> list[dict[str, Any]]:
    """All entries by level, and within it by the way in which each is given first of all."""
    entries = sorted(shipped(), key=lambda entry: entry.full_name.casefold())
    levels = []
    for level, title in LEVELS.items():
        parts = []
        for way, words in FORMATS.items():
            here = [_told(entry) for entry in entries if (entry.level, entry.format[0]) == (level, way)]
            parts.append({"title": words[:1].upper() + words[1:], "entries": here})
        levels.append({"title": f"{title} ({level})", "parts": parts})
    return levels


def _told(entry: Intervention) -> dict[str, Any]:
    also = [FORMATS[way] for way in entry.format[1:]]
    called = f"also called {', '.join(entry.other_names)}" if entry.other_names else ""
    facts = [dose_in_words(entry), can_start(entry), *also, called]
    return {
        "name": entry.name,
        "title": entry.full_name,
        "says": entry.says,
        "facts": "; ".join(filter(None, facts)) + ".",
        "moves": moves_in_words(entry),
    }
