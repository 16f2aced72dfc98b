"""Names and keys of docs/services.md: its service and comparison load and hold every key, and every choice is named.

(``tests/test_package.py`` runs the Python of the page.)
"""

import re
import tomllib

import pytest
from conftest import ROOT

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.services import contacts, costs, programmes, screening, staff
from dyadsim.services.comparison_folder import TABLES
from dyadsim.services.declared_comparison import Vary
from dyadsim.services.service_changes import KINDS

PAGE = (ROOT / "docs" / "services.md").read_text("utf-8")
SERVICE, COMPARISON = (tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S))


def test_what_the_page_shows_loads():
    assert ds.Service(**SERVICE).care == ("cognitive-behavioural-therapy", "new-parents-group")
    assert len(ds.ServiceComparison(**COMPARISON).arms) == 7


def keys(tables):
    return {key for table in tables for key in table}


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        (ds.Service, [SERVICE]),
        (costs.Prices, [SERVICE["prices"]]),
        (costs.Cost, [SERVICE["staff"][0]["an_hour"]]),
        (staff.Staff, SERVICE["staff"]),
        (contacts.Contact, SERVICE["contacts"]),
        (screening.Screening, SERVICE["screening"]),
        (screening.Interview, [SERVICE["interview"]]),
        (programmes.Programme, SERVICE["programmes"]),
        (programmes.Invitation, SERVICE["programmes"][1]["invites"]),
        (ds.ServiceComparison, [COMPARISON]),
        (Vary, [COMPARISON["vary"]]),
    ],
)
def test_the_page_shows_every_key(model, shown):
    assert keys(shown) == set(model.model_fields)


def test_what_ships_what_can_be_varied_and_the_tables_are_named():
    for name in (*toml_models.names("services"), *toml_models.names("service_comparisons"), *programmes.PRIORITIES):
        assert name in PAGE
    for word in KINDS:
        assert f"`{word} of" in PAGE
    for table in TABLES:
        assert f"`{table}/`" in PAGE
