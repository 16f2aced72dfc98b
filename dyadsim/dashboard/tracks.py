"""Sessions and laws as plain data for the player: made once, sent once, played in the browser.

Nothing is computed that the library does not compute; what is said "so far" is counted up to each second, and its last
entry is what ``session.measures`` says of the whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..encounter import Encounter
from ..exact import Law
from ..narration import narrated
from ..paradigms import Paradigm
from ..preferences import Rules
from ..session import Session
from ..states import ICEP

__all__ = ["Watched", "captions", "so_far", "table", "track", "with_law"]


class Watched:
    """An encounter as it is watched: its session, and the data that the components take."""

    def __init__(self, encounter: Encounter, rules: Rules) -> None:
        self.encounter = encounter
        self.paradigm = encounter.played()
        self.session = encounter.session(rules)
        self.track = track(self.session, self.paradigm, encounter)


def _named(states: Any) -> list[dict[str, Any]]:
    return [{"name": state.name, "valence": state.valence, "meaning": state.meaning} for state in states]


def track(session: Session, paradigm: Paradigm, encounter: Encounter) -> dict[str, Any]:
    """One dyad's session: states, match and arousal by second, ruptures and repairs, episodes."""
    match = session.match_scheme(encounter.scheme)
    events = session.events(match)
    matched = session.matched(match)
    title = encounter.title or encounter.name
    assert session.arousal is not None, "a simulated session knows arousal"
    starts = [0, *session.ends[:-1]]
    return {
        "title": title,
        "says": (
            f"Timeline of {title}: {len(matched)} seconds, in match {matched.mean():.0%} of the time, "
            f"{(events['event'] == 'rupture').sum()} ruptures and {(events['event'] == 'repair').sum()} repairs. "
            "A table of it stands below."
        ),
        "codes": {"infant": _named(ICEP.infant), "mother": _named(ICEP.mother)},
        "infant": session.infant[0].tolist(),
        "mother": session.mother[0].tolist(),
        "arousal": session.arousal[0].tolist(),
        "matched": matched.astype(int).tolist(),
        "matrix": match.matrix.tolist(),
        "events": [
            {"time": int(time), "kind": kind, "latency": None if np.isnan(latency) else int(latency)}
            for _, time, kind, latency in events.itertuples(index=False)
        ],
        "episodes": [
            {"name": episode.name, "start": start, "stop": stop, "held": episode.mother is not None or not episode.available}
            for episode, start, stop in zip(paradigm.episodes, starts, session.ends, strict=True)
        ],
        "law": None,
    }


def with_law(shown: dict[str, Any], law: Law) -> dict[str, Any]:
    """The same track with the exact chance of every state at each second behind it."""
    course = law.course()
    chances = {
        who: [course[f"{who}_{name}"].round(3).tolist() for name in names]
        for who, names in (("infant", ICEP.infant_names), ("mother", ICEP.mother_names))
    }
    return {**shown, "law": chances}


def captions(watched: Watched) -> list[dict[str, Any]]:
    """What just happened, in plain language."""
    told = narrated(watched.session, watched.paradigm, watched.encounter.scheme)
    return [{"second": one.second, "kind": one.kind, "text": one.text} for one in told]


def so_far(watched: Watched) -> list[dict[str, Any]]:
    """The numbers that matter, up to and with each second, as text.

    Match beside the match expected by chance from the shares of both so far; ruptures; repairs and how long the last
    one took; mean latency of the repairs seen, which leaves out what is still open (the whole curve does not).
    """
    session, shown = watched.session, watched.track
    seconds = np.arange(1, len(shown["matched"]) + 1)
    match = np.cumsum(shown["matched"]) / seconds
    chance = _chance_so_far(session, shown)
    ruptures, repairs, last = np.zeros(len(seconds), int), np.zeros(len(seconds), int), [""] * len(seconds)
    for event in shown["events"]:
        (ruptures if event["kind"] == "rupture" else repairs)[event["time"]] += 1
    ruptures, repairs = ruptures.cumsum(), repairs.cumsum()
    latest = "none yet"
    by_time = {event["time"]: event["latency"] for event in shown["events"] if event["kind"] == "repair"}
    latencies: list[int] = []
    means = []
    for second in range(len(seconds)):
        if second in by_time:
            latencies.append(by_time[second])
            latest = f"the last after {by_time[second]} s"
        last[second] = latest
        means.append(f"{np.mean(latencies):.1f} s" if latencies else "–")
    return [
        _number("match", "in match", [f"{x:.0%}" for x in match], [f"{x:.0%} by chance alone" for x in chance],
                "Share of the seconds so far in which both are in matching states; by chance: from how often each was in "
                "which state, with no tie between them."),
        _number("ruptures", "ruptures", ruptures.tolist(), [f"{60 * n / s:.1f} a minute" for n, s in zip(ruptures, seconds, strict=True)],
                "Seconds in which a match ended."),
        _number("repairs", "repairs", repairs.tolist(), last, "Seconds in which a mismatch ended."),
        _number("latency", "mean repair latency", means, ["of the repairs seen"] * len(seconds),
                "How long mismatches lasted that were repaired so far; what is still open is not in it."),
    ]  # fmt: skip


def _number(key: str, name: str, values: list[Any], below: list[str], says: str) -> dict[str, Any]:
    return {"key": key, "name": name, "values": values, "below": below, "help": says}


def _chance_so_far(session: Session, shown: dict[str, Any]) -> Any:
    """Match expected by chance from the shares of both partners up to each second."""
    infant, mother = (
        np.eye(n)[np.array(shown[who])].cumsum(axis=0)
        for who, n in (("infant", len(ICEP.infant)), ("mother", len(ICEP.mother)))
    )
    seconds = np.arange(1, len(infant) + 1)
    return np.einsum("ti,im,tm->t", infant, np.array(shown["matrix"], float), mother) / seconds**2


def table(watched: Watched) -> dict[str, Any]:
    """The session as a table: a row for each stretch in which nothing changes."""
    shown = watched.track
    episode = np.repeat([e["name"] for e in shown["episodes"]], [e["stop"] - e["start"] for e in shown["episodes"]])
    happened = {event["time"]: event for event in shown["events"]}
    frame = pd.DataFrame({"episode": episode, **{key: shown[key] for key in ("infant", "mother", "matched", "arousal")}})
    starts = np.flatnonzero(frame.ne(frame.shift()).any(axis=1))
    rows = []
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(frame)], strict=True):
        one, event = frame.iloc[start], happened.get(start)
        latency = f" after {event['latency']} s" if event and event["latency"] is not None else ""
        rows.append([
            start, stop - start, one["episode"], ICEP.infant_names[one["infant"]], ICEP.mother_names[one["mother"]],
            "match" if one["matched"] else "mismatch", f"{event['kind']}{latency}" if event else "", int(one["arousal"]),
        ])  # fmt: skip
    heads = ["from (s)", "seconds", "episode", "infant", "mother", "match", "event", "arousal"]
    numbers = ("from (s)", "seconds", "arousal")
    return {"heads": [{"label": head, "number": head in numbers} for head in heads], "rows": rows}
