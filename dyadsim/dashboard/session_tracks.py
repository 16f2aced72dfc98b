"""Sessions and laws as plain data for the player: made once, sent once, played in the browser.

Nothing is computed that the library does not compute; what is said "so far" is counted up to each second, and its last
entry is what ``session.measures`` says of the whole. Seconds in which she answers nothing (a still face, the phone) are
left out: there a match would be one with a held face.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..interaction.law import Law
from ..interaction.paradigms import Paradigm
from ..interaction.rule_set import Rules
from ..measurement.declarations import MEASURES
from ..measurement.session import Session
from ..people.caregiver_words import Words
from ..reports.session_captions import held_in_words, narrated
from ..scenarios.encounter import Encounter
from ..theory.states import ICEP
from .encounter_cohorts import cohort_of

__all__ = ["NOMINAL", "NOT_COUNTED", "Watched", "captions", "so_far", "table", "track", "unanswered", "with_law"]

NOT_COUNTED = (
    "While she answers nothing no match, rupture or repair is drawn, told or counted here; session.measures in Python "
    "counts there, too, by the states alone."
)
NOMINAL = (
    "In an episode in which she answers nothing, match, rupture and repair stand here as the states alone have them: a "
    "look at a still face is no meeting."
)


class Watched:
    """An encounter as it is watched: its dyad, session and law, and the data that the components take, each made once.

    Attributes
    ----------
    encounter, rules : what is watched, and the rules of interaction that it follows.
    cohort : its dyad.
    paradigm : what is done.
    session : second by second.
    track : the session as the player takes it.
    """

    def __init__(self, encounter: Encounter, rules: Rules) -> None:
        self.encounter, self.rules = encounter, rules
        self.cohort = cohort_of(encounter, rules)
        self.paradigm = encounter.played()
        self.session = encounter.session(rules, self.cohort)
        self.track = track(self.session, self.paradigm, encounter)

    @cached_property
    def law(self) -> Law:
        """Exact law of the encounter: what many such sessions come to."""
        return self.encounter.law(self.rules, self.cohort)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Measures of the session, a row an episode, by the match scheme of the encounter."""
        return self.session.measures(self.encounter.scheme)

    @cached_property
    def law_measures(self) -> pd.DataFrame:
        """Measures of the law, a row an episode, by the match scheme of the encounter."""
        return self.law.measures(self.encounter.scheme)

    @cached_property
    def repair_survival(self) -> pd.DataFrame:
        """Repair survival on the law: how long mismatches stay open by the match scheme of the encounter."""
        return self.law.repair_survival(self.encounter.scheme)


def _named(states: Any) -> list[dict[str, Any]]:
    return [{"name": state.name, "valence": state.valence, "meaning": state.meaning} for state in states]


def track(session: Session, paradigm: Paradigm, encounter: Encounter) -> dict[str, Any]:
    """Track of one dyad's session: states, match and arousal by second, ruptures and repairs, episodes.

    Where she answers nothing there is no match, and neither rupture nor repair.
    """
    match = session.match_scheme(encounter.scheme)
    answered = paradigm.answered
    events = session.events(match)
    events = events[answered[events["time"].astype(int)]]
    matched = session.matched(match) & answered
    share = f"{matched.sum() / answered.sum():.0%} of the time" if answered.any() else "none of the time"
    answers = "" if answered.all() else " in which she could answer"
    title = encounter.title or encounter.name
    assert session.arousal is not None, "a simulated session knows arousal"
    starts = [0, *session.ends[:-1]]
    return {
        "title": title,
        "names": Words().names,
        "says": (
            f"Timeline of {title}: {len(matched)} seconds, in match {share}{answers}, "
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
            {
                "name": episode.name,
                "start": start,
                "stop": stop,
                "held": not episode.free,
                "answered": episode.available,
                "says": "" if episode.available else held_in_words(episode),
            }
            for episode, start, stop in zip(paradigm.episodes, starts, session.ends, strict=True)
        ],
        "law": None,
    }


def unanswered(watched: Watched) -> list[str]:
    """Names of the episodes in which she answers nothing."""
    return [each.name for each in watched.paradigm.episodes if not each.available]


def with_law(shown: dict[str, Any], law: Law) -> dict[str, Any]:
    """Track of a session with the exact chance of every state at each second behind it."""
    course = law.course()
    chances = {
        who: [course[f"{who}_{name}"].round(3).tolist() for name in names]
        for who, names in (("infant", ICEP.infant_names), ("mother", ICEP.mother_names))
    }
    return {**shown, "law": chances}


def captions(watched: Watched) -> list[dict[str, Any]]:
    """Captions of a session by second: what just happened, in plain language."""
    told = narrated(watched.session, watched.paradigm, watched.encounter.scheme)
    return [{"second": one.second, "kind": one.kind, "text": one.text} for one in told]


def so_far(watched: Watched) -> list[dict[str, Any]]:
    """Numbers that matter, up to and with each second, as text.

    Match beside the match expected by chance from the shares of both so far; ruptures; repairs and how long the last
    one took; mean latency of the repairs seen, which leaves out what is still open (repair survival does not). All of
    the time in which she could answer.
    """
    matched, events = np.array(watched.track["matched"]), watched.track["events"]
    answered = watched.paradigm.answered
    seconds = answered.cumsum()
    some = np.maximum(seconds, 1)
    match, chance = matched.cumsum() / some, _chance_so_far(watched.track, answered)
    ruptures, repairs = (
        np.bincount([event["time"] for event in events if event["kind"] == kind], minlength=len(matched)).cumsum()
        for kind in ("rupture", "repair")
    )
    latencies = [event["latency"] for event in events if event["kind"] == "repair"]
    last = [f"the last after {latencies[n - 1]} s" if n else "none yet" for n in repairs.tolist()]
    sums = np.concatenate([[0], np.cumsum(latencies, dtype=int)])
    means = [f"{sums[n] / n:.1f} s" if n else "–" for n in repairs.tolist()]
    rates = [f"{60 * n / s:.1f} a minute" for n, s in zip(ruptures.tolist(), some.tolist(), strict=True)]
    early = seconds <= _EARLY
    by_chance = ["" if soon else f"{share:.0%} by chance alone" for share, soon in zip(chance, early, strict=True)]
    by_chance = [
        said if there else ", ".join(filter(None, (said, _STOPPED)))
        for said, there in zip(by_chance, answered, strict=True)
    ]
    shares = ["–" if soon else f"{share:.0%}" for share, soon in zip(match, early, strict=True)]
    return [
        _number("match", MEASURES["match"].short, shares, by_chance),
        _number("ruptures", "ruptures", ruptures.tolist(), rates),
        _number("repairs", "repairs", repairs.tolist(), last),
        _number("latency", "repairs took", means, ["mean of those seen"] * len(matched)),
    ]


_EARLY = 10
"""Seconds in which a share of the time says nothing yet."""

_STOPPED = "not counted now"
"""Told while she answers nothing."""

_HELP = {
    "match": "Share of the seconds so far in which both are in matching states, of those in which she could answer. By "
    "chance alone: how large it would be if each were in each state just as often, but took no notice of the other.",
    "ruptures": "Seconds in which a match ended, while she could answer.",
    "repairs": "Seconds in which a mismatch ended, while she could answer.",
    "latency": "How long mismatches lasted that were repaired so far; what is still open is not in it.",
}


def _number(key: str, name: str, values: list[Any], below: list[str]) -> dict[str, Any]:
    return {"key": key, "name": name, "values": values, "below": below, "help": _HELP[key]}


def _chance_so_far(shown: dict[str, Any], answered: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Match expected by chance (seconds,) from the shares of both partners up to each second, while she answered."""
    # Seconds that each partner has spent in each state so far: (seconds, states).
    infant, mother = (
        (np.eye(n)[np.array(shown[who])] * answered[:, None]).cumsum(axis=0)
        for who, n in (("infant", len(ICEP.infant)), ("mother", len(ICEP.mother)))
    )
    seconds = np.maximum(answered.cumsum(), 1)
    # The product of both shares, summed over the pairs of states that match.
    return np.einsum("ti,im,tm->t", infant, np.array(shown["matrix"], float), mother) / seconds**2


_COLUMNS = ("from (s)", "seconds", "episode", "infant", "mother", "match", "event", "arousal")


def table(watched: Watched) -> dict[str, Any]:
    """The session as a table: a row for each stretch in which nothing changes."""
    shown = watched.track
    lengths = [episode.seconds for episode in watched.paradigm.episodes]
    episode = np.repeat([episode.name for episode in watched.paradigm.episodes], lengths)
    match = np.where(shown["matched"], "match", np.where(watched.paradigm.answered, "mismatch", "no answer"))
    states = pd.DataFrame({key: shown[key] for key in ("infant", "mother", "arousal")}).assign(
        match=match, episode=episode
    )
    starts = np.flatnonzero(states.ne(states.shift()).any(axis=1))
    happened = {event["time"]: event for event in shown["events"]}
    rows = []
    for start, seconds in zip(starts.tolist(), np.diff([*starts, len(states)]).tolist(), strict=True):
        now = states.iloc[start]
        he, she = ICEP.infant_names[now["infant"]], ICEP.mother_names[now["mother"]]
        event = ""
        if (one := happened.get(start)) is not None:
            event = one["kind"] + ("" if one["latency"] is None else f" after {one['latency']} s")
        rows.append([start, seconds, now["episode"], he, she, now["match"], event, int(now["arousal"])])
    heads = [{"label": head, "number": head in ("from (s)", "seconds", "arousal")} for head in _COLUMNS]
    return {"heads": heads, "rows": rows}
