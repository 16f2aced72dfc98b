"""Parts that several pages share: frame, forms, tables, pictures, and the bar to keep and share them.

Texts are given to them as they are written; each says them in the words that were chosen (:func:`.state.said`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pandas as pd
import reacton.ipyvuetify as rv
import solara
from matplotlib.figure import Figure

from ..common.toml_models import Shipped
from ..scenarios.encounter import Encounter
from ..scenarios.scenario import Scenario
from . import form_fields, server_settings, state, vue_components
from .downloads import csv_file, figure_file, rows_of
from .link_sharing import embed_of, qr_code
from .session_tracks import Watched
from .tab_runs import TabRun

__all__ = [
    "LETTERS", "Box", "Choose", "Form", "Heading", "Kept", "Listed", "Page", "Picture", "RunBar", "Said", "Share",
    "Status", "Table", "use_file", "use_watched",
]  # fmt: skip


LETTERS = "ABCD"
"""What sessions side by side are called."""
_ROWS = 10  # of a table of whose rows one is chosen


def Box(children: list[Any], kind: str = "", tag: str = "div") -> Any:
    """A box of that kind (a class of ``assets/custom.css``)."""
    return rv.Html(tag=tag, class_=f"ds-box-{kind}" if kind else "", children=children)


@solara.component
def Page(title: str, heading: str, children: list[Any]) -> Any:
    """A page: its title in the window's bar, its heading, and what stands below."""
    return Box([solara.Title(f"{title} – dyadsim"), Heading(heading, 1), *children], "page")


def Heading(text: str, level: int = 2) -> Any:
    return rv.Html(tag=f"h{level}", children=[state.said(text)])


def Said(text: str, kind: str = "quiet") -> Any:
    return rv.Html(tag="p", class_=f"ds-{kind}", children=[state.said(text)])


def Status(text: str, kind: str = "quiet") -> Any:
    """A word on what is there, which a screen reader tells when it changes."""
    return rv.Html(tag="p", class_=f"ds-{kind}", attributes={"role": "status"}, children=[state.said(text)])


def Listed(items: list[str]) -> Any:
    """Sentences as a list."""
    return rv.Html(tag="ul", children=[rv.Html(tag="li", children=[state.said(item)]) for item in items])


@solara.component
def Form(fields: list[dict[str, Any]], tell: Callable[[dict[str, Any]], None], **how: Any) -> Any:
    """Form of fields, and what is done when one was changed; what cannot be is told, and they show again what holds."""
    return vue_components.Fields(fields=fields, refused=state.refused.value, event_changed=state.guarded(tell), **how)


@solara.component
def RunBar(run: TabRun[Any], label: str, says: str, start: Callable[[], None]) -> Any:
    """Bar with the button that starts a run, and how far it is; in reach wherever one has scrolled to.

    Parameters
    ----------
    run : the runs of the tab.
    label, says : of the button; what is being done.
    start : starts one.
    """
    press = [form_fields.button("run", label, main=True, disabled=run.state.value.running)]
    return Box([Form(fields=press, tell=lambda _: start()), _HowFar(run, says)], "bar")


@solara.component
def _HowFar(run: TabRun[Any], says: str) -> Any:
    """How far a run is, with a way to stop it; or that it was stopped."""
    now = run.state.value
    if now.running:
        return vue_components.Progress(
            says=f"{says}: {run.done.value:.0%}",
            done=run.done.value,
            event_cancel=state.guarded(lambda _: run.cancel()),
        )
    if now.stopped:
        return Said(f"{now.stopped} What was found before is shown below, if there was anything.", "problem")
    return Box([])


@solara.component
def Share(shown: Shipped, opened: Callable[[dict[str, Any]], None], watched: tuple[Encounter, ...] = ()) -> Any:
    """Bar to copy the link, show it as a QR code, embed the sessions that are watched, keep a file, or open one."""
    code, set_code = solara.use_state(cast("dict[str, Any] | None", None))
    embed = solara.use_memo(lambda: embed_of(shown, watched) if isinstance(shown, Scenario) else None, [shown, watched])
    return vue_components.Share(
        toml=shown.toml(),
        name=shown.name,
        embed=embed,
        code=code,
        no_link=state.too_long(),
        event_opened=opened,
        event_coded=state.guarded(lambda address: set_code(qr_code(str(address)))),
    )


def use_file() -> tuple[dict[str, Any] | None, Callable[[dict[str, Any] | None], None]]:
    """File that the browser is to keep, and a function to set it; each new one is kept once."""
    return solara.use_state(cast("dict[str, Any] | None", None))


def use_watched(shown: tuple[Encounter, ...]) -> list[Watched]:
    """The encounters of a page as they are watched; one that has not changed is not played again."""
    rules = server_settings.rules()
    last = solara.use_ref(cast("list[Watched]", []))

    def watch() -> list[Watched]:
        last.current = [
            next((one for one in last.current if one.encounter == each), None) or Watched(each, rules) for each in shown
        ]
        return last.current

    return solara.use_memo(watch, [shown])


@solara.component
def Table(
    name: str,
    title: str,
    table: pd.DataFrame,
    digits: int | None = 2,
    closed: bool = False,
    shown: pd.DataFrame | None = None,
) -> Any:
    """A table that can be kept as CSV under that name; ``shown`` is how people read it, where that is otherwise."""
    file, set_file = use_file()
    return vue_components.Sheet(
        caption=title,
        name=name,
        collapsed=closed,
        file=file,
        event_wanted=state.guarded(lambda _: set_file(csv_file(table, name))),
        **rows_of(table if shown is None else shown, digits),
    )


@solara.component
def Picture(name: str, title: str, alt: str, figure: Figure, shown: str) -> Any:
    """A figure that was drawn (``shown``, as :func:`dyadsim.dashboard.downloads.svg` gives it), with its downloads."""
    file, set_file = use_file()
    return vue_components.Picture(
        title=title,
        alt=alt,
        svg=shown,
        kinds=["png", "pdf", "svg"],
        file=file,
        event_wanted=state.guarded(lambda kind: set_file(figure_file(figure, str(kind), name))),
    )


@solara.component
def Kept(title: str, kinds: list[str], make: Callable[[str], dict[str, Any]]) -> Any:
    """Buttons for something that is made only when it is to be kept, as a file of one of these kinds."""
    file, set_file = use_file()
    wanted = state.guarded(lambda kind: set_file(make(str(kind))))
    return vue_components.Picture(title=title, alt="", svg="", kinds=kinds, file=file, event_wanted=wanted)


@solara.component
def Choose(title: str, table: pd.DataFrame, chosen: int | None, tell: Callable[[int], None], digits: int = 3) -> Any:
    """A table of whose rows one is chosen, by the number in its first column; some rows at a time."""
    places = {int(number): place for place, number in enumerate(table.iloc[:, 0])}
    first, set_first = solara.use_state(0)

    def follow() -> None:
        if chosen in places:
            set_first(places[chosen] // _ROWS * _ROWS)

    solara.use_effect(follow, [chosen])
    start = first if first < len(table) else 0
    page = rows_of(table.iloc[start : start + _ROWS], digits)
    stop = start + len(page["rows"])
    return vue_components.Choices(
        caption=title,
        heads=page["heads"],
        rows=[{"key": row[0], "values": row[1:]} for row in page["rows"]],
        chosen="" if chosen is None else str(chosen),
        says=f"{start + 1:,} to {stop:,} of {len(table):,}" if len(table) > _ROWS else "",
        earlier=start > 0,
        later=stop < len(table),
        event_picked=state.guarded(lambda number: tell(int(number))),
        event_turned=state.guarded(lambda step: set_first(max(start + _ROWS * int(step), 0))),
    )
