"""From events to a session: nothing filled, nothing chosen in silence, and every trap of real files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from coded_files import coding, refused, remarks, session, written

import dyadsim as ds
from dyadsim.coded_video.coding import spans_of
from dyadsim.coded_video.episode_times import EpisodeTimes
from dyadsim.coded_video.timeline import Options, sessions_of

HIS = ("infant", "A", 0, 10)
HERS = ("mother", "1", 0, 10)


def reading(found):
    return found.provenance["reading"]


def test_uncoded_time_stays_uncoded_and_is_reported():
    found = session(("infant", "A", 0, 3), ("infant", "--", 3, 4), ("infant", "W", 6, 9), HERS)
    assert found.infant[0].tolist() == [2, 2, 2, -1, -1, -1, 0, 0, 0, -1]
    said = reading(found)
    assert (said["infant_uncoded_s"], said["infant_gaps"], said["infant_said_uncoded_s"]) == (4, 2, 1)
    assert (said["mother_uncoded_s"], said["mother_gaps"]) == (0, 0)
    assert "The infant is not coded for 4.00 s (2 gaps), which stay uncoded." in remarks(found)


def test_codes_of_different_states_that_overlap_by_more_than_a_step_are_refused_with_both_places():
    said = refused(("infant", "A", 0, 5), ("infant", "W", 3, 9), HERS)
    assert "line 3: this code overlaps another in the tier 'infant' (line 2)" in said
    within = refused(("infant", "A", 0, 9), ("infant", "W", 3, 5), HERS)
    assert "line 3" in within
    assert "line 2" in within


def test_an_overlap_of_a_step_is_settled_for_the_later_onset_and_reported():
    found = session(("infant", "A", 0, 5), ("infant", "W", 4, 9), HERS)
    assert found.infant[0].tolist() == [2] * 4 + [0] * 5 + [-1]
    assert reading(found)["overlaps_settled"] == 1
    assert "1 overlap of up to a step: the code that begins later holds" in remarks(found)


def test_codes_of_one_state_may_overlap():
    found = session(("infant", "A", 0, 8), ("infant", "a", 3, 5), ("infant", "+", 7, 10), HERS)
    assert found.infant[0].tolist() == [2] * 10
    assert reading(found)["overlaps_settled"] == 0


def test_events_without_length_are_passed_over_and_counted():
    found = session(HIS, ("infant", "smile!", 4, np.nan), HERS)
    assert reading(found)["points_passed_over"] == 1


def inclusive(frame, begin=0.0):
    """Codes of both whose offsets are the last frame, of 3, 4, ... frames."""
    rows = []
    for partner, codes in (("infant", "ANWANWANW"), ("mother", "NANANANAN")):
        time = begin
        for n, code in enumerate(codes):
            length = (n % 3 + 3) * frame
            rows.append((partner, code, time, time + length - frame))
            time += length
    return rows


@pytest.mark.parametrize("frame", [0.04, 1 / 30, 0.001])
def test_offsets_that_are_the_last_frame_are_found_and_told(frame):
    found = session(*inclusive(frame), step=frame)
    assert (found.infant >= 0).all()
    assert "Offsets are the last" in remarks(found)


def test_offsets_are_left_as_they_are_where_one_code_begins_as_another_ends():
    rows = inclusive(0.04)
    rows[3] = (*rows[3][:3], rows[3][3] + 0.04)
    found = session(*rows, step=0.04)
    assert "Offsets" not in remarks(found)
    assert (found.infant < 0).sum() == 7  # a frame after each code but the one that was mended, and the last


def test_whole_seconds_that_count_the_last_are_found_where_many_codes_show_it():
    rows = [("infant", "AN"[n % 2], 5 * n, 5 * n + 4) for n in range(12)]
    found = session(*rows, ("mother", "1", 0, 59))
    assert (found.infant >= 0).all()
    few = session(*rows[:6], ("mother", "1", 0, 29))
    assert reading(few)["infant_gaps"] == 5


def test_a_pause_that_is_no_frame_is_a_gap():
    rows = [("infant", "A", 0, 1), ("infant", "W", 1.5, 3), ("infant", "A", 3.5, 5), ("infant", "N", 5.5, 10), HERS]
    found = session(*rows)
    assert reading(found)["infant_uncoded_s"] == 1.5


@pytest.mark.parametrize(
    ("times", "given", "step", "words"),
    [
        ((0, 3, 10), {}, 1.0, "multiples of 1 s"),
        ((0, 2.5, 10), {}, 0.5, "multiples of 0.5 s"),
        ((0, 2.3, 10), {}, 0.1, "multiples of 0.1 s"),
        ((0, 2.28, 10), {}, 0.04, "25 a second"),
        ((0, 2.233, 10.367), {}, 1 / 30, "30 a second"),
        ((0, 2.2371, 10), {}, 0.04, "since the times tell none"),
        ((0, 2.2371, 10), {"fps": 50}, 0.02, ""),
        ((0, 3, 10), {"step": 0.25}, 0.25, ""),
    ],
)
def test_the_step_is_given_or_found_from_the_times(times, given, step, words):
    a, b, c = times
    found = session(("infant", "A", a, b), ("infant", "W", b, c), ("mother", "1", a, c), **given)
    assert found.step == pytest.approx(step, rel=1e-4)
    assert words in remarks(found)


@pytest.mark.parametrize(("given", "what"), [({"step": 0}, "The step"), ({"fps": "x"}, "Frames a second")])
def test_a_step_that_is_none_is_refused(given, what):
    assert what in refused(HIS, HERS, **given)


def test_a_code_shorter_than_a_step_is_told():
    found = session(("infant", "A", 0, 5), ("infant", "W", 5, 5.2), ("infant", "A", 5.2, 10), HERS, step=1)
    assert reading(found)["shorter_than_a_step"] == 1


# Whose, and by whom ---------------------------------------------------------------------------------------------------


def test_coders_whose_names_differ_in_case_are_one():
    found = session(("infant", "A", 0, 5, "JR"), ("infant", "W", 5, 10, "jr "), (*HERS, "Jr"))
    assert reading(found)["coder"] == "JR"
    assert "'JR' and 'jr' are taken as one" in remarks(found)


def test_of_several_coders_one_is_chosen_by_name():
    rows = [("infant", "A", 0, 10, "Ann"), ("infant", "W", 0, 10, "Bo"), (*HERS, "Ann"), (*HERS, "Bo")]
    assert "holds codes of 2 coders ('Ann', 'Bo') of the same partner; choose one" in refused(*rows)
    assert session(*rows, coder="BO").infant.tolist() == [[0] * 10]
    assert "Did you mean 'Ann'" in refused(*rows, coder="Anne")
    assert "names no coders" in refused(HIS, HERS, coder="Ann")


def test_coders_who_coded_a_partner_each_need_no_choice():
    assert reading(session((*HIS, "Ann"), (*HERS, "Bo")))["coder"] == "Ann, Bo"


def test_empty_tiers_are_passed_over_and_an_empty_tier_of_a_partner_is_told():
    about = {"tiers": ("infant empty", "infant", "mother", "gaze")}
    found = session(HIS, HERS, about=about)
    assert reading(found)["tiers_passed_over"] == ["infant empty", "gaze"]
    assert "holds no codes in the tier 'mother'" in refused_coding((HIS,), tiers=("infant", "mother"))


def refused_coding(rows, options=None, **about):
    try:
        list(sessions_of(coding(*rows, **about), Options(**(options or {}))))
    except ds.DyadsimError as error:
        return str(error)
    raise AssertionError("it was read")


def test_of_several_tiers_of_a_partner_that_is_taken_whose_codes_are_known():
    gaze = ("mother gaze", "at him", 0, 10)
    found = session(HIS, HERS, gaze)
    assert reading(found)["mother_tier"] == "mother"
    assert "Passed over: 'mother gaze'" in remarks(found)
    two = (HIS, HERS, ("mother 2", "1", 0, 10))
    assert "2 tiers or columns that could hold the mother's states" in refused(*two)
    assert session(*two, mother="MOTHER 2").provenance["columns"]["mother"] == "MOTHER 2".lower()
    assert "Did you mean 'mother 2'" in refused(*two, mother="mother2")
    assert "no tiers or columns that could hold the infant's" in refused(HERS)
    assert "cannot both be read from" in refused(HIS, HERS, mother="infant")


def test_unscorable_spans_in_another_tier_are_reported_and_mask_codes_only_if_the_map_says_so(tmp_path):
    rows = [("Infant Affect", "A", 0, 10), ("Maternal Affect", "1", 0, 10), ("Maternal Problem Data", "XX", 4, 6)]
    found = session(*rows)
    assert (found.mother >= 0).all()
    assert (reading(found)["mother_unscorable_s"], reading(found)["mother_unscorable_yet_coded_s"]) == (2, 2)
    assert "marks 2.00 s; codes given in 2.00 s of them are kept" in remarks(found)
    own = ds.CodeMap.load("valence").changed({"name": "own", "masks": True})
    assert session(*rows, codes=own).mother[0].tolist() == [2] * 4 + [-1] * 2 + [2] * 4


def test_nothing_coded_of_both_at_once_is_told():
    assert "no time at which both partners are coded" in refused(("infant", "A", 0, 5), ("mother", "1", 5, 10))


def test_the_span_of_the_coding_counts_as_uncoded_time():
    found = session(HIS, HERS, about={"spans": spans_of([("", -2.0, 15.0)])})
    assert found.ends == [17]
    assert reading(found)["infant_uncoded_s"] == 7
    assert "spans 30,000,000 frames" in refused_coding((HIS, HERS), {"step": 0.001}, spans=spans_of([("", 0, 30_000)]))


def test_each_session_of_a_file_is_a_session():
    rows = [(*HIS, "", "d1"), (*HERS, "", "d1"), ("infant", "W", 5, 9, "", "d2"), ("mother", "0", 5, 8, "", "d2")]
    found = list(sessions_of(coding(*rows), Options()))
    assert [(each.dyads, each.ends) for each in found] == [(["d1"], [10]), (["d2"], [4])]
    assert [each.dyads for each in sessions_of(coding(*rows), Options(dyad="d2"))] == [["d2"]]
    assert "Unknown dyad in 'made.csv': 'd3'" in refused_coding(rows, {"dyad": "d3"})


# Episodes -------------------------------------------------------------------------------------------------------------

LONG = [("infant", "A", 0, 360), ("mother", "1", 0, 360)]


def test_episodes_are_as_the_file_tells_and_time_between_them_is_dropped_and_told():
    marked = pd.DataFrame(
        [("", "Free Play", 0, 100), ("", "SF", 110, 220), ("", "reunion", 220, 370)],
        columns=["session", "episode", "onset", "offset"],
    )
    found = session(*LONG, about={"episodes": marked})
    assert found.episodes == ["play", "still-face", "reunion"]
    assert found.ends == [100, 210, 360]
    assert reading(found)["between_episodes_s"] == 10
    assert "10.00 s coded outside the episodes are left out" in remarks(found)
    assert reading(found)["infant_uncoded_s"] == 10  # of the reunion, beyond the coding
    assert set(found.measures()["episode"]) == {"play", "still-face", "reunion"}


def test_episodes_may_be_codes_or_a_tier():
    marks = [("session", "still-face", 120, 240), ("session", "play", 0, 120), ("session", "note", 0, 9)]
    assert session(*LONG, *marks).episodes == ["play", "still-face"]
    named = [("episode", "warm-up", 0, 120), ("episode", "teaching", 120, 360)]
    assert session(*LONG, *named).episodes == ["warm-up", "teaching"]
    twice = [("phase", "play", 0, 120), ("phase", "play", 240, 360)]
    assert session(*LONG, *twice).episodes == ["play", "play 2"]
    assert "the episode 'play' (line 5) overlaps 'play'" in refused(
        *LONG, ("p", "play", 0, 120), ("p", "play", 90, 200)
    )


def test_a_phase_of_a_partner_that_means_a_state_is_no_episode():
    found = session(("infant", "play", 0, 9), ("mother", "play", 0, 9), codes="monadic-phases")
    assert found.episodes == ["session"]


KLEIN = """visit,start_play,start_sf,end_sf,end_play
t1,0:10:00,2:00:50,4:00:00,5:50:25
t2,0:01:00,2:00:00,3:00:00,5:00:00
"""


def timing(text):
    return EpisodeTimes.read("timing.csv", text.encode())


def test_a_timing_file_with_a_row_a_visit_has_play_still_face_and_reunion():
    found = session(*LONG, about={"file": "t1_jr.csv"}, episodes=timing(KLEIN), step=0.25)
    assert found.episodes == ["play", "still-face", "reunion"]
    assert np.diff(found.ends, prepend=0).tolist() == [442, 478, 441]  # 110.5, 119.5, 110.25 s
    assert "as 'timing.csv' tells them of 't1'" in remarks(found)


def test_the_real_timing_file_is_read_whole():
    path = Path(__file__).with_name("klein_timing.csv")  # its licence is beside it
    rows = EpisodeTimes.read(path.name, path.read_bytes()).rows
    assert len(rows) == 3 * 208
    lengths = pd.DataFrame([(each.name, each.offset - each.onset) for _, each in rows], columns=["name", "s"])
    assert lengths.groupby("name")["s"].median().round(1).to_dict() == {
        "play": 126.0,
        "reunion": 123.0,
        "still-face": 118.9,
    }
    assert (lengths["s"] < 30).sum() == 5  # stopped early; told, not left out


@pytest.mark.parametrize(
    "text",
    [
        "dyad,episode,onset,offset\nmade,play,0,100\nmade,sf,0:01:40,220\n",
        "dyad;episode;onset;duration\nMADE;play;0;100\nMADE;still face;100,0;120\n",
        "episode,onset (ms),offset (ms)\nplay,0,100000\nstill-face,100000,220000\n",
        "dyad,play_start,play_end,sf_start,sf_end\nmade,0,100,100,220\nother,,,,\n",
    ],
)
def test_timing_files_in_other_forms_say_the_same(text):
    found = session(*LONG, episodes=timing(text))
    assert (found.episodes, found.ends) == (["play", "still-face"], [100, 220])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'timing.csv' is empty"),
        ("a,b\n1,2\n", "'timing.csv' is no timing file: its header needs dyad, episode, onset and offset"),
        ("dyad,episode,onset,offset\n", "holds no times of episodes"),
        ("dyad,episode,onset,offset\nmade,play,soon,100\n", "line 2: onset must be a time, not 'soon'"),
        (
            "dyad,episode,onset,offset\nmade,play,100,10\n",
            "line 2: the episode 'play' needs the time of its onset and a",
        ),
        ("dyad,episode,onset,offset\nmade,play,100,\n", "line 2: the episode 'play' needs the time"),
        ("dyad,episode,onset,offset\nother,play,0,10\n", "Unknown dyad in the timing file 'timing.csv': 'made'"),
        ("dyad,episode,onset,offset\nmade,play,1000,1100\n", "where nothing is coded; codes go from 0 to 360 s"),
        ("dyad,episode,onset,offset\nmade,play,0,99999999\n", "is longer than can be read"),
        ("dyad,episode,onset frame,offset frame\nmade,play,0,9\n", "in frames; episodes need times"),
    ],
)
def test_a_timing_file_that_does_not_fit_gets_a_sentence(text, sentence):
    try:
        found = session(*LONG, episodes=timing(text))
    except ds.DyadsimError as error:
        assert sentence in str(error)
        assert "\n" not in str(error)
    else:
        raise AssertionError(found.episodes)


def test_a_timing_file_is_given_by_its_path(tmp_path):
    file = written(tmp_path, "dyad,episode,onset,offset\nmangold_3532goodman,play,2000,2100\n", "timing.csv")
    found = ds.read_coded("mangold_3532goodman", episodes=file)
    assert (found.episodes, found.ends) == (["play"], [2500])
    with pytest.raises(ds.DyadsimError, match="There is no timing file"):
        ds.read_coded("mangold_3532goodman", episodes=tmp_path / "none.csv")
