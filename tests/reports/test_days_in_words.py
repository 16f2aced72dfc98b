"""Other days in words: on how many of them is to be seen what the shown one shows."""

import numpy as np

import dyadsim as ds
from dyadsim.reports.days_in_words import days_in_words
from dyadsim.scenarios.other_days import other_days


def said_of(encounter, number=12):
    others = other_days(encounter, number)
    return days_in_words(encounter, encounter.session(), others), others


def protest(session, first, stop):
    return (session.infant[0, first:stop] == session.codes.infant_names.index("protest")).mean()


def test_a_still_face_that_was_given_is_held_against_what_was_before_it():
    encounter = ds.Encounter.load("typical").changed({"moments": [{"name": "still-face", "at": 90}]})
    said, others = said_of(encounter)
    more = sum(protest(each, 90, 150) > protest(each, 0, 90) for each in others)
    own = encounter.session()
    here = "and on this day, too" if protest(own, 90, 150) > protest(own, 0, 90) else "but not on this day"
    assert said[0] == f"In the still-face he protests more than before on {more} of 12 days, {here}."
    assert len(said) == 3


def test_help_is_told_by_match_and_a_phone_that_rings_again_is_named_apart():
    coached = ds.Encounter.load("depressed").changed({"moments": [{"name": "coach", "at": 60}]})
    assert said_of(coached, 5)[0][0].startswith("In the coached play they match more than before on ")
    phone, _ = said_of(ds.Encounter.load("phone"), 5)
    assert len(phone) == 2 + sum(not one.available for one in ds.Encounter.load("phone").played().episodes)
    assert len({*phone}) == len(phone)


def test_without_anything_done_match_and_protest_are_told_as_they_were():
    encounter = ds.Encounter.load("typical")
    said, others = said_of(encounter)
    matches = [each.matched("strict").mean() for each in others]
    own = encounter.session().matched("strict").mean()
    assert said[0] == (
        f"They match {min(matches):.0%} to {max(matches):.0%} of the time in which she can answer; {own:.0%} on this "
        f"day, which is more than on {np.sum(np.array(matches) < own)} of 12 others."
    )
    fussed = sum(protest(each, 0, 300) > 0 for each in others)
    assert f"He protests at some time on {fussed} of 12 days" in said[1]
