"""Embedded: a player alone, for a page of a course (Moodle, Canvas) to hold in a frame."""

from __future__ import annotations

from typing import Any

import reacton.ipyvuetify as rv
import solara

from ... import NOTICE
from .. import state, vue_components
from ..layout import LETTERS, Box, Heading, use_watched
from ..session_tracks import captions

__all__ = ["EmbedFrame", "EmbedPage"]

CLOCK = "embed"
_SIMULATED = "Simulated."


@solara.component
def EmbedPage() -> Any:
    """The page ``/embed``: the sessions that its address says, or the first of those that are usual."""
    watched = use_watched(_sessions())
    several = len(watched) > 1
    letters = [f"{letter}. " for letter in LETTERS] if several else [""]
    tracks = [
        {**each.track, "title": letter + each.track["title"]} for letter, each in zip(letters, watched, strict=False)
    ]
    seconds = max(len(each["infant"]) for each in tracks)
    told = solara.use_memo(lambda: captions(watched[0]), [watched[0]])
    title = "; ".join(each["title"] for each in tracks)
    faces = [
        vue_components.Faces(track=each, clock=CLOCK, label=letter.replace(".", ":")).key(f"faces {letter}")
        for letter, each in zip(letters, tracks, strict=False)
    ]
    lanes = [
        vue_components.Lanes(track=each, clock=CLOCK, span=seconds, compact=True, veil=not several, titled=several).key(
            f"lanes {place}"
        )
        for place, each in enumerate(tracks)
    ]
    return Box(
        [
            solara.Title(f"{title} – dyadsim"),
            Heading(title, 1),
            Box([Box(faces, "embed-faces"), Box(lanes, "lanes")], "embed-stage"),
            vue_components.Transport(seconds=seconds, clock=CLOCK),
            vue_components.Captions(captions=told, clock=CLOCK),
        ],
        "embed",
    )


@solara.component
def EmbedFrame(page: Any) -> Any:
    """The frame of the page ``/embed``: what could not be shown, the player, the way into the dashboard."""
    shown = _sessions()
    return rv.Html(
        tag="div",
        class_="ds-app ds-embed",
        children=[
            rv.Html(tag="p", class_="ds-problem", attributes={"role": "alert"}, children=[state.problem.value]),
            rv.Html(tag="main", attributes={"id": "content"}, children=[] if page is None else [page]),
            vue_components.Embedded(
                path="/compare" if len(shown) > 1 else "/", query=state.query(), notice=f"{_SIMULATED} {NOTICE}"
            ),
        ],
    )


def _sessions() -> tuple[Any, ...]:
    return state.scenario.value.sessions or state.sessions()[:1]
