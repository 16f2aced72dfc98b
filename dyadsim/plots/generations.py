"""Figures of generations: what is handed on and by which way, what was offered followed on, cycles kept and broken."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import cycle, islice
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import PercentFormatter

from ..lineages.declared_generations import AS_DECLARED, TWIN
from ..lineages.transmission_gap import WHOLE
from ..theory import evidence
from ..theory.attachment import CLASSES
from .style import INK, LINES, MATCH, RUPTURE, Figure, bare, sign

__all__ = [
    "classes_by_generation",
    "cycles",
    "follow_up",
    "follow_up_by_way",
    "transmission_gap",
    "transmission_matrix",
]

_LETTERS = 30
_MARKERS = "osD^v"
_SHADES = LinearSegmentedColormap.from_list("shares", ["#ffffff", MATCH])
_DARK = 0.8  # share from which letters are white
_PUBLISHED = "F144"
_QUIET = "#777777"
_COLUMNS = 3
OUTCOMES: Mapping[str, str] = {
    "sensitivity": "her sensitivity",
    "history": "her state of mind",
    "depression": "her depressive symptoms",
    "expectation": "what he expects of repair",
    "chance_secure": "the chance that he is secure",
    "maltreated": "how often children are maltreated",
}
"""Outcomes that are followed, in words."""
SIDES: Mapping[str, str] = {
    "all": "all families",
    "offered": "families to whom it was offered",
    "her family": "reached on the mother's side",
    "only her partner's family": "reached on the partner's side only",
    "neither family": "reached on neither side",
}
"""By whose family something was offered (:data:`~dyadsim.lineages.follow_up.WHOSE`), in words. On the mother's side: it
was offered to a family in which she, or somebody of whom she comes, grew up; or she met help before she was one."""
SHARES = ("chance_secure", "maltreated")
"""Outcomes that are shares; the others are standard scores."""


def transmission_matrix(table: pd.DataFrame) -> Figure:
    """Transmission matrix: of mothers of each class, the share whose child has each; beside it with nothing handed on.

    Parameters
    ----------
    table : as :meth:`dyadsim.GenerationResults.transmission` gives it.
    """
    classes = list(dict.fromkeys(table["parent"]))
    wide = {name: table.pivot(index="parent", columns="child", values=name).loc[classes, classes] for name in table}
    figure = Figure(figsize=(9.8, 4.7), layout="constrained")
    panels = figure.subplots(1, 2, width_ratios=[1.18, 1])
    own, flat = panels
    words = {
        (row["parent"], row["child"]): (
            "–" if np.isnan(row["share"]) else f"{row['share']:.0%}\n{row['low']:.0%} to {row['high']:.0%}"
        )
        for row in table.to_dict("records")
    }
    _matrix(own, wide["share"], words)
    numbers = wide["of"].iloc[:, 0]
    own.set_yticks(range(len(classes)), [f"{name}\n({numbers[name]:,} children)" for name in classes])
    own.set_ylabel("class of the mother as an infant")
    own.set_title("As lived: share, and 95 % interval", loc="left", fontsize=10)
    _matrix(flat, wide["all"], {(r["parent"], r["child"]): f"{r['all']:.0%}" for r in table.to_dict("records")})
    flat.set_yticks(range(len(classes)), [])
    flat.set_title("If nothing were handed on: every row the same", loc="left", fontsize=10)
    for axes in panels:
        axes.set_xlabel("class of her child at twelve months")
    sign(figure)
    return figure


def _matrix(axes: Axes, shares: pd.DataFrame, words: Mapping[tuple[str, str], str]) -> None:
    axes.imshow(shares.to_numpy(dtype=float), cmap=_SHADES, vmin=0, vmax=1, aspect="auto")
    for y, parent in enumerate(shares.index):
        for x, child in enumerate(shares.columns):
            ink = "white" if shares.loc[parent, child] > _DARK else "black"
            axes.text(x, y, words[parent, child], ha="center", va="center", fontsize=9, color=ink)
    axes.set_xticks(range(len(shares.columns)), list(shares.columns))
    axes.tick_params(length=0)
    axes.set_xticks(np.arange(len(shares.columns) - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(len(shares) - 1) + 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="minor", length=0)
    axes.spines[:].set_color("#bbbbbb")


def transmission_gap(gap: pd.DataFrame, generation: int | None = None) -> Figure:
    """Transmission gap: by which ways her state of mind and his security go together, beside what is published.

    Parameters
    ----------
    gap : as :meth:`dyadsim.GenerationResults.gap` gives it.
    generation : of the infants (default: the last).
    """
    number = int(gap["generation"].max()) if generation is None else generation
    rows = gap[gap["generation"] == number].reset_index(drop=True)
    at = np.arange(len(rows), dtype=float)
    at[rows["way"] == WHOLE] += 0.5
    whole = float(rows.loc[rows["way"] == WHOLE, "slope"].iloc[0])
    figure = Figure(figsize=(9.2, 1.6 + 0.47 * len(rows)), layout="constrained")
    axes = figure.subplots()
    colours = [INK if way == WHOLE else MATCH for way in rows["way"]]
    axes.barh(at, 100 * rows["slope"], 0.62, color=colours, alpha=0.85)
    off = 100 * np.stack([rows["slope"] - rows["low"], rows["high"] - rows["slope"]])
    axes.errorbar(
        100 * rows["slope"], at, xerr=np.nan_to_num(off), fmt="none", ecolor="#000000", elinewidth=1, capsize=3
    )
    row = evidence.row(_PUBLISHED)
    if (carried := at[rows["way"] == "sensitivity"]).size:
        unverified = ", unverified" if evidence.is_unverified(_PUBLISHED) else ""
        label = f"published: sensitivity carries {row.number:.0%} of the whole ({row.id}{unverified})"
        axes.plot(100 * row.number * whole, carried[0], "D", color=RUPTURE, ms=8, mec="white", label=label, zorder=4)
    for y, share in zip(at, rows["share"], strict=True):
        axes.text(1.02, y, f"{share:.0%}", va="center", ha="left", transform=axes.get_yaxis_transform())
    axes.text(1.02, 1.01, "of the\nwhole", va="bottom", ha="left", fontsize=9, transform=axes.transAxes)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(at, [textwrap.fill(_way(way), 34) for way in rows["way"]])
    axes.invert_yaxis()
    axes.set_xlabel(
        "of 100 children, how many more are secure for each standard score of her state of mind\n(with 95 % intervals)"
    )
    axes.set_title(f"Generation {number}", loc="left", fontsize=10)
    bare(axes)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", frameon=False, fontsize=9)
    sign(figure)
    return figure


def _way(way: str) -> str:
    return "the whole tie" if way == WHOLE else way


def classes_by_generation(shares: pd.DataFrame, rest: pd.Series | None = None) -> Figure:
    """Classes of attachment by generation and arm, and where the steps from mother to child would come to rest.

    Twins of arms in which a way is cut are not drawn.

    Parameters
    ----------
    shares : as :meth:`dyadsim.GenerationResults.shares` gives it.
    rest : as :meth:`dyadsim.GenerationResults.comes_to_rest` gives it; None: not shown.
    """
    arms = _shown(shares)
    columns = [*CLASSES, "maltreated"]
    first, last = int(shares["generation"].min()), int(shares["generation"].max())
    others = [*shares[columns[1:]].max(), *([] if rest is None else rest.drop(CLASSES[0]))]
    top = 0.5 if max(others) < 0.49 else 1.0
    figure = Figure(figsize=(9.8, 3.7 + 0.2 * ((len(arms) + 2) // _COLUMNS)), layout="constrained")
    panels = figure.subplots(1, len(columns), sharex=True)
    for axes, name in zip(panels, columns, strict=True):
        for arm, (colour, dashes, marker) in reversed(_styles(arms).items()):
            own = shares[shares["arm"] == arm]
            style: dict[str, Any] = {
                "linewidth": 2.2 if arm == AS_DECLARED else 1.2,
                "markersize": 6 if arm == AS_DECLARED else 4.5,
            }
            axes.plot(own["generation"], own[name], color=colour, linestyle=dashes, marker=marker, label=arm, **style)
        if rest is not None and name in rest.index:
            label = "where mothers' and children's classes alone would come to rest, as declared"
            axes.plot(last + 0.6, rest[name], "*", color=INK, ms=11, label=label, clip_on=False)
        axes.set_title(name, loc="left", fontsize=10)
        axes.set_ylim(0, 1 if name == CLASSES[0] else top)
        axes.yaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xticks(range(first, last + 1, 1 + (last - first) // 8))
        axes.set_xlim(0.7, last + (0.8 if rest is not None else 0.3))
        axes.set_xlabel("generation")
        bare(axes)
    panels[0].set_ylabel("of the children")
    handles, names = panels[0].get_legend_handles_labels()
    order = [names.index(arm) for arm in arms] + list(range(len(arms), len(names)))
    _legend(figure, [handles[k] for k in order], [names[k] for k in order])
    sign(figure)
    return figure


def follow_up(table: pd.DataFrame, outcomes: Mapping[str, str] = OUTCOMES) -> Figure:
    """Follow-up: by how much families are otherwise than their twins, by generation and whose family it was.

    Parameters
    ----------
    table : as :meth:`dyadsim.GenerationResults.follow_up` gives it; what is declared is shown.
    outcomes : in words.
    """
    own = table[table["arm"] == AS_DECLARED]
    groups = [whose for whose in SIDES if whose in set(own["whose"])]
    looks = dict(zip(groups, islice(cycle(zip(LINES, _MARKERS, strict=True)), len(groups)), strict=True))
    parts = {
        whose: (own[own["whose"] == whose], SIDES[whose], colour, marker)
        for whose, ((colour, _), marker) in looks.items()
    }
    return _points_by_generation(
        parts,
        own,
        outcomes,
        "Families less their twins, to whom nothing was offered, with 95 % intervals",
    )


def follow_up_by_way(
    table: pd.DataFrame,
    whose: str = "her family",
    outcomes: Sequence[str] = ("sensitivity", "expectation", "chance_secure"),
) -> Figure:
    """Follow-up with ways cut: what was offered, as declared beside arms in which a way to the next generation is cut.

    Parameters
    ----------
    table : as :meth:`dyadsim.GenerationResults.follow_up` gives it.
    whose : family, in the generations after; in the first those to whom it was offered.
    outcomes : that are shown.
    """
    later = table[table["whose"] == whose]
    if not len(later):  # it was offered to all
        later = table[table["whose"] == "all"]
    first = table[(table["whose"] == "offered") & ~table["generation"].isin(later["generation"])]
    shown = pd.concat([first, later], ignore_index=True)
    parts = {
        arm: (shown[shown["arm"] == arm], arm, colour, marker)
        for arm, (colour, _, marker) in _styles(_arms(table)).items()
    }
    words = {name: OUTCOMES.get(name, name.replace("_", " ")) for name in outcomes}
    says = "Families less their twins, with 95 % intervals: "
    says += f"first those to whom it was offered, later those {SIDES[whose]}" if len(first) else SIDES["all"]
    return _points_by_generation(parts, shown, words, says)


def _points_by_generation(
    parts: Mapping[str, tuple[pd.DataFrame, str, str, str]], every: pd.DataFrame, outcomes: Mapping[str, str], what: str
) -> Figure:
    """Points with intervals by generation, a panel an outcome, side by side for each part."""
    shown = {name: words for name, words in outcomes.items() if (every["outcome"] == name).any()}
    rows = -(-len(shown) // _COLUMNS)
    figure = Figure(figsize=(9.8, 1.3 + 2.7 * rows + 0.2 * (len(parts) // _COLUMNS)), layout="constrained")
    panels = figure.subplots(rows, min(len(shown), _COLUMNS), squeeze=False).ravel()
    generations = sorted(set(every["generation"]))
    scale: dict[bool, Axes] = {}
    apart = min(0.16, 0.7 / max(len(parts), 1))
    for axes, (name, words) in zip(panels, shown.items(), strict=False):
        share = name in SHARES
        if share in scale:  # what is small looks small
            axes.sharey(scale[share])
        scale[share] = axes
        times = 100 if share else 1
        for place, (rows_of, label, colour, marker) in enumerate(parts.values()):
            some = rows_of[rows_of["outcome"] == name]
            x = some["generation"] + (place - (len(parts) - 1) / 2) * apart
            off = times * np.stack([some["difference"] - some["low"], some["high"] - some["difference"]])
            style: dict[str, Any] = {
                "fmt": marker,
                "color": colour,
                "ms": 5.5,
                "capsize": 2.5,
                "elinewidth": 1.2,
                "label": label,
            }
            axes.errorbar(x, times * some["difference"], yerr=np.nan_to_num(off), **style)
        axes.axhline(0, color=INK, linewidth=0.8)
        for line in generations[1:]:
            axes.axvline(line - 0.5, color="#e2e2e2", linewidth=0.8, zorder=0)
        axes.set_title(words, loc="left", fontsize=10)
        axes.set_ylabel("of 100" if share else "standard scores", fontsize=9)
        axes.set_xticks(generations)
        axes.set_xlim(generations[0] - 0.5, generations[-1] + 0.5)
        axes.set_xlabel("generation")
        bare(axes)
    for axes in panels[len(shown) :]:
        axes.axis("off")
    handles, names = panels[0].get_legend_handles_labels()
    _legend(figure, handles, names, what)
    sign(figure)
    return figure


def cycles(table: pd.DataFrame) -> Figure:
    """Cycles broken and kept: of 100 children whose mother lived through something, how many do not, and how many do.

    Twins of arms in which a way is cut are not drawn.

    Parameters
    ----------
    table : as :meth:`dyadsim.GenerationResults.cycles` gives it.
    """
    known = table[table["mothers"] > 0]
    arms, kinds = _shown(known), list(dict.fromkeys(known["what"]))
    figure = Figure(figsize=(9.8, 2.1 + 0.62 * len(arms)), layout="constrained")
    panels = figure.subplots(1, max(len(kinds), 1), squeeze=False, sharey=True)[0]
    says = {"maltreatment": ("was maltreated as a child", "not maltreated", "maltreated")}
    for axes, what in zip(panels, kinds, strict=True):
        hers, broken, kept = says.get(what, ("was not secure as an infant", "secure", "not secure"))
        own = known[known["what"] == what].set_index("arm").reindex(arms)
        at = np.arange(len(arms))
        style: dict[str, Any] = {"height": 0.8, "edgecolor": "white"}
        axes.barh(at, own["broken"], color=MATCH, label="cycle broken", **style)
        axes.barh(at, own["kept"], left=own["broken"], color="#E69F00", hatch="//", label="cycle kept", **style)
        # Words above, marks below, so that neither hides the other.
        for y, (_, row) in zip(at - 0.16, own.iterrows(), strict=True):
            if not np.isnan(row["kept"]):
                for x, side, share, word in (
                    (0.015, "left", row["broken"], broken),
                    (0.985, "right", row["kept"], kept),
                ):
                    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5, "alpha": 0.92}
                    axes.text(x, y, f"{100 * share:.0f} {word}", ha=side, va="center", fontsize=9, bbox=box)
        mark: dict[str, Any] = {
            "color": "white",
            "mec": INK,
            "ms": 7,
            "label": "where they meet for all other children",
        }
        axes.plot(1 - own["others"], at + 0.22, "D", **mark)
        off = np.stack([own["broken"] - own["broken_low"], own["broken_high"] - own["broken"]])
        bars: dict[str, Any] = {"fmt": "none", "ecolor": "black", "elinewidth": 1.4, "capsize": 3}
        axes.errorbar(own["broken"], at + 0.22, xerr=np.nan_to_num(off), label="95 % interval", **bars)
        axes.set_yticks(at, [textwrap.fill(arm, _LETTERS) for arm in arms])
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set_title(f"Of 100 children whose mother\n{hers}", loc="left", fontsize=10)
        axes.set_xlabel("of these children")
        bare(axes)
    panels[0].invert_yaxis()
    handles, names = panels[0].get_legend_handles_labels()
    order = sorted(range(len(names)), key=lambda k: not names[k].startswith("cycle"))
    _legend(figure, [handles[k] for k in order], [names[k] for k in order], columns=4)
    sign(figure)
    return figure


# Shared ---------------------------------------------------------------------------------------------------------------


def _arms(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in dict.fromkeys(table["arm"])]


def _shown(table: pd.DataFrame) -> list[str]:
    """Arms but for twins of those in which a way is cut, with which these alone are compared."""
    return [arm for arm in _arms(table) if not arm.startswith(f"{TWIN} ")]


def _styles(arms: Sequence[str]) -> dict[str, tuple[str, Any, str]]:
    """Colour, dashes and marker of each arm, by its name: a twin has the colour of what it is the twin of, and is grey
    where that is what is declared."""
    first = [arm for arm in arms if not arm.startswith(TWIN)]
    found: dict[str, tuple[str, Any, str]] = {}
    for place, (arm, (colour, dashes)) in enumerate(zip(first, cycle(LINES), strict=False)):
        found[arm] = (colour, dashes, _MARKERS[(place + place // len(LINES)) % len(_MARKERS)])
    for arm in arms:
        if arm.startswith(TWIN):
            found[arm] = (found.get(arm.removeprefix(f"{TWIN} "), (_QUIET, "-", "x"))[0], (0, (1, 1.5)), "x")
    return {arm: found[arm] for arm in arms}


def _legend(
    figure: Figure, handles: Sequence[Any], names: Sequence[str], title: str | None = None, columns: int = _COLUMNS
) -> None:
    words = [textwrap.fill(name, 46) for name in names]
    style: dict[str, Any] = {"frameon": False, "fontsize": 9, "title_fontsize": 9, "alignment": "left"}
    figure.legend(handles, words, loc="outside upper left", title=title, ncols=min(len(words), columns), **style)
