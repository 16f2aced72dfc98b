"""The exact law is what simulation converges to, and it goes the way the field says."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.exact import _chains
from dyadsim.paradigms import paradigm_named
from dyadsim.tables import Rules

SURVIVAL = [f"repair_survival_{s}" for s in (2, 5, 10, 20)]
SHARES = [f"infant_{n}" for n in ds.ICEP.infant_names] + [f"mother_{n}" for n in ds.ICEP.mother_names]


@pytest.mark.parametrize("population", ["community", "depressed", "irritable-infant"])
def test_twenty_thousand_simulated_dyads_lie_within_four_standard_errors(population):
    """Forty distinct dyads, five hundred of each, still-face; standard errors clustered by dyad.

    About 110 comparisons a population: by chance one run in 140 would have one beyond four errors; the seed is fixed.
    """
    dyads = ds.Cohort.sample(40, population, seed=11)
    law = ds.law(dyads, "still-face")
    session = ds.interact(dyads.repeated(500), "still-face", seed=5)
    for scheme in ds.SCHEMES:
        expected = law.measures(scheme).groupby("episode").mean(numeric_only=True)
        simulated = session.measures(scheme).groupby("episode")
        for measure in ("match", "repairs_per_min", *(SHARES if scheme == "strict" else [])):
            distance = (simulated[measure].mean() - expected[measure]).abs()
            assert (distance <= 4 * simulated[measure].sem() + 1e-12).all(), (scheme, measure)
        exact = law.repair_survival(scheme)
        for episode, own in session.repair_survival(scheme).groupby("episode"):
            own = own.set_index("seconds")
            for second in (2, 5, 10, 20):
                distance = abs(own.loc[second, "survival"] - exact.loc[second, episode])
                assert distance <= 4 * own.loc[second, "se"], (scheme, episode, second)


def test_transition_matrices_are_probabilities(cohort):
    for chain in _chains(cohort, paradigm_named("still-face"), Rules()):
        assert np.allclose(chain.matrices.sum(axis=2), 1, atol=1e-12)
        assert (chain.matrices >= 0).all()
        assert np.allclose(chain.course.sum(axis=1), 1, atol=1e-10)


def test_repair_survival_is_that_of_brute_force(cohort):
    """Follow one dyad's mismatches second by second, age by age, and compare with the law's shortcut."""
    chain = _chains(cohort[:1], paradigm_named("free-play", 40), Rules())[0]
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


def test_three_six_and_nine_months_differ():
    law = ds.law(ds.Cohort.of(age=[13, 26, 39])).measures()
    assert law["infant_object"].is_monotonic_increasing
    assert law["infant_monitor"].is_monotonic_decreasing
    assert law["infant_object"].diff().min() > 0.05


def test_the_defaults_stand_near_the_published_shares_and_bouts():
    """Within a tenth of the calibrate rows (relative), until they are calibrated."""
    law = ds.law(ds.Cohort.sample(150, seed=2), "still-face").measures().groupby("episode").mean(numeric_only=True)
    infant = law.mean()
    for name, share in {"object": 0.667, "monitor": 0.133, "protest": 0.158, "positive": 0.037}.items():
        assert infant[f"infant_{name}"] == pytest.approx(share, rel=0.1), name
    mother = law.loc[["play", "reunion"]].mean()
    for name, share in {"vocal": 0.518, "neutral": 0.264, "positive": 0.194}.items():
        assert mother[f"mother_{name}"] == pytest.approx(share, rel=0.1), name
