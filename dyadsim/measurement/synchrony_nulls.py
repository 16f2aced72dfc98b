"""Nulls by shuffling: what match and contingency would be if each infant were with another dyad's mother."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import permutations
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError, unknown, whole_number
from ..common.random_numbers import Seed, check_seed, shares
from ..common.shown import counted
from ..theory.states import AnyScheme, CodeSet
from .declarations import measures_of
from .null import Null
from .session import Session
from .stacked_sessions import stacked

__all__ = ["partner_shuffled"]

Numbers = NDArray[np.float64]
States = NDArray[np.int8]
By = Literal["partners", "shifts"]
JOINT = (
    "match", "kappa", "answered", "repairs_per_min", "mean_repair_latency", "infant_interactive_contingency",
    "mother_interactive_contingency",
)  # fmt: skip
"""Measures of what the two do together, which a null is asked of unless others are named."""
_OF_ONE = ("states", "bouts", "arousal")  # groups of measures of one partner: shuffling changes nothing
_APART_S = 10.0  # seconds by which a shift moves her at least
_MOST_DRAWS, _MOST_ENUMERATED = 10_000, 6
_CELLS = 2**22  # steps measured at once
_MOST_ROUNDS = 200


def partner_shuffled(
    sessions: Session | Iterable[Session],
    scheme: AnyScheme = None,
    only: Collection[str] | None = None,
    times: int = 200,
    by: By | None = None,
    seed: Seed = 0,
) -> Null:
    """Measures of dyads beside those of infants with another dyad's mother, or with their own at another time.

    With several dyads each draw gives every infant the mother of another dyad, in the same episode from its start on,
    as far as both last; measures are means over dyads (Bernieri & Rosenthal 1991; Moulder, Boker, Ramseyer & Tschacher
    2018, doi 10.1037/met0000172). What is left is what any infant and mother have in common in this paradigm. With one
    dyad her timeline is shifted against his, by 10 s at least, its end going on at its start; that keeps what each does
    on their own.

    Parameters
    ----------
    sessions : one, or several of the same codes, step and episodes; a name that is there twice is of one dyad.
    scheme : a name, a matrix of your own, or none: the code set's own.
    only : names of measures of both partners (default: match, kappa, repairs and their latency, interactive
        contingency, and how fittingly she answers).
    times : how many draws; where there are no more different ones, each is taken once.
    by : *partners* or *shifts* (default: partners where there are two dyads or more).
    seed : names the draws.

    Returns
    -------
    Each measure as observed, under the null with its interval, and the share of draws as extreme.

    Raises
    ------
    DyadsimError
        if there is no such scheme or measure, a measure is of one partner alone, there is only one dyad to shuffle, all
        episodes are too short to shift, or sessions cannot be taken together.

    >>> session = ds.interact(ds.Cohort.sample(10, seed=1), seconds=120, seed=1)
    >>> ds.partner_shuffled(session, only=["match", "mother_interactive_contingency"], seed=1)
    """
    session = stacked(sessions)
    match = session.match_scheme(scheme)
    times, seed = whole_number("number of draws", times, 1, _MOST_DRAWS), check_seed(seed)
    names = [str(dyad) for dyad in session.dyads]
    several = len(set(names)) > 1
    if by not in (None, "partners", "shifts"):
        raise unknown("way to shuffle", by, ("partners", "shifts"))
    if by == "partners" and not several:
        raise DyadsimError("Partners can be shuffled among two dyads or more, and there is only one; use by='shifts'.")
    wanted = _wanted(session.codes, only, match.name)
    observed = _mean(_measured(session, session.infant, session.mother, _own_pairs(session), match, wanted))
    if by == "partners" or (by is None and several):
        drawn, how = _by_partners(session, names, match, wanted, times, seed)
    else:
        drawn, how = _by_shifts(session, match, wanted, times, seed)
    table = pd.DataFrame(observed, columns=wanted)
    table.insert(0, "episode", session.episodes)
    about = {"dyads": len(set(names)), "scheme": match.name, "seed": seed}
    return Null.of(table, drawn, how, about)


def _wanted(codes: CodeSet, only: Collection[str] | None, scheme: str) -> list[str]:
    """Names of the measures that are asked for."""
    known = measures_of(codes)
    if only is None:
        return [name for name in JOINT if name in known]
    for name in only:
        if name not in known:
            raise unknown("measure", name, known)
        if known[name].group in _OF_ONE or name in ("seconds", "codable"):
            raise DyadsimError(
                f"'{name}' is no measure of the two together, so no other partner changes it; take one of "
                f"{', '.join(each for each in JOINT if each in known)}."
            )
    return list(only)


# Measuring many pairs -------------------------------------------------------------------------------------------------


def _measured(
    like: Session, his: States, hers: States, pairs: NDArray[Any], scheme: AnyScheme, wanted: Sequence[str]
) -> Numbers:
    """Measures (pairs, episodes, measures) of infants and mothers at some rows (pairs, 2) of ``his`` and ``hers``."""
    rows = max(_CELLS // max(his.shape[1], 1), 1)
    parts = []
    for start in range(0, len(pairs), rows):
        infant, mother = pairs[start : start + rows].T
        part = Session(
            list(range(len(infant))), like.episodes, like.ends, like.codes, like.step, (his[infant], hers[mother], None)
        )
        frame = part.measures(scheme, only=wanted)[list(wanted)]
        parts.append(frame.to_numpy(dtype=float).reshape(len(infant), len(like.episodes), len(wanted)))
    return np.concatenate(parts)


def _mean(values: Numbers) -> Numbers:
    """Mean (episodes, measures) over pairs of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0))


def _own_pairs(session: Session) -> NDArray[np.int64]:
    """Rows (dyads, 2) of each infant and his own mother."""
    return np.repeat(np.arange(len(session))[:, None], 2, axis=1)


# Shuffled partners ----------------------------------------------------------------------------------------------------


def _by_partners(
    session: Session, names: list[str], scheme: AnyScheme, wanted: Sequence[str], times: int, seed: int
) -> tuple[Numbers, str]:
    """Means (draws, episodes, measures) with mothers of other dyads, and how they were made."""
    orders, all_of_them = _pairings(names, times, seed)
    # Each pair is measured once, in however many draws it is.
    n = len(names)
    pairs, at = np.unique(np.arange(n) * n + orders, return_inverse=True)
    values = _measured(session, session.infant, session.mother, np.stack(np.divmod(pairs, n), axis=1), scheme, wanted)
    drawn = np.stack([_mean(values[places]) for places in at.reshape(orders.shape)])
    said = f" (all {counted(len(orders), 'pairing')} that there are)" if all_of_them else ""
    return drawn, f"partners shuffled{said}"


def _pairings(names: list[str], times: int, seed: int) -> tuple[NDArray[np.int64], bool]:
    """Orders (draws, dyads) of the mothers in which none is beside the infant of her own dyad; whether these are all.

    Every such order is equally likely: orders at random, of which those with an own mother are left out.
    """
    who = np.unique(names, return_inverse=True)[1]
    n = len(who)
    if n <= _MOST_ENUMERATED:
        every = np.array(list(permutations(range(n))))
        every = every[(who[every] != who).all(axis=1)]
        if 0 < len(every) <= times:
            return every, True
    found: list[NDArray[np.int64]] = []
    kept = 0
    for attempt in range(_MOST_ROUNDS):
        orders = shares(seed, 4 * times * n, f"shuffled partners {attempt}").reshape(-1, n).argsort(axis=1)
        found.append(orders[(who[orders] != who).all(axis=1)])
        kept += len(found[-1])
        if kept >= times:
            return np.concatenate(found)[:times], False
    raise DyadsimError("Too many sessions are of one dyad to give each infant the mother of another; leave some out.")


# Shifts ---------------------------------------------------------------------------------------------------------------


def _by_shifts(
    session: Session, scheme: AnyScheme, wanted: Sequence[str], times: int, seed: int
) -> tuple[Numbers, str]:
    """Means (draws, episodes, measures) with her timeline shifted against his, and how they were made."""
    apart = max(round(_APART_S / session.step), 1)
    if not (long := [span for span in _spans(session) if span[2] - span[1] > 2 * apart]):
        raise DyadsimError(
            f"No episode is longer than the {2 * _APART_S:g} s that it takes to shift her by {_APART_S:g} s at least."
        )
    times = min(times, max(end - start - 2 * apart + 1 for _, start, end in long))
    shifts = [_shifts(apart, end - start, times, f"shift {place}", seed) for place, (_, start, end) in enumerate(long)]
    dyads, steps = session.mother.shape
    together = max(_CELLS // (dyads * steps), 1)
    drawn: list[Numbers] = []
    for first in range(0, times, together):
        draws = range(first, min(first + together, times))
        # What is too short to shift tells nothing under the null.
        mothers = np.full((len(draws), dyads, steps), -1, dtype=np.int8)
        for (dyad, start, end), by in zip(long, shifts, strict=True):
            for place, draw in enumerate(draws):
                mothers[place, dyad, start:end] = np.roll(session.mother[dyad, start:end], by[draw])
        pairs = np.stack([np.tile(np.arange(dyads), len(draws)), np.arange(dyads * len(draws))], axis=1)
        values = _measured(session, session.infant, mothers.reshape(-1, steps), pairs, scheme, wanted)
        drawn += map(_mean, values.reshape(len(draws), dyads, *values.shape[1:]))
    return np.stack(drawn), f"her timeline shifted against his by {_APART_S:g} s or more"


def _spans(session: Session) -> list[tuple[int, int, int]]:
    """Stretches in which each dyad was observed: its place, the first step, and the one after the last."""
    coded = (session.infant >= 0) | (session.mother >= 0)
    spans = []
    for dyad in range(len(session)):
        for first, end in zip([0, *session.ends[:-1]], session.ends, strict=True):
            at = np.flatnonzero(coded[dyad, first:end])
            if len(at):
                spans.append((dyad, first + int(at[0]), first + int(at[-1]) + 1))
    return spans


def _shifts(apart: int, length: int, times: int, name: str, seed: int) -> NDArray[Any]:
    """Steps (times,) by which to shift a stretch, each another as long as there are enough of them."""
    there = length - 2 * apart + 1
    order = shares(seed, there, name).argsort()
    return apart + np.resize(order, times)
