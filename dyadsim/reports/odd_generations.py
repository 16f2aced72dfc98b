"""Tables of generations in ``docs/ODD.md``, made from the running code; and the order of steps between two."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

from ..common import toml_models
from ..findings.generation_studies import GENERATION_DESIGNS, LEVEL
from ..findings.registry import findings_of
from ..lineages import generation_steps
from ..lineages.generation_scenario import GenerationScenario
from ..theory.inheritance_parameters import CHILDHOOD, INHERITANCE_PARAMETERS, WAYS, Inheritance
from ..theory.priors import assumed_of_inheritance

__all__ = ["generation_order", "tables"]

Table = tuple[Iterable[str], Iterable[Iterable[object]]]


def generation_order() -> str:
    """Order of what happens between two generations: the numbered list in the docstring of ``generation_steps``."""
    said = inspect.cleandoc(generation_steps.__doc__ or "")
    return said[said.index("1. ") : said.index("\n\nAll that")]


def tables() -> dict[str, Table]:
    """Header and rows of every table of generations, by its name."""
    return {
        "inheritance": _parameters(),
        "inheritance-ways": (
            ("way", "parameters that are 0 where it is cut"),
            [(way, ", ".join(f"`{name}`" for name in names)) for way, names in WAYS.items()],
        ),
        "childhood-norms": _norms(),
        "generations-fitted": (
            ("row", "role", "how it is expressed"),
            [(f"`{id}`", each.row.role, each.how) for id, each in findings_of(LEVEL, sets=True).items()],
        ),
        "generation-designs": _designs(),
        "generation-scenarios": _scenarios(),
    }


def _parameters() -> Table:
    """Parameters of inheritance, what was assumed of each, and what it rests on."""
    values, assumed = Inheritance.default(), assumed_of_inheritance()
    rows = []
    for each in INHERITANCE_PARAMETERS.values():
        prior = assumed[each.name]
        before = f"{prior['value']:g} ({prior['sd']:g})" if prior["sd"] else f"{prior['value']:g} (fixed)"
        rows.append((f"`{each.name}`", f"{values[each.name]:g}", before, each.unit, each.meaning, each.source))
    return ("parameter", "value", "assumed before (sd)", "unit", "meaning", "rests on"), rows


def _norms() -> Table:
    """Norms of childhood: mean, standard deviation and correlations."""
    norms = Inheritance.default().norms
    rows = [
        (f"`{name}`", f"{norms.mean[k]:.2f}", f"{norms.sd[k]:.2f}", *(f"{r:.2f}" for r in norms.correlations[k, :k]))
        + ("",) * (len(CHILDHOOD) - 1 - k)
        for k, name in enumerate(CHILDHOOD)
    ]
    return ("", "mean", "sd", *(f"r with `{name}`" for name in CHILDHOOD[:-1])), rows


def _designs() -> Table:
    """Designs of the simulated studies of generations."""
    rows = [
        (
            name,
            each.generations,
            each.weeks,
            ", ".join(f"{setting} {share:.0%}" for setting, share in each.under) or "–",
        )
        for name, each in GENERATION_DESIGNS.items()
    ]
    return ("design", "generations", "weeks of each", "families under"), rows


def _scenarios() -> Table:
    """Scenarios over generations that ship."""
    rows = []
    for name in toml_models.names("generation_scenarios"):
        each = GenerationScenario.load(name)
        offers = [
            f"`{offer.name}` in generation {offer.generation} ({offer.share:.0%})" for offer in each.interventions
        ]
        offers += [f"{one.name} to the {one.to} ({one.share:.0%})" for one in each.helps]
        arms = ", ".join(arm.name for arm in each.arms)
        rows.append((f"`{name}`", each.number, each.generations, ", ".join(offers) or "–", arms))
    return ("scenario", "families", "generations", "offered, or met", "arms"), rows
