"""The figures of the docs, made from scratch: ``python experiments/figures.py --out docs/images``.

Four views of the interaction: repair survival (simulated against exact), a phase diagram of two traits on the exact
law, the course through the still-face by population, and match against chance. Four views of the weeks: what pulls on
what, courses of slow states, who recovers from a depressive episode, and what he comes to expect of repair. Two of
interventions: what one changes against twins, and how the catalogue stands against what is published. One of families:
whom a group reaches. One of services: whom each finds and helps. One of a sweep.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from matplotlib.figure import Figure

import dyadsim as ds
from dyadsim import plots
from dyadsim.common.files import make_folder
from dyadsim.development.recovery import FOR_WEEKS
from dyadsim.interaction.phase_diagram import phase_diagram
from dyadsim.reports.sweep_report import figure_of
from dyadsim.services.cascade import STEPS
from dyadsim.validation.interventions import SET_WITHIN

POPULATIONS = ("community", "depressed", "irritable-infant")


def repair_survival(dyads: int, seed: int) -> Figure:
    """Every dyad of the law ten times over in the simulation, so that both are of the same population."""
    cohort = ds.Cohort.sample(dyads, seed=seed)
    session = ds.interact(cohort.repeated(10), "still-face", seed=seed)
    return plots.repair_survival(session.repair_survival(), ds.law(cohort, "still-face").repair_survival())


def phase(dyads: int, seed: int) -> Figure:
    """How long repair takes with her sensitivity and his negativity, all else typical."""
    return plots.phase_diagram(phase_diagram("sensitivity", "negativity", "mean_repair_latency"))


def course(dyads: int, seed: int) -> Figure:
    """Exact course of three populations, averaged over dyads."""
    cohorts = {name: ds.Cohort.sample(dyads, name, seed=seed) for name in POPULATIONS}
    return plots.course({name: ds.law(cohort, "still-face").course() for name, cohort in cohorts.items()})


def match(dyads: int, seed: int) -> Figure:
    """Every dyad's match in the still-face session beside what its own shares would give."""
    return plots.match_against_chance(
        ds.interact(ds.Cohort.sample(10 * dyads, seed=seed), "still-face", seed).measures()
    )


def couplings(dyads: int, seed: int) -> Figure:
    """The declared graph with its shipped sizes; the same for all dyads."""
    return plots.couplings()


@functools.cache
def _lives(population: str, dyads: int, seed: int, weeks: int) -> ds.Course:
    return ds.develop(ds.Cohort.sample(4 * dyads, population, seed=seed), weeks, seed=seed)


def courses(dyads: int, seed: int) -> Figure:
    """First year of a community and of mothers in a depressive episode."""
    return plots.courses({name: _lives(name, dyads, seed, 52) for name in ("community", "depressed")})


def recovery(dyads: int, seed: int) -> Figure:
    """Two years from the start of the episode, and the weeks by which recovery in the last of them is known."""
    return plots.recovery(_lives("depressed", dyads, seed, 104 + FOR_WEEKS - 1))


def expectation(dyads: int, seed: int) -> Figure:
    """What infants of the community come to expect within a year."""
    return plots.expectation(_lives("community", dyads, seed, 52))


def effects(dyads: int, seed: int) -> Figure:
    """What video feedback changes, of twins: the shipped scenario as ``dyadsim run`` has it."""
    scenario = ds.Scenario.load("video-feedback")
    return plots.effects(scenario.run(), scenario.states())


def interventions(dyads: int, seed: int) -> Figure:
    """The catalogue against what is published: trials of ten times as many dyads (some two minutes)."""
    return plots.sizes(ds.validate_interventions(10 * dyads, seed).rows, SET_WITHIN)


def reach(dyads: int, seed: int) -> Figure:
    """Whom a group for new parents reaches: half of the mothers of some thirty communities are invited."""
    families = ds.Families.sample(12 * dyads, seed=seed)
    offers = [{"name": "new-parents-group", "start_week": 6, "share": 0.5}]
    course = ds.develop(families, 104, offers, seed=seed)
    return plots.reach(course, course.twins())


def services(dyads: int, seed: int) -> Figure:
    """The cascade of care under four services: the shipped comparison with its 40 communities (a minute)."""
    asked = ds.ServiceComparison.load("four-services").changed({"at_once": False})
    results = asked.run(communities=max(dyads * 2 // 5, 2), seed=seed)
    return plots.care_cascade(results.cascade(), STEPS)


def generations(dyads: int, seed: int) -> Figure:
    """Cycles broken and kept over three generations, where ways between them are cut (a minute)."""
    asked = ds.GenerationScenario.load("three-generations")
    return plots.cycles(asked.run(families=max(4 * dyads, 40), seed=seed).cycles())


def sweep_interaction(dyads: int, seed: int) -> Figure:
    """Match in play over two traits: the shipped design as ``dyadsim sweep`` has it."""
    with TemporaryDirectory() as folder:
        results = ds.sweep("sensitivity-and-burden", Path(folder) / "sweep")
        view = results.view("match", episode="play")
        return figure_of(results, view, "interaction", ["sensitivity", "sociability"])


FIGURES: dict[str, Callable[[int, int], Figure]] = {
    "repair-survival": repair_survival,
    "phase-diagram": phase,
    "course": course,
    "match-against-chance": match,
    "couplings": couplings,
    "courses": courses,
    "recovery": recovery,
    "expectation": expectation,
    "effects": effects,
    "interventions": interventions,
    "reach": reach,
    "services": services,
    "generations": generations,
    "sweep-interaction": sweep_interaction,
}


def main(
    out: Annotated[Path, typer.Option(help="Folder for the pictures.", file_okay=False)] = Path("figures"),
    dyads: Annotated[
        int, typer.Option(help="Dyads of an exact law; simulations take ten times as many, weeks four.", min=2)
    ] = 100,
    seed: Annotated[int, typer.Option(help="Names the luck.", min=0)] = 1,
) -> None:
    """Make the figures of the docs."""
    make_folder(out)
    for name, figure in FIGURES.items():
        print(f"wrote {plots.save(figure(dyads, seed), out / f'{name}.png')}")


if __name__ == "__main__":
    typer.run(main)
