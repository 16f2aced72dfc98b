"""Sentences on generations: cycles broken and kept, what is handed on and by which way, what is left of what was
offered."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ..common.shown import counted
from ..lineages.declared_generations import AS_DECLARED, GenerationArm
from ..lineages.generation_results import GenerationResults
from ..lineages.transmission_gap import GAP_WAYS, WHOLE
from ..plots.generations import OUTCOMES, SHARES, SIDES
from ..theory.attachment import CLASSES, SECURE
from .html_page import share
from .trial_sentences import signed

__all__ = [
    "GAP_SAYS",
    "NO_FATE",
    "WAYS_SAY",
    "arm_says",
    "at_rest",
    "in_short",
    "is_told",
    "on_assumed",
    "on_cycles",
    "on_gap",
    "on_left",
    "on_lost",
    "on_rest",
    "on_ways",
]

WAYS_SAY: Mapping[str, str] = {
    "endowment": "nothing of temperament or of vulnerability comes from the parents' own; all else goes on as before",
    "care": "nothing that a childhood left is taken into parenthood, neither what the child took, nor the care, nor "
    "hardship, nor where the family lives; endowment and what a partner adds go on as before",
    "what he himself took": "what a child took from the first years (security, counting on repair, how it fared among "
    "others) does not go along into parenthood",
    "the care he met": "the sensitivity that a child met adds nothing to what the child will have as a parent",
    "adversity": "hardship and maltreatment in childhood leave nothing in the parent whom the child becomes",
    "surroundings": "families live in poverty or with support as often as all do, wherever the mother grew up",
    "partners": "the state of mind of a partner adds nothing to one's own",
}
"""Arms in which a way is cut, in words."""
GAP_SAYS: Mapping[str, str] = {
    "sensitivity": "how well she reads and answers him",
    "repair and being answered": "what ruptures that were repaired, and being answered, have taught him to expect",
    "frightening behaviour": "moments in which she frightens him",
    "thinking of him": "how far she thinks of him as somebody with a mind",
    "her state of mind itself": "what goes from her state of mind to his attachment by nothing that is named here",
    "what goes with it in her": "what she has in common with her state of mind without its coming of it",
    "endowment": "what he was born with, seen where infants grow up with other mothers",
    WHOLE: "the tie itself",
}
"""Ways of the transmission gap, in words."""
NO_FATE = (
    "Maltreatment here is by whichever caregiver, and a risk that a family carries: nobody's character, nobody's fate. "
    "Shares are of many families and say nothing about one."
)
_TIES_TOLD: Mapping[str, str] = {
    "endowment": "her temperament as an infant and his",
    "the care he met": "the care she met and her sensitivity",
    "adversity": "her maltreatment and his",
}
_USUAL_TIE = "her own security and his"
_MIND = "her state of mind and his security"
_TEMPERAMENT = "her temperament as an infant and his"
_PARTNERS = "only her partner's family"
_FEW = 10  # mothers of whom nothing is said
_MOST = 2  # outcomes that are told
_LEAD = ("chance_secure", "sensitivity", "history", "expectation", "depression", "maltreated")


def is_told(results: GenerationResults) -> bool:
    """Truth of whether what is declared is all there, so that there is something to tell."""
    return any(arm.name == AS_DECLARED for arm in results.arms)


def in_short(results: GenerationResults) -> list[str]:
    """What came of a scenario over generations, in sentences.

    Parameters
    ----------
    results : of it.
    """
    if not is_told(results):
        chunks = results.manifest.chunks
        told = [f"{sum(chunk.done for chunk in chunks)} of {len(chunks)} parts are there; the same command goes on."]
        return [*told, *_failures(results)]
    return [*_told(results), *_failures(results)]


def _told(results: GenerationResults) -> Iterator[str]:
    asked = results.scenario
    yield (
        f"{counted(asked.number, 'family')} in each of {counted(asked.generations, 'generation')} live through "
        f"{counted(len(results.arms), 'arm')} with the same luck. What follows is of what is declared, where no other "
        "arm is named; ranges in brackets are 95 % intervals over communities."
    )
    yield _on_shares(results.shares())
    yield from on_cycles(results.cycles())
    yield from on_rest(results)
    yield from on_gap(results.gap(), results.beside_published())
    yield from on_ways(results)
    yield from on_left(results.what_is_left(), results.scenario.offered_in)
    yield from on_lost(results.lost_without(), results.scenario.offered_in)
    yield from on_assumed(results)


def _on_shares(shares: pd.DataFrame) -> str:
    own = shares[shares["arm"] == AS_DECLARED].sort_values("generation").to_dict("records")
    first, last = own[0], own[-1]
    if first is last:
        return (
            f"Of 100 children {_of(last[SECURE])} are securely attached, and {_of(last['maltreated'])} are maltreated."
        )
    return (
        f"Of 100 children of the last generation {_of(last[SECURE])} are securely attached to their mother at twelve "
        f"months (of the first {_of(first[SECURE])}), and {_of(last['maltreated'])} are maltreated "
        f"({_of(first['maltreated'])})."
    )


def on_cycles(table: pd.DataFrame, arm: str = AS_DECLARED) -> Iterator[str]:
    """Cycles broken and kept in an arm, in sentences.

    Parameters
    ----------
    table : as :meth:`dyadsim.GenerationResults.cycles` gives it.
    arm : its name.
    """
    told = 0
    for row in table[table["arm"] == arm].to_dict("records"):
        maltreated = row["what"] == "maltreatment"
        hers = "was maltreated as a child" if maltreated else "was not secure as an infant"
        if 0 < row["mothers"] < _FEW:
            yield f"Only {row['mothers']} of the mothers lived through {row['what']}: too few to say how it went on."
        elif row["mothers"]:
            does, does_not = ("are", "are not") if maltreated else ("are not", "are secure")
            others = f"{_of(row['others'])} are" if maltreated else f"{_of(1 - row['others'])} are secure"
            between = f"{_of(row['broken_low'])} to {_of(row['broken_high'])}"
            yield (
                f"Of 100 children whose mother {hers}, {_of(row['broken'])} {does_not} ({between}) and "
                f"{_of(row['kept'])} {does}; of 100 other children, {others}."
            )
            told += 1
    if told:
        yield NO_FATE


def at_rest(results: GenerationResults) -> pd.Series | None:
    """Shares of classes at rest; None where fewer than ten children have a mother of some class.

    Parameters
    ----------
    results : of a scenario.
    """
    if results.scenario.generations < 2 or results.transmission()["of"].min() < _FEW:
        return None
    return results.comes_to_rest()


def on_rest(results: GenerationResults) -> Iterator[str]:
    """Where the shares of classes would come to rest, in a sentence.

    Parameters
    ----------
    results : of a scenario.
    """
    if results.scenario.generations < 2:
        return
    rest = at_rest(results)
    if rest is None:
        yield "Where shares of classes would come to rest is not known: too few mothers had some class as infants."
        return
    shares = ", ".join(f"{rest[name]:.0%} {name}" for name in CLASSES if name in rest)
    yield (
        f"If a mother's own class as an infant were all that is handed on, and always as it is here, shares would come "
        f"to rest at {shares}, wherever they began: such steps even out what a generation began with."
    )


def on_gap(gap: pd.DataFrame, beside: pd.DataFrame) -> Iterator[str]:
    """The tie of her state of mind and his security, and by which ways it goes, beside what is published, in sentences.

    Parameters
    ----------
    gap : as :meth:`dyadsim.GenerationResults.gap` gives it.
    beside : as :meth:`dyadsim.GenerationResults.beside_published` gives it.
    """
    published = {str(row["row"]): row for row in beside.to_dict("records")}
    for id, row in published.items():
        if not math.isnan(row["here"]) and row["unit"] != "share":
            yield (
                f"{_begun(row['what'])} go together with {row['unit']} "
                f"{_between(row['here'], row['low'], row['high'])} here; published is "
                f"{_between(row['published'], row['published_low'], row['published_high'])} ({_cited(id, row)})."
            )
    last = gap[gap["generation"] == gap["generation"].max()].set_index("way").to_dict("index")
    if last:
        named = sorted((way for way in GAP_WAYS if way != "sensitivity"), key=lambda way: -last[way]["share"])
        others = ", ".join(f"{last[way]['share']:.0%} by {way}" for way in named)
        row, whole = published["F144"], last[WHOLE]
        yield (
            "Of 100 children of mothers whose state of mind is one standard score more coherent, "
            f"{_of(whole['slope'])} more are secure ({_of(whole['low'])} to {_of(whole['high'])}). Of this tie "
            f"{last['sensitivity']['share']:.0%} goes by her sensitivity ({row['low']:.0%} to {row['high']:.0%}), "
            f"{others}; published is {row['published']:.0%} by sensitivity ({_cited('F144', row)})."
        )
    yield (
        "These are of what is, published figures of what studies saw of it (an interview, raters, reports), so they "
        "need not agree: dyadsim validate generations measures as the studies did."
    )


def arm_says(arm: GenerationArm) -> str:
    """What an arm is, in words.

    Parameters
    ----------
    arm : of a scenario.
    """
    if arm.fostered:
        numbers = " and ".join(map(str, arm.fostered))
        return (
            f"each infant of generation {numbers} grows up in another family of the same community, as after adoption: "
            "what goes with the mother who bore him is endowment, what goes with the mother who raises him is all else"
        )
    cut = "; ".join(WAYS_SAY[way] for way in arm.cut)
    if not arm.offered:
        return f"the same families with the same luck, to whom nothing is offered{f'; {cut}' if cut else ''}"
    return cut or "the families as the scenario has them"


def on_ways(results: GenerationResults) -> Iterator[str]:
    """What each other arm shows of what is handed on, in a sentence each.

    Parameters
    ----------
    results : of a scenario.
    """
    if results.scenario.generations < 2:
        return
    ties = results.ties().set_index(["arm", "tie"]).to_dict("index")
    for arm in results.arms:
        name = f"{_begun(arm.name)}: {arm_says(arm)}."
        if arm.fostered:
            told = [
                f"{_begun(tie)} go together with r {_between(row['r'], row['low'], row['high'])} for the mother who "
                f"raises him, {_between(row['birth_r'], row['birth_low'], row['birth_high'])} for the one who bore him."
                for tie in (_MIND, _TEMPERAMENT)
                if not math.isnan((row := ties[arm.name, tie])["birth_r"])
            ]
            yield " ".join([name, *told])
        elif arm.cut and arm.offered:
            tie = _TIES_TOLD.get(arm.cut[0], _USUAL_TIE)
            here, whole = ties[arm.name, tie], ties[AS_DECLARED, tie]
            if not (math.isnan(here["r"]) or math.isnan(whole["r"])):
                yield (
                    f"{name} {_begun(tie)} go together with r {_between(here['r'], here['low'], here['high'])} there, "
                    f"and with {_between(whole['r'], whole['low'], whole['high'])} as declared."
                )


def on_left(left: pd.DataFrame, offered_in: tuple[int, ...]) -> Iterator[str]:
    """What is left of what was offered, generation after generation and by whose family, in a sentence an outcome.

    Parameters
    ----------
    left : as :meth:`dyadsim.GenerationResults.what_is_left` gives it.
    offered_in : generations in which something is offered, or whose parents met help before.
    """
    own = left[left["arm"] == AS_DECLARED]
    if not len(own):
        return
    first = offered_in[0]
    rows: Mapping[Any, Any] = own.set_index(["generation", "whose", "outcome"]).to_dict("index")
    sure = [name for name in _LEAD if _start(rows, first, name) is not None][:_MOST]
    if not sure:
        yield f"In generation {first}, nothing is surely otherwise for what was offered, so nothing is followed."
        return
    for name in sure:
        start = _start(rows, first, name)
        assert start is not None
        whose, row = start
        those = {"her family": "families whose mother it reached"}.get(whose, SIDES[whose])
        yield (
            f"{_begun(OUTCOMES[name])}: {those} in generation {first} differ from their twins by "
            f"{_difference(name, row)}. {_later(rows, first, name)}".strip()
        )
    surely = [f"{OUTCOMES[name]} in generation {number}" for name in sure for number in _by_partners(rows, name)]
    if any(whose == _PARTNERS for _, whose, _ in rows):
        nothing = "nothing of these is surely left in any later generation"
        yield f"Where only the partner's side was reached, {f'surely left is {_and(surely)}' if surely else nothing}."
    if later := [str(number) for number in offered_in if number > first]:
        yield (
            f"Something is offered, or help met, in generation {' and '.join(later)} too: what is seen there is not "
            "only what is left of the first."
        )


def _start(rows: Mapping[Any, Any], first: int, name: str) -> tuple[str, Any] | None:
    """Those to whom it was offered in the first generation in which it was, if they surely differ from their twins."""
    for whose in ("offered", "her family", "all"):
        if row := rows.get((first, whose, name)):
            return (whose, row) if not math.isnan(row["left"]) else None
    return None


def _later(rows: Mapping[Any, Any], first: int, name: str) -> str:
    """What is left on the mother's side in each generation after, in a sentence."""
    parts = []
    for generation in sorted({generation for generation, _, _ in rows if generation > first}):
        whose = next((each for each in ("her family", "all") if (generation, each, name) in rows), "all")
        row = rows[generation, whose, name]
        told = share(row["left"]) if row["low"] > 0 or row["high"] < 0 else "nothing that is sure"
        between = f"{share(row['left_low'])} to {share(row['left_high'])}"
        parts.append(f"{told} in generation {generation} ({between})")
    return f"Left of it on the mother's side: {', '.join(parts)}." if parts else ""


def _by_partners(rows: Mapping[Any, Any], name: str) -> Iterator[int]:
    """Generations in which families differ surely that were reached on the partner's side only."""
    for (generation, whose, outcome), row in rows.items():
        if (whose, outcome) == (_PARTNERS, name) and (row["low"] > 0 or row["high"] < 0):
            yield generation


def on_lost(lost: pd.DataFrame, offered_in: tuple[int, ...]) -> Iterator[str]:
    """What is lost of what was offered when each way is cut, in a sentence an outcome.

    Parameters
    ----------
    lost : as :meth:`dyadsim.GenerationResults.lost_without` gives it.
    offered_in : generations in which something is offered, or whose parents met help before.
    """
    if not len(lost):
        return
    own = lost[(lost["whose"] == "her family") & lost["share"].notna() & (lost["generation"] > offered_in[0])]
    names = [name for name in _LEAD if (own["outcome"] == name).any()][:_MOST]
    for name in names:
        rows = own[own["outcome"] == name]
        generation = rows["generation"].min()
        parts = [
            f"{share(row['share'])} ({share(row['share_low'])} to {share(row['share_high'])}) is lost without "
            f"{row['way']}"
            for row in rows[rows["generation"] == generation].to_dict("records")
        ]
        yield (
            f"By which way it comes: of the difference in {OUTCOMES[name]} in generation {generation}, on the mother's "
            f"side, {_and(parts)}."
        )
    if not names:
        yield "By which way it comes cannot be told: nothing is surely left on the mother's side in later generations."
    else:
        yield (
            "Ways overlap, so what is lost by each need not add up to all of it; below 0 there is more without the way."
        )


def on_assumed(results: GenerationResults) -> Iterator[str]:
    """What is assumed, in sentences.

    Parameters
    ----------
    results : of a scenario.
    """
    parameters = results.parameters()
    number = int(parameters["assumed"].sum())
    yield (
        f"{number} of {len(parameters)} parameters of inheritance are assumed: no source that was read gives them, and "
        "the report lists each. Where they lie otherwise in real families, so do these numbers."
    )
    helps = [each.name for each in results.scenario.helps if each.evidence == ("assumed",)]
    if helps:
        yield f"How far {' and '.join(helps)} shifts anything is assumed too."


def _failures(results: GenerationResults) -> list[str]:
    failed = results.failures.head(3).to_dict("records")
    told = [f"'{row['arm']}' (generation {row['generation']}) failed: {row['error']}" for row in failed]
    return [*told, *results.manifest.damaged]


# Numbers as words -----------------------------------------------------------------------------------------------------


def _begun(words: str) -> str:
    """Words as a sentence begins with them."""
    return f"{words[0].upper()}{words[1:]}"


def _and(words: list[str]) -> str:
    """Words in a row, with *and* before the last."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _of(share: float) -> str:
    """How many of 100; a dash for what is not known."""
    return "–" if math.isnan(share) else f"{100 * share:.0f}"


def _between(value: float, low: float, high: float) -> str:
    """A number with its interval, where that is known; never -0.00."""
    told = [f"{round(each, 2) + 0.0:.2f}" for each in (value, low, high)]
    return told[0] if math.isnan(low) or math.isnan(high) else f"{told[0]} ({told[1]} to {told[2]})"


def _difference(name: str, row: Mapping[str, Any]) -> str:
    """A difference with its interval and unit, in words."""
    times, digits, unit = (100, 1, "of 100") if name in SHARES else (1, 2, "standard scores")
    value, low, high = (signed(times * row[each], digits) for each in ("difference", "low", "high"))
    return f"{value} {unit} ({low} to {high})"


def _cited(id: str, row: Mapping[Any, Any]) -> str:
    return f"{id}, {row['source']}{', unverified' if row['unverified'] else ''}"
