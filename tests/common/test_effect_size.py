"""Errors of effect sizes."""

import numpy as np
import pytest
from scipy.stats import t

from dyadsim.common.effect_size import bound, cohens_d, mean_over_clusters, pseudo_values


def test_a_bound_is_a_quantile_of_students_t():
    assert bound(19) == pytest.approx(2.0930, abs=1e-4)
    assert bound([1, 38, 1e9]) == pytest.approx(t.ppf(0.975, [1, 38, 1e9]))
    assert np.isnan(bound(0))


def test_pseudo_values_are_those_of_leaving_out_one_pair_at_a_time():
    rng = np.random.default_rng(1)
    one = rng.normal(size=(9, 4))
    other = 0.8 * one + rng.normal(0.3, 0.5, size=(9, 4))
    found = pseudo_values(one, other)
    for k in range(4):
        d = cohens_d(one[:, k], other[:, k])
        left_out = [cohens_d(np.delete(one[:, k], i), np.delete(other[:, k], i)) for i in range(9)]
        assert found[:, k] == pytest.approx(9 * d - 8 * np.array(left_out))


@pytest.mark.parametrize("scores", [([1.0, 2.0], [2.0, 4.0]), ([3.0] * 5, [3.0] * 5), ([0.0, 0.0, 1.0], [0.0] * 3)])
def test_pseudo_values_are_not_known_where_d_is_not(scores):
    assert np.isnan(pseudo_values(*scores)).any()


def test_the_squared_error_of_d_is_that_of_repeated_draws():
    """Fixed seed, 4,000 draws of 30 pairs, twins alike as dyads and twins are (r = .9), d = 1.

    Their variance is known to 3 in 100; twins taken as paired alone, d as without error of its own, it would be half.
    """
    rng = np.random.default_rng(1)
    one = rng.normal(size=(30, 4000))
    other = 0.9 * one + np.sqrt(1 - 0.9**2) * rng.normal(size=(30, 4000)) - 1
    d = [cohens_d(a, b) for a, b in zip(one.T, other.T, strict=True)]
    said = pseudo_values(one, other).var(axis=0, ddof=1) / 30
    assert said.mean() == pytest.approx(np.var(d), rel=0.12)


def test_a_mean_over_clusters_of_one_each_is_students_and_alike_clusters_make_it_less_sure():
    values = np.random.default_rng(2).normal(size=12)
    mean, low, high = mean_over_clusters(values, np.arange(12))
    off = t.ppf(0.975, 11) * values.std(ddof=1) / np.sqrt(12)
    assert (mean, low, high) == pytest.approx((values.mean(), values.mean() - off, values.mean() + off))
    repeated = mean_over_clusters(np.repeat(values, 5), np.repeat(np.arange(12), 5))
    assert repeated == pytest.approx((mean, low, high))  # five times as many values, and as many clusters
    assert np.isnan(mean_over_clusters([1.0, 2.0], [7, 7])[1:]).all()
