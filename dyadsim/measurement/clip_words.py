"""Words for moments worth showing: what can be seen in a clip, in plain language that blames nobody.

"He" is the infant, "she" the mother. States of ICEP have words of their own; those of other codes go by their valence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..theory.states import State
from .coded_stretches import Stretch, lumps

__all__ = ["answered", "calmed", "chained", "duration", "enjoyed", "missed", "repaired"]

_HE = {
    "protest": "he fusses",
    "withdrawn": "he is turned in on himself",
    "object": "he is with something else",
    "monitor": "he looks at her",
    "positive": "he smiles at her",
}
_HE_BY_VALENCE = {-1: "he is upset", 0: "he is calm", 1: "he is cheerful"}
_SHE = {
    "negative": "she is at another pace than he",
    "withdrawn": "she is with him, but far away",
    "elsewhere": "her attention is elsewhere",
    "neutral": "she watches him quietly",
    "vocal": "she talks to him warmly",
    "positive": "she smiles",
}
_SHE_BY_VALENCE = {-1: "she looks troubled herself", 0: "she is calm", 1: "she is cheerful"}
_HE_BEGINS = {"protest": "he begins to fuss", "monitor": "he looks up at her face", "positive": "he smiles at her"}
_HE_BEGINS_BY_VALENCE = {-1: "he gets upset", 1: "he brightens"}
_SHE_BEGINS = {"neutral": "she watches him", "vocal": "she talks to him warmly", "positive": "she smiles"}
_SHE_BEGINS_BY_VALENCE = {0: "she grows calm", 1: "she brightens"}
_MEANWHILE = _SHE | {"neutral": "her face stays quiet", "positive": "her mood is brighter than his"}
_THEN_HE = {
    "withdrawn": "he grows quieter",
    "object": "he turns to something else, calmer",
    "monitor": "he looks at her",
    "positive": "he smiles",
}
_THEN_HE_BY_VALENCE = {0: "he calms", 1: "he brightens"}
_CALM = {"object": "turns to something else", "monitor": "looks at her", "positive": "smiles"}
_MANY = 4
"""Words of so many states in a row at most."""


def duration(seconds: float) -> str:
    """A number of seconds in words, to a tenth: ``12 seconds``, ``1 second``, ``0.6 seconds``."""
    number = f"{seconds:.1f}".removesuffix(".0")
    return f"{number} second{'' if number == '1' else 's'}"


def repaired(at: Stretch, turn: int, mismatch: int, whole: bool) -> tuple[str, str]:
    """Why a repair is worth showing, and what to look at.

    Parameters
    ----------
    at : where it is.
    turn : the step at which they match again.
    mismatch : steps of mismatch before it.
    whole : whether the beginning of the mismatch was seen.
    """
    least = "" if whole else "at least "
    long = duration(at.seconds(mismatch))
    why = f"After {least}{long} out of step they find each other again: {_together(at, turn)}."
    he, she = (part[turn] != part[turn - 1] for part in (at.infant, at.mother))
    whose = "both take at once" if he and she else "he takes" if he else "she takes"
    return why, f"The seconds before, and the step back to each other, which {whose}."


def answered(at: Stretch, bid: int, answer: int, after: NDArray[np.int8]) -> tuple[str, str]:
    """Why a bid that she answers is worth showing, and what to look at.

    Parameters
    ----------
    at : where it is.
    bid, answer : steps at which he signals, and at which she answers.
    after : his states in the seconds after the answer.
    """
    signal, hers = at.codes.infant[at.infant[bid]], at.codes.mother[at.mother[answer]]
    later = at.seconds(answer - bid)
    when = "at once" if later < 0.5 else "a second later" if later == 1 else f"{duration(later)} later"
    best = max((at.codes.infant[k] for k in after), key=lambda state: state.level, default=signal)
    if best.level > signal.level:
        then = f", and {_said(at, best, _THEN_HE, _THEN_HE_BY_VALENCE)}"
    else:
        stays = signal.valence >= 0 and len(after) > 0 and (after == at.infant[bid]).all()
        then = ", and he stays with her" if stays else ""
    begins = _said(at, signal, _HE_BEGINS, _HE_BEGINS_BY_VALENCE)
    why = f"{_capital(begins)}; {when} {_said(at, hers, _SHE_BEGINS, _SHE_BEGINS_BY_VALENCE)}{then}."
    if signal.valence < 0:
        return why, "How he shows that it is too much, what she does in voice and face, and how he takes it."
    return why, "His signal, her answer, and what he does next."


def missed(at: Stretch, bid: int, window: int, kept: int) -> tuple[str, str]:
    """Why a bid that is not answered for the moment is worth showing, and what to look at.

    Parameters
    ----------
    at : where it is.
    bid : the step at which he signals.
    window : steps in which an answer was looked for.
    kept : steps for which he goes on signalling.
    """
    signal = at.codes.infant[at.infant[bid]]
    meanwhile = np.bincount(at.mother[bid : bid + window + 1]).argmax()
    hers = _said(at, at.codes.mother[meanwhile], _MEANWHILE, _SHE_BY_VALENCE)
    goes_on = f" He goes on for {duration(at.seconds(kept))}." if kept > window else ""
    why = f"{_capital(_said(at, signal, _HE_BEGINS, _HE_BEGINS_BY_VALENCE))}, and {hers} for the moment.{goes_on}"
    return why, "His signal alone: put into words, together with her, what he may be saying there."


def chained(at: Stretch, first: int, stop: int, his: Sequence[int]) -> tuple[str, str]:
    """Why a chain of fitting answers is worth showing, and what to look at.

    Parameters
    ----------
    at : where it is.
    first, stop : steps of the clip.
    his : steps at which he changes in it.
    """
    states = [at.codes.infant[at.infant[k]] for k in (first, *his)]
    told = [_said(at, state, _HE, _HE_BY_VALENCE).removeprefix("he ") for state in states]
    if lumps(at.codes):  # he is calm, then cheerful
        told[1:] = [each.removeprefix("is ") for each in told[1:]]
    more = "" if len(told) <= _MANY else ", and so on"
    listed = f"he {', then '.join(told[:_MANY])}{more}"
    seconds = duration(at.seconds(stop - first))
    why = f"For {seconds} what she does fits him, while he changes {_times(len(his))}: {listed}."
    both = (at.mother[first + 1 : stop] != at.mother[first : stop - 1]).any()
    look = "How she goes along as he changes" + (", and what she changes for it." if both else ", and stays with him.")
    return why, look


def calmed(at: Stretch, upset: int, turn: int, whole: bool) -> tuple[str, str]:
    """Why his calming in her company is worth showing, and what to look at.

    Parameters
    ----------
    at : where it is.
    upset : steps for which he has been upset.
    turn : the step at which he is so no more.
    whole : whether the beginning was seen.
    """
    hers = _said(at, at.codes.mother[at.mother[turn - 1]], _SHE, _SHE_BY_VALENCE)
    then = _said(at, at.codes.infant[at.infant[turn]], _CALM, {})
    least = "" if whole else "at least "
    calms = f"he calms and {then}" if then else "he calms"
    why = f"He has been upset for {least}{duration(at.seconds(upset))}; while {hers}, {calms}."
    return why, "What in her voice, her face and her pace he can use to calm down."


def enjoyed(at: Stretch, first: int, stop: int) -> tuple[str, str]:
    """Why shared joy is worth showing, and what to look at.

    Parameters
    ----------
    at : where it is.
    first, stop : steps between which both are at their brightest.
    """
    long = duration(at.seconds(stop - first))
    why = f"Both are cheerful for {long}." if lumps(at.codes) else f"Both smile for {long}."
    if not first:
        return why, "How they keep it up together."
    he, she = (part[first] != part[first - 1] for part in (at.infant, at.mother))
    who = "both begin at once" if he and she else "he joins her" if he else "she joins him"
    return why, f"How it builds up ({who}), and how it ends."


def _together(at: Stretch, step: int) -> str:
    his, hers = at.codes.infant[at.infant[step]], at.codes.mother[at.mother[step]]
    if his.name == hers.name == "positive" and not lumps(at.codes):
        return "both smile"
    if lumps(at.codes) and his.valence == hers.valence:
        return {-1: "both are upset", 0: "both are calm", 1: "both are cheerful"}[his.valence]
    return f"{_said(at, his, _HE, _HE_BY_VALENCE)}, {_said(at, hers, _SHE, _SHE_BY_VALENCE)}"


def _said(at: Stretch, state: State, by_name: dict[str, str], by_valence: dict[int, str]) -> str:
    """Words for a state: its own where it is one of ICEP, else those of its valence."""
    return by_valence.get(state.valence, "") if lumps(at.codes) else by_name.get(state.name, "")


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
