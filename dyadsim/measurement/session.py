"""Sessions: observed interaction of one or many dyads, simulated or coded, and its measures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import whole_number
from ..common.shown import Shown, counted
from ..theory.states import ICEP, AnyScheme, CodeSet, MatchScheme, match_scheme
from . import measures as measured
from .clip_kinds import WITHIN
from .coded_stretches import coded_stretches
from .declarations import CONTINGENCIES
from .moments_worth_showing import MomentsWorthShowing, ShownDyad, held_still, worth_showing
from .repair_survival import pooled_survival
from .runs import runs
from .tally import Tally, tally_states

if TYPE_CHECKING:
    from ..people.cohort import Cohort

__all__ = ["Session", "runs"]

States = NDArray[np.int8]

_SHOWN = ["match", "chance_match", "kappa", "ruptures_per_min", "repairs_per_min"]
"""Measures whose means over dyads are shown of a session that is printed,"""
_MOST_SHOWN = 10_000
"""unless it has more dyads than these, of which it would take more than a second."""


@dataclass(repr=False)
class Session(Shown):
    """Interaction of n dyads over the same episodes.

    Attributes
    ----------
    dyads : list (n,)
        names or numbers of the dyads.
    episodes, ends : names of the episodes, and the step at which each is over.
    codes, step : the states told apart, and the seconds between observations.
    cohort, provenance : who and how, where the session was simulated.
    infant, mother, arousal : int8 (n, steps)
        state numbers in the order of ``codes``, -1 where not coded; arousal is None where it is not known. A session
        that did not keep its states makes them again when asked, the very same.
    """

    dyads: Sequence[Any]
    episodes: list[str]
    ends: list[int]
    codes: CodeSet = ICEP
    step: float = 1.0
    states: tuple[States, States, States | None] | None = None
    play: Callable[[], tuple[States, States, States | None]] | None = None
    counted: Tally | None = None
    cohort: Cohort | None = None
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def infant(self) -> States:
        """States of the infants (n, steps)."""
        return self._played[0]

    @property
    def mother(self) -> States:
        """States of the mothers (n, steps)."""
        return self._played[1]

    @property
    def arousal(self) -> States | None:
        """Arousal of the infants (n, steps), 0 to 4; None where it is not known."""
        return self._played[2]

    @cached_property
    def _played(self) -> tuple[States, States, States | None]:
        """States of both and arousal, kept or made again."""
        if self.states is not None:
            return self.states
        assert self.play is not None, "a session has states or can make them"
        return self.play()

    def __len__(self) -> int:
        return len(self.dyads)

    def _in_a_line(self) -> str:
        who = self.cohort.population if self.cohort is not None else ", ".join(map(str, self.dyads[:3]))
        return f"{counted(len(self), 'dyad')} ({who}), {', '.join(self.episodes)}, {self.ends[-1] * self.step:,.0f} s"

    def _in_a_table(self) -> pd.DataFrame | None:
        if len(self) > _MOST_SHOWN:
            return None
        means = self.measures().groupby("episode", sort=False)[_SHOWN].mean().reset_index()
        return means.assign(scheme=self.match_scheme().name)

    def match_scheme(self, scheme: AnyScheme = None) -> MatchScheme:
        """Match scheme as it fits this session's codes; without one, the code set's own (strict, or valence)."""
        return match_scheme(scheme, self.codes)

    def matched(self, scheme: AnyScheme = None, dyad: int = 0) -> NDArray[np.bool_]:
        """Whether one dyad matches, step by step.

        Parameters
        ----------
        scheme : a name, a matrix of your own, or none: the code set's own.
        dyad : its place in ``dyads``, from 0.

        Returns
        -------
        (steps,) truth values; False where it was not coded.
        """
        match = self.match_scheme(scheme)
        return self.codable(dyad) & match.matrix[self.infant[dyad], self.mother[dyad]]

    def codable(self, dyad: int = 0) -> NDArray[np.bool_]:
        """Whether both partners of the dyad at that place are coded, step by step (steps,)."""
        return (self.infant[dyad] >= 0) & (self.mother[dyad] >= 0)

    def events(self, scheme: AnyScheme = None, dyad: int = 0) -> pd.DataFrame:
        """Ruptures and repairs of one dyad in order: ``dyad``, ``time`` (s), ``event``, and a repair's ``latency`` (s).

        The latency is the length of the mismatch that the repair ended, counted from the start of the episode or of the
        coding at the earliest.

        Parameters
        ----------
        scheme : a name, a matrix of your own, or none: the code set's own.
        dyad : its place in ``dyads``, from 0.
        """
        # One step more at the end, not coded, closes what is open there.
        codable = np.append(self.codable(dyad), False)
        matched = np.append(self.matched(scheme, dyad), False)
        # Steps at which an episode begins (and the one after the last): nothing is carried over into them.
        fresh = np.isin(np.arange(len(codable)), [0, *self.ends])
        rows: list[tuple[float, str, float]] = []
        began = 0
        for step in range(1, len(codable)):
            if fresh[step] or not codable[step - 1]:
                began = step
            elif codable[step] and matched[step] != matched[step - 1]:
                latency = (step - began) * self.step if matched[step] else np.nan
                rows.append((step * self.step, "repair" if matched[step] else "rupture", latency))
                began = step
        frame = pd.DataFrame(rows, columns=["time", "event", "latency"]).round(6)
        frame.insert(0, "dyad", self.dyads[dyad])
        return frame

    def visits(self, dyad: int = 0) -> pd.DataFrame:
        """Visits of one dyad to the cells of the state-space grid, in order: ``infant``, ``mother``, ``seconds``.

        (Lewis, Lamey & Douglas 1999; Hollenstein 2013.)

        Parameters
        ----------
        dyad : its place in ``dyads``, from 0.
        """
        cell = np.where(
            self.codable(dyad), self.infant[dyad].astype(int) * len(self.codes.mother) + self.mother[dyad], -1
        )
        # Other numbers in each episode, so that no run goes on across its end.
        episode = np.searchsorted(self.ends, np.arange(len(cell)), side="right")
        starts, lengths = runs(cell + episode * (self.codes.cells + 1))
        coded = cell[starts] >= 0
        infant, mother = np.divmod(cell[starts][coded], len(self.codes.mother))
        return pd.DataFrame({"infant": infant, "mother": mother, "seconds": lengths[coded] * self.step})

    def moments_worth_showing(
        self,
        dyad: int = 0,
        scheme: AnyScheme = None,
        most: int = 10,
        *,
        kinds: Collection[str] | None = None,
        within: float = WITHIN,
    ) -> MomentsWorthShowing:
        """Moments worth showing of one dyad: the stretches that a therapist may pick for video feedback, with why.

        Repairs after a long mismatch, bids answered, chains of fitting answers, calming and shared joy, in turn, then
        few bids missed. No clip holds uncoded time, crosses the end of an episode, or lies where she is asked to
        answer nothing. Whether her state fits his is said by the table FITTING of the rules.

        Parameters
        ----------
        dyad : its place in ``dyads``, from 0.
        scheme : match scheme, by which there are repairs.
        most : so many clips at most, from 1 to 100.
        kinds : only these (``repair``, ``bid-answered``, ``chain``, ``calming``, ``shared-joy``, ``bid-missed``).
        within : seconds in which an answer is one.

        Raises
        ------
        DyadsimError
            for an unknown scheme or kind, bids missed alone, a dyad that is not there, or an impossible number.

        >>> session = ds.interact(ds.Cohort.sample(10, seed=1), seed=1)
        >>> session.moments_worth_showing(dyad=3).frame()
        """
        place = whole_number("place of the dyad", dyad, 0, len(self) - 1)
        match, out = self.match_scheme(scheme), held_still(self.episodes, self.provenance.get("paradigm"))
        pair = self.infant[place], self.mother[place]
        about = self.episodes, self.ends, self.codes, self.step
        stretches = coded_stretches(pair, self.matched(match, place), *about, without=out)
        return worth_showing(
            stretches,
            ShownDyad(self.dyads[place], self.codes, self.step, match.name, out),
            most=most,
            kinds=kinds,
            within=within,
        )

    def measures(self, scheme: AnyScheme = None, only: Collection[str] | None = None) -> pd.DataFrame:
        """All measures under a match scheme, one row a dyad and episode.

        Shares are of codable time, rates a minute of it, latencies in seconds: ``ds.MEASURES`` has the unit, meaning
        and source of each.

        Parameters
        ----------
        scheme : a name, a matrix of your own (infant states x mother states), or none: the code set's own.
        only : names of the measures wanted; what they do not need is not worked out.

        Raises
        ------
        DyadsimError
            if there is no such scheme or measure.

        >>> session = ds.interact(ds.Cohort.sample(10, seed=1), seed=1)
        >>> session.measures("affect", only=["match", "mean_repair_latency"])
        """
        match = self.match_scheme(scheme)
        tally = self._tally(match)
        brief, grid = measured.are_brief(only, self.codes), measured.need_grid(only, self.codes)
        frame = measured.interaction_measures(tally, match, brief, grid)
        return measured.by_episode(frame, self.dyads, self.episodes, only)

    def summary(self, scheme: AnyScheme = None) -> pd.DataFrame:
        """Mean and standard error of every measure over the dyads, one row an episode and measure.

        Repair survival and latency are not means of the dyads' own: all mismatches are pooled, with errors clustered by
        dyad (Williams 1995, doi 10.2307/2533345).

        Parameters
        ----------
        scheme : a name, a matrix of your own, or none: the code set's own.
        """
        return measured.summary_of(self.measures(scheme), self.repair_survival(scheme), self.step)

    def repair_survival(self, scheme: AnyScheme = None) -> pd.DataFrame:
        """Repair survival of all mismatches pooled, with its standard error and 95 % interval.

        Columns ``episode``, ``seconds``, ``survival``, ``se``, ``low``, ``high``. With several dyads errors are
        clustered by dyad (Williams 1995, doi 10.2307/2533345); with one, mismatches are taken as independent (Greenwood
        1926). The curve is that of Kaplan & Meier (1958, doi 10.1080/01621459.1958.10501452).

        Parameters
        ----------
        scheme : a name, a matrix of your own, or none: the code set's own.
        """
        match = self.match_scheme(scheme)
        latencies = self._tally(match).latencies_of(match)
        each = len(self.episodes)
        parts = [pooled_survival(latencies[e::each], self.step) for e in range(each)]
        return pd.concat(parts, keys=self.episodes, names=["episode"]).reset_index("episode").reset_index(drop=True)

    def contingencies(self) -> pd.DataFrame:
        """Self- and interactive contingency of each partner, one row a dyad and episode."""
        return self.measures()[["dyad", "episode", *CONTINGENCIES]]

    def pooled_measures(self, episodes: Collection[str] | None = None, scheme: AnyScheme = None) -> pd.Series:
        """All measures but the grid's over all dyads and the named episodes (default: all), taken as one stretch.

        Bouts and mismatches are pooled: a bout length is that of all bouts, as in a study that gives the time and the
        number of bouts of all its sessions.

        Parameters
        ----------
        episodes : their names.
        scheme : a name, a matrix of your own, or none: the code set's own.

        Raises
        ------
        DyadsimError
            if there is no such episode or scheme.
        """
        match = self.match_scheme(scheme)
        wanted = self.episodes if episodes is None else episodes
        return measured.interaction_measures(measured.pooled(self._tally(match), self.episodes, wanted), match).iloc[0]

    def time_in_cells(self) -> NDArray[Any]:
        """Codable steps that each dyad spends in each joint state: (dyads, episodes, infant, mother)."""
        cells = self._tally(self.match_scheme()).cells
        return cells.reshape(len(self), len(self.episodes), len(self.codes.infant), len(self.codes.mother))

    def pooled_moves(self, episodes: Collection[str] | None = None) -> NDArray[Any]:
        """Transitions over all dyads and the named episodes: how often one step's states were followed by the next's.

        Parameters
        ----------
        episodes : their names (default: all).

        Returns
        -------
        Counts (infant, mother, next infant, next mother); what leads from one episode into the next is left out.

        Raises
        ------
        DyadsimError
            if there is no such episode.
        """
        wanted = self.episodes if episodes is None else episodes
        pairs = measured.pooled(self._tally(self.match_scheme()), self.episodes, wanted).pairs
        return pairs.reshape(2 * (len(self.codes.infant), len(self.codes.mother)))

    def _tally(self, scheme: MatchScheme) -> Tally:
        """Counts with the latencies of ``scheme``, dyad by dyad and episode by episode."""
        if self.counted is not None and scheme.name in self.counted.latencies:
            return self.counted
        infant, mother, arousal = (None if part is None else self._by_episode(part) for part in self._played)
        assert infant is not None and mother is not None
        lengths = np.tile(np.diff(self.ends, prepend=0), len(self))
        return tally_states(infant, mother, lengths, self.codes, scheme, self.step, arousal)

    def _by_episode(self, part: States) -> States:
        """States with an episode a row (dyads x episodes, steps of the longest), what lies past its end as uncoded."""
        firsts = [0, *self.ends[:-1]]
        longest = max(end - first for first, end in zip(firsts, self.ends, strict=True))
        rows = np.full((len(self), len(self.ends), longest), -1, dtype=np.int8)
        for e, (first, end) in enumerate(zip(firsts, self.ends, strict=True)):
            rows[:, e, : end - first] = part[:, first:end]
        return rows.reshape(-1, longest)
