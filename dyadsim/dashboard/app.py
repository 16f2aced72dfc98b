"""The application that Solara serves: pages by address, in one frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import reacton.ipyvuetify as rv
import solara
import solara.server.settings as server

from .. import NOTICE
from . import state, widgets
from .pages.classroom import Classroom
from .pages.compare import Compare
from .pages.explore import Explore

__all__ = ["ASSETS", "PAGES", "Layout", "routes"]

ASSETS = Path(__file__).parent / "assets"
if str(ASSETS) not in server.assets.extra_locations:
    server.assets.extra_locations.append(str(ASSETS))  # also where `solara run dashboards/app.py` serves it

PAGES = {"/": "Classroom", "/explore": "Explore", "/compare": "Compare", "/scenario": "Scenario", "/mesa": "Mesa"}


@solara.component
def Layout(children: list[Any] = []) -> Any:  # noqa: B006 - Solara's own way to say that there may be none
    """The frame of every page: head, what could not be done, the page, the foot."""
    router = solara.use_router()
    here = "/" + router.parts[0]
    ready, set_ready = solara.use_state(False)
    asked = router.search

    def follow() -> None:
        if asked != (state.query() or None) or not ready:
            state.open_query(asked)
        set_ready(True)

    solara.use_effect(follow, [asked])
    query = state.query()
    title = f"{PAGES.get(here, 'Not found')} – dyadsim"
    return rv.Html(
        tag="div",
        class_="ds-app",
        children=[
            widgets.Shell(
                pages=[{"path": path, "label": label} for path, label in PAGES.items()],
                here=here,
                query=query,
                title=title,
                notice=f"{NOTICE} All dyads here are simulated.",
                event_go=lambda path: router.push(path + (f"?{state.query()}" if state.query() else "")),
            ),
            rv.Html(tag="p", class_="ds-problem", attributes={"role": "alert"}, children=[state.problem.value]),
            rv.Html(tag="main", attributes={"id": "content"}, children=children if ready else []),
            rv.Html(tag="footer", class_="ds-foot", children=[f"dyadsim. {NOTICE}"]),
        ],
    )


routes = [
    solara.Route(path="/", component=Classroom, label=PAGES["/"], layout=Layout),
    solara.Route(path="explore", component=Explore, label=PAGES["/explore"]),
    solara.Route(path="compare", component=Compare, label=PAGES["/compare"]),
]
