"""Coded sequences: sessions as the likelihood reads them, a code a second, each as the states it may stand for."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..interaction.paradigms import Episode, Paradigm
from ..measurement.session import Session
from ..theory.states import ICEP, CodeSet

__all__ = ["Sequence", "sequences_of"]

_HELD = "still"
"""How names of episodes begin in which she is asked to hold a still face."""
_MOST_SECONDS = 1_000_000


@dataclass(frozen=True)
class Sequence:
    """One dyad's coded session, a code a second.

    Attributes
    ----------
    dyad : its name.
    session : the place of the session among those given.
    age : of the infant in weeks, where the session was simulated and so it is known.
    codes : (2, seconds) his and her code; the number of codes where neither is known.
    episode : (seconds,) the episode of each second.
    episodes : what is held in each of them.
    may_be : which of his states, and of hers, each code may stand for: (codes + 1, 5), (codes + held + 1, 6).
    code_set : the states that the coders told apart.
    """

    dyad: Hashable
    session: int
    age: float | None
    codes: NDArray[np.int64]
    episode: NDArray[np.int64]
    episodes: tuple[Episode, ...]
    may_be: tuple[NDArray[np.bool_], NDArray[np.bool_]]
    code_set: CodeSet

    @property
    def seconds(self) -> int:
        """How many seconds it has."""
        return self.codes.shape[1]

    @property
    def coded(self) -> int:
        """Seconds in which at least one of both is coded."""
        return int((self.codes < [[len(self.code_set.infant)], [len(self.code_set.mother)]]).any(axis=0).sum())

    @cached_property
    def comparable(self) -> NDArray[np.bool_]:
        """(seconds,) where both are coded, as they were the second before, and nothing is asked of her."""
        both = (self.codes < [[len(self.code_set.infant)], [len(self.code_set.mother)]]).all(axis=0)
        free = np.array([episode.held < 0 for episode in self.episodes])[self.episode]
        return np.append(False, (both & free)[1:] & (both & free)[:-1])

    def coded_otherwise(self, infant: NDArray[np.int8], mother: NDArray[np.int8]) -> Sequence:
        """The sequence with other codes, -1 where there were none before."""
        return replace(self, codes=np.where([infant < 0, mother < 0], self.codes, [infant, mother]).astype(np.int64))

    def cut(self, first: int, last: int) -> Sequence:
        """The sequence from second ``first`` up to second ``last``."""
        return replace(self, codes=self.codes[:, first:last], episode=self.episode[first:last])

    @property
    def ends(self) -> list[int]:
        """The second at which each episode is over."""
        return [int(end) for end in np.cumsum(np.bincount(self.episode, minlength=len(self.episodes)))]

    def as_session(self) -> Session:
        """The session as it was coded, a step a second."""
        lengths = len(self.code_set.infant), len(self.code_set.mother)
        infant, mother = (
            np.where(seen < n, seen, -1).astype(np.int8)[None] for seen, n in zip(self.codes, lengths, strict=True)
        )
        names = [episode.name for episode in self.episodes]
        return Session([self.dyad], names, self.ends, codes=self.code_set, states=(infant, mother, None))


def sequences_of(sessions: Iterable[Session], paradigm: Paradigm | None = None) -> list[Sequence]:
    """Coded sequences of all dyads of some sessions, each session read at whole seconds.

    Where observations are closer together than a second, the one at the beginning of each second is taken; where they
    are farther apart, what lies between is not known, and the likelihood goes over all that it may have been.

    Parameters
    ----------
    sessions : coded or simulated; those of one dyad bear its name.
    paradigm : what is held in the episodes, by their names (default: that of a simulated session; of a coded one, she
        holds a still face in episodes whose names begin so, and nothing is held in others).

    Raises
    ------
    DyadsimError
        if there is no session, one has other codes than engagement states or valence, or nobody is coded in it.
    """
    found = [each for number, session in enumerate(sessions) for each in _of_session(session, paradigm, number)]
    if not found:
        raise DyadsimError("There is no session to fit: give a ds.Session, or a list of them.")
    return found


def _of_session(session: Session, paradigm: Paradigm | None, number: int) -> Iterable[Sequence]:
    if not isinstance(session, Session):
        raise DyadsimError(f"Sessions to fit are given as ds.Session, not {session!r:.60}.")
    episodes = tuple(_episode(name, session, paradigm) for name in session.episodes)
    held = [episode.held for episode in episodes if episode.held >= 0]
    may_be = _lumped(session.codes.infant, ICEP.infant), _lumped(session.codes.mother, ICEP.mother)
    # What she is held in stands after her codes: seconds of a held episode in which nobody coded her.
    known = np.eye(len(ICEP.mother), dtype=bool)[[*held]]
    may_be = may_be[0], np.concatenate([may_be[1][:-1], known.reshape(-1, len(ICEP.mother)), may_be[1][-1:]])
    places, seconds, episode = _at_seconds(session)
    for dyad, who in enumerate(session.dyads):
        codes = np.full((2, seconds), -1, dtype=np.int64)
        codes[:, places[0]] = session.infant[dyad][places[1]], session.mother[dyad][places[1]]
        if (codes < 0).all():
            raise DyadsimError(f"In session {number} no second of dyad '{who}' is coded.")
        uncoded = codes < 0
        codes[0, uncoded[0]], codes[1, uncoded[1]] = len(may_be[0]) - 1, len(may_be[1]) - 1
        for place, e in enumerate(e for e, each in enumerate(episodes) if each.held >= 0):
            codes[1, uncoded[1] & (episode == e)] = len(session.codes.mother) + place
        age = None if session.cohort is None else float(session.cohort.traits["age"][dyad])
        yield Sequence(who, number, age, codes, episode, episodes, may_be, session.codes)


def _at_seconds(session: Session) -> tuple[tuple[NDArray[Any], NDArray[Any]], int, NDArray[np.int64]]:
    """Seconds at which there are observations and which these are, how many seconds there are, and their episodes."""
    starts = np.array([0, *session.ends[:-1]])
    lengths = np.diff(session.ends, prepend=0) * session.step
    whole = np.maximum(np.floor(lengths + 1e-6).astype(int), 1)
    if whole.sum() > _MOST_SECONDS:
        raise DyadsimError(f"A session to fit may have {_MOST_SECONDS:,} seconds at most, not {whole.sum():,}.")
    at, which = [], []
    for first, begins, seconds in zip(starts, np.cumsum([0, *whole[:-1]]), whole, strict=True):
        if session.step <= 1:
            second = np.arange(seconds)
            step = np.floor(second / session.step + 1e-6).astype(int)
        else:
            step = np.arange(int(np.ceil(seconds / session.step - 1e-6)))
            second = np.rint(step * session.step).astype(int)
        at.append(begins + second)
        which.append(first + step)
    return (np.concatenate(at), np.concatenate(which)), int(whole.sum()), np.repeat(np.arange(len(whole)), whole)


def _episode(name: str, session: Session, paradigm: Paradigm | None) -> Episode:
    """What is held in the episode of that name."""
    given = session.provenance.get("paradigm") if paradigm is None else None
    known = Paradigm.model_validate(given) if isinstance(given, dict) else paradigm
    if known is not None:
        for episode in known.episodes:
            if episode.name == name:
                return episode
        names = ", ".join(each.name for each in known.episodes)
        raise DyadsimError(
            f"The session has an episode '{name}', and the paradigm '{known.name}' has not ({names}); name episodes as "
            f"it does, or give another paradigm."
        )
    if name.lower().startswith(_HELD):
        return Episode(name=name, seconds=1, mother="neutral", available=False)
    return Episode(name=name, seconds=1)


def _lumped(codes: Iterable[Any], states: Iterable[Any]) -> NDArray[np.bool_]:
    """Which engagement states each code may stand for (codes + 1, states); the last row is of what was not coded.

    A code that is an engagement state stands for it; a code of valence for all states of that valence.
    """
    names = [state.name for state in states]
    rows = []
    for code in codes:
        same = [code == state for state in states]
        rows.append(same if any(same) else [state.valence == code.valence for state in states])
    for code, row in zip(codes, rows, strict=True):
        if not any(row):
            raise DyadsimError(f"The code '{code.name}' stands for none of {', '.join(names)}.")
    return np.array([*rows, [True] * len(names)])
