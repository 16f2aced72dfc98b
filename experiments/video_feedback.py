"""Video feedback: what follows when a mother's sensitivity is raised, in the seconds, in him and in attachment?

    python experiments/video_feedback.py

Twins with the same dyads and luck: in one, six visits with video feedback raise her sensitivity and nothing else. All
that moves beside it does so through what is lived second by second and through the couplings that
``dyadsim/theory/couplings.py`` declares. A model for thought and teaching: it says what its rules imply, not what a
programme would do.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
import typer
from changes_table import changes_table  # beside this file
from rich.console import Console
from rich.table import Table
from scipy.special import logit

import dyadsim as ds
from dyadsim.theory import evidence
from dyadsim.theory.attachment import SECURE, WEEK

POPULATION = "mixed-risk"
STARTS = (4, 26)
"""Weeks of his life in which the first visit is: the earliest that the entry allows, and that of its trials."""
LIVED = ("answered", "match", "repair", "mean_repair_latency", "positive_engagement")
STATES = ("expectation", "regulation", "regulatory_symptoms", "stress", "depression", "bonding")
PUBLISHED = ("I007", "I008", "I009", "I010")


def followed(start: int, dyads: int, seed: int) -> dict[str, float]:
    """What video feedback from a week on changes, mean over dyads in standard deviations of their twins, by name."""
    entry = ds.Intervention.load("video-feedback")
    offer = {"name": "video-feedback", "start_week": start}
    course = ds.develop(ds.Cohort.sample(dyads, POPULATION, seed=seed), WEEK + 1, [offer], seed=seed)
    twins, end = course.twins(), start + entry.weeks
    change = {}
    for when, week in (("at the end", end), ("at twelve months", WEEK)):
        own, other = course.at(week), twins.at(week)
        for name in ("sensitivity", *STATES):
            change[f"{name}, {when}"] = float((own[name] - other[name]).mean())
        for name in LIVED:
            lived, without = course.measures[name][week], twins.measures[name][week]
            change[f"{name} of the week, {when}"] = float(np.nanmean(lived - without) / np.nanstd(without))
    with_it, without_it = (float(each.attachment_chances[SECURE].mean()) for each in (course, twins))
    change["secure attachment (points of a hundred)"] = 100 * (with_it - without_it)
    change["secure attachment (log odds)"] = float(logit(with_it) - logit(without_it))
    return change


def main(
    dyads: Annotated[int, typer.Option(help="Dyads.")] = 2000,
    seed: Annotated[int, typer.Option(help="Names dyads and luck.")] = 1,
) -> None:
    """Print what video feedback changes, and what is published of it."""
    console = Console()
    console.print(
        changes_table(
            "Change by video feedback, in standard deviations",
            STARTS,
            lambda start: followed(start, dyads, seed),
            "from week {}",
        )
    )
    rows = Table(title="Published of video feedback")
    for column in ("id", "what", "measure", "value", "interval", "known by"):
        rows.add_column(column)
    for row in map(evidence.row, PUBLISHED):
        rows.add_row(row.id, row.target, row.metric, row.value, f"{row.low} to {row.high}", row.basis)
    console.print(rows)


if __name__ == "__main__":
    typer.run(main)
