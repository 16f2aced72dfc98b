"""Options of the commands that read coded sessions, and how they are read by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from ..coded_video.read import CodedSessions

__all__ = ["Coder", "Codes", "Dyad", "Episodes", "Files", "Fps", "InfantColumn", "MotherColumn", "Step", "read"]

Files = Annotated[list[str], typer.Argument(help="Files of coding programs, or names of shipped sessions.")]
Codes = Annotated[
    str | None,
    typer.Option(
        help="What the codes mean: icep, monadic-phases, valence, or a TOML file. Default: what knows most of them."
    ),
]
Dyad = Annotated[str | None, typer.Option(help="One session of files that hold several.")]
Episodes = Annotated[str | None, typer.Option(help="Timing file of the episodes (CSV). Default: as the files tell.")]
MotherColumn = Annotated[str | None, typer.Option(help="Tier, subject or header of the mother's codes.")]
InfantColumn = Annotated[str | None, typer.Option(help="Tier, subject or header of the infant's codes.")]
Coder = Annotated[str | None, typer.Option(help="Whose codes, where several coded.")]
Fps = Annotated[
    float | None, typer.Option(help="Frames a second (default: found from the times, which it must not contradict).")
]
Step = Annotated[float | None, typer.Option(help="Seconds between observations (default: a frame).")]


def read(files: list[str], one_dyad: bool = False, **options: Any) -> CodedSessions:
    """Coded sessions in some files.

    Parameters
    ----------
    files : paths, or shipped names.
    one_dyad : whether all sessions are of one dyad, which is named by the first.
    options : as :func:`dyadsim.coded_sessions` takes them.
    """
    from dataclasses import replace

    from ..coded_video.read import CodedSessions, coded_sessions

    sessions = coded_sessions(files, **options)
    if not one_dyad:
        return sessions
    return CodedSessions(replace(session, dyads=sessions.dyads[:1]) for session in sessions)
