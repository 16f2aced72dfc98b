"""The dyads of a point of a sweep, and the very session of one of them to watch."""

from __future__ import annotations

from typing import Any

import pandas as pd
import solara

from ..common.errors import DyadsimError
from ..scenarios.encounter import Encounter
from ..scenarios.web_link import refuse_files
from ..sweeps.replay import replay as run_again
from ..sweeps.results import Results, View
from . import form_fields, server_settings, state, sweep_data
from .layout import Box, Choose, Form, Heading, Said, Status, Table
from .results_folders import Worked, use_worked
from .results_look import Look, look_at

__all__ = ["Dyads", "replayed"]

_ANOTHER = "This is another version of the model: the dyad, run again, is not what was recorded."


@solara.component
def Dyads(results: Results, now: Look, view: View, point: int) -> Any:
    """The dyads of a point, and one of them to watch."""
    made = use_worked(lambda: results.frame([point]), [results, point], now.folder)
    levels = results.points.loc[point, results.factors].items()
    says = "; ".join(f"{form_fields.plain(str(name))} {sweep_data.level(value)}" for name, value in levels)
    head = [Heading(f"Point {point}"), Said(f"{says}.")]
    if made.value is None:
        return Box([*head, Said(made.problem, "problem") if made.problem else Status("Reading its dyads ...")])
    if made.value.empty:
        return Box([*head, Said("Nothing is recorded of this point: it failed, or is not done yet.", "problem")])
    return Box([*head, _Recorded(results, now, view, point, made.value)], "stack")


@solara.component
def _Recorded(results: Results, now: Look, view: View, point: int, frame: pd.DataFrame) -> Any:
    """Records of all dyads here, and of the chosen one everywhere."""
    arm = now.arm or view.arm
    where = f"week {view.week}, {view.arm}" if results.of_weeks else view.episode
    all_of_them = sweep_data.dyads_of(frame, results, view)
    records = sweep_data.recorded_of(frame, results, now.dyad, arm)
    title = f"Recorded of dyad {now.dyad}" + (f", {arm}" if arm else "")
    beside = Box([_Watch(results, now, view, point), Table("", title, records, 3)], "stack")
    return Box(
        [Choose(f"Its dyads: {where}", all_of_them, now.dyad, lambda dyad: look_at(now, dyad=dyad)), beside], "pair"
    )


Asked = tuple[int, int, str | None]
"""A dyad, and of a scenario its week and arm."""


@solara.component
def _Watch(results: Results, now: Look, view: View, point: int) -> Any:
    """Fields to choose a dyad, and to watch the very session that it lived on the page Explore."""
    weeks = results.weeks or range(1)
    first, last = max(weeks.start, 0), weeks.stop - 1  # those in which a session can be seen
    week = max(min(view.week or 0, last), first) if now.week is None else now.week
    present: Asked = (now.dyad, week, now.arm or view.arm)
    asked, set_asked = solara.use_state((0, present))
    made = _use_replayed(results, point, asked, now.folder)

    def change(given: dict[str, Any]) -> None:
        key, value = str(given["key"]), given["value"]
        if key == "watch":
            set_asked((asked[0] + 1, present))
        else:
            look_at(now, **{key: str(value) if key == "arm" else int(value or 0)})

    busy = asked[0] > 0 and made == Worked()
    fields = [
        form_fields.number("dyad", "Dyad", now.dyad, 0, results.dyads - 1),
        *_when(results, present[2], week, (first, last)),
        form_fields.button("watch", "Watch this dyad (Explore)", main=True, disabled=busy),
    ]
    form = Form(title=f"Watch dyad {now.dyad} of point {point}", fields=fields, wide=True, tell=change)
    if made.problem and asked[1] == present:
        return Box([form, Status(made.problem, "problem")])
    return Box([form, Status("Living its weeks again, up to this one ..." if busy and results.of_weeks else "")])


def _use_replayed(results: Results, point: int, asked: tuple[int, Asked], name: str) -> Worked[Encounter | None]:
    """The session that was asked for (with a count of askings, 0 for none yet); Explore shows it when it is there."""
    router = solara.use_router()

    def find() -> Encounter | None:
        if not asked[0]:
            return None
        found = replayed(results, point, *asked[1])
        state.set_sessions((found,))
        return found

    made = use_worked(find, [asked[0]], name)

    def arrive() -> None:
        if made.value is not None:
            router.push(f"/explore?{state.query()}")

    solara.use_effect(arrive, [made])
    return made


def _when(results: Results, arm: str | None, week: int, span: tuple[int, int]) -> list[dict[str, Any]]:
    """Fields of a scenario's arm and week; none where sessions are swept."""
    if not results.of_weeks:
        return []
    arms = [{"value": name, "label": name} for name in results.means()["arm"].unique()]
    return [
        form_fields.select("arm", "Arm", str(arm), arms),
        form_fields.number("week", "Week of his life", week, *span),
    ]


def replayed(results: Results, point: int, dyad: int, week: int, arm: str | None) -> Encounter:
    """Encounter of a dyad in the very session that was swept, as the page Explore opens it.

    Raises
    ------
    DyadsimError
        if it cannot be replayed here: by the rules that are served, in that week, or as it was recorded.
    """
    rules = server_settings.rules()
    replay = run_again(results, point, dyad, infant=rules.infant, mother=rules.mother)
    if replay.same is False:
        raise DyadsimError(_ANOTHER)
    replay.cohort(week, arm)  # tells of a week that it did not live
    try:
        encounter = replay.encounter(week, arm)
        refuse_files(encounter.model_dump(mode="json"))
    except DyadsimError:
        shell = f"dyadsim replay {results.folder.name} --point {point} --dyad {dyad}"
        raise DyadsimError(f"This dyad is of a file of your own, which no page opens; in a shell: {shell}.") from None
    return encounter
