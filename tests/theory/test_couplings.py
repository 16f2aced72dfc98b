"""The graph of slow states, and what else is declared of them."""

from dyadsim.theory.couplings import ARROWS
from dyadsim.theory.slow_states import BACKGROUND, LIVED, PLAY_TRAITS, SLOW, SOURCES
from dyadsim.theory.traits import TRAITS


def test_every_arrow_runs_from_something_that_is_there_to_another_slow_state():
    for arrow in ARROWS.values():
        assert arrow.target in SLOW, arrow.name
        assert arrow.source in {*SLOW, *SOURCES, *LIVED} - {arrow.target}, arrow.name


def test_traits_that_pull_are_traits_and_stand_behind_the_background():
    assert set(PLAY_TRAITS) < set(TRAITS)
    assert (*BACKGROUND, *PLAY_TRAITS) == SOURCES
