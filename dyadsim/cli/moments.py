"""The command ``moments``: moments worth showing of a coded session, and their times for a coding program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import NOTICE
from ..common.errors import DyadsimError
from .app import AsJson, Scheme, app, path_option

if TYPE_CHECKING:
    from ..measurement.moments_worth_showing import MomentsWorthShowing
    from ..measurement.session import Session

__all__ = ["moments"]


@app.command(epilog=NOTICE)
def moments(
    file: Annotated[str, typer.Argument(help="A file of coded video, or the name of a shipped session.")],
    dyad: Annotated[str | None, typer.Option(help="Which dyad, where the file holds several.")] = None,
    most: Annotated[int, typer.Option(help="So many clips at most.")] = 10,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="Of this kind only; repeatable: repair, bid-answered, chain, calming, shared-joy, bid-missed."
        ),
    ] = None,
    within: Annotated[float, typer.Option(help="Seconds in which an answer is one.")] = 3.0,
    scheme: Scheme = None,
    mother_column: Annotated[str | None, typer.Option(help="Header of the mother's codes.")] = None,
    infant_column: Annotated[str | None, typer.Option(help="Header of the infant's codes.")] = None,
    fps: Annotated[float | None, typer.Option(help="Frames a second (default: found from the times).")] = None,
    out: Annotated[Path | None, path_option("File for the clips: .csv, or .png for a picture with them.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find moments worth showing: stretches that a therapist may pick for video feedback, each with why.

    Times are seconds from the session's start. What ranks is a stretch, within its kind; nobody is rated.

    Example: dyadsim moments mangold_3532goodman.csv --most 6 --out clips.csv
    """
    from ..coded_video.read import read_coded
    from ..common.files import file_for
    from . import terminal

    write = None if out is None else _writer(out)
    file_for(out)
    which: dict[str, Any] = {} if dyad is None else {"dyad": dyad}
    session = read_coded(file, mother=mother_column, infant=infant_column, fps=fps, **which)
    clips = session.moments_worth_showing(0, scheme, most, kinds=kind or None, within=within)
    files = [] if out is None or write is None else [str(write(session, clips, out))]
    frame = clips.frame()
    if as_json:
        about = {"file": session.provenance["file"], "dyad": clips.of.dyad, "scheme": clips.of.scheme}
        told = {"clips": frame.to_dict("records"), "remarks": list(clips.remarks), "files": files}
        terminal.print_json({**about, "within": within, **told})
        return
    shown = frame[["place", "kind", "onset", "offset", "why", "look"]]
    as_text: dict[str, Callable[[Any], str]] = {"onset": "{:.2f}".format, "offset": "{:.2f}".format}
    title = f"{session.provenance['file']}: moments worth showing, in the order in which they are offered"
    terminal.print_rows(title, " ".join(clips.remarks), shown.rename(columns={"look": "look at"}), as_text, files)


Write = Callable[["Session", "MomentsWorthShowing", Path], Path]


def _writer(out: Path) -> Write:
    """What writes clips into a file of that name."""
    writers: dict[str, Write] = {".csv": _csv, ".png": _png}
    if (write := writers.get(out.suffix.lower())) is None:
        raise DyadsimError(f"Clips are written into {' or '.join(writers)}, not into '{out.name}'.")
    return write


def _csv(_: Session, clips: MomentsWorthShowing, out: Path) -> Path:
    from ..common.files import write_bytes

    return write_bytes(out, clips.frame().to_csv(index=False, lineterminator="\n").encode("utf-8"))


def _png(session: Session, clips: MomentsWorthShowing, out: Path) -> Path:
    from .. import plots

    return plots.save(plots.timeline(session, 0, clips.of.scheme, clips), out)
