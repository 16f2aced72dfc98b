"""Compare: two to four sessions under one playhead, with the same luck; what differs between them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import solara

from ... import plots
from ...encounter import Encounter
from ...exact import Law
from ...scenario_parts import MOST_SESSIONS
from .. import forms, served, state, widgets
from ..figures import csv_file, rows_of
from ..parts import Box, Drawn, Heading, Player, Said, Share
from ..tracks import Watched

__all__ = ["Compare"]

CLOCK = "compare"
_LEAST = 2
_LETTERS = "ABCD"
_SHOWN = (
    "match", "chance_match", "kappa", "ruptures_per_min", "repairs_per_min", "median_repair_latency",
    "mean_repair_latency", "repair_survival_5", "repair_survival_20", "infant_interactive_contingency",
    "mother_interactive_contingency", "infant_protest", "infant_object", "infant_monitor", "infant_positive",
    "mother_negative", "mother_elsewhere", "mother_neutral", "mother_vocal", "mother_positive", "arousal",
)  # fmt: skip


@solara.component
def Compare() -> Any:
    """The page."""
    shown, rules = state.sessions(_LEAST), served.rules()
    watched = solara.use_memo(lambda: [Watched(each, rules) for each in shown], [shown])
    laws = solara.use_memo(lambda: [each.law(rules) for each in shown], [shown])
    tracks = [
        {**each.track, "title": f"{letter}. {each.track['title']}"}
        for letter, each in zip(_LETTERS, watched, strict=False)
    ]
    return Box(
        [
            Heading("Compare", 1),
            Said(
                "The same luck for all: where two sessions part, it is because of what differs between the dyads or what "
                "is done with them, and not by chance. The captions tell of A."
            ),
            Player(watched, CLOCK, tracks=tracks),
            _Common(shown),
            Box([_One(place, each) for place, each in enumerate(shown)], "columns"),
            _Differences(shown, laws),
            Share(),
        ],
        "page",
    )


@solara.component
def _Common(shown: tuple[Encounter, ...]) -> Any:
    """What all have in common: luck and scheme; and how many there are."""
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
        forms.number("seed", "Seed of all", first.seed, 0, 2**31),
        forms.number("replicate", "Other luck of all", first.replicate, 0, 99_999),
        forms.select("scheme", "Match scheme of all", first.scheme, forms.SCHEMES),
        {"kind": "button", "key": "more", "label": "Add a session", "disabled": len(shown) >= MOST_SESSIONS},
        {"kind": "button", "key": "fewer", "label": "Take the last away", "disabled": len(shown) <= _LEAST},
    ]
    return widgets.Fields(fields=fields, wide=True, event_changed=state.guarded(change))


@solara.component
def _One(place: int, encounter: Encounter) -> Any:
    """Who is met in one of them, and in what."""
    rules = served.rules()
    cohort = encounter.cohort(rules)

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "preset":
            luck = {"seed": encounter.seed, "replicate": encounter.replicate, "scheme": encounter.scheme}
            watched = list(state.sessions(_LEAST))
            watched[place] = Encounter.load(str(value)).changed(luck)
            state.set_sessions(tuple(watched))
        else:
            state.change_session(place, _LEAST, **forms.changes_of(encounter, key, value))

    tell = state.guarded(change)
    shipped = [{"value": name, "label": Encounter.load(name).title} for name in forms.told(Encounter)]
    own = [] if encounter.name in forms.told(Encounter) else [{"value": encounter.name, "label": encounter.title or "own"}]
    wanted = ("population", "dyad", "paradigm")
    fields = [
        forms.select("preset", "Start from", encounter.name, [*own, *shipped]),
        *(field for field in forms.encounter_fields(encounter) if field["key"] in wanted),
    ]
    traits = [*forms.trait_fields(cohort, rules, "mother"), *forms.trait_fields(cohort, rules, "infant")]
    by_hand = len(encounter.traits)
    return Box(
        [
            widgets.Fields(title=f"{_LETTERS[place]}. {encounter.title or encounter.name}", fields=fields, event_changed=tell),
            widgets.Fields(title=f"Traits of {_LETTERS[place]} ({by_hand} set by hand)", fields=traits, collapsed=True, event_changed=tell),
        ],
        "side",
    )


@solara.component
def _Differences(shown: tuple[Encounter, ...], laws: list[Law]) -> Any:
    """What differs on the exact law, as a table and a figure."""
    common = [name for name in laws[0].episodes if all(name in law.episodes for law in laws)]
    asked, set_episode = solara.use_state("")
    episode = asked if asked in common else (common[0] if common else "")
    scheme = shown[0].scheme
    names = [f"{letter}. {each.title or each.name}" for letter, each in zip(_LETTERS, shown, strict=False)]
    measures = solara.use_memo(lambda: [_of(law, episode, scheme) for law in laws], [laws, episode, scheme])
    table = solara.use_memo(lambda: _table(measures), [measures])
    curves = solara.use_memo(lambda: [law.repair_survival(scheme) for law in laws], [laws, scheme])
    file, set_file = solara.use_state(None)
    if not common:
        return Said("These sessions have no episode in common, so nothing can be compared on the law.")

    def draw() -> Any:
        return plots.side_by_side(dict(zip(names, measures, strict=True)), dict(zip(names, curves, strict=True)), episode)

    of_all = " ".join(f"{letter} is “{each.title or each.name}”." for letter, each in zip(_LETTERS, shown, strict=False))
    alt = (
        f"Two panels on the exact law of the episode {episode}: match beside the match expected by chance, and the share of "
        f"mismatches still open after 1 to 60 seconds. {of_all} The table beside it has the numbers."
    )
    return Box(
        [
            Heading("What differs"),
            Said(f"On the exact law, so without chance: expected values in the episode “{episode}” (scheme {scheme}), and the difference to A."),
            widgets.Fields(
                fields=[forms.select("episode", "Episode", episode, common)],
                wide=True,
                event_changed=state.guarded(lambda given: set_episode(str(given["value"]))),
            ),
            Box(
                [
                    widgets.Sheet(
                        caption="Differences",
                        name="differences",
                        file=file,
                        event_wanted=state.guarded(lambda kind: set_file(csv_file(table, "differences"))),
                        **rows_of(table, 3),
                    ),
                    Drawn("What differs", alt, "compared", draw, [measures, curves, episode]),
                ],
                "pair",
            ),
        ]
    )


def _of(law: Law, episode: str, scheme: str) -> pd.Series:
    if episode not in law.episodes:
        return pd.Series(dtype=float)
    return law.measures(scheme).set_index("episode").loc[episode, list(_SHOWN)].astype(float)


def _table(measures: list[pd.Series]) -> pd.DataFrame:
    columns: dict[str, Any] = {"measure": [forms.plain(name) for name in _SHOWN]}
    for place, own in enumerate(measures):
        columns[_LETTERS[place]] = own.reindex(_SHOWN).to_numpy()
        if place:
            columns[f"{_LETTERS[place]} – A"] = columns[_LETTERS[place]] - columns["A"]
    return pd.DataFrame(columns)
