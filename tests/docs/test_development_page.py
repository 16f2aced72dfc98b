"""What the pages say of the weeks is so: files in their forms load, and no option, column or open question is left out.

(``tests/test_package.py`` runs the Python of every page as written.)
"""

import inspect
import re
import tomllib

import pytest
from conftest import ROOT

import dyadsim as ds
from dyadsim.scenarios.arms import Twin

DEVELOPMENT, INPUT, MEASURES = (
    (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("development", "input", "measures")
)
FORMS = {"episodes": ds.Paradigm, "correlations": ds.Population, "moves": ds.Setting, "of": ds.Instrument}
FORMS |= {
    "effects": ds.Intervention,
    "code_set": ds.CodeMap,
    "twins": ds.Scenario,
    "coefficients": ds.Encounter,
    "caption": ds.Moment,
}
WRITTEN = [tomllib.loads(block) for block in re.findall(r"^```toml\n(.*?)^```", INPUT, re.M | re.S)]


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written["name"])
def test_a_file_as_the_page_shows_it_loads(written):
    (form,) = (form for key, form in FORMS.items() if key in written)
    assert form(**written).name == written["name"]


def test_the_page_shows_every_form_and_every_key_of_what_weeks_take():
    keys = [set(each) for each in WRITTEN]
    assert all(any(key in shown for shown in keys) for key in FORMS)
    (setting,) = (each for each in WRITTEN if "moves" in each)
    assert set(ds.Setting.model_fields) == set(setting)
    moved = {key for move in setting["moves"] for key in move}
    assert moved == set(ds.Setting(**setting).moves[0].model_dump())
    (instrument,) = (each for each in WRITTEN if "of" in each)
    of_classifications = {"agreement", "confused"}
    assert set(ds.Instrument.model_fields) - of_classifications == set(instrument)
    assert all(f"`{key}`" in INPUT for key in of_classifications)
    whole = (
        ("effects", ds.Intervention),
        ("twins", ds.Scenario),
        ("coefficients", ds.Encounter),
        ("caption", ds.Moment),
    )
    for key, form in whole:
        (written,) = (each for each in WRITTEN if key in each)
        assert set(form.model_fields) == set(written)
    (twins,) = (each["twins"] for each in WRITTEN if "twins" in each)
    assert {key for twin in twins for key in twin} <= set(Twin.model_fields)


def test_a_setting_and_an_instrument_of_the_page_serve_a_course():
    setting, instrument = (
        form(**next(each for each in WRITTEN if key in each)) for key, form in FORMS.items() if key in ("moves", "of")
    )
    course = ds.develop(ds.Cohort.sample(3, seed=1).with_setting(setting), 1, seed=1)
    seen = course.observe(instrument, 1)[1]
    assert seen.between(instrument.low, instrument.high).all()


def test_every_column_of_a_course_is_explained():
    columns = ds.develop(ds.Cohort.sample(2, seed=1), 1, first_week=-1).frame().columns
    weeks = MEASURES[MEASURES.index("## Weeks") :]
    assert not [name for name in columns if f"`{name}`" not in weeks]


def test_every_option_of_develop_is_explained():
    asked = inspect.signature(ds.develop).parameters.keys() - {"cohort"}
    assert not [name for name in asked if f"`{name}`" not in DEVELOPMENT]


def test_every_direction_that_the_evidence_leaves_free_is_told():
    shown = DEVELOPMENT[DEVELOPMENT.index("## What is assumed") :]
    told = set(re.findall(r"`(\w+ -> \w+)`", shown))
    assert told == {arrow.name for arrow in ds.ARROWS.values() if arrow.free}
