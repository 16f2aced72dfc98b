"""Whatever a file of coded video holds, it is answered by a coding or a sentence (the command tries 2,000 a reader)."""

import mutated_codings
import pytest
from mutated_codings import READERS, Tried, answered, files, tried

from dyadsim.coded_video.read import coding_of

SEED, INPUTS = 14, 200  # files are fixed by their seed: a failure is a fault, not luck


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.layout)
def test_whatever_a_file_holds_it_is_answered_in_a_sentence(reader):
    found = tried(reader, INPUTS, SEED)
    assert found.faults == []
    assert found.files >= INPUTS
    assert found.known >= found.files / 2, "fewer than half get past the header"
    assert 0 < found.read < found.files


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.layout)
def test_files_are_good_before_they_are_changed_and_no_other_reader_takes_them(reader):
    assert files()[reader.layout]
    for content in files()[reader.layout]:
        found = Tried()
        answered(reader, "coded.txt", content, found)
        assert (found.faults, found.known, found.read) == ([], 1, 1)
        assert found.sessions == (reader.layout != "RTTM")  # which tells when somebody speaks, and no states
        assert coding_of("coded.txt", content).layout == reader.read("coded.txt", content, None).layout


def test_a_fault_would_be_seen(monkeypatch):
    def broken(*_):
        raise KeyError("onset")

    monkeypatch.setattr(mutated_codings, "sessions_of", broken)
    found = Tried()
    answered(READERS[0], "coded.txt", files()[READERS[0].layout][0], found)
    assert "KeyError" in found.faults[0][1]


def test_the_same_seed_gives_the_same_files(monkeypatch):
    runs = []
    monkeypatch.setattr(mutated_codings, "answered", lambda reader, name, content, found: runs[-1].append(content))
    for _ in range(2):
        runs.append([])
        tried(READERS[0], 20, SEED)
    assert runs[0] == runs[1] and len(set(runs[0])) > 15
