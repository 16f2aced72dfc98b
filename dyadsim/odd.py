"""The tables of the model's description in the ODD protocol (``docs/ODD.md``), made from the running code."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from . import rules, shipped
from .cohort import population_named
from .errors import DyadsimError, unknown
from .paradigms import paradigm_named
from .states import ICEP, SCHEMES, State, match_scheme
from .traits import COEFFICIENTS, TRAITS, Coefficients

__all__ = ["filled", "tables"]

_MARKER = "<!-- dyadsim odd:"
_BLOCK = re.compile(rf"({_MARKER} (\S+) -->\n)(?:(?!{_MARKER}).)*?(<!-- end -->)", re.DOTALL)


def tables() -> dict[str, str]:
    """Every table by its name, as Markdown."""
    return {
        "infant-states": _states(ICEP.infant),
        "mother-states": _states(ICEP.mother),
        "match-schemes": _match_schemes(),
        "traits": _traits(),
        "populations": _populations(),
        "coefficients": _coefficients(),
        "patterns": _patterns(),
        "paradigms": _paradigms(),
    }


def filled(text: str) -> str:
    """``text`` with every block between its marker and ``<!-- end -->`` made anew.

    Raises
    ------
    DyadsimError
        if a marker names no table or has no end, or there is no marker.
    """
    known = tables()
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


def _states(states: tuple[State, ...]) -> str:
    rows = ((state.name, state.meaning, f"{state.valence:+d}", f"{state.level:+d}") for state in states)
    return _table(("state", "meaning", "valence", "level"), rows)


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
    values = Coefficients.default()
    rows = []
    for c in COEFFICIENTS.values():
        value = values[c.name]
        said = ", ".join(f"{s} {v:.4g}" for s, v in zip(c.states, value, strict=True)) if c.states else f"{value:.4g}"
        rows.append((f"`{c.name}`", c.meaning, c.unit, f"{c.low:g} to {c.high:g}", said, c.source))
    return _table(("coefficient", "meaning", "unit", "range", "value", "set by"), rows)


def _patterns() -> str:
    """Weights other than zero, by name in the rules: next state, and the other's present state where it matters."""
    infant, mother = ICEP.infant_names, ICEP.mother_names
    rows = [
        (name, when, _weights(getattr(rules, name).ravel(), own))
        for name, when, own in (
            ("ABSENCE", "unavailable", infant),
            *((name, "any", infant) for name in ("AROUSAL", "NEGATIVITY", "SOCIABILITY", "OBJECT")),
            *((name, "any", mother) for name in ("BURDEN", "DISTRACTION")),
        )
    ]
    rows += _answers("RESPONSE", rules.RESPONSE, mother, infant)
    rows += _answers("FITTING", rules.FITTING, infant, mother)
    return _table(("pattern", "when the other is", "weights of the next state (others 0)"), rows)


def _answers(name: str, weights: rules.Array, others: list[str], own: list[str]) -> list[tuple[str, str, str]]:
    return [(name, other, _weights(weights[:, k], own)) for k, other in enumerate(others) if weights[:, k].any()]


def _weights(weights: rules.Array, names: list[str]) -> str:
    return ", ".join(f"{name} {weight:+g}" for name, weight in zip(names, weights, strict=True) if weight)


def _populations() -> str:
    rows = []
    for name in shipped.names("populations"):
        population = population_named(name)
        traits = [
            f"{trait} mean {TRAITS[trait].default if given.mean is None else given.mean:g}"
            + ("" if given.sd is None else f", SD {given.sd:g}")
            + f" ({', '.join(given.evidence)})"
            for trait, given in population.traits.items()
        ]
        together = [f"r({', '.join(c.between)}) = {c.r:g} ({', '.join(c.evidence)})" for c in population.correlations]
        rows.append((f"`{name}`", population.says, "; ".join([*traits, *together])))
    return _table(("population", "who", "what differs from independent standard scores (evidence)"), rows)


def _paradigms() -> str:
    rows = []
    for name in shipped.names("paradigms"):
        paradigm = paradigm_named(name)
        episodes = [
            f"{episode.name} {episode.seconds} s"
            + (f" (held {episode.mother})" if episode.mother else "")
            + ("" if episode.available else " (unavailable)")
            for episode in paradigm.episodes
        ]
        rows.append((f"`{name}`", paradigm.says, ", ".join(episodes)))
    return _table(("paradigm", "what is done", "episodes"), rows)
