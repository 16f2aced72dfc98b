"""Candidates for parameter sets of the ensemble, kept in a file as they are worked out: what ended goes on there."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..theory.age_norms import Norms

__all__ = ["KEPT", "STAGES", "Candidate", "Candidates"]

Vector = NDArray[np.float64]

KEPT = "kept"
STAGES = ("seconds", "weeks", KEPT)
"""Where a candidate ended, in the words of the ensemble's file."""


@dataclass(frozen=True)
class Candidate:
    """A candidate for a parameter set: where it ended, and its parameters as far as it came.

    Attributes
    ----------
    stage : one of :data:`STAGES`: at which level nothing agreed, or ``kept``.
    interaction, development : (parameters,) the free ones of each level.
    norms : those that follow from the coefficients.
    read : (targets,) distances on interaction, and on development.
    """

    stage: str
    interaction: Vector | None = None
    development: Vector | None = None
    norms: Norms | None = None
    read: tuple[Vector, Vector] | None = None

    def written(self) -> dict[str, Any]:
        """The candidate in plain values, which :meth:`of` reads to the last bit."""
        parts = {"interaction": self.interaction, "development": self.development}
        found: dict[str, Any] = {name: part.tolist() for name, part in parts.items() if part is not None}
        found |= {} if self.norms is None else {"norms": self.norms.written()}
        found |= {} if self.read is None else {"read": [part.tolist() for part in self.read]}
        return {"stage": self.stage, **found}

    @classmethod
    def of(cls, given: dict[str, Any]) -> Candidate:
        """A candidate from what :meth:`written` gave."""
        interaction, development = (
            np.array(given[name]) if name in given else None for name in ("interaction", "development")
        )
        norms = Norms.read(given["norms"]) if "norms" in given else None
        read = (np.array(given["read"][0]), np.array(given["read"][1])) if "read" in given else None
        return cls(given["stage"], interaction, development, norms, read)


class Candidates:
    """Candidates in the order of their numbers, and the file that they are kept in.

    Parameters
    ----------
    file : a line of JSON each, the first of which says what they go by (default: none, they are kept nowhere).
    goes_by : a hash of it: candidates that go by anything else are dropped.
    """

    def __init__(self, file: Path | None = None, goes_by: str = "") -> None:
        self.found: list[Candidate] = []
        self._file = file
        if file is None:
            return
        first = json.dumps({"goes_by": goes_by})
        lines = []
        with suppress(FileNotFoundError):
            lines = file.read_text("utf-8").splitlines()
        if lines[:1] == [first]:
            with suppress(ValueError):  # of the last line, if the run ended while it was written
                self.found.extend(Candidate.of(json.loads(line)) for line in lines[1:])
        kept = [first, *(json.dumps(each.written()) for each in self.found)]
        self._write("w", kept)

    def add(self, candidate: Candidate) -> None:
        """Keep the next one."""
        self._write("a", [json.dumps(candidate.written())])

    def _write(self, mode: str, lines: list[str]) -> None:
        if self._file is None:
            return
        try:
            with self._file.open(mode, encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
        except OSError as error:
            raise DyadsimError(f"'{self._file}' cannot be written: {error.strerror or error}.") from error
