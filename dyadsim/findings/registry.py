"""One registry of findings: which function reads a published row, at which level of the model, from which studies.

A finding registers itself::

    @finding("M_match_age", level="interaction")
    def match_by_age(studies: SessionStudies, id: str) -> Words:
        \"\"\"How the row is expressed: this sentence is what a validation prints.\"\"\"

It may set a parameter (``sets=True``; rows of role calibrate and constraint only) or is compared alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..common.errors import DyadsimError, unknown
from ..theory import evidence
from .agreement import Number, Target, Targets, Words
from .family_studies import FamilyStudies
from .generation_studies import GenerationStudies
from .longitudinal_studies import LongitudinalStudies
from .programme_trials import ProgrammeTrials
from .service_studies import ServiceStudies
from .session_studies import SessionStudies

__all__ = [
    "DOMAINS",
    "LEVELS",
    "MAY_SET",
    "ROLES",
    "Finding",
    "Said",
    "finding",
    "finding_of",
    "findings_of",
    "rows_read",
]

LEVELS: dict[str, type] = {
    "interaction": SessionStudies,
    "development": LongitudinalStudies,
    "interventions": ProgrammeTrials,
    "families": FamilyStudies,
    "services": ServiceStudies,
    "generations": GenerationStudies,
}
"""The levels of the model, and the studies from which the findings of each are read."""

MAY_SET = ("calibrate", "constraint")
"""Roles of evidence that may set a parameter."""

ROLES = ("calibrate",)
DOMAINS = ("risk", "outcome", "intervention")
"""Roles and domains of the rows that may set a parameter of development."""

Said = Number | Words | Targets
Read = Callable[..., Number | Words | Targets | Target | list[Target]]
Function = TypeVar("Function", bound=Read)


@dataclass(frozen=True)
class Finding:
    """A published row as the model expresses it, and the function that looks for it in simulated studies.

    Attributes
    ----------
    id : of the row of evidence.
    level : of the model, one of :data:`LEVELS`.
    sets : whether it may set a parameter; else it is only compared.
    how : in words, how the row is expressed.
    read : the function that reads it from studies.
    """

    id: str
    level: str
    sets: bool
    how: str
    read: Read

    @property
    def row(self) -> evidence.Row:
        return evidence.row(self.id)

    def __call__(self, studies: Any) -> Said:
        """What these studies say of it.

        Raises
        ------
        DyadsimError
            if they are not of the kind from which the findings of its level are read.
        """
        kind = LEVELS[self.level]
        if not isinstance(studies, kind):
            raise DyadsimError(f"'{self.id}' is read from {kind.__name__}, not from {type(studies).__name__}.")
        said = self.read(studies, self.id)
        if isinstance(said, Target | list):
            return Targets(tuple(said) if isinstance(said, list) else (said,))
        return said


_FINDINGS: dict[tuple[str, str], Finding] = {}
"""By level and id: some rows are looked for in single sessions and over weeks as well."""


def finding(*ids: str, level: str, sets: bool = False, how: str = "") -> Callable[[Function], Function]:
    """Register a function of studies and an id as the one that reads these rows.

    Parameters
    ----------
    ids : of rows of evidence.
    level : of the model, one of :data:`LEVELS`.
    sets : whether the rows may set a parameter.
    how : how they are expressed (default: the function's docstring).

    Raises
    ------
    DyadsimError
        if there is no such level or row, a row is registered already, or its role does not allow it to set anything.
    """
    if level not in LEVELS:
        raise unknown("level of the model", level, LEVELS)

    def register(read: Function) -> Function:
        words = " ".join((how or inspect.getdoc(read) or "").split())
        for id in ids:
            role = evidence.row(id).role
            if (level, id) in _FINDINGS:
                raise DyadsimError(f"'{id}' is registered twice among the findings on {level}.")
            if sets and role not in MAY_SET:
                raise DyadsimError(f"'{id}' is a row of role {role}, which sets no parameter.")
            _FINDINGS[level, id] = Finding(id, level, sets, words, read)
        return read

    return register


def finding_of(id: str, level: str) -> Finding:
    """The finding of that id at a level of the model.

    Raises
    ------
    DyadsimError
        if there is none.
    """
    known = findings_of(level)
    if id not in known:
        raise unknown(f"finding on {level}", id, known)
    return known[id]


def findings_of(level: str, sets: bool | None = None) -> dict[str, Finding]:
    """The findings of a level by id, in the order of the evidence; those that may set a parameter, or the others.

    Raises
    ------
    DyadsimError
        if there is no such level.
    """
    if level not in LEVELS:
        raise unknown("level of the model", level, LEVELS)
    found = {row.id: _FINDINGS[level, row.id] for row in evidence.every() if (level, row.id) in _FINDINGS}
    return {id: each for id, each in found.items() if sets is None or each.sets == sets}


def rows_read() -> list[evidence.Row]:
    """The rows that may set a parameter of development, as far as the model can express them."""
    read = {*findings_of("development", sets=True), "I036"}  # of which I037 is a share
    return [row for domain in DOMAINS for row in evidence.rows(domain, ROLES) if row.id in read]
