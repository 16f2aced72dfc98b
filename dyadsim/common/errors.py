"""Errors a person reads: one sentence with what was given, what is allowed and the nearest valid name."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeVar

__all__ = ["DyadsimError", "as_whole", "quoted", "twice", "unknown", "whole_number"]


class DyadsimError(ValueError):
    """Input that cannot be used. Its message is one sentence for a person; the CLI prints it and exits with 2.

    Names in it may come from files that hold anything: what cannot be printed is written out, and it is one line.
    """

    def __str__(self) -> str:
        said = super().__str__()
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in said)


def quoted(given: object, longest: int = 80) -> str:
    """What was given, in quotes and in one line."""
    text = str(given)
    text = text if len(text) <= longest else f"{text[:longest]}..."
    return f"'{text}'" if text.isprintable() else repr(text)


def unknown(what: str, given: object, allowed: Iterable[str]) -> DyadsimError:
    """The error for a name that does not exist, with the nearest one that does."""
    names = list(allowed)
    lower = {name.lower(): name for name in names}
    near = difflib.get_close_matches(str(given).lower(), lower, n=1, cutoff=0.5)
    hint = f" Did you mean '{lower[near[0]]}'?" if near else ""
    return DyadsimError(f"Unknown {what} {quoted(given)}.{hint} Known: {', '.join(names)}.")


T = TypeVar("T")


def twice(names: Iterable[T]) -> T | None:
    """The first of some names that is there more than once; None if each is there once."""
    return next((name for name, times in Counter(names).items() if times > 1), None)


def as_whole(given: Any, text: bool = False) -> int | None:
    """``given`` as an int; None if it is not whole, a truth value, or a text where none is allowed."""
    try:
        number = int(given)
    except (TypeError, ValueError, OverflowError):
        return None
    if isinstance(given, str):
        return number if text else None
    return None if isinstance(given, bool) or number != given else number


def whole_number(what: str, given: object, low: int, high: int) -> int:
    """``given`` as an int from ``low`` to ``high``; a number that is not whole, a text or a truth value is refused."""
    number = as_whole(given)
    if number is None or not low <= number <= high:
        raise DyadsimError(f"The {what} must be a whole number from {low:,} to {high:,}, not {given!r}.")
    return number
