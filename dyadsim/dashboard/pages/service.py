"""Service: a public service for the families of some communities, changed and seen beside itself as it is."""

from __future__ import annotations

from typing import Any

import solara

from .. import server_settings, state
from ..layout import Box, Form, Page, RunBar, Said, Share
from ..outcome_view import OutcomeView
from ..run_or_folder import RunOrFolder
from ..service_choices import changed, service_fields
from ..service_outcomes import outcome_at
from ..service_runs import use_service_run

__all__ = ["ServicePage"]

_WHAT = (
    "A service for the families of some communities: who visits them, who is asked how she feels, who waits, and who "
    "is helped, by how many staff and at what cost. Change staff or a cut, and the same families, with the same luck, "
    "live under the service as it is, as you changed it, and under none."
)
_FEW = (
    "A page lives with a few communities; 'dyadsim services' compares several services for many, and its results "
    "folder can be opened here."
)


@solara.component
def ServicePage() -> Any:
    """The page Service."""
    names = list(server_settings.offered(*state.OF_SERVICES))
    below = RunOrFolder(names, state.service_folder(), outcome_at, state.close_service_folder, _Here)
    return Page("Service", "Service", [Said(_WHAT), below])


@solara.component
def _Here() -> Any:
    """A service that is changed and run on this page."""
    run, choices = use_service_run(), state.service.value
    outcome = run.state.value.outcome

    def change(given: dict[str, Any]) -> None:
        state.service.set(changed(choices, str(given["key"]), given["value"]))

    bar = RunBar(run, "Live with this service", "Living the weeks of each arm", lambda: run.start(choices))
    if outcome is None:
        shown = [Said(f"Nothing was run yet. It takes half a minute or so. {_FEW}")]
    else:
        old = outcome.asked.model_dump() != choices.comparison.model_dump()
        stale = Said("The fields have changed since this was run; run again to see what follows.", "problem")
        shown = [*([stale] if old else []), OutcomeView(outcome)]
    forms = [Form(title=title, fields=own, tell=change).key(title) for title, own in service_fields(choices)]
    share = Share(choices.service, state.open_service)
    return Box([Box(forms, "side"), Box([bar, *shown, share], "stack")], "split ds-player-first")
