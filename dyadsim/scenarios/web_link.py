"""Link to a scenario: the query of a web address that says what differs from what ships by its name, and back.

    name=video-feedback&dyads=100&support.0.setting=partner-support&a.name=typical&a.traits.sensitivity=-1

Entries of lists are numbered; the sessions are ``a`` to ``d``. Numbers and truth values stand as they are; a text that
could be taken for one is put in quotes. Links name what ships: a file of one's own only the shell reads.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from ..common import toml_models
from ..common.errors import DyadsimError, quoted
from .encounter import Encounter
from .scenario import Scenario

__all__ = ["LONGEST", "UNNAMED", "from_query", "parted", "refuse_files", "to_query"]

UNNAMED = "own"
"""The name of a scenario or an encounter that has none."""

_LETTERS = "abcd"
LONGEST = 8_000
"""Characters of a query; browsers and servers take more, but none of ours is so long."""
_DEEPEST = 6
_MOST = 500  # parameters of a query
_TOLD = 3  # of the parameters that mean nothing, by name
_WORDS = tuple((word,) for word in ("title", "says", "question", "label", "note", "evidence"))
_FILE = re.compile(r"[/\\]|\.toml$|\.py$|\.py:")
_KEY = ("key",)
_DOT = "~"
"""Stands for a dot within a name, as in "infant_base.object": a dot divides a key."""
_EMPTY: dict[str, type[Any]] = {"[]": list, "{}": dict}


def to_query(scenario: Scenario) -> str:
    """All that differs from what ships by its name, as the query of an address (without the question mark)."""
    said, sessions = _differing(scenario), scenario.sessions
    if said.pop("sessions", None) is not None:
        watched: dict[str, Any] = dict(zip(_LETTERS, map(_differing, sessions), strict=False))
        said |= watched or {"sessions": []}
    return urlencode([pair for name, value in said.items() for pair in _flat(value, name)], safe="/:,[]{}")


def from_query(query: str) -> Scenario:
    """The scenario that a query says; an empty one is a typical year.

    Raises
    ------
    DyadsimError
        for a query that is none, or that says what a scenario cannot be.
    """
    if len(query) > LONGEST:
        raise DyadsimError(f"The link is {len(query):,} characters long; {LONGEST:,} is the most.")
    if (count := query.count("&") + 1) > _MOST:
        raise DyadsimError(f"The link has {count:,} parameters; {_MOST:,} is the most.")
    said: dict[str, Any] = {}
    for key, text in parse_qsl(query, keep_blank_values=True):
        _put(said, key, _value(text))
    refuse_files(said)
    try:
        whole = {name: _listed(value, name) for name, value in said.items()}
        if "sessions" in whole and any(letter in whole for letter in _LETTERS):
            raise DyadsimError("The sessions are given twice, by letters and as 'sessions'.")
        sessions = [_changed(Encounter, whole.pop(letter)) for letter in _LETTERS if letter in whole]
        found: Scenario = _changed(Scenario, {**whole, "sessions": sessions} if sessions else whole)
    except DyadsimError as error:
        raise DyadsimError(f"In the link: {error}") from None
    return found


def parted(query: str) -> tuple[str, str]:
    """The part of a query that speaks of a scenario, and a sentence on what else it says (empty if nothing).

    Mail and social networks add parameters of their own to a link (``utm_source``) and lose no scenario by it.
    """
    ours, others = [], dict[str, None]()
    known = (*Scenario.model_fields, *_LETTERS)
    for part in query.split("&"):
        name = unquote_plus(part.partition("=")[0]).partition(".")[0]
        if not name or name in known:
            ours.append(part)
        else:
            others[name] = None
    return "&".join(ours), _left_out([*others], known) if others else ""


def _left_out(names: list[str], known: tuple[str, ...]) -> str:
    told = ", ".join(quoted(name) for name in names[:_TOLD])
    more = f" and {len(names) - _TOLD} more" if len(names) > _TOLD else ""
    near = [close for name in names[:_TOLD] for close in difflib.get_close_matches(name, known, n=1)]
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"The link also says {told}{more}, which means nothing here and was left out; the rest is shown.{hint}"


def refuse_files(said: Any, path: tuple[str, ...] = ()) -> None:
    """Refuse what names a file or a folder: what comes from a browser must not have this machine look at one.

    Raises
    ------
    DyadsimError
        if a text anywhere in it does.
    """
    if isinstance(said, Mapping):
        for name, value in said.items():
            refuse_files(str(name), _KEY)  # a table may be of points by instrument
            refuse_files(value, (*path, str(name)))
    elif isinstance(said, list | tuple):
        for value in said:
            refuse_files(value, path)
    elif isinstance(said, str) and not _is_prose(path) and _FILE.search(said):
        raise DyadsimError(f"{quoted(said)} names a file; here only what ships can be named, files are for the shell.")


def _is_prose(path: tuple[str, ...]) -> bool:
    """Whether a text is the own words or name of a scenario, trial or service, and names nothing else."""
    names_another = {"interventions", "moments", "instruments", "programmes"} & {*path}
    return path[-1:] in _WORDS or (path[-1:] == ("name",) and not names_another)


def _base(kind: type[Any], name: str) -> Any:
    """Scenario or encounter that ships by a name, else one that says nothing."""
    return kind.load(name) if name in toml_models.names(f"{kind.KIND}s") else kind(name=name)


def _differing(one: Scenario | Encounter) -> dict[str, Any]:
    """Name of a scenario or encounter, and the fields that differ from what ships by it."""
    fields, base = (each.model_dump(mode="json") for each in (one, _base(type(one), one.name)))
    named = {} if one.name == UNNAMED and isinstance(one, Scenario) else {"name": one.name}
    return named | {key: _sparse(value) for key, value in fields.items() if key not in ("name",) and value != base[key]}


def _sparse(value: Any) -> Any:
    """Value without the parts that are not said (None)."""
    if isinstance(value, Mapping):
        return {key: _sparse(each) for key, each in value.items() if each is not None}
    return [_sparse(each) for each in value] if isinstance(value, list) else value


def _changed(kind: type[Any], said: Any) -> Any:
    if isinstance(said, str):
        return kind.load(said)
    if not isinstance(said, dict):
        said = {"name": said}
    name = said.setdefault("name", UNNAMED)
    base = _base(kind, name) if isinstance(name, str) and name else kind(name=name)
    return base.changed(said)


def _flat(said: Any, key: str) -> Iterator[tuple[str, str]]:
    """Keys with dots, and values as text."""
    if isinstance(said, Mapping | list) and said:
        named = said.items() if isinstance(said, Mapping) else enumerate(said)
        for name, value in named:
            yield from _flat(value, f"{key}.{str(name).replace('.', _DOT)}")
    else:
        plain = isinstance(said, str) and _value(said) == said
        yield key, said if plain else json.dumps(said, ensure_ascii=False)


def _value(text: str) -> Any:
    """A number, a truth value or a quoted text as what it is; all else as text."""
    if text in _EMPTY:
        return _EMPTY[text]()
    try:
        value = json.loads(text, parse_constant=lambda name: name)
    except (ValueError, RecursionError):
        return text
    if isinstance(value, str):
        try:  # JSON can spell halves of characters, which nothing can write
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise DyadsimError(f"The link has a text that is none: {ascii(value)[:80]}.") from None
    return text if isinstance(value, list | dict) else value


def _put(said: dict[str, Any], key: str, value: Any) -> None:
    *path, last = parts = [part.replace(_DOT, ".") for part in key.split(".")]
    if len(parts) > _DEEPEST or not all(parts):
        raise DyadsimError(f"The link has a key that is none: {quoted(key)}.")
    for part in path:
        said = said.setdefault(part, {})
        if not isinstance(said, dict):
            raise DyadsimError(f"The link says two things at once about {quoted(key)}.")
    if last in said:
        raise DyadsimError(f"The link says {quoted(key)} twice.")
    said[last] = value


def _listed(said: Any, key: str) -> Any:
    """Value with lists where the entries of a table are numbered."""
    if not isinstance(said, dict):
        return said
    within = {name: _listed(value, f"{key}.{name}") for name, value in said.items()}
    if within and all(name.isdecimal() for name in within):
        if sorted(within) != sorted(str(place) for place in range(len(within))):
            raise DyadsimError(f"The link numbers the entries of {quoted(key)} with gaps; they count from 0.")
        return [within[str(place)] for place in range(len(within))]
    return within
