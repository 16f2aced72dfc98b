"""Fields of the page Scenario: what they offer, what a change of each does, and the way out of every refusal."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import SCENARIOS, are_sound, changes, plain, same

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.dashboard import catalogue_entries, scenario_fields, scenario_outputs, scenario_runs, scenario_twins
from dyadsim.dashboard.catalogue_entries import Sought
from dyadsim.dashboard.scenario_fields import built
from dyadsim.scenarios.web_link import from_query, to_query

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it")
WORDS = {"title", "question", "label", "says"}


def fields_of(scenario):
    parts = [scenario_fields.risk_or_support_fields(scenario, part) for part in ("risks", "support")]
    twins = [field for _, fields in scenario_twins.editors(scenario) for field in fields]
    outputs = [field for _, _, fields in scenario_outputs.output_fields(scenario) for field in fields]
    return [
        *scenario_fields.word_fields(scenario), *scenario_fields.who_fields(scenario), *parts[0], *parts[1],
        *scenario_fields.offer_fields(scenario), *scenario_twins.boxes(scenario), *twins, *outputs,
    ]  # fmt: skip


def three_offers(start="peer-group"):
    scenario = ds.Scenario.load(start)
    for name in ("peer-support", "home-visiting", "infant-massage"):
        if name not in [offer.name for offer in scenario.interventions]:
            scenario = built(scenario, "interventions.more", name)
    return scenario


def with_all():
    scenario = ds.Scenario.load("typical-year")
    for part, name in (("risks", "poverty"), ("support", "kin-support"), ("interventions", "home-visiting")):
        scenario = built(scenario, f"{part}.more", name)
    for part in ("risks", "support"):
        scenario = built(scenario, f"twins.{part}", True)
    return scenario


def arms(scenario):
    return {arm.name: arm for arm in scenario.arms}


def ticked(scenario):
    return {field["key"]: field["value"] for field in scenario_twins.boxes(scenario) if field["kind"] == "check"}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_is_done_to_the_fields_of_a_scenario_it_can_be_lived_or_a_sentence_tells_why(data):
    scenario = ds.Scenario.load(data.draw(st.sampled_from(SCENARIOS))).changed({"sessions": ["phone"]})
    entries = toml_models.names("interventions")
    for _ in range(7):
        fields = fields_of(scenario)
        are_sound(fields)
        chosen = st.sampled_from(entries)
        offered = chosen.map(lambda name: ("interventions.more", name)) | chosen.map(
            lambda name: ("interventions.taken", name)
        )
        key, value = data.draw(changes([field for field in fields if field["key"] != "start"]) | offered)
        try:
            after = built(scenario, key, value)
        except ds.DyadsimError as told:
            assert "\n" not in str(told)
            continue
        nothing_else_is_lost(scenario, after, key)
        assert from_query(to_query(after)) == after
        scenario = after


def nothing_else_is_lost(before, after, key):
    part = key.partition(".")[0]
    own = {
        "twin": {"twins"}, "first_week": {part, "outputs"}, "weeks": {part, "outputs"},
        "interventions": {part, "twins"}, "risks": {part, "twins"}, "support": {part, "twins"},
    }.get(part, {part})  # fmt: skip
    same(before, after, own | WORDS)
    if key.endswith(".more") and getattr(after, part) != getattr(before, part):
        assert getattr(after, part)[:-1] == getattr(before, part)
        assert after.twins == before.twins
    if part in ("interventions", "risks", "support"):
        assert {twin.name for twin in after.twins} <= {twin.name for twin in before.twins}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_start_is_what_ships_by_that_name(name):
    own = ds.Scenario.load("peer-group").changed({"name": "mine", "dyads": 7})
    assert built(own, "start", name) == ds.Scenario.load(name)
    assert built(own, "start", "mine") == own
    assert scenario_fields.who_fields(own)[0]["options"][0] == {"value": "mine", "label": "your own"}


# Offers and the catalogue


@pytest.mark.parametrize(("first", "weeks"), [(-20, 10), (-4, 56), (0, 1), (30, 20), (300, 52)])
def test_what_is_added_from_the_catalogue_starts_in_the_weeks_of_the_scenario(first, weeks):
    scenario = ds.Scenario(name="mine", first_week=first, weeks=weeks)
    listed, _ = catalogue_entries.found(Sought(), scenario)
    assert sorted(listed) == toml_models.names("interventions")
    here, _ = catalogue_entries.found(Sought(age="here"), scenario)
    assert here
    for name in listed:
        try:
            after = built(scenario, "interventions.more", name)
        except ds.DyadsimError as told:
            low, high = ds.Intervention.load(name).age_range
            assert low >= first + weeks or high < first  # it is made for other weeks, and only then refused
            assert "change First week or Weeks to offer it" in str(told)
            assert name not in here
            continue
        assert name in here
        assert first <= after.interventions[0].start_week < first + weeks
        assert built(after, "interventions.taken", name).interventions == ()


def test_the_catalogue_is_looked_through_by_words_age_level_format_and_grounding():
    scenario, load = ds.Scenario.load("typical-year"), ds.Intervention.load

    def listed(**sought):
        return catalogue_entries.found(Sought(**sought), scenario)

    everything, says = listed()
    assert says.startswith(f"{len(everything)} of {len(everything)} interventions")
    assert listed(words="vipp")[0] == ["video-feedback"]
    assert "marte-meo" in listed(words="films")[0]  # what it is about
    none, says = listed(words="viipp-sd")
    assert (none, "nearest are 'video-feedback' (Video-feedback" in says) == ([], True)
    assert all(load(name).age_range[0] < 0 for name in listed(age="before")[0])
    assert all("group" in load(name).format for name in listed(format="group")[0])
    assert {load(name).grounding for name in listed(grounding="all measured")[0]} == {"measured"}
    assert "peer-support" in listed(grounding="measured")[0]
    assert listed(level="therapeutic", format="video", words="", age="before")[1].endswith("press “Show all again”.")
    keys = [field["key"] for field in catalogue_entries.filter_fields(Sought(level="universal"))]
    assert keys[-1] == "catalogue.all"


@pytest.mark.parametrize(("key", "value"), [("words", "x" * 999), ("age", "../x"), ("level", None), ("nothing", 1)])
def test_what_a_browser_says_of_the_catalogue_is_cut_to_what_there_is(key, value):
    after = Sought(format="group").changed(f"catalogue.{key}", value)
    assert len(after.words) <= 80
    assert (after.age, after.level) == ("", "")
    catalogue_entries.found(after, ds.Scenario.load("typical-year"))


def test_every_entry_stands_once_under_its_level_with_all_that_is_asked_of_it():
    groups = plain(catalogue_entries.groups())
    entries = [entry for level in groups for part in level["parts"] for entry in part["entries"]]
    assert sorted(entry["name"] for entry in entries) == toml_models.names("interventions")
    assert [level["title"] for level in groups] == [
        "For everyone (universal)", "For families at risk (at-risk)", "Therapy (therapeutic)",
    ]  # fmt: skip
    peers = next(entry for entry in entries if entry["name"] == "peer-support")
    assert peers["facts"].startswith("10 sessions in 10 weeks; starts between 20 weeks before birth and week 52")
    assert peers["moves"] == ["less depression (d = -0.39, measured)", "less loneliness (d = -0.20, assumed)"]


# Twins


@pytest.mark.parametrize("part", scenario_twins.PARTS)
def test_a_box_of_twins_adds_those_that_lack_a_part_and_takes_them_away_again(part):
    scenario = with_all()
    names = [f"without {each}" for each in scenario_twins.PARTS]
    assert [*arms(scenario)][1:] == names
    without = built(scenario, f"twins.{part}", False)
    assert [*arms(without)][1:] == [name for name in names if name != f"without {part}"]
    assert ticked(without)[f"twins.{part}"] is False
    again = built(without, f"twins.{part}", True)
    assert again == scenario
    assert getattr(arms(again)[f"without {part}"], part) == ()


@pytest.mark.parametrize("name", ["peer-group", "video-feedback", "preterm"])
def test_the_only_twins_of_what_is_offered_stay_and_the_way_out_is_told(name):
    scenario = ds.Scenario.load(name)
    assert ticked(scenario)["twins.interventions"] is True
    for key in ("twins.interventions", "twin.0.away"):
        with pytest.raises(ds.DyadsimError, match="tick another first, or take away what is offered"):
            built(scenario, key, False)
    other = built(built(scenario, "support.more", "kin-support"), "twins.support", True)  # the way that was told
    assert [*arms(built(other, "twins.interventions", False))][1:] == ["without support"]


@pytest.mark.parametrize("part", scenario_twins.PARTS)
def test_with_the_last_risk_support_or_offer_go_the_twins_that_lack_them(part):
    after = built(with_all(), f"{part}.0.away", True)
    assert getattr(after, part) == ()
    assert [*arms(after)][1:] == [f"without {each}" for each in scenario_twins.PARTS if each != part]
    assert f"twins.{part}" not in ticked(after)


def test_each_offer_has_twins_without_it_that_follow_what_is_changed():
    scenario = built(three_offers(), "twins.each", True)
    titles = ["Peer support", "Home visiting", "Infant massage"]
    assert [*arms(scenario)][1:] == ["without interventions", *(f"without {title}" for title in titles)]
    assert all(ticked(scenario).values())
    after = built(scenario, "interventions.0.dose", 0.5)
    peers, homes = arms(after)["without Home visiting"].interventions[0], arms(after)["without Peer support"]
    assert (peers.name, peers.dose) == ("peer-support", 0.5)
    assert [offer.name for offer in homes.interventions] == ["home-visiting", "infant-massage"]
    fewer = built(after, "interventions.taken", "home-visiting")
    assert [*arms(fewer)][1:] == ["without interventions", "without Peer support", "without Infant massage"]
    # Of two that are left, neither twin is told twice; of one, "without it" is "without interventions".
    assert [*arms(built(fewer, "interventions.taken", "peer-support"))][1:] == ["without interventions"]


def test_an_offer_and_a_support_of_one_name_are_told_apart():
    scenario = built(three_offers("typical-year"), "support.more", "peer-support")
    without = arms(built(scenario, "twins.offer.0", True))["without Peer support"]
    assert [each.setting for each in without.support] == ["peer-support"]
    assert "peer-support" not in [offer.name for offer in without.interventions]


def test_twins_are_renamed_and_what_they_lack_is_changed():
    scenario = built(three_offers(), "twins.offer.0", True)
    both = built(scenario, "twin.1.lack.1", True)
    assert [*arms(both)][1:] == ["without interventions", "without Peer support and Home visiting"]
    named = built(built(scenario, "twin.1.name", "  care as\nbefore "), "twin.1.lack.2", True)
    assert [*arms(named)][1:] == ["without interventions", "care as before"]
    assert [offer.name for offer in arms(named)["care as before"].interventions] == ["home-visiting"]
    assert [*arms(built(named, "twin.0.away", True))][1:] == ["care as before"]
    for key, value, way in (
        ("twin.1.lack.0", False, "tick something else that they lack first, or take them away"),
        ("twin.1.name", "without interventions", "give one of them another name"),
        ("twin.1.name", " ", "write a word or two"),
    ):
        with pytest.raises(ds.DyadsimError, match=way):
            built(scenario, key, value)


def test_twins_of_a_file_can_be_edited_and_keep_what_is_not_touched():
    scenario = ds.Scenario.load("psychotherapy")
    (usual, fields), _ = scenario_twins.editors(scenario)
    assert usual == "care as usual"
    assert {field["label"]: field["value"] for field in fields if field["kind"] == "check"} == {
        "care as usual: lack Focused parent-infant psychotherapy": True, "care as usual: have Care as usual": True,
    }  # fmt: skip
    after = built(scenario, "twin.0.lack.0", False)
    assert [offer.name for offer in arms(after)["care as usual"].interventions] == ["pip-f", "care-as-usual"]
    assert arms(after)["neither"] == arms(scenario)["neither"]
    assert [*arms(built(scenario, "twins.interventions", False))][1:] == ["care as usual"]
    (_, fathers), *_ = scenario_twins.editors(ds.Scenario.load("fathers-included"))
    assert fathers[0]["help"] == "As their file has it, they have Video feedback in another way."


def test_too_many_twins_are_refused_with_a_way_out():
    scenario = three_offers()
    for name in ("marte-meo", "video-feedback", "nbo", "circle-of-security", "music-and-singing-group"):
        scenario = built(scenario, "interventions.more", name)
    with pytest.raises(ds.DyadsimError, match="untick a box or take away twins that you need less"):
        built(scenario, "twins.each", True)


# Outputs, words, weeks, size


def test_instruments_states_and_weeks_are_chosen():
    scenario = ds.Scenario.load("typical-year")
    after = built(scenario, "outputs.instruments.loneliness-scale", True)
    assert set(after.outputs.instruments) == {*scenario.instruments_as_given(), "loneliness-scale"}
    assert built(after, "outputs.weeks", "52, 0 26,26").outputs.weeks == (0, 26, 52)
    fewer = built(scenario, "outputs.states.stress", False)
    assert fewer.outputs.states == tuple(name for name in scenario.states() if name != "stress")
    for state in ("anxiety", "trauma", "couple", "loneliness"):
        fewer = built(fewer, f"outputs.states.{state}", True)
    for key, value, way in (
        ("outputs.states.support", True, "untick one, then tick this one"),
        ("outputs.weeks", "soon", "leave the field empty for the usual ones"),
        ("outputs.weeks", ",".join(map(str, range(50))), "leave some out"),
    ):
        with pytest.raises(ds.DyadsimError, match=way):
            built(fewer, key, value)
    labels = [field["label"] for field in scenario_outputs.output_fields(scenario)[1][2]]
    assert "Edinburgh Postnatal Depression Scale (depressive symptoms)" in labels


def test_weeks_that_are_no_longer_reached_are_no_longer_looked_at():
    assert built(ds.Scenario.load("psychotherapy"), "weeks", 40).outputs.weeks == (13, 19, 39)
    with pytest.raises(ds.DyadsimError, match="change its start, or the first week and the weeks, or take it away"):
        built(ds.Scenario.load("psychotherapy"), "weeks", 10)


def test_title_and_question_follow_until_they_are_written():
    scenario = ds.Scenario.load("peer-group")
    title, question = scenario_fields.word_fields(scenario)
    assert (title["value"], question["value"]) == (scenario.title, scenario.question)
    after = built(scenario, "interventions.more", "home-visiting")
    title, question = scenario_fields.word_fields(after)
    assert title["value"] == (
        "Peer support and home visiting for mothers with little social support, from birth to week 52"
    )
    assert question["value"] == "What do peer support and home visiting change, for whom, and which does how much?"
    assert (after.title, after.label, after.says) == ("", "", "")
    assert after.arms[0].name == "with Peer support and Home visiting"
    assert built(after, "interventions.taken", "home-visiting") == scenario  # and claims again what it holds
    mine = built(built(after, "title", " Our  service "), "population", "depressed")
    assert scenario_fields.word_fields(mine)[0]["value"] == "Our service"
    assert built(mine, "title", "").title == ""
    assert len(built(mine, "title", "x" * 999).title) == 160


def test_the_ensemble_is_a_choice_that_tells_what_it_costs_and_counts():
    scenario = built(ds.Scenario.load("peer-group"), "parameters", "ensemble")
    field = next(field for field in scenario_fields.who_fields(scenario) if field["key"] == "parameters")
    assert "takes 20 times as long" in field["help"]
    scenario_runs.check_size(scenario)
    with pytest.raises(ds.DyadsimError, match=r"20 parameter sets\); take 480 dyads at most, take fewer weeks") as told:
        scenario_runs.check_size(scenario.changed({"dyads": 2_000}))
    assert "calibrated parameters, or download its TOML and run it with 'dyadsim run'" in str(told.value)
    scenario_runs.check_size(scenario.changed({"dyads": 480}))
