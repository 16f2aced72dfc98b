"""Which offer did how much, for whom, and of a hundred how many: by hand from the scores, twins without one offer."""

import numpy as np
import pytest
from scipy import stats

import dyadsim as ds
from dyadsim.common.effect_size import mean_over_clusters
from dyadsim.common.total_variance import over_clusters, total_variance
from dyadsim.scenarios.by_offer import ALL
from dyadsim.scenarios.cuts import Cut, cuts, not_known
from dyadsim.scenarios.for_whom import ENOUGH, TOO_FEW
from dyadsim.scenarios.paired_differences import apart_of_groups, paired
from dyadsim.scenarios.web_link import from_query, to_query

OFFERS = [{"name": "peer-support", "start_week": 4, "uptake": 0.6}, {"name": "home-visiting", "start_week": 6}]


def asked(**changes):
    usual = {"dyads": 60, "weeks": 20, "days": 1, "interventions": OFFERS, "outputs": {"weeks": [0, 14, 20]}}
    poor = {"risks": [{"setting": "poverty", "share": 0.5}]}
    scenario = ds.Scenario(name="own", **{**usual, **poor, **changes})
    return scenario.changed({"twins": scenario.twins_without_each()})


@pytest.fixture(scope="module")
def offers():
    return asked().run()


def apart(found, against, instrument, week):
    seen = found.observed().pivot(index="dyad", columns=["arm", "instrument", "week"], values="score")
    return (seen[found.name, instrument, week] - seen[against, instrument, week]).to_numpy()


# Twins without


def test_twins_lack_what_they_are_without_and_follow_the_scenario_in_all_else(tmp_path):
    scenario = asked()
    names = {arm.name: [offer.name for offer in arm.interventions] for arm in scenario.arms[1:]}
    assert names == {
        "without Peer support": ["home-visiting"],
        "without Home visiting": ["peer-support"],
        "without all": [],
    }
    changed = scenario.changed({"support": ["kin-support"], "interventions": [{**OFFERS[0], "dose": 0.5}, OFFERS[1]]})
    assert all([each.setting for each in arm.support] == ["kin-support"] for arm in changed.arms)
    assert changed.arms[2].interventions[0].dose == 0.5
    rich = scenario.changed({"twins": [{"name": "rich", "without": ["poverty", "home-visiting"]}]})
    assert rich.arms[1].names() == ["peer-support"]
    assert from_query(to_query(rich)) == rich
    (tmp_path / "own.toml").write_text(rich.toml())
    assert ds.Scenario.load(tmp_path / "own.toml") == rich
    assert asked(interventions=OFFERS[:1]).arms[1].names() == ["poverty"]
    assert len(asked(interventions=OFFERS[:1]).arms) == 2


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"twins": [{"name": "x", "without": ["home-visitin"]}]},
            "that the twins 'x' are without: 'home-visitin'. Did",
        ),
        ({"twins": [{"name": "x", "without": ["povrty"]}]}, "Did you mean 'poverty'"),
        ({"twins": [{"name": "x", "without": ["poverty", "poverty"]}]}, "'poverty' is left out twice"),
        ({"interventions": OFFERS[:1]}, "are without: 'home-visiting'"),
        ({"twins": [{"name": "x", "without": ["poverty"]}], "risks": [], "interventions": []}, "nothing is there"),
        ({"twins": [{"name": str(n), "without": ["poverty"]} for n in range(9)]}, "fewer entries"),
    ],
)
def test_twins_without_what_is_not_there_are_refused(changes, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        asked().changed(changes)


# Which offer


def test_every_offer_is_told_against_the_twins_that_lack_it_alone_with_its_own_grounding(offers):
    table = offers.by_offer()
    assert dict(zip(table["offer"], table["against"], strict=True)) == {
        "home-visiting": "without Home visiting",
        "peer-support": "without Peer support",
        ALL: "without all",
    }
    by = table.set_index(["offer", "instrument", "week"])
    own = apart(offers, "without Peer support", "epds", 14)
    row = by.loc["peer-support", "epds", 14]
    assert row["difference"] == pytest.approx(own.mean())
    assert row["high"] - row["low"] == pytest.approx(2 * stats.t.ppf(0.975, 59) * own.std(ddof=1) / np.sqrt(60))
    assert by.loc["peer-support", "epds", 14]["grounding"] == "measured"
    assert by.loc["home-visiting", "support-scale", 14]["grounding"] == "assumed"
    assert by.loc["peer-support", "support-scale", 14]["grounding"] == "by coupling"
    began = offers.attended().query("arm == @offers.name and intervention == 'peer-support'")["taken_up"].sum()
    assert row["began"] == began < 60
    assert [each.name for each in offers.grounds(["loneliness"], "without all")] == ["peer-support"]
    assert offers.lacking()["without all"] == ("home-visiting", "peer-support")


def test_twins_that_differ_in_more_than_one_offer_tell_nothing_of_it():
    scenario = asked(dyads=4, weeks=7, outputs={"instruments": ["epds"]})
    twins = [
        {"name": "later", "interventions": [OFFERS[0], {**OFFERS[1], "start_week": 3}]},
        {"name": "rich", "without": ["poverty", "peer-support"]},
        {"name": "one", "without": ["peer-support"]},
    ]
    found = scenario.changed({"twins": twins}).run()
    assert found.lacking() == {"one": ("peer-support",)}
    assert set(found.by_offer()["against"]) == {"one"}


# For whom


def test_differences_in_groups_are_those_of_their_dyads(offers):
    table = offers.for_whom().set_index(["against", "instrument", "week", "cut"]).sort_index()
    lives = offers.own.cohort.exposures[0].who
    own = apart(offers, "without all", "epds", 20)
    rows = table.loc["without all", "epds", 20, "poverty"].set_index("group")
    for group, who in (("not living under poverty", ~lives), ("living under poverty", lives)):
        row, few = rows.loc[group], own[who]
        assert row["dyads"] == len(few) >= ENOUGH
        assert row["difference"] == pytest.approx(few.mean())
        reach = stats.t.ppf(0.975, len(few) - 1) * few.std(ddof=1) / np.sqrt(len(few))
        assert (row["low"], row["high"]) == pytest.approx((few.mean() - reach, few.mean() + reach))
        assert row["d"] / row["difference"] == pytest.approx(row["d_low"] / row["low"])
    assert rows["apart"].iloc[0] == pytest.approx(own[lives].mean() - own[~lives].mean())
    third = table.loc["without all", "epds", 20, "severity"].set_index("group")
    start = offers.observed().query("arm == @offers.name and instrument == 'epds' and week == 0")["score"]
    assert third.loc["lowest third", "dyads"] == (start <= np.quantile(start, 1 / 3)).sum()
    assert third["dyads"].sum() == 60


def test_of_groups_with_few_dyads_nothing_is_said(offers):
    table = offers.for_whom()
    few = table[table["dyads"] < ENOUGH]
    assert len(few)
    assert set(few["says"]) == {TOO_FEW}
    assert few[["difference", "low", "d", "d_high"]].isna().all(axis=None)
    assert table[table["dyads"] >= ENOUGH]["difference"].notna().all()
    before = table[(table["week"] == 0) & (table["dyads"] >= ENOUGH)]
    assert (before["difference"] == 0).all()
    assert set(before["says"]) == {"not told from none"}
    assert not before["differ"].any()


def test_groups_by_attendance_are_of_what_was_offered_until_the_end(offers):
    rows = offers.for_whom().query("against == 'without all' and instrument == 'epds' and week == 20")
    came = rows[rows["cut"] == "attendance"].set_index("group")["dyads"]
    table = offers.attended()
    sessions = table[table["arm"] == offers.name].groupby("dyad")["sessions"].sum()
    held = sum(
        int((each.start_week + each.dose.week_of < 20).sum()) for each in offers.circumstances(offers.name).offered
    )
    assert came["came to at least 50% of the sessions"] == (sessions >= held / 2).sum()
    assert "attendance" not in set(asked(interventions=[], dyads=2, weeks=1, outputs={}).run().for_whom()["cut"])


def test_a_real_difference_between_groups_is_found_and_its_error_is_welchs():
    """By hand beside scipy, which pools nothing either."""
    rng = np.random.default_rng(3)
    values = rng.normal(size=90) + np.repeat([0.0, 1.5], (60, 30))
    first, last = np.arange(90) < 60, np.arange(90) >= 60
    found = apart_of_groups(values[None, :, None], last, first, None)
    welch = stats.ttest_ind(values[last], values[first], equal_var=False)
    assert found.mean[0] == pytest.approx(values[last].mean() - values[first].mean())
    assert found.mean[0] / np.sqrt(found.variance[0]) == pytest.approx(welch.statistic, rel=0.01)


def test_dyads_of_a_community_count_as_alike():
    rng = np.random.default_rng(1)
    values, community = rng.normal(size=30), rng.integers(0, 6, 30)
    mean, low, high = mean_over_clusters(values, community)
    found = paired(values[None], community)
    assert (found.mean, found.low, found.high) == pytest.approx((mean, low, high))
    assert over_clusters(values[None], community).mean() == pytest.approx(mean)
    assert np.isnan(total_variance(over_clusters(values[None], np.zeros(30))).off)


# Of a hundred


def test_of_a_hundred_so_many_reach_a_cut(offers):
    row = offers.of_hundred().set_index(["against", "instrument", "week"]).loc["without Peer support", "epds", 14]
    seen = offers.observed().pivot(index="dyad", columns=["arm", "instrument", "week"], values="score")
    own, twin = (seen[arm, "epds", 14] >= 11 for arm in (offers.name, "without Peer support"))
    assert row["own"] == pytest.approx(100 * own.mean())
    assert row["more"] == pytest.approx(100 * (own.mean() - twin.mean()))
    assert row["low"] < row["more"] < row["high"]
    levels = offers.levels_of_hundred().set_index(["instrument", "week"])
    assert levels.loc["epds", 14]["own"] == pytest.approx(row["own"])
    scores = offers.changed_of_hundred().set_index(["against", "instrument", "week"])
    differ = apart(offers, "without all", "eas", 20)
    told = scores.loc["without all", "eas", 20]
    assert (told["higher"], told["lower"]) == pytest.approx((100 * (differ > 0).mean(), 100 * (differ < 0).mean()))


def test_where_nobody_crosses_a_cut_the_interval_is_not_nothing(offers):
    rows = offers.of_hundred().query("week == 0")
    assert (rows["more"] == 0).all()
    assert (rows["high"] > 1).all()
    assert (rows["high"] < 5).all()


def test_secure_infants_are_told_as_the_shares_are():
    short = {"first_week": 50, "weeks": 3, "dyads": 20, "outputs": {}}
    found = asked(**short, interventions=[{"name": "video-feedback", "start_week": 50}]).run()
    row = found.of_hundred().query("`class` == 'secure'").iloc[0]
    shares = found.shares().set_index(["arm", "attachment"])["share"]
    assert row["own"] == pytest.approx(100 * shares[found.name, "secure"])
    reach = stats.t.ppf(0.975, 19) * np.sqrt(found.secure_variance(found.twin_arms[0]))
    assert row["high"] - row["more"] == pytest.approx(100 * reach)


# Families


def test_mothers_with_ties_are_counted_by_their_communities():
    families = {"families": {"community_size": 8}, "dyads": 24, "weeks": 8, "outputs": {"weeks": [0, 8]}}
    found = asked(**families).run()
    assert len(np.unique(found.communities)) == 3
    row = found.by_offer().set_index(["offer", "instrument", "week"]).loc["peer-support", "epds", 8]
    low, high = mean_over_clusters(apart(found, "without Peer support", "epds", 8), found.communities)[1:]
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert len(found.for_whom())


# What is declared


def test_cuts_are_declared_with_where_they_lie_and_what_is_not_known_is_said():
    assert {"severity", "depressive symptoms", "poverty", "attendance"} <= set(cuts())
    assert all(each.note for each in cuts().values())
    assert any("first-time mother" in each.says for each in not_known())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"setting": "poverty", "sessions": 0.5}, "by one of them"),
        ({}, "by one of them"),
        ({"setting": "povrty"}, "Did you mean 'poverty'"),
        ({"instrument": "eas", "at": "cut"}, "which has no such points"),
        ({"instrument": "strange-situation", "at": "thirds"}, "which has no such points"),
        ({"instrument": "eas"}, "says where it lies"),
    ],
)
def test_cuts_that_cannot_be_are_refused(given, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        Cut(name="own", title="Own", note="a cut", **given)
