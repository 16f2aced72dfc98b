"""Data: coded video of one's own, its timeline and measures beside the model's, two coders, moments, a fitted dyad."""

from __future__ import annotations

from typing import Any, cast

import solara

from .. import state
from ..data_fit import FitPart
from ..data_forms import Files, HowRead
from ..data_parts import AgreementPart, CodesPart, MeasuresPart, TimelinePart
from ..data_reading import Read, read
from ..data_runs import use_fit_run
from ..layout import Box, Page, Said

__all__ = ["DataPage"]

_WHAT = (
    "Coded video of a mother and her infant: see it, measure it, hold two coders against each other, find moments "
    "worth showing, and fit the model to it. An example is open; open a file of your own in its place."
)


@solara.component
def DataPage() -> Any:
    """The page Data."""
    choices, run = state.data.value, use_fit_run()
    last = solara.use_ref(cast("tuple[Any, Read] | None", None))

    def seen() -> Read:
        if last.current is None or last.current[0] != choices.how:
            last.current = choices.how, read(choices)
        return last.current[1]

    found = solara.use_memo(seen, [choices])
    session = found.session
    parts: list[Any] = []
    if session is None:
        says = "Say below what its codes mean, or at the side which of it is whose."
        parts += [Said(f"{found.problem} {says}", "problem"), CodesPart(choices, found)]
    else:
        parts += [
            TimelinePart(choices, found, session),
            CodesPart(choices, found),
            MeasuresPart(choices, session, run),
            FitPart(choices, session, run),
            AgreementPart(choices, found),
        ]
    side = Box([Files(choices, found, run), HowRead(choices, found)], "side")
    return Page("Data", "Data", [Said(_WHAT), Box([side, Box(parts, "stack")], "split ds-data")])
