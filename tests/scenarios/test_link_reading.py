"""Links that hold more, or other, than can be: what was understood is kept, the rest is told in a bounded sentence."""

from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dyadsim as ds
from dyadsim.common.toml_models import parse
from dyadsim.scenarios.link_reading import LeftOut, as_far_as, check_size, left_out, understood
from dyadsim.scenarios.web_link import LETTERS, LONGEST, MOST, from_query, to_query

KNOWN = (*ds.Scenario.model_fields, *LETTERS)


def check(scenario):
    """As the dashboard has it: every session can be played."""
    for each in scenario.sessions:
        each.cohort()


def read(query):
    found, left = understood(query, check)
    return found, left.sentence(KNOWN)


@pytest.mark.parametrize(
    ("query", "kept", "says"),
    [
        ("dyads=30&population=depresed", "dyads=30", "Did you mean 'depressed'?"),
        ("dyads=1&weeks=80", "weeks=80", "'dyads' must be greater than or equal to 2, not 1."),
        ("a.name=phone&a.foo=1", "a.name=phone", "'a.foo': Unknown key 'foo'."),
        (
            "a.name=depressed&a.traits.sensitivity=-1&a.traits.burden=99&a.traits.warmth=1",
            "a.name=depressed&a.traits.sensitivity=-1.0",
            "'a.traits.burden': Trait 'burden' is 99, but must lie between -4 and 4",
        ),
        (
            "a.name=phone&a.moments.0.name=coach&a.moments.0.at=9&a.moments.0.foo=1&a.moments.0.bar=2",
            "a.name=phone&a.moments.0.name=coach&a.moments.0.at=9",
            "'a.moments.0.foo': Unknown key 'foo'. Known: name, at, seconds. 'a.moments.0.bar': Unknown key 'bar'.",
        ),
        ("a.moments.0.name=coch&a.moments.0.at=9&b=phone", "a.name=phone", "Did you mean 'coach'?"),
        ("a=depresed&b=phone", "a.name=phone", "Unknown encounter 'depresed'. Did you mean 'depressed'?"),
        ("a.name=depresed&b=phone", "a.name=phone", "Unknown encounter 'depresed'. Did you mean 'depressed'?"),
        ("name=vido-feedback&a=phone", "name=vido-feedback&a.name=phone", ""),
        ("name=mine&dyads=40", "name=mine&dyads=40", ""),
        ("outputs.weeks.0=65&first_week=40&weeks=30", None, ""),
        ("outputs.weeks.0=65&outputs.weeks.1=500&first_week=40&weeks=30", None, "week 500, but the course goes from"),
        ("outputs.phase.episode=reunion&outputs.phase.q=1", None, "'outputs.phase.q': Unknown key 'q'."),
        ("risks.3=poverty", "risks.0.setting=poverty&risks.0.share=1.0", ""),
        ("dyads=20&dyads=30", "dyads=20", "The link says 'dyads' twice."),
        ("dyads=20&population=%2Fetc%2Fx.toml", "dyads=20", "names a file; here only what ships can be named"),
        ("dyads=20&=1&a..b=2", "dyads=20", "The link has a key that is none: ''."),
        ("dyads=20&seed=%22%5Cud800%22", "dyads=20", "The link has a text that is none"),
        ("interventions.0=peer-suport&interventions.1=nbo", "interventions.0.name=nbo", "Did you mean 'peer-support'?"),
    ],
)
def test_what_cannot_be_is_told_and_left_out_and_the_rest_is_kept(query, kept, says):
    found, told = read(query)
    assert says in told
    assert bool(told) == bool(says)
    if kept is not None:
        assert to_query(found).startswith(kept)
    if "outputs" in query:
        assert 65 in found.outputs.weeks or found.outputs.phase.episode == "reunion"
    if told:
        assert told.endswith("This was left out; the rest is shown.")


@pytest.mark.parametrize(
    "query", ["name=unknown", "a.name=unknown", "a=unknown", "seed=abc", "a.foo=1", "a.seed=x", "=1"]
)
def test_where_nothing_is_understood_there_is_no_scenario(query):
    found, told = read(query)
    assert found is None
    assert told.startswith("In the link: ")


def test_a_preset_that_is_none_is_told_with_the_nearest_and_a_name_of_ones_own_is_kept():
    assert "Unknown scenario 'vido-feedback'. Did you mean 'video-feedback'?" in read("name=vido-feedback")[1]
    mine = ds.Scenario(name="mine", sessions=[{"name": "ours", "seed": 3}])
    assert read(to_query(mine)) == (mine, "")
    assert read("name=own") == (ds.Scenario(name="own"), "")


def test_parameters_that_nothing_has_are_told_by_name_a_few_of_them():
    assert left_out(["utm_source", "a b", "fbclid", "x"], KNOWN) == (
        "The link also says 'utm_source', 'a b', 'fbclid' and 1 more, which means nothing here and was left out; the "
        "rest is shown."
    )
    assert left_out(["popluation"], KNOWN).endswith("Did you mean 'population'?")
    assert LeftOut().sentence(KNOWN) == ""
    both = LeftOut(["utm_source"], [("dyads", "'dyads' must be more.")] * 9).sentence(KNOWN)
    assert "So it is with 6 more." in both
    assert "'utm_source'" in both


@pytest.mark.parametrize("sign", ["a.traits.x{}=1", "risks.{}=x{}", "a.{}=1", "twins.{}.name=x"])
def test_a_link_full_of_nonsense_is_read_in_bounded_time_and_told_in_bounded_words(sign):
    asked = []
    query = "&".join([*(sign.format(n, n) for n in range(MOST - 1)), "dyads=30"])[-LONGEST:]
    found, left = understood(query, asked.append)
    assert found.dyads == 30
    assert len(asked) <= 210
    assert len(left.sentence(KNOWN)) <= 700


def test_a_query_that_is_too_long_is_refused_whole():
    for query in ("x" * (LONGEST + 1), "&" * MOST):
        with pytest.raises(ds.DyadsimError, match="is the most"):
            check_size(query)
        with pytest.raises(ds.DyadsimError, match="is the most"):
            understood(query)


GOOD = ("dyads=31", "weeks=60", "population=depressed", "a.name=phone", "a.traits.sensitivity=-1", "b=typical",
        "risks.0=poverty", "outputs.phase.x=burden", "a.seed=5")  # fmt: skip
ODD_KEYS = st.sampled_from(
    ["utm", "a.foo", "a.traits.warmth", "population", "a.paradigm", "dyads", "a.seconds", "twins.0.name", "risks.1",
     "outputs.weeks.0", "a.moments.0.name", "<script>", "c", "c.name", "name", "sessions", "a..b", "", "b.x", "support"]
) | st.text(max_size=8)  # fmt: skip
ODD_VALUES = st.sampled_from(["", "0", "-1", "nan", "1e999", "{}", "[]", "<b>", "x.toml", "true"]) | st.text(
    max_size=12
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(GOOD), unique=True, max_size=5), st.lists(st.tuples(ODD_KEYS, ODD_VALUES), max_size=4))
def test_whatever_a_link_holds_what_was_understood_is_kept(good, odd):
    query = "&".join([*good, *(urlencode([pair]) for pair in odd)])
    found, told = read(query)
    assert len(told) <= 700
    assert told.isprintable()
    odd_names = {key.partition(".")[0] for key, _ in odd}
    if found is not None:
        check(found)
        said = dict(parse_qsl(to_query(found)))
        for name, value in (part.split("=") for part in good):
            if name in ("dyads", "weeks", "population") and name not in odd_names:
                assert said[name] == value
    elif good:
        assert odd_names


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_arbitrary_text_is_read_without_an_error(text):
    for query in (text, quote_plus(text, safe="&=.")):
        found, told = read(query)
        assert found is not None or told
        try:
            strict = from_query(query)
        except ds.DyadsimError:
            continue
        assert found == strict or told


def test_what_a_link_keeps_is_a_file_too():
    found, _ = read("name=mine&a.foo=1&a.name=phone&outputs.phase.episode=reunion&dyads=20")
    assert parse(ds.Scenario, "text", found.toml().encode()) == found


# Choices of other pages


def test_parts_of_an_address_are_read_as_far_as_they_can_be():
    def sizes(parts):
        said = dict(part.split("=") for part in parts)
        if not said.get("trial", "x").isalpha():
            raise ds.DyadsimError(f"Unknown trial '{said['trial']}'.")
        if any(not each.isdecimal() for key, each in said.items() if "." in key):
            raise ds.DyadsimError("'trial.n' is a number.")
        return said

    found, left = as_far_as(["trial.n=x", "trial=7", "trial.m=4"], sizes)
    assert found == {"trial.m": "4"}
    assert left.refused == [("trial", "Unknown trial '7'."), ("trial.n", "'trial.n' is a number.")]
    assert as_far_as([], sizes)[0] is None
    assert as_far_as(["trial=9"], sizes) == (None, LeftOut([], [("trial", "Unknown trial '9'.")]))
