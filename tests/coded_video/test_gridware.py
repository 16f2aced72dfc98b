"""GridWare: trajectories give the events that are in them, and bad ones a sentence."""

import pytest
from coding_files import EVENTS, REAL, coding_of, events_of, gridware, real_events

import dyadsim as ds
from dyadsim.coded_video.gridware import READERS


def read(content, name="visit.trj"):
    return coding_of(READERS, content if isinstance(content, bytes) else content.encode(), name)


def coded(coding, uncoded="uncoded"):
    return [event for event in events_of(coding) if event[-1] != uncoded]


@pytest.mark.parametrize("name", REAL)
def test_real_sessions_give_their_events(name):
    events = real_events(name)
    assert coded(read(gridware(events))) == sorted(events)


def test_a_trajectory_gives_its_events_and_its_span():
    coding = read(gridware(EVENTS), "visit.txt")
    assert coded(coding) == sorted(EVENTS)
    assert coding.tiers == ("mother", "infant")
    assert coding.spans.values.tolist() == [["", 0.0, 6.04]]
    assert coding.events["place"].iloc[0] == "line 2"


@pytest.mark.parametrize("uncoded", ["uncoded", "9", "--"])
def test_uncoded_time_keeps_its_code(uncoded):
    assert ("mother", 3.0, 3.4, uncoded) in events_of(read(gridware(EVENTS, uncoded)))


def test_a_blank_cell_is_no_event():
    assert events_of(read(gridware(EVENTS, ""))) == sorted(EVENTS)
    assert events_of(read("Onset\tmother\tinfant\n0\t1\t2\n1\t\t2\n2\n3\t1\t2\n4\n")) == [
        ("infant", 0.0, 2.0, "2"),
        ("infant", 3.0, 4.0, "2"),
        ("mother", 0.0, 1.0, "1"),
        ("mother", 3.0, 4.0, "1"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines_make_no_difference(encoding, end):
    events = [(tier, onset, offset, f"{code}, très") for tier, onset, offset, code in EVENTS]
    content = gridware(events).decode().replace("\n", end).encode(encoding)
    assert coded(read(content)) == sorted(events)
    assert coded(read(content.rstrip(b"\r\n"))) == sorted(events)  # no end of the last line


def test_what_others_add_makes_no_difference():
    plain = gridware(EVENTS).decode()
    header, *rows = (line.split("\t") for line in plain.splitlines())
    for changed in (
        plain.replace(".", ","),
        plain.replace("Onset", "onset"),
        "\n".join(line + "\t\t" for line in plain.splitlines()),
        "\n\n".join(plain.splitlines()) + "\n",
        "\n".join("\t".join([row[0], *row[:0:-1]]) for row in (header, *rows)),
    ):
        assert coded(read(changed)) == sorted(EVENTS)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("hello\n", "line 1: a trajectory begins with 'Onset' .* not with 'hello'"),
        ("Onset\n0\n", "line 1: a trajectory begins with 'Onset' and the names of its variables"),
        ("Onset\ta\t\tb\n0\t1\t2\t3\n1\n", "line 1: a trajectory begins"),
        ("Onset\ta\ta\n0\t1\t2\n1\n", "two variables named 'a'"),
        ("Onset\ta\n", "line 1: the last row must be the time of the end alone"),
        ("Onset\ta\n0\n", "line 2: the last row must be"),
        ("Onset\ta\n0\t1\n2\t2\n", "line 3: the last row must be the time of the end alone; the file may be cut off"),
        ("Onset\ta\n0\t1\n2\t2\n1\n", "line 4: the onset 1 does not come after 2"),
        ("Onset\ta\n0\t1\n0\t2\n1\n", "line 3: the onset 0 does not come after 0"),
        ("Onset\ta\n0\t1\nsoon\t2\n1\n", "line 3: the onset must be a number of seconds, not 'soon'"),
        ("Onset\ta\n0\t1\n\t2\n1\n", "line 3: the onset must be a number of seconds, not ''"),
        ("Onset\ta\n0\t1\t2\n1\n", "line 2, does not fit its header: it has 3 cells, the header 2"),
        ("Onset\ta\n0\t\n1\n", "holds no codes"),
        ("Onset\ta\n0\t1\n9999999\n", "line 2: a time is no number up to 1,000,000 s"),
        ('Onset\ta\n0\t"1\n2\n', "cannot be split into columns"),
    ],
)
def test_a_bad_trajectory_gets_one_sentence(content, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence) as error:
        read(content)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("'visit.trj'")


def test_other_files_are_not_taken_for_trajectories():
    others = [b"", b"Onset,a\n0,1\n1\n", b"a\tOnset\n", bytes(range(256))]
    assert not [content for content in others for reader in READERS if reader.knows("visit.txt", content)]
