"""What docs/sweeps.md says is so: its designs load and hold every key, and its factors are all there.

(``tests/test_package.py`` runs the Python of the page: pandas, Polars and DuckDB open a results folder as it is.)
"""

import re
import tomllib

import pytest
from conftest import ROOT

import dyadsim as ds
from dyadsim.interaction.rule_set import Rules
from dyadsim.sweeps import design as designs
from dyadsim.sweeps.point_setup import known_names

PAGE = (ROOT / "docs" / "sweeps.md").read_text("utf-8")
WRITTEN = [tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S)]


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written["name"])
def test_a_design_of_the_page_loads_and_can_be_run(written):
    ds.Design(**written).check(Rules())


def test_the_page_shows_every_key_of_a_design():
    shown = {key for each in WRITTEN for key in each}
    assert shown == set(ds.Design.model_fields)
    assert {key for each in WRITTEN for key in each.get("interaction", ())} == set(ds.Interaction.model_fields)
    factors = [factor for each in WRITTEN for factor in each.get("factors", ())]
    assert {key for factor in factors for key in factor} == set(ds.Factor.model_fields)


def test_the_page_names_every_way_to_lay_points_and_every_kind_of_factor():
    for name in (*designs.KINDS, *designs.ENGINES):
        assert f"`{name}`" in PAGE
    for name in known_names():
        assert name.split(" of ")[0] in PAGE
