"""Twins on the page Scenario: boxes of those that lack a part, fields of what each lacks, and what they change.

What twins lack is told by the parts of the scenario, so a box is ticked wherever there are twins that lack just that,
whatever they are called.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..common.errors import DyadsimError
from ..common.shown import in_a_row
from ..interventions.offers import Offer
from ..people.population import LivesUnder
from ..scenarios.arms import MOST_ARMS, Arm, Twin
from ..scenarios.scenario import Scenario
from . import form_fields

__all__ = ["PARTS", "boxes", "changed_twin", "editors", "kept_twins", "with_box"]

Field = dict[str, Any]
PARTS = ("interventions", "risks", "support")
"""The parts that twins may lack."""

_EACH = "each"  # the key of the button that adds twins without each offer
_LONGEST = 80  # characters of a name
_KEPT = (
    "What is offered is held against twins who lack something, so one box stays; tick another first, or take away what "
    "is offered."
)
_FULL = (
    f"At most {MOST_ARMS - 1} sets of twins can be compared at once; untick a box or take away twins that you need "
    "less, then add these."
)


class Part(NamedTuple):
    """One offer, risk or support of a scenario: of which part, its name, its title."""

    of: str
    name: str
    title: str


def parts(scenario: Scenario | Arm) -> list[Part]:
    """All that the twins of a scenario may lack, or all that is in an arm."""
    return [Part(of, _name(each), _title(each)) for of in PARTS for each in getattr(scenario, of)]


def _name(each: Offer | LivesUnder) -> str:
    return each.setting if isinstance(each, LivesUnder) else each.completed().entry.name


def _title(each: Offer | LivesUnder) -> str:
    return form_fields.plain(each.setting) if isinstance(each, LivesUnder) else each.completed().entry.short_title


def explicit(scenario: Scenario) -> tuple[Twin, ...]:
    """Twins of a scenario, the usual ones by name where it leaves them out."""
    usual = (Twin(name="without interventions", interventions=()),) if scenario.interventions else ()
    return scenario.twins or usual


def _arms(scenario: Scenario) -> tuple[Arm, list[Arm]]:
    """The arm of a scenario, and those of its twins."""
    own = scenario.arms[0]
    return own, [own.of_twins(twin) for twin in explicit(scenario)]


def _lacked(own: Arm, twins: Arm) -> set[Part] | None:
    """What twins lack; None where something is otherwise with them than by lacking it."""
    for of in PARTS:
        if any(each not in getattr(own, of) for each in getattr(twins, of)):
            return None
    return {*parts(own)} - {*parts(twins)}


def _boxes(scenario: Scenario) -> Iterator[tuple[str, str, set[Part]]]:
    """Key, name and what is lacked, of each box that there is: all of a part, then each offer where there are more."""
    there = parts(scenario)
    for of in PARTS:
        if own := {part for part in there if part.of == of}:
            yield of, f"without {of}", own
    offers = [part for part in there if part.of == "interventions"]
    for place, part in enumerate(offers):
        if len(offers) > 1:
            yield f"offer.{place}", f"without {part.title}", {part}


def boxes(scenario: Scenario) -> list[Field]:
    """Boxes of twins that lack one thing, and a button for all that tell which offer did how much."""
    own, others = _arms(scenario)
    lacked = [_lacked(own, each) for each in others]
    known = [*_boxes(scenario)]
    fields = [form_fields.check(f"twins.{key}", f"Twins {name}", what in lacked) for key, name, what in known]
    missing = [name for key, name, what in known if key.startswith("offer.") and what not in lacked]
    if missing:
        says = (
            "So that you see which offer did how much. Each set of twins takes as long to run as the scenario itself."
        )
        fields.append(form_fields.button(f"twins.{_EACH}", "Add twins without each offer", help=says))
    return fields


def with_box(scenario: Scenario, key: str, wanted: bool) -> tuple[Twin, ...]:
    """Twins after a box was ticked or unticked, or those without each offer were asked for.

    Raises
    ------
    DyadsimError
        where no twins would be left, or too many would be there; it tells the way out.
    """
    known = {name: (called, what) for name, called, what in _boxes(scenario)}
    asked = [name for name in known if name.startswith("offer.")] if key == _EACH else [key]
    twins = [*explicit(scenario)]
    if not any(name in known for name in asked):
        return scenario.twins
    own, order = scenario.arms[0], [what for _, what in known.values()]

    def place(twin: Twin) -> int:
        lacked = _lacked(own, own.of_twins(twin))
        return order.index(lacked) if lacked in order else len(order)

    for name in asked:
        called, what = known[name]
        here = [twin for twin in twins if place(twin) == order.index(what)]
        if not wanted:
            twins = [twin for twin in twins if twin not in here]
        elif not here:  # in the order of the boxes, before what a file has beside them
            later = (at for at, twin in enumerate(twins) if place(twin) > order.index(what))
            twins.insert(next(later, len(twins)), _without(scenario, _free(called, twins), what))
    return _checked(scenario, twins)


def _checked(scenario: Scenario, twins: list[Twin]) -> tuple[Twin, ...]:
    if not twins and scenario.interventions:
        raise DyadsimError(_KEPT)
    if len(twins) >= MOST_ARMS:
        raise DyadsimError(_FULL)
    return tuple(twins)


def _without(scenario: Scenario, name: str, lacked: set[Part]) -> Twin:
    """Twins that lack some parts: all of one part, whatever it will hold, or those named, as far as names tell them."""
    there = parts(scenario)
    for of in PARTS:
        if lacked == {part for part in there if part.of == of}:
            return Twin(name=name, **{of: ()})
    names = [part.name for part in there if part in lacked]
    if all(part in lacked for part in there if part.name in names):
        return Twin(name=name, without=tuple(names))
    kept = {of: _kept(scenario, of, lacked) for of in PARTS}
    return Twin(name=name, **{of: each for of, each in kept.items() if each != getattr(scenario, of)})


def _kept(scenario: Scenario | Arm, of: str, lacked: set[Part]) -> tuple[Any, ...]:
    return tuple(each for each in getattr(scenario, of) if Part(of, _name(each), _title(each)) not in lacked)


def _free(name: str, twins: Sequence[Twin]) -> str:
    """A name that no twins have yet."""
    taken = {twin.name for twin in twins}
    return next(each for each in (name, *(f"{name} ({k})" for k in range(2, 99))) if each not in taken)


def editors(scenario: Scenario) -> list[tuple[str, list[Field]]]:
    """Name and fields of each set of twins: what they are called, what they lack, what they have instead, and away."""
    own, others = _arms(scenario)
    found = []
    for place, (twin, arm) in enumerate(zip(explicit(scenario), others, strict=True)):
        key = f"twin.{place}"
        says = _in_another_way(own, arm)
        fields = [form_fields.text(f"{key}.name", "What they are called", twin.name, says, most=_LONGEST)]
        there = {of: {part.name for part in parts(arm) if part.of == of} for of in PARTS}
        for number, part in enumerate(parts(own)):
            lacks = part.name not in there[part.of]
            fields.append(form_fields.check(f"{key}.lack.{number}", f"{twin.name}: lack {part.title}", lacks))
        known = {(part.of, part.name) for part in parts(own)}
        for number, part in enumerate(parts(arm)):
            if (part.of, part.name) not in known:
                fields.append(form_fields.check(f"{key}.have.{number}", f"{twin.name}: have {part.title}", True))
        fields.append(form_fields.button(f"{key}.away", f"Take the twins “{twin.name}” away"))
        found.append((twin.name, fields))
    return found


def _in_another_way(own: Arm, twins: Arm) -> str:
    """Sentence on what twins have as the scenario has it, but in another way (to another parent, at another dose)."""
    names = {part.name for part in parts(own)}
    others = [each for of in PARTS for each in getattr(twins, of) if each not in getattr(own, of)]
    titles = [_title(each) for each in others if _name(each) in names]
    return f"As their file has it, they have {in_a_row(titles)} in another way." if titles else ""


def changed_twin(scenario: Scenario, rest: str, value: Any) -> tuple[Twin, ...]:
    """Twins after a field of one of them was changed.

    Raises
    ------
    DyadsimError
        where no twins would be left, or some would differ in nothing; it tells the way out.
    """
    place, _, field = rest.partition(".")
    twins, number = [*explicit(scenario)], int(place)
    twin, own = twins[number], scenario.arms[0]
    what, _, which = field.partition(".")
    if what == "away":
        twins.pop(number)
    elif what == "name":
        twins[number] = twin.changed({"name": " ".join(str(value).split())[:_LONGEST]})
    else:
        twins[number] = _otherwise(scenario, twin, own.of_twins(twin), what, int(which), bool(value))
    return _checked(scenario, twins)


def _otherwise(scenario: Scenario, twin: Twin, arm: Arm, what: str, which: int, ticked: bool) -> Twin:
    """Twins that lack one thing more or less, or no longer have what the scenario has not."""
    own = scenario.arms[0]
    part = parts(arm if what == "have" else own)[which]
    lacks = ticked if what == "lack" else not ticked
    now = {of: _kept(arm, of, {part}) for of in PARTS}
    if not lacks and what == "lack":
        order = [_name(each) for each in getattr(own, part.of)]
        back = [each for each in getattr(own, part.of) if _name(each) == part.name]
        both = [*now[part.of], *back]
        now[part.of] = tuple(sorted(both, key=lambda each: order.index(_name(each)) if _name(each) in order else 99))
    after = Arm(twin.name, **now)
    lacked = _lacked(own, after)
    if lacked == set():
        raise DyadsimError(
            f"The twins “{twin.name}” would differ in nothing; tick something else that they lack first, or take them "
            "away."
        )
    name = twin.name
    if name == _made_name(scenario, arm):  # a name that was made follows
        name = _free(_made_name(scenario, after), [each for each in explicit(scenario) if each != twin])
    if lacked is not None:
        return _without(scenario, name, lacked)
    return Twin(name=name, **{of: each for of, each in now.items() if each != getattr(scenario, of)})


def _made_name(scenario: Scenario, arm: Arm) -> str:
    """What twins are called by what they lack; empty where they are otherwise in another way."""
    lacked = _lacked(scenario.arms[0], arm)
    if not lacked:
        return ""
    named = next((name for _, name, what in _boxes(scenario) if what == lacked), "")
    return named or f"without {in_a_row([part.title for part in parts(scenario) if part in lacked])}"[:_LONGEST]


def kept_twins(before: Scenario, after: Scenario) -> tuple[Twin, ...]:
    """Twins that still make sense once something was taken away: none that lack what nobody has, or as others do.

    Parameters
    ----------
    before : with the twins.
    after : the scenario as it will be, whose own twins are not looked at.
    """
    if not before.twins:
        return ()
    bare = after.model_copy(update={"twins": ()})
    own, there = bare.arms[0], {part.name for part in parts(after)}
    kept: list[Twin] = []
    arms: list[Arm] = []
    for twin in before.twins:
        now = twin
        if twin.without is not None:
            names = tuple(name for name in twin.without if name in there)
            if not names:
                continue
            now = twin.changed({"without": names})
        arm = Arm("", *(getattr(own.of_twins(now), of) for of in ("risks", "support", "interventions")))
        if arm not in (*arms, Arm("", own.risks, own.support, own.interventions)):
            kept.append(now)
            arms.append(arm)
    return tuple(kept)
