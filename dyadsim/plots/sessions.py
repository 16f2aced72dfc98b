"""Figures of one dyad's session: the timeline and the state-space grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from ..measurement.clip_kinds import KINDS
from ..measurement.moments_worth_showing import MomentsWorthShowing
from ..measurement.runs import runs
from ..measurement.session import Session
from ..theory.states import AROUSAL_LEVELS, AnyScheme, MatchScheme, State
from .style import INK, MATCH, REPAIR, RUPTURE, Figure, sign

__all__ = ["grid", "timeline"]

_BY_VALENCE = {-1: "#D55E00", 0: "#8DA0B3", 1: "#009E73"}
_VALENCE_NAMES = {1: "positive", 0: "neutral", -1: "negative"}
_CLIPS = [
    *((REPAIR, ""), (MATCH, ""), ("#56B4E9", "//"), ("#CC79A7", "\\\\"), ("#E69F00", ""), ("#8DA0B3", "..")),
]
"""Colour and hatching of each kind of moment worth showing."""
_DISC, _DISC_KEY = 14, (1, 10, 30)


def timeline(
    session: Session, dyad: int = 0, scheme: AnyScheme = None, clips: MomentsWorthShowing | None = None
) -> Figure:
    """Timeline of a session: both lanes, the match ribbon with ruptures and repairs, and arousal where it is known.

    Parameters
    ----------
    session : simulated or coded.
    dyad : its place in the session (0 is the first).
    scheme : the match scheme.
    clips : moments worth showing of that dyad, each marked by its place in a row of its own, and shaded over all rows.
    """
    match = session.match_scheme(scheme)
    has_arousal = session.arousal is not None
    lanes = [len(session.codes.infant), len(session.codes.mother)]
    heights = [*lanes, 1.6, *([2.8] if has_arousal else []), *([2.2] if clips else [])]
    figure = Figure(figsize=(13, 0.36 * sum(heights) + 1.6), layout="constrained")
    axes = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights)
    _lane(axes[0], session.infant[dyad], session.codes.infant, session.step, "Infant")
    _lane(axes[1], session.mother[dyad], session.codes.mother, session.step, "Mother")
    _legend(axes[0], handles=[Patch(color=_BY_VALENCE[v], label=name) for v, name in _VALENCE_NAMES.items()])
    _ribbon(axes[2], session, dyad, match)
    if session.arousal is not None:
        _arousal(axes[3], session.arousal[dyad], session.step)
    if clips:
        _clips(axes, clips)
    _episodes(axes, session)
    axes[-1].set_xlabel("Time (seconds)")
    axes[-1].set_xlim(0, session.ends[-1] * session.step)
    title = f"{_who(session, dyad)}: match scheme “{match.name}”"
    axes[0].set_title(title, loc="left", fontsize=12, pad=20, parse_math=False)
    sign(figure)
    return figure


def grid(session: Session, dyad: int = 0, scheme: AnyScheme = None) -> Figure:
    """State-space grid (Lewis, Lamey & Douglas 1999): a disc a visit, its area the time spent, joined in order.

    Parameters
    ----------
    session : simulated or coded.
    dyad : its place in the session (0 is the first).
    scheme : the match scheme.
    """
    match = session.match_scheme(scheme)
    mothers, infants = session.codes.mother, session.codes.infant
    figure = Figure(figsize=(1.15 * len(mothers) + 3.0, 1.0 * len(infants) + 2.0), layout="constrained")
    axes = figure.subplots()
    for i, m in np.argwhere(match.matrix):
        axes.add_patch(Rectangle((m - 0.5, i - 0.5), 1, 1, color=MATCH, alpha=0.13, linewidth=0))
    visits = session.visits(dyad)
    x, y = _visit_places(visits)
    area = _DISC * min(1.0, 360 / visits["seconds"].sum())  # points squared a second; smaller in long sessions
    trail = min(1.0, 150 / max(len(visits), 1))
    axes.plot(x, y, color=INK, linewidth=0.6, alpha=0.35 * trail, zorder=2)
    axes.scatter(x, y, s=area * visits["seconds"], color=INK, alpha=0.45, edgecolor="white", linewidth=0.5, zorder=3)
    keys = [f"{seconds} s" for seconds in _DISC_KEY]
    discs = [axes.scatter([], [], s=area * seconds, color=INK, alpha=0.45) for seconds in _DISC_KEY]
    axes.legend(discs, keys, title="a visit", loc="upper left", bbox_to_anchor=(1, 1), frameon=False, labelspacing=1.3)
    axes.set_xticks(range(len(mothers)), [state.name for state in mothers])
    axes.set_yticks(range(len(infants)), [state.name for state in infants])
    axes.set_xlim(-0.5, len(mothers) - 0.5)
    axes.set_ylim(-0.5, len(infants) - 0.5)
    axes.set_xticks(np.arange(len(mothers) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(infants) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#cccccc", linewidth=0.8)
    axes.tick_params(which="both", length=0)
    axes.set_xlabel("Mother")
    axes.set_ylabel("Infant")
    title = f"{_who(session, dyad)}\nshaded: match (“{match.name}”)"
    axes.set_title(title, loc="left", fontsize=11, parse_math=False)
    sign(figure)
    return figure


def _lane(axes: Axes, states: NDArray[np.int8], names: tuple[State, ...], step: float, who: str) -> None:
    for k, state in enumerate(names):
        axes.broken_barh(_spans(states, k, step), (k - 0.38, 0.76), color=_BY_VALENCE[state.valence], linewidth=0)
    axes.set_yticks(range(len(names)), [state.name for state in names])
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_ylabel(who, fontsize=11, fontweight="bold")
    axes.grid(axis="y", color="#eeeeee")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def _spans(values: NDArray[Any], value: int, step: float) -> list[tuple[float, float]]:
    """Start and length in seconds of every run of ``value``."""
    starts, lengths = runs(values)
    there = values[starts] == value
    return list(zip(starts[there] * step, lengths[there] * step, strict=True))


def _legend(axes: Axes, **more: Any) -> None:
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=9, handletextpad=0.4, **more)


def _ribbon(axes: Axes, session: Session, dyad: int, match: MatchScheme) -> None:
    matched, codable, step = session.matched(match, dyad), session.codable(dyad), session.step
    shown = np.where(codable, matched, -1)
    shades = [(0, "#e3e3e3", "mismatch"), (1, MATCH, "match"), (-1, "#ffffff", "not coded")]
    for value, colour, label in shades[: 2 if codable.all() else 3]:
        axes.broken_barh(
            _spans(shown, value, step), (0, 1), facecolor=colour, edgecolor="#bbbbbb", linewidth=0, label=label
        )
    events = session.events(match, dyad)
    for event, height, marker, colour in (("rupture", 1.35, "v", RUPTURE), ("repair", -0.35, "^", REPAIR)):
        times = events.loc[events["event"] == event, "time"]
        axes.plot(times, np.full(len(times), height), marker, color=colour, markersize=5, label=event, clip_on=False)
    axes.set_ylim(-0.7, 1.7)
    axes.set_yticks([0.5], ["match"])
    axes.tick_params(axis="y", length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    _legend(axes)


def _arousal(axes: Axes, arousal: NDArray[np.int8], step: float) -> None:
    time = np.arange(len(arousal) + 1) * step
    axes.stairs(arousal, time, color=INK, fill=True, alpha=0.25)
    axes.stairs(arousal, time, color=INK, linewidth=1.0)
    axes.set_ylim(0, AROUSAL_LEVELS - 0.6)
    axes.set_yticks(range(AROUSAL_LEVELS))
    axes.set_ylabel("Arousal", fontsize=11, fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)


def _clips(axes: NDArray[Any], clips: MomentsWorthShowing) -> None:
    """Mark clips in the last row, a colour and hatching each kind, numbered by the order in which they are offered."""
    own = axes[-1]
    frame = clips.frame()
    looks = dict(zip(KINDS, _CLIPS, strict=True))
    for kind, part in frame.groupby("kind", sort=False):
        colour, hatch = looks[str(kind)]
        spans = list(zip(part["onset"], part["seconds"], strict=True))
        words = str(kind).replace("-", " ")
        own.broken_barh(spans, (0, 1), facecolor=colour, alpha=0.55, hatch=hatch, edgecolor="white", label=words)
        for each in axes[:-1]:
            for onset, seconds in spans:
                each.axvspan(onset, onset + seconds, color=colour, alpha=0.10, linewidth=0)
    for place, onset, seconds in frame[["place", "onset", "seconds"]].itertuples(index=False):
        own.annotate(f"{place}", (onset + seconds / 2, 1.05), ha="center", va="bottom", fontsize=9)
    own.set_ylim(0, 1.6)
    own.set_yticks([0.5], ["clips"])
    own.tick_params(axis="y", length=0)
    own.spines[["top", "right", "left"]].set_visible(False)
    _legend(own)


def _episodes(axes: NDArray[Any], session: Session) -> None:
    """Name the episodes, and draw a line where one ends."""
    if len(session.episodes) == 1:
        return
    for name, first, end in zip(session.episodes, [0, *session.ends[:-1]], session.ends, strict=True):
        middle = (first + end) / 2 * session.step
        axes[0].annotate(
            name,
            (middle, 1.0),
            parse_math=False,
            xycoords=("data", "axes fraction"),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
        )
        for each in axes:
            each.axvline(end * session.step, color="#999999", linewidth=0.9, linestyle=(0, (4, 3)))


def _visit_places(visits: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any]]:
    """Places (x, y) at which visits are drawn, evenly over their cells."""
    order = np.arange(len(visits))
    # Multiples of irrational numbers fill a circle evenly: one turns, the other goes outward.
    turn, radius = order * 2 * np.pi * 0.618034, 0.36 * np.sqrt(order * 0.754878 % 1)
    return visits["mother"] + radius * np.cos(turn), visits["infant"] + radius * np.sin(turn)


def _who(session: Session, dyad: int) -> str:
    about = session.provenance
    if "file" in about:
        return f"Coded session {about['file']}"
    return f"Simulated dyad {session.dyads[dyad]} ({about.get('population', 'own')}, {about['paradigm']['name']})"
