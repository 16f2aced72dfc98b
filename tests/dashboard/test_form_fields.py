"""Fields of the pages: what they offer, and what a change of each of them does."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import numpy as np
import pytest
from conftest import module_at
from hypothesis import given, settings
from hypothesis import strategies as st

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import ENCOUNTERS, SCENARIOS, SHIPPED, Curious, are_sound, plain, session_fields

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.dashboard import form_fields, scenario_fields, session_tracks
from dyadsim.dashboard.scenario_fields import built
from dyadsim.interaction.rule_set import Rules
from dyadsim.scenarios.web_link import from_query, to_query
from dyadsim.theory.coefficients import COEFFICIENTS
from dyadsim.theory.traits import TRAITS

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")


def fields_of(scenario):
    parts = [scenario_fields.risk_or_support_fields(scenario, part) for part in ("risks", "support")]
    return [
        *scenario_fields.who_fields(scenario), *parts[0], *parts[1], *scenario_fields.offer_fields(scenario),
        *scenario_fields.twin_fields(scenario),
    ]  # fmt: skip


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
    assert field["kind"] in ("number", "range"), field
    low, high = field["min"], field["max"]
    whole = st.integers(int(np.ceil(low)), int(high)) | st.integers(int(np.ceil(low)), min(int(low) + 60, int(high)))
    numbers = whole if field["step"] == 1 else st.floats(low, high) | st.sampled_from([low, high])
    return field["key"], draw(numbers | st.none() if field["kind"] == "number" else numbers)


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


def same(before, after, but):
    for name in set(type(before).model_fields) - but:
        assert getattr(before, name) == getattr(after, name)


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


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_whatever_is_done_to_the_fields_of_a_scenario_it_can_be_lived_or_a_sentence_tells_why(data):
    scenario = ds.Scenario.load(data.draw(st.sampled_from(SCENARIOS))).changed({"sessions": ["phone"]})
    for _ in range(7):
        fields = fields_of(scenario)
        are_sound(fields)
        key, value = data.draw(
            changes([field for field in fields if field["key"] not in ("start", scenario_fields.SEARCH)])
        )
        try:
            after = built(scenario, key, value)
        except ds.DyadsimError as told:
            assert "\n" not in str(told)
            continue
        nothing_else_is_lost(scenario, after, key, value)
        assert from_query(to_query(after)) == after
        scenario = after


def nothing_else_is_lost(before, after, key, value):
    part, _, rest = key.partition(".")
    was, now = getattr(before, part), getattr(after, part)
    if part not in scenario_fields.TWINS:
        same(before, after, {part})
        if part == "twins":
            name = scenario_fields.TWINS.get(rest, rest.removeprefix("own."))
            assert {*was} - {*now} <= {twin for twin in was if twin.name == name}
        else:
            assert now == value
        return
    same(before, after, {part} if now else {part, "twins"})
    assert all(twin in after.twins for twin in before.twins if twin.name != scenario_fields.TWINS[part])
    place, _, field = rest.partition(".")
    if place == "more":
        assert now[: len(was)] == was
        assert len(now) == len(was) + bool(value)
        return
    others = [one for k, one in enumerate(was) if k != int(place)]
    if field == "away":
        assert now == tuple(others)
    else:
        assert [one for k, one in enumerate(now) if k != int(place)] == others
        assert now[int(place)] == was[int(place)].model_copy(update={field: value})


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_start_is_what_ships_by_that_name(name):
    own = ds.Scenario.load("peer-group").changed({"name": "mine", "dyads": 7})
    assert built(own, "start", name) == ds.Scenario.load(name)
    assert built(own, "start", "mine") == own
    assert scenario_fields.who_fields(own)[0]["options"][0] == {"value": "mine", "label": "your own"}


@pytest.mark.parametrize(("first", "weeks"), [(-20, 10), (-4, 56), (0, 1), (30, 20), (300, 52)])
def test_what_is_added_from_the_catalogue_starts_in_the_weeks_of_the_scenario(first, weeks):
    scenario = ds.Scenario(name="mine", first_week=first, weeks=weeks)
    offered = [option["value"] for option in scenario_fields.offer_fields(scenario)[-1]["options"]][1:]
    assert sorted(offered) == toml_models.names("interventions")
    added = 0
    for name in offered:
        try:
            after = built(scenario, "interventions.more", name)
        except ds.DyadsimError as told:
            low, high = ds.Intervention.load(name).age_range
            assert low >= first + weeks or high < first  # it is made for other weeks, and only then refused
            assert "is made for a start between" in str(told)
            continue
        added += 1
        assert first <= after.interventions[0].start_week < first + weeks
        assert name not in [option["value"] for option in scenario_fields.offer_fields(after)[-1]["options"]]
    assert added


def listed(words, scenario=None):
    search, add = scenario_fields.offer_fields(scenario or ds.Scenario.load("typical-year"), words)[-2:]
    return [(option["value"], option["label"]) for option in add["options"]][1:], search["help"]


def test_the_catalogue_is_listed_by_title_and_searched_by_any_name():
    everything, says = listed("")
    assert "such as VIPP-SD" in says
    assert [label.casefold() for _, label in everything] == sorted(label.casefold() for _, label in everything)
    title = ds.Intervention.load("video-feedback").title
    assert ("video-feedback", f"{title} (at-risk; sizes measured)") in everything
    for words, name in (
        ("vipp", "video-feedback"),
        ("Transaction Program", "modified-mitp"),
        ("abc", everything[1][0]),
    ):
        (only,), says = listed(words)
        assert (only[0], says) == (name, "1 entry is called so, listed below.")
    assert listed("baby", built(ds.Scenario.load("typical-year"), "interventions.more", "infant-massage"))[0]
    none, says = listed("viipp-sd")
    assert none == []
    assert "nearest are 'video-feedback' (Video-feedback Intervention" in says


def with_all():
    scenario = ds.Scenario.load("typical-year")
    for part, name in (("risks", "poverty"), ("support", "kin-support"), ("interventions", "peer-support")):
        scenario = built(scenario, f"{part}.more", name)
    for part in ("risks", "support"):
        scenario = built(scenario, f"twins.{part}", True)
    return scenario


def arms(scenario):
    return {arm.name: arm for arm in scenario.arms}


@pytest.mark.parametrize("part", scenario_fields.TWINS)
def test_a_box_of_twins_adds_those_that_lack_a_part_and_takes_them_away_again(part):
    scenario = with_all()
    assert [*arms(scenario)][1:] == [*scenario_fields.TWINS.values()]
    without = built(scenario, f"twins.{part}", False)
    assert [*arms(without)] == [name for name in arms(scenario) if name != scenario_fields.TWINS[part]]
    assert {field["key"]: field["value"] for field in scenario_fields.twin_fields(without)}[f"twins.{part}"] is False
    again = built(without, f"twins.{part}", True)
    assert arms(again) == arms(scenario)
    assert getattr(arms(again)[scenario_fields.TWINS[part]], part) == ()


@pytest.mark.parametrize("part", ["interventions", "risks"])
def test_a_box_that_is_unticked_and_ticked_again_gives_the_very_same_scenario(part):
    scenario = with_all()
    assert built(built(scenario, f"twins.{part}", False), f"twins.{part}", True) == scenario


@pytest.mark.parametrize("name", ["peer-group", "video-feedback", "preterm"])
def test_the_only_twins_of_what_is_offered_stay_and_it_is_told(name):
    scenario = ds.Scenario.load(name)
    with pytest.raises(ds.DyadsimError, match="A scenario with interventions has twins"):
        built(scenario, "twins.interventions", False)
    assert [field["value"] for field in scenario_fields.twin_fields(scenario)] == [True]


def test_a_box_that_is_unticked_ticks_no_other():
    scenario = built(built(with_all(), "twins.support", False), "twins.interventions", False)
    ticked = {field["key"]: field["value"] for field in scenario_fields.twin_fields(scenario)}
    assert ticked == {"twins.interventions": False, "twins.risks": True, "twins.support": False}
    with pytest.raises(ds.DyadsimError, match="the last box stays"):
        built(scenario, "twins.risks", False)


@pytest.mark.parametrize("part", scenario_fields.TWINS)
def test_with_the_last_risk_support_or_offer_go_the_twins_that_lack_them(part):
    scenario = with_all()
    after = built(scenario, f"{part}.0.away", True)
    assert getattr(after, part) == ()
    assert [*arms(after)][1:] == [
        name for name in scenario_fields.TWINS.values() if name != scenario_fields.TWINS[part]
    ]
    assert f"twins.{part}" not in {field["key"] for field in scenario_fields.twin_fields(after)}
