"""Agreement of two coders of the same video: by time unit, with a tolerance, by event, by code, and of the measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..common.errors import DyadsimError
from ..common.shown import Shown, counted
from ..theory.states import AnyScheme
from .agreement_sentences import agreement_sentences
from .agreement_statistics import (
    accuracy,
    blocks_of,
    confusion,
    estimated,
    highest_kappa,
    kappa,
    kappa_of_code,
    more,
    positive_agreement,
    tolerant_agreement,
    tolerant_counts,
    tolerant_kappa,
)
from .coder_pair import Coded, CoderPair, paired
from .declarations import measures_of
from .event_agreement import event_agreement
from .session import Session, runs

__all__ = ["Agreement", "agreement"]

_MOST_TOLERANCE_S = 60.0
_MOST_STRETCHES = 200
_FEWEST_FOR_ICC = 5


@dataclass(frozen=True, repr=False)
class Agreement(Shown):
    """Agreement of two coders of the same video.

    Attributes
    ----------
    table : one row each for the infant's codes, the mother's, and for whether the two match:
        ``of``; ``seconds`` coded by both, ``first_only`` and ``second_only`` (s); ``agreement`` (share of the seconds
        coded by both in which they give the same code), ``chance``, ``kappa`` with its 95 % interval (``kappa_low``,
        ``kappa_high``), ``kappa_most`` (the highest that two could reach who give each code so often), ``accuracy``
        (share of time in which each would be right for this kappa, if both were equally); ``more_or_less`` and
        ``elsewhen`` (the share on which they differ, cut in what comes of one giving a code more than the other, and
        what of giving it at other times; Pontius & Millones 2011, doi 10.1080/01431161.2011.552923);
        ``tolerant_agreement``, ``tolerant_chance``, ``tolerant_kappa`` with interval; ``first_events``,
        ``second_events``, ``agreed_events``, ``event_agreement``, ``event_kappa``; ``alpha`` and ``alpha_ordinal``
        (Krippendorff's, of nominal codes and of their engagement level).
    codes : one row a code of each: ``of``, ``code``, ``first_s``, ``second_s``, ``both_s``, ``positive_agreement``,
        ``kappa`` (of it against all others) with interval, ``more_a_minute`` (seconds a minute that the first coder
        gives it more than the second) with interval, ``instead`` (what the other says most where only one gives it).
    confusions : seconds by what the first (rows) and the second (columns) coder says, by ``of``.
    events : how events were aligned, by ``of``: as ``confusions``, with a row and a column for what only one marked.
    measures : one row an episode and measure: ``first``, ``second`` (means over dyads), ``difference`` (first less
        second), ``apart`` (mean size of the difference), and, with five dyads or more, ``icc``: agreement on single
        dyads (two-way, absolute; McGraw & Wong 1996, doi 10.1037/1082-989X.1.1.30).
    stretches : where they differ for longest: ``dyad``, ``of``, ``onset``, ``offset`` (s), ``first``, ``second``,
        ``seconds``.
    about : names of the coders (``first``, ``second``), dyads, tolerance (s), scheme, seconds a step, blocks, remarks.
    """

    table: pd.DataFrame
    codes: pd.DataFrame
    confusions: Mapping[str, pd.DataFrame]
    events: Mapping[str, pd.DataFrame]
    measures: pd.DataFrame
    stretches: pd.DataFrame
    about: Mapping[str, Any]

    def _in_a_line(self) -> str:
        kappas = ", ".join(f"{row.of} {row.kappa:.2f}" for row in self.table.itertuples())
        return (
            f"{self.about['first']} and {self.about['second']}, {counted(self.about['dyads'], 'dyad')}, kappa: {kappas}"
        )

    def _in_a_table(self) -> pd.DataFrame:
        return self.table[
            ["of", "seconds", "agreement", "chance", "kappa", "kappa_low", "kappa_high", "event_agreement"]
        ]

    def frame(self) -> pd.DataFrame:
        """Table of agreement: a row each for the infant's codes, the mother's, and whether the two match."""
        return self.table.copy()

    def sentences(self) -> list[str]:
        """What agrees, where the two differ most, and what to look at again, in words."""
        return agreement_sentences(self.table, self.codes, self.measures, self.stretches, self.about)


def agreement(first: Session, second: Session, tolerance: float = 1.0, scheme: AnyScheme = None) -> Agreement:
    """Agreement of two coders of the same video.

    By time unit: Cohen's kappa (1960, doi 10.1177/001316446002000104), its interval by the jackknife over blocks of
    time (over dyads where there are ten), since seconds that follow each other are not independent; for the same reason
    no p-value is given. With a tolerance: a step agrees if the other coder gives the same code within so many seconds,
    and chance has the same tolerance. By event: bouts with the same code whose onsets lie within the tolerance, with
    the kappa of Bakeman, Quera & Gnisci (2009, doi 10.3758/BRM.41.1.137). By code, and of the measures. Krippendorff's
    alpha is that of the library krippendorff (Hayes & Krippendorff 2007, doi 10.1080/19312450709336664), which is an
    extra (``pip install "dyadsim[agreement]"``); without it alpha is NaN.

    Parameters
    ----------
    first, second : sessions of the same dyads and video, with the same codes and step; what only one has (dyads, time)
        is left out, and told.
    tolerance : seconds.
    scheme : under which the two match: a name, a matrix of your own, or none: the code set's own.

    Returns
    -------
    Tables and sentences.

    Raises
    ------
    DyadsimError
        if the sessions differ in codes or step, have nothing in common, there is no time that both coded, or the
        tolerance is no number from 0 to 60.

    >>> coded = ds.read_coded("mangold_3532goodman.csv")
    >>> ds.agreement(coded, coded).frame()
    """
    pair = paired(first, second)
    match = pair.first.match_scheme(scheme)
    step = pair.first.step
    within = int(np.floor(_tolerance(tolerance) / step + 1e-9))
    dyads, steps = pair.first.infant.shape
    block = blocks_of(dyads, steps, step)
    rows, codes, confusions, events = [], [], {}, {}
    every = pair.coded(match)
    if not any(coded.both.any() for coded in every):
        raise DyadsimError(f"There is no time that {pair.names[0]} and {pair.names[1]} both coded.")
    for coded in every:
        counts = confusion(coded.first, coded.second, block, len(coded.codes))
        aligned = event_agreement(coded, within)
        by_events = {
            "first_events": aligned.first,
            "second_events": aligned.second,
            "agreed_events": aligned.agreed,
            "event_agreement": aligned.share,
            "event_kappa": aligned.kappa,
        }
        tolerant = _with_tolerance(coded, block, within)
        rows.append({"of": coded.of, **_by_time(coded, counts, step), **tolerant, **by_events, **_alphas(coded)})
        codes += _by_code(coded, counts, step)
        confusions[coded.of] = pd.DataFrame(counts.sum(axis=0) * step, index=coded.codes, columns=coded.codes)
        names = [*coded.codes, "nothing"]
        events[coded.of] = pd.DataFrame(aligned.counts.astype(int), index=names, columns=names)
    about = {
        "first": pair.names[0],
        "second": pair.names[1],
        "dyads": dyads,
        "tolerance": within * step,
        "scheme": match.name,
        "step": step,
        "blocks": int(block.max()) + 1,
        "remarks": list(pair.remarks),
    }
    stretches = _stretches(pair, every)
    return Agreement(
        pd.DataFrame(rows), pd.DataFrame(codes), confusions, events, _measures(pair, scheme), stretches, about
    )


def _tolerance(given: object) -> float:
    try:
        seconds = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        seconds = np.nan
    if not 0 <= seconds <= _MOST_TOLERANCE_S:
        raise DyadsimError(f"The tolerance must be a number of seconds from 0 to {_MOST_TOLERANCE_S:g}, not {given!r}.")
    return seconds


def _by_time(coded: Coded, counts: NDArray[np.float64], step: float) -> dict[str, float]:
    """Agreement step by step, from counts (blocks, codes, codes)."""
    total = counts.sum(axis=0)
    n, first, second = total.sum(), total.sum(axis=1), total.sum(axis=0)
    only = [
        ((one >= 0) & (other < 0)).sum() for one, other in ((coded.first, coded.second), (coded.second, coded.first))
    ]
    kappas = estimated(kappa, counts, -1.0, 1.0)
    with np.errstate(invalid="ignore"):
        same, chance = np.trace(total) / n, (first * second).sum() / n**2
        more_or_less = np.abs(first - second).sum() / (2 * n)
        most = highest_kappa(total)
    return {
        "seconds": n * step,
        "first_only": only[0] * step,
        "second_only": only[1] * step,
        "agreement": same,
        "chance": chance,
        "kappa": kappas.value,
        "kappa_low": kappas.low,
        "kappa_high": kappas.high,
        "kappa_most": most,
        "accuracy": accuracy(total, kappas.value),
        "more_or_less": more_or_less,
        "elsewhen": 1 - same - more_or_less,
    }


def _with_tolerance(coded: Coded, block: NDArray[np.int64], within: int) -> dict[str, float]:
    """Agreement with a tolerance of so many steps."""
    counts = tolerant_counts(coded.first, coded.second, block, len(coded.codes), within)
    with np.errstate(invalid="ignore"):
        same, chance = tolerant_agreement(counts.sum(axis=0))
    kappas = estimated(tolerant_kappa, counts, -1.0, 1.0)
    return {
        "tolerant_agreement": float(same),
        "tolerant_chance": float(chance),
        "tolerant_kappa": kappas.value,
        "tolerant_kappa_low": kappas.low,
        "tolerant_kappa_high": kappas.high,
    }


def _alphas(coded: Coded) -> dict[str, float]:
    """Krippendorff's alpha of nominal codes, and of their engagement level where codes have one."""
    both = np.stack([coded.first[coded.both], coded.second[coded.both]])
    levels = None if coded.levels is None else np.array(coded.levels)[both]
    return {
        "alpha": _alpha(both, "nominal"),
        "alpha_ordinal": np.nan if levels is None else _alpha(levels, "ordinal"),
    }


def _alpha(values: NDArray[Any], level: str) -> float:
    """Krippendorff's alpha of two coders (2, units); NaN where all units have one value, and without its library."""
    if find_spec("krippendorff") is None:
        return np.nan
    import krippendorff  # with its own imports

    if len(domain := np.unique(values)) < 2:
        return np.nan
    return float(krippendorff.alpha(values.astype(float), value_domain=domain, level_of_measurement=level))


def _by_code(coded: Coded, counts: NDArray[np.float64], step: float) -> list[dict[str, Any]]:
    """What there is to say of each code, from counts (blocks, codes, codes)."""
    total = counts.sum(axis=0)
    rows = []
    for code, name in enumerate(coded.codes):
        both = total[code, code]
        alone = total[code] + total[:, code]
        alone[code] = 0
        shares = estimated(positive_agreement(code), counts, 0.0, 1.0)
        kappas, biases = estimated(kappa_of_code(code), counts, -1.0, 1.0), estimated(more(code), counts, -60.0, 60.0)
        rows.append(
            {
                "of": coded.of,
                "code": name,
                "first_s": total[code].sum() * step,
                "second_s": total[:, code].sum() * step,
                "both_s": both * step,
                "positive_agreement": shares.value,
                "kappa": kappas.value,
                "kappa_low": kappas.low,
                "kappa_high": kappas.high,
                "more_a_minute": biases.value,
                "more_low": biases.low,
                "more_high": biases.high,
                "instead": coded.codes[int(alone.argmax())] if alone.any() else "",
            }
        )
    return rows


def _stretches(pair: CoderPair, every: list[Coded]) -> pd.DataFrame:
    """Where the two coders say different things of a partner without a break, longest first."""
    rows = []
    for coded in every:
        if coded.of == "match":
            continue
        differ = coded.both & (coded.first != coded.second)
        what = np.where(differ, coded.first.astype(np.int64) * len(coded.codes) + coded.second, -1)
        for dyad, said in enumerate(what):
            starts, lengths = runs(said)
            for start, length in zip(starts[said[starts] >= 0], lengths[said[starts] >= 0], strict=True):
                one, other = divmod(int(said[start]), len(coded.codes))
                onset, seconds = pair.begins + start * pair.first.step, length * pair.first.step
                codes = coded.codes[one], coded.codes[other]
                rows.append((pair.first.dyads[dyad], coded.of, onset, onset + seconds, *codes, seconds))
    columns = ["dyad", "of", "onset", "offset", "first", "second", "seconds"]
    frame = pd.DataFrame(rows, columns=columns).sort_values("seconds", ascending=False, kind="stable")
    return frame.head(_MOST_STRETCHES).round(6).reset_index(drop=True)


def _measures(pair: CoderPair, scheme: AnyScheme) -> pd.DataFrame:
    """Measures by the codes of each coder, and how far they are apart."""
    names = [name for name in measures_of(pair.first.codes) if name != "seconds"]
    one, other = (session.measures(scheme) for session in (pair.first, pair.second))
    rows = []
    for episode in pair.first.episodes:
        at = (one["episode"] == episode).to_numpy()
        for name in (name for name in names if name in one):
            x, y = (each.loc[at, name].to_numpy(dtype=float) for each in (one, other))
            known = ~(np.isnan(x) | np.isnan(y))
            x, y = x[known], y[known]
            means = (x.mean(), y.mean(), (x - y).mean(), np.abs(x - y).mean()) if len(x) else (np.nan,) * 4
            rows.append((episode, name, *means, _icc(x, y)))
    return pd.DataFrame(rows, columns=["episode", "measure", "first", "second", "difference", "apart", "icc"])


def _icc(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Intraclass correlation (two-way, absolute agreement, single coder) of two coders over dyads.

    (MSR - MSE) / (MSR + MSE + 2 (MSC - MSE) / n), with the mean squares of dyads, error and coders (McGraw & Wong 1996,
    doi 10.1037/1082-989X.1.1.30). NaN with fewer than five dyads, or where nothing varies.
    """
    n = len(one)
    if n < _FEWEST_FOR_ICC:
        return np.nan
    values = np.stack([one, other])
    means, whole = values.mean(axis=0), values.mean()
    of_dyads = 2 * ((means - whole) ** 2).sum() / (n - 1)
    of_coders = n * ((values.mean(axis=1) - whole) ** 2).sum()
    residual = values - means - values.mean(axis=1)[:, None] + whole
    error = (residual**2).sum() / (n - 1)
    below = of_dyads + error + 2 * (of_coders - error) / n
    return float((of_dyads - error) / below) if below > 1e-12 else np.nan
