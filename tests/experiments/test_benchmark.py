"""The benchmark runs, and the plain Mesa model that it measures dyadsim against is the same model."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, module_at

import dyadsim as ds
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.interaction.rule_set import Rules
from dyadsim.interaction.tables import make_tables

FIGURES = {
    "engine_one_thread", "engine_all_threads", "scaling_on_all_threads", "cores", "engine_states_only",
    "engine_states_only_all_threads", "engine_distinct_dyads", "engine_and_table_of_measures",
    "engine_distinct_and_table_of_measures", "course_scaling", "course_of_many_scaling",
    "measures_us_per_dyad", "mesa_model", "idiomatic_mesa",
    "ratio_to_idiomatic_mesa", "ratio_on_one_thread_to_idiomatic_mesa", "ratio_to_mesa_model",
    "ratio_on_one_thread_to_mesa_model", "table_us_per_dyad", "law_ms_per_dyad", "first_use_s", "import_s",
    "peak_memory_mib_short", "peak_memory_mib_long", "memory_growth_mib", "course_s", "course_one_thread_s",
    "course_share_tables", "course_share_sampling", "course_share_measures", "course_share_dynamics",
}  # fmt: skip


@pytest.fixture(scope="module")
def idiomatic():
    return module_at("experiments/idiomatic_mesa.py")


def chances_of(weights):
    return np.array(weights) / sum(weights)


def test_the_idiomatic_agents_have_the_chances_of_the_shipped_rules_in_every_context(idiomatic, cohort):
    """In all 300 contexts, for a typical dyad and four others of other ages, a newborn among them."""
    for who in (ds.Cohort.of(), cohort[:4].replace(age=[0.0, 13.0, 30.0, 60.0])):
        tables = make_tables(who, Rules(), Paradigm.load("free-play").episodes[0]).by_dyad()
        for dyad, (infant, mother) in enumerate(idiomatic.IdiomaticModel(who, seconds=1, seed=0).dyads):
            for i, m, attention, level in np.ndindex(5, 6, 2, 5):
                infant.state, mother.state, infant.arousal, infant.attention = i, m, level, attention
                falls, stays, rises = chances_of(infant.arousal_weights())
                bounded = [
                    falls * (level > 0),
                    stays + falls * (level == 0) + rises * (level == 4),
                    rises * (level < 4),
                ]
                attends = infant.attention_chance()
                said = (
                    chances_of(infant.weights()), chances_of(mother.weights()), bounded, (1 - attends, attends)
                )  # fmt: skip
                for ours, theirs in zip(tables[dyad], said, strict=True):
                    seen = 5 * attention + level if ours.shape[1] > 1 else 0
                    assert np.allclose(ours[6 * i + m, seen], theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seen", [("monitor", "vocal", 1), ("protest", "elsewhere", 4), ("object", "negative", 0)])
@pytest.mark.parametrize("attention", [0, 1])
def test_the_idiomatic_agents_say_what_ds_chances_says(idiomatic, seen, attention):
    ((infant, mother),) = idiomatic.IdiomaticModel(ds.Cohort.of(), seconds=1, seed=0).dyads
    infant.state, mother.state = ds.ICEP.infant_names.index(seen[0]), ds.ICEP.mother_names.index(seen[1])
    infant.arousal, infant.attention = seen[2], attention
    for agent, rule in ((infant, ds.InfantRules), (mother, ds.MotherRules)):
        said = ds.chances(rule, ds.Context.of(*seen, attention=attention)).iloc[0]
        assert np.allclose(said, chances_of(agent.weights()), rtol=0, atol=1e-12)


def test_the_idiomatic_model_keeps_to_the_exact_law(idiomatic):
    """Fixed seed; each of 11 shares within 4.5 standard errors.

    Chance alone would break it for about 1 seed in 10,000; of 6,000 such cohorts that the engine ran, 1 did.
    """
    dyad, dyads = ds.Cohort.of(), 400
    law = ds.law(dyad).shares().iloc[0]
    spread = ds.interact(dyad.repeated(4000), seed=1).measures().std(numeric_only=True)
    shares = idiomatic.idiomatic_shares(dyad.repeated(dyads), seconds=300, seed=1)
    assert len(shares) == 11
    for state, share in shares.items():
        assert abs(share - law[state]) < 4.5 * spread[state] / math.sqrt(dyads), state


def test_the_benchmark_runs_and_gives_json_alone_on_stdout(tmp_path):
    file = tmp_path / "benchmark.json"
    command = [sys.executable, str(ROOT / "experiments" / "benchmark.py"), "--quick", "--json", "--out", str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    assert told == json.loads(file.read_text("utf-8"))
    assert told.keys() == FIGURES | {"provenance"}
    assert all(math.isfinite(told[name]) for name in FIGURES)
    assert all(told[name] > 0 for name in FIGURES - {"memory_growth_mib"})  # which should be none, and may be less
    assert {"dyadsim", "python", "numpy", "numba", "processor", "cores", "date"} <= told["provenance"].keys()
    assert [path.name for path in tmp_path.iterdir()] == ["benchmark.json"]
