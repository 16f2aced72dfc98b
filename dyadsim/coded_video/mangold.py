"""Mangold INTERACT: text exports of affect, coded in one column a partner, read into a session.

Each value is read by its sign (-3..3) or its letter (A positive, N neutral, W negative). Offsets are inclusive frames.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import __version__
from ..common.delimited_text import number_of, text_table
from ..common.errors import DyadsimError, quoted, unknown
from ..measurement.session import Session
from ..theory.states import VALENCE

__all__ = ["session_of"]

_TIMES = ("Onset_Time", "Offset_Time")
_LAYOUT = ("Level", "Description", "Number", *_TIMES, "Duration_Time")
_DAYS = ("Onset_Date", "Offset_Date")
_LEVELS = (1, 2, 3)
_CODE_LEVEL = 3
_STRONGEST = 3
_LETTERS = {"A": 1, "N": 0, "W": -1}
_PARTNERS = {"mother": ("maternal", "mother", "caregiver"), "infant": ("infant", "baby", "child")}
_WIDEST_FRAME = 1.0  # seconds
_RATES = (10, 12, 12.5, 15, 24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60, 100, 120)
_TELLING = 0.45  # frames; times rounded more coarsely than this fit any rate
_MOST_FRAMES = 20_000_000
_LONGEST = 1_000_000  # seconds


def session_of(name: str, content: bytes, columns: Mapping[str, str | None], fps: float | None) -> Session:
    """Session of one dyad from an INTERACT export.

    Parameters
    ----------
    name : of the file, for messages.
    content : its bytes.
    columns : by partner (infant, mother) the header of the column with that partner's affect; None: found by its words.
    fps : frames a second (None: found from the times).

    Raises
    ------
    DyadsimError
        if it is no such export, holds several sessions or a code that cannot be read, or its times are not of ``fps``.
    """
    table = _interact_table(name, content)
    _check_one_session(name, table)
    codes = table[table["Level"] == _CODE_LEVEL]
    if codes.empty:
        raise DyadsimError(f"'{name}' holds no codes: there is no row of level {_CODE_LEVEL}.")
    step = _frame_length(name, codes, fps)
    span = table if (table["Level"] < _CODE_LEVEL).any() else codes
    start = float(codes["Onset_Time"].min())
    first = start - round((start - float(span["Onset_Time"].min())) / step) * step  # on a frame of the codes
    frames = int(_frames(span, first, step)[1].max())
    if frames > _MOST_FRAMES:
        raise DyadsimError(f"'{name}' spans {frames:,} frames; at most {_MOST_FRAMES:,} can be read.")
    found = {partner: _column(name, table, partner, given) for partner, given in columns.items()}
    if found["infant"] == found["mother"]:
        raise DyadsimError(f"'{name}': infant and mother cannot both be read from the column '{found['infant']}'.")
    _check_level_of_codes(name, table, found.values())
    states = {partner: _timeline(name, codes, column, first, frames, step) for partner, column in found.items()}
    if not ((states["infant"] >= 0) & (states["mother"] >= 0)).any():
        raise DyadsimError(f"'{name}' has no time at which both partners are coded.")
    return Session(
        dyads=[Path(name).stem],
        episodes=["session"],
        ends=[frames],
        codes=VALENCE,
        step=step,
        states=(states["infant"][None], states["mother"][None], None),
        provenance={
            "dyadsim": __version__,
            "file": name,
            "format": "Mangold INTERACT",
            "frames_per_second": round(1 / step, 3),
            "columns": found,
        },
    )


def _interact_table(name: str, content: bytes) -> pd.DataFrame:
    """Table of the rows of a file, times as numbers (s); the index is the line in the file."""
    text = text_table(name, content, _LAYOUT)
    if missing := [column for column in _LAYOUT if column not in text.columns]:
        raise DyadsimError(
            f"'{name}' is not a Mangold INTERACT export: its header lacks {', '.join(missing)} (needed, in one of its "
            f"first lines: {', '.join(_LAYOUT)} and a column of codes a partner)."
        )
    table = pd.DataFrame(dict(text.columns), index=pd.Index(text.lines), dtype=str)
    numbers = text.numbers("Level", *_TIMES)
    for column, known in zip(("Level", *_TIMES), numbers, strict=True):
        for line, given, number in zip(text.lines, text.columns[column], known, strict=True):
            if not (number in _LEVELS if column == "Level" else abs(number) <= _LONGEST):
                must = "1, 2 or 3" if column == "Level" else f"a number up to {_LONGEST:,}"
                raise DyadsimError(f"'{name}', line {line}: {column} must be {must}, not {quoted(given)}.")
        table[column] = known
    backwards = table["Offset_Time"] < table["Onset_Time"]
    if backwards.any():
        raise DyadsimError(f"'{name}', line {table.index[backwards][0]}: the offset comes before the onset.")
    for column in table.columns.intersection([*_DAYS]):
        said = table[column][table[column] != ""]
        if said.nunique() > 1:
            line = said.index[said != said.iloc[0]][0]
            days = f"from {quoted(said.iloc[0])} to {quoted(said[line])}"
            raise DyadsimError(f"'{name}', line {line}: {column} goes {days}; a session lies in one day.")
    return table


def _check_one_session(name: str, table: pd.DataFrame) -> None:
    """Refuse a file of several sessions, which would be read as one dyad.

    Rows of level 1 are sessions; of level 2 there may be one for each coder, which then overlap.
    """
    first, second = (table[table["Level"] == level] for level in _LEVELS[:2])
    sessions = first.index.tolist()
    if len(sessions) < 2 and len(second) > 1:
        second = second.sort_values("Onset_Time", kind="stable")
        before = second["Offset_Time"].cummax().shift()
        sessions = second.index[before.isna() | (second["Onset_Time"] > before)].tolist()
    if len(sessions) > 1:
        lines = ", ".join(str(line) for line in sorted(sessions)[:5]) + (", ..." if len(sessions) > 5 else "")
        raise DyadsimError(
            f"'{name}' holds {len(sessions)} sessions (lines {lines}); export each into a file of its own."
        )


def _frame_length(name: str, codes: pd.DataFrame, fps: float | None) -> float:
    """Seconds a frame: found from the times, or as given, unless the times say otherwise."""
    if fps is None:
        if (found := _rate_of_times(codes)) is None:
            raise DyadsimError(
                f"The frame rate of '{name}' cannot be found from its times; give frames a second (fps)."
            )
        return 1 / found
    try:
        rate = float(fps)
    except (TypeError, ValueError):
        rate = np.nan
    if not 1 / _WIDEST_FRAME <= rate <= 1000:
        raise DyadsimError(f"Frames a second must lie between {1 / _WIDEST_FRAME:g} and 1000, not {fps!r}.")
    if _rate_of_times(codes, (rate,)) is None:
        if (found := _rate_of_times(codes)) is not None:
            raise DyadsimError(
                f"The times of '{name}' are of {found:.6g} frames a second, not of {rate:g}; leave fps out."
            )
        _check_on_frames(name, codes, rate)
    return 1 / rate


def _check_on_frames(name: str, codes: pd.DataFrame, rate: float) -> None:
    """Refuse times that lie between frames of a rate, where they are not rounded too coarsely to tell."""
    loose = _loose(codes, rate)
    if loose >= _TELLING:
        return
    first = codes["Onset_Time"].min()
    for time in _TIMES:
        off = _off_frames(codes[time].to_numpy() - first, rate) > loose
        if off.any():
            line = codes.index[off][0]
            raise DyadsimError(
                f"'{name}', line {line}: {time} {codes[time][line]:g} lies between two frames of {rate:g} a second."
            )


def _rate_of_times(codes: pd.DataFrame, rates: tuple[float, ...] = ()) -> float | None:
    """Frames a second on which all times lie, of ``rates`` or of those that are usual; None if there are none such.

    Among rates near the usual gap from an inclusive offset to the next onset. Times may be rounded (to 1/100 or
    1/1000 s), so the gap alone would mislead: at 30 frames a second it reads 0.03.
    """
    # Gaps from each offset to the next onset; the usual one is about a frame.
    onsets = np.sort(codes["Onset_Time"].unique())
    after = onsets[np.minimum(np.searchsorted(onsets, codes["Offset_Time"], side="right"), len(onsets) - 1)]
    gaps = np.round(after - codes["Offset_Time"], 4)
    gaps = gaps[(gaps > 0) & (gaps <= _WIDEST_FRAME)]
    if gaps.empty:
        return None
    usual = float(gaps.mode()[0])
    times = _times(codes)
    for rate in sorted(rates or {round(1 / usual, 6), *_RATES}, key=lambda rate: _misfit(times, rate)):
        if 0.6 < usual * rate < 1.5 and _misfit(times, rate) <= _loose(codes, rate) < _TELLING:
            return rate
    return None


def _times(codes: pd.DataFrame) -> NDArray[np.float64]:
    """All times, each once, from the first on."""
    times = np.concatenate([codes["Onset_Time"], codes["Offset_Time"]])
    return np.unique(np.round(times - times.min(), 6))


def _loose(codes: pd.DataFrame, rate: float) -> float:
    """How far a time may lie from its frame by rounding, in frames: two roundings, half a last digit each."""
    times = _times(codes)
    decimals = next(d for d in range(7) if np.allclose(times, np.round(times, d), atol=1e-9) or d == 6)
    return 0.02 + rate * 10.0**-decimals * (decimals < 6)


def _misfit(times: NDArray[np.float64], rate: float) -> float:
    """How far, at most, a time lies from a whole frame, in frames."""
    return float(_off_frames(times, rate).max())


def _off_frames(times: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
    frames = times * rate
    return np.abs(frames - np.rint(frames))


def _frames(rows: pd.DataFrame, first: float, step: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First frame of each row and the one after its last: INTERACT's offsets are inclusive frames."""
    onset, offset = (np.rint((rows[time].to_numpy() - first) / step).astype(np.int64) for time in _TIMES)
    return onset, offset + 1


def _column(name: str, table: pd.DataFrame, partner: str, given: str | None) -> str:
    """The header of a partner's affect codes."""
    columns = [str(column) for column in table.columns if column not in _LAYOUT]
    if given is not None:
        if given not in columns:
            raise unknown(f"column for the {partner} in '{name}':", given, columns)
        return given
    found = [c for c in columns if "affect" in c.lower() and any(word in c.lower() for word in _PARTNERS[partner])]
    if len(found) != 1:
        raise DyadsimError(
            f"'{name}' has {len(found)} columns that could hold the {partner}'s affect; name one of "
            f"{', '.join(columns)[:300]} (option --{partner}-column)."
        )
    return found[0]


def _check_level_of_codes(name: str, table: pd.DataFrame, columns: Iterable[str]) -> None:
    """Refuse codes in rows that are spans of sessions, where they would be lost."""
    spans = table[table["Level"] < _CODE_LEVEL]
    for column in columns:
        if (coded := spans[column] != "").any():
            line = spans.index[coded][0]
            raise DyadsimError(
                f"'{name}', line {line}, holds a code in the column '{column}', but is of level "
                f"{spans['Level'][line]:g}; codes are of level {_CODE_LEVEL}."
            )


def _timeline(name: str, codes: pd.DataFrame, column: str, first: float, frames: int, step: float) -> NDArray[np.int8]:
    """State numbers (frames,) of one partner, -1 where nothing was coded."""
    coded = codes[codes[column] != ""]
    if coded.empty:
        raise DyadsimError(f"'{name}' holds no codes in the column '{column}'.")
    states = np.full(frames, -1, dtype=np.int8)
    numbers = [state.valence for state in VALENCE.infant]
    signs = [_sign(name, line, column, value) for line, value in zip(coded.index, coded[column], strict=True)]
    before, covered, its_line = 0, 0, 0  # the sign of the code before, its end, and its line
    for onset, end, line, sign in sorted(zip(*_frames(coded, first, step), coded.index, signs, strict=True)):
        if onset < covered and sign != before:
            raise DyadsimError(
                f"'{name}', line {max(line, its_line)}: this code overlaps another in the column '{column}'."
            )
        states[max(onset, covered) : end] = numbers.index(sign)
        if end > covered:
            before, covered, its_line = sign, end, line
    return states


def _sign(name: str, line: int, column: str, value: str) -> int:
    """Sign (-1, 0 or 1) of a code: a letter, or a whole number from -3 to 3."""
    if value in _LETTERS:
        return _LETTERS[value]
    number = number_of(value.replace(",", "."))
    if number not in range(-_STRONGEST, _STRONGEST + 1):
        raise DyadsimError(
            f"'{name}', line {line}, holds the code {quoted(value)} in the column '{column}'; known are whole numbers "
            f"from -{_STRONGEST} to {_STRONGEST} (their sign is taken) and A, N, W (positive, neutral, negative)."
        )
    return int(np.sign(number or 0))
