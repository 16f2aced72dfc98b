"""Explore: every trait and strength by slider, the exact law beside one session, a phase diagram, the rules' text."""

from __future__ import annotations

import inspect
from typing import Any

import pandas as pd
import reacton.ipyvuetify as rv
import solara
import solara.lab

from ...measurement.declarations import MEASURES
from ...measurement.measures import in_short
from ...scenarios.outputs import Phase
from .. import form_fields, server_settings, state, vue_components
from ..downloads import axis_of, phase_data, rows_of
from ..encounter_cohorts import cohort_of
from ..keeping import Keep
from ..layout import Box, Form, Page, Said, Share, use_watched
from ..player import Behind, Player
from ..session_tracks import NOMINAL, Watched, unanswered, with_law
from ..undo import Undo, undoable
from ..whom_we_see import WhomWeSee

__all__ = ["Explore"]

CLOCK = "explore"
_USER_RULE = (
    "How a context and the traits become log-odds of what comes next. A rule of your own is one short method "
    "(docs/rules.md); all pages follow it: dyadsim dashboard --mother FILE.py:CLASS."
)


@solara.component
def Explore() -> Any:
    """The page Explore."""
    (watched,) = use_watched(state.sessions()[:1])
    shown = solara.use_memo(lambda: with_law(watched.track, watched.law), [watched])
    measures = [name for name, measure in MEASURES.items() if measure.of_law]
    return Page(
        "Explore",
        "Explore",
        [
            Said(
                "One session, and behind it in violet the exact law: the chance of each state at each second. Many "
                "sessions with other luck come to the law; one of them only scatters about it."
            ),
            Box(
                [
                    Box([Undo(CLOCK), _Sliders(watched)], "aside"),
                    Box([Player([watched], CLOCK, tracks=[shown])], "stays"),
                    Box(
                        [
                            Box([_Beside(watched), _Phase(watched, measures)], "pair"),
                            Behind(watched, CLOCK),
                            _RuleText(),
                            Keep([watched], CLOCK),
                            Share(state.scenario.value, undoable(CLOCK, state.open_file), (watched.encounter,)),
                        ],
                        "stack",
                    ),
                ],
                "explore",
            ),
        ],
    )


@solara.component
def _Sliders(watched: Watched) -> Any:
    """Fields of who and what, of the traits of both, and of the strengths of the rules."""
    encounter, rules, cohort = watched.encounter, watched.rules, watched.cohort

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "reset":
            state.change_session(0, traits={}, coefficients={}, moments=())
        else:
            state.change_session(0, **form_fields.changes_of(encounter, key, value))

    change = undoable(CLOCK, change)
    by_hand = len(encounter.traits) + len(encounter.coefficients) + len(encounter.moments)
    reset = form_fields.button("reset", f"Nothing set by hand ({by_hand} now)", disabled=not by_hand)
    return Box(
        [
            Form(title="Who, what, which luck", fields=[*form_fields.encounter_fields(encounter), reset], tell=change),
            WhomWeSee(),
            Form(title="Baby", fields=form_fields.trait_fields(cohort, rules, "infant"), tell=change),
            Form(title="Mother", fields=form_fields.trait_fields(cohort, rules, "mother"), tell=change),
            Form(
                title="Strengths of the rules",
                help="One number for all dyads; in brackets its unit and what set it.",
                fields=form_fields.coefficient_fields(cohort),
                collapsed=True,
                tell=change,
            ),
        ],
        "side",
    )


@solara.component
def _Beside(watched: Watched) -> Any:
    """Measures of this session beside the law's, episode by episode, each with its unit and what it means."""
    made = solara.use_memo(lambda: _measures(watched), [watched])
    sheet = vue_components.Measures(
        caption=f"This session beside the exact law (scheme {watched.encounter.scheme})", **made
    )
    return Box([sheet, Said(NOMINAL)]) if unanswered(watched) else sheet


def _measures(watched: Watched) -> dict[str, Any]:
    """Heads and rows of the measures."""
    seen, exact = watched.measures.set_index("episode"), watched.law_measures.set_index("episode")
    names = in_short(map(str, exact.columns.drop("dyad")))
    columns = {f"{episode}: {what}": table.loc[episode] for episode in exact.index for what, table in
               (("session", seen), ("law", exact))}  # fmt: skip
    values = rows_of(pd.DataFrame({head: row[names].astype(float).to_numpy() for head, row in columns.items()}), 3)
    rows = [
        {
            "key": name,
            "name": form_fields.plain(name),
            "unit": MEASURES[name].unit,
            "says": MEASURES[name].sentence,
            "values": row,
        }
        for name, row in zip(names, values["rows"], strict=True)
    ]
    return {"heads": ["measure", "unit", *columns], "rows": rows}


@solara.component
def _Phase(watched: Watched, measures: list[str]) -> Any:
    """Phase diagram of this very dyad: a measure over two traits; a click sets both."""
    encounter, rules = watched.encounter, watched.rules
    outputs = state.scenario.value.outputs
    chosen = outputs.phase or Phase()
    others = {name: value for name, value in encounter.traits.items() if name not in (chosen.x, chosen.y)}
    one = encounter.changed({"traits": others, "moments": ()})
    episodes = list(dict.fromkeys(episode.name for episode in one.played().episodes))
    episode = chosen.episode if chosen.episode in episodes else episodes[0]

    def work_out() -> dict[str, Any]:
        dyad, follow = cohort_of(one, rules), {"infant": rules.infant, "mother": rules.mother}
        return phase_data(chosen, paradigm=one.played(), episode=episode, scheme=one.scheme, dyad=dyad, **follow)

    made = solara.lab.use_task(work_out, dependencies=[chosen, episode, one.model_dump_json()], raise_error=False)
    shown: dict[str, Any] | None = made.latest

    def choose(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), str(given["value"])
        phase = Phase(**{**chosen.model_dump(), key: None if (key, value) == ("episode", episodes[0]) else value})
        state.change(outputs=outputs.model_copy(update={"phase": phase}))

    def pick(cell: dict[str, Any]) -> None:
        both = {chosen.x: float(cell["x"]), chosen.y: float(cell["y"])}
        state.change_session(0, traits={**encounter.traits, **both})

    values = rules.traits_of(watched.cohort)
    fields = [
        form_fields.select("x", "Across", chosen.x, values),
        form_fields.select("y", "Upwards", chosen.y, values),
        form_fields.select("measure", "Measure", chosen.measure, measures, MEASURES[chosen.measure].sentence),
        form_fields.select("episode", "Episode", episode, episodes),
    ]
    choices = Form(title="Phase diagram", fields=fields, wide=True, tell=undoable(CLOCK, choose))
    if made.exception is not None:
        return Box([choices, Said(state.sentence_of(made.exception), "problem")])
    if not shown or not {chosen.x, chosen.y} <= set(shown["traits"]):
        return Box([choices, Said("Being worked out ...")])
    axes: dict[str, Any] = {
        side: axis_of(name, [cell[side] for cell in shown["cells"]], float(values[name][0]))
        for side, name in (("x", chosen.x), ("y", chosen.y))
    }
    plain = {key: value for key, value in shown.items() if key != "traits"}
    return Box([choices, vue_components.Phase(**plain, **axes, event_picked=state.guarded(undoable(CLOCK, pick)))])


@solara.component
def _RuleText() -> Any:
    """The rules as they are written."""
    rules = server_settings.rules()
    texts = solara.use_memo(lambda: _sources(rules), [])
    can_be_scrolled = {"tabindex": "0", "role": "group"}  # by keyboard, too
    blocks = [
        rv.Html(tag="pre", class_="ds-rule-text", attributes={**can_be_scrolled, "aria-label": name}, children=[text])
        for name, text in texts.items()
    ]
    return rv.Html(
        tag="details",
        children=[rv.Html(tag="summary", children=["The rules, as they are written"]), Said(_USER_RULE), *blocks],
    )


def _sources(rules: Any) -> dict[str, str]:
    methods = (rules.infant.preferences, rules.infant.arousal_change, rules.mother.preferences)
    return {method.__qualname__: inspect.cleandoc(inspect.getsource(method)) for method in methods}
