"""Words on a scenario that follow what it holds: its title, its question, and what its own dyads are called.

A scenario's own words hold. Those of one that ships claim what it held when they were written: of a scenario that was
changed they are given up, and others are made from its parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..common import toml_models
from ..common.shown import in_a_row
from ..interventions.catalogue_choice import age_in_words
from ..interventions.offers import Offer
from ..people.population import LivesUnder, Population
from .scenario import Scenario

__all__ = ["followed", "made_question", "made_title", "question", "title"]

_WORDS = ("title", "question", "label", "says")


def title(scenario: Scenario) -> str:
    """Its own title, else one made from its parts."""
    return followed(scenario).title or made_title(scenario)


def question(scenario: Scenario) -> str:
    """Its own question, else one made from its parts."""
    return followed(scenario).question or made_question(scenario)


def made_title(scenario: Scenario) -> str:
    """Title made from its parts: "Peer support and home visiting for mothers with little social support, from ...".

    Examples
    --------
    >>> made_title(ds.Scenario.load("peer-group"))
    'Peer support for mothers with little social support, from birth to week 52'
    """
    who = _in_a_sentence(Population.load(scenario.population).who)
    lived = [_plain(each) for each in (*scenario.risks, *scenario.support)]
    whom = f"{who} who live with {in_a_row(lived)}" if lived else who
    offers = in_a_row(_titles(scenario.interventions))
    from_to = f"from {age_in_words(scenario.first_week)} to {age_in_words(scenario.stop)}"
    return _capital(f"{offers} for {whom}, {from_to}" if offers else f"{whom}, {from_to}")


def made_question(scenario: Scenario) -> str:
    """Question made from its parts: what is offered, or under what they live."""
    if offers := _titles(scenario.interventions):
        which = (
            ", for whom and for how many in a hundred" if len(offers) == 1 else ", for whom, and which does how much"
        )
        does = "does" if len(offers) == 1 else "do"
        return f"What {does} {in_a_row(offers)} change{which}?"
    lived = [_plain(each) for each in (*scenario.risks, *scenario.support)]
    if lived:
        does = "does" if len(lived) == 1 else "do"
        return f"What {does} {in_a_row(lived)} change for them, and for whom most?"
    return "What happens between them in these weeks, and how differently from dyad to dyad?"


def followed(scenario: Scenario) -> Scenario:
    """The scenario without words of what ships by its name that no longer hold, and with those that hold again.

    Words are the user's own where they are others than those of what ships; these are kept.
    """
    if scenario.name not in toml_models.names("scenarios"):
        return scenario
    ships = Scenario.load(scenario.name)
    words: dict[str, str] = {}
    for name in _WORDS:
        now, once, hold = getattr(scenario, name), getattr(ships, name), _hold(name, scenario, ships)
        if now == once and not hold:
            words[name] = ""
        elif not now and hold:
            words[name] = once
    return scenario.changed(words) if any(getattr(scenario, name) != said for name, said in words.items()) else scenario


def _hold(word: str, now: Scenario, ships: Scenario) -> bool:
    """Whether what some words claim is still so: what is offered to whom under what; of most also when, beside whom."""
    if _parts(now) != _parts(ships):
        return False
    if word == "label":
        return True
    same = (now.population, now.first_week, now.weeks) == (ships.population, ships.first_week, ships.weeks)
    same = same and all(twin in now.twins for twin in ships.twins)
    if word != "says":
        return same
    told = ("dyads", "risks", "support", "interventions", "paradigm")
    return same and all(getattr(now, name) == getattr(ships, name) for name in told)


def _parts(scenario: Scenario) -> tuple[Any, ...]:
    """What is offered, to whom in a family, and risks and support, each by name."""
    offers = {(str(offer.name), offer.to) for offer in scenario.interventions}
    under = ({each.setting for each in part} for part in (scenario.risks, scenario.support))
    return offers, *under, scenario.families


def _titles(offers: Iterable[Offer]) -> list[str]:
    return [_in_a_sentence(offer.completed().entry.short_title) for offer in offers]


def _in_a_sentence(title: str) -> str:
    """A title as it stands within a sentence: "peer support", but "Marte Meo" and "EPEC Baby and Us"."""
    first, *others = title.replace("-", " ").split()
    is_name = first[1:] != first[1:].lower() or any(word[:1].isupper() for word in others)
    return title if is_name else title[:1].lower() + title[1:]


def _plain(under: LivesUnder) -> str:
    return under.setting.replace("-", " ")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
