"""Tables of development in ``docs/ODD.md``, made from the running code: a header and rows each.

Beside them the order of events in a week.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping

from ..common import toml_models
from ..development.weekly_step import Development
from ..findings.longitudinal_studies import DESIGNS
from ..findings.registry import findings_of, rows_read
from ..measurement.instruments import Instrument
from ..people.population import Population
from ..people.risks_and_support import Move, Setting
from ..theory.age_norms import FOLLOWED, Norms
from ..theory.attachment import CLASSES, PULLS
from ..theory.couplings import ARROWS
from ..theory.dynamics import PARAMETERS, Dynamics
from ..theory.linear_system import system
from ..theory.priors import assumed_parameters
from ..theory.slow_states import BACKGROUND, LIVED, LOADS, SLOW

__all__ = ["prior", "risks_and_support", "tables", "week_order"]

Table = tuple[Iterable[str], Iterable[Iterable[object]]]


def tables() -> dict[str, Table]:
    """Header and rows of every table of development, by its name."""
    return {
        "weeks-fitted": _fitted(),
        "designs": _designs(),
        "slow-states": (
            ("state", "of", "meaning"),
            [(f"`{each.name}`", each.of, each.meaning) for each in SLOW.values()],
        ),
        "background": (("background", "meaning"), [(f"`{each.name}`", each.meaning) for each in BACKGROUND.values()]),
        "lived": (("lived measure", "meaning"), [(f"`{each.name}`", each.meaning) for each in LIVED.values()]),
        "loads": (("load", "sum of"), [(f"`{load}`", ", ".join(names)) for load, names in LOADS.items()]),
        "arrows": _arrows(),
        "rates": _rates(),
        "sizes": _sizes(),
        "norms": _norms(),
        "norm-slopes": _norm_slopes(),
        "settings": _risks_and_support(),
        "attachment": _attachment(),
        "instruments": _instruments(),
    }


def week_order() -> str:
    """Order of events in a week: the numbered list in the docstring of :meth:`Development.week`."""
    said = inspect.cleandoc(Development.week.__doc__ or "")
    return said[said.index("1. ") :]


def prior(assumed: Mapping[str, float]) -> str:
    """Prior of a parameter as text: the value assumed before the evidence, and its standard deviation."""
    return f"{assumed['value']:g} ({assumed['sd']:g})" if assumed["sd"] else f"{assumed['value']:g} (fixed)"


def risks_and_support(population: Population) -> str:
    """Risks and support of a population, each with the share of its dyads who live under it."""
    return "; ".join(
        f"`{each.setting}`: {'all' if each.share == 1 else f'{each.share:.0%}'} ({', '.join(each.evidence)})"
        for each in population.settings
    )


def _fitted() -> Table:
    rows, found = [], findings_of("development", sets=True)
    for row in rows_read():
        interval = f" [{row.low}, {row.high}]" if row.low else ""
        held = found[row.id].how if row.id in found else "What another row is a share of."
        rows.append((f"`{row.id}`", row.name, f"{row.value}{interval} ({row.metric})", held))
    return ("row", "of what", "published [95 % interval]", "what is held against it"), rows


def _designs() -> Table:
    rows = (
        (
            name,
            f"`{each.population}`",
            each.first_week,
            each.weeks,
            f"{each.size:g}",
            "; ".join(map(_shift, each.setting.moves)) if each.setting else "",
        )
        for name, each in DESIGNS.items()
    )
    return ("study", "population", "first week", "weeks", "dyads, relative", "a setting besides"), rows


def _arrows() -> Table:
    value, assumed = Dynamics.default(), assumed_parameters()
    rows = (
        (
            f"`{arrow.source}` -> `{arrow.target}`",
            "+" if arrow.sign > 0 else "-",
            *_parameter(name, value, assumed),
            ", ".join(arrow.evidence),
            arrow.free,
        )
        for name, arrow in ARROWS.items()
    )
    header = ("arrow", "sign", "size", "assumed before (SD)", "evidence", "what else could explain it")
    return header, rows


def _rates() -> Table:
    value, assumed, made = Dynamics.default(), assumed_parameters(), system(Dynamics.default())
    rows = (
        (
            f"`{state}`",
            *(cell for what in ("rate of", "lasting") for cell in _parameter(f"{what} {state}", value, assumed)),
            f"{made.level_sd[k]:.3f}",
            f"{made.noise_sd[k]:.3f}",
            f"{made.with_feedback.covariance[k, k]:.2f}",
        )
        for k, state in enumerate(SLOW)
    )
    before, made_of = "assumed before (SD)", ("SD of own levels", "SD of weekly noise", "variance in the community")
    return ("state", "rate a week", before, "lasting share", before, *made_of), rows


def _parameter(name: str, value: Mapping[str, float], assumed: Mapping[str, Mapping[str, float]]) -> tuple[str, str]:
    return f"{value[name]:g}", prior(assumed[name])


def _sizes() -> Table:
    value, assumed = Dynamics.default(), assumed_parameters()
    rows = (
        (f"`{name}`", each.meaning, each.unit, *_parameter(name, value, assumed), each.source)
        for name, each in PARAMETERS.items()
        if each.group in ("calendar", "sizes")
    )
    return ("parameter", "meaning", "unit", "value", "assumed before (SD)", "evidence"), rows


def _norms() -> Table:
    norms = Norms.default()
    rows = [
        (f"{age:g}", *(f"{norms.mean[k, at]:.4f} ({norms.sd[k, at]:.4f})" for k in range(len(LIVED))))
        for at, age in enumerate(norms.ages)
    ]
    return ("age in weeks", *(f"`{name}`: mean (SD)" for name in LIVED)), rows


def _norm_slopes() -> Table:
    norms = Norms.default()
    rows = [
        (f"`{name}`", *(f"{slope:.3f}" for slope in norms.slopes[k]), f"{norms.chance[k]:.3f}")
        for k, name in enumerate(LIVED)
    ]
    return ("lived measure", *(f"`{trait}`" for trait in FOLLOWED), "chance (SD)"), rows


def _risks_and_support() -> Table:
    rows = []
    for name in toml_models.names("settings"):
        setting = Setting.load(name)
        shifts = "; ".join(f"{_shift(move)} ({', '.join(move.evidence)})" for move in setting.moves)
        rows.append((f"`{name}`", f"{setting.kind}, {setting.about}", setting.says, shifts))
    return ("setting", "kind, about", "what it is", "what it moves, in standard scores (evidence)"), rows


def _shift(move: Move) -> str:
    """Text on what a risk or a protection shifts: by how much, in which weeks, and how soon it fades."""
    dynamics = Dynamics.default()
    said = f"{move.state} {move.size(dynamics):+g}" + (" weeks" if move.state == "age" else "")
    if isinstance(move.by, str):
        said += f" (`{move.by}`)"
    if move.weeks:
        said += f", weeks {move.weeks[0]} to {move.weeks[1]}"
    if move.half_life is not None:
        named = f" (`{move.half_life}`)" if isinstance(move.half_life, str) else ""
        said += f", half-life {dynamics.size(move.half_life):g} weeks{named}"
    return said


def _attachment() -> Table:
    value, assumed = Dynamics.default(), assumed_parameters()
    rows = [
        (f"{each}, all scores 0", "", *_parameter(each, value, assumed), PARAMETERS[each].source)
        for each in CLASSES[1:]
    ]
    rows += [
        (
            f"`{pull.predictor}` -> {pull.to}",
            "+" if pull.sign > 0 else "-",
            *_parameter(name, value, assumed),
            ", ".join(pull.evidence),
        )
        for name, pull in PULLS.items()
    ]
    return ("log-odds against secure", "sign", "size", "assumed before (SD)", "evidence"), rows


def _instruments() -> Table:
    rows = [_instrument(Instrument.load(name)) for name in toml_models.names("instruments")]
    header = ("instrument", "sees", "by", "scale", "mean (SD)", "reliability", "rater", "shared", "cut", "evidence")
    return header, rows


def _instrument(each: Instrument) -> tuple[str, ...]:
    basis = ", ".join(each.evidence)
    if each.classifies:
        agreement = f"agreement {each.agreement:g}"
        return f"`{each.name}`", "attachment", each.by, ", ".join(CLASSES), "", agreement, "", "", "", basis
    sees = " ".join(name if weight == 1 else f"{weight:+g} {name}" for name, weight in each.of.items())
    shares = (f"{share:g}" for share in (each.reliability, each.rater, each.shared))
    cut = "" if each.cut is None else f"{each.cut:g}"
    scale, mean_sd = f"{each.unit}, by {each.step:g}", f"{each.mean:g} ({each.sd:g})"
    return f"`{each.name}`", sees, each.by, scale, mean_sd, *shares, cut, basis
