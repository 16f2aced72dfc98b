"""Phase diagrams of one dyad, and under rules of one's own."""

import numpy as np
import pandas as pd
import pytest
from conftest import module_at

import dyadsim as ds

OWN = module_at("experiments/templates/rule.py").MirroringMother
DYAD = {"regulation": -1.5, "burden": 1.0, "age": 20}


def middle(grid):
    """The cell where both traits are at their default."""
    x, y, measure = grid.columns
    return grid[(grid[x] == 0) & (grid[y] == 0)][measure].item()


def test_by_default_it_is_the_typical_dyad_as_it_was():
    grid = ds.phase_diagram(points=3)
    pd.testing.assert_frame_equal(grid, ds.phase_diagram(points=3, dyad=ds.Cohort.of()))
    dyads = ds.Cohort.of(sensitivity=[-2, 0, 2] * 3, negativity=np.repeat([-2, 0, 2], 3))
    assert grid["mean_repair_latency"].tolist() == pytest.approx(
        ds.law(dyads).measures()["mean_repair_latency"].tolist()
    )
    assert grid.columns.tolist() == ["sensitivity", "negativity", "mean_repair_latency"]
    assert grid.attrs == {"episode": "play", "scheme": "strict"}


def test_the_middle_is_the_law_of_the_dyad_and_its_other_traits_matter():
    asked = {"measure": "match", "points": 3, "paradigm": "still-face", "episode": "reunion", "scheme": "affect"}
    dyad = ds.Cohort.of(**DYAD)
    law = ds.law(dyad, "still-face").match("affect").set_index("episode")["match"]
    grid = ds.phase_diagram(dyad=dyad, **asked)
    assert middle(grid) == pytest.approx(law["reunion"])
    assert (grid["match"] - ds.phase_diagram(**asked)["match"]).abs().min() > 1e-4


def test_each_cell_is_the_law_of_the_dyad_with_these_two_traits():
    dyad = ds.Cohort.sample(1, "depressed", seed=3, first=5)
    grid = ds.phase_diagram("burden", "regulation", "match", points=3, reach=1.0, dyad=dyad)
    assert grid[["burden", "regulation"]].to_numpy().tolist() == [[x, y] for y in (-1, 0, 1) for x in (-1, 0, 1)]
    for row in grid.itertuples():
        own = dyad.replace(burden=row.burden, regulation=row.regulation)
        assert row.match == pytest.approx(ds.law(own).match()["match"].item())


def test_the_dyads_strengths_matter_too():
    dyad = ds.Cohort.of().replace(mother_contingency=0.2)
    grid = ds.phase_diagram(measure="match", points=3, dyad=dyad)
    assert middle(grid) == pytest.approx(ds.law(dyad).match()["match"].item())
    assert middle(grid) < middle(ds.phase_diagram(measure="match", points=3))


def test_rules_of_ones_own_are_followed_for_infant_and_mother():
    class Sleepy(ds.InfantRules):
        @staticmethod
        def preferences(traits, context):
            return ds.InfantRules.preferences(traits, context) + 9.0 * np.eye(5)[1].reshape(5, 1, 1, 1, 1)

    for rules, measure in (({"mother": OWN}, "mother_positive"), ({"infant": Sleepy}, "infant_withdrawn")):
        grid = ds.phase_diagram(measure=measure, points=3, **rules)
        assert middle(grid) == pytest.approx(ds.law(ds.Cohort.of(), **rules).shares()[measure].item())
        assert middle(grid) > middle(ds.phase_diagram(measure=measure, points=3)) + 0.005


def test_a_trait_that_rules_declare_can_be_an_axis():
    grid = ds.phase_diagram("expressiveness", "negativity", "mother_positive", points=3, mother=OWN)
    assert grid["expressiveness"].unique().tolist() == [-2, 0, 2]
    across = grid.pivot(index="negativity", columns="expressiveness", values="mother_positive")
    assert (across.diff(axis=1).iloc[:, 1:] > 1e-4).all(axis=None)
    assert middle(grid) == pytest.approx(ds.law(ds.Cohort.of(), mother=OWN).shares()["mother_positive"].item())


def test_a_dyad_keeps_the_trait_that_rules_declare_where_it_is_no_axis():
    warm = ds.Cohort.of().replace(expressiveness=2.0, extra_traits=OWN.extra_traits)
    grid = ds.phase_diagram(measure="mother_positive", points=3, dyad=warm, mother=OWN)
    assert middle(grid) == pytest.approx(ds.law(warm, mother=OWN).shares()["mother_positive"].item())
    assert middle(grid) > middle(ds.phase_diagram(measure="mother_positive", points=3, mother=OWN))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"dyad": ds.Cohort.of(age=[13, 26])}, "A phase diagram is of one dyad, not of 2"),
        ({"dyad": "typical"}, "Dyads are given as a ds.Cohort, not 'typical'"),
        ({"x": "expressiveness"}, "Unknown trait 'expressiveness'"),
        ({"x": "expresiveness", "mother": OWN}, "Did you mean 'expressiveness'"),
        ({"mother": ds.InfantRules}, "mother must be a class made from ds.MotherRules"),
    ],
)
def test_what_cannot_be_drawn_gets_one_sentence(asked, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        ds.phase_diagram(points=3, **asked)
    assert "\n" not in str(told.value)
