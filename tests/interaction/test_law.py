"""The exact law is what simulation converges to, and it goes the way the field says."""

import os
import subprocess
import sys

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.interaction.law import _chains
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.interaction.rule_set import Rules
from dyadsim.measurement.repair_survival import survival
from dyadsim.people.risks_and_support import settled

SHARES = [f"infant_{n}" for n in ds.ICEP.infant_names] + [f"mother_{n}" for n in ds.ICEP.mother_names]


@pytest.mark.parametrize("population", ["community", "depressed", "irritable-infant"])
def test_twenty_thousand_simulated_dyads_lie_within_four_standard_errors(population):
    """Forty distinct dyads, five hundred of each, still-face.

    Whole dyads are dealt into fifty groups that each hold every distinct dyad ten times, and the standard error is that
    of the mean of the groups: clustered by dyad, and free of how much the forty differ. About 110 comparisons a
    population: by chance one run in 50 (Student's t, 49 degrees of freedom) would have one beyond four errors; the seed
    is fixed. (With seed 5 the irritable infants have one at 4.1; with seeds 6 to 10 none lies beyond 2.7.)
    """
    dyads = ds.Cohort.sample(40, population, seed=11)
    law = ds.law(dyads, "still-face")
    session = ds.interact(dyads.repeated(500), "still-face", seed=6)
    groups = [slice(first, first + 400) for first in range(0, 20_000, 400)]
    for scheme in ds.SCHEMES:
        expected = law.measures(scheme).groupby("episode").mean(numeric_only=True)
        simulated = session.measures(scheme)
        simulated["group"] = simulated["dyad"] // 400
        by_group = simulated.groupby(["episode", "group"]).mean(numeric_only=True)
        for measure in ("match", "repairs_per_min", *(SHARES if scheme == "strict" else [])):
            each = by_group[measure].groupby("episode")
            distance = (each.mean() - expected[measure]).abs()
            assert (distance <= 4 * each.sem() + 1e-12).all(), (scheme, measure)
        exact = law.repair_survival(scheme).set_index(["episode", "seconds"])["survival"]
        match = ds.match_scheme(scheme)
        tally = session._tally(match)
        for e, episode in enumerate(session.episodes):
            own = tally[e :: len(session.episodes)].latencies_of(match)
            curve = survival(own.pooled())[0]
            curves = [survival(own[group].pooled())[0] for group in groups]
            standard_error = np.std(curves, axis=0, ddof=1) / np.sqrt(50)
            for second in (2, 5, 10, 20):
                distance = abs(curve[second - 1] - exact[episode, second])
                assert distance <= 4 * standard_error[second - 1], (scheme, episode, second)


def test_transition_matrices_are_probabilities(cohort):
    for chain in _chains(cohort, Paradigm.load("still-face"), Rules()):
        assert np.allclose(chain.matrices.sum(axis=2), 1, atol=1e-12)
        assert (chain.matrices >= 0).all()
        assert np.allclose(chain.course.sum(axis=1), 1, atol=1e-10)


def test_repair_survival_is_that_of_brute_force(cohort):
    """Follow one dyad's mismatches second by second, age by age, and compare with the law's shortcut."""
    chain = _chains(cohort[:1], Paradigm.load("free-play").lasting(40), Rules())[0]
    matrix, mismatch = chain.matrices[0], np.repeat(~ds.match_scheme("strict").cells, 5).astype(float)
    at_risk, repaired = np.zeros(60), np.zeros(60)
    by_age = [chain.course[0] * mismatch]
    for second in range(1, 40):
        for age, mass in enumerate(by_age):
            at_risk[age] += mass.sum()
            repaired[age] += (mass @ matrix * (1 - mismatch)).sum()
        fresh = chain.course[second - 1] * (1 - mismatch) @ matrix * mismatch
        by_age = [fresh, *(mass @ matrix * mismatch for mass in by_age)]
    _, law_at_risk, law_repaired = chain.latencies(ds.match_scheme("strict"))[0]
    assert np.allclose(law_at_risk, at_risk, atol=1e-12)
    assert np.allclose(law_repaired, repaired, atol=1e-12)


def test_equal_dyads_share_one_law(cohort):
    law = ds.law(cohort[:3].repeated(50))
    assert len(law._chains) == 3
    assert len(law.measures()) == 150


def test_the_course_and_the_shares_say_the_same(cohort):
    law = ds.law(cohort, "still-face")
    course = law.course().groupby("episode").mean(numeric_only=True)
    shares = law.shares().groupby("episode").mean(numeric_only=True)
    assert np.allclose(course.loc[:, SHARES], shares.loc[course.index, SHARES])


# What the field says


def latency(**traits):
    """Mean repair latency in free play on the exact law, strict scheme, seconds."""
    return ds.law(ds.Cohort.of(**traits)).measures("strict")["mean_repair_latency"].item()


def test_less_sensitivity_more_burden_and_irritability_each_lengthen_repair():
    sensitivity = [latency(sensitivity=s) for s in (-3, -2, -1, 0, 1, 2, 3)]
    assert sensitivity == sorted(sensitivity, reverse=True)
    burden = [latency(burden=b) for b in (-2, -1, 0, 1, 2, 3)]
    assert burden == sorted(burden)
    irritable = [latency(negativity=n) for n in (-2, -1, 0, 1, 2, 3)]
    assert irritable == sorted(irritable)
    assert min(np.diff(burden).min(), np.diff(irritable).min(), -np.diff(sensitivity).max()) > 0.05


def test_sensitivity_shortens_repair_most_for_irritable_infants():
    gain = [
        latency(negativity=negativity, sensitivity=-1) - latency(negativity=negativity, sensitivity=1)
        for negativity in (-1.5, 0, 1.5)
    ]
    assert gain == sorted(gain)
    assert gain[-1] > 1.2 * gain[0]


def test_the_still_face_effect_carries_over_into_reunion(cohort):
    """M_mesman_sfe: positive affect and gaze fall, negative affect rises; reunion stays below and above play."""
    law = ds.law(cohort, "still-face").measures().groupby("episode").mean(numeric_only=True)
    play, still, reunion = (law.loc[name] for name in ("play", "still-face", "reunion"))
    assert still["infant_positive"] < reunion["infant_positive"] < play["infant_positive"]
    assert still["infant_protest"] > reunion["infant_protest"] > play["infant_protest"]
    assert still["infant_monitor"] + still["infant_positive"] < play["infant_monitor"] + play["infant_positive"]


def test_contingencies_are_ordered_as_published(cohort):
    """M_beebe_asym and M_beebe_self_dom: hers above his, both above zero, self far above interactive."""
    law = ds.law(cohort).measures().mean(numeric_only=True)
    assert law["mother_interactive_contingency"] > law["infant_interactive_contingency"] > 0.05
    assert law["infant_self_contingency"] > 2 * law["infant_interactive_contingency"]
    assert law["mother_self_contingency"] > 2 * law["mother_interactive_contingency"]
    assert law["match"] > law["chance_match"]


EFFECTS = [
    # what is raised, what it moves, and which way
    ("regulation", "arousal", -1),
    ("sociability", "infant_monitor", 1),
    ("negativity", "infant_protest", 1),
    ("negativity", "arousal", 1),
    ("infant_persistence", "infant_bouts_per_min", -1),
    ("mother_persistence", "mother_bouts_per_min", -1),
    ("sensitivity", "mother_interactive_contingency", 1),
    ("burden", "mother_negative", 1),
    ("burden", "mother_withdrawn", 1),
    ("burden", "mother_elsewhere", 1),
    ("burden", "mother_positive", -1),
    ("distraction", "mother_elsewhere", 1),
    ("infant_contingency", "infant_interactive_contingency", 1),
    ("mother_contingency", "mother_interactive_contingency", 1),
    ("arousal_effect", "infant_protest", 1),
    ("arousal_rise", "arousal", 1),
    ("arousal_fall", "arousal", -1),
    ("distress_arouses", "arousal", 1),
    ("absence_arouses", "arousal", 1),
    ("answer_calms", "arousal", -1),
    ("comfort_calms", "arousal", -1),
]


@pytest.mark.parametrize(("raised", "moved", "way"), EFFECTS)
def test_each_trait_and_strength_moves_what_it_says(raised, moved, way):
    dyad = ds.Cohort.of()
    strength = dict(dyad.coefficients).get(raised, 0.0)
    before, after = (
        ds.law(dyad.replace({raised: strength + by}), "still-face").measures().set_index("episode")[moved]
        for by in (0, 0.5)
    )
    assert (way * (after - before)[["play", "reunion"]] > 1e-5).all()


@pytest.mark.parametrize(
    ("effect", "trait"),
    [
        ("negativity_effect", "negativity"),
        ("negativity_arouses", "negativity"),
        ("sociability_effect", "sociability"),
        ("regulation_calms", "regulation"),
        ("infant_persistence_effect", "infant_persistence"),
        ("sensitivity_effect", "sensitivity"),
        ("burden_effect", "burden"),
        ("distraction_effect", "distraction"),
        ("mother_persistence_effect", "mother_persistence"),
        ("sociability_growth", "age"),
        ("object_growth", "age"),
        ("regulation_growth", "age"),
    ],
)
def test_an_effect_acts_through_its_trait_and_vanishes_at_the_typical_dyad(effect, trait):
    typical, other = ds.Cohort.of(), ds.Cohort.of(**{trait: 52 if trait == "age" else 1})

    def moved(dyad):
        with_it, without = (ds.law(each).measures().select_dtypes(float) for each in (dyad, dyad.replace({effect: 0})))
        return (with_it - without).abs().max(axis=None)

    assert moved(typical) == 0
    assert moved(other) > 1e-3


def test_three_six_and_nine_months_differ():
    law = ds.law(ds.Cohort.of(age=[13, 26, 39])).measures()
    assert law["infant_object"].is_monotonic_increasing
    assert law["infant_monitor"].is_monotonic_decreasing
    assert law["infant_object"].diff().min() > 0.05


def test_sessions_of_a_dyad_differ_in_bouts_as_much_as_the_law_says():
    """Mean and sd of bouts a minute, 4,000 sessions of each of three dyads; five standard errors, fixed seed."""
    cohort, sessions = ds.Cohort.sample(3, seed=2), 4000
    law = ds.law(cohort, "still-face").bout_rates()
    played = ds.interact(cohort.repeated(sessions), "still-face", seed=2).measures()
    for partner in ("infant", "mother"):
        rate = played.groupby("dyad")[f"{partner}_bouts_per_min"].mean()  # episodes are of one length
        for dyad in range(3):
            own = rate.iloc[dyad::3]
            mean, sd = law.loc[dyad, [f"{partner}_mean", f"{partner}_sd"]]
            assert abs(own.mean() - mean) < 5 * sd / np.sqrt(sessions)
            assert own.std() == pytest.approx(sd, rel=5 / np.sqrt(2 * sessions))


def test_pooled_measures_weigh_dyads_by_their_time_and_bouts(cohort):
    law, session = ds.law(cohort, "still-face"), ds.interact(cohort, "still-face", seed=1)
    for run in (law, session):
        own = run.measures()
        own = own[own["episode"] != "still-face"]
        pooled = run.pooled_measures(["play", "reunion"])
        assert pooled["seconds"] == pytest.approx(own["seconds"].sum())
        assert pooled["mother_vocal"] == pytest.approx(own["mother_vocal"].mean())  # all episodes are of one length
        time, bouts = own["infant_object"], own["infant_object"] / own["infant_object_bout"]
        assert pooled["infant_object_bout"] == pytest.approx(time.sum() / bouts.sum())
        assert pooled["infant_bouts_per_min"] == pytest.approx(own["infant_bouts_per_min"].mean())
    with pytest.raises(ds.DyadsimError, match="Did you mean 'reunion'"):
        law.pooled_measures(["reunon"])


def test_equal_dyads_count_as_often_as_they_are_there(cohort):
    twice = ds.law(cohort[[0, 0, 1]], "free-play").pooled_measures()["match"]
    one, other = ds.law(cohort[:2], "free-play").match()["match"]
    assert twice == pytest.approx((2 * one + other) / 3)


def test_balanced_dyads_have_the_population_s_means_spreads_and_correlations():
    dyads = ds.Cohort.balanced(256, "depressed")
    traits, shift = dyads.frame(), settled(dyads.exposures[0].setting, dyads.dynamics)
    for name in ("burden", "sensitivity"):
        assert traits[name].mean() == pytest.approx(shift[name], abs=0.02)
    assert traits.drop(columns="age").std().to_numpy() == pytest.approx(1.0, abs=0.02)
    assert traits.corr().loc["burden", "sensitivity"] == pytest.approx(-0.11, abs=0.03)
    with pytest.raises(ds.DyadsimError, match="power of two"):
        ds.Cohort.balanced(100)


def test_the_law_is_the_same_to_the_bit_on_one_thread_and_on_several(cohort):
    """conftest asks for one BLAS thread here; a process of its own is given four."""
    code = (
        "import dyadsim as ds; law = ds.law(ds.Cohort.sample(3, seed=1), 'still-face');"
        "exact = lambda value: value.hex() if isinstance(value, float) else value;"
        "print(law.measures().map(exact).to_csv(), law.bout_rates().map(exact).to_csv())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "4")
    ]
    assert len(said[0]) > 1000
    assert said[0] == said[1]
