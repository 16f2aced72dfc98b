"""How the parameters of development were set by published figures, and what the calibration goes by."""

import tomllib
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from few_priors import copied

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.findings.registry import rows_read
from dyadsim.fitting.calibrate_development import DevelopmentFit, files_read, inputs_hash
from dyadsim.fitting.priors import DevelopmentPriors
from dyadsim.theory import evidence
from dyadsim.theory.dynamics import PARAMETERS
from dyadsim.theory.priors import assumed_parameters


def shipped_development():
    return tomllib.loads(resources.files("dyadsim").joinpath("data/development.toml").read_text("utf-8"))


def test_only_calibrate_rows_are_read_and_others_may_say_anything(monkeypatch):
    nonsense = {
        id: row if row.role == "calibrate" else replace(row, value="-99", low="-99", high="99")
        for id, row in evidence._all().items()
    }
    values = DevelopmentPriors.read().value
    own = DevelopmentFit(250, DevelopmentPriors.read()).read(values)
    monkeypatch.setattr(evidence, "_all", lambda: nonsense)
    # I036 is what I037 is a share of; both may set a parameter.
    assert {row.role for row in rows_read()} == {"calibrate"}
    assert np.array_equal(DevelopmentFit(250, DevelopmentPriors.read()).read(values), own)


def test_the_shipped_parameters_were_made_from_the_shipped_priors_and_rows():
    made = shipped_development()["provenance"]
    assert made["inputs"] == inputs_hash(), "run: " + made["command"]
    assert made["settled"]


def test_every_parameter_has_a_value_and_what_was_assumed_before():
    shipped, assumed = shipped_development()["parameters"], assumed_parameters()
    assert {name for group in shipped.values() for name in group} == set(PARAMETERS) == set(assumed)
    for name, prior in assumed.items():
        if prior["sd"] == 0:
            assert ds.Dynamics.default()[name] == prior["value"], name
        else:
            assert PARAMETERS[name].source != "assumed", name


# What the calibration goes by -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def before():
    """The hash of what ships, which is that of a copy as long as nothing was changed in it."""
    return inputs_hash()


@pytest.fixture
def data(before, monkeypatch, tmp_path):
    return copied(monkeypatch, tmp_path)


def append(path, text="# changed"):
    path.write_text(path.read_text("utf-8") + f"\n{text}\n", encoding="utf-8")


def test_what_no_study_names_may_be_added_or_changed_without_a_new_calibration(before, data):
    for folder, like in (("instruments", "couple-scale"), ("settings", "colic"), ("populations", "trauma")):
        assert (folder, like) not in files_read()
        text = (data / folder / f"{like}.toml").read_text("utf-8")
        (data / folder / "of-my-own.toml").write_text(text.replace(f'name = "{like}"', 'name = "of-my-own"'), "utf-8")
        append(data / folder / f"{like}.toml")
    assert "of-my-own" in toml_models.names("instruments")
    assert inputs_hash() == before


@pytest.mark.parametrize(
    "named",
    [
        "instruments/epds",  # of a pattern
        "instruments/unresolved-interview",  # of one that asks for a cut alone
        "settings/partner-violence",  # of a population
        "populations/preterm",  # of a design
        "paradigms/free-play",  # of the play of a week
    ],
)
def test_what_a_study_names_may_not(before, data, named):
    append(data / f"{named}.toml")
    assert inputs_hash() != before


def test_what_is_read_does_not_depend_on_what_was_read_before():
    assert files_read() == files_read()
    assert {"community", "depressed", "mixed-risk", "preterm"} == {
        name for folder, name in files_read() if folder == "populations"
    }
