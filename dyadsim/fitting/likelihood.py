"""The likelihood of coded sessions under dyads' parameters, exact, with its gradient.

The gradient needs no second pass for each parameter: by Fisher's identity it is the expected counts of all draws, given
what was coded, times the change of the logarithm of their chances (Louis 1982, doi 10.1111/j.2517-6161.1982.tb01203.x).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..common.workers import thread_count
from ..interaction.law import Law
from ..interaction.paradigms import Episode, Paradigm
from ..interaction.tables import CONTEXT_SHAPE, tables_of_view
from .coded_sequences import Sequence as CodedSequence
from .fitted_parameters import FittedParameters
from .likelihood_arithmetic import expected_counts, log_likelihood

__all__ = ["Likelihood"]

Numbers = NDArray[np.float64]
Tables = tuple[Numbers, Numbers, Numbers, Numbers]
_STEP = 1e-4
"""By how much of its standard deviation a parameter is moved to see how tables change: the error is of its square."""
_SETTLED = 300
"""Seconds of play, over which contexts are as frequent as they are taken to be before anything is coded."""
_TABLES = 500
"""Tables that are made at once."""


@dataclass(frozen=True)
class Likelihood:
    """Coded sequences, the parameters of which their likelihood is asked, and which of them are whose.

    Attributes
    ----------
    sequences : coded sessions.
    parameters : that are fitted.
    rows : of each sequence, by its episode, which row of parameters holds there.
    known : by name of a trait, one number a row (``age``).
    """

    sequences: Sequence[CodedSequence]
    parameters: FittedParameters
    rows: Sequence[NDArray[np.int64]]
    known: Mapping[str, Numbers]

    def __call__(self, values: Numbers, threads: int | None = None) -> Numbers:
        """Log-likelihoods (sequences,) under parameters (rows, names)."""
        return self._passed(values, False, threads)[0]

    def with_gradient(self, values: Numbers, threads: int | None = None) -> tuple[Numbers, Numbers]:
        """Log-likelihoods (sequences,) and the gradient of their sum (rows, names), under parameters (rows, names)."""
        each, counts = self._passed(values, True, threads)
        return each, self._summed(values, counts, 1)

    def complete_information(self, values: Numbers, threads: int | None = None) -> Numbers:
        """Information (rows, names) on each parameter alone, were his arousal and attention seen as well."""
        return self._summed(values, self._passed(values, True, threads)[1], 2)

    def by_second(self, values: Numbers, sequence: int) -> Numbers:
        """Log-likelihood of each second of one sequence, given all before (0 for its first)."""
        chances = np.empty(self.sequences[sequence].seconds)
        self._forward(sequence, self._tables(values), np.empty(0), chances)
        return np.asarray(np.log(chances))

    # Which tables are needed: one for each row in each kind of episode that it lives through --

    @cached_property
    def _used(self) -> tuple[list[tuple[int, Episode]], list[NDArray[np.int64]]]:
        """Rows and the episode that their tables are of, and for each sequence the table of each episode."""
        place: dict[tuple[object, ...], int] = {}
        needed: list[tuple[int, Episode]] = []
        which = []
        for sequence, rows in zip(self.sequences, self.rows, strict=True):
            tables = []
            for episode, row in zip(sequence.episodes, rows, strict=True):
                key = (int(row), episode.kind)
                if key not in place:
                    place[key] = len(needed)
                    needed.append((int(row), episode))
                tables.append(place[key])
            which.append(np.array(tables))
        return needed, which

    @cached_property
    def _scored(self) -> NDArray[np.bool_]:
        """Whether what she does is hers, table by table: in an episode that holds her it is asked of her."""
        return np.array([episode.held < 0 for _, episode in self._used[0]])

    @cached_property
    def _first(self) -> Numbers:
        """Chances of contexts before anything was coded: those of long play of a dyad in the middle."""
        play = Paradigm.load("free-play").lasting(_SETTLED)
        return np.ascontiguousarray(Law(self.parameters.typical, play, self.parameters.rules).time_in_contexts()[0])

    def _tables(self, values: Numbers, moved: Numbers | None = None) -> Tables:
        """Chances of every table, contexts first and next states last.

        Parameters
        ----------
        values : (rows, names).
        moved : (moves, names) by how much all rows are moved: then there is a table for each move, moves first.
        """
        moves = np.zeros((1, len(self.parameters))) if moved is None else moved
        needed = self._used[0]
        made = []
        for kind in dict.fromkeys(episode.kind for _, episode in needed):
            at = [n for n, (_, episode) in enumerate(needed) if episode.kind == kind]
            rows = np.array([needed[n][0] for n in at])
            asked = (values[rows][None] + moves[:, None]).reshape(-1, len(self.parameters))
            known = {name: np.tile(given[rows], len(moves)) for name, given in self.known.items()}
            episode = needed[at[0]][1]
            view = self.parameters.view(asked, known, episode.shift)
            made.append((at, tables_of_view(view, len(asked), self.parameters.rules, episode).parts()))
        whole = []
        for k in range(4):
            of_kinds = [(at, parts[k]) for at, parts in made]
            shape = (*CONTEXT_SHAPE[:2], max(part.shape[3] for _, part in of_kinds), len(of_kinds[0][1]))
            filled = np.empty((len(moves), len(needed), *shape))
            for at, part in of_kinds:
                laid = np.broadcast_to(part, (len(part), *shape[:2], part.shape[3], len(moves) * len(at)))
                laid = laid.reshape(*laid.shape[:4], len(moves), len(at))
                filled[:, at] = np.moveaxis(laid, (4, 5, 0), (0, 1, 5))
            whole.append(filled if moved is not None else filled[0])
        infant, mother, arousal, attention = whole
        return infant, mother, arousal, attention

    # The passes ----------------------------------------------------------------------------------------------------

    def _forward(self, n: int, tables: Tables, filtered: Numbers, chances: Numbers) -> float:
        sequence = self.sequences[n]
        which = self._used[1][n][sequence.episode]
        if not len(filtered):
            filtered = np.empty((sequence.seconds, *CONTEXT_SHAPE))
        return float(
            log_likelihood(sequence.codes, which, sequence.may_be, tables, self._scored, self._first, filtered, chances)
        )

    def _one(self, n: int, tables: Tables, counted: bool) -> tuple[float, NDArray[np.int64], Tables | None]:
        """Log-likelihood of one sequence, the tables it lives under, and their expected counts."""
        sequence = self.sequences[n]
        filtered, chances = np.empty((sequence.seconds, *CONTEXT_SHAPE)), np.empty(sequence.seconds)
        value = self._forward(n, tables, filtered, chances)
        own, local = np.unique(self._used[1][n], return_inverse=True)
        if not counted or not np.isfinite(value):
            return value, own, None
        infant, mother, arousal, attention = (np.ascontiguousarray(part[own]) for part in tables)
        counts = np.zeros_like(infant), np.zeros_like(mother), np.zeros_like(arousal), np.zeros_like(attention)
        expected_counts(
            sequence.codes,
            local[sequence.episode],
            sequence.may_be,
            (infant, mother, arousal, attention),
            self._scored[own],
            filtered,
            chances,
            counts,
        )
        return value, own, counts

    def _passed(self, values: Numbers, counted: bool, threads: int | None) -> tuple[Numbers, Tables]:
        """Log-likelihoods of all sequences, and the expected counts of every table."""
        tables = self._tables(values)
        _ = self._first  # made before threads ask for it
        counts = tuple(np.zeros_like(part) if counted else part[:0] for part in tables)
        each = np.empty(len(self.sequences))
        # Added up in the order of the sequences, so that no sum depends on who was done first.
        for n, (value, own, found) in enumerate(self._each(tables, counted, threads)):
            each[n] = value
            if found is not None:
                for whole, part in zip(counts, found, strict=True):
                    whole[own] += part
        infant, mother, arousal, attention = counts
        return each, (infant, mother, arousal, attention)

    def _each(
        self, tables: Tables, counted: bool, threads: int | None
    ) -> Iterator[tuple[float, NDArray[np.int64], Tables | None]]:
        """What :meth:`_one` gives of every sequence, in their order."""
        workers = min(thread_count(threads), len(self.sequences))
        if workers == 1:
            yield from (self._one(n, tables, counted) for n in range(len(self.sequences)))
            return
        with ThreadPoolExecutor(workers) as pool:
            yield from pool.map(lambda n: self._one(n, tables, counted), range(len(self.sequences)))

    def _summed(self, values: Numbers, counts: Tables, power: int) -> Numbers:
        """Sums (rows, names) over all draws: counts times a power of the slope of the logarithm of their chances."""
        names, needed = len(self.parameters), self._used[0]
        steps = np.diag(self.parameters.sd) * _STEP
        rows = [row for row, _ in needed]
        out = np.zeros((len(values), names))
        at_once = max(1, _TABLES // max(len(needed), 1))
        for k in range(0, names, at_once):
            some = steps[k : k + at_once]
            widths = 2 * np.diag(steps)[k : k + at_once]
            for count, moved in zip(counts, self._tables(values, np.concatenate([some, -some])), strict=True):
                above, below = moved[: len(some)], moved[len(some) :]
                with np.errstate(divide="ignore", invalid="ignore"):
                    slope = np.log(above / below) / widths[:, None, None, None, None, None]
                sums = np.einsum("tabcd,ktabcd->tk", count, np.nan_to_num(slope) ** power)
                np.add.at(out[:, k : k + at_once], rows, sums)
        return out
