"""Interventions: what each entry of the catalogue says and does, and that nothing else happens."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offering import SHORT, UNCOUPLED, lived

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.development import push_sizes
from dyadsim.findings.programme_trials import ProgrammeTrials
from dyadsim.interventions.catalogue import GROUNDINGS, Intervention
from dyadsim.theory import evidence
from dyadsim.validation.interventions import SET_WITHIN

NAMES = toml_models.names("interventions")
ASKED_FOR = [
    "copeing-with-toddler-behaviour", "icdp", "incredible-years", "marte-meo", "mellow-bumps", "modified-mitp",
    "nbas", "nbo", "parent-baby-intervention", "pcit", "parent-infant-psychotherapy", "pip-f",
    "supporting-parent-child-interaction", "triple-p-baby", "video-interaction-guidance", "watch-wait-and-wonder",
    "epec-baby-and-us", "imh-hv", "mom-power", "parenting-together-project", "promoting-first-relationships",
    "infant-parent-psychotherapy", "video-feedback", "attachment-and-biobehavioural-catch-up", "minding-the-baby",
    "circle-of-security", "interpersonal-psychotherapy", "cognitive-behavioural-therapy", "trauma-focused-therapy",
    "dance-and-movement-therapy", "group-psychotherapy", "kangaroo-care", "infant-massage",
    "music-and-singing-group", "peer-support", "home-visiting", "family-foundations", "solihull-antenatal",
    "fetal-movement-counting", "screen-time-guidance", "care-as-usual",
]  # fmt: skip


# The catalogue --------------------------------------------------------------------------------------------------------


def test_every_intervention_that_the_sources_name_is_there():
    assert set(ASKED_FOR) <= set(NAMES)


def test_the_catalogue_is_a_table():
    table = ds.catalogue()
    assert table["name"].tolist() == NAMES
    asked = ["name", "level", "format", "age_range", "sessions", "weeks", "moves", "grounding", "evidence"]
    assert set(asked) < set(table)
    assert set(table["level"]) == {"universal", "at-risk", "therapeutic"}
    assert set(table["grounding"]) == set(GROUNDINGS)
    row = table.set_index("name").loc["video-feedback"]
    assert row["moves"] == "sensitivity +0.34 (measured)"
    assert "I007" in row["evidence"]


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_says_what_its_sizes_rest_on(name):
    entry = Intervention.load(name)
    assert entry.name == name
    assert entry.says.endswith(".")
    assert entry.note
    for effect in entry.effects:
        cited = [id for id in effect.evidence if id != "assumed"]
        roles = [evidence.row(id).role for id in cited]
        assert not {"check", "derived"} & set(roles), f"{name}: a {roles} row sets {effect.state}"
        assert effect.note, f"{name} says not why {effect.state} is moved so far"
        assert effect.grounding == "assumed" or cited
        if effect.moderated:
            assert all(evidence.row(id).role in ("calibrate", "context") for id in effect.moderated.evidence)
    for id in entry.evidence:
        assert id == "assumed" or evidence.row(id)


@pytest.fixture
def few_followed(monkeypatch):
    """Pushes are found with few dyads: what is moved, and which way, does not hang on how exactly."""
    monkeypatch.setattr(push_sizes, "_PROBE", 1_024)
    for kept in (push_sizes.sized, push_sizes._untreated):
        kept.cache_clear()
    yield
    for kept in (push_sizes.sized, push_sizes._untreated):
        kept.cache_clear()


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_runs_and_moves_directly_only_what_it_says(name, few_followed):
    """Without arrows and feedback from play, nothing passes on what an intervention does."""
    dyads = ds.Cohort.sample(12, Intervention.load(name).population, seed=5, dynamics=UNCOUPLED)
    entry = Intervention.load(name)
    start = entry.start_week
    offers = [{"name": name, "uptake": 1.0}]
    course = ds.develop(dyads, 6, offers, first_week=start - 2, feedback=False, **SHORT)
    off = course.known(start + 4) - course.twins().known(start + 4)
    moved = {state for state in (*ds.SLOW, "distraction") if off[state].abs().max() > 0}
    assert moved == {effect.state for effect in entry.effects}
    for effect in entry.effects:
        assert np.sign(off[effect.state].sum()) == np.sign(effect.size)


def test_the_sizes_that_entries_set_come_out_of_their_trials():
    """A thousand dyads in each arm of four trials (all entries: ``dyadsim validate interventions``). The spread of a
    thousand scores errs by 2 %, so a right size of .69 would be off by more than .03 in 3 of 100 seeds."""
    trials = ProgrammeTrials(1000, seed=4)
    for name in ("video-feedback", "cognitive-behavioural-therapy", "family-foundations", "screen-time-guidance"):
        for effect in trials.entries[name].effects:
            assert trials.set_d(name, effect) == pytest.approx(effect.size, abs=SET_WITHIN), (name, effect.state)


# Twins ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["video-feedback", "screen-time-guidance", "interpersonal-psychotherapy", "mellow-bumps"]
)
def test_nothing_differs_before_the_start_and_something_after(name):
    dyads = ds.Cohort.sample(20, "mixed-risk", seed=5)
    course = lived(dyads, name, 6)
    twins = course.twins()
    start = course.weeks.start + 2
    assert np.array_equal(course.states[:3], twins.states[:3])
    for measure, values in course.measures.items():
        assert np.array_equal(values[:3], twins.measures[measure][:3], equal_nan=True)
    changed = Intervention.load(name).effects[0].state
    assert not course.known(start)[changed].equals(course.known(start + 2)[changed])
    assert (course.known(start + 2)[changed] != twins.known(start + 2)[changed]).any()


def test_twins_are_the_same_course_without_interventions():
    dyads = ds.Cohort.sample(15, seed=5)
    course = lived(dyads, "video-feedback", 8)
    plain = ds.develop(dyads, 10, first_week=24, **SHORT)
    assert course.twins().frame().equals(plain.frame())
    later = course.go_on(3)
    assert later.twins().frame().equals(plain.go_on(3).frame())
    assert plain.twins().frame().equals(plain.frame())


@settings(max_examples=8, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    none=st.sampled_from([{"dose": 0}, {"uptake": 0}, {"attendance": 0}, {"dose": 0.0, "drop_out": 0.5}]),
)
def test_a_zero_dose_changes_nothing_ever(name, none):
    dyads = ds.Cohort.sample(6, "mixed-risk", seed=5)
    course = lived(dyads, name, 12, **none)
    twins = course.twins()
    assert np.array_equal(course.states, twins.states)
    assert course.frame().equals(twins.frame())
    assert not course.attended()["sessions"].any()


def test_the_order_of_interventions_does_not_matter():
    dyads = ds.Cohort.sample(25, "depressed", seed=5)
    offers = [
        {"name": "video-feedback", "start_week": 6},
        {"name": "cognitive-behavioural-therapy", "start_week": 5},
        {"name": "parent-baby-intervention", "start_week": 7},
        {"name": "peer-support", "start_week": 5},
    ]
    one, other = (ds.develop(dyads, 12, order, **SHORT) for order in (offers, offers[::-1]))
    assert np.array_equal(one.states, other.states)


def test_the_same_bits_on_one_thread_in_parts_and_from_a_file(tmp_path):
    """Also with moderation, which looks at how dyads were when it started."""
    dyads = ds.Cohort.sample(30, "depressed", seed=5)
    offers = [
        {"name": "interpersonal-psychotherapy", "start_week": 3},
        {"name": "screen-time-guidance", "start_week": 8},
    ]
    whole = ds.develop(dyads, 16, offers, threads=1, **SHORT)
    first = ds.develop(dyads, 9, [{**each} for each in offers], threads=2, **SHORT)
    assert first.joined(first.go_on(7)).frame().equals(whole.frame())
    again = ds.saved_course(first.save(tmp_path / "course.npz")).go_on(7)
    assert np.array_equal(again.states, whole.states[9:])
    assert again.attended().equals(whole.attended())
    few = ds.develop(dyads[:7], 16, offers, **SHORT)
    assert np.array_equal(few.states, whole.states[:, :, :7])


# One's own ------------------------------------------------------------------------------------------------------------

OWN = """
name = "evening-walks"
says = "A neighbour takes him for a walk while she rests."
level = "universal"
format = ["individual"]
age_range = [0, 52]
sessions = 8
weeks = 4
start_week = 4

[[effects]]
state = "stress"
size = -0.3
seen_by = "parenting-stress"
grounding = "assumed"
note = "small to medium by convention"
"""


class ForTheWeary(ds.InterventionRule):
    """Helps only those whose stress was above the mean of the community when it started."""

    entry = ds.Intervention(
        name="for-the-weary",
        level="universal",
        format=["home"],
        age_range=[0, 52],
        sessions=4,
        weeks=4,
        start_week=2,
        effects=[{"state": "stress", "size": -0.3, "grounding": "assumed", "note": "an example"}],
    )

    @staticmethod
    def strength(effect, taken):
        return ds.InterventionRule.strength(effect, taken) * (taken.met["stress"] > 0)


def test_an_intervention_of_ones_own_from_a_file(tmp_path):
    path = tmp_path / "evening-walks.toml"
    path.write_text(OWN)
    dyads = ds.Cohort.sample(20, seed=5)
    course = ds.develop(dyads, 10, [{"name": str(path), "drop_out": 0.0}], **SHORT)
    assert (course.at(10)["stress"] - course.twins().at(10)["stress"]).between(-1, -0.1).all()
    assert course.provenance["interventions"][0]["entry"]["name"] == "evening-walks"


def test_an_intervention_with_a_rule_of_ones_own(tmp_path):
    dyads = ds.Cohort.sample(40, seed=5)
    offers = [{"name": ForTheWeary, "attendance": 1.0, "drop_out": 0.0}]
    course = ds.develop(dyads, 10, offers, **SHORT)
    shift = course.at(6)["stress"] - course.twins().at(6)["stress"]
    weary = course.at(2)["stress"] > 0
    assert (shift[weary] < -0.05).all()
    assert (shift[~weary] == 0).all()
    path = ds.develop(dyads, 4, offers, **SHORT).save(tmp_path / "course.npz")
    again = ds.saved_course(path, interventions=[ForTheWeary]).go_on(6)
    assert np.array_equal(again.states[-1], course.states[-1])
    other = type("ForTheWeary", (ForTheWeary,), {"strength": staticmethod(ds.InterventionRule.strength)})
    for rules in ([], [other]):  # also one of the same name that acts in another way
        with pytest.raises(ds.DyadsimError, match="pass that very class in interventions"):
            ds.saved_course(path, interventions=rules)
    for rules in ([3], 3, [int]):
        with pytest.raises(ds.DyadsimError, match="takes classes made from"):
            ds.saved_course(path, interventions=rules)


def test_a_programme_before_his_birth_may_be_for_him():
    """His states rest until birth; what was given is there then, and fades to nothing."""
    effect = {"state": "regulation", "size": 0.4, "grounding": "assumed", "note": "an example"}
    entry = ds.Intervention(
        **{**ENTRY, "age_range": (-30, 10), "start_week": -12, "half_life": 5.0, "effects": [effect]}
    )
    course = ds.develop(ds.Cohort.sample(20, seed=5), 50, [{"name": entry}], first_week=-13, **SHORT)
    shift = [(course.at(week) - course.twins().at(week))["regulation"].mean() for week in (-12, -8, 0, 10, 37)]
    assert shift[0] == 0
    assert shift[1] > 0.3
    assert shift[1] > shift[2] > shift[3] > shift[4] > -0.005


def test_a_rule_can_read_and_not_write():
    def spoils(effect, taken):
        taken.met["depression"] *= 0
        return taken.sessions

    with pytest.raises(ds.DyadsimError, match="strength failed with ValueError"):
        ds.develop(ds.Cohort.sample(5, seed=5), 6, [{"name": _rule(spoils)}], **SHORT)


def test_an_entry_may_be_for_a_population_of_ones_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\n[traits.burden]\nmean = 1.0\n')
    entry = ds.Intervention(**{**ENTRY, "population": str(path), "effects": [EFFECT]})
    assert len(ds.develop(ds.Cohort.sample(3, seed=5), 4, [{"name": entry}], **SHORT)) == 3


def test_who_has_not_left_yet_has_not_left():
    course = ds.develop(ds.Cohort.sample(200, seed=5), 6, [{"name": "home-visiting", "start_week": 2}], **SHORT)
    left = course.attended()["left_week"]
    assert (left.dropna() < 6).all()
    assert 0 < left.notna().mean() < 0.1
    assert course.twins().attended().empty


def _rule(strength):
    return type("Own", (ForTheWeary,), {"strength": staticmethod(strength)})


WRONG = [
    ([{"name": "video-fedback"}], "Did you mean 'video-feedback'"),
    (["video-fedback"], "Did you mean 'video-feedback'"),
    (["VIPP-SD"], "^'VIPP-SD' is called 'video-feedback' here"),
    ([{"name": "circle of security parenting"}], "is called 'circle-of-security' here"),
    (["Mother-Infant Transaction Program"], r"Did you mean 'modified-mitp' \(Modified Mother-Infant"),
    ([{"name": "video-feedback", "start_weak": 4}], "Did you mean 'start_week'"),
    ([{"name": "video-feedback", "start_week": 4.5}], "'start_week' must be a whole number"),
    ([{"name": "video-feedback", "start_week": 60}], "starts in week 60, but the course goes from week 0 to week 11"),
    ([{"name": "video-feedback", "start_week": 2}], "made for a start between week 4 and week 156 of his life"),
    ([{"name": "pcit", "start_week": 4}], "made for a start between week 104 and week 364"),
    ([{"name": "mellow-bumps", "start_week": 4}], "between week -24 and week -8 of his life .* not in week 4"),
    ([{"name": "video-feedback", "start_week": 4, "dose": -1}], "'dose' must be greater than or equal to 0, not -1"),
    ([{"name": "video-feedback", "start_week": 4, "dose": 9}], "'dose' must be less than or equal to 3"),
    (
        [{"name": "video-feedback", "start_week": 4, "uptake": 1.5}],
        "'uptake' must be less than or equal to 1, not 1.5 .a",
    ),
    ([{"name": "video-feedback", "start_week": 4, "drop_out": 1}], "'drop_out' must be less than 1"),
    ([{"name": "video-feedback", "start_week": 4, "attendance": "all"}], "'attendance' must be a number"),
    ([{"name": "video-feedback", "start_week": 4}] * 2, "'video-feedback' is offered twice"),
    ([{"start_week": 4}], "'name' is missing"),
    ([{1: 2}], "given as a dict"),
    ([4], "given as a dict"),
    ("video-feedback", "given as a list"),
    (None, "given as a list"),
    ({"name": "video-feedback"}, "given as a list"),
    (["nbo.py"], "given as FILE.py:CLASS"),
    ([{"name": 4}], "given by its name or a TOML file"),
    ([{"name": "mine.toml"}], "no intervention file 'mine.toml'"),
    ([{"name": "mine.py:Own"}], "no file 'mine.py'"),
    ([{"name": ds.InterventionRule}], "must have an entry"),
    ([{"name": _rule(lambda effect, taken: taken.sessions - taken.sessions.mean())}], "mixes dyads"),
    ([{"name": _rule(lambda effect, taken: np.sort(taken.sessions))}], "mixes dyads"),
    ([{"name": _rule(lambda effect, taken: taken.sessions / 0.0)}], "finite number for each of 5 dyads"),
    ([{"name": _rule(lambda effect, taken: 1.0)}], "finite number for each of 5 dyads"),
    ([{"name": _rule(lambda effect, taken: taken.met["stres"])}], "strength failed with KeyError"),
    (
        [{"name": _rule(lambda effect, taken: np.ma.masked_less(taken.sessions, 1))}],
        "strength must give a finite number",
    ),
    ([{"name": _rule(lambda effect, taken: taken.sessions * 1j)}], "strength gives no real numbers but"),
]


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize(("interventions", "sentence"), WRONG)
def test_what_cannot_be_offered_is_told_in_one_sentence(interventions, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        ds.develop(ds.Cohort.sample(5, seed=5), 12, interventions, **SHORT)
    assert "\n" not in str(told.value)


ENTRY = {
    "name": "own",
    "level": "universal",
    "format": ["home"],
    "age_range": [0, 52],
    "sessions": 4,
    "weeks": 4,
    "start_week": 2,
}
EFFECT = {"state": "stress", "size": -0.3, "grounding": "assumed", "note": "an example"}


@pytest.mark.parametrize(
    ("entry", "effect", "sentence"),
    [
        ({}, {"state": "stres"}, "Did you mean 'stress'"),
        ({}, {"grounding": "guessed"}, "must be 'measured', 'borrowed' or 'assumed'"),
        ({}, {"note": ""}, "its note must say why"),
        ({}, {"grounding": "measured"}, "its evidence must say from where"),
        ({}, {"grounding": "borrowed", "evidence": ["I007"], "note": ""}, "its note must say why from there"),
        ({}, {"interval": [0, 1]}, "outside its interval"),
        ({}, {"grounding": "measured", "evidence": ["I999"]}, "Unknown evidence id 'I999'"),
        ({}, {"seen_by": "epds"}, "'epds' does not see 'stress'"),
        ({}, {"seen_by": "epd"}, "Did you mean 'epds'"),
        ({}, {"size": 9.0}, "less than or equal to 3"),
        (
            {},
            {"moderated": {"by": "stres", "stronger": 0.2, "evidence": ["I038"], "note": ""}},
            "Did you mean 'stress'",
        ),
        ({"age_range": [10, 2]}, {}, "goes from a week of his life to the same or a later one"),
        ({"start_week": 60}, {}, "made for a start between week 0"),
        ({"sessions": 0}, {}, "'sessions' must be greater than or equal to 1"),
        ({"attendance": 0.0}, {}, "attendance of 'own' must be above 0"),
        ({"population": "comunity"}, {}, "Did you mean 'community'"),
        ({"level": "all"}, {}, "'level' must be"),
        ({"sesions": 4}, {}, "Did you mean 'sessions'"),
    ],
)
def test_an_entry_that_cannot_be_is_told_in_one_sentence(entry, effect, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        ds.Intervention(**{**ENTRY, **entry, "effects": [{**EFFECT, **effect}]})
    assert "\n" not in str(told.value)


def test_a_size_that_no_push_can_give_is_refused():
    """Less depression raises reflective functioning by more than that, so it would have to be pushed back."""
    effects = [
        {**EFFECT, "state": "depression", "size": -3.0},
        {**EFFECT, "state": "reflective_functioning", "size": 0.01},
    ]
    entry = ds.Intervention(**{**ENTRY, "weeks": 52, "effects": effects})
    with pytest.raises(ds.DyadsimError, match=r"cannot move 'reflective_functioning' by 0\.01"):
        ds.develop(ds.Cohort.sample(5, seed=5), 12, [{"name": entry}], **SHORT)
