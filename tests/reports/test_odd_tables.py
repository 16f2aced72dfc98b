"""The description of the model agrees with the running code."""

import re

import numpy as np
import pytest
from conftest import ROOT

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.findings.registry import rows_read
from dyadsim.reports.odd_tables import filled, tables
from dyadsim.theory import rules
from dyadsim.theory.attachment import PULLS

PAGE = ROOT / "docs" / "ODD.md"
OF_FILES = ("settings", "instruments", "populations", "interventions")
"""Tables with a row for each file that ships."""


def blocks(text):
    """The tables of a page by name, a list of lines each."""
    found = re.findall(r"<!-- dyadsim odd: (\S+) -->\n(.*?)\n<!-- end -->", text, re.S)
    return {name: table.strip().splitlines() for name, table in found}


def test_the_tables_of_the_page_are_those_of_the_code():
    """A file that is added to what ships asks for no new page: its row may be missing, but none may be wrong."""
    text = PAGE.read_text("utf-8")
    page, code = blocks(text), blocks(filled(text))
    assert page.keys() == code.keys() >= {*OF_FILES}
    for name, lines in page.items():
        expected = [line for line in code[name] if line in lines] if name in OF_FILES else code[name]
        assert lines == expected, f"{name}: run `dyadsim odd --fill docs/ODD.md`"


def test_the_page_has_every_table_and_the_seven_headings_of_odd():
    text = PAGE.read_text("utf-8")
    assert all(f"<!-- dyadsim odd: {name} -->" in text for name in tables())
    headings = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
    assert [heading[0] for heading in headings] == list("1234567")


def test_every_state_trait_and_coefficient_is_in_a_table():
    known = tables()
    for trait in ds.TRAITS.values():
        assert f"`{trait.name}` | {trait.of} | {trait.meaning}" in known["traits"]
    for name in ds.COEFFICIENTS:
        assert f"`{name}`" in known["coefficients"]
    for name in ds.ICEP.infant_names:
        assert f"| {name} |" in known["infant-states"]


def test_every_pattern_of_the_rules_is_in_the_table():
    patterns = {name for name, value in vars(rules).items() if isinstance(value, np.ndarray) and name[0] != "_"}
    assert patterns == {line.split(" | ")[0].removeprefix("| ") for line in tables()["patterns"].splitlines()[2:]}


def test_every_state_arrow_and_setting_of_the_weeks_is_in_a_table():
    known = tables()
    for state in ds.SLOW.values():
        assert f"| `{state.name}` | {state.of} | {state.meaning} |" in known["slow-states"]
        assert f"| `{state.name}` |" in known["rates"]
    for arrow in ds.ARROWS.values():
        assert f"| `{arrow.source}` -> `{arrow.target}` | {'+' if arrow.sign > 0 else '-'} |" in known["arrows"]
    for pull in PULLS.values():
        assert f"| `{pull.predictor}` -> {pull.to} |" in known["attachment"]
    for folder in ("settings", "instruments", "populations"):
        assert all(f"| `{name}` |" in known[folder] for name in toml_models.names(folder))
    assert all(f"| `{row.id}` |" in known["weeks-fitted"] for row in rows_read())
    for name, each in ds.PARAMETERS.items():
        assert each.group not in ("calendar", "sizes") or f"| `{name}` |" in known["sizes"]


def test_the_settings_of_a_population_stand_in_its_row():
    (row,) = (line for line in tables()["populations"].splitlines() if line.startswith("| `postpartum-disorder` |"))
    assert "`depression`: 60% (assumed); `anxiety`: 40% (assumed)" in row


def test_the_order_of_a_week_is_that_of_its_docstring():
    steps = [line for line in tables()["week-order"].splitlines() if line[0].isdigit()]
    assert [step.partition(".")[0] for step in steps] == list("1234567")


def test_a_change_of_the_code_is_seen(monkeypatch):
    monkeypatch.setitem(ds.TRAITS, "new", ds.Trait("new", "infant", 0.0, -1.0, 1.0, "score", "invented"))
    text = PAGE.read_text("utf-8")
    assert filled(text) != text


def test_a_marker_that_names_no_table_and_a_page_without_markers_are_refused():
    with pytest.raises(ds.DyadsimError, match="Did you mean 'traits'"):
        filled("<!-- dyadsim odd: trait -->\n<!-- end -->")
    with pytest.raises(ds.DyadsimError, match="no table to fill"):
        filled("plain text")
    without_end = "<!-- dyadsim odd: traits -->\nprose\n<!-- dyadsim odd: coefficients -->\n<!-- end -->"
    with pytest.raises(ds.DyadsimError, match="without its end"):
        filled(without_end)
