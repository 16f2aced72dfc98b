"""First findings of a scenario: what changed, for how many in a hundred, how sure that is, and what it rests on.

For a person who knows no statistics: words and hundredths, no standardised difference. The report's first screen, the
command and pages show them, and the summary has them as ``first``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ..common.effect_size import d_of_odds, odds_ratio
from ..common.shown import counted
from ..measurement.instruments import Instrument
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.grounding import COUPLED
from .scenario_key_weeks import key_weeks
from .scenario_words import HARDLY, RESTS_ON, and_words, points, size_from, title_of, whom

__all__ = ["compared", "first_findings", "lines", "shared_doubts"]

_MOST = 5
"""Findings on a first screen, at most."""
_USUAL = 4
"""Findings on it, before what hardly changed is told or more kinds of twins ask for room."""
_LONGEST = 32
"""Characters of a title that fits there."""
_FEW_MORE = 1.0
"""Of a hundred: from so many more or fewer infants with secure attachment on it is a finding, if hardly luck."""

MODEL = "If the model is wrong, so is this: no number here holds that."
NOT_LOOKED_AT = "What the evidence leaves open of the model was not looked at (parameters = “ensemble” does)."


def compared(comparison: AnyComparison) -> str:
    """Sentence on what was compared: how many, how long, and what is otherwise with their twins."""
    own = comparison.circumstances(comparison.name)
    who = f"{own.dyads:,} simulated mothers and infants"
    when = f"weeks {own.weeks.start} to {own.weeks.stop - 1} of his life"
    if not comparison.twin_arms:
        return f"{who} live through {when}."
    times = {1: "twice", 2: "three times"}.get(len(comparison.twin_arms), f"{len(comparison.arms)} times")
    lacks, offers = comparison.lacking(), len(own.offered)
    if len(comparison.twin_arms) > 2 and all(len(lacks.get(arm, ())) in (1, offers) for arm in comparison.twin_arms):
        twins = "their twins without one of the offers each, or without all"
    else:
        twins = f"their twins {and_words(f'“{arm}”' for arm in comparison.twin_arms)}"
    return (
        f"The same {who} live through {when} {times}, with the same luck: as “{comparison.name}”, and as {twins}. So "
        "what differs is what was changed, and not who they are."
    )


def shared_doubts(comparison: AnyComparison) -> list[str]:
    """Sentences on how sure all findings are, beside the luck of so few dyads."""
    return [*([] if comparison.sets > 1 else [NOT_LOOKED_AT]), MODEL]


def first_findings(comparison: AnyComparison) -> list[dict[str, Any]]:
    """Three to five findings, the largest first; with several twins something of each, as far as there is room.

    Returns
    -------
    Of each ``what`` (a sentence), ``of_hundred`` (``of``: mothers or infants; ``own``, ``twins``, ``more``, ``low``,
    ``high`` where shares reach a cut or class, ``higher`` and ``lower`` where scores differ; None where hardly anything
    does), ``how_sure`` (sentences on ``luck``, ``evidence`` and ``model``), ``rests_on`` (a sentence), ``grounds`` (the
    offers, risks and support that move it: ``name``, ``title``, ``grounding``, ``unverified``), ``about`` (the offer or
    twins that it is about; empty with one kind of twins), ``against``, ``instrument``, ``title`` (of the instrument),
    ``week``.
    """
    if not comparison.twin_arms:
        return _levels(comparison)
    found = [_against(comparison, arm) for arm in _in_order(comparison)]
    if len(found) == 1:
        clear, hardly = found[0]
        return [*clear[:_USUAL], *hardly]
    by_twins = [[*clear, *hardly] for clear, hardly in found]
    in_turn = itertools.chain.from_iterable(itertools.zip_longest(*by_twins))
    room = min(max(_USUAL, len(found)), _MOST)
    kept = list(itertools.islice((each for each in in_turn if each is not None), room))
    return sorted(kept, key=lambda each: _in_order(comparison).index(each["against"]))


def _in_order(comparison: AnyComparison) -> list[str]:
    """Twins, those that lack most of what is offered first."""
    lacks = comparison.lacking()
    return sorted(comparison.twin_arms, key=lambda arm: -len(lacks.get(arm, ())))


def _against(comparison: AnyComparison, against: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Findings against some twins, the largest first, and what hardly changed as one finding."""
    weeks = key_weeks(comparison, against)
    table = comparison.differences()
    table = table[(table["against"] == against) & table["week"].isin(weeks)]
    cuts, changed = comparison.of_hundred(), comparison.changed_of_hundred()
    found, hardly = [], []
    for scale in comparison.scales():
        rows = table[table["instrument"] == scale.name]
        row = rows.iloc[int(rows["d"].abs().fillna(0).to_numpy().argmax())]
        if not abs(row["d"]) >= HARDLY:
            hardly.append(scale)
            continue
        at = (row["week"], weeks[row["week"]])
        reach = _at(cuts, against, scale, row["week"])
        if reach is not None and abs(round(reach["more"])) >= 1:
            found.append((abs(row["d"]), _by_cut(comparison, scale, reach, at)))
        else:
            share = _at(changed, against, scale, row["week"])
            found.append((abs(row["d"]), _by_score(comparison, scale, row, share, at)))
    secure = cuts[(cuts["against"] == against) & (cuts["class"] == "secure")]
    found += [
        (_as_d(each), _by_class(comparison, comparison.instrument(each["instrument"]), each))
        for each in secure.to_dict("records")
        if abs(each["more"]) >= _FEW_MORE and each["low"] * each["high"] > 0
    ]
    order = sorted(range(len(found)), key=lambda place: -found[place][0])
    return [found[place][1] for place in order], _hardly(comparison, against, hardly)


def _at(table: pd.DataFrame, against: str, scale: Instrument, week: int) -> dict[str, Any] | None:
    """Row of an instrument and week against some twins, if there is one."""
    here = (table["against"] == against) & (table["instrument"] == scale.name) & (table["week"] == week)
    rows = table[here].to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else None


def _as_d(row: dict[Any, Any]) -> float:
    """How large a difference of shares is beside differences of scores."""
    own, twins = (min(max(row[name] / 100, 0.001), 0.999) for name in ("own", "twins"))
    return abs(d_of_odds(odds_ratio(own, twins)))


def _by_cut(comparison: AnyComparison, scale: Instrument, row: dict[str, Any], at: tuple[int, str]) -> dict[str, Any]:
    what = (
        f"Of 100 {whom(scale)}, {_more(row['more'])} have {points(scale, row['cut'])} or more on the {scale.full_name} "
        f"{_when(*at)}: {_instead(row)} ({_probably(row)})."
    )
    return _finding(comparison, scale, row, what)


def _by_class(comparison: AnyComparison, scale: Instrument, row: dict[Any, Any]) -> dict[str, Any]:
    what = (
        f"Of 100 infants, {_more(row['more'])} are securely attached at twelve months ({_as_seen(scale)}): "
        f"{_instead(row)} ({_probably(row)})."
    )
    return _finding(comparison, scale, row, what)


def _by_score(
    comparison: AnyComparison, scale: Instrument, row: Any, share: dict[str, Any] | None, at: tuple[int, str]
) -> dict[str, Any]:
    """Finding on scores that have no cut, or of which as many reach it: how many score higher or lower, by how much."""
    share = share or {}
    higher = row["difference"] > 0
    most, few = (share[name] for name in (("higher", "lower") if higher else ("lower", "higher")))
    word, other = ("higher", "lower") if higher else ("lower", "higher")
    rest = f", and {few:.0f} {other}" if round(few) else ""
    low, high = sorted(abs(row[name]) for name in ("low", "high"))
    range_of = f"probably {low:.2g} to {high:.2g}" if row["low"] * row["high"] > 0 else "perhaps not at all"
    what = (
        f"Of 100 {whom(scale)}, {most:.0f} have {word} scores than their twins{rest} on the {scale.full_name} "
        f"{_when(*at)}: {points(scale, abs(row['difference']), '.2g')} on average ({range_of}), on a scale from "
        f"{scale.low:g} to {scale.high:g}."
    )
    sure = {"low": row["low"], "high": row["high"], "from_parameters": row["from_parameters"]}
    labels = {"against": row["against"], "week": int(row["week"])}
    return _finding(comparison, scale, {**sure, **labels}, what) | {
        "of_hundred": {"of": whom(scale), "higher": share["higher"], "lower": share["lower"]}
    }


def _finding(comparison: AnyComparison, scale: Instrument, row: dict[Any, Any], what: str) -> dict[str, Any]:
    """A finding on one instrument with all that it says of itself."""
    grounds = [(each, _short(comparison, each.name)) for each in comparison.grounds(scale.of, row["against"])]
    told = "; ".join(size_from(*each) for each in grounds) or RESTS_ON[COUPLED]
    numbers = {name: float(row[name]) for name in ("own", "twins", "more", "low", "high") if name in row}
    return {
        "about": _about(comparison, row["against"]),
        "what": what,
        "of_hundred": {"of": whom(scale), **numbers},
        "how_sure": _how_sure(comparison, row),
        "rests_on": f"{_capital(told)}.",
        "grounds": [{**vars(each), "title": title} for each, title in grounds],
        "against": row["against"],
        "instrument": scale.name,
        "title": scale.full_name,
        "week": int(row["week"]),
    }


def _plain_finding(comparison: AnyComparison, what: str, luck: str, **known: Any) -> dict[str, Any]:
    """A finding that rests on nothing that was put in, and of which luck has its own words."""
    sure = {"luck": luck, "evidence": "" if comparison.sets > 1 else NOT_LOOKED_AT, "model": MODEL}
    blank = dict.fromkeys(("of_hundred", "instrument", "title"))
    return {"about": "", "what": what, **blank, "how_sure": sure, "rests_on": "", "grounds": [], "against": "", **known}


def _how_sure(comparison: AnyComparison, row: dict[Any, Any]) -> dict[str, str]:
    """Sentences on luck, on what the evidence leaves open, and on the model."""
    dyads = counted(comparison.circumstances(comparison.name).dyads, "dyad")
    clear = row["low"] > 0 or row["high"] < 0
    if comparison.sets > 1:
        dyads = f"{dyads} over {comparison.sets} sets of parameters"
    luck = f"Hardly luck: {dyads} are enough to tell." if clear else f"May be luck: {dyads} are too few to tell."
    of_evidence = f"Of what is open, {row['from_parameters']:.0%} is what the evidence leaves open, the rest is luck."
    return {"luck": luck, "evidence": of_evidence if comparison.sets > 1 else NOT_LOOKED_AT, "model": MODEL}


def _hardly(comparison: AnyComparison, against: str, scales: list[Instrument]) -> list[dict[str, Any]]:
    """What hardly changed, as one finding; none where everything did."""
    if not scales:
        return []
    told = and_words(f"the {each.full_name}" for each in scales)
    known = {"about": _about(comparison, against), "against": against, "week": [*key_weeks(comparison, against)][-1]}
    luck = "So little was found with the very same luck on both sides."
    return [_plain_finding(comparison, f"Hardly any difference on {told}.", luck, **known)]


def _about(comparison: AnyComparison, against: str) -> str:
    """What a finding is about where there are several twins: what one offer adds, or what all do together."""
    if len(comparison.twin_arms) < 2:
        return ""
    names = comparison.lacking().get(against, ())
    if len(names) == 1:
        return f"What {_short(comparison, names[0])} adds"
    if names and len(names) == len(comparison.circumstances(comparison.name).offered):
        return "All that is offered, together"
    return f"Beside the twins “{against}”"


def _levels(comparison: AnyComparison) -> list[dict[str, Any]]:
    """Findings on a scenario without twins: how many of a hundred reach a cut or are securely attached at the end."""
    table = comparison.levels_of_hundred()
    last = table[(table["class"] == "secure") | ((table["class"] == "") & (table["week"] == comparison.visits[-1]))]
    found = []
    for row in last.to_dict("records"):
        scale = comparison.instrument(row["instrument"])
        does = (
            f"are securely attached at twelve months ({_as_seen(scale)})"
            if scale.classifies
            else f"have {points(scale, row['cut'])} or more on the {scale.full_name} in week {row['week']}"
        )
        what = f"Of 100 {whom(scale)}, {row['own']:.0f} {does} (probably {row['low']:.0f} to {row['high']:.0f})."
        luck = f"That is the range that the luck of {comparison.circumstances(comparison.name).dyads:,} dyads leaves."
        numbers = {"of": whom(scale), **{name: float(row[name]) for name in ("own", "low", "high")}}
        known = {"of_hundred": numbers, "instrument": scale.name, "title": scale.full_name, "week": int(row["week"])}
        found.append(_plain_finding(comparison, what, luck, **known))
    return found[:_MOST]


def _as_seen(scale: Instrument) -> str:
    return f"as the {scale.full_name.partition(' (')[0]} sees it"


def _more(more: float) -> str:
    """Number of more or fewer, whole and in words; hardly any where it rounds to none."""
    whole = round(abs(more))
    return f"{whole} {'more' if more > 0 else 'fewer'}" if whole else "hardly any more or fewer"


def _instead(row: dict[Any, Any]) -> str:
    """Shares beside each other, in whole numbers that differ by what is said of them."""
    own = round(row["own"])
    return f"{own} instead of {own - round(row['more'])}"


def _probably(row: dict[Any, Any]) -> str:
    """Range of a difference in hundredths, in words."""
    low, high = round(row["low"]), round(row["high"])
    if low * high >= 0 and (low or high):
        word = "more" if low + high > 0 else "fewer"
        least, most = sorted((abs(low), abs(high)))
        return f"probably {least} to {most} {word}" if least != most else f"probably {most} {word}"
    return f"probably between {abs(low)} fewer and {abs(high)} more" if low or high else "probably less than 1"


def _when(week: int, says: str) -> str:
    return f"in week {week} ({says})"


def _short(comparison: AnyComparison, name: str) -> str:
    """Title of an offer, risk or support, or where it is too long, its name in words."""
    title = title_of(comparison, name)
    return title if len(title) <= _LONGEST else _capital(name.replace("-", " "))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lines(found: list[dict[str, Any]]) -> Iterator[str]:
    """Findings as lines of text, for a terminal."""
    for each in found:
        about = f"{each['about']}: " if each["about"] else ""
        yield " ".join(filter(None, [f"{about}{each['what']}", each["how_sure"]["luck"], each["rests_on"]]))
