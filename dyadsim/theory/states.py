"""Engagement states and match schemes: what can be seen of a dyad at any moment, and what counts as a match.

The states are those of the Infant and Caregiver Engagement Phases (ICEP; Weinberg & Tronick 1999). Coded sessions may
use fewer: a three-valued affect code is read with :data:`VALENCE`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, unknown
from ..common.shown import Shown

__all__ = [
    "AROUSAL_LEVELS",
    "DISTRESSED",
    "ICEP",
    "INNER",
    "LOOKING",
    "SCHEMES",
    "SCHEME_MEANS",
    "VALENCE",
    "AnyScheme",
    "CodeSet",
    "MatchScheme",
    "State",
    "match_scheme",
]

AROUSAL_LEVELS = 5
"""Infant arousal runs from 0 (drowsy calm) to 4 (highly aroused)."""

INNER = 2 * AROUSAL_LEVELS
"""How many inner states he has: each arousal with his attention elsewhere, then each with it on her."""


@dataclass(frozen=True)
class State:
    """One engagement state of one partner.

    ``valence`` is -1, 0 or 1. ``level`` orders states from negative to positive engagement (-2..2); contingencies are
    measured on it, as Beebe et al. (2016, doi 10.1037/a0040085) do on their ordinal engagement scales.
    """

    name: str
    valence: int
    level: int
    meaning: str


@dataclass(frozen=True, repr=False)
class CodeSet(Shown):
    """The states that one way of coding tells apart, for the infant and for the mother."""

    name: str
    infant: tuple[State, ...]
    mother: tuple[State, ...]
    scheme: str
    """The match scheme that is meant where none is named."""

    def _in_a_line(self) -> str:
        return f"{self.name}, {len(self.infant)} states of the infant, {len(self.mother)} of the mother"

    @property
    def cells(self) -> int:
        """How many joint states there are: the cells of the state-space grid."""
        return len(self.infant) * len(self.mother)

    @property
    def infant_names(self) -> list[str]:
        """Names of the infant's states, in the order of their numbers."""
        return [state.name for state in self.infant]

    @property
    def mother_names(self) -> list[str]:
        """Names of the mother's states, in the order of their numbers."""
        return [state.name for state in self.mother]


ICEP = CodeSet(
    "icep",
    infant=(
        State("protest", -1, -2, "crying, fussing, pushing away"),
        State("withdrawn", -1, -1, "listless, turned in, minimally engaged"),
        State("object", 0, 0, "engaged with an object or the surroundings"),
        State("monitor", 0, 1, "looking at her face, neutral or interested"),
        State("positive", 1, 2, "looking at her with smile, coo or laugh"),
    ),
    mother=(
        State("negative", -1, -2, "intrusive or hostile"),
        State("withdrawn", -1, -1, "with him, but flat and uninvolved"),
        State("elsewhere", 0, -1, "attention on something other than the infant"),
        State("neutral", 0, 0, "watching him with a neutral face"),
        State("vocal", 1, 1, "watching him and talking warmly"),
        State("positive", 1, 2, "smiling, laughing, playful"),
    ),
    scheme="strict",
)

LOOKING = ("monitor", "positive")
"""The infant states in which he looks at her face."""
DISTRESSED = ("protest", "withdrawn")
"""The infant states of negative affect."""

_THREE = (
    State("negative", -1, -1, "negative affect"),
    State("neutral", 0, 0, "neutral affect"),
    State("positive", 1, 1, "positive affect"),
)
VALENCE = CodeSet("valence", infant=_THREE, mother=_THREE, scheme="valence")

_STRICT = {"positive": ("positive",), "monitor": ("neutral", "vocal")}
_AFFECT = {
    "positive": ("positive", "vocal"),
    "monitor": ("neutral", "vocal"),
    "protest": ("negative",),
    "withdrawn": ("negative",),
}
_JOINT_ATTENTION = _STRICT | {"object": ("neutral", "vocal")}
_BY_STATES = {"strict": _STRICT, "affect": _AFFECT, "joint-attention": _JOINT_ATTENTION}

SCHEMES = (*_BY_STATES, "valence")
"""Names of the built-in match schemes; ``strict`` is the default."""

SCHEME_MEANS: Mapping[str, str] = MappingProxyType(
    {
        "strict": "A match is when both smile, or when he looks at her while she watches him or talks to him.",
        "affect": "A match is when the feelings of both go together: he smiles while she smiles or talks to him, he "
        "looks at her while she watches him or talks to him, or he is upset or turned in while her mood is negative.",
        "joint-attention": "A match is as under 'strict', and also when he is with a thing or looks around while she "
        "watches him or talks to him.",
        "valence": "A match is when the feelings of both have the same sign: both positive, both neutral, or both "
        "negative; where they look does not count.",
    }
)
"""What each built-in match scheme counts as a match, in a sentence."""


@dataclass(frozen=True, eq=False, repr=False)
class MatchScheme(Shown):
    """Which joint states count as a match.

    Attributes
    ----------
    name : of a built-in scheme, or *own*.
    matrix : (infant states, mother states) ``matrix[infant, mother]`` is true for a match.
    """

    name: str
    matrix: NDArray[np.bool_]

    def _in_a_line(self) -> str:
        return f"{self.name}, {self.matrix.sum()} of {self.matrix.size} joint states match"

    @property
    def cells(self) -> NDArray[np.bool_]:
        """The matrix as one flag a cell of the state-space grid (infant-major)."""
        return self.matrix.ravel()


AnyScheme: TypeAlias = str | MatchScheme | Sequence[Sequence[float]] | NDArray[Any] | None
"""How a match scheme is given: by name, as an object, as a matrix of one's own, or not at all (the code set's own)."""


def match_scheme(scheme: AnyScheme = None, codes: CodeSet = ICEP) -> MatchScheme:
    """The match scheme of that name, or one made of a matrix of your own.

    Parameters
    ----------
    scheme : one of ``strict``, ``affect``, ``joint-attention`` and ``valence``; a :class:`MatchScheme`; a matrix
        (infant states, mother states) of 0 and 1; or none, for that which ``codes`` means.
    codes : the states that are told apart (default: those of ICEP, 5 of the infant and 6 of the mother).

    Returns
    -------
    which joint states count as a match.

    Raises
    ------
    DyadsimError
        if the name is unknown, the scheme needs states that ``codes`` does not tell apart, or the matrix does not fit.

    Examples
    --------
    >>> ds.match_scheme("affect").matrix.shape
    (5, 6)
    """
    if scheme is None or isinstance(scheme, str):
        name = scheme or codes.scheme
        return MatchScheme(name, _named_matrix(name, codes))
    name, given = (scheme.name, scheme.matrix) if isinstance(scheme, MatchScheme) else ("own", scheme)
    try:
        given = np.asarray(given)
    except ValueError:
        given = np.empty(0)
    shape = (len(codes.infant), len(codes.mother))
    if given.shape != shape or not np.isin(given, (0, 1)).all():
        raise DyadsimError(
            f"A match scheme of your own must be a {shape[0]} x {shape[1]} matrix of 0 and 1 "
            f"(infant states {', '.join(codes.infant_names)} by mother states {', '.join(codes.mother_names)}), "
            f"but this one has shape {given.shape}."
        )
    if name in SCHEMES and not np.array_equal(given, _named_matrix(name, codes)):
        name = f"own {name}"
    return MatchScheme(name, given.astype(bool))


def _named_matrix(name: str, codes: CodeSet) -> NDArray[np.bool_]:
    """(infant states, mother states) the built-in scheme of that name; refused where ``codes`` has not its states."""
    if name not in SCHEMES:
        raise unknown("match scheme", name, SCHEMES)
    if name == "valence":
        infant = np.array([state.valence for state in codes.infant])
        mother = np.array([state.valence for state in codes.mother])
        return infant[:, None] == mother[None, :]
    if codes != ICEP:  # equal, not the very one: a session may come from another process
        raise DyadsimError(
            f"Match scheme '{name}' needs the engagement states of ICEP, but this session is coded as "
            f"{', '.join(codes.infant_names)}; use the scheme 'valence' or a matrix of your own."
        )
    matched = _BY_STATES[name]
    return np.array([[m in matched.get(i, ()) for m in codes.mother_names] for i in codes.infant_names])
