"""What travels from a page: pictures and short animations made in the browser, and the session's table as CSV."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

import pandas as pd
import solara

from .. import NOTICE
from ..reports.session_seconds import session_seconds
from . import state, vue_components
from .downloads import whole_csv
from .layout import LETTERS, use_file
from .session_tracks import Watched

__all__ = ["Keep", "KeepCoded", "scripts", "seconds_table"]

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = {"pictures": "pictures.js", "gif": "gifenc/gifenc-1.0.3.esm.js"}
_LANES, _FACES = {"value": "lanes", "label": "Lanes"}, {"value": "faces", "label": "Faces"}
_GRID, _ALL = {"value": "grid", "label": "State-space grid"}, {"value": "all", "label": "All of these"}
_WAY_OUT = "ds.write_coded writes it from Python"


@functools.cache
def scripts() -> dict[str, str]:
    """Addresses of the scripts that draw, each with a mark of its content, so that no browser keeps an old one."""
    return {
        name: f"/static/assets/{file}?v={hashlib.sha256((_ASSETS / file).read_bytes()).hexdigest()[:12]}"
        for name, file in _SCRIPTS.items()
    }


@solara.component
def Keep(watched: list[Watched], clock: str, grid: bool = True) -> Any:
    """Keep a picture or an animation of these sessions at the playhead, or their table second by second.

    Parameters
    ----------
    watched, clock : the sessions that the page plays, and its playhead.
    grid : whether the page draws their state-space grid.
    """
    file, set_file = use_file()
    names, name = [each.track["title"] for each in watched], "-".join(each.encounter.name for each in watched)

    def keep(_: Any) -> None:
        set_file(whole_csv(seconds_table(watched), f"{name}-seconds", _WAY_OUT))

    return vue_components.Keep(
        clock=clock,
        name=name,
        title=names[0]
        if len(names) == 1
        else "; ".join(f"{at}. {one}" for at, one in zip(LETTERS, names, strict=False)),
        notice=_notice("simulated"),
        parts=[_LANES, _FACES, *([_GRID] if grid else []), _ALL],
        seconds=max(len(each.track["infant"]) for each in watched),
        scripts=scripts(),
        has_table=True,
        file=file,
        event_wanted=state.guarded(keep),
    )


@solara.component
def KeepCoded(title: str, seconds: float, clock: str) -> Any:
    """Keep a picture or an animation of the lanes of a coded session; nothing of it goes to the server."""
    return vue_components.Keep(
        clock=clock,
        name="coded-session",
        title=title,
        notice=_notice("coded video"),
        parts=[_LANES],
        seconds=seconds,
        scripts=scripts(),
    )


def seconds_table(watched: list[Watched]) -> pd.DataFrame:
    """Table of sessions second by second; of several, their letter stands first in each row."""
    tables = [session_seconds(each.session, each.encounter.scheme, each.paradigm) for each in watched]
    if len(tables) == 1:
        return tables[0]
    letters = LETTERS[: len(tables)]
    return pd.concat(tables, keys=[*letters], names=["session"]).reset_index("session").reset_index(drop=True)


def _notice(what: str) -> str:
    return f"dyadsim: {what}; {NOTICE[0].lower()}{NOTICE[1:]}"
