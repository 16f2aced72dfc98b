"""The registry of findings: every row has its place, and what does not fit is refused."""

import pytest

import dyadsim as ds
from dyadsim.findings.registry import LEVELS, MAY_SET, finding, finding_of, findings_of, rows_read
from dyadsim.findings.session_studies import SessionStudies
from dyadsim.theory import evidence
from dyadsim.validation.validation import not_expressed, rows_of


@pytest.mark.parametrize("level", LEVELS)
def test_every_row_of_a_level_is_looked_for_or_has_its_reason(level):
    found, reasons = findings_of(level), not_expressed(level)
    rows = rows_of(level)
    for row in rows:
        assert (row.id in found) + (row.id in reasons) == 1, row.id
    assert not set(reasons) - {row.id for row in rows}
    assert all(len(reason) > 10 for reason in reasons.values())
    assert all(len(each.how) > 10 for each in found.values())


@pytest.mark.parametrize(
    ("level", "roles"), [("interaction", MAY_SET), ("development", ("calibrate",)), ("families", MAY_SET)]
)
def test_what_may_set_a_parameter_is_what_its_role_allows_and_nothing_else(level, roles):
    expressed = [row for row in rows_of(level) if row.id in findings_of(level)]
    setting = {row.id for row in expressed if row.role in roles}
    assert setting <= set(findings_of(level, sets=True))
    assert {finding_of(id, level).row.role for id in findings_of(level, sets=True)} == set(roles)
    assert not findings_of("interventions", sets=True)


def test_no_row_of_interaction_that_follows_is_left_out_and_few_that_set():
    left_out = [evidence.row(id).role for id in not_expressed("interaction")]
    assert "derived" not in left_out
    assert sum(role in MAY_SET for role in left_out) == 13


def test_rows_that_set_development_are_calibrate_rows_and_one_that_another_is_a_share_of():
    assert {row.role for row in rows_read()} == {"calibrate"}
    assert {row.id for row in rows_read()} - set(findings_of("development", sets=True)) == {"I036"}


def test_a_row_may_be_looked_for_at_two_levels():
    one, other = (finding_of("M_mesman_attach", level) for level in ("interaction", "development"))
    assert one.read is not other.read


@pytest.mark.parametrize(
    ("ids", "asked", "sentence"),
    [
        (("M_match_30",), {"level": "interaction"}, "'M_match_30' is registered twice"),
        (("M_match_3",), {"level": "interaction"}, "Did you mean 'M_match_30'"),
        (("M_match_30",), {"level": "interacton"}, "Did you mean 'interaction'"),
        (("M_match_30",), {"level": "development", "sets": True}, "role check, which sets no parameter"),
    ],
)
def test_what_cannot_be_registered_is_refused(ids, asked, sentence):
    with pytest.raises(ds.DyadsimError, match=sentence):
        finding(*ids, **asked)(lambda studies, id: None)
    assert "M_match_30" not in findings_of("development")


def test_an_unknown_finding_and_studies_of_another_kind_are_refused():
    with pytest.raises(ds.DyadsimError, match="Unknown finding on development 'R01'"):
        finding_of("R01", "development")
    with pytest.raises(ds.DyadsimError, match="Unknown level of the model 'weeks'"):
        findings_of("weeks")
    with pytest.raises(ds.DyadsimError, match="'R001' is read from LongitudinalStudies, not from SessionStudies"):
        finding_of("R001", "development")(SessionStudies(10, seed=1))
