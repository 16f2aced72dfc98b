"""The components that are written in Vue (``components/*.vue``), by what each takes and tells.

All are native HTML and SVG: usable by keyboard, readable by a screen reader, and served from this package alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import solara

from . import state

__all__ = [
    "Captions", "Catalogue", "Choices", "Codes", "Community", "Curves", "Days", "Embedded", "Faces", "Fields", "Forest",
    "Grid", "Heat", "Jump", "Keep", "Lanes", "Legend", "Lesson", "Measures", "Numbers", "Phase", "Picture", "Present",
    "Print", "Progress", "Share", "Sheet", "Shell", "Stepper", "Transport", "Undo", "Upload",
]  # fmt: skip

Data = dict[str, Any]
Told = Callable[[Any], None]
Component = TypeVar("Component", bound=Callable[..., Any])
_OF_TRACK = ("title", "says", "codes", "infant", "mother", "meaning", "names", "caregiver", "episodes")


def _said(*props: str) -> Callable[[Component], Component]:
    """A component that says what some props hold, and what lies within them under these names, in the words chosen."""

    def of(component: Component) -> Component:
        @functools.wraps(component)
        def made(*given: Any, **named: Any) -> Any:
            if not state.words().usual:
                named = _within(named, props)
            return component(*given, **named)

        return cast("Component", made)

    return of


def _within(given: Any, props: tuple[str, ...]) -> Any:
    """Data with all texts under some names in the words chosen."""
    if isinstance(given, str):
        return state.said(given)
    if isinstance(given, list | tuple):
        return [_within(each, props) for each in given]
    if not isinstance(given, dict) or given.get("as_written"):
        return given
    return {name: _within(value, props) if name in props else value for name, value in given.items()}


@solara.component_vue("components/shell.vue")
def Shell(pages: list[Data], here: str, query: str, notice: str, event_go: Told, event_back: Told, place: Data) -> None:
    """The head of every page; keeps the address in step with what is shown.

    In ``place`` stands what only this page says (``also``), and a number that grows with every choice (``step``) to
    which the browser's way back leads.
    """


@_said("track", *_OF_TRACK)
@solara.component_vue("components/lanes.vue")
def Lanes(
    track: Data,
    clock: str,
    span: int,
    compact: bool = False,
    veil: bool = False,
    titled: bool = False,
    present: bool = False,
    letter: str = "",
    times: bool = True,
    parts: int | None = None,
) -> None:
    """One session as lanes under a playhead; ``span`` seconds fill the width.

    On a stage (``present``) they are as high as there is room. ``parts`` is the second from which on it differs from
    another session.
    """


@_said("items", "text")
@solara.component_vue("components/legend.vue")
def Legend(items: list[Data]) -> None:
    """What the colours and signs of the lanes are."""


@solara.component_vue("components/present.vue")
def Present(presenting: bool, event_presented: Told) -> None:
    """Button that makes a stage of the page, or leaves it."""


@_said("title", "says", "help", "days")
@solara.component_vue("components/days.vue")
def Days(title: str, says: list[str], help: str, days: list[Data], held: list[Data], seconds: int) -> None:
    """Other days of one dyad, small, and what is to be seen in how many of them."""


@solara.component_vue("components/transport.vue")
def Transport(seconds: int, clock: str, cue: Data | None = None, unit: str = "second") -> None:
    """Play, pause, step, scrub; moves the playhead of all that has the same clock.

    A clock's second may be a week (``unit``).
    """


@solara.component_vue("components/community.vue")
def Community(drawn: Data, clock: str) -> None:
    """A community and its twin week by week, as :mod:`.community_drawing` has them, and the week of a mother."""


@solara.component_vue("components/curves.vue")
def Curves(curves: list[Data], programme: Data, first: int, clock: str) -> None:
    """Means week by week, with the week of the playhead marked."""


@_said("captions", "text")
@solara.component_vue("components/captions.vue")
def Captions(captions: list[Data], clock: str) -> None:
    """What just happened, in words."""


@_said("numbers", "name", "help")
@solara.component_vue("components/numbers.vue")
def Numbers(numbers: list[Data], clock: str) -> None:
    """The numbers that matter, up to the playhead."""


@_said("track", *_OF_TRACK)
@solara.component_vue("components/grid.vue")
def Grid(track: Data, clock: str) -> None:
    """State-space grid with the trail of the last seconds."""


@_said("track", *_OF_TRACK)
@solara.component_vue("components/faces.vue")
def Faces(track: Data, clock: str, label: str = "", title: str = "") -> None:
    """The two of them, as they are at the playhead."""


@_said("fields", "options", "label", "help", "unit", "title")
@solara.component_vue("components/fields.vue")
def Fields(
    fields: list[Data],
    refused: int,
    event_changed: Told,
    title: str = "",
    help: str = "",
    collapsed: bool = False,
    wide: bool = False,
) -> None:
    """Sliders, selects, boxes and buttons; a slider tells its value when it is let go.

    Whenever ``refused`` changes, all show again what holds.
    """


@_said("groups", "parts", "entries", "says", "facts", "moves")
@solara.component_vue("components/catalogue.vue")
def Catalogue(
    groups: list[Data],
    shown: list[str],
    offered: list[str],
    says: str,
    event_chosen: Told,
    event_taken: Told,
) -> None:
    """The catalogue of interventions, of which those that are ``shown`` are listed, each with a button to offer it."""


@_said("caption", "heads", "rows", "above", "label", "says")
@solara.component_vue("components/forest.vue")
def Forest(caption: str, heads: list[str], rows: list[Data], says: str) -> None:
    """A table of differences with their intervals drawn; rows may stand under a heading (``above``) that they share."""


@solara.component_vue("components/jump.vue")
def Jump(label: str, to: str) -> None:
    """A button that leads to the part of the page with an id."""


@solara.component_vue("components/print.vue")
def Print(label: str) -> None:
    """A button that prints the page without its forms."""


@solara.component_vue("components/sheet.vue")
def _Sheet(
    caption: str,
    heads: list[Data],
    rows: list[list[Any]],
    name: str = "",
    collapsed: bool = False,
    file: Data | None = None,
    event_wanted: Told | None = None,
) -> None:
    """A table, with a download where it has a file name."""


def Sheet(caption: str, heads: list[Data], rows: list[list[Any]], **how: Any) -> Any:
    """A table, as :func:`_Sheet` takes it, its heads and its names of measures in the words chosen."""
    if not state.words().usual:
        names = [place for place, head in enumerate(heads) if head["label"] == "measure"]
        rows = (
            [[state.said(each) if k in names else each for k, each in enumerate(row)] for row in rows]
            if names
            else rows
        )
        caption, heads = state.said(caption), _within(heads, ("label",))
    return _Sheet(caption=caption, heads=heads, rows=rows, **how)


@_said("title", "alt")
@solara.component_vue("components/picture.vue")
def Picture(
    title: str, alt: str, svg: str, kinds: list[str], file: Data | None = None, event_wanted: Told | None = None
) -> None:
    """A figure with its downloads."""


@solara.component_vue("components/share.vue")
def Share(
    toml: str,
    name: str,
    event_opened: Told,
    event_coded: Told,
    embed: Data | None = None,
    code: Data | None = None,
    no_link: str = "",
) -> None:
    """Copy the link, show it as a QR code, embed the sessions, download or open the configuration.

    ``embed`` and ``code`` are as :func:`.link_sharing.embed_of` and :func:`.link_sharing.qr_code` have them;
    ``no_link`` says why there is no link.
    """


@solara.component_vue("components/embed.vue")
def Embedded(path: str, query: str, notice: str) -> None:
    """The foot of a page within another site's page: the way into the dashboard, and what it is not."""


@_said("title")
@solara.component_vue("components/keep.vue")
def Keep(
    clock: str,
    name: str,
    title: str,
    notice: str,
    parts: list[Data],
    seconds: float,
    scripts: Data,
    has_table: bool = False,
    file: Data | None = None,
    event_wanted: Told | None = None,
) -> None:
    """Keep a picture of what the page shows at the playhead, or a short animation; both are made in the browser."""


@_said("title", "x", "y", "label", "cells", "says")
@solara.component_vue("components/phase.vue")
def Phase(title: str, x: Data, y: Data, cells: list[Data], low: str, high: str, event_picked: Told) -> None:
    """A measure over two traits; a click sets both."""


@solara.component_vue("components/heat.vue")
def Heat(
    title: str,
    x: Data,
    y: Data,
    cells: list[list[Data]],
    chosen: list[int],
    low: str,
    high: str,
    event_picked: Told,
    note: str = "",
) -> None:
    """An outcome over two factors, a row of cells a level; a click tells a cell's place (row, column)."""


@solara.component_vue("components/choices.vue")
def Choices(
    caption: str,
    heads: list[Data],
    rows: list[Data],
    chosen: str,
    event_picked: Told,
    event_turned: Told,
    says: str = "",
    earlier: bool = False,
    later: bool = False,
) -> None:
    """A table of whose rows one is chosen, a page at a time."""


@_said("lessons", "says", "title", "titles", "told", "line", "texts", "ask", "predict", "question", "options", "answer")
@solara.component_vue("components/lesson.vue")
def Lesson(
    lessons: list[Data],
    name: str,
    titles: list[str],
    at: int,
    told: Data,
    presenting: bool,
    event_begun: Told,
    event_chosen: Told,
    event_played: Told,
    event_wanted: Told,
    file: Data | None = None,
) -> None:
    """A step of a lesson: its line, what is predicted of it, and, once that is revealed, what it tells; or a choice."""


@_said("says")
@solara.component_vue("components/progress.vue")
def Progress(says: str, done: float, event_cancel: Told) -> None:
    """How far something is, and a way to stop it."""


@solara.component_vue("components/upload.vue")
def Upload(
    label: str,
    accept: str,
    part: int,
    wanted: Data,
    refused: int,
    event_sent: Told,
    help: str = "",
) -> None:
    """A file of the reader's own, sent part by part (of so many bytes) as each is wanted, and not once refused."""


@_said("caption", "heads", "label", "rows", "name", "unit", "says")
@solara.component_vue("components/measures.vue")
def Measures(caption: str, heads: list[str], rows: list[Data]) -> None:
    """Measures with their units; each says what it means in a row that opens below it."""


@solara.component_vue("components/stepper.vue")
def Stepper(second: int, seconds: int, refused: int, event_step: Told, event_reset: Told) -> None:
    """Step, play and reset a model that the server steps; what was refused stops it."""


@solara.component_vue("components/undo.vue")
def Undo(back: int, ahead: int, changed: bool, event_does: Told) -> None:
    """Buttons and keys to undo, redo and reset; how many changes can be taken back, and be done again."""


@solara.component_vue("components/codes.vue")
def Codes(caption: str, rows: list[Data], options: dict[str, list[str]], refused: int, event_changed: Told) -> None:
    """The codes of a file, each with what it is read as, which can be changed."""
