"""What the page of families says is so: options, scenarios, files and commands are those that there are."""

import inspect
import re
import tomllib

from conftest import ROOT

import dyadsim as ds
from dyadsim.community.declared_families import FamiliesSection

PAGE = (ROOT / "docs" / "families.md").read_text("utf-8")


def test_the_options_of_families_are_all_told():
    options = set(inspect.signature(ds.Families.sample).parameters) - {"families", "population", "seed", "first"}
    told = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.M))
    assert options - {"dynamics", "coefficients"} == told


def test_the_section_of_a_scenario_is_told_with_every_key():
    (block,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S)
    section = tomllib.loads(block)["families"]
    assert set(section) == set(FamiliesSection.model_fields)
    assert FamiliesSection(**section).partner == "father"


def test_the_scenarios_and_parameters_that_are_named_exist():
    for name in ("fathers-included", "coparenting", "isolated-and-new-here", "groups-against-home-visits"):
        assert f"`{name}`" in PAGE and ds.Scenario.load(name).families is not None
    for name in re.findall(r'`"([^"`]+ -> [^"`]+)"`', PAGE):
        assert name in ds.FAMILY_PARAMETERS
