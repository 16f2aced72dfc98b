"""The fields with which a scenario is built, and what each of them changes."""

from __future__ import annotations

from typing import Any

from .. import shipped
from ..dose import Dose
from ..interventions import Intervention
from ..lives import FIRST, LAST
from ..population import LivesUnder, Population
from ..scenario import Scenario
from ..scenario_parts import Twin
from ..settings import Setting
from ..treatment import Offer
from . import forms

__all__ = ["TWINS", "built", "offer_fields", "setting_fields", "twin_fields", "who_fields"]

Field = dict[str, Any]
_NONE = ""
_DYADS, _WEEKS = 5_000, 520  # most that a field offers; files may say more

TWINS = {"interventions": "without interventions", "risks": "without risks", "support": "without support"}
"""Twins that a box adds: the part that they lack, and what they are called."""


def who_fields(scenario: Scenario) -> list[Field]:
    """Start, who, how many, how long."""
    says = forms.told(Population)
    own = [] if scenario.name in forms.told(Scenario) else [{"value": scenario.name, "label": "your own"}]
    titles = [{"value": name, "label": Scenario.load(name).title} for name in forms.told(Scenario)]
    return [
        forms.select("start", "Start from", scenario.name, [*own, *titles], scenario.says),
        forms.select("population", "Who", scenario.population, says, says[scenario.population]),
        forms.number("dyads", "Dyads", scenario.dyads, 2, _DYADS, 1, "More dyads make intervals narrower and runs longer."),
        forms.number("first_week", "First week of his life", scenario.first_week, FIRST, LAST, 1, "0 is birth; before it, below 0."),
        forms.number("weeks", "Weeks", scenario.weeks, 1, _WEEKS),
        forms.number("seed", "Seed", scenario.seed, 0, 2**31, 1, "Names the dyads and their luck; the same for all twins."),
    ]  # fmt: skip


def setting_fields(scenario: Scenario, part: str) -> list[Field]:
    """Risks, or support: those there are with their share, and one more."""
    kind = "risk" if part == "risks" else "protection"
    there: tuple[LivesUnder, ...] = getattr(scenario, part)
    taken = {each.setting for each in there}
    fields: list[Field] = []
    for place, each in enumerate(there):
        label = f"{forms.plain(each.setting)}: share of dyads"
        fields.append(forms.number(f"{part}.{place}.share", label, each.share, 0.01, 1, 0.01, Setting.load(each.setting).says))
        fields.append(_button(f"{part}.{place}.away", f"Take {forms.plain(each.setting)} away"))
    more = [name for name in forms.told(Setting) if name not in taken and Setting.load(name).kind == kind]
    label = "Add a risk" if kind == "risk" else "Add support"
    return [*fields, forms.select(f"{part}.more", label, _NONE, [{"value": _NONE, "label": "choose ..."}, *forms.options(more)])]


def offer_fields(scenario: Scenario) -> list[Field]:
    """What is offered: start, dose and uptake of each, and one more of the catalogue with what its sizes rest on."""
    fields: list[Field] = []
    for place, offer in enumerate(scenario.interventions):
        whole = offer.completed()
        entry, dose, key = whole.entry, whole.dose, f"interventions.{place}"
        first, last = entry.age_range
        says = f"{entry.says} {entry.sessions} sessions in {entry.weeks} weeks; its sizes: {entry.grounding}."
        fields += [
            forms.number(f"{key}.start_week", f"{forms.plain(entry.name)}: starts in week", whole.start_week, first, last, 1, says),
            forms.number(f"{key}.dose", "Dose", offer.dose, 0, 3, 0.05, f"Share of the planned sessions; now {dose.sessions}."),
            *(forms.number(f"{key}.{name}", label, getattr(dose, name), 0, 1, 0.05) for name, label in _SHARES.items()),
            _button(f"{key}.away", f"Take {forms.plain(entry.name)} away"),
        ]
    taken = {str(offer.completed().entry.name) for offer in scenario.interventions}
    more = [
        {"value": name, "label": f"{forms.plain(name)} ({Intervention.load(name).level}; sizes {Intervention.load(name).grounding})"}
        for name in forms.told(Intervention)
        if name not in taken
    ]
    return [*fields, forms.select("interventions.more", "Add from the catalogue", _NONE, [{"value": _NONE, "label": "choose ..."}, *more])]


_SHARES = {"uptake": "Share who begin", "attendance": "Share of sessions attended", "drop_out": "Share who leave"}
assert set(_SHARES) <= set(Dose.__dataclass_fields__)


def twin_fields(scenario: Scenario) -> list[Field]:
    """Which twins there are."""
    names = [arm.name for arm in scenario.arms[1:]]
    boxes = []
    for part, name in TWINS.items():
        there = any(twin.name == name for twin in scenario.twins) or (part == "interventions" and "without" in names)
        if getattr(scenario, part):
            boxes.append({"kind": "check", "key": f"twins.{part}", "label": f"Twins {name}", "value": there})
    own = [name for name in names if name not in (*TWINS.values(), "without")]
    return [*boxes, *({"kind": "check", "key": f"twins.own.{name}", "label": f"Twins “{name}” (of the file)", "value": True} for name in own)]


def _button(key: str, label: str) -> Field:
    return {"kind": "button", "key": key, "label": label}


def built(scenario: Scenario, key: str, value: Any) -> Scenario:
    """The scenario after a field was changed.

    Raises
    ------
    DyadsimError
        for what a scenario cannot be.
    """
    part, _, rest = key.partition(".")
    if part == "start":
        return Scenario.load(value) if value in shipped.names("scenarios") else scenario
    if part == "twins":
        return scenario.changed({"twins": _twins(scenario, rest, bool(value))})
    if part in ("risks", "support", "interventions"):
        return _with_part(scenario, part, rest, value)
    return scenario.changed({part: value})


def _with_part(scenario: Scenario, part: str, rest: str, value: Any) -> Scenario:
    there = list(getattr(scenario, part))
    place, _, field = rest.partition(".")
    if place == "more":
        if value == _NONE:
            return scenario
        there.append(Offer(name=value) if part == "interventions" else LivesUnder(setting=value))
        if part == "interventions":
            there[-1] = _in_time(scenario, there[-1])
    elif field == "away":
        there.pop(int(place))
    else:
        there[int(place)] = type(there[0])(**{**_said(there[int(place)]), field: value})
    emptied = [] if there else [twin for twin in scenario.twins if twin.name != TWINS[part]]
    return scenario.changed({part: tuple(there), **({} if there else {"twins": tuple(emptied)})})


def _in_time(scenario: Scenario, offer: Offer) -> Offer:
    """The offer in the weeks of the scenario: when its entry starts, or as near to that as they allow."""
    entry = Intervention.load(offer.name)
    start = min(max(entry.start_week, scenario.first_week), scenario.stop - 1)
    return offer.model_copy(update={"start_week": start})


def _said(one: LivesUnder | Offer) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.model_fields_set}


def _twins(scenario: Scenario, part: str, wanted: bool) -> tuple[Twin, ...]:
    """Twins with those of a box put in or taken away; the usual ones are made explicit first."""
    usual = Twin(name=TWINS["interventions"], interventions=())
    there = list(scenario.twins) or ([usual] if scenario.interventions else [])
    name = part.removeprefix("own.") if part.startswith("own.") else TWINS[part]
    kept = [twin for twin in there if twin.name != name]
    if wanted and not part.startswith("own."):
        kept.append(Twin(name=name, **{part: ()}))
    return tuple(kept)
