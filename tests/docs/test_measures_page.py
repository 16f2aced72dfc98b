"""What docs/measures.md says of measures is what the code declares."""

import dataclasses

from conftest import ROOT

import dyadsim as ds
from dyadsim.reports import measure_tables
from dyadsim.reports.odd_tables import every_table, filled, tables

PAGE = (ROOT / "docs" / "measures.md").read_text("utf-8")


def test_the_tables_of_the_page_are_those_of_the_code():
    assert filled(PAGE) == PAGE, "run `dyadsim odd --fill docs/measures.md`"


def test_the_page_has_every_table_of_measures_and_the_odd_page_none():
    names = measure_tables.tables().keys()
    assert all(f"<!-- dyadsim odd: {name} -->" in PAGE for name in names)
    assert not names & tables().keys()


def test_every_measure_stands_in_a_table_with_its_unit_and_source():
    for name, measure in ds.MEASURES.items():
        assert f"| `{name}` | {measure.meaning} | {measure.unit} | {measure.source} |" in PAGE


def test_a_new_measure_is_seen(monkeypatch):
    new = dataclasses.replace(ds.MEASURES["kappa"], name="new")
    monkeypatch.setitem(ds.MEASURES, "new", new)
    assert "| `new` |" in every_table()["measures-match"]
    assert filled(PAGE) != PAGE
