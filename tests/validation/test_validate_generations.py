"""How generations stand against the findings on transmission, stability and cycles."""

import pytest

import dyadsim as ds
from dyadsim.findings.generation_studies import GenerationStudies
from dyadsim.findings.registry import findings_of
from dyadsim.validation import validation


def test_validation_tells_of_every_row_and_which_hold():
    found = ds.validate_generations(families=200, seed=1)
    assert set(found.rows["id"]) == set(findings_of("generations"))
    assert set(found.not_expressed["id"]) == set(validation.not_expressed("generations"))
    rows = {row.id for row in validation.rows_of("generations")}
    assert rows == (set(found.rows["id"]) | set(found.not_expressed["id"])) - {"R021", "R022"}
    assert found.rows["how"].str.len().min() > 20
    counts = found.counts().set_index("role")["rows"]
    assert counts.to_dict() == {"calibrate": 8, "check": 10, "constraint": 3, "context": 2}


@pytest.fixture(scope="module")
def studies():
    return GenerationStudies(2500, 7, linear=True)


@pytest.mark.parametrize("id", sorted({*findings_of("generations", sets=True)} - {"F146", "R021", "R022"}))
def test_a_row_that_may_set_something_holds(studies, id):
    """Other families and luck than the fit had; with 2,500 families each misses less often than one time in twenty, and
    this seed was the first that was tried."""
    assert findings_of("generations")[id](studies).holds


@pytest.mark.parametrize("id", ["R021", "R022"])
def test_ties_of_her_state_of_mind_lie_in_the_upper_half_of_what_is_published(studies, id):
    """Errors of 5,000 mothers: .015; in later generations what goes with a state of mind adds up."""
    (part,) = findings_of("generations")[id](studies).parts
    assert part.published - 0.01 < part.value < part.high + 0.02


def test_transmission_under_risk_is_a_miss_that_is_told(studies):
    """F146: risk makes infants of autonomous mothers less often secure, as published; others' too, which is not. If it
    ever holds, the docs must say so."""
    secure, insecure = findings_of("generations")["F146"](studies).parts
    assert secure.holds and not insecure.holds
