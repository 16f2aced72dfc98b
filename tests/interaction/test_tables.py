"""Rules are functions of traits and context: chance, memory, and what changes between runs are seen."""

import numpy as np
import pytest

import dyadsim as ds

OPEN = (
    ds.interact,
    ds.law,
    lambda c, mother: ds.develop(c, 1, mother=mother),
    lambda c, mother: ds.DyadModel(c, mother=mother),
)
RANDOM = np.random.default_rng(1)


class Fickle(ds.MotherRules):
    @staticmethod
    def preferences(traits, context):
        return ds.MotherRules.preferences(traits, context) + RANDOM.normal() * np.arange(6).reshape(-1, 1, 1, 1, 1)


class Counts(ds.MotherRules):
    asked = 0

    @staticmethod
    def preferences(traits, context):
        Counts.asked += 1
        return ds.MotherRules.preferences(traits, context) * (1 + 0.01 * Counts.asked)


class Mixes(ds.MotherRules):
    @staticmethod
    def preferences(traits, context):
        return ds.MotherRules.preferences(traits, context) * (1 + abs(traits.burden.mean()))


@pytest.mark.parametrize("run", OPEN)
@pytest.mark.parametrize(
    ("mother", "sentence"), [(Fickle, "asked again"), (Counts, "asked again"), (Mixes, "mixes dyads")]
)
def test_a_rule_that_is_no_function_of_traits_and_context_is_refused(run, mother, sentence, cohort):
    for _ in range(2):  # a first refusal leaves nothing behind
        with pytest.raises(ds.DyadsimError, match=f"{mother.__name__}.* {sentence}"):
            run(cohort, mother=mother)


class Warm(ds.MotherRules):
    gain = 1.0

    @staticmethod
    def preferences(traits, context):
        return ds.MotherRules.preferences(traits, context) * Warm.gain


def test_what_a_rule_reads_may_be_changed_between_runs_and_provenance_says_so(cohort, monkeypatch):
    first = ds.interact(cohort, seconds=30, mother=Warm)
    course = ds.develop(cohort, 2, mother=Warm)
    monkeypatch.setattr(Warm, "gain", 0.5)
    second = ds.interact(cohort, seconds=30, mother=Warm)
    assert first.provenance["tables"] != second.provenance["tables"]
    assert course.provenance["tables"] == first.provenance["tables"]
    assert np.array_equal(second.mother, ds.interact(cohort, seconds=30, mother=Warm, states=True).mother)
    for late in (lambda: first.mother, lambda: course.go_on(1)):
        with pytest.raises(ds.DyadsimError, match="Warm says something else by now"):
            late()
