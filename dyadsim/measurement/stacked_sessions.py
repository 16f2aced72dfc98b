"""Sessions of several dyads as one session, whatever their lengths: what a shorter one lacks is uncoded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError, quoted
from .session import Session

__all__ = ["named", "stacked"]


def stacked(sessions: Session | Iterable[Session]) -> Session:
    """One session with the dyads of all, in their order.

    Parameters
    ----------
    sessions : one, or several of the same codes, step and episodes; episodes may differ in length.

    Returns
    -------
    A session whose episodes are as long as the longest; steps that a dyad has not are uncoded (-1), so that no measure
    of codable time sees them. A single session is given back as it is. A name that is
        there twice is that of a dyad with two sessions.

    Raises
    ------
    DyadsimError
        if there are none, they are no sessions, or they differ in codes, step or episodes.
    """
    if isinstance(sessions, Session):
        return sessions
    several: list[Any] = list(sessions) if isinstance(sessions, Iterable) else [sessions]
    for one in several:
        if not isinstance(one, Session):
            raise DyadsimError(
                f"Sessions are needed (of ds.interact or ds.read_coded), not {quoted(type(one).__name__)}."
            )
    if not several:
        raise DyadsimError("There are no sessions; give at least one.")
    _check_alike(several)
    if len(several) == 1:
        return several[0]
    first = several[0]
    longest = np.max([np.diff(one.ends, prepend=0) for one in several], axis=0)
    return Session(
        dyads=[dyad for one in several for dyad in one.dyads],
        episodes=first.episodes,
        ends=np.cumsum(longest).tolist(),
        codes=first.codes,
        step=first.step,
        states=(
            np.concatenate([_padded(one.infant, one.ends, longest) for one in several]),
            np.concatenate([_padded(one.mother, one.ends, longest) for one in several]),
            None,
        ),
    )


def named(session: Session) -> str:
    """What a session is called in a sentence: its file, or its first dyads."""
    known = session.provenance.get("file")
    return str(known) if known else ", ".join(str(dyad) for dyad in session.dyads[:3])


def _check_alike(sessions: list[Session]) -> None:
    """Refuse sessions that no measure could be taken over together."""
    first = sessions[0]
    for one in sessions[1:]:
        for what, of_first, of_one, way_out in (
            ("codes", first.codes.name, one.codes.name, "read all with the same code map"),
            ("seconds a step", f"{first.step:g}", f"{one.step:g}", "read all with the same step"),
            ("episodes", ", ".join(first.episodes), ", ".join(one.episodes), "give sessions of the same episodes"),
        ):
            if of_first != of_one:
                raise DyadsimError(
                    f"The sessions differ in {what}: {of_first} in {quoted(named(first))}, {of_one} in "
                    f"{quoted(named(one))}; {way_out}."
                )


def _padded(states: NDArray[np.int8], ends: list[int], longest: NDArray[np.int64]) -> NDArray[np.int8]:
    """States (dyads, steps) with each episode as long as the longest, what is beyond its end as uncoded."""
    parts = np.split(states, ends[:-1], axis=1)
    filled = [
        np.pad(part, ((0, 0), (0, int(length) - part.shape[1])), constant_values=-1)
        for part, length in zip(parts, longest, strict=True)
    ]
    return cast("NDArray[np.int8]", np.concatenate(filled, axis=1))
