"""Entries of the catalogue are chosen by words, age, level, format and grounding, and told in words."""

from typing import get_args

import pytest

import dyadsim as ds
from dyadsim.interventions.catalogue import GROUNDINGS, Format, Level, shipped
from dyadsim.interventions.catalogue_choice import (
    FORMATS,
    LEVELS,
    age_in_words,
    can_start,
    choose,
    dose_in_words,
    moves_in_words,
    starts,
)


def names(**asked):
    return [entry.name for entry in choose(**asked)]


def test_every_level_and_format_has_words():
    assert ((*LEVELS,), (*FORMATS,)) == (get_args(Level), get_args(Format))


def test_levels_formats_and_groundings_part_the_catalogue():
    whole = {entry.name for entry in shipped()}
    assert set(names()) == whole
    assert sum(len(names(level=level)) for level in LEVELS) == len(whole)
    assert {name for format in FORMATS for name in names(format=format)} == whole
    assert {name for grounding in GROUNDINGS for name in names(grounding=grounding)} == whole
    assert {each.grounding for each in choose(grounding="measured", throughout=True)} == {"measured"}
    assert set(names(grounding="measured", throughout=True)) < set(names(grounding="measured"))


def test_an_entry_fits_an_age_in_which_it_may_start():
    first, last = ds.Intervention.load("peer-support").age_range
    for weeks, fits in (((first - 5, first), True), ((last, last + 9), True), ((last + 1, last + 9), False)):
        assert ("peer-support" in names(weeks=weeks)) is fits
    peers = ds.Intervention.load("peer-support")
    assert [starts(peers, *weeks) for weeks in ((0, 51), (10, 51), (-20, -8), (60, 80))] == [4, 10, -8, None]


def test_words_are_looked_for_in_names_and_then_in_what_entries_are():
    assert names(words="VIPP") == ["video-feedback"]
    assert "kangaroo-care" in names(words="chest")
    assert names(words="singing", format="group") == ["music-and-singing-group"]
    with pytest.raises(ds.DyadsimError, match="nearest are"):
        choose(words="qqqq")


@pytest.mark.parametrize("asked", [{"level": "at risk"}, {"format": "groups"}, {"grounding": "measurd"}])
def test_what_there_is_not_is_refused_with_what_is_near(asked):
    with pytest.raises(ds.DyadsimError, match="Did you mean"):
        choose(**asked)


def test_an_entry_is_told_in_words():
    assert [age_in_words(week) for week in (-20, -1, 0, 52)] == [
        "20 weeks before birth", "1 week before birth", "birth", "week 52",
    ]  # fmt: skip
    bumps, nbas = ds.Intervention.load("mellow-bumps"), ds.Intervention.load("nbas")
    assert can_start(bumps) == "starts between 24 and 8 weeks before birth"
    assert can_start(nbas) == "starts between birth and week 4"
    assert dose_in_words(nbas) == "1 session in 1 week"
    assert moves_in_words(nbas) == ["more sensitivity (d = +0.53, measured)"]


def test_a_short_title_fits_beside_others():
    assert ds.Intervention.load("video-feedback").short_title == "Video feedback"
    assert all(len(entry.short_title) <= 45 for entry in shipped())
    assert ds.Population.load("postpartum-disorder").who == "Mothers in treatment for a postpartum mental disorder"
