"""The command ``moments``: moments worth showing of a coded session, and their times for a coding program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .. import NOTICE
from ..common.errors import DyadsimError
from .app import AsJson, Scheme, app, path_option
from .reading_options import Coder, Codes, Dyad, Episodes, Fps, InfantColumn, MotherColumn

if TYPE_CHECKING:
    import pandas as pd

    from ..measurement.moments_worth_showing import MomentsWorthShowing
    from ..measurement.session import Session

__all__ = ["moments"]


@app.command(epilog=NOTICE)
def moments(
    file: Annotated[str, typer.Argument(help="A file of coded video, or the name of a shipped session.")],
    most: Annotated[int, typer.Option(help="So many clips at most.")] = 10,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="Of this kind only; repeatable: repair, bid-answered, chain, calming, shared-joy, bid-missed."
        ),
    ] = None,
    within: Annotated[float, typer.Option(help="Seconds in which an answer is one.")] = 3.0,
    scheme: Scheme = None,
    codes: Codes = None,
    dyad: Dyad = None,
    episodes: Episodes = None,
    mother_column: MotherColumn = None,
    infant_column: InfantColumn = None,
    coder: Coder = None,
    fps: Fps = None,
    fitted: Annotated[
        bool, typer.Option("--fitted", help="Fit the dyad, and rank by the change expected of showing each clip.")
    ] = False,
    age: Annotated[float | None, typer.Option(help="His age in weeks, for the fit (default: 39).")] = None,
    out: Annotated[
        Path | None, path_option("File for the clips: .csv, .eaf for ELAN, or .png for a picture with them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find moments worth showing: stretches that a therapist may pick for video feedback, each with why.

    Times are seconds from the session's start, file times as the file counts; ELAN gets these. What ranks is a stretch,
    within its kind; nobody is rated.

    Example: dyadsim moments mangold_3532goodman.csv --most 6 --out clips.csv
    """
    from ..coded_video.file_times import in_file
    from ..coded_video.read import read_coded
    from ..common.files import file_for
    from . import terminal

    write = None if out is None else _writer(out)
    file_for(out)
    session = read_coded(
        file,
        dyad=dyad,
        codes=codes,
        mother=mother_column,
        infant=infant_column,
        fps=fps,
        coder=coder,
        episodes=episodes,
    )
    clips = session.moments_worth_showing(0, scheme, most, kinds=kind or None, within=within)
    found, assumed = _by_expected_change(session, clips, age) if fitted else (clips.frame(), None)
    frame = in_file(session, found)
    files = [] if out is None or write is None else [str(write(session, clips, frame, out))]
    if as_json:
        about = {"file": session.provenance["file"], "dyad": clips.of.dyad, "scheme": clips.of.scheme}
        told = {"clips": frame.to_dict("records"), "remarks": list(clips.remarks), "files": files}
        told |= {"assumed": assumed} if assumed else {}
        terminal.print_json({**about, "within": within, **told})
        return
    times = ["onset", "offset"]
    if not frame["onset"].equals(frame["file_onset"]):
        times += ["file_onset", "file_offset"]
    as_text: dict[str, Callable[[Any], str]] = dict.fromkeys(times, "{:.2f}".format)
    shown = frame[["place", "kind", *times, "why", "look"]].rename(columns={"look": "look at"})
    order = "in the order in which they are offered"
    if assumed:
        shown["match, expected"] = frame["match_change"].map("{:+.4f}".format)
        order = "by the change in match expected of the fitted dyad"
    title = f"{session.provenance['file']}: moments worth showing, {order}"
    terminal.print_rows(title, " ".join([*clips.remarks, *([assumed] if assumed else [])]), shown, as_text, files)


def _by_expected_change(session: Session, clips: MomentsWorthShowing, age: float | None) -> tuple[pd.DataFrame, str]:
    """Clips of a session, those first of whose showing the fitted dyad changes most, and what is assumed of that."""
    from ..fitting.fit_sessions import fit
    from ..scenarios.expected_change import expected_change

    expected = expected_change(clips, fit(session, ages=age).cohort(), scheme=clips.of.scheme)
    changes = expected[["place", *(name for name in expected if str(name).endswith("_change"))]]
    return changes.merge(clips.frame(), on="place", how="left"), " ".join(expected.attrs["assumed"])


Write = Callable[["Session", "MomentsWorthShowing", "pd.DataFrame", Path], Path]


def _writer(out: Path) -> Write:
    """What writes clips into a file of that name."""
    writers: dict[str, Write] = {".csv": _csv, ".eaf": _eaf, ".png": _png}
    if (write := writers.get(out.suffix.lower())) is None:
        raise DyadsimError(f"Clips are written into {', '.join(writers)}, not into '{out.name}'.")
    return write


def _csv(_: Session, __: MomentsWorthShowing, frame: pd.DataFrame, out: Path) -> Path:
    from ..common.files import write_bytes

    return write_bytes(out, frame.to_csv(index=False, lineterminator="\n").encode("utf-8"))


def _eaf(_: Session, __: MomentsWorthShowing, frame: pd.DataFrame, out: Path) -> Path:
    from ..coded_video.write import write_clips

    label = frame["place"].astype(str) + " " + frame["kind"] + ": " + frame["why"]
    at = {"onset": frame["file_onset"], "offset": frame["file_offset"]}
    return write_clips(frame.assign(label=label, **at), out, tier="moments worth showing")


def _png(session: Session, clips: MomentsWorthShowing, _: pd.DataFrame, out: Path) -> Path:
    from .. import plots

    return plots.save(plots.timeline(session, 0, clips.of.scheme, clips), out)
