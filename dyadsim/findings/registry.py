"""Which function looks for which row of evidence."""

from __future__ import annotations

from collections.abc import Callable

from ..theory import evidence
from .agreement import Number, Words
from .course_findings import COURSE_PATTERNS
from .session_studies import Lab

__all__ = ["CHECKS", "DOMAINS", "ROLES", "Check", "check", "rows_read"]

Check = Callable[[Lab], Number | Words]

CHECKS: dict[str, Check] = {}
"""By evidence id."""


def check(id: str) -> Callable[[Check], Check]:
    """Register a function as the one that looks for that row."""

    def register(finding: Check) -> Check:
        CHECKS[id] = finding
        return finding

    return register


ROLES = ("calibrate",)


DOMAINS = ("risk", "outcome", "intervention")


def rows_read() -> list[evidence.Row]:
    """The rows that may set a parameter of the weeks, as far as the model can express them."""
    read = {*COURSE_PATTERNS, "I036"}  # of which I037 is a share
    return [row for domain in DOMAINS for row in evidence.rows(domain, ROLES) if row.id in read]
