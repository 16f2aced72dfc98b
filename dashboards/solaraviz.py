"""Mesa's own dashboard on a DyadModel, for Mesa users: ``solara run dashboards/solaraviz.py``.

For thought and teaching; no clinical instrument and no rating of a parent.
"""

import solara
from mesa.visualization import SolaraViz, make_plot_component

import dyadsim as ds
from dyadsim import shipped

START = {"seed": 1, "dyads": 20, "population": "community", "paradigm": "still-face"}
PARAMETERS = {
    "seed": {"type": "InputText", "label": "seed", "value": START["seed"]},
    "dyads": {"type": "SliderInt", "label": "dyads", "value": START["dyads"], "min": 1, "max": 100, "step": 1},
    **{
        what: {"type": "Select", "label": what, "value": START[what], "values": shipped.names(f"{what}s")}
        for what in ("population", "paradigm")
    },
}


@solara.component
def Notice(model):
    solara.Text(ds.NOTICE)


def new_model():
    return ds.DyadModel(**START)


@solara.component
def Page(start=None):
    """A model a visitor: one at module level would be shared by all."""
    own = solara.use_memo(lambda: start or new_model(), [])
    SolaraViz(
        own,
        components=[make_plot_component("match"), make_plot_component("arousal"), Notice],
        model_params=PARAMETERS,
        name="dyadsim: dyads in a paradigm",
    )
