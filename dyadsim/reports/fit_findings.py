"""Findings of a fit: its tables side by side, as the shell prints them and the report shows them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ..common.random_numbers import Seed
from ..measurement.session import Session
from ..theory.states import AnyScheme

if TYPE_CHECKING:
    from ..fitting.fitted_dyads import FittedDyads

__all__ = ["ARROW_MEASURES", "PICTURED", "FitFindings", "findings"]

ARROW_MEASURES = (
    "match",
    "kappa",
    "repairs_per_min",
    "infant_interactive_contingency",
    "mother_interactive_contingency",
)
"""Measures that tell how far the two go together: what they would be with an arrow cut."""
PICTURED = 3
"""Dyads whose profiles and figures are made."""
_POINTS = 13


@dataclass(frozen=True)
class FitFindings:
    """All that was found out by a fit.

    Attributes
    ----------
    fitted : the fitted dyads.
    sessions : to which they were fitted.
    population : by its name, to whose middle they are drawn.
    estimates : as :meth:`dyadsim.FittedDyads.frame` has them, with intervals of another kind if these were asked for.
    intervals : how the intervals were made, in words.
    checks : measures beside simulated ones, of all sessions.
    held_out : scores of what was held out; no rows if nothing could be.
    not_held_out : why not.
    arrow_cut : what measures would be if one did not follow the other.
    profiles : of the likelihood, of the first dyads.
    bootstrap : of all estimates; no rows if none was asked for.
    """

    fitted: FittedDyads
    sessions: Sequence[Session]
    population: str
    estimates: pd.DataFrame
    intervals: str
    checks: pd.DataFrame
    held_out: pd.DataFrame
    not_held_out: str
    arrow_cut: pd.DataFrame
    profiles: pd.DataFrame
    bootstrap: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by name, those that have rows."""
        names = ("estimates", "checks", "held_out", "arrow_cut", "profiles", "bootstrap")
        return {name: getattr(self, name) for name in names if len(getattr(self, name))}


def findings(
    fitted: FittedDyads,
    sessions: Sequence[Session],
    held_out: pd.DataFrame | str,
    *,
    population: str = "community",
    times: int = 200,
    bootstrap: int = 0,
    by_profile: bool = False,
    profiles: bool = False,
    seed: Seed = 0,
    scheme: AnyScheme = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> FitFindings:
    """Findings of a fit to some sessions.

    Parameters
    ----------
    fitted, sessions : the dyads, and what they were fitted to.
    held_out : scores of what was held out, or a sentence why there are none.
    population : by its name.
    times : how often each session is simulated.
    bootstrap : how often all are simulated and fitted again.
    by_profile : whether intervals are those of the profile of the likelihood.
    profiles : whether profiles are made, of the first dyads.
    seed : names the luck.
    scheme : the match scheme.
    threads : how many to use; no result depends on it.
    progress : called with steps done and steps in all.
    """
    own = [(dyad, name) for dyad in fitted.dyads for name in fitted.free]
    every = [*own, *(("all", name) for name in fitted.shared)]
    pictured = [each for each in every if each[0] in (*fitted.dyads[:PICTURED], "all")] if profiles else []
    places = list(_places(sessions))
    todo, done = len(places) + (len(every) if by_profile else 0) + len(pictured) + bool(bootstrap), 0

    def went_on() -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, todo)

    checks, cut = [], []
    for dyad, session in places:
        here = fitted.checks(times, seed, scheme, dyad, session)
        checks.append(_named(here, dyad, "session", session))
        cut.append(_named(_arrows(fitted, here, times, seed, scheme, dyad, session), dyad, "session", session))
        went_on()
    estimates = fitted.frame()
    if by_profile:
        for dyad, name in every:
            low, high = fitted.interval(name, None if dyad == "all" else dyad)
            estimates.loc[(estimates["dyad"] == dyad) & (estimates["parameter"] == name), ["low", "high"]] = low, high
            went_on()
    drawn = []
    for dyad, name in pictured:
        profile = fitted.profile(name, None if dyad == "all" else dyad, _POINTS)
        drawn.append(_named(profile, dyad, "parameter", name))
        went_on()
    again = fitted.bootstrap(bootstrap, seed, threads) if bootstrap else pd.DataFrame()
    if bootstrap:
        went_on()
    return FitFindings(
        fitted,
        sessions,
        population,
        estimates,
        "by the profile of the likelihood" if by_profile else "from standard errors",
        pd.concat(checks, ignore_index=True),
        pd.DataFrame() if isinstance(held_out, str) else held_out,
        held_out if isinstance(held_out, str) else "",
        pd.concat(cut, ignore_index=True),
        pd.concat(drawn, ignore_index=True) if drawn else pd.DataFrame(),
        again,
    )


def _places(sessions: Sequence[Session]) -> Iterator[tuple[Hashable, int]]:
    """Dyad of each session, and which of its sessions that is."""
    seen: dict[Hashable, int] = {}
    for session in sessions:
        for dyad in session.dyads:
            yield dyad, seen.get(dyad, 0)
            seen[dyad] = seen.get(dyad, 0) + 1


def _named(table: pd.DataFrame, dyad: Hashable, what: str, value: str | int) -> pd.DataFrame:
    """Table with columns before it of whose it is, and of what."""
    named = table.copy()
    named.insert(0, what, [value] * len(table))
    named.insert(0, "dyad", [dyad] * len(table))
    return named


def _arrows(
    fitted: FittedDyads,
    checks: pd.DataFrame,
    times: int,
    seed: Seed,
    scheme: AnyScheme,
    dyad: Hashable,
    session: int,
) -> pd.DataFrame:
    """Measures of a session by the fitted dyad as it is, and with either arrow cut, one row each."""
    as_fitted = checks.rename(columns={"simulated": "null"}).drop(columns="within").assign(arrow="none")
    parts = [as_fitted]
    for arrow in ("mother", "infant"):
        null = fitted.arrow_cut(arrow, times, seed, scheme, dyad, session).frame()
        parts.append(null.drop(columns="draws").assign(arrow=arrow))
    every = pd.concat(parts, ignore_index=True)
    every = every[every["measure"].isin(ARROW_MEASURES) & every["observed"].notna()]
    return every[["episode", "measure", "arrow", "observed", "null", "low", "high", "as_extreme"]]
