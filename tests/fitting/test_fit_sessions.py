"""Fitted dyads: what is true is found again, nothing depends on who is beside whom, errors say the way out."""

import numpy as np
import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.measurement.session import Session

FEW = ("infant_persistence", "sensitivity")


@pytest.fixture(scope="module")
def played():
    """Sessions of dyads with known traits, ten minutes each."""
    cohort = ds.Cohort.of(sensitivity=[-1.5, 0.0, 1.5], infant_persistence=[1.0, -1.0, 0.0])
    return ds.interact(cohort, seed=5, seconds=600, states=True)


@pytest.fixture(scope="module")
def fitted(played):
    return ds.fit(played, free=FEW)


def test_dyads_are_told_apart_by_what_they_do(played, fitted):
    table = fitted.frame().pivot(index="dyad", columns="parameter", values="estimate")
    assert table["sensitivity"].is_monotonic_increasing
    assert table["infant_persistence"].idxmin() == 1
    frame = fitted.frame().set_index(["dyad", "parameter"])
    for name in FEW:
        for dyad in range(3):
            row = frame.loc[(dyad, name)]
            assert abs(row["estimate"] - played.cohort.traits[name][dyad]) < 3 * row["se"]
            assert row["low"] < row["estimate"] < row["high"]
            assert row["told"] and 0 < row["shrinkage"] < 0.5


def test_a_dyad_is_fitted_the_same_whoever_is_beside_it_and_on_any_threads(played, fitted):
    alone = Session([1], played.episodes, played.ends, states=(played.infant[1:2], played.mother[1:2], None))
    again = ds.fit([alone], free=FEW, threads=1)
    assert again.frame().equals(fitted.frame()[fitted.frame()["dyad"] == 1].reset_index(drop=True))


def test_profile_and_interval_agree_with_the_deviance(fitted):
    low, high = fitted.interval("sensitivity", 1)
    for end in (low, high):
        assert fitted.deviance("sensitivity", end, 1) == pytest.approx(3.84, abs=0.05)
    profile = fitted.profile("sensitivity", 1, points=5)
    assert profile["log_likelihood"].max() <= 1e-3
    estimate = fitted.frame().set_index(["dyad", "parameter"]).loc[(1, "sensitivity"), "estimate"]
    assert abs(profile["value"].iloc[profile["log_likelihood"].argmax()] - estimate) < 1e-6
    assert fitted.deviance("sensitivity", estimate, 1) == pytest.approx(0, abs=1e-3)


def test_several_sessions_of_a_dyad_are_known_by_its_name_and_say_more(played):
    parts = [
        Session(
            ["ada"], ["play"], [200], states=(played.infant[:1, at : at + 200], played.mother[:1, at : at + 200], None)
        )
        for at in (0, 200, 400)
    ]
    one, all_three = ds.fit(parts[:1], free=["sensitivity"]), ds.fit(parts, free=["sensitivity"])
    assert len(all_three.dyads) == 1
    assert all_three.frame()["se"].item() < one.frame()["se"].item()
    assert all_three.frame()["shrinkage"].item() < one.frame()["shrinkage"].item()


def test_a_strong_ridge_gives_the_population_and_a_gap_says_nothing(played):
    strong = ds.fit(played, free=FEW, ridge=1e6).frame()
    assert np.allclose(strong["estimate"], strong["population"], atol=1e-3)
    assert not strong["told"].any()
    infant, mother = played.infant[:1].copy(), played.mother[:1].copy()
    infant[:, 300:] = mother[:, 300:] = -1
    gap = Session([0], ["play"], [600], states=(infant, mother, None))
    short = Session([0], ["play"], [300], states=(infant[:, :300], mother[:, :300], None))
    both = [ds.fit([one], free=FEW).frame()["estimate"].to_numpy() for one in (gap, short)]
    assert np.allclose(*both, atol=1e-4)


def test_the_effect_of_a_covariate_is_found_and_of_an_episode(played):
    """Half of 16 dyads are two standard scores more sensitive; what they share is told from how they differ."""
    group = np.arange(16) % 2
    cohort = ds.Cohort.of(sensitivity=2.0 * group - 1)
    sessions = ds.interact(cohort, seed=8, seconds=200)
    table = pd.DataFrame({"dyad": np.arange(16), "group": group})
    options = {"free": [], "shared": ["sensitivity"], "covariates": table, "effects": {"group": ["sensitivity"]}}
    frame = ds.fit(sessions, ridge=0, **options).frame().set_index("parameter")
    effect = frame.loc["sensitivity by group"]
    assert effect["low"] < 2.0 < effect["high"]
    assert effect["low"] > 1.0
    still = ds.interact(ds.Cohort.sample(4, seed=3), "still-face", seed=3)
    by_episode = ds.fit(still, free=["infant_contingency"], effects={"reunion": "infant_contingency"})
    assert "infant_contingency by reunion" in set(by_episode.frame()["parameter"])


def test_parameters_that_do_alike_are_refused_without_a_ridge_and_left_to_the_population_with_one(played):
    with pytest.raises(ds.DyadsimError, match="'negativity' and 'regulation' do alike"):
        ds.fit(played, free=["negativity", "regulation"], ridge=0)
    calm = Session([0], ["play"], [60], states=(np.full((1, 60), 3, np.int8), np.full((1, 60), 4, np.int8), None))
    row = ds.fit(calm, free=["reflective_functioning"], ridge=0).frame().iloc[0]
    assert not row["told"] and np.isinf(row["se"]) and (row["low"], row["high"]) == (-4, 4)


def test_a_fitted_dyad_lives_on(fitted):
    cohort = fitted.cohort(2)
    assert len(cohort) == 1
    course = ds.develop(cohort, weeks=30, interventions=["video-feedback"], seed=1)
    assert course.frame()["week"].max() == 29
    assert (course.frame()["sensitivity"] != course.twins().frame()["sensitivity"]).any()


def test_checks_hold_observed_measures_against_simulated_ones(fitted):
    checks = fitted.checks(times=50, seed=1)
    assert checks["within"].mean() > 0.85
    assert (checks["low"] <= checks["high"]).all()
    again = fitted.checks(times=50, seed=1)
    assert again.equals(checks)


def test_sessions_are_simulated_with_the_codes_and_gaps_of_the_coded_one():
    coded = ds.read_coded("mangold_3532goodman.csv")
    seen, again = ds.fit(coded, ages=13, free=["sensitivity"]).simulated(20, seed=2)
    assert ((again.infant < 0) == (seen.infant < 0)).all()
    assert again.codes == coded.codes and again.step == 1
    assert again.ends == seen.ends


def test_with_her_arrow_cut_she_follows_him_no_more_and_does_as_much_of_everything():
    cohort = ds.Cohort.of(sensitivity=2.0)
    fitted = ds.fit(ds.interact(cohort, seed=4, seconds=1800), free=["sensitivity"])
    cut, whole = fitted.arrow_cut("mother", times=60).frame(), fitted.checks(times=60)
    null, kept = cut.set_index("measure")["null"], whole.set_index("measure")["simulated"]
    assert abs(null["mother_interactive_contingency"]) < 0.02 < kept["mother_interactive_contingency"]
    assert abs(null["mother_vocal"] - kept["mother_vocal"]) < 0.05
    assert null["answered"] < kept["answered"] - 0.05
    with pytest.raises(ds.DyadsimError, match="Known: mother, infant"):
        fitted.arrow_cut("father")


def test_a_bootstrap_spreads_as_the_standard_error_says(fitted):
    boot = fitted.bootstrap(times=30, seed=3)
    frame = fitted.frame()
    ratio = boot["se"].to_numpy() / (frame["se"] * (1 - frame["shrinkage"]) ** 0.5).to_numpy()
    assert ((ratio > 0.5) & (ratio < 1.8)).all()  # thirty draws know a standard deviation to a quarter, at 95 %
    assert (np.abs(boot["bias"]) < frame["se"]).all()


def test_held_out_halves_are_foretold_better_by_the_fitted_dyad_than_by_what_knows_nothing_of_dyads():
    scores = ds.held_out_scores(ds.coded_sessions(["mangold_3367goodman", "mangold_3532goodman"]), ages=13)
    held = scores.set_index("name")["held_out"]
    assert held["fitted dyads"] > held["Markov chain"]
    assert held["fitted dyads"] > held["hidden Markov model"]
    assert (scores["held_out_se"] > 0).all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"free": ["sensitivty"]}, "sensitivity"),
        ({"free": ["age"]}, "give it as ages"),
        ({"free": ["infant_base"]}, "infant_base.protest"),
        ({"free": ["infant_base.object"]}, "reference"),
        ({"free": ["noticing", "noticing"]}, "named twice"),
        ({"free": [], "shared": []}, "At least one parameter"),
        ({"ridge": -1}, "between 0 and"),
        ({"ages": {5: 13}}, "No age is given"),
        ({"ages": 500}, "between 0 and 104"),
        ({"effects": {"sex": ["sensitivity"]}}, "covariate or episode"),
        ({"effects": {"play": ["regulation"]}}, "fitted parameter for the effect"),
        ({"covariates": pd.DataFrame({"name": [1]})}, "column 'dyad'"),
        ({"covariates": pd.DataFrame({"dyad": [0, 0], "x": [1, 2]})}, "two rows of dyad '0'"),
        ({"covariates": pd.DataFrame({"dyad": [0], "x": ["girl"]})}, "no number"),
    ],
)
def test_an_option_that_cannot_be_met_gets_a_sentence(played, options, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.fit(played, **options)
