"""Summary of a scenario: the part of a report that is also written as JSON."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .. import NOTICE, __version__
from ..people.caregiver_words import BOTH, Words
from ..scenarios import title_and_question
from ..scenarios.any_comparison import AnyComparison
from ..scenarios.scenario import Scenario
from ..theory import evidence
from .scenario_first import compared, first_findings, shared_doubts
from .scenario_sentences import in_short, rounded_shares

__all__ = ["cited", "in_words", "summary"]


def summary(scenario: Scenario, comparison: AnyComparison) -> dict[str, Any]:
    """All that a report says, without tables of single dyads."""
    return {
        "dyadsim": __version__,
        "scenario": scenario.name,
        "title": title_and_question.title(scenario),
        "question": title_and_question.question(scenario),
        "says": scenario.says,
        "population": scenario.population,
        "dyads": scenario.dyads,
        "weeks": [scenario.first_week, scenario.stop - 1],
        "seed": scenario.seed,
        "parameters": scenario.parameters,
        "parameter_sets": comparison.sets,
        "arms": [_arm(comparison, arm.name) for arm in scenario.arms],
        "compared": compared(comparison),
        "first": first_findings(comparison),
        "doubts": shared_doubts(comparison),
        "in_short": in_short(scenario, comparison),
        "means": _records(comparison.means()),
        "effects": _records(comparison.effects()),
        "by_offer": _records(comparison.by_offer()),
        "of_hundred": _records(comparison.of_hundred()),
        "attachment": rounded_shares(comparison),
        "attended": _attended(comparison),
        "grounding": _records(comparison.grounding()),
        "provenance": comparison.provenance,
        "notice": NOTICE,
    }


def in_words(said: dict[str, Any], scenario: Scenario) -> dict[str, Any]:
    """A summary with its sentences in the words of the scenario, and one on what these leave as it is.

    Parameters
    ----------
    said : what :func:`summary` gives; a sentence must be rewritten once only.
    """
    words = scenario.spoken
    remark = BOTH if words != scenario.words else words.remark
    sentences = {key: words.said(said[key]) for key in ("title", "question", "says", "compared")}
    listed = {key: [*map(words.said, said[key])] for key in ("doubts", "in_short")}
    listed["doubts"] += filter(None, [remark])
    return {**said, **sentences, **listed, "first": [_finding_in_words(each, words) for each in said["first"]]}


def _finding_in_words(found: dict[str, Any], words: Words) -> dict[str, Any]:
    told = {key: words.said(found[key]) for key in ("about", "what", "rests_on")}
    return {**found, **told, "how_sure": {key: words.said(text) for key, text in found["how_sure"].items()}}


def _arm(comparison: AnyComparison, name: str) -> dict[str, Any]:
    circumstances = comparison.circumstances(name)
    shares: dict[str, dict[str, float]] = {"risk": {}, "protection": {}}
    for each in circumstances.exposures:
        shares[each.setting.kind][each.setting.name] = round(float(each.who.mean()), 3)
    offers = {each.entry.name: each.given for each in circumstances.offered}
    return {"name": name, "risks": shares["risk"], "support": shares["protection"], "interventions": offers}


def _attended(comparison: AnyComparison) -> list[dict[str, Any]]:
    """Attendance by arm and intervention: how many began, what they attended, how many left."""
    table = comparison.attended()
    found = []
    for (arm, name), rows in table.groupby(["arm", "intervention"], sort=False):
        began = rows[rows["taken_up"].astype(bool)]
        share = {
            "began": len(began) / len(rows),
            "left": float(began["left_week"].notna().mean()) if len(began) else 0.0,
        }
        sessions = float(began["sessions"].mean()) if len(began) else 0.0
        found.append({"arm": arm, "intervention": name, **share, "sessions": sessions})
    return found


def cited(ids: str) -> str:
    """Sources of evidence ids, as a reader looks them up; what was recalled and not read says so."""
    told = []
    for id in filter(None, ids.split(", ")):
        try:
            row = evidence.row(id)
        except ValueError:
            told.append(id)  # a user's own words
            continue
        doi = f", doi {row.doi}" if row.doi else ""
        recalled = "; recalled, unverified" if row.basis == evidence.UNVERIFIED else ""
        told.append(f"{row.source or row.name}{doi} ({id}{recalled})")
    return "; ".join(told)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): None if isinstance(value, float) and np.isnan(value) else value for key, value in row.items()}
        for row in table.to_dict("records")
    ]
