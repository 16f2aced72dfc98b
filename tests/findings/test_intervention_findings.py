"""Published figures on interventions: which set a size, and how the others stand."""

import pytest

from dyadsim.common import toml_models
from dyadsim.findings.intervention_findings import INTERVENTION_CHECKS
from dyadsim.findings.programme_trials import Trials
from dyadsim.interventions.catalogue import Intervention
from dyadsim.theory import evidence
from dyadsim.validation.validation import not_expressed


@pytest.fixture(scope="module")
def trials():
    return Trials(150, seed=2)


def test_every_row_on_interventions_is_compared_or_says_why_not():
    rows = {row.id for domain in ("intervention", "trial") for row in evidence.rows(domain)}
    reasons = not_expressed("interventions")
    assert set(INTERVENTION_CHECKS) | set(reasons) == rows
    assert not set(INTERVENTION_CHECKS) & set(reasons)
    for id in rows:
        if evidence.row(id).role == "check":
            assert id in INTERVENTION_CHECKS, f"{id} is to be compared"


def test_no_row_is_compared_with_the_entry_whose_size_it_set():
    """But for rows that gave an effect a sign only, which say so."""
    entries = [Intervention.load(name) for name in toml_models.names("interventions")]
    sized = {
        id for entry in entries for effect in entry.effects if effect.grounding != "assumed" for id in effect.evidence
    }
    assert sized & set(INTERVENTION_CHECKS) == {"I033"}  # lent to trauma-focused therapy, compared with another
    told = {id: " ".join((look.__doc__ or "").split()) for id, look in INTERVENTION_CHECKS.items()}
    for id in ("I030", "I066"):
        assert "this row put in" in told[id], id


@pytest.mark.parametrize("id", ["I008", "I011", "I062", "I066", "T001", "T005"])
def test_a_row_on_interventions_is_read_from_trials(id, trials):
    found = INTERVENTION_CHECKS[id](trials)
    assert isinstance(found.holds, bool)
    if id == "I011":
        assert found.value == pytest.approx(0.17, abs=0.05)  # d = .34
    if id == "I066":
        assert found.parts[0].holds
