"""Scenarios over several parameter sets: what their comparisons say together, and what is said of the first alone."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import dyadsim as ds
from dyadsim.common.effect_size import bound, pseudo_values
from dyadsim.common.total_variance import total_variance
from dyadsim.reports import scenario_report
from dyadsim.reports.scenario_summary import summary
from dyadsim.scenarios.comparison import Comparison, trial_variance
from dyadsim.scenarios.ensemble_comparison import SETS

SMALL = {"dyads": 20, "days": 1, "weeks": 16}


@pytest.fixture(scope="module")
def few():
    """A scenario spread over three sets."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dyadsim.scenarios.scenario.SETS", 3)
        scenario = ds.Scenario.load("peer-group").changed({**SMALL, "parameters": "ensemble"})
        yield scenario, scenario.run()


def test_a_scenario_is_lived_through_with_several_sets_only_if_it_asks_for_it():
    scenario = ds.Scenario.load("peer-group")
    assert scenario.parameters == "calibrated"
    assert scenario.sets == (None,)
    asked = scenario.changed({"parameters": "ensemble"})
    assert asked.sets == ds.parameter_sets()[:SETS]
    plain, other = scenario.cohort(scenario.arms[0], dyads=4), asked.cohort(asked.arms[0], 2, 2, asked.sets[1])
    assert np.array_equal(plain.units[2:], other.units)
    assert plain.dynamics == ds.Dynamics.default()
    assert other.dynamics == asked.sets[1].dynamics


@pytest.mark.parametrize("wrong", ["ensembel", "calibrate", 3])
def test_unknown_parameters_are_refused_in_one_sentence(wrong):
    with pytest.raises(ds.DyadsimError, match="parameters") as told:
        ds.Scenario.load("peer-group").changed({"parameters": wrong})
    assert "\n" not in str(told.value)
    if isinstance(wrong, str):
        assert "Did you mean" in str(told.value)


def test_an_interval_holds_what_sets_and_dyads_leave_open(few):
    _, found = few
    effects = found.effects()
    each = np.array([member.effects()["difference"] for member in found.members])
    assert effects["difference"].to_numpy() == pytest.approx(each.mean(axis=0))
    seen = found.observed().pivot(index=["set", "dyad"], columns=["instrument", "week", "arm"], values="score")
    own, twin = found.arms
    for row in effects.to_dict("records"):
        scores = [seen[row["instrument"], row["week"], arm].to_numpy().reshape(3, -1) for arm in (own, twin)]
        total = total_variance(scores[0] - scores[1])
        assert row["high"] - row["low"] == pytest.approx(2 * bound(total.freedom) * np.sqrt(total.variance))
        pairs = [pseudo_values(one, other) for one, other in zip(*scores, strict=True)]
        assert row["d_high"] - row["d_low"] == pytest.approx(2 * total_variance(pairs).off)
        by_luck = trial_variance(row["d"], 20) + total_variance(pairs).variance
        assert row["trial_high"] - row["trial_low"] == pytest.approx(2 * bound(38) * np.sqrt(by_luck))
        assert row["from_parameters"] == pytest.approx(total.between / max(total.variance, 1e-300))
    assert effects["from_parameters"].between(0, 1).all()
    assert (effects["from_parameters"] > 0).any()
    means = found.means().set_index(["arm", "instrument", "week"])
    of_means = total_variance(seen["epds", 16, own].to_numpy().reshape(3, -1)).off
    assert means.loc[own, "epds", 16]["high"] - means.loc[own, "epds", 16]["low"] == pytest.approx(2 * of_means)


def test_means_over_sets_lie_near_what_the_calibrated_parameters_give(few):
    scenario, found = few
    plain = scenario.changed({"parameters": "calibrated"}).run()
    own, over_sets = plain.effects(), found.effects()
    assert list(own["instrument"]) == list(over_sets["instrument"])
    assert "low" not in own
    assert (own["d"] - over_sets["d"]).abs().max() < 0.35
    assert (found.means()["low"] <= found.means()["mean"]).all()


def test_tables_of_dyads_say_the_set_and_others_are_means(few):
    scenario, found = few
    for table in (found.weeks(), found.observed()):
        assert next(iter(table)) == "set"
        assert set(table["set"]) == {0, 1, 2}
    assert len(found.weeks()) == 3 * 2 * scenario.dyads * scenario.weeks
    assert len(found.means()) == len(found.members[0].means())
    assert len(found.attended()) == scenario.dyads


def test_a_report_of_an_ensemble_says_that_it_is_spread_and_shows_intervals(few, tmp_path):
    scenario, found = few
    said, files = scenario_report.write(scenario, found, tmp_path)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "Spread over 3 sets of parameters" in page
    assert said["parameter_sets"] == 3
    assert any("spread over 3 sets of parameters" in sentence for sentence in said["in_short"])
    assert any("95 % interval" in sentence for sentence in said["in_short"])
    assert {"courses.png", "effects.png", "weeks.parquet"} <= {file.rpartition("/")[2] for file in files}
    assert "low" in pd.read_parquet(tmp_path / "effects.parquet")
    plain = ds.Scenario.load("peer-group").changed(SMALL)
    assert not any("sets of parameters" in sentence for sentence in summary(plain, plain.run())["in_short"])


def test_progress_counts_over_all_sets(few):
    scenario, _ = few
    told = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dyadsim.scenarios.scenario.SETS", 2)
        scenario.changed({"dyads": 2, "weeks": 10}).run(lambda done, total: told.append((done, total)))
    assert told == [(done, 2 * 2 * 10) for done in range(1, 41)]


# What is said of all sets, and what of the first alone


def test_what_holds_for_one_course_is_not_to_be_had_of_several(few):
    _, found = few
    assert not isinstance(found, Comparison)
    for name in ("own", "twins", "courses", "seen"):
        assert not hasattr(found, name)
    assert [len(found.courses_by_set(arm)) for arm in found.arms] == [3, 3]
    states = [course.states for course in found.courses_by_set(found.name)]
    assert not np.array_equal(states[0], states[1])


@pytest.fixture(scope="module")
def classified():
    """A scenario over three sets that reaches twelve months, with a risk whose size is fitted, and a twin without."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("dyadsim.scenarios.scenario.SETS", 3)
        asked = {"first_week": 50, "weeks": 3, "days": 1, "dyads": 20, "risks": ["depression", "poverty"]}
        twins = [{"name": "not poor", "risks": ["depression"]}, {"name": "neither", "risks": []}]
        yield ds.Scenario(name="own", **asked, twins=twins, parameters="ensemble").run()


TABLES = ("means", "effects", "shares", "grounding", "attended", "differences", "by_offer", "for_whom", "of_hundred")
TABLES += ("changed_of_hundred", "levels_of_hundred")


@pytest.mark.parametrize("which", ["few", "classified"])
def test_no_table_depends_on_which_set_is_first(which, request):
    found = request.getfixturevalue(which)
    found = found[1] if which == "few" else found
    turned = dataclasses.replace(found, members=found.members[::-1])
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name)(), getattr(turned, name)(), rtol=1e-9, atol=1e-12)
    for arm in found.twin_arms:
        if len(found.shares()):
            assert found.secure_variance(arm) > 0
            assert found.secure_variance(arm) == pytest.approx(turned.secure_variance(arm))
        for state in ("depression", "support", "sensitivity", "burden"):
            assert found.loosest([state], arm) == turned.loosest([state], arm)
    for arm in found.arms:
        one, other = found.circumstances(arm), turned.circumstances(arm)
        assert (one.dyads, one.weeks, one.offered) == (other.dyads, other.weeks, other.offered)
        for own, same in zip(one.exposures, other.exposures, strict=True):
            assert own.setting == same.setting
            assert np.array_equal(own.who, same.who)


def test_of_a_hundred_so_many_as_the_sets_have_on_average(few):
    _, found = few
    table = found.of_hundred()
    each = [member.of_hundred()["more"].to_numpy() for member in found.members]
    assert table["more"].to_numpy() == pytest.approx(np.mean(each, axis=0))
    assert table["from_parameters"].between(0, 1).all()
    assert set(found.for_whom()["cut"]) >= {"severity", "depressive symptoms", "attendance"}
    pd.testing.assert_frame_equal(found.differences(), found.effects())


def test_a_size_that_differs_between_sets_is_their_mean_with_its_range(classified):
    sizes = np.array([each.grounding()["size"] for each in classified.members])
    table = classified.grounding()
    differ = np.ptp(sizes, axis=0) > 0
    assert 0 < differ.sum() < len(table)
    assert table["size"][differ].to_numpy() == pytest.approx(sizes[:, differ].mean(axis=0))
    assert (table["low"] < table["size"])[differ].all()
    assert (table["size"] < table["high"])[differ].all()
    assert (table["size"][~differ] == sizes[0][~differ]).all()


def test_shares_have_intervals_that_stay_within_zero_and_one(classified):
    shares = classified.shares()
    each = np.array([member.shares()["share"] for member in classified.members])
    assert shares["share"].to_numpy() == pytest.approx(each.mean(axis=0))
    assert (shares["low"] < shares["share"]).all()
    assert (shares["share"] < shares["high"]).all()
    assert shares["low"].min() >= 0
    assert shares["high"].max() <= 1


def test_provenance_says_that_its_parameters_are_those_of_the_first_set(few):
    scenario, found = few
    said = summary(scenario, found)["provenance"]
    assert said["parameter_set"] == "coefficients, dynamics and norms are those of the first of 3 parameter sets"
    assert {**found.members[0].provenance, "parameter_set": said["parameter_set"]} == said
    assert "parameter_set" not in found.members[0].provenance


def test_the_total_variance_tells_luck_from_parameters():
    """Worked by hand: 3 sets, 2 dyads, mean squares 14/3 (sets), 24 (dyads) and 2 (what is left)."""
    total = total_variance([[1.0, 3.0], [2.0, 6.0], [2.0, 8.0]])
    between = 4 / 3 * (14 / 3 - 2) / 2
    assert total.between == pytest.approx(between)
    assert total.variance == pytest.approx(24 / 6 + between)
    parts = (24 / 6) ** 2 / 1 + (4 / 3 * 14 / 3 / 2) ** 2 / 2 + (4 / 3 * 2 / 2) ** 2 / 2
    assert total.freedom == pytest.approx((24 / 6 + between) ** 2 / parts)


def test_luck_that_makes_sets_differ_is_not_counted_twice():
    """Fixed seed, 2,000 draws; no parameter acts. Half of a dyad's luck is the same in all sets, half is not.

    The mean variance is then known to about 1 in 100; that between sets, 0 at least, adds a tenth. As Rubin has it of
    imputations, all the luck within sets and that between them, it would be three times as large.
    """
    rng = np.random.default_rng(1)
    found = total_variance(rng.normal(size=(1, 50, 2000)) + rng.normal(size=(20, 50, 2000)))
    assert found.share_between.mean() < 0.12
    assert found.variance.mean() == pytest.approx((1 + 1 / 20) / 50, rel=0.2)


def test_of_one_set_the_total_variance_is_the_squared_error_of_a_mean():
    total = total_variance([[1.0, 2.0, 6.0]])
    assert (total.variance, total.between, total.freedom) == pytest.approx((7 / 3, 0, 2))
    assert total.off == pytest.approx(4.303 * np.sqrt(7 / 3), rel=1e-4)
