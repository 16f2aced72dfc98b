"""Figures of fits: profiles of the likelihood, what fitted dyads get right and wrong, and how theories compare."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy.stats import chi2

from .style import INK, MATCH, REPAIR, RUPTURE, Figure, bare, sign

__all__ = [
    "arrows_cut",
    "checks",
    "parameter_recovery",
    "profiles",
    "theory_recovery",
    "theory_scores",
    "theory_wrongs",
]

_COLUMNS = 5
_DROP = float(chi2.ppf(0.95, 1)) / 2
"""Log-likelihood that a value at the end of a 95 % interval has less than the best."""
_REACH = 1.0
"""Widths of the simulated interval beyond which a mark says that what was observed lies farther out."""
_MOST_OFF = 4.0
"""Standard deviations at which the colours of what is wrong end."""
_BAND = "#c9d6e4"


def profiles(table: pd.DataFrame, estimates: pd.DataFrame) -> Figure:
    """Profiles of the likelihood: how well the sessions are explained if one parameter is held, a panel each.

    Parameters
    ----------
    table : ``parameter``, ``value`` and ``log_likelihood`` of one dyad, as :meth:`dyadsim.FittedDyads.profile` gives
        the last two.
    estimates : of the same dyad, as :meth:`dyadsim.FittedDyads.frame` gives them.
    """
    names = list(dict.fromkeys(table["parameter"]))
    known = estimates.set_index("parameter")
    rows = -(-len(names) // _COLUMNS)
    figure = Figure(figsize=(11, 1.0 + 2.3 * rows), layout="constrained")
    panels = figure.subplots(rows, min(len(names), _COLUMNS), squeeze=False, sharey=True)
    for axes, name in zip(panels.ravel(), names, strict=False):
        own, row = table[table["parameter"] == name], known.loc[name]
        told = bool(row["told"])
        axes.axvspan(row["low"], row["high"], color=_BAND, alpha=0.7, lw=0, label="95 % interval")
        style: dict[str, Any] = {
            "color": MATCH if told else "#888888",
            "linestyle": "-" if told else "--",
            "linewidth": 2,
        }
        axes.plot(own["value"], own["log_likelihood"], **style)
        axes.axvline(row["population"], color=RUPTURE, linestyle=":", linewidth=1.6, label="middle of the population")
        axes.plot(row["estimate"], 0, "o", color=INK, ms=6, label="estimate", clip_on=False, zorder=4)
        axes.axhline(-_DROP, color="#999999", linewidth=0.8)
        axes.set_ylim(-4.5, 0.35)
        words = textwrap.fill(name.replace("_", " "), 24)
        axes.set_title(words if told else f"{words}\n(mostly the population's)", loc="left", fontsize=9)
        bare(axes)
    for axes in panels.ravel()[len(names) :]:
        axes.axis("off")
    figure.supylabel("log-likelihood below the best\n(with the ridge, if there is one)", fontsize=9)
    _legend(figure, panels.ravel()[0])
    sign(figure)
    return figure


def checks(table: pd.DataFrame) -> Figure:
    """What a fitted dyad gets right and wrong: each measure as observed, on the interval of the simulated ones.

    Parameters
    ----------
    table : of one session, as :meth:`dyadsim.FittedDyads.checks` gives it.
    """
    episodes = list(dict.fromkeys(table["episode"]))
    names = list(dict.fromkeys(table["measure"]))
    figure = Figure(figsize=(2.6 + 5.2 * len(episodes), 1.7 + 0.235 * len(names)), layout="constrained")
    panels = figure.subplots(1, len(episodes), squeeze=False, sharey=True)[0]
    at = np.arange(len(names))
    for axes, episode in zip(panels, episodes, strict=True):
        own = table[table["episode"] == episode].set_index("measure").reindex(names)
        known = own["observed"].notna().to_numpy()
        axes.barh(at[known], np.ones(known.sum()), 0.62, color=_BAND, label="95 of 100 simulated sessions")
        middle = _on_interval(own, own["simulated"])
        axes.plot(middle[known], at[known], "|", color=INK, ms=9, label="mean of the simulated sessions")
        place = _on_interval(own, own["observed"])
        within = own["within"].eq(True).to_numpy()
        shown = np.clip(place, -_REACH, 1 + _REACH)
        axes.plot(shown[known & within], at[known & within], "o", color=MATCH, ms=6, label="observed, within")
        off = known & ~within
        for some, mark, words in (
            (off & (place == shown), "D", "observed, outside"),
            (off & (place < shown), "<", "farther out than shown"),
            (off & (place > shown), ">", "farther out than shown"),
        ):
            if some.any():
                axes.plot(shown[some], at[some], mark, color=RUPTURE, ms=6.5, label=words, clip_on=False)
        for y, row in zip(at, own.to_dict("records"), strict=True):
            if row["observed"] == row["observed"]:
                words = f"{_short(row['observed'])}   ({_short(row['low'])} to {_short(row['high'])})"
                axes.text(1 + _REACH + 0.12, y, words, va="center", fontsize=8)
        axes.text(1 + _REACH + 0.12, -1.1, "observed (simulated)", va="center", fontsize=8, color="#666666")
        axes.set_xlim(-_REACH - 0.1, 1 + _REACH + 0.1)
        axes.set_xticks([0, 1], ["lowest", "highest"], fontsize=8)
        axes.set_xlabel("end of the simulated interval, each measure on its own scale", fontsize=8)
        axes.set_title(episode, loc="left", fontsize=10, pad=14)
        bare(axes)
    panels[0].set_yticks(at, [name.replace("_", " ") for name in names], fontsize=9)
    panels[0].set_ylim(len(names) - 0.4, -0.8)
    _legend(figure, *panels, columns=2 * len(episodes))
    sign(figure)
    return figure


def _on_interval(own: pd.DataFrame, values: pd.Series) -> np.ndarray:
    """Where values lie on the interval of the simulated ones: 0 at its low end, 1 at its high one."""
    width = (own["high"] - own["low"]).to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        place = (values - own["low"]).to_numpy(dtype=float) / width
    # All simulated sessions alike: in the middle if it is as they are, else beyond an end.
    one_value = np.where(values == own["low"], 0.5, np.where(values < own["low"], -np.inf, np.inf))
    return np.where(width > 0, place, one_value)


def arrows_cut(table: pd.DataFrame, says: dict[str, str]) -> Figure:
    """Arrows cut: measures as coded, beside the fitted dyad as it is and with one of them not following the other.

    Parameters
    ----------
    table : ``measure``, ``observed`` and, of each row, ``arrow`` (``none``: as fitted), ``null``, ``low``, ``high``.
    says : arrows in words, in the order in which they are shown.
    """
    names = list(dict.fromkeys(table["measure"]))
    columns = min(len(names), _COLUMNS)
    figure = Figure(figsize=(1.9 + 1.85 * columns, 2.9), layout="constrained")
    panels = figure.subplots(1, columns, squeeze=False, sharey=True)[0]
    at = np.arange(len(says))
    for axes, name in zip(panels, names, strict=False):
        own = table[table["measure"] == name].set_index("arrow").reindex(list(says))
        for y, (colour, mark), row in zip(
            at, ((INK, "s"), (RUPTURE, "D"), (REPAIR, "^")), own.to_dict("records"), strict=False
        ):
            axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=2.4)
            axes.plot(row["null"], y, mark, color=colour, ms=7)
        axes.axvline(own["observed"].iloc[0], color=MATCH, linestyle="--", linewidth=1.4, label="as coded")
        axes.set_title(textwrap.fill(name.replace("_", " "), 20), loc="left", fontsize=9)
        axes.tick_params(axis="x", labelsize=8)
        bare(axes)
    panels[0].set_yticks(at, [textwrap.fill(words, 22) for words in says.values()], fontsize=9)
    panels[0].set_ylim(len(says) - 0.5, -0.5)
    _legend(figure, panels[0])
    sign(figure)
    return figure


def theory_scores(table: pd.DataFrame) -> Figure:
    """Held-out scores of theories, and of models that know nothing of dyads, with their standard errors.

    Parameters
    ----------
    table : as :meth:`dyadsim.TheoryComparison.frame` gives it.
    """
    rows = table.sort_values("held_out", ascending=False, kind="stable")
    at = np.arange(len(rows))
    figure = Figure(figsize=(8.4, 1.7 + 0.42 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for knows, colour, mark, label in (
        (True, MATCH, "o", "theory of the dyad"),
        (False, "#777777", "s", "model that knows nothing of dyads"),
    ):
        some = (rows["knows_dyads"] == knows).to_numpy()
        if some.any():
            error = np.nan_to_num(rows["held_out_se"].to_numpy(dtype=float)[some])
            style: dict[str, Any] = {
                "fmt": mark,
                "color": colour,
                "ms": 7,
                "capsize": 3,
                "elinewidth": 1.6,
                "label": label,
            }
            axes.errorbar(rows["held_out"][some], at[some], xerr=error, **style)
    axes.set_yticks(at, [str(name) for name in rows["name"]])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(
        "mean log-likelihood of a second that was held out (± one standard error); farther right is better",
        fontsize=9,
    )
    axes.grid(axis="x", color="#e6e6e6")
    axes.set_axisbelow(True)
    bare(axes)
    _legend(figure, axes)
    sign(figure)
    return figure


def theory_wrongs(table: pd.DataFrame, most: int = 20) -> Figure:
    """What each theory gets wrong: how far measures, as coded, lie from the simulated ones.

    Parameters
    ----------
    table : as :meth:`dyadsim.TheoryComparison.wrong` gives it.
    most : measures that are shown: those farthest off under some theory.
    """
    wide = table.pivot_table(index="measure", columns="theory", values="off", sort=False)
    worst = wide.abs().max(axis=1).sort_values(ascending=False, kind="stable").index[:most]
    wide = wide.loc[worst, list(dict.fromkeys(table["theory"]))]
    figure = Figure(figsize=(3.6 + 1.25 * wide.shape[1], 2.0 + 0.27 * len(wide)), layout="constrained")
    axes = figure.subplots()
    drawn = axes.imshow(wide, cmap="PuOr", vmin=-_MOST_OFF, vmax=_MOST_OFF, aspect="auto")
    for y, row in enumerate(wide.to_numpy(dtype=float)):
        for x, value in enumerate(row):
            if np.isfinite(value):
                dark = np.dot(drawn.cmap(drawn.norm(value))[:3], (0.3, 0.6, 0.1)) < 0.6  # about as bright as it looks
                axes.text(x, y, f"{value:+.1f}", ha="center", va="center", fontsize=8, color="w" if dark else "k")
    axes.set_yticks(np.arange(len(wide)), [str(name).replace("_", " ") for name in wide.index], fontsize=9)
    axes.set_xticks(np.arange(wide.shape[1]), [textwrap.fill(str(name), 14) for name in wide.columns], fontsize=9)
    axes.tick_params(length=0)
    axes.xaxis.tick_top()
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(drawn, ax=axes, extend="both", shrink=0.8)
    bar.set_label("coded, in standard deviations from simulated\n(+: more than the theory makes)", fontsize=9)
    sign(figure)
    return figure


def theory_recovery(table: pd.DataFrame) -> Figure:
    """Theory recovery: of dyads simulated under each theory, the share won by each, a panel a number of dyads.

    Parameters
    ----------
    table : ``dyads``, ``true_theory``, and a column a theory of how many cases it won.
    """
    theories = list(table.columns[2:])
    numbers = list(dict.fromkeys(table["dyads"]))
    figure = Figure(figsize=(2.6 + 3.1 * len(numbers), 4.4), layout="constrained")
    panels = figure.subplots(1, len(numbers), squeeze=False, sharey=True)[0]
    for axes, number in zip(panels, numbers, strict=True):
        won = table[table["dyads"] == number].set_index("true_theory").loc[theories, theories].to_numpy(dtype=float)
        share = won / np.maximum(won.sum(axis=1, keepdims=True), 1)
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (y, x), value in np.ndenumerate(share):
            if won[y, x]:
                axes.text(x, y, f"{value:.0%}", ha="center", va="center", fontsize=9, color="w" if value > 0.5 else INK)
        right = np.trace(won) / max(won.sum(), 1)
        axes.set_title(f"{number} dyads: {right:.0%} of {won.sum():.0f} right", fontsize=10, loc="left")
        axes.set_xticks(
            range(len(theories)), [_hyphened(name) for name in theories], rotation=45, ha="right", fontsize=8
        )
        axes.set_yticks(range(len(theories)), [_hyphened(name) for name in theories], fontsize=8)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    panels[0].set_ylabel("simulated under")
    panels[len(panels) // 2].set_xlabel("lowest BIC")
    sign(figure)
    return figure


def parameter_recovery(table: pd.DataFrame, most: int = 500) -> Figure:
    """Parameter recovery: estimates against what was true, with 95 % intervals, and how many of these hold it.

    Parameters
    ----------
    table : ``dyad``, ``parameter``, ``true``, ``estimate``, ``low``, ``high``.
    most : dyads that are drawn; what is told is of all.
    """
    names = list(dict.fromkeys(table["parameter"]))
    columns = min(len(names), 4)
    rows = -(-len(names) // columns)
    figure = Figure(figsize=(3.1 * columns + 0.4, 3.3 * rows + 0.8), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False)
    for axes, name in zip(panels.ravel(), names, strict=False):
        own = table[table["parameter"] == name]
        some = own.iloc[:most]
        holds = ((own["low"] <= own["true"]) & (own["true"] <= own["high"])).to_numpy()
        for of, colour, mark, words in (
            (holds, MATCH, "o", "interval holds what is true"),
            (~holds, RUPTURE, "x", "it does not"),
        ):
            part = some[of[: len(some)]]
            if len(part):
                axes.vlines(part["true"], part["low"], part["high"], color=colour, alpha=0.15, linewidth=0.7)
                axes.plot(part["true"], part["estimate"], mark, color=colour, ms=3.5, alpha=0.6, label=words)
        ends = [own[["true", "estimate"]].min().min(), own[["true", "estimate"]].max().max()]
        axes.plot(ends, ends, color=INK, linewidth=1)
        beyond = 0.15 * (ends[1] - ends[0])
        axes.set_ylim(ends[0] - beyond, ends[1] + beyond)
        axes.set_title(
            f"{name.replace('_', ' ')}\n{holds.mean():.1%} of {len(own):,} intervals", loc="left", fontsize=9
        )
        axes.set_xlabel("true")
        bare(axes)
    for axes in panels.ravel()[len(names) :]:
        axes.axis("off")
    for axes in panels[:, 0]:
        axes.set_ylabel("estimate")
    _legend(figure, *panels.ravel()[: len(names)])
    sign(figure)
    return figure


# Shared ---------------------------------------------------------------------------------------------------------------


def _short(value: float) -> str:
    """A number in three digits, never as a power of ten."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _hyphened(name: str) -> str:
    return str(name).replace("-", "-\n", 1)


def _legend(figure: Figure, *panels: Axes, columns: int = 4) -> None:
    """Legend above, of all that some panel shows, each once."""
    found: dict[str, Any] = {}
    for axes in panels:
        for handle, name in zip(*axes.get_legend_handles_labels(), strict=True):
            found.setdefault(name, handle)
    ncols = min(len(found), columns)
    figure.legend(found.values(), found.keys(), loc="outside upper left", ncols=ncols, frameon=False, fontsize=9)
