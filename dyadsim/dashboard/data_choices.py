"""What a visitor chooses of coded video: the file, how its codes are read, and what is asked of the session.

Nothing of it stands in an address: it is what a file holds that is nobody else's business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..coded_video.code_maps import CodeMap
from ..coded_video.read import shipped_sessions
from ..common.errors import DyadsimError
from ..common.files import package_data
from ..common.toml_models import names, parse
from ..theory.traits import TRAITS
from .uploads import Upload

__all__ = ["MOST_OF_MAP", "DataChoices", "changed", "opened_map"]

MOST_OF_MAP = 200_000
"""Bytes of a code map."""
_AGE = TRAITS["age"]
_EXAMPLE_AGE = 13.0  # weeks: the infants of the examples were three months old (de Barbaro, Xu et al. 2020)
_LEAST_RIDGE, _MOST_RIDGE = 0.1, 10.0
_MOST_TOLERANCE = 60.0


@dataclass(frozen=True, eq=False)
class DataChoices:
    """Choices of a visitor.

    Attributes
    ----------
    upload, example : a file of their own; where there is none, the example that ships.
    codes : name of the code map that ships; empty: the one that knows most of the codes.
    own : a code map of their own, in its place.
    meanings : by partner and code, what is read otherwise than the map has it.
    dyad, coder, infant, mother : which, where a file holds several; the tiers of both; empty: found.
    scheme : the match scheme; empty: that of the codes.
    second, second_coder : the same video by another coder: another file, or another coder of this one.
    tolerance : seconds within which two coders agree.
    age : of the infant, in weeks.
    ridge : of the fit.
    """

    upload: Upload | None = None
    example: str = field(default_factory=lambda: shipped_sessions()[-1])
    codes: str = ""
    own: CodeMap | None = None
    meanings: Mapping[tuple[str, str], str] = field(default_factory=dict)
    dyad: str = ""
    coder: str = ""
    infant: str = ""
    mother: str = ""
    scheme: str = ""
    second: Upload | None = None
    second_coder: str = ""
    tolerance: float = 1.0
    age: float = _EXAMPLE_AGE
    ridge: float = 1.0

    @property
    def file(self) -> Upload:
        """The file that is looked at."""
        if self.upload is not None:
            return self.upload
        return Upload(self.example, package_data("sessions", self.example).read_bytes())

    @property
    def map(self) -> CodeMap | None:
        """The code map to begin with; None: the one that knows most of the codes."""
        return self.own or (CodeMap.load(self.codes) if self.codes else None)

    @property
    def how(self) -> tuple[Any, ...]:
        """The choices on which the reading of the file depends."""
        told = tuple(sorted(self.meanings.items()))
        which = (self.dyad, self.coder, self.infant, self.mother)
        return self.upload, self.example, self.codes, self.own, told, *which

    def opened(self, upload: Upload) -> DataChoices:
        """The choices to begin with for another file; a code map and ages stay, as a lab has many files alike."""
        return DataChoices(upload=upload, codes=self.codes, own=self.own, age=self._age_of_own, ridge=self.ridge)

    def shown(self, example: str) -> DataChoices:
        """The choices to begin with for an example."""
        return DataChoices(example=example) if example in shipped_sessions() else self

    def otherwise(self, **changes: Any) -> DataChoices:
        """The choices with some of them otherwise."""
        return replace(self, **changes)

    @property
    def _age_of_own(self) -> float:
        return _AGE.default if self.upload is None else self.age


def changed(choices: DataChoices, key: str, value: Any) -> DataChoices:
    """The choices after a field was changed.

    Raises
    ------
    DyadsimError
        for a number out of range, or a code map that does not ship.
    """
    if key == "file":
        return choices.shown(str(value))
    if key == "codes":
        if value and value not in names("code_maps"):
            return choices
        return choices.otherwise(codes=str(value), own=None, meanings={}, scheme="")
    if key in ("age", "ridge", "tolerance"):
        low, high = {
            "age": (_AGE.low, _AGE.high),
            "ridge": (_LEAST_RIDGE, _MOST_RIDGE),
            "tolerance": (0.0, _MOST_TOLERANCE),
        }[key]
        if not isinstance(value, int | float) or not low <= value <= high:
            raise DyadsimError(f"The {key} is a number from {low:g} to {high:g}.")
        return choices.otherwise(**{key: float(value)})
    if key in ("dyad", "coder"):
        return choices.otherwise(**{key: str(value), "infant": "", "mother": "", "meanings": {}})
    if key in ("infant", "mother"):
        return choices.otherwise(**{key: str(value), "meanings": {}})
    return choices.otherwise(**{key: str(value)}) if key in ("scheme", "second_coder") else choices


def opened_map(choices: DataChoices, upload: Upload) -> DataChoices:
    """The choices with a code map of the visitor's own.

    Raises
    ------
    DyadsimError
        if it is no code map.
    """
    own = parse(CodeMap, f"file '{upload.name}'", upload.content)
    return choices.otherwise(own=own, codes="", meanings={}, scheme="")
