"""What is told of a session: in order, of what was seen so far, with its very seconds, and blaming nobody."""

import re
from itertools import pairwise, product

import numpy as np
import pytest
from conftest import PARADIGMS, POPULATIONS
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.interaction.moments import with_moments
from dyadsim.interaction.paradigms import Paradigm
from dyadsim.reports.session_captions import Caption, narrated

BLAMING = ("bad", "fault", "fail", "wrong", "should", "blame")
KINDS = {"episode", "rupture", "repair", "unanswered", "open", "arousal", "distress"}
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
BACK = "She is back with him and can answer again. Watch how long they need."
MOMENTS = [{"name": name, "at": at} for name, at in (("phone", 40), ("still-face", 90), ("coach", 170))]
ENCOUNTERS = [
    ds.Encounter(name="x", population=population, seed=place, paradigm=paradigm, moments=moments, scheme=scheme)
    for place, (population, paradigm) in enumerate(product(POPULATIONS, PARADIGMS))
    for moments, scheme in [(MOMENTS * (place % 2), ds.SCHEMES[place % len(ds.SCHEMES)])]
]


def told(encounter):
    session, paradigm = encounter.session(), encounter.played()
    return narrated(session, paradigm, encounter.scheme), session, paradigm


@pytest.fixture(scope="module")
def all_told():
    """Every population in every paradigm, half of them with moments, under the schemes in turn, each with own luck."""
    return [told(encounter) for encounter in ENCOUNTERS]


def one_session(infant, mother, arousal=None, ends=None):
    """A session of one dyad, from numbers of states."""
    states = tuple(None if part is None else np.array([part], dtype=np.int8) for part in (infant, mother, arousal))
    ends = ends or [len(infant)]
    return ds.Session([0], [f"{n}" for n in range(len(ends))], ends, states=states)


def states(*pairs):
    """Seconds of states by name, such as ("monitor vocal", 3)."""
    seconds = [pair.split() for pair, times in pairs for _ in range(times)]
    infant = [ds.ICEP.infant_names.index(his) for his, _ in seconds]
    return infant, [ds.ICEP.mother_names.index(hers) for _, hers in seconds]


def until(session, paradigm, second):
    """The session and the paradigm as they are when so many seconds have passed."""
    begun = int(np.searchsorted(paradigm.ends, second)) + 1
    ends = [min(end, second) for end in paradigm.ends[:begun]]
    lengths = np.diff(ends, prepend=0).tolist()
    episodes = [e.model_copy(update={"seconds": n}) for e, n in zip(paradigm.episodes, lengths, strict=False)]
    seen = tuple(part[:, :second] for part in (session.infant, session.mother, session.arousal))
    short = ds.Session(session.dyads, session.episodes[:begun], ends, states=seen)
    return short, paradigm.model_copy(update={"episodes": tuple(episodes)})


def answered(events, paradigm):
    """Events of the time in which she can answer."""
    there = np.repeat([each.available for each in paradigm.episodes], [each.seconds for each in paradigm.episodes])
    return events[there[events["time"].astype(int)]]


# When


def test_captions_are_in_order_one_a_second_and_within_the_session(all_told):
    for captions, session, _ in all_told:
        seconds = [caption.second for caption in captions]
        assert all(one < other for one, other in pairwise(seconds))
        assert seconds[0] == 0
        assert seconds[-1] < session.ends[-1]
        assert {caption.kind for caption in captions} <= KINDS
        assert all(re.fullmatch(r"[A-Z0-9].*[.]", caption.text) for caption in captions)


def test_every_rupture_and_repair_that_she_can_answer_has_its_caption(all_told):
    for (captions, session, paradigm), encounter in zip(all_told, ENCOUNTERS, strict=True):
        events = answered(session.events(encounter.scheme), paradigm)
        own = [(caption.second, caption.kind) for caption in captions if caption.kind in ("rupture", "repair")]
        assert own == list(zip(events["time"].astype(int), events["event"], strict=True))
        assert len(own) > 5


def test_every_episode_is_told_when_it_begins(all_told):
    for captions, _, paradigm in all_told:
        begins = [caption.second for caption in captions if caption.kind == "episode"]
        assert begins == [0, *paradigm.ends[:-1]]


def test_what_can_wait_leaves_time_to_read(all_told):
    """What is told of arousal, distress or a long mismatch stands three seconds off what was told before."""
    apart = [
        (other.second - one.second, other.kind)
        for captions, _, _ in all_told
        for one, other in pairwise(captions)
    ]  # fmt: skip
    waits = [gap for gap, kind in apart if kind in ("open", "arousal", "distress", "unanswered")]
    assert len(waits) > 100
    assert min(waits) == 3
    assert min(gap for gap, kind in apart if kind in ("rupture", "repair")) == 1


def test_a_session_without_a_paradigm_is_told_without_episodes(still_face):
    assert {caption.kind for caption in narrated(still_face, dyad=3)} == KINDS - {"episode", "unanswered"}


@pytest.mark.parametrize("dyad", [0, 7, 19])
def test_the_dyad_that_is_asked_for_is_told(still_face, cohort, dyad):
    alone = ds.interact(cohort[dyad], "still-face", seed=1)
    assert narrated(still_face, dyad=dyad) == narrated(alone)
    assert narrated(still_face, dyad=dyad) != narrated(still_face, dyad=1)


# What is known


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(ENCOUNTERS) - 1), st.integers(1, 299))
def test_a_caption_knows_nothing_of_what_comes(all_told, place, second):
    captions, session, paradigm = all_told[place]
    so_far = narrated(*until(session, paradigm, second), ENCOUNTERS[place].scheme)
    assert so_far == [caption for caption in captions if caption.second < second]


@pytest.mark.parametrize("name", toml_models.names("moments"))
@pytest.mark.parametrize("at", [20, 101, 298])
def test_what_was_told_before_a_moment_stays_as_it_was(name, at):
    plain = ds.Encounter(name="x", dyad=5)
    given_ = plain.changed({"moments": [{"name": name, "at": at}]})
    (before, *_), (after, *_) = told(plain), told(given_)
    assert [each for each in before if each.second < at] == [each for each in after if each.second < at]
    assert Caption(at, "episode", ds.Moment.load(name).caption) in after


def test_of_a_session_that_goes_on_only_what_was_is_told(cohort, still_face):
    model = ds.DyadModel(cohort=cohort, paradigm="still-face", seed=1)
    for _ in range(100):
        model.step()
    paradigm = Paradigm.load("still-face")
    so_far = [caption for caption in narrated(still_face, paradigm) if caption.second < 100]
    assert narrated(model.session, paradigm) == so_far


# What is told


def seconds_told(text):
    """The latency that a repair's caption tells, in seconds."""
    (word,) = re.findall(
        r"(\w+) seconds? later they found|they found each other, (\w+) seconds? (?:into this episode|after she could)",
        text,
    )
    return WORDS.index(said) if (said := "".join(word)) in WORDS else int(said)


def test_the_latencies_told_are_those_that_were(all_told):
    checked = 0
    for (captions, session, paradigm), encounter in zip(all_told, ENCOUNTERS, strict=True):
        texts = {caption.second: caption.text for caption in captions}
        events = answered(session.events(encounter.scheme), paradigm)
        held = {end for end, each in zip(paradigm.ends, paradigm.episodes, strict=True) if not each.available}
        for row in events[events["event"] == "repair"].itertuples():
            text = texts[int(row.time)]
            assert ("after she could answer again" in text) == (row.time - row.latency in held)
            assert seconds_told(text) == row.latency
            since, began = re.search(r" at (\d+) s; ", text), int(row.time - row.latency)
            assert int(since[1]) == began if since else f"At {row.time:.0f} s they found" in text
            assert (since is None) == (began in (0, *session.ends))
            assert ("found their way back" in text) <= (row.latency >= 10)
            checked += 1
    assert checked > 500


def test_the_latencies_from_one_second_on_are_told_in_words_then_in_numbers():
    lengths = [1, 2, 9, 10, 12, 13, 40]
    pairs = [pair for n in lengths for pair in (("monitor vocal", 2), ("object vocal", n))]
    captions = narrated(one_session(*states(*pairs, ("monitor vocal", 2))))
    repairs = [caption.text for caption in captions if caption.kind == "repair"]
    assert [seconds_told(text) for text in repairs] == lengths
    assert "one second later" in repairs[0]
    assert "two seconds later" in repairs[1]
    assert "twelve seconds later they found their way back" in repairs[4]
    assert "13 seconds later" in repairs[5]
    assert [caption.second for caption in captions if caption.kind == "open"] == [sum(lengths[:-1]) + 14 + 19]


def test_a_mismatch_that_began_with_the_episode_is_told_from_there():
    infant, mother = states(("monitor vocal", 5), ("object vocal", 9), ("monitor vocal", 3))
    captions = narrated(one_session(infant, mother, ends=[8, 17]))
    repair = next(caption for caption in captions if caption.kind == "repair")
    assert repair == Caption(
        14, "repair", "At 14 s they found each other, six seconds into this episode: he looks at her, she talks to him."
    )


def test_a_mismatch_is_long_when_it_has_lasted_since_the_episode_began():
    infant, mother = states(("object vocal", 60))
    for ends, told_at in (([60], [19]), ([15, 60], [34]), ([15, 30, 60], [49])):
        captions = narrated(one_session(infant, mother, ends=ends))
        assert [caption.second for caption in captions if caption.kind == "open"] == told_at


def test_it_is_told_whose_turn_made_or_broke_a_match():
    seen = states(
        ("positive positive", 3), ("monitor positive", 3), ("monitor vocal", 3), ("monitor elsewhere", 3),
        ("object vocal", 3), ("positive positive", 3), ("protest negative", 3),
    )  # fmt: skip
    texts = [caption.text for caption in narrated(one_session(*seen)) if caption.kind in ("rupture", "repair")]
    assert texts == [
        "The baby's smile faded at 3 s. They lost each other for the moment: a rupture, as happens in any dyad.",
        "The baby's smile faded at 3 s; three seconds later they found each other again: he looks at her, "
        "she talks to him. A repair.",
        "Her attention went elsewhere at 9 s. Now they are at different things.",
        "Her attention went elsewhere at 9 s; six seconds later they found each other again: both smile. A repair.",
        "The baby began to fuss and she came close, a little much for him at 18 s. A rupture.",
    ]


def test_different_moods_are_told_where_only_she_changed(all_told):
    """The first rupture that she can answer is told at length, whoever changed; of later ones it is told which."""
    by_her = []
    for captions, session, _ in all_told:
        first, *later = (each for each in captions if each.kind == "rupture")
        assert first.text.endswith(" s. They lost each other for the moment: a rupture, as happens in any dyad.")
        for at, text in ((each.second, each.text) for each in later):
            only_she = session.infant[0, at] == session.infant[0, at - 1]
            assert text.endswith(" s. Now they are at different things." if only_she else " s. A rupture.")
            assert not (only_she and "baby" in text)
            by_her.append(only_she)
    assert min(sum(by_her), len(by_her) - sum(by_her)) > 100


def test_that_he_turned_to_something_else_is_told_in_several_ways_chosen_by_the_second():
    ways = ("The baby looked away to rest", "The baby turned to something else", "The baby looked around")
    for first in range(1, 7):
        session = one_session(*states(("monitor vocal", first), *[("object vocal", 2), ("monitor vocal", 2)] * 6))
        captions = narrated(session)
        ruptures = [each for each in captions if each.kind == "rupture"]
        assert [each.second for each in ruptures] == list(range(first, first + 24, 4))
        assert all(each.text.startswith(f"{ways[each.second % 3]} at {each.second} s. ") for each in ruptures)
        repairs = [each for each in captions if each.kind == "repair"]
        for rupture, repair in zip(ruptures, repairs, strict=True):  # the repair tells it in the words that it had
            assert repair.text.startswith(f"{ways[rupture.second % 3]} at {rupture.second} s; two seconds later ")


def test_arousal_is_told_when_it_reaches_its_height_and_when_it_has_come_down():
    infant, mother = states(("object vocal", 30), ("monitor positive", 10))
    arousal = [1] * 5 + [2] * 5 + [3] * 5 + [4] * 5 + [2] * 12 + [1] * 8
    captions = [each for each in narrated(one_session(infant, mother, arousal)) if each.kind == "arousal"]
    assert captions == [
        Caption(10, "arousal", "He is getting very upset; calming will take a while."),
        Caption(32, "arousal", "He has calmed down, looking at her."),
    ]
    assert not [each for each in narrated(one_session(infant, mother)) if each.kind == "arousal"]


def test_distress_is_told_when_it_comes_into_a_calm():
    infant, mother = states(
        ("object vocal", 9), ("protest vocal", 4), ("object vocal", 9), ("withdrawn vocal", 1), ("object vocal", 10),
        ("withdrawn vocal", 5),
    )  # fmt: skip
    captions = [each for each in narrated(one_session(infant, mother)) if each.kind == "distress"]
    assert captions == [Caption(33, "distress", "The baby turned inward at 33 s.")]


# While she answers nothing


def silent(captions, paradigm):
    """What is told while she answers nothing."""
    begins = 0
    for episode in paradigm.episodes:
        if not episode.available:
            yield from (each for each in captions if begins <= each.second < begins + episode.seconds)
        begins += episode.seconds


def test_while_she_answers_nothing_nobody_finds_the_other_and_she_does_nothing(all_told):
    seen = [caption for captions, _, paradigm in all_told for caption in silent(captions, paradigm)]
    assert {caption.kind for caption in seen} == KINDS - {"rupture", "repair", "open"}
    texts = [caption.text.lower() for caption in seen]
    assert not [text for text in texts if re.search("repair|found|rupture|lost|out of step|moods", text)]
    assert not [text for text in texts if re.search("she (watche|talk|smile|came|grew)", text)]


@pytest.mark.parametrize(
    ("episode", "held"),
    [
        ({"name": "still-face 2", "mother": "neutral"}, "her face is still"),
        ({"name": "phone 2", "mother": "elsewhere"}, "her attention is on the phone"),
        ({"name": "separation", "mother": "elsewhere"}, "she is elsewhere"),
        ({"name": "x"}, "she is not there for him"),
    ],
)
def test_a_look_at_her_while_she_answers_nothing_is_a_bid_and_no_match(episode, held):
    seen = states(("object neutral", 5), ("monitor neutral", 5), ("object neutral", 5), ("positive neutral", 2))
    paradigm = ds.Paradigm(name="x", episodes=[ds.Episode(**episode, seconds=17, available=False)])
    first, *later = narrated(one_session(*seen), paradigm)
    moment = {"still-face 2": "still-face", "phone 2": "phone"}.get(episode["name"])
    begins = ds.Moment.load(moment).caption if moment else f"They begin: he is with something else, {held}."
    assert first.text == begins
    assert [(each.kind, each.text) for each in later] == [
        ("unanswered", f"The baby looked at her face at 5 s; {held}."),
        ("unanswered", f"The baby smiled at her at 15 s; {held}."),
    ]


def test_the_same_states_are_a_match_where_she_can_answer():
    session = one_session(*states(("object neutral", 5), ("monitor neutral", 5), ("object neutral", 5)))
    play = ds.Paradigm(name="x", episodes=[ds.Episode(name="play", seconds=15)])
    found, lost = (each.text for each in narrated(session, play)[1:])
    assert "they found each other, five seconds into this episode" in found
    assert "a rupture, as happens in any dyad" in lost


def test_the_first_repair_after_a_still_face_is_counted_from_when_she_could_answer_again():
    seen = states(
        ("monitor vocal", 4), ("object vocal", 2), ("object neutral", 5), ("monitor neutral", 5), ("object vocal", 6),
        ("monitor vocal", 2), ("object vocal", 3), ("monitor vocal", 2),
    )  # fmt: skip
    episodes = [("play", 6, {}), ("still-face", 10, {"mother": "neutral", "available": False}), ("reunion", 13, {})]
    paradigm = ds.Paradigm(name="x", episodes=[ds.Episode(name=name, seconds=n, **how) for name, n, how in episodes])
    texts = [each.text for each in narrated(one_session(*seen, ends=paradigm.ends), paradigm) if each.second > 10]
    assert texts == [
        "The baby looked at her face at 11 s; her face is still.",
        BACK,
        "At 22 s they found each other, six seconds after she could answer again: he looks at her, she talks to him. "
        "The first repair since then.",
        "The baby turned to something else at 24 s. A rupture.".replace(
            "turned to something else", "looked away to rest"
        ),
        "The baby looked away to rest at 24 s; three seconds later they found each other again: he looks at her, "
        "she talks to him. A repair.",
    ]


def test_a_phone_from_which_she_may_look_up_is_not_told_as_one_that_takes_her_away():
    paradigm = Paradigm.load("phone-at-home")
    captions = narrated(ds.interact(ds.Cohort.typical(), paradigm, seed=1), paradigm)
    (text,) = {each.text for each in captions if each.second in (612, 1376)}
    assert text == "She takes up her phone; she may look up and answer him."


def test_where_they_meet_in_the_first_second_nobody_is_told_to_wait():
    seen = states(("object neutral", 3), ("monitor vocal", 3))
    episodes = [ds.Episode(name="still-face", seconds=3, mother="neutral", available=False)]
    paradigm = ds.Paradigm(name="x", episodes=[*episodes, ds.Episode(name="reunion", seconds=3)])
    last = narrated(one_session(*seen, ends=[3, 6]), paradigm)[-1]
    assert last.text == "She is back with him and can answer again. They meet at once."


def test_what_her_hands_do_meanwhile_is_told():
    paradigm = Paradigm.load("still-face-with-touch")
    captions = narrated(ds.interact(ds.Cohort.typical(), paradigm, seed=1), paradigm)
    assert [each.text for each in captions if each.second == 120] == [
        f"{ds.Moment.load('still-face').caption} Her hands touch him."
    ]


def test_it_is_not_told_that_she_is_back_while_she_answers_nothing():
    encounter = ds.Encounter(name="x", paradigm="still-face", moments=[{"name": "still-face", "at": 130}])
    captions, _, paradigm = told(encounter)
    assert not [caption for caption in silent(captions, paradigm) if "She is back" in caption.text]


# In which words


def through_all_changes():
    """A session in which every joint state follows on every other."""
    cells = list(product(range(len(ds.ICEP.infant)), range(len(ds.ICEP.mother))))
    seconds = [cell for pair in product(cells, cells) for cell in pair]
    return one_session(*zip(*seconds, strict=True), arousal=[n // 7 % 5 for n in range(len(seconds))])


@pytest.mark.parametrize("available", [True, False])
@pytest.mark.parametrize("scheme", ds.SCHEMES)
def test_every_change_of_states_has_words_under_every_scheme(scheme, available):
    session = through_all_changes()
    episode = ds.Episode(name="play", seconds=session.ends[-1], available=available)
    captions = narrated(session, ds.Paradigm(name="x", episodes=[episode]), scheme)
    changes = [caption for caption in captions if caption.kind in ("rupture", "repair")]
    times = session.events(scheme)["time"].astype(int).tolist()
    assert [caption.second for caption in changes] == (times if available else [])
    changes = changes or [caption for caption in captions if caption.kind == "unanswered"]
    assert len(changes) > 50
    for caption in changes:
        assert re.fullmatch(r"(The baby|The baby's smile|She|Her attention|It was|At \d+ s they) \w.*[.]", caption.text)
        assert not re.search(r"  | [,.;:]|\band at\b|\b(none|nan)\b", caption.text.lower())
    assert not [caption for caption in captions for word in BLAMING if word in caption.text.lower()]


def test_every_joint_state_has_words_of_its_own():
    """Told where none of them is a match, and where each is found after looking away."""
    still_open, found = set(), set()
    for his, hers in product(range(5), range(6)):
        never, here = np.zeros((5, 6)), np.zeros((5, 6))
        here[his, hers] = 1
        away = ((his + 1) % 5, (hers + 1) % 6)
        lasting = one_session([his] * 30, [hers] * 30)
        still_open |= {each.text for each in narrated(lasting, scheme=never) if each.kind == "open"}
        back = one_session([away[0]] * 3 + [his], [away[1]] * 3 + [hers])
        found |= {each.text for each in narrated(back, scheme=here) if each.kind == "repair"}
    assert len(still_open) == len(found) == 30


def test_no_caption_blames_anybody(all_told):
    texts = {caption.text for captions, _, _ in all_told for caption in captions}
    assert len(texts) > 1000
    assert not [text for text in texts for word in BLAMING if word in text.lower()]


def test_moments_and_reunions_are_told_in_their_own_words():
    moments = [ds.GiveMoment(name=each["name"], at=each["at"]) for each in MOMENTS]
    paradigm = with_moments(Paradigm.load("free-play"), moments)
    session = ds.interact(ds.Cohort.typical(), paradigm, seed=1)
    texts = [caption.text for caption in narrated(session, paradigm) if caption.kind == "episode"]
    assert texts == [
        "They begin: he is with something else, she talks to him.",
        ds.Moment.load("phone").caption,
        BACK,
        ds.Moment.load("still-face").caption,
        BACK,
        ds.Moment.load("coach").caption,
        "Now: play on their own.",
    ]


def test_the_first_caption_is_made_from_what_is_there(all_told):
    texts = {}
    for his, hers in product(ds.ICEP.infant_names, ds.ICEP.mother_names):
        session = one_session(*states((f"{his} {hers}", 1)))
        (first,) = narrated(session, ds.Paradigm(name="x", episodes=[ds.Episode(name="play", seconds=1)]))
        assert (first.second, first.kind) == (0, "episode")
        texts[his, hers] = first.text
    assert len(set(texts.values())) == 30
    assert texts["monitor", "vocal"] == "They begin: he looks at her, she talks to him."
    assert texts["positive", "positive"] == "They begin: both smile."
    assert texts["object", "elsewhere"] == "They begin: he is with something else, her attention is elsewhere."
    for (first, *_), session, _ in all_told:
        his, hers = ds.ICEP.infant_names[session.infant[0, 0]], ds.ICEP.mother_names[session.mother[0, 0]]
        assert first == Caption(0, "episode", texts[his, hers])


def test_a_phones_end_is_told_as_her_being_back():
    given_ = [ds.GiveMoment(name="phone", at=40)]
    for paradigm, ends in (
        (Paradigm.load("phone-play"), [90, 180, 270]),
        (with_moments(Paradigm.load("free-play"), given_), [70]),
    ):
        captions = narrated(ds.interact(ds.Cohort.typical(), paradigm, seed=1), paradigm)
        assert [each for each in captions if "She is back" in each.text] == [
            Caption(at, "episode", BACK) for at in ends
        ]


@pytest.mark.parametrize(
    ("meanwhile", "back", "how"),
    [
        ({"mother": "elsewhere", "available": False}, True, " She is elsewhere and answers nothing."),
        ({"mother": "neutral"}, True, ""),
        ({"available": False}, True, " She is not there for him and answers nothing."),
        ({"shift": {"sensitivity": 1.0}}, False, ""),
        ({}, False, ""),
    ],
)
def test_she_is_back_after_any_time_in_which_she_was_held_or_unavailable(meanwhile, back, how):
    names = ("reunion", "a while", "another while", "play 2", "reunion 2")
    kinds = ({}, meanwhile, meanwhile, {}, {})
    episodes = [ds.Episode(name=name, seconds=5, **kind) for name, kind in zip(names, kinds, strict=True)]
    session = one_session(*states(("monitor vocal", 25)), ends=[5, 10, 15, 20, 25])
    captions = narrated(session, ds.Paradigm(name="x", episodes=episodes))
    assert [caption.text for caption in captions] == [
        "They begin: he looks at her, she talks to him.",
        f"Now: a while.{how}",
        f"Now: another while.{how}",
        "She is back with him and can answer again. They meet at once." if back else "Now: play.",
        "Now: reunion.",
    ]
