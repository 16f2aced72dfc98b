"""Reading coded video: finds the program that wrote a file by its content, and gives a session."""

from __future__ import annotations

from pathlib import Path

from ..common.delimited_text import MOST_BYTES
from ..common.errors import DyadsimError, quoted
from ..common.files import is_file, is_folder, package_data, path_of, read_bytes
from ..measurement.session import Session
from .mangold import session_of

__all__ = ["read_coded", "shipped_sessions"]


def shipped_sessions() -> list[str]:
    """Names of the coded sessions that come with the package."""
    folder = package_data("sessions")
    return sorted(path.name for path in folder.iterdir() if path.name.endswith(".csv"))


def read_coded(
    file: str | Path, *, mother: str | None = None, infant: str | None = None, fps: float | None = None
) -> Session:
    """Session of one dyad, coded from video, from a file or one of the shipped examples by its name.

    Parameters
    ----------
    file : path of a Mangold INTERACT text export (comma, semicolon or tab between columns), or a shipped name.
    mother, infant : headers of the columns with each partner's affect (default: found by their names).
    fps : frames a second (default: found from the times, which it must not contradict).

    Returns
    -------
    The session, a step a frame; -1 where a partner is not coded.

    Raises
    ------
    DyadsimError
        if there is no such file, it is empty, of another kind or of several sessions, holds a code that cannot be
        read, or says another frame rate than ``fps``.

    >>> coded = ds.read_coded("mangold_3532goodman.csv")
    >>> coded.measures(scheme="valence")
    """
    name, content = _content(path_of(file))
    return session_of(name, content, {"infant": infant, "mother": mother}, fps)


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
