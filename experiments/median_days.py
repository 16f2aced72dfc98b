"""Median days: whether each session that ships shows as much as it does on other days, and with which luck it would.

    python experiments/median_days.py
    python experiments/median_days.py --search 200000

A shipped encounter or a step of a lesson is chosen to show an effect (``data/shown_effects.toml``; ``shows`` in
``data/lessons``). The criterion: the effect has the direction of the exact law's average, and lies between the 40th and
the 60th percentile of 200 other days, which are the same dyads with other luck. Beside it:

- what else a step compares has the direction of its average, too (``also``);
- of two sessions that are compared, that with the shorter mismatches on average has not the longest one;
- in the default session of the page Classroom, a still-face given at any of seconds 40 to 200 shows, with protest at
  least half as much as on average, in at least 70 % of them.

Sessions that have one seed keep one seed, so that where they part it is because of what differs between them.
``--search`` tries that many seeds for those that do not fulfil the criterion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.common.random_numbers import SessionLuck
from dyadsim.scenarios.lesson import Lesson
from dyadsim.scenarios.other_days import (
    MEDIAN_DAY,
    Effect,
    days_together,
    longest_mismatch,
    shown_day,
    shown_effects,
    shows_still_face,
)

DEFAULT = "typical"
"""The session with which the page Classroom opens."""
GIVEN_AT = range(40, 201)
SHOWS_IN = 0.7
_BLOCK = 5_000  # seeds that are tried at once
_WIDER = 0.03  # of percentiles, when seeds are picked
_REFERENCE = 1_000  # other days by which seeds are picked, before each is held against its own


@dataclass(frozen=True)
class Case:
    """What is shown somewhere: an encounter, or the one or two of a lesson's step, and for which effect."""

    name: str
    effect: Effect
    shown: tuple[ds.Encounter, ...]

    @property
    def luck(self) -> tuple[int, int, int]:
        """Seed, replicate and day."""
        return self.shown[0].seed, self.shown[0].replicate, self.shown[0].day

    def with_seed(self, seed: int) -> Case:
        """The same with the luck of another seed."""
        return replace(self, shown=tuple(each.changed({"seed": seed, "replicate": 0, "day": 0}) for each in self.shown))

    @property
    def has_longest_mismatch_where_it_should(self) -> bool:
        """Whether of two compared sessions that with shorter mismatches on average has not the longest one."""
        if len(self.shown) < 2 or self.effect.contrary:
            return True
        length, average = (
            [longest_mismatch(each.session(), each.scheme) for each in self.shown],
            [each.law().measures(each.scheme)["mean_repair_latency"].iloc[0] for each in self.shown],
        )
        if np.ptp(average) == 0:  # they differ by what is done later
            return length[1] <= length[0]
        shorter = int(np.argmin(average))
        return length[shorter] <= length[1 - shorter]


def cases() -> list[Case]:
    """All that ships: each encounter, and each step of each lesson."""
    found = [Case(name, effect, (ds.Encounter.load(name),)) for name, effect in shown_effects().items()]
    for name in toml_models.names("lessons"):
        for place, step in enumerate(Lesson.load(name).steps, start=1):
            found.append(Case(f"{name}, {place}. {step.title}", step.shows, step.sessions))
    return found


def share_of_seconds(encounter: ds.Encounter) -> float:
    """Share of seconds 40 to 200 of an encounter at which a still-face that is given shows."""
    return float(np.mean([shows_still_face(encounter, at) for at in GIVEN_AT]))


def search(group: Sequence[Case], seeds: range) -> Iterator[int]:
    """Seeds with which all cases of a group fulfil the criterion.

    Parameters
    ----------
    group : cases that are to have one seed.
    seeds : that are tried.
    """
    bounds = [(case, _bounds(case)) for case in group]
    tries = sorted(bounds, key=lambda one: -one[0].effect.at_least)  # what few seeds fulfil first
    for first in range(seeds.start, seeds.stop, _BLOCK):
        left = np.arange(first, min(first + _BLOCK, seeds.stop))
        for case, (low, high, signs) in tries:
            sizes = _sizes(case, [SessionLuck(seed) for seed in left.tolist()])
            value = sizes[case.effect.measure]
            fits = (low <= value) & (value <= high)
            for name, sign in signs.items():
                fits &= np.sign(sizes[name]) == sign
            left = left[fits]
            if not len(left):
                break
        for seed in left.tolist():
            tried = [case.with_seed(seed) for case in group]
            if (
                all(case.has_longest_mismatch_where_it_should for case in tried)
                and all(shown_day(case.effect, case.shown).median for case in tried)
                and all(share_of_seconds(case.shown[0]) >= SHOWS_IN for case in tried if case.name == DEFAULT)
            ):
                yield seed


def _sizes(case: Case, lucks: list[SessionLuck]) -> dict[str, NDArray[np.float64]]:
    """Sizes (lucks,) of the effect with each luck, by name of the measure."""
    sessions = case.effect.sessions(case.shown)
    played = [days_together(each, lucks) for each in sessions]
    return case.effect.of(played, [each.scheme for each in sessions])


def _bounds(case: Case) -> tuple[float, float, dict[str, float]]:
    """Sizes between which an effect is that of a median day, about; and the signs that it and others must have."""
    effect = case.effect
    sessions = effect.sessions(case.shown)
    law = effect.of([each.law() for each in sessions], [each.scheme for each in sessions])
    signs = {name: float(np.sign(size.item())) for name, size in law.items()}
    sizes = _sizes(case, [SessionLuck(0, replicate) for replicate in range(_REFERENCE)])[effect.measure]
    if effect.contrary:
        signs = {effect.measure: -signs[effect.measure]}
        sizes = sizes[np.sign(sizes) == signs[effect.measure]]
    low, high = map(float, np.nanquantile(sizes, (MEDIAN_DAY[0] - _WIDER, MEDIAN_DAY[1] + _WIDER)))
    average = law[effect.measure].item()
    if effect.at_least and not effect.contrary:
        least = effect.at_least * average
        low, high = (max(low, least), high) if average > 0 else (low, min(high, least))
    return low, high, signs


def main(
    search_: Annotated[int, typer.Option("--search", help="Seeds that are tried for what is no median day.")] = 0,
    first: Annotated[int, typer.Option(help="The first of them.")] = 1,
    most: Annotated[int, typer.Option(help="So many that fit are told of each group.")] = 5,
    only: Annotated[str, typer.Option(help="Search for what has this seed now, whether it fits or not.")] = "",
) -> None:
    """Tell of all that ships where its effect lies among other days, and find seeds with which it is in the midst."""
    console = Console()
    table = Table(title="What is shown, among 200 other days of it", caption=f"median day: {MEDIAN_DAY}")
    for column in ("what", "effect", "seed", "shown", "average", "smaller on", "other direction on", "median day"):
        table.add_column(column)
    wrong = {int(only)} if only else set()
    for case in cases():
        day = shown_day(case.effect, case.shown)
        fits = day.median and case.has_longest_mismatch_where_it_should
        if not fits and not only:
            wrong.add(case.luck[0])
        table.add_row(
            case.name,
            case.effect.measure,
            "/".join(map(str, case.luck)),
            f"{day.value:.3f}",
            f"{day.average:.3f}",
            f"{day.share:.0%}",
            f"{day.turned_round:.0%}",
            "yes" if fits else "no",
        )
    console.print(table)
    share = share_of_seconds(ds.Encounter.load(DEFAULT))
    console.print(
        f"A still-face given in '{DEFAULT}' shows at {share:.0%} of seconds 40 to 200 (at least {SHOWS_IN:.0%})."
    )
    if share < SHOWS_IN and not only:
        wrong.add(ds.Encounter.load(DEFAULT).seed)
    for seed in sorted(wrong) if search_ else ():
        group = [case for case in cases() if case.luck[0] == seed]
        console.print(f"\nIn place of seed {seed}, for: {'; '.join(case.name for case in group)}")
        for count, found in enumerate(search(group, range(first, first + search_)), start=1):
            console.print(f"  seed {found}")
            if count == most:
                break


if __name__ == "__main__":
    typer.run(main)
