"""Reading coded video: finds the program that wrote a file by its content, and gives sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from ..common.delimited_text import MOST_BYTES, first_rows, text_table
from ..common.errors import DyadsimError, quoted
from ..common.files import is_file, is_folder, package_data, path_of, read_bytes
from ..common.shown import Shown, counted
from ..measurement.session import Session
from ..theory.states import AnyScheme
from . import boris, datavyu, elan, gridware, mangold, observer, plain_csv, rttm
from .code_maps import CodeMap
from .coding import Coding, Reader
from .episode_times import EpisodeTimes
from .headers import SYNONYMS, column_of
from .timeline import Options, sessions_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["READERS", "CodedSessions", "coded_sessions", "coding_of", "read_coded", "sessions_in", "shipped_sessions"]

READERS: tuple[Reader, ...] = tuple(
    reader
    for program in (mangold, boris, observer, datavyu, elan, gridware, rttm, plain_csv)
    for reader in program.READERS
)
"""Readers of all layouts; the first that knows a file reads it, so the plain ones come last."""
_SOME = 10  # names in a sentence
_MOST_FILES = 10_000

AnyFile = str | Path


class CodedSessions(Shown, Sequence[Session]):
    """Coded sessions, each of one dyad, which may be of different lengths and have different episodes.

    Examples
    --------
    >>> sessions = ds.coded_sessions(["mangold_3367goodman.csv", "mangold_3532goodman.csv"])
    >>> sessions.measures()["repaired"].tolist()
    [7, 17]
    """

    def __init__(self, sessions: Iterable[Session]) -> None:
        self._sessions = tuple(sessions)

    @overload
    def __getitem__(self, place: int) -> Session: ...

    @overload
    def __getitem__(self, place: slice) -> CodedSessions: ...

    def __getitem__(self, place: int | slice) -> Session | CodedSessions:
        return CodedSessions(self._sessions[place]) if isinstance(place, slice) else self._sessions[place]

    def __len__(self) -> int:
        return len(self._sessions)

    @property
    def dyads(self) -> list[str]:
        """Names of the dyads."""
        return [str(session.dyads[0]) for session in self]

    def _in_a_line(self) -> str:
        seconds = sum(session.ends[-1] * session.step for session in self)
        return f"{counted(len(self), 'session')} ({', '.join(self.dyads[:3])}), {seconds:,.0f} s"

    def _in_a_table(self) -> pd.DataFrame:
        return self.report()[["dyad", "seconds", "code_map", "infant_uncoded_s", "mother_uncoded_s"]]

    def measures(self, scheme: AnyScheme = None, only: Collection[str] | None = None) -> pd.DataFrame:
        """All measures under a match scheme, one row a dyad and episode, as :meth:`Session.measures`.

        Parameters
        ----------
        scheme : a name, a matrix of your own, or none: that of each session's code set.
        only : names of the measures wanted.

        Raises
        ------
        DyadsimError
            if there is no such scheme or measure, or a session's codes do not have the scheme.
        """
        import pandas as pd

        return pd.concat([session.measures(scheme, only) for session in self], ignore_index=True)

    def report(self) -> pd.DataFrame:
        """What was settled when each session was read, one row a session.

        Columns ``dyad``, ``file``, ``format``, then seconds, step and code map; of each partner the tier, seconds
        uncoded, number of gaps, seconds that a code says to be uncoded, seconds in an unscorable tier, and how many of
        these have a code; overlaps settled, what was passed over, and ``remarks`` in words.
        """
        import pandas as pd

        rows = []
        for session in self:
            about = session.provenance
            said = {key: ", ".join(v) if isinstance(v, list) and key != "remarks" else v for key, v in _read(about)}
            said["remarks"] = " ".join(about["reading"]["remarks"])
            rows.append({"dyad": session.dyads[0], "file": about["file"], "format": about["format"], **said})
        return pd.DataFrame(rows)


def _read(about: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    return about["reading"].items()


def shipped_sessions() -> list[str]:
    """Names of the coded sessions that come with the package."""
    folder = package_data("sessions")
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(".csv"))


def read_coded(
    file: AnyFile,
    *,
    dyad: str | None = None,
    codes: str | Path | CodeMap | None = None,
    mother: str | None = None,
    infant: str | None = None,
    fps: float | None = None,
    step: float | None = None,
    coder: str | None = None,
    episodes: AnyFile | None = None,
) -> Session:
    """Session of one dyad, coded from video, from a file or one of the shipped examples by its name.

    The program that wrote the file is found by its content. What was settled on the way is in
    ``session.provenance["reading"]``.

    Parameters
    ----------
    file : path of a coding program's file or export, or a shipped name.
    dyad : name of the session, where the file holds several.
    codes : what the codes mean: a code map (``icep``, ``monadic-phases``, ``valence``), or a TOML file of your own
        (default: the shipped one that knows most of the file's codes).
    mother, infant : tiers, subjects or columns of each partner's codes (default: found by their names).
    fps : frames a second (default: found from the times, which it must not contradict).
    step : seconds between observations (default: a frame; where the file tells none, the coarsest on which all times
        lie, or else 0.04).
    coder : whose codes, where several coded.
    episodes : timing file of the episodes: CSV with dyad, episode, onset and offset, or with a start and an end of each
        (default: as the file tells).

    Returns
    -------
    The session, a step a frame; -1 where a partner is not coded.

    Raises
    ------
    DyadsimError
        if there is no such file, it is empty, of another kind or of several sessions, holds a code that cannot be
        read or overlaps another, or says another frame rate than ``fps``.

    >>> coded = ds.read_coded("mangold_3532goodman.csv")
    >>> coded.measures(scheme="valence")
    """
    options = Options(_text(dyad), codes, mother, infant, fps, step, coder, _timing(episodes))
    coding = coding_of(*_content(path_of(file)), options.fps)
    names = [name.strip() for name in dict.fromkeys(coding.events["session"].astype(str))]
    if dyad is None and len(names) > 1:
        raise DyadsimError(
            f"'{coding.file}' holds {len(names)} sessions ({_listed(names)}); name one (dyad=, option --dyad), or read "
            "all of them with coded_sessions."
        )
    return next(sessions_of(coding, options))


def coded_sessions(
    files: AnyFile | Iterable[AnyFile],
    *,
    dyad: str | None = None,
    codes: str | Path | CodeMap | None = None,
    mother: str | None = None,
    infant: str | None = None,
    fps: float | None = None,
    step: float | None = None,
    coder: str | None = None,
    episodes: AnyFile | None = None,
) -> CodedSessions:
    """Sessions of all dyads in some files, in their order; options as in :func:`read_coded`.

    Parameters
    ----------
    files : paths or shipped names, or one of them.
    dyad, codes, mother, infant, fps, step, coder, episodes : as in :func:`read_coded`; they hold for all files, and the
        timing file may tell of all dyads.

    Returns
    -------
    One session a dyad and file, named by the file where it names no dyad.

    Raises
    ------
    DyadsimError
        if one of the files cannot be read, as in :func:`read_coded`.

    >>> sessions = ds.coded_sessions(["mangold_3367goodman.csv", "mangold_3532goodman.csv"])
    >>> sessions.report()
    """
    if not isinstance(files, str | Path | Iterable):
        raise DyadsimError(f"Files are given by their paths, in a list, not as {files!r:.60}.")
    given: list[AnyFile] = [files] if isinstance(files, str | Path) else list(files)
    if not 0 < len(given) <= _MOST_FILES:
        raise DyadsimError(f"Give 1 to {_MOST_FILES:,} files of coded sessions, not {len(given):,}.")
    options = Options(_text(dyad), codes, mother, infant, fps, step, coder, _timing(episodes))
    return sessions_in((_content(path_of(file)) for file in given), options)


def sessions_in(contents: Iterable[tuple[str, bytes]], options: Options) -> CodedSessions:
    """Sessions in files that lie in memory, by name and content; as :func:`coded_sessions`."""
    codings = [coding_of(name, content, options.fps) for name, content in contents]
    found = [session for coding in codings for session in _wanted(coding, options, len(codings) > 1)]
    if not found:
        raise DyadsimError(f"None of the files holds a session of the dyad {quoted(options.dyad)}.")
    return CodedSessions(_told_apart(found))


def _wanted(coding: Coding, options: Options, several: bool) -> Iterator[Session]:
    """Sessions of a file; one of several files need not have the dyad that was asked for."""
    names = {str(name).strip() or Path(coding.file).stem for name in coding.events["session"].unique()}
    if several and options.dyad is not None and options.dyad not in names:
        return iter(())
    return sessions_of(coding, options)


def _told_apart(sessions: list[Session]) -> list[Session]:
    """Sessions whose dyads have different names: of those named alike, with the file's name before, or a number."""
    names = [str(session.dyads[0]) for session in sessions]
    stems = [Path(session.provenance["file"]).stem for session in sessions]
    for more in ([f"{stem} {name}" for stem, name in zip(stems, names, strict=True)], None):
        times = Counter(names)
        numbered = more or [f"{name} {number}" for number, name in enumerate(names, 1)]
        names = [new if times[name] > 1 else name for name, new in zip(names, numbered, strict=True)]
    return [replace(session, dyads=[name]) for session, name in zip(sessions, names, strict=True)]


def _text(dyad: str | None) -> str | None:
    return None if dyad is None else str(dyad).strip()


def _timing(file: AnyFile | None) -> EpisodeTimes | None:
    """Episodes of a timing file."""
    if file is None:
        return None
    path = path_of(file)
    if not is_file(path):
        raise DyadsimError(f"There is no timing file {quoted(path)}.")
    return EpisodeTimes.read(path.name, read_bytes(path, MOST_BYTES))


def coding_of(name: str, content: bytes, fps: float | None = None) -> Coding:
    """Coding of a file's content, by the first reader that knows it.

    Parameters
    ----------
    name : of the file, for messages.
    content : its bytes.
    fps : frames a second, where the user gave them.

    Raises
    ------
    DyadsimError
        if no reader knows it: with the layout that it is nearest to, and what it lacks.
    """
    for reader in READERS:
        if reader.knows(name, content):
            return reader.read(name, content, fps)
    text_table(name, content, ("\0",))  # says what is empty, too large or no text
    rows = [[" ".join(cell.split()) for cell in row] for row in first_rows(content)] or [[]]

    def lacking(reader: Reader) -> list[str]:
        return min(([need for need in reader.needs if not _has(row, need)] for row in rows), key=len)

    tabular = [reader for reader in READERS if reader.needs]
    nearest = min(tabular, key=lambda reader: len(lacking(reader)) / len(reader.needs))
    programs = ", ".join(dict.fromkeys(reader.layout.partition(",")[0].removesuffix(" export") for reader in READERS))
    if len(missing := lacking(nearest)) == len(nearest.needs):
        if timing := _timing_of(name, content):
            raise DyadsimError(f"'{name}' {timing}.")
        raise DyadsimError(f"'{name}' is no file of coded video that can be read; known are those of {programs}.")
    raise DyadsimError(
        f"'{name}' is nearest to '{nearest.layout}', but its header lacks {', '.join(missing)}; known are files of "
        f"{programs}."
    )


def _timing_of(name: str, content: bytes) -> str | None:
    """What is said of a file that holds times of episodes and no codes; None if it is none."""
    try:
        EpisodeTimes.read(name, content)
    except DyadsimError:
        return None
    return "holds times of episodes and no codes; give it beside the coded file (episodes=, option --episodes)"


def _has(row: list[str], need: str) -> bool:
    """Whether a row of headers has one that a layout needs, or another word for it."""
    return need.casefold() in map(str.casefold, row) or (need in SYNONYMS and column_of(row, need) is not None)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_SOME]) + (", ..." if len(names) > _SOME else "")


def _content(path: Path) -> tuple[str, bytes]:
    """Name and bytes of a file; a name that is no file may be that of a shipped session."""
    if is_folder(path):
        raise DyadsimError(f"'{path}' is a folder, not a file.")
    if is_file(path):
        return path.name, read_bytes(path, MOST_BYTES)
    shipped = shipped_sessions()
    found = [name for name in shipped if str(path) in (name, Path(name).stem)]
    if not found:
        raise DyadsimError(f"There is no file {quoted(path)}. Shipped sessions: {', '.join(shipped)}.")
    return found[0], package_data("sessions", found[0]).read_bytes()
