"""Compare: two to four sessions under one playhead, with the same luck; what differs between them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import solara
from matplotlib.figure import Figure

from ... import plots
from ...measurement.declarations import COUNT, MEASURES
from ...measurement.measures import in_short
from ...scenarios.encounter import MOST_SESSIONS, Encounter
from .. import form_fields, server_settings, state
from ..downloads import svg
from ..encounter_cohorts import cohort_of
from ..keeping import Keep
from ..layout import LETTERS, Box, Form, Heading, Page, Picture, Said, Share, Table, use_watched
from ..player import Player
from ..session_tracks import NOMINAL, Watched, unanswered
from ..whom_we_see import WhomWeSee

__all__ = ["Compare"]

CLOCK = "compare"
_LEAST = 2


@solara.component
def Compare() -> Any:
    """The page Compare."""
    shown = state.sessions(_LEAST)
    watched = use_watched(shown)
    tracks = [
        {**each.track, "title": f"{letter}. {each.track['title']}"}
        for letter, each in zip(LETTERS, watched, strict=False)
    ]
    return Page(
        "Compare",
        "Compare",
        [
            Said(
                "The same luck for all: where two sessions part, it is because of what differs between the dyads, or "
                "of what is done with them, and not by chance. The captions tell of A."
            ),
            Player(watched, CLOCK, tracks=tracks),
            _Common(shown),
            WhomWeSee(),
            Box([_One(place, each) for place, each in enumerate(shown)], "columns"),
            _Differences(watched),
            Keep(watched, CLOCK, grid=False),
            Share(state.scenario.value, state.open_file, shown),
        ],
    )


@solara.component
def _Common(shown: tuple[Encounter, ...]) -> Any:
    """Fields of what all sessions have in common, luck and scheme, and of how many there are."""
    first = shown[0]

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "more":
            state.set_sessions(state.sessions(len(shown) + 1))
        elif key == "fewer":
            state.set_sessions(shown[:-1])
        else:
            state.set_sessions(tuple(each.changed({key: value}) for each in shown))

    fields = [
        form_fields.number("seed", "Seed of all", first.seed, 0, 2**31),
        form_fields.number("replicate", "Other luck of all", first.replicate, 0, 99_999),
        form_fields.select("scheme", "Match scheme of all", first.scheme, form_fields.SCHEMES),
        form_fields.button("more", "Add a session", disabled=len(shown) >= MOST_SESSIONS),
        form_fields.button("fewer", "Take the last away", disabled=len(shown) <= _LEAST),
    ]
    return Form(fields=fields, wide=True, tell=change)


@solara.component
def _One(place: int, encounter: Encounter) -> Any:
    """Fields of one session: who is seen, and in what."""
    rules = server_settings.rules()
    cohort = cohort_of(encounter, rules)

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "preset":
            luck = {"seed": encounter.seed, "replicate": encounter.replicate, "scheme": encounter.scheme}
            watched = list(state.sessions(_LEAST))
            watched[place] = Encounter.load(str(value)).changed(luck)
            state.set_sessions(tuple(watched))
        else:
            state.change_session(place, _LEAST, **form_fields.changes_of(encounter, key, value))

    title, letter = encounter.title or encounter.name, LETTERS[place]
    wanted = ("population", "dyad", "paradigm")
    who = [
        form_fields.select(
            "preset", "Start from", encounter.name, form_fields.starts(Encounter, encounter.name, title)
        ),
        *(field for field in form_fields.encounter_fields(encounter) if field["key"] in wanted),
    ]
    traits = [*form_fields.trait_fields(cohort, rules, "mother"), *form_fields.trait_fields(cohort, rules, "infant")]
    says = "" if encounter.name in form_fields.told(Encounter) else encounter.says
    of_traits = f"Traits of {letter} ({len(encounter.traits)} set by hand)"
    return Box(
        [
            Form(title=f"{letter}. {title}", fields=who, tell=change),
            Form(title=of_traits, help=says, fields=traits, collapsed=True, tell=change),
        ],
        "side",
    )


@solara.component
def _Differences(watched: list[Watched]) -> Any:
    """Differences on the exact law, as a table and a figure."""
    laws = [each.law for each in watched]
    common = [name for name in laws[0].episodes if all(name in law.episodes for law in laws)]
    asked, set_episode = solara.use_state("")
    episode = asked if asked in common else next(iter(common), "")
    scheme = watched[0].encounter.scheme
    measures = solara.use_memo(lambda: [_of(each, episode) for each in watched], [watched, episode])
    curves = solara.use_memo(lambda: [each.repair_survival for each in watched], [watched])
    if not common:
        return Said("These sessions have no episode in common, so nothing can be compared on the law.")
    says = f"On the exact law, so without chance: what is expected in “{episode}” (scheme {scheme}), beside A."
    choose = form_fields.select("episode", "Episode", episode, common, "Those that all sessions have.")
    return Box(
        [
            Heading("What differs"),
            Said(says),
            *([Said(NOMINAL)] if any(episode in unanswered(each) for each in watched) else []),
            Form(
                fields=[choose],
                wide=True,
                tell=lambda given: set_episode(str(given["value"])),
            ),
            Box([_Table(measures), _Figure(watched, measures, curves, episode)], "pair"),
        ]
    )


@solara.component
def _Table(measures: list[pd.Series]) -> Any:
    table = solara.use_memo(lambda: _table(measures), [measures])
    return Table("differences", "Differences", table, digits=3)


@solara.component
def _Figure(watched: list[Watched], measures: list[pd.Series], curves: list[pd.DataFrame], episode: str) -> Any:
    names = [f"{letter}. {each.track['title']}" for letter, each in zip(LETTERS, watched, strict=False)]

    def draw() -> Figure:
        return plots.side_by_side(
            dict(zip(names, measures, strict=True)), dict(zip(names, curves, strict=True)), episode
        )

    alt = (
        f"On the exact law of the episode {episode}: match beside the match expected by chance, and the share of "
        f"mismatches still open after 1 to 60 seconds, for {'; '.join(names)}. The table beside it has the numbers."
    )
    figure = solara.use_memo(draw, [measures, curves, episode])
    shown_as = solara.use_memo(lambda: svg(figure), [figure])
    return Picture("compared", "Match, and how long mismatches stay open", alt, figure, shown_as)


def _of(watched: Watched, episode: str) -> pd.Series:
    """Measures of one episode on the law; none where it is not there.

    Without counts: they grow with the length of an episode, which may differ.
    """
    found = watched.law_measures
    names = [name for name in in_short(map(str, found)) if MEASURES[name].unit != COUNT]
    there = found[found["episode"] == episode][names]
    return there.iloc[0].astype(float) if len(there) else pd.Series(dtype=float)


def _table(measures: list[pd.Series]) -> pd.DataFrame:
    """Table of differences, a row a measure: its value in each session, and the difference to the first."""
    first = measures[0]
    columns: dict[str, Any] = {"measure": [form_fields.plain(str(name)) for name in first.index]}
    for letter, own in zip(LETTERS, measures, strict=False):
        columns[letter] = own.to_numpy()
        if own is not first:
            columns[f"{letter} – A"] = own.to_numpy() - first.to_numpy()
    return pd.DataFrame(columns)
