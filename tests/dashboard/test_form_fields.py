"""Fields of the pages: what they offer, and what a change of each of them does."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import numpy as np
import pytest
from conftest import module_at
from hypothesis import given, settings
from hypothesis import strategies as st

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import ENCOUNTERS, SHIPPED, Curious, are_sound, changes, plain, same, session_fields

import dyadsim as ds
from dyadsim.dashboard import form_fields, session_tracks
from dyadsim.interaction.rule_set import Rules
from dyadsim.theory.coefficients import COEFFICIENTS
from dyadsim.theory.traits import TRAITS

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")


def sliders(encounter, rules=SHIPPED):
    found = {field["key"]: field for field in session_fields(encounter, rules) if field["kind"] == "range"}
    assert len(found) == sum(field["kind"] == "range" for field in session_fields(encounter, rules))
    return found


BY_HAND = {"traits": {"age": 20.0, "burden": 1.37}, "coefficients": {"infant_base.object": 0.61, "answer_calms": 0.2}}


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("by_hand", [{}, BY_HAND])
def test_every_trait_and_strength_has_one_slider_with_its_range_and_present_value(own, by_hand):
    rules = Rules(infant=Curious, mother=module_at("experiments/templates/rule.py").MirroringMother) if own else SHIPPED
    encounter = ds.Encounter.load("depressed").changed({"dyad": 3, **by_hand})
    found, cohort = sliders(encounter, rules), encounter.cohort(rules)
    traits = rules.traits_of(cohort)
    for trait in (*TRAITS.values(), *rules.extra_traits):
        field = found.pop(f"traits.{trait.name}")
        assert (field["min"], field["max"]) == (trait.low, trait.high)
        assert field["value"] == pytest.approx(traits[trait.name][0], abs=0.005)
        assert field["unit"] == ("" if trait.unit == "standard score" else trait.unit)
        assert field["help"] == trait.meaning
    for name, known in COEFFICIENTS.items():
        keys = [f"{name}.{state}" for state in known.states] or [name]
        for key, value in zip(keys, np.atleast_1d(cohort.coefficients[name]), strict=True):
            field = found.pop(f"coefficients.{key}")
            assert (field["min"], field["max"]) == (known.low, known.high)
            assert field["value"] == pytest.approx(value, abs=0.005)
            assert known.unit in field["help"]
            assert known.source in field["help"]
    assert not found


def test_a_trait_of_both_has_a_slider_too():
    class Attuned(ds.MotherRules):
        extra_traits = (ds.Trait("attunement", "dyad", 0.0, -4.0, 4.0, "standard score", "of both"),)

        @staticmethod
        def preferences(traits, context):
            return ds.MotherRules.preferences(traits, context) + 0 * traits.attunement

    assert "traits.attunement" in sliders(ds.Encounter.load("typical"), Rules(mother=Attuned))


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_whatever_is_done_to_the_fields_of_a_session_it_can_be_played_or_a_sentence_tells_why(data):
    encounter = ds.Encounter.load(data.draw(st.sampled_from(ENCOUNTERS)))
    for _ in range(6):
        fields = session_fields(encounter)
        are_sound(fields)
        key, value = data.draw(changes(fields))
        try:
            after = encounter.changed(form_fields.changes_of(encounter, key, value))
            after.cohort()
        except ds.DyadsimError as told:
            assert "\n" not in str(told)
            continue
        group, _, name = key.partition(".")
        held = getattr(after, group)
        assert (held[name] if name else held) == value
        same(encounter, after, {group, *(("traits",) if group in ("population", "dyad") else ())})
        if name:
            assert {**held, name: 0} == {**getattr(encounter, group), name: 0}
        encounter = after
    plain(session_tracks.with_law(session_tracks.Watched(encounter, SHIPPED).track, encounter.law()))


@pytest.mark.parametrize(("key", "value"), [("population", "anxious"), ("dyad", 7), ("dyad", None)])
def test_other_people_do_not_have_what_was_set_by_hand_for_the_last_ones(key, value):
    encounter = ds.Encounter.load("depressed").changed({"dyad": 3, **BY_HAND})
    after = encounter.changed(form_fields.changes_of(encounter, key, value))
    assert (getattr(after, key), after.traits, after.coefficients) == (value, {}, BY_HAND["coefficients"])
