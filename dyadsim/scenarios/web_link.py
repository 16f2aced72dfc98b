"""Link to a scenario: the query of a web address that says what differs from what ships by its name, and back.

    name=video-feedback&dyads=100&support.0.setting=partner-support&a.name=typical&a.traits.sensitivity=-1

Entries of lists are numbered; the sessions are ``a`` to ``d``. Numbers and truth values stand as they are; a text that
could be taken for one is put in quotes. Links name what ships: a file of one's own only the shell reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from ..common import toml_models
from ..common.errors import DyadsimError, quoted
from .encounter import Encounter
from .scenario import Scenario

__all__ = [
    "LETTERS", "LONGEST", "MOST", "UNNAMED", "from_query", "parted", "put", "refuse_files", "scenario_said", "to_query",
    "value_of",
]  # fmt: skip

UNNAMED = "own"
"""The name of a scenario or an encounter that has none."""

LETTERS = "abcd"
"""What the sessions are called in a link."""
LONGEST = 8_000
"""Characters of a query; browsers and servers take more, but none of ours is so long."""
_DEEPEST = 6
MOST = 500
"""Parameters of a query."""
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
        watched: dict[str, Any] = dict(zip(LETTERS, map(_differing, sessions), strict=False))
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
    if (count := query.count("&") + 1) > MOST:
        raise DyadsimError(f"The link has {count:,} parameters; {MOST:,} is the most.")
    said: dict[str, Any] = {}
    for key, text in parse_qsl(query, keep_blank_values=True):
        put(said, key, value_of(text))
    refuse_files(said)
    try:
        return scenario_said({name: _listed(value, name) for name, value in said.items()})
    except DyadsimError as error:
        raise DyadsimError(f"In the link: {error}") from None


def scenario_said(said: Mapping[str, Any]) -> Scenario:
    """The scenario that values by key say, sessions under their letters.

    Raises
    ------
    DyadsimError
        for what cannot be.
    """
    whole = dict(said)
    if "sessions" in whole and any(letter in whole for letter in LETTERS):
        raise DyadsimError("The sessions are given twice, by letters and as 'sessions'.")
    sessions = [_changed(Encounter, whole.pop(letter)) for letter in LETTERS if letter in whole]
    found: Scenario = _changed(Scenario, {**whole, "sessions": sessions} if sessions else whole)
    return found


def parted(query: str) -> tuple[str, list[str]]:
    """The part of a query that speaks of a scenario, and the names of all other parameters.

    Mail and social networks add parameters of their own to a link (``utm_source``) and lose no scenario by it.
    """
    ours, others = [], dict[str, None]()
    known = (*Scenario.model_fields, *LETTERS)
    for part in query.split("&"):
        name = unquote_plus(part.partition("=")[0]).partition(".")[0]
        if not name or name in known:
            ours.append(part)
        else:
            others[name] = None
    return "&".join(ours), [*others]


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
        plain = isinstance(said, str) and value_of(said) == said
        yield key, said if plain else json.dumps(said, ensure_ascii=False)


def value_of(text: str) -> Any:
    """A number, a truth value or a quoted text as what it is; all else as text.

    Raises
    ------
    DyadsimError
        for a text that is none.
    """
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


def put(said: dict[str, Any], key: str, value: Any) -> None:
    """Put a value where its key says, a table in a table for each dot.

    Raises
    ------
    DyadsimError
        for a key that is none, or one that is there.
    """
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
