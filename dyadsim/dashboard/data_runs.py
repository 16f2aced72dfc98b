"""Fits of the model to a coded session for one visitor: the dyad, what follows from it, and how well it foretells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
import solara

from ..common.chunked_run import Progress
from ..common.errors import DyadsimError
from ..fitting.fit_sessions import fit
from ..fitting.held_out import held_out_scores
from ..interaction.rule_set import Rules
from ..measurement.session import Session
from ..people.cohort import Cohort
from ..scenarios.expected_change import expected_change
from ..theory.coefficients import COEFFICIENTS
from ..theory.traits import TRAITS
from .tab_runs import Cancelled, TabRun, use_tab_run
from .uploads import privately

__all__ = ["ARROWS", "Asked", "FitRun", "Fitted", "check_size", "use_fit_run"]

_MOST = 7_200
"""Seconds of a session that a page fits: some seconds of work."""
_STEPS = 5  # of the work, between which it can be stopped
ARROWS = {"mother": "she did not follow him", "infant": "he did not follow her"}
"""Who would not follow the other, in words."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What is fitted to: a session, by scheme (empty: its codes' own), age, ridge and rules."""

    session: Session
    scheme: str
    age: float
    ridge: float
    rules: Rules

    def is_like(self, other: Asked) -> bool:
        """Whether the same is asked for."""
        return self.session is other.session and self.more == other.more

    @property
    def more(self) -> tuple[str, float, float]:
        return self.scheme, self.age, self.ridge


@dataclass(frozen=True, eq=False)
class Fitted:
    """Fitted dyad, as the page shows it.

    Attributes
    ----------
    asked : what it was fitted to.
    cohort : the dyad.
    frame : estimates, each with its interval.
    checks : measures as coded beside those simulated from the fit.
    cut : by who no longer follows, the same with that arrow cut.
    held_out : how well halves are foretold; empty where there is too little to hold a half out, which ``says`` tells.
    expected : change expected of showing each moment; None where there is none.
    """

    asked: Asked
    cohort: Cohort
    frame: pd.DataFrame
    checks: pd.DataFrame
    cut: dict[str, pd.DataFrame]
    held_out: pd.DataFrame
    says: str
    expected: pd.DataFrame | None


def check_size(asked: Asked) -> None:
    """Refuse a session that would keep the dashboard busy for long.

    Raises
    ------
    DyadsimError
        if it is longer than a page fits.
    """
    session = asked.session
    if (seconds := session.ends[-1] * session.step) > _MOST:
        raise DyadsimError(
            f"This session has {seconds:,.0f} seconds, and a page fits {_MOST:,} at most; in Python ds.fit fits more."
        )


class FitRun(TabRun[Fitted]):
    """Fits of coded sessions."""

    def start(self, asked: Asked) -> None:
        """Fit, in place of what is running."""
        check_size(asked)
        self.begin(lambda progress: privately(lambda: _fitted(asked, progress), Cancelled))

    def forget(self) -> None:
        """Stop what is running, and forget what came out."""
        self.cancel()
        self.state.set(type(self.state.value)())


def _fitted(asked: Asked, progress: Progress) -> Fitted:
    session, rules = asked.session, asked.rules
    scheme = asked.scheme or None
    progress(0, _STEPS)
    own: dict[str, Any] = {"infant": rules.infant, "mother": rules.mother, "threads": 1}
    fitted = fit(session, ages=asked.age, ridge=asked.ridge, **own)
    progress(1, _STEPS)
    checks = fitted.checks(scheme=scheme)
    progress(2, _STEPS)
    cut = {who: fitted.arrow_cut(who, scheme=scheme).frame() for who in ARROWS}
    progress(3, _STEPS)
    says, held = "", pd.DataFrame()
    try:
        held = held_out_scores(session, ages=asked.age, ridge=asked.ridge, **own)
    except DyadsimError as error:
        says = str(error)
    progress(4, _STEPS)
    cohort, clips = fitted.cohort(), session.moments_worth_showing(0, scheme)
    rows = expected_change(clips, cohort, scheme=scheme, infant=rules.infant, mother=rules.mother) if clips else None
    return Fitted(asked, cohort, _with_whose(fitted.frame()), checks, cut, held, says, rows)


def _with_whose(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates with whose they are, and what they mean."""
    known = {**COEFFICIENTS, **TRAITS}
    of = [
        TRAITS[name].of if name in TRAITS else "infant" if name.startswith("infant") else ""
        for name in frame["parameter"]
    ]
    means = [getattr(known.get(name), "meaning", "") for name in frame["parameter"]]
    return frame.assign(of=of, meaning=means)


_runs: solara.Reactive[FitRun | None] = solara.reactive(cast("FitRun | None", None))


def use_fit_run() -> FitRun:
    """The fits of this tab."""
    return use_tab_run(_runs, FitRun)
