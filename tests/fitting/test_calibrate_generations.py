"""How inheritance was set by published figures, and what the calibration goes by."""

import tomllib
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.findings.registry import MAY_SET, findings_of
from dyadsim.fitting import calibrate_generations
from dyadsim.fitting.calibrate_generations import GenerationFit, childhood_norms
from dyadsim.fitting.priors import GenerationPriors
from dyadsim.theory import evidence
from dyadsim.theory.inheritance_parameters import CHILDHOOD, Inheritance
from dyadsim.theory.priors import assumed_of_inheritance

SHIPPED = tomllib.loads(resources.files("dyadsim").joinpath("data/inheritance.toml").read_text("utf-8"))
FEW = 200


@pytest.fixture(scope="module")
def fit():
    return GenerationFit(FEW, GenerationPriors.read())


def test_only_rows_that_may_set_a_parameter_are_read(fit, monkeypatch):
    values = fit.priors.value
    own = fit.read(values)
    nonsense = {
        id: row if row.role in MAY_SET else replace(row, value="-99", low="-99", high="99")
        for id, row in evidence._all().items()
    }
    monkeypatch.setattr(evidence, "_all", lambda: nonsense)
    assert np.array_equal(fit.read(values), own)


def test_the_file_names_the_rows_it_was_made_from_and_had_settled():
    made = SHIPPED["provenance"]
    assert made["evidence"] == list(findings_of("generations", sets=True)), "run: " + made["command"]
    assert made["settled"]


def test_every_parameter_has_a_value_and_what_was_assumed_before():
    assumed, values = assumed_of_inheritance(), ds.Inheritance.default()
    assert set(assumed) == set(ds.INHERITANCE_PARAMETERS) == set(values)
    for name, prior in assumed.items():
        if prior["sd"] == 0:
            assert values[name] == prior["value"], name
        else:  # what a fit moves has rows that speak of it
            assert not ds.INHERITANCE_PARAMETERS[name].source.startswith("assumed"), name


def test_norms_are_made_of_the_children_whom_they_score(fit):
    fit.settle_norms(fit.priors.value)
    studies = fit._studies(fit.priors.value)
    made, children = childhood_norms(studies), studies.lived("community").children
    for k, name in enumerate(CHILDHOOD):
        if name != "adversity":  # told as a score, by the norms it was made with
            assert made.mean[k] == pytest.approx(children[name].mean())
    adversity = children["adversity"]
    assert adversity.mean() == pytest.approx(0, abs=0.05) and adversity.std() == pytest.approx(1, abs=0.05)
    np.testing.assert_allclose(made.correlations, made.correlations.T)


def test_a_calibration_is_written_in_the_form_of_the_shipped_file_and_comes_nearer(tmp_path, monkeypatch):
    """One parameter alone is free, and far from where its row puts it."""
    priors = GenerationPriors.read()
    free = priors.names.index("maltreated -> maltreatment")
    one = GenerationPriors(
        [priors.names[free]], np.array([0.05]), np.array([0.3]), priors.low[[free]], priors.high[[free]],
        {**priors.fixed, **dict(zip(priors.names, priors.value, strict=True))},
    )  # fmt: skip
    monkeypatch.setattr(GenerationPriors, "read", classmethod(lambda cls: one))
    monkeypatch.setattr(calibrate_generations, "_NORM_ROUNDS", 1)
    found = ds.calibrate_generations(families=200, rounds=1)
    assert found.values["maltreated -> maltreatment"] > 0.08
    file = found.write(tmp_path / "inheritance.toml")
    again = Inheritance.read(file)
    assert again == found.values
    written = tomllib.loads(file.read_text("utf-8"))
    assert written.keys() == SHIPPED.keys()
    assert written["parameters"].keys() == SHIPPED["parameters"].keys()
    assert set(found.rows["id"]) == set(findings_of("generations", sets=True))
    with pytest.raises(ds.DyadsimError, match="number of families"):
        ds.calibrate_generations(families=10)
