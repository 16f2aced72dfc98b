"""Mesa's own dashboard on a DyadModel, for Mesa users: ``solara run dashboards/solaraviz.py``.

For thought and teaching; no clinical instrument and no rating of a parent.
"""

import solara
from mesa.visualization import SolaraViz, make_plot_component

import dyadsim as ds
from dyadsim import shipped
from dyadsim.plots import NOTICE
from dyadsim.traits import TRAITS

SHOWN = ("sensitivity", "burden", "negativity")


def slider(trait):
    """A slider made from what traits.py says of the trait."""
    return {
        "type": "SliderFloat",
        "label": f"{trait.name}: {trait.meaning}",
        "value": trait.default,
        "min": trait.low,
        "max": trait.high,
        "step": 0.5,
    }


PARAMETERS = {
    "seed": {"type": "InputText", "label": "seed", "value": 1},
    "dyads": {"type": "SliderInt", "label": "dyads", "value": 20, "min": 1, "max": 100, "step": 1},
    "population": {
        "type": "Select",
        "label": "population",
        "value": "community",
        "values": shipped.names("populations"),
    },
    "paradigm": {"type": "Select", "label": "paradigm", "value": "still-face", "values": shipped.names("paradigms")},
    **{name: slider(TRAITS[name]) for name in SHOWN},
}


@solara.component
def Notice(model):
    solara.Text(NOTICE)


def new_model():
    return ds.DyadModel(dyads=20, paradigm="still-face", seed=1, **{name: TRAITS[name].default for name in SHOWN})


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
