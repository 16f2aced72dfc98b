"""Names of factors: each is taken apart into its kind and what it sets."""

import pytest

from dyadsim.sweeps.point_setup import KINDS, known_names, target_of


@pytest.mark.parametrize(
    ("name", "word", "object", "whole"),
    [
        ("start_week of video-feedback", "start_week", "video-feedback", True),
        ("dose of video-feedback", "dose", "video-feedback", False),
        ("share of poverty", "share", "poverty", False),
        ("seconds", "seconds", "seconds", True),
        ("paradigm", "paradigm", "paradigm", False),
        ("rate of depression", "", "rate of depression", False),
        ("sensitivity", "", "sensitivity", False),
        ("infant_base.object", "", "infant_base.object", False),
    ],
)
def test_a_name_is_taken_apart_into_its_kind_and_what_it_sets(name, word, object, whole):
    target = target_of(name)
    assert (target.kind.word, target.object, target.kind.whole) == (word, object, whole)
    assert type(target.number(2.0)) is (int if whole else float)


def test_every_kind_that_is_listed_knows_names_of_its_own():
    for called in known_names():
        knowing = [kind.called for kind in KINDS if kind.object_in(called) is not None]
        assert knowing == [called]
