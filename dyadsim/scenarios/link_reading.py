"""Reading of links that hold more, or other, than a scenario can say: what was understood is kept, the rest is told.

Whoever follows a link wants to see what it means. A parameter that others added to it, a misspelt name, a value that
cannot be: each is left out by itself and told, and all else is shown.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from ..common import toml_models
from ..common.errors import DyadsimError, quoted, unknown
from .encounter import Encounter
from .scenario import Scenario
from .web_link import LETTERS, LONGEST, MOST, UNNAMED, put, refuse_files, scenario_said, value_of

__all__ = ["LeftOut", "as_far_as", "check_size", "left_out", "understood"]

_TRIES = 200  # of what is asked for in one link; each takes some milliseconds
_TOLD = 3  # things that were left out, by name
_LONGEST_TOLD = 700  # characters
_ENOUGH = "it was not looked at: the link says too much that cannot be"
_KNOWN = re.compile(r" Known: .{80,}")  # a list that nobody wants to read here
_PLACE = re.compile(r"([a-z_]+(\.\d+)?(\.[a-z_]+)*: )+")  # of a value in the whole, where its key says it, too
T = TypeVar("T")
Tree = dict[str, Any]


@dataclass
class LeftOut:
    """What a link says that was left out.

    Attributes
    ----------
    names : of parameters that nothing here has.
    refused : key and reason of each that could not be.
    """

    names: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def sentence(self, known: Iterable[str]) -> str:
        """Sentence on all of it, empty if there is nothing; ``known`` are the names that parameters have."""
        said = left_out(self.names, tuple(known)) if self.names else ""
        if not self.refused:
            return said
        told = [_reason(key, why) for key, why in self.refused[:_TOLD]]
        if (more := len(self.refused) - _TOLD) > 0:
            told.append(f"So it is with {more} more.")
        whole = f"In the link: {' '.join(told)} This was left out; the rest is shown."
        return f"{whole} {said}".strip()[:_LONGEST_TOLD]


def check_size(query: str) -> None:
    """Refuse a query that is too long to be looked at.

    Raises
    ------
    DyadsimError
        if it is.
    """
    if len(query) > LONGEST:
        raise DyadsimError(f"The link is {len(query):,} characters long; {LONGEST:,} is the most.")
    if (count := query.count("&") + 1) > MOST:
        raise DyadsimError(f"The link has {count:,} parameters; {MOST:,} is the most.")


def understood(
    query: str, check: Callable[[Scenario], None] = lambda scenario: None
) -> tuple[Scenario | None, LeftOut]:
    """The scenario that a query says, as far as that can be (None if it says none that can), and what was left out.

    Parameters
    ----------
    query : of an address, without parameters that no scenario has (see :func:`dyadsim.scenarios.web_link.parted`).
    check : refuses a scenario that cannot be shown.

    Raises
    ------
    DyadsimError
        for a query that is too long to be looked at.
    """
    check_size(query)
    said, left = _tree(query)

    def attempt(tree: Tree) -> Scenario:
        found = scenario_said({name: _listed(branch) for name, branch in tree.items()})
        check(found)
        return found

    if not said:
        return None if left.refused else attempt({}), left
    kept = _grown(said, attempt, left)
    _without_bare_names(kept, left)
    return attempt(kept) if kept else None, left


def as_far_as(parts: list[str], read: Callable[[list[str]], T]) -> tuple[T | None, LeftOut]:
    """What parts of an address come to, read together, without those that cannot be; None if none can.

    Parameters
    ----------
    parts : of an address, ``key=value`` each.
    read : reads parts, and refuses what cannot be.
    """
    left = LeftOut()
    # By key; a part without a dot (trial=skkippi) names what the others change, so it comes first.
    tree = {part: part for part in sorted(dict.fromkeys(parts), key=lambda part: "." in part.partition("=")[0])}
    kept = _grown(tree, lambda held: read([*held]), left, of_address=True)
    return (read([*kept]) if kept else None), left


def left_out(names: list[str], known: tuple[str, ...]) -> str:
    """Sentence on parameters that nothing here has."""
    told = ", ".join(quoted(name) for name in names[:_TOLD])
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    near = [close for name in names[:_TOLD] for close in difflib.get_close_matches(name, known, n=1)]
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"The link also says {told}{more}, which means nothing here and was left out; the rest is shown.{hint}"


def _tree(query: str) -> tuple[Tree, LeftOut]:
    """Values of a query by key, as far as each can be by itself."""
    said: Tree = {}
    left = LeftOut()
    for key, text in parse_qsl(query, keep_blank_values=True):
        try:
            value = value_of(text)
            alone: Tree = {}
            put(alone, key, value)
            refuse_files(alone)
            put(said, key, value)
        except DyadsimError as error:
            left.refused.append((key, str(error)))
    return said, left


def _grown(tree: Tree, attempt: Callable[[Tree], Any], left: LeftOut, of_address: bool = False) -> Tree:
    """The largest part of a tree that can be, put together branch by branch; what cannot be goes into ``left``."""
    tries = iter(range(_TRIES))

    def why_not(part: Tree, within: Callable[[Tree], Any]) -> str:
        return _ENOUGH if next(tries, None) is None else _refused(part, within)

    def grow(node: Tree, within: Callable[[Tree], Any], path: str) -> Tree:
        kept: Tree = {}
        waiting, reasons = dict(node), dict[str, str]()
        progress, unsure = True, False
        while waiting and progress:  # what one branch says may need another: weeks, and outputs in one of them
            progress = False
            for name in list(waiting):
                why = reasons[name] = why_not({**kept, name: waiting[name]}, within)
                half = why.endswith("is missing.") and len(node) > 1
                unsure |= half
                if not why or half:
                    kept[name] = waiting.pop(name)
                    progress = True
        for name, branch in waiting.items():
            key = f"{path}.{name}" if path else name
            before, there = len(left.refused), {}
            if isinstance(branch, dict) and branch:
                there = grow(branch, lambda part, name=name: within({**kept, name: part}), key)  # type: ignore[misc]
            if there:
                kept[name] = there
            elif len(left.refused) - before != 1:  # nothing of it can be: it is told once
                del left.refused[before:]
                left.refused.append((name.partition("=")[0] if of_address else key, reasons[name]))
        if unsure and (why := _refused(kept, within)):  # what was missing did not come
            left.refused += [(f"{path}.{name}" if path else name, why) for name in kept]
            return {}
        return kept

    return tree if not why_not(tree, attempt) else grow(tree, attempt, "")


def _refused(part: Tree, attempt: Callable[[Tree], Any]) -> str:
    """Why a part cannot be; empty if it can."""
    try:
        attempt(part)
    except DyadsimError as error:
        return str(error)
    return ""


def _without_bare_names(kept: Tree, left: LeftOut) -> None:
    """Take away names of which nothing ships and nothing else is said: they were to be of something that ships."""
    for key, kind in (*((letter, Encounter.KIND) for letter in LETTERS), ("name", Scenario.KIND)):
        node = kept if key == "name" else kept.get(key)
        name = node.get("name") if isinstance(node, dict) and set(node) == {"name"} else None
        names = toml_models.names(f"{kind}s")
        if isinstance(name, str) and name not in (*names, UNNAMED):
            del kept[key]
            left.refused.append((key, str(unknown(kind, name, names))))


def _listed(said: Any) -> Any:
    """Value with lists where all entries of a table are numbered; they count on from one that is there to the next."""
    if not isinstance(said, dict):
        return said
    within = {name: _listed(value) for name, value in said.items()}
    if within and all(name.isdecimal() and len(name) < 4 for name in within):
        return [within[name] for name in sorted(within, key=int)]
    return within


def _reason(key: str, why: str) -> str:
    """Why a parameter was left out, with its name; lists of all that is known are for other places."""
    why = _KNOWN.sub("", why).removesuffix(" A file of your own must end in .toml.")
    why = why[place.end() :] if (place := _PLACE.match(why)) else why
    why = why if why.endswith((".", "?")) else f"{why}."
    return why if key.rpartition(".")[2] in why and "." not in key else f"{quoted(key, 40)}: {why}"
