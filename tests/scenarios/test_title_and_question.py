"""Words on a scenario follow what it holds."""

import pytest

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.scenarios.title_and_question import followed, made_question, made_title, question, title

SHIPPED = toml_models.names("scenarios")


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_keeps_its_own_words_and_others_could_be_made(name):
    scenario = ds.Scenario.load(name)
    assert followed(scenario) is scenario
    assert (title(scenario), question(scenario)) == (scenario.title, scenario.question)
    assert made_title(scenario)[0].isupper()
    assert made_question(scenario).endswith("?")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"interventions": ["peer-support", {"name": "home-visiting", "start_week": 4}], "population": "depressed"},
            "Peer support and home visiting for mothers with a depressive disorder after the birth, from birth "
            "to week 52",
        ),
        (
            {"interventions": ["marte-meo"], "risks": ["poverty"], "support": ["kin-support"]},
            "Marte Meo for mothers with little social support who live with poverty and kin support, from birth "
            "to week 52",
        ),
        ({"weeks": 30}, "Peer support for mothers with little social support, from birth to week 30"),
        (
            {"interventions": [], "first_week": -4},
            "Mothers with little social support, from 4 weeks before birth to week 48",
        ),
        ({"dyads": 20, "seed": 4, "parameters": "ensemble"}, "A peer group for isolated mothers"),
        ({"twins": [{"name": "more", "without": ["peer-support"]}]}, "A peer group for isolated mothers"),
        ({"title": "Ours", "population": "depressed"}, "Ours"),
        ({"name": "mine", "population": "depressed"}, "A peer group for isolated mothers"),
    ],
)
def test_the_title_claims_what_is_there(changes, words):
    assert title(ds.Scenario.load("peer-group").changed(changes)) == words


def test_twins_of_what_ships_are_part_of_what_its_words_claim():
    scenario = ds.Scenario.load("psychotherapy")
    fewer = scenario.changed({"twins": scenario.twins[1:]})
    assert title(fewer) == (
        "Focused parent-infant psychotherapy for mothers in treatment for a postpartum mental disorder, from birth to "
        "week 65"
    )
    more = scenario.changed({"twins": (*scenario.twins, {"name": "also", "interventions": ["peer-support"]})})
    assert title(more) == scenario.title


def test_words_are_given_up_and_come_back():
    scenario = ds.Scenario.load("video-feedback")
    after = followed(scenario.changed({"population": "depressed"}))
    assert (after.title, after.question, after.says) == ("", "", "")
    assert after.label == scenario.label  # what its own dyads are called tells nothing of who they are
    assert followed(after.changed({"population": scenario.population})) == scenario
    assert followed(scenario.changed({"interventions": ["marte-meo"]})).arms[0].name == "with Marte Meo"


@pytest.mark.parametrize(
    ("names", "called"),
    [
        ([], "all"),
        (["peer-support", "video-feedback"], "with Peer support and Video feedback"),
        (
            ["peer-support", "home-visiting", "marte-meo", "nbo", "icdp"],
            "with Peer support, Home visiting, Marte Meo and 2 more",
        ),
    ],
)
def test_arms_are_called_by_titles(names, called):
    offers = [{"name": name, "start_week": 4} for name in names]
    assert ds.Scenario(name="mine", interventions=offers).arms[0].name == called
    assert made_question(ds.Scenario(name="mine", interventions=offers[:1])).startswith("What ")
