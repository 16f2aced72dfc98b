"""Reading coded video: finds the program that wrote a file by its content, and gives a session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..common.errors import DyadsimError
from ..common.files import package_data, path_of
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
    fps : frames a second (default: found from the times).

    Returns
    -------
    The session, a step a frame; -1 where a partner is not coded.

    Raises
    ------
    DyadsimError
        if there is no such file, it is empty or of another kind, or holds a code that cannot be read.

    >>> coded = ds.read_coded("mangold_3532goodman.csv")
    >>> coded.measures(scheme="valence")
    """
    name, content = _content(path_of(file))
    return session_of(name, content, {"infant": infant, "mother": mother}, fps)


def _content(path: Path) -> tuple[str, str]:
    """Name and text of a file; a name that is no file may be that of a shipped session."""
    source: Any = path
    if path.is_dir():
        raise DyadsimError(f"'{path}' is a folder, not a file.")
    if not path.exists():
        shipped = shipped_sessions()
        found = [name for name in shipped if str(path) in (name, Path(name).stem)]
        if not found:
            raise DyadsimError(f"There is no file '{path}'. Shipped sessions: {', '.join(shipped)}.")
        source = package_data("sessions", found[0])
    text = _decoded(path, source.read_bytes())
    if not text.strip():
        raise DyadsimError(f"'{path}' is empty.")
    return source.name, text


def _decoded(path: Path, content: bytes) -> str:
    """Text of a file: UTF-16 by its mark, else UTF-8, else the Western code page that older Windows tools write."""
    try:
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return content.decode("utf-16")
        if b"\0" in content:
            raise UnicodeError
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return content.decode("cp1252")
    except UnicodeError:
        raise DyadsimError(f"'{path}' is not a text file; a Mangold INTERACT text export is needed.") from None
