"""Outputs of a scenario as fields of the page Scenario: which instruments, weeks and states, and what they change."""

from __future__ import annotations

import re
from typing import Any

from ..common import toml_models
from ..common.errors import DyadsimError, quoted
from ..measurement.instruments import Instrument
from ..scenarios.outputs import Outputs
from ..scenarios.scenario import Scenario
from ..theory.slow_states import LOADS, SLOW
from . import form_fields

__all__ = ["changed_outputs", "output_fields", "within"]

_MOST_WEEKS = 40
_LONGEST = 200  # characters
_WEEK = re.compile(r"[+-]?[0-9]{1,5}")
_MOST_STATES = 9
_STATES = (*SLOW, *LOADS)


def output_fields(scenario: Scenario) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Title, what it says, and fields: of the weeks, of the instruments, of the states."""
    given, states = {*scenario.instruments_as_given()}, {*scenario.states()}
    weeks = form_fields.text(
        "outputs.weeks",
        "Weeks in which they are seen",
        ", ".join(map(str, scenario.outputs.weeks)),
        f"With commas. Empty: every quarter of a year, and where an offer starts and ends ({_usual_weeks(scenario)}).",
        most=_LONGEST,
    )
    instruments = [
        form_fields.check(f"outputs.instruments.{name}", _full_name(name), name in given)
        for name in sorted(toml_models.names("instruments"), key=lambda name: _full_name(name).casefold())
    ]
    shown = [form_fields.check(f"outputs.states.{name}", form_fields.plain(name), name in states) for name in _STATES]
    return [
        ("Weeks", "", [weeks]),
        ("Instruments", "None ticked: the usual ones, and those through which sizes were measured.", instruments),
        ("States in the pictures", f"At most {_MOST_STATES}. None ticked: those that offers move first.", shown),
    ]


def _usual_weeks(scenario: Scenario) -> str:
    usual = scenario.changed({"outputs": scenario.outputs.changed({"weeks": ()})}).visits()
    return ", ".join(map(str, usual))


def _full_name(name: str) -> str:
    return Instrument.load(name).full_name


def changed_outputs(scenario: Scenario, rest: str, value: Any) -> Outputs:
    """Outputs after a field was changed.

    Raises
    ------
    DyadsimError
        for weeks that are none, or too many states; it tells the way out.
    """
    what, _, name = rest.partition(".")
    outputs = scenario.outputs
    if what == "weeks":
        return outputs.changed({"weeks": _weeks(str(value)[:_LONGEST])})
    if what == "instruments":
        return outputs.changed({what: _ticked([*scenario.instruments_as_given()], name, bool(value))})
    states = _ticked([*scenario.states()], name, bool(value))
    if len(states) > _MOST_STATES:
        raise DyadsimError(f"The pictures show {_MOST_STATES} states at most; untick one, then tick this one.")
    return outputs.changed({"states": states})


def _ticked(there: list[str], name: str, wanted: bool) -> tuple[str, ...]:
    others = [each for each in there if each != name]
    return (*others, name) if wanted else tuple(others)


def _weeks(text: str) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[\s,;]+", text) if part]
    if wrong := next((part for part in parts if not _WEEK.fullmatch(part)), None):
        raise DyadsimError(
            f"Weeks are whole numbers with commas, such as 0, 26, 52, not {quoted(wrong)}; leave the field empty for "
            "the usual ones."
        )
    if len(parts) > _MOST_WEEKS:
        raise DyadsimError(f"At most {_MOST_WEEKS} weeks can be looked at, not {len(parts)}; leave some out.")
    return tuple(sorted({int(part) for part in parts}))


def within(outputs: Outputs, first: int, stop: int) -> Outputs:
    """Outputs without the weeks that a scenario no longer reaches."""
    weeks = tuple(week for week in outputs.weeks if first <= week <= stop)
    return outputs if weeks == outputs.weeks else outputs.changed({"weeks": weeks})
