"""Inheritance: every score of an adult stays one, temperament follows its theory, couples are alike as declared."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.lineages.childhood import TEMPERAMENT
from dyadsim.lineages.couples import DAUGHTER, SON, couples_of
from dyadsim.lineages.inheritance import BROUGHT, Parents, endowed
from dyadsim.lineages.persons import luck_of
from dyadsim.theory.inheritance_parameters import CHILDHOOD, WAYS, ChildhoodNorms


def test_temperament_over_generations_follows_its_theory():
    """Variance 1; with a parent r = h / 2, with a grandparent h^2 / 4 (errors of 40,000 lines: .005)."""
    number, inheritance = 40_000, ds.Inheritance.default()
    h = inheritance["heritability of temperament"]
    units = np.arange(number)
    now = luck_of(1, units, *TEMPERAMENT)
    lines = [now]
    for generation in range(2):
        # Everybody has a child with the next in the row.
        parents = Parents(now, {name: np.roll(values, 7) for name, values in now.items()})
        now = endowed(parents, inheritance, luck_of(2 + generation, units, *TEMPERAMENT))
        lines.append(now)
    for name in TEMPERAMENT:
        assert now[name].std() == pytest.approx(1, abs=0.02)
        assert np.corrcoef(lines[0][name], lines[1][name])[0, 1] == pytest.approx(h / 2, abs=0.02)
        assert np.corrcoef(lines[0][name], lines[2][name])[0, 1] == pytest.approx(h**2 / 4, abs=0.02)


def test_a_parent_who_is_not_known_hands_on_nothing_and_takes_no_variance():
    number = 40_000
    units, inheritance = np.arange(number), ds.Inheritance.default()
    mother = luck_of(1, units, *TEMPERAMENT)
    unknown = {name: np.full(number, np.nan) for name in TEMPERAMENT}
    born = endowed(Parents(mother, unknown), inheritance, luck_of(2, units, *TEMPERAMENT))
    h = inheritance["heritability of temperament"]
    assert born["negativity"].std() == pytest.approx(1, abs=0.02)
    assert np.corrcoef(mother["negativity"], born["negativity"])[0, 1] == pytest.approx(h / 2, abs=0.02)


def test_scores_of_adults_keep_mean_0_and_variance_1_over_generations():
    """Errors of 1,600 adults: .025 of a mean, .018 of a standard deviation; of six scores in three generations."""
    lived = ds.generations(ds.Families.sample(1600, seed=2), 3, seed=2, linear=True)
    for _, adults in lived.children.groupby("generation"):
        for name in BROUGHT:
            assert adults[name].mean() == pytest.approx(0, abs=0.12)
            assert adults[name].std() == pytest.approx(1, abs=0.09)


def children(number, seed, size=40):
    luck = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "born_in": np.arange(number),
            "mother": np.arange(number),
            "father": -1,
            "community": np.arange(number) // size,
            "sex": np.where(luck.random(number) < 0.5, DAUGHTER, SON),
            "history": luck.standard_normal(number),
        }
    )


def test_couples_are_as_alike_as_declared_and_live_in_their_community():
    """Errors of 3,000 couples and more: .02; sorting among two hundred is nearly as sharp as among all."""
    those = children(8000, 1, 400)
    for alike in (0.0, 0.25, 0.6):
        found = couples_of(those, 1, 0.95, alike)
        both = (found.mother >= 0) & (found.father >= 0)
        pairs = np.unique(np.stack([found.mother[both], found.father[both]]), axis=1)
        history = those["history"].to_numpy()
        assert np.corrcoef(history[pairs[0]], history[pairs[1]])[0, 1] == pytest.approx(alike, abs=0.05)
        community = those["community"].to_numpy()
        assert (community[pairs[0]] == community[pairs[1]]).all()
        assert len(np.unique(pairs[1])) == pairs.shape[1]  # nobody lives with two
        assert (those["sex"].to_numpy()[pairs[0]] == DAUGHTER).all()
        # Two who come from elsewhere do not make a family, and each community has as many families as before.
        assert ((found.mother >= 0) | (found.father >= 0)).all()
        assert found.with_partner.mean() == pytest.approx(0.95, abs=0.02)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(0, 2**20))
def test_nobody_lives_with_a_sister_or_a_brother(number, mothers, seed):
    luck = np.random.default_rng(seed)
    those = children(number, seed, 6).assign(
        mother=luck.integers(-1, mothers, number), father=100 + luck.integers(0, mothers, number)
    )
    found = couples_of(those, seed, 1.0, 0.5)
    parents = those[["mother", "father"]].to_numpy()
    for hers, his in zip(found.mother, found.father, strict=True):
        if hers >= 0 and his >= 0:
            assert not ((parents[hers] >= 0) & (parents[hers] == parents[his])).any()
    assert ((found.mother >= 0) | (found.father >= 0)).all() and found.with_partner.all()


def test_a_community_without_daughters_and_one_without_sons_go_on_with_those_from_elsewhere():
    those = children(80, 1).assign(sex=[DAUGHTER] * 40 + [SON] * 40)
    found = couples_of(those, 1, 1.0, 0.2)
    assert (found.father[:40] == -1).all() and (found.mother[40:] == -1).all()
    assert (found.mother[:40] >= 0).all() and (found.father[40:] >= 0).all() and found.with_partner.all()


def test_ways_name_parameters_and_care_is_all_but_endowment_and_partners():
    known = set(ds.INHERITANCE_PARAMETERS)
    assert all(set(names) <= known for names in WAYS.values())
    parts = ("what he himself took", "the care he met", "adversity", "surroundings")
    assert set(WAYS["care"]) == set().union(*(WAYS[part] for part in parts))
    assert not set(WAYS["care"]) & (set(WAYS["endowment"]) | set(WAYS["partners"]))
    cut = ds.Inheritance.default().without("care", "endowment")
    assert all(cut[name] == 0 for way in ("care", "endowment") for name in WAYS[way])


def test_every_arrow_has_a_source_and_what_is_assumed_says_so():
    from dyadsim.theory import evidence

    for each in ds.INHERITANCE_PARAMETERS.values():
        known = {row.id for row in evidence.every()}
        assert each.source.startswith("assumed") or set(each.source.split(", ")) <= known, each.name


def test_norms_that_do_not_fit_are_refused():
    size = len(CHILDHOOD)
    whole = ds.Inheritance.default().norms
    assert ChildhoodNorms.read(whole.written()).written() == whole.written()
    for mean, sd, r in (
        (np.zeros(3), np.ones(size), np.eye(size)),
        (np.zeros(size), np.zeros(size), np.eye(size)),
        (np.zeros(size), np.ones(size), np.eye(3)),
    ):
        with pytest.raises(ds.DyadsimError, match="Norms of childhood need"):
            ChildhoodNorms(mean, sd, r)
    with pytest.raises(ds.DyadsimError, match="Did you mean 'secure -> history'"):
        ds.Inheritance.default().replace({"secure -> histry": 0.1})
