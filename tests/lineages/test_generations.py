"""Generations of families: the same bits however they are lived, and what goes on when ways between them are cut."""

import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

import dyadsim as ds
from dyadsim.lineages.generation_steps import lived_through
from dyadsim.lineages.transmission import stationary_shares, transmission
from dyadsim.theory.attachment import CLASSES

VIDEO = {"name": "video-feedback", "generation": 1, "start_week": 13, "share": 0.5}


def families(number=80, seed=1, **how):
    return ds.Families.sample(number, seed=seed, **how)


def lived(people, generations=2, offers=(), **how):
    return ds.generations(people, generations, offers, 5, **{"linear": True, "threads": 1, **how})


def states(one, generation):
    return one.generation(generation).course.states.tobytes()


@pytest.fixture(scope="module")
def three():
    return lived(families(120), 3, [VIDEO])


# The same bits --------------------------------------------------------------------------------------------------------


def test_the_first_generation_is_the_course_of_its_families_to_the_bit():
    people = families(40)
    one = ds.generations(people, 1, [VIDEO], 5, threads=1)
    offer = {name: value for name, value in VIDEO.items() if name != "generation"}
    assert states(one, 1) == ds.develop(people, 52, [offer], 5, threads=1).states.tobytes()


def test_threads_and_a_run_that_goes_on_from_a_generations_end_change_no_bit(three):
    again = three.again(threads=2)
    children = pd.read_parquet(io.BytesIO(three.lived[0].children.to_parquet()))
    gone_on = list(lived_through(three.asked, children))
    for number in (2, 3):
        assert states(again, number) == states(three, number) == gone_on[number - 2].course.states.tobytes()
    assert again.children.equals(three.children)


def test_the_course_of_a_later_generation_is_saved_and_goes_on(three, tmp_path):
    with pytest.raises(ds.DyadsimError, match="lived by the linear theory of play"):
        three.generation(2).course.save(tmp_path / "course.npz")
    course = lived(families(8, community_size=4), linear=False).generation(2).course
    saved = ds.saved_course(course.save(tmp_path / "course.npz"))
    assert saved.go_on(2).states.tobytes() == course.go_on(2).states.tobytes()
    file = tmp_path / "other.npz"
    with np.load(tmp_path / "course.npz") as arrays:
        np.savez(file, **{**arrays, "brought background history": np.zeros(3)})
    with pytest.raises(ds.DyadsimError):
        ds.saved_course(file)


def test_a_lineage_of_more_families_holds_that_of_fewer(three):
    fewer = lived(families(80), 3, [VIDEO])
    held = three.children[three.children["family"] < 80].reset_index(drop=True)
    pd.testing.assert_frame_equal(held, fewer.children)
    assert fewer.lineage.table.equals(three.lineage.table.loc[fewer.lineage.table.index])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    number=some.integers(1, 9),
    size=some.integers(1, 5),
    partners=some.sampled_from([None, 0.0, 0.5, 1.0, False]),
    ties=some.booleans(),
    seed=some.integers(0, 2**20),
)
def test_any_families_live_through_three_generations_with_each_child_born_to_whom_the_lineage_says(
    number, size, partners, ties, seed
):
    people = families(2 * number, seed, partners=partners, ties=ties, community_size=size)[::2]
    found = lived(people, 3)
    table = found.lineage.table
    assert len(found.children) == 3 * number and found.children["id"].is_unique
    children = table.loc[found.children["id"]]
    for _, child in children.iterrows():
        mother = table.loc[child["mother"]]
        assert (mother["generation"], mother["community"]) == (child["generation"] - 1, child["community"])
    assert (children["father"] >= 0).sum() == sum(each.course.families.has_partner.sum() for each in found.lived)
    if partners is False or partners == 0.0:
        assert (children["father"] == -1).all()


def test_what_an_adult_brings_is_what_their_family_begins_with(three):
    for before, after in zip(three.lived, three.lived[1:], strict=False):
        people, hers = after.course.families, after.course.families.mothers_at
        grown = before.children.set_index("id")
        ids = after.given.caregivers["id"].iloc[hers]
        known = after.course.background()
        for name in ("vulnerability", "unresolved"):
            from_home = grown[name].reindex(ids).to_numpy()
            there = ~np.isnan(from_home)
            np.testing.assert_allclose(known[name].to_numpy()[hers][there], from_home[there], atol=2e-6)
        assert len(people) == len(before.children)


# What goes on when ways are cut ---------------------------------------------------------------------------------------


def test_with_endowment_and_care_cut_generations_are_independent():
    people = families(120).with_setting("poverty", 0.3)
    alone = lived(people, 2, [VIDEO], cut=["endowment", "care"])
    for other in (alone.twins(), alone.cross_fostered(1)):
        assert states(other, 1) != states(alone, 1)
        assert states(other, 2) == states(alone, 2)


def test_with_care_cut_neither_an_intervention_nor_who_raised_a_child_goes_on():
    """An exchanged infant takes along what the parents who bore him have handed on."""
    one = lived(families(120), 2, [VIDEO], cut=["care"])
    for other in (one.twins(), one.cross_fostered(1)):
        assert states(other, 1) != states(one, 1)
        assert states(other, 2) == states(one, 2)
    assert states(one.again(inheritance=ds.Inheritance.default()), 2) != states(one, 2)


def restless(people, by):
    """The same families, with infants of another temperament."""
    cohort = people.cohort
    return replace(people, cohort=cohort.replace(negativity=np.clip(cohort.traits["negativity"] + by, -4, 4)))


def test_with_care_cut_temperament_goes_on_by_its_heritability_and_with_endowment_cut_not_at_all():
    people = families(160)
    by = 0.5
    h = ds.Inheritance.default()["heritability of temperament"]
    for cut, slope in ((["care"], h), (["endowment"], 0.0)):
        one, other = (lived(each, 2, cut=cut) for each in (people, restless(people, by)))
        born = one.generation(2).children
        change = other.generation(2).children["negativity"] - born["negativity"]
        # Each parent who was such an infant counts by half; one who comes from elsewhere was not.
        from_home = one.generation(1).children["id"]
        parents = born["mother"].isin(from_home).astype(int) + born["father"].isin(from_home)
        usual = one.generation(1).children["negativity"].abs().max() < 4 - by
        assert usual
        np.testing.assert_allclose(change, slope / 2 * by * parents, atol=3e-6)
        brought = other.generation(1).children["history"] - one.generation(1).children["history"]
        assert (brought.abs().max() > 0) == (cut == ["endowment"])  # by how secure they were
    assert states(one, 2) != states(other, 2)  # with endowment cut it goes on through care


def test_an_intervention_comes_to_the_next_generation_smaller_and_by_the_family_it_was_offered_to():
    followed = lived(families(400), 2, [VIDEO]).follow_up().set_index(["generation", "whose", "outcome"])
    sensitivity = followed.xs("sensitivity", level="outcome")
    first = sensitivity.loc[(1, "offered")]
    hers, neither = (sensitivity.loc[(2, whose)] for whose in ("her family", "neither family"))
    assert first["low"] > 0.15 and hers["low"] > 0 and hers["high"] < first["low"] / 2
    assert abs(neither["difference"]) < hers["difference"]
    assert followed.xs("neither family", level="whose").loc[1, "difference"].abs().max() < 0.005  # by ties alone
    assert followed.loc[(2, "her family", "history"), "low"] > 0


def test_help_between_childhood_and_parenthood_shifts_those_whom_it_reaches_alone():
    kind = {"name": "a therapy", "share": 0.5, "to": "incoherent", "generations": [1], "history": 0.8}
    people = families(120)
    one = lived(people, 2, helps=[kind])
    twin = one.twins()
    change = (one.lived[0].children["history"] - twin.lived[0].children["history"]).round(6)
    helped = one.lived[0].children["helped"]
    assert set(change[helped]) == {0.8} and set(change[~helped]) == {0.0}
    assert (twin.lived[0].children["history"][helped] < 0).all() and 20 < helped.sum() < 45
    assert states(one, 1) == states(twin, 1)


# Cross-fostering and the gap ------------------------------------------------------------------------------------------


def test_exchanged_infants_are_the_same_with_other_mothers():
    one = lived(families(80), 2)
    other = one.cross_fostered(2)
    kept, moved = (each.generation(2).children.set_index("id").sort_index() for each in (one, other))
    endowment = ["mother", "father", "negativity", "sociability", "infant_persistence", "sex", "parents_vulnerability"]
    pd.testing.assert_frame_equal(kept[endowment], moved[endowment])
    assert (kept["raised_by"] == kept["mother"]).all()
    assert (moved["raised_by"] != moved["mother"]).mean() > 0.9  # a couple's two infants may change places
    mothers = [each.generation(2).course.background()["history"] for each in (one, other)]
    assert mothers[0].equals(mothers[1])
    # What lasts of an infant's own goes along with him.
    regulation = list(ds.SLOW).index("regulation")
    families_of = one.generation(2).course.families
    levels = [each.generation(2).course.development.start.levels[regulation] for each in (one, other)]
    place = other.generation(2).given.births["born_in"].to_numpy()
    np.testing.assert_allclose(levels[1][families_of.mothers_at], levels[0][families_of.mothers_at][place], atol=0)


def test_the_gap_sums_to_the_whole_and_exchanged_infants_agree_with_it():
    """Slopes a standard score; errors are those of communities (20 of them)."""
    one = lived(families(800), 2)
    gap = one.transmission_gap()
    parts = gap.parts.set_index("way")
    whole, low, high = gap.whole
    assert low < gap.total < high
    causal = [way for way in parts.index if way not in ("what goes with it in her", "endowment")]
    # What comes of her state of mind is there for any infant whom she raises, and nothing of it for one whom she bore.
    raised = parts.loc[[*causal, "what goes with it in her"], "slope"].sum()
    assert abs(raised - whole) < high - low
    assert parts.loc["endowment", "low"] < 0.02 and parts.loc["endowment", "high"] > -0.02
    assert (parts.loc[causal, "low"] > 0).all()
    assert parts["share"].loc["her state of mind itself"] > parts["share"].loc["sensitivity"] > 0.1
    assert gap.published[0] == 0.25


def test_with_the_arrows_into_behaviour_cut_only_the_state_of_mind_itself_is_left():
    dynamics = ds.Dynamics.default().replace({"history -> reflective_functioning": 0.0})
    people = families(160, dynamics=dynamics)
    gap = lived(people, 2, cut=["history -> sensitivity", "history -> vulnerability"]).transmission_gap()
    ways = gap.parts.set_index("way")["slope"]
    behaviour = ["sensitivity", "repair and being answered", "frightening behaviour", "thinking of him"]
    assert ways[behaviour].abs().max() < 1e-5 < 0.1 < ways["her state of mind itself"]


# Where shares come to rest --------------------------------------------------------------------------------------------

CLASS_ALONE = {"secure -> history": 0.6, "disorganised -> unresolved": 0.6}


def state_of_mind(shift):
    """A setting that is laid on the first mothers alone."""
    return ds.Setting(
        name=f"mind {shift}",
        says="Where founders begin.",
        kind="risk",
        about="mother",
        moves=[{"state": "history", "by": shift}],
    )


def test_shares_come_to_rest_where_the_theory_says_wherever_they_began():
    """A parent's class is all that is handed on: then classes are a Markov chain, exactly. Errors of 1,600 children."""
    chosen = ds.Inheritance.default().without("endowment", "care").replace(CLASS_ALONE)
    alone = {"partners": False, "ties": False}
    rest = []
    for shift in (-2.0, 2.0):
        people = families(1600, **alone).with_setting(state_of_mind(shift))
        found = lived(people, 8, inheritance=chosen, under=[])
        shares = found.shares().set_index("generation")[list(CLASSES)]
        rest.append((shares, transmission(found.lineage.pairs("attachment"))))
    lived_shares, steps = zip(*rest, strict=True)
    assert lived_shares[1].loc[1, "secure"] - lived_shares[0].loc[1, "secure"] > 0.5
    by_class = pd.concat(steps).groupby(["parent", "child"])[["children", "of"]].sum()
    by_class = (by_class["children"] / by_class["of"]).unstack().loc[list(CLASSES), list(CLASSES)].to_numpy()
    theory = stationary_shares(steps[0])
    assert np.abs(stationary_shares(steps[1]) - theory).max() < 0.03
    for shares in lived_shares:
        # Step by step as the chain has it, and in the end where its steps leave shares as they are.
        now = shares.loc[1].to_numpy()
        for generation in shares.index[1:]:
            now = now @ by_class
            assert np.abs(shares.loc[generation] - now).max() < 0.05
        assert np.abs(shares.loc[7:].mean() - theory).max() < 0.04


def test_as_shipped_shares_settle_wherever_the_first_mothers_began():
    """Errors of 1,600 children in each of the last generations."""
    ended = []
    for shift in (-1.5, 1.5):
        found = lived(families(800, partners=False, ties=False).with_setting(state_of_mind(shift)), 4, under=[])
        ended.append(found.shares().set_index("generation").loc[3:, "secure"].mean())
    assert abs(ended[0] - ended[1]) < 0.05


# What cannot be -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"generations": 0}, "number of generations must be a whole number from 1 to 50, not 0"),
        ({"generations": 51}, "from 1 to 50"),
        ({"weeks": 20}, "number of weeks must be a whole number from 52"),
        ({"cut": ["car"]}, "Unknown way from one generation to the next 'car'. Did you mean 'care'"),
        ({"cut": "care"}, "cut is a list"),
        ({"fostered": 3}, "from 1 to 2, not 3"),
        (
            {"interventions": [{"name": "video-feedback", "generation": 3}]},
            "is in generation 3, but there are generations",
        ),
        ({"interventions": [{"name": "video-fedback"}]}, "Did you mean 'video-feedback'"),
        ({"interventions": [{"name": "video-feedback", "generation": 2, "start_week": 60}]}, "starts in week 60"),
        ({"interventions": ["video-feedback", "video-feedback"]}, "is offered twice"),
        ({"helps": [{"name": "a therapy", "share": 0.5}]}, "shifts nothing"),
        ({"helps": [{"name": "a therapy", "share": 5, "history": 1}]}, "'share' must be less than or equal to 1"),
        ({"partners": 2}, "share of families with a partner is a number from 0 to 1, not 2"),
        ({"under": ["single-parenthood"]}, "cannot be laid on later generations"),
        ({"inheritance": 3}, "ds.Inheritance"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(how, told):
    with pytest.raises(ds.DyadsimError, match=re.escape(told)):
        ds.generations(families(4, community_size=2), **{"generations": 2, "linear": True, **how})
    with pytest.raises(ds.DyadsimError, match="Generations begin with"):
        ds.generations(ds.Cohort.sample(3))


def test_infants_of_a_community_of_one_can_be_exchanged_with_none():
    with pytest.raises(ds.DyadsimError, match="has one family"):
        lived(families(3, community_size=1), 2, fostered=[2])


def test_the_first_generation_has_no_gap_and_there_is_no_fourth(three):
    with pytest.raises(ds.DyadsimError, match="from the second generation on"):
        three.transmission_gap(1)
    with pytest.raises(ds.DyadsimError, match="from 1 to 3, not 4"):
        three.generation(4)
