"""The application that Solara serves: pages by address, in one frame."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import reacton.ipyvuetify as rv
import solara
import solara.lab
import solara.server.settings as server

from .. import NOTICE
from . import memory, results_look, state, vue_components
from .pages.classroom import Classroom
from .pages.community import CommunityPage
from .pages.compare import Compare
from .pages.data import DataPage
from .pages.embed import EmbedFrame, EmbedPage
from .pages.explore import Explore
from .pages.generations import GenerationsPage
from .pages.mesa import MesaPage
from .pages.results import ResultsPage
from .pages.scenario import ScenarioPage
from .pages.service import ServicePage
from .pages.trial import TrialPage
from .whom_we_see import remark

__all__ = ["ASSETS", "EMBEDDED", "PAGES", "Layout", "routes"]

ASSETS = Path(__file__).parent / "assets"
if str(ASSETS) not in server.assets.extra_locations:
    server.assets.extra_locations.append(str(ASSETS))  # also where `solara run dashboards/app.py` serves it

memory.forget_first_elements()
solara.lab.on_kernel_start(lambda: memory.give_back)  # what it gives is done when a tab is closed

PAGES: Mapping[str, tuple[str, Any]] = {
    "/": ("Classroom", Classroom),
    "/explore": ("Explore", Explore),
    "/compare": ("Compare", Compare),
    "/scenario": ("Scenario", ScenarioPage),
    "/community": ("Community", CommunityPage),
    "/service": ("Service", ServicePage),
    "/generations": ("Generations", GenerationsPage),
    "/trial": ("Trial", TrialPage),
    "/data": ("Data", DataPage),
    "/results": ("Results", ResultsPage),
    "/mesa": ("Mesa", MesaPage),
}
"""The pages by address: what each is called, and its component. To add one is to add a line."""

EMBEDDED = "/embed"
"""The page that other sites may show within theirs: a player alone, which no page leads to."""

_ALSO = {
    "/": state.of_classroom,
    "/community": state.of_community,
    "/generations": state.of_generations,
    "/results": results_look.in_address,
    "/service": state.of_service,
    "/trial": state.of_trial,
}
"""What else is said in the address of a page."""

_OF_BOTH = ("/community", "/generations", "/service", "/trial")
"""Pages on which mothers and their partners are simulated."""
_AS_WRITTEN = (*_OF_BOTH, "/data", "/mesa", "/results")
"""Pages that speak as they are written, whatever word is chosen for the caregiver of a dyad."""

_SIMULATED = "All dyads here are simulated."
_OF_DATA = "What you open stays in this server's memory, is never written down, and goes when you close the tab."


@solara.component
def Layout(children: list[Any] = []) -> Any:  # noqa: B006 - Solara's own way to say that there may be none
    """The frame of every page: head, what could not be done, the page, the foot."""
    router = solara.use_router()
    here = "/" + router.parts[0]
    ready, set_ready = solara.use_state(False)
    asked = router.search
    query, also = state.query(), _ALSO.get(here, str)()
    state.as_written.provide(here in _AS_WRITTEN)
    place = {"also": also, "step": results_look.step() if here == "/results" else 0}

    def follow() -> None:
        if asked != (state.query() or None) or not ready:
            state.open_query(asked)
        set_ready(True)

    def come_anew() -> None:  # what could not be done on one page is not told on the next
        if ready:
            state.problem.set("")

    def back(search: str) -> None:  # to what the browser alone has noted, among the choices of a page
        state.open_query(search.removeprefix("?") or None)

    solara.use_effect(follow, [asked])
    solara.use_effect(state.keep_in_tab, [query])
    solara.use_effect(come_anew, [here])
    if here == EMBEDDED:
        return EmbedFrame(_Guard(children) if ready else None)
    return rv.Html(
        tag="div",
        class_="ds-app ds-presenting" if here == "/" and state.classroom.value.present else "ds-app",
        children=[
            vue_components.Shell(
                pages=[{"path": path, "label": label} for path, (label, _) in PAGES.items()],
                here=here,
                query=query,
                place=place,
                notice=_notice(here),
                event_go=lambda path: router.push(path + (f"?{query}" if query else "")),
                event_back=back,
            ),
            rv.Html(tag="p", class_="ds-problem", attributes={"role": "alert"}, children=[state.problem.value]),
            rv.Html(tag="main", attributes={"id": "content"}, children=[_Guard(children)] if ready else []),
            rv.Html(tag="footer", class_="ds-foot", children=[f"dyadsim. {NOTICE}"]),
        ],
    )


def _notice(here: str) -> str:
    """What is told on every page: what this is for, whom it shows, and what words leave as it is."""
    whom = _OF_DATA if here == "/data" else _SIMULATED
    words = remark(here in _OF_BOTH) if here in _OF_BOTH or here not in _AS_WRITTEN else ""
    return " ".join(filter(None, (NOTICE, whom, words)))


@solara.component
def _Guard(children: list[Any]) -> Any:
    """The page, or a sentence where it cannot be shown."""
    failure, clear = solara.use_exception()
    key = (
        state.scenario.value.model_dump_json(),
        state.trial.value,
        state.service.value,
        state.generations.value,
        state.classroom.value,
        state.community.value,
        state.data.value,
        state.folder(),
        solara.use_router().path,
    )
    last = solara.use_ref(key)

    def again() -> None:  # what failed is tried once more when something else is to be shown
        if failure and last.current != key:
            clear()
        last.current = key

    solara.use_effect(again, [key])
    if failure is None:
        return rv.Html(tag="div", children=children)
    return rv.Html(
        tag="div",
        children=[
            rv.Html(tag="h1", children=["This cannot be shown"]),
            rv.Html(tag="p", class_="ds-problem", attributes={"role": "alert"}, children=[state.sentence_of(failure)]),
            rv.Html(tag="p", children=[rv.Html(tag="a", attributes={"href": "/"}, children=["Start anew"])]),
        ],
    )


routes = [
    solara.Route(path=path.strip("/") or "/", component=component, label=label, layout=Layout if path == "/" else None)
    for path, (label, component) in {**PAGES, EMBEDDED: ("Embedded", EmbedPage)}.items()
]
