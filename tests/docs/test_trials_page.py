"""Names and keys of docs/trials.md: its trial, plan and analyses load and hold every key, and every choice is named.

(``tests/test_package.py`` runs the Python of the page.)
"""

import re
import tomllib

import pytest
from conftest import ROOT

import dyadsim as ds
from dyadsim.trials import analysis, estimands, model_fits, recruitment, trial_arms, trial_folder, visits
from dyadsim.trials.analysis import Analysis
from dyadsim.trials.declared_trial import Answer, Published
from dyadsim.trials.losses import Gaps, Lost, LostBy

PAGE = (ROOT / "docs" / "trials.md").read_text("utf-8")
TRIAL, SIZE, PLAN = (tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S))


def keys(tables):
    return {key for table in tables for key in table}


def test_what_the_page_shows_loads():
    ds.Trial(**TRIAL)
    ds.PowerPlan(**SIZE)
    ds.AnalysisPlan(**PLAN)


@pytest.mark.parametrize(
    "model, shown, told_elsewhere",
    [
        (ds.Trial, [TRIAL], {"says"}),
        (recruitment.Who, [TRIAL["who"]], {"support"}),
        (trial_arms.What, [TRIAL["what"]], set()),
        (trial_arms.TrialArm, TRIAL["what"]["arms"], {"says", "share", "adds"}),
        (visits.Seen, [TRIAL["seen"]], set()),
        (visits.Visit, TRIAL["seen"]["visits"], set()),
        (Lost, [TRIAL["lost"]], set()),
        (LostBy, TRIAL["lost"]["visits"], {"evidence"}),
        (Gaps, TRIAL["lost"]["gaps"], {"depends", "evidence"}),
        (estimands.Estimand, TRIAL["asked"], {"cut", "treated", "against", "who", "sessions"}),
        (ds.PowerPlan, [SIZE], {"title", "says", "seed"}),
        (ds.AnalysisPlan, [PLAN], {"title", "says", "source", "table", "sessions", "multiplicity"}),
    ],
)
def test_the_page_shows_every_key_or_it_is_told_elsewhere(model, shown, told_elsewhere):
    assert keys(shown) | told_elsewhere == set(model.model_fields)


def test_keys_of_analyses_are_those_of_the_forms():
    assert keys(TRIAL["answered"]) <= set(Answer.model_fields)
    assert keys(PLAN["analyses"]) <= set(Analysis.model_fields)
    assert keys(TRIAL["published"]) <= set(Published.model_fields)


@pytest.mark.parametrize(
    "names",
    [
        trial_arms.ALLOCATIONS,
        estimands.EVENTS,
        model_fits.METHODS,
        trial_folder.TABLES,
        analysis.MULTIPLICITY,
        analysis.MISSING,
    ],
    ids=["allocations", "events", "methods", "tables", "multiplicity", "missing"],
)
def test_the_page_names_every_choice(names):
    for name in names:
        assert name in PAGE
