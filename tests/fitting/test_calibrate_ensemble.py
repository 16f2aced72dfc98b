"""The ensemble: parameter sets that agree with the evidence, how they are made, and that norms travel with them."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.fitting.calibrate_ensemble import ensemble_hash
from dyadsim.fitting.calibrate_interaction import interaction_fit
from dyadsim.fitting.ensemble_targets import Calibrated, development_targets, interaction_targets
from dyadsim.fitting.make_norms import changed_norms, few_norms, make_norms
from dyadsim.fitting.priors import DevelopmentPriors, InteractionPriors
from dyadsim.fitting.randomised_likelihood import Known, agreeing, draw_from, holds
from dyadsim.people.cohort import Cohort
from dyadsim.theory import parameter_sets
from dyadsim.theory.age_norms import Norms
from dyadsim.theory.coefficients import Coefficients

# The sets


def test_the_shipped_ensemble_was_made_from_the_shipped_rows_priors_and_values():
    made = parameter_sets.provenance()
    assert made["inputs"] == ensemble_hash(), "run: " + made["command"]
    assert made["sets"] == len(ds.parameter_sets()) >= 128


def test_sets_are_many_and_differ_in_every_parameter_that_was_free():
    table = parameter_sets.table_of(ds.parameter_sets())
    assert not table.duplicated().any()
    free = [*InteractionPriors.read().names, *DevelopmentPriors.read().names]
    varies = table.nunique() > 1
    assert varies[free].all()
    fixed = [name for name in table if not name.startswith("norms ") and name not in free]
    assert not varies[fixed].any()


def test_sets_are_numbered_and_begin_again_after_the_last():
    sets = ds.parameter_sets()
    assert [each.number for each in sets] == list(range(len(sets)))
    assert ds.parameter_set(len(sets) + 3) is sets[3]
    for wrong in (-1, 1.5, "x", None):
        with pytest.raises(ds.DyadsimError, match="numbered from 0"):
            ds.parameter_set(wrong)


@pytest.mark.parametrize("number", [0, 101])
def test_a_set_agrees_with_every_row_on_the_seconds_by_the_exact_law(number):
    fit = interaction_fit(256, 0)
    found = fit.report(fit.priors.values_of(ds.parameter_set(number).coefficients))
    allowed = {name: within for name, (_, within) in fit.targets.items()}
    published = found[found["role"] == "calibrate"]
    assert (published["off"].abs() <= published["quantity"].map(allowed)).all()
    assert (found.loc[found["role"] == "constraint", "model"] > 0).all()


def test_a_set_agrees_with_what_sessions_tell_as_it_was_judged():
    targets = interaction_targets(Calibrated.shipped())
    one = targets.judged(targets.priors.values_of(ds.parameter_set(5).coefficients))
    assert ((targets.low <= one) & (one <= targets.high)).all()
    told = len(targets.many.simulated.parts)
    assert told > 50
    assert np.abs(one - targets.judged(targets.values))[-told:].max() > 1  # what it changes of them is seen


def test_a_set_agrees_with_every_target_of_the_weeks_on_the_linear_theory():
    """What it changes of what the same dyads show with the calibrated values, on top of what is known of these."""
    level, known = development_targets(Calibrated.shipped()), np.array(parameter_sets.provenance()["calibrated_weeks"])
    changed = level.read(ds.parameter_set(7).dynamics) - level.read(ds.Dynamics.default())
    low, high = level.limits
    assert (known + changed >= low - 1e-3).all()
    assert (known + changed <= high + 1e-3).all()
    assert np.abs(changed).max() > 0.2


def test_the_norms_of_a_set_are_those_of_its_coefficients():
    one = ds.parameter_set(2)
    full, made = make_norms(128, coefficients=one.coefficients, ages=(26.0,)), one.dynamics.norms
    age = np.array([26.0])
    (mean, sd), (own_mean, own_sd) = full.at(age), made.at(age)
    assert np.allclose(mean, own_mean, rtol=0.1)
    assert np.allclose(sd, own_sd, rtol=0.35)
    assert made != Norms.default()


def test_a_community_lived_with_a_set_stays_where_it_is():
    """400 dyads, a week of full play in the middle of the year: scores against the set's own norms are near 0; against
    the shipped ones they would be far off for some set."""
    off, foreign = [], []
    for number in (0, 1, 2):
        one = ds.parameter_set(number)
        cohort = Cohort.sample(400, seed=8, dynamics=one.dynamics, coefficients=one.coefficients)
        course = ds.develop(cohort, 1, seed=8, first_week=26)
        lived = np.stack([course.measures[name][0] for name in ds.LIVED])
        for norms, kept in ((one.dynamics.norms, off), (Norms.default(), foreign)):
            kept.append(np.abs(norms.scores(lived, np.full(400, 26.0)).mean(axis=1)).max())
    assert max(off) < 0.3
    assert max(foreign) > max(off)


# Making


def linear(values):
    return np.array([values[0] + 0.1 * values[0] ** 2, values[0] - values[1]])


KNOWN = Known(
    np.zeros(2), np.ones(2), np.full(2, -3.0), np.full(2, 3.0), np.zeros(2), np.zeros(2),
    np.array([[1.0, 0.0], [1.0, -1.0]]), np.array([-0.5, 0.0]), np.array([0.5, np.inf]), np.full(2, 0.3),
    np.array([True, False]),
)  # fmt: skip


def test_every_draw_that_is_found_to_agree_does_and_draws_spread():
    found = [agreeing(KNOWN, draw_from(KNOWN, np.random.default_rng(k)), linear, 6, 4) for k in range(60)]
    kept = np.array([each[0] for each in found if each is not None])
    assert len(kept) > 50
    assert all(holds(KNOWN, linear(values)) for values in kept)
    assert kept[:, 0].std() > 0.15
    assert kept[:, 1].std() > 0.5
    assert agreeing(KNOWN, draw_from(KNOWN, np.random.default_rng(1)), lambda _: np.full(2, np.nan), 6, 4) is None


# Where they are used


def test_norms_travel_with_dynamics_cohorts_and_saved_courses(tmp_path):
    one = ds.parameter_set(5)
    assert one.dynamics != ds.Dynamics(dict(one.dynamics))
    assert hash(one.dynamics) != hash(ds.Dynamics(dict(one.dynamics)))
    assert ds.Dynamics(dict(one.dynamics), one.dynamics.norms) == one.dynamics
    assert one.dynamics.replace({"rate of stress": 0.2}).norms == one.dynamics.norms
    cohort = Cohort.sample(6, seed=1, dynamics=one.dynamics, coefficients=one.coefficients)
    whole, first = (ds.develop(cohort, n, seed=1, days=1) for n in (4, 2))
    saved = ds.saved_course(first.save(tmp_path / "course.npz"))
    assert saved.development.cohort.dynamics == one.dynamics
    assert np.array_equal(saved.go_on(2).states[-1], whole.states[-1])
    plain = ds.develop(cohort.replace(dynamics=ds.Dynamics(dict(one.dynamics))), 4, seed=1, days=1)
    assert not np.array_equal(plain.states[-1], whole.states[-1])
    assert plain.provenance["norms"] != whole.provenance["norms"]


def test_norms_that_do_not_fit_together_are_refused():
    norms = Norms.default()
    with pytest.raises(ds.DyadsimError, match="Norms need a mean"):
        Norms(norms.ages, norms.mean, norms.sd * 0, norms.slopes, norms.chance)


def test_norms_follow_from_coefficients_under_which_a_newborn_never_smiles():
    usual, never = Coefficients.default(), Coefficients.default().replace({"smile_growth": 3.0})
    few = few_norms(usual, 8)
    assert (few_norms(never, 8).sd > 0).all()
    there, back = changed_norms(Norms.default(), few, never, 8), changed_norms(Norms.default(), few, usual, 8)
    assert np.isfinite(there.mean).all()
    assert back.written() == Norms.default().written()
