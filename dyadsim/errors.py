"""Errors a person reads: one sentence with what was given, what is allowed and the nearest valid name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["DyadsimError", "unknown"]


class DyadsimError(ValueError):
    """Input that cannot be used. Its message is one sentence for a person; the CLI prints it and exits with 2."""


def unknown(what: str, given: object, allowed: Iterable[str]) -> DyadsimError:
    """The error for a name that does not exist, with the nearest one that does."""
    names = list(allowed)
    near = difflib.get_close_matches(str(given), names, n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return DyadsimError(f"Unknown {what} '{given}'.{hint} Known: {', '.join(names)}.")
