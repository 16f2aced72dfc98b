"""Figures of populations: repair survival, course, phase diagram, match against chance."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..common.errors import DyadsimError
from ..theory.states import DISTRESSED, LOOKING
from ..theory.traits import TRAITS
from .style import INK, LINES, MATCH, Figure, bare, sign

__all__ = ["course", "match_against_chance", "phase_diagram", "repair_survival", "side_by_side"]

_COURSE = (
    ("infant_positive", "his smiles"),
    ("gaze", "his gaze at her"),
    ("negative affect", "his protest and withdrawal"),
    ("arousal", "his arousal (0 to 4)"),
)

_ROUNDING = 1e-9  # where her face never changes, match and chance are the same but for the last digit


def repair_survival(simulated: pd.DataFrame, exact: pd.DataFrame) -> Figure:
    """Share of mismatches still open, second by second: simulated with its 95 % interval, and the exact law.

    Parameters
    ----------
    simulated : a session's ``repair_survival()``.
    exact : the law's.
    """
    episodes = list(dict.fromkeys(simulated["episode"]))
    figure = Figure(figsize=(4.2 * len(episodes) + 0.6, 4.0), layout="constrained")
    for axes, episode in zip(figure.subplots(1, len(episodes), sharey=True, squeeze=False)[0], episodes, strict=True):
        own = simulated[simulated["episode"] == episode]
        axes.fill_between(own["seconds"], own["low"], own["high"], color=MATCH, alpha=0.25, linewidth=0)
        axes.plot(own["seconds"], own["survival"], color=MATCH, label="simulated, with 95 % interval")
        law = exact[exact["episode"] == episode]
        axes.plot(law["seconds"], law["survival"], color=INK, linestyle=(0, (4, 3)), label="exact law")
        axes.set_title(episode, loc="left", parse_math=False)
        axes.set_xlabel("seconds since the mismatch began")
        axes.set_ylim(0, 1)
        axes.set_xlim(0, own["seconds"].max())
        bare(axes)
    figure.axes[0].set_ylabel("share of mismatches not yet repaired")
    figure.axes[0].legend(frameon=False)
    sign(figure)
    return figure


def course(courses: Mapping[str, pd.DataFrame]) -> Figure:
    """Course of a session on the exact law: chance of his smile, gaze and distress, and his arousal, by population.

    Parameters
    ----------
    courses : by the population's name, a law's ``course()``.
    """
    figure = Figure(figsize=(11, 2.0 * len(_COURSE) + 0.8), layout="constrained")
    axes = figure.subplots(len(_COURSE), 1, sharex=True)
    for (population, own), (colour, dashes) in zip(courses.items(), itertools.cycle(LINES), strict=False):
        shown = own.assign(
            gaze=sum(own[f"infant_{state}"] for state in LOOKING),
            **{"negative affect": sum(own[f"infant_{state}"] for state in DISTRESSED)},
        )
        for each, (name, _) in zip(axes, _COURSE, strict=True):
            each.plot(shown.index, shown[name], color=colour, linestyle=dashes, label=population)
    first = next(iter(courses.values()))
    for each, (name, says) in zip(axes, _COURSE, strict=True):
        each.set_title(says, loc="left", fontsize=10)
        each.set_ylim(bottom=0)
        each.set_ylabel("level" if name == "arousal" else "probability")
        bare(each)
    _mark_episodes(axes, first["episode"])
    axes[0].legend(frameon=False, ncols=len(courses), loc="lower right", bbox_to_anchor=(1, 1))
    axes[-1].set_xlabel("Time (seconds)")
    axes[-1].set_xlim(0, len(first))
    sign(figure)
    return figure


def _mark_episodes(axes: np.ndarray, episode: pd.Series) -> None:
    starts = np.flatnonzero(episode.ne(episode.shift()))
    for each in axes:
        for start in starts[1:]:
            each.axvline(start, color="#999999", linewidth=0.9, linestyle=(0, (4, 3)))
    for start in starts.tolist():
        axes[0].annotate(
            episode.iloc[start], (start, 1.0), xycoords=("data", "axes fraction"), xytext=(4, -12),
            textcoords="offset points", parse_math=False, fontsize=9, color="#666666",
        )  # fmt: skip


def side_by_side(measures: Mapping[str, pd.Series], curves: Mapping[str, pd.DataFrame], episode: str) -> Figure:
    """Several dyads on the exact law: match beside the match expected by chance, and how long mismatches stay open.

    Parameters
    ----------
    measures : by what each is called, ``match`` and ``chance_match`` of the episode.
    curves : by the same names, a law's ``repair_survival()``.
    episode : which of them is shown.

    Raises
    ------
    DyadsimError
        for more than can be told apart.
    """
    if len(measures) > len(LINES):
        raise DyadsimError(f"The figure shows at most {len(LINES)} dyads, not {len(measures)}.")
    figure = Figure(figsize=(9.6, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for place, ((name, own), (colour, dashes)) in enumerate(zip(measures.items(), LINES, strict=False)):
        left.plot([own["chance_match"], own["match"]], [place, place], color=colour, linewidth=2)
        left.plot(own["chance_match"], place, "o", color="white", markeredgecolor=colour, markersize=8)
        left.plot(own["match"], place, "o", color=colour, markersize=8)
        curve = curves[name][curves[name]["episode"] == episode]
        right.plot(curve["seconds"], curve["survival"], color=colour, linestyle=dashes, linewidth=2, label=name)
    left.set_yticks(range(len(measures)), [textwrap.fill(name, 20) for name in measures], parse_math=False)
    left.set_ylim(len(measures) - 0.4, -0.6)
    left.set_title(f"{episode}: match (full), by chance (hollow)", loc="left", fontsize=10, parse_math=False)
    left.set_xlabel("share of time")
    left.xaxis.set_major_locator(MaxNLocator(5))
    left.set_xlim(0, 1.08 * left.dataLim.x1)
    right.set_title(f"{episode}: mismatches still open", loc="left", fontsize=10, parse_math=False)
    right.set_xlabel("seconds since the mismatch began")
    right.set_ylim(0, 1)
    right.set_xlim(0, 60)
    for text in right.legend(frameon=False, handlelength=3).get_texts():
        text.set_parse_math(False)
    bare(left)
    bare(right)
    sign(figure)
    return figure


def phase_diagram(grid: pd.DataFrame) -> Figure:
    """A measure over two traits, on the exact law.

    Parameters
    ----------
    grid : as :func:`dyadsim.interaction.phase_diagram.phase_diagram` gives it: the two traits, then the measure.
    """
    x, y, measure = grid.columns
    values = grid.pivot(index=y, columns=x, values=measure)
    figure = Figure(figsize=(7.2, 5.6), layout="constrained")
    axes = figure.subplots()
    filled = axes.contourf(values.columns, values.index, values, levels=14, cmap="cividis")
    lines = axes.contour(
        values.columns, values.index, values, levels=np.asarray(filled.levels)[::2], colors="white", linewidths=0.7
    )
    axes.clabel(lines, fontsize=8)
    figure.colorbar(filled, label=measure.replace("_", " "))
    axes.set_xlabel(f"{x.replace('_', ' ')} ({TRAITS[x].unit})")
    axes.set_ylabel(f"{y.replace('_', ' ')} ({TRAITS[y].unit})")
    axes.set_title(
        f"{grid.attrs['episode']}, match scheme “{grid.attrs['scheme']}”, exact law", loc="left", fontsize=11
    )
    sign(figure)
    return figure


def match_against_chance(measures: pd.DataFrame) -> Figure:
    """Match of every dyad and episode beside the match that its own state shares would give by chance.

    Parameters
    ----------
    measures : a session's, or a law's.
    """
    episodes = list(dict.fromkeys(measures["episode"]))
    figure = Figure(figsize=(4.0 * len(episodes) + 0.6, 4.4), layout="constrained")
    top = 1.05 * float(np.nanmax(measures[["match", "chance_match"]].to_numpy()))
    for axes, episode in zip(figure.subplots(1, len(episodes), sharey=True, squeeze=False)[0], episodes, strict=True):
        _against_chance(axes, measures[measures["episode"] == episode], top)
        axes.set_title(episode, loc="left", parse_math=False)
    figure.axes[0].set_ylabel("share of time matched")
    sign(figure)
    return figure


def _against_chance(axes: Axes, own: pd.DataFrame, top: float) -> None:
    axes.plot([0, top], [0, top], color=INK, linewidth=0.9)
    axes.scatter(own["chance_match"], own["match"], s=9, color=MATCH, alpha=0.35, linewidth=0)
    above = (own["match"] - own["chance_match"] > _ROUNDING).mean()
    mean, chance = own["match"].mean(), own["chance_match"].mean()
    says = f"mean {mean:.2f}, by chance {chance:.2f}\n{above:.0%} of dyads above chance"
    axes.text(0.03, 0.97, says, transform=axes.transAxes, va="top", fontsize=9)
    axes.set_xlim(0, top)
    axes.set_ylim(0, top)
    axes.set_aspect("equal")
    axes.set_xlabel("expected by chance from the dyad's own shares")
    bare(axes)
