"""Words of a scenario's report: what instruments measure, how large a difference is, and what it rests on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ..measurement.instruments import Instrument
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.grounding import CITED, COUPLED, Ground

__all__ = [
    "HARDLY",
    "RESTS_ON",
    "and_words",
    "grounds_in_words",
    "named",
    "points",
    "scale_in_words",
    "size_from",
    "size_in_words",
    "title_of",
    "titles",
    "whom",
]

HARDLY = 0.1
"""A difference (d) below this is called hardly any."""
_SIZES = ((0.2, "very small"), (0.5, "small"), (0.8, "medium"))
"""Cohen's marks: what a difference is called below each; above the last it is large."""
_COUNTED = ("points", "hours", "minutes")
"""Units that stand as they are beside a number; all others are points to people."""

RESTS_ON = {
    "measured": "was measured in controlled studies",
    "borrowed": "is borrowed from a similar programme with controlled studies",
    "assumed": "is an assumption",
    CITED: "comes from published figures on this circumstance",
    COUPLED: "nothing was put in; it follows from how the model's states hang together",
}
"""What a difference rests on, in words; of all but the last, "the size put in ..."."""

_SIZE = {
    "measured": "size measured in controlled studies",
    "borrowed": "size borrowed from a similar programme",
    "assumed": "size assumed",
    CITED: "size from published figures",
}


def titles(comparison: AnyComparison) -> dict[str, str]:
    """Titles of the interventions that some arm is offered, by their names."""
    offers = [each for arm in comparison.arms for each in comparison.circumstances(arm).offered]
    return {each.entry.name: each.entry.full_name for each in offers}


def title_of(comparison: AnyComparison, name: str) -> str:
    """What people read in the place of the name of an offer, risk or support."""
    return titles(comparison).get(name, name.replace("-", " "))


def size_from(ground: Ground, title: str) -> str:
    """What was put in, by its title, and from where its size is, in few words."""
    unverified = " (recalled and not read: unverified)" if ground.unverified else ""
    return f"{title}: {_SIZE[ground.grounding]}{unverified}"


def named(ground: Ground, title: str) -> str:
    """What was put in, by its title, and what its size rests on."""
    unverified = "; it is recalled and not read at its source: unverified" if ground.unverified else ""
    return f"the size put in ({title}) {RESTS_ON[ground.grounding]}{unverified}"


def grounds_in_words(comparison: AnyComparison, states: Collection[str], against: str) -> str:
    """What a difference in some states rests on: each that moves them (offer, risk, support) with its own grounding."""
    found = comparison.grounds(states, against)
    return "; ".join(named(each, title_of(comparison, each.name)) for each in found) or RESTS_ON[COUPLED]


def whom(scale: Instrument) -> str:
    """People of whom an instrument tells: infants, or mothers."""
    return "infants" if scale.of_infants else "mothers"


def points(scale: Instrument, value: float, digits: str = "g") -> str:
    """An amount in the unit of an instrument, in words: ``11 points``, ``3 hours``."""
    word = scale.unit.split()[0] if scale.unit.split()[:1] and scale.unit.split()[0] in _COUNTED else "points"
    said = format(value, digits)
    return f"{said} {word[:-1] if said == '1' else word}"


def scale_in_words(scale: Instrument) -> str:
    """What an instrument tells of by its full name, with the name by which tables know it, and its unit."""
    turned = ["on which high is trouble"] if any(weight < 0 for weight in scale.of.values()) else []
    return f"{scale.full_name} [{', '.join([scale.name, *turned, scale.unit])}]"


def size_in_words(d: float) -> str:
    """What a standardised difference is called."""
    return next((word for mark, word in _SIZES if abs(d) < mark), "large")


def and_words(parts: Iterable[Any]) -> str:
    """Some words as a list: ``one, two and three``."""
    *most, last = [str(part) for part in parts]
    return f"{', '.join(most)} and {last}" if most else last
