"""Tables of interventions and scenarios in ``docs/ODD.md``, made from the running code."""

from __future__ import annotations

from collections.abc import Iterable

from ..common import toml_models
from ..interventions.catalogue import Effect, Intervention
from ..scenarios.scenario import Scenario

__all__ = ["tables"]

Table = tuple[Iterable[str], Iterable[Iterable[object]]]


def tables() -> dict[str, Table]:
    """Header and rows of every table of interventions and scenarios, by its name."""
    return {"interventions": _interventions(), "scenarios": _scenarios()}


def _interventions() -> Table:
    rows = []
    for name in toml_models.names("interventions"):
        entry = Intervention.load(name)
        first, last = entry.age_range
        rows.append(
            (
                f"`{name}`",
                "; ".join((entry.full_name, *entry.other_names)),
                entry.says,
                f"{entry.level}; {', '.join(entry.format)}",
                f"{first} to {last}",
                _dose(entry),
                f"`{entry.population}`, {entry.start_week}",
                "; ".join(_effect(effect) for effect in entry.effects),
            )
        )
    what, dose = ("intervention", "title; other names", "what it is", "level; format"), ("may start in weeks", "dose")
    return (*what, *dose, "its trial: who, from week", "what a trial sees at its end (d)"), rows


def _dose(entry: Intervention) -> str:
    shares = f"uptake {entry.uptake:g}, attendance {entry.attendance:g}, drop-out {entry.drop_out:g}"
    return f"{entry.sessions} in {entry.weeks} weeks; {shares}; half at {entry.half_at:g}, fades {entry.half_life:g}"


def _effect(effect: Effect) -> str:
    interval = " [{:g}, {:g}]".format(*effect.interval) if effect.interval else ""
    seen = f" by `{effect.seen_by}`" if effect.seen_by else ""
    more = effect.moderated
    moderated = f", {more.stronger:+.0%} per {more.by} ({', '.join(more.evidence)})" if more else ""
    basis = ", ".join(dict.fromkeys((effect.grounding, *effect.evidence)))
    return f"{effect.state} {effect.size:+g}{interval}{seen}{moderated} ({basis})"


def _scenarios() -> Table:
    found = [Scenario.load(name) for name in toml_models.names("scenarios")]
    rows = [
        (f"`{each.name}`", each.says, f"{each.dyads}, `{each.population}`", f"{each.first_week} to {each.stop - 1}")
        for each in found
    ]
    return ("scenario", "what it is", "dyads", "weeks"), rows
