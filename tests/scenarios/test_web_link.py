"""Links: a scenario as the query of an address, and back; whatever an address says, it is told in one sentence."""

from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from conftest import PARADIGMS, POPULATIONS
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import encounters, unlived

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.scenarios.link_reading import understood
from dyadsim.scenarios.web_link import UNNAMED, from_query, parted, refuse_files, to_query

NAMES = toml_models.names("scenarios")
KEYS = [*ds.Scenario.model_fields, "a", "b", "a.population", "a.traits.sensitivity", "a.moments.0", "a.moments.0.at"]
ODD = (
    "100", "1.5", "-0", "1e3", "1e999", " 1", "true", "null", "NaN", "-Infinity", "[]", "{}", "[1]", '{"a": 1}', '""',
    '"quoted"', "'", '"', "\\", "\\n", "a&b=c", "#?", "%41", "+", "a+b c", ";", ".", "a.b", "0", "a", "own", "typical",
    "Mütter 👶", "母", "e\u0301", "\u202e", "\u00a0", "日=本&", "/etc/passwd", "x.tom", "py:", "C:\\",
)  # fmt: skip
TITLES = st.sampled_from(ODD) | st.text(max_size=12).filter(lambda text: not text.endswith((".toml", ".py")))
NAMED = st.sampled_from([*ODD, *NAMES, *toml_models.names("encounters"), UNNAMED]).filter(str.isprintable)


def told_of(query):
    """What from_query says of a query that it refuses."""
    with pytest.raises(ds.DyadsimError) as told:
        from_query(query)
    return str(told.value)


# There and back


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_is_its_name_and_comes_back(name):
    scenario = ds.Scenario.load(name)
    assert to_query(scenario) == f"name={name}"
    assert from_query(to_query(scenario)) == scenario


CHANGES = [
    {"dyads": 50, "seed": 2**64 - 1, "title": "own"},
    {"interventions": [], "twins": [], "risks": [], "support": [], "outputs": {"weeks": [10, 20]}},
    {"says": "", "question": "", "label": ""},
    {"risks": [{"setting": "migration", "share": 0.25}], "sessions": ["typical", "still-face"], "twins": []},
    {"outputs": {"instruments": ["epds"], "states": ["stress"], "phase": {"x": "burden", "measure": "match"}}},
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("changes", CHANGES, ids=[" ".join(changes) for changes in CHANGES])
def test_a_changed_scenario_is_said_by_link_and_toml_alike(name, changes):
    scenario = ds.Scenario.load(name).changed({"weeks": 90, **changes})
    query = to_query(scenario)
    assert from_query(query) == scenario
    assert toml_models.parse(ds.Scenario, "text", scenario.toml().encode()) == scenario
    differing = {key.partition(".")[0] for key, _ in parse_qsl(query, keep_blank_values=True)}
    assert differing <= {"name", "weeks", "a", "b", *changes}


@st.composite
def scenarios(draw):
    population, first, weeks = draw(st.sampled_from(POPULATIONS)), draw(st.integers(-40, 3)), draw(st.integers(60, 99))
    risks = draw(st.lists(st.sampled_from(unlived("risk", population)), max_size=2, unique=True))
    support = draw(st.lists(st.sampled_from(unlived("protection", population)), max_size=2, unique=True))
    offers = draw(st.sampled_from([[], ["peer-support"], [{"name": "peer-support", "start_week": 8, "dose": 0.5}]]))
    shares = st.floats(0.01, 1)
    label = draw(st.just("") | TITLES) if not offers else "ours"
    twin = draw(NAMED.filter(lambda name: name not in (label, "all")))
    twins = [{"name": twin, "risks": [], "support": support, "interventions": []}]
    return ds.Scenario(
        name=draw(NAMED),
        title=draw(TITLES),
        question=draw(TITLES),
        label=label,
        population=population,
        dyads=draw(st.integers(2, 199)),
        risks=[{"setting": name, "share": draw(shares), "note": draw(TITLES)} for name in risks],
        support=support,
        interventions=offers,
        twins=twins if risks and draw(st.booleans()) else [],
        first_week=first,
        weeks=weeks,
        paradigm=draw(st.sampled_from(PARADIGMS)),
        days=draw(st.integers(1, 7)),
        seed=draw(st.integers(0, 2**64 - 1)),
        outputs={"weeks": draw(st.lists(st.integers(first, first + weeks), max_size=3)), "instruments": ["epds"]},
        sessions=draw(st.lists(encounters(NAMED, TITLES), max_size=4)),
    )


@settings(max_examples=40, deadline=None)
@given(scenarios())
def test_any_scenario_is_said_by_link_and_toml_alike(scenario):
    assert from_query(to_query(scenario)) == scenario
    assert toml_models.parse(ds.Scenario, "text", scenario.toml().encode()) == scenario


@pytest.mark.parametrize("title", ODD)
def test_a_title_stays_the_text_that_it_is(title):
    session = ds.Encounter(name="x", title=title, says=title)
    scenario = ds.Scenario(name="x", title=title, question=title, sessions=[session])
    assert from_query(to_query(scenario)) == scenario


@pytest.mark.parametrize("name", ["typical", "still-face"])
def test_a_session_named_as_one_that_ships_keeps_what_differs(name):
    session = ds.Encounter(name=name, population="depressed", seed=3)
    scenario = ds.Scenario(name="x", sessions=[session, ds.Encounter.load(name)])
    assert from_query(to_query(scenario)) == scenario
    assert "b.name=" in to_query(scenario)
    assert "b.population" not in to_query(scenario)


def test_an_empty_query_is_the_scenario_that_says_nothing():
    assert from_query("") == ds.Scenario(name=UNNAMED)
    year = ds.Scenario.load("typical-year")
    words = ("name", "says", "title", "question")
    assert from_query("").changed({word: getattr(year, word) for word in words}) == year


def test_the_scenario_that_says_nothing_is_the_empty_query():
    assert to_query(ds.Scenario(name=UNNAMED)) == ""
    assert from_query(to_query(ds.Scenario(name=UNNAMED))) == ds.Scenario(name=UNNAMED)


def test_a_coefficient_of_one_state_comes_back():
    session = ds.Encounter(name="x", coefficients={"infant_base.object": 0.5})
    session.cohort()  # which knows it
    scenario = ds.Scenario(name="x", sessions=[session])
    assert from_query(to_query(scenario)) == scenario


def test_a_link_is_short_and_can_be_written_by_hand():
    query = "population=depressed&support.0.setting=partner-support&a.name=typical&a.traits.sensitivity=-1&b=still-face"
    scenario = from_query(query)
    assert (scenario.name, scenario.population) == (UNNAMED, "depressed")
    assert [lives.setting for lives in scenario.support] == ["partner-support"]
    assert scenario.sessions == (
        ds.Encounter.load("typical").changed({"traits": {"sensitivity": -1.0}}), ds.Encounter.load("still-face"),
    )  # fmt: skip
    assert from_query("risks.0=poverty&interventions.0=imh-hv") == from_query(
        "risks.0.setting=poverty&interventions.0.name=imh-hv"
    )


# What is refused

FILES = ["mine.toml", "/etc/x.toml", "rules.py", "rules.py:Rule", "../a/rules.py:Rule", "https://x.org/rule.py:R"]
PLACES = [
    "population", "paradigm", "risks.0", "support.0.setting", "interventions.0.name", "twins.0.interventions.0",
    "outputs.instruments.0", "a", "b.population", "a.risks.0", "a.moments.0.name", "nonsense", "a.nonsense.0.x",
]  # fmt: skip


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("place", PLACES)
def test_files_are_refused_wherever_they_are_named(place, file):
    for said in (file, f'"{file}"'):
        assert "names a file; here only what ships can be named" in told_of(urlencode({place: said}))


def test_nothing_of_a_file_is_read_or_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text('name = "mine"\n')
    (tmp_path / "rule.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    for query in ("population=mine.toml", f"population={tmp_path}/mine.toml", "interventions.0.name=rule.py:Rule"):
        assert "names a file" in told_of(query)
    assert not (tmp_path / "ran").exists()
    assert ds.Population.load("mine.toml").name == "mine"  # so that the files would have been found


def test_files_are_found_at_any_depth_of_what_is_said():
    refuse_files({"a": [1, None, {"b": ("x", "toml")}], "c": True})
    for said in ("x.toml", ["x.py"], {"a": {"b": [({"c": "x.py:Y"},)]}}):
        with pytest.raises(ds.DyadsimError, match="names a file"):
            refuse_files(said)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("title=" + "x" * 8000, "The link is 8,006 characters long; 8,000 is the most."),
        ("&" * 500, "The link has 501 parameters; 500 is the most."),
        ("dyads=10&dyads=20", "The link says 'dyads' twice."),
        ("a.name=x&a.name=x", "The link says 'a.name' twice."),
        ("a=typical&a.name=x", "The link says two things at once about 'a.name'."),
        ("a.name=x&a=typical", "The link says 'a' twice."),
        ("risks=poverty&risks.0=poverty", "The link says two things at once about 'risks.0'."),
        ("risks.1=poverty", "The link numbers the entries of 'risks' with gaps; they count from 0."),
        ("risks.0=poverty&risks.2=migration", "The link numbers the entries of 'risks' with gaps"),
        ("risks.00=poverty", "The link numbers the entries of 'risks' with gaps"),
        ("risks.٠=poverty", "The link numbers the entries of 'risks' with gaps"),
        ("a.moments.1.name=phone", "The link numbers the entries of 'a.moments' with gaps"),
        ("risks.0=poverty&risks.x=y", "'risks' must be a list"),
        ("1=2", "Unknown key '1'"),
        ("=1", "The link has a key that is none: ''."),
        (".=1", "The link has a key that is none: '.'."),
        ("a..name=x", "The link has a key that is none: 'a..name'."),
        ("a.b.c.d.e.f.g=1", "The link has a key that is none: 'a.b.c.d.e.f.g'."),
        ("." * 5000 + "=1", "The link has a key that is none"),
        ("popluation=community", "Did you mean 'population'"),
        ("population=comunity", "Did you mean 'community'"),
        ("a=typicle&a.population=comunity", "two things at once"),
        ("a.popluation=community", "Did you mean 'population'"),
        ("a.moments.0.name=still-fac&a.moments.0.at=9", "Did you mean 'still-face'"),
        ("a.moments.0.name=phone&a.moments.0.at=900", "the session lasts 300 seconds"),
        ("e=typical", "Unknown key 'e'"),
        ("dyads=many", "'dyads' must be a whole number, not 'many'"),
        ('dyads="10"', "'dyads' must be a whole number, not '10'"),
        ("dyads=1e2", "'dyads' must be a whole number, not 100.0"),
        ("dyads=true", "'dyads' must be a whole number, not True"),
        ("dyads=", "'dyads' must be a whole number, not ''"),
        ("dyads=1", "'dyads' must be greater than or equal to 2"),
        ("seed=1e999", "'seed' must be a whole number, not inf"),
        ("seed=" + "9" * 5000, "'seed' must be a whole number"),
        ("seed=99999999999999999999", "seed must be a whole number from 0"),
        ("name=", "'name' must not be empty"),
        ("name=5", "'name' must be text, not 5"),
        ("name=a%0Ab", "characters that can be printed"),
        ("title={}", "'title' must be text, not {}"),
        ("a=", "Unknown encounter ''"),
        ("a.0=typical", "'name' must be text"),
        ("sessions=typical", "'sessions' must be a list"),
        ("risks=poverty", "'risks' must be a list"),
        ("risks.0=kin-support", "'kin-support' is a protection; it belongs under support"),
        ("a.traits=1", "must be a table, not 1"),
        ("outputs.phase.x=burden&outputs.phase.y=burden", "two different traits, not 'burden' twice"),
    ],
)  # fmt: skip
def test_a_link_that_cannot_be_is_told_in_one_sentence(query, sentence):
    said = told_of(query)
    assert sentence in said
    assert "\n" not in said
    assert len(said) < 1200


ADDED = "utm_source=news&name=peer-group&utm_campaign=x%3D1&a.name=phone&fbclid=1&dyads=30&=&gclid=2&utm_source=again"


def test_what_others_add_to_a_link_is_parted_from_what_a_scenario_says():
    assert parted(ADDED) == (
        "name=peer-group&a.name=phone&dyads=30&=", ["utm_source", "utm_campaign", "fbclid", "gclid"]
    )  # fmt: skip
    assert parted("ab=1&%61.name=x") == ("%61.name=x", ["ab"])
    assert parted("") == ("", [])


@given(scenarios())
@settings(max_examples=10, deadline=None)
def test_nothing_of_a_link_of_ours_is_left_out(scenario):
    assert parted(to_query(scenario)) == (to_query(scenario), [])
    found, left = understood(to_query(scenario))
    assert (found, left.sentence(())) == (scenario, "")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_arbitrary_text_is_a_scenario_or_one_sentence(text):
    for query in (text, quote_plus(text, safe="&=.")):
        try:
            assert isinstance(from_query(query), ds.Scenario)
        except ds.DyadsimError as error:
            assert str(error)


VALUES = st.sampled_from(ODD) | st.text(max_size=40) | st.integers().map(str) | st.floats().map(str)
RANDOM_KEYS = (
    st.sampled_from(KEYS)
    | st.lists(st.sampled_from(["a", "b", "x", "name", "risks", "twins", "traits", "0", "1", "", "²"]), min_size=2).map(
        ".".join
    )
    | st.from_regex(r"[^\W\d]+", fullmatch=True)
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(RANDOM_KEYS.filter(lambda key: key[:1] not in "01²"), VALUES), max_size=4))
def test_arbitrary_keys_and_values_are_a_scenario_or_one_sentence(pairs):
    """Keys that begin with a number, and values too long for the name of a file, have tests of their own."""
    query = urlencode(pairs)
    try:
        scenario = from_query(query)
    except ds.DyadsimError as error:
        assert str(error)
    else:
        assert from_query(to_query(scenario.changed({"weeks": 5}))).weeks == 5


@pytest.mark.parametrize(
    "query",
    [
        "0=a",
        "population=" + "x" * 300,
        "a.paradigm=" + "x" * 300,
        "interventions.0=" + "x" * 300,
        "population=%22%5Cud800%22",
        "interventions.0=%22%5Cud800%22",
    ],
)
def test_these_too_are_told_in_one_sentence(query):
    assert told_of(query)


@pytest.mark.parametrize("query", ["population=a%0Ab", "a%0Ab=1", "population=a%0Ab.toml", "a%0Ab..c=1"])
def test_a_line_end_in_what_was_given_does_not_make_two_lines_of_the_sentence(query):
    assert "\n" not in told_of(query)


def test_a_link_does_not_tell_what_folders_there_are(tmp_path):
    (tmp_path / "folder").mkdir()
    there, not_there = (told_of(f"population={tmp_path / name}").replace(name, "") for name in ("folder", "nothing"))
    assert there == not_there


def test_sessions_said_in_both_ways_are_refused():
    assert told_of("sessions.0=typical&a=depressed")
