"""What the page Data shows of a coded session and of a fit: tables as people read them, and what can be kept.

A fitted number is never shown without its interval. All of it is worked out by the library; nothing is, here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from ..coded_video.file_times import in_file
from ..coded_video.write import clips_for_elan
from ..measurement.coder_agreement import Agreement
from ..measurement.measures import in_short
from ..measurement.moments_worth_showing import MomentsWorthShowing
from ..measurement.session import Session
from ..scenarios.encounter import Encounter
from .data_runs import ARROWS, Fitted
from .downloads import csv_file
from .form_fields import plain

__all__ = [
    "ENCOUNTERS", "NO_RATING", "agreement_table", "arrows_table", "clips_file", "encounters_of", "estimates_table",
    "expected_table", "kept_estimates", "measures_table", "moments_table",
]  # fmt: skip

NO_RATING = "not a rating of a parent"
"""What is said of every fitted trait."""
ENCOUNTERS = ("fitted", "typical of his age")
"""Names of the encounters that are sent to Compare; nothing of a file's is in them."""
_WORDS = ((0.2, "mostly these codes"), (0.5, "these codes more than the population"))
_TO = "\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}"
_MORE = "the population more than these codes"
_LITTLE = "these codes say little of it: mostly the population's middle"


# Measures --------------------------------------------------------------------------------------------------------


def measures_table(
    session: Session, scheme: str, population: pd.DataFrame, fitted: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures of a session beside the model's: as people read them (those in short), and all for a file.

    Parameters
    ----------
    session, scheme : as coded, step by step.
    population : at whole seconds, beside dyads of the population.
    fitted : the same beside the fitted dyad, if there is one.
    """
    own = session.measures(scheme or None)
    long = own.melt(["dyad", "episode"], var_name="measure", value_name="as_coded").drop(columns="dyad")
    keys = ["episode", "measure"]
    names = {"observed": "at_whole_seconds", "simulated": "population"}
    whole = long.merge(population.rename(columns=names), on=keys, how="left")
    whole = whole.rename(columns={"low": "population_low", "high": "population_high"}).drop(columns="within")
    if fitted is not None:
        drawn = fitted.rename(columns={"simulated": "fitted", "low": "fitted_low", "high": "fitted_high"})
        whole = whole.merge(drawn[[*keys, "fitted", "fitted_low", "fitted_high"]], on=keys, how="left")
    order = {name: place for place, name in enumerate(session.episodes)}
    whole = whole.sort_values("episode", key=lambda column: column.map(order), kind="stable", ignore_index=True)
    part = whole[whole["measure"].isin(in_short(map(str, own), session.codes))]
    shown: dict[str, Any] = {"episode": part["episode"]} if len(session.episodes) > 1 else {}
    shown |= {
        "measure": part["measure"].map(plain),
        f"as coded, every {session.step:g} s": part["as_coded"].map(_told),
        "at whole seconds": part["at_whole_seconds"].map(_told),
    }
    for whose, head in (("population", "dyads of the model"), ("fitted", "the fitted dyad, simulated")):
        if whose in part:
            shown[head] = _between(part[whose], part[f"{whose}_low"], part[f"{whose}_high"])
    return pd.DataFrame(shown), whole


def arrows_table(fitted: Fitted) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures of the fitted dyad beside those with an arrow cut: as people read them, and all for a file."""
    keys = ["episode", "measure"]
    whole = fitted.checks[[*keys, "observed"]]
    with_all = fitted.checks.rename(columns={"simulated": "fitted", "low": "fitted_low", "high": "fitted_high"})
    whole = whole.merge(with_all[[*keys, "fitted", "fitted_low", "fitted_high"]], on=keys)
    for who, frame in fitted.cut.items():
        named = {"null": who, "low": f"{who}_low", "high": f"{who}_high"}
        whole = whole.merge(frame.rename(columns=named)[[*keys, *named.values()]], on=keys, how="left")
    part = whole[whole["measure"].isin(in_short(whole["measure"].unique(), fitted.asked.session.codes))]
    shown: dict[str, Any] = {"episode": part["episode"]} if part["episode"].nunique() > 1 else {}
    shown |= {"measure": part["measure"].map(plain), "at whole seconds": part["observed"].map(_told)}
    for whose, head in (("fitted", "the fitted dyad"), *((who, f"if {says}") for who, says in ARROWS.items())):
        shown[head] = _between(part[whose], part[f"{whose}_low"], part[f"{whose}_high"])
    return pd.DataFrame(shown), whole


# The fit ---------------------------------------------------------------------------------------------------------


def estimates_table(fitted: Fitted) -> pd.DataFrame:
    """Estimates as people read them: each with its interval, and how much of it these codes say."""
    frame = fitted.frame
    return pd.DataFrame(
        {
            "fitted": frame["parameter"].map(plain),
            "estimate (95 % interval)": _between(frame["estimate"], frame["low"], frame["high"]),
            "middle of the population": frame["population"].map(_told),
            "what it rests on": [_rests(*each) for each in zip(frame["shrinkage"], frame["told"], strict=True)],
            "what it is": frame["meaning"],
        }
    )


def _rests(shrinkage: float, told: bool) -> str:
    """Words on how much of an estimate is the dyad's own."""
    if not told:
        return _LITTLE
    return next((words for most, words in _WORDS if shrinkage < most), _MORE)


def kept_estimates(fitted: Fitted) -> pd.DataFrame:
    """Estimates for a file, which says in every row what they are not."""
    return fitted.frame.drop(columns=["dyad", "meaning"]).assign(note=NO_RATING)


def encounters_of(fitted: Fitted) -> tuple[Encounter, Encounter]:
    """The fitted dyad and a typical one of the same age, to be watched with the same luck.

    The first says of every number what its interval is, and that none of it is a rating.
    """
    asked, frame = fitted.asked, fitted.frame
    name, typical = ENCOUNTERS
    seen: dict[str, Any] = {"scheme": asked.session.match_scheme(asked.scheme or None).name, "seed": 1}
    told = zip(frame["parameter"].map(plain), _between(frame["estimate"], frame["low"], frame["high"]), strict=True)
    says = f"{NO_RATING.capitalize()}. With 95 % intervals: {'; '.join(f'{what} {number}' for what, number in told)}."
    own = Encounter.met(fitted.cohort, name=name, title=f"The fitted dyad, {NO_RATING}", says=says, **seen)
    rounded = {trait: round(value, 3) for trait, value in own.traits.items()}
    strengths = {strength: round(value, 3) for strength, value in own.coefficients.items()}
    other = Encounter(name=typical, title="A typical dyad of his age", traits={"age": asked.age}, **seen)
    return own.changed({"dyad": None, "traits": rounded, "coefficients": strengths}), other


def expected_table(expected: pd.DataFrame) -> pd.DataFrame:
    """Moments in the order of the change that the model expects of showing them."""
    change = expected["match_change"] * 100
    ends = zip(change, expected["low"] * 100, expected["high"] * 100, strict=True)
    return pd.DataFrame(
        {
            "moment": expected["place"],
            "kind": expected["kind"].map(plain),
            "change of the time in match, in percentage points": [
                f"{each:+.2f}" + ("" if np.isnan(low) else f" ({low:+.2f} to {high:+.2f})") for each, low, high in ends
            ],
            "why": expected["why"],
        }
    )


# Moments and agreement -------------------------------------------------------------------------------------------


def moments_table(clips: MomentsWorthShowing) -> pd.DataFrame:
    """Moments worth showing as people read them."""
    frame = clips.frame()
    times = zip(frame["onset"], frame["offset"], strict=True)
    return pd.DataFrame(
        {
            "moment": frame["place"],
            "kind": frame["kind"].map(plain),
            "when": [f"{_clock(onset)}{_TO}{_clock(offset)}" for onset, offset in times],
            "why": frame["why"],
            "what to look at": frame["look"],
        }
    )


def clips_file(session: Session, clips: MomentsWorthShowing, kind: str) -> dict[str, Any]:
    """Moments as a file to keep, by the clock of the file that was read: ``eaf`` for ELAN, or ``csv``."""
    frame = in_file(session, clips.frame())
    if kind != "eaf":
        return csv_file(frame, "moments")
    label = frame["place"].astype(str) + " " + frame["kind"] + ": " + frame["why"]
    at = {"onset": frame["file_onset"], "offset": frame["file_offset"]}
    content = clips_for_elan(frame.assign(label=label, **at), "moments.eaf", "moments worth showing")
    text = base64.b64encode(content).decode("ascii")
    return {"name": "moments.eaf", "mime": "application/xml", "content": text, "base64": True}


def agreement_table(found: Agreement) -> pd.DataFrame:
    """Agreement of two coders as people read it."""
    frame = found.frame()
    return pd.DataFrame(
        {
            "of": frame["of"],
            "coded by both (s)": frame["seconds"].map(_told),
            "agree": frame["agreement"].map(_share),
            "by chance": frame["chance"].map(_share),
            "kappa": _between(frame["kappa"], frame["kappa_low"], frame["kappa_high"]),
            f"within {found.about['tolerance']:g} s": _between(
                frame["tolerant_kappa"], frame["tolerant_kappa_low"], frame["tolerant_kappa_high"]
            ),
            "events that agree": frame["event_agreement"].map(_share),
        }
    )


# Numbers as text -------------------------------------------------------------------------------------------------


def _between(values: Iterable[float], low: Iterable[float], high: Iterable[float]) -> list[str]:
    """Numbers with their intervals; a dash where there is none."""
    return [
        "–" if np.isnan(value) else _told(value) if np.isnan(a) else f"{_told(value)} ({_told(a)}{_TO}{_told(b)})"
        for value, a, b in zip(values, low, high, strict=True)
    ]


def _told(value: float) -> str:
    """A number as text; never -0.00."""
    if np.isnan(value):
        return "–"
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{round(value, digits) + 0.0:.{digits}f}"


def _share(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.0%}"


def _clock(seconds: float) -> str:
    """A time as video players show it."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
