"""How the parameters of families were set by published figures, and what the calibration goes by."""

import tomllib
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.findings.registry import MAY_SET, findings_of
from dyadsim.fitting.calibrate_families import FamilyFit, usual_of
from dyadsim.fitting.priors import FamilyPriors
from dyadsim.theory import evidence
from dyadsim.theory.priors import assumed_of_families

SHIPPED = tomllib.loads(resources.files("dyadsim").joinpath("data/families.toml").read_text("utf-8"))
FEW = 80


@pytest.fixture(scope="module")
def fit():
    return FamilyFit(FEW, FamilyPriors.read())


def test_only_rows_that_may_set_a_parameter_are_read(fit, monkeypatch):
    values = fit.priors.value
    own = fit.read(values)
    nonsense = {
        id: row if row.role in MAY_SET else replace(row, value="-99", low="-99", high="99")
        for id, row in evidence._all().items()
    }
    monkeypatch.setattr(evidence, "_all", lambda: nonsense)
    assert np.array_equal(fit.read(values), own)


def test_the_file_names_the_rows_it_was_made_from():
    made = SHIPPED["provenance"]
    assert made["evidence"] == list(findings_of("families", sets=True)), "run: " + made["command"]


def test_every_parameter_has_a_value_and_what_was_assumed_before():
    shipped, assumed = SHIPPED["parameters"], assumed_of_families()
    names = {name for group in shipped.values() for name in group}
    assert names == set(ds.FAMILY_PARAMETERS)
    assert set(assumed) == names - set(shipped["usual"])
    for name, prior in assumed.items():
        if prior["sd"] == 0:
            assert ds.FamilyParameters.default()[name] == prior["value"], name


def test_what_is_usual_is_made_from_the_rest(fit):
    fit.settle_usual(fit.priors.value)
    values = fit.parameters(fit.priors.value)
    assert {name: values[name] for name in fit.usual} == fit.usual
    told = usual_of(fit._studies(fit.priors.value))
    assert told["usual company"] == pytest.approx(fit.usual["usual company"], rel=0.1)


def test_a_step_goes_where_rows_and_assumptions_are_nearer(fit):
    # Of one parameter that one row speaks of plainly: the share of partners who are depressed, by how far they differ.
    priors = FamilyPriors.of(
        {"partner on depression": {"value": 0.5, "sd": 1.0}}, {"partner on depression": (-2.0, 2.0)}
    )
    assumed = {name: each["value"] for name, each in assumed_of_families().items()}
    one = FamilyFit(FEW, replace(priors, fixed={**assumed, **priors.fixed}))
    one.priors.fixed.pop("partner on depression", None)
    start = one.priors.value
    here = one.read(start)
    slopes = (one.read(start - 0.5) - here)[:, None] / -0.5
    stepped = one.stepped(start, slopes, here)
    assert stepped[0] < start[0]
    assert one.cost(stepped, one.read(stepped)) < one.cost(start, here)


@pytest.mark.parametrize("asked", [{"families": 10}, {"rounds": 0}])
def test_numbers_that_cannot_be_are_refused(asked):
    with pytest.raises(ds.DyadsimError, match="from"):
        ds.calibrate_families(**asked)
