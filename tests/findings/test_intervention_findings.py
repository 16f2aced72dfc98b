"""Published figures on interventions: which set a size, and how the others stand."""

import pytest

from dyadsim.common import toml_models
from dyadsim.findings.programme_trials import ProgrammeTrials
from dyadsim.findings.registry import finding_of, findings_of
from dyadsim.interventions.catalogue import Intervention
from dyadsim.theory import evidence


@pytest.fixture(scope="module")
def trials():
    return ProgrammeTrials(150, seed=2)


def test_every_check_on_interventions_is_compared():
    rows = [row for domain in ("intervention", "trial") for row in evidence.rows(domain)]
    assert {row.id for row in rows if row.role == "check"} <= set(findings_of("interventions"))


def test_no_row_is_compared_with_the_entry_whose_size_it_set():
    """But for rows that gave an effect a sign only, which say so."""
    entries = [Intervention.load(name) for name in toml_models.names("interventions")]
    sized = {
        id for entry in entries for effect in entry.effects if effect.grounding != "assumed" for id in effect.evidence
    }
    assert sized & set(findings_of("interventions")) == {
        "I033"
    }  # lent to trauma-focused therapy, compared with another
    told = {id: each.how for id, each in findings_of("interventions").items()}
    for id in ("I030", "I066"):
        assert "this row put in" in told[id], id


@pytest.mark.parametrize("id", ["I008", "I011", "I062", "I066", "T001", "T005"])
def test_a_row_on_interventions_is_read_from_trials(id, trials):
    found = finding_of(id, "interventions")(trials)
    assert isinstance(found.holds, bool)
    if id == "I011":
        assert found.value == pytest.approx(0.17, abs=0.05)  # d = .34
    if id == "I066":
        assert found.parts[0].holds
