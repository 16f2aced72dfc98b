"""Mangold INTERACT: text exports of affect, coded in one column a partner, read into a session.

Each value is read by its sign (-3..3) or its letter (A positive, N neutral, W negative). Offsets are inclusive frames.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import __version__
from ..common.errors import DyadsimError, unknown
from ..measurement.session import Session
from ..theory.states import VALENCE

__all__ = ["session_of"]

_TIMES = ("Onset_Time", "Offset_Time")
_LAYOUT = ("Level", "Description", "Number", *_TIMES, "Duration_Time")
_CODE_LEVEL = 3
_STRONGEST = 3
_LETTERS = {"A": 1, "N": 0, "W": -1}
_PARTNERS = {"mother": ("maternal", "mother", "caregiver"), "infant": ("infant", "baby", "child")}
_WIDEST_FRAME = 1.0  # seconds
_RATES = (10, 12, 12.5, 15, 24000 / 1001, 24, 25, 30000 / 1001, 30, 48, 50, 60000 / 1001, 60, 100, 120)
_TELLING = 0.45  # frames; times rounded more coarsely than this fit any rate
_MOST_FRAMES = 20_000_000
_LONGEST = 1_000_000  # seconds; also bounds Level


def session_of(name: str, content: str, columns: Mapping[str, str | None], fps: float | None) -> Session:
    """Session of one dyad from the text of an INTERACT export.

    Parameters
    ----------
    name : of the file, for messages.
    content : its text.
    columns : by partner (infant, mother) the header of the column with that partner's affect; None: found by its words.
    fps : frames a second (None: found from the times).

    Raises
    ------
    DyadsimError
        if it is no such export, or holds a code that cannot be read.
    """
    table = _interact_table(name, content)
    codes = table[table["Level"] == _CODE_LEVEL]
    if codes.empty:
        raise DyadsimError(f"'{name}' holds no codes: there is no row of level {_CODE_LEVEL}.")
    step = _frame_length(name, codes, fps)
    span = table if (table["Level"] < _CODE_LEVEL).any() else codes
    first = float(span["Onset_Time"].min())
    frames = int(_frames(span, first, step)[1].max())
    if frames > _MOST_FRAMES:
        raise DyadsimError(f"'{name}' spans {frames:,} frames; at most {_MOST_FRAMES:,} can be read.")
    found = {partner: _column(name, table, partner, given) for partner, given in columns.items()}
    if found["infant"] == found["mother"]:
        raise DyadsimError(f"'{name}': infant and mother cannot both be read from the column '{found['infant']}'.")
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


def _interact_table(name: str, content: str) -> pd.DataFrame:
    """Table of the rows of a file, times as numbers (s); the index is the line in the file."""
    header = content.splitlines()[0]
    separator = max(",;\t", key=header.count)
    missing = [column for column in _LAYOUT if column not in next(csv.reader([header], delimiter=separator))]
    if missing:
        raise DyadsimError(
            f"'{name}' is not a Mangold INTERACT export: its header lacks {', '.join(missing)} "
            f"(needed: {', '.join(_LAYOUT)} and a column of codes a partner)."
        )
    try:
        table = pd.read_csv(
            io.StringIO(content),
            sep=separator,
            dtype=str,
            skipinitialspace=True,
            skip_blank_lines=False,
            index_col=False,
        )
    except pd.errors.ParserError as error:
        raise DyadsimError(f"'{name}' has a row that does not fit its header: {str(error).strip()}.") from None
    table.index += 2
    table = table.dropna(how="all")
    for column in ("Level", *_TIMES):
        given = table[column] if separator == "," else table[column].str.replace(",", ".")
        numbers = pd.to_numeric(given, errors="coerce")
        wrong = ~(numbers.abs() <= _LONGEST)
        if wrong.any():
            line = table.index[wrong][0]
            raise DyadsimError(
                f"'{name}', line {line}: {column} must be a number up to {_LONGEST:,}, not {table[column][line]!r}."
            )
        table[column] = numbers
    backwards = table["Offset_Time"] < table["Onset_Time"]
    if backwards.any():
        raise DyadsimError(f"'{name}', line {table.index[backwards][0]}: the offset comes before the onset.")
    return table


def _frame_length(name: str, codes: pd.DataFrame, fps: float | None) -> float:
    """Seconds a frame: as given, else found from the times."""
    if fps is None:
        return _frame_length_from_times(name, codes)
    try:
        rate = float(fps)
    except (TypeError, ValueError):
        rate = np.nan
    if not 1 / _WIDEST_FRAME <= rate <= 1000:
        raise DyadsimError(f"Frames a second must lie between {1 / _WIDEST_FRAME:g} and 1000, not {fps!r}.")
    return 1 / rate


def _frame_length_from_times(name: str, codes: pd.DataFrame) -> float:
    """Seconds a frame: by the known rate on whose frames all times lie.

    Among rates near the usual gap from an inclusive offset to the next onset. Times may be rounded (to 1/100 or
    1/1000 s), so the gap alone would mislead: at 30 frames a second it reads 0.03.
    """
    # Gaps from each offset to the next onset; the usual one is about a frame.
    onsets = np.sort(codes["Onset_Time"].unique())
    after = onsets[np.minimum(np.searchsorted(onsets, codes["Offset_Time"], side="right"), len(onsets) - 1)]
    gaps = np.round(after - codes["Offset_Time"], 4)
    gaps = gaps[(gaps > 0) & (gaps <= _WIDEST_FRAME)]
    if not gaps.empty:
        usual = float(gaps.mode()[0])
        times = np.concatenate([codes["Onset_Time"], codes["Offset_Time"]])
        times = np.unique(np.round(times - times.min(), 6))
        # To how many decimals times are given: so far a rounded time may lie from its frame.
        decimals = next(d for d in range(7) if np.allclose(times, np.round(times, d), atol=1e-9) or d == 6)
        for rate in sorted({round(1 / usual, 6), *_RATES}, key=lambda rate: _misfit(times, rate)):
            loose = 0.02 + rate * 10.0**-decimals * (decimals < 6)  # two roundings, half a last digit each
            if 0.6 < usual * rate < 1.5 and _misfit(times, rate) <= loose < _TELLING:
                return 1 / rate
    raise DyadsimError(f"The frame rate of '{name}' cannot be found from its times; give frames a second (fps).")


def _misfit(times: NDArray[np.float64], rate: float) -> float:
    """How far, at most, a time lies from a whole frame, in frames."""
    frames = times * rate
    return float(np.abs(frames - np.rint(frames)).max())


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
            f"{', '.join(columns)} (option --{partner}-column)."
        )
    return found[0]


def _timeline(name: str, codes: pd.DataFrame, column: str, first: float, frames: int, step: float) -> NDArray[np.int8]:
    """State numbers (frames,) of one partner, -1 where nothing was coded."""
    coded = codes[codes[column].notna()]
    if coded.empty:
        raise DyadsimError(f"'{name}' holds no codes in the column '{column}'.")
    states = np.full(frames, -1, dtype=np.int8)
    numbers = [state.valence for state in VALENCE.infant]
    for line, value, onset, end in zip(coded.index, coded[column], *_frames(coded, first, step), strict=True):
        state = numbers.index(_sign(name, line, column, str(value).strip()))
        if np.isin(states[max(onset, 0) : end], (-1, state), invert=True).any():
            raise DyadsimError(f"'{name}', line {line}: this code overlaps another in the column '{column}'.")
        states[max(onset, 0) : end] = state
    return states


def _sign(name: str, line: int, column: str, value: str) -> int:
    """Sign (-1, 0 or 1) of a code: a letter, or a whole number from -3 to 3."""
    if value in _LETTERS:
        return _LETTERS[value]
    try:
        number = float(value)
    except ValueError:
        number = np.nan
    if number not in range(-_STRONGEST, _STRONGEST + 1):
        raise DyadsimError(
            f"'{name}', line {line}, holds the code {value!r} in the column '{column}'; known are whole numbers "
            f"from -{_STRONGEST} to {_STRONGEST} (their sign is taken) and A, N, W (positive, neutral, negative)."
        )
    return int(np.sign(number))
