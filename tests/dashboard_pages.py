"""What the tests of the dashboard without a browser share; it needs the extra ``dyadsim[dashboard]``."""

import json
import threading
import time
from pathlib import Path

import ipyvue
import numpy as np
from hypothesis import strategies as st
from matplotlib.figure import Figure

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.dashboard import app, form_fields
from dyadsim.interaction.rule_set import Rules

ENCOUNTERS, SCENARIOS = toml_models.names("encounters"), toml_models.names("scenarios")
FOLDER = Path(app.__file__).parent
WHO, NAMES = ("infant", "mother"), {"infant": ds.ICEP.infant_names, "mother": ds.ICEP.mother_names}
SHIPPED = Rules()


def until(true, seconds=60.0):
    """Whether something comes true before a deadline."""
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        threading.Event().wait(0.005)
    return found


def plain(data):
    """What a browser would be sent; refused if there is something in it that JSON has no word for."""
    return json.loads(json.dumps(data, allow_nan=False))


def components(rendered, *props):
    """The Vue components on a page that have all these props."""
    return [one for one in rendered.find(ipyvue.VueTemplate).widgets if all(one.has_trait(name) for name in props)]


def forms_on(rendered):
    return components(rendered, "fields")


def form_with(rendered, key):
    return next(one for one in forms_on(rendered) if key in {field["key"] for field in one.fields})


def press(rendered, key, value=True):
    form_with(rendered, key).vue_changed({"key": key, "value": value})
    # Where another thread is rendering, the change is left to it.
    assert until(lambda: not (rendered._rerender_needed or rendered.thread_lock.locked()))


def texts(box):
    """All text that stands on a page by itself."""
    if isinstance(box, str):
        return [box]
    return [text for one in getattr(box, "children", None) or () for text in texts(one)]


SEEN = {"instruments": ["epds", "eas"], "states": ["depression"]}
SMALL = ds.Scenario.load("peer-group").changed({"dyads": 6, "weeks": 14, "days": 1, "outputs": SEEN})


def session_fields(encounter, rules=SHIPPED):
    cohort = encounter.cohort(rules)
    traits = [field for who in WHO for field in form_fields.trait_fields(cohort, rules, who)]
    return [*form_fields.encounter_fields(encounter), *traits, *form_fields.coefficient_fields(cohort)]


def are_sound(fields):
    """Fields have keys of their own, and what a choice shows is among its options."""
    plain(fields)
    assert len({field["key"] for field in fields}) == len(fields)
    for field in fields:
        assert field["label"]
        if field["kind"] == "select":
            assert field["value"] in [option["value"] for option in field["options"]]


@st.composite
def changes(draw, fields):
    """A field, and what a browser may tell of it: an option, a number in its range, nothing where it was emptied."""
    field = draw(st.sampled_from(fields))
    if field["kind"] == "select":
        return field["key"], draw(st.sampled_from([option["value"] for option in field["options"]]))
    if field["kind"] == "check":
        return field["key"], draw(st.booleans())
    if field["kind"] == "button":
        return field["key"], True
    if field["kind"] == "text":
        return field["key"], draw(st.sampled_from(["", "0, 13", "a word or two", "x" * 500]) | st.text(max_size=20))
    assert field["kind"] in ("number", "range"), field
    low, high = field["min"], field["max"]
    whole = st.integers(int(np.ceil(low)), int(high)) | st.integers(int(np.ceil(low)), min(int(low) + 60, int(high)))
    numbers = whole if field["step"] == 1 else st.floats(low, high) | st.sampled_from([low, high])
    return field["key"], draw(numbers | st.none() if field["kind"] == "number" else numbers)


def same(before, after, but):
    for name in set(type(before).model_fields) - but:
        assert getattr(before, name) == getattr(after, name)


HIS = ds.Trait("curiosity", "infant", 12.5, 0.0, 80.0, "points", "how much he wants to know")


class Curious(ds.InfantRules):
    extra_traits = (HIS,)

    @staticmethod
    def preferences(traits, context):
        return ds.InfantRules.preferences(traits, context) + 0 * traits.curiosity


def figure(number):
    drawn = Figure(figsize=(2.5, 2))
    axes = drawn.add_subplot()
    axes.plot(np.sin(np.arange(80) * number))
    axes.set_title(f"Figure {number}, $\\alpha_{number}$")
    return drawn
