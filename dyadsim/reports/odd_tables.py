"""The tables of the model's description in the ODD protocol (``docs/ODD.md``), made from the running code.

``docs/measures.md`` is filled by the same markers: with these tables, and with those of the measures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from ..common import toml_models
from ..common.errors import DyadsimError, unknown
from ..findings.still_face_patterns import POOLED, SD_BETWEEN_SESSIONS
from ..interaction.moments import Moment
from ..interaction.paradigms import Episode, Paradigm
from ..people.population import Population
from ..scenarios.encounter import Encounter
from ..theory import evidence, rules
from ..theory.coefficients import COEFFICIENTS, Coefficients
from ..theory.priors import assumed_coefficients
from ..theory.states import ICEP, SCHEMES, State, match_scheme
from ..theory.traits import TRAITS
from . import measure_tables, odd_development, odd_families, odd_generations, odd_interventions, odd_services
from .odd_development import prior, risks_and_support

__all__ = ["every_table", "filled", "tables"]

_MARKER = "<!-- dyadsim odd:"
_BLOCK = re.compile(rf"({_MARKER} (\S+) -->\n)(?:(?!{_MARKER}).)*?(<!-- end -->)", re.DOTALL)


def tables() -> dict[str, str]:
    """Every table of ``docs/ODD.md`` by its name, as Markdown."""
    return {
        "fitted": _fitted(),
        "infant-states": _states(ICEP.infant),
        "mother-states": _states(ICEP.mother),
        "match-schemes": _match_schemes(),
        "traits": _traits(),
        "populations": _populations(),
        "coefficients": _coefficients(),
        "patterns": _patterns(),
        "paradigms": _paradigms(),
        "moments": _moments(),
        "encounters": _encounters(),
        "week-order": odd_development.week_order(),
        "service-week-order": odd_services.service_week_order(),
        "generation-order": odd_generations.generation_order(),
    } | {
        name: _table(header, rows)
        for name, (header, rows) in (
            odd_development.tables()
            | odd_families.tables()
            | odd_interventions.tables()
            | odd_services.tables()
            | odd_generations.tables()
        ).items()
    }


def every_table() -> dict[str, str]:
    """Every table that a page may be filled with, by its name, as Markdown: those of ODD, and those of the measures."""
    return tables() | {name: _table(header, rows) for name, (header, rows) in measure_tables.tables().items()}


def filled(text: str) -> str:
    """Text of a page with every block between its marker and ``<!-- end -->`` made anew.

    Parameters
    ----------
    text : the page, in Markdown.

    Raises
    ------
    DyadsimError
        if a marker names no table or has no end, or there is no marker.
    """
    known = every_table()
    if not len(_BLOCK.findall(text)) == text.count(_MARKER) > 0:
        raise DyadsimError(
            "There is no table to fill, or one without its end: a line '<!-- dyadsim odd: NAME -->' opens it, and a "
            "line '<!-- end -->' closes it."
        )

    def made(found: re.Match[str]) -> str:
        if found[2] not in known:
            raise unknown("ODD table", found[2], known)
        return f"{found[1]}{known[found[2]]}\n{found[3]}"

    return _BLOCK.sub(made, text)


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(str(cell) for cell in cells) + " |"

    names = list(header)
    return "\n".join([line(names), line("---" for _ in names), *(line(row) for row in rows)])


def _fitted() -> str:
    """Table of the rows that set coefficients: what is published, and which measure is held against it how closely."""
    rows = []
    for id, quantity in POOLED.items():
        row = evidence.row(id)
        sd = f", SD {row.sd:g}" if id in SD_BETWEEN_SESSIONS else ""
        over = "all episodes" if len(quantity.episodes) == 3 else " and ".join(quantity.episodes)
        rows.append((f"`{id}`", f"{row.number:g}{sd}", f"`{quantity.measure}`", over, f"{quantity.tolerance:.0%}"))
    return _table(("row", "published", "measure", "over", "tolerance"), rows)


def _states(states: tuple[State, ...]) -> str:
    rows = ((state.name, state.meaning, _signed(state.valence), _signed(state.level)) for state in states)
    return _table(("state", "meaning", "valence", "level"), rows)


def _signed(number: int) -> str:
    return f"{number:+d}" if number else "0"


def _match_schemes() -> str:
    rows = []
    for name in SCHEMES:
        matrix = match_scheme(name).matrix
        pairs = [
            f"{infant} with {' or '.join(np.array(ICEP.mother_names)[matrix[i]])}"
            for i, infant in enumerate(ICEP.infant_names)
            if matrix[i].any()
        ]
        rows.append((f"`{name}`", "; ".join(pairs)))
    return _table(("scheme", "match: infant with mother"), rows)


def _traits() -> str:
    rows = (
        (f"`{t.name}`", t.of, t.meaning, t.unit, f"{t.low:g} to {t.high:g}", f"{t.default:g}", t.source)
        for t in TRAITS.values()
    )
    return _table(("trait", "of", "meaning", "unit", "range", "default", "source"), rows)


def _coefficients() -> str:
    values, assumed = Coefficients.default(), assumed_coefficients()
    rows = []
    for c in COEFFICIENTS.values():
        value, before = values[c.name], assumed[c.name]
        if c.states:
            said = ", ".join(f"{state} {number:g}" for state, number in zip(c.states, value, strict=True))
            known = ", ".join(f"{state} {prior(before[state])}" for state in c.states)
        else:
            said, known = f"{value:g}", prior(before)
        rows.append((f"`{c.name}`", c.meaning, c.unit, f"{c.low:g} to {c.high:g}", said, known, c.source))
    return _table(("coefficient", "meaning", "unit", "range", "value", "assumed before (SD)", "set by"), rows)


def _patterns() -> str:
    """Table of the weights other than zero, by name in the rules, for the next state and the other's present one."""
    infant, mother = ICEP.infant_names, ICEP.mother_names
    rows = [
        (name, whose, when, _weights(getattr(rules, name).ravel(), own))
        for name, whose, when, own in (
            ("ABSENCE", "his", "she is not there for him", infant),
            ("AROUSAL", "his", "always, with his level of arousal", infant),
            ("LOOKING_AT_HER", "his", "his attention is with her", infant),
            ("SMILING", "his", "always", infant),
            *((name, "hers", "always", mother) for name in ("STIMULATION", "BURDEN", "DISTRACTION")),
        )
    ]
    rows += _answers("RESPONSE", "his", "his attention is with her, and her state", rules.RESPONSE, mother, infant)
    rows += _answers("FITTING", "hers", "she reads him rightly, and his state", rules.FITTING, infant, mother)
    rows += _answers("MISREADING", "hers", "she misreads him, and his state", rules.MISREADING, infant, mother)
    return _table(("pattern", "whose next state", "when", "weights of the next state (others 0)"), rows)


def _answers(
    name: str, whose: str, when: str, weights: rules.Array, others: list[str], own: list[str]
) -> list[tuple[str, str, str, str]]:
    """A row for each present state of the other that draws."""
    drawn = [k for k in range(len(others)) if weights[:, k].any()]
    return [(name, whose, f"{when} is {others[k]}", _weights(weights[:, k], own)) for k in drawn]


def _weights(weights: rules.Array, names: list[str]) -> str:
    return ", ".join(f"{name} {weight:+g}" for name, weight in zip(names, weights, strict=True) if weight)


def _populations() -> str:
    rows = []
    for name in toml_models.names("populations"):
        population = Population.load(name)
        traits = [
            f"{trait} mean {TRAITS[trait].default if given.mean is None else given.mean:g}"
            + ("" if given.sd is None else f", SD {given.sd:g}")
            + f" ({', '.join(given.evidence)})"
            for trait, given in population.traits.items()
        ]
        correlations = population.all_correlations
        together = [f"r({', '.join(c.between)}) = {c.r:g} ({', '.join(c.evidence)})" for c in correlations]
        notes = [f"{trait}: {given.note}" for trait, given in population.traits.items() if given.note]
        notes += [f"r({', '.join(c.between)}): {c.note}" for c in correlations if c.note]
        notes += [f"{each.setting}: {each.note}" for each in population.settings if each.note]
        differs = "; ".join([*traits, *together])
        rows.append((f"`{name}`", population.says, risks_and_support(population), differs, " ".join(notes)))
    differs = "what else differs from independent standard scores (evidence)"
    return _table(("population", "who", "settings: share of dyads (evidence)", differs, "notes"), rows)


def _paradigms() -> str:
    rows = []
    for name in toml_models.names("paradigms"):
        paradigm = Paradigm.load(name)
        episodes = [
            f"{episode.name}: {episode.seconds} s" + (f" ({', '.join(said)})" if (said := _done(episode)) else "")
            for episode in paradigm.episodes
        ]
        rows.append((f"`{name}`", paradigm.says, ", ".join(episodes), paradigm.source))
    return _table(("paradigm", "what is done", "episodes", "source"), rows)


def _done(episode: Episode) -> list[str]:
    held = [f"held {episode.mother}"] if episode.mother else []
    shifted = [f"{name} {by:+g}" for name, by in episode.shift.items()]
    return [*held, *([] if episode.available else ["unavailable"]), *(["touched"] if episode.touched else []), *shifted]


def _moments() -> str:
    given = [Moment.load(name) for name in toml_models.names("moments")]
    rows = [
        (f"`{one.name}`", one.says, f"{one.episode.seconds} s", ", ".join(_done(one.episode)), one.grounding, one.note)
        for one in given
    ]
    return _table(("moment", "what is done", "for", "by", "grounding", "note"), rows)


def _encounters() -> str:
    encounters = [Encounter.load(name) for name in toml_models.names("encounters")]
    rows = [(f"`{one.name}`", one.says, f"`{one.population}`", f"`{one.paradigm}`") for one in encounters]
    return _table(("encounter", "what it is", "population", "paradigm"), rows)
