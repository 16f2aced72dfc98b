"""Reach: what an offer does for those who came, for those offered nothing, and for all, against whole twins."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim import plots
from dyadsim.scenarios.reach import OUTCOMES, reach_by_week

MOMENT = ds.Paradigm(name="moment", episodes=[{"name": "play", "seconds": 2}])
MEETING = ds.FamilyParameters.default().replace({"meeting in a group": 0.2})


@pytest.fixture(scope="module")
def lived():
    families = ds.Families.sample(96, seed=3, partners=0.8, community_size=16, parameters=MEETING)
    offers = [{"name": "new-parents-group", "start_week": 0, "share": 0.5, "seats": 5}]
    course = ds.develop(families, 30, offers, seed=3, paradigm=MOMENT, days=1)
    return course, course.twins()


def test_reach_is_the_mean_difference_from_the_twins(lived):
    course, twins = lived
    table = ds.reach(course, twins, (8, 30)).set_index(["group", "outcome", "week"])
    at = course.families.mothers_at
    treatment = course.development.treatments[0]
    groups = {"came": treatment.attended.takes_up[at], "not offered": ~treatment.offered_to[at]}
    groups["all"] = np.ones(96, dtype=bool)
    for group, who in groups.items():
        for week in (8, 30):
            own, other = (each.at(week)["loneliness"].to_numpy()[at] for each in (course, twins))
            row = table.loc[group, "loneliness", week]
            assert row["difference"] == pytest.approx((own - other)[who].mean())
            assert row["mothers"] == who.sum()
            ties = [each.ties(week).query("whom >= 0").groupby("who").size() for each in (course, twins)]
            counted = [each.reindex(course.families.numbers, fill_value=0).to_numpy()[who].mean() for each in ties]
            assert table.loc[group, "ties", week]["difference"] == pytest.approx(counted[0] - counted[1])
    assert set(table.reset_index()["outcome"]) == set(OUTCOMES)


def test_those_who_came_have_more_ties_and_company(lived):
    table = ds.reach(*lived, (8,)).set_index(["group", "outcome"])
    came = table.loc["came"]
    assert came.loc["ties", "low"] > 0
    assert came.loc["loneliness", "high"] < 0


def test_the_total_is_made_of_all_who_live_there(lived):
    course, twins = lived
    table = ds.reach(course, twins, (30,)).set_index(["group", "outcome"])
    at = course.families.mothers_at
    came = course.development.treatments[0].attended.takes_up[at]
    offered = course.development.treatments[0].offered_to[at]
    stayed = offered & ~came  # invited, and did not come: the third part of the total
    own, other = (each.at(30)["support"].to_numpy()[at] for each in lived)
    parts = (own - other)[stayed].sum()
    for group, who in (("came", came), ("not offered", ~offered)):
        parts += table.loc[(group, "support"), "difference"] * who.sum()
    assert parts / 96 == pytest.approx(table.loc[("all", "support"), "difference"])


def test_before_it_starts_there_is_no_reach(lived):
    table = ds.reach(*lived, (0,))
    assert (table["difference"] == 0).all()


def test_an_interval_needs_several_communities(lived):
    course, twins = lived
    told = ds.reach(course, twins, (30,))
    assert (told["low"] <= told["difference"]).all() and (told["difference"] <= told["high"]).all()
    families = ds.Families.sample(16, seed=3, community_size=16, parameters=MEETING)
    alone = ds.develop(families, 2, ["new-parents-group"], first_week=5, seed=3, paradigm=MOMENT)
    assert ds.reach(alone, alone.twins(), (7,))["low"].isna().all()


def test_weeks_of_reach_are_those_of_the_course(lived):
    course, twins = lived
    weeks = reach_by_week(course, twins)
    at_30 = weeks[weeks["week"] == 30].set_index(["group", "outcome"])
    table = ds.reach(course, twins, (30,)).set_index(["group", "outcome"])
    assert np.allclose(at_30["mean"] - at_30["twin_mean"], table["difference"].reindex(at_30.index))
    assert set(weeks["week"]) == set(range(31))


def test_reach_is_told_of_families_with_ties():
    families = ds.Families.sample(4, seed=1, ties=False)
    course = ds.develop(families, 2, seed=1, paradigm=MOMENT)
    with pytest.raises(ds.DyadsimError, match="Reach is told of families with ties"):
        ds.reach(course, course.twins(), (2,))
    with pytest.raises(ds.DyadsimError, match="nobody around them"):
        ds.reach(ds.develop(ds.Cohort.sample(2, seed=1), 1, paradigm=MOMENT), course, (1,))


def test_the_picture_of_reach_shows_those_who_came_and_those_outside(lived):
    figure = plots.reach(*lived)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [OUTCOMES[name] for name in ("ties", "support", "loneliness", "depression")]
    lines = figure.axes[0].get_lines()
    assert len(lines) == 4  # two groups, and the twins of both
    told = reach_by_week(*lived)
    came = told[(told["group"] == "came") & (told["outcome"] == "ties")]
    assert np.allclose(lines[0].get_ydata(), came["mean"]) and np.allclose(lines[1].get_ydata(), came["twin_mean"])
    with pytest.raises(ds.DyadsimError, match="Nobody of these families came"):
        plots.reach(lived[1], lived[1])
