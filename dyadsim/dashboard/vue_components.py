"""The components that are written in Vue (``components/*.vue``), by what each takes and tells.

All are native HTML and SVG: usable by keyboard, readable by a screen reader, and served from this package alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import solara

__all__ = [
    "Captions", "Choices", "Codes", "Community", "Curves", "Faces", "Fields", "Grid", "Heat", "Lanes", "Lesson",
    "Measures", "Numbers", "Phase", "Picture", "Progress", "Share", "Sheet", "Shell", "Stepper", "Transport", "Undo",
    "Upload",
]  # fmt: skip

Data = dict[str, Any]
Told = Callable[[Any], None]


@solara.component_vue("components/shell.vue")
def Shell(pages: list[Data], here: str, query: str, notice: str, event_go: Told, event_back: Told, place: Data) -> None:
    """The head of every page; keeps the address in step with what is shown.

    In ``place`` stands what only this page says (``also``), and a number that grows with every choice (``step``) to
    which the browser's way back leads.
    """


@solara.component_vue("components/lanes.vue")
def Lanes(track: Data, clock: str, span: int, compact: bool = False, veil: bool = False, titled: bool = False) -> None:
    """One session as lanes under a playhead; ``span`` seconds fill the width."""


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


@solara.component_vue("components/captions.vue")
def Captions(captions: list[Data], clock: str) -> None:
    """What just happened, in words."""


@solara.component_vue("components/numbers.vue")
def Numbers(numbers: list[Data], clock: str) -> None:
    """The numbers that matter, up to the playhead."""


@solara.component_vue("components/grid.vue")
def Grid(track: Data, clock: str) -> None:
    """State-space grid with the trail of the last seconds."""


@solara.component_vue("components/faces.vue")
def Faces(track: Data, clock: str, label: str = "") -> None:
    """The two of them, as they are at the playhead."""


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


@solara.component_vue("components/sheet.vue")
def Sheet(
    caption: str,
    heads: list[Data],
    rows: list[list[Any]],
    name: str = "",
    collapsed: bool = False,
    file: Data | None = None,
    event_wanted: Told | None = None,
) -> None:
    """A table, with a download where it has a file name."""


@solara.component_vue("components/picture.vue")
def Picture(
    title: str, alt: str, svg: str, kinds: list[str], file: Data | None = None, event_wanted: Told | None = None
) -> None:
    """A figure with its downloads."""


@solara.component_vue("components/share.vue")
def Share(toml: str, name: str, event_opened: Told, no_link: str = "") -> None:
    """Copy the link, download or open the configuration; or why there is ``no_link``."""


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


@solara.component_vue("components/lesson.vue")
def Lesson(title: str, steps: list[Data], at: int, event_chosen: Told, event_played: Told) -> None:
    """The steps of a lesson."""


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
