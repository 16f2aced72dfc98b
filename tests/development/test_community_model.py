"""The Mesa model of weeks: equal to the array engine to the bit, and as Mesa users expect it."""

import copy
import gc
import pickle
import weakref
from itertools import combinations, pairwise

import mesa
import numpy as np
import pandas as pd
import pytest
from own_theories import WarmMother

import dyadsim as ds
from dyadsim.development.community_agents import Group, Infant, Mother, Partner

MOMENT = ds.Paradigm(name="moment", episodes=[{"name": "play", "seconds": 2}])
BUSY = ds.FamilyParameters.default().replace(
    {"meeting in a community": 0.02, "meeting in a group": 0.1, "migrants' weeks here": 4, "named already": 4}
    | {"room for ties": 6, "loss of a young tie": 0.06}
)
"""Parameters by which enough ties begin and end in so few families for every rule of ties to be met, and some mothers
come when the weeks have begun."""
OFFERS = [
    {"name": "music-and-singing-group", "start_week": 4, "share": 0.7, "seats": 4},
    {"name": "family-foundations", "start_week": -6, "to": "both", "seats": 4},
    {"name": "video-feedback", "start_week": 5, "to": "partner", "share": 0.5},
]
AS_ASKED = {"seed": 1, "replicate": 2, "first_week": -16, "paradigm": MOMENT}


@pytest.fixture(scope="module")
def families():
    """Sixteen families of two communities: with and without partners, some who have come from far away."""
    two = ds.Families.sample(16, seed=3, partners=0.8, community_size=8, parameters=BUSY)
    return two.with_setting("migration", 0.3).with_setting("poverty", 0.4)


@pytest.fixture(scope="module")
def year(families):
    return ds.develop(families, 68, OFFERS, **AS_ASKED)


@pytest.fixture(scope="module")
def model(families):
    """A model after its last week."""
    made = ds.CommunityModel(families, OFFERS, 68, **AS_ASKED)
    made.run_model()
    return made


@pytest.fixture(scope="module")
def midway(families):
    """A model in the midst of its weeks, when groups meet."""
    made = ds.CommunityModel(families, OFFERS, 30, **AS_ASKED)
    for _ in range(24):
        made.step()
    return made


@pytest.fixture
def begun(midway):
    """The same model, to be stepped."""
    return copy.deepcopy(midway)


def same_to_the_bit(one, other):
    assert one.weeks == other.weeks
    assert one.states.tobytes() == other.states.tobytes()
    assert one.measures.keys() == other.measures.keys()
    for name, values in one.measures.items():
        assert values.tobytes() == other.measures[name].tobytes(), name
    assert one.starting_states.keys() == other.starting_states.keys()
    for name, values in one.starting_states.items():
        assert values.tobytes() == other.starting_states[name].tobytes(), name
    assert len(one.around) == len(other.around)
    for week, (this, that) in enumerate(zip(one.around, other.around, strict=True)):
        assert this.sat.tobytes() == that.sat.tobytes(), week
        for name, values in vars(this.between).items():
            assert values.tobytes() == getattr(that.between, name).tobytes(), (week, name)
        for name, values in vars(this.ties).items():
            theirs = getattr(that.ties, name)
            assert (values.dtype, values.tobytes()) == (theirs.dtype, theirs.tobytes()), (week, name)


# Equal to the array engine ------------------------------------------------------------------------------------------


def test_weeks_from_before_birth_to_a_year_are_the_array_engines_to_the_bit(year, model):
    same_to_the_bit(year, model.course)
    pd.testing.assert_frame_equal(year.frame(), model.course.frame(), check_exact=True)
    pd.testing.assert_frame_equal(year.ties(52), model.ties, check_exact=True)
    pd.testing.assert_frame_equal(year.groups(), model.course.groups(), check_exact=True)


def test_what_is_compared_holds_all_that_there_is_to_compare(year):
    """So that the test above is one: partners and none, groups, ties that begin, end, go both ways, and last."""
    families, last = year.families, year.ties(52)
    assert 0 < families.has_partner.sum() < len(families)
    assert len(np.unique(families.status)) > 2
    assert year.groups().groupby(["programme", "group"]).size().between(2, 8).all()
    inside = last[last["whom"] >= 0]
    both = set(zip(inside["who"], inside["whom"], strict=True)) & set(zip(inside["whom"], inside["who"], strict=True))
    assert 0 < len(both) < len(inside)
    assert {"neighbour", "group", "kin", "friend", "professional"} == set(last["kind"])
    pairs = [set(zip(a.ties.who.tolist(), a.ties.whom.tolist(), strict=True)) for a in year.around]
    assert sum(bool(later - sooner) for sooner, later in pairwise(pairs)) > 20
    assert sum(bool(sooner - later) for sooner, later in pairwise(pairs)) > 20
    assert year.network(52)[["density", "well_friends"]].nunique().min() > 2


OTHERS = {
    "no partners": ({"partners": False}, {}),
    "no ties": ({"partners": 0.5, "ties": False}, {}),
    "nobody around": ({"partners": False, "ties": False}, {}),
    "rules of one's own": ({}, {"mother": WarmMother, "partner": ds.MotherRules}),
    "no feedback, and held": ({}, {"feedback": False, "hold": {"loneliness": 1.5}, "days": 2}),
}


@pytest.mark.parametrize("which", OTHERS)
def test_other_families_and_other_rules_are_the_array_engines_too(which):
    drawn, how = OTHERS[which]
    families = ds.Families.sample(6, seed=5, **drawn)
    offers = [{"name": "peer-support", "start_week": 4, "seats": 3}]
    asked = {"seed": 4, "first_week": 3, "paradigm": MOMENT, **how}
    model = ds.CommunityModel(families, offers, 6, **asked)
    model.run_model()
    same_to_the_bit(ds.develop(families, 6, offers, **asked), model.course)


def test_families_are_drawn_with_the_models_seed():
    drawn = {"population": "depressed", "partners": 0.7, "community_size": 3}
    model = ds.CommunityModel(weeks=2, seed="7", n_families=6, paradigm=MOMENT, **drawn, **{"named already": 50})
    model.run_model()
    changed = ds.FamilyParameters.default().replace({"named already": 50})
    families = ds.Families.sample(6, seed=7, parameters=changed, **drawn)
    same_to_the_bit(ds.develop(families, 2, seed=7, paradigm=MOMENT), model.course)


def test_the_order_of_the_agents_changes_nothing(families, year):
    model = ds.CommunityModel(families, OFFERS, 68, **AS_ASKED)
    for _ in range(28):
        for agents in model.agents_by_type.values():
            agents.shuffle(inplace=True)
        model.step()
    assert model.states.tobytes() == year.states[28].tobytes()
    assert all(
        mine.tobytes() == theirs.tobytes()
        for mine, theirs in zip(model.course.around[-1].ties.arrays, year.around[28].ties.arrays, strict=True)
    )


def test_the_course_so_far_is_the_start_of_the_whole_and_goes_on_by_the_array_engine(begun, year):
    so_far = begun.course
    assert so_far.weeks == range(-16, 8)
    same_to_the_bit(so_far.joined(so_far.go_on(44)), year)


# A Mesa model -------------------------------------------------------------------------------------------------------


def test_a_step_is_a_week(families):
    model = ds.CommunityModel(families, weeks=3, **AS_ASKED)
    with pytest.raises(ds.DyadsimError, match="step the model first"):
        _ = model.course
    for week in (-16, -15, -14):
        assert model.running
        assert model.week == week
        model.step()
    assert not model.running
    model.step()
    assert model.week == -13
    assert len(model.course.weeks) == 3
    assert "16 families" in repr(model)


def test_families_are_cells_and_are_connected_where_there_is_a_tie(begun):
    for _ in range(6):
        ties = {frozenset(pair) for pair in begun.ties.query("whom >= 0")[["who", "whom"]].itertuples(index=False)}
        assert ties
        assert {frozenset(edge) for edge in begun.space.G.edges} == ties
        for one, other in combinations(begun.homes, 2):
            tied = {one.coordinate, other.coordinate} in ties
            assert (other.coordinate in one.connections) == (one.coordinate in other.connections) == tied
            assert (other in one.neighborhood) == tied
        begun.step()
    tied = [each for each in begun.homes if each.connections]
    home = min(tied, key=lambda home: len(home.connections))
    near = {home, *home.connections.values()}
    two_away = {other for cell in near for other in cell.connections.values()} | near
    assert set(home.get_neighborhood(radius=2, include_center=True)) == two_away
    assert len(near) < len(two_away)
    assert set(home.agents) == {home.infant, *home.caregivers}


def test_what_is_collected_is_what_happened(model, year):
    collected = model.datacollector.get_model_vars_dataframe()
    ends = [year.at(week)[~year.families.is_partner] for week in range(-15, 53)]
    assert np.allclose(collected["mean_depression"], [end["depression"].mean() for end in ends])
    assert np.allclose(collected["share_lonely"], [(end["loneliness"] > 1).mean() for end in ends])
    assert collected["ties_inside"].tolist() == [int(around.ties.inside.sum()) for around in year.around[1:]]
    assert collected["ties_from_groups"].iloc[-1] == (year.ties(52)["kind"] == "group").sum()
    assert np.allclose(collected["mean_persons"], [year.network(week)["persons"].mean() for week in range(-16, 52)])
    frame = year.frame().query("week == 51 and caregiver == 'partner'")
    assert collected["mean_share_of_care"].iloc[-2] == pytest.approx(frame["share_of_care"].mean())
    assert collected["at_sessions"].max() > 4
    assert not collected["at_sessions"].iloc[-1]
    of = model.datacollector.get_agenttype_vars_dataframe
    at_end = year.at(52)
    for kind, rows in ((Mother, ~year.families.is_partner), (Partner, year.families.is_partner)):
        table = of(kind).loc[68]
        assert table["anxiety"].tolist() == at_end["anxiety"][rows].tolist()
        assert table["family"].tolist() == year.families.family[rows].tolist()
        assert table["coparenting"].tolist() == year.around[-1].between.coparenting[rows].tolist()
    infants = of(Infant).loc[68]
    assert infants["regulation"].tolist() == at_end["regulation"][~year.families.is_partner].tolist()
    assert (
        infants["expectation_of_partner"].dropna().tolist() == at_end["expectation"][year.families.is_partner].tolist()
    )
    groups = of(Group)
    seated = year.groups().groupby(["programme", "group"]).size()
    assert groups.loc[68].set_index(["programme", "number"])["size"].sort_index().tolist() == seated.tolist()
    came = groups.groupby("programme")["came"].sum()
    hers = year.attended().query("dyad < 16").groupby("intervention")["sessions"].sum()
    assert came.to_dict() == hers[came.index].to_dict()


def test_what_is_not_there_is_collected_as_nothing():
    model = ds.CommunityModel(n_families=3, weeks=1, seed=1, partners=False, ties=False, paradigm=MOMENT)
    model.run_model()
    last = model.datacollector.get_model_vars_dataframe().iloc[-1]
    assert last[["mean_partner_depression", "mean_share_of_care"]].isna().all()
    assert not last[["ties_inside", "at_sessions", "mean_persons"]].any()
    assert not len(model.ties)
    with pytest.warns(UserWarning, match="returning empty DataFrame"):
        assert not len(model.datacollector.get_agenttype_vars_dataframe(Partner))


def test_what_is_set_between_two_weeks_is_what_the_next_begins_with(begun, year):
    """As Mesa's users do it: an agent is changed, and the course tells so."""
    depression = list(ds.SLOW).index("depression")
    was = year.states[24, depression, 0]
    begun.homes[0].mother.depression = was - 2.0
    begun.step()
    course = begun.course
    assert course.states[24, depression, 0] == was - 2.0
    others = np.ones(course.states[24].shape, dtype=bool)
    others[depression, 0] = False
    assert (course.states[24] == year.states[24])[others].all()
    assert course.states[25, depression, 0] < year.states[25, depression, 0] - 1


def test_batch_run_reports_the_end_of_each_run():
    asked = {"n_families": 5, "weeks": 3, "first_week": 2, "paradigm": MOMENT}
    grid = {
        "seed": [1, 2],
        "meeting in a group": [0.001, 0.4],
        "interventions": [[], [{"name": "peer-support", "start_week": 2, "uptake": 1.0, "seats": 5}]],
    }
    as_values = {name: [value] for name, value in asked.items()}  # Mesa would go through the parts of a paradigm
    runs = mesa.batch_run(ds.CommunityModel, as_values | grid, number_processes=1, display_progress=False)
    frame = pd.DataFrame(runs)
    assert len(frame) == 8
    for row in runs:
        model = ds.CommunityModel(**asked, **{name: row[name] for name in grid})
        model.run_model()
        assert (model.mean_loneliness, model.ties_from_groups) == (row["mean_loneliness"], row["ties_from_groups"])
    made = frame.groupby([frame["interventions"].str.len(), "meeting in a group"])["ties_from_groups"].sum()
    assert made[0, 0.4] == 0 < made[1, 0.4]


def test_models_without_a_seed_are_different_runs():
    """As Mesa's users expect; the seed that was drawn is kept, so that any of them can be run again."""
    asked = {"n_families": 2, "weeks": 1, "paradigm": MOMENT}
    one, two = (ds.CommunityModel(**asked) for _ in range(2))
    assert one.luck.seed != two.luck.seed
    again = ds.CommunityModel(**asked, seed=one.luck.seed)
    one.run_model(), again.run_model()
    same_to_the_bit(one.course, again.course)


@pytest.mark.parametrize("way", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_goes_on_as_its_original_would(begun, year, way):
    twin = way(begun)
    twin.run_model()
    assert begun.week == 8
    assert twin.states.tobytes() == year.states[30].tobytes()
    begun.run_model()
    same_to_the_bit(begun.course, twin.course)
    assert set(twin.space.G.edges) == set(begun.space.G.edges)
    assert {home.coordinate: set(home.connections) for home in twin.homes} == {
        home.coordinate: set(home.connections) for home in begun.homes
    }


def test_a_shallow_copy_is_refused(begun):
    with pytest.raises(ds.DyadsimError, match="deepcopy"):
        copy.copy(begun)


def test_a_dropped_model_is_freed():
    model = ds.CommunityModel(n_families=3, weeks=2, seed=1, paradigm=MOMENT)
    model.run_model()
    assert model.homes[0].neighborhood is not None
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


FEW = ds.Families.sample(3, seed=1, partners=0.0)
BAD = {
    "a cohort": (
        lambda: ds.CommunityModel(ds.Cohort.sample(2)),
        r"families is ds\.Families, such as ds\.Families\.around",
    ),
    "both": (
        lambda: ds.CommunityModel(FEW, n_families=3),
        "Give families, or what they are drawn by .n_families., not both",
    ),
    "both, by a parameter": (lambda: ds.CommunityModel(FEW, **{"named already": 2}), "named already., not both"),
    "an unknown name": (lambda: ds.CommunityModel(n_families=3, named_already=2), "Did you mean 'named already'"),
    "a number of families": (lambda: ds.CommunityModel(n_families=0), "number of"),
    "weeks": (lambda: ds.CommunityModel(FEW, weeks=0), "number of weeks must be a whole number"),
    "a seed": (lambda: ds.CommunityModel(FEW, seed="abc"), "seed must be a whole number"),
    "a share": (lambda: ds.CommunityModel(n_families=3, partners=2), "share of families with a partner"),
    "an offer to nobody": (
        lambda: ds.CommunityModel(FEW, [{"name": "video-feedback", "start_week": 4, "to": "partner"}]),
        "offered to partners",
    ),
    "a group too large": (
        lambda: ds.CommunityModel(n_families=6, community_size=3, interventions=["peer-support"]),
        "larger than a community of 3",
    ),
    "not a list": (lambda: ds.CommunityModel(FEW, "peer-support"), "given as a list"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_input_is_refused_in_one_sentence(what):
    make, says = BAD[what]
    with pytest.raises(ds.DyadsimError, match=says) as refused:
        make()
    assert "\n" not in str(refused.value)
