"""Mesa: the very session as a Mesa model, of as many dyads as one likes, stepped by hand or played."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import reacton.ipyvuetify as rv
import solara
import solara.lab

from ... import plots
from ...common.errors import DyadsimError, whole_number
from ...measurement.declarations import MEASURES
from ...people.cohort import Cohort
from ...scenarios.encounter import Encounter
from .. import form_fields, server_settings, state, vue_components
from ..downloads import DRAWING, rows_of, svg
from ..layout import Box, Form, Page, Picture, Said, Share, Status, Table
from ..undo import Undo, undoable

__all__ = ["MesaPage", "in_python", "new_model"]

_PAGE = "mesa"
_DYADS, _MOST_DYADS = 20, 100
_MOST_STEPS = 60  # seconds that one press of Step may ask for
_WHAT = (
    "For those who know Mesa: the session of the page Explore as a ds.DyadModel, an agent for each infant and each "
    "mother, one second a step. It is drawn for several dyads of the population; what was set by hand holds for all of "
    "them, and with the same seed they do what the compiled engine says, to the bit. Mesa's own dashboard on such a "
    "model starts in a shell with: solara run dashboards/solaraviz.py"
)
_WORDS = {
    "match": "share of dyads that match now",
    "time_matched": "share of all dyad-seconds so far that matched",
    "ruptures": "ruptures so far, over all dyads",
    "repairs": "repairs so far, over all dyads",
    "arousal": f"mean arousal of the infants now ({MEASURES['arousal'].unit})",
}
_dyads: solara.Reactive[int] = solara.reactive(_DYADS)


def new_model(encounter: Encounter, dyads: int) -> Any:
    """A Mesa model of the session of an encounter, for several dyads.

    Raises
    ------
    DyadsimError
        for a session that cannot be played.
    """
    from ...interaction.mesa_model import DyadModel

    rules = server_settings.rules()
    cohort = Cohort.sample(dyads, encounter.population, encounter.seed)
    for name in (*encounter.risks, *encounter.support):
        cohort = cohort.with_setting(name)
    by_hand = {**encounter.traits, **encounter.coefficients}
    return DyadModel(
        cohort.replace(by_hand, extra_traits=rules.extra_traits),
        encounter.played(),
        encounter.seed,
        replicate=encounter.replicate,
        day=encounter.day,
        infant=rules.infant,
        mother=rules.mother,
        scheme=encounter.scheme,
    )


def in_python(encounter: Encounter, dyads: int) -> str:
    """Python code that makes such a model; empty where it would take more than a few lines."""
    if encounter.moments or encounter.risks or encounter.support or encounter.coefficients or encounter.seconds:
        return ""
    by_hand = "".join(f", {name}={value:g}" for name, value in encounter.traits.items())
    for name, usual in (("replicate", 0), ("day", 0), ("scheme", "strict")):
        if (value := getattr(encounter, name)) != usual:
            by_hand += f", {name}={value!r}"
    return (
        "import dyadsim as ds\n\n"
        f'cohort = ds.Cohort.sample({dyads}, "{encounter.population}", seed={encounter.seed})\n'
        f'model = ds.DyadModel(cohort, "{encounter.paradigm}", seed={encounter.seed}{by_hand})\n'
        "model.run_model()\nmodel.datacollector.get_model_vars_dataframe()\n"
    )


@solara.component
def MesaPage() -> Any:
    """The page Mesa."""
    encounter, dyads = state.sessions()[0], _dyads.value
    count, set_count = solara.use_state(0)
    imported = solara.lab.use_task(_import_mesa, dependencies=[], raise_error=False)

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "dyads":
            _dyads.set(whole_number("number of dyads", value, 1, _MOST_DYADS))
        else:
            state.change_session(0, **form_fields.changes_of(encounter, key, value))

    wanted = ("population", "paradigm", "scheme", "seed")
    fields = [
        *(field for field in form_fields.encounter_fields(encounter) if field["key"] in wanted),
        form_fields.number("dyads", "Dyads", dyads, 1, _MOST_DYADS, 1, "Two agents each."),
    ]
    side = Box([Undo(_PAGE), Box([Form(title="Model", fields=fields, tell=undoable(_PAGE, change))], "side")], "aside")
    if imported.exception is not None:
        shown = Said(state.sentence_of(imported.exception), "problem")
    elif imported.finished:
        asked = f"{encounter.model_dump_json()} {dyads} {count}"
        shown = _Made(encounter, dyads, lambda: set_count(count + 1)).key(asked)
    else:
        shown = Status("Mesa is being loaded ...")
    share = Share(state.scenario.value, undoable(_PAGE, state.open_file))
    return Page(
        "Mesa",
        "Mesa",
        [Said(_WHAT), Box([side, Box([shown, *_code(in_python(encounter, dyads)), share], "stack")], "explore")],
    )


def _code(text: str) -> list[Any]:
    """Python code that can be scrolled, by keyboard, too."""
    if not text:
        return []
    how = {"tabindex": "0", "role": "group", "aria-label": "The same in Python"}
    block = rv.Html(tag="pre", class_="ds-rule-text", attributes=how, children=[text])
    return [rv.Html(tag="details", children=[rv.Html(tag="summary", children=["The same in Python"]), block])]


def _import_mesa() -> bool:
    """Import Mesa, for which nobody is kept waiting who does not come here."""
    from ...interaction import mesa_model

    return mesa_model is not None


@solara.component
def _Made(encounter: Encounter, dyads: int, reset: Callable[[], None]) -> Any:
    """A model of an encounter, which lasts as long as this is shown; or a sentence on why there is none."""

    def make() -> tuple[Any, str]:
        try:
            return new_model(encounter, dyads), ""
        except DyadsimError as error:
            return None, str(error)

    model, problem = solara.use_memo(make, [])
    return Said(problem, "problem") if problem else _Model(model, reset)


@solara.component
def _Model(model: Any, reset: Callable[[], None]) -> Any:
    """A model, and what it has collected so far."""
    second, set_second = solara.use_state(model.second)

    def step(asked: Any) -> None:
        for _ in range(whole_number("number of steps", asked, 1, _MOST_STEPS)):
            model.step()
        set_second(model.second)

    def collected() -> pd.DataFrame:
        found: pd.DataFrame = model.datacollector.get_model_vars_dataframe()
        return found

    table = solara.use_memo(collected, [model, second])
    stepper = vue_components.Stepper(
        second=second,
        seconds=model.paradigm.seconds,
        refused=state.refused.value,
        event_step=state.guarded(step),
        event_reset=state.guarded(lambda _: reset()),
    )
    now = pd.DataFrame(
        {"what": list(_WORDS.values()), "value": [float(getattr(model, name)) for name in _WORDS]}
    )  # fmt: skip
    episodes = model.paradigm.episodes
    where = episodes[min(model.episode, len(episodes) - 1)]
    held = " She is held: she answers nothing." if not where.free and model.running else ""
    parts = [stepper, Status(f"Episode: {where.name}.{held}" if model.running else "The session is over.")]
    if len(table):
        parts.append(_Course(model, table))
    parts.append(vue_components.Sheet(caption="Now", **rows_of(now, 3)))
    if len(table):
        kept = table.assign(second=range(1, len(table) + 1))[["second", *_WORDS]]
        parts.append(Table("mesa-model", "What was collected", kept, 3, closed=True, shown=kept.tail(_MOST_STEPS)))
    return Box(parts, "stack")


@solara.component
def _Course(model: Any, table: pd.DataFrame) -> Any:
    """Figure of what the model has collected."""

    def draw() -> tuple[Any, str]:
        with DRAWING:
            figure = plots.model_course(table, model.paradigm)
        return figure, svg(figure)

    figure, shown = solara.use_memo(draw, [len(table)])
    held = ", ".join(episode.name for episode in model.paradigm.episodes if not episode.free)
    shaded = f" Shaded: {held}, in which she is held." if held else ""
    alt = (
        f"Two curves over {len(table)} of {model.paradigm.seconds} seconds: share of dyads that match, now "
        f"{model.match:.0%}, on average {model.time_matched:.0%}; mean arousal of the infants, now {model.arousal:.1f}."
    )
    return Picture("mesa-model", "Match and arousal, second by second", alt + shaded, figure, shown)
