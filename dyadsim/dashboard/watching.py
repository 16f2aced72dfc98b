"""The dyads of a point of a sweep, and the very session of one of them to watch."""

from __future__ import annotations

from typing import Any

import solara

from ..errors import DyadsimError
from ..replay import replayed
from ..results import Results, View
from . import forms, served, state, sweep_data
from .opened import Look, by_name, look_at, use_worked
from .parts import Box, Choose, Form, Heading, Said, Status, Table

__all__ = ["Dyads", "watch"]

_ANOTHER = "This is another version of the model: the dyad, run again, is not what was recorded."


@solara.component
def Dyads(results: Results, now: Look, view: View, point: int) -> Any:
    """The dyads of a point, and one of them to watch."""
    made = use_worked(lambda: results.frame([point]), [results, point], now.folder)
    head = Heading(f"Point {point}")
    levels = results.points.loc[point, results.factors]
    says = Said(
        "; ".join(f"{forms.plain(str(name))} {sweep_data.level(value)}" for name, value in levels.items()) + "."
    )
    if made.value is None:
        return Box([head, says, Said(made.problem, "problem") if made.problem else Status("Reading its dyads ...")])
    frame = made.value
    if frame.empty:
        return Box([head, says, Said("Nothing is recorded of this point: it failed, or is not done yet.", "problem")])
    dyads = sweep_data.dyads_of(frame, results, view)
    arm = now.arm or view.arm
    recorded = sweep_data.recorded_of(frame, results, now.dyad, arm)
    of_arm = f", {arm}" if arm else ""
    where = f"week {view.week}, {view.arm}" if results.of_weeks else view.episode
    return Box(
        [
            head,
            says,
            Box(
                [
                    Choose(f"Its dyads: {where}", dyads, now.dyad, lambda dyad: look_at(now, dyad=dyad)),
                    Box(
                        [
                            _Watch(results, now, view, point),
                            Table("", f"Recorded of dyad {now.dyad}{of_arm}", recorded, 3),
                        ],
                        "stack",
                    ),
                ],
                "pair",
            ),
        ],
        "stack",
    )


@solara.component
def _Watch(results: Results, now: Look, view: View, point: int) -> Any:
    """One of the dyads, to be seen on the page Explore: the very session that it lived."""
    router = solara.use_router()
    chunks = results.manifest.chunks
    weeks = [chunk.weeks for chunk in chunks if chunk.weeks is not None]
    first, last = max(min((first for first, _ in weeks), default=0), 0), max((stop for _, stop in weeks), default=1) - 1
    week = max(min(view.week or 0, last), first) if now.week is None else now.week
    arm = now.arm or view.arm

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "arm":
            look_at(now, arm=str(value))
        elif key != "watch":
            look_at(now, **{key: int(value or 0)})
        else:
            watch(results, now, point, week, arm)
            router.push(f"/explore?{state.query()}")

    dyads = max(chunk.dyads[1] for chunk in chunks)
    fields = [forms.number("dyad", "Dyad", now.dyad, 0, dyads - 1)]
    if results.of_weeks:
        arms = list(results.means()["arm"].unique())
        fields.append(forms.select("arm", "Arm", str(arm), [{"value": each, "label": each} for each in arms]))
        fields.append(forms.number("week", "Week of his life", week, first, last))
    fields.append(forms.button("watch", "Watch this dyad (Explore)", main=True))
    return Form(title=f"Watch dyad {now.dyad} of point {point}", fields=fields, wide=True, tell=change)


def watch(results: Results, now: Look, point: int, week: int, arm: str | None) -> None:
    """Let the page Explore show the very session of a dyad.

    Raises
    ------
    DyadsimError
        if it cannot be replayed here: by the rules that are served, in that week, or as it was recorded.
    """
    try:
        replay = replayed(results, point, now.dyad, served.rules())
        recorded = replay.recorded()
        if len(recorded) and not replay.again().equals(recorded):
            raise DyadsimError(_ANOTHER)
        encounter = replay.encounter(week, arm) if results.of_weeks else replay.encounter()
    except DyadsimError as error:
        raise DyadsimError(by_name(str(error), now.folder)) from None
    state.set_sessions((encounter,))
