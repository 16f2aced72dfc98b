"""Names of the interventions: titles, other names, and how the catalogue is searched by them."""

import pytest

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.interventions.catalogue import Intervention

NAMES = toml_models.names("interventions")
EFFECT = {"state": "stress", "size": -0.3, "grounding": "assumed", "note": "an example"}
ENTRY = {
    "level": "universal", "format": ["home"], "age_range": [0, 52], "sessions": 4, "weeks": 4, "start_week": 2,
    "effects": [EFFECT],
}  # fmt: skip


def test_existing_columns_stay_in_their_order_and_the_new_ones_stand_beside_the_name():
    names = [*ds.catalogue()]
    assert names == [
        "name", "title", "other_names", "says", "level", "format", "age_range", "sessions", "weeks", "moves",
        "grounding", "evidence",
    ]  # fmt: skip


def test_titles_are_of_their_own_and_no_abbreviations():
    table = ds.catalogue()
    assert all(ds.Intervention.load(name).title for name in NAMES)
    assert table["title"].is_unique
    assert not [title for title in table["title"] if title.isupper() or title[0].islower() or title.endswith(".")]


def every_name():
    """All by which an entry is found, with the entry's own name."""
    return [(word, name) for name in NAMES for word in Intervention.load(name).all_names]


def test_no_two_entries_are_called_the_same():
    plain = [("".join(filter(str.isalnum, word.lower())), name) for word, name in every_name()]
    shared = {word for word, name in plain for other, another in plain if word == other and name != another}
    assert shared == set()


@pytest.mark.parametrize("written", [str, str.upper, lambda text: text.replace("-", " "), lambda text: text[:-1]])
def test_an_entry_is_found_by_any_of_its_names_however_written(written):
    for word, name in every_name():
        assert name in ds.catalogue(written(word))["name"].tolist(), (word, name)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("vipp", "video-feedback"), ("VIPPSD", "video-feedback"), ("sensitive discipline", "video-feedback"),
        ("mother-infant transaction program", "modified-mitp"), ("wonder watch", "watch-wait-and-wonder"),
        ("attachment biobehavioural", "attachment-and-biobehavioural-catch-up"), ("E.M.D.R.", "trauma-focused-therapy"),
        ("kangaroo mother", "kangaroo-care"), ("cognitive behavioral", "cognitive-behavioural-therapy"),
    ],
)  # fmt: skip
def test_a_search_finds_parts_of_words_in_any_order_and_spelling(words, name):
    assert ds.catalogue(words)["name"].tolist() == [name]


@pytest.mark.parametrize("words", ["viipp-sd", "!!", "vipp nbas", 3])
def test_what_nothing_is_called_is_told_in_one_sentence_with_the_nearest(words):
    with pytest.raises(ds.DyadsimError) as told:
        ds.catalogue(words)
    assert "\n" not in str(told.value)
    if words == "viipp-sd":
        assert "nearest are 'video-feedback' (Video-feedback Intervention" in str(told.value)


def test_no_words_are_all_entries():
    assert ds.catalogue(" ").equals(ds.catalogue())


def test_an_entry_of_ones_own_without_a_title_goes_by_its_name_in_words():
    own = ds.Intervention(**{**ENTRY, "name": "night-nurse_two", "called": ["Night Nurse Two", "NN2"]})
    assert (own.full_name, own.other_names) == ("Night nurse two", ("NN2",))
    titled = own.changed({"title": "The Nurse"})
    assert (titled.full_name, titled.other_names) == ("The Nurse", ("Night Nurse Two", "NN2"))


def test_a_title_is_no_part_of_what_a_course_was_made_of():
    course = ds.develop(ds.Cohort.sample(3, seed=5), 4, [{"name": "nbo", "start_week": 1}], days=1, seed=5)
    assert "title" not in course.provenance["interventions"][0]["entry"]
