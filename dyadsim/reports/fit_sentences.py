"""Sentences on fitted dyads: what their codes say of them, what the model gets wrong, and what no code could tell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..common.shown import counted
from ..measurement.declarations import measures_of
from ..measurement.session import Session
from ..theory.states import ICEP
from ..theory.traits import TRAITS

if TYPE_CHECKING:
    from .fit_findings import FitFindings

__all__ = [
    "ARROWS",
    "NOT_A_RATING",
    "called",
    "digits",
    "from_to",
    "in_short",
    "in_words",
    "of_draws",
    "on_arrows",
    "on_coding",
    "on_held_out",
    "on_measures",
    "on_what_is_not_told",
    "rests_on",
]

NOT_A_RATING = (
    "a rating of a parent: an estimate is what these minutes and this model say together, and other minutes of the "
    "same pair would say something else"
)
ARROWS = {"none": "as it is", "mother": "her not following him", "infant": "him not following her"}
"""The fitted dyad as it is, and with one arrow cut, in words."""
_MOSTLY_CODES = 0.3
_SOME = 8
_NEVER_TOLD = {
    "regulation": "his regulation, which acts on arousal as his negativity does, so that no code tells the two apart",
    "expectation": "his expectation of repair, which acts while she is absent alone",
}


def digits(value: float) -> str:
    """A number in three digits, never as a power of ten; a dash for what is not known."""
    if math.isnan(value):
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-3 else f"{round(value, 4) + 0.0:.4f}".rstrip("0").rstrip(".")


def from_to(low: float, high: float) -> str:
    """An interval; what has no end is not known."""
    return f"{low:.2f} to {high:.2f}" if math.isfinite(low) and math.isfinite(high) else "not known"


def called(name: str) -> str:
    """A name in words."""
    return name.replace("_", " ")


def rests_on(row: Any, ridge: float) -> str:
    """What an estimate rests on: these codes, the population that it is drawn to, or both.

    Parameters
    ----------
    row : of :meth:`dyadsim.FittedDyads.frame`, by column.
    ridge : weight of the population.
    """
    trait = TRAITS.get(str(row["parameter"]))
    ends = (trait.low, trait.high) if trait else (-math.inf, math.inf)
    if not row["told"]:
        return "mostly the population's" if ridge else "not told by these codes"
    if row["low"] <= ends[0] and row["high"] >= ends[1]:
        return "not told by these codes"
    if row["estimate"] <= ends[0] or row["estimate"] >= ends[1]:
        return "at the end of its range"
    if not ridge:
        return "these codes alone"
    return "mostly these codes" if row["shrinkage"] < _MOSTLY_CODES else "these codes and the population"


def in_short(found: FitFindings) -> list[str]:
    """What came of a fit, in a few sentences.

    Parameters
    ----------
    found : all that was found out.
    """
    return [
        *on_fit(found),
        *on_measures(found.checks, len(found.sessions) > 1),
        *on_held_out(found.held_out, found.not_held_out),
        *on_arrows(found.arrow_cut, len(found.sessions) > 1),
        f"None of this is {NOT_A_RATING}.",
    ]


def on_fit(found: FitFindings) -> Iterator[str]:
    """What was fitted, and which estimates are mostly the population's."""
    fitted, own = found.fitted, found.estimates
    ridge = (
        f"drawn towards the population '{found.population}' (ridge {fitted.ridge:g})" if fitted.ridge else "no ridge"
    )
    of_each = [f"{counted(len(fitted.free), 'parameter')} of each dyad"] if fitted.free else []
    of_all = [f"{counted(len(fitted.shared), 'parameter')} that all share"] if fitted.shared else []
    effects = [counted(len(fitted.effects), "effect") + " of covariates"] if fitted.effects else []
    yield (
        f"{', '.join([*of_each, *of_all, *effects])} are fitted to {counted(len(fitted.dyads), 'dyad')}, "
        f"{fitted.seconds:,} s in all in which somebody is coded; {ridge}."
    )
    little = own[~own["told"]]
    if len(little):
        share = "" if len(fitted.dyads) > 1 else f": {', '.join(map(called, little['parameter']))}"
        yield (
            f"{len(little)} of {counted(len(own), 'estimate')} {'is' if len(little) == 1 else 'are'} mostly the "
            f"population's, since these codes say little of them{share}."
        )


def on_coding(sessions: Iterable[Session]) -> Iterator[str]:
    """What was coded, and how the fit reads it; what was settled on the way stands in each session's remarks."""
    for session in sessions:
        seconds = session.ends[-1] * session.step
        both = float(((session.infant[0] >= 0) & (session.mother[0] >= 0)).mean())
        yield (
            f"{session.dyads[0]}: {session.provenance.get('file', 'a session')}, {seconds:,.0f} s, both partners coded "
            f"in {both:.0%} of them."
        )


def on_measures(checks: pd.DataFrame, several: bool) -> Iterator[str]:
    """What the fitted dyads get right, and what not, a sentence for each of the first sessions."""
    groups = list(checks.groupby(["dyad", "session"], sort=False))
    for (dyad, session), own in groups[:_SOME]:
        wrong = own[~own["within"]]
        who = _who(dyad, session if checks["session"].any() else None) if several else ""
        said = (
            f"{who}Of {counted(len(own), 'measure')} as coded, {len(own) - len(wrong)} lie where 95 of 100 sessions "
            f"simulated from the fitted dyad have them (of a dyad that is just so, {0.95 * len(own):.0f} would)"
        )
        episodes = own["episode"].nunique() > 1
        some = wrong.assign(off=_off(wrong)).sort_values("off", ascending=False, kind="stable").head(_SOME)
        listed = "; ".join(
            f"{called(row['measure'])}{' in ' + str(row['episode']) if episodes else ''} {digits(row['observed'])}, "
            f"simulated {digits(row['low'])} to {digits(row['high'])}"
            for row in some.to_dict("records")
        )
        more = f"; and {len(wrong) - _SOME} more" if len(wrong) > _SOME else ""
        yield f"{said}. Outside: {listed}{more}." if len(wrong) else f"{said}; none lies outside."
    if len(groups) > _SOME:
        share = checks["within"].mean()
        yield f"Over all {len(groups)} sessions {share:.0%} of the measures lie within."


def _who(dyad: object, session: Any) -> str:
    """Whose session it is, and which of theirs, before a sentence."""
    return f"{dyad}: " if session is None else f"{dyad}, session {session + 1}: "


def _off(rows: pd.DataFrame) -> pd.Series:
    """How far observed measures lie from the middle of the simulated interval, in its widths."""
    return (rows["observed"] - rows["simulated"]).abs() / (rows["high"] - rows["low"]).clip(lower=1e-12)


def on_held_out(scores: pd.DataFrame, why_not: str) -> Iterator[str]:
    """How well what was held out is foretold, beside models that know nothing of dyads."""
    if not len(scores):
        yield f"No half of the sessions was held out: {why_not}"
        return
    each = []
    for row in scores.to_dict("records"):
        error = "" if math.isnan(row["held_out_se"]) else f" (se {digits(row['held_out_se'])})"
        each.append(f"{digits(row['held_out'])}{error} by the {row['name']}")
    ranked = scores.sort_values("held_out", ascending=False, kind="stable")
    best, (first, second), error = ranked["name"].iloc[0], ranked["held_out"].iloc[:2], ranked["held_out_se"].iloc[0]
    surely = ", though by less than its standard error" if first - second < error else ""
    yield (
        f"A second of the half that was held out has a mean log-likelihood of {', '.join(each[:-1])} and {each[-1]}; "
        f"higher is better, so the {best} foretell{'' if str(best).endswith('s') else 's'} best{surely}."
    )


def on_arrows(table: pd.DataFrame, several: bool) -> Iterator[str]:
    """What match would be if one of them did not follow the other, a sentence for each of the first sessions."""
    groups = list(table[table["measure"] == "match"].groupby(["dyad", "session", "episode"], sort=False))
    for (dyad, session, episode), own in groups[:_SOME]:
        who = _who(dyad, session if table["session"].any() else None) if several else ""
        where = f" in {episode}" if table["episode"].nunique() > 1 else ""
        share = {row["arrow"]: of_draws(row) for row in own.to_dict("records")}
        yield (
            f"{who}If she did not follow him, the fitted dyad would be in match for {share['mother']} of the time"
            f"{where}; if he did not follow her, for {share['infant']}; as it is, for {share['none']}. Coded is "
            f"{digits(own['observed'].iloc[0])}."
        )


def of_draws(row: Any) -> str:
    """Mean of some draws, and between which 95 of 100 of them lie."""
    return f"{digits(row['null'])} ({digits(row['low'])} to {digits(row['high'])})"


def on_what_is_not_told(found: FitFindings, parameters: bool = True) -> Iterator[str]:
    """What these codes cannot tell, whatever is fitted.

    Parameters
    ----------
    found : by a fit.
    parameters : whether each parameter of which they say little has a sentence.
    """
    fitted, own = found.fitted, found.estimates
    little = own[~own["told"]] if parameters else own.iloc[:0]
    for name in dict.fromkeys(map(str, little["parameter"])):
        rows = little[little["parameter"] == name]
        who = [str(dyad) for dyad in rows["dyad"] if dyad != "all"]
        more = f" and {len(who) - _SOME} more" if len(who) > _SOME else ""
        of = f", of {', '.join(who[:_SOME])}{more}" if len(fitted.dyads) > 1 and who else ""
        meaning = f" ({TRAITS[name].meaning})" if name in TRAITS else ""
        plain = bool(np.isfinite(rows["se"]).all())
        says = "the interval is nearly the population's own" if plain else "these codes say nothing of it"
        yield f"{called(name)}{meaning}{of}: {says}."
    never = [words for name, words in _NEVER_TOLD.items() if name not in (*fitted.free, *fitted.shared)]
    if never:
        yield f"Not fitted: {'; and '.join(never)}."
    if any(session.codes != ICEP for session in found.sessions):
        yield (
            "Codes of valence tell three states of each partner; each stands for several engagement states of the "
            "model, over which the likelihood sums. So looking at her and looking elsewhere cannot be told apart."
        )
    yield "His arousal and attention are not coded; the likelihood sums over them."
    yield "Whether a pattern is of this pair or of these minutes: that takes several sessions of the same dyad."


def in_words(name: str, session: Session) -> str:
    """What a measure is, in a few words."""
    declared = measures_of(session.codes)
    return declared[name].meaning.replace("`", "") if name in declared else called(name)
