"""How the coefficients of interaction were set by published figures."""

import tomllib
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

import dyadsim as ds
from dyadsim.findings import still_face_patterns
from dyadsim.findings.registry import MAY_SET
from dyadsim.fitting import calibrate_interaction
from dyadsim.theory import evidence


def test_the_shipped_defaults_were_made_from_the_shipped_priors_and_rows():
    text = resources.files("dyadsim").joinpath("data/defaults.toml").read_text("utf-8")
    made = tomllib.loads(text)["provenance"]
    assert made["inputs"] == calibrate_interaction.inputs_hash(), "run `dyadsim calibrate interaction` anew"
    assert {evidence.row(id).role for id in made["evidence"]} == set(MAY_SET)


def nonsense():
    """Every row of another role made nonsense."""
    return {
        id: row if row.role in MAY_SET else replace(row, value="-999", low="SD 999", high="-999")
        for id, row in evidence._all().items()
    }


def test_calibration_reads_no_row_but_of_the_two_roles(monkeypatch):
    """With every other row made nonsense, the fit is the same to the bit."""
    before = calibrate_interaction.calibrate_interaction(dyads=4, rounds=1, followed=0)
    here = calibrate_interaction.interaction_fit(4, 50)
    far_from = here.residuals(here.priors.value)
    said = nonsense()
    monkeypatch.setattr(evidence, "_all", lambda: said)
    calibrate_interaction.interaction_fit.cache_clear()
    after = calibrate_interaction.calibrate_interaction(dyads=4, rounds=1, followed=0)
    assert after.rows.equals(before.rows)
    assert after.parameters.equals(before.parameters)
    assert dict(after.provenance) == dict(before.provenance)
    there = calibrate_interaction.interaction_fit(4, 50)
    assert np.array_equal(there.residuals(there.priors.value), far_from)
    assert len(there.simulated.findings) > 30
    calibrate_interaction.interaction_fit.cache_clear()


@pytest.fixture(scope="module")
def fitted():
    return calibrate_interaction.calibrate_interaction(dyads=8, rounds=4, followed=0)


def test_calibration_comes_near_its_rows_and_says_what_it_leaves_open(fitted):
    rows = fitted.rows[fitted.rows["role"] == "calibrate"]
    assert rows["off"].abs().max() < 0.10
    assert set(rows["id"]) == still_face_patterns.POOLED.keys()
    parameters = fitted.parameters.set_index("parameter")
    assert parameters.loc[["infant_base.positive", "mother_inertia.vocal", "infant_persistence_effect"], "pinned"].all()
    # At 39 weeks nothing can be said of growth, and no row on the law speaks of regulation: they stay as assumed.
    for name in ("attention_growth", "contingency_growth", "regulation_growth"):
        assert parameters.loc[name, "settled"] == pytest.approx(0, abs=1e-9)
        assert parameters.loc[name, "value"] == parameters.loc[name, "assumed"]
    assert not parameters.loc["regulation_calms", "pinned"]


def test_a_row_that_sessions_tell_draws_a_coefficient_towards_where_it_holds():
    """An absence that is nothing to him shows no still-face effect: the distance is seen, and grows with it."""
    fit = calibrate_interaction.interaction_fit(4, 50)
    gone = dict.fromkeys(("absence_arouses", "absence_effect", "answer_holds", "infant_contingency"), 0.0)
    started = fit.priors.start
    near, far = (np.minimum(fit.simulated.rooms(each) - 1, 0) for each in (started, started.replace(gone)))
    assert far.sum() < near.sum() - 5


def test_a_calibration_is_written_in_the_form_of_the_defaults(fitted, tmp_path):
    written = tomllib.loads(fitted.write(tmp_path / "fit.toml").read_text("utf-8"))
    assert dict(ds.Coefficients(written["interaction"])).keys() == ds.COEFFICIENTS.keys()
    assert written["interaction"]["arousal_rise"] == fitted.coefficients["arousal_rise"]
    assert written["provenance"]["dyads"] == 8
    with pytest.raises(ds.DyadsimError, match="cannot be written"):
        fitted.write(tmp_path / "nowhere" / "fit.toml")


@pytest.mark.parametrize("wrong", [{"dyads": 100}, {"dyads": 0}, {"rounds": 0}, {"dyads": 2.5}])
def test_an_impossible_calibration_is_refused(wrong):
    with pytest.raises(ds.DyadsimError, match="number of"):
        calibrate_interaction.calibrate_interaction(**wrong)
