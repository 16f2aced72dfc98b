"""Mesa's own dashboard (SolaraViz) on a :class:`dyadsim.DyadModel`, for Mesa users who want it by itself.

Its markup is Mesa's; the page Mesa of the dashboard shows the same model in a frame of its own.
"""

from __future__ import annotations

from typing import Any

import solara

from .. import NOTICE
from ..common import toml_models

__all__ = ["START", "MesaViz", "new_model", "parameters"]

START = {"seed": 1, "dyads": 20, "population": "community", "paradigm": "still-face"}
_HELD = "#E69F00"


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


def shade_held(paradigm: Any, axes: Any) -> None:
    """Shade episodes in which she is held, as a plot's last touch."""
    start = 0
    for episode, stop in zip(paradigm.episodes, paradigm.ends, strict=True):
        if not episode.free:
            axes.axvspan(start, stop, color=_HELD, alpha=0.16, linewidth=0)
            axes.text(start, axes.get_ylim()[1], episode.name, fontsize=9, va="bottom", parse_math=False)
        start = stop


@solara.component
def MesaViz(start: Any = None) -> None:
    """Mesa is imported when somebody comes here: it takes two seconds."""
    from mesa.visualization import SolaraViz, make_plot_component

    own = solara.use_memo(lambda: start or new_model(), [])
    model = solara.use_reactive(own)  # another one after Mesa's own Reset
    last = solara.use_ref(model)
    last.current = model

    def touch(axes: Any) -> None:
        shade_held(last.current.value.paradigm, axes)

    def plots() -> list[Any]:
        return [make_plot_component("match", touch), make_plot_component("arousal", touch), Notice]

    shown = solara.use_memo(plots, [])
    SolaraViz(model, components=shown, model_params=parameters(), name="dyadsim: dyads in a paradigm")
