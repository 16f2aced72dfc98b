"""Words for the two who are seen: every text that can be shown of a dyad, and sentences that are hard to rewrite."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

import dyadsim as ds
from dyadsim.common.errors import DyadsimError
from dyadsim.people.caregiver_words import BOTH, CAREGIVERS, Words

PACKAGE = Path(ds.__file__).parent
FATHER, PARTNER, CAREGIVER = (Words(caregiver=word) for word in CAREGIVERS[1:])
MIA = Words(infant="Mia")
FATHER_OF_MIA = Words(caregiver="father", infant="Mia")

TOLD_OF_A_DYAD = (
    *(f"dashboard/pages/{name}.py" for name in ("classroom", "compare", "explore", "scenario")),
    *(
        f"dashboard/{name}.py"
        for name in ("form_fields", "layout", "player", "scenario_fields", "session_tracks", "small_days")
    ),
    *(f"reports/scenario_{name}.py" for name in ("key_weeks", "sentences")),
    "reports/days_in_words.py",
    "reports/session_captions.py",
)
SHOWN = (
    "says", "title", "label", "caption", "after", "question", "texts", "ask", "line", "aims", "options", "answer",
)  # fmt: skip


def of_data():
    """Texts of what ships in TOML, by the keys under which something is shown."""

    def walk(value, key=""):
        if isinstance(value, dict):
            for name, each in value.items():
                yield from walk(each, name)
        elif isinstance(value, list):
            for each in value:
                yield from walk(each, key)
        elif isinstance(value, str) and key in SHOWN:
            yield value

    folders = ("encounters", "instruments", "interventions", "moments", "paradigms", "populations", "scenarios")
    files = [path for folder in (*folders, "settings") for path in (PACKAGE / "data" / folder).glob("*.toml")]
    for path in (*files, *(PACKAGE / "data").glob("lesson*.toml"), *(PACKAGE / "data").glob("lessons/*.toml")):
        yield from walk(tomllib.loads(path.read_text("utf-8")))


def of_code():
    """Sentences in the code of pages and captions: every text with a space in it that is no docstring."""
    for file in TOLD_OF_A_DYAD:
        tree = ast.parse((PACKAGE / file).read_text("utf-8"))
        docs = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        yield from (
            one.value
            for one in ast.walk(tree)
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and " " in one.value and id(one) not in docs
        )


def of_the_model():
    for state in (*ds.ICEP.infant, *ds.ICEP.mother):
        yield state.meaning
    for known in (ds.TRAITS, ds.COEFFICIENTS, ds.MEASURES):
        for name, one in known.items():
            yield from (one.meaning, one.unit, name.replace("_", " "), getattr(one, "short", ""))


@pytest.fixture(scope="module")
def corpus():
    texts = sorted({text for source in (of_data, of_code, of_the_model) for text in source()})
    assert len(texts) > 700
    return texts


def words_in(text):
    return re.findall(r"[a-z_]+", text.lower())


STAYS = re.compile(r"`[^`]*`|as mothers do|than most mothers|a hundred mothers|--mother|Mother-Infant")


def sentences(texts):
    """Sentences, but those that stay as they are, without names and code."""
    said = (each for text in texts for each in re.split(r"(?<=[.!?])\s", text))
    return [each for each in said if not re.search(r"pregnan|expectant|breastfe|\bfathers?\b", each, re.IGNORECASE)]


def left(words, texts, *forbidden):
    told = [(each, words.said(each)) for each in sentences(texts)]
    return [pair for pair in told if {*forbidden} & {*words_in(STAYS.sub("", pair[1]))}]


# Every text


def test_nothing_is_rewritten_where_nothing_was_chosen(corpus):
    assert all(Words().said(text) is text for text in corpus)


def test_no_mother_is_left_where_another_word_was_chosen(corpus):
    for words in (FATHER, PARTNER, CAREGIVER, FATHER_OF_MIA):
        assert not left(words, corpus, "mother", "mothers")


def test_nobody_is_she_where_a_father_and_a_name_were_chosen(corpus):
    assert not left(FATHER_OF_MIA, corpus, "she", "her", "hers", "herself")


def test_a_partner_or_caregiver_is_never_he_or_she(corpus):
    for words in (PARTNER, CAREGIVER):
        assert not left(words, corpus, "she", "her", "hers", "herself")


def test_where_a_name_was_chosen_no_pronoun_says_who_he_is_and_no_baby_is_left_that_is_him(corpus):
    told = [MIA.said(each) for each in sentences(corpus)]
    assert not [each for each in told if {"he", "him", "his", "himself"} & {*words_in(each)}]
    assert not [each for each in told if re.search(r"\b(the|her) (baby|infant)\b(?! states?)", each)]
    assert not [each for each in told if re.search(r"Mia (state|population|Mia)|the Mia|a Mia", each)]


def test_two_are_told_apart_as_often_as_before(corpus):
    """For a father without a name each "she" becomes "he", and the other way round; none is lost."""
    she, he = {"she", "her", "hers", "herself"}, {"he", "him", "his", "himself"}
    for before in sentences(corpus):
        after = FATHER.said(before)
        assert [sum(word in one for word in words_in(before)) for one in (she, he)] == [
            sum(word in one for word in words_in(after)) for one in (he, she)
        ]


def test_numbers_braces_and_code_stay(corpus):
    for text in corpus:
        for words in (FATHER, CAREGIVER, FATHER_OF_MIA):
            said = words.said(text)
            for pattern in (r"\{[^}]*\}", r"`[^`]*`", r"\d+"):
                assert re.findall(pattern, said) == re.findall(pattern, text)


# Sentences that are hard to rewrite

TRICKY = [
    (
        "He looks at her, she talks to him.",
        "She looks at him, he talks to her.",
        "He looks at them, the caregiver talks to him.",
        "Mia looks at him, he talks to Mia.",
    ),
    (
        "The baby looked at her face at 5 s; her face is still.",
        "The baby looked at his face at 5 s; his face is still.",
        "The baby looked at their face at 5 s; their face is still.",
        "Mia looked at his face at 5 s; his face is still.",
    ),
    (
        "The baby's smile faded and she came close, a little much for him.",
        "The baby's smile faded and he came close, a little much for her.",
        "The baby's smile faded and the caregiver came close, a little much for him.",
        "Mia's smile faded and he came close, a little much for Mia.",
    ),
    (
        "Someone beside her helps her see and answer his signals.",
        "Someone beside him helps him see and answer her signals.",
        "Someone beside them helps them see and answer his signals.",
        "Someone beside him helps him see and answer Mia's signals.",
    ),
    (
        "how burden makes her engagement less positive",
        "how burden makes his engagement less positive",
        "how burden makes their engagement less positive",
        "how burden makes his engagement less positive",
    ),
    (
        "how burden makes her stay less long",
        "how burden makes him stay less long",
        "how burden makes them stay less long",
        "how burden makes him stay less long",
    ),
    (
        "how attention to her shows in looking at her",
        "how attention to him shows in looking at him",
        "how attention to them shows in looking at them",
        "how attention to him shows in looking at him",
    ),
    (
        "His temperament and hers differ.",
        "Her temperament and his differ.",
        "His temperament and theirs differ.",
        "Mia's temperament and his differ.",
    ),
    (
        "fit of her state to his at the moment",
        "fit of his state to hers at the moment",
        "fit of their state to his at the moment",
        "fit of his state to Mia's at the moment",
    ),
    (
        "The mother keeps her distress to herself, since she expects it.",
        "The father keeps his distress to himself, since he expects it.",
        "The caregiver keeps their distress to themselves, since the caregiver expects it.",
        "The father keeps his distress to himself, since he expects it.",
    ),
    (
        "How does he try to get her back? Her calm is hers.",
        "How does she try to get him back? His calm is his.",
        "How does he try to get them back? Their calm is theirs.",
        "How does Mia try to get him back? His calm is his.",
    ),
    (
        "An infant who is easily upset, and his mother",
        "An infant who is easily upset, and her father",
        "An infant who is easily upset, and his caregiver",
        "Mia, an infant who is easily upset, and Mia's father",
    ),
    (
        "A depressed mother, and her baby.",
        "A depressed father, and his baby.",
        "A depressed caregiver, and their baby.",
        "A depressed father, and Mia.",
    ),
    (
        "Mother and infant face to face; the infant's level, the mother's own",
        "Father and infant face to face; the infant's level, the father's own",
        "Caregiver and infant face to face; the infant's level, the caregiver's own",
        "Father and Mia face to face; Mia's level, the father's own",
    ),
    (
        "how well he calms himself",
        "how well she calms herself",
        "how well he calms himself",
        "how well Mia calms themselves",
    ),
    ("Baby", "Baby", "Baby", "Mia"),
    (
        "Mother “vocal”: watching him.",
        "Father “vocal”: watching her.",
        "Caregiver “vocal”: watching him.",
        "Father “vocal”: watching Mia.",
    ),
    (
        "Baby “positive”: looking at her.",
        "Baby “positive”: looking at him.",
        "Baby “positive”: looking at them.",
        "Mia “positive”: looking at him.",
    ),
    (
        "how following her grows with age",
        "how following him grows with age",
        "how following them grows with age",
        "how following him grows with age",
    ),
    (
        "He looks and smiles at her less than most mothers see.",
        "She looks and smiles at him less than most mothers see.",
        "He looks and smiles at them less than most mothers see.",
        "Mia looks and smiles at him less than most mothers see.",
    ),
    (
        "Where do you see her wait for him?",
        "Where do you see him wait for her?",
        "Where do you see them wait for him?",
        "Where do you see him wait for Mia?",
    ),
    ("mother persistence", "father persistence", "caregiver persistence", "father persistence"),
    # What stays
    *[
        (text,) * 4
        for text in (
            "What does looking away do for a baby?",
            "pull of each infant state",
            "irritable infant",
            "Minding the Baby",
            "Modified Mother-Infant Transaction Program",
            "grandmother",
            "Therapy helps others; there is no theme here.",
            "Two visit by turns from pregnancy on and help the mother to think about his mind and her own.",
            "Families with a mother and a father are offered help.",
            "mean bout of `mother_vocal` and `infant_object`",
            "Empowering Parents, Empowering Communities: Baby and Us",
            "Triple P for Baby",
        )
    ],
]


@pytest.mark.parametrize(("text", "father", "caregiver", "named"), TRICKY)
def test_a_sentence_that_is_hard_to_rewrite(text, father, caregiver, named):
    assert FATHER.said(text) == father
    assert CAREGIVER.said(text) == caregiver
    assert FATHER_OF_MIA.said(text) == named
    assert PARTNER.said(text) == re.sub("caregiver", "partner", re.sub("Caregiver", "Partner", caregiver))


def test_a_sentence_on_who_bore_him_stays_and_the_next_is_rewritten():
    text = "The expectant mother counts the movements of her child. Then she meets him."
    assert FATHER.said(text) == "The expectant mother counts the movements of her child. Then he meets her."


def test_a_mother_with_a_named_baby_stays_she():
    assert (
        MIA.said("She looks at him and her baby smiles; he is hers.") == "She looks at Mia and Mia smiles; Mia is hers."
    )


# The choice


@pytest.mark.parametrize("name", ["Mia", "Anne-Marie", "O'Neil", "Zoë", "Mia Rose", "Łukasz", "अनन्या", "N’Golo", ""])
def test_names_of_people_are_taken(name):
    assert Words(infant=name).infant == name
    assert Words(infant=f" {name} ").infant == name


@pytest.mark.parametrize(
    "name", ["M1a", "<b>Mia</b>", "Mia\n", "a" * 31, "-Mia", "Mia.", "\u202eMia", "Mia\x00", "{mia}", "M\u200bia"]
)
def test_what_is_no_name_is_refused_in_one_sentence(name):
    if name == "Mia\n":
        assert Words(infant=name).infant == "Mia"
        return
    with pytest.raises(DyadsimError, match="at most 30 characters") as refused:
        Words(infant=name)
    assert "\n" not in str(refused.value)


def test_an_unknown_word_is_refused_with_the_nearest():
    with pytest.raises(
        DyadsimError, match=r"'fathr'. Did you mean 'father'\? Known: mother, father, partner, caregiver"
    ):
        Words(caregiver="fathr")


def test_where_the_word_is_not_mother_it_is_said_of_whom_the_figures_are():
    assert (Words().remark, MIA.remark) == ("", "")
    assert FATHER.remark == "The words say father; the model's figures come from studies of mothers and their infants."
    assert [CAREGIVER.said(each) for each in (BOTH, FATHER.remark)] != [
        BOTH,
        FATHER.remark,
    ]  # so they are never rewritten


def test_the_choice_is_part_of_a_scenario_and_changes_none_that_did_not_make_it():
    plain = ds.Scenario.load("video-feedback")
    chosen = plain.changed({"words": {"caregiver": "father", "infant": "Mia"}})
    assert "words" not in plain.model_dump(exclude_defaults=True)
    assert chosen.model_dump(exclude_defaults=True)["words"] == {"caregiver": "father", "infant": "Mia"}
    assert ds.Scenario(**tomllib.loads(chosen.toml())) == chosen
    assert chosen.changed({"words": Words()}).toml() == plain.toml()


def test_where_partners_are_simulated_mother_and_partner_stay_what_they_are():
    words = {"caregiver": "father"}
    assert ds.Scenario.load("coparenting").changed({"words": words}).spoken == Words()
    assert ds.Scenario.load("typical-year").changed({"words": words}).spoken == FATHER
