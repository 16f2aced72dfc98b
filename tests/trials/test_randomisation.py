import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trialling import ARMS, run, small

from dyadsim.trials.enrolment import place_luck
from dyadsim.trials.randomisation import allocated, as_shared
from dyadsim.trials.trial_arms import What

SHARES = st.lists(st.integers(1, 9), min_size=2, max_size=4)


def what(shares=(1, 1), **given):
    return What(arms=[{"name": f"arm {n}", "share": share} for n, share in enumerate(shares)], **given)


def draw_of(seed):
    def draw(name, places):
        return place_luck(small(seed=seed), 0, name, places)

    return draw


def arms_of(declared, dyads, seed=1, site=None, strata=()):
    site = np.zeros(dyads, dtype=int) if site is None else site
    return allocated(declared, dyads, draw_of(seed), site, strata)


@given(SHARES, st.integers(1, 200))
def test_each_arm_gets_its_share_as_nearly_as_whole_numbers_can(shares, units):
    parts = np.array(shares) / sum(shares)
    counts = np.bincount(as_shared(parts, np.linspace(0.9, 0.1, units)), minlength=len(parts))
    assert (np.abs(counts - parts * units) <= 1).all()


def test_57_and_63_of_120_are_57_and_63():
    assert np.bincount(arms_of(what((57, 63), allocation="complete"), 120)).tolist() == [57, 63]


@pytest.mark.parametrize("block", [2, 4, 6])
def test_every_block_has_as_many_of_each_arm(block):
    arms = arms_of(what(allocation="blocked", block=block), 24)
    assert (arms.reshape(-1, block).sum(axis=1) == block // 2).all()
    assert 0 < arms[::block].mean() < 1, "who comes first in a block is luck"


@pytest.mark.parametrize("allocation", ["simple", "blocked"])
def test_a_smaller_trial_allocates_its_dyads_as_the_larger_one_does(allocation):
    declared = what(allocation=allocation)
    assert (arms_of(declared, 17) == arms_of(declared, 60)[:17]).all()


def test_strata_are_balanced_each_by_itself():
    level = np.random.default_rng(1).integers(0, 2, 90)
    arms = arms_of(what(allocation="stratified", block=4, strata=[{"by": "age"}]), 90, strata=[level])
    for each in (0, 1):
        counts = np.bincount(arms[level == each])
        assert abs(counts[0] - counts[1]) <= 2


def test_minimisation_leaves_strata_more_alike_than_chance():
    rng = np.random.default_rng(2)
    strata = [rng.integers(0, 2, 80), rng.integers(0, 3, 80)]
    declared = what(allocation="minimised", strata=[{"by": "age"}, {"by": "epds", "cut": 10}])

    def unlike(arms):
        return sum(
            abs(int(((level == at) & (arms == 0)).sum()) - int(((level == at) & (arms == 1)).sum()))
            for level in strata
            for at in np.unique(level)
        )

    minimised = [unlike(arms_of(declared, 80, seed, strata=strata)) for seed in range(20)]
    simple = [unlike(arms_of(what(allocation="simple"), 80, seed)) for seed in range(20)]
    assert np.mean(minimised) < 0.5 * np.mean(simple)


def test_a_cluster_is_in_one_arm():
    site = np.arange(60) % 10
    arms = arms_of(what(allocation="cluster", sites={"number": 10}), 60, site=site)
    assert all(np.ptp(arms[site == each]) == 0 for each in range(10))
    assert np.bincount(arms).tolist() == [30, 30]


def test_who_is_in_which_arm_changes_from_replicate_to_replicate_and_with_the_seed():
    trial = small({"what.arms": ARMS, "who.dyads": 30, "replicates": 2})
    here = run(trial).data
    there = run(trial.changed({"seed": 2})).data
    first, second = (here[here["replicate"] == number]["arm"].tolist() for number in (0, 1))
    assert first != second
    assert first != there[there["replicate"] == 0]["arm"].tolist()
