"""Symptom relief alone: how far do sensitivity and attachment move when a mother's symptoms are set to zero by hand?

    python experiments/symptom_relief.py

Twins with the same dyads and luck: in one, depressive, anxious and trauma symptoms are held at the community mean from
birth on. Nothing else is touched, so all that moves does so through the couplings that
``dyadsim/theory/couplings.py`` declares. A model for thought and teaching: it says what these couplings imply, not what
a treatment would do.
"""

from __future__ import annotations

from typing import Annotated

import pandas as pd
import typer
from changes_table import changes_table  # beside this file
from rich.console import Console

import dyadsim as ds
from dyadsim.measurement.instruments import Instrument

WEEKS = (13, 26, 52)


def moved(population: str, dyads: int, seed: int) -> dict[str, float]:
    """What holding symptoms at zero changes in a population, mean over dyads, by name."""
    cohort = ds.Cohort.sample(dyads, population, seed=seed)
    own, relieved = (ds.develop(cohort, 52, seed=seed, hold=hold) for hold in ({}, {"symptoms": 0}))
    eas = Instrument.load("eas")
    change = {"symptoms at birth (SD)": -float(own.at(0)["symptoms"].mean())}
    for week in WEEKS:
        change[f"sensitivity, week {week} (SD)"] = _mean(relieved.at(week)["sensitivity"] - own.at(week)["sensitivity"])
    points = [eas.expected(each.at(52)["sensitivity"].to_numpy()) for each in (own, relieved)]
    change["EAS points, week 52"] = float((points[1] - points[0]).mean())
    change["expectation of repair, week 52 (SD)"] = _mean(relieved.at(52)["expectation"] - own.at(52)["expectation"])
    for name, points in (relieved.attachment_chances - own.attachment_chances).mean().items():
        change[f"{name} attachment (points)"] = 100 * float(points)
    return change


def _mean(values: pd.Series) -> float:
    return float(values.mean())


def main(
    dyads: Annotated[int, typer.Option(help="Dyads of each population.")] = 2000,
    seed: Annotated[int, typer.Option(help="Names dyads and luck.")] = 1,
) -> None:
    """Print what holding symptoms at zero changes."""
    Console().print(
        changes_table(
            "Change when symptoms are held at zero",
            ("depressed", "postpartum-disorder", "community"),
            lambda population: moved(population, dyads, seed),
        )
    )


if __name__ == "__main__":
    typer.run(main)
