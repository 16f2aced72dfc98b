"""Families: who belongs to one, in which community, and what is refused."""

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.common.random_numbers import trait_normals
from dyadsim.community.partners import PARTNERS, normals_of_caregivers

INFANT = ["age", "negativity", "sociability", "regulation", "infant_persistence"]


@pytest.fixture(scope="module")
def families():
    return ds.Families.sample(120, seed=1, partners=0.8, community_size=12)


def test_mothers_of_families_are_the_dyads_of_a_cohort():
    cohort = ds.Cohort.sample(30, seed=4)
    alone = ds.Families.sample(30, seed=4, partners=False, ties=False)
    assert alone.cohort.frame().equals(cohort.frame())
    with_partners = ds.Families.sample(30, seed=4, partners=1.0)
    hers, theirs = with_partners.mothers.frame(), cohort.frame()
    assert np.array_equal(hers["sensitivity"], theirs["sensitivity"])


def test_a_family_has_one_infant_whoever_cares_for_him(families):
    hers, his = families.partners_at - 1, families.partners_at
    assert np.array_equal(families.family[hers], families.family[his])
    for name in INFANT:
        values = families.cohort.traits[name]
        assert np.array_equal(values[hers], values[his]), name
    assert not np.array_equal(families.cohort.traits["expectation"][hers], families.cohort.traits["expectation"][his])


def test_the_first_families_are_the_same_whoever_comes_after(families):
    first = ds.Families.sample(36, seed=1, partners=0.8, community_size=12)
    assert families[:36].frame().equals(first.frame())
    later = ds.Families.sample(12, seed=1, first=36, partners=0.8, community_size=12)
    assert np.array_equal(later.frame()["sensitivity"], families[36:48].frame()["sensitivity"])


def test_who_has_no_partner_lives_as_a_single_parent(families):
    under = next(each for each in families.cohort.exposures if each.setting.name == "single-parenthood")
    assert np.array_equal(under.who[families.mothers_at] > 0, ~families.has_partner)
    # What it does to support comes by ties, where these are simulated.
    assert {move.state for move in under.setting.moves} == {"stress"}
    alone = ds.Families.sample(20, seed=1, partners=0.5, ties=False)
    under = next(each for each in alone.cohort.exposures if each.setting.name == "single-parenthood")
    assert {move.state for move in under.setting.moves} == {"stress", "support"}


def test_a_population_that_has_single_parents_says_which():
    families = ds.Families.sample(400, "mixed-risk", seed=1)
    cohort = ds.Cohort.sample(400, "mixed-risk", seed=1)
    single = next(each.who for each in cohort.exposures if each.setting.name == "single-parenthood")
    assert np.array_equal(~families.has_partner, single)


def test_what_is_the_familys_holds_for_both_and_violence_for_her(families):
    for name, of_him in (("poverty", True), ("partner-violence", False), ("kin-support", False)):
        exposure = families.with_setting(name, 0.5).cohort.exposures[-1]
        assert (exposure.who[families.partners_at] > 0).any() == of_him, name
        assert (exposure.who[families.mothers_at] > 0).any()


def test_two_caregivers_are_alike_so_far_as_is_said():
    parameters = ds.FamilyParameters.default().replace({"alike sensitivity": 0.6})
    families = ds.Families.sample(4000, seed=1, partners=1.0, parameters=parameters)
    hers, his = (each.traits["sensitivity"] for each in (families.mothers, families.partners))
    assert np.corrcoef(hers, his)[0, 1] == pytest.approx(0.6, abs=0.05)  # 4 standard errors: .04
    normals = normals_of_caregivers(parameters)
    units = np.arange(6)
    assert np.array_equal(normals(1, units, "level stress"), trait_normals(1, units, "level stress"))
    infant = normals(1, units + PARTNERS, "level regulation")
    assert np.array_equal(infant, trait_normals(1, units, "level regulation"))


def test_shares_of_care_are_given_one_for_all_or_one_a_family():
    cohort = ds.Cohort.sample(4, seed=1)
    families = ds.Families.around(cohort, partners=True, share_of_care=0.4)
    assert families.usual_share.tolist() == [0.4] * 4


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"partners": 1.4}, "share of families with a partner is a number from 0 to 1, not 1.4"),
        ({"partner": ""}, "called by a word, such as 'father'"),
        ({"community_size": 0}, "size of a community"),
        ({"ties": "yes"}, "ties is true or false"),
        ({"parameters": {}}, "must be ds.FamilyParameters"),
        ({"population": "comunity"}, "Did you mean 'community'"),
    ],
)
def test_what_is_no_family_is_refused_in_one_sentence(asked, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.Families.sample(4, **asked)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"partners": True, "share_of_care": 1.2}, "share of care is a number from 0 to 1, not 1.2"),
        ({"share_of_care": 0.3}, "Family 0 has no partner, but a share of care for one"),
        ({"partners": [1, 0, 1]}, "partners is true or false, for all or for each of 4 families"),
    ],
)
def test_what_does_not_fit_the_dyads_is_refused(how, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.Families.around(ds.Cohort.sample(4, seed=1), **how)


def test_a_partner_in_a_single_parent_family_is_refused():
    cohort = ds.Cohort.sample(4, seed=1).with_setting("single-parenthood")
    with pytest.raises(ds.DyadsimError, match="partner and live under 'single-parenthood'"):
        ds.Families.around(cohort, partners=True)
    with pytest.raises(ds.DyadsimError, match="cannot be laid on a family that has one"):
        ds.Families.sample(4, partners=1.0).with_setting("single-parenthood")
    with pytest.raises(ds.DyadsimError, match="None of these families has a second caregiver"):
        ds.Families.sample(4, partners=False).partners  # noqa: B018


def test_parameters_of_families_are_checked():
    with pytest.raises(ds.DyadsimError, match="Did you mean 'seats of a group'"):
        ds.FamilyParameters.default().replace({"seats of group": 6})
    with pytest.raises(ds.DyadsimError, match="must be a number from 2 to 40"):
        ds.FamilyParameters.default().replace({"seats of a group": 1})
    assert ds.FamilyParameters.default().replace({"seats of a group": 6}).changes() == {"seats of a group": 6.0}
