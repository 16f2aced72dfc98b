"""Moments worth showing: hand-made timelines with known repairs, bids and chains, and what holds of any session."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.measurement.clip_kinds import KINDS, LONGEST, MISSED
from dyadsim.measurement.coded_stretches import fit_of
from dyadsim.theory.rules import FITTING
from dyadsim.theory.states import VALENCE

HIS = {"p": "protest", "w": "withdrawn", "o": "object", "m": "monitor", "s": "positive"}
HERS = {"x": "negative", "w": "withdrawn", "e": "elsewhere", "n": "neutral", "v": "vocal", "s": "positive"}
LOOKS, FUSSES = "He looks up at her face", "He begins to fuss"
BY_VALENCE = {"-": "negative", "0": "neutral", "+": "positive"}


def numbers(text, words, names):
    return [-1 if letter == "." else names.index(words[letter]) for letter in text]


def coded(his, hers, codes=ds.ICEP, step=1.0, episodes=("session",), ends=None, provenance=None):
    """Session of one dyad from a letter a step for each partner; a dot where a partner is not coded."""
    words = (HIS, HERS) if codes == ds.ICEP else (BY_VALENCE, BY_VALENCE)
    pairs = zip((his, hers), words, (codes.infant_names, codes.mother_names), strict=True)
    states = [np.array([numbers(*each)], dtype=np.int8) for each in pairs]
    ends = ends or [len(his)]
    return ds.Session(["one"], list(episodes), ends, codes, step, (*states, None), provenance=provenance or {})


def of_kind(session, kind, **asked):
    return session.moments_worth_showing(kinds=[kind], **asked).frame()


# By hand --------------------------------------------------------------------------------------------------------------


def test_a_repair_after_a_long_mismatch():
    """Twelve seconds out of step, then he looks at her, who talks to him: from 5 s before to 3 s after."""
    clip = of_kind(coded("mmm" + "o" * 12 + "mmmmm", "v" * 20), "repair").iloc[0]
    assert (clip["onset"], clip["turn"], clip["offset"]) == (10, 15, 18)
    assert (clip["infant"], clip["mother"]) == ("object", "vocal")
    assert clip["why"] == (
        "After 12 seconds out of step they find each other again: he looks at her, she talks to him warmly."
    )
    assert "which he takes" in clip["look"]


def test_a_short_mismatch_is_none_and_one_whose_beginning_was_not_seen_says_so():
    assert of_kind(coded("mmmoooommm", "v" * 10), "repair").empty
    clip = of_kind(coded("oooooommmm", "v" * 10), "repair").iloc[0]
    assert clip["why"].startswith("After at least 6 seconds out of step")


def test_a_repair_into_shared_distress_is_none():
    """By valence both upset is a match; nobody would show it as finding each other."""
    assert of_kind(coded("+" * 8 + "-" * 6, "-" * 14, VALENCE), "repair").empty
    assert len(of_kind(coded("+" * 8 + "0" * 6, "0" * 14, VALENCE), "repair")) == 1


def test_repairs_are_ranked_by_how_long_the_mismatch_was_and_repairs_go_by_the_scheme():
    his = "mmm" + "o" * 8 + "mmm" + "o" * 15 + "mmm" + "o" * 5 + "mmm"
    session = coded(his, "n" * len(his))
    assert of_kind(session, "repair")["turn"].tolist() == [29, 11, 37]
    assert of_kind(session, "repair", scheme="joint-attention").empty  # he plays, she watches: a match there


@pytest.mark.parametrize(
    ("his", "hers", "why"),
    [
        ("oooommmmmm", "nnnnnnvvvv", f"{LOOKS}; 2 seconds later she talks to him warmly, and he stays with her."),
        ("oooommmsss", "nnnnnssssn", f"{LOOKS}; a second later she smiles, and he smiles."),
        ("oooosssooo", "nnnnnssnnn", "He smiles at her; a second later she smiles."),
        ("oooopppooo", "nnnnnnnvvv", None),  # when she speaks he is with something else: it fits both
        ("oooopppmmm", "eeeeeevvvv", f"{FUSSES}; 2 seconds later she talks to him warmly, and he looks at her."),
        ("oooopppppp", "eeeeeesssn", None),  # a smile to his distress is no answer
        ("oooommmmmm", "nnnnnnnnvv", None),  # too late
        ("oooommmmmm", "vvvvvvvvvv", None),  # she is with him already
        ("ssssmmmmmm", "nnnnnnvvvv", None),  # his smile fades: no bid
    ],
)
def test_a_bid_answered(his, hers, why):
    clips = of_kind(coded(his, hers), "bid-answered")
    if why is None and not his.endswith("ooo"):
        assert clips.empty
    else:
        assert clips["turn"].tolist() == [4]
        assert why is None or clips["why"].tolist() == [why]


def test_a_bid_answered_shows_the_signal_the_answer_and_what_he_does_next():
    clip = of_kind(coded("oooommmmmmmmm", "nnnnnnvvvvvvv"), "bid-answered").iloc[0]
    assert (clip["onset"], clip["offset"]) == (2, 9)
    assert of_kind(coded("oooommmmmmmmm", "nnnnnnvvvvvvv"), "bid-answered", within=1).empty


def test_bids_after_which_he_is_brighter_come_first():
    his = "ooooommmmmooooooommsss" + "o" * 8
    her = "nnnnnnvvvvnnnnnnnnvvvv" + "n" * 8
    assert of_kind(coded(his, her), "bid-answered")["turn"].tolist() == [17, 5]


@pytest.mark.parametrize(
    ("his", "hers", "why"),
    [
        (
            "ooommmmmmooo",
            12 * "e",
            f"{LOOKS}, and her attention is elsewhere for the moment. He goes on for 6 seconds.",
        ),
        ("ooosssooo", "nnnnnnnnn", "He smiles at her, and her face stays quiet for the moment."),
        ("ooopppooo", "sssssssss", f"{FUSSES}, and her mood is brighter than his for the moment."),
        ("ooommmmmm", "nnnnnnnnn", None),  # to watch him while he looks is no miss
        ("ooommmmmm", "eeeeevvvv", None),  # answered
        ("ooomm", "eeeee", None),  # who knows what came after
        ("ooommm..", "eeeeeeee", None),
    ],
)
def test_a_bid_missed(his, hers, why):
    """Shown after three others, of another part of the session."""
    others = ("ooommmmm" + "o" * 6) * 3, ("nnnnvvvv" + "n" * 6) * 3
    session = coded(others[0] + his, others[1] + hers)
    clips = session.moments_worth_showing(kinds=["bid-answered", "bid-missed"]).frame()
    missed = clips[clips["kind"] == MISSED]
    assert missed["why"].tolist() == ([] if why is None else [why])
    if why:
        assert clips["kind"].tolist() == 3 * ["bid-answered"] + [MISSED]
        same = "looks up" in why
        assert ("In clip 1 she answers the same signal" in missed["look"].item()) == same


def test_bids_missed_never_stand_alone_and_are_few():
    bid = ("ooommmmmooo", "eeeeeeeeeee")
    assert len(coded(*bid).moments_worth_showing()) == 0
    answers = ("ooommmmmooo", "nnnnvvvvnnn")
    his, hers = ("".join(each) for each in zip(*(4 * [bid] + 7 * [answers]), strict=True))
    kinds = coded(his, hers).moments_worth_showing(kinds=["bid-answered", "bid-missed"]).frame()["kind"].tolist()
    assert kinds == 7 * ["bid-answered"] + 2 * [MISSED]
    with pytest.raises(ds.DyadsimError, match="never alone"):
        coded(his, hers).moments_worth_showing(kinds=["bid-missed"])


def test_a_chain_of_fitting_answers():
    clip = of_kind(coded("ppppmmssoopppp", "nnnnvvssvnnnnn"), "chain").iloc[0]
    assert (clip["onset"], clip["offset"]) == (4, 10)
    assert "he changes twice: he looks at her, then smiles at her, then is with something else." in clip["why"]
    assert of_kind(coded("ppppmmmmmmpppp", "nnnnvvvvvvnnnn"), "chain").empty  # nothing in it to go along with


def test_of_a_long_chain_the_part_in_which_he_changes_most_is_shown():
    clip = of_kind(coded("o" * 30 + "mosmo" + "o" * 10, "v" * 45), "chain").iloc[0]
    assert clip["seconds"] == LONGEST
    assert clip["onset"] == 25  # no more fits in after it
    assert "changes 5 times" in clip["why"]


def test_calming_while_she_talks_to_him():
    clip = of_kind(coded("oopppppppmmmm", "nnnnnnvvvvvvv"), "calming").iloc[0]
    assert (clip["onset"], clip["turn"], clip["offset"]) == (4, 9, 12)
    assert clip["why"] == "He has been upset for 7 seconds; while she talks to him warmly, he calms and looks at her."
    assert of_kind(coded("oopppppppmmmm", "nnnnnnnnnnnnn"), "calming").empty  # he calms by himself
    assert of_kind(coded("oopppppppmpmm", "nnnnnnvvvvvvv"), "calming").empty  # not for long


def test_shared_joy():
    clip = of_kind(coded("ooommssssoo", "nnnnvvsssnn"), "shared-joy").iloc[0]
    assert (clip["onset"], clip["turn"], clip["offset"]) == (4, 6, 11)
    assert (clip["why"], "she joins him" in clip["look"]) == ("Both smile for 3 seconds.", True)


# Codes of affect ------------------------------------------------------------------------------------------------------


def test_fit_in_codes_of_affect_lies_between_that_of_the_states_a_code_may_be():
    fit, exact = fit_of(VALENCE), fit_of(ds.ICEP)
    assert np.array_equal(exact.least, FITTING.T)
    assert np.array_equal(exact.most, exact.mean)
    assert fit.mean[2, 2] == pytest.approx((0.3 + 1.5) / 2)  # he smiles; she talks or smiles
    assert (fit.least[0, 2], fit.most[0, 2]) == (-1.0, 1.0)  # he is upset; she laughs, or talks to him
    assert (fit.least <= fit.mean).all()
    assert (fit.mean <= fit.most).all()


def test_a_bright_face_while_he_is_upset_counts_only_where_he_is_brighter_after_it():
    stays, calms = coded("000------", "00000++++", VALENCE), coded("000---000", "00000++++", VALENCE)
    assert of_kind(stays, "bid-answered").empty
    clip = of_kind(calms, "bid-answered").iloc[0]
    assert clip["why"] == "He gets upset; 2 seconds later she brightens, and he calms."
    remarks = " ".join(calms.moments_worth_showing().remarks)
    assert "cannot tell a warm voice from a laugh" in remarks


def test_a_chain_in_codes_of_affect_claims_nothing_while_he_is_upset():
    assert of_kind(coded("0+0-0+0-0+", "+" * 10, VALENCE), "chain").empty
    assert "he is calm, then cheerful, then calm" in of_kind(coded("0+0+0+", "+" * 6, VALENCE), "chain")["why"].item()


@pytest.mark.parametrize("file", ["mangold_3367goodman", "mangold_3532goodman"])
def test_real_sessions_give_clips_in_which_both_are_coded(file):
    session = ds.read_coded(file)
    clips = session.moments_worth_showing()
    assert len(clips) >= 3
    for onset, offset in clips.frame()[["onset", "offset"]].itertuples(index=False):
        assert session.codable()[round(onset / session.step) : round(offset / session.step)].all()


def test_the_longest_published_repair_is_offered_first():
    """Of session 3532: the longest of the mismatches that a match without distress mends."""
    session = ds.read_coded("mangold_3532goodman")
    clip = of_kind(session, "repair").iloc[0]
    repairs = session.events().query("event == 'repair'").set_index("time")["latency"]
    assert f"{repairs[clip['turn']]:.1f} seconds out of step" in clip["why"]
    assert repairs[clip["turn"]] == repairs.max()


# Still-faces and gaps -------------------------------------------------------------------------------------------------


def test_where_she_is_asked_to_answer_nothing_there_is_nothing_to_show():
    simulated = ds.interact(ds.Cohort.sample(5, seed=1), "still-face", seed=1)
    for dyad in range(5):
        clips = simulated.moments_worth_showing(dyad)
        assert "still-face" not in set(clips.frame()["episode"])
        assert "Left out: still-face" in clips.remarks[0]
    half = "ooommmmm" + "o" * 6, "nnnnvvvv" + "n" * 6
    his, hers = (2 * each for each in half)
    for name in ("Still-Face", "still_face 2", "SF", "separation"):
        frame = coded(his, hers, episodes=("play", name), ends=[14, 28]).moments_worth_showing().frame()
        assert set(frame["episode"]) == {"play"}
    frame = coded(his, hers, episodes=("play", "sofa"), ends=[14, 28]).moments_worth_showing().frame()
    assert set(frame["episode"]) == {"play", "sofa"}


def test_a_moment_put_into_a_session_is_left_out_by_what_it_does():
    """Whatever it is called: her phone holds her elsewhere."""
    session = ds.interact(ds.Cohort.sample(2, seed=1), "phone-play", seed=1)
    clips = session.moments_worth_showing(1)
    assert clips.of.left_out == ["phone", "phone 2", "phone 3"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"dyad": 1}, "place of the dyad must be a whole number from 0 to 0"),
        ({"most": 0}, "moments worth showing must be a whole number from 1"),
        ({"kinds": ["repiar"]}, "Did you mean 'repair'"),
        ({"kinds": []}, "never alone"),
        ({"within": float("nan")}, "must lie between 1 and 20"),
        ({"within": "long"}, "must be a number from 1 to 20"),
        ({"scheme": "strikt"}, "Did you mean 'strict'"),
    ],
)
def test_what_is_impossible_gets_one_sentence(asked, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        coded("ooo", "nnn").moments_worth_showing(**asked)


def test_words_rate_nobody():
    session = ds.interact(ds.Cohort.sample(60, "depressed", seed=2), seed=2)
    said = " ".join(
        " ".join(frame["why"] + frame["look"])
        for frame in (session.moments_worth_showing(d, most=40).frame() for d in range(60))
    ).lower()
    assert "for the moment" in said
    for word in (
        "fail",
        "ignor",
        "neglect",
        "insensitiv",
        "bad",
        "wrong",
        "score",
        "should",
        "poor",
        "intrusi",
        "hostil",
    ):
        assert word not in said


# Of any session -------------------------------------------------------------------------------------------------------


@st.composite
def sessions(draw):
    """Of one dyad, coded with gaps, in up to three episodes, at one of several steps."""
    codes = draw(st.sampled_from([ds.ICEP, VALENCE]))
    luck = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    step = draw(st.sampled_from([0.04, 0.2, 0.5, 1.0, 2.0]))
    seconds, bout = draw(st.integers(5, 120)), draw(st.sampled_from([1.0, 3.0, 8.0]))
    steps = max(round(seconds / step), 3)
    gaps = draw(st.sampled_from([0.0, 0.1]))

    def lane(states):
        lengths = np.maximum(luck.geometric(min(step / bout, 1.0), steps), 1)
        values = np.where(luck.random(steps) < gaps, -1, luck.integers(0, len(states), steps))
        return np.repeat(values, lengths)[:steps].astype(np.int8)

    cuts = sorted(set(luck.integers(1, steps, draw(st.integers(0, 2))).tolist()) - {steps})
    ends = [*cuts, steps]
    names = [f"e{k}" for k in range(len(ends))]
    return ds.Session(["one"], names, ends, codes, step, (lane(codes.infant)[None], lane(codes.mother)[None], None))


def replaced(session, infant, mother, ends, episodes=None, dyads=None):
    states = (infant, mother, None)
    return ds.Session(dyads or session.dyads, episodes or session.episodes, ends, session.codes, session.step, states)


@settings(deadline=None, max_examples=60)
@given(sessions(), st.integers(1, 12))
def test_clips_lie_where_both_are_coded_within_an_episode_and_none_shows_what_another_does(session, most):
    clips = session.moments_worth_showing(most=most)
    frame = clips.frame()
    assert len(clips) <= most
    codable, places = session.codable(), range(len(session.episodes))
    begins = dict(zip(session.episodes, [0, *session.ends[:-1]], strict=True))
    over = dict(zip(session.episodes, session.ends, strict=True))
    shown = np.zeros(session.ends[-1], dtype=int)
    for clip in clips.clips:
        assert begins[clip.episode] <= clip.first < clip.stop <= over[clip.episode]
        assert clip.first <= clip.turn < clip.stop
        assert codable[clip.first : clip.stop].all()
        assert (clip.stop - clip.first) * session.step <= LONGEST + session.step
        assert clip.why.endswith(".")
        assert "  " not in clip.why + clip.look
        shown[clip.first : clip.stop] += 1
    assert shown.max(initial=0) <= 1
    assert len(places) == len(session.episodes)
    kinds = frame["kind"].tolist()
    assert kinds == [k for k in kinds if k != MISSED] + [MISSED] * kinds.count(MISSED)
    assert 3 * kinds.count(MISSED) <= len(kinds) - kinds.count(MISSED)
    assert frame["place"].tolist() == [*range(1, len(frame) + 1)]
    assert clips.frame(in_time=True)["onset"].is_monotonic_increasing
    assert (frame["offset"] - frame["onset"]).round(6).tolist() == frame["seconds"].round(6).tolist()


@settings(deadline=None, max_examples=40)
@given(sessions(), st.integers(1, 50))
def test_later_in_time_or_of_another_dyad_the_clips_are_the_same(session, later):
    """Shifted by uncoded time in front; as the second of two dyads, of another name."""
    clips = session.moments_worth_showing()
    front = np.full((1, later), -1, dtype=np.int8)
    moved = [np.concatenate([front, part], axis=1) for part in (session.infant, session.mother)]
    shifted = replaced(session, *moved, [end + later for end in session.ends]).moments_worth_showing()
    steps = ("first", "stop", "turn")
    assert [[getattr(c, s) - later for s in steps] for c in shifted.clips] == [
        [getattr(c, s) for s in steps] for c in clips.clips
    ]
    assert [c.why for c in shifted.clips] == [c.why for c in clips.clips]
    both = [np.repeat(part, 2, axis=0) for part in (session.infant, session.mother)]
    two = replaced(session, *both, session.ends, [f"other {name}" for name in session.episodes], ["a", "b"])
    same = two.moments_worth_showing(1)
    assert same.of.dyad == "b"
    drop = "episode"
    assert same.frame().drop(columns=drop).equals(clips.frame().drop(columns=drop))


def test_frames_of_a_finer_step_give_the_clips_of_the_seconds():
    """Each second held for 25 frames: the same clips, at the same times."""
    session = ds.interact(ds.Cohort.sample(1, seed=3), seed=3, seconds=300)
    fine = [np.repeat(part, 25, axis=1) for part in (session.infant, session.mother)]
    frames = ds.Session(["0"], ["play"], [300 * 25], ds.ICEP, 0.04, (*fine, None))
    own, other = session.moments_worth_showing().frame(), frames.moments_worth_showing().frame()
    assert own.equals(other)
    assert len(own) == 10
    assert set(own["kind"]) <= set(KINDS)
