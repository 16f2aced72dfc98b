"""Families over weeks: today's dyad without anybody around, the same bits however they are run, twins, and one
infant."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.community.surroundings import Surroundings
from dyadsim.measurement.declarations import WEEKLY_MEASURES

STATES = list(ds.SLOW)
MOMENT = ds.Paradigm(name="moment", episodes=[{"name": "play", "seconds": 2}])  # where the play is beside the point
GROUP = {"name": "peer-support", "start_week": 4, "share": 0.5, "seats": 4}
COUPLES = {"name": "family-foundations", "start_week": -6}


def lived(families, weeks=10, offers=(GROUP, COUPLES), first_week=-6, **how):
    return ds.develop(families, weeks, list(offers), seed=1, first_week=first_week, paradigm=MOMENT, days=2, **how)


def same(one, other, rows=slice(None)):
    """Whether two courses have the same states, measures and surroundings, but for ties of other families."""
    states = np.array_equal(one.states, other.states[:, :, rows])
    measures = all(
        np.array_equal(one.measures[name], other.measures[name][:, rows], equal_nan=True) for name in WEEKLY_MEASURES
    )
    between = all(
        np.array_equal(getattr(a.between, name), getattr(b.between, name)[rows])
        for a, b in zip(one.around, other.around, strict=True)
        for name in vars(a.between)
    )
    numbers = set(one.families.numbers.tolist())
    theirs = [each.ties for each in other.around]
    ties = all(
        a.ties.frame().equals(b.frame()[np.isin(b.who, list(numbers))].reset_index(drop=True))
        for a, b in zip(one.around, theirs, strict=True)
    )
    return states and measures and between and ties


@pytest.fixture(scope="module")
def families():
    return ds.Families.sample(120, seed=3, partners=0.8, community_size=12)


@pytest.fixture(scope="module")
def course(families):
    return lived(families, 24)


def test_without_partner_and_ties_a_family_is_todays_dyad():
    cohort = ds.Cohort.sample(40, seed=3)
    alone = ds.Families.around(cohort, ties=False)
    offers = ["video-feedback", "peer-support"]
    one, other = (ds.develop(each, 28, offers, seed=3, paradigm=MOMENT, days=1) for each in (alone, cohort))
    assert np.array_equal(one.states, other.states) and one.around == ()


def test_no_result_depends_on_threads(families, course):
    # Enough rows for two threads, and communities that cannot be cut in two.
    assert same(lived(families, 24, threads=2), course)
    many = ds.Families.sample(400, seed=3, community_size=40)
    one, two = (lived(many, 3, [COUPLES], threads=threads) for threads in (1, 2))
    assert same(one, two)


def test_communities_live_the_same_whoever_else_there_is(families, course):
    for some in (slice(0, 36), slice(60, 120)):
        part = families[some]
        rows = np.flatnonzero(np.isin(families.family, part.numbers))
        assert same(lived(part, 24), course, rows)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), partners=st.floats(0, 1), stop=st.integers(5, 7), first=st.integers(0, 2))
def test_any_families_live_the_same_whole_in_parts_and_resumed(seed, partners, stop, first):
    families = ds.Families.sample(18, seed=seed, partners=partners, community_size=6)
    lives = partial(ds.develop, interventions=[GROUP], seed=seed, paradigm=MOMENT, days=1)
    whole = lives(families, 8)
    part = families[first * 6 : first * 6 + 6]
    rows = np.flatnonzero(np.isin(families.family, part.numbers))
    assert same(lives(part, 8), whole, rows)
    begun = lives(families, stop)
    assert same(begun.joined(begun.go_on(8 - stop)), whole)


def test_a_course_goes_on_as_if_it_had_not_stopped(families, course, tmp_path):
    first = lived(families, 13)
    assert same(first.joined(first.go_on(11)), course)
    first.save(tmp_path / "end.zip")
    later = ds.saved_course(tmp_path / "end.zip").go_on(11)
    assert np.array_equal(later.states, course.states[13:])
    assert later.around[-1].ties.frame().equals(course.around[-1].ties.frame())


def test_a_damaged_file_of_families_is_refused(families, tmp_path):
    path = lived(families[:12], 2, [COUPLES]).save(tmp_path / "end.zip")
    with np.load(path) as file:
        arrays = dict(file)
    arrays["ties who"] = arrays["ties who"][:-1]
    np.savez(tmp_path / "other.npz", **arrays)
    with pytest.raises(ds.DyadsimError, match="no saved course, or a damaged one"):
        ds.saved_course(tmp_path / "other.npz")


def test_a_family_tied_to_nobody_changes_nobody(families):
    quiet = families.parameters.replace({"meeting in a community": 0.0004})
    alone = ds.Families.around(families.mothers[:24], partners=families.has_partner[:24], parameters=quiet)
    whole = lived(alone, 10, [])
    tied = {
        int(n) for each in whole.around for n in (*each.ties.who[each.ties.inside], *each.ties.whom[each.ties.inside])
    }
    untied = [number for number in alone.numbers.tolist() if number not in tied]
    assert untied and tied
    others = alone[~np.isin(alone.numbers, untied)]
    rows = np.flatnonzero(~np.isin(alone.family, untied))
    assert same(lived(others, 10, []), whole, rows)


def test_twins_are_whole_communities_and_equal_until_something_is_offered(families):
    course = lived(families, 24, [GROUP])
    twins = course.twins()
    begun = 4 + 6 + 1  # the first session is in week 4, and acts from the week after
    assert np.array_equal(course.states[:begun], twins.states[:begun])
    assert all(a.ties.frame().equals(b.ties.frame()) for a, b in zip(course.around[:begun], twins.around, strict=False))
    assert len(course.around[-1].ties.who) != len(twins.around[-1].ties.who)
    # Those in communities where nobody came live as their twins for good.
    came = course.development.treatments[0].attended.takes_up[families.mothers_at]
    quiet = ~np.isin(families.community, families.community[came])
    rows = np.isin(families.family, families.numbers[quiet])
    assert np.array_equal(course.states[:, :, rows], twins.states[:, :, rows])


def test_what_a_group_gives_to_those_outside_comes_by_ties(families):
    course = lived(families, 40, [GROUP])
    twins = course.twins()
    came = course.development.treatments[0].attended.takes_up[families.mothers_at]
    outside = ~came
    differ = np.any(course.states[:, :, families.mothers_at] != twins.states[:, :, families.mothers_at], axis=(0, 1))
    tied = set()
    for each, other in zip(course.around, twins.around, strict=True):
        tied |= set(
            each.ties.frame().merge(other.ties.frame(), how="outer", indicator=True).query("_merge != 'both'")["who"]
        )
        tied |= {int(n) for n in each.ties.who[np.isin(each.ties.whom, families.numbers[came])]}
    # Who differs from her twin, though nothing was offered to her, has other ties or is tied to one who came.
    assert set(families.numbers[outside & differ].tolist()) <= tied


def test_an_infant_is_one_and_expects_of_each(course):
    his, hers = course.families.partners_at, course.families.partners_at - 1
    for name in ("regulation", "regulatory_symptoms"):
        values = course.states[:, STATES.index(name)]
        assert np.array_equal(values[:, his], values[:, hers]), name
    expectation = course.states[-1, STATES.index("expectation")]
    assert not np.allclose(expectation[his], expectation[hers])
    shares = course.frame().set_index(["family", "week"])["share_of_care"].groupby(level=[0, 1]).sum()
    assert np.allclose(shares, 1)


def test_a_partners_own_rule_changes_their_play_alone(families):
    class Still(ds.PartnerRules):
        @staticmethod
        def preferences(traits, context):
            return ds.PartnerRules.preferences(traits, context) * 0.3

    one, other = (lived(families[:24], 2, [], first_week=0, **how) for how in ({}, {"partner": Still}))
    hers, his = one.families.mothers_at, one.families.partners_at
    first = {name: (one.measures[name][0], other.measures[name][0]) for name in ("answered", "coordination")}
    assert all(np.array_equal(a[hers], b[hers]) for a, b in first.values())
    assert not any(np.array_equal(a[his], b[his]) for a, b in first.values())
    assert other.provenance != one.provenance


def test_the_second_caregiver_reaches_her_and_him(families):
    # A partner held apart from his usual state changes hers from the next week on, and not before.
    surroundings = Surroundings(families)
    course = lived(families, 2, [], first_week=0)
    states = course.states[0].copy()
    states[STATES.index("depression"), families.partners_at] += 1
    before, after = (
        surroundings.pulls(0, each, course.around[0], course.development.start.sources)
        for each in (course.states[0], states)
    )
    moved = after - before
    hers = families.partners_at - 1
    assert np.allclose(moved[STATES.index("depression"), hers], families.parameters["partner depression -> depression"])
    alone = np.setdiff1d(families.mothers_at, hers)
    assert not moved[:, alone].any()


def test_a_status_acts_through_states_and_its_own_arrow_is_zero(families):
    poor = families.with_setting("poverty", 0.4)
    assert all(poor.parameters[f"{status}"] == 0 for status in (
        "single-parenthood -> depression", "migration -> depression", "poverty -> sensitivity",
    ))  # fmt: skip
    direct = poor.parameters.replace({"poverty -> sensitivity": -0.5})
    one = lived(poor, 3, [], first_week=0)
    other = lived(
        ds.Families(poor.cohort, poor.family, 12, True, "partner", direct, poor.usual_share), 3, [], first_week=0
    )
    lower = other.states[1, STATES.index("sensitivity")] < one.states[1, STATES.index("sensitivity")] - 1e-6
    under = next(each.who for each in poor.cohort.exposures if each.setting.name == "poverty")
    assert np.array_equal(lower[poor.mothers_at], under[poor.mothers_at])


def test_a_programme_for_couples_reaches_both_and_one_for_mothers_her(families):
    for offers, both in (([COUPLES], True), ([{"name": "music-and-singing-group", "start_week": 2}], False)):
        course = lived(families[:48], 14, offers)
        attended = course.attended().set_index("dyad")["taken_up"]
        his = attended[attended.index >= 2**31]
        assert bool(his.any()) == both
    hers = attended[attended.index < 2**31]
    assert hers.any()


def test_a_couple_comes_as_one(families):
    course = lived(families, 14, [{**COUPLES, "uptake": 0.5}])
    attended = course.attended()
    family = attended["dyad"] % 2**31
    per_family = attended.groupby(family)[["taken_up", "sessions"]].nunique()
    assert (per_family == 1).all().all() and attended["taken_up"].nunique() == 2


@pytest.mark.parametrize(
    ("how", "offer", "sentence"),
    [
        (
            {"partners": False},
            {"name": "video-feedback", "to": "partner", "start_week": 4},
            r"none of these families has one",
        ),
        (
            {"community_size": 6},
            {"name": "peer-support", "seats": 8},
            "group of 8 mothers is larger than a community of 6",
        ),
        ({}, {"name": "video-feedback", "seats": 8}, "not given in groups, so it has no seats"),
        ({}, {"name": "video-feedback", "to": "father"}, "'mother', 'partner' or 'both'"),
    ],
)
def test_what_cannot_be_offered_is_refused_in_one_sentence(how, offer, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        ds.develop(ds.Families.sample(12, seed=1, **how), 10, [offer], seed=1)


def test_dyads_alone_have_no_partners_and_no_ties():
    cohort = ds.Cohort.sample(4, seed=1)
    with pytest.raises(ds.DyadsimError, match=r"these dyads have none; give ds\.Families"):
        ds.develop(cohort, 10, [{"name": "video-feedback", "to": "partner", "start_week": 4}])
    course = ds.develop(cohort, 1, paradigm=MOMENT)
    for ask in (lambda: course.ties(0), lambda: course.mothers, lambda: course.network(0), lambda: course.families):
        with pytest.raises(ds.DyadsimError, match=r"nobody around them; develop ds\.Families"):
            ask()


def test_the_course_of_one_caregiver_is_to_look_at(course):
    for part in (course.mothers, course.partners):
        assert len(part) in (len(course.families), len(course.families.partners_at))
        for go in (lambda part=part: part.go_on(1), lambda part=part: part.twins()):
            with pytest.raises(ds.DyadsimError, match="the course of one caregiver of each family"):
                go()
    assert set(course.frame()["caregiver"]) == {"mother", "partner"}
    assert "second-caregiver" not in course.mothers.provenance["settings"]
    assert "second-caregiver" in course.partners.provenance["settings"]


def test_states_of_mothers_vary_in_families_as_they_do_alone():
    # 600 families: a standard deviation is known to 3 %; those around her make up for the rest to 12 %.
    families = ds.Families.sample(600, seed=5, partners=1.0)
    course = ds.develop(families, 30, seed=5, paradigm=MOMENT, days=1)
    for name in ("depression", "support", "loneliness", "couple", "stress", "bonding"):
        for week in (0, 30):
            sd = course.mothers.at(week)[name].std()
            assert sd == pytest.approx(1, abs=0.15), (name, week)


def test_ties_that_a_group_makes_outlast_it():
    """Ties formed in eight weeks of a group of strangers, and mothers still in contact one and two years later: within
    the published range (F022; F011 and F012), with the luck of 96 mothers' (4 errors: .13)."""
    strangers = ds.FamilyParameters.default().replace({"weeks here": 0, "meeting in a community": 0.0})
    families = ds.Families.sample(160, seed=1, partners=False, parameters=strangers)
    offer = {"name": "new-parents-group", "start_week": 0, "uptake": 1.0, "attendance": 1.0, "drop_out": 0.0}
    course = ds.develop(families, 112, [offer], seed=1, paradigm=MOMENT, days=1)
    groups = course.groups().groupby("group").size()
    pairs = int((groups * (groups - 1)).sum())
    early = course.around[8].ties
    rate = 1 - (1 - early.inside.sum() / pairs) ** (1 / 8)
    assert 0.004 < rate < 0.0115
    had = set(early.who[early.inside].tolist())
    for years in (1, 2):
        later = course.around[8 + 52 * years].ties
        still = len(had & set(later.who[later.inside].tolist())) / len(had)
        assert 0.54 < still < 0.93
