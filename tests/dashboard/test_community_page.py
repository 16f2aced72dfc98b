"""The page Community without a browser: what is chosen, what the browser is sent, what is said and refused."""
# ruff: noqa: E402 - what needs Solara is imported once it is known to be there

import threading

import numpy as np
import pandas as pd
import pytest

solara = pytest.importorskip("solara", reason="needs the extra dyadsim[dashboard]")

from dashboard_pages import are_sound, components, forms_on, plain, press, texts, until
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets.widgets import widget as ipywidget

import dyadsim as ds
from dyadsim.common import toml_models
from dyadsim.dashboard import community_runs, server_settings, state, tab_runs
from dyadsim.dashboard.community_choices import CommunityChoices, changed, community_fields, programmes
from dyadsim.dashboard.community_drawing import MEASURES, course_lines, drawn, weekly_means
from dyadsim.dashboard.pages.community import CommunityPage
from dyadsim.interaction.rule_set import Rules
from dyadsim.reports import community_report

pytestmark = pytest.mark.usefixtures("as_a_visitor_finds_it", "new_here")
SMALL = {"families": 24, "weeks": 20, "partners": 0.5, "partner": "father", "seed": 3, "seats": 4}


@pytest.fixture
def new_here(monkeypatch):
    state.community.set(CommunityChoices())
    monkeypatch.setattr(community_runs, "_runs", solara.reactive(None))


@pytest.fixture(scope="module")
def lived():
    """Course and twins as the code on the page gives them."""
    found = {}
    exec(CommunityChoices(**SMALL).in_python, found)
    return found["course"], found["twins"]


@pytest.fixture(scope="module")
def sent(lived):
    return plain(drawn(*lived, "Peer support"))


def run_of(choices):
    return community_runs._outcome(choices, Rules(), lambda *_: None)


# What is chosen


@pytest.mark.parametrize("name", sorted(programmes()))
def test_every_programme_in_groups_that_may_start_after_birth_can_be_chosen(name):
    choices = changed(CommunityChoices(), "programme", name)
    entry = choices.entry
    assert entry.in_groups
    assert choices.start_week == max(entry.start_week, 0)
    assert choices.weeks >= choices.start_week + entry.weeks + 12
    fields = [field for _, own in community_fields(choices) for field in own]
    are_sound(fields)
    by_key = {field["key"]: field for field in fields}
    assert set(by_key) == set(CommunityChoices.model_fields)
    low, high = (by_key["start_week"][end] for end in ("min", "max"))
    for week in (low, high):
        assert changed(choices, "start_week", week).start_week == week
    for week in (low - 1, high + 1):
        with pytest.raises(ds.DyadsimError):
            changed(choices, "start_week", week)


def test_programmes_that_end_before_birth_or_are_given_to_one_family_are_not_offered():
    everything = {name: ds.Intervention.load(name) for name in toml_models.names("interventions")}
    left_out = set(everything) - set(programmes())
    assert {"mellow-bumps", "video-feedback"} <= left_out
    assert all(not everything[name].in_groups or everything[name].age_range[1] < 0 for name in left_out)


@given(
    population=st.sampled_from(toml_models.names("populations")),
    partner=st.sampled_from(["partner", "father", "mother", "grandmother"]),
    partners=st.none() | st.integers(0, 100).map(lambda share: share / 100),
    families=st.integers(12, 40),
    weeks=st.integers(8, 104),
    share=st.integers(1, 100).map(lambda share: share / 100),
    seats=st.none() | st.integers(2, 12),
    seed=st.integers(0, 2**31),
)
def test_a_link_says_what_is_chosen(**chosen):
    choices = CommunityChoices(**chosen)
    state.open_query(f"name=peer-group&{choices.in_link()}")
    assert (state.problem.value, state.scenario.value.name) == ("", "peer-group")
    assert state.community.value == choices or not choices.in_link()
    assert CommunityChoices.from_link(choices.in_link().split("&") if choices.in_link() else []) == choices


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("families=400", "'families' must be less than or equal to 40"),
        ("families=11", "'families' must be greater than or equal to 12"),
        ("weeks=5000", "'weeks' must be less than or equal to 104"),
        ("partners=1.5", "'partners' must be less than or equal to 1"),
        ("partners=nan", "'partners' must be a finite number"),
        ("partner=<b>", "'partner' must be 'partner', 'father', 'mother' or 'grandmother'"),
        ("population=/etc/own.toml", "Unknown population '/etc/own.toml'"),
        ("population=isolate", "Did you mean 'isolated'?"),
        ("programme=video-feedback", "Unknown programme in groups 'video-feedback'"),
        ("programme=rule.py:Rule", "Unknown programme in groups 'rule.py:Rule'"),
        ("start_week=60", "'peer-support' is made for a start between week -20 and week 52"),
        ("start_week=-4", "'peer-support' starts in week -4"),
        ("share=0", "'share' must be greater than 0"),
        ("seets=4", "Unknown choice of a community (community.): 'seets'. Did you mean 'seats'?"),
        ("seed=abc", "'seed' must be a whole number, not 'abc'"),
    ],
)
def test_a_link_that_cannot_be_followed_is_told_and_leaves_the_choices(asked, says):
    before = state.community.value
    state.open_query(f"community.{asked}")
    assert state.problem.value.startswith("In the link: ")
    assert says in state.problem.value
    assert state.community.value is before


def test_what_a_link_can_say_is_kept_beside_what_it_cannot():
    state.open_query("community.families=12&community.seats=13&community.weeks=20")
    assert "A group of 13 mothers is larger than this community of 12 families." in state.problem.value
    assert (state.community.value.families, state.community.value.weeks, state.community.value.seats) == (12, 20, None)


# What the browser is sent


def test_weeks_are_sent_as_the_course_has_them(lived, sent):
    for course, side in zip(lived, sent["sides"], strict=True):
        numbers = course.families.numbers
        assert sent["families"] == numbers.tolist()
        for k, week in enumerate(sent["weeks"]):
            ties = course.ties(week)
            inside = ties[ties["whom"] >= 0]
            there = {tuple(tie[:3] + tie[5:]) for tie in side["ties"] if tie[3] <= week <= tie[4]}
            strength = [["acquaintance", "casual friend", "friend"].index(each) for each in inside["strength"]]
            columns = (inside["who"], inside["whom"], inside["since"], strength, inside["kind"] == "group")
            assert there == {tuple(map(int, row)) for row in zip(*columns, inside["counted_on"], strict=True)}
            assert side["persons"][k] == course.network(week)["persons"].tolist()
            at = course.mothers.at(week)
            for name in ("loneliness", "depression", "support"):
                np.testing.assert_allclose(side[name][k], at[name], atol=0.00501)
            for kind in ("kin", "friend", "professional"):
                out = ties[(ties["whom"] < 0) & (ties["kind"] == kind)]
                assert side[kind][k] == [int((out["who"] == number).sum()) for number in numbers]


def test_second_caregivers_are_sent_where_there_is_one(lived, sent):
    course, _ = lived
    assert sent["partner"] == "father"
    assert sent["hasPartner"] == course.families.has_partner.tolist()
    assert 0 < sum(sent["hasPartner"]) < 24
    frame = course.frame()
    fathers = frame[(frame["caregiver"] == "father") & (frame["week"] == 7)].set_index("family")
    for place, there in enumerate(sent["hasPartner"]):
        care, symptoms = (sent["sides"][0][name][7][place] for name in ("care", "partnerSymptoms"))
        if there:
            father = fathers.loc[sent["families"][place]]
            assert care == pytest.approx(100 * father["share_of_care"], abs=0.501)
            assert symptoms == pytest.approx(father["depression"], abs=0.00501)
        else:
            assert (care, symptoms) == (None, None)


def test_who_sits_in_a_group_stands_together_and_everyone_has_a_place(lived, sent):
    groups = lived[0].groups().set_index("family")["group"]
    assert sorted(sent["order"]) == list(range(24))
    in_order = [sent["group"][place] for place in sent["order"]]
    runs = [group for k, group in enumerate(in_order) if not k or in_order[k - 1] != group]
    assert len(runs) == len(set(runs))
    assert runs == sorted(runs, key=lambda group: (group < 0, group))
    for family, group in zip(sent["families"], sent["group"], strict=True):
        assert (group >= 0) == (family in groups.index)
    assert {sent["group"].count(group) for group in set(sent["group"]) - {-1}} <= {2, 3, 4, 5, 6}


def test_the_twins_are_the_same_until_the_programme_begins_and_not_ever_after(sent):
    here, twin = sent["sides"]
    start = sent["programme"]["start"]
    for name in ("loneliness", "depression", "support"):
        assert here[name][: start + 1] == twin[name][: start + 1]
    assert here["depression"] != twin["depression"]


def test_classes_are_cut_at_their_limits_and_what_is_sent_is_small():
    assert all(len(each["words"]) == len(each["limits"]) + 1 == 5 for each in MEASURES)
    largest = run_of(CommunityChoices(weeks=104))
    assert len(str(largest.drawn)) + len(str(largest.curves)) < 1_000_000


def test_curves_are_the_means_of_the_course(lived):
    means = weekly_means(*lived)
    came = community_report.sets_of_mothers(lived[0])[community_report.CAME]
    loneliness = next(one for one in course_lines(means) if one["key"] == "loneliness")
    lines = {(line["who"], line["twin"]): line["values"] for line in loneliness["lines"]}
    assert len(lines) == 4
    for twin, course in enumerate(lived):
        expected = [course.mothers.at(week)["loneliness"][came].mean() for week in range(21)]
        np.testing.assert_allclose(lines["sat in groups", bool(twin)], expected, atol=0.0006)
    assert (
        loneliness["ticks"][0]
        <= min(map(min, lines.values()))
        <= max(map(max, lines.values()))
        <= loneliness["ticks"][-1]
    )


# Runs


def test_the_page_lives_its_weeks_at_once_and_says_what_the_report_says(shown, lived):
    state.community.set(CommunityChoices(**SMALL))
    box, rendered = shown(CommunityPage())
    assert until(lambda: components(rendered, "drawn"))
    said = texts(box)
    assert {"What came of it", *community_report.in_short(lived[0], community_report.differences(*lived))} <= {*said}
    (community,) = components(rendered, "drawn")
    assert plain(community.drawn) == plain(drawn(*lived, "Peer support"))
    (transport,) = components(rendered, "seconds")
    assert (transport.seconds, transport.unit, transport.clock) == (20, "week", community.clock)
    for form in forms_on(rendered):
        are_sound(form.fields)
    plain([one.get_state() for one in components(rendered)])
    press(rendered, "seed", 4)
    assert any("The fields have changed since these weeks were lived" in text for text in texts(box))
    press(rendered, "run")
    assert until(lambda: not any("The fields have changed" in text for text in texts(box)))
    assert plain(components(rendered, "drawn")[0].drawn) != plain(community_runs._outcome(
        CommunityChoices(**SMALL), Rules(), lambda *_: None).drawn)  # fmt: skip


def test_a_run_follows_the_rules_that_are_served(shown, mirroring):
    state.community.set(CommunityChoices(**SMALL))
    server_settings.serve_with(mirroring)
    _, rendered = shown(CommunityPage())
    assert until(lambda: components(rendered, "drawn"))
    assert plain(components(rendered, "drawn")[0].drawn) != plain(run_of(CommunityChoices(**SMALL)).drawn)


def test_a_run_can_be_stopped(monkeypatch):
    told = threading.Event()
    run = community_runs.CommunityRun()
    monkeypatch.setattr(tab_runs, "_TELL", 0.0)
    run.done.subscribe(lambda done: told.set() if done > 0 else None)
    run.start(CommunityChoices(weeks=104), Rules())
    assert told.wait(60)
    run.cancel()
    assert until(lambda: not [one for one in threading.enumerate() if one.name == tab_runs.THREAD])
    assert (run.state.value.outcome, run.state.value.stopped) == (None, "Stopped.")


def test_what_cannot_be_is_told_and_the_choices_stay(shown):
    _, rendered = shown(CommunityPage())
    press(rendered, "weeks", 8)
    assert state.problem.value == ""
    press(rendered, "start_week", 8)
    assert "'peer-support' starts in week 8, but the course goes from week 0 to week 7" in state.problem.value
    assert state.community.value == CommunityChoices(weeks=8)
    press(rendered, "share", 0)
    assert "'share' must be greater than 0" in state.problem.value


def test_where_no_second_caregiver_is_there_nothing_is_said_of_one():
    none = run_of(CommunityChoices(**SMALL | {"partners": 0, "weeks": 8, "start_week": 2})).drawn
    assert not any(none["hasPartner"])
    assert {value for week in none["sides"][0]["care"] for value in week} == {None}


def test_the_page_takes_its_widgets_with_it():
    outcome = run_of(CommunityChoices(**SMALL))
    run = community_runs.CommunityRun()
    run.state.set(tab_runs.RunState(outcome=outcome))
    community_runs._runs.set(run)
    left = []
    for _ in range(2):
        _, rendered = solara.render(CommunityPage(), handle_error=False)
        there = len(ipywidget._instances)
        rendered.close()
        left.append(len(ipywidget._instances))
        assert there > left[-1] + 10
    assert left[0] == left[1]


def test_the_tables_of_the_page_are_those_of_the_report(lived):
    outcome = run_of(CommunityChoices(**SMALL))
    pd.testing.assert_frame_equal(outcome.differences, community_report.differences(*lived))
