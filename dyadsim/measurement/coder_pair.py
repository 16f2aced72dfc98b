"""Two coders' sessions of the same dyads, laid side by side: the stretch and the dyads that both have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, quoted
from ..common.shown import counted
from ..theory.states import CodeSet, MatchScheme
from .session import Session
from .stacked_sessions import named

__all__ = ["Coded", "CoderPair", "paired"]

States = NDArray[np.int8]
_ONE_STRETCH = ["session"]


@dataclass(frozen=True)
class Coded:
    """What both coders say of one thing, such as the infant: numbers of codes, step by step.

    Attributes
    ----------
    of : *infant*, *mother* or *match*.
    codes : names of the codes, in the order of their numbers.
    first, second : (dyads, steps) numbers of codes, -1 where not coded.
    levels : of each code, where codes have an order.
    """

    of: str
    codes: tuple[str, ...]
    first: States
    second: States
    levels: tuple[int, ...] | None = None

    @property
    def both(self) -> NDArray[np.bool_]:
        """Whether both coders coded it, step by step (dyads, steps)."""
        return (self.first >= 0) & (self.second >= 0)


@dataclass(frozen=True)
class CoderPair:
    """Sessions of two coders with the same dyads, episodes and steps.

    Attributes
    ----------
    first, second : what they have in common.
    names : what the two are called.
    begins : the second of the video at which both begin; 0 where it is not known.
    remarks : sentences on what was left out to make them comparable.
    """

    first: Session
    second: Session
    names: tuple[str, str]
    begins: float
    remarks: tuple[str, ...]

    def coded(self, scheme: MatchScheme) -> list[Coded]:
        """What both say of the infant, of the mother, and of whether the two match."""
        codes: CodeSet = self.first.codes
        partners = [
            Coded(
                of,
                tuple(state.name for state in states),
                getattr(self.first, of),
                getattr(self.second, of),
                tuple(state.level for state in states),
            )
            for of, states in (("infant", codes.infant), ("mother", codes.mother))
        ]
        match = Coded("match", ("mismatch", "match"), _matches(self.first, scheme), _matches(self.second, scheme))
        return [*partners, match]


def _matches(session: Session, scheme: MatchScheme) -> States:
    """Whether each dyad matches (dyads, steps): 1, 0, or -1 where one of both is not coded."""
    coded = (session.infant >= 0) & (session.mother >= 0)
    return np.where(coded, scheme.matrix[session.infant, session.mother], -1).astype(np.int8)


def paired(first: Session, second: Session) -> CoderPair:
    """Sessions of two coders, cut to the dyads and the stretch that they have in common.

    Parameters
    ----------
    first, second : of the same video; where the provenance of both says at which second of it they begin (``start``),
        they are laid side by side by it, else from their first step on.

    Raises
    ------
    DyadsimError
        if one is no session, they differ in codes or step, or they have no dyad or no time in common.
    """
    for session in (first, second):
        if not isinstance(session, Session):
            raise DyadsimError(
                f"Agreement is of two sessions (of ds.read_coded), not of {quoted(type(session).__name__)}."
            )
    if first.codes != second.codes:
        raise DyadsimError(
            f"The first is coded as {first.codes.name} and the second as {second.codes.name}; read both with the same "
            "code map."
        )
    if not np.isclose(first.step, second.step, rtol=1e-6):
        raise DyadsimError(
            f"The first has a step of {first.step:g} s and the second one of {second.step:g} s; read both with the "
            "same step."
        )
    names = named(first), named(second)
    names = names if names[0] != names[1] else ("the first coder", "the second coder")
    rows, remarks = _common_dyads(first, second)
    begins = [_start(session) for session in (first, second)]
    known = None not in begins and len(rows[0]) == 1
    ahead = round((begins[1] - begins[0]) / first.step) if known else 0  # type: ignore[operator]
    skipped = max(ahead, 0), max(-ahead, 0)
    lengths = [session.ends[-1] - skip for session, skip in zip((first, second), skipped, strict=True)]
    if (length := min(lengths)) < 1:
        raise DyadsimError(f"{names[0]} and {names[1]} have no time in common; they are of the same video?")
    if any(skipped) or lengths[0] != lengths[1]:
        lasts = [f"{steps * first.step:.4g} s" for steps in (first.ends[-1], second.ends[-1], length)]
        remarks.append(
            f"{names[0]} lasts {lasts[0]} and {names[1]} {lasts[1]}; compared are the {lasts[2]} that both have."
        )
    if not known:
        remarks.append("Both are taken to begin at the same moment of the video.")
    episodes, ends = _common_episodes(first, second, skipped, length, remarks)
    cut = [
        _cut(session, dyads, skip, length, episodes, ends)
        for session, dyads, skip in zip((first, second), rows, skipped, strict=True)
    ]
    at = max(begin for begin in begins if begin is not None) if known else 0.0
    return CoderPair(cut[0], cut[1], names, at, tuple(remarks))


def _start(session: Session) -> float | None:
    """The second of the video at which a session begins, where that is known."""
    start = session.provenance.get("start")
    return float(start) if isinstance(start, int | float) else None


def _common_dyads(first: Session, second: Session) -> tuple[tuple[list[int], list[int]], list[str]]:
    """Places of the dyads that both have, and what there is to say of the others."""
    if len(first) == len(second) == 1:
        alike = str(first.dyads[0]) == str(second.dyads[0])
        told = f"The dyad is called {quoted(first.dyads[0])} by one and {quoted(second.dyads[0])} by the other."
        return ([0], [0]), [] if alike else [told]
    places = [{str(dyad): place for place, dyad in enumerate(session.dyads)} for session in (first, second)]
    both = [dyad for dyad in places[0] if dyad in places[1]]
    if not both:
        raise DyadsimError(
            f"The two have no dyad in common: {', '.join(list(places[0])[:3])} in the first, "
            f"{', '.join(list(places[1])[:3])} in the second."
        )
    left_out = sorted(set(places[0]) ^ set(places[1]))
    told = f"Left out: {counted(len(left_out), 'dyad')} that only one coded ({', '.join(left_out[:5])})."
    return ([places[0][dyad] for dyad in both], [places[1][dyad] for dyad in both]), [told] if left_out else []


def _common_episodes(
    first: Session, second: Session, skipped: tuple[int, int], length: int, remarks: list[str]
) -> tuple[list[str], list[int]]:
    """Names and ends of the episodes: those of the first coder, or one stretch where the two have others."""
    if first.episodes != second.episodes:
        remarks.append("The coders name other episodes, so all is taken as one stretch.")
        return _ONE_STRETCH, [length]
    own, others = (
        np.clip(np.array(session.ends) - skip, 0, length)
        for session, skip in zip((first, second), skipped, strict=True)
    )
    if (own[:-1] != others[:-1]).any():
        remarks.append("The coders end episodes at other moments; those of the first are kept.")
    there = np.diff(own, prepend=0) > 0
    return [name for name, kept in zip(first.episodes, there, strict=True) if kept], own[there].tolist()


def _cut(session: Session, dyads: list[int], skip: int, length: int, episodes: list[str], ends: list[int]) -> Session:
    """A session with some of its dyads, steps and episodes."""
    stretch = slice(skip, skip + length)
    names: list[Any] = [session.dyads[place] for place in dyads]
    states = session.infant[dyads, stretch], session.mother[dyads, stretch], None
    return Session(names, episodes, ends, session.codes, session.step, states)
