"""Address parts: what a page's choices say in a link (``trial=video-feedback&trial.dyads=80``), read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from ..common import toml_models
from ..common.errors import DyadsimError, unknown

__all__ = ["check_known", "check_numbers", "choices_in", "said_in", "shipped_in", "truth"]


def choices_in(parts: Iterable[str], key: str) -> dict[str, Any]:
    """Choices that parts of an address say, by what stands after ``key.``; numbers as numbers, all else as text."""
    return _choices(said_in(parts), key)


def shipped_in(parts: Iterable[str], key: str, usual: str, kind: str = "") -> tuple[str, dict[str, Any]]:
    """Name of what ships that parts of an address begin with (``key=name``; else the usual one), and their choices.

    Parameters
    ----------
    parts, key : of the address; what they begin with.
    usual : the name where they say none.
    kind : of what ships (default: it is called by the key).

    Raises
    ------
    DyadsimError
        for a name that does not ship.
    """
    said = said_in(parts)
    name = said.pop(key, usual)
    kind = kind or key
    if name not in (names := toml_models.names(f"{kind}s")):
        raise unknown(kind.replace("_", " "), name, names)
    return name, _choices(said, key)


def truth(given: Any) -> bool:
    """The truth that a choice says."""
    return given in ("True", "true", 1)


def check_known(given: Iterable[str], key: str, known: Iterable[str]) -> None:
    """Refuse a choice that a page does not have, in one sentence."""
    known = list(known)
    for each in given:
        if each not in known:
            raise unknown(f"choice of a {key} ({key}.):", each, known)


def check_numbers(given: Mapping[str, Any]) -> None:
    """Refuse a choice that must be a number and is text, in one sentence."""
    for key, value in given.items():
        if isinstance(value, str):
            raise DyadsimError(f"'{key}' is a number, not '{value:.40}'.")


def said_in(parts: Iterable[str]) -> dict[str, str]:
    """Texts that parts of an address say, by their keys."""
    return dict(parse_qsl("&".join(parts), keep_blank_values=True))


def _choices(said: dict[str, str], key: str) -> dict[str, Any]:
    return {name.removeprefix(f"{key}."): _number_or_text(text) for name, text in said.items()}


def _number_or_text(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
