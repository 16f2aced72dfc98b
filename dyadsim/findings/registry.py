"""Which function looks for which row of evidence."""

from __future__ import annotations

from collections.abc import Callable

from .agreement import Lab, Number, Words

__all__ = ["CHECKS", "Check", "check"]

Check = Callable[[Lab], Number | Words]

CHECKS: dict[str, Check] = {}
"""By evidence id."""


def check(id: str) -> Callable[[Check], Check]:
    """Register a function as the one that looks for that row."""

    def register(finding: Check) -> Check:
        CHECKS[id] = finding
        return finding

    return register
