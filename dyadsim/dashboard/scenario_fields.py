"""The fields with which a scenario is built, and what each of them changes."""

from __future__ import annotations

import re
from typing import Any

from ..common.errors import DyadsimError
from ..development.course import FIRST, LAST
from ..interventions.catalogue import Intervention
from ..interventions.catalogue_choice import can_start, dose_in_words, moves_in_words, starts
from ..interventions.offers import Offer
from ..people.population import LivesUnder, Population
from ..people.risks_and_support import Setting
from ..scenarios import title_and_question
from ..scenarios.ensemble_comparison import SETS
from ..scenarios.scenario import Scenario
from ..theory.parameter_sets import ENSEMBLE
from . import form_fields
from .scenario_outputs import changed_outputs, within
from .scenario_twins import PARTS, changed_twin, kept_twins, with_box

__all__ = ["built", "offer_fields", "offer_forms", "risk_or_support_fields", "who_fields", "word_fields"]

Field = dict[str, Any]
_NONE = ""
_DYADS, _WEEKS = 5_000, 520  # most that a field offers; files may say more
_SHARES = (
    ("uptake", "share who begin", 1),
    ("attendance", "share of sessions attended", 1),
    ("drop_out", "share who leave", 0.95),
)
_WORDS = {"title": 160, "question": 400}
"""Words that the user may write, and their most characters."""

_SURE = {
    "calibrated": "the best known values alone; intervals hold luck, and not what is not known of the model",
    ENSEMBLE: f"{SETS} sets of values that all agree with the evidence",
}
_ENSEMBLE_COSTS = (
    f"{SETS} sets of values agree with the evidence; with all of them, and with sizes of offers drawn within what "
    f"studies leave open, intervals say how sure the whole is. A run then takes {SETS} times as long."
)
_WAYS_OUT = (
    (r"' starts in week .* but the course goes", "change its start, or the first week and the weeks, or take it away"),
    (r"live under '.*' twice", "take that risk or support away, or choose other people"),
    (r"Two arms are called", "give one of them another name"),
    (r"differ in nothing", "tick something that they lack, or take these twins away"),
    (r"'name' must not be empty", "write a word or two"),
)
"""How refusals are ended that say what cannot be and not what can."""


def word_fields(scenario: Scenario) -> list[Field]:
    """Fields of title and question: the user's own, or those that are made from the parts."""
    says = "It follows what you choose below until you write your own; wiped out, it follows again."
    return [
        form_fields.text("title", "Title", title_and_question.title(scenario), says, 3, _WORDS["title"]),
        form_fields.text("question", "Question", title_and_question.question(scenario), "", 3, _WORDS["question"]),
    ]


def who_fields(scenario: Scenario) -> list[Field]:
    """Fields of where to start from, who, how many, how long, and with how many sets of parameters."""
    says = form_fields.told(Population)
    people = [{"value": name, "label": Population.load(name).who} for name in says]
    starts_from = form_fields.starts(Scenario, scenario.name, "your own")
    costs = _ENSEMBLE_COSTS if scenario.parameters == ENSEMBLE else f"{_SURE['calibrated'].capitalize()}."
    sure = [{"value": name, "label": f"{form_fields.plain(name)}: {what}"} for name, what in _SURE.items()]
    return [
        form_fields.select("start", "Start from", scenario.name, starts_from, scenario.says),
        form_fields.select("population", "Who", scenario.population, people, says[scenario.population]),
        form_fields.number(
            "dyads", "Dyads", scenario.dyads, 2, _DYADS, 1, "More make intervals narrower and runs longer."
        ),
        form_fields.number(
            "first_week", "First week of his life", scenario.first_week, FIRST, LAST - 1, 1, "0 is birth."
        ),
        form_fields.number("weeks", "Weeks", scenario.weeks, 1, _WEEKS),
        form_fields.number("seed", "Seed", scenario.seed, 0, 2**31, 1, "Names dyads and luck; the same for all twins."),
        form_fields.select("parameters", "How sure is to be told by", scenario.parameters, sure, costs),
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
    label = "Add a risk" if kind == "risk" else "Add support"
    return [*fields, form_fields.select(f"{part}.more", label, _NONE, [{"value": _NONE, "label": "choose ..."}, *more])]


def offer_forms(scenario: Scenario) -> list[tuple[str, str, list[Field]]]:
    """Title, what it is, and fields of each offer: start, dose and uptake."""
    forms = []
    for place, offer in enumerate(scenario.interventions):
        whole, key = offer.completed(), f"interventions.{place}"
        entry, dose, short = whole.entry, whole.dose, whole.entry.short_title
        says = f"{entry.says} {dose_in_words(entry)}; {can_start(entry)}. Moves: {'; '.join(moves_in_words(entry))}."
        fields = [
            form_fields.number(f"{key}.start_week", f"{short}: starts in week", whole.start_week, *entry.age_range),
            form_fields.number(
                f"{key}.dose", f"{short}: dose", offer.dose, 0, 3, 0.05, f"Share of sessions; now {dose.sessions}."
            ),
            *(
                form_fields.number(f"{key}.{name}", f"{short}: {label}", getattr(dose, name), 0, most, 0.05)
                for name, label, most in _SHARES
            ),
            form_fields.button(f"{key}.away", f"Take {short} away"),
        ]
        forms.append((entry.full_name, says, fields))
    return forms


def offer_fields(scenario: Scenario) -> list[Field]:
    """Fields of all offers."""
    return [field for _, _, fields in offer_forms(scenario) for field in fields]


def built(scenario: Scenario, key: str, value: Any) -> Scenario:
    """The scenario after a field was changed; words of what ships that no longer hold are made anew.

    Raises
    ------
    DyadsimError
        for what a scenario cannot be; it tells the way out.
    """
    try:
        return title_and_question.followed(_changed(scenario, key, value))
    except DyadsimError as refused:
        raise DyadsimError(_with_way_out(str(refused))) from None


def _with_way_out(says: str) -> str:
    way = next((way for pattern, way in _WAYS_OUT if re.search(pattern, says)), "")
    return f"{says.removesuffix('.')}: {way}." if way and way not in says else says


def _changed(scenario: Scenario, key: str, value: Any) -> Scenario:
    part, _, rest = key.partition(".")
    if part == "start":
        if value not in form_fields.told(Scenario):
            return scenario
        words = {} if scenario.words.usual else {"words": scenario.words}  # whom one sees stays as it was chosen
        return Scenario.load(value).changed(words)
    if part == "twins":
        return scenario.changed({"twins": with_box(scenario, rest, bool(value))})
    if part == "twin":
        return scenario.changed({"twins": changed_twin(scenario, rest, value)})
    if part == "outputs":
        return scenario.changed({"outputs": changed_outputs(scenario, rest, value)})
    if part in PARTS:
        return _with_part(scenario, part, rest, value)
    if part in _WORDS:
        return _with_words(scenario, part, value)
    changes = {part: value}
    if part in ("first_week", "weeks") and isinstance(value, int):  # weeks that are no longer reached are not looked at
        first, weeks = (changes.get(name, getattr(scenario, name)) for name in ("first_week", "weeks"))
        changes["outputs"] = within(scenario.outputs, first, first + weeks)
    return scenario.changed(changes)


def _with_words(scenario: Scenario, word: str, value: Any) -> Scenario:
    """Scenario with words of the user's own; without them, or with those that are made, it has none of its own."""
    words = " ".join(str(value).split())[: _WORDS[word]]
    made = title_and_question.made_title if word == "title" else title_and_question.made_question
    return scenario.changed({word: "" if words == made(scenario) else words})


def _with_part(scenario: Scenario, part: str, rest: str, value: Any) -> Scenario:
    """Scenario with one more risk, support or offer, with one fewer, or with one of them otherwise."""
    there = list(getattr(scenario, part))
    place, _, field = rest.partition(".")
    if place == "more":
        if value == _NONE:
            return scenario
        there.append(_in_time(scenario, str(value)) if part == "interventions" else LivesUnder(setting=value))
        return scenario.changed({part: tuple(there)})
    if place == "taken":  # by the name of an entry
        there = [each for each in there if each.completed().entry.name != value]
    elif field == "away":
        there.pop(int(place))
    else:
        one = there[int(place)]
        there[int(place)] = type(one)(**{**{name: getattr(one, name) for name in one.model_fields_set}, field: value})
        return scenario.changed({part: tuple(there)})
    after = scenario.model_copy(update={part: tuple(there)})
    return scenario.changed({part: tuple(there), "twins": kept_twins(scenario, after)})


def _in_time(scenario: Scenario, name: str) -> Offer:
    """Offer in the weeks of the scenario: when its entry starts, or as near to that as they and its ages allow."""
    entry = Intervention.load(name)
    start = starts(entry, scenario.first_week, scenario.stop - 1)
    if start is None:
        first, last = entry.age_range
        raise DyadsimError(
            f"“{entry.full_name}” is made for a start between week {first} and week {last} of his life (0 is birth), "
            f"and the scenario goes from week {scenario.first_week} to week {scenario.stop - 1}; change First week or "
            "Weeks to offer it."
        )
    return Offer(name=name, start_week=start)
