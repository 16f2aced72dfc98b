"""Cost-effectiveness: recomputed by hand, from tables and from a folder's own files."""

import numpy as np
import pandas as pd
import pytest
from serving import small

import dyadsim as ds
from dyadsim.services.cost_effectiveness import DRAWS, EFFECTS, acceptability, cost_effectiveness, draws


def families(cost, well, secure, weeks):
    return pd.DataFrame(
        {
            **{"family": np.arange(4), "community": [0, 0, 1, 1], "cost_in_all": cost, "well": well},
            **{"secure": secure, "ill_weeks": weeks},
        }
    )


NONE = families([0.0] * 4, [False, True, False, True], [0.5, 0.6, 0.4, 0.5], [10, 0, 4, 2])
HELPED = families([100.0, 0, 60, 40], [True, True, False, True], [0.6, 0.6, 0.5, 0.5], [4, 0, 4, 0])
WORSE = families([10.0] * 4, [False] * 4, [0.4] * 4, [12, 2, 6, 4])
TABLES = {("none", 0): NONE, ("helps", 0): HELPED, ("harms", 0): WORSE}


def test_ratios_are_those_that_a_hand_works_out():
    found = cost_effectiveness(TABLES, "none").set_index(["arm", "effect"])
    helps = found.loc["helps"]
    assert helps["cost"].tolist() == [50.0] * 3
    assert helps["more"].to_dict() == pytest.approx({"well": 0.25, "secure": 0.05, "ill_weeks": 2.0})
    assert helps["ratio"].to_dict() == pytest.approx({"well": 200.0, "secure": 1000.0, "ill_weeks": 25.0})
    harms = found.loc["harms"]
    assert harms["more"].to_dict() == pytest.approx({"well": -0.5, "secure": -0.1, "ill_weeks": -2.0})
    assert harms["ratio"].isna().all()
    assert (harms["surely_more"] == 0).all()


def test_draws_are_of_whole_communities_and_of_every_set():
    two = {
        **TABLES,
        **{(arm, 1): table.assign(cost_in_all=table["cost_in_all"] * 3) for (arm, _), table in TABLES.items()},
    }
    found = draws(two, "none", seed=1)
    assert found.groupby("arm").size().tolist() == [DRAWS, DRAWS]
    assert found.groupby("set").size().tolist() == [DRAWS, DRAWS]
    own = found[found["arm"] == "helps"]
    # Communities cost 50 and 50 a family; mothers well: 1/2 of the first community more, none of the second.
    assert own.loc[own["set"] == 0, "cost"].unique().tolist() == [50.0]
    assert own.loc[own["set"] == 1, "cost"].unique().tolist() == [150.0]
    assert sorted(own["well"].unique().round(6)) == [0.0, 0.25, 0.5]
    # A half of the draws have each community once: of 500 draws in a set five standard deviations are 11 %.
    assert abs((own["well"] == 0.25).mean() - 0.5) < 0.11
    assert found.equals(draws(two, "none", seed=1))
    assert not found.equals(draws(two, "none", seed=2))


def test_acceptability_is_the_share_of_draws_in_which_an_arm_is_best():
    drawn = draws(TABLES, "none")
    found = acceptability(drawn, "ill_weeks", "none", np.array([0.0, 20.0, 1e6]))
    assert found.groupby("worth")["best"].sum().tolist() == pytest.approx([1.0] * 3)
    best = found.pivot(index="worth", columns="arm", values="best")
    own = drawn[drawn["arm"] == "helps"]
    assert best.loc[0.0, "none"] == 1.0
    assert best.loc[20.0, "helps"] == (20 * own["ill_weeks"] > own["cost"]).mean()
    assert best.loc[1e6, "helps"] == (own["ill_weeks"] > 0).mean()


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    comparison = ds.ServiceComparison(
        name="two", services=[small(), small(name="other", contacts=[], screening=[])], communities=3, waves=3,
        families={"community_size": 8}, weeks=60, linear=True, at_once=True,
    )  # fmt: skip
    return comparison.run(out=tmp_path_factory.mktemp("ce") / "out", workers=1)


def test_numbers_of_a_folder_are_recomputed_by_hand_from_its_files(results):
    """With pandas alone: events give costs, families give effects."""
    chunks = {chunk.arm: results.folder / chunk.path("data") for chunk in results.manifest.chunks}
    events = {arm: pd.read_parquet(str(path).replace("/data/", "/events/")) for arm, path in chunks.items()}
    tables = {arm: pd.read_parquet(path) for arm, path in chunks.items()}
    none, told = tables["no service"], results.cost_effectiveness().set_index(["arm", "effect"])
    for arm in ("small", "other"):
        own, what = tables[arm], events[arm]
        by_hand = (what["hours"] * 50.0).where(what["staff"] == "nurse", 0.0)
        assert by_hand.to_numpy() == pytest.approx(what["cost"].to_numpy())
        assert what.groupby("family")["cost"].sum().reindex(own["family"], fill_value=0.0).to_numpy() == pytest.approx(
            own["cost"]
        )
        cost = by_hand.sum() / len(own)
        more = {
            "well": own["well"].mean() - none["well"].mean(),
            "secure": own["secure"].mean() - none["secure"].mean(),
            "ill_weeks": none["ill_weeks"].mean() - own["ill_weeks"].mean(),
        }
        for effect in EFFECTS:
            row = told.loc[(arm, effect)]
            assert row["cost"] == pytest.approx(cost)
            assert row["more"] == pytest.approx(more[effect])
            if more[effect] > 0:
                assert row["ratio"] == pytest.approx(cost / more[effect])
        cases = own[own["ill"]]
        steps = results.cascade().set_index(["arm", "step"]).loc[arm]
        assert steps.loc["found", "mothers"] == (cases["found"]).sum()
        assert steps.loc["began", "mothers"] == (cases["found"] & cases["referred"] & cases["began"]).sum()


def test_weeks_of_depression_cost_in_every_arm_so_that_weeks_spared_are_saved():
    week = {"amount": 30.0, "grounding": "assumed", "note": "Made up."}
    usual = {"communities": 3, "waves": 3, "families": {"community_size": 8}, "weeks": 60, "linear": True}
    plain, counted = (
        ds.ServiceComparison(name="one", services=[small()], **usual, **more).run(workers=1)
        for more in ({}, {"week_of_depression": week})
    )
    before, after = (each.cost_effectiveness().set_index("effect") for each in (plain, counted))
    spared = before.loc["ill_weeks", "more"]
    assert after["more"].equals(before["more"])
    assert after["cost"].to_numpy() == pytest.approx(before["cost"].to_numpy() - 30.0 * spared)
    families = counted.families("no service")
    assert families["cost_in_all"].to_numpy() == pytest.approx(30.0 * families["ill_weeks"].to_numpy())
    assert counted.costs().equals(plain.costs())  # what the service itself costs is the same
    assert counted.cost_groundings().iloc[-1]["what"] == "a week of depression, in every arm"


def test_every_cost_says_its_prices_and_what_it_rests_on(results):
    found = results.cost_groundings()
    assert set(found["prices"]) == {"GBP 2019"}
    assert set(found["grounding"]) <= {"measured", "borrowed", "assumed"}
    for name in ("nordic-universal", "nurse-home-visits", "e-see-steps"):
        service = ds.Service.load(name)
        for what, cost in service.costs().items():
            assert what
            assert cost.grounding == "measured" or cost.note
            assert cost.grounding == "assumed" or "assumed" not in cost.evidence
