"""Community: mothers and their ties week by week, a programme in groups, and the twin community without it."""

from __future__ import annotations

from typing import Any

import reacton.ipyvuetify as rv
import solara

from .. import server_settings, state, vue_components
from ..community_choices import changed, community_fields
from ..community_runs import CommunityOutcome, use_community_run
from ..form_fields import plain
from ..layout import Box, Form, Heading, Listed, Page, RunBar, Said, Status, Table

__all__ = ["CommunityPage"]

_CLOCK = "community"
_WHAT = (
    "A community of families from birth on, in which some mothers are offered a programme in groups; beside it its "
    "twin: the same families with the same luck, to whom nothing is offered. Week by week it shows who meets whom, "
    "which ties form and last, and what that does to loneliness, also in mothers who were never offered anything."
)


@solara.component
def CommunityPage() -> Any:
    """The page Community."""
    run, choices = use_community_run(), state.community.value
    outcome = run.state.value.outcome

    def change(given: dict[str, Any]) -> None:
        state.community.set(changed(choices, str(given["key"]), given["value"]))

    def start() -> None:
        run.start(choices, server_settings.rules())

    def begin() -> None:  # what is chosen at first is lived at once: it takes a second or two
        if outcome is None and not run.state.value.running:
            state.guarded(start)()

    solara.use_effect(begin, [])
    side = [Form(title=title, fields=own, tell=change).key(title) for title, own in community_fields(choices)]
    bar = RunBar(run, "Live these weeks", "Living the weeks of both communities", start)
    if outcome is None:
        shown = [Status("" if run.state.value.stopped else "The weeks are being lived ...")]
    else:
        stale = Said(
            "The fields have changed since these weeks were lived; live them again to see what follows.", "problem"
        )
        shown = [*([stale] if outcome.asked != choices else []), _Outcome(outcome)]
    return Page(
        "Community",
        "Community",
        [Said(_WHAT), Box([Box(side, "side"), Box([bar, *shown], "stack")], "split ds-player-first")],
    )


@solara.component
def _Outcome(outcome: CommunityOutcome) -> Any:
    """Both communities under one playhead, and what came of it."""
    data, asked = outcome.drawn, outcome.asked
    first = data["weeks"][0]
    tables = [
        ("community-differences", "Mean differences from the twins", outcome.differences, False),
        ("community-weeks", "Means week by week", outcome.means, True),
    ]
    return Box(
        [
            Box(
                [
                    vue_components.Transport(seconds=len(data["weeks"]) - 1, clock=_CLOCK, unit="week"),
                    vue_components.Community(drawn=data, clock=_CLOCK),
                ],
                "player",
            ),
            Heading("What came of it"),
            Listed(outcome.in_short),
            vue_components.Curves(curves=outcome.curves, programme=data["programme"], first=first, clock=_CLOCK),
            *(Table(name, title, table, closed=closed).key(name) for name, title, table, closed in tables),
            _InPython(asked.in_python),
            Said(
                f"Population “{plain(asked.population)}”, seed {asked.seed}. How often ties form, last and help rests "
                "on published rates, some of them of people who are not mothers of infants."
            ),
        ],
        "stack",
    )


@solara.component
def _InPython(text: str) -> Any:
    """Python code that gives the same lives, to copy."""
    block = rv.Html(
        tag="pre",
        class_="ds-rule-text",
        attributes={"tabindex": "0", "role": "group", "aria-label": "The same in Python"},
        children=[text],
    )
    return rv.Html(tag="details", children=[rv.Html(tag="summary", children=["The same in Python"]), block])
