"""The fields with which a scenario is built, and what each of them changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..common.errors import DyadsimError
from ..development.course import FIRST, LAST
from ..interventions.catalogue import Intervention, search
from ..interventions.offers import Offer
from ..people.population import LivesUnder, Population
from ..people.risks_and_support import Setting
from ..scenarios.arms import Twin
from ..scenarios.scenario import Scenario
from . import form_fields

__all__ = ["SEARCH", "TWINS", "built", "offer_fields", "risk_or_support_fields", "twin_fields", "who_fields"]

Field = dict[str, Any]
_NONE = ""
_DYADS, _WEEKS = 5_000, 520  # most that a field offers; files may say more
_SHARES = (
    ("uptake", "Share who begin", 1),
    ("attendance", "Share of sessions attended", 1),
    ("drop_out", "Share who leave", 0.95),
)

SEARCH = "interventions.search"
"""The key of the field by which the catalogue is searched; it changes what is listed, and nothing of the scenario."""

TWINS = {"interventions": "without interventions", "risks": "without risks", "support": "without support"}
"""Twins that a box adds: the part that they lack, and what they are called."""
_FROM_FILE = "own."
"""How the keys of boxes begin that stand for twins of a file."""


def who_fields(scenario: Scenario) -> list[Field]:
    """Fields of where to start from, who, how many, how long."""
    says = form_fields.told(Population)
    starts = form_fields.starts(Scenario, scenario.name, "your own")
    return [
        form_fields.select("start", "Start from", scenario.name, starts, scenario.says),
        form_fields.select("population", "Who", scenario.population, says, says[scenario.population]),
        form_fields.number(
            "dyads", "Dyads", scenario.dyads, 2, _DYADS, 1, "More make intervals narrower and runs longer."
        ),
        form_fields.number(
            "first_week", "First week of his life", scenario.first_week, FIRST, LAST - 1, 1, "0 is birth."
        ),
        form_fields.number("weeks", "Weeks", scenario.weeks, 1, _WEEKS),
        form_fields.number("seed", "Seed", scenario.seed, 0, 2**31, 1, "Names dyads and luck; the same for all twins."),
    ]


def risk_or_support_fields(scenario: Scenario, part: str) -> list[Field]:
    """Fields of the ``part`` risks, or support: those there are with their share, and one more."""
    kind = "risk" if part == "risks" else "protection"
    there: tuple[LivesUnder, ...] = getattr(scenario, part)
    fields: list[Field] = []
    for place, each in enumerate(there):
        name, says = form_fields.plain(each.setting), form_fields.told(Setting)[each.setting]
        share = f"{name}: share of dyads"
        fields.append(form_fields.number(f"{part}.{place}.share", share, each.share, 0.01, 1, 0.01, says))
        fields.append(form_fields.button(f"{part}.{place}.away", f"Take {name} away"))
    taken = {each.setting for each in there}
    more = [name for name in form_fields.told(Setting) if name not in taken and Setting.load(name).kind == kind]
    return [*fields, _more(part, "Add a risk" if kind == "risk" else "Add support", more)]


def offer_fields(scenario: Scenario, words: str = "") -> list[Field]:
    """Fields of what is offered: start, dose and uptake of each, and one more that the catalogue has by these words."""
    fields: list[Field] = []
    for place, offer in enumerate(scenario.interventions):
        whole, key = offer.completed(), f"interventions.{place}"
        entry, dose = whole.entry, whole.dose
        starts = f"{entry.full_name}: starts in week"
        says = (
            f"{entry.says} {entry.sessions} sessions in {entry.weeks} weeks; its sizes: {entry.grounding}. "
            f"In tables and files: {entry.name}."
        )
        now = f"Share of the planned sessions; now {dose.sessions}."
        fields += [
            form_fields.number(f"{key}.start_week", starts, whole.start_week, *entry.age_range, 1, says),
            form_fields.number(f"{key}.dose", "Dose", offer.dose, 0, 3, 0.05, now),
            *(
                form_fields.number(f"{key}.{name}", label, getattr(dose, name), 0, most, 0.05)
                for name, label, most in _SHARES
            ),
            form_fields.button(f"{key}.away", f"Take {entry.full_name} away"),
        ]
    taken = {offer.completed().entry.name for offer in scenario.interventions}
    called_so, says = _called_so(words)
    more = sorted((each for each in called_so if each.name not in taken), key=lambda each: each.full_name.casefold())
    # Each option says what the loosest of the entry's sizes rests on.
    options = [
        {"value": each.name, "label": f"{each.full_name} ({each.level}; sizes {each.grounding})"} for each in more
    ]
    add = _more("interventions", "Add from the catalogue", options)
    return [*fields, form_fields.words(SEARCH, "Search the catalogue", words, says), add]


def _called_so(words: str) -> tuple[list[Intervention], str]:
    """Entries of the catalogue that are called so, and a sentence on how many there are, or which are nearest."""
    if not words.strip():
        return search(), "By title, name or abbreviation, such as VIPP-SD; the list below then holds what is called so."
    try:
        entries = search(words)
    except DyadsimError as none:
        return [], str(none)
    return entries, f"{len(entries)} {'entry is' if len(entries) == 1 else 'entries are'} called so, listed below."


def _more(part: str, label: str, names: Iterable[str | Field]) -> Field:
    return form_fields.select(f"{part}.more", label, _NONE, [{"value": _NONE, "label": "choose ..."}, *names])


def twin_fields(scenario: Scenario) -> list[Field]:
    """Fields of which twins there are: a box for each part that they may lack, and for each that a file has named."""
    names = [twin.name for twin in _explicit(scenario)]
    boxes = [
        form_fields.check(f"twins.{part}", f"Twins {name}", name in names)
        for part, name in TWINS.items()
        if getattr(scenario, part)
    ]
    from_file = [name for name in names if name not in TWINS.values()]
    return [
        *boxes,
        *(
            form_fields.check(f"twins.{_FROM_FILE}{name}", f"Twins “{name}”, as the file has them", True)
            for name in from_file
        ),
    ]


def built(scenario: Scenario, key: str, value: Any) -> Scenario:
    """The scenario after a field was changed.

    Raises
    ------
    DyadsimError
        for what a scenario cannot be.
    """
    part, _, rest = key.partition(".")
    if part == "start":
        if value not in form_fields.told(Scenario):
            return scenario
        words = {} if scenario.words.usual else {"words": scenario.words}  # whom one sees stays as it was chosen
        return Scenario.load(value).changed(words)
    if part == "twins":
        return scenario.changed({"twins": _twins(scenario, rest, bool(value))})
    if part in TWINS:
        return _with_part(scenario, part, rest, value)
    return scenario.changed({part: value})


def _with_part(scenario: Scenario, part: str, rest: str, value: Any) -> Scenario:
    """Scenario with one more risk, support or offer, with one fewer, or with one of them otherwise."""
    there = list(getattr(scenario, part))
    place, _, field = rest.partition(".")
    if place == "more":
        if value == _NONE:
            return scenario
        there.append(_in_time(scenario, str(value)) if part == "interventions" else LivesUnder(setting=value))
    elif field == "away":
        there.pop(int(place))
    else:
        one = there[int(place)]
        there[int(place)] = type(one)(**{**{name: getattr(one, name) for name in one.model_fields_set}, field: value})
    changes: dict[str, Any] = {part: tuple(there)}
    if not there:  # twins that lack what nobody has would differ in nothing
        changes["twins"] = tuple(twin for twin in scenario.twins if twin.name != TWINS[part])
    return scenario.changed(changes)


def _in_time(scenario: Scenario, name: str) -> Offer:
    """Offer in the weeks of the scenario: when its entry starts, or as near to that as they allow."""
    start = min(max(Intervention.load(name).start_week, scenario.first_week), scenario.stop - 1)
    return Offer(name=name, start_week=start)


def _explicit(scenario: Scenario) -> tuple[Twin, ...]:
    """Twins of a scenario, the usual ones by name where it leaves them out."""
    usual = (Twin(name=TWINS["interventions"], interventions=()),) if scenario.interventions else ()
    return scenario.twins or usual


def _twins(scenario: Scenario, part: str, wanted: bool) -> tuple[Twin, ...]:
    """Twins with those of a box put in or taken away."""
    from_file = part.startswith(_FROM_FILE)
    name = part.removeprefix(_FROM_FILE) if from_file else TWINS[part]
    kept = [twin for twin in _explicit(scenario) if twin.name != name]
    if wanted and not from_file:
        kept.append(Twin(name=name, **{part: ()}))
    if not kept and scenario.interventions:
        raise DyadsimError("A scenario with interventions has twins; the last box stays, and tells what is compared.")
    order = [*TWINS.values()]
    return tuple(sorted(kept, key=lambda twin: order.index(twin.name) if twin.name in order else len(order)))
