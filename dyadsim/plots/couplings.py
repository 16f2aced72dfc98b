"""Figure of the couplings: the declared graph of what pulls on what, with its sizes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from numpy.typing import NDArray

from ..theory.couplings import ARROWS, Arrow
from ..theory.dynamics import Dynamics
from ..theory.slow_states import INFANTS_OWN, LIVED, SLOW
from .style import INK, MATCH, REPAIR, RUPTURE, Figure, sign

__all__ = ["couplings"]

Points = NDArray[np.float64]

_COLUMNS = {
    "what she brings": 0.85,
    "her surroundings": 3.1,
    "symptoms and stress": 6.0,
    "what she does and feels": 9.0,
    "him": 11.8,
    "the week's play": 14.5,
}
"""What the columns hold, and where they are."""
_PLACES: dict[str, tuple[float, float]] = {
    "vulnerability": (0.85, 7.7),
    "history": (0.85, 1.4),
    "unresolved": (0.85, 0.45),
    "couple": (3.65, 3.75),
    "support": (3.0, 5.45),
    "loneliness": (3.0, 1.75),
    "stress": (6.0, 6.7),
    "depression": (6.0, 4.7),
    "anxiety": (6.0, 7.7),
    "trauma": (6.0, 1.75),
    "self_efficacy": (9.0, 8.1),
    "bonding": (9.0, 6.7),
    "reflective_functioning": (9.0, 2.2),
    "sensitivity": (9.0, 4.9),
    "frightening": (9.0, 0.45),
    "regulatory_symptoms": (11.8, 2.0),
    "regulation": (11.8, 3.65),
    "expectation": (11.8, 5.3),
    "negativity": (11.8, 0.45),
    "distraction": (11.8, 6.75),
    "distress": (14.5, 7.1),
    "positive_engagement": (14.5, 8.1),
    "coordination": (14.5, 2.95),
    "answered": (14.5, 4.2),
    "repair": (14.5, 5.45),
}
"""Middle of each node, set so that no arrow passes through another and few arrows cross."""
_BENDS: dict[str, float] = {
    "vulnerability -> anxiety": -0.06,
    "vulnerability -> trauma": 0.36,
    "couple -> support": 0.17,
    "support -> loneliness": 0.14,
    "support -> depression": 0.08,
    "loneliness -> depression": 0.15,
    "couple -> depression": -0.09,
    "depression -> couple": -0.2,
    "stress -> depression": 0.17,
    "depression -> stress": 0.17,
    "regulatory_symptoms -> stress": -0.14,
    "depression -> self_efficacy": -0.14,
    "self_efficacy -> stress": 0.09,
    "depression -> bonding": -0.07,
    "anxiety -> bonding": -0.07,
    "history -> reflective_functioning": 0.24,
    "unresolved -> frightening": 0.06,
    "depression -> frightening": 0.08,
    "negativity -> regulatory_symptoms": 0.06,
    "depression -> expectation": -0.26,
    "distress -> stress": 0.18,
    "positive_engagement -> self_efficacy": 0.11,
    "regulatory_symptoms -> depression": -0.09,
}
"""How far the middle of an arrow is pulled off the straight line, as a share of its length; others are straight."""
_SAYS = {
    "answered": "fittingly\nanswered",
    "couple": "couple\nrelationship",
    "distraction": "her\ndistraction",
    "expectation": "expectation\nof repair",
    "frightening": "frightening\nbehaviour",
    "history": "attachment\nhistory",
    "negativity": "his\nnegativity",
    "unresolved": "unresolved\nloss",
}
"""Nodes of which the bare name says too little."""
_PLAY = """Play itself follows
from her sensitivity,
reflective functioning
and burden, his
regulation and
expectation, and
their traits, by the
rules of interaction."""
"""What closes the circle is no arrow: a note below the last column says so."""
_WIDTH, _HEIGHT = 15.3, 8.6
_HALF = {"depression": (0.85, 0.45)}
_HALF_USUAL = (0.75, 0.3)
"""Half the width and height of a node."""
_PALE = 0.5  # share of white in the colour of arrows that rest on no evidence


def couplings(dynamics: Dynamics | None = None) -> Figure:
    """Graph of the couplings: what raises or lowers the level of which slow state, and by how much.

    Parameters
    ----------
    dynamics : sizes of the arrows (default: the shipped ones).
    """
    sizes = dynamics or Dynamics.default()
    figure = Figure(figsize=(10.2, 6.7), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(0, _HEIGHT)
    axes.set_aspect("equal")
    axes.set_axis_off()
    nodes = {name: _node(axes, name) for name in _PLACES}
    numbers = _number_places({name: _curve(arrow) for name, arrow in ARROWS.items()})
    for name, arrow in ARROWS.items():
        _arrow(axes, arrow, nodes, sizes[name])
        _number(axes, arrow, numbers[name], sizes[name])
    for title, x in _COLUMNS.items():
        axes.text(x, _HEIGHT, title, fontsize=8.4, fontweight="bold", color=INK, ha="center", va="bottom")
    axes.text(
        _COLUMNS["the week's play"], 2.2, _PLAY, fontsize=7, color="#666666", ha="center", va="top", linespacing=1.3
    )
    _legend(axes)
    sign(figure)
    return figure


def _node(axes: Axes, name: str) -> FancyBboxPatch:
    """Draw a node: square for what does not change, rounded for slow states, very round for what a week's play is."""
    (x, y), (wide, high) = _PLACES[name], _HALF.get(name, _HALF_USUAL)
    round_by = 0.27 if name in LIVED else 0.12 if name in SLOW else 0.001
    style = f"round,pad=0,rounding_size={round_by}"
    edge = "#777777" if name not in SLOW else REPAIR if name in INFANTS_OWN else INK
    patch = FancyBboxPatch((x - wide, y - high), 2 * wide, 2 * high, style, facecolor=_fill(name), edgecolor=edge)
    patch.set(zorder=3, linewidth=1, label=name)
    axes.add_patch(patch)
    says = _SAYS.get(name, name.replace("_", "\n"))
    axes.text(x, y, says, fontsize=8, color=INK, ha="center", va="center", zorder=5, linespacing=1.2)
    return patch


def _fill(name: str) -> str:
    if name in LIVED:
        return "#FFF6DD"
    if name in INFANTS_OWN:
        return "#E3F3EC"
    return "#FFFFFF" if name in SLOW else "#E6E6E6"


def _arrow(axes: Axes, arrow: Arrow, nodes: dict[str, FancyBboxPatch], size: float) -> None:
    """Draw an arrow: colour and dashes by sign, width by size, pale where it is assumed."""
    width = 0.6 + 3 * size
    patch = FancyArrowPatch(
        _PLACES[arrow.source],
        _PLACES[arrow.target],
        patchA=nodes[arrow.source],
        patchB=nodes[arrow.target],
        connectionstyle=f"arc3,rad={_BENDS.get(arrow.name, 0.0)}",
        arrowstyle="-|>,head_length=4,head_width=2",
        mutation_scale=1.3 + 0.6 * size,
        linewidth=width,
        linestyle="-" if arrow.sign > 0 else (0, (3 / width**0.5, 1.6 / width**0.5)),
        color=_paler(_colour(arrow)) if _is_assumed(arrow) else _colour(arrow),
        zorder=1 if _is_assumed(arrow) else 2,
        shrinkA=1,
        shrinkB=1,
        label=arrow.name,
    )
    axes.add_patch(patch)


def _number(axes: Axes, arrow: Arrow, place: tuple[float, float], size: float) -> None:
    says = f"{size:.2f}" + (" a" if _is_assumed(arrow) else "")
    box = {"boxstyle": "round,pad=0.08", "facecolor": "white", "linewidth": 0, "alpha": 0.85}
    axes.annotate(says, place, fontsize=6.8, color=_colour(arrow), ha="center", va="center", zorder=4, bbox=box)


def _colour(arrow: Arrow) -> str:
    return MATCH if arrow.sign > 0 else RUPTURE


def _paler(colour: str) -> str:
    red, green, blue = (part + _PALE * (1 - part) for part in to_rgb(colour))
    return to_hex((red, green, blue))


def _is_assumed(arrow: Arrow) -> bool:
    return arrow.evidence == ("assumed",)


def _curve(arrow: Arrow) -> Points:
    """Points (points, 2) of an arrow that are seen between its nodes, as matplotlib's ``arc3`` draws it."""
    start, end = np.array(_PLACES[arrow.source]), np.array(_PLACES[arrow.target])
    across, up = end - start
    middle = (start + end) / 2 + _BENDS.get(arrow.name, 0.0) * np.array([up, -across])
    # A quadratic Bezier curve, whose control point is the middle pulled off the straight line.
    t = np.linspace(0, 1, 101)[:, None]
    points = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end
    return points[~(_inside(points, arrow.source) | _inside(points, arrow.target))]


def _inside(points: Points, name: str, margin: float = 0.0) -> NDArray[np.bool_]:
    within = np.abs(points - _PLACES[name]) < np.array(_HALF.get(name, _HALF_USUAL)) + margin
    return within[:, 0] & within[:, 1]


def _number_places(curves: dict[str, Points]) -> dict[str, tuple[float, float]]:
    """Place of each arrow's number: where most room is, far from nodes, other arrows and numbers placed before."""
    places: dict[str, tuple[float, float]] = {}
    # Short arrows first, since they have the least choice.
    for name, points in sorted(curves.items(), key=lambda item: len(item[1])):
        inner = points[len(points) // 5 : -(len(points) // 3)]  # near neither node, and less so the target's
        others = np.concatenate([curve for other, curve in curves.items() if other != name])
        at_nodes = np.any([_inside(inner, node, 0.3) for node in _PLACES], axis=0)
        room = 3 * np.minimum(_nearest(inner, others), 0.3) - at_nodes
        if places:
            room += np.minimum(_nearest(inner, np.array([*places.values()])), 0.6)
        x, y = inner[room.argmax()]
        places[name] = (float(x), float(y))
    return places


def _nearest(points: Points, others: Points) -> Points:
    """Distance to the nearest of others; numbers are twice as wide as they are high."""
    off = (points[:, None] - others[None]) / (1.0, 0.6)
    return np.sqrt((off**2).sum(axis=-1)).min(axis=1)


def _legend(axes: Axes) -> None:
    handles = [
        Line2D([], [], color=MATCH, linewidth=2, label="raises"),
        Line2D([], [], color=RUPTURE, linewidth=2, linestyle="--", label="lowers"),
        Line2D([], [], color=_paler(INK), linewidth=2, label="pale, with an a: assumed"),
        Patch(facecolor="#E6E6E6", edgecolor="#777777", label="does not change"),
        Patch(facecolor="#FFFFFF", edgecolor=INK, label="her slow states"),
        Patch(facecolor="#E3F3EC", edgecolor=REPAIR, label="his slow states"),
        Patch(facecolor="#FFF6DD", edgecolor="#777777", label="what the week's play gives"),
    ]
    says = "Number and width: standard scores by which the level moves, per standard score of the source"
    axes.legend(
        handles=handles, ncols=7, title=says, alignment="left", frameon=False, fontsize=7.4, title_fontsize=7.4,
        loc="upper left", bbox_to_anchor=(0, 0), handlelength=2.6, columnspacing=1.3,
    )  # fmt: skip
