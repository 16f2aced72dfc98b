"""Fields of the pages, made from what the model declares: no name, range, unit or default is written here again."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from ..common import toml_models
from ..interaction.moments import Moment
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..lineages.generation_scenario import GenerationScenario
from ..people.caregiver_words import CAREGIVERS, LONGEST_NAME, Words
from ..people.cohort import Cohort
from ..people.population import Population
from ..scenarios.encounter import Encounter
from ..scenarios.scenario import Scenario
from ..services.service import Service
from ..theory.coefficients import COEFFICIENTS
from ..theory.states import SCHEMES
from ..theory.traits import TRAITS, Trait
from ..trials.trial import Trial

__all__ = [
    "SCHEMES", "back_buttons", "button", "changes_of", "check", "coefficient_fields", "encounter_fields",
    "moment_buttons", "number", "plain", "presets", "select", "starts", "text", "told", "trait_fields", "whom_fields",
    "words",
]  # fmt: skip

Field = dict[str, Any]
_FIRST_LOOK = ("typical", "depressed", "irritable-infant", "phone", "still-face")
_WHICH = "Empty: the typical dyad of them, with all means; some populations differ only in how unlike their dyads are."
_MOMENTS = ("still-face", "coach", "phone")


def plain(name: str) -> str:
    """A name as it is read: "mother persistence"."""
    return name.replace("_", " ").replace("-", " ")


@functools.cache
def told(kind: type[toml_models.Shipped]) -> dict[str, str]:
    """Names of what ships of a kind, each with what it says."""
    return {name: kind.load(name).says for name in toml_models.names(f"{kind.KIND}s")}


def select(key: str, label: str, value: str, given: Iterable[str | Field], says: str = "") -> Field:
    """A choice among names, or among options with labels of their own."""
    listed = [each if isinstance(each, dict) else {"value": each, "label": plain(each)} for each in given]
    return {"kind": "select", "key": key, "label": label, "value": value, "options": listed, "help": says}


def starts(
    kind: type[Encounter] | type[GenerationScenario] | type[Scenario] | type[Service] | type[Trial],
    present: str,
    title: str,
) -> list[Field]:
    """Options to start from: what ships of a kind, after what is there by ``title`` if that is the user's."""
    users = [] if present in told(kind) else [{"value": present, "label": title}]
    return [*users, *({"value": name, "label": kind.load(name).title} for name in told(kind))]


def number(key: str, label: str, value: Any, low: float, high: float, step: float = 1, says: str = "") -> Field:
    return {
        "kind": "number", "key": key, "label": label, "value": value, "min": low, "max": high, "step": step,
        "help": says,
    }  # fmt: skip


def words(key: str, label: str, value: str, says: str = "") -> Field:
    """A field to search with: it tells its words a moment after they were typed."""
    return {"kind": "search", "key": key, "label": label, "value": value, "help": says}


def text(key: str, label: str, value: str, says: str = "", rows: int = 1, most: int = 200) -> Field:
    """A field for a text of so many characters at most; one of several rows may hold a sentence or two."""
    return {"kind": "text", "key": key, "label": label, "value": value, "help": says, "rows": rows, "most": most}


def whom_fields(chosen: Words) -> list[Field]:
    """Fields of what caregiver and infant are called; they show the words themselves, whichever are chosen."""
    says = "An invented one: it stands in the link."
    fields = [
        select("caregiver", "Caregiver", chosen.caregiver, CAREGIVERS),
        text("infant", "Name of the baby", chosen.infant, says, most=LONGEST_NAME),
    ]
    return [field | {"as_written": True} for field in fields]


def button(key: str, label: str, **more: Any) -> Field:
    return {"kind": "button", "key": key, "label": label, **more}


def check(key: str, label: str, value: bool, says: str = "") -> Field:
    return {"kind": "check", "key": key, "label": label, "value": value, "help": says}


def _slider(key: str, label: str, value: float, low: float, high: float, unit: str, says: str) -> Field:
    step = 1 if high - low > 50 else 0.1 if high - low >= 5 else 0.05
    digits = 0 if step == 1 else 1 if step == 0.1 else 2
    return {
        "kind": "range", "key": key, "label": label, "value": round(value, 2), "min": low, "max": high, "step": step,
        "digits": digits, "unit": unit, "help": says,
    }  # fmt: skip


def trait_fields(cohort: Cohort, rules: Rules, of: str) -> list[Field]:
    """Sliders of the traits of one partner, those among them that the user's rules declare (of both: with hers)."""
    known: Mapping[str, Trait] = TRAITS | {trait.name: trait for trait in rules.extra_traits}
    values = rules.traits_of(cohort)
    return [
        _slider(
            f"traits.{name}",
            plain(name),
            float(values[name][0]),
            trait.low,
            trait.high,
            "" if trait.unit == "standard score" else trait.unit,
            trait.meaning,
        )
        for name, trait in known.items()
        if trait.of == of or (of == "mother" and trait.of not in ("infant", "mother"))
    ]


def coefficient_fields(cohort: Cohort) -> list[Field]:
    """Sliders of the strengths of the rules, one for each state where a strength has one a state."""
    found = []
    for name, known in COEFFICIENTS.items():
        value = cohort.coefficients[name]
        for state, each in zip(known.states, value, strict=True) if known.states else [("", value)]:
            key = f"{name}.{state}" if state else name
            says = f"{known.meaning} ({known.unit}; {known.source})"
            label = plain(key.replace(".", ": "))
            found.append(_slider(f"coefficients.{key}", label, float(each), known.low, known.high, "", says))
    return found


def presets(present: str) -> Field:
    """Buttons of the shipped encounters, in the order of a first look."""
    names = sorted(told(Encounter), key=lambda name: (*_FIRST_LOOK, name).index(name))
    shown = [{"value": name, "label": Encounter.load(name).title, "help": told(Encounter)[name]} for name in names]
    return {"kind": "choice", "key": "preset", "label": "Who is to be seen", "value": present, "options": shown}


def moment_buttons(clock: str) -> list[Field]:
    """Buttons of the moments, pressed at the second in which the playhead stands."""
    found = []
    for name in _MOMENTS:
        moment = Moment.load(name)
        says = moment.says + (" The size of this is an assumption." if moment.grounding == "assumed" else "")
        found.append(button(f"moment.{name}", moment.label, clock=clock, help=says))
    return found


def back_buttons(encounter: Encounter) -> list[Field]:
    """Buttons to take back each moment that was given."""
    return [
        button(f"back.{place}", f"Take back: {one.moment.episode.name} at {one.at} s")
        for place, one in enumerate(encounter.moments)
    ]


def encounter_fields(encounter: Encounter) -> list[Field]:
    """Fields of an encounter: who, what and which luck."""
    who, what = told(Population), told(Paradigm)
    return [
        select("population", "Population", encounter.population, who, who[encounter.population]),
        number("dyad", "Dyad drawn from it", encounter.dyad, 0, 99_999, 1, _WHICH) | {"optional": True},
        select("paradigm", "Paradigm", encounter.paradigm, what, what[encounter.paradigm]),
        select("scheme", "Match scheme", encounter.scheme, SCHEMES, "What counts as a match; results depend on it."),
        number("seed", "Seed", encounter.seed, 0, 2**31, 1, "Names the luck, and the dyads that are drawn."),
        number("replicate", "Other luck", encounter.replicate, 0, 99_999, 1, "The same dyad on another day."),
    ]


def changes_of(encounter: Encounter, key: str, value: Any) -> dict[str, Any]:
    """Changes of an encounter that a field's new value makes, by the names of its fields."""
    group, dot, name = key.partition(".")
    if dot:
        return {group: {**getattr(encounter, group), name: float(value)}}
    if key in ("population", "dyad"):
        return {key: value, "traits": {}}  # other people: what was set by hand for the last ones goes
    return {key: value}
