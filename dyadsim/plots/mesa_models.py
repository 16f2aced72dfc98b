"""Figure of a Mesa model of dyads: what it has collected so far, second by second."""

from __future__ import annotations

import pandas as pd

from ..interaction.paradigms import Paradigm
from ..theory.states import AROUSAL_LEVELS
from .style import INK, MATCH, RUPTURE, Figure, bare, sign

__all__ = ["model_course"]

_HELD = "#E69F00"


def model_course(collected: pd.DataFrame, paradigm: Paradigm) -> Figure:
    """Match and arousal of a model's dyads so far; episodes in which she is held are shaded.

    Parameters
    ----------
    collected : as ``model.datacollector.get_model_vars_dataframe()`` gives it, a row a second.
    paradigm : what they do.
    """
    figure = Figure(figsize=(8.4, 4.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    start = 0
    for episode, stop in zip(paradigm.episodes, paradigm.ends, strict=True):
        for axes in (above, below):
            if not episode.free:
                axes.axvspan(start, stop, color=_HELD, alpha=0.16, linewidth=0)
            if start:
                axes.axvline(start, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
        above.text(start, 1.06, episode.name, fontsize=9, parse_math=False)
        start = stop
    seconds = range(1, len(collected) + 1)
    above.plot(seconds, collected["match"], color=MATCH, linewidth=1.1, label="now")
    above.plot(seconds, collected["time_matched"], color=INK, linewidth=1.4, linestyle="--", label="so far, on average")
    above.set(ylim=(0, 1.02), ylabel="share of dyads that match")
    above.legend(loc="upper right", fontsize=8, frameon=True)
    below.plot(seconds, collected["arousal"], color=RUPTURE, linewidth=1.1)
    below.set(ylim=(0, AROUSAL_LEVELS - 1), ylabel="mean arousal of the infants", xlabel="Time (seconds)")
    below.set_xlim(0, paradigm.seconds)
    for axes in (above, below):
        bare(axes)
    sign(figure)
    return figure
