"""Mesa's own dashboard on a :class:`dyadsim.DyadModel`, for Mesa users.

Its markup is Mesa's. The model is made for each visitor: one at module level would be shared by all.
"""

from __future__ import annotations

from typing import Any

import solara

from .. import NOTICE
from ..common import toml_models

__all__ = ["START", "MesaPage", "new_model", "parameters"]

START = {"seed": 1, "dyads": 20, "population": "community", "paradigm": "still-face"}


def parameters() -> dict[str, Any]:
    """Parameters that can be set, as Mesa's dashboard takes them."""
    return {
        "seed": {"type": "InputText", "label": "seed", "value": START["seed"]},
        "dyads": {"type": "SliderInt", "label": "dyads", "value": START["dyads"], "min": 1, "max": 100, "step": 1},
        **{
            what: {"type": "Select", "label": what, "value": START[what], "values": toml_models.names(f"{what}s")}
            for what in ("population", "paradigm")
        },
    }


@solara.component
def Notice(model: Any) -> None:
    solara.Text(NOTICE)


def new_model() -> Any:
    """A Mesa model as the page starts with it."""
    from ..interaction.mesa_model import DyadModel

    return DyadModel(**START)  # type: ignore[arg-type]


@solara.component
def MesaPage(start: Any = None) -> None:
    """Mesa is imported when somebody comes here: it takes two seconds."""
    from mesa.visualization import SolaraViz, make_plot_component

    own = solara.use_memo(lambda: start or new_model(), [])
    shown = solara.use_memo(lambda: [make_plot_component("match"), make_plot_component("arousal"), Notice], [])
    SolaraViz(own, components=shown, model_params=parameters(), name="dyadsim: dyads in a paradigm")
