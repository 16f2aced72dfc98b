"""The command for services: what it prints is what the library gives, and bad input gets one sentence."""

import json

import pytest
from serving import two

import dyadsim as ds


@pytest.fixture
def file(tmp_path):
    (tmp_path / "two.toml").write_text(two(weeks=40).toml())
    return tmp_path / "two.toml"


def test_without_a_name_comparisons_and_services_are_listed(run):
    status, out, _ = run("services")
    assert status == 0
    for name in ("four-services", "nordic-universal", "specialist-only"):
        assert name in out


def test_services_are_compared_told_and_written(run, file, tmp_path):
    status, out, _ = run("services", file, "--out", "here", "--workers", 1, "--json")
    assert status == 0
    said = json.loads(out)
    direct = two(weeks=40).run(workers=1)
    assert said["cascade"][0]["mothers"] == direct.cascade().loc[0, "mothers"]
    assert (tmp_path / "here" / "report.html").is_file()
    status, out, _ = run("services", file, "--out", "here", "--workers", 1)
    assert status == 0
    assert "The cascade" in out or "Shares are of the mothers" in out
    assert len(ds.ServiceResults.read(tmp_path / "here").manifest.runs) == 1  # nothing was missing
    status, out, _ = run("services", file, "--workers", 1, "--communities", 4, "--seed", 2, "--json")
    assert json.loads(out)["comparison"]["communities"] == 4


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["services", "four-servces"], "Did you mean 'four-services'"),
        (["services", "no.toml"], "There is no service_comparison file"),
        (["services", "two.toml", "--communities", "1"], "number of communities must be a whole number from 2"),
    ],
)
def test_bad_input_gets_one_sentence(run, file, words, says):
    status, _, err = run(*words)
    assert status == 2
    assert says in err
    assert "Traceback" not in err
