"""BORIS in: projects and tables of every version give the same events, and bad ones a sentence."""

import gzip
import json

import numpy as np
import pytest
from coding_files_tables import (
    AGGREGATED,
    EVENTS,
    FPS,
    LENGTH,
    boris_aggregated,
    boris_project,
    boris_tabular,
    events_of,
    in_order,
    workbook,
)

import dyadsim as ds
from dyadsim.coded_video.boris import READERS

SECOND = [("infant", 1.0, 3.0, "smile"), ("mother", 0.0, 5.0, "neutral")]
FILES = {
    "project": lambda **how: boris_project(**how),
    "gzipped project": lambda **how: boris_project(gz=True, **how),
    "live project": lambda **how: boris_project(live=True, **how),
    **{
        f"{'old ' * old}{name} {to}": lambda write=write, to=to, old=old, **how: write(to=to, old=old, **how)
        for name, write in (("aggregated", boris_aggregated), ("tabular", boris_tabular))
        for to in ("csv", "tsv", "semicolons", "xlsx")
        for old in (False, True)
    },
}


def read(content, name="coded", fps=None):
    knowing = [reader for reader in READERS if reader.knows(name, content)]
    assert len(knowing) == 1, [reader.layout for reader in knowing]
    return knowing[0].read(name, content, fps)


def project(change):
    """A project after a change of what it holds."""
    held = json.loads(boris_project())
    change(held)
    return json.dumps(held).encode()


@pytest.mark.parametrize("file", FILES)
def test_every_layout_gives_the_events_that_were_coded(file):
    coding = read(FILES[file]())
    assert in_order(events_of(coding)) == in_order(EVENTS)
    assert coding.step == (None if "live" in file else 1 / FPS)
    assert coding.events["place"].is_unique and (coding.events["coder"] == "").all()


@pytest.mark.parametrize("file", [file for file in FILES if "old tabular" not in file])
def test_observations_are_sessions(file):
    coding = read(FILES[file](events={"visit 1": EVENTS, "2nd; visit": SECOND}))
    assert list(coding.events["session"].unique()) == ["visit 1", "2nd; visit"]
    assert in_order(events_of(coding, "2nd; visit")) == in_order(SECOND)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r"])
@pytest.mark.parametrize("write", [boris_aggregated, boris_tabular])
def test_encodings_and_line_ends_change_nothing(encoding, end, write):
    for old in (False, True):
        coding = read(write(old=old, to="semicolons", encoding=encoding, end=end))
        assert in_order(events_of(coding)) == in_order(EVENTS)


def test_decimal_commas_are_read_where_columns_are_not_split_by_commas():
    comma = "\n".join(
        ";".join(cell.replace(".", ",") if cell.replace(".", "").isdigit() else cell for cell in line.split(";"))
        for line in boris_aggregated(to="semicolons").decode().splitlines()
    )
    assert "0,400" in comma
    assert in_order(events_of(read(comma.encode()))) == in_order(EVENTS)


def test_columns_may_stand_in_any_order_and_rows_too():
    rows = [line.split("\t") for line in boris_aggregated().decode().splitlines()]
    order = np.random.default_rng(1).permutation(len(rows[0]))
    shuffled = [rows[0], *rows[:0:-1]]
    content = "\n".join("\t".join(row[k] for k in order) for row in shuffled)
    assert in_order(events_of(read(content.encode()))) == in_order(EVENTS)


def test_points_have_no_length_whatever_their_duration_says():
    for missing in ("NA", "", "--", "0.000"):
        content = boris_aggregated().replace(b"\tNA\t", f"\t{missing}\t".encode())
        assert [e for e in events_of(read(content)) if e[2] is None] == [("mother", 5.2, None, "touch")]


@pytest.mark.parametrize("kind", [" event", " event with coding map"])
def test_a_project_tells_states_from_points_by_its_ethogram(kind):
    assert in_order(events_of(read(boris_project(kind=kind)))) == in_order(EVENTS)


def test_marks_pair_within_a_subject_a_behaviour_and_its_modifiers():
    """One code of two people, and of two kinds, may overlap; marks need not stand in order of time."""

    def overlap(held):
        held["observations"]["visit 1"]["events"] = [
            [4.0, "infant", "smile", "left", ""],
            [1.0, "infant", "smile", "left", ""],
            [2.0, "infant", "smile", "right", ""],
            [3.0, "mother", "smile", "", ""],
            [5.0, "infant", "smile", "right", ""],
            [6.0, "mother", "smile", "", ""],
        ]

    coding = read(project(overlap))
    assert events_of(coding) == [("infant", 1, 4, "smile"), ("infant", 2, 5, "smile"), ("mother", 3, 6, "smile")]
    assert "modifiers" in " ".join(coding.remarks)


def test_a_state_that_was_never_stopped_lasts_to_the_end_and_the_coding_says_so():
    for content, end in (
        (boris_project(close=False), LENGTH),
        (boris_project(close=False, live=True), 12.0),
        (boris_tabular().rsplit(b"visit 1\t", 1)[0], LENGTH),
        (boris_tabular(old=True).rsplit(b"12.000\t", 2)[0], LENGTH),
    ):
        coding = read(content)
        last = coding.events[coding.events["onset"] == 9.52].iloc[0]
        assert (last["code"], last["offset"]) == ("gaze, away", end)
        assert "'gaze, away' of 'infant'" in " ".join(coding.remarks)


def test_media_are_as_long_as_what_plays_one_after_the_other_and_shifted_with_the_times():
    def two_files(held):
        observation = held["observations"]["visit 1"]
        observation["file"] = {"1": ["a", "b"], "2": ["c"]}
        observation["media_info"] = {"length": {"a": 12.0, "b": 8.5, "c": 3.0}, "fps": {"a": 25, "b": 25, "c": 25}}
        observation["time offset"] = 2.0
        observation["events"].pop()

    assert read(project(two_files)).events["offset"].max() == 22.5
    row = boris_tabular().replace(b"\t0.0\t12.000\t", b"\t2.0\t12.0;8.5|3.0\t").rsplit(b"visit 1\t", 1)[0]
    assert read(row).events["offset"].max() == 22.5


def test_several_frame_rates_leave_the_step_open():
    coding = read(boris_aggregated().replace(b"\t25.000\t", b"\t25.000;30.000\t", 1))
    assert coding.step is None and "25, 30" in " ".join(coding.remarks)
    assert read(boris_aggregated(), fps=10).step == 0.1
    assert read(boris_aggregated().replace(b"\t25.000\t", b"\tNA\t")).step is None


@pytest.mark.parametrize("write", [lambda **how: boris_project(live=True, **how), boris_aggregated])
def test_times_counted_from_1970_are_counted_from_the_first_event(write):
    coding = read(write(since=1_683_195_630.0))
    assert in_order(events_of(coding)) == in_order(EVENTS)
    assert "counted from 1970" in " ".join(coding.remarks)


def test_clock_times_are_read_too():
    content = boris_tabular(old=True)
    for seconds in ("0.400", "12.000"):
        content = content.replace(f"\n{seconds}\t".encode(), f"\n00:00:{float(seconds):06.3f}\t".encode())
    assert in_order(events_of(read(content))) == in_order(EVENTS)


def test_an_interval_of_coding_is_a_span():
    def limited(held):
        held["observations"]["visit 1"]["observation time interval"] = [0.0, 60.0]

    assert read(project(limited)).spans.to_numpy().tolist() == [["visit 1", 0.0, 60.0]]
    assert read(boris_project()).spans is None


def test_categories_stand_for_subjects_where_nobody_is_named():
    named = boris_aggregated().replace(b"\tmother\t", b"\tNo focal subject\t").replace(b"\tinfant\t", b"\t\t")
    coding = read(named)
    assert set(coding.events["tier"]) == {"affect"} and "categories" in " ".join(coding.remarks)
    coding = read(named.replace(b"\taffect\t", b"\tNot defined\t"))
    assert set(coding.events["tier"]) == {"No focal subject"}


def test_what_is_no_part_of_a_code_is_named():
    said = " ".join(read(boris_aggregated(modifier="left")).remarks)
    assert "independent variables (age)" in said and "Modifier #1" in said
    assert "Modifier" not in " ".join(read(boris_aggregated(modifier="None")).remarks)


def test_observations_without_events_are_passed_over_and_named():
    def empty(held):
        held["observations"]["visit 0"] = {**held["observations"]["visit 1"], "events": []}

    coding = read(project(empty))
    assert set(coding.events["session"]) == {"visit 1"} and "'visit 0'" in " ".join(coding.remarks)


def test_sheets_of_a_workbook_are_read_one_after_the_other():
    rows = [["Observation id", "Subject", "Behavior", "Behavior type", "Time", "Comment"]]
    one = [*rows, ["a", "infant", "smile", "START", 1, "x"], ["a", "infant", "smile", "STOP", 2.5, ""]]
    two = [["exported"], [], *rows, ["b", "mother", "touch", "POINT", 0.5, ""]]
    coding = read(workbook({"a": one, "notes": [["nothing"]], "b": two}))
    assert events_of(coding, "a") == [("infant", 1, 2.5, "smile")]
    assert events_of(coding, "b") == [("mother", 0.5, None, "touch")]
    assert list(coding.events["place"]) == ["sheet a, line 2", "sheet b, line 4"]


BAD = {
    "empty": (b"\n".join(boris_aggregated().splitlines()[:1]), "holds no codes"),
    "a start that is no time": (boris_aggregated().replace(b"\t0.400\t", b"\tlate\t"), "line 3: Start .s. must be a"),
    "a state without a stop": (boris_aggregated().replace(b"\t2.400\t", b"\tNA\t", 1), "line 3: Stop .s. must be"),
    "a stop before its start": (boris_aggregated().replace(b"\t2.400\t", b"\t0.1\t", 1), "line 3: the offset comes"),
    "no kind": (boris_aggregated().replace(b"STATE", b"STAT", 1), "line 2: unknown behaviour type 'STAT'. Did you"),
    "no behaviour": (boris_aggregated().replace(b"smile", b"", 1), "line 2: there is no behaviour"),
    "too few columns": (boris_aggregated(to="csv").replace(b",NA,", b",", 1), "line 7, does not fit its header"),
    "cut off": (boris_aggregated()[:-80], "seems to be cut off: its last line, 9"),
    "two columns alike": (boris_aggregated().replace(b"\tage\t", b"\tSubject\t"), "two columns named 'Subject'"),
    "points and commas": (
        boris_aggregated().replace(b"\t0.400\t", b"\t0,400\t"),
        "decimal points and decimal commas",
    ),
    "a start twice": (boris_tabular().replace(b"STOP", b"START", 1), "starts again before it has stopped .line"),
    "a stop alone": (boris_tabular().replace(b"START", b"STOP", 1), "line 2: 'smile' of 'mother' stops, and has not"),
    "a state unlike": (boris_tabular().replace(b"START", b"STATE", 1), "line 2: unknown behaviour type 'STATE'"),
    "a time too far": (
        boris_tabular().replace(b"\t12.000\tvisit", b"\t4e7\tvisit"),
        "line [0-9]+: a time is no number up to",
    ),
    "an old time": (boris_tabular(old=True).replace(b"\n0.400", b"\nsoon"), "line 31: Time must be a time in"),
    "cut-off project": (boris_project()[:-900], "is cut off|line [0-9]+, is no JSON"),
    "cut-off text in a project": (boris_project()[:1000], "is cut off: its JSON ends in line 56"),
    "cut-off gzip": (boris_project(gz=True)[:-20], "is cut off: it is a gzipped file"),
    "damaged gzip": (boris_project(gz=True)[:-8] + b"12345678", "is damaged"),
    "no list": (project(lambda p: p["observations"]["visit 1"].update(events={})), "'events' of observation 'visit 1'"),
    "no events": (project(lambda p: p["observations"]["visit 1"].pop("events")), "has no 'events'"),
    "no ethogram": (
        project(lambda p: p.pop("behaviors_conf")),
        "no BORIS project: the project has no 'behaviors_conf'",
    ),
    "not in the ethogram": (
        project(lambda p: p["observations"]["visit 1"]["events"][2].__setitem__(2, "smil")),
        "observation 'visit 1', event 3: not in the ethogram: unknown behaviour 'smil'. Did you mean 'smile'",
    ),
    "a short event": (
        project(lambda p: p["observations"]["visit 1"]["events"].__setitem__(2, [1.0])),
        "event 3: an event has a time, a subject, a behaviour and modifiers, and this has 1 part",
    ),
    "a time of pictures": (
        project(lambda p: p["observations"]["visit 1"]["events"][2].__setitem__(0, "NA")),
        "event 3: its time must be a number of seconds, not 'NA'",
    ),
    "a subject that is a number": (
        project(lambda p: p["observations"]["visit 1"]["events"][2].__setitem__(1, 7)),
        "event 3: its subject must be text, not '7'",
    ),
    "nested deeply": (b'{"observations": ' + b"[" * 100_000, "nested too deeply|is no JSON"),
    "a long number": (b'{"observations": ' + b"9" * 10_000 + b"}", "a number in it is too long"),
    "a name twice": (b'{"observations": {"a": {}, "a": {}}}', "names 'a' twice"),
    "no events at all": (project(lambda p: p["observations"]["visit 1"].update(events=[])), "holds no codes"),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_malformed_file_gets_one_sentence(fault):
    content, said = BAD[fault]
    with pytest.raises(ds.DyadsimError, match=said) as raised:
        read(content, "bad.file")
    assert "'bad.file" in str(raised.value) and "\n" not in str(raised.value)


def test_a_gzip_bomb_is_not_unpacked():
    bomb = gzip.compress(boris_project() + b" " * 25_000_000)
    with pytest.raises(ds.DyadsimError, match="unpacks to more than"):
        read(bomb)


def test_a_table_that_lacks_columns_is_not_known():
    for header in ("Behavior type", "Start (s)", "Subject"):
        content = boris_aggregated().replace(f"\t{header}\t".encode(), b"\tother\t")
        assert not any(reader.knows("x", content) for reader in READERS)
        with pytest.raises(ds.DyadsimError, match=f"lacks the column {header}".replace("(", r"\(").replace(")", r"\)")):
            READERS[1].read("x", content, None)
    assert len(AGGREGATED) == 26


@pytest.mark.parametrize("layout", ["boris", "boris-tabular", "boris-project"])
def test_what_is_written_for_boris_reads_as_it_was(tmp_path, layout):
    """``experiments/boris_check.py`` has BORIS itself open these."""
    session = ds.read_coded("mangold_3532goodman.csv")
    file = ds.write_coded(session, tmp_path / ("x.boris" if layout == "boris-project" else "x.tsv"), layout=layout)
    again = ds.read_coded(file, step=session.step)
    assert np.array_equal(again.infant, session.infant) and np.array_equal(again.mother, session.mother)


def test_tabular_events_are_written_with_the_columns_of_boris(tmp_path):
    session = ds.read_coded("mangold_3532goodman.csv")
    header = ds.write_coded(session, tmp_path / "x.tsv", layout="boris-tabular").read_text("utf-8").splitlines()[0]
    own = boris_tabular().decode().splitlines()[0].split("\t")
    assert header.split("\t") == [column for column in own if column not in ("age", "Modifier #1")]
