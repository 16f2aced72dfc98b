"""Coded video in: sessions that people have coded, read into the form that simulations have.

Read so far: Mangold INTERACT text exports of affect, one column a partner. Each value is read by its sign (-3..3) or
its letter (A positive, N neutral, W negative).
"""

from __future__ import annotations

import csv
import io
from importlib import resources
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import DyadsimError, unknown
from .session import Session
from .states import VALENCE

__all__ = ["read_coded", "shipped_sessions"]

_TIMES = ("Onset_Time", "Offset_Time")
_LAYOUT = ("Level", "Description", "Number", *_TIMES, "Duration_Time")
_CODE_LEVEL = 3
_LETTERS = {"A": 1, "N": 0, "W": -1}
_PARTNERS = {"mother": ("maternal", "mother", "caregiver"), "infant": ("infant", "baby", "child")}
_WIDEST_FRAME = 1.0  # seconds


def shipped_sessions() -> list[str]:
    """Names of the coded sessions that come with the package."""
    folder = resources.files("dyadsim").joinpath("data/sessions")
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(".csv"))


def read_coded(
    file: str | Path, *, mother: str | None = None, infant: str | None = None, fps: float | None = None
) -> Session:
    """A coded session from a file, or one of the shipped examples by its name.

    Parameters
    ----------
    file : path of a Mangold INTERACT text export (comma, semicolon or tab between columns), or a shipped name.
    mother, infant : headers of the columns with each partner's affect (default: found by their names).
    fps : frames a second (default: found from the times).

    Raises
    ------
    DyadsimError
        if there is no such file, it is empty or of another kind, or holds a code that cannot be read.
    """
    name, content = _content(Path(file))
    table = _interact_table(name, content)
    codes = table[table["Level"] == _CODE_LEVEL]
    if codes.empty:
        raise DyadsimError(f"'{name}' holds no codes: there is no row of level {_CODE_LEVEL}.")
    step = _frame_length(name, codes, fps)
    span = table if (table["Level"] < _CODE_LEVEL).any() else codes
    first, frames = (
        float(span["Onset_Time"].min()),
        _frames(span, float(span["Onset_Time"].min()), step)[1].max(),
    )
    states = [
        _timeline(name, codes, _column(name, table, partner, given), first, frames, step)
        for partner, given in (("infant", infant), ("mother", mother))
    ]
    return Session(
        dyads=[Path(name).stem],
        episodes=["session"],
        ends=[int(frames)],
        codes=VALENCE,
        step=step,
        states=(states[0][None], states[1][None], None),
        provenance={"file": name, "format": "Mangold INTERACT", "frames_per_second": round(1 / step, 3)},
    )


def _content(path: Path) -> tuple[str, str]:
    """The text of a file; a name that is no file may be that of a shipped session."""
    source = path
    if not path.exists() and path.name == str(path):
        shipped = shipped_sessions()
        found = [name for name in shipped if path.name in (name, Path(name).stem)]
        if not found:
            raise DyadsimError(f"There is no file '{path}'. Shipped sessions: {', '.join(shipped)}.")
        source = resources.files("dyadsim").joinpath("data/sessions", found[0])  # type: ignore[assignment]
    elif not path.is_file():
        raise DyadsimError(f"There is no file '{path}'." if not path.exists() else f"'{path}' is a folder, not a file.")
    content = source.read_bytes()
    if not content.strip():
        raise DyadsimError(f"'{path}' is empty.")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return source.name, content.decode(encoding)
    except UnicodeDecodeError:
        raise DyadsimError(f"'{path}' is not a text file; a Mangold INTERACT text export is needed.") from None


def _interact_table(name: str, content: str) -> pd.DataFrame:
    header = content.lstrip().splitlines()[0]
    separator = max(",;\t", key=header.count)
    missing = [column for column in _LAYOUT if column not in next(csv.reader([header], delimiter=separator))]
    if missing:
        raise DyadsimError(
            f"'{name}' is not a Mangold INTERACT export: its header lacks {', '.join(missing)} "
            f"(needed: {', '.join(_LAYOUT)} and a column of codes a partner)."
        )
    try:
        table = pd.read_csv(io.StringIO(content), sep=separator, dtype=str, skipinitialspace=True)
    except pd.errors.ParserError as error:
        raise DyadsimError(f"'{name}' has a row that does not fit its header: {str(error).strip()}.") from None
    for column in ("Level", *_TIMES):
        numbers = pd.to_numeric(table[column], errors="coerce")
        if numbers.isna().any():
            row = int(numbers.isna().argmax())
            raise DyadsimError(f"'{name}', line {row + 2}: {column} must be a number, not {table[column].iloc[row]!r}.")
        table[column] = numbers
    backwards = table["Offset_Time"] < table["Onset_Time"]
    if backwards.any():
        raise DyadsimError(f"'{name}', line {int(backwards.argmax()) + 2}: the offset comes before the onset.")
    return table


def _frame_length(name: str, codes: pd.DataFrame, fps: float | None) -> float:
    """Seconds a frame: as given, else the usual gap from an inclusive offset to the next onset."""
    if fps is not None:
        if not 1 / _WIDEST_FRAME <= fps <= 1000:
            raise DyadsimError(f"Frames a second must lie between {1 / _WIDEST_FRAME:g} and 1000, not {fps:g}.")
        return 1 / fps
    onsets = np.sort(codes["Onset_Time"].unique())
    after = onsets[np.minimum(np.searchsorted(onsets, codes["Offset_Time"], side="right"), len(onsets) - 1)]
    gaps = np.round(after - codes["Offset_Time"], 4)
    gaps = gaps[(gaps > 0) & (gaps <= _WIDEST_FRAME)]
    if gaps.empty:
        raise DyadsimError(f"The frame rate of '{name}' cannot be found from its times; give frames a second (fps).")
    return float(gaps.mode()[0])


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
    """State number at each frame, -1 where nothing was coded."""
    own = codes[codes[column].notna()]
    if own.empty:
        raise DyadsimError(f"'{name}' holds no codes in the column '{column}'.")
    states = np.full(frames, -1, dtype=np.int8)
    numbers = [state.valence for state in VALENCE.infant]
    for value, onset, end in zip(own[column], *_frames(own, first, step), strict=True):
        states[max(onset, 0) : end] = numbers.index(_sign(name, column, str(value).strip()))
    return states


def _sign(name: str, column: str, value: str) -> int:
    if value in _LETTERS:
        return _LETTERS[value]
    try:
        return int(np.sign(float(value)))
    except ValueError:
        raise DyadsimError(
            f"'{name}' holds the code {value!r} in the column '{column}'; known are numbers (their sign is taken) and "
            f"A, N, W (positive, neutral, negative)."
        ) from None
