"""Code maps: codes to states, as labs write both; a map of one's own is checked."""

import re

import pytest
from coded_files import refused, remarks, session
from conftest import ROOT

import dyadsim as ds
from dyadsim.coded_video.code_maps import Tiers, code_key, episode_named, has_word

SHIPPED = ("icep", "monadic-phases", "valence")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_map_has_each_partner_s_states_and_a_source(name):
    codes = ds.CodeMap.load(name)
    assert codes.source
    for partner, names in (("infant", codes.codes.infant_names), ("mother", codes.codes.mother_names)):
        if name != "monadic-phases":  # which knows no withdrawal
            assert set(getattr(codes, partner)) == set(names)
        for state, said in getattr(codes, partner).items():
            for code in said:
                assert codes.state(partner, f"  {code.upper()} ") == names.index(state)
    assert codes.state("infant", "--") == codes.state("mother", "Unscorable") == -1
    assert codes.state("infant", "nonsense") is None


@pytest.mark.parametrize(
    ("name", "partner", "code", "state"),
    [
        ("icep", "infant", "Negative Engagement: Protest", "protest"),
        ("icep", "infant", "Object/Environment Engagement", "object"),
        ("icep", "infant", "Social Monitor", "monitor"),
        ("icep", "mother", "Social Monitor", "neutral"),
        ("icep", "mother", "Non-infant focused engagement", "elsewhere"),
        ("icep", "mother", "Cpvc", "vocal"),
        ("monadic-phases", "infant", "avert", "object"),
        ("monadic-phases", "infant", "Talk", "positive"),
        ("monadic-phases", "mother", "elicit", "vocal"),
        ("monadic-phases", "mother", "Social Attend", "neutral"),
        ("valence", "infant", "A", "positive"),
        ("valence", "mother", "+2.0", "positive"),
        ("valence", "mother", "-3", "negative"),
        ("valence", "mother", "-0", "neutral"),
        ("valence", "infant", "Pos", "positive"),
    ],
)
def test_codes_mean_what_their_source_says(name, partner, code, state):
    codes = ds.CodeMap.load(name)
    names = codes.codes.infant_names if partner == "infant" else codes.codes.mother_names
    assert names[codes.state(partner, code)] == state


def test_what_is_a_judgement_is_marked_and_told():
    codes = ds.CodeMap.load("monadic-phases")
    assert "no phase of looking away alone" in codes.assumption("infant", "AVERT")
    assert codes.assumption("infant", "protest") is None
    rows = [("infant", "avert", 0, 5), ("infant", "talk", 5, 9), ("mother", "elicit", 0, 9)]
    assert "code 'avert' is read as 'object', which is assumed" in remarks(session(*rows))


def test_codes_are_compared_without_case_spaces_and_ways_to_write_numbers():
    assert code_key(" Social   PLAY ") == "social play"
    assert {code_key(code) for code in ("2", "+2", "2.0", "2,0", " 2 ")} == {"2"}
    assert code_key("1234567") != code_key("1234568")
    assert code_key("1_0") == "1_0"


@pytest.mark.parametrize(
    ("tier", "partner"),
    [
        ("Maternal Affect", "mother"), ("MotherAffect", "mother"), ("mother_gaze", "mother"), ("MOT", "mother"),
        ("motheraffect", "mother"), ("Father", "mother"), ("Infant Affect", "infant"), ("CHI", "infant"),
        ("baby2", "infant"), ("I_engagement", "infant"), ("motion", None), ("chip", None), ("", None),
    ],
)  # fmt: skip
def test_tiers_are_known_by_their_words(tier, partner):
    words = Tiers()
    assert has_word(tier, words.mother) == (partner == "mother")
    assert has_word(tier, words.infant) == (partner == "infant")


def test_episodes_are_known_by_their_names():
    words = ds.CodeMap.load("icep").episodes
    said = {
        "Free Play": "play",
        "SF": "still-face",
        "still_face 2": "still-face 2",
        "Reunion": "reunion",
        "smile": None,
    }
    assert {name: episode_named(name, words) for name in said} == said


def test_a_lone_minus_may_stand_for_nothing_but_beside_a_plus_it_is_negative():
    rows = [("infant", "+", 0, 5), ("infant", "-", 5, 9), ("mother", "0", 0, 9)]
    assert session(*rows).infant[0, [0, -1]].tolist() == [2, 0]
    assert "holds the code '-'" in refused(("infant", "1", 0, 5), *rows[1:])


OWN = """
name = "mine"
code_set = "icep"
left_out = ["burp"]
[infant]
positive = ["smiles", 5]
[mother]
vocal = ["sings"]
[tiers]
mother = ["amma"]
"""


def test_a_map_of_ones_own_needs_no_more_than_its_codes_and_words(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(OWN, encoding="utf-8")
    rows = [("Amma", "Sings", 0, 9), ("infant", "smiles", 0, 3), ("infant", "5", 3, 5), ("infant", "burp", 4, 5)]
    found = session(*rows, codes=file)
    assert found.codes == ds.ICEP
    assert found.provenance["reading"]["codes_passed_over"] == 1
    assert (found.infant[0] == 4).sum() == 5
    assert ds.CodeMap.load(file).toml().startswith('name = "mine"')


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("positive =", "happy =", "Unknown state of the infant in 'icep': 'happy'"),
        ('"smiles", 5', '"smiles"]\nobject = ["SMILES "', "The infant's code 'smiles' means two states"),
        ('"burp"', '"Smiles"', "The infant's code 'smiles' means a state and is left out"),
        ('"sings"', '"--"', "The mother's code '--' means a state and is not coded"),
        ('"icep"', '"other"', "code_set"),
        ('vocal = ["sings"]', "", "No code of the mother is given a state"),
        ("left_out", "leftout", "Unknown key 'leftout'"),
        ('"smiles", 5', "true", "must be text"),
        ("[tiers]", '[[assumed]]\npartner = "infant"\ncode = "zz"\nwhy = "so"\n[tiers]', "infant does not have: 'zz'"),
    ],
)
def test_a_map_that_says_no_one_thing_is_refused_in_a_sentence(tmp_path, was, now, sentence):
    file = tmp_path / "mine.toml"
    file.write_text(OWN.replace(was, now, 1), encoding="utf-8")
    with pytest.raises(ds.DyadsimError, match="code_map file") as error:
        ds.CodeMap.load(file)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_the_shipped_map_that_knows_the_codes_is_chosen_and_said():
    pairs = {"valence": ("A", "-2"), "icep": ("Ipos", "Cpvc"), "monadic-phases": ("avert", "elicit")}
    for name, (his, hers) in pairs.items():
        found = session(("infant", his, 0, 5), ("mother", hers, 0, 5))
        assert found.provenance["code_map"] == name
        assert f"read by the shipped code map '{name}'" in remarks(found)


def test_a_code_that_no_map_knows_is_refused_with_its_place_and_the_nearest():
    rows = [("infant", "Ipos", 0, 5), ("infant", "Ipross", 5, 9), ("mother", "Cneu", 0, 9)]
    said = refused(*rows)
    assert "'made.csv', line 3, holds the code 'Ipross'" in said
    assert "nearest is 'Ipro'" in said
    assert "codes=, option --codes" in said
    assert "Unknown code_map 'icpe'. Did you mean 'icep'" in refused(*rows, codes="icpe")


def test_the_map_that_the_docs_show_is_one(tmp_path):
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/input.md").read_text("utf-8"), re.S)
    (shown,) = [block for block in blocks if "code_set" in block]
    file = tmp_path / "mine.toml"
    file.write_text(shown, encoding="utf-8")
    found = session(("infant", "Coo", 0, 5), ("infant", "cannot see", 5, 9), ("mother", "sings", 0, 9), codes=file)
    assert found.infant[0].tolist() == [4] * 5 + [-1] * 4
    assert "counted as positive vocalisation" in remarks(found)
