"""Sessions made of events: states of both partners, step by step, and what had to be settled on the way.

What nobody coded stays uncoded, in the session (-1) and in its report; no gap is filled, and of two codes that overlap
by more than a step neither is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import __version__
from ..common.errors import DyadsimError, quoted, unknown
from ..common.shown import counted
from ..measurement.session import Session, runs
from .code_maps import NOT_CODED, PARTNERS, CodeMap, code_key, episode_named
from .coding import Coding
from .episode_times import MOST_STEPS, EpisodeTimes, Stretch, in_order, marked_in
from .sampling import checked_rate, checked_step, inclusive_by, step_of
from .tiers import Reading, chosen_reading, is_of_episodes, of_coder, place_in

__all__ = ["Options", "sessions_of"]

_SOME = 6  # names in a sentence


@dataclass(frozen=True)
class Options:
    """How codings are read, where users say it: as in :func:`~dyadsim.coded_video.read.read_coded`."""

    dyad: str | None = None
    codes: str | Path | CodeMap | None = None
    mother: str | None = None
    infant: str | None = None
    fps: float | None = None
    step: float | None = None
    coder: str | None = None
    episodes: EpisodeTimes | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "fps", checked_rate(self.fps))
        object.__setattr__(self, "step", checked_step(self.step))


@dataclass
class _Partner:
    """States of one partner on the grid, and what was settled for them."""

    states: NDArray[np.int8]
    said_uncoded: float = 0.0
    settled: int = 0
    points: int = 0
    left_out: int = 0
    short: int = 0
    unscorable: float = 0.0
    coded_though: float = 0.0
    assumed: dict[str, str] = field(default_factory=dict)


def sessions_of(coding: Coding, options: Options) -> Iterator[Session]:
    """Sessions of a coding, one after another: each of one dyad.

    Parameters
    ----------
    coding : of a file.
    options : the user's.

    Raises
    ------
    DyadsimError
        if there is no such dyad, tier, coder or code map, a code is not known, codes overlap, or nothing is coded of
        both partners at once.
    """
    stem = Path(coding.file).stem
    found = dict.fromkeys(coding.events["session"].astype(str))
    names = {(name.strip() or stem): name for name in found}
    if options.dyad is not None and str(options.dyad) not in names:
        raise unknown(f"dyad in '{coding.file}':", options.dyad, names)
    events = coding.events.assign(session=coding.events["session"].astype(str))
    for name, said in names.items():
        if options.dyad in (None, name):
            yield _session(coding, events[events["session"] == said], name, said, options)


def _session(coding: Coding, events: pd.DataFrame, name: str, said: str, options: Options) -> Session:
    """One session of a coding: ``said`` is its name there."""
    remarks = list(coding.remarks)
    events = of_coder(coding, events, options.coder)
    if events.empty:
        raise DyadsimError(f"'{coding.file}' holds no codes of the session {quoted(name)} by {quoted(options.coder)}.")
    reading = chosen_reading(coding, events, options.codes, {"infant": options.infant, "mother": options.mother})
    parts = {partner: events[events["tier"] == tier] for partner, tier in reading.tiers.items()}
    for partner, part in parts.items():
        if part.empty:
            raise DyadsimError(f"'{coding.file}' holds no codes in the {place_in(coding, reading.tiers[partner])}.")
    coders = _coders(coding, parts, remarks)
    both = pd.concat([*parts.values()])
    early = 0.0
    if not any("offset" in remark.casefold() for remark in coding.remarks):  # else its reader has settled it
        early = inclusive_by(both, options.fps or (1 / coding.step if coding.step else None))
    if early:
        remarks.append(f"Offsets are the last {early:g} s of a code, and count: each next onset is {early:g} s later.")
        events = events.assign(offset=events["offset"] + early)
        parts = {partner: part.assign(offset=part["offset"] + early) for partner, part in parts.items()}
        both = pd.concat([*parts.values()])
    step, why = step_of(coding, both, options.step, options.fps, early)
    if why:
        remarks.append(why)
    stretches = _stretches(coding, events, reading, said, name, options.episodes, remarks)
    first, steps = _grid(coding, both, said, step)
    found = {partner: _painted(coding, partner, part, reading, first, steps, step) for partner, part in parts.items()}
    for partner, one in found.items():
        _mask(events, partner, one, reading, first, step)
    episodes, ends, kept = in_order(coding.file, stretches, first, steps, step, remarks)
    states = {partner: _cut(one.states, kept) for partner, one in found.items()}
    if not ((states["infant"] >= 0) & (states["mother"] >= 0)).any():
        where = " in its episodes" if stretches else ""
        raise DyadsimError(f"'{coding.file}' has no time at which both partners are coded{where}.")
    report = _report(reading, found, states, ends, step)
    report["coder"] = ", ".join(coders)
    report["chosen_code_map"] = options.codes is None
    report["between_episodes_s"] = _dropped(found, kept, step) if stretches else 0.0
    report["remarks"] = [*remarks, *_sentences(reading, report, found, options)]
    return Session(
        dyads=[name],
        episodes=episodes,
        ends=ends,
        codes=reading.codes.codes,
        step=step,
        states=(states["infant"][None], states["mother"][None], None),
        provenance={
            "dyadsim": __version__,
            "file": coding.file,
            "format": coding.layout,
            "frames_per_second": round(1 / step, 3),
            "columns": reading.tiers,
            "code_map": reading.codes.name,
            "begins_in_file": [round(first + begin * step, 6) for begin, _ in kept],
            "reading": report,
        },
    )


def _coders(coding: Coding, parts: dict[str, pd.DataFrame], remarks: list[str]) -> list[str]:
    """Names of who coded; several in one tier are refused."""
    names: list[str] = []
    for part in parts.values():
        said = [str(name).strip() for name in part["coder"].unique()]
        alike: dict[str, list[str]] = {}
        for each in filter(None, said):
            alike.setdefault(each.casefold(), []).append(each)
        if len(alike) > 1:
            some = ", ".join(quoted(same[0], 40) for same in [*alike.values()][:_SOME])
            raise DyadsimError(
                f"'{coding.file}' holds codes of {len(alike)} coders ({some}) of the same partner; choose one (coder=, "
                "option --coder)."
            )
        for same in alike.values():
            if len(same) > 1:
                remarks.append(f"The coders {' and '.join(map(quoted, same))} are taken as one.")
            if same[0].casefold() not in map(str.casefold, names):
                names.append(same[0])
    return names


def _stretches(
    coding: Coding,
    events: pd.DataFrame,
    reading: Reading,
    said: str,
    name: str,
    given: EpisodeTimes | None,
    remarks: list[str],
) -> list[Stretch]:
    """Episodes of a session: as the user gives them, as the file tells, or as codes mark them; none if nothing does."""
    if given is not None:
        return given.of(name, said, reading.codes.episodes, remarks)
    if coding.episodes is not None and not coding.episodes.empty:
        rows = coding.episodes[coding.episodes["session"].astype(str) == said]
        marked = [
            Stretch(episode_named(str(e), reading.codes.episodes) or str(e), float(a), float(b), "the file")
            for e, a, b in zip(rows["episode"], rows["onset"], rows["offset"], strict=True)
        ]
    else:
        by_tier = {tier: is_of_episodes(tier) for tier in reading.others}
        marked = marked_in(events, reading.codes, by_tier, reading.tiers)
    if marked:
        remarks.append(f"Episodes are as the file marks them: {', '.join(each.name for each in marked)}.")
    return marked


def _grid(coding: Coding, both: pd.DataFrame, said: str, step: float) -> tuple[float, int]:
    """When a session begins, on a step of its codes, and how many steps it has."""
    begin, last = float(both["onset"].min()), float(both[["onset", "offset"]].max().max())
    start = begin
    if coding.spans is not None:
        spans = coding.spans[coding.spans["session"].astype(str) == said]
        if not spans.empty:
            begin, last = min(begin, float(spans["onset"].min())), max(last, float(spans["offset"].max()))
    first = start - round((start - begin) / step) * step
    steps = int(np.rint((last - first) / step))
    if steps > MOST_STEPS:
        raise DyadsimError(f"'{coding.file}' spans {steps:,} frames; at most {MOST_STEPS:,} can be read.")
    return first, max(steps, 1)


def _painted(
    coding: Coding, partner: str, part: pd.DataFrame, reading: Reading, first: float, steps: int, step: float
) -> _Partner:
    """States of one partner, a number a step."""
    codes, tier = reading.codes, reading.tiers[partner]
    found = _Partner(np.full(steps, NOT_CODED, np.int8))
    beside = {code_key(str(code)) for code in part["code"].unique()}
    meaning: dict[str, int | None] = {}
    ended: dict[int, tuple[float, str]] = {}  # of each state, when its last code so far is over, and its place
    ordered = part.sort_values(["onset", "offset"], kind="stable")
    columns = (ordered[column].tolist() for column in ("code", "onset", "offset", "place"))
    for code, onset, offset, place in zip(*columns, strict=True):
        if offset != offset:
            found.points += 1
            continue
        if code not in meaning:
            meaning[code] = codes.state(partner, code, beside)
        number = meaning[code]
        if number is None:
            if codes.is_left_out(code) or episode_named(code, codes.episodes) is not None:
                found.left_out += not (episode_named(code, codes.episodes) is not None)
                continue
            raise _not_known(coding, partner, tier, code, place, reading)
        for other, (until, its_place) in ended.items():
            overlap = min(until, offset) - onset
            if other != number and overlap > 1e-6:
                if overlap > 1.01 * step + 1e-6:
                    raise _overlapping(coding, tier, place, its_place)
                found.settled += 1
        begin, end = (round((time - first) / step) for time in (onset, offset))
        found.short += begin >= end
        found.states[max(begin, 0) : max(end, 0)] = number
        if offset > ended.get(number, (-np.inf, ""))[0]:
            ended[number] = offset, place
        if number == NOT_CODED:
            found.said_uncoded += offset - onset
        elif code not in found.assumed and (why := codes.assumption(partner, code)):
            found.assumed[code] = why
    return found


def _not_known(coding: Coding, partner: str, tier: str, code: str, place: str, reading: Reading) -> DyadsimError:
    """The error for a code that no map knows, or not the one given."""
    codes = reading.codes
    near = codes.nearest(partner, code)
    return DyadsimError(
        f"'{coding.file}', {place}, holds the code {quoted(code)} in the {place_in(coding, tier)}, which the code map "
        f"'{codes.name}' does not know for the {partner}; known are {codes.known(partner)}"
        f"{f' (the nearest is {quoted(near)})' if near else ''}; say what it means in a code map of your own (codes=, "
        "option --codes)."
    )


def _overlapping(coding: Coding, tier: str, place: str, its_place: str) -> DyadsimError:
    """The error for codes of different states that overlap; the place that stands later in the file is named first."""
    numbers = [[int(part) for part in each.split() if part.isdigit()] for each in (place, its_place)]
    later, earlier = (its_place, place) if numbers[1] > numbers[0] else (place, its_place)
    return DyadsimError(
        f"'{coding.file}', {later}: this code overlaps another in the {place_in(coding, tier)} ({earlier}) by more "
        "than a step, and means another state."
    )


def _mask(events: pd.DataFrame, partner: str, found: _Partner, reading: Reading, first: float, step: float) -> None:
    """Count the time in which a partner could not be seen, by the tiers that say so; uncoded, if the map has it so."""
    hidden = np.zeros(len(found.states), bool)
    marked = events[events["tier"].isin(reading.unscorable[partner]) & events["offset"].notna()]
    for code, onset, offset in zip(marked["code"], marked["onset"], marked["offset"], strict=True):
        if str(code).strip():
            begin, end = (max(round((time - first) / step), 0) for time in (onset, offset))
            hidden[begin:end] = True
    found.unscorable = float(hidden.sum()) * step
    found.coded_though = float((hidden & (found.states >= 0)).sum()) * step
    if reading.codes.masks:
        found.states[hidden] = NOT_CODED


def _cut(states: NDArray[np.int8], kept: list[tuple[int, int]]) -> NDArray[np.int8]:
    """States of the episodes, one after another; what lies beyond the coding is uncoded."""
    parts = []
    for begin, end in kept:
        part = np.full(end - begin, NOT_CODED, np.int8)
        low, high = max(begin, 0), min(end, len(states))
        if high > low:
            part[low - begin : high - begin] = states[low:high]
        parts.append(part)
    return np.concatenate(parts)


def _dropped(found: dict[str, _Partner], kept: list[tuple[int, int]], step: float) -> float:
    """Seconds in which a partner is coded but no episode is."""
    outside = np.ones(len(found["infant"].states), bool)
    for begin, end in kept:
        outside[max(begin, 0) : max(end, 0)] = False
    coded = (found["infant"].states >= 0) | (found["mother"].states >= 0)
    return round(float((outside & coded).sum()) * step, 3)


def _report(
    reading: Reading, found: dict[str, _Partner], states: dict[str, NDArray[np.int8]], ends: list[int], step: float
) -> dict[str, Any]:
    """What was settled, in numbers."""
    report: dict[str, Any] = {"seconds": round(ends[-1] * step, 3), "step": step, "code_map": reading.codes.name}
    for partner in PARTNERS:
        one, uncoded = found[partner], states[partner] < 0
        starts, _ = runs(uncoded)
        report |= {
            f"{partner}_tier": reading.tiers[partner],
            f"{partner}_uncoded_s": round(float(uncoded.sum()) * step, 3),
            f"{partner}_gaps": int(uncoded[starts].sum()),
            f"{partner}_said_uncoded_s": round(one.said_uncoded, 3),
            f"{partner}_unscorable_s": round(one.unscorable, 3),
            f"{partner}_unscorable_yet_coded_s": round(one.coded_though, 3),
        }
    both = found.values()
    return report | {
        "overlaps_settled": sum(one.settled for one in both),
        "points_passed_over": sum(one.points for one in both),
        "codes_passed_over": sum(one.left_out for one in both),
        "shorter_than_a_step": sum(one.short for one in both),
        "tiers_passed_over": list(reading.others),
    }


def _sentences(reading: Reading, report: dict[str, Any], found: dict[str, _Partner], options: Options) -> Iterator[str]:
    """What was settled, in words."""
    if options.codes is None:
        yield f"Codes are read by the shipped code map '{reading.codes.name}', which knows all of them."
    for partner in PARTNERS:
        yield f"The {partner}'s states are those of '{reading.tiers[partner]}'."
    for partner in PARTNERS:
        if seconds := report[f"{partner}_uncoded_s"]:
            yield (
                f"The {partner} is not coded for {seconds:,.2f} s ({counted(report[f'{partner}_gaps'], 'gap')}), which "
                "stay uncoded."
            )
        if seconds := report[f"{partner}_unscorable_s"]:
            though = report[f"{partner}_unscorable_yet_coded_s"]
            kept = "left uncoded, as the code map has it" if reading.codes.masks else "kept"
            yield (
                f"'{', '.join(reading.unscorable[partner])}' marks {seconds:,.2f} s"
                f"{f'; codes given in {though:,.2f} s of them are {kept}' if though else ''}."
            )
        for code, why in found[partner].assumed.items():
            state = reading.codes.state(partner, code)
            assert state is not None
            names = reading.codes.codes.infant_names if partner == "infant" else reading.codes.codes.mother_names
            yield f"The {partner}'s code {quoted(code)} is read as '{names[state]}', which is assumed: {why}."
    if number := report["overlaps_settled"]:
        yield f"{counted(number, 'overlap')} of up to a step: the code that begins later holds."
    if number := report["points_passed_over"]:
        yield f"{counted(number, 'event')} without length passed over."
    if number := report["codes_passed_over"]:
        yield f"{counted(number, 'event')} passed over, as the code map has it."
    if number := report["shorter_than_a_step"]:
        yield f"{counted(number, 'code')} shorter than a step of {report['step']:g} s, of which no step is left."
    if others := report["tiers_passed_over"]:
        yield f"Passed over: {', '.join(map(quoted, others[:_SOME]))}{', ...' if len(others) > _SOME else ''}."
    if seconds := report["between_episodes_s"]:
        yield f"{seconds:,.2f} s coded outside the episodes are left out."
