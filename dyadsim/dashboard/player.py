"""The player: sessions under one playhead, with faces, captions, what their signs mean, and what lies behind them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import reacton.ipyvuetify as rv
import solara

from ..measurement.declarations import MEASURES
from ..theory.states import ICEP
from . import vue_components
from .downloads import rows_of
from .layout import LETTERS, Box, Listed, Said
from .session_tracks import NOT_COUNTED, Watched, captions, so_far, table, unanswered

__all__ = ["Behind", "ByEpisode", "Player", "Signs"]


@solara.component
def Player(
    watched: list[Watched],
    clock: str,
    veil: bool = False,
    cue: dict[str, Any] | None = None,
    tracks: list[dict[str, Any]] | None = None,
    now: list[Any] | None = None,
    present: bool = False,
    parts: int | None = None,
) -> Any:
    """One session, or several, under one playhead.

    Parameters
    ----------
    watched, clock : the sessions, and what their playhead is called.
    veil : whether what comes is veiled.
    cue : from where to where is played, and whether at once.
    tracks : what is drawn of the sessions (default: their tracks).
    now : what can be done in the midst of them.
    present : whether it fills a stage.
    parts : first second in which two sessions differ.
    """
    first, several = watched[0], len(watched) > 1
    shown = tracks or [each.track for each in watched]
    seconds = max(len(each["infant"]) for each in shown)
    lanes = [
        vue_components.Lanes(
            track=each,
            clock=clock,
            span=seconds,
            compact=several,
            veil=veil,
            titled=several,
            present=present,
            letter=LETTERS[place] if several else "",
            times=place == len(shown) - 1,
            parts=parts,
        ).key(f"lanes {place}")
        for place, each in enumerate(shown)
    ]
    told = solara.use_memo(lambda: captions(first), [first])
    labels = [f"{letter}: " for letter in LETTERS] if several else [""]
    faces = [
        vue_components.Faces(
            track=each, clock=clock, label=label, title=label + each["title"] if present and several else ""
        ).key(f"faces {label}")
        for label, each in zip(labels, shown, strict=False)
    ]
    seen = Box([*faces, vue_components.Captions(captions=told, clock=clock)], "seen")
    legend = vue_components.Legend(items=_legend(shown, arousal=not several))
    transport = vue_components.Transport(seconds=seconds, clock=clock, cue=cue)
    stage = [seen, Box([*lanes, legend, transport], "lanes"), *(now or [])]
    return Box([Box(stage, "stage ds-several" if several else "stage")], "player")


_LEGEND = {
    "high": "positive",
    "plain": "neutral",
    "low": "negative",
    "match": "match",
    "rupture": "rupture",
    "repair": "repair",
    "held": "she is held",
    "arousal": "his arousal",
    "law": "the average",
}
"""What the lanes are drawn with, by the sign of ``components/legend.vue``."""


def _legend(shown: list[dict[str, Any]], arousal: bool) -> list[dict[str, str]]:
    """Legend of what is drawn."""
    left_out = {"arousal": not arousal, "law": not any(each["law"] for each in shown)}
    return [{"sign": sign, "text": text} for sign, text in _LEGEND.items() if not left_out.get(sign)]


_OF_BOTH = ("match", "chance_match")
"""Shares of time that say something only where she can answer."""
_EPISODES = ("match", "chance_match", "infant_monitor", "infant_positive", "infant_object", "infant_protest")
_BY_CHANCE = (
    "“By chance” is what would match by chance alone: how often their states would fit each other if each of the two "
    "were in them just as often, but with no tie between them. What is above it, they do together."
)


@solara.component
def ByEpisode(watched: Watched) -> Any:
    """Table of shares of time in each episode: in this session, and on average over many such (the exact law)."""
    table = solara.use_memo(lambda: _by_episode(watched), [watched])
    scheme = watched.encounter.scheme
    caption = f"This session, and many such on average (scheme {scheme})"
    nominal = [Said(NOT_COUNTED)] if unanswered(watched) else []
    return Box([vue_components.Sheet(caption=caption, **rows_of(table)), *nominal, Said(_BY_CHANCE)])


def _by_episode(watched: Watched) -> pd.DataFrame:
    seen, exact, nothing = watched.measures, watched.law_measures, unanswered(watched)
    columns: dict[str, Any] = {"episode": seen["episode"]}
    for name in _EPISODES:
        columns[MEASURES[name].short] = [
            "– (nothing answers)" if name in _OF_BOTH and episode in nothing else f"{own:.0%} (on average {mean:.0%})"
            for episode, own, mean in zip(seen["episode"], seen[name], exact[name], strict=True)
        ]
    return pd.DataFrame(columns)


@solara.component
def Signs() -> Any:
    """List of what signs and words mean, the states as the code has them."""
    states = [
        f"{who} “{one.name}”: {one.meaning}."
        for who, own in (("Baby", ICEP.infant), ("Mother", ICEP.mother))
        for one in own
    ]
    summary = rv.Html(tag="summary", children=["What the signs and words mean"])
    return rv.Html(tag="details", children=[summary, Listed([*_SIGNS, *states])])


_SIGNS = (
    "Green with dots: positive; grey: neutral; orange with stripes: negative. Shaded: she is held, as in a still-face.",
    "Blue in the ribbon: match, both are in states that fit each other by the scheme. Pale: she answers nothing there.",
    "▼ rupture: the second in which a match ends. ▲ repair: the second in which a mismatch ends, with how long it was.",
    "Rings around the baby: his arousal, from 0 (drowsy calm) to 4. It is slow, so he may fuss while it is low.",
)


@solara.component
def Behind(watched: Watched, clock: str) -> Any:
    """Numbers, grid and table of one session."""
    numbers = solara.use_memo(lambda: so_far(watched), [watched])
    rows = solara.use_memo(lambda: table(watched), [watched])
    return Box(
        [
            vue_components.Numbers(numbers=numbers, clock=clock),
            vue_components.Grid(track=watched.track, clock=clock),
            vue_components.Sheet(caption="This session as a table", collapsed=True, **rows),
        ],
        "behind",
    )
