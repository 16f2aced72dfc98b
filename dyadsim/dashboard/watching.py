"""The dyads of a point of a sweep, and the very session of one of them to watch."""

from __future__ import annotations

from typing import Any

import solara

from ..encounter import Encounter
from ..errors import DyadsimError
from ..link import refuse_files
from ..replay import replayed
from ..results import Results, View
from . import forms, served, state, sweep_data
from .opened import Look, Worked, look_at, use_worked
from .parts import Box, Choose, Form, Heading, Said, Status, Table

__all__ = ["Dyads", "lived"]

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
    first, last = _weeks(results)
    week = max(min(view.week or 0, last), first) if now.week is None else now.week
    arm = now.arm or view.arm
    present = (now.dyad, week, arm)
    asked, set_asked = solara.use_state((0, present))

    def find() -> Encounter | None:
        if not asked[0]:
            return None
        found = lived(results, point, *asked[1])
        state.set_sessions((found,))
        return found

    made = use_worked(find, [asked[0]], now.folder)

    def arrive() -> None:
        if made.value is not None:
            router.push(f"/explore?{state.query()}")

    solara.use_effect(arrive, [made])

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "watch":
            set_asked((asked[0] + 1, present))
        else:
            look_at(now, **{key: str(value) if key == "arm" else int(value or 0)})

    busy = asked[0] > 0 and made == Worked()
    fields = [
        forms.number("dyad", "Dyad", now.dyad, 0, max(chunk.dyads[1] for chunk in results.manifest.chunks) - 1),
        *_when(results, arm, week, (first, last)),
        forms.button("watch", "Watch this dyad (Explore)", main=True, disabled=busy),
    ]
    form = Form(title=f"Watch dyad {now.dyad} of point {point}", fields=fields, wide=True, tell=change)
    if made.problem and asked[1] == present:
        return Box([form, Status(made.problem, "problem")])
    return Box([form, Status("Living its weeks again, up to this one ..." if busy and results.of_weeks else "")])


def _weeks(results: Results) -> tuple[int, int]:
    """The first and the last week in which a session can be seen."""
    spans = [chunk.weeks for chunk in results.manifest.chunks if chunk.weeks is not None]
    return max(min((first for first, _ in spans), default=0), 0), max((stop for _, stop in spans), default=1) - 1


def _when(results: Results, arm: str | None, week: int, span: tuple[int, int]) -> list[dict[str, Any]]:
    """Of a scenario: in which arm and week."""
    if not results.of_weeks:
        return []
    arms = [{"value": name, "label": name} for name in results.means()["arm"].unique()]
    return [forms.select("arm", "Arm", str(arm), arms), forms.number("week", "Week of his life", week, *span)]


def lived(results: Results, point: int, dyad: int, week: int, arm: str | None) -> Encounter:
    """The very session of a dyad, as the page Explore opens it.

    Raises
    ------
    DyadsimError
        if it cannot be replayed here: by the rules that are served, in that week, or as it was recorded.
    """
    replay = replayed(results, point, dyad, served.rules())
    recorded = replay.recorded()
    if len(recorded) and not replay.again().equals(recorded):
        raise DyadsimError(_ANOTHER)
    replay.cohort(week, arm)  # tells of a week that it did not live
    try:
        encounter = replay.encounter(week, arm)
        refuse_files(encounter.model_dump(mode="json"))
    except DyadsimError:
        shell = f"dyadsim replay {results.folder.name} --point {point} --dyad {dyad}"
        raise DyadsimError(f"This dyad is of a file of your own, which no page opens; in a shell: {shell}.") from None
    return encounter
