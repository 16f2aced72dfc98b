"""Minutes that a measure needs to be reliable: split halves over several dyads, its own error for one dyad alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.effect_size import BOUND
from ..common.errors import DyadsimError, quoted, twice, unknown
from ..common.random_numbers import Seed, check_seed, shares
from ..common.shown import Shown, counted
from ..theory.states import AnyScheme, CodeSet, MatchScheme
from .declarations import COUNT, measures_of
from .measures import interaction_measures
from .session import Session
from .stacked_sessions import stacked
from .tally import Tally, tally_states

__all__ = ["MinutesNeeded", "minutes_needed"]

Numbers = NDArray[np.float64]
LENGTHS = (1, 2, 3, 5, 10, 20, 30)
"""Minutes for which a table says what to expect."""
_FEWEST_DYADS, _FEWEST_BLOCKS, _MOST_BLOCKS = 5, 4, 2_000
_RESAMPLES = 200
_HIGHEST, _LONGEST = 0.999, 1_000.0
_STEPS = 2**21  # steps tallied at once


@dataclass(frozen=True, repr=False)
class MinutesNeeded(Shown):
    """Table of measures by minutes of coded interaction: how reliable each is, or how large its error.

    Attributes
    ----------
    table : one row an episode and measure. Of several dyads: ``dyads`` (in how many both halves have the measure),
        ``minutes_seen`` (coded, a dyad; harmonic mean), ``half_r`` (correlation of the halves over dyads),
        ``reliability`` of the whole length seen with its 95 % interval (``low``, ``high``), ``halves_in_order`` (the
        reliability by first and second half instead, which is lower where dyads change in the course of the session),
        ``needed``, ``needed_low``, ``needed_high`` (minutes for ``wanted``; infinite where no length is enough, as
        dyads do not differ), and the reliability to expect of each length in ``lengths`` (``1_min``, ...). Of one dyad:
        ``minutes_seen``, ``value``, ``se`` of the length seen, and the standard error of each length.
    kind : *reliability* or *standard error*.
    wanted : the reliability that is asked for.
    lengths : minutes in the columns.
    about : dyads, scheme, seconds a block.
    """

    table: pd.DataFrame
    kind: str
    wanted: float
    lengths: tuple[float, ...]
    about: Mapping[str, Any] = field(default_factory=dict)

    def _in_a_line(self) -> str:
        what = f"minutes for a reliability of {self.wanted:g}" if self.kind == "reliability" else "errors by minutes"
        return f"{what}, {counted(self.table['measure'].nunique(), 'measure')}, {counted(self.about['dyads'], 'dyad')}"

    def _in_a_table(self) -> pd.DataFrame:
        return self.by_minutes()

    def frame(self) -> pd.DataFrame:
        """Table with all columns, a row an episode and measure."""
        return self.table.copy()

    def by_minutes(self) -> pd.DataFrame:
        """Table of measures by minutes alone: reliability, or standard error, of each length."""
        needed = ["needed"] if self.kind == "reliability" else []
        return self.table[["episode", "measure", *needed, *map(_column, self.lengths)]]

    def sentences(self) -> list[str]:
        """Each measure in a sentence, and what these minutes rest on."""
        several = self.table["episode"].nunique() > 1
        said = []
        for given in self.table.to_dict("records"):
            row = {str(name): value for name, value in given.items()}
            what = str(row["measure"]).replace("_", " ") + (f", {row['episode']}" if several else "")
            said.append(f"{what}: {_of_several(row, self.wanted) if self.kind == 'reliability' else _of_one(row)}.")
        if self.kind == "reliability":
            said.append(
                "Reliability is that of telling these dyads apart: where dyads differ less, the same measure needs "
                "more minutes; a session of another day, or other coders, are not in it."
            )
        else:
            said.append(
                "How reliable a measure is cannot be said of one dyad, since that is how well it tells dyads apart; "
                "give the sessions of several."
            )
        return said


def _of_several(row: Mapping[str, Any], wanted: float) -> str:
    """What is said of a measure over several dyads."""
    if np.isnan(row["half_r"]):
        return "not known of enough dyads, or the same in all"
    seen = (
        f"reliability {row['reliability']:.2f} ({row['low']:.2f} to {row['high']:.2f}) in {row['minutes_seen']:.3g} min"
    )
    if np.isinf(row["needed"]):
        return f"{seen}; these dyads do not differ in it by more than chance, so no length makes it reliable"
    most = "any number" if np.isinf(row["needed_high"]) else f"{row['needed_high']:.3g}"
    return f"{seen}; {wanted:g} takes {row['needed']:.3g} min ({row['needed_low']:.3g} to {most})"


def _of_one(row: Mapping[str, Any]) -> str:
    """What is said of a measure of one dyad."""
    if np.isnan(row["value"]):
        return "not known"
    if np.isnan(row["se"]):
        return f"{row['value']:.3g}, its error not known"
    return f"{row['value']:.3g}, give or take {row['se']:.2g} (standard error) in {row['minutes_seen']:.3g} min"


def _column(minutes: float) -> str:
    return f"{minutes:g}_min"


def minutes_needed(
    sessions: Session | Iterable[Session],
    scheme: AnyScheme = None,
    reliability: float = 0.8,
    only: Collection[str] | None = None,
    block_s: float = 30.0,
    lengths: Sequence[float] = LENGTHS,
    seed: Seed = 0,
) -> MinutesNeeded:
    """Minutes of coded interaction that each measure needs to be so reliable.

    With several dyads each episode is cut into blocks; a measure of all odd blocks is correlated over dyads with that
    of all even ones. With r that correlation, the reliability of k halves is k r / (1 + (k - 1) r) (Spearman 1910, doi
    10.1111/j.2044-8295.1910.tb00206.x; Brown 1910, doi 10.1111/j.2044-8295.1910.tb00207.x), so a reliability R takes
    R (1 - r) / (r (1 - R)) halves. Intervals are those of r by Fisher's z (1921). With one dyad the measure's own
    standard error is given, of sessions put together of its blocks, drawn with replacement (block bootstrap; Kuensch
    1989, doi 10.1214/aos/1176347265).

    A mismatch is followed to the end of its block, so survival after 20 s needs blocks that are much longer, and the
    mean repair latency, which follows mismatches for 60 s, blocks of more than that.

    Parameters
    ----------
    sessions : one of one or many dyads, or several of the same codes, step and episodes; they may differ in length.
    scheme : a name, a matrix of your own, or none: the code set's own.
    reliability : wanted, above 0 and up to .999; .7 and .8 are often asked for.
    only : names of measures (default: all but counts, which grow with the length).
    block_s : seconds a block; longer than most bouts, so that odd and even blocks have little in common but the dyad.
    lengths : minutes for which the table says what to expect.
    seed : names the draws of the bootstrap.

    Returns
    -------
    A table of measures by minutes.

    Raises
    ------
    DyadsimError
        if there are two to four dyads only, a dyad has two sessions, no episode has four blocks (or that of a single
        dyad more than 2,000), a number is out of its range, there is no such scheme or measure, or sessions cannot be
        taken together.

    >>> session = ds.interact(ds.Cohort.sample(40, seed=1), seconds=300, seed=1)
    >>> ds.minutes_needed(session, only=["match", "infant_positive"]).by_minutes()
    """
    session = stacked(sessions)
    match = session.match_scheme(scheme)
    wanted = _number("reliability", reliability, _HIGHEST)
    steps = max(round(_number("number of seconds a block", block_s, session.ends[-1] * session.step) / session.step), 1)
    minutes = tuple(_number("number of minutes", each, _LONGEST) for each in lengths)
    names = _measures(session.codes, session, only)
    dyads = len(session)
    if 1 < dyads < _FEWEST_DYADS:
        raise DyadsimError(
            f"Reliability is how well a measure tells dyads apart, and takes {_FEWEST_DYADS} dyads or more, not "
            f"{dyads}; give one alone for its standard error."
        )
    if (again := twice(map(str, session.dyads))) is not None:
        raise DyadsimError(f"Dyad {quoted(again)} has several sessions; give one of each dyad.")
    parts = []
    for episode, start, end in zip(session.episodes, [0, *session.ends[:-1]], session.ends, strict=True):
        if (end - start) // steps >= _FEWEST_BLOCKS:
            his, hers = session.infant[:, start:end], session.mother[:, start:end]
            part = (
                _split(session, his, hers, match, names, steps, wanted, minutes)
                if dyads > 1
                else _resampled(session, his, hers, match, names, steps, minutes, check_seed(seed), episode)
            )
            part.insert(0, "episode", episode)
            parts.append(part)
    if not parts:
        raise DyadsimError(
            f"No episode has {_FEWEST_BLOCKS} blocks of {block_s:g} s; take shorter blocks or longer sessions."
        )
    kind = "reliability" if dyads > 1 else "standard error"
    about = {"dyads": dyads, "scheme": match.name, "seconds_a_block": steps * session.step}
    return MinutesNeeded(pd.concat(parts, ignore_index=True), kind, wanted, minutes, about)


def _number(what: str, given: object, most: float) -> float:
    """``given`` as a number above 0 and up to another."""
    try:
        number = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = np.nan
    if not 0 < number <= most:
        raise DyadsimError(f"The {what} must be a number above 0 and up to {most:g}, not {quoted(given)}.")
    return number


def _measures(codes: CodeSet, session: Session, only: Collection[str] | None) -> list[str]:
    """Names of the measures that are asked for: those that do not grow with the length of the session."""
    known = {
        name: each
        for name, each in measures_of(codes).items()
        if each.unit != COUNT and name not in ("seconds", "codable") and each.group != "arousal"
    }
    for name in only or ():
        if name not in known:
            raise unknown("measure that has a reliability", name, known)
    return list(known if only is None else only)


def _tallied(session: Session, infant: NDArray[np.int8], mother: NDArray[np.int8], match: MatchScheme) -> Tally:
    """Tally of stretches (n, steps), whose span is what is coded of them."""
    span = ((infant >= 0) & (mother >= 0)).sum(axis=1)
    return tally_states(infant, mother, np.maximum(span, 1), session.codes, match, session.step)


def _values(tally: Tally, match: MatchScheme, names: Sequence[str]) -> pd.DataFrame:
    return interaction_measures(tally, match, grid=True)[list(names)].astype(float)


# Several dyads: split halves ------------------------------------------------------------------------------------------


def _split(
    session: Session,
    infant: NDArray[np.int8],
    mother: NDArray[np.int8],
    match: MatchScheme,
    names: Sequence[str],
    steps: int,
    wanted: float,
    minutes: Sequence[float],
) -> pd.DataFrame:
    """Reliability of each measure, by halves of one episode (dyads, steps)."""
    block = np.arange(infant.shape[1]) // steps
    whole = block < infant.shape[1] // steps // 2 * 2  # an even number of blocks; what is left over is not used
    odd_even, coded = _halves(session, infant, mother, match, names, whole & (block % 2 == 0), whole & (block % 2 == 1))
    first = block < (block[whole].max() + 1) // 2
    in_order, _ = _halves(session, infant, mother, match, names, whole & first, whole & ~first)
    # Errors go with one over the length, so the length of a half is the harmonic mean of dyads that have one.
    there = (coded > 0).all(axis=0)
    half = float(1 / np.mean(1 / coded[:, there])) * session.step / 60 if there.any() else np.nan
    rows = []
    for name in names:
        n, r, low, high = _correlation(odd_even[0][name].to_numpy(), odd_even[1][name].to_numpy())
        in_order_r = _correlation(in_order[0][name].to_numpy(), in_order[1][name].to_numpy())[1]
        row = {
            "measure": name,
            "dyads": n,
            "minutes_seen": 2 * half,
            "half_r": r,
            "reliability": _of_length(r, 2),
            "low": _of_length(low, 2),
            "high": _of_length(high, 2),
            "halves_in_order": _of_length(in_order_r, 2),
            "needed": half * _halves_for(r, wanted),
            "needed_low": half * _halves_for(high, wanted),
            "needed_high": half * _halves_for(low, wanted),
        }
        rows.append(row | {_column(each): _of_length(r, each / half) for each in minutes})
    return pd.DataFrame(rows)


def _halves(
    session: Session,
    infant: NDArray[np.int8],
    mother: NDArray[np.int8],
    match: MatchScheme,
    names: Sequence[str],
    *halves: NDArray[np.bool_],
) -> tuple[list[pd.DataFrame], NDArray[np.int64]]:
    """Measures of each half, a row a dyad, and how many steps of it (halves, dyads) are coded.

    What does not belong to a half is uncoded in it, so nothing is carried over from one block into the next but one.
    """
    found, coded = [], []
    rows = max(_STEPS // infant.shape[1], 1)
    for half in halves:
        parts = []
        for start in range(0, len(infant), rows):
            his, hers = (np.where(half, states[start : start + rows], -1) for states in (infant, mother))
            parts.append(_values(_tallied(session, his, hers, match), match, names))
        found.append(pd.concat(parts, ignore_index=True))
        coded.append((half & (infant >= 0) & (mother >= 0)).sum(axis=1))
    return found, np.stack(coded)


def _correlation(one: Numbers, other: Numbers) -> tuple[int, float, float, float]:
    """Number of pairs, their correlation, and its 95 % interval by Fisher's z; NaN where it is not known."""
    known = ~(np.isnan(one) | np.isnan(other))
    x, y = one[known], other[known]
    n = len(x)
    if n < _FEWEST_DYADS or np.ptp(x) < 1e-12 or np.ptp(y) < 1e-12:
        return n, np.nan, np.nan, np.nan
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -0.999999, 0.999999))
    z, error = np.arctanh(r), 1 / np.sqrt(n - 3)
    return n, r, float(np.tanh(z - BOUND * error)), float(np.tanh(z + BOUND * error))


def _of_length(r: float, halves: float) -> float:
    """Reliability of so many halves; 0 where halves do not go together (Spearman 1910, Brown 1910)."""
    return np.nan if np.isnan(r) else max(halves * r / (1 + (halves - 1) * r), 0.0) if r > 0 else 0.0


def _halves_for(r: float, wanted: float) -> float:
    """Number of halves that have the reliability wanted; infinite where halves do not go together."""
    if np.isnan(r):
        return np.nan
    return wanted * (1 - r) / (r * (1 - wanted)) if r > 0 else np.inf


# One dyad: its own error ----------------------------------------------------------------------------------------------


def _resampled(
    session: Session,
    infant: NDArray[np.int8],
    mother: NDArray[np.int8],
    match: MatchScheme,
    names: Sequence[str],
    steps: int,
    minutes: Sequence[float],
    seed: int,
    episode: str,
) -> pd.DataFrame:
    """Standard errors of each measure of one episode (1, steps), by blocks of it drawn with replacement."""
    if (blocks := infant.shape[1] // steps) > _MOST_BLOCKS:
        raise DyadsimError(
            f"Episode '{episode}' has {blocks:,} blocks, and {_MOST_BLOCKS:,} are the most; take longer blocks."
        )
    his, hers = (states[0, : blocks * steps].reshape(blocks, steps) for states in (infant, mother))
    coded = ((his >= 0) & (hers >= 0)).sum(axis=1)
    tally = _tallied(session, his[coded > 0], hers[coded > 0], match)
    if len(tally) < _FEWEST_BLOCKS:
        raise DyadsimError(
            f"Episode '{episode}' has {counted(len(tally), 'block')} in which both are coded, and an error takes "
            f"{_FEWEST_BLOCKS}; take shorter blocks."
        )
    a_block = float(coded[coded > 0].mean()) * session.step / 60
    seen = _values(_tallied(session, infant, mother, match), match, names).iloc[0]
    errors = []
    for length in (len(tally) * a_block, *minutes):
        wanted = max(round(length / a_block), 1)
        drawn = min(wanted, _MOST_BLOCKS)
        places = (shares(seed, _RESAMPLES * drawn, f"blocks of {episode}") * len(tally)).astype(np.int64)
        weights = np.apply_along_axis(np.bincount, 1, places.reshape(_RESAMPLES, drawn), minlength=len(tally))
        values = _values(tally.mixed(weights.astype(float)), match, names)
        # An error of what some draws do not determine would be that of the others alone; and where all draws are the
        # same, there is an error that these blocks cannot show.
        error = values.std(ddof=1) * np.sqrt(
            drawn / wanted
        )  # beyond so many blocks it goes with the root of the length
        errors.append(error.where((values.notna().mean() > 0.9) & (error > 1e-9)))
    whole, *others = errors
    table = pd.DataFrame({"measure": names, "minutes_seen": len(tally) * a_block})
    table["value"], table["se"] = seen[list(names)].to_numpy(), whole[list(names)].to_numpy()
    for length, error in zip(minutes, others, strict=True):
        table[_column(length)] = error[list(names)].to_numpy()
    return table
