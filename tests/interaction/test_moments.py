"""What someone does in the midst of a session: what was before stays as it was, and all that runs dyads follows."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from conftest import PARADIGMS, POPULATIONS
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.common.random_numbers import DIGITS
from dyadsim.interaction.moments import AFTERWARDS, with_moments
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.interaction.rule_set import Rules
from dyadsim.interaction.tables import kinds, make_tables
from dyadsim.people.risks_and_support import settled
from dyadsim.theory.traits import TRAITS

NAMES = toml_models.names("moments")
SHORTEST = 300  # seconds of the shortest shipped paradigm
GIVEN = st.builds(
    ds.GiveMoment,
    name=st.sampled_from(NAMES),
    at=st.integers(1, SHORTEST - 1),
    seconds=st.none() | st.integers(1, 200),
)
SEVERAL = st.lists(GIVEN, min_size=1, max_size=4, unique_by=lambda moment: moment.at)


def give(name, at, seconds=None):
    return ds.GiveMoment(name=name, at=at, seconds=seconds)


def played(*given_, paradigm="free-play"):
    return with_moments(Paradigm.load(paradigm), given_)


def layout(*given_, paradigm="free-play"):
    return [(episode.name, episode.seconds) for episode in played(*given_, paradigm=paradigm).episodes]


def by_second(paradigm):
    """What is held and shifted, second by second."""
    return [episode.kind for episode in paradigm.episodes for _ in range(episode.seconds)]


def is_nested(moments):
    """Whether one is over before one that began earlier is."""
    stops = [each.at + each.lasting for each in sorted(moments, key=lambda moment: moment.at)]
    return any(later < max(stops[:place]) for place, later in enumerate(stops) if place)


def states_until(paradigm, cohort, second):
    session = ds.interact(cohort, paradigm, seed=1, states=True, threads=1)
    return [part[:, :second] for part in (session.infant, session.mother, session.arousal)]


# What was before, and what comes


@settings(max_examples=40, deadline=None)
@given(GIVEN, st.sampled_from(POPULATIONS), st.sampled_from(PARADIGMS), st.just([]) | SEVERAL)
def test_what_was_before_a_moment_stays_the_same_to_the_bit(moment, population, paradigm, others):
    cohort, earlier = ds.Cohort.sample(3, population, seed=1), [each for each in others if each.at < moment.at]
    before = states_until(played(*earlier, paradigm=paradigm), cohort, moment.at)
    after = states_until(played(*earlier, moment, paradigm=paradigm), cohort, moment.at)
    for one, other in zip(before, after, strict=True):
        assert one.shape == (3, moment.at)
        assert np.array_equal(one, other)


def test_from_a_still_face_on_the_session_is_another(cohort):
    play = ds.interact(cohort, "free-play", seed=1)
    still = ds.interact(cohort, played(give("still-face", 100)), seed=1)
    assert (still.mother[:, 100:160] == ds.ICEP.mother_names.index("neutral")).all()
    for span in (slice(100, 160), slice(160, 300)):
        assert not np.array_equal(still.infant[:, span], play.infant[:, span])
    protest = still.measures().groupby("episode")["infant_protest"].mean()
    assert protest["still-face"] > protest["reunion"] > protest["play"]


def test_the_moments_that_are_asked_for_ship():
    assert {"still-face", "phone", "coach"} <= set(NAMES)
    for moment in map(ds.Moment.load, NAMES):
        assert moment.caption.endswith(".")
        assert moment.label
        assert moment.grounding == ("assumed" if moment.episode.shift else "held")


# How episodes are laid out


@settings(max_examples=100, deadline=None)
@given(SEVERAL, st.sampled_from(PARADIGMS))
def test_moments_begin_when_given_and_the_session_goes_on_for_a_minute_after_the_last(moments, name):
    paradigm, whole = Paradigm.load(name), played(*moments, paradigm=name)
    names, starts = [episode.name for episode in whole.episodes], [0, *whole.ends]
    last = max(moments, key=lambda moment: moment.at)
    assert whole.seconds == max(paradigm.seconds, last.at + last.lasting + AFTERWARDS)
    assert len(set(names)) == len(names)
    assert all(episode.seconds >= 1 for episode in whole.episodes)
    assert whole.seconds == sum(episode.seconds for episode in whole.episodes) == whole.ends[-1]
    in_order = sorted(moments, key=lambda moment: moment.at)
    for each, following in pairwise([*in_order, None]):
        place = starts.index(each.at)
        own = each.moment.episode
        assert names[place].startswith(own.name)
        assert whole.episodes[place].kind == own.kind
        assert whole.episodes[place].seconds == min(each.lasting, (following.at if following else 10**6) - each.at)


@settings(max_examples=100, deadline=None)
@given(SEVERAL, st.sampled_from(PARADIGMS))
def test_every_second_is_that_of_the_moment_that_was_given_last_or_else_of_the_paradigm(moments, name):
    assume(not is_nested(moments))  # see the test of a moment that is over within another
    paradigm, whole = Paradigm.load(name), played(*moments, paradigm=name)
    expected = by_second(paradigm) + [paradigm.episodes[-1].kind] * (whole.seconds - paradigm.seconds)
    for each in sorted(moments, key=lambda moment: moment.at):
        expected[each.at : each.at + each.lasting] = [each.moment.episode.kind] * each.lasting
    assert by_second(whole) == expected


def test_a_moment_lasts_as_long_as_it_says_or_as_it_is_asked_to():
    assert layout(give("still-face", 100)) == [("play", 100), ("still-face", 60), ("reunion", 140)]
    assert layout(give("still-face", 100, 7)) == [("play", 100), ("still-face", 7), ("reunion", 193)]
    assert layout(give("phone", 290)) == [("play", 290), ("phone", 30), ("play again", 60)]
    assert layout(give("coach", 1)) == [("play", 1), ("coached play", 120), ("play on their own", 179)]


def test_a_later_moment_cuts_an_earlier_one_short():
    cut = [("play", 50), ("phone", 20), ("still-face", 60), ("reunion", 170)]
    assert layout(give("phone", 50), give("still-face", 70)) == cut
    assert layout(give("phone", 50), give("phone", 60), give("phone", 70)) == [
        ("play", 50), ("phone", 10), ("phone 2", 10), ("phone 3", 30), ("play again", 200),
    ]  # fmt: skip


def test_a_moment_right_after_another_leaves_nothing_between():
    assert layout(give("phone", 50), give("still-face", 80)) == [
        ("play", 50), ("phone", 30), ("still-face", 60), ("reunion", 160),
    ]  # fmt: skip


def test_a_moment_within_another_is_done_there_and_keeps_the_length():
    whole = played(give("still-face", 100), give("phone", 120))
    assert [(each.name, each.seconds) for each in whole.episodes[:3]] == [
        ("play", 100), ("still-face", 20), ("phone", 30),
    ]  # fmt: skip
    assert whole.seconds == 300


AFTER = {moment.after for moment in map(ds.Moment.load, NAMES)}


@pytest.mark.parametrize(
    ("paradigm", "moments"),
    [
        ("free-play", [give("still-face", 100), give("phone", 120)]),
        ("still-face", [give("phone", 130)]),
        ("still-face", [give("still-face", 130)]),
        ("separation", [give("coach", 200, 30)]),
    ],
)
def test_what_is_called_play_or_reunion_is_no_time_in_which_she_is_held(paradigm, moments):
    """However a moment within another ends, what follows must not say that she is back while she answers nothing."""
    for episode in played(*moments, paradigm=paradigm).episodes:
        if any(episode.name.startswith(after) for after in AFTER):
            assert (episode.mother, episode.available) == (None, True), episode.name


def test_there_is_a_reunion_also_after_a_still_face_that_ends_with_the_session():
    assert layout(give("still-face", 240)) == [("play", 240), ("still-face", 60), ("reunion", 60)]


def test_names_that_have_a_number_are_numbered_on():
    names = [name for name, _ in layout(give("phone", 100), paradigm="phone-play")]
    assert not any(name.endswith("2 2") for name in names)


def test_moments_in_a_paradigm_of_several_episodes_leave_the_others_where_they_are():
    assert layout(give("phone", 300), paradigm="still-face") == [
        ("play", 120), ("still-face", 120), ("reunion", 60), ("phone", 30), ("play again", 60),
    ]  # fmt: skip
    over = layout(give("coach", 60), paradigm="phone-play")  # the first phone, and half of the second play
    assert over[:3] == [("play", 60), ("coached play", 120), ("play 3", 60)]
    across = played(give("still-face", 80, 30), paradigm="still-face")
    assert [episode.seconds for episode in across.episodes] == [80, 30, 10, 120, 120]
    assert across.episodes[3].kind == across.episodes[1].kind


def test_a_session_that_is_made_longer_goes_on_as_it_ended():
    still = ds.Episode(name="still", seconds=60, mother="neutral", available=False)
    paradigm = ds.Paradigm(name="x", episodes=[ds.Episode(name="play", seconds=60), still])
    whole = with_moments(paradigm, [give("phone", 70)])
    assert [(episode.seconds, episode.mother) for episode in whole.episodes] == [
        (60, None), (10, "neutral"), (30, "elsewhere"), (60, "neutral"),
    ]  # fmt: skip


def test_the_order_in_which_moments_are_given_does_not_matter():
    moments = [give("phone", 40), give("coach", 60), give("still-face", 100), give("phone", 290)]
    for order in permutations(moments):
        assert played(*order) == played(*moments)
    encounters = [ds.Encounter(name="x", moments=order).played() for order in (moments, moments[::-1])]
    assert encounters[0] == encounters[1] == played(*moments)


def test_without_moments_a_paradigm_is_as_it_was():
    assert played(paradigm="still-face") == Paradigm.load("still-face")


# What cannot be


def one_sentence(make, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as told:
        make()
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "still-fac", "at": 5}, "Did you mean 'still-face'"),
        ({"name": 3, "at": 5}, "'name' must be text, not 3"),
        ({"name": "phone"}, "'at' is missing"),
        ({"name": "phone", "at": 0}, "'at' must be greater than or equal to 1, not 0"),
        ({"name": "phone", "at": 1.5}, "'at' must be a whole number, not 1.5"),
        ({"name": "phone", "at": "5"}, "'at' must be a whole number, not '5'"),
        ({"name": "phone", "at": 5, "seconds": 0}, "'seconds' must be greater than or equal to 1, not 0"),
        ({"name": "phone", "at": 5, "second": 9}, "Did you mean 'seconds'"),
    ],
)
def test_a_moment_that_cannot_be_given_gets_one_sentence(said, sentence):
    one_sentence(lambda: ds.GiveMoment(**said), sentence)


@pytest.mark.parametrize(
    ("moments", "sentence"),
    [
        ([give("phone", 300)], "'phone' is given at second 300, but the session lasts 300 seconds"),
        ([give("phone", 1000)], "'phone' is given at second 1,000, but the session lasts 300 seconds"),
        ([give("phone", 9), give("coach", 9)], "Two moments are given at second 9; give them one after the other"),
        ([give("phone", 9), give("phone", 9)], "Two moments are given at second 9"),
        ([give("phone", 9, 65_534)], "at most"),
    ],
)
def test_moments_that_do_not_fit_get_one_sentence(moments, sentence):
    one_sentence(lambda: played(*moments), sentence)
    one_sentence(lambda: ds.Encounter(name="x", moments=moments), sentence)


def test_a_moment_may_be_given_in_what_an_earlier_one_adds():
    assert played(give("still-face", 299), give("phone", 400)).seconds == 490
    with pytest.raises(ds.DyadsimError, match="lasts 300 seconds"):
        played(give("phone", 400))


@pytest.mark.parametrize(
    "moments", [[give("phone", 9)] * 2, iter([give("phone", 9), give("coach", 9)])], ids=["one object", "iterator"]
)
def test_two_moments_at_one_second_are_refused_however_they_are_given(moments):
    with pytest.raises(ds.DyadsimError, match="Two moments are given at second 9"):
        with_moments(Paradigm.load("free-play"), moments)


MOMENT = {"name": "mine", "label": "Now", "caption": "Now.", "after": "play", "grounding": "assumed"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"shift": {"sensitivity": 1.0}}, "What 'mine' shifts is assumed; its note must say why by so much"),
        ({"shift": {"sensitivity": 1.0}, "note": "why", "grounding": "held"}, "What 'mine' shifts is assumed"),
        ({"grounding": "measured"}, "'grounding' must be 'held' or 'assumed', not 'measured'"),
        ({"caption": ""}, "'caption' must not be empty"),
        ({"shift": {"sensitivty": 1.0}}, "Did you mean 'sensitivity'"),
        ({"shift": {"sensitivity": 8.5}}, "Trait 'sensitivity' can be shifted by 8 at most, not by 8.5"),
        ({"shift": {"age": -105.0}}, "Trait 'age' can be shifted by 104 at most, not by -105"),
        ({"shift": {"sensitivity": float("nan")}}, "must be a finite number"),
        ({"shift": {"sensitivity": "1"}}, "must be a number, not '1'"),
        ({"shift": ["sensitivity"]}, "must be a table"),
    ],
)
def test_a_moment_of_ones_own_that_cannot_be_gets_one_sentence(change, sentence):
    episode = {"name": "mine", "seconds": 9, "shift": change.pop("shift", {})}
    one_sentence(lambda: ds.Moment(**MOMENT | change, episode=episode), sentence)


def test_a_moment_of_ones_own_is_read_from_a_file(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'name = "mine"\nlabel = "Sing"\ncaption = "She sings."\nafter = "play"\ngrounding = "assumed"\nnote = "why"\n'
        '[episode]\nname = "song"\nseconds = 20\nshift = { regulation = 1 }\n'
    )
    moment = ds.Moment.load(file)
    assert (moment.episode.seconds, moment.episode.shift) == (20, {"regulation": 1.0})


# Episodes that shift traits


def shifting(*shifts, seconds=60):
    """Play, then an episode a shift, then play again."""
    episodes = [ds.Episode(name=f"{n}", seconds=seconds, shift=shift) for n, shift in enumerate(({}, *shifts, {}))]
    return ds.Paradigm(name="shifting", episodes=episodes)


SHIFTS = st.fixed_dictionaries(
    {}, optional={name: st.floats(trait.low - trait.high, trait.high - trait.low) for name, trait in TRAITS.items()}
)


@settings(max_examples=25, deadline=None)
@given(SHIFTS)
def test_a_shifted_episode_is_that_of_dyads_whose_traits_are_replaced(shift):
    """For the engine to the bit, for the law to rounding."""
    cohort = ds.Cohort.sample(4, seed=2)
    replaced = cohort.replace(
        {n: np.clip(np.round(cohort.traits[n] + by, DIGITS), TRAITS[n].low, TRAITS[n].high) for n, by in shift.items()}
    )
    episode = ds.Episode(name="play", seconds=60, shift=shift)
    shifted, plain = (ds.Paradigm(name="x", episodes=[each]) for each in (episode, ds.Episode(name="play", seconds=60)))
    for one, other in zip(states_until(shifted, cohort, 60), states_until(plain, replaced, 60), strict=True):
        assert np.array_equal(one, other)
    laws = [
        ds.law(who, what).measures().drop(columns="episode") for who, what in ((cohort, shifted), (replaced, plain))
    ]
    assert np.allclose(*laws, rtol=1e-10, atol=1e-12, equal_nan=True)


def test_engine_and_mesa_model_follow_every_shift_alike_to_the_bit(cohort):
    by = {name: 1.5 if trait.unit == "standard score" else -20.0 for name, trait in TRAITS.items()}
    paradigm = shifting(*({name: shift} for name, shift in by.items()), by)
    engine = ds.interact(cohort, paradigm, seed=3, states=True)
    model = ds.DyadModel(cohort=cohort, paradigm=paradigm, seed=3)
    model.run_model()
    plain = ds.interact(cohort, shifting(*({} for _ in by), {}), seed=3, states=True)
    for part in ("infant", "mother", "arousal"):
        assert np.array_equal(getattr(engine, part), getattr(model.session, part))
        assert np.array_equal(getattr(engine, part)[:, :60], getattr(plain, part)[:, :60])
        assert not np.array_equal(getattr(engine, part), getattr(plain, part))


def test_a_shift_acts_while_its_episode_lasts_and_the_law_follows(cohort):
    shifted, plain = (
        ds.law(cohort, shifting(shift)).measures().groupby("episode")["mother_negative"].mean()
        for shift in ({"burden": 2.0}, {})
    )
    assert shifted["0"] == pytest.approx(plain["0"])
    assert shifted["1"] > 1.5 * plain["1"]
    assert plain["2"] < shifted["2"] < 0.7 * shifted["1"]  # what she was in goes on for a while; the pull is gone


def test_coaching_shows_in_how_she_answers_and_is_gone_afterwards(cohort):
    """Against the same dyads who in these seconds are left to themselves."""
    helped = played(give("coach", 100))
    left = Paradigm(name="left", episodes=[each.model_copy(update={"shift": {}}) for each in helped.episodes])
    by = [ds.law(cohort, one).measures().groupby("episode").mean(numeric_only=True) for one in (helped, left)]
    for measure in ("answered", "mother_interactive_contingency"):
        gain = by[0][measure] - by[1][measure]
        assert gain["play"] == 0
        assert gain["coached play"] > 0.02
        assert abs(gain["play on their own"]) < 0.2 * gain["coached play"]


def test_a_shift_ends_at_the_end_of_the_range():
    dyads = ds.Cohort.of(sensitivity=[-3.5, 0, 3.5], age=[1, 50, 104])
    assert dyads.shifted({"sensitivity": 2.0}).traits["sensitivity"].tolist() == [-1.5, 2.0, 4.0]
    assert dyads.shifted({"sensitivity": -8.0, "age": -20.0}).traits["age"].tolist() == [0.0, 30.0, 84.0]
    assert dyads.shifted({"sensitivity": -8.0}).traits["sensitivity"].tolist() == [-4.0, -4.0, -4.0]
    assert dyads.traits["sensitivity"].tolist() == [-3.5, 0.0, 3.5]
    assert dyads.shifted({"sensitivity": 1.0}).traits["burden"] is dyads.traits["burden"]


def test_an_unknown_trait_to_shift_gets_one_sentence():
    one_sentence(lambda: ds.Cohort.of().shifted({"sensitivty": 1.0}), "Did you mean 'sensitivity'")


def test_paradigms_without_shifts_have_the_tables_that_they_had_before_there_were_any(cohort, monkeypatch):
    def tables():
        shipped = [episode for name in PARADIGMS for episode in kinds(Paradigm.load(name))[0]]
        episodes = [episode for episode in shipped if not episode.shift]
        return [
            make_tables(cohort, Rules(), episode).thresholds()
            for episode in (*episodes, *shifting({"age": 9}).episodes)
        ]

    follows = tables()
    monkeypatch.setattr(ds.Cohort, "shifted", lambda self, by: self)
    *ignores, _, shifted, _ = tables()
    assert all(np.array_equal(one, other) for one, other in zip(follows, ignores, strict=False))
    assert not np.array_equal(follows[-2], shifted)


def test_episodes_share_tables_if_they_hold_and_shift_the_same():
    two = {"sensitivity": 1.0, "burden": -1.0}
    turned = dict(reversed(two.items()))
    paradigm = shifting(two, {"sensitivity": 1.0}, turned, {"sensitivity": 1.5})
    episodes, which = kinds(paradigm)
    assert which.tolist() == [0, 1, 2, 1, 3, 0]
    assert [episode.shift for episode in episodes] == [{}, two, {"sensitivity": 1.0}, {"sensitivity": 1.5}]
    held = ds.Episode(name="a", seconds=1, mother="neutral", available=False)
    seen = ds.Episode(name="a", seconds=1, mother="neutral")
    assert len({held.kind, seen.kind, ds.Episode(name="b", seconds=9).kind, ds.Episode(name="c", seconds=9).kind}) == 3


# The typical dyad


def test_the_typical_dyad_of_the_community_has_every_trait_at_its_default():
    typical = ds.Cohort.typical()
    assert len(typical) == 1
    assert {name: values.item() for name, values in typical.traits.items()} == {
        name: trait.default for name, trait in TRAITS.items()
    }
    assert typical.exposures == ()


def test_the_typical_depressed_dyad_lives_under_depression():
    typical = ds.Cohort.typical("depressed")
    (exposure,) = typical.exposures
    shift = settled(exposure.setting, typical.dynamics)
    assert exposure.setting.name == "depression"
    assert typical.traits["burden"].item() == pytest.approx(shift["burden"], abs=1e-6)
    assert typical.traits["sensitivity"].item() == pytest.approx(shift["sensitivity"], abs=1e-6)
    assert typical.traits["burden"].item() > 0 > typical.traits["sensitivity"].item()


@pytest.mark.parametrize(
    ("population", "lives_under"),
    [("mixed-risk", []), ("postpartum-disorder", ["depression"]), ("isolated", ["low-support"])],
)
def test_the_typical_dyad_lives_under_what_most_of_its_population_do(population, lives_under):
    typical = ds.Cohort.typical(population)
    assert [exposure.setting.name for exposure in typical.exposures] == lives_under
    if not lives_under:
        assert typical.frame().equals(ds.Cohort.typical("community").frame())


@pytest.mark.parametrize("population", POPULATIONS)
def test_the_law_of_the_typical_dyad_lies_in_the_midst_of_its_population(population):
    """Between the second and the eighth tenth of 30 drawn dyads."""
    typical, cloud = (
        ds.law(cohort, "still-face").measures().set_index(["episode", "dyad"])
        for cohort in (ds.Cohort.typical(population), ds.Cohort.sample(30, population, seed=1))
    )
    for measure in ("match", "infant_protest", "mother_vocal", "mean_repair_latency", "arousal"):
        for episode in ("play", "reunion"):
            low, high = cloud.loc[episode, measure].quantile([0.2, 0.8])
            assert low < typical.loc[episode, measure].item() < high, (measure, episode)


def test_an_unknown_population_has_no_typical_dyad():
    one_sentence(lambda: ds.Cohort.typical("comunity"), "Did you mean 'community'")
